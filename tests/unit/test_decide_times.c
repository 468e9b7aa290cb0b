/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a lease is, and when it is to be renewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent client = {
	.type = DHCP4_DISCOVER,
	.client_id = "one",
	.mac = 1,
};

static void lease_time_follows_the_request_within_the_limits(void **state)
{
	static const char conf[] =
		NETWORK_OF("default-lease-time 1000; max-lease-time 5000;"
			   " min-lease-time 100;");
	static const struct {
		uint32_t asked;
		uint32_t given;
	} cases[] = { { 0, 1000 },    { 3000, 3000 }, { 5000, 5000 },
		      { 5001, 5000 }, { 99, 100 },    { UINT32_MAX, 5000 } };
	struct sent s = client;
	struct got got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.lease_s = cases[i].asked;
		decider_ask(conf, &s, &got);
		assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME),
				 cases[i].given);
		assert_int_equal(got_u32(&got, DHCP4_OPT_RENEWAL_TIME),
				 cases[i].given / 2);
		assert_int_equal(got_u32(&got, DHCP4_OPT_REBINDING_TIME),
				 cases[i].given * 7 / 8);
	}
}

static void lease_time_without_configuration_is_iscs(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 43200);
	s.lease_s = 1000000;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 86400);
	s.lease_s = 1;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 300);
}

/* A client may not ask for less than 300 s; an operator may want less. */
static void a_short_lease_time_that_is_configured_is_given(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF("default-lease-time 60;"), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 60);
	s.lease_s = 10;
	decider_ask(NETWORK_OF("default-lease-time 60;"), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 60);
	decider_ask(NETWORK_OF("max-lease-time 120;"), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 120);
	decider_ask(NETWORK_OF("min-lease-time 5;"), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 10);
}

static void infinite_lease_never_ends_and_has_no_times(void **state)
{
	static const char conf[] = NETWORK_OF("max-lease-time 4294967295;");
	struct sent s = client;
	struct lease lease;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	s.lease_s = UINT32_MAX;
	decider_bind(&f, &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), UINT32_MAX);
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_RENEWAL_TIME));
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_REBINDING_TIME));
	decider_pass(&f, 1000000000);
	assert_int_equal(decider_state(&f, got.text), LEASE_ACTIVE);
	decider_restart(&f, conf);
	decider_pass(&f, 1000000000);
	assert_int_equal(alloc_get_lease(f.alloc, got.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.state, LEASE_ACTIVE);
	assert_true(lease.expires.s == LEASE_EXPIRES_NEVER);
	decider_close(&f);
}

static void configured_renewal_times_count_if_they_fit_the_lease(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF("default-lease-time 1000;"
			       "option dhcp-renewal-time 300;"
			       "option dhcp-rebinding-time 2000;"),
		    &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_RENEWAL_TIME), 300);
	assert_int_equal(got_u32(&got, DHCP4_OPT_REBINDING_TIME), 875);
	decider_ask(NETWORK_OF("default-lease-time 1000;"
			       "option dhcp-renewal-time 900;"),
		    &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_RENEWAL_TIME), 874);
	assert_int_equal(got_u32(&got, DHCP4_OPT_REBINDING_TIME), 875);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			lease_time_follows_the_request_within_the_limits),
		cmocka_unit_test(lease_time_without_configuration_is_iscs),
		cmocka_unit_test(
			a_short_lease_time_that_is_configured_is_given),
		cmocka_unit_test(infinite_lease_never_ends_and_has_no_times),
		cmocka_unit_test(
			configured_renewal_times_count_if_they_fit_the_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
