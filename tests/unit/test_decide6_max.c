/* SPDX-License-Identifier: BSD-2-Clause */
/* `leases-max': what a client hears when no more leases are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

#define MAX(number) "dhcp4o6 { leases-max " #number "; }\n" NETWORKS6

static const struct sent6 who = { .client = 1, .ia = { IA_NA(7) } };

static void expect_none(const struct got6 *got, unsigned int ia,
			enum dhcp6_status status)
{
	assert_int_equal(got->ia[ia].status, status);
	assert_int_equal(got->ia[ia].item_count, 0);
}

static void each_ia_is_told_as_if_its_pool_were_exhausted(void **state)
{
	static const uint8_t types[] = { DHCP6_SOLICIT, DHCP6_REQUEST };
	struct sent6 s = {
		.client = 2,
		.ia = { IA_NA(1), IA_PD_OF(2, "2001:db8:a12::/48") },
	};
	struct got6 got;
	struct decider6 f;
	size_t i;

	(void)state;
	decider6_open(&f, MAX(1));
	decider6_bind(&f, &who, &got);
	assert_int_equal(got.answer.refused_max, 0);
	for (i = 0; i < sizeof(types); i++) {
		s.type = types[i];
		s.server = i ? THIS_SERVER : NO_SERVER;
		decider6_expect(&f, &s, &got, i ? DHCP6_REPLY : DHCP6_ADVERTISE,
				DROP_NONE);
		assert_false(got.staged);
		expect_none(&got, 0, DHCP6_STATUS_NO_ADDRS_AVAIL);
		expect_none(&got, 1, DHCP6_STATUS_NO_PREFIX_AVAIL);
		assert_int_equal(got.answer.refused, 2);
		assert_int_equal(got.answer.refused_max, 2);
	}
	decider6_close(&f);
}

static void the_last_place_goes_to_the_first_ia_of_a_message(void **state)
{
	struct sent6 s = {
		.type = DHCP6_REQUEST,
		.client = 2,
		.server = THIS_SERVER,
		.ia = { IA_NA(1), IA_NA(2) },
	};
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, MAX(2));
	decider6_bind(&f, &who, &got);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	expect_none(&got, 1, DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_int_equal(got.answer.created, 1);
	assert_int_equal(got.answer.refused_max, 1);
	decider6_close(&f);
}

static void what_an_ia_names_beside_its_own_is_not_given(void **state)
{
	struct sent6 s = {
		.type = DHCP6_REQUEST,
		.client = 1,
		.server = THIS_SERVER,
		.ia = { { .code = DHCP6_OPT_IA_NA,
			  .iaid = 7,
			  .item = { { .addr = "2001:db8:1::1234" },
				    { .addr = "2001:db8:1::1235" } } } },
	};
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, "limit-addrs-per-ia 2;\n" MAX(1));
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(decider6_state(&f, "2001:db8:1::1235"),
			 LEASE_STATE_COUNT);
	decider6_close(&f);
}

static void renewals_and_rebindings_go_on(void **state)
{
	static const uint8_t types[] = { DHCP6_RENEW, DHCP6_REBIND };
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;
	size_t i;

	(void)state;
	decider6_open(&f, MAX(1));
	decider6_bind(&f, &who, &bound);
	decider6_reload(&f, MAX(1));
	for (i = 0; i < sizeof(types); i++) {
		s = sent6_about(&who, types[i], &bound);
		decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
		assert_int_equal(got.answer.renewed, 1);
		assert_int_equal(got.answer.refused_max, 0);
	}
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.released, 1);
	decider6_close(&f);
}

static void a_renewal_of_what_is_not_known_is_counted(void **state)
{
	struct sent6 s = {
		.type = DHCP6_RENEW,
		.client = 2,
		.server = THIS_SERVER,
		.ia = { IA_NA(1), IA_NA_OF(2, "2001:db8:1::1234") },
	};
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, MAX(1));
	decider6_bind(&f, &who, &got);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	expect_none(&got, 0, DHCP6_STATUS_NO_ADDRS_AVAIL);
	expect_none(&got, 1, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(got.answer.refused_max, 2);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ia_is_told_as_if_its_pool_were_exhausted),
		cmocka_unit_test(
			the_last_place_goes_to_the_first_ia_of_a_message),
		cmocka_unit_test(what_an_ia_names_beside_its_own_is_not_given),
		cmocka_unit_test(renewals_and_rebindings_go_on),
		cmocka_unit_test(a_renewal_of_what_is_not_known_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
