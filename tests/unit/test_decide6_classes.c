/* SPDX-License-Identifier: BSD-2-Clause */
/* Classes, `if' statements and values made by expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "decide6_fixture.h"

#define DNS(n) "option dhcp6.name-servers 2001:db8::" #n ";\n"

static const struct sent6 solicit = {
	.type = DHCP6_SOLICIT,
	.client = 1,
	.oro = { 23 },
	.ia = { IA_NA(1) },
};

/* Last octet of the name server for a client of this user class. */
static int server_for(const char *conf, const char *user_class)
{
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;

	if (user_class) {
		s.extra_code = DHCP6_OPT_USER_CLASS;
		s.extra = user_class;
	}
	decider6_ask(conf, &s, &got);
	if (!got6_option(&got, 23, &body))
		return -1;
	return body.pos[15];
}

static void the_branch_that_applies_counts_before_its_scope(void **state)
{
	static const char conf[] =
		DNS(1) "if option dhcp6.user-class = \"phone\" { " DNS(
			2) "}\n"
			   "elsif exists dhcp6.user-class { " DNS(
				   3) "}\n" NETWORKS6;

	(void)state;
	assert_int_equal(server_for(conf, NULL), 1);
	assert_int_equal(server_for(conf, "phone"), 2);
	assert_int_equal(server_for(conf, "tv"), 3);
}

static void what_stands_behind_an_if_counts_before_its_branches(void **state)
{
	static const char conf[] =
		"subnet6 2001:db8:1::/64 {\n"
		"  range6 2001:db8:1::/96;\n"
		"  if exists dhcp6.user-class { " DNS(
			2) "}\n"
			   "  else { " DNS(
				   3) "}\n"
				      "  default-lease-time 77; }\n" DNS(1);
	static const char behind[] =
		"subnet6 2001:db8:1::/64 {\n"
		"  range6 2001:db8:1::/96;\n"
		"  if exists dhcp6.user-class { " DNS(2) "}\n" DNS(3) "}\n";

	(void)state;
	assert_int_equal(server_for(conf, "tv"), 2);
	assert_int_equal(server_for(conf, NULL), 3);
	assert_int_equal(server_for(behind, "tv"), 3);
}

static void a_class_counts_before_the_pool_and_behind_the_host(void **state)
{
	static const char conf[] =
		"class \"phones\" {\n"
		"  match if option dhcp6.user-class = \"phone\"; " DNS(
			2) "}\n"
			   "subnet6 2001:db8:1::/64 { pool6 {\n"
			   "  range6 2001:db8:1::/96; " DNS(1) "} }\n";
	static const char host[] =
		"class \"phones\" {\n"
		"  match if option dhcp6.user-class = \"phone\"; " DNS(
			2) "}\n"
			   "host one { " DNS(
				   3) "  host-identifier option "
				      "dhcp6.client-id\n"
				      "    00:03:00:01:02:00:00:00:01:01; "
				      "}\n" NETWORKS6;

	(void)state;
	assert_int_equal(server_for(conf, "phone"), 2);
	assert_int_equal(server_for(conf, "tv"), 1);
	assert_int_equal(server_for(host, "phone"), 3);
}

static void a_subclass_counts_before_its_class(void **state)
{
	static const char conf[] =
		"class \"users\" { match option dhcp6.user-class; " DNS(
			1) "}\n"
			   "subclass \"users\" \"phone\" { " DNS(
				   2) "}\n"
				      "subclass \"users\" \"tv\" { "
				      "}\n" NETWORKS6;

	(void)state;
	assert_int_equal(server_for(conf, "phone"), 2);
	assert_int_equal(server_for(conf, "tv"), 1);
	assert_int_equal(server_for(conf, "radio"), -1);
}

static void the_first_class_of_the_file_counts_most(void **state)
{
	static const char conf[] =
		"class \"b\" { match if exists dhcp6.user-class; " DNS(
			1) "}\n"
			   "class \"a\" { match if exists "
			   "dhcp6.user-class; " DNS(2) "}\n" NETWORKS6;

	(void)state;
	assert_int_equal(server_for(conf, "phone"), 1);
}

static void lifetimes_of_a_class_are_those_of_its_members(void **state)
{
	static const char conf[] =
		"class \"phones\" { match if exists dhcp6.user-class;\n"
		"  default-lease-time 77; option dhcp6.rapid-commit; "
		"}\n" NETWORKS6;
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	s.rapid_commit = true;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got.ia[0].item[0].valid_s, 43200);
	s.extra_code = DHCP6_OPT_USER_CLASS;
	s.extra = "phone";
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.type, DHCP6_REPLY);
	assert_int_equal(got.ia[0].item[0].valid_s, 77);
}

static void conditions_know_reservations_and_hardware(void **state)
{
	static const char conf[] = "if known { " DNS(2) "} else { " DNS(
		1) "}\n"
		   "if hardware = 1:02:00:00:00:01:05 { " DNS(
			   3) "}\n"
			      "host one { host-identifier option "
			      "dhcp6.client-id\n"
			      "  00:03:00:01:02:00:00:00:01:01; }\n" NETWORKS6;
	static const uint8_t want[] = { 2, 1, 3 };
	static const uint8_t clients[] = { 1, 2, 5 };
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want); i++) {
		s.client = clients[i];
		decider6_ask(conf, &s, &got);
		assert_int_equal(got6_option(&got, 23, &body), 1);
		assert_int_equal(body.pos[15], want[i]);
	}
}

static void pools_permit_and_deny_members_of_classes(void **state)
{
	static const char conf[] =
		"class \"phones\" {\n"
		"  match if option dhcp6.user-class = \"phone\"; }\n"
		"class \"others\" { match if exists dhcp6.user-class; }\n"
		"subnet6 2001:db8:1::/64 {\n"
		"  pool6 { allow members of \"phones\";\n"
		"    range6 2001:db8:1:0:1::/96; }\n"
		"  pool6 { deny members of \"others\";\n"
		"    range6 2001:db8:1:0:2::/96; } }\n";
	struct sent6 s = solicit;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:1:0:2:", 15);
	s.extra_code = DHCP6_OPT_USER_CLASS;
	s.extra = "phone";
	decider6_ask(conf, &s, &got);
	assert_memory_equal(got.ia[0].text[0], "2001:db8:1:0:1:", 15);
	s.extra = "tv";
	decider6_ask(conf, &s, &got);
	assert_int_equal(got.ia[0].status, DHCP6_STATUS_NO_ADDRS_AVAIL);
}

/* The value is made for each message; a missing one is not sent. */
static void values_are_made_by_expressions(void **state)
{
	static const char conf[] =
		"option dhcp6.bootfile-url =\n"
		"  concat(\"tftp:\", option dhcp6.user-class);\n" NETWORKS6;
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;
	struct decider6 f;

	(void)state;
	s.oro[0] = 59;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 59, NULL), 0);
	s.extra_code = DHCP6_OPT_USER_CLASS;
	s.extra = "phone";
	decider6_open(&f, conf);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got6_option(&got, 59, &body), 1);
	assert_int_equal(wire_left(&body), 10);
	assert_memory_equal(body.pos, "tftp:phone", 10);
	f.room = got.len - 1;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got6_option(&got, 59, NULL), 0);
	assert_int_equal(got.answer.options_dropped, 1);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_branch_that_applies_counts_before_its_scope),
		cmocka_unit_test(
			what_stands_behind_an_if_counts_before_its_branches),
		cmocka_unit_test(
			a_class_counts_before_the_pool_and_behind_the_host),
		cmocka_unit_test(a_subclass_counts_before_its_class),
		cmocka_unit_test(the_first_class_of_the_file_counts_most),
		cmocka_unit_test(lifetimes_of_a_class_are_those_of_its_members),
		cmocka_unit_test(conditions_know_reservations_and_hardware),
		cmocka_unit_test(pools_permit_and_deny_members_of_classes),
		cmocka_unit_test(values_are_made_by_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
