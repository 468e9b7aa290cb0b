/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_client_msg - messages to DHCPv6 servers, written. */
#include "dhcp4o6/wire/dhcp6_client.h"

#define CODES_PER_ROW 32
#define BIT(code)     (1U << (code) % CODES_PER_ROW)

/* RFC 9915 section 21.7; by draft text, without what is obsolete. */
static const uint32_t never_requested =
	BIT(DHCP6_OPT_CLIENT_ID) | BIT(DHCP6_OPT_SERVER_ID) |
	BIT(DHCP6_OPT_IA_NA) | BIT(DHCP6_OPT_IA_TA) | BIT(DHCP6_OPT_IAADDR) |
	BIT(DHCP6_OPT_ORO) | BIT(DHCP6_OPT_PREFERENCE) |
	BIT(DHCP6_OPT_ELAPSED_TIME) | BIT(DHCP6_OPT_RELAY_MSG) |
	BIT(DHCP6_OPT_AUTH) | BIT(DHCP6_OPT_UNICAST) |
	BIT(DHCP6_OPT_STATUS_CODE) | BIT(DHCP6_OPT_RAPID_COMMIT) |
	BIT(DHCP6_OPT_USER_CLASS) | BIT(DHCP6_OPT_VENDOR_CLASS) |
	BIT(DHCP6_OPT_INTERFACE_ID) | BIT(DHCP6_OPT_RECONF_MSG) |
	BIT(DHCP6_OPT_RECONF_ACCEPT) | BIT(DHCP6_OPT_IA_PD) |
	BIT(DHCP6_OPT_IAPREFIX);

bool dhcp6_may_request(uint16_t code)
{
	return code &&
	       (code >= CODES_PER_ROW || !(never_requested & BIT(code)));
}

static void put_oro(struct wire_writer *w, const uint16_t *code, size_t count)
{
	size_t at = dhcp6_open_option(w, DHCP6_OPT_ORO);
	size_t i;

	for (i = 0; i < count; i++)
		if (dhcp6_may_request(code[i]))
			wire_put_u16(w, code[i]);
	dhcp6_close_option(w, at);
}

/* RFC 9915 section 21.9. */
static void put_elapsed(struct wire_writer *w, uint64_t elapsed_ms)
{
	uint64_t elapsed_cs = elapsed_ms / 10;

	wire_put_u16(w, DHCP6_OPT_ELAPSED_TIME);
	wire_put_u16(w, sizeof(uint16_t));
	wire_put_u16(w, elapsed_cs < UINT16_MAX ? (uint16_t)elapsed_cs
						: UINT16_MAX);
}

static void put_ia(struct wire_writer *w, const struct dhcp6_ia *ia,
		   const struct dhcp6_ia_item *item)
{
	size_t at = dhcp6_open_option(w, ia->code);
	unsigned int i;

	wire_put_u32(w, ia->iaid);
	wire_put_u32(w, ia->t1_s);
	wire_put_u32(w, ia->t2_s);
	for (i = 0; i < ia->item_count; i++)
		dhcp6_put_ia_item(w, ia->code, &item[ia->first_item + i]);
	dhcp6_close_option(w, at);
}

void dhcp6_encode_client_msg(struct wire_writer *w,
			     const struct dhcp6_client_msg *msg)
{
	size_t i;

	wire_put_u32(w, (uint32_t)msg->type << 24 | (msg->xid & 0xffffff));
	if (msg->client_id_len)
		dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID, msg->client_id,
				 msg->client_id_len);
	if (msg->server_id_len)
		dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, msg->server_id,
				 msg->server_id_len);
	if (msg->has_oro)
		put_oro(w, msg->oro, msg->oro_count);
	put_elapsed(w, msg->elapsed_ms);
	if (msg->rapid_commit)
		dhcp6_put_option(w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	if (msg->reconfigure_accept)
		dhcp6_put_option(w, DHCP6_OPT_RECONF_ACCEPT, NULL, 0);
	for (i = 0; i < msg->ia_count; i++)
		put_ia(w, &msg->ia[i], msg->item);
	for (i = 0; i < msg->option_count; i++)
		dhcp6_put_option(w, msg->option[i].code,
				 msg->option[i].body.pos,
				 wire_left(&msg->option[i].body));
}
