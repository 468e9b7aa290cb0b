/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 routes set in a namespace of our own, and read back with `ip'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/net/net_conf.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"
#include "x0.h"

#define TABLE 1000 /* over what one octet holds */

static bool have_netns;
static struct net_conf *conf;
static uint32_t x0;

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

/* x0 has 192.0.2.5/24, and no route but ours. False: no such kind here. */
static bool begin(size_t kind)
{
	if (!x0_create(kind))
		return false;
	ip_run("ip addr add 192.0.2.5/24 dev x0 noprefixroute");
	x0 = ip_ifindex("x0");
	assert_int_equal(net_conf_open(&conf), 0);
	return true;
}

static void end(void)
{
	net_conf_close(conf);
	conf = NULL;
	x0_remove();
}

static struct in_addr addr(const char *text)
{
	struct in_addr a = { 0 };

	if (text)
		assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static struct net_conf_route4 route(const char *dest, uint8_t prefix_len,
				    const char *gateway, uint32_t metric)
{
	return (struct net_conf_route4){ .dest = addr(dest),
					 .prefix_len = prefix_len,
					 .gateway = addr(gateway),
					 .metric = metric };
}

static void put(const struct net_conf_route4 *r)
{
	assert_int_equal(net_conf_put_route4(conf, x0, NET_CONF_MAIN, r), 0);
}

static void take_away(const struct net_conf_route4 *r)
{
	assert_int_equal(net_conf_remove_route4(conf, x0, NET_CONF_MAIN, r), 0);
}

static void each_kind_of_route_comes_and_goes(void **state)
{
	struct net_conf_route4 cases[] = {
		route("192.0.2.0", 24, NULL, 0),
		route("0.0.0.0", 0, "192.0.2.1", 0),
		route("10.0.0.0", 8, "192.0.2.1", 100),
		route("10.1.2.3", 32, NULL, 0),
		route("198.51.100.0", 25, "203.0.113.1", 7),
	};
	static const char *const shown[] = {
		"192.0.2.0/24 proto dhcp scope link\n",
		"default via 192.0.2.1 proto dhcp src 192.0.2.5\n",
		"10.0.0.0/8 via 192.0.2.1 proto dhcp metric 100\n",
		"10.1.2.3 proto dhcp scope link src 192.0.2.5\n",
		"198.51.100.0/25 via 203.0.113.1 proto dhcp metric 7 onlink\n",
	};
	const size_t count = sizeof(cases) / sizeof(*cases);

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	cases[1].source = cases[3].source = addr("192.0.2.5");
	cases[4].is_onlink = true;
	for (size_t kind = 0; kind < X0_KINDS; kind++) {
		if (!begin(kind))
			continue;
		put(&cases[0]); /* by which gateways are known */
		for (size_t i = 0; i < count; i++) {
			char what[64];

			snprintf(what, sizeof(what), "exact %s/%u dev x0",
				 inet_ntoa(cases[i].dest), cases[i].prefix_len);
			put(&cases[i]);
			put(&cases[i]);
			assert_string_equal(ip_routes(what), shown[i]);
		}
		for (size_t i = count; i-- > 0;) {
			take_away(&cases[i]);
			take_away(&cases[i]);
		}
		assert_string_equal(ip_routes("dev x0"), "");
		end();
	}
}

static void a_table_of_its_own_has_routes(void **state)
{
	struct net_conf_route4 r = route("0.0.0.0", 0, NULL, 5);

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	assert_int_equal(net_conf_remove_route4(conf, x0, TABLE, &r), 0);
	assert_int_equal(net_conf_put_routes4(conf, x0, TABLE, NULL, 0), 0);
	assert_int_equal(net_conf_put_route4(conf, x0, TABLE, &r), 0);
	assert_string_equal(ip_routes("table 1000"),
			    "default dev x0 proto dhcp scope link metric 5\n");
	assert_string_equal(ip_routes("dev x0"), "");
	take_away(&r); /* of the main table */
	assert_true(*ip_routes("table 1000") != '\0');
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, NULL, 0),
			 0);
	assert_true(*ip_routes("table 1000") != '\0');
	assert_int_equal(net_conf_remove_route4(conf, x0, TABLE, &r), 0);
	assert_string_equal(ip_routes("table 1000"), "");
	end();
}

/* NLM_F_REPLACE would have taken the administrator's route. */
static void routes_of_others_stay_and_go_first(void **state)
{
	struct net_conf_route4 ours = route("0.0.0.0", 0, "192.0.2.1", 0);

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	ip_run("ip route add 192.0.2.0/24 dev x0");
	ip_run("ip addr add 198.51.100.5/24 dev y0");
	ip_run("ip route add default via 198.51.100.1 dev y0");
	put(&ours);
	assert_string_equal(ip_routes("default"),
			    "default via 198.51.100.1 dev y0\n"
			    "default via 192.0.2.1 dev x0 proto dhcp\n");
	take_away(&ours);
	take_away(&ours);
	assert_string_equal(ip_routes("default"),
			    "default via 198.51.100.1 dev y0\n");
	/* The same one, made by hand, is not ours to remove. */
	ip_run("ip route del default");
	ip_run("ip route add default via 192.0.2.1 dev x0");
	take_away(&ours);
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, NULL, 0),
			 0);
	assert_string_equal(ip_routes("default"),
			    "default via 192.0.2.1 dev x0\n");
	end();
}

static void a_metric_of_zero_is_not_any_metric(void **state)
{
	struct net_conf_route4 zero = route("0.0.0.0", 0, NULL, 0);
	struct net_conf_route4 seven = route("0.0.0.0", 0, NULL, 7);

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_TUN));
	put(&seven);
	take_away(&zero);
	assert_true(*ip_routes("default") != '\0');
	put(&zero);
	take_away(&zero);
	assert_string_equal(ip_routes("default"),
			    "default dev x0 proto dhcp scope link metric 7\n");
	end();
}

static void a_list_takes_the_place_of_what_was_there(void **state)
{
	struct net_conf_route4 first[] = {
		route("192.0.2.0", 24, NULL, 0),
		route("0.0.0.0", 0, "192.0.2.1", 0),
		route("0.0.0.0", 0, "192.0.2.2", 1),
		route("10.0.0.0", 8, "192.0.2.1", 0),
	};
	struct net_conf_route4 second[] = {
		route("192.0.2.0", 24, NULL, 0),
		route("0.0.0.0", 0, "192.0.2.2", 0),
		route("10.0.0.0", 8, "192.0.2.1", 0),
		route("172.16.0.0", 12, "192.0.2.3", 0),
	};

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	ip_run("ip route add 172.31.0.0/16 dev x0");
	for (int times = 0; times < 2; times++)
		assert_int_equal(
			net_conf_put_routes4(conf, x0, NET_CONF_MAIN, first, 4),
			0);
	assert_string_equal(ip_routes(""),
			    "default via 192.0.2.1 dev x0 proto dhcp\n"
			    "default via 192.0.2.2 dev x0 proto dhcp metric 1\n"
			    "10.0.0.0/8 via 192.0.2.1 dev x0 proto dhcp\n"
			    "172.31.0.0/16 dev x0 scope link\n"
			    "192.0.2.0/24 dev x0 proto dhcp scope link\n");
	for (int times = 0; times < 2; times++)
		assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN,
						      second, 4),
				 0);
	assert_string_equal(ip_routes(""),
			    "default via 192.0.2.2 dev x0 proto dhcp\n"
			    "10.0.0.0/8 via 192.0.2.1 dev x0 proto dhcp\n"
			    "172.16.0.0/12 via 192.0.2.3 dev x0 proto dhcp\n"
			    "172.31.0.0/16 dev x0 scope link\n"
			    "192.0.2.0/24 dev x0 proto dhcp scope link\n");
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, NULL, 0),
			 0);
	assert_string_equal(ip_routes(""), "172.31.0.0/16 dev x0 scope link\n");
	end();
}

static void more_old_routes_than_one_reading_holds_go(void **state)
{
	FILE *batch;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_TUN));
	batch = popen("ip -batch -", "w");
	assert_non_null(batch);
	for (int i = 0; i < 2 * NET_CONF_ROUTE_MAX; i++)
		fprintf(batch, "route add 10.%d.%d.0/24 dev x0 proto dhcp\n",
			i / 256, i % 256);
	assert_int_equal(pclose(batch), 0);
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, NULL, 0),
			 0);
	assert_string_equal(ip_routes(""), "");
	end();
}

static void what_is_refused_does_not_stop_the_rest(void **state)
{
	struct net_conf_route4 list[] = {
		route("192.0.2.0", 24, NULL, 0),
		route("10.0.0.0", 8, "203.0.113.1", 0), /* not on the link */
		route("0.0.0.0", 0, "192.0.2.1", 0),
	};

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, list, 3),
			 -ENETUNREACH);
	assert_string_equal(ip_routes(""),
			    "default via 192.0.2.1 dev x0 proto dhcp\n"
			    "192.0.2.0/24 dev x0 proto dhcp scope link\n");
	end();
}

static void routes_go_with_the_address_that_is_their_source(void **state)
{
	struct net_conf_route4 r = route("0.0.0.0", 0, NULL, 0);

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	r.source = addr("192.0.2.5");
	put(&r);
	ip_run("ip addr add 198.51.100.5/24 dev x0 noprefixroute");
	ip_run("ip addr del 192.0.2.5/24 dev x0");
	assert_string_equal(ip_routes(""), "");
	end();
}

static void errors_have_names(void **state)
{
	static struct net_conf_route4 many[NET_CONF_ROUTE_MAX + 1];
	struct net_conf_route4 r = route("10.0.0.0", 8, NULL, 0), bad;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	assert_int_equal(net_conf_put_route4(conf, 0, NET_CONF_MAIN, &r),
			 -EINVAL);
	assert_int_equal(net_conf_put_route4(conf, x0, 0, &r), -EINVAL);
	assert_int_equal(net_conf_put_routes4(conf, x0, 0, &r, 1), -EINVAL);
	assert_int_equal(net_conf_put_routes4(conf, 0, 1, &r, 1), -EINVAL);
	bad = route("10.0.0.1", 31, NULL, 0);
	assert_int_equal(net_conf_put_route4(conf, x0, NET_CONF_MAIN, &bad),
			 -EINVAL);
	assert_int_equal(net_conf_remove_route4(conf, x0, NET_CONF_MAIN, &bad),
			 -EINVAL);
	bad = route("0.0.0.0", 33, NULL, 0);
	assert_int_equal(net_conf_put_route4(conf, x0, NET_CONF_MAIN, &bad),
			 -EINVAL);
	assert_int_equal(net_conf_put_routes4(conf, x0, NET_CONF_MAIN, many,
					      NET_CONF_ROUTE_MAX + 1),
			 -E2BIG);
	bad = r;
	bad.source = addr("203.0.113.5");
	assert_int_equal(net_conf_put_route4(conf, x0, NET_CONF_MAIN, &bad),
			 -EINVAL);
	assert_true(*net_conf_text(conf) != '\0');
	assert_int_equal(
		net_conf_put_route4(conf, x0 + 1000, NET_CONF_MAIN, &r),
		-ENODEV);
	assert_int_equal(
		net_conf_remove_route4(conf, x0 + 1000, NET_CONF_MAIN, &r), 0);
	assert_int_equal(
		net_conf_put_routes4(conf, x0 + 1000, NET_CONF_MAIN, NULL, 0),
		0);
	ip_run("ip link set x0 down");
	assert_int_equal(net_conf_put_route4(conf, x0, NET_CONF_MAIN, &r),
			 -ENETDOWN);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_route_comes_and_goes),
		cmocka_unit_test(a_table_of_its_own_has_routes),
		cmocka_unit_test(routes_of_others_stay_and_go_first),
		cmocka_unit_test(a_metric_of_zero_is_not_any_metric),
		cmocka_unit_test(a_list_takes_the_place_of_what_was_there),
		cmocka_unit_test(more_old_routes_than_one_reading_holds_go),
		cmocka_unit_test(what_is_refused_does_not_stop_the_rest),
		cmocka_unit_test(
			routes_go_with_the_address_that_is_their_source),
		cmocka_unit_test(errors_have_names),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
