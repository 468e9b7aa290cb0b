/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client hears of duplicate address detection for an address that it
 * set: by the kernel, between the two ends of a veth pair, and by messages as
 * the kernel writes them, in orders that cannot be made here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "../../lib/net/netmon_internal.h"
#include "dhcp4o6/net/net_conf.h"
#include "dhcp4o6/net/netmon.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"
#include "x0.h"

#define FOLLOW_MS 10000 /* detection takes 1 to 2 s */

static bool have_netns;
static struct net_mon *mon;
static struct net_conf *conf;
/* States told of 2001:db8::5, one letter each; "+" and "-" are of `addr'. */
static char heard[64];

static struct in6_addr the_addr(void)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, "2001:db8::5", &addr), 1);
	return addr;
}

static void hear(const struct net_addr *addr, char what)
{
	struct in6_addr want = the_addr();
	size_t len = strlen(heard);

	if (!IN6_ARE_ADDR_EQUAL(&addr->v6, &want))
		return;
	assert_true(len + 1 < sizeof(heard));
	heard[len] = what;
	heard[len + 1] = '\0';
}

static void hear_addr(void *arg, enum net_change change,
		      const struct net_addr *addr)
{
	(void)arg;
	if (addr->family == AF_INET6)
		hear(addr, change == NET_ADDED ? '+' : '-');
}

static void hear_state(void *arg, enum net_addr_state state,
		       const struct net_addr *addr)
{
	static const char letters[] = { [NET_ADDR_NONE] = 'n',
					[NET_ADDR_TENTATIVE] = 't',
					[NET_ADDR_USABLE] = 'u',
					[NET_ADDR_DUPLICATE] = 'd' };

	(void)arg;
	assert_int_equal(addr->family, AF_INET6);
	hear(addr, letters[state]);
	/* Of one that is being removed, the table says so already or not. */
	if (state != NET_ADDR_DUPLICATE)
		assert_int_equal(
			net_mon_addr6_state(mon, addr->ifindex, &addr->v6),
			state);
}

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

static void open_mon(void)
{
	static const struct net_mon_handlers handlers = {
		.addr = hear_addr,
		.state6 = hear_state,
	};

	heard[0] = '\0';
	assert_int_equal(net_mon_open(&mon, &handlers), 0);
}

static void begin(void)
{
	assert_true(x0_create(X0_VETH));
	assert_int_equal(net_conf_open(&conf), 0);
	open_mon();
	assert_int_equal(net_mon_sync(mon), 0);
}

static void end(void)
{
	net_mon_close(mon);
	net_conf_close(conf);
	x0_remove();
}

static struct net_conf_addr wanted(uint32_t valid_s)
{
	struct net_conf_addr addr = { .ifindex = ip_ifindex("x0"),
				      .family = AF_INET6,
				      .prefix_len = 128,
				      .no_prefix_route = true,
				      .preferred_s = valid_s,
				      .valid_s = valid_s };

	addr.v6 = the_addr();
	return addr;
}

static enum net_addr_state state_now(void)
{
	struct in6_addr addr = the_addr();

	return net_mon_addr6_state(mon, ip_ifindex("x0"), &addr);
}

/* Follows until what was heard is `what', which has to come. */
static void expect(const char *what)
{
	struct pollfd p = { .fd = net_mon_fd(mon), .events = POLLIN };

	while (strcmp(heard, what) != 0 && poll(&p, 1, FOLLOW_MS) > 0)
		assert_int_equal(net_mon_handle(mon), 0);
	assert_string_equal(heard, what);
}

static void an_address_is_tentative_and_then_usable(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	addr = wanted(900);
	assert_int_equal(state_now(), NET_ADDR_NONE);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	expect("t");
	assert_int_equal(state_now(), NET_ADDR_TENTATIVE);
	expect("t+u");
	assert_int_equal(state_now(), NET_ADDR_USABLE);
	addr.valid_s = 1200;
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
	expect("t+u-n"); /* another lifetime is no news */
	assert_int_equal(state_now(), NET_ADDR_NONE);
	end();
}

static void an_address_that_another_host_has_fails(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	ip_run("ip addr add 2001:db8::5/64 dev y0 nodad");
	assert_int_equal(net_mon_sync(mon), 0);
	heard[0] = '\0';
	addr = wanted(900);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	expect("tdn"); /* the kernel removes what is not for ever */
	assert_int_equal(state_now(), NET_ADDR_NONE);
	heard[0] = '\0';
	addr = wanted(NET_CONF_FOREVER);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	expect("td");
	assert_int_equal(state_now(), NET_ADDR_DUPLICATE);
	assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
	expect("tdn");
	end();
}

static void a_tunnel_has_nobody_to_ask(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	assert_true(x0_create(X0_TUN));
	addr = wanted(900);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	expect("t+u"); /* at once */
	end();
}

static void a_link_that_goes_down_takes_addresses_along(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	addr = wanted(900);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	expect("t");
	ip_run("ip link set x0 down");
	expect("tn");
	end();
}

/* ---- messages as the kernel writes them ---- */

#define GONE 0x80000000U /* RTM_DELADDR */

static void say(uint32_t flags)
{
	char buffer[256] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = mnl_nlmsg_put_header(buffer);
	struct in6_addr addr = the_addr();
	struct ifaddrmsg *msg;

	head->nlmsg_type = flags & GONE ? RTM_DELADDR : RTM_NEWADDR;
	msg = mnl_nlmsg_put_extra_header(head, sizeof(*msg));
	msg->ifa_family = AF_INET6;
	msg->ifa_prefixlen = 128;
	msg->ifa_index = 7;
	mnl_attr_put(head, IFA_ADDRESS, sizeof(addr), &addr);
	mnl_attr_put_u32(head, IFA_FLAGS, flags & ~GONE);
	assert_int_equal(net_mon_take(head, mon), MNL_CB_OK);
	assert_int_equal(mon->err, 0);
}

static void each_change_is_told_once_and_in_order(void **state)
{
	static const struct {
		uint32_t said[4]; /* until 0 */
		const char *heard;
	} cases[] = {
		{ { IFA_F_TENTATIVE, IFA_F_TENTATIVE }, "t" },
		{ { IFA_F_PERMANENT, IFA_F_PERMANENT }, "+u" },
		{ { IFA_F_PERMANENT, IFA_F_PERMANENT | GONE }, "+u-n" },
		/* Optimistic ones are used at once, and may fail. */
		{ { IFA_F_TENTATIVE | IFA_F_OPTIMISTIC,
		    IFA_F_TENTATIVE | IFA_F_DADFAILED },
		  "+u-d" },
		{ { IFA_F_TENTATIVE | IFA_F_OPTIMISTIC,
		    IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED |
			    GONE },
		  "+ud-n" },
		{ { IFA_F_TENTATIVE | IFA_F_DADFAILED,
		    IFA_F_TENTATIVE | IFA_F_DADFAILED,
		    IFA_F_TENTATIVE | IFA_F_DADFAILED | GONE },
		  "dn" },
		/* A link that came back. */
		{ { IFA_F_PERMANENT, IFA_F_TENTATIVE, IFA_F_PERMANENT },
		  "+u-t+u" },
		{ { IFA_F_TENTATIVE, GONE, GONE }, "tn" },
		{ { IFA_F_DADFAILED | GONE }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		open_mon();
		for (size_t k = 0; k < 4 && cases[i].said[k]; k++)
			say(cases[i].said[k]);
		assert_string_equal(heard, cases[i].heard);
		net_mon_close(mon);
	}
}

static void what_vanished_unheard_is_told_by_the_next_reading(void **state)
{
	(void)state;
	open_mon();
	say(IFA_F_TENTATIVE);
	mon->round++;
	net_mon_sweep(mon, RTM_GETADDR);
	assert_string_equal(heard, "tn");
	say(IFA_F_TENTATIVE);
	mon->round++;
	say(IFA_F_TENTATIVE | IFA_F_DADFAILED);
	net_mon_sweep(mon, RTM_GETADDR);
	assert_string_equal(heard, "tntd");
	net_mon_close(mon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_tentative_and_then_usable),
		cmocka_unit_test(an_address_that_another_host_has_fails),
		cmocka_unit_test(a_tunnel_has_nobody_to_ask),
		cmocka_unit_test(a_link_that_goes_down_takes_addresses_along),
		cmocka_unit_test(each_change_is_told_once_and_in_order),
		cmocka_unit_test(
			what_vanished_unheard_is_told_by_the_next_reading),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
