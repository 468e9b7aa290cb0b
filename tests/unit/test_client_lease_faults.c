// SPDX-License-Identifier: BSD-2-Clause
/* A client's lease file that is cut short, or wrong somewhere. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_lease_fixture.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

/* ---- what is wrong ---- */

/* Every prefix of a file: the blocks that are whole are there. */
static void whole_blocks_before_the_place_where_it_is_cut_count(void **state)
{
	static const char first[] = CLIENT_LEASE4 CLIENT_TIMES;
	static const char second[] =
		"lease {\n  interface \"eth1\";\n"
		"  fixed-address 192.0.2.8;\n"
		"  option host-name \"a b\";\n" CLIENT_TIMES;
	char text[sizeof(first) + sizeof(second)];
	size_t whole = strlen(first), len, i;

	(void)state;
	snprintf(text, sizeof(text), "%s%s", first, second);
	len = strlen(text);
	for (i = 0; i <= len; i++) {
		client_leases_remove(client_in.leases, "eth0");
		client_leases_remove(client_in.leases, "eth1");
		assert_int_equal(client_leases_parse(client_in.leases, text, i,
						     "l", NULL, NULL),
				 0);
		/* The newline behind the brace is not waited for. */
		assert_int_equal(!client_leases_find4(client_in.leases, "eth0"),
				 i < whole - 1);
		assert_int_equal(!client_leases_find4(client_in.leases, "eth1"),
				 i < len - 1);
	}
}

/* Each in memory of its very size, so that a sanitizer sees a step too far. */
static void no_prefix_of_a_file_is_read_beyond_its_end(void **state)
{
	static const char text[] =
		"default-duid \"\\000\\001ab\";\n" CLIENT_LEASE4
		"  option octets-1 1:2;\n  option dhcp6.octets-88 \"\";\n"
		"  filename \"a\\\"b\";\n" CLIENT_TIMES
		"lease6 {\n  interface \"eth0\";\n  ia-na \"ab\"c\" {\n"
		"    starts 100;\n    renew 10;\n    rebind 20;\n" CLIENT_ADDR(
			"2001:db8::1") "  }\n  ia-pd 0:0:0:1 {\n"
				       "    starts 1;\n    iaprefix "
				       "2001:db8::/56 {\n      starts 1;\n"
				       "      preferred-life 1;\n      "
				       "max-life 1;\n    }\n  }\n"
				       "  released;\n}\n";
	char part[sizeof(text)];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text); i++) {
		memcpy(part, text, i);
		part[i] = '\0';
		parse_client(part);
	}
	assert_int_equal(
		client_leases_find6(client_in.leases, "eth0")->ia_count, 2);
}

/* Killed in a write, started again, and went on behind it. */
static void a_block_cut_short_takes_none_behind_it_along(void **state)
{
	static const char *const torn[] = {
		"lease {\n",
		"lease {\n  interface \"eth1",
		CLIENT_LEASE4 "  option host-name \"abc",
		CLIENT_LEASE4 "  option routers 192.0.",
		CLIENT_LEASE4 "  renew 3 2026/1",
		CLIENT_LEASE6 "    iaaddr 2001:db8::1 {\n      starts",
		CLIENT_LEASE6 "    iaaddr 2001:db8::1 {\n      starts 100;\n",
		"default-duid \"\\000\\0",
		"lease",
	};
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
		client_leases_remove(client_in.leases, "eth0");
		client_leases_remove(client_in.leases, "eth9");
		client_in.count = 0;
		snprintf(text, sizeof(text),
			 "%s\nlease {\n  interface \"eth9\";\n"
			 "  fixed-address 192.0.2.9;\n%s",
			 torn[i], CLIENT_TIMES);
		parse_client(text);
		assert_non_null(client_leases_find4(client_in.leases, "eth9"));
		assert_null(client_leases_find4(client_in.leases, "eth0"));
		assert_null(client_leases_find6(client_in.leases, "eth0"));
		assert_int_equal(client_in.count, 1);
	}
	expect_client_finding("this lease is cut short");
}

static void octets_that_a_crash_left_behind_the_text_are_nothing(void **state)
{
	char text[512] = CLIENT_LEASE4 CLIENT_TIMES;

	(void)state;
	assert_int_equal(client_leases_parse(client_in.leases, text,
					     sizeof(text), "leases",
					     note_client_finding, NULL),
			 0);
	assert_non_null(client_leases_find4(client_in.leases, "eth0"));
	assert_int_equal(client_in.count, 0);
}

static void a_lease_with_a_fault_is_left_out_with_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *finding;
	} rows[] = {
		{ "lease {\n  fixed-address 192.0.2.7;\n" CLIENT_TIMES,
		  "leases:1:1: warning: expected `interface', `fixed" },
		{ "lease {\n  interface \"eth0\";\n" CLIENT_TIMES,
		  "leases:1:1: warning: expected `interface', `fixed" },
		{ CLIENT_LEASE4 "}\n",
		  "leases:1:1: warning: expected `interface'" },
		{ "lease {\n  interface \"an-interface-too-long\";\n"
		  "  fixed-address 192.0.2.7;\n" CLIENT_TIMES,
		  "leases:2:13: warning: expected the name of an interface" },
		{ "lease {\n  interface \"\";\n" CLIENT_TIMES,
		  "expected the name" },
		{ "lease {\n  interface eth0;\n" CLIENT_TIMES,
		  "expected the name" },
		{ "lease {\n  interface \"eth0\";\n"
		  "  fixed-address 224.0.0.1;\n" CLIENT_TIMES,
		  "leases:3:17: warning: expected the IPv4 address of a host" },
		{ CLIENT_LEASE4 "  name \"pseudo\";\n" CLIENT_TIMES,
		  "pseudo interface" },
		{ CLIENT_LEASE4 "  expire 3 2026/02/30 00:00:00;\n}\n",
		  "expected a date" },
		{ CLIENT_LEASE4 "  expire soon;\n}\n",
		  "leases:4:10: warning: expected" },
		{ CLIENT_LEASE4 "  expire 3 2026/11/25 09:30:28\n}\n",
		  "leases:5:1: warning: expected a date" },
		{ "lease 192.0.2.7 {\n  binding state active;\n}\n",
		  "leases:1:7: warning: expected `{' (a lease of a server" },
		{ "lease6 {\n  ia-na 0:0:0:1 {\n    starts 1;\n  }\n}\n",
		  "leases:1:1: warning: expected `interface'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strbuf_reset(&client_in.findings);
		parse_client(rows[i].text);
		expect_client_finding(rows[i].finding);
		assert_null(client_leases_find4(client_in.leases, "eth0"));
		assert_null(client_leases_find6(client_in.leases, "eth0"));
	}
	assert_int_equal(client_in.count, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_not_known_is_stepped_over_and_reported_once(void **state)
{
	(void)state;
	parse_client("something { else 1; }\n" CLIENT_LEASE4
		     "  renewable yes;\n"
		     "  deep { in { the; } block; }\n  { x; }\n" CLIENT_TIMES
			     CLIENT_LEASE4 "  renewable no;\n" CLIENT_TIMES
		     "something more;\n");
	assert_non_null(client_leases_find4(client_in.leases, "eth0"));
	assert_int_equal(client_in.count, 4);
	expect_client_finding(
		"leases:7:3: warning: this statement is not known");
	expect_client_finding(
		"leases:1:1: warning: expected `lease', `lease6' or");
	expect_client_finding(
		"leases:5:3: warning: this statement is not known");
	expect_client_finding(
		"leases:6:3: warning: this statement is not known");
}

static void an_option_with_a_fault_is_left_out_alone(void **state)
{
	const struct client_lease4 *lease;

	(void)state;
	parse_client(CLIENT_LEASE4 "  option no-such-option 1;\n"
				   "  option subnet-mask 255.255.255;\n"
				   "  option routers 192.0.2.1;\n"
				   "  option domain-name-servers <error>;\n"
				   "  option space.what 1:2;\n"
				   "  option host-name \"bad\\9\";\n"
				   "  option octets-300 1:2;\n"
				   "  filename \"a\\000b\";\n" CLIENT_TIMES);
	lease = client_leases_find4(client_in.leases, "eth0");
	assert_non_null(lease);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 3,
			     "c0000201");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 12,
			     "62616439");
	assert_int_equal(lease->options.count, 2);
	assert_string_equal(lease->filename, "");
	expect_client_finding(
		"leases:4:10: error: unknown option `no-such-option'");
	expect_client_finding("leases:5:22: error: expected an IPv4 address");
	expect_client_finding(
		"leases:7:10: error: this option came without a value");
	expect_client_finding("leases:8:10: error: ");
	expect_client_finding(
		"leases:10:10: error: unknown option `octets-300'");
	expect_client_finding(
		"leases:11:12: warning: expected a string of at most");
	assert_int_equal(client_in.count, 6);
}

/* Of DHCPv6 dhclient may have one: its own lexer would not read it back. */
static void a_string_that_is_too_long_takes_its_option_alone(void **state)
{
	struct strbuf text = STRBUF_INIT;
	const struct client_lease6 *lease;
	int i;

	(void)state;
	strbuf_add(&text, CLIENT_LEASE6 "  }\n  option dhcp6.bootfile-url \"");
	for (i = 0; i < 400; i++)
		strbuf_add(&text, "{a;}\\\"");
	strbuf_add(&text, "\";\n  option dhcp6.server-id 0:1:2;\n}\n");
	parse_client(strbuf_text(&text));
	strbuf_fini(&text);
	lease = client_leases_find6(client_in.leases, "eth0");
	assert_non_null(lease);
	assert_int_equal(lease->options.count, 1);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 2, "000102");
	assert_int_equal(client_in.count, 1);
	expect_client_finding("the value has more than 1024 octets");
}

static void an_ia_or_address_with_a_fault_is_left_out_alone(void **state)
{
	const struct client_lease6 *lease;

	(void)state;
	parse_client(
		CLIENT_LEASE6 CLIENT_ADDR("2001:db8::1") CLIENT_ADDR("ff02::1")
			CLIENT_ADDR("fe80::1") CLIENT_ADDR(
				"nonsense") "    iaaddr 2001:db8::2 { starts "
					    "1; "
					    "preferred-life "
					    "2; "
					    "max-life 1; }\n"
					    "    iaaddr 2001:db8::3 { starts "
					    "1; "
					    "max-life 1; }\n"
					    "    option dhcp6.status-code "
					    "success "
					    "\"all is "
					    "well\";\n"
					    "  }\n"
					    "  ia-na 1:2:3 {\n    starts 1;\n  "
					    "}\n"
					    "  ia-na 1:2:3:4 {\n    renew 1;\n "
					    " }\n"
					    "  ia-ta 1:2:3:4 {\n    starts "
					    "1;\n  }\n"
					    "  ia-pd 0:0:0:2 {\n    starts 1;\n"
					    "    iaprefix "
					    "2001:db8:1:ff00::1/56 { "
					    "starts 1; "
					    "preferred-life 1; max-life 1; }\n"
					    "    iaprefix 2001:db8:1::/129 { "
					    "starts 1; "
					    "preferred-life 1; max-life 1; }\n"
					    "    iaprefix 2001:db8:2:: { "
					    "starts 1; "
					    "preferred-life 1; max-life 1; }\n"
					    "  }\n}\n");
	lease = client_leases_find6(client_in.leases, "eth0");
	assert_non_null(lease);
	assert_int_equal(lease->ia_count, 2);
	assert_int_equal(lease->ia[0].item_count, 1);
	assert_int_equal(lease->ia[1].code, DHCP6_OPT_IA_PD);
	assert_int_equal(lease->ia[1].item_count, 1);
	/* Bits behind the length of a prefix are none of it. */
	assert_int_equal(lease->ia[1].item[0].addr.s6_addr[15], 0);
	assert_int_equal(client_in.count, 10);
	expect_client_finding(
		"expected an IPv6 address and `{'; `iaaddr' is left");
	expect_client_finding("expected an IAID (4 octets)");
	expect_client_finding("temporary addresses (IA_TA) are left out");
	expect_client_finding("expected `starts' in an IA");
	expect_client_same_again("eth0");
}

static void a_duid_that_is_none_is_left_out(void **state)
{
	size_t len;

	(void)state;
	parse_client(
		"default-duid \"\";\ndefault-duid 1:2:xyz;\ndefault-duid;\n"
		"default-duid 1:2:3\n");
	client_leases_duid(client_in.leases, &len);
	assert_int_equal(len, 0);
	assert_int_equal(client_in.count, 4);
}

static void more_than_there_is_room_for_is_left_out(void **state)
{
	struct strbuf text = STRBUF_INIT;
	const struct client_lease6 *lease;
	int i;

	(void)state;
	strbuf_add(&text, CLIENT_LEASE6);
	for (i = 0; i < CLIENT_IA_ITEMS_MAX + 3; i++)
		strbuf_printf(&text,
			      "iaaddr 2001:db8::%x { starts 1; "
			      "preferred-life 1; max-life 1; }\n",
			      i + 1);
	strbuf_add(&text, "  }\n");
	for (i = 0; i < CLIENT_IA_MAX + 3; i++)
		strbuf_printf(&text, "ia-pd 0:0:1:%x { starts 1; }\n", i);
	for (i = 0; i < CLIENT_OPTIONS_MAX + 3; i++)
		strbuf_printf(&text, "option dhcp6.unknown-%d 1:2;\n",
			      1000 + i);
	strbuf_add(&text, "}\n");
	for (i = 0; i < CLIENT_LEASES_MAX + 3; i++)
		strbuf_printf(&text, "lease6 { interface \"if%d\"; }\n", i);
	parse_client(strbuf_text(&text));
	strbuf_fini(&text);
	lease = client_leases_find6(client_in.leases, "eth0");
	assert_int_equal(lease->ia_count, CLIENT_IA_MAX);
	assert_int_equal(lease->ia[0].item_count, CLIENT_IA_ITEMS_MAX);
	assert_int_equal(lease->options.count, CLIENT_OPTIONS_MAX);
	assert_non_null(client_leases_find6(client_in.leases, "if62"));
	assert_null(client_leases_find6(client_in.leases, "if63"));
	assert_int_equal(client_in.count, 4);
}

static void a_text_that_is_too_long_is_refused(void **state)
{
	char *text = calloc(1, CLIENT_FILE_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', CLIENT_FILE_MAX + 1);
	assert_int_equal(client_leases_parse(client_in.leases, text,
					     CLIENT_FILE_MAX, "leases",
					     note_client_finding, NULL),
			 0);
	assert_int_equal(client_leases_parse(client_in.leases, text,
					     CLIENT_FILE_MAX + 1, "leases",
					     note_client_finding, NULL),
			 -EFBIG);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(
			whole_blocks_before_the_place_where_it_is_cut_count),
		CLIENT_TEST(no_prefix_of_a_file_is_read_beyond_its_end),
		CLIENT_TEST(a_block_cut_short_takes_none_behind_it_along),
		CLIENT_TEST(
			octets_that_a_crash_left_behind_the_text_are_nothing),
		CLIENT_TEST(a_lease_with_a_fault_is_left_out_with_its_place),
		CLIENT_TEST(
			what_is_not_known_is_stepped_over_and_reported_once),
		CLIENT_TEST(an_option_with_a_fault_is_left_out_alone),
		CLIENT_TEST(a_string_that_is_too_long_takes_its_option_alone),
		CLIENT_TEST(an_ia_or_address_with_a_fault_is_left_out_alone),
		CLIENT_TEST(a_duid_that_is_none_is_left_out),
		CLIENT_TEST(more_than_there_is_room_for_is_left_out),
		CLIENT_TEST(a_text_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
