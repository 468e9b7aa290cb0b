/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide_encode - an answer as octets (RFC 2131 Table 3).
 *
 * What does not fit into the client's maximum message size is left out: of the
 * configured options the last ones first, option 82 only if it does not fit
 * beside what must be there (RFC 3046 section 2.2). Option overload is not
 * used. Message length: padded to 300 octets, which BOOTP relays and clients
 * want (RFC 1542 section 2.1), if the query was padded so; else not at all,
 * for nobody on the path through IPv6 reads the length.
 */
#include <errno.h>
#include <string.h>

#include "decide_private.h"
#include "dhcp4o6/conf/space.h"

#define OPTION_HEAD      2
#define MESSAGE_SIZE_MIN 576 /* RFC 2132 section 9.10 */
#define IP_UDP_HEADERS   28
#define COOKIE_LEN       4
#define END_LEN          1
#define OPTION_ADDR_LEN  (OPTION_HEAD + 4)
#define INFINITE_LEASE   UINT32_MAX

/* A message being written, and what may still go into it. */
struct encoding {
	struct decide_answer *answer;
	const struct decide_query *query;
	const struct dhcp4_msg *msg;
	struct wire_writer *w;
	size_t room; /* octets for options, END not counted */
};

/* Octets of an option, pieces of 255 counted (RFC 3396). */
static size_t option_cost(size_t len)
{
	size_t pieces = len ? (len + 254) / 255 : 1;

	return len + pieces * OPTION_HEAD;
}

static bool has_room(struct encoding *e, size_t len)
{
	size_t cost = option_cost(len);

	if (cost > e->room)
		return false;
	e->room -= cost;
	return true;
}

/* Options that must be there: every client has room for them (Table 3). */
static void put_option(struct encoding *e, uint8_t code, const void *data,
		       size_t len)
{
	if (has_room(e, len))
		dhcp4_put_option(e->w, code, data, len);
	else
		e->w->failed = true;
}

static void put_u32(struct encoding *e, uint8_t code, uint32_t value)
{
	if (has_room(e, sizeof(value)))
		dhcp4_put_u32(e->w, code, value);
	else
		e->w->failed = true;
}

/*
 * The value of a configured option; of an expression in space. False when it
 * is missing, which is no fault of the client's: nothing is sent then.
 */
static bool value_of(const struct encoding *e, const struct conf_option *o,
		     uint8_t space[CONF_EXPR_DATA_MAX], struct conf_data *value)
{
	int len = o->len;

	*value = (struct conf_data){ o->data, o->len };
	if (!o->expr)
		return true;
	if (e->answer->packet.find_option)
		len = conf_expr_data(o->expr, &e->answer->packet, space,
				     CONF_EXPR_DATA_MAX);
	else
		len = -ENODATA;
	if (len < 0)
		return false;
	*value = (struct conf_data){ space, (size_t)len };
	return true;
}

/* The same of an expression alone. */
static bool data_of(const struct encoding *e, const struct conf_expr *expr,
		    uint8_t space[CONF_EXPR_DATA_MAX], struct conf_data *value)
{
	const struct conf_option option = { .expr = expr };

	return value_of(e, &option, space, value);
}

static struct in_addr next_server(const struct encoding *e)
{
	const struct conf_params *params =
		option_scopes_param(&e->answer->scopes, CONF_PARAM_NEXT_SERVER);
	struct in_addr addr = { 0 };
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;

	if (!params)
		return addr;
	if (!params->next_server_expr)
		return params->next_server;
	if (data_of(e, params->next_server_expr, space, &value) &&
	    value.len >= sizeof(addr))
		memcpy(&addr, value.data, sizeof(addr));
	return addr;
}

/* Room for a field's text and a NUL. */
struct text {
	char *at;
	size_t size;
};

/*
 * The text, or what the expression gives in its place, if it fits: a part of a
 * name is the name of something else. Nothing is said by NULL.
 */
static const char *text_of(struct encoding *e, const char *text,
			   const struct conf_expr *expr, struct text room)
{
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;

	if (!expr)
		return text;
	if (!data_of(e, expr, space, &value))
		return NULL;
	if (value.len >= room.size) {
		e->answer->options_dropped++;
		return NULL;
	}
	if (value.len)
		memcpy(room.at, value.data, value.len);
	room.at[value.len] = '\0';
	return room.at;
}

static void put_header(struct encoding *e)
{
	const struct decide_answer *answer = e->answer;
	const struct dhcp4_msg *msg = e->msg;
	const struct option_scopes *scopes = &answer->scopes;
	const struct conf_params *params;
	char file[CONF_FILENAME_MAX + 1], sname[CONF_SERVER_NAME_MAX + 1];
	bool is_nak = answer->reply_type == DHCP4_NAK;
	struct dhcp4_header header = {
		.op = DHCP4_BOOTREPLY,
		.htype = msg->htype,
		.hlen = msg->hlen,
		.xid = msg->xid,
		.flags = msg->flags,
		.giaddr = msg->giaddr,
		.chaddr = msg->chaddr,
	};

	/* RFC 2131 section 4.3.2: a relay has to broadcast a NAK. */
	if (is_nak && msg->giaddr.s_addr)
		header.flags |= DHCP4_FLAG_BROADCAST;
	if (answer->reply_type == DHCP4_ACK)
		header.ciaddr = msg->ciaddr;
	if (!is_nak) {
		if (msg->type != DHCP4_INFORM)
			header.yiaddr = answer->addr;
		header.siaddr = next_server(e);
		params = option_scopes_param(scopes, CONF_PARAM_FILENAME);
		if (params)
			header.file = text_of(
				e, params->filename, params->filename_expr,
				(struct text){ file, sizeof(file) });
		params = option_scopes_param(scopes, CONF_PARAM_SERVER_NAME);
		if (params)
			header.sname =
				text_of(e, params->server_name,
					params->server_name_expr,
					(struct text){ sname, sizeof(sname) });
	}
	dhcp4_begin(e->w, &header);
}

/* Option 58 or 59 as configured, if it is before the end of the lease. */
static uint32_t configured_time(const struct encoding *e, uint8_t code,
				uint32_t otherwise)
{
	const struct conf_option *o =
		option_scopes_find(&e->answer->scopes, code);
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;
	struct wire_reader r;
	uint32_t t;

	if (!o || !value_of(e, o, space, &value) || value.len != sizeof(t))
		return otherwise;
	r = wire_reader(value.data, value.len);
	t = wire_get_u32(&r);
	return t < e->answer->lease_s ? t : otherwise;
}

/*
 * RFC 2131 section 4.4.5: T1 at half, T2 at 0.875 of the lease; T1 MUST be
 * before T2, and T2 before the end.
 */
static void put_times(struct encoding *e)
{
	uint32_t lease_s = e->answer->lease_s;
	uint32_t t1, t2;

	put_u32(e, DHCP4_OPT_LEASE_TIME, lease_s);
	if (lease_s == INFINITE_LEASE)
		return;
	t1 = configured_time(e, DHCP4_OPT_RENEWAL_TIME, lease_s / 2);
	t2 = configured_time(e, DHCP4_OPT_REBINDING_TIME,
			     (uint32_t)((uint64_t)lease_s * 7 / 8));
	if (t1 >= t2)
		t1 = t2 ? t2 - 1 : 0;
	put_u32(e, DHCP4_OPT_RENEWAL_TIME, t1);
	put_u32(e, DHCP4_OPT_REBINDING_TIME, t2);
}

/* What the client sent and gets back: 61 (RFC 6842) and 118 (RFC 3011). */
static void put_echoes(struct encoding *e)
{
	struct dhcp4_option id =
		dhcp4_option(e->msg, DHCP4_OPT_CLIENT_IDENTIFIER);
	struct dhcp4_option subnet =
		dhcp4_option(e->msg, DHCP4_OPT_SUBNET_SELECTION);

	if (id.data)
		put_option(e, DHCP4_OPT_CLIENT_IDENTIFIER, id.data, id.len);
	if (subnet.data && e->answer->echo_subnet_selection &&
	    e->answer->reply_type != DHCP4_NAK)
		put_option(e, DHCP4_OPT_SUBNET_SELECTION, subnet.data,
			   subnet.len);
}

static bool is_listed(const struct conf_option *const *list, size_t count,
		      uint8_t code)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (list[i]->code == code)
			return true;
	}
	return false;
}

/* The mask of the subnet: asked for, or nobody said what to send. */
static bool wants_mask(const struct encoding *e, struct dhcp4_option prl)
{
	return e->msg->type != DHCP4_INFORM || !prl.data ||
	       memchr(prl.data, DHCP4_OPT_SUBNET_MASK, prl.len);
}

/* Of a configured option: left out and counted when there is no room. */
static void offer_option(struct encoding *e, uint8_t code, const void *data,
			 size_t len)
{
	if (has_room(e, len))
		dhcp4_put_option(e->w, code, data, len);
	else
		e->answer->options_dropped++;
}

/* What an option holds of a space comes from all scopes together. */
static void offer_space(struct encoding *e, const struct conf_option *o)
{
	const struct option_scopes *scopes = &e->answer->scopes;
	struct conf_encoding space = {
		.scopes = scopes->scope,
		.scope_count = scopes->count,
		.packet = e->answer->packet.find_option ? &e->answer->packet
							: NULL,
		.skips_empty = true,
	};
	uint8_t value[CONF_SPACE_VALUE_MAX];
	int len;

	while ((len = conf_space_encode(&space, o, value, sizeof(value))) >= 0)
		offer_option(e, (uint8_t)o->code, value, (size_t)len);
	e->answer->options_dropped =
		(uint16_t)(e->answer->options_dropped + space.dropped);
}

/* As in ISC an empty value hides those further out, and is not sent. */
static void offer_configured(struct encoding *e, const struct conf_option *o)
{
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;

	if (o->space)
		offer_space(e, o);
	else if (value_of(e, o, space, &value) &&
		 (value.len > 0 || o->may_be_empty))
		offer_option(e, (uint8_t)o->code, value.data, value.len);
}

static void offer_mask(struct encoding *e)
{
	const struct conf_option *o =
		option_scopes_find(&e->answer->scopes, DHCP4_OPT_SUBNET_MASK);
	uint32_t mask_be;
	uint8_t len;

	if (o) {
		offer_configured(e, o);
	} else if (e->answer->subnet) {
		len = e->answer->subnet->prefix_len;
		mask_be = htonl(len ? UINT32_MAX << (32 - len) : 0);
		offer_option(e, DHCP4_OPT_SUBNET_MASK, &mask_be,
			     sizeof(mask_be));
	}
}

/*
 * The codes to send: what the configuration says takes the place of what the
 * client asks for. As in ISC it is as if there were no list when it has no
 * value, or an empty one. Of an expression the codes are in space.
 */
static struct dhcp4_option list_of_codes(const struct encoding *e,
					 uint8_t space[CONF_EXPR_DATA_MAX])
{
	uint8_t code = DHCP4_OPT_PARAMETER_REQUEST_LIST;
	const struct conf_option *o =
		option_scopes_find(&e->answer->scopes, code);
	struct conf_data value;

	if (!o)
		return dhcp4_option(e->msg, code);
	if (!value_of(e, o, space, &value) || value.len == 0)
		return (struct dhcp4_option){ .data = NULL };
	return (struct dhcp4_option){ value.data, (uint16_t)value.len };
}

static void put_configured(struct encoding *e)
{
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct dhcp4_option prl = list_of_codes(e, space);
	const struct conf_option *list[256];
	size_t count = option_select(&e->answer->scopes, prl, list);
	size_t i;

	/* First of all: no client gets far without it. */
	if (!is_listed(list, count, DHCP4_OPT_SUBNET_MASK) &&
	    wants_mask(e, prl))
		offer_mask(e);
	for (i = 0; i < count; i++)
		offer_configured(e, list[i]);
}

/* Octets of options that client and writer have room for. */
static size_t find_room(const struct encoding *e)
{
	struct dhcp4_option size =
		dhcp4_option(e->msg, DHCP4_OPT_MAX_MESSAGE_SIZE);
	size_t most = MESSAGE_SIZE_MIN;
	struct wire_reader r;

	if (size.data) {
		r = wire_reader(size.data, size.len);
		most = wire_get_u16(&r);
	}
	if (most < MESSAGE_SIZE_MIN)
		most = MESSAGE_SIZE_MIN;
	most -= IP_UDP_HEADERS;
	if (most > wire_room(e->w))
		most = wire_room(e->w);
	if (most < DHCP4_FIXED_LEN + COOKIE_LEN + END_LEN)
		return 0;
	return most - DHCP4_FIXED_LEN - COOKIE_LEN - END_LEN;
}

static void put_options(struct encoding *e)
{
	struct decide_answer *answer = e->answer;
	struct dhcp4_option rai =
		dhcp4_option(e->msg, DHCP4_OPT_RELAY_AGENT_INFORMATION);
	bool is_nak = answer->reply_type == DHCP4_NAK;

	dhcp4_put_u8(e->w, DHCP4_OPT_MESSAGE_TYPE, answer->reply_type);
	dhcp4_put_addr(e->w, DHCP4_OPT_SERVER_IDENTIFIER, answer->server_id);
	e->room -= OPTION_HEAD + 1 + OPTION_ADDR_LEN;
	if (!is_nak && e->msg->type != DHCP4_INFORM)
		put_times(e);
	put_echoes(e);
	answer->rai_dropped = rai.data && !has_room(e, rai.len);
	if (is_nak && answer->nak_text && has_room(e, strlen(answer->nak_text)))
		dhcp4_put_option(e->w, DHCP4_OPT_MESSAGE, answer->nak_text,
				 strlen(answer->nak_text));
	if (!is_nak)
		put_configured(e);
	if (rai.data && !answer->rai_dropped)
		dhcp4_put_option(e->w, DHCP4_OPT_RELAY_AGENT_INFORMATION,
				 rai.data, rai.len);
}

void decide_encode(struct decide_answer *answer,
		   const struct decide_query *query, struct wire_writer *w)
{
	struct encoding e = {
		.answer = answer,
		.query = query,
		.msg = query->msg,
		.w = w,
	};
	size_t message_at = wire_len(w);
	size_t query_len = wire_left(&query->query->dhcpv4);

	answer->options_dropped = 0;
	answer->packet.lease_time_s = answer->lease_s;
	e.room = find_room(&e);
	if (e.room < OPTION_HEAD + 1 + OPTION_ADDR_LEN) {
		w->failed = true;
		return;
	}
	put_header(&e);
	put_options(&e);
	dhcp4_end(w, message_at,
		  query_len >= DHCP4_MIN_REPLY_LEN ? DHCP4_MIN_REPLY_LEN : 0);
}
