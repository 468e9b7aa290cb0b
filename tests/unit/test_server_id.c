/* SPDX-License-Identifier: BSD-2-Clause */
/* server_id - two servers must never call themselves by one address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "../../daemon/server4/server_id.h"

static const char conf_text[] =
	"shared-network a { subnet6 2001:db8:1::/64 { }\n"
	"subnet 10.10.10.0 netmask 255.255.255.0 { range 10.10.10.100; } }\n"
	"subnet 172.18.0.0 netmask 255.255.0.0 { }\n";

static int setup(void **state)
{
	struct conf *conf;

	if (conf_parse(&conf, conf_text, strlen(conf_text), "test", CONF_DHCP4,
		       true, NULL, NULL))
		return -1;
	*state = conf;
	return 0;
}

static int teardown(void **state)
{
	conf_free(*state);
	return 0;
}

static void has_rank(void **state, const char *text, enum net_link_kind kind,
		     enum server_id_rank want)
{
	struct net_addr addr = { .family = AF_INET };

	assert_int_equal(inet_pton(AF_INET, text, &addr.v4), 1);
	assert_int_equal(server_id_rank(*state, &addr, kind), want);
}

static void an_address_in_a_configured_subnet_is_best(void **state)
{
	has_rank(state, "10.10.10.1", NET_LINK_OTHER,
		 SERVER_ID_CONFIGURED_SUBNET);
	has_rank(state, "10.10.10.1", NET_LINK_VETH,
		 SERVER_ID_CONFIGURED_SUBNET);
	has_rank(state, "172.18.0.1", NET_LINK_BRIDGE,
		 SERVER_ID_CONFIGURED_SUBNET);
}

/* Container engines give every host the same address. */
static void an_address_of_a_bridge_or_tunnel_is_likely_shared(void **state)
{
	has_rank(state, "172.17.0.1", NET_LINK_BRIDGE, SERVER_ID_LIKELY_SHARED);
	has_rank(state, "10.8.0.1", NET_LINK_TUN, SERVER_ID_LIKELY_SHARED);
	has_rank(state, "10.8.0.1", NET_LINK_VETH, SERVER_ID_LIKELY_SHARED);
	has_rank(state, "192.0.2.1", NET_LINK_OTHER, SERVER_ID_HOST);
	has_rank(state, "192.0.2.1", NET_LINK_VLAN, SERVER_ID_HOST);
	has_rank(state, "192.0.2.1", NET_LINK_BOND, SERVER_ID_HOST);
}

static void what_names_no_host_is_never_taken(void **state)
{
	const struct net_addr ip6 = { .family = AF_INET6 };

	has_rank(state, "127.0.0.1", NET_LINK_OTHER, SERVER_ID_NONE);
	has_rank(state, "127.1.2.3", NET_LINK_OTHER, SERVER_ID_NONE);
	has_rank(state, "0.0.0.0", NET_LINK_OTHER, SERVER_ID_NONE);
	has_rank(state, "224.0.0.1", NET_LINK_OTHER, SERVER_ID_NONE);
	has_rank(state, "169.254.7.7", NET_LINK_OTHER, SERVER_ID_LINK_LOCAL);
	assert_int_equal(server_id_rank(*state, &ip6, NET_LINK_OTHER),
			 SERVER_ID_NONE);
}

static void the_fallback_is_the_keys_and_within_bounds(void **state)
{
	struct siphash_key key = { { 1, 0 } };
	struct in_addr first = server_id_fallback(&key), addr;
	unsigned int other = 0;
	uint32_t host;

	(void)state;
	assert_int_equal(server_id_fallback(&key).s_addr, first.s_addr);
	for (key.k[0] = 2; key.k[0] < 1000; key.k[0]++) {
		addr = server_id_fallback(&key);
		host = ntohl(addr.s_addr);
		assert_in_range(host, 0xa9fe0100U, 0xa9fefeffU);
		other += addr.s_addr != first.s_addr;
	}
	assert_in_range(other, 990, 998);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_in_a_configured_subnet_is_best),
		cmocka_unit_test(
			an_address_of_a_bridge_or_tunnel_is_likely_shared),
		cmocka_unit_test(what_names_no_host_is_never_taken),
		cmocka_unit_test(the_fallback_is_the_keys_and_within_bounds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
