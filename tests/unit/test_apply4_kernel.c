/* SPDX-License-Identifier: BSD-2-Clause */
/* What leases mean to an interface, put there, in a namespace of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apply4_fixture.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"
#include "x0.h"

static bool have_netns;

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

static void carry_out(const struct apply4_link *link)
{
	struct net_conf_addr addr = { .ifindex = ip_ifindex("x0"),
				      .family = AF_INET,
				      .preferred_s = 600,
				      .valid_s = 600 };
	struct net_conf *conf;

	apply4_make(&apply, apply4_addr("192.0.2.5"), &options, link);
	addr.v4 = apply.addr;
	addr.prefix_len = apply.prefix_len;
	addr.broadcast = apply.broadcast;
	assert_int_equal(net_conf_open(&conf), 0);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	assert_int_equal(net_conf_set_mtu(conf, addr.ifindex, apply.mtu), 0);
	assert_int_equal(net_conf_put_routes4(conf, addr.ifindex, NET_CONF_MAIN,
					      apply.route, apply.route_count),
			 0);
	net_conf_close(conf);
}

static void leases_come_and_change_on_an_interface(void **state)
{
	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(x0_create(X0_VETH));
	apply4_set_options("1=ffffff00 28=c00002ff 26=0578 3=c0000201.c0000202 "
			   "33=0a000000.c0000203");
	carry_out(&apply4_ethernet);
	ip_run("ip link show dev x0 | grep -q 'mtu 1400'");
	assert_string_equal(
		ip_routes(""),
		"default via 192.0.2.1 dev x0 proto dhcp src 192.0.2.5\n"
		"default via 192.0.2.2 dev x0 proto dhcp src 192.0.2.5 metric "
		"1\n"
		"10.0.0.0/8 via 192.0.2.3 dev x0 proto dhcp src 192.0.2.5\n"
		"192.0.2.0/24 dev x0 proto kernel scope link src 192.0.2.5\n");
	/* The renewed one has other routes. */
	apply4_set_options("1=ffffff00 3=c0000201 "
			   "121=20.c6336401.00000000.00.c6336401");
	carry_out(&apply4_ethernet);
	ip_run("ip link show dev x0 | grep -q 'mtu 1500'");
	assert_string_equal(
		ip_routes(""),
		"default via 198.51.100.1 dev x0 proto dhcp src 192.0.2.5 "
		"onlink\n"
		"192.0.2.0/24 dev x0 proto kernel scope link src 192.0.2.5\n"
		"198.51.100.1 dev x0 proto dhcp scope link src 192.0.2.5\n");
	x0_remove();
}

static void a_lease_comes_on_a_tunnel(void **state)
{
	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(x0_create(X0_TUN));
	apply4_set_options("3=c0000201 26=0500");
	carry_out(&apply4_tunnel);
	assert_string_equal(
		ip_routes(""),
		"default dev x0 proto dhcp scope link src 192.0.2.5\n");
	ip_run("ip link show dev x0 | grep -q 'mtu 1280'");
	x0_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leases_come_and_change_on_an_interface),
		cmocka_unit_test(a_lease_comes_on_a_tunnel),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
