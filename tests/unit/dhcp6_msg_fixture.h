/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_msg_fixture - one message of a DHCPv6 client, written and decoded. */
#ifndef DHCP4O6_TESTS_DHCP6_MSG_FIXTURE_H
#define DHCP4O6_TESTS_DHCP6_MSG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/wire/dhcp6_msg.h"

#define BUF_SIZE 16384

static const uint8_t our_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
static const uint8_t client_duid[] = { 0, 4, 1, 2, 3, 4, 5, 6, 7, 8 };

static uint8_t buf[BUF_SIZE];
static struct dhcp6_msg msg;

static inline struct wire_writer begin(uint8_t type)
{
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	wire_put_u32(&w, (uint32_t)type << 24 | 0x123456);
	return w;
}

static inline enum drop_reason decode(const struct wire_writer *w)
{
	assert_false(w->failed);
	return dhcp6_decode_msg(wire_reader(buf, wire_len(w)), &msg);
}

static inline void put_client(struct wire_writer *w)
{
	dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID, client_duid,
			 sizeof(client_duid));
}

static inline void put_server(struct wire_writer *w)
{
	dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, our_duid, sizeof(our_duid));
}

static inline size_t open_ia(struct wire_writer *w, uint16_t code,
			     uint32_t iaid)
{
	size_t at = dhcp6_open_option(w, code);

	wire_put_u32(w, iaid);
	wire_put_u32(w, 1000);
	wire_put_u32(w, 2000);
	return at;
}

#endif /* DHCP4O6_TESTS_DHCP6_MSG_FIXTURE_H */
