/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect_client - texts and messages between the halves of a client. A text
 * has no end mark and is shorter than any message, so its length and its
 * letters tell it; what is neither is refused.
 */
#include "dhcp4o6/ipc/dialect_client.h"

#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/dhcp6.h"

/* No message is as short; anything up to here can only be a text. */
#define TEXT_MAX 8

static const struct client_kind {
	const char *name;
	const char *text; /* NULL: a message */
	bool is_for_v6;
} kinds[IPC_CLIENT_KIND_COUNT] = {
	[IPC_CLIENT_POLL] = { "POLL", "POLL", true },
	[IPC_CLIENT_QUERY] = { "query", NULL, true },
	[IPC_CLIENT_START] = { "START", "START", false },
	[IPC_CLIENT_STOP] = { "STOP", "STOP", false },
	[IPC_CLIENT_RESPONSE] = { "response", NULL, false },
};

static bool is_kind(enum ipc_client_kind kind)
{
	return (unsigned int)kind < IPC_CLIENT_KIND_COUNT;
}

const char *ipc_client_kind_name(enum ipc_client_kind kind)
{
	return is_kind(kind) ? kinds[kind].name : NULL;
}

/* One of the texts that this half is sent. */
static enum drop_reason decode_text(struct wire_reader in, bool is_v6,
				    struct ipc_client_datagram *datagram)
{
	size_t len = wire_left(&in);
	const uint8_t *text = wire_take(&in, len);
	unsigned int i;

	if (!text || len == 0)
		return DROP_IPC_SHORT;
	for (i = 0; i < IPC_CLIENT_KIND_COUNT; i++) {
		if (!kinds[i].text || kinds[i].is_for_v6 != is_v6 ||
		    strlen(kinds[i].text) != len ||
		    memcmp(kinds[i].text, text, len) != 0)
			continue;
		datagram->kind = (enum ipc_client_kind)i;
		return DROP_NONE;
	}
	return DROP_IPC_DIALECT;
}

static bool asks_for_servers(struct wire_reader oro)
{
	while (wire_left(&oro)) {
		if (wire_get_u16(&oro) == DHCP6_OPT_DHCP4O6_SERVER)
			return true;
		if (oro.failed)
			return true; /* half a code asks for anything */
	}
	return false;
}

/* RFC 7341 section 6.2: nothing that configures IPv6 stands in a query. */
static bool may_be_sent(const struct dhcp4o6_msg *msg)
{
	struct wire_reader area = msg->options;
	struct dhcp6_option opt;
	unsigned int oro_count = 0;

	while (dhcp6_next_option(&area, &opt) > 0) {
		if (opt.code == DHCP6_OPT_DHCPV4_MSG)
			continue;
		if (opt.code != DHCP6_OPT_ORO || oro_count++ ||
		    asks_for_servers(opt.body))
			return false;
	}
	return true;
}

static enum drop_reason decode_query(struct wire_reader in,
				     struct ipc_client_datagram *datagram)
{
	struct dhcp4o6_msg msg;
	enum drop_reason why;
	struct wire_reader flags = in;

	datagram->kind = IPC_CLIENT_QUERY;
	datagram->message = in;
	why = dhcp4o6_decode(in, DHCP6_DHCPV4_QUERY, &msg);
	if (why == DROP_DHCP6_TYPE || why == DROP_DHCP6_NOT_SERVED)
		return DROP_IPC_DIALECT;
	if (why != DROP_NONE)
		return why;
	wire_take(&flags, 1); /* type */
	if ((wire_get_u8(&flags) & ~DHCP4O6_FLAG_UNICAST) ||
	    wire_get_u16(&flags) || !may_be_sent(&msg))
		return DROP_IPC_DIALECT;
	if (wire_left(&msg.dhcpv4) < DHCP4_FIXED_LEN)
		return DROP_DHCP4_SHORT;
	datagram->unicast = msg.unicast;
	return DROP_NONE;
}

enum drop_reason ipc_client_decode_at_v6(struct wire_reader in,
					 struct ipc_client_datagram *datagram)
{
	memset(datagram, 0, sizeof(*datagram));
	if (wire_left(&in) <= TEXT_MAX)
		return decode_text(in, true, datagram);
	return decode_query(in, datagram);
}

static enum drop_reason decode_response(struct wire_reader in,
					struct ipc_client_datagram *datagram)
{
	size_t len = wire_left(&in);
	const struct in6_addr *source = &datagram->source;

	if (len < DHCP4_FIXED_LEN + IPC_CLIENT_SOURCE_LEN)
		return DROP_IPC_SHORT;
	datagram->kind = IPC_CLIENT_RESPONSE;
	datagram->message = wire_split(&in, len - IPC_CLIENT_SOURCE_LEN);
	wire_get_mem(&in, &datagram->source, sizeof(datagram->source));
	if (IN6_IS_ADDR_UNSPECIFIED(source) || IN6_IS_ADDR_MULTICAST(source))
		return DROP_IPC_RESPONSE;
	return DROP_NONE;
}

enum drop_reason ipc_client_decode_at_v4(struct wire_reader in,
					 struct ipc_client_datagram *datagram)
{
	memset(datagram, 0, sizeof(*datagram));
	if (wire_left(&in) <= TEXT_MAX)
		return decode_text(in, false, datagram);
	return decode_response(in, datagram);
}

void ipc_client_put_text(struct wire_writer *w, enum ipc_client_kind kind)
{
	if (!is_kind(kind) || !kinds[kind].text) {
		w->failed = true;
		return;
	}
	wire_put_mem(w, kinds[kind].text, strlen(kinds[kind].text));
}

void ipc_client_put_response(struct wire_writer *w, struct wire_reader message,
			     const struct in6_addr *source)
{
	wire_put_mem(w, message.pos, wire_left(&message));
	wire_put_mem(w, source, sizeof(*source));
}
