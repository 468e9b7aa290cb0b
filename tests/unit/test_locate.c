/* SPDX-License-Identifier: BSD-2-Clause */
/* Localization: each step, the order of steps, and what it costs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"
#include "dhcp4o6/alloc/locate.h"

#define A       "10.10.10.7"
#define B       "10.20.20.7"
#define NOWHERE "172.16.0.1"
#define LINK_A  "2001:db8:1:1::fe"
#define LINK_B  "2001:db8:2:2::fe"
#define LINK_NO "2001:db8:dead::1"

#define NET(name, prefix6, subnet4)                          \
	"shared-network " name " { subnet6 " prefix6 " {}\n" \
	" subnet " subnet4 ".0 netmask 255.255.255.0 {\n"    \
	"  range " subnet4 ".100 " subnet4 ".199; } }\n"
#define NETS                                      \
	NET("A", "2001:db8:1:1::/64", "10.10.10") \
	NET("B", "2001:db8:2:2::/64", "10.20.20")

static const struct sent discover = { .type = DHCP4_DISCOVER, .mac = 1 };

/* network NULL: the query gets no answer, for it has no subnet. */
static void expect(const char *conf, const struct sent *s, const char *network)
{
	struct decider f;
	struct got got;

	decider_open(&f, conf);
	decider_send(&f, s, &got);
	if (network) {
		assert_int_equal(got.drop, DROP_NONE);
		assert_string_equal(got.answer.network, network);
	} else {
		assert_int_equal(got.drop, DROP_NO_SUBNET);
		assert_null(got.answer.network);
	}
	decider_close(&f);
}

static void link_selection_goes_before_subnet_selection(void **state)
{
	struct sent s = discover;

	(void)state;
	s.link_selection = B;
	s.subnet = A;
	s.giaddr = A;
	s.relay[0].link = LINK_A;
	expect(NETS, &s, "B");
}

static void useless_link_selection_is_not_passed_over(void **state)
{
	struct sent s = discover;

	(void)state;
	s.link_selection = NOWHERE;
	s.subnet = A;
	s.giaddr = A;
	expect(NETS, &s, NULL);
}

static void subnet_selection_goes_before_giaddr(void **state)
{
	struct sent s = discover;

	(void)state;
	s.subnet = B;
	s.giaddr = A;
	s.relay[0].link = LINK_A;
	expect(NETS, &s, "B");
}

static void useless_subnet_selection_is_not_passed_over(void **state)
{
	struct sent s = discover;

	(void)state;
	s.subnet = NOWHERE;
	s.giaddr = A;
	expect(NETS, &s, NULL);
}

static void subnet_selection_switched_off_is_ignored(void **state)
{
	struct sent s = discover;

	(void)state;
	s.subnet = B;
	expect(NETS "dhcp4o6 { subnet-selection off; }", &s, "A");
}

static void giaddr_goes_before_the_relay(void **state)
{
	struct sent s = discover;

	(void)state;
	s.giaddr = B;
	s.relay[0].link = LINK_A;
	expect(NETS, &s, "B");
}

static void useless_giaddr_is_not_passed_over(void **state)
{
	struct sent s = discover;

	(void)state;
	s.giaddr = NOWHERE;
	s.relay[0].link = LINK_A;
	expect(NETS, &s, NULL);
}

static void innermost_usable_link_address_decides(void **state)
{
	struct sent s = discover;

	(void)state;
	s.relay[0].link = LINK_B;
	s.relay[1].link = LINK_A;
	expect(NETS, &s, "B");
	s.relay[0].link = "::";
	expect(NETS, &s, "A");
	s.relay[0].link = "fe80::1";
	s.relay[1].link = LINK_B;
	expect(NETS, &s, "B");
}

static void unknown_link_address_ends_it(void **state)
{
	struct sent s = discover;

	(void)state;
	s.relay[0].link = LINK_NO;
	s.relay[1].link = LINK_A;
	expect(NETS, &s, NULL);
}

static void chain_without_usable_link_leaves_it_to_the_interface(void **state)
{
	struct sent s = discover;

	(void)state;
	s.relay[0].link = "::";
	s.relay[1].link = "fe80::1";
	expect(NETS, &s, "A");
	s.ifname = "s9";
	expect(NETS, &s, NULL);
}

/* RFC 7969 section 3.2: it names a link if the operator said which. */
static void link_local_address_counts_as_an_exact_subnet6(void **state)
{
	static const char conf[] = NETS NET("C", "fe80::77/128", "10.30.30")
		NET("D", "fe80::/10", "10.40.40");
	struct sent s = discover;

	(void)state;
	s.relay[0].link = "fe80::77";
	expect(conf, &s, "C");
	s.relay[0].link = "fe80::78"; /* not exactly: skipped */
	s.relay[1].link = LINK_B;
	expect(conf, &s, "B");
}

static void longest_prefix_wins(void **state)
{
	static const char conf[] = NETS NET("C", "2001:db8:2::/48", "10.30.30")
		NET("D", "2001:db8:2:2::f0/124", "10.40.40");
	struct sent s = discover;

	(void)state;
	s.relay[0].link = "2001:db8:2:2::1";
	expect(conf, &s, "B");
	s.relay[0].link = "2001:db8:2:3::1";
	expect(conf, &s, "C");
	s.relay[0].link = "2001:db8:2:2::fe";
	expect(conf, &s, "D");
}

static void source_address_is_off_unless_configured(void **state)
{
	struct sent s = discover;

	(void)state;
	s.source = "2001:db8:2:2::10";
	expect(NETS, &s, "A");
}

static void source_address_decides_before_the_interface(void **state)
{
	static const char conf[] =
		NETS "dhcp4o6 { source-address-localization on; }";
	struct sent s = discover;

	(void)state;
	s.source = "2001:db8:2:2::10";
	expect(conf, &s, "B");
	s.source = "2001:db8:dead::10"; /* in no subnet6: go on */
	expect(conf, &s, "A");
	s.source = "fe80::1";
	expect(conf, &s, "A");
	/* Behind a relay it would be the relay's. */
	s.source = "2001:db8:2:2::10";
	s.relay[0].link = "::";
	expect(conf, &s, "A");
}

static void hints_can_be_believed_of_relays_alone(void **state)
{
	static const char conf[] = NETS "dhcp4o6 { inner-hints relayed-only; }";
	struct sent s = discover;

	(void)state;
	s.giaddr = B;
	expect(conf, &s, "A");
	s.relay[0].link = LINK_A;
	expect(conf, &s, "B");
	s.giaddr = NULL;
	s.subnet = B;
	expect(conf, &s, "B");
	s.relay[0].link = NULL;
	expect(conf, &s, "A");
}

static void hints_can_be_ignored(void **state)
{
	static const char conf[] = NETS "dhcp4o6 { inner-hints ignore; }";
	struct sent s = discover;

	(void)state;
	s.link_selection = B;
	s.subnet = B;
	s.giaddr = B;
	s.relay[0].link = LINK_A;
	expect(conf, &s, "A");
}

static void unlinked_subnet6_has_no_ipv4(void **state)
{
	static const char conf[] = NETS "subnet6 2001:db8:3:3::/64 {}\n";
	struct sent s = discover;

	(void)state;
	s.relay[0].link = "2001:db8:3:3::1";
	expect(conf, &s, NULL);
}

/* ---- interfaces ---- */

static struct in6_addr addr6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static const char *network_of(struct decider *f, const char *ifname)
{
	struct sent s = discover;
	struct got got;

	s.ifname = ifname;
	decider_send(f, &s, &got);
	return got.answer.network ? got.answer.network : "none";
}

static void interface_follows_its_addresses(void **state)
{
	struct in6_addr addrs[2] = { addr6("2001:db8:dead::1"),
				     addr6("2001:db8:2:2::1") };
	struct decider f;

	(void)state;
	decider_open(&f, NETS);
	assert_string_equal(network_of(&f, "eth0.100"), "none");
	assert_int_equal(
		alloc_set_interface(f.alloc, "eth0.100", addrs, 1, NULL), 0);
	assert_string_equal(network_of(&f, "eth0.100"), "none");
	assert_int_equal(
		alloc_set_interface(f.alloc, "eth0.100", addrs, 2, NULL), 0);
	assert_string_equal(network_of(&f, "eth0.100"), "B");
	alloc_remove_interface(f.alloc, "eth0.100");
	assert_string_equal(network_of(&f, "eth0.100"), "none");
	assert_string_equal(network_of(&f, "s0"), "A");
	decider_close(&f);
}

static void interface_follows_a_reload(void **state)
{
	static const char swapped[] = NET("A", "2001:db8:2:2::/64", "10.10.10")
		NET("B", "2001:db8:1:1::/64", "10.20.20");
	struct decider f;

	(void)state;
	decider_open(&f, NETS);
	assert_string_equal(network_of(&f, "s0"), "A");
	decider_reload(&f, swapped);
	assert_string_equal(network_of(&f, "s0"), "B");
	decider_close(&f);
}

static void note_text(void *arg, const char *text)
{
	snprintf(arg, ALLOC_CONFLICT_SIZE, "%s", text);
}

static void
interface_in_two_networks_is_reported_and_bound_to_none(void **state)
{
	static const char want[] =
		"interface s1 is in two shared networks: A, and by its address "
		"2001:db8:2:2::1 in B";
	struct in6_addr addrs[2] = { addr6("2001:db8:1:1::9"),
				     addr6("2001:db8:2:2::1") };
	char text[ALLOC_CONFLICT_SIZE];
	struct decider f;

	(void)state;
	decider_open(&f, NETS);
	assert_int_equal(alloc_set_interface(f.alloc, "s1", addrs, 2, text),
			 -EEXIST);
	assert_string_equal(text, want);
	assert_string_equal(network_of(&f, "s1"), "none");
	text[0] = '\0';
	assert_int_equal(alloc_check_interfaces(f.alloc, NULL, note_text, text),
			 1);
	assert_string_equal(text, want);
	assert_int_equal(alloc_set_interface(f.alloc, "s1", addrs, 1, text), 0);
	assert_int_equal(alloc_check_interfaces(f.alloc, NULL, note_text, text),
			 0);
	decider_close(&f);
}

static void impossible_interfaces_are_refused(void **state)
{
	struct in6_addr addrs[ALLOC_IF_ADDRS_MAX + 1] = { 0 };
	struct decider f;

	(void)state;
	decider_open(&f, NETS);
	assert_int_equal(alloc_set_interface(f.alloc, "", addrs, 1, NULL),
			 -EINVAL);
	assert_int_equal(alloc_set_interface(f.alloc, "sixteen-letters-", addrs,
					     1, NULL),
			 -EINVAL);
	assert_int_equal(alloc_set_interface(f.alloc, "s1", addrs,
					     ALLOC_IF_ADDRS_MAX + 1, NULL),
			 -E2BIG);
	decider_close(&f);
}

/* ---- cost ---- */

#define MANY 20000U

static char *conf_of(unsigned int networks)
{
	size_t size = (size_t)networks * 200 + 1;
	char *text = malloc(size);
	size_t len = 0;
	unsigned int i;

	assert_non_null(text);
	for (i = 0; i < networks; i++)
		len += (size_t)snprintf(
			text + len, size - len,
			"shared-network n%u { subnet6 2001:db8:%x:%x::/64 {}\n"
			" subnet 10.%u.%u.0 netmask 255.255.255.0 {\n"
			"  range 10.%u.%u.10 10.%u.%u.20; } }\n",
			i, 1 + i / 65536, i % 65536, i / 256, i % 256, i / 256,
			i % 256, i / 256, i % 256);
	return text;
}

/* Places looked at for one query from each of some networks, at most. */
static uint64_t most_steps(unsigned int networks)
{
	char *text = conf_of(networks);
	uint64_t most = 0;
	struct decider f;
	unsigned int i;

	decider_open(&f, text);
	for (i = 0; i < networks; i += 1 + networks / 500) {
		struct dhcp6_envelope env = { .relay_count = 1 };
		struct dhcp4_msg msg = { .type = DHCP4_DISCOVER };
		struct locate_query query = { .msg = &msg, .envelope = &env };
		struct locate_result result;
		char link[64], name[16];
		uint64_t before = alloc_locate_steps(f.alloc);

		snprintf(link, sizeof(link), "2001:db8:1:%x::1", i);
		snprintf(name, sizeof(name), "n%u", i);
		env.relay[0].link_address = addr6(link);
		alloc_locate(f.alloc, &query, &result);
		assert_non_null(result.network);
		assert_string_equal(alloc_network_conf(result.network)->name,
				    name);
		assert_int_equal(result.step, LOCATE_RELAY);
		before = alloc_locate_steps(f.alloc) - before;
		most = before > most ? before : most;
	}
	decider_close(&f);
	free(text);
	return most;
}

static void cost_does_not_grow_with_the_number_of_networks(void **state)
{
	(void)state;
	assert_int_equal(most_steps(1), 1);
	/* One prefix length; a few more only where hashes collide. */
	assert_in_range(most_steps(MANY), 1, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(link_selection_goes_before_subnet_selection),
		cmocka_unit_test(useless_link_selection_is_not_passed_over),
		cmocka_unit_test(subnet_selection_goes_before_giaddr),
		cmocka_unit_test(useless_subnet_selection_is_not_passed_over),
		cmocka_unit_test(subnet_selection_switched_off_is_ignored),
		cmocka_unit_test(giaddr_goes_before_the_relay),
		cmocka_unit_test(useless_giaddr_is_not_passed_over),
		cmocka_unit_test(innermost_usable_link_address_decides),
		cmocka_unit_test(unknown_link_address_ends_it),
		cmocka_unit_test(
			chain_without_usable_link_leaves_it_to_the_interface),
		cmocka_unit_test(link_local_address_counts_as_an_exact_subnet6),
		cmocka_unit_test(longest_prefix_wins),
		cmocka_unit_test(source_address_is_off_unless_configured),
		cmocka_unit_test(source_address_decides_before_the_interface),
		cmocka_unit_test(hints_can_be_believed_of_relays_alone),
		cmocka_unit_test(hints_can_be_ignored),
		cmocka_unit_test(unlinked_subnet6_has_no_ipv4),
		cmocka_unit_test(interface_follows_its_addresses),
		cmocka_unit_test(interface_follows_a_reload),
		cmocka_unit_test(
			interface_in_two_networks_is_reported_and_bound_to_none),
		cmocka_unit_test(impossible_interfaces_are_refused),
		cmocka_unit_test(
			cost_does_not_grow_with_the_number_of_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
