/* SPDX-License-Identifier: BSD-2-Clause */
/* SOLICIT: what is advertised, and Rapid Commit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

static const struct sent6 solicit = {
	.type = DHCP6_SOLICIT,
	.client = 1,
	.ia = { IA_NA(7) },
};

static void rfc9915_18_3_1_solicit_is_answered_by_an_advertise(void **state)
{
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &solicit, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_false(got.staged);
	assert_int_equal(got.status, -1);
	assert_int_equal(got.ia_count, 1);
	assert_int_equal(got.ia[0].code, DHCP6_OPT_IA_NA);
	assert_int_equal(got.ia[0].iaid, 7);
	assert_int_equal(got.ia[0].status, -1);
	assert_int_equal(got.ia[0].item_count, 1);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:1::1", 13);
	assert_int_equal(got.answer.offered, 1);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RAPID_COMMIT, NULL), 0);
}

static void rfc9915_18_3_1_each_ia_of_a_message_gets_its_own(void **state)
{
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA(1), IA_PD(1), IA_NA(2), IA_PD(2) },
	};
	struct got6 got;
	unsigned int i;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got.ia_count, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(got.ia[i].code, s.ia[i].code);
		assert_int_equal(got.ia[i].iaid, s.ia[i].iaid);
		assert_int_equal(got.ia[i].item_count, 1);
	}
	assert_string_not_equal(got.ia[0].text[0], got.ia[2].text[0]);
	assert_string_not_equal(got.ia[1].text[0], got.ia[3].text[0]);
	assert_int_equal(got.ia[1].item[0].prefix_len, 48);
}

static void
rfc9915_18_3_9_what_is_not_available_is_said_inside_the_ia(void **state)
{
	static const char conf[] = "subnet6 2001:db8:1::/64 { range6 "
				   "2001:db8:1::9 2001:db8:1::9; }\n";
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA(1), IA_NA(2), IA_PD(1) },
	};
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got.status, -1);
	assert_int_equal(got.ia_count, 3);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::9");
	assert_int_equal(got.ia[1].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_int_equal(got.ia[1].item_count, 0);
	assert_int_equal(got.ia[2].status, DHCP6_STATUS_NO_PREFIX_AVAIL);
	assert_int_equal(got.ia[2].item_count, 0);
	assert_int_equal(got.answer.refused, 2);
}

static void an_advertise_with_nothing_to_give_is_sent_too(void **state)
{
	static const char conf[] = "subnet6 2001:db8:1::/64 { }\n";
	struct got6 got;

	(void)state;
	decider6_ask(conf, &solicit, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_int_equal(got.ia[0].t1_s, 0);
	assert_int_equal(got.ia[0].t2_s, 0);
}

static void a_solicit_without_an_ia_is_answered(void **state)
{
	struct sent6 s = { .type = DHCP6_SOLICIT, .client = 1 };
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got.ia_count, 0);
}

static void a_free_address_that_is_asked_for_is_advertised(void **state)
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
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::1234");
	assert_string_equal(got.ia[1].text[0], "2001:db8:a12::/48");
	/* Held for the first one. */
	s.client = 2;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_string_not_equal(got.ia[0].text[0], "2001:db8:1::1234");
	assert_string_not_equal(got.ia[1].text[0], "2001:db8:a12::/48");
	decider6_close(&f);
}

static void rfc9915_18_3_1_a_wish_of_another_link_is_ignored(void **state)
{
	struct sent6 s = {
		.type = DHCP6_SOLICIT,
		.client = 1,
		.ia = { IA_NA_OF(1, "2001:db8:2::1234") },
	};
	struct got6 got;

	(void)state;
	decider6_ask(decider6_conf, &s, &got);
	assert_int_equal(got.ia[0].status, -1);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:1::1", 13);
}

static void what_is_advertised_once_is_advertised_again(void **state)
{
	struct got6 first, second;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &solicit, &first, DHCP6_ADVERTISE, DROP_NONE);
	decider6_expect(&f, &solicit, &second, DHCP6_ADVERTISE, DROP_NONE);
	assert_string_equal(first.ia[0].text[0], second.ia[0].text[0]);
	decider6_close(&f);
}

static void rfc9915_13_1_link_address_of_the_first_relay_decides(void **state)
{
	struct sent6 s = solicit;
	struct decider6 f;
	struct got6 got;

	(void)state;
	s.relay[0] = (struct sent6_relay){ "2001:db8:2::ff", "port7", 0 };
	s.relay[1] = (struct sent6_relay){ "2001:db8:1::ff", NULL, 0 };
	s.ia[1] = (struct sent6_ia)IA_PD(9);
	decider6_open(&f, decider6_conf);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:2::1", 13);
	assert_memory_equal(got.ia[1].text[0], "2001:db8:b", 10);
	assert_string_equal(got.answer.network, "B");
	decider6_close(&f);
}

static void nothing_is_said_to_who_is_nowhere_known(void **state)
{
	static const uint8_t types[] = {
		DHCP6_SOLICIT, DHCP6_REQUEST, DHCP6_CONFIRM,
		DHCP6_RENEW,   DHCP6_REBIND,
	};
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;
	size_t i;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.ia[0] = (struct sent6_ia)IA_NA_OF(7, "2001:db8:1::1234");
	s.relay[0].link = "2001:db8:99::1";
	for (i = 0; i < sizeof(types); i++) {
		s.type = types[i];
		s.server = types[i] == DHCP6_REQUEST || types[i] == DHCP6_RENEW
				   ? THIS_SERVER
				   : NO_SERVER;
		decider6_expect(&f, &s, &got, 0, DROP_NO_SUBNET);
		assert_false(got.staged);
	}
	decider6_close(&f);
}

static void rfc9915_16_unicast_of_a_client_is_discarded(void **state)
{
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.is_unicast = true;
	decider6_expect(&f, &s, &got, 0, DROP_DHCP6_UNICAST);
	/* A relay may send as it likes. */
	s.relay[0].link = "2001:db8:1::ff";
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	decider6_close(&f);
}

static void rfc9915_16_what_is_not_valid_is_not_decided(void **state)
{
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, decider6_conf);
	s.server = THIS_SERVER;
	decider6_expect(&f, &s, &got, 0, DROP_DHCP6_SERVER_ID);
	s.type = DHCP6_REQUEST;
	s.client = 0;
	decider6_expect(&f, &s, &got, 0, DROP_DHCP6_NO_CLIENT_ID);
	s.client = 1;
	s.server = NO_SERVER;
	decider6_expect(&f, &s, &got, 0, DROP_DHCP6_NO_SERVER_ID);
	assert_int_equal(got.answer.ia_count, 0);
	decider6_close(&f);
}

/* ---- Rapid Commit ---- */

#define RAPID "option dhcp6.rapid-commit;\n"

static void rfc9915_18_3_1_rapid_commit_needs_both_sides(void **state)
{
	static const char configured[] = RAPID NETWORKS6;
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	decider6_ask(configured, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	s.rapid_commit = true;
	decider6_ask(NETWORKS6, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_false(got.staged);
	decider6_ask(configured, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
}

static void rfc9915_18_3_1_rapid_commit_binds_and_says_so(void **state)
{
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;
	struct wire_reader body;

	(void)state;
	decider6_open(&f, RAPID NETWORKS6);
	s.rapid_commit = true;
	s.ia[1] = (struct sent6_ia)IA_PD(3);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_true(got.staged);
	assert_int_equal(got.answer.created, 2);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RAPID_COMMIT, &body), 1);
	assert_int_equal(wire_left(&body), 0);
	assert_int_equal(decider6_state(&f, got.ia[0].text[0]), LEASE_ACTIVE);
	assert_int_equal(decider6_state(&f, got.ia[1].text[0]), LEASE_ACTIVE);
	decider6_close(&f);
}

static void rapid_commit_is_a_matter_of_the_network_of_the_client(void **state)
{
	static const char conf[] =
		"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/96; }\n"
		"subnet6 2001:db8:2::/64 { range6 2001:db8:2::/96;\n" RAPID
		"}\n";
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	s.rapid_commit = true;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	s.relay[0].link = "2001:db8:2::ff";
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
}

static void rapid_commit_with_nothing_to_commit_is_an_advertise(void **state)
{
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	s.rapid_commit = true;
	decider6_ask(RAPID "subnet6 2001:db8:1::/64 { }\n", &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RAPID_COMMIT, NULL), 0);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
}

/* ---- reservations and permits ---- */

static void a_reserved_address_is_for_its_client(void **state)
{
	static const char conf[] =
		NETWORKS6 "host one { host-identifier option dhcp6.client-id\n"
			  "  00:03:00:01:02:00:00:00:01:01;\n"
			  "  fixed-address6 2001:db8:1::77;\n"
			  "  fixed-prefix6 2001:db8:c77::/48;\n"
			  "  default-lease-time 77; }\n";
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	s.ia[1] = (struct sent6_ia)IA_PD(1);
	decider6_ask(conf, &s, &got);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::77");
	assert_string_equal(got.ia[1].text[0], "2001:db8:c77::/48");
	assert_int_equal(got.ia[0].item[0].valid_s, 77);
	assert_int_equal(got.ia[1].item[0].valid_s, 77);
	s.client = 2;
	decider6_ask(conf, &s, &got);
	assert_string_not_equal(got.ia[0].text[0], "2001:db8:1::77");
	assert_int_equal(got.ia[0].item[0].valid_s, 43200);
}

/* ISC's server gives such a lease no pool. */
static void what_is_reserved_is_of_no_pool(void **state)
{
	static const char conf[] =
		"subnet6 2001:db8:1::/64 { default-lease-time 900;\n"
		" pool6 { range6 2001:db8:1::/96; default-lease-time 500;\n"
		"  prefix6 2001:db8:a00:: 2001:db8:aff:: /48; } }\n"
		"host one { host-identifier option dhcp6.client-id\n"
		"  00:03:00:01:02:00:00:00:01:01;\n"
		"  fixed-address6 2001:db8:1::77;\n"
		"  fixed-prefix6 2001:db8:a77::/48; }\n";
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	s.ia[1] = (struct sent6_ia)IA_PD(1);
	decider6_ask(conf, &s, &got);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::77");
	assert_string_equal(got.ia[1].text[0], "2001:db8:a77::/48");
	assert_int_equal(got.ia[0].item[0].valid_s, 900);
	assert_int_equal(got.ia[1].item[0].valid_s, 900);
	s.client = 2;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.ia[0].item[0].valid_s, 500);
	assert_int_equal(got.ia[1].item[0].valid_s, 500);
}

/* RFC 6939 from the relay counts before what the DUID is made of. */
static void hardware_of_a_host_is_that_of_relay_or_duid(void **state)
{
	static const char conf[] =
		NETWORKS6 "host duid { hardware ethernet 02:00:00:00:01:01;\n"
			  "  fixed-address6 2001:db8:1::77; }\n"
			  "host relay { hardware ethernet 02:00:00:00:00:55;\n"
			  "  fixed-address6 2001:db8:1::55; }\n";
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::77");
	s.relay[0] = (struct sent6_relay){ "2001:db8:1::ff", NULL, 0x55 };
	decider6_ask(conf, &s, &got);
	assert_string_equal(got.ia[0].text[0], "2001:db8:1::55");
}

#define ONE_HOST                                              \
	NETWORKS6                                             \
	"host one { host-identifier option dhcp6.client-id\n" \
	"  00:03:00:01:02:00:00:00:01:01; }\n"

static void clients_that_are_denied_get_no_answer(void **state)
{
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, "deny unknown-clients;\n" ONE_HOST);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	s.client = 2;
	decider6_expect(&f, &s, &got, 0, DROP_UNKNOWN_CLIENT);
	decider6_reload(&f, ONE_HOST);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	decider6_reload(&f, "deny booting;\n" ONE_HOST);
	decider6_expect(&f, &s, &got, 0, DROP_BOOTING_DENIED);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_3_1_solicit_is_answered_by_an_advertise),
		cmocka_unit_test(
			rfc9915_18_3_1_each_ia_of_a_message_gets_its_own),
		cmocka_unit_test(
			rfc9915_18_3_9_what_is_not_available_is_said_inside_the_ia),
		cmocka_unit_test(an_advertise_with_nothing_to_give_is_sent_too),
		cmocka_unit_test(a_solicit_without_an_ia_is_answered),
		cmocka_unit_test(
			a_free_address_that_is_asked_for_is_advertised),
		cmocka_unit_test(
			rfc9915_18_3_1_a_wish_of_another_link_is_ignored),
		cmocka_unit_test(what_is_advertised_once_is_advertised_again),
		cmocka_unit_test(
			rfc9915_13_1_link_address_of_the_first_relay_decides),
		cmocka_unit_test(nothing_is_said_to_who_is_nowhere_known),
		cmocka_unit_test(rfc9915_16_unicast_of_a_client_is_discarded),
		cmocka_unit_test(rfc9915_16_what_is_not_valid_is_not_decided),
		cmocka_unit_test(rfc9915_18_3_1_rapid_commit_needs_both_sides),
		cmocka_unit_test(rfc9915_18_3_1_rapid_commit_binds_and_says_so),
		cmocka_unit_test(
			rapid_commit_is_a_matter_of_the_network_of_the_client),
		cmocka_unit_test(
			rapid_commit_with_nothing_to_commit_is_an_advertise),
		cmocka_unit_test(a_reserved_address_is_for_its_client),
		cmocka_unit_test(what_is_reserved_is_of_no_pool),
		cmocka_unit_test(hardware_of_a_host_is_that_of_relay_or_duid),
		cmocka_unit_test(clients_that_are_denied_get_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
