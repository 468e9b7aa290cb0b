/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_response - a DHCPV4-RESPONSE, or a message of a DHCPv6 server, in the
 * mirror image of a relay chain.
 *
 * The chain is written from the outermost level inwards with lengths left
 * open; they are closed once the innermost octet is known.
 */
#include "dhcp4o6/wire/dhcp6_msg.h"

void dhcp6_put_option(struct wire_writer *w, uint16_t code, const void *body,
		      size_t len)
{
	if (len > UINT16_MAX) {
		w->failed = true;
		return;
	}
	wire_put_u16(w, code);
	wire_put_u16(w, (uint16_t)len);
	wire_put_mem(w, body, len);
}

static void put_body(struct wire_writer *w, uint16_t code,
		     const struct wire_reader *body)
{
	dhcp6_put_option(w, code, body->pos, wire_left(body));
}

/* Writes an option header whose length dhcp4o6_end_response() will close. */
static void open_option(struct wire_writer *w, uint16_t code,
			struct dhcp4o6_response *resp)
{
	size_t at;

	wire_put_u16(w, code);
	at = wire_len(w);
	wire_put_u16(w, 0);
	if (at > UINT16_MAX) {
		w->failed = true;
		return;
	}
	resp->length_at[resp->open_count++] = (uint16_t)at;
}

static bool is_named(struct wire_reader ero, uint16_t code)
{
	while (wire_left(&ero) >= 2)
		if (wire_get_u16(&ero) == code)
			return true;
	return false;
}

/* What stands in every level of ours anyway. */
static bool is_there_already(uint16_t code)
{
	return code == DHCP6_OPT_RELAY_MSG || code == DHCP6_OPT_INTERFACE_ID ||
	       code == DHCP6_OPT_RELAY_PORT;
}

/* RFC 4994 section 5. */
static void put_echoed(struct wire_writer *w, const struct dhcp6_relay *relay)
{
	struct wire_reader area = relay->options;
	struct dhcp6_option opt;

	if (wire_left(&relay->ero) == 0)
		return;
	while (dhcp6_next_option(&area, &opt) > 0)
		if (!is_there_already(opt.code) &&
		    is_named(relay->ero, opt.code))
			put_body(w, opt.code, &opt.body);
}

static void begin_level(struct wire_writer *w, const struct dhcp6_relay *relay,
			struct dhcp4o6_response *resp)
{
	wire_put_u8(w, DHCP6_RELAY_REPL);
	wire_put_u8(w, relay->hop_count);
	wire_put_mem(w, &relay->link_address, sizeof(relay->link_address));
	wire_put_mem(w, &relay->peer_address, sizeof(relay->peer_address));
	if (relay->has_interface_id)
		put_body(w, DHCP6_OPT_INTERFACE_ID, &relay->interface_id);
	if (relay->has_relay_port)
		put_body(w, DHCP6_OPT_RELAY_PORT, &relay->relay_port);
	put_echoed(w, relay);
	open_option(w, DHCP6_OPT_RELAY_MSG, resp);
}

static void begin_chain(struct wire_writer *w, const struct dhcp6_envelope *env,
			struct dhcp4o6_response *resp)
{
	unsigned int level = env->relay_count;

	resp->open_count = 0;
	while (level--)
		begin_level(w, &env->relay[level], resp);
}

void dhcp4o6_begin_response(struct wire_writer *w,
			    const struct dhcp6_envelope *env,
			    struct dhcp4o6_response *resp)
{
	begin_chain(w, env, resp);
	wire_put_u8(w, DHCP6_DHCPV4_RESPONSE);
	wire_put_zero(w, DHCP4O6_HEADER_LEN - 1); /* RFC 7341 section 6.4 */
	open_option(w, DHCP6_OPT_DHCPV4_MSG, resp);
}

void dhcp4o6_end_response(struct wire_writer *w,
			  const struct dhcp4o6_response *resp)
{
	unsigned int i;

	for (i = 0; i < resp->open_count; i++)
		dhcp6_close_option(w, resp->length_at[i]);
}

void dhcp6_begin_reply(struct wire_writer *w, const struct dhcp6_envelope *env,
		       uint8_t type, uint32_t xid, struct dhcp6_reply *reply)
{
	begin_chain(w, env, &reply->chain);
	reply->start = wire_len(w);
	wire_put_u32(w, (uint32_t)type << 24 | (xid & 0xffffff));
}

size_t dhcp6_open_option(struct wire_writer *w, uint16_t code)
{
	size_t at;

	wire_put_u16(w, code);
	at = wire_len(w);
	wire_put_u16(w, 0);
	return at;
}

/* Of an option whose body ends with what has been written. */
void dhcp6_close_option(struct wire_writer *w, size_t opened)
{
	size_t body_at = opened + sizeof(uint16_t);
	size_t len;

	if (w->failed)
		return;
	len = wire_len(w) - body_at;
	if (len > UINT16_MAX)
		w->failed = true;
	wire_patch_u16(w, opened, (uint16_t)len);
}

void dhcp6_put_status(struct wire_writer *w, enum dhcp6_status status,
		      const char *text)
{
	size_t at = dhcp6_open_option(w, DHCP6_OPT_STATUS_CODE);

	wire_put_u16(w, (uint16_t)status);
	if (text)
		wire_put_mem(w, text, strlen(text));
	dhcp6_close_option(w, at);
}

void dhcp6_put_ia_item(struct wire_writer *w, uint16_t ia_code,
		       const struct dhcp6_ia_item *item)
{
	bool is_prefix = ia_code == DHCP6_OPT_IA_PD;
	size_t at = dhcp6_open_option(w, is_prefix ? DHCP6_OPT_IAPREFIX
						   : DHCP6_OPT_IAADDR);

	if (!is_prefix)
		wire_put_mem(w, &item->addr, sizeof(item->addr));
	wire_put_u32(w, item->preferred_s);
	wire_put_u32(w, item->valid_s);
	if (is_prefix) {
		wire_put_u8(w, item->prefix_len);
		wire_put_mem(w, &item->addr, sizeof(item->addr));
	}
	dhcp6_close_option(w, at);
}

void dhcp6_end_reply(struct wire_writer *w, const struct dhcp6_reply *reply)
{
	dhcp4o6_end_response(w, &reply->chain);
}
