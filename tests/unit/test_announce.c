/* SPDX-License-Identifier: BSD-2-Clause */
/* announce - when a reload changes what clients are told by option 88. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../daemon/server6/announce.h"
#include "conf_fixture.h"

#define OPTION "option dhcp6.dhcp4-o-dhcp6-server "
#define SUBNET "subnet6 2001:db8::/64 { range6 2001:db8::/80; "

static bool differ(const char *a, const char *b)
{
	struct conf *one = parse6(a), *other = parse6(b);
	bool result = announce_differs(one, other);

	assert_int_equal(announce_differs(other, one), result);
	conf_free(one);
	conf_free(other);
	return result;
}

static void other_options_and_lifetimes_are_no_difference(void **state)
{
	(void)state;
	assert_false(differ(OPTION "2001:db8::1;" SUBNET "}",
			    OPTION "2001:db8::1; default-lease-time 60;"
				   "option dhcp6.name-servers 2001:db8::53;"
				   "\n\n" SUBNET "}"));
}

static void the_same_in_another_place_is_a_difference(void **state)
{
	(void)state;
	assert_true(differ(OPTION "2001:db8::1;" SUBNET "}",
			   SUBNET OPTION "2001:db8::1; }"));
}

static void on_off_and_empty_are_three_things(void **state)
{
	(void)state;
	assert_true(differ(SUBNET "}", SUBNET OPTION "2001:db8::1; }"));
	assert_true(differ(SUBNET "}", SUBNET OPTION "\"\"; }"));
	assert_true(differ(SUBNET OPTION "\"\"; }",
			   SUBNET OPTION "2001:db8::1; }"));
}

static void hosts_pools_and_classes_count(void **state)
{
	(void)state;
	assert_true(differ("host a { } " SUBNET "}",
			   "host a { " OPTION "2001:db8::1; } " SUBNET "}"));
	assert_true(differ(
		"subnet6 2001:db8::/64 { pool6 { range6 2001:db8::/80; } }",
		"subnet6 2001:db8::/64 { pool6 { range6 2001:db8::/80; " OPTION
		"2001:db8::1; } }"));
	assert_true(differ("class \"a\" { } " SUBNET "}",
			   "class \"a\" { " OPTION "2001:db8::1; } " SUBNET
			   "}"));
}

static void conditions_count_as_they_are_written(void **state)
{
	(void)state;
	assert_true(differ("if exists dhcp6.fqdn { " OPTION "2001:db8::1; }",
			   "if known { " OPTION "2001:db8::1; }"));
	assert_false(differ("if known { " OPTION "2001:db8::1; }",
			    "if known { " OPTION "2001:db8::1; }"));
	assert_true(differ("if known { " OPTION "2001:db8::1; }",
			   "if known { } else { " OPTION "2001:db8::1; }"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_options_and_lifetimes_are_no_difference),
		cmocka_unit_test(the_same_in_another_place_is_a_difference),
		cmocka_unit_test(on_off_and_empty_are_three_things),
		cmocka_unit_test(hosts_pools_and_classes_count),
		cmocka_unit_test(conditions_count_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
