/* SPDX-License-Identifier: BSD-2-Clause */
/* What leases mean to an interface, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "apply4_fixture.h"
#include "rng.h"

#define RUNS 10000

struct row {
	const char *addr;
	const char *options;
	const char *shown;
};

static void check(const struct row *rows, size_t count,
		  const struct apply4_link *link)
{
	for (size_t i = 0; i < count; i++) {
		apply4_set_options(rows[i].options);
		apply4_make(&apply, apply4_addr(rows[i].addr), &options, link);
		assert_string_equal(apply4_show(), rows[i].shown);
	}
}
#define CHECK(rows, link) check(rows, sizeof(rows) / sizeof(*(rows)), link)

static void rfc2132_3_3_the_mask_is_the_prefix_or_the_class_is(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5", "1=ffffff00", "/24 192.0.2.255 1500" },
		{ "192.0.2.5", "1=fffffff8", "/29 192.0.2.7 1500" },
		{ "192.0.2.5", "1=fffffffe", "/31 - 1500" },
		{ "192.0.2.5", "1=ffffffff", "/32 - 1500" },
		{ "10.1.2.3", "1=80000000", "/1 127.255.255.255 1500" },
		{ "10.1.2.3", "", "/8 10.255.255.255 1500" },
		{ "172.20.2.3", "", "/16 172.20.255.255 1500" },
		{ "192.0.2.5", "", "/24 192.0.2.255 1500" },
		{ "240.0.2.5", "", "/32 - 1500" },
		{ "192.0.2.255", "1=ffffff00", "/24 - 1500" },
		/* Masks with holes, of no bit, or of another length. */
		{ "192.0.2.5", "1=ff00ff00", "/24 192.0.2.255 1500 no1" },
		{ "10.1.2.3", "1=00ffffff", "/8 10.255.255.255 1500 no1" },
		{ "10.1.2.3", "1=00000000", "/8 10.255.255.255 1500 no1" },
		{ "10.1.2.3", "1=ffffff", "/8 10.255.255.255 1500 no1" },
		{ "10.1.2.3", "1=ffffff0000", "/8 10.255.255.255 1500 no1" },
		{ "10.1.2.3", "1=", "/8 10.255.255.255 1500 no1" },
	};
	static const struct row tunnels[] = {
		{ "192.0.2.5", "", "/32 - 1460" },
		{ "192.0.2.5", "1=ffffff00", "/24 - 1460" },
		{ "192.0.2.5", "1=ff00ff00", "/32 - 1460 no1" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
	CHECK(tunnels, &apply4_tunnel);
}

static void rfc2132_5_3_the_broadcast_address_is_one_of_the_subnet(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5", "1=ffffff00 28=c0000200",
		  "/24 192.0.2.0 1500" }, /* BSD's */
		{ "192.0.2.5", "1=ffffff00 28=ffffffff",
		  "/24 255.255.255.255 1500" },
		{ "192.0.2.5", "1=ffffff00 28=08080808",
		  "/24 192.0.2.255 1500 no28" },
		{ "192.0.2.5", "1=ffffff00 28=c0000205",
		  "/24 192.0.2.255 1500 no28" },
		{ "192.0.2.5", "1=ffffff00 28=c00002",
		  "/24 192.0.2.255 1500 no28" },
		{ "192.0.2.5", "1=ffffff00 28=c00002ff00",
		  "/24 192.0.2.255 1500 no28" },
		{ "192.0.2.5", "1=fffffffe 28=c0000204", "/31 - 1500" },
	};
	static const struct row tunnels[] = {
		{ "192.0.2.5", "1=ffffff00 28=c00002ff", "/24 - 1460" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
	CHECK(tunnels, &apply4_tunnel);
}

static void rfc2132_5_1_the_mtu_is_only_lowered(void **state)
{
	static const struct row rows[] = {
		{ "10.1.2.3", "26=0578", "/8 10.255.255.255 1400" },
		{ "10.1.2.3", "26=05dc", "/8 10.255.255.255 1500" },
		{ "10.1.2.3", "26=2328", "/8 10.255.255.255 1500" },
		{ "10.1.2.3", "26=0044", "/8 10.255.255.255 68" },
		{ "10.1.2.3", "26=0043", "/8 10.255.255.255 1500 no26" },
		{ "10.1.2.3", "26=0000", "/8 10.255.255.255 1500 no26" },
		{ "10.1.2.3", "26=05", "/8 10.255.255.255 1500 no26" },
		{ "10.1.2.3", "26=00000578", "/8 10.255.255.255 1500 no26" },
	};
	static const struct row with_ipv6[] = {
		{ "10.1.2.3", "26=0578", "/8 10.255.255.255 1400" },
		{ "10.1.2.3", "26=0500", "/8 10.255.255.255 1280" },
		{ "10.1.2.3", "26=04ff", "/8 10.255.255.255 1280" },
		{ "10.1.2.3", "26=0044", "/8 10.255.255.255 1280" },
	};
	static const struct row small[] = {
		{ "10.1.2.3", "26=0044", "/8 10.255.255.255 1000" },
	};
	struct apply4_link link = apply4_ethernet;

	(void)state;
	CHECK(rows, &link);
	link.keeps_ipv6 = true;
	CHECK(with_ipv6, &link);
	link.mtu = 1000; /* has no IPv6 whatever is wanted; never raised */
	CHECK(small, &link);
}

static void rfc2132_3_5_routers_are_in_order_of_preference(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5", "1=ffffff00 3=c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 3=c0000201.c0000202.c0000203",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 "
		  "0.0.0.0/0>192.0.2.2*1 0.0.0.0/0>192.0.2.3*2" },
		{ "192.0.2.5", "1=ffffff00 3=c0000201.c0000202.c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 "
		  "0.0.0.0/0>192.0.2.2*1" },
		/* Outside of the subnet, as some hosters have it. */
		{ "192.0.2.5", "1=ffffffff 3=c6336401",
		  "/32 - 1500 0.0.0.0/0>198.51.100.1!" },
		/* The address itself: everything is on the link. */
		{ "192.0.2.5", "1=ffffff00 3=c0000205",
		  "/24 192.0.2.255 1500 0.0.0.0/0" },
		{ "192.0.2.5", "1=ffffff00 3=00000000.c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 -1" },
		{ "192.0.2.5", "1=ffffff00 3=7f000001.e0000001.ffffffff",
		  "/24 192.0.2.255 1500 -3" },
		{ "192.0.2.5", "1=ffffff00 3=c00002",
		  "/24 192.0.2.255 1500 no3" },
		{ "192.0.2.5", "1=ffffff00 3=c0000201c0",
		  "/24 192.0.2.255 1500 no3" },
		{ "192.0.2.5", "1=ffffff00 3=", "/24 192.0.2.255 1500 no3" },
	};
	static const struct row tunnels[] = {
		{ "192.0.2.5", "3=c0000201.c0000202", "/32 - 1460 0.0.0.0/0" },
	};
	struct apply4_link link = apply4_ethernet;

	(void)state;
	CHECK(rows, &apply4_ethernet);
	CHECK(tunnels, &apply4_tunnel);
	link.metric = 100;
	apply4_set_options("1=ffffff00 3=c0000201.c0000202");
	apply4_make(&apply, apply4_addr("192.0.2.5"), &options, &link);
	assert_string_equal(apply4_show(), "/24 192.0.2.255 1500 "
					   "0.0.0.0/0>192.0.2.1*100 "
					   "0.0.0.0/0>192.0.2.2*101");
	link.metric = UINT32_MAX;
	apply4_make(&apply, apply4_addr("192.0.2.5"), &options, &link);
	assert_int_equal(apply.route_count, 2);
	assert_int_equal(apply.route[1].metric, UINT32_MAX);
}

static void
rfc2132_5_8_static_routes_go_by_class_and_not_everywhere(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5", "1=ffffff00 33=0a000000.c0000201",
		  "/24 192.0.2.255 1500 10.0.0.0/8>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 33=ac100000.c0000201",
		  "/24 192.0.2.255 1500 172.16.0.0/16>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 33=c6336400.c0000201",
		  "/24 192.0.2.255 1500 198.51.100.0/24>192.0.2.1" },
		/* A host. */
		{ "192.0.2.5", "1=ffffff00 33=0a010000.c0000201",
		  "/24 192.0.2.255 1500 10.1.0.0/32>192.0.2.1" },
		/* Twice the same destination: the first one is preferred. */
		{ "192.0.2.5",
		  "1=ffffff00 33=0a000000.c0000201.0a000000.c0000202",
		  "/24 192.0.2.255 1500 10.0.0.0/8>192.0.2.1 "
		  "10.0.0.0/8>192.0.2.2*1" },
		{ "192.0.2.5", "1=ffffff00 33=00000000.c0000201",
		  "/24 192.0.2.255 1500 -1" },
		{ "192.0.2.5", "1=ffffff00 33=0a000000.00000000",
		  "/24 192.0.2.255 1500 -1" },
		{ "192.0.2.5", "1=ffffff00 33=7f000000.c0000201",
		  "/24 192.0.2.255 1500 -1" },
		{ "192.0.2.5", "1=ffffff00 33=0a000000c00002",
		  "/24 192.0.2.255 1500 no33" },
		{ "192.0.2.5", "1=ffffff00 33=0a000000",
		  "/24 192.0.2.255 1500 no33" },
		{ "192.0.2.5", "1=ffffff00 33=", "/24 192.0.2.255 1500 no33" },
		/* Before the routers, which stay. */
		{ "192.0.2.5", "1=ffffff00 3=c0000201 33=0a000000.c0000202",
		  "/24 192.0.2.255 1500 10.0.0.0/8>192.0.2.2 "
		  "0.0.0.0/0>192.0.2.1" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
}

/* The examples of the RFC's table of destination descriptors among them. */
static void rfc3442_destinations_have_as_many_octets_as_they_need(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5",
		  "1=ffffff00 121=00.c0000201.08.0a.c0000201.18.0a0000."
		  "c0000201.10.0a11.c0000201.18.0a1b81.c0000201.19.0a1b81.80."
		  "c0000201.20.0a36.cb1a.c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 "
		  "10.0.0.0/8>192.0.2.1 10.0.0.0/24>192.0.2.1 "
		  "10.17.0.0/16>192.0.2.1 10.27.129.0/24>192.0.2.1 "
		  "10.27.129.128/25>192.0.2.1 10.54.203.26/32>192.0.2.1" },
		/* Bits behind the mask are cleared. */
		{ "192.0.2.5", "1=ffffff00 121=19.81d2b184.c0000201",
		  "/24 192.0.2.255 1500 129.210.177.128/25>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 121=01.ff.c0000201",
		  "/24 192.0.2.255 1500 128.0.0.0/1>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 121=01.7f.c0000201.04.7f.c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/1>192.0.2.1 "
		  "112.0.0.0/4>192.0.2.1" },
		{ "192.0.2.5", "1=ffffff00 121=08.7f.c0000201.08.0a.c0000201",
		  "/24 192.0.2.255 1500 10.0.0.0/8>192.0.2.1 -1" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
}

static void rfc3442_a_router_of_zero_is_the_link_itself(void **state)
{
	static const struct row rows[] = {
		/* As hosters have it: the router first, then all else. */
		{ "192.0.2.5",
		  "1=ffffffff 121=20.c6336401.00000000.00.c6336401",
		  "/32 - 1500 198.51.100.1/32 0.0.0.0/0>198.51.100.1!" },
		{ "192.0.2.5", "1=ffffff00 121=10.0a01.00000000",
		  "/24 192.0.2.255 1500 10.1.0.0/16" },
	};
	static const struct row tunnels[] = {
		{ "192.0.2.5", "121=00.c6336401.08.0a.00000000",
		  "/32 - 1460 0.0.0.0/0 10.0.0.0/8" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
	CHECK(tunnels, &apply4_tunnel);
}

static void rfc3442_classless_routes_are_instead_of_others(void **state)
{
	static const struct row rows[] = {
		{ "192.0.2.5",
		  "1=ffffff00 3=c0000201 33=0a000000.c0000201 "
		  "121=08.0b.c0000202",
		  "/24 192.0.2.255 1500 11.0.0.0/8>192.0.2.2" },
		/* Also when no route of it can be used. */
		{ "192.0.2.5", "1=ffffff00 3=c0000201 121=00.e0000001",
		  "/24 192.0.2.255 1500 -1" },
		/* What can not be read is not there. */
		{ "192.0.2.5", "1=ffffff00 3=c0000201 121=21.0a000000.c0000201",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 no121" },
		{ "192.0.2.5", "1=ffffff00 3=c0000201 121=",
		  "/24 192.0.2.255 1500 0.0.0.0/0>192.0.2.1 no121" },
	};

	(void)state;
	CHECK(rows, &apply4_ethernet);
}

static void every_truncation_of_classless_routes_is_refused_whole(void **state)
{
	static const uint8_t body[] = {
		24, 10, 1,  2,  192, 0, 2, 1,   0, 192, 0,
		2,  1,  32, 10, 1,   2, 3, 192, 0, 2,   1,
	};

	(void)state;
	for (size_t len = 0; len <= sizeof(body); len++) {
		bool is_whole = len == 8 || len == 13 || len == 22;
		uint8_t *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, body, len);
		client_options_clear(&options);
		apply4_set_option(121, copy, len);
		free(copy);
		apply4_make(&apply, apply4_addr("192.0.2.5"), &options,
			    &apply4_ethernet);
		assert_int_equal(apply.ignored_count, !is_whole);
		assert_int_equal(apply.route_count,
				 !is_whole ? 0 : 1 + (len > 8) + (len > 13));
	}
}

static void more_routes_than_there_is_room_for_are_counted(void **state)
{
	uint8_t body[(APPLY4_ROUTES_MAX + 44) * 8];

	(void)state;
	for (size_t i = 0; i < APPLY4_ROUTES_MAX + 44; i++) {
		const uint8_t route[8] = { 24,         10,  (uint8_t)(i / 256),
					   (uint8_t)i, 192, 0,
					   2,          1 };

		memcpy(body + i * 8, route, sizeof(route));
	}
	client_options_clear(&options);
	apply4_set_option(121, body, sizeof(body));
	apply4_make(&apply, apply4_addr("192.0.2.5"), &options,
		    &apply4_ethernet);
	assert_int_equal(apply.route_count, APPLY4_ROUTES_MAX);
	assert_int_equal(apply.routes_left_out, 44);
}

static void assert_route_is_sane(const struct net_conf_route4 *r)
{
	uint32_t dest = ntohl(r->dest.s_addr);

	assert_true(r->prefix_len <= 32);
	assert_true(r->prefix_len == 32 || !(dest << r->prefix_len));
	assert_int_equal(r->source.s_addr, apply.addr.s_addr);
	assert_false(IN_MULTICAST(ntohl(r->gateway.s_addr)));
	assert_true(r->gateway.s_addr || !r->is_onlink);
	for (const struct net_conf_route4 *o = apply.route; o < r; o++)
		assert_false(o->dest.s_addr == r->dest.s_addr &&
			     o->prefix_len == r->prefix_len &&
			     o->metric == r->metric);
}

static void whatever_a_server_sends_the_result_is_sane(void **state)
{
	static const uint8_t codes[] = { 1, 3, 26, 28, 33, 121 };
	struct rng rng = { .state = 4242 };
	size_t routes = 0;

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		struct apply4_link link = { .mtu = 1500 };
		struct in_addr addr;

		client_options_clear(&options);
		for (size_t k = 0; k < sizeof(codes); k++) {
			uint8_t body[64];
			size_t len = rng_below(&rng, 33);

			for (size_t j = 0; j < len; j++)
				body[j] = (uint8_t)rng_below(
					&rng, rng_below(&rng, 2) ? 256 : 34);
			if (rng_below(&rng, 3))
				apply4_set_option(codes[k], body, len);
		}
		link.is_point_to_point = rng_below(&rng, 2);
		link.keeps_ipv6 = rng_below(&rng, 2);
		addr.s_addr = htonl(1 + rng_below(&rng, 0xdfffffff));
		apply4_make(&apply, addr, &options, &link);
		assert_in_range(apply.prefix_len, 1, 32);
		assert_in_range(apply.mtu, link.keeps_ipv6 ? 1280 : 68, 1500);
		for (size_t k = 0; k < apply.route_count; k++)
			assert_route_is_sane(&apply.route[k]);
		routes += apply.route_count;
	}
	assert_true(routes > RUNS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc2132_3_3_the_mask_is_the_prefix_or_the_class_is),
		cmocka_unit_test(
			rfc2132_5_3_the_broadcast_address_is_one_of_the_subnet),
		cmocka_unit_test(rfc2132_5_1_the_mtu_is_only_lowered),
		cmocka_unit_test(
			rfc2132_3_5_routers_are_in_order_of_preference),
		cmocka_unit_test(
			rfc2132_5_8_static_routes_go_by_class_and_not_everywhere),
		cmocka_unit_test(
			rfc3442_destinations_have_as_many_octets_as_they_need),
		cmocka_unit_test(rfc3442_a_router_of_zero_is_the_link_itself),
		cmocka_unit_test(
			rfc3442_classless_routes_are_instead_of_others),
		cmocka_unit_test(
			every_truncation_of_classless_routes_is_refused_whole),
		cmocka_unit_test(
			more_routes_than_there_is_room_for_are_counted),
		cmocka_unit_test(whatever_a_server_sends_the_result_is_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
