/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp4_write - encoding of DHCPv4 messages, and the names of their types. */
#include "dhcp4o6/wire/dhcp4.h"

#define BODY_MAX 255

/* Text in a field of `size` octets, always with a NUL, zeros behind it. */
static void put_text(struct wire_writer *w, const char *text, size_t size)
{
	size_t len = text ? strnlen(text, size - 1) : 0;

	wire_put_mem(w, text, len);
	wire_put_zero(w, size - len);
}

void dhcp4_begin(struct wire_writer *w, const struct dhcp4_header *header)
{
	wire_put_u8(w, header->op);
	wire_put_u8(w, header->htype);
	wire_put_u8(w, header->hlen);
	wire_put_u8(w, 0); /* hops: RFC 2131 tables 3 and 5 */
	wire_put_u32(w, header->xid);
	wire_put_u16(w, header->secs);
	wire_put_u16(w, header->flags);
	wire_put_mem(w, &header->ciaddr, sizeof(header->ciaddr));
	wire_put_mem(w, &header->yiaddr, sizeof(header->yiaddr));
	wire_put_mem(w, &header->siaddr, sizeof(header->siaddr));
	wire_put_mem(w, &header->giaddr, sizeof(header->giaddr));
	if (header->chaddr)
		wire_put_mem(w, header->chaddr, DHCP4_CHADDR_LEN);
	else
		wire_put_zero(w, DHCP4_CHADDR_LEN);
	put_text(w, header->sname, DHCP4_SNAME_LEN);
	put_text(w, header->file, DHCP4_FILE_LEN);
	wire_put_u32(w, DHCP4_COOKIE);
}

void dhcp4_put_option(struct wire_writer *w, uint8_t code, const void *body,
		      size_t len)
{
	const uint8_t *p = body;
	size_t part;

	do {
		part = len < BODY_MAX ? len : BODY_MAX;
		wire_put_u8(w, code);
		wire_put_u8(w, (uint8_t)part);
		wire_put_mem(w, p, part);
		if (part)
			p += part;
		len -= part;
	} while (len && !w->failed);
}

void dhcp4_put_u8(struct wire_writer *w, uint8_t code, uint8_t value)
{
	dhcp4_put_option(w, code, &value, 1);
}

void dhcp4_put_u32(struct wire_writer *w, uint8_t code, uint32_t value)
{
	wire_put_u8(w, code);
	wire_put_u8(w, 4);
	wire_put_u32(w, value);
}

void dhcp4_put_addr(struct wire_writer *w, uint8_t code, struct in_addr addr)
{
	dhcp4_put_option(w, code, &addr, sizeof(addr));
}

void dhcp4_end(struct wire_writer *w, size_t message_at, size_t min_len)
{
	size_t len;

	wire_put_u8(w, DHCP4_OPT_END);
	len = wire_len(w) - message_at;
	if (len < min_len)
		wire_put_zero(w, min_len - len);
}

static const char *const type_name[DHCP4_MSG_TYPE_COUNT] = {
	[DHCP4_DISCOVER] = "DHCPDISCOVER", [DHCP4_OFFER] = "DHCPOFFER",
	[DHCP4_REQUEST] = "DHCPREQUEST",   [DHCP4_DECLINE] = "DHCPDECLINE",
	[DHCP4_ACK] = "DHCPACK",           [DHCP4_NAK] = "DHCPNAK",
	[DHCP4_RELEASE] = "DHCPRELEASE",   [DHCP4_INFORM] = "DHCPINFORM",
};

const char *dhcp4_msg_type_name(uint8_t type)
{
	return type < DHCP4_MSG_TYPE_COUNT ? type_name[type] : NULL;
}
