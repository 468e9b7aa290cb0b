/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect_isc - ISC DHCP's server frame, a header of 36 octets, and our native
 * one, which puts version, token and local address in front of it.
 */
#include "chain.h"
#include "dialect_internal.h"

static void put_header(struct wire_writer *w, const struct ipc_origin *origin,
		       bool rsp_opt_exist)
{
	size_t len = strnlen(origin->ifname, IPC_IFNAME_SIZE - 1);

	wire_put_mem(w, origin->ifname, len);
	wire_put_zero(w, IPC_IFNAME_SIZE - len);
	wire_put_mem(w, &origin->source, sizeof(origin->source));
	wire_put_u16(w, origin->source_port);
	wire_put_u8(w, rsp_opt_exist);
	wire_put_u8(w, 0); /* reserved */
}

static void put_native(struct wire_writer *w, const struct ipc_origin *origin)
{
	wire_put_u8(w, 0);
	wire_put_u8(w, IPC_NATIVE_VERSION);
	wire_put_u64(w, origin->token);
	wire_put_mem(w, &origin->local, sizeof(origin->local));
}

static enum drop_reason get_header(struct wire_reader *in,
				   struct ipc_origin *origin)
{
	struct wire_reader name = wire_split(in, IPC_IFNAME_SIZE);
	size_t len;

	wire_get_mem(in, &origin->source, sizeof(origin->source));
	origin->source_port = wire_get_u16(in);
	origin->relay_port = wire_get_u8(in) != 0;
	wire_take(in, 1); /* reserved */
	if (in->failed)
		return DROP_IPC_SHORT;
	len = strnlen((const char *)name.pos, IPC_IFNAME_SIZE);
	if (!ipc_take_ifname(&name, len, origin->ifname))
		return DROP_IPC_INTERFACE;
	return DROP_NONE;
}

static enum drop_reason get_native(struct wire_reader *in,
				   struct ipc_origin *origin)
{
	uint8_t zero = wire_get_u8(in);
	uint8_t version = wire_get_u8(in);

	if (!in->failed && (zero != 0 || version != IPC_NATIVE_VERSION))
		return DROP_IPC_DIALECT;
	origin->token = wire_get_u64(in);
	wire_get_mem(in, &origin->local, sizeof(origin->local));
	return in->failed ? DROP_IPC_SHORT : DROP_NONE;
}

static void copy_message(struct wire_writer *w, struct wire_reader message)
{
	wire_put_mem(w, message.pos, wire_left(&message));
}

static enum drop_reason isc_encode_query(struct wire_writer *w,
					 const struct ipc_query *query)
{
	put_header(w, &query->origin, false);
	copy_message(w, query->message);
	return DROP_NONE;
}

static enum drop_reason isc_decode_query(struct wire_reader in,
					 struct ipc_query *query)
{
	enum drop_reason why = get_header(&in, &query->origin);

	query->message = in;
	return why;
}

static enum drop_reason isc_encode_answer(struct wire_writer *w,
					  const struct ipc_origin *to,
					  struct wire_reader message)
{
	put_header(w, to, to->relay_port);
	copy_message(w, message);
	return DROP_NONE;
}

static enum drop_reason isc_decode_answer(struct wire_reader in,
					  struct ipc_answer *answer)
{
	enum drop_reason why = get_header(&in, &answer->origin);

	answer->message = in;
	return why;
}

static enum drop_reason native_encode_query(struct wire_writer *w,
					    const struct ipc_query *query)
{
	put_native(w, &query->origin);
	return isc_encode_query(w, query);
}

static enum drop_reason native_decode_query(struct wire_reader in,
					    struct ipc_query *query)
{
	enum drop_reason why = get_native(&in, &query->origin);

	return why != DROP_NONE ? why : isc_decode_query(in, query);
}

static enum drop_reason native_encode_answer(struct wire_writer *w,
					     const struct ipc_origin *to,
					     struct wire_reader message)
{
	put_native(w, to);
	return isc_encode_answer(w, to, message);
}

static enum drop_reason native_decode_answer(struct wire_reader in,
					     struct ipc_answer *answer)
{
	enum drop_reason why = get_native(&in, &answer->origin);

	return why != DROP_NONE ? why : isc_decode_answer(in, answer);
}

const struct ipc_dialect_ops ipc_native_ops = {
	.name = "native",
	.encode_query = native_encode_query,
	.decode_query = native_decode_query,
	.encode_answer = native_encode_answer,
	.decode_answer = native_decode_answer,
	.copy_message = copy_message,
};

const struct ipc_dialect_ops ipc_isc_ops = {
	.name = "isc",
	.encode_query = isc_encode_query,
	.decode_query = isc_decode_query,
	.encode_answer = isc_encode_answer,
	.decode_answer = isc_decode_answer,
	.copy_message = copy_message,
};
