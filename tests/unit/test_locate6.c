/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a DHCPv6 client is: relays, source address, interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "alloc6_fixture.h"

static const char conf_text[] =
	"shared-network A { subnet6 2001:db8:1::/64 { }\n"
	"                   subnet6 2001:db8:1:8000::/49 { } }\n"
	"shared-network B { subnet6 2001:db8:2::/64 {\n"
	"                    range6 2001:db8:2::/64;\n"
	"                    prefix6 2001:db8:100:: 2001:db8:1ff:: /48; } }\n"
	"shared-network C { subnet6 fe80::c/128 { } }\n"
	"shared-network D { subnet6 2001:db8:1:9000::/64 { } }\n";

/* NULL in a row: not there, or nothing found. */
struct row {
	const char *links[3]; /* from the client outward */
	const char *source;
	const char *ifname;
	const char *network;
};

static void check_row(struct world6 *w, const struct row *row)
{
	struct dhcp6_envelope env = { 0 };
	struct in6_addr source = world6_addr(row->source);
	const struct alloc6_network *net;
	size_t i;

	for (i = 0; i < 3 && row->links[i]; i++)
		env.relay[env.relay_count++].link_address =
			world6_addr(row->links[i]);
	net = alloc6_locate(w->alloc, &env, row->ifname, &source);
	if (!row->network)
		assert_null(net);
	else
		assert_string_equal(alloc6_network_conf(net)->name,
				    row->network);
}

static void open_world(struct world6 *w)
{
	struct in6_addr addr = world6_addr("2001:db8:2::1");

	world6_open(w, 0);
	world6_configure(w, conf_text);
	assert_int_equal(alloc6_set_interface(w->alloc, "eth0", &addr, 1, NULL),
			 0);
}

static void the_first_that_has_something_to_go_by_decides(void **state)
{
	static const struct row rows[] = {
		{ { "2001:db8:1::1" }, "fe80::1", "eth0", "A" },
		{ { "2001:db8:1:8001::1" }, "fe80::1", "eth0", "A" },
		{ { "2001:db8:1:9000::1" }, "fe80::1", "eth0", "D" },
		/* The innermost usable one, even when it matches nothing. */
		{ { "2001:db8:1::1", "2001:db8:2::1" }, "fe80::1", NULL, "A" },
		{ { "2001:db8:9::1", "2001:db8:2::1" }, "::", "eth0", NULL },
		/* An LDRA's says nothing; the next one's does. */
		{ { "::", "2001:db8:1::1" }, "fe80::1", "eth0", "A" },
		{ { "::", "fe80::9", "2001:db8:1::1" }, "::", "eth0", "A" },
		{ { "::" }, "fe80::1", "eth0", "B" },
		{ { "::" }, "2001:db8:1::7", "eth0", "B" },
		{ { "::" }, "2001:db8:1::7", NULL, NULL },
		{ { "fe80::9" }, "fe80::1", "eth0", "B" },
		/* Unless it is declared as a subnet of its own. */
		{ { "fe80::c", "2001:db8:1::1" }, "fe80::1", NULL, "C" },
		{ { NULL }, "2001:db8:1::7", "eth0", "A" },
		{ { NULL }, "2001:db8:9::7", "eth0", "B" },
		{ { NULL }, "fe80::c", "eth0", "B" },
		{ { NULL }, "fe80::1", "eth1", NULL },
		{ { NULL }, "fe80::1", "", NULL },
		{ { NULL }, "fe80::1", NULL, NULL },
	};
	struct world6 w;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&w, &rows[i]);
	world6_close(&w);
}

static void nothing_is_found_without_a_configuration(void **state)
{
	const struct row row = { { "2001:db8:1::1" }, "::", "eth0", NULL };
	struct in6_addr addr = world6_addr("2001:db8:1::1");
	const struct alloc6_network *net;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	assert_int_equal(alloc6_set_interface(w.alloc, "eth0", &addr, 1, NULL),
			 0);
	check_row(&w, &row);
	assert_null(alloc6_find_subnet(w.alloc, &addr, &net));
	assert_null(net);
	assert_int_equal(alloc6_network_count(w.alloc), 0);
	/* An interface that was there before is bound by it. */
	world6_configure(&w, conf_text);
	check_row(&w, &(struct row){ { NULL }, "::", "eth0", "A" });
	world6_close(&w);
}

static void count_report(void *arg, const char *text)
{
	assert_non_null(strstr(text, "eth0 is in two shared networks: A"));
	assert_non_null(strstr(text, "2001:db8:2::1 in B"));
	++*(unsigned int *)arg;
}

static void an_interface_in_two_networks_is_in_none(void **state)
{
	struct in6_addr addrs[] = { world6_addr("2001:db8:1::1"),
				    world6_addr("2001:db8:2::1"),
				    world6_addr("2001:db8:1::2") };
	const struct row none = { { NULL }, "::", "eth0", NULL };
	char text[ALLOC6_CONFLICT_SIZE];
	unsigned int reports = 0;
	struct world6 w;

	(void)state;
	open_world(&w);
	assert_int_equal(alloc6_set_interface(w.alloc, "eth0", addrs, 3, text),
			 -EEXIST);
	count_report(&reports, text);
	check_row(&w, &none);
	assert_int_equal(
		alloc6_check_interfaces(w.alloc, NULL, count_report, &reports),
		1);
	assert_int_equal(reports, 2);
	assert_int_equal(alloc6_set_interface(w.alloc, "eth0", addrs, 1, text),
			 0);
	check_row(&w, &(struct row){ { NULL }, "::", "eth0", "A" });
	alloc6_remove_interface(w.alloc, "eth0");
	check_row(&w, &none);
	assert_int_equal(alloc6_set_interface(w.alloc, "", addrs, 1, text),
			 -EINVAL);
	assert_int_equal(alloc6_set_interface(w.alloc, "sixteen-octets!!",
					      addrs, 1, text),
			 -EINVAL);
	assert_int_equal(alloc6_set_interface(w.alloc, "eth0", addrs, 65, text),
			 -E2BIG);
	world6_close(&w);
}

static void subnets_and_pools_are_found_by_address(void **state)
{
	struct in6_addr addr = world6_addr("2001:db8:2::77");
	struct in6_addr prefix = world6_addr("2001:db8:123::");
	const struct alloc6_network *net;
	struct world6 w;

	(void)state;
	open_world(&w);
	assert_int_equal(alloc6_find_subnet(w.alloc, &addr, &net)->prefix_len,
			 64);
	assert_string_equal(alloc6_network_conf(net)->name, "B");
	assert_non_null(alloc6_find_pool(w.alloc, net, LEASE_NA6, &addr));
	assert_null(alloc6_find_pool(w.alloc, net, LEASE_NA6, &prefix));
	assert_non_null(alloc6_find_pool(w.alloc, net, LEASE_PD6, &prefix));
	assert_null(alloc6_find_pool(w.alloc, net, LEASE_PD6, &addr));
	assert_int_equal(alloc6_network_count(w.alloc), 4);
	assert_true(world6_network_stats(&w, 1).addresses == UINT64_MAX);
	assert_int_equal(world6_network_stats(&w, 1).prefixes, 256);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_has_something_to_go_by_decides),
		cmocka_unit_test(nothing_is_found_without_a_configuration),
		cmocka_unit_test(an_interface_in_two_networks_is_in_none),
		cmocka_unit_test(subnets_and_pools_are_found_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
