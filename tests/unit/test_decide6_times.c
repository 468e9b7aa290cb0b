/* SPDX-License-Identifier: BSD-2-Clause */
/* Lifetimes, T1 and T2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

/* A wish for a lifetime, answered under these parameters. */
static struct got6_ia ask(const char *parameters, uint32_t wish)
{
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA_OF(1, "2001:db8:1::1234") },
	};
	char conf[512];
	struct got6 got;

	s.ia[0].item[0].valid_s = wish;
	strcpy(conf, parameters);
	strcat(conf, "\n" NETWORKS6);
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.ia[0].item_count, 1);
	return got.ia[0];
}

static void valid_lifetime_is_configured_or_twelve_hours(void **state)
{
	(void)state;
	assert_int_equal(ask("", 0).item[0].valid_s, 43200);
	assert_int_equal(ask("default-lease-time 77;", 0).item[0].valid_s, 77);
	assert_int_equal(ask("default-lease-time 0;", 0).item[0].valid_s, 1);
}

static void a_wish_counts_where_limits_are_configured(void **state)
{
	static const struct {
		const char *parameters;
		uint32_t wish;
		uint32_t want;
	} rows[] = {
		{ "default-lease-time 500;", 100, 500 },
		{ "default-lease-time 500;", 900, 500 },
		{ "default-lease-time 500; max-lease-time 800;", 0, 500 },
		{ "default-lease-time 500; max-lease-time 800;", 900, 800 },
		{ "default-lease-time 500; max-lease-time 800;", 600, 600 },
		{ "default-lease-time 500; max-lease-time 800;", 100, 500 },
		{ "default-lease-time 500; max-lease-time 300;", 0, 300 },
		{ "default-lease-time 500; max-lease-time 300;", 100, 300 },
		{ "default-lease-time 500; min-lease-time 200;", 100, 200 },
		{ "default-lease-time 500; min-lease-time 200;", 300, 300 },
		{ "default-lease-time 500; min-lease-time 200;", 900, 500 },
		{ "default-lease-time 500; min-lease-time 600;", 0, 600 },
		{ "min-lease-time 200; max-lease-time 800;", 0, 800 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			ask(rows[i].parameters, rows[i].wish).item[0].valid_s,
			rows[i].want);
}

static void preferred_lifetime_is_configured_or_five_eighths(void **state)
{
	(void)state;
	assert_int_equal(ask("default-lease-time 1000;", 0).item[0].preferred_s,
			 625);
	assert_int_equal(
		ask("default-lease-time 1000; preferred-lifetime 300;", 0)
			.item[0]
			.preferred_s,
		300);
	assert_int_equal(ask("default-lease-time 1;", 0).item[0].preferred_s,
			 1);
}

/* A client discards such an address: RFC 9915 section 21.6. */
static void rfc9915_21_6_preferred_is_never_longer_than_valid(void **state)
{
	(void)state;
	assert_int_equal(
		ask("default-lease-time 100; preferred-lifetime 300;", 0)
			.item[0]
			.preferred_s,
		100);
}

static void
rfc9915_21_4_t1_and_t2_are_parts_of_the_preferred_lifetime(void **state)
{
	struct got6_ia ia = ask("default-lease-time 1600;", 0);

	(void)state;
	assert_int_equal(ia.t1_s, 500);
	assert_int_equal(ia.t2_s, 800);
}

static void rfc9915_21_4_t1_and_t2_of_infinite_leases_are_infinite(void **state)
{
	struct got6_ia ia = ask("default-lease-time 4294967295;", 0);

	(void)state;
	assert_int_equal(ia.item[0].valid_s, DHCP6_INFINITE);
	assert_int_equal(ia.item[0].preferred_s, DHCP6_INFINITE);
	assert_int_equal(ia.t1_s, DHCP6_INFINITE);
	assert_int_equal(ia.t2_s, DHCP6_INFINITE);
}

static void t1_and_t2_are_configured_by_the_options_of_dhcpv4(void **state)
{
	struct got6_ia ia = ask("default-lease-time 1600;\n"
				"option dhcp-renewal-time 60;\n"
				"option dhcp-rebinding-time 90;",
				0);

	(void)state;
	assert_int_equal(ia.t1_s, 60);
	assert_int_equal(ia.t2_s, 90);
}

static void rfc9915_21_4_t1_is_never_behind_t2(void **state)
{
	struct got6_ia ia = ask("default-lease-time 1600;\n"
				"option dhcp-renewal-time 1000;",
				0);

	(void)state;
	assert_int_equal(ia.t1_s, 800);
	assert_int_equal(ia.t2_s, 800);
}

static void tee_times_may_be_left_to_the_client(void **state)
{
	struct got6_ia ia = ask("dhcpv6-set-tee-times off;", 0);

	(void)state;
	assert_int_equal(ia.t1_s, 0);
	assert_int_equal(ia.t2_s, 0);
	ia = ask("dhcpv6-set-tee-times off;\noption dhcp-renewal-time 60;", 0);
	assert_int_equal(ia.t1_s, 60);
	assert_int_equal(ia.t2_s, 0);
}

static void rfc9915_18_3_2_t1_and_t2_are_equal_in_all_ias(void **state)
{
	static const char conf[] =
		"subnet6 2001:db8:1::/64 {\n"
		"  pool6 { range6 2001:db8:1::/96; default-lease-time 1600; }\n"
		"  pool6 { prefix6 2001:db8:a00:: 2001:db8:a00:: /48;\n"
		"    default-lease-time 320; } }\n";
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA(1), IA_PD(1), IA_PD(2) },
	};
	struct got6 got;
	unsigned int i;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.ia[0].item[0].preferred_s, 1000);
	assert_int_equal(got.ia[1].item[0].preferred_s, 200);
	assert_int_equal(got.ia[2].status, DHCP6_STATUS_NO_PREFIX_AVAIL);
	for (i = 0; i < 3; i++) {
		assert_int_equal(got.ia[i].t1_s, 100);
		assert_int_equal(got.ia[i].t2_s, 160);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_lifetime_is_configured_or_twelve_hours),
		cmocka_unit_test(a_wish_counts_where_limits_are_configured),
		cmocka_unit_test(
			preferred_lifetime_is_configured_or_five_eighths),
		cmocka_unit_test(
			rfc9915_21_6_preferred_is_never_longer_than_valid),
		cmocka_unit_test(
			rfc9915_21_4_t1_and_t2_are_parts_of_the_preferred_lifetime),
		cmocka_unit_test(
			rfc9915_21_4_t1_and_t2_of_infinite_leases_are_infinite),
		cmocka_unit_test(
			t1_and_t2_are_configured_by_the_options_of_dhcpv4),
		cmocka_unit_test(rfc9915_21_4_t1_is_never_behind_t2),
		cmocka_unit_test(tee_times_may_be_left_to_the_client),
		cmocka_unit_test(rfc9915_18_3_2_t1_and_t2_are_equal_in_all_ias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
