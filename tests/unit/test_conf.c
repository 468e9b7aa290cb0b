// SPDX-License-Identifier: BSD-2-Clause
/* The model: what stands where, what is inherited, octets of options. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"

static void expect_addr(struct in_addr addr, const char *text)
{
	char actual[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr, actual, sizeof(actual));
	assert_string_equal(actual, text);
}

static void scopes_inherit_from_their_parents(void **state)
{
	struct conf *conf = parse4(
		"max-lease-time 100; default-lease-time 10;\n"
		"option domain-name \"global\";\n"
		"group { default-lease-time 20;\n"
		" shared-network n { option domain-name \"net\";\n"
		"  subnet 10.0.0.0 netmask 255.0.0.0 {\n"
		"   option routers 10.0.0.1;\n"
		"   pool { default-lease-time 30; range 10.0.0.5; } } } }\n");
	const struct conf_scope *pool, *subnet;
	const struct conf_option *option;

	(void)state;
	subnet = &conf->networks[0].subnets[0].scope;
	pool = &conf->networks[0].subnets[0].pools[0].scope;
	assert_ptr_equal(pool->parent, subnet);
	assert_ptr_equal(subnet->parent, &conf->networks[0].scope);
	assert_ptr_equal(conf->networks[0].scope.parent,
			 &conf->groups[0].scope);
	assert_ptr_equal(conf->groups[0].scope.parent, &conf->global);
	assert_null(conf->global.parent);
	assert_int_equal(pool->line, 7);
	assert_string_equal(pool->file, "test");
	assert_int_equal(conf_find_param(pool, CONF_PARAM_DEFAULT_LEASE_TIME)
				 ->default_lease_time_s,
			 30);
	assert_int_equal(conf_find_param(subnet, CONF_PARAM_DEFAULT_LEASE_TIME)
				 ->default_lease_time_s,
			 20);
	assert_int_equal(conf_find_param(pool, CONF_PARAM_MAX_LEASE_TIME)
				 ->max_lease_time_s,
			 100);
	assert_null(conf_find_param(pool, CONF_PARAM_MIN_LEASE_TIME));
	option = conf_find_option(pool, CONF_OPTIONS_DHCP4, 15);
	assert_int_equal(option->len, 3);
	assert_memory_equal(option->data, "net", 3);
	assert_non_null(conf_find_option(pool, CONF_OPTIONS_DHCP4, 3));
	assert_null(conf_find_option(pool, CONF_OPTIONS_DHCP6, 3));
	assert_null(conf_find_option(&conf->global, CONF_OPTIONS_DHCP4, 3));
	conf_free(conf);
}

static void a_lone_subnet_stands_in_a_network_of_its_own(void **state)
{
	struct conf *conf = parse4(
		"subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.2; }\n"
		"shared-network s {\n"
		" subnet 10.0.2.0 netmask 255.255.255.0 { }\n"
		" subnet6 2001:db8::/64 { } }\n"
		"subnet6 2001:db8:1::/64 { }\n");

	(void)state;
	assert_int_equal(conf->network_count, 3);
	assert_true(conf->networks[0].implicit);
	assert_string_equal(conf->networks[0].name, "10.0.0.0/24");
	assert_int_equal(conf->networks[0].subnet_count, 1);
	assert_int_equal(conf->networks[0].subnets[0].prefix_len, 24);
	assert_false(conf->networks[1].implicit);
	assert_int_equal(conf->networks[1].subnet_count, 1);
	assert_int_equal(conf->networks[1].subnet6_count, 1);
	assert_string_equal(conf->networks[2].name, "2001:db8:1::/64");
	assert_int_equal(conf->networks[2].subnet_count, 0);
	assert_int_equal(conf->networks[2].index, 2);
	conf_free(conf);
}

static void bare_ranges_form_the_first_pool(void **state)
{
	struct conf *conf =
		parse4("subnet 10.0.0.0 netmask 255.255.255.0 {\n"
		       " pool { deny unknown-clients; range 10.0.0.9; }\n"
		       " range 10.0.0.2; range 10.0.0.4 10.0.0.6; }\n");
	const struct conf_subnet *subnet = &conf->networks[0].subnets[0];

	(void)state;
	assert_int_equal(subnet->pool_count, 2);
	assert_int_equal(subnet->pools[0].range_count, 2);
	assert_int_equal(subnet->pools[0].permit_count, 0);
	expect_addr(subnet->pools[0].ranges[0].last, "10.0.0.2");
	expect_addr(subnet->pools[0].ranges[1].first, "10.0.0.4");
	expect_addr(subnet->pools[0].ranges[1].last, "10.0.0.6");
	assert_int_equal(subnet->pools[1].permit_count, 1);
	assert_false(subnet->pools[1].permits[0].allow);
	assert_int_equal(subnet->pools[1].permits[0].kind,
			 CONF_PERMIT_UNKNOWN_CLIENTS);
	conf_free(conf);
}

static void a_host_keeps_its_identity_apart_from_its_options(void **state)
{
	struct conf *conf = parse4(
		"subnet 10.0.0.0 netmask 255.255.255.0 { }\n"
		"host h { hardware ethernet 2:0:0:a:B:ff;\n"
		" option dhcp-client-identifier 1:ff; option host-name x;\n"
		" fixed-address 10.0.0.1, 10.0.0.2; }\n");
	const struct conf_host *host = &conf->hosts[0];
	static const uint8_t chaddr[] = { 2, 0, 0, 10, 11, 255 };

	(void)state;
	assert_int_equal(conf->host_count, 1);
	assert_string_equal(host->name, "h");
	assert_int_equal(host->htype, 1);
	assert_int_equal(host->hlen, 6);
	assert_memory_equal(host->chaddr, chaddr, 6);
	assert_int_equal(host->client_id_len, 2);
	assert_memory_equal(host->client_id, "\x01\xff", 2);
	assert_int_equal(host->fixed_address_count, 2);
	expect_addr(host->fixed_addresses[1], "10.0.0.2");
	assert_int_equal(host->scope.option_count, 1);
	assert_int_equal(host->scope.options[0].code, 12);
	conf_free(conf);
}

static const struct {
	const char *statement;
	const char *octets;
} encodings[] = {
	{ "option routers 10.0.0.1, 10.0.0.2;", "0a0000010a000002" },
	{ "option time-offset -2;", "fffffffe" },
	{ "option interface-mtu 1280;", "0500" },
	{ "option interface-mtu 0x500;", "0500" },
	{ "option default-ip-ttl 64;", "40" },
	{ "option ip-forwarding on;", "01" },
	{ "option ip-forwarding false;", "00" },
	{ "option static-routes 10.0.0.0 10.0.0.1;", "0a0000000a000001" },
	{ "option domain-name \"a.b\";", "612e62" },
	{ "option domain-name bare;", "62617265" },
	{ "option vendor-class-identifier \"a\\n\\101\\x42\\\"\";",
	  "610a414222" },
	{ "option vendor-class-identifier 1:02:fF;", "0102ff" },
	{ "option domain-search \"ab.c\", \"d.\";", "0261620163000164"
						    "00" },
	{ "option dhcp-rebinding-time infinite;", "ffffffff" },
	{ "option slp-directory-agent true 10.0.0.1, 10.0.0.2;",
	  "010a0000010a000002" },
	{ "option dhcp6.dhcp4-o-dhcp6-server 2001:db8::1;",
	  "20010db8000000000000000000000001" },
	{ "option dhcp6.dhcp4-o-dhcp6-server;", "" },
	{ "option dhcp6.dhcp4-o-dhcp6-server = \"\";", "" },
	{ "option routers = 1:2;", "0102" },
	{ "option rfc3442 code 121 = array of unsigned integer 8;"
	  "option rfc3442 24, 192, 0, 2, 10, 0, 0, 1;",
	  "18c000020a000001" },
	{ "option x code 224 = { integer 8, array of integer 16 };"
	  "option x -1 -2, 3;",
	  "fffffe0003" },
	{ "option HOST-NAME \"x\"; ", "78" },
};

static void options_are_kept_as_octets_of_the_wire(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		struct conf *conf = parse4(encodings[i].statement);
		struct strbuf hex = STRBUF_INIT;

		assert_int_equal(conf->global.option_count, 1);
		assert_non_null(conf->global.options[0].data);
		strbuf_add_hex(&hex, conf->global.options[0].data,
			       conf->global.options[0].len, '\0');
		assert_string_equal(strbuf_text(&hex), encodings[i].octets);
		strbuf_fini(&hex);
		conf_free(conf);
	}
}

static void the_own_block_has_defaults(void **state)
{
	struct conf *conf = parse4("");
	const struct conf_dhcp4o6 *own = &conf->dhcp4o6;

	(void)state;
	assert_int_equal(own->xdp_mode, CONF_XDP_AUTO);
	assert_int_equal(own->checksum, CONF_CHECKSUM_AUTO);
	assert_int_equal(own->dialect, CONF_DIALECT_NATIVE);
	assert_int_equal(own->relay_depth, 8);
	assert_int_equal(own->window, 1024);
	assert_int_equal(own->inner_hints, CONF_HINTS_TRUST);
	assert_true(own->subnet_selection);
	assert_false(own->source_address_localization);
	assert_int_equal(own->offer_hold_s, 120);
	assert_int_equal(own->decline_hold_s, 86400);
	assert_int_equal(own->journal_compact_mib, 64);
	assert_int_equal(own->leases_max, 4000000);
	assert_int_equal(own->peer_user_count, 0);
	assert_int_equal(conf->global.params.set, 0);
	conf_free(conf);
}

static void the_own_block_is_read(void **state)
{
	struct conf *conf =
		parse4("dhcp4o6 { xdp off; checksum trust; dialect kea;\n"
		       "relay-depth 32; window 7; inner-hints ignore;\n"
		       "subnet-selection off; source-address-localization on;\n"
		       "offer-hold 9; decline-hold 8; journal-compact 7;\n"
		       "leases-max 6;\n"
		       "peer-user a, \"b\"; }");
	const struct conf_dhcp4o6 *own = &conf->dhcp4o6;

	(void)state;
	assert_int_equal(own->xdp_mode, CONF_XDP_OFF);
	assert_int_equal(own->checksum, CONF_CHECKSUM_TRUST);
	assert_int_equal(own->dialect, CONF_DIALECT_KEA);
	assert_int_equal(own->relay_depth, 32);
	assert_int_equal(own->window, 7);
	assert_int_equal(own->inner_hints, CONF_HINTS_IGNORE);
	assert_false(own->subnet_selection);
	assert_true(own->source_address_localization);
	assert_int_equal(own->offer_hold_s, 9);
	assert_int_equal(own->decline_hold_s, 8);
	assert_int_equal(own->journal_compact_mib, 7);
	assert_int_equal(own->leases_max, 6);
	assert_int_equal(own->peer_user_count, 2);
	assert_string_equal(own->peer_users[1], "b");
	conf_free(conf);
}

static void subnet6_needs_4o6_in_the_dhcpv4_file(void **state)
{
	static const char text[] = "subnet6 2001:db8::/64 { }";
	struct findings findings = { 0 };
	struct conf *conf;

	(void)state;
	assert_int_equal(conf_parse(&conf, text, strlen(text), "test",
				    CONF_DHCP4, false, count_finding,
				    &findings),
			 -EINVAL);
	assert_null(conf);
	assert_int_equal(findings.errors, 1);
	assert_non_null(strstr(strbuf_text(&findings.text), "-4o6"));
	strbuf_fini(&findings.text);
	conf_free(parse4(text));
}

static void a_file_that_cannot_be_read_is_a_finding(void **state)
{
	struct findings findings = { 0 };
	struct conf *conf;

	(void)state;
	assert_int_equal(conf_load(&conf, "tests/no-such-file", CONF_DHCP4,
				   true, count_finding, &findings),
			 -EINVAL);
	assert_int_equal(conf_load(&conf, "tests", CONF_DHCP6, true,
				   count_finding, &findings),
			 -EINVAL);
	assert_null(conf);
	assert_int_equal(findings.errors, 2);
	assert_non_null(strstr(strbuf_text(&findings.text),
			       "tests/no-such-file: error: "));
	strbuf_fini(&findings.text);
}

static void reports_are_optional_and_free_takes_null(void **state)
{
	struct conf *conf;

	(void)state;
	assert_int_equal(conf_parse(&conf, "bogus;", 6, "test", CONF_DHCP4,
				    true, NULL, NULL),
			 -EINVAL);
	conf_free(NULL);
}

/* Look-ups by code and by name both rely on it. */
static void every_standard_option_is_found_by_its_code(void **state)
{
	unsigned int universe, code, found = 0;

	(void)state;
	for (universe = 0; universe <= CONF_OPTIONS_DHCP6; universe++) {
		for (code = 0; code <= UINT16_MAX; code++) {
			const char *name = conf_option_name(
				(enum conf_universe)universe, (uint16_t)code);

			found += name != NULL;
			if (name && universe == CONF_OPTIONS_DHCP6)
				assert_memory_equal(name, "dhcp6.", 6);
		}
	}
	assert_true(found > 150);
	assert_string_equal(conf_option_name(CONF_OPTIONS_DHCP6, 88),
			    "dhcp6.dhcp4-o-dhcp6-server");
	assert_string_equal(conf_option_name(CONF_OPTIONS_DHCP4, 1),
			    "subnet-mask");
	assert_null(conf_option_name(CONF_OPTIONS_DHCP4, 255));
}

static void files_of_foreign_editors_are_read(void **state)
{
	struct findings findings = { 0 };
	struct conf *conf =
		parse4("\xef\xbb\xbf"
		       "authoritative; # a mark before, CR LF between\r\n"
		       "subnet 192.0.2.0 netmask 255.255.255.0 {\r\n"
		       "\toption domain-name \"a.example\";\r\n"
		       "} # no end of the last line");
	static const char twice[] = "\xef\xbb\xbf\xef\xbb\xbf";

	(void)state;
	assert_true(conf->global.params.authoritative);
	assert_int_equal(conf->networks[0].subnets[0].scope.line, 2);
	assert_int_equal(conf->networks[0].subnets[0].scope.options[0].len, 9);
	conf_free(conf);
	assert_int_equal(conf_parse(&conf, twice, strlen(twice), "test",
				    CONF_DHCP4, true, count_finding, &findings),
			 -EINVAL);
	assert_non_null(strstr(strbuf_text(&findings.text),
			       "test:1:1: error: unexpected character 0xef"));
	strbuf_fini(&findings.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes_inherit_from_their_parents),
		cmocka_unit_test(a_lone_subnet_stands_in_a_network_of_its_own),
		cmocka_unit_test(bare_ranges_form_the_first_pool),
		cmocka_unit_test(
			a_host_keeps_its_identity_apart_from_its_options),
		cmocka_unit_test(options_are_kept_as_octets_of_the_wire),
		cmocka_unit_test(the_own_block_has_defaults),
		cmocka_unit_test(the_own_block_is_read),
		cmocka_unit_test(subnet6_needs_4o6_in_the_dhcpv4_file),
		cmocka_unit_test(a_file_that_cannot_be_read_is_a_finding),
		cmocka_unit_test(reports_are_optional_and_free_takes_null),
		cmocka_unit_test(every_standard_option_is_found_by_its_code),
		cmocka_unit_test(files_of_foreign_editors_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
