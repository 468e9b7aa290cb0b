/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect - the table of dialects, what they have in common, and the checks
 * that hold for all of them.
 */
#include "dialect_internal.h"

#include "chain.h"
#include "dhcp4o6/wire/dhcp6.h"

static const struct ipc_dialect_ops *const dialects[IPC_DIALECT_COUNT] = {
	[IPC_DIALECT_NATIVE] = &ipc_native_ops,
	[IPC_DIALECT_ISC] = &ipc_isc_ops,
	[IPC_DIALECT_KEA] = &ipc_kea_ops,
};

static bool is_known(enum ipc_dialect dialect)
{
	return (unsigned int)dialect < IPC_DIALECT_COUNT;
}

const char *ipc_dialect_name(enum ipc_dialect dialect)
{
	return is_known(dialect) ? dialects[dialect]->name : NULL;
}

/* What dev_valid_name() of Linux takes, less control characters. */
static bool is_name_octet(uint8_t c)
{
	return c > ' ' && c != '/' && c != ':' && c != 0x7f && c != 0xa0;
}

bool ipc_take_ifname(struct wire_reader *in, size_t len,
		     char ifname[IPC_IFNAME_SIZE])
{
	const uint8_t *p = wire_take(in, len);

	if (!p || len == 0 || len >= IPC_IFNAME_SIZE)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_name_octet(p[i]))
			return false;
	}
	if (p[0] == '.' && (len == 1 || (len == 2 && p[1] == '.')))
		return false;
	memset(ifname, 0, IPC_IFNAME_SIZE);
	memcpy(ifname, p, len);
	return true;
}

bool ipc_is_response(struct wire_reader message)
{
	struct dhcp4o6_msg msg;
	struct ipc_chain chain;

	if (ipc_chain_decode(message, DHCP6_RELAY_REPL, &chain))
		return false;
	return dhcp4o6_decode(chain.inner, DHCP6_DHCPV4_RESPONSE, &msg) ==
	       DROP_NONE;
}

enum drop_reason ipc_encode_query(struct wire_writer *w,
				  const struct ipc_query *query)
{
	if (!is_known(query->origin.dialect))
		return DROP_IPC_DIALECT;
	return dialects[query->origin.dialect]->encode_query(w, query);
}

static bool recognise(struct wire_reader in, enum ipc_dialect *dialect)
{
	uint8_t first = wire_get_u8(&in);

	if (first == 0)
		*dialect = IPC_DIALECT_NATIVE;
	else if (first == DHCP6_RELAY_FORW || first == DHCP6_DHCPV4_QUERY)
		*dialect = IPC_DIALECT_KEA;
	else if (is_name_octet(first))
		*dialect = IPC_DIALECT_ISC;
	else
		return false;
	return true;
}

enum drop_reason ipc_decode_query(struct wire_reader in,
				  struct ipc_query *query)
{
	enum ipc_dialect dialect;
	enum drop_reason why;

	memset(query, 0, sizeof(*query));
	if (wire_left(&in) == 0)
		return DROP_IPC_SHORT;
	if (!recognise(in, &dialect))
		return DROP_IPC_DIALECT;
	why = dialects[dialect]->decode_query(in, query);
	if (why != DROP_NONE)
		return why;
	if (wire_left(&query->message) == 0)
		return DROP_IPC_SHORT;
	query->origin.dialect = dialect;
	query->origin.relay_port =
		ipc_chain_has_option(query->message, DHCP6_OPT_RELAY_PORT);
	return DROP_NONE;
}

enum drop_reason ipc_encode_answer(struct wire_writer *w,
				   const struct ipc_origin *to,
				   struct wire_reader message)
{
	if (!is_known(to->dialect))
		return DROP_IPC_DIALECT;
	if (wire_left(&message) == 0 && to->dialect != IPC_DIALECT_NATIVE)
		return DROP_IPC_DIALECT;
	return dialects[to->dialect]->encode_answer(w, to, message);
}

/*
 * RFC 9915 section 19.2 and RFC 8357 section 5.2: relays are answered on 547
 * unless they said that they listen elsewhere, clients on 546 always.
 */
static uint16_t answer_port(const struct ipc_answer *answer)
{
	struct wire_reader in = answer->message;

	if (wire_get_u8(&in) != DHCP6_RELAY_REPL)
		return DHCP6_PORT_CLIENT;
	return answer->origin.relay_port ? answer->origin.source_port
					 : DHCP6_PORT_SERVER;
}

enum drop_reason ipc_decode_answer(enum ipc_dialect dialect,
				   struct wire_reader in,
				   struct ipc_answer *answer)
{
	const struct in6_addr *to = &answer->origin.source;
	enum drop_reason why;

	memset(answer, 0, sizeof(*answer));
	if (!is_known(dialect))
		return DROP_IPC_DIALECT;
	why = dialects[dialect]->decode_answer(in, answer);
	if (why != DROP_NONE)
		return why;
	answer->origin.dialect = dialect;
	if (wire_left(&answer->message) == 0)
		return dialect == IPC_DIALECT_NATIVE ? DROP_NONE
						     : DROP_IPC_SHORT;
	if (!ipc_is_response(answer->message) || IN6_IS_ADDR_UNSPECIFIED(to) ||
	    IN6_IS_ADDR_MULTICAST(to))
		return DROP_IPC_RESPONSE;
	answer->port = answer_port(answer);
	return answer->port ? DROP_NONE : DROP_IPC_RESPONSE;
}

void ipc_copy_message(struct wire_writer *w, const struct ipc_answer *answer)
{
	if (!is_known(answer->origin.dialect)) {
		w->failed = true;
		return;
	}
	dialects[answer->origin.dialect]->copy_message(w, answer->message);
}
