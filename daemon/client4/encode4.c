/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode4 - a row for each message says what is in it (RFC 2131 tables 4 and
 * 5); the rest follows from the row, the client and the configuration.
 */
#include "encode4.h"

#include <errno.h>
#include <net/if_arp.h>
#include <string.h>

#include "dhcp4o6/conf/space.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

#define CLIENT_ID_TYPE_DUID 255 /* RFC 4361 section 6.1 */
#define ETHERNET_ADDR_LEN   6
#define OPTION_HEAD         2
#define IP_UDP_HEADERS      28  /* counted in option 57 */
#define SIZE_MIN            576 /* of option 57: RFC 2132 section 9.10 */
#define OPT_RAPID_COMMIT    80
#define OPT_IPV6_ONLY       108

static const struct query_row {
	uint8_t type;
	bool is_unicast;  /* if a server is known */
	bool has_ciaddr;  /* the address is in ciaddr, else in option 50 */
	bool has_server;  /* option 54 */
	bool has_options; /* all that may be configured, broadcast flag, secs */
	bool has_lifetime; /* option 51 may be */
} rows[CLIENT4_QUERY_KIND_COUNT] = {
	[CLIENT4_DISCOVER] = { DHCP4_DISCOVER, .has_options = true,
			       .has_lifetime = true },
	[CLIENT4_SELECTING] = { DHCP4_REQUEST, .has_server = true,
				.has_options = true, .has_lifetime = true },
	[CLIENT4_INIT_REBOOT] = { DHCP4_REQUEST, .has_options = true,
				  .has_lifetime = true },
	[CLIENT4_RENEWING] = { DHCP4_REQUEST, .is_unicast = true,
			       .has_ciaddr = true, .has_options = true,
			       .has_lifetime = true },
	[CLIENT4_REBINDING] = { DHCP4_REQUEST, .has_ciaddr = true,
				.has_options = true, .has_lifetime = true },
	[CLIENT4_DECLINE] = { DHCP4_DECLINE, .has_server = true },
	[CLIENT4_RELEASE] = { DHCP4_RELEASE, .is_unicast = true,
			      .has_ciaddr = true, .has_server = true },
	[CLIENT4_INFORM] = { DHCP4_INFORM, .is_unicast = true,
			     .has_ciaddr = true, .has_options = true },
};

/*
 * Asked for when the configuration does not say what. Option 121 stands before
 * those it takes the place of (RFC 3442).
 */
static const uint8_t default_request[] = {
	1,   /* subnet-mask */
	121, /* classless-static-routes */
	3,   /* routers */
	33,  /* static-routes */
	28,  /* broadcast-address */
	26,  /* interface-mtu */
	6,   /* domain-name-servers */
	15,  /* domain-name */
	119, /* domain-search */
	12,  /* host-name */
	42,  /* ntp-servers */
};

/*
 * Options whose place or value is not for `send' to say. Some of them are
 * looked for where they stand: 50, 51, 55 and 57.
 */
static const uint8_t managed[] = {
	DHCP4_OPT_PAD,
	DHCP4_OPT_REQUESTED_ADDRESS,
	DHCP4_OPT_LEASE_TIME,
	DHCP4_OPT_OVERLOAD,
	DHCP4_OPT_MESSAGE_TYPE,
	DHCP4_OPT_SERVER_IDENTIFIER,
	DHCP4_OPT_PARAMETER_REQUEST_LIST,
	DHCP4_OPT_MESSAGE,
	DHCP4_OPT_MAX_MESSAGE_SIZE,
	DHCP4_OPT_RENEWAL_TIME,
	DHCP4_OPT_REBINDING_TIME,
	DHCP4_OPT_CLIENT_IDENTIFIER,
	/* Every server asked may answer at once: RFC 4039 is for one. */
	OPT_RAPID_COMMIT,
	DHCP4_OPT_RELAY_AGENT_INFORMATION,
	OPT_IPV6_ONLY,
	DHCP4_OPT_END,
};

/* A message being written, and what may still go into it. */
struct encoding {
	const struct client4_identity *identity;
	const struct client_conf_scope *scope;
	const struct client4_query *query;
	const struct query_row *row;
	struct wire_writer *w;
	struct conf_packet packet; /* what expressions ask */
	size_t room;               /* octets of options, END not counted */
	unsigned int left_out;
};

static void find_hardware(struct client4_identity *identity,
			  const struct client4_link *link)
{
	bool is_ethernet =
		(link->type == ARPHRD_ETHER || link->type == ARPHRD_IEEE802) &&
		link->addr_len == ETHERNET_ADDR_LEN;

	if (is_ethernet || link->type == ARPHRD_INFINIBAND)
		identity->htype = (uint8_t)link->type;
	if (!is_ethernet)
		return;
	identity->hlen = ETHERNET_ADDR_LEN;
	memcpy(identity->chaddr, link->addr, ETHERNET_ADDR_LEN);
}

int client4_identify(struct client4_identity *identity,
		     const struct client4_link *link, uint32_t iaid,
		     const uint8_t *duid, size_t duid_len)
{
	struct wire_writer w;

	if (duid_len == 0 || duid_len > DHCP6_DUID_MAX)
		return -EINVAL;
	memset(identity, 0, sizeof(*identity));
	find_hardware(identity, link);
	w = wire_writer(identity->id, sizeof(identity->id));
	wire_put_u8(&w, CLIENT_ID_TYPE_DUID);
	wire_put_u32(&w, iaid);
	wire_put_mem(&w, duid, duid_len);
	identity->id_len = (uint8_t)wire_len(&w);
	return 0;
}

bool client4_is_unicast(const struct client4_query *query)
{
	return rows[query->kind].is_unicast && query->server_id.s_addr;
}

uint8_t client4_query_type(enum client4_query_kind kind)
{
	return (unsigned int)kind < CLIENT4_QUERY_KIND_COUNT ? rows[kind].type
							     : 0;
}

const char *client4_query_name(enum client4_query_kind kind)
{
	return dhcp4_msg_type_name(client4_query_type(kind));
}

/* Octets of an option, pieces of 255 counted (RFC 3396). */
static size_t option_cost(size_t len)
{
	size_t pieces = len ? (len + 254) / 255 : 1;

	return len + pieces * OPTION_HEAD;
}

/* What the message is nothing without. */
static void put_option(struct encoding *e, uint8_t code, const void *body,
		       size_t len)
{
	if (option_cost(len) > e->room) {
		e->w->failed = true;
		return;
	}
	e->room -= option_cost(len);
	dhcp4_put_option(e->w, code, body, len);
}

static void offer_option(struct encoding *e, uint8_t code, const void *body,
			 size_t len)
{
	if (option_cost(len) > e->room)
		e->left_out++;
	else
		put_option(e, code, body, len);
}

static bool find_nothing(const void *ctx, enum conf_universe universe,
			 uint32_t code, struct conf_data *value)
{
	(void)ctx, (void)universe, (void)code, (void)value;
	return false;
}

/* False: an expression without a value here, or an empty one. */
static bool value_of(struct encoding *e, const struct conf_option *o,
		     uint8_t space[CONF_EXPR_DATA_MAX], struct conf_data *value)
{
	int len;

	*value = (struct conf_data){ o->data, o->len };
	if (o->expr) {
		len = conf_expr_data(o->expr, &e->packet, space,
				     CONF_EXPR_DATA_MAX);
		if (len < 0)
			return false;
		*value = (struct conf_data){ space, (size_t)len };
	}
	return value->len > 0 || o->may_be_empty;
}

/* An option that `send' has, of the length it must have; 0: of any. */
static bool find_sent(struct encoding *e, uint8_t code, size_t len,
		      uint8_t space[CONF_EXPR_DATA_MAX],
		      struct conf_data *value)
{
	const struct conf_option *sent = e->scope->options[CLIENT_CONF_SEND];
	size_t i;

	for (i = 0; i < e->scope->option_count[CLIENT_CONF_SEND]; i++) {
		const struct conf_option *o = &sent[i];

		if (o->universe == CONF_OPTIONS_DHCP4 && o->code == code)
			return value_of(e, o, space, value) &&
			       (len == 0 || value->len == len);
	}
	return false;
}

/*
 * RFC 8925 section 3.2: who needs IPv4 MUST NOT ask for option 108. RFC 4039
 * section 4: option 80 is never asked for.
 */
static void add_code(uint8_t list[256], size_t *count, uint32_t code)
{
	if (code == DHCP4_OPT_PAD || code >= DHCP4_OPT_END ||
	    code == OPT_IPV6_ONLY || code == OPT_RAPID_COMMIT ||
	    memchr(list, (int)code, *count))
		return;
	list[(*count)++] = (uint8_t)code;
}

static void add_codes(uint8_t list[256], size_t *count,
		      const struct client_conf_code *codes, size_t code_count)
{
	size_t i;

	for (i = 0; i < code_count; i++) {
		if (codes[i].universe == CONF_OPTIONS_DHCP4)
			add_code(list, count, codes[i].code);
	}
}

/* What is required is asked for as well: no server sends it otherwise. */
static size_t list_codes(struct encoding *e, uint8_t list[256])
{
	const struct client_conf_scope *scope = e->scope;
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data sent;
	size_t count = 0;
	size_t i;

	if (find_sent(e, DHCP4_OPT_PARAMETER_REQUEST_LIST, 0, space, &sent)) {
		for (i = 0; i < sent.len; i++)
			add_code(list, &count, sent.data[i]);
	} else {
		for (i = 0; !scope->has_request && i < sizeof(default_request);
		     i++)
			add_code(list, &count, default_request[i]);
		add_codes(list, &count, scope->request, scope->request_count);
	}
	add_codes(list, &count, scope->require, scope->require_count);
	return count;
}

static void put_address(struct encoding *e)
{
	struct in_addr addr = e->query->addr;
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data sent;

	if (e->row->has_ciaddr)
		return;
	if (!addr.s_addr && e->query->kind == CLIENT4_DISCOVER &&
	    find_sent(e, DHCP4_OPT_REQUESTED_ADDRESS, sizeof(addr), space,
		      &sent))
		memcpy(&addr, sent.data, sizeof(addr));
	if (addr.s_addr)
		put_option(e, DHCP4_OPT_REQUESTED_ADDRESS, &addr, sizeof(addr));
}

/* The configuration's, if a server may be told that. */
static bool find_size(struct encoding *e, uint8_t space[CONF_EXPR_DATA_MAX],
		      struct conf_data *sent)
{
	return find_sent(e, DHCP4_OPT_MAX_MESSAGE_SIZE, 2, space, sent) &&
	       (sent->data[0] << 8 | sent->data[1]) >= SIZE_MIN;
}

static void put_sizes(struct encoding *e)
{
	const uint16_t most = CLIENT4_MESSAGE_MAX + IP_UDP_HEADERS;
	const uint8_t own[2] = { (uint8_t)(most >> 8), (uint8_t)most };
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data sent;

	if (e->row->has_lifetime &&
	    find_sent(e, DHCP4_OPT_LEASE_TIME, 4, space, &sent))
		put_option(e, DHCP4_OPT_LEASE_TIME, sent.data, sent.len);
	if (find_size(e, space, &sent))
		put_option(e, DHCP4_OPT_MAX_MESSAGE_SIZE, sent.data, sent.len);
	else
		put_option(e, DHCP4_OPT_MAX_MESSAGE_SIZE, own, sizeof(own));
}

/* What an option holds of a space. */
static void offer_space(struct encoding *e, const struct conf_option *o)
{
	const struct conf_scope sent = {
		.options = e->scope->options[CLIENT_CONF_SEND],
		.option_count = e->scope->option_count[CLIENT_CONF_SEND],
	};
	const struct conf_scope *const scopes[] = { &sent };
	struct conf_encoding space = {
		.scopes = scopes,
		.scope_count = 1,
		.packet = &e->packet,
		.skips_empty = true,
	};
	uint8_t value[CONF_SPACE_VALUE_MAX];
	int len;

	while ((len = conf_space_encode(&space, o, value, sizeof(value))) >= 0)
		offer_option(e, (uint8_t)o->code, value, (size_t)len);
	e->left_out += (unsigned int)space.dropped;
}

static void put_sent(struct encoding *e)
{
	const struct client_conf_scope *scope = e->scope;
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;
	size_t i;

	for (i = 0; i < scope->option_count[CLIENT_CONF_SEND]; i++) {
		const struct conf_option *o =
			&scope->options[CLIENT_CONF_SEND][i];

		if (o->universe != CONF_OPTIONS_DHCP4 ||
		    o->code >= DHCP4_OPT_END ||
		    memchr(managed, (int)o->code, sizeof(managed)))
			continue;
		if (o->space)
			offer_space(e, o);
		else if (value_of(e, o, space, &value))
			offer_option(e, (uint8_t)o->code, value.data,
				     value.len);
	}
}

static void put_options(struct encoding *e)
{
	const struct client4_query *query = e->query;
	uint8_t list[256];
	size_t count;

	put_option(e, DHCP4_OPT_MESSAGE_TYPE, &e->row->type, 1);
	put_option(e, DHCP4_OPT_CLIENT_IDENTIFIER, e->identity->id,
		   e->identity->id_len);
	put_address(e);
	if (e->row->has_server && query->server_id.s_addr)
		put_option(e, DHCP4_OPT_SERVER_IDENTIFIER, &query->server_id,
			   sizeof(query->server_id));
	if (!e->row->has_options) {
		if (query->text)
			offer_option(e, DHCP4_OPT_MESSAGE, query->text,
				     strlen(query->text));
		return;
	}
	put_sizes(e);
	count = list_codes(e, list);
	if (count)
		put_option(e, DHCP4_OPT_PARAMETER_REQUEST_LIST, list, count);
	put_sent(e);
}

/*
 * RFC 4390 section 2.2: without a hardware address answers have to be
 * broadcast, but for a client that has its address.
 */
static void put_message(struct encoding *e)
{
	const struct client4_query *query = e->query;
	const struct client4_identity *identity = e->identity;
	bool is_broadcast = identity->hlen == 0 && e->row->has_options &&
			    !e->row->has_ciaddr;
	struct dhcp4_header header = {
		.op = DHCP4_BOOTREQUEST,
		.htype = identity->htype,
		.hlen = identity->hlen,
		.xid = query->xid,
		.secs = e->row->has_options ? query->secs : 0,
		.flags = is_broadcast ? DHCP4_FLAG_BROADCAST : 0,
		.chaddr = identity->chaddr,
	};
	size_t message_at = wire_len(e->w);

	if (e->row->has_ciaddr)
		header.ciaddr = query->addr;
	dhcp4_begin(e->w, &header);
	/* END stays out of the account. */
	e->room = CLIENT4_MESSAGE_MAX - (wire_len(e->w) - message_at) - 1;
	put_options(e);
	dhcp4_end(e->w, message_at, DHCP4_MIN_REPLY_LEN);
}

unsigned int client4_encode(struct wire_writer *w,
			    const struct client4_identity *identity,
			    const struct client_conf_scope *scope,
			    const struct client4_query *query)
{
	struct encoding e = {
		.identity = identity,
		.scope = scope,
		.query = query,
		.row = &rows[query->kind],
		.w = w,
		.packet = { .find_option = find_nothing,
			    .htype = identity->htype,
			    .chaddr = { identity->chaddr, identity->hlen } },
	};
	size_t length_at;

	wire_put_u8(w, DHCP6_DHCPV4_QUERY);
	wire_put_u8(w, client4_is_unicast(query) ? DHCP4O6_FLAG_UNICAST : 0);
	wire_put_u16(w, 0);
	wire_put_u16(w, DHCP6_OPT_DHCPV4_MSG);
	length_at = wire_len(w);
	wire_put_u16(w, 0);
	put_message(&e);
	wire_patch_u16(w, length_at, (uint16_t)(wire_len(w) - length_at - 2));
	return e.left_out;
}
