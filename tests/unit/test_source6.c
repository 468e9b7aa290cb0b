/* SPDX-License-Identifier: BSD-2-Clause */
/* Which address a query leaves from (RFC 7341 section 9). */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../daemon/client6/source6.h"

static struct in6_addr ip6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static void tell(struct source6 *list, const char *text,
		 enum net_addr_state state, bool is_deprecated)
{
	const struct net_addr addr = {
		.family = AF_INET6,
		.is_deprecated = is_deprecated,
		.v6 = ip6(text),
	};

	source6_update(list, &addr, state);
}

static void expect(const struct source6 *list, const char *to, const char *want)
{
	struct in6_addr dest = ip6(to), from;
	char got[INET6_ADDRSTRLEN] = "none";

	if (source6_choose(list, &dest, &from))
		inet_ntop(AF_INET6, &from, got, sizeof(got));
	assert_string_equal(got, want);
}

static void destinations_on_the_link_get_the_link_local_source(void **state)
{
	struct source6 list = { .count = 0 };

	(void)state;
	tell(&list, "2001:db8::7", NET_ADDR_USABLE, false);
	expect(&list, "ff02::1:2", "none");
	expect(&list, "fe80::1", "none");
	tell(&list, "fe80::7", NET_ADDR_USABLE, false);
	expect(&list, "ff02::1:2", "fe80::7");
	expect(&list, "ff05::1:3", "fe80::7");
	expect(&list, "fe80::1", "fe80::7");
}

static void unicast_never_leaves_from_a_link_local_address(void **state)
{
	struct source6 list = { .count = 0 };

	(void)state;
	tell(&list, "fe80::7", NET_ADDR_USABLE, false);
	expect(&list, "2001:db8::547", "none");
	tell(&list, "2001:db8::7", NET_ADDR_TENTATIVE, false);
	expect(&list, "2001:db8::547", "none");
	tell(&list, "2001:db8::7", NET_ADDR_USABLE, false);
	expect(&list, "2001:db8::547", "2001:db8::7");
	tell(&list, "2001:db8::7", NET_ADDR_DUPLICATE, false);
	expect(&list, "2001:db8::547", "none");
}

static void like_goes_with_like_and_near_with_near(void **state)
{
	struct source6 list = { .count = 0 };

	(void)state;
	tell(&list, "fd00::7", NET_ADDR_USABLE, false);
	expect(&list, "2001:db8::547", "fd00::7");
	tell(&list, "2001:db8:2::7", NET_ADDR_USABLE, false);
	tell(&list, "2001:db8:1::7", NET_ADDR_USABLE, false);
	expect(&list, "2001:db8:1::547", "2001:db8:1::7");
	expect(&list, "2001:db8:2::547", "2001:db8:2::7");
	expect(&list, "fd00::547", "fd00::7");
	tell(&list, "2001:db8:1::7", NET_ADDR_USABLE, true);
	expect(&list, "2001:db8:1::547", "2001:db8:2::7");
	assert_int_equal(list.count, 3);
}

static void what_no_server_can_have_is_told(void **state)
{
	static const struct {
		const char *addr;
		bool is_server;
	} rows[] = {
		{ "::", false },        { "::1", false },
		{ "ff01::1:2", false }, { "::ffff:192.0.2.1", false },
		{ "ff02::1:2", true },  { "2001:db8::1", true },
		{ "fe80::1", true },    { "ff05::1:3", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct in6_addr addr = ip6(rows[i].addr);

		assert_int_equal(source6_is_server(&addr), rows[i].is_server);
	}
}

static void more_addresses_than_there_is_room_for_are_left_out(void **state)
{
	struct source6 list = { .count = 0 };
	char text[INET6_ADDRSTRLEN];
	unsigned int i;

	(void)state;
	for (i = 1; i <= SOURCE6_MAX + 3; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x", i);
		tell(&list, text, NET_ADDR_USABLE, false);
	}
	assert_int_equal(list.count, SOURCE6_MAX);
	for (i = 1; i <= SOURCE6_MAX + 3; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x", i);
		tell(&list, text, NET_ADDR_NONE, false);
	}
	assert_int_equal(list.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			destinations_on_the_link_get_the_link_local_source),
		cmocka_unit_test(
			unicast_never_leaves_from_a_link_local_address),
		cmocka_unit_test(like_goes_with_like_and_near_with_near),
		cmocka_unit_test(what_no_server_can_have_is_told),
		cmocka_unit_test(
			more_addresses_than_there_is_room_for_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
