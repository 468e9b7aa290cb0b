/* SPDX-License-Identifier: BSD-2-Clause */
/* Kea's vendor option against clients that write one themselves. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dhcp4o6/ipc/dialect.h"
#include "dhcp4o6/wire/dhcp6.h"

/* An innermost DHCPV4-QUERY with these options in front of its option 87. */
static size_t make_query(uint8_t *space, size_t size, const uint8_t *options,
			 size_t len)
{
	struct wire_writer w = wire_writer(space, size);
	uint8_t v4[240] = { 1, 1, 6 };

	wire_put_u8(&w, DHCP6_DHCPV4_QUERY);
	wire_put_zero(&w, 3);
	wire_put_mem(&w, options, len);
	dhcp6_put_option(&w, DHCP6_OPT_DHCPV4_MSG, v4, sizeof(v4));
	assert_false(w.failed);
	return wire_len(&w);
}

#define VENDOR(len) 0x00, 0x11, 0x00, (len), 0x00, 0x00, 0x09, 0xbf
#define SUB_LO      0xea, 0x60, 0x00, 0x02, 'l', 'o'
#define SUB_S0      0xea, 0x60, 0x00, 0x02, 's', '0'
#define SUB_OTHER   0x00, 0x01, 0x00, 0x01, 0x7f
#define SUB_ADDR(x)                                                          \
	0xea, 0x61, 0, 16, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
		0, (x)
#define SUB_PORT(x) 0xea, 0x62, 0x00, 0x02, 0x02, (x)

static void kea_query_to_us_with(const uint8_t *options, size_t len,
				 enum drop_reason expected, const char *ifname,
				 uint8_t last)
{
	uint8_t space[512];
	struct ipc_query query;
	size_t n = make_query(space, sizeof(space), options, len);

	assert_int_equal(ipc_decode_query(wire_reader(space, n), &query),
			 expected);
	if (expected != DROP_NONE)
		return;
	assert_string_equal(query.origin.ifname, ifname);
	assert_int_equal(query.origin.source.s6_addr[15], last);
	assert_int_equal(query.origin.source_port, 0x0222);
}

static void believes_what_kea_appended_not_what_the_client_wrote(void **state)
{
	/* Kea appends to the client's option 17/2495 if that comes first. */
	static const uint8_t appended[] = { VENDOR(68),    SUB_LO, SUB_ADDR(9),
					    SUB_PORT(9),   SUB_S0, SUB_ADDR(1),
					    SUB_PORT(0x22) };
	static const uint8_t odd_then_right[] = {
		VENDOR(44), SUB_LO, 0xea, 0x62, 0, 1, 7, SUB_S0, SUB_ADDR(1)
	};
	/* Behind another enterprise's option Kea adds one of its own. */
	static const uint8_t two_options[] = { VENDOR(10),  SUB_LO,
					       VENDOR(36),  SUB_S0,
					       SUB_ADDR(1), SUB_PORT(0x22) };
	static const uint8_t harmless[] = { VENDOR(9),   SUB_OTHER,
					    VENDOR(36),  SUB_S0,
					    SUB_ADDR(1), SUB_PORT(0x22),
					    VENDOR(9),   SUB_OTHER };

	(void)state;
	kea_query_to_us_with(appended, sizeof(appended), DROP_NONE, "s0", 1);
	kea_query_to_us_with(odd_then_right, sizeof(odd_then_right),
			     DROP_IPC_DIALECT, NULL, 0);
	kea_query_to_us_with(two_options, sizeof(two_options), DROP_IPC_DIALECT,
			     NULL, 0);
	kea_query_to_us_with(harmless, sizeof(harmless), DROP_NONE, "s0", 1);
}

static void refuses_kea_queries_with_a_part_missing(void **state)
{
	static const uint8_t no_port[] = { VENDOR(30), SUB_S0, SUB_ADDR(1) };
	static const uint8_t no_name[] = { VENDOR(30), SUB_ADDR(1),
					   SUB_PORT(0x22) };
	static const uint8_t no_addr[] = { VENDOR(16), SUB_S0, SUB_PORT(0x22) };
	static const uint8_t bad_name[] = {
		VENDOR(36), 0xea,        0x60,          0, 2, 'a',
		'/',        SUB_ADDR(1), SUB_PORT(0x22)
	};
	static const uint8_t empty_name[] = {
		VENDOR(34), 0xea, 0x60, 0, 0, SUB_ADDR(1), SUB_PORT(0x22)
	};
	static const uint8_t overrun[] = { VENDOR(10), 0xea, 0x60, 0,
					   9,          's',  '0' };

	(void)state;
	kea_query_to_us_with(NULL, 0, DROP_IPC_DIALECT, NULL, 0);
	kea_query_to_us_with(no_port, sizeof(no_port), DROP_IPC_DIALECT, NULL,
			     0);
	kea_query_to_us_with(no_name, sizeof(no_name), DROP_IPC_DIALECT, NULL,
			     0);
	kea_query_to_us_with(no_addr, sizeof(no_addr), DROP_IPC_DIALECT, NULL,
			     0);
	kea_query_to_us_with(bad_name, sizeof(bad_name), DROP_IPC_INTERFACE,
			     NULL, 0);
	kea_query_to_us_with(empty_name, sizeof(empty_name), DROP_IPC_INTERFACE,
			     NULL, 0);
	kea_query_to_us_with(overrun, sizeof(overrun), DROP_IPC_DIALECT, NULL,
			     0);
}

/* Kea's receiver reads the first option 17/2495, and the first of each in it.
 */
static void strips_a_clients_forgery_before_adding_its_own(void **state)
{
	static const uint8_t forged[] = { VENDOR(15),  SUB_LO,    SUB_OTHER,
					  VENDOR(36),  SUB_LO,    SUB_ADDR(9),
					  SUB_PORT(9), VENDOR(9), SUB_OTHER };
	static const uint8_t clean[] = { VENDOR(36),     SUB_S0,    SUB_ADDR(1),
					 SUB_PORT(0x22), VENDOR(9), SUB_OTHER,
					 VENDOR(9),      SUB_OTHER };
	uint8_t client[512], expected[512], space[512];
	struct wire_writer w = wire_writer(space, sizeof(space));
	size_t len = make_query(client, sizeof(client), forged, sizeof(forged));
	size_t want =
		make_query(expected, sizeof(expected), clean, sizeof(clean));
	struct ipc_query query = {
		.origin = { .dialect = IPC_DIALECT_KEA,
			    .source_port = 0x222,
			    .ifname = "s0" },
		.message = wire_reader(client, len),
	};

	(void)state;
	inet_pton(AF_INET6, "2001:db8::1", &query.origin.source);
	assert_int_equal(ipc_encode_query(&w, &query), DROP_NONE);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), want);
	assert_memory_equal(space, expected, want);
}

static void
kea_message_with_a_broken_vendor_option_is_not_passed_on(void **state)
{
	static const uint8_t broken[] = { VENDOR(8), 0xea, 0x60, 0xff, 0xff };
	uint8_t client[512], space[512];
	struct wire_writer w = wire_writer(space, sizeof(space));
	size_t len = make_query(client, sizeof(client), broken, sizeof(broken));
	struct ipc_query query = {
		.origin = { .dialect = IPC_DIALECT_KEA, .ifname = "s0" },
		.message = wire_reader(client, len),
	};

	(void)state;
	assert_int_equal(ipc_encode_query(&w, &query),
			 DROP_DHCP6_OPTION_OVERRUN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			believes_what_kea_appended_not_what_the_client_wrote),
		cmocka_unit_test(refuses_kea_queries_with_a_part_missing),
		cmocka_unit_test(
			strips_a_clients_forgery_before_adding_its_own),
		cmocka_unit_test(
			kea_message_with_a_broken_vendor_option_is_not_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
