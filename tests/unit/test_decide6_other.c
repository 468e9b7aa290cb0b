/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIRM, RELEASE, DECLINE and INFORMATION-REQUEST. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

static const struct sent6 who = {
	.client = 1,
	.ia = { IA_NA(7), IA_PD(8) },
};

static void
rfc9915_18_3_3_confirm_of_addresses_of_this_link_is_success(void **state)
{
	struct sent6 s = {
		.type = DHCP6_CONFIRM,
		.client = 1,
		.ia = { IA_NA_OF(7, "2001:db8:1::1234"),
			IA_NA_OF(8, "2001:db8:1::9999") },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_false(got.staged);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 0);
}

static void rfc9915_18_3_3_confirm_of_another_link_is_not_on_link(void **state)
{
	struct sent6 s = {
		.type = DHCP6_CONFIRM,
		.client = 1,
		.ia = { IA_NA_OF(7, "2001:db8:1::1234"),
			IA_NA_OF(8, "2001:db8:2::1234") },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.status, DHCP6_STATUS_NOT_ON_LINK);
	s.ia[1].item[0].addr = "2001:db8:99::1";
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.status, DHCP6_STATUS_NOT_ON_LINK);
}

static void
rfc9915_18_3_3_confirm_without_an_address_is_not_answered(void **state)
{
	struct sent6 s = {
		.type = DHCP6_CONFIRM,
		.client = 1,
		.ia = { IA_NA(7), IA_PD_OF(8, "2001:db8:a12::/48") },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, 0);
	assert_int_equal(got.drop, DROP_NO_ADDRESS_NAMED);
}

static void
rfc9915_18_3_3_confirm_that_nobody_can_judge_is_not_answered(void **state)
{
	struct sent6 s = {
		.type = DHCP6_CONFIRM,
		.client = 1,
		.ia = { IA_NA_OF(7, "2001:db8:1::1234") },
		.ifname = "nowhere",
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, 0);
	assert_int_equal(got.drop, DROP_NO_SUBNET);
}

/* ---- RELEASE ---- */

static void rfc9915_18_3_7_release_frees_what_the_ias_hold(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_true(got.staged);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 0);
	assert_int_equal(got.answer.released, 2);
	assert_int_equal(decider6_state(&f, bound.ia[0].text[0]),
			 LEASE_RELEASED);
	assert_int_equal(decider6_state(&f, bound.ia[1].text[0]),
			 LEASE_RELEASED);
	decider6_close(&f);
}

static void
rfc9915_18_3_7_release_of_an_unknown_ia_is_no_binding_in_it(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	s.ia[2] = s.ia[0];
	s.ia[2].iaid = 99;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 1);
	assert_int_equal(got.ia[0].iaid, 99);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(got.ia[0].item_count, 0);
	/* Again: nothing is known any more. */
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia_count, 3);
	assert_false(got.staged);
	decider6_close(&f);
}

static void
rfc9915_18_3_7_release_of_what_the_ia_does_not_hold_is_ignored(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	s.ia[0].item[0].addr = "2001:db8:1::1fff";
	s.ia[1].code = 0;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_false(got.staged);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 0);
	assert_int_equal(decider6_state(&f, bound.ia[0].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void nobody_releases_what_another_client_holds(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia_count, 2);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	s.type = DHCP6_DECLINE;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(decider6_state(&f, bound.ia[0].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void a_release_from_anywhere_is_heard(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RELEASE, &bound);
	s.relay[0].link = "2001:db8:99::1";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.released, 2);
	decider6_close(&f);
}

/* ---- DECLINE ---- */

static void rfc9915_18_3_8_declined_addresses_rest(void **state)
{
	static const char conf[] = "subnet6 2001:db8:1::/64 { range6 "
				   "2001:db8:1::9 2001:db8:1::9; }\n"
				   "dhcp4o6 { decline-hold 60; }\n";
	struct sent6 one = { .client = 1, .ia = { IA_NA(7) } };
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, conf);
	decider6_bind(&f, &one, &bound);
	s = sent6_about(&one, DHCP6_DECLINE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_true(got.staged);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 0);
	assert_int_equal(got.answer.declined, 1);
	assert_int_equal(decider6_state(&f, "2001:db8:1::9"), LEASE_DECLINED);
	s = one;
	s.type = DHCP6_SOLICIT;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	decider6_pass(&f, 61);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::9");
	decider6_close(&f);
}

static void
rfc9915_18_3_8_decline_of_an_unknown_ia_is_no_binding_in_it(void **state)
{
	struct sent6 s = {
		.type = DHCP6_DECLINE,
		.client = 1,
		.server = THIS_SERVER,
		.ia = { IA_NA_OF(7, "2001:db8:1::1234") },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(got.ia_count, 1);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_false(got.staged);
}

static void prefixes_are_not_declined(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_DECLINE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.declined, 1);
	assert_int_equal(decider6_state(&f, bound.ia[1].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void declines_that_are_denied_change_nothing(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, "deny declines;\n" NETWORKS6);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_DECLINE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_false(got.staged);
	assert_int_equal(got.status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(decider6_state(&f, bound.ia[0].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

/* ---- INFORMATION-REQUEST ---- */

#define DNS "option dhcp6.name-servers 2001:db8::53;\n"

static void rfc9915_18_3_6_stateless_clients_get_options_alone(void **state)
{
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.oro = { 23 },
	};
	struct got6 got;

	(void)state;
	decider6_ask(DNS NETWORKS6, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_false(got.staged);
	assert_int_equal(got.ia_count, 0);
	assert_int_equal(got6_option(&got, 23, NULL), 1);
	/* RFC 9915 section 16.12: the client need not say who it is. */
	s.client = 0;
	decider6_ask(DNS NETWORKS6, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(got6_option(&got, 23, NULL), 1);
	assert_int_equal(got6_option(&got, DHCP6_OPT_CLIENT_ID, NULL), 0);
}

static void rfc9915_16_12_stateless_with_an_ia_is_discarded(void **state)
{
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.ia = { IA_NA(1) },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, 0);
	assert_int_equal(got.drop, DROP_DHCP6_STATELESS_IA);
}

static void
stateless_clients_of_an_unknown_link_get_what_everybody_gets(void **state)
{
	static const char conf[] =
		DNS "subnet6 2001:db8:1::/64 {\n"
		    "  option dhcp6.domain-search \"example.org\"; }\n";
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.oro = { 23, 24 },
	};
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 23, NULL), 1);
	assert_int_equal(got6_option(&got, 24, NULL), 1);
	s.ifname = "nowhere";
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(got6_option(&got, 23, NULL), 1);
	assert_int_equal(got6_option(&got, 24, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_3_3_confirm_of_addresses_of_this_link_is_success),
		cmocka_unit_test(
			rfc9915_18_3_3_confirm_of_another_link_is_not_on_link),
		cmocka_unit_test(
			rfc9915_18_3_3_confirm_without_an_address_is_not_answered),
		cmocka_unit_test(
			rfc9915_18_3_3_confirm_that_nobody_can_judge_is_not_answered),
		cmocka_unit_test(
			rfc9915_18_3_7_release_frees_what_the_ias_hold),
		cmocka_unit_test(
			rfc9915_18_3_7_release_of_an_unknown_ia_is_no_binding_in_it),
		cmocka_unit_test(
			rfc9915_18_3_7_release_of_what_the_ia_does_not_hold_is_ignored),
		cmocka_unit_test(nobody_releases_what_another_client_holds),
		cmocka_unit_test(a_release_from_anywhere_is_heard),
		cmocka_unit_test(rfc9915_18_3_8_declined_addresses_rest),
		cmocka_unit_test(
			rfc9915_18_3_8_decline_of_an_unknown_ia_is_no_binding_in_it),
		cmocka_unit_test(prefixes_are_not_declined),
		cmocka_unit_test(declines_that_are_denied_change_nothing),
		cmocka_unit_test(
			rfc9915_18_3_6_stateless_clients_get_options_alone),
		cmocka_unit_test(
			rfc9915_16_12_stateless_with_an_ia_is_discarded),
		cmocka_unit_test(
			stateless_clients_of_an_unknown_link_get_what_everybody_gets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
