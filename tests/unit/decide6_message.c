/* SPDX-License-Identifier: BSD-2-Clause */
/* decide6_message - messages of clients, from the struct in the fixture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide6_fixture.h"

static const uint8_t our_duid[] = { FIXTURE6_DUID };
static const uint8_t other_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 2 };

uint8_t sent6_prefix(const char *text, struct in6_addr *addr)
{
	char copy[INET6_ADDRSTRLEN + 4];
	char *slash;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	assert_int_equal(inet_pton(AF_INET6, copy, addr), 1);
	return slash ? (uint8_t)atoi(slash + 1) : 128;
}

static void put_item(struct wire_writer *w, uint16_t ia_code,
		     const struct sent6_item *item)
{
	bool is_prefix = ia_code == DHCP6_OPT_IA_PD;
	size_t at = dhcp6_open_option(w, is_prefix ? DHCP6_OPT_IAPREFIX
						   : DHCP6_OPT_IAADDR);
	struct in6_addr addr;
	uint8_t len = sent6_prefix(item->addr, &addr);

	if (!is_prefix)
		wire_put_mem(w, &addr, sizeof(addr));
	wire_put_u32(w, item->valid_s);
	wire_put_u32(w, item->valid_s);
	if (is_prefix) {
		wire_put_u8(w, len);
		wire_put_mem(w, &addr, sizeof(addr));
	}
	dhcp6_close_option(w, at);
}

static void put_ia(struct wire_writer *w, const struct sent6_ia *ia)
{
	size_t at = dhcp6_open_option(w, ia->code);
	unsigned int i;

	wire_put_u32(w, ia->iaid);
	wire_put_zero(w, 8);
	for (i = 0; i < 4 && ia->item[i].addr; i++)
		put_item(w, ia->code, &ia->item[i]);
	dhcp6_close_option(w, at);
}

static void put_ids(struct wire_writer *w, const struct sent6 *s)
{
	uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 1, s->client };

	if (s->client)
		dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID, duid, sizeof(duid));
	if (s->server == THIS_SERVER)
		dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, our_duid,
				 sizeof(our_duid));
	if (s->server == OTHER_SERVER)
		dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, other_duid,
				 sizeof(other_duid));
}

static void put_message(struct wire_writer *w, const struct sent6 *s)
{
	unsigned int i;
	size_t at;

	wire_put_u32(w, (uint32_t)s->type << 24 | 0x123456);
	put_ids(w, s);
	dhcp6_put_option(w, DHCP6_OPT_ELAPSED_TIME, "\0\0", 2);
	if (s->oro[0]) {
		at = dhcp6_open_option(w, DHCP6_OPT_ORO);
		for (i = 0; i < 8 && s->oro[i]; i++)
			wire_put_u16(w, s->oro[i]);
		dhcp6_close_option(w, at);
	}
	for (i = 0; i < 6 && s->ia[i].code; i++)
		put_ia(w, &s->ia[i]);
	if (s->rapid_commit)
		dhcp6_put_option(w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	if (s->reconfigure_accept)
		dhcp6_put_option(w, DHCP6_OPT_RECONF_ACCEPT, NULL, 0);
	if (s->fqdn) {
		at = dhcp6_open_option(w, DHCP6_OPT_FQDN);
		wire_put_u8(w, 0);
		wire_put_mem(w, s->fqdn, strlen(s->fqdn));
		dhcp6_close_option(w, at);
	}
	if (s->extra_code)
		dhcp6_put_option(w, s->extra_code, s->extra, strlen(s->extra));
}

/* Wraps packet[0..*len) in one RELAY-FORW. */
static void wrap(uint8_t *packet, size_t *len, uint8_t hop,
		 const struct sent6_relay *relay, const char *port)
{
	uint8_t mac[] = { 0, 1, 2, 0, 0, 0, 0, relay->mac };
	uint8_t inner[FIXTURE6_PACKET];
	struct wire_writer w = wire_writer(packet, FIXTURE6_PACKET);
	struct in6_addr link, peer;

	memcpy(inner, packet, *len);
	sent6_prefix(relay->link, &link);
	sent6_prefix("fe80::c1", &peer);
	wire_put_u8(&w, DHCP6_RELAY_FORW);
	wire_put_u8(&w, hop);
	wire_put_mem(&w, &link, sizeof(link));
	wire_put_mem(&w, &peer, sizeof(peer));
	if (relay->interface_id)
		dhcp6_put_option(&w, DHCP6_OPT_INTERFACE_ID,
				 relay->interface_id,
				 strlen(relay->interface_id));
	if (port)
		dhcp6_put_option(&w, DHCP6_OPT_RELAY_PORT, port, 2);
	if (relay->mac)
		dhcp6_put_option(&w, DHCP6_OPT_CLIENT_LINKLAYER, mac,
				 sizeof(mac));
	dhcp6_put_option(&w, DHCP6_OPT_RELAY_MSG, inner, *len);
	assert_false(w.failed);
	*len = wire_len(&w);
}

size_t sent6_write(const struct sent6 *s, uint8_t *packet)
{
	struct wire_writer w = wire_writer(packet, FIXTURE6_PACKET);
	size_t len;
	uint8_t i;

	put_message(&w, s);
	assert_false(w.failed);
	len = wire_len(&w);
	for (i = 0; i < 3 && s->relay[i].link; i++)
		wrap(packet, &len, i, &s->relay[i], s->relay_port[i]);
	return len;
}
