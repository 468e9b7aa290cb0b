// SPDX-License-Identifier: BSD-2-Clause
/* The model of a DHCPv6 server's file. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"

static void expect_addr6(const struct in6_addr *addr, const char *text)
{
	char actual[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, actual, sizeof(actual));
	assert_string_equal(actual, text);
}

static void bare_ranges_and_prefixes_form_the_first_pool6(void **state)
{
	struct conf *conf = parse6(
		"subnet6 2001:db8:1::/64 {\n"
		" pool6 { range6 2001:db8:1::1:0/112; allow known-clients; }\n"
		" prefix6 2001:db8:100:: 2001:db8:1ff:: /48;\n"
		" range6 2001:db8:1::1 2001:db8:1::2; }\n");
	const struct conf_subnet6 *subnet = &conf->networks[0].subnets6[0];
	const struct conf_pool6 *bare = &subnet->pools[0];
	const struct conf_pool6 *own = &subnet->pools[1];

	(void)state;
	assert_int_equal(subnet->pool_count, 2);
	assert_int_equal(bare->scope.kind, CONF_SCOPE_POOL6);
	assert_ptr_equal(bare->scope.parent, &subnet->scope);
	assert_int_equal(bare->scope.line, 4);
	assert_int_equal(bare->range_count, 1);
	expect_addr6(&bare->ranges[0].last, "2001:db8:1::2");
	assert_int_equal(bare->prefix_count, 1);
	expect_addr6(&bare->prefixes[0].first, "2001:db8:100::");
	expect_addr6(&bare->prefixes[0].last, "2001:db8:1ff::");
	assert_int_equal(bare->prefixes[0].prefix_len, 48);
	assert_int_equal(bare->permit_count, 0);
	assert_int_equal(own->range_count, 1);
	assert_int_equal(own->prefix_count, 0);
	expect_addr6(&own->ranges[0].last, "2001:db8:1::1:ffff");
	assert_int_equal(own->permit_count, 1);
	assert_true(own->permits[0].allow);
	assert_int_equal(own->permits[0].kind, CONF_PERMIT_KNOWN_CLIENTS);
	conf_free(conf);
}

static void a_pool6_inherits_from_its_subnet(void **state)
{
	struct conf *conf =
		parse6("preferred-lifetime 100; option dhcp6.rapid-commit;\n"
		       "subnet6 2001:db8:1::/64 { prefix-length-mode exact;\n"
		       " pool6 { range6 2001:db8:1::/112; limit-addrs-per-ia "
		       "3; } }\n");
	const struct conf_scope *pool =
		&conf->networks[0].subnets6[0].pools[0].scope;

	(void)state;
	assert_int_equal(conf_find_param(pool, CONF_PARAM_PREFERRED_LIFETIME)
				 ->preferred_lifetime_s,
			 100);
	assert_int_equal(conf_find_param(pool, CONF_PARAM_PREFIX_LENGTH_MODE)
				 ->prefix_length_mode,
			 CONF_PREFIX_EXACT);
	assert_int_equal(conf_find_param(pool, CONF_PARAM_LIMIT_ADDRS_PER_IA)
				 ->limit_addrs_per_ia,
			 3);
	assert_null(conf_find_param(pool, CONF_PARAM_SET_TEE_TIMES));
	assert_non_null(conf_find_option(pool, CONF_OPTIONS_DHCP6, 14));
	conf_free(conf);
}

static void a_temporary_range_is_left_out(void **state)
{
	struct conf *conf = parse6("subnet6 2001:db8:1::/64 {\n"
				   " range6 2001:db8:1::/64 temporary;\n"
				   " range6 2001:db8:1::5 temporary; }\n");

	(void)state;
	assert_int_equal(conf->networks[0].subnets6[0].pool_count, 0);
	conf_free(conf);
}

static void a_host_has_its_identifier_addresses_and_prefixes(void **state)
{
	struct conf *conf = parse6(
		"host a { host-identifier option dhcp6.client-id 0:3:0:1:2;\n"
		" fixed-address6 2001:db8::1, 2001:db8::2;\n"
		" fixed-address6 2001:db8::3;\n"
		" fixed-prefix6 2001:db8:100::/48;\n"
		" fixed-prefix6 2001:db8:200::/56; }\n"
		"host b { host-identifier v6relopt 2 dhcp6.interface-id \"p\"; "
		"}\n"
		"host c { }\n");
	static const uint8_t duid[] = { 0, 3, 0, 1, 2 };
	const struct conf_host *host = &conf->hosts[0];

	(void)state;
	assert_int_equal(host->identifier->universe, CONF_OPTIONS_DHCP6);
	assert_int_equal(host->identifier->code, 1);
	assert_int_equal(host->identifier->len, sizeof(duid));
	assert_memory_equal(host->identifier->data, duid, sizeof(duid));
	assert_int_equal(host->identifier_relay, 0);
	assert_int_equal(host->fixed_address6_count, 3);
	expect_addr6(&host->fixed_addresses6[2], "2001:db8::3");
	assert_int_equal(host->fixed_prefix6_count, 2);
	expect_addr6(&host->fixed_prefixes6[1].first, "2001:db8:200::");
	expect_addr6(&host->fixed_prefixes6[1].last, "2001:db8:200::");
	assert_int_equal(host->fixed_prefixes6[1].prefix_len, 56);
	assert_int_equal(conf->hosts[1].identifier->code, 18);
	assert_int_equal(conf->hosts[1].identifier_relay, 2);
	assert_null(conf->hosts[2].identifier);
	conf_free(conf);
}

static void expect_duid(const char *text, enum conf_duid kind, const char *duid,
			size_t len)
{
	struct conf *conf = parse6(text);

	assert_int_equal(conf->server_duid, kind);
	assert_int_equal(conf->server_duid_len, len);
	if (len > 0)
		assert_memory_equal(conf->server_duid_data, duid, len);
	conf_free(conf);
}

static void a_server_duid_is_kept_as_octets_of_the_wire(void **state)
{
	(void)state;
	expect_duid("", CONF_DUID_NONE, NULL, 0);
	expect_duid("server-duid LLT;", CONF_DUID_LLT, NULL, 0);
	expect_duid("server-duid LL;", CONF_DUID_LL, NULL, 0);
	expect_duid("server-duid LLT ethernet 258 2:0:0:0:0:7;",
		    CONF_DUID_EXACT, "\0\1\0\1\0\0\1\2\2\0\0\0\0\7", 14);
	expect_duid("server-duid LL 27 2:0:7;", CONF_DUID_EXACT,
		    "\0\3\0\33\2\0\7", 7);
	expect_duid("server-duid EN 32473 \"abc\";", CONF_DUID_EXACT,
		    "\0\2\0\0\x7e\xd9"
		    "abc",
		    9);
	expect_duid("server-duid UUID \"0123456789abcdef\";", CONF_DUID_EXACT,
		    "\0\4"
		    "0123456789abcdef",
		    18);
	expect_duid("server-duid 65280 1:2;", CONF_DUID_EXACT, "\xff\0\1\2", 4);
}

static void reconfigure_is_on_unless_it_is_switched_off(void **state)
{
	struct conf *conf = parse6("");

	(void)state;
	assert_true(conf->dhcp4o6.reconfigure);
	conf_free(conf);
	conf = parse6("dhcp4o6 { reconfigure off; }");
	assert_false(conf->dhcp4o6.reconfigure);
	conf_free(conf);
}

static void hosts_of_both_families_may_share_a_file(void **state)
{
	static const char hosts[] =
		"host a { option dhcp-client-identifier \"a\";\n"
		" fixed-address 192.0.2.1; }\n"
		"host b { host-identifier option dhcp6.client-id 1:2;\n"
		" fixed-address6 2001:db8::1; fixed-prefix6 2001:db8:1::/48; "
		"}\n"
		"subnet 192.0.2.0 netmask 255.255.255.0 { }\n";
	struct findings findings = { 0 };
	struct conf *conf;

	(void)state;
	assert_int_equal(conf_parse(&conf, hosts, strlen(hosts), "test",
				    CONF_DHCP4, false, count_finding,
				    &findings),
			 0);
	assert_int_equal(findings.warnings, 0);
	assert_int_equal(conf->hosts[1].fixed_prefix6_count, 1);
	conf_free(conf);
	strbuf_fini(&findings.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_ranges_and_prefixes_form_the_first_pool6),
		cmocka_unit_test(a_pool6_inherits_from_its_subnet),
		cmocka_unit_test(a_temporary_range_is_left_out),
		cmocka_unit_test(
			a_host_has_its_identifier_addresses_and_prefixes),
		cmocka_unit_test(a_server_duid_is_kept_as_octets_of_the_wire),
		cmocka_unit_test(reconfigure_is_on_unless_it_is_switched_off),
		cmocka_unit_test(hosts_of_both_families_may_share_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
