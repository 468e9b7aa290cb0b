/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor against the kernel, in a namespace of our own. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if_arp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/net/netmon_internal.h"
#include "dhcp4o6/net/netmon.h"
#include "own_netns.h"
#include "skip.h"

static bool have_netns;

struct counts {
	unsigned int link[3];
	unsigned int addr[3];
	unsigned int local[3];
};

static void count_link(void *arg, enum net_change change,
		       const struct net_link *link)
{
	struct counts *c = arg;

	assert_true(link->ifindex > 0);
	c->link[change]++;
}

static void count_addr(void *arg, enum net_change change,
		       const struct net_addr *addr)
{
	struct counts *c = arg;

	assert_true(addr->ifindex > 0);
	c->addr[change]++;
}

static void count_local(void *arg, enum net_change change,
			const struct net_local *local)
{
	struct counts *c = arg;

	assert_true(local->prefix_len <= 128);
	c->local[change]++;
}

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

static struct net_mon *open_mon(struct counts *counts)
{
	struct net_mon_handlers handlers = { .link = count_link,
					     .addr = count_addr,
					     .local = count_local,
					     .arg = counts };
	struct net_mon *mon = NULL;

	*counts = (struct counts){ 0 };
	assert_int_equal(net_mon_open(&mon, &handlers), 0);
	assert_int_equal(net_mon_sync(mon), 0);
	return mon;
}

/* Follows what waits, and what comes within a moment. */
static void follow(struct net_mon *mon)
{
	struct pollfd p = { .fd = net_mon_fd(mon), .events = POLLIN };

	while (poll(&p, 1, 100) > 0)
		assert_int_equal(net_mon_handle(mon), 0);
}

static struct in6_addr addr6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static bool is_local(const struct net_mon *mon, const char *text,
		     uint32_t ifindex)
{
	struct in6_addr addr = addr6(text);

	return net_mon_is_local6(mon, &addr, ifindex);
}

static void a_fresh_namespace_has_lo_and_its_address(void **state)
{
	const struct net_link *lo;
	struct counts counts;
	struct net_mon *mon;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	mon = open_mon(&counts);
	lo = net_mon_find_link_by_name(mon, "lo");
	assert_non_null(lo);
	assert_true(lo->is_loopback && lo->is_up && !lo->has_mac);
	assert_ptr_equal(net_mon_find_link(mon, lo->ifindex), lo);
	assert_null(net_mon_find_link_by_name(mon, "l"));
	assert_null(net_mon_find_link(mon, 4711));
	assert_true(is_local(mon, "::1", lo->ifindex));
	assert_false(is_local(mon, "::2", lo->ifindex));
	assert_int_equal(net_mon_ipv4(mon, 0, NULL, 0), 0); /* no 127.0.0.1 */
	net_mon_close(mon);
}

static void links_are_followed(void **state)
{
	const struct net_link *s0, *c0;
	struct counts counts;
	struct net_mon *mon;
	uint32_t ifindex;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	mon = open_mon(&counts);
	run("ip link add s0 address 02:00:00:00:00:05 type veth peer name c0");
	follow(mon);
	s0 = net_mon_find_link_by_name(mon, "s0");
	c0 = net_mon_find_link_by_name(mon, "c0");
	assert_non_null(s0);
	assert_non_null(c0);
	assert_int_equal(s0->kind, NET_LINK_VETH);
	assert_int_equal(s0->parent_ifindex, 0); /* the peer is no parent */
	assert_true(s0->has_mac);
	assert_memory_equal(s0->mac, "\x02\0\0\0\0\x05", 6);
	assert_false(s0->is_up);
	ifindex = s0->ifindex;
	run("ip link set s0 name s1; ip link set s1 up; ip link set c0 up");
	follow(mon);
	assert_null(net_mon_find_link_by_name(mon, "s0"));
	s0 = net_mon_find_link(mon, ifindex);
	assert_string_equal(s0->name, "s1");
	assert_true(s0->is_up);
	assert_true(counts.link[NET_CHANGED] > 0);
	run("ip link del s1");
	follow(mon);
	assert_null(net_mon_find_link(mon, ifindex));
	assert_int_equal(counts.link[NET_ADDED],
			 counts.link[NET_REMOVED] + mon->links.count);
	assert_int_equal(counts.addr[NET_ADDED],
			 counts.addr[NET_REMOVED] + mon->addrs.count);
	assert_int_equal(counts.local[NET_ADDED],
			 counts.local[NET_REMOVED] + mon->locals.count);
	net_mon_close(mon);
}

static void what_a_client_has_to_know_of_an_interface_is_there(void **state)
{
	const struct net_link *s0, *t0, *lo;
	struct counts counts;
	struct net_mon *mon;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	run("ip link add s0 mtu 1400 type veth peer name c0");
	run("ip tuntap add t0 mode tun");
	mon = open_mon(&counts);
	lo = net_mon_find_link_by_name(mon, "lo");
	s0 = net_mon_find_link_by_name(mon, "s0");
	t0 = net_mon_find_link_by_name(mon, "t0");
	assert_true(s0 && t0 && lo);
	assert_int_equal(s0->hw_type, ARPHRD_ETHER);
	assert_true(s0->has_arp && !s0->is_point_to_point);
	assert_int_equal(s0->mtu, 1400);
	assert_int_equal(s0->max_mtu, 65535);
	assert_int_equal(t0->hw_type, ARPHRD_NONE);
	assert_true(!t0->has_arp && t0->is_point_to_point && !t0->has_mac);
	assert_false(lo->has_arp || lo->is_point_to_point);
	run("ip link del s0; ip link del t0");
	net_mon_close(mon);
}

static void leaving_a_bridge_is_not_vanishing(void **state)
{
	struct counts counts;
	struct net_mon *mon;
	uint32_t bridge;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	if (system("ip link add br0 type bridge 2>/dev/null"))
		skip_case("the kernel has no bridges");
	run("ip link add s0 type veth peer name c0");
	mon = open_mon(&counts);
	assert_int_equal(net_mon_find_link_by_name(mon, "br0")->kind,
			 NET_LINK_BRIDGE);
	bridge = net_mon_find_link_by_name(mon, "br0")->ifindex;
	run("ip link set s0 master br0");
	follow(mon);
	assert_int_equal(net_mon_find_link_by_name(mon, "s0")->master_ifindex,
			 bridge);
	run("ip link set s0 nomaster");
	follow(mon);
	assert_non_null(net_mon_find_link_by_name(mon, "s0"));
	assert_int_equal(net_mon_find_link_by_name(mon, "s0")->master_ifindex,
			 0);
	assert_int_equal(counts.link[NET_REMOVED], 0);
	run("ip link del s0; ip link del br0");
	net_mon_close(mon);
}

static void addresses_are_listed_in_useful_orders(void **state)
{
	struct in6_addr v6[4], expected6, linklocal;
	struct in_addr v4[4];
	struct counts counts;
	struct net_mon *mon;
	uint32_t s0;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	run("ip link add s0 type veth peer name c0");
	run("ip link set s0 addrgenmode none; ip link set s0 up");
	run("ip link set c0 up");
	run("ip addr add 192.0.2.1/24 dev s0");
	run("ip addr add 192.0.2.2/24 dev s0"); /* secondary */
	mon = open_mon(&counts);
	s0 = net_mon_find_link_by_name(mon, "s0")->ifindex;
	assert_int_equal(net_mon_ipv4(mon, s0, v4, 4), 2);
	assert_int_equal(ntohl(v4[0].s_addr), 0xc0000201);
	assert_int_equal(ntohl(v4[1].s_addr), 0xc0000202);
	assert_int_equal(net_mon_ipv4(mon, 0, v4, 1), 2);
	assert_int_equal(net_mon_linklocal6(mon, s0, &linklocal), -ENOENT);
	run("ip addr add 2001:db8::1/64 dev s0 nodad preferred_lft 0");
	run("ip addr add 2001:db8::2/64 dev s0 nodad");
	run("ip addr add fe80::1/64 dev s0 nodad");
	follow(mon);
	assert_int_equal(net_mon_global6(mon, s0, v6, 4), 2);
	expected6 = addr6("2001:db8::2");
	assert_memory_equal(&v6[0], &expected6, 16);
	expected6 = addr6("2001:db8::1");
	assert_memory_equal(&v6[1], &expected6, 16);
	assert_int_equal(net_mon_linklocal6(mon, s0, &linklocal), 0);
	run("ip addr del 192.0.2.1/24 dev s0");
	follow(mon);
	assert_int_equal(net_mon_ipv4(mon, s0, v4, 4), 0); /* both go */
	run("ip link del s0");
	net_mon_close(mon);
}

static void a_tentative_address_is_not_there_yet(void **state)
{
	struct in6_addr v6[4];
	struct counts counts;
	struct net_mon *mon;
	uint32_t s0;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	run("ip link add s0 type veth peer name c0");
	run("ip link set s0 addrgenmode none; ip link set s0 up");
	mon = open_mon(&counts);
	s0 = net_mon_find_link_by_name(mon, "s0")->ifindex;
	/* c0 is down, so DAD on s0 can not come to an end. */
	run("ip addr add 2001:db8::1/64 dev s0");
	follow(mon);
	assert_int_equal(net_mon_global6(mon, s0, v6, 4), 0);
	run("ip addr del 2001:db8::1/64 dev s0; ip link set c0 up");
	run("ip addr add 2001:db8::1/64 dev s0 nodad");
	follow(mon);
	assert_int_equal(net_mon_global6(mon, s0, v6, 4), 1);
	run("ip link del s0");
	net_mon_close(mon);
}

static void local_destinations_are_what_the_kernel_delivers(void **state)
{
	struct counts counts;
	struct net_mon *mon;
	uint32_t s0, c0;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	run("ip link add s0 type veth peer name c0");
	run("ip link set s0 addrgenmode none; ip link set c0 addrgenmode none");
	run("ip link set s0 up; ip link set c0 up");
	mon = open_mon(&counts);
	s0 = net_mon_find_link_by_name(mon, "s0")->ifindex;
	c0 = net_mon_find_link_by_name(mon, "c0")->ifindex;
	run("ip addr add 2001:db8::1/64 dev s0 nodad");
	run("ip addr add fe80::1/64 dev s0 nodad");
	run("ip addr add 2001:db8:53::1/128 dev lo");
	run("ip -6 route add local 2001:db8:a::/56 dev lo"); /* AnyIP */
	run("ip -6 route add 2001:db8:b::/48 dev s0");
	run("ip -6 route add local 2001:db8:c::/48 dev lo table 100");
	follow(mon);
	assert_true(is_local(mon, "2001:db8::1", s0));
	assert_true(is_local(mon, "2001:db8::1", c0)); /* weak host model */
	assert_false(is_local(mon, "2001:db8::2", s0));
	assert_true(is_local(mon, "fe80::1", s0));
	assert_false(is_local(mon, "fe80::1", c0));
	assert_true(is_local(mon, "2001:db8:53::1", s0));
	assert_true(is_local(mon, "2001:db8:a:0:1::", s0));
	assert_true(is_local(mon, "2001:db8:a:ff:ffff::", s0));
	assert_false(is_local(mon, "2001:db8:a:100::", s0));
	assert_false(is_local(mon, "2001:db8:b::1", s0));
	assert_false(is_local(mon, "2001:db8:c::1", s0));
	run("ip -6 route del local 2001:db8:a::/56 dev lo");
	run("ip addr del 2001:db8:53::1/128 dev lo");
	run("ip link set s0 down"); /* takes its IPv6 addresses along */
	follow(mon);
	assert_false(is_local(mon, "2001:db8:a:0:1::", s0));
	assert_false(is_local(mon, "2001:db8:53::1", s0));
	assert_false(is_local(mon, "2001:db8::1", s0));
	assert_false(is_local(mon, "fe80::1", s0));
	run("ip link del s0");
	net_mon_close(mon);
}

static void anycast_addresses_of_routers_are_local(void **state)
{
	struct counts counts;
	struct net_mon *mon;
	unsigned int tries;
	uint32_t s0;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	if (system("sysctl -qw net.ipv6.conf.all.forwarding=1 2>/dev/null"))
		skip_case("/proc/sys cannot be written");
	run("ip link add s0 type veth peer name c0");
	run("ip link set s0 up; ip link set c0 up");
	run("ip addr add 2001:db8::1/64 dev s0 nodad");
	mon = open_mon(&counts);
	s0 = net_mon_find_link_by_name(mon, "s0")->ifindex;
	/* The kernel joins the anycast group a little after the address. */
	for (tries = 0; tries < 50 && !is_local(mon, "2001:db8::", s0); tries++)
		follow(mon); /* a tenth of a second each at least */
	assert_true(is_local(mon, "2001:db8::", s0)); /* RFC 4291, 2.6.1 */
	run("ip link del s0; sysctl -qw net.ipv6.conf.all.forwarding=0");
	net_mon_close(mon);
}

static bool count_visit(void *arg, const struct net_local *local)
{
	(void)local;
	(*(unsigned int *)arg)++;
	return true;
}

static void lost_messages_end_in_the_same_tables(void **state)
{
	unsigned int seen = 0;
	struct counts counts;
	struct net_mon *mon;
	int small = 1;
	FILE *batch;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	mon = open_mon(&counts);
	assert_int_equal(setsockopt(net_mon_fd(mon), SOL_SOCKET, SO_RCVBUF,
				    &small, sizeof(small)),
			 0);
	batch = popen("ip -6 -batch -", "w");
	assert_non_null(batch);
	for (int i = 0; i < 500; i++)
		fprintf(batch, "route add local 2001:db8:%x::/48 dev lo\n", i);
	assert_int_equal(pclose(batch), 0);
	follow(mon);
	assert_true(net_mon_resyncs(mon) > 0);
	assert_true(is_local(mon, "2001:db8:0::1", 0));
	assert_true(is_local(mon, "2001:db8:1f3::1", 0));
	assert_int_equal(counts.local[NET_ADDED] - counts.local[NET_REMOVED],
			 mon->locals.count);
	batch = popen("ip -6 -batch -", "w");
	assert_non_null(batch);
	for (int i = 0; i < 500; i++)
		fprintf(batch, "route del local 2001:db8:%x::/48 dev lo\n", i);
	assert_int_equal(pclose(batch), 0);
	follow(mon);
	assert_true(net_mon_resyncs(mon) > 1);
	assert_false(is_local(mon, "2001:db8:1f3::1", 0));
	net_mon_each_local(mon, count_visit, &seen);
	assert_int_equal(seen, mon->locals.count);
	assert_int_equal(mon->locals_by_len[48], 0);
	net_mon_close(mon);
}

/* A router's full table must not even reach the descriptor. */
static void routes_of_other_tables_do_not_wake_anybody(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct counts counts;
	struct net_mon *mon;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	mon = open_mon(&counts);
	follow(mon);
	p.fd = net_mon_fd(mon);
	run("ip -6 route add 2001:db8:1::/48 dev lo");
	run("ip -6 route del 2001:db8:1::/48 dev lo");
	assert_int_equal(poll(&p, 1, 200), 0);
	run("ip -6 route add local 2001:db8:1::/48 dev lo");
	assert_int_equal(poll(&p, 1, 2000), 1);
	run("ip -6 route del local 2001:db8:1::/48 dev lo");
	net_mon_close(mon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_namespace_has_lo_and_its_address),
		cmocka_unit_test(links_are_followed),
		cmocka_unit_test(
			what_a_client_has_to_know_of_an_interface_is_there),
		cmocka_unit_test(leaving_a_bridge_is_not_vanishing),
		cmocka_unit_test(addresses_are_listed_in_useful_orders),
		cmocka_unit_test(a_tentative_address_is_not_there_yet),
		cmocka_unit_test(
			local_destinations_are_what_the_kernel_delivers),
		cmocka_unit_test(anycast_addresses_of_routers_are_local),
		cmocka_unit_test(lost_messages_end_in_the_same_tables),
		cmocka_unit_test(routes_of_other_tables_do_not_wake_anybody),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
