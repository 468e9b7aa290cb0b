/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect_kea - Kea's way: a Vendor-specific Information option (17) of
 * enterprise 2495 inside the innermost message, with three suboptions.
 *
 * A client can send such an option too. Kea's sender appends its suboptions
 * to the client's option if that is the first option 17, and otherwise adds
 * an option behind; its receiver reads the first of each, which is the
 * client's. So here, written: the client's are left out and ours stand first
 * of all options; read: the last of each in the one option that has any, and
 * a message with two such options is refused, because only a forger makes it.
 */
#include <errno.h>

#include "chain.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "dialect_internal.h"

#define ENTERPRISE_ISC 2495
#define VENDOR_IFNAME  60000
#define VENDOR_SOURCE  60001
#define VENDOR_PORT    60002

static bool is_ours(uint16_t code)
{
	return code >= VENDOR_IFNAME && code <= VENDOR_PORT;
}

/* Steps into an option 17 of enterprise 2495; false if opt is anything else. */
static bool open_vendor(const struct dhcp6_option *opt,
			struct wire_reader *subs)
{
	*subs = opt->body;
	return opt->code == DHCP6_OPT_VENDOR_OPTS &&
	       wire_get_u32(subs) == ENTERPRISE_ISC && !subs->failed;
}

static bool get_suboption(struct dhcp6_option *sub, struct ipc_origin *origin)
{
	size_t len = wire_left(&sub->body);

	switch (sub->code) {
	case VENDOR_IFNAME:
		return ipc_take_ifname(&sub->body, len, origin->ifname);
	case VENDOR_SOURCE:
		wire_get_mem(&sub->body, &origin->source,
			     sizeof(origin->source));
		return len == sizeof(origin->source);
	default:
		origin->source_port = wire_get_u16(&sub->body);
		return len == sizeof(origin->source_port);
	}
}

/* *seen gets a bit for each of the three; later ones replace earlier ones. */
static enum drop_reason get_vendor(struct wire_reader subs,
				   struct ipc_origin *origin,
				   unsigned int *seen)
{
	struct dhcp6_option sub;
	unsigned int bad = 0;
	int err;

	*seen = 0;
	while ((err = dhcp6_next_option(&subs, &sub)) > 0) {
		unsigned int bit;

		if (!is_ours(sub.code))
			continue;
		bit = 1U << (sub.code - VENDOR_IFNAME);
		*seen |= bit;
		bad = get_suboption(&sub, origin) ? bad & ~bit : bad | bit;
	}
	if (err < 0)
		return DROP_IPC_DIALECT;
	if (bad & 1U)
		return DROP_IPC_INTERFACE;
	return bad ? DROP_IPC_DIALECT : DROP_NONE;
}

static enum drop_reason get_origin(struct wire_reader inner,
				   struct ipc_origin *origin)
{
	unsigned int seen = 0;
	struct dhcp6_option opt;
	int err;

	wire_take(&inner, DHCP4O6_HEADER_LEN);
	while ((err = dhcp6_next_option(&inner, &opt)) > 0) {
		struct wire_reader subs;
		enum drop_reason why;
		unsigned int here;

		if (!open_vendor(&opt, &subs))
			continue;
		why = get_vendor(subs, origin, &here);
		if (why != DROP_NONE)
			return why;
		if (here && seen)
			return DROP_IPC_DIALECT;
		seen |= here;
	}
	if (err < 0 || seen != 7U)
		return DROP_IPC_DIALECT;
	return DROP_NONE;
}

static void put_origin(struct wire_writer *w, const struct ipc_origin *origin)
{
	size_t name_len = strnlen(origin->ifname, IPC_IFNAME_SIZE - 1);
	size_t length_at;

	wire_put_u16(w, DHCP6_OPT_VENDOR_OPTS);
	length_at = wire_len(w);
	wire_put_u16(w, 0);
	wire_put_u32(w, ENTERPRISE_ISC);
	dhcp6_put_option(w, VENDOR_IFNAME, origin->ifname, name_len);
	dhcp6_put_option(w, VENDOR_SOURCE, &origin->source,
			 sizeof(origin->source));
	wire_put_u16(w, VENDOR_PORT);
	wire_put_u16(w, sizeof(origin->source_port));
	wire_put_u16(w, origin->source_port);
	wire_patch_u16(w, length_at, (uint16_t)(wire_len(w) - length_at - 2));
}

static void put_option(struct wire_writer *w, const struct dhcp6_option *opt)
{
	dhcp6_put_option(w, opt->code, opt->body.pos, wire_left(&opt->body));
}

/*
 * Writes a vendor option without the three suboptions; nothing at all if it
 * held no others, because then the other half has made it.
 */
static int put_stripped(struct wire_writer *w, const struct dhcp6_option *opt,
			struct wire_reader subs)
{
	unsigned int kept = 0, stripped = 0;
	uint8_t *start = w->pos;
	struct dhcp6_option sub;
	size_t length_at;
	int err;

	wire_put_u16(w, opt->code);
	length_at = wire_len(w);
	wire_put_u16(w, 0);
	wire_put_u32(w, ENTERPRISE_ISC);
	while ((err = dhcp6_next_option(&subs, &sub)) > 0) {
		if (is_ours(sub.code)) {
			stripped++;
			continue;
		}
		put_option(w, &sub);
		kept++;
	}
	if (err < 0)
		return err;
	if (stripped && !kept && !w->failed)
		w->pos = start;
	else
		wire_patch_u16(w, length_at,
			       (uint16_t)(wire_len(w) - length_at - 2));
	return 0;
}

static int put_options(struct wire_writer *w, struct wire_reader options)
{
	struct dhcp6_option opt;
	struct wire_reader subs;
	int err;

	while ((err = dhcp6_next_option(&options, &opt)) > 0) {
		if (!open_vendor(&opt, &subs)) {
			put_option(w, &opt);
			continue;
		}
		err = put_stripped(w, &opt, subs);
		if (err)
			return err;
	}
	return err;
}

/* Copies message without foreign suboptions and with those of origin, if any.
 */
static int rewrite(struct wire_writer *w, uint8_t relay_type,
		   struct wire_reader message, const struct ipc_origin *origin)
{
	struct ipc_chain_mark mark;
	struct ipc_chain chain;
	const uint8_t *header;
	int err;

	err = ipc_chain_decode(message, relay_type, &chain);
	if (err)
		return err;
	header = wire_take(&chain.inner, DHCP4O6_HEADER_LEN);
	if (!header)
		return -EBADMSG;
	ipc_chain_begin(w, &chain, &mark);
	wire_put_mem(w, header, DHCP4O6_HEADER_LEN);
	if (origin)
		put_origin(w, origin);
	err = put_options(w, chain.inner);
	if (err)
		return err;
	ipc_chain_end(w, &chain, &mark);
	return 0;
}

static enum drop_reason kea_encode_query(struct wire_writer *w,
					 const struct ipc_query *query)
{
	if (rewrite(w, DHCP6_RELAY_FORW, query->message, &query->origin))
		return DROP_DHCP6_OPTION_OVERRUN;
	return DROP_NONE;
}

static enum drop_reason kea_decode_query(struct wire_reader in,
					 struct ipc_query *query)
{
	struct ipc_chain chain;

	query->message = in;
	if (ipc_chain_decode(in, DHCP6_RELAY_FORW, &chain))
		return DROP_IPC_DIALECT;
	return get_origin(chain.inner, &query->origin);
}

static enum drop_reason kea_encode_answer(struct wire_writer *w,
					  const struct ipc_origin *to,
					  struct wire_reader message)
{
	if (rewrite(w, DHCP6_RELAY_REPL, message, to))
		return DROP_IPC_RESPONSE;
	return DROP_NONE;
}

/* Kea has no octet for it: RFC 8357's option itself tells. */
static enum drop_reason kea_decode_answer(struct wire_reader in,
					  struct ipc_answer *answer)
{
	struct ipc_chain chain;

	answer->message = in;
	if (wire_left(&in) == 0)
		return DROP_IPC_SHORT;
	if (ipc_chain_decode(in, DHCP6_RELAY_REPL, &chain))
		return DROP_IPC_RESPONSE;
	answer->origin.relay_port =
		ipc_chain_has_option(in, DHCP6_OPT_RELAY_PORT);
	return get_origin(chain.inner, &answer->origin);
}

static void kea_copy_message(struct wire_writer *w, struct wire_reader message)
{
	if (rewrite(w, DHCP6_RELAY_REPL, message, NULL))
		w->failed = true;
}

const struct ipc_dialect_ops ipc_kea_ops = {
	.name = "kea",
	.encode_query = kea_encode_query,
	.decode_query = kea_decode_query,
	.encode_answer = kea_encode_answer,
	.decode_answer = kea_decode_answer,
	.copy_message = kea_copy_message,
};
