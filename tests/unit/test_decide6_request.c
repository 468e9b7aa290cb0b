/* SPDX-License-Identifier: BSD-2-Clause */
/* REQUEST: what is bound, and what a lease remembers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

static const struct sent6 request = {
	.type = DHCP6_REQUEST,
	.client = 1,
	.server = THIS_SERVER,
	.ia = { IA_NA_OF(7, "2001:db8:1::1234") },
};

static void rfc9915_18_3_2_what_was_advertised_is_bound(void **state)
{
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.ia[1] = (struct sent6_ia)IA_PD(8);
	decider6_bind(&f, &s, &got);
	assert_int_equal(got.status, -1);
	assert_int_equal(got.ia_count, 2);
	assert_int_equal(got.answer.created, 2);
	assert_int_equal(decider6_state(&f, got.ia[0].text[0]), LEASE_ACTIVE);
	assert_int_equal(decider6_state(&f, got.ia[1].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void a_lease_remembers_whose_it_is_and_the_way_to_it(void **state)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 1, 1 };
	struct sent6 s = request;
	struct in6_addr link, source;
	struct lease lease;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.relay[0] = (struct sent6_relay){ "2001:db8:1::ff", "port7", 0 };
	s.source = "2001:db8:1::ff";
	s.fqdn = "\4host\7example";
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	lease = decider6_lease(&f, "2001:db8:1::1234");
	assert_int_equal(lease.kind, LEASE_NA6);
	assert_int_equal(lease.iaid, 7);
	assert_int_equal(lease.preferred_s, 625);
	assert_int_equal(lease.starts.s, FIXTURE6_WALL);
	assert_int_equal(lease.expires.s, FIXTURE6_WALL + 1000);
	assert_string_equal(lease.ifname, "s0");
	assert_int_equal(lease.flags, 0);
	assert_int_equal(lease.client_id_len, sizeof(duid));
	assert_memory_equal(lease.client_id, duid, sizeof(duid));
	sent6_prefix("2001:db8:1::ff", &source);
	assert_memory_equal(&lease.source, &source, sizeof(source));
	assert_int_equal(lease.host_name_len, 12);
	assert_memory_equal(lease.host_name, "host.example", 12);
	sent6_prefix("2001:db8:1::ff", &link);
	assert_int_equal(lease.relay_path_len, 16 + 16 + 1 + 5);
	assert_memory_equal(lease.relay_path, &link, sizeof(link));
	assert_memory_equal(lease.relay_path + 32, "\5port7", 6);
	decider6_close(&f);
}

static void a_malformed_name_is_not_remembered(void **state)
{
	static const char *const names[] = { "\4hos", "\300\4", "\100" };
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		decider6_open(&f, decider6_conf);
		s.fqdn = names[i];
		decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
		assert_int_equal(
			decider6_lease(&f, "2001:db8:1::1234").host_name_len,
			0);
		decider6_close(&f);
	}
}

static void rfc9915_18_3_2_address_of_another_link_is_not_on_link(void **state)
{
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.ia[0] = (struct sent6_ia)IA_NA_OF(7, "2001:db8:2::1234");
	s.ia[1] = (struct sent6_ia)IA_NA_OF(8, "2001:db8:1::1234");
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia_count, 2);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NOT_ON_LINK);
	assert_int_equal(got.ia[0].item_count, 0);
	assert_int_equal(got.ia[1].status, -1);
	assert_string_equal(got.ia[1].text[0], "2001:db8:1::1234");
	assert_int_equal(got.answer.created, 1);
	decider6_close(&f);
}

/* A prefix is delegated to a link, it does not lie on it. */
static void a_prefix_is_never_off_link(void **state)
{
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.ia[0] = (struct sent6_ia)IA_PD_OF(7, "2001:db8:b12::/48");
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].status, -1);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:a", 10);
	decider6_close(&f);
}

static void rfc9915_18_3_2_nothing_available_is_said_inside_the_ia(void **state)
{
	static const char conf[] = "subnet6 2001:db8:1::/64 { range6 "
				   "2001:db8:1::9 2001:db8:1::9; }\n";
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, conf);
	s.ia[0] = (struct sent6_ia)IA_NA(1);
	s.ia[1] = (struct sent6_ia)IA_PD(1);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(got.ia[1].status, DHCP6_STATUS_NO_PREFIX_AVAIL);
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_int_equal(got.status, -1);
	assert_false(got.staged);
	decider6_close(&f);
}

static void a_request_again_is_answered_again_by_the_same(void **state)
{
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &request, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.created, 1);
	decider6_expect(&f, &request, &got, DHCP6_REPLY, DROP_NONE);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::1234");
	assert_int_equal(got.answer.created, 0);
	assert_int_equal(got.answer.renewed, 1);
	decider6_close(&f);
}

static void an_address_of_somebody_else_is_replaced(void **state)
{
	struct sent6 s = request;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_string_not_equal(got.ia[0].text[0], "2001:db8:1::1234");
	decider6_close(&f);
}

static void
rfc9915_16_4_a_choice_of_another_server_frees_our_offer(void **state)
{
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA(1), IA_PD(1) },
	};
	struct alloc6_stats stats;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	alloc6_get_stats(f.alloc, &stats);
	assert_int_equal(stats.offers, 2);
	s.type = DHCP6_REQUEST;
	s.server = OTHER_SERVER;
	decider6_expect(&f, &s, &got, 0, DROP_OTHER_SERVER);
	assert_false(got.staged);
	alloc6_get_stats(f.alloc, &stats);
	assert_int_equal(stats.offers, 0);
	decider6_close(&f);
}

static void leases_are_there_after_a_restart(void **state)
{
	struct sent6 s = request;
	struct got6 first, got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.ia[0] = (struct sent6_ia)IA_NA(1);
	s.ia[1] = (struct sent6_ia)IA_PD(1);
	decider6_bind(&f, &s, &first);
	decider6_restart(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_string_equal(got.ia[0].text[0], first.ia[0].text[0]);
	assert_string_equal(got.ia[1].text[0], first.ia[1].text[0]);
	assert_int_equal(got.answer.renewed, 2);
	decider6_close(&f);
}

#define TWO_OF_EACH "limit-addrs-per-ia 2; limit-prefs-per-ia 2;\n"

static void an_ia_may_name_as_many_leases_as_it_may_have(void **state)
{
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA_OF(1, "2001:db8:1::1234"),
			IA_PD_OF(1, "2001:db8:a12::/48") },
	};
	struct got6 got;
	struct decider6 f;

	(void)state;
	s.ia[0].item[1].addr = "2001:db8:1::1235";
	s.ia[0].item[2].addr = "2001:db8:1::1236";
	s.ia[1].item[1].addr = "2001:db8:a13::/48";
	decider6_open(&f, TWO_OF_EACH NETWORKS6);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_int_equal(got.ia[1].item_count, 2);
	s.type = DHCP6_REQUEST;
	s.server = THIS_SERVER;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.created, 4);
	assert_int_equal(got.ia[0].item_count, 2);
	assert_string_equal(got.ia[0].text[1], "2001:db8:1::1235");
	assert_int_equal(decider6_state(&f, "2001:db8:1::1235"), LEASE_ACTIVE);
	assert_int_equal(decider6_state(&f, "2001:db8:a13::/48"), LEASE_ACTIVE);
	assert_int_equal(decider6_state(&f, "2001:db8:1::1236"),
			 LEASE_STATE_COUNT);
	s = sent6_about(&s, DHCP6_RENEW, &got);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.answer.renewed, 4);
	decider6_close(&f);
	/* One by default. */
	decider6_open(&f, NETWORKS6);
	s.type = DHCP6_REQUEST;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_int_equal(got.answer.created, 2);
	decider6_close(&f);
}

#define ONE_ADDRESS \
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::9 2001:db8:1::9; }\n"

static void
what_was_offered_to_one_and_bound_to_another_is_not_bound_again(void **state)
{
	static const char conf[] = "option dhcp6.rapid-commit;\n" ONE_ADDRESS;
	struct sent6 first = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA(1) },
	};
	struct sent6 other = first;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, conf);
	decider6_expect(&f, &first, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	/* In a full pool an offer goes to who asks now. */
	other.client = 2;
	other.rapid_commit = true;
	decider6_expect(&f, &other, &got, DHCP6_REPLY, DROP_NONE);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::9");
	first.type = DHCP6_REQUEST;
	first.server = THIS_SERVER;
	decider6_expect(&f, &first, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 0);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	/* Nor is it in the way of who has it. */
	other.type = DHCP6_RENEW;
	other.server = THIS_SERVER;
	other.rapid_commit = false;
	other.ia[0].item[0].addr = "2001:db8:1::9";
	decider6_expect(&f, &other, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_true(got.ia[0].item[0].valid_s > 0);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc9915_18_3_2_what_was_advertised_is_bound),
		cmocka_unit_test(
			a_lease_remembers_whose_it_is_and_the_way_to_it),
		cmocka_unit_test(a_malformed_name_is_not_remembered),
		cmocka_unit_test(
			rfc9915_18_3_2_address_of_another_link_is_not_on_link),
		cmocka_unit_test(a_prefix_is_never_off_link),
		cmocka_unit_test(
			rfc9915_18_3_2_nothing_available_is_said_inside_the_ia),
		cmocka_unit_test(a_request_again_is_answered_again_by_the_same),
		cmocka_unit_test(an_address_of_somebody_else_is_replaced),
		cmocka_unit_test(
			rfc9915_16_4_a_choice_of_another_server_frees_our_offer),
		cmocka_unit_test(leases_are_there_after_a_restart),
		cmocka_unit_test(
			what_was_offered_to_one_and_bound_to_another_is_not_bound_again),
		cmocka_unit_test(an_ia_may_name_as_many_leases_as_it_may_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
