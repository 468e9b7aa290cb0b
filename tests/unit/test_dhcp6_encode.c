/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to DHCPv6 servers, read again by the decoder of servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6_client.h"

static const uint8_t client[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
static const uint8_t server[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 2 };

static uint8_t buf[4096];
static struct dhcp6_msg again;

static struct wire_writer encode(const struct dhcp6_client_msg *msg)
{
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	dhcp6_encode_client_msg(&w, msg);
	assert_false(w.failed);
	assert_int_equal(
		dhcp6_decode_msg(wire_reader(buf, wire_len(&w)), &again),
		DROP_NONE);
	return w;
}

static void a_message_is_read_as_it_was_written(void **state)
{
	static const uint16_t oro[] = { 23, 82, 88 };
	struct dhcp6_ia ia[] = {
		{ .code = DHCP6_OPT_IA_NA,
		  .iaid = 5,
		  .first_item = 1,
		  .item_count = 1 },
		{ .code = DHCP6_OPT_IA_PD,
		  .iaid = 6,
		  .t1_s = 7,
		  .t2_s = 8,
		  .first_item = 0,
		  .item_count = 1 },
	};
	struct dhcp6_ia_item item[] = {
		{ .prefix_len = 56, .preferred_s = 1, .valid_s = 2 },
		{ .prefix_len = 128, .preferred_s = 3, .valid_s = 4 },
	};
	const struct dhcp6_option more = { .code = DHCP6_OPT_FQDN,
					   .body = wire_reader("\0\1a", 3) };
	const struct dhcp6_client_msg msg = {
		.type = DHCP6_RENEW,
		.xid = 0xff123456, /* 24 bits go */
		.client_id = client,
		.client_id_len = sizeof(client),
		.server_id = server,
		.server_id_len = sizeof(server),
		.has_oro = true,
		.oro = oro,
		.oro_count = 3,
		.elapsed_ms = 12345,
		.rapid_commit = true,
		.reconfigure_accept = true,
		.ia = ia,
		.ia_count = 2,
		.item = item,
		.option = &more,
		.option_count = 1,
	};

	(void)state;
	inet_pton(AF_INET6, "2001:db8:1::", &item[0].addr);
	inet_pton(AF_INET6, "2001:db8::1", &item[1].addr);
	encode(&msg);
	assert_int_equal(again.type, DHCP6_RENEW);
	assert_int_equal(again.xid, 0x123456);
	assert_int_equal(
		dhcp6_validate_for_server(&again, server, sizeof(server)),
		DROP_NONE);
	assert_int_equal(wire_left(&again.fqdn), 3);
	assert_true(again.rapid_commit && again.reconfigure_accept);
	assert_int_equal(again.elapsed_cs, 1234);
	assert_int_equal(wire_left(&again.oro), 6);
	assert_int_equal(again.ia_count, 2);
	assert_int_equal(again.ia[1].t1_s, 7);
	assert_memory_equal(&again.item[0].addr, &item[1].addr, 16);
	assert_int_equal(again.item[0].valid_s, 4);
	assert_memory_equal(&again.item[1].addr, &item[0].addr, 16);
	assert_int_equal(again.item[1].prefix_len, 56);
}

static void nothing_is_there_that_was_not_asked_for(void **state)
{
	const struct dhcp6_client_msg msg = { .type = DHCP6_CONFIRM };
	struct wire_writer w = encode(&msg);

	(void)state;
	assert_int_equal(wire_len(&w), DHCP6_HEADER_LEN + 6);
	assert_true(again.has_elapsed);
	assert_false(again.has_client_id || again.has_server_id ||
		     again.has_oro);
}

static void rfc9915_21_7_what_may_not_be_requested_is_left_out(void **state)
{
	static const uint8_t never[] = {
		1,  2,  3,  4,  5,  6,  7,  8,  9,  11,
		12, 13, 14, 15, 16, 18, 19, 20, 25, 26
	};
	uint16_t oro[300];
	struct dhcp6_client_msg msg = {
		.type = DHCP6_SOLICIT,
		.has_oro = true,
		.oro = oro,
		.oro_count = 200,
	};
	uint16_t code;

	(void)state;
	for (code = 0; code < 200; code++)
		oro[code] = code;
	encode(&msg);
	for (code = 1; code < 200; code++) {
		bool is_never = memchr(never, code, sizeof(never)) != NULL;

		assert_int_equal(dhcp6_may_request(code), !is_never);
		assert_int_equal(dhcp6_is_requested(&again, code), !is_never);
	}
	assert_false(dhcp6_may_request(0));
	assert_int_equal(wire_left(&again.oro), 2 * (199 - sizeof(never)));
}

static void rfc9915_21_9_elapsed_time_saturates(void **state)
{
	static const struct {
		uint64_t ms;
		uint16_t cs;
	} row[] = {
		{ 0, 0 },
		{ 9, 0 },
		{ 10, 1 },
		{ 655349, 65534 },
		{ 655350, 65535 },
		{ 655360, 65535 },
		{ UINT64_MAX, 65535 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct dhcp6_client_msg msg = {
			.type = DHCP6_SOLICIT,
			.elapsed_ms = row[i].ms,
		};

		encode(&msg);
		assert_true(again.has_elapsed);
		assert_int_equal(again.elapsed_cs, row[i].cs);
	}
}

static void what_does_not_fit_is_not_sent(void **state)
{
	const struct dhcp6_client_msg msg = {
		.type = DHCP6_SOLICIT,
		.client_id = client,
		.client_id_len = sizeof(client),
	};
	size_t room;

	(void)state;
	for (room = 0; room < 24; room++) {
		struct wire_writer w = wire_writer(buf, room);

		dhcp6_encode_client_msg(&w, &msg);
		assert_true(w.failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_read_as_it_was_written),
		cmocka_unit_test(nothing_is_there_that_was_not_asked_for),
		cmocka_unit_test(
			rfc9915_21_7_what_may_not_be_requested_is_left_out),
		cmocka_unit_test(rfc9915_21_9_elapsed_time_saturates),
		cmocka_unit_test(what_does_not_fit_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
