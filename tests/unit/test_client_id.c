/* SPDX-License-Identifier: BSD-2-Clause */
/* Who a client is: its DUID and its IAID. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <net/if_arp.h>
#include <string.h>

#include "../../daemon/client/client_id.h"

static const struct net_link ethernet = {
	.name = "eth1",
	.hw_type = ARPHRD_ETHER,
	.has_mac = true,
	.mac = { 0x02, 0x00, 0x5e, 0x10, 0x20, 0x30 },
};

static const struct net_link tunnel = { .name = "tun0",
					.hw_type = ARPHRD_NONE };

static void a_duid_llt_has_the_hardware_address_and_the_time(void **state)
{
	static const uint8_t want[] = { 0,    1,    0,    1,    0x01,
					0x02, 0x03, 0x04, 0x02, 0x00,
					0x5e, 0x10, 0x20, 0x30 };
	const struct wall_time now = { .s = 946684800 + 0x01020304 };
	struct client_duid duid;

	(void)state;
	assert_int_equal(
		client_duid_make(&duid, CLIENT_DUID_LLT, &ethernet, now), 0);
	assert_int_equal(duid.len, sizeof(want));
	assert_memory_equal(duid.octets, want, sizeof(want));
}

static void a_duid_ll_has_the_hardware_address_alone(void **state)
{
	static const uint8_t want[] = { 0,    3,    0,    1,    0x02,
					0x00, 0x5e, 0x10, 0x20, 0x30 };
	struct client_duid duid;

	(void)state;
	assert_int_equal(client_duid_make(&duid, CLIENT_DUID_LL, &ethernet,
					  (struct wall_time){ .s = 0 }),
			 0);
	assert_int_equal(duid.len, sizeof(want));
	assert_memory_equal(duid.octets, want, sizeof(want));
}

static void without_hardware_a_duid_is_a_random_uuid(void **state)
{
	const struct wall_time now = { .s = 946684800 };
	struct client_duid one, other;

	(void)state;
	assert_int_equal(client_duid_make(&one, CLIENT_DUID_LLT, &tunnel, now),
			 0);
	assert_int_equal(client_duid_make(&other, CLIENT_DUID_LL, NULL, now),
			 0);
	assert_int_equal(one.len, 18);
	assert_int_equal(one.octets[1], 4);
	assert_int_equal(one.octets[8] >> 4, 4);
	assert_int_equal(one.octets[10] >> 6, 2);
	assert_memory_not_equal(one.octets, other.octets, one.len);
}

static void an_iaid_is_the_end_of_the_hardware_address(void **state)
{
	(void)state;
	assert_int_equal(client_iaid(&ethernet), 0x5e102030);
}

static void
interfaces_without_hardware_differ_by_name_in_every_run(void **state)
{
	struct net_link other = tunnel;

	(void)state;
	strcpy(other.name, "tun1");
	assert_int_not_equal(client_iaid(&tunnel), client_iaid(&other));
	strcpy(other.name, "tun0");
	assert_int_equal(client_iaid(&tunnel), client_iaid(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_duid_llt_has_the_hardware_address_and_the_time),
		cmocka_unit_test(a_duid_ll_has_the_hardware_address_alone),
		cmocka_unit_test(without_hardware_a_duid_is_a_random_uuid),
		cmocka_unit_test(an_iaid_is_the_end_of_the_hardware_address),
		cmocka_unit_test(
			interfaces_without_hardware_differ_by_name_in_every_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
