/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts - which packets are for the server, and where its answers come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../daemon/server6/hosts.h"

#define ETH  2 /* an interface, the port of the VLAN devices */
#define VLAN 3 /* tag 100 on it */
#define QINQ 4 /* tag 7 in tag 100 */

static struct in6_addr ip6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static void add_interface(struct hosts *hosts, uint32_t ifindex,
			  const char *name, uint8_t vlan_count)
{
	struct privsep_interface interface = {
		.ifindex = ifindex,
		.port_ifindex = ETH,
		.vlan_count = vlan_count,
		.vlan_proto = { 0x8100, 0x8100 },
		.vlan_id = { 100, 7 },
	};

	strcpy(interface.name, name);
	assert_int_equal(hosts_set_interface(hosts, &interface), 0);
}

static void add_local(struct hosts *hosts, const char *text, uint8_t len,
		      uint32_t ifindex)
{
	const struct net_local local = {
		.prefix = ip6(text),
		.prefix_len = len,
		.ifindex = ifindex,
	};

	assert_int_equal(hosts_add_local(hosts, &local), 0);
}

static int setup(void **state)
{
	struct hosts *hosts;

	if (hosts_new(&hosts))
		return -1;
	add_interface(hosts, QINQ, "eth0.100.7", 2);
	add_interface(hosts, ETH, "eth0", 0);
	add_interface(hosts, VLAN, "eth0.100", 1);
	add_local(hosts, "fe80::2", 128, ETH);
	add_local(hosts, "fe80::3", 128, VLAN);
	add_local(hosts, "2001:db8:1::1", 128, ETH);
	add_local(hosts, "2001:db8:2::1", 128, ETH);
	add_local(hosts, "2001:db8:99::", 48, 1);
	*state = hosts;
	return 0;
}

static int teardown(void **state)
{
	hosts_free(*state);
	return 0;
}

static bool is_ours(struct hosts *hosts, const char *dst, uint32_t ifindex)
{
	const struct in6_addr addr = ip6(dst);

	return hosts_is_destination(hosts, &addr, ifindex);
}

static void takes_the_two_groups_and_no_other(void **state)
{
	assert_true(is_ours(*state, "ff02::1:2", ETH));
	assert_true(is_ours(*state, "ff05::1:3", VLAN));
	assert_false(is_ours(*state, "ff02::1", ETH));
	assert_false(is_ours(*state, "ff02::1:3", ETH));
	assert_false(is_ours(*state, "ff05::1:2", ETH));
}

static void takes_global_addresses_on_every_interface(void **state)
{
	assert_true(is_ours(*state, "2001:db8:1::1", ETH));
	assert_true(is_ours(*state, "2001:db8:1::1", VLAN));
	assert_false(is_ours(*state, "2001:db8:1::2", ETH));
	assert_false(is_ours(*state, "::", ETH));
}

static void takes_link_local_addresses_where_they_are(void **state)
{
	assert_true(is_ours(*state, "fe80::2", ETH));
	assert_false(is_ours(*state, "fe80::2", VLAN));
	assert_true(is_ours(*state, "fe80::3", VLAN));
	assert_false(is_ours(*state, "fe80::3", ETH));
}

static void takes_whole_prefixes_that_are_local(void **state)
{
	assert_true(is_ours(*state, "2001:db8:99::abcd", ETH));
	assert_false(is_ours(*state, "2001:db8:9a::abcd", ETH));
}

static void takes_nothing_for_the_loopback_address_from_a_wire(void **state)
{
	add_local(*state, "::1", 128, 1);
	assert_false(is_ours(*state, "::1", ETH));
}

static void forgets_what_is_removed(void **state)
{
	struct net_local local = { .prefix = ip6("2001:db8:1::1"),
				   .prefix_len = 128,
				   .ifindex = ETH };

	hosts_remove_local(*state, &local);
	assert_false(is_ours(*state, "2001:db8:1::1", ETH));
	hosts_remove_local(*state, &local); /* again: no effect */
	local = (struct net_local){ .prefix = ip6("2001:db8:99::"),
				    .prefix_len = 48,
				    .ifindex = 1 };
	hosts_remove_local(*state, &local);
	assert_false(is_ours(*state, "2001:db8:99::abcd", ETH));
	hosts_remove_interface(*state, VLAN);
	assert_null(hosts_find(*state, VLAN));
	assert_non_null(hosts_find(*state, QINQ));
}

/* The same anycast address may be on lo and on an interface. */
static void keeps_an_address_that_another_interface_still_has(void **state)
{
	const struct net_local local = { .prefix = ip6("2001:db8:1::1"),
					 .prefix_len = 128,
					 .ifindex = ETH };

	add_local(*state, "2001:db8:1::1", 128, 1);
	add_local(*state, "2001:db8:1::1", 128, 1); /* told twice */
	hosts_remove_local(*state, &local);
	assert_true(is_ours(*state, "2001:db8:1::1", ETH));
}

static void finds_the_interface_by_its_tags(void **state)
{
	struct frame_addr addr = { .vlan_count = 0 };

	assert_int_equal(hosts_find_frame(*state, ETH, &addr)->ifindex, ETH);
	addr.vlan_count = 1;
	addr.vlan_proto[0] = 0x8100;
	addr.vlan_tci[0] = 0xe000 | 100; /* priority does not matter */
	assert_int_equal(hosts_find_frame(*state, ETH, &addr)->ifindex, VLAN);
	addr.vlan_proto[0] = 0x88a8;
	assert_null(hosts_find_frame(*state, ETH, &addr));
	addr.vlan_proto[0] = 0x8100;
	assert_null(hosts_find_frame(*state, VLAN, &addr));
	addr.vlan_count = 2;
	addr.vlan_proto[1] = 0x8100;
	addr.vlan_tci[1] = 7;
	assert_int_equal(hosts_find_frame(*state, ETH, &addr)->ifindex, QINQ);
	addr.vlan_tci[1] = 8;
	assert_null(hosts_find_frame(*state, ETH, &addr));
}

/* One of 3 ports, 3 outer tags, 4 inner ones or none. */
static struct privsep_interface some_vlan(uint32_t ifindex, unsigned int r)
{
	struct privsep_interface out = {
		.ifindex = ifindex,
		.port_ifindex = 10000 + r % 3,
		.vlan_count = (uint8_t)(r / 9 % 5 ? 2 : 1),
		.vlan_proto = { r / 45 % 2 ? 0x88a8 : 0x8100 },
		.vlan_id = { (uint16_t)(1 + r / 3 % 3) },
	};

	if (out.vlan_count == 2) {
		out.vlan_proto[1] = 0x8100;
		out.vlan_id[1] = (uint16_t)(r / 9 % 5);
	}
	return out;
}

#define PLACES 90 /* different ones that some_vlan() makes */

static const struct privsep_interface *find_place(struct hosts *hosts,
						  unsigned int r)
{
	struct privsep_interface like = some_vlan(0, r);
	struct frame_addr addr = { .vlan_count = like.vlan_count };
	unsigned int i;

	for (i = 0; i < like.vlan_count; i++) {
		addr.vlan_proto[i] = like.vlan_proto[i];
		addr.vlan_tci[i] = 0x2000 | like.vlan_id[i];
	}
	return hosts_find_frame(hosts, like.port_ifindex, &addr);
}

static void agrees_with_a_naive_table_of_vlan_devices(void **state)
{
	const struct privsep_interface *found;
	uint32_t naive[PLACES] = { 0 };
	struct privsep_interface vlan;
	unsigned int round, r, seed = 7341;

	print_message("seed %u\n", seed);
	for (round = 0; round < 20000; round++) {
		r = (unsigned int)rand_r(&seed) % PLACES;
		if (naive[r]) {
			hosts_remove_interface(*state, naive[r]);
			naive[r] = 0;
		} else {
			/* An ifindex is one device's alone. */
			naive[r] = 1000 + r;
			vlan = some_vlan(naive[r], r);
			assert_int_equal(hosts_set_interface(*state, &vlan), 0);
		}
		r = (unsigned int)rand_r(&seed) % PLACES;
		found = find_place(*state, r);
		assert_int_equal(found ? found->ifindex : 0, naive[r]);
	}
}

static void a_device_whose_tags_change_is_found_by_the_new_ones(void **state)
{
	struct privsep_interface vlan = some_vlan(900, 0);

	assert_int_equal(hosts_set_interface(*state, &vlan), 0);
	vlan = some_vlan(900, 1);
	assert_int_equal(hosts_set_interface(*state, &vlan), 0);
	assert_null(find_place(*state, 0));
	assert_int_equal(find_place(*state, 1)->ifindex, 900);
}

static void answers_from(struct hosts *hosts, const char *sent_to,
			 const char *peer, const char *want)
{
	const struct in6_addr to = ip6(sent_to), from = ip6(peer);
	struct in6_addr source, expected;
	bool is_found = hosts_source_for(hosts, &to, &from, ETH, &source);

	assert_int_equal(is_found, want != NULL);
	if (!want)
		return;
	expected = ip6(want);
	assert_memory_equal(&source, &expected, sizeof(source));
}

static void answers_from_the_unicast_address_asked(void **state)
{
	answers_from(*state, "2001:db8:99::5", "fe80::9", "2001:db8:99::5");
	answers_from(*state, "fe80::2", "fe80::9", "fe80::2");
}

static void answers_a_link_local_peer_from_the_link_local_address(void **state)
{
	answers_from(*state, "ff02::1:2", "fe80::9", "fe80::2");
	/* A dialect that does not say where the query was sent to. */
	answers_from(*state, "::", "fe80::9", "fe80::2");
}

static void answers_a_global_peer_from_the_nearest_address(void **state)
{
	answers_from(*state, "ff05::1:3", "2001:db8:2::ffff", "2001:db8:2::1");
	answers_from(*state, "ff05::1:3", "2001:db8:1::ffff", "2001:db8:1::1");
}

static void leaves_the_choice_to_the_kernel_without_an_address(void **state)
{
	const struct in6_addr group = ip6("ff05::1:3"), peer = ip6("2001::1");
	struct in6_addr source;

	assert_false(hosts_source_for(*state, &group, &peer, VLAN, &source));
}

static void globals_are_those_of_the_interface_that_are_no_anycast(void **state)
{
	struct hosts *hosts;
	struct in6_addr out[4];
	struct net_local local = { .prefix_len = 128, .ifindex = ETH };
	static const struct {
		const char *addr;
		uint32_t ifindex;
		bool is_anycast;
	} rows[] = {
		{ "2001:db8::2", ETH, false }, { "2001:db8::", ETH, true },
		{ "fe80::1", ETH, false },     { "2001:db8::9", VLAN, false },
		{ "2001:db8::1", ETH, false },
	};
	size_t i;

	(void)state;
	assert_int_equal(hosts_new(&hosts), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		local.prefix = ip6(rows[i].addr);
		local.ifindex = rows[i].ifindex;
		local.is_anycast = rows[i].is_anycast;
		assert_int_equal(hosts_add_local(hosts, &local), 0);
	}
	assert_int_equal(hosts_globals(hosts, ETH, out, 4), 2);
	assert_int_equal(out[0].s6_addr[15], 1);
	assert_int_equal(out[1].s6_addr[15], 2);
	assert_int_equal(hosts_globals(hosts, ETH, out, 1), 1);
	hosts_free(hosts);
}

static void the_first_mac_is_that_of_the_lowest_interface_with_one(void **state)
{
	struct privsep_interface tunnel = { .ifindex = 1, .port_ifindex = 1 };
	struct privsep_interface eth = {
		.ifindex = ETH,
		.port_ifindex = ETH,
		.has_mac = true,
		.mac = { 2, 0, 0, 0, 0, 5 },
	};
	struct hosts *hosts;

	(void)state;
	assert_int_equal(hosts_new(&hosts), 0);
	assert_int_equal(hosts_set_interface(hosts, &tunnel), 0);
	assert_null(hosts_first_mac(hosts));
	assert_int_equal(hosts_set_interface(hosts, &eth), 0);
	assert_memory_equal(hosts_first_mac(hosts), eth.mac, 6);
	hosts_free(hosts);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(takes_the_two_groups_and_no_other),
		ROW(takes_global_addresses_on_every_interface),
		ROW(takes_link_local_addresses_where_they_are),
		ROW(takes_whole_prefixes_that_are_local),
		ROW(takes_nothing_for_the_loopback_address_from_a_wire),
		ROW(forgets_what_is_removed),
		ROW(keeps_an_address_that_another_interface_still_has),
		ROW(finds_the_interface_by_its_tags),
		ROW(agrees_with_a_naive_table_of_vlan_devices),
		ROW(a_device_whose_tags_change_is_found_by_the_new_ones),
		ROW(answers_from_the_unicast_address_asked),
		ROW(answers_a_link_local_peer_from_the_link_local_address),
		ROW(answers_a_global_peer_from_the_nearest_address),
		ROW(leaves_the_choice_to_the_kernel_without_an_address),
		cmocka_unit_test(
			globals_are_those_of_the_interface_that_are_no_anycast),
		cmocka_unit_test(
			the_first_mac_is_that_of_the_lowest_interface_with_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
