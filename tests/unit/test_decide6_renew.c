/* SPDX-License-Identifier: BSD-2-Clause */
/* RENEW and REBIND: what goes on, what ends, and what is not known. */
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

/* The same pools with another network around s0. */
#define MOVED6                                            \
	"shared-network C { subnet6 2001:db8:1::/64 {}\n" \
	" subnet6 2001:db8:3::/64 {\n"                    \
	"  range6 2001:db8:3::1000 2001:db8:3::1fff; } }\n"

static void rfc9915_18_3_4_renew_prolongs_what_the_ias_hold(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;
	unsigned int i;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	decider6_pass(&f, 300);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_true(got.staged);
	assert_int_equal(got.status, -1);
	assert_int_equal(got.answer.renewed, 2);
	assert_int_equal(got.answer.created, 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(got.ia[i].item_count, 1);
		assert_string_equal(got.ia[i].text[0], bound.ia[i].text[0]);
		assert_int_equal(got.ia[i].item[0].valid_s, 1000);
		assert_int_equal(got.ia[i].t1_s, 312);
		assert_int_equal(
			decider6_lease(&f, got.ia[i].text[0]).expires.s,
			FIXTURE6_WALL + 1300);
	}
	decider6_close(&f);
}

static void rfc9915_18_3_4_renew_of_an_unknown_ia_binds_it_anew(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	decider6_forget(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.created, 2);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_string_equal(got.ia[0].text[0], bound.ia[0].text[0]);
	assert_string_equal(got.ia[1].text[0], bound.ia[1].text[0]);
	assert_int_equal(decider6_state(&f, got.ia[0].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void
rfc9915_18_3_4_renew_without_a_binding_or_a_pool_is_no_binding(void **state)
{
	struct sent6 s = {
		.type = DHCP6_RENEW,
		.client = 1,
		.server = THIS_SERVER,
		.ia = { IA_NA_OF(7, "2001:db8:1::1234"), IA_NA(8), IA_PD(9) },
	};
	struct got6 got;

	(void)state;
	decider6_ask("subnet6 2001:db8:1::/64 { }\n", &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_false(got.staged);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(got.ia[0].item_count, 0);
	/* An IA that has nothing yet asks for something. */
	assert_int_equal(got.ia[1].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_int_equal(got.ia[2].status, DHCP6_STATUS_NO_PREFIX_AVAIL);
}

static void renew_gives_an_empty_ia_what_it_wants(void **state)
{
	struct sent6 s = {
		.type = DHCP6_RENEW,
		.client = 1,
		.server = THIS_SERVER,
		.ia = { IA_NA(7) },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(got.answer.created, 1);
}

static void
rfc9915_18_3_4_what_is_off_link_comes_back_with_lifetimes_of_zero(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	/* It moved to network B. */
	s.relay[0].link = "2001:db8:2::ff";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:2::1", 13);
	assert_int_equal(got.ia[0].item[0].valid_s, 1000);
	assert_string_equal(got.ia[0].text[1], bound.ia[0].text[0]);
	assert_int_equal(got.ia[0].item[1].valid_s, 0);
	assert_int_equal(got.ia[0].item[1].preferred_s, 0);
	/* What ends does not count for T1. */
	assert_int_equal(got.ia[0].t1_s, 312);
	decider6_close(&f);
}

static void
what_no_pool_has_any_more_comes_back_with_lifetimes_of_zero(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	decider6_reload(&f, MOVED6);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:3::1", 13);
	assert_string_equal(got.ia[0].text[1], bound.ia[0].text[0]);
	assert_int_equal(got.ia[0].item[1].valid_s, 0);
	/* There is no other prefix to have instead. */
	assert_int_equal(got.ia[1].item_count, 1);
	assert_string_equal(got.ia[1].text[0], bound.ia[1].text[0]);
	assert_int_equal(got.ia[1].item[0].valid_s, 0);
	assert_int_equal(got.ia[1].status, -1);
	decider6_close(&f);
}

static void renew_does_not_take_what_is_somebody_elses(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_string_not_equal(got.ia[0].text[0], bound.ia[0].text[0]);
	assert_string_equal(got.ia[0].text[1], bound.ia[0].text[0]);
	assert_int_equal(got.ia[0].item[1].valid_s, 0);
	assert_int_equal(decider6_lease(&f, bound.ia[0].text[0]).client_id[9],
			 1);
	decider6_close(&f);
}

static void an_address_named_twice_is_answered_once(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	s.ia[0].item[1] = s.ia[0].item[0];
	s.ia[0].item[2].addr = "2001:db8:9::1";
	s.ia[0].item[3].addr = "2001:db8:9::1";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_string_equal(got.ia[0].text[0], bound.ia[0].text[0]);
	assert_int_equal(got.ia[0].item[0].valid_s, 1000);
	assert_string_equal(got.ia[0].text[1], "2001:db8:9::1");
	assert_int_equal(got.ia[0].item[1].valid_s, 0);
	assert_int_equal(got.answer.renewed, 2);
	decider6_close(&f);
}

static void a_wish_in_a_renew_is_not_answered_as_a_lease(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_RENEW, &bound);
	s.ia[0].item[1].addr = "::";
	s.ia[1].item[1].addr = "::/56";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(got.ia[1].item_count, 1);
	assert_int_equal(got.ia[1].item[0].valid_s, 1000);
	decider6_close(&f);
}

/* What ends stands before it in the answer, and decides nothing. */
static void options_are_those_of_the_first_lease_that_goes_on(void **state)
{
	static const char conf[] =
		"option dhcp6.name-servers 2001:db8::1;\n"
		"subnet6 2001:db8:1::/64 { pool6 {\n"
		"  range6 2001:db8:1::10 2001:db8:1::10;\n"
		"  option dhcp6.name-servers 2001:db8::2; } }\n";
	struct sent6 s = {
		.type = DHCP6_RENEW,
		.client = 1,
		.server = THIS_SERVER,
		.oro = { 23 },
		.ia = { IA_PD_OF(1, "2001:db8:a00::/48"), IA_NA(2) },
	};
	struct got6 got;
	struct decider6 f;
	struct wire_reader body;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &got);
	s.ia[0].iaid = 8;
	s.ia[0].item[0].addr = got.ia[1].text[0];
	decider6_reload(&f, conf);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(got.ia[0].item[0].valid_s, 0);
	assert_int_equal(got.ia[1].item_count, 1);
	assert_int_equal(got6_option(&got, 23, &body), 1);
	assert_int_equal(body.pos[15], 2);
	decider6_close(&f);
}

/* ---- REBIND ---- */

static void rfc9915_18_3_5_rebind_prolongs_what_the_ias_hold(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_REBIND, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.renewed, 2);
	assert_string_equal(got.ia[0].text[0], bound.ia[0].text[0]);
	assert_string_equal(got.ia[1].text[0], bound.ia[1].text[0]);
	decider6_close(&f);
}

static const struct sent6 unknown = {
	.type = DHCP6_REBIND,
	.client = 9,
	.ia = { IA_NA_OF(7, "2001:db8:1::1234"),
		IA_PD_OF(8, "2001:db8:c12::/48") },
};

/* Another server of the link may know it. */
static void rfc9915_18_3_5_rebind_of_an_unknown_ia_is_not_answered(void **state)
{
	struct sent6 s = { .type = DHCP6_REBIND, .client = 9 };
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &unknown, &got);
	assert_int_equal(got.drop, DROP_UNKNOWN_BINDING);
	assert_int_equal(got.type, 0);
	assert_false(got.staged);
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.drop, DROP_UNKNOWN_BINDING);
}

static void rfc9915_18_3_5_who_is_authoritative_says_no_binding(void **state)
{
	struct got6 got;

	(void)state;
	decider6_ask("authoritative;\n" NETWORKS6, &unknown, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_false(got.staged);
	assert_int_equal(got.ia_count, 2);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(got.ia[0].item_count, 0);
	assert_int_equal(got.ia[1].status, DHCP6_STATUS_NO_BINDING);
}

static void
rfc9915_18_3_5_rebind_binds_anew_only_with_rapid_commit(void **state)
{
	static const char conf[] = "option dhcp6.rapid-commit;\n" NETWORKS6;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &unknown, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_true(got.staged);
	assert_int_equal(got.answer.created, 2);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::1234");
	assert_int_equal(got.ia[0].item_count, 1);
	assert_memory_equal(got.ia[1].text[0], "2001:db8:a", 10);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RAPID_COMMIT, NULL), 0);
}

static void
rfc9915_18_3_5_what_is_off_link_ends_for_an_unknown_ia_too(void **state)
{
	struct sent6 s = unknown;
	struct got6 got;

	(void)state;
	s.ia[0].item[0].addr = "2001:db8:77::1";
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_false(got.staged);
	/* Of the prefix nothing is known, and nothing is said. */
	assert_int_equal(got.ia_count, 1);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_string_equal(got.ia[0].text[0], "2001:db8:77::1");
	assert_int_equal(got.ia[0].item[0].valid_s, 0);
	assert_int_equal(got.ia[0].status, -1);
}

static void rebind_ends_what_is_somebody_elses(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_REBIND, &bound);
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia_count, 2);
	assert_int_equal(got.ia[0].item[0].valid_s, 0);
	assert_int_equal(got.ia[1].item[0].valid_s, 0);
	assert_false(got.staged);
	decider6_close(&f);
}

static void
rebind_on_another_link_gives_a_known_ia_something_there(void **state)
{
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_bind(&f, &who, &bound);
	s = sent6_about(&who, DHCP6_REBIND, &bound);
	s.relay[0].link = "2001:db8:2::ff";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:2::1", 13);
	assert_int_equal(got.ia[0].item[1].valid_s, 0);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_3_4_renew_prolongs_what_the_ias_hold),
		cmocka_unit_test(
			rfc9915_18_3_4_renew_of_an_unknown_ia_binds_it_anew),
		cmocka_unit_test(
			rfc9915_18_3_4_renew_without_a_binding_or_a_pool_is_no_binding),
		cmocka_unit_test(renew_gives_an_empty_ia_what_it_wants),
		cmocka_unit_test(
			rfc9915_18_3_4_what_is_off_link_comes_back_with_lifetimes_of_zero),
		cmocka_unit_test(
			what_no_pool_has_any_more_comes_back_with_lifetimes_of_zero),
		cmocka_unit_test(renew_does_not_take_what_is_somebody_elses),
		cmocka_unit_test(an_address_named_twice_is_answered_once),
		cmocka_unit_test(a_wish_in_a_renew_is_not_answered_as_a_lease),
		cmocka_unit_test(
			options_are_those_of_the_first_lease_that_goes_on),
		cmocka_unit_test(
			rfc9915_18_3_5_rebind_prolongs_what_the_ias_hold),
		cmocka_unit_test(
			rfc9915_18_3_5_rebind_of_an_unknown_ia_is_not_answered),
		cmocka_unit_test(
			rfc9915_18_3_5_who_is_authoritative_says_no_binding),
		cmocka_unit_test(
			rfc9915_18_3_5_rebind_binds_anew_only_with_rapid_commit),
		cmocka_unit_test(
			rfc9915_18_3_5_what_is_off_link_ends_for_an_unknown_ia_too),
		cmocka_unit_test(rebind_ends_what_is_somebody_elses),
		cmocka_unit_test(
			rebind_on_another_link_gives_a_known_ia_something_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
