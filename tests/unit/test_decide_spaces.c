/* SPDX-License-Identifier: BSD-2-Clause */
/* What an answer carries of option spaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent client = {
	.type = DHCP4_DISCOVER,
	.client_id = "one",
	.mac = 1,
};

#define SUNW                                              \
	"option space SUNW;"                              \
	"option SUNW.server-address code 2 = ip-address;" \
	"option SUNW.server-name code 3 = text;"          \
	"option SUNW.root-path code 4 = text;"            \
	"option SUNW.server-address 10.0.0.1;"            \
	"option SUNW.server-name \"far\";"

static void expect_octets(const struct got *got, uint8_t code,
			  const char *octets, size_t len)
{
	struct dhcp4_option o = dhcp4_option(&got->msg, code);

	assert_non_null(o.data);
	assert_int_equal(o.len, len);
	assert_memory_equal(o.data, octets, len);
}

static void vendor_options_are_made_of_all_scopes(void **state)
{
	static const char conf[] =
		SUNW NETWORK_OF("vendor-option-space SUNW;"
				"option SUNW.server-name \"near\";"
				"option SUNW.root-path \"/\";");
	static const char octets[] = "\2\4\12\0\0\1\3\4near\4\1/";
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\053";
	decider_ask(conf, &s, &got);
	expect_octets(&got, 43, octets, sizeof(octets) - 1);
	s.prl = "\003";
	decider_ask(conf, &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 43));
	s.prl = NULL;
	decider_ask(conf, &s, &got);
	expect_octets(&got, 43, octets, sizeof(octets) - 1);
}

/* As in ISC, where what is said of an option itself hides its space. */
static void octets_of_any_scope_count_before_a_space(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\053\305";
	decider_ask(SUNW "vendor-option-space SUNW;" NETWORK_OF(
			    "option vendor-encapsulated-options 1:0;"),
		    &s, &got);
	expect_octets(&got, 43, "\1", 2);
	decider_ask(SUNW "option vendor-encapsulated-options 1:0;" NETWORK_OF(
			    "vendor-option-space SUNW;"),
		    &s, &got);
	expect_octets(&got, 43, "\1", 2);
	decider_ask(SUNW "option holder code 197 = encapsulate SUNW;"
			 "option holder 1:0;" NETWORK_OF(
				 "option SUNW.server-name \"near\";"),
		    &s, &got);
	expect_octets(&got, 197, "\1", 2);
	decider_ask(SUNW NETWORK_OF("vendor-option-space SUNW;"), &s, &got);
	expect_octets(&got, 43, "\2\4\12\0\0\1\3\3far", 11);
	decider_ask(SUNW NETWORK_OF(""), &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 43));
}

static void encapsulated_spaces_reach_the_client(void **state)
{
	static const char conf[] =
		"option space local; option local.demo code 1 = text;"
		"option holder code 197 = encapsulate local;"
		"option vendor.x code 32473 = encapsulate local;"
		"option vendor-class.x code 32473 = text;" NETWORK_OF(
			"option local.demo \"demo\";"
			"option vendor-class.x \"xyz\";"
			"option nwip.primary-dss 10.0.0.1;");
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\305\174\175\077"; /* 197, 124, 125, 63 */
	decider_ask(conf, &s, &got);
	expect_octets(&got, 197, "\1\4demo", 6);
	expect_octets(&got, 124, "\0\0\176\331\3xyz", 8);
	expect_octets(&got, 125, "\0\0\176\331\6\1\4demo", 11);
	expect_octets(&got, 63, "\2\0\13\4\12\0\0\1", 8);
	decider_ask(NETWORK_OF("option routers 10.10.10.1;"), &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 125));
}

static void space_that_is_too_long_is_split_or_left_out(void **state)
{
	char conf[1024];
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\305\006";
	snprintf(conf, sizeof(conf),
		 "option space l length width 2; option l.a code 1 = text;"
		 "option l.b code 2 = text; option h code 197 = encapsulate "
		 "l;" NETWORK_OF("option l.a \"%0250d\"; option l.b \"%0250d\";"
				 "option domain-name-servers 10.10.10.2;"),
		 0, 0);
	decider_ask(conf, &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 197));
	assert_true(dhcp4_has_option(&got.msg, 6));
	assert_int_equal(got.answer.options_dropped, 1);
	s.max_size = 1500;
	decider_ask(conf, &s, &got);
	assert_int_equal(dhcp4_option(&got.msg, 197).len, 506);
	assert_int_equal(got.answer.options_dropped, 0);
}

static void options_of_a_space_may_be_expressions(void **state)
{
	static const char conf[] =
		"option space l; option l.name code 1 = text;"
		"option l.mac code 2 = string; option l.none code 3 = text;"
		"option h code 197 = encapsulate l;" NETWORK_OF(
			"vendor-option-space l;"
			"option l.name = concat(\"x-\", option host-name);"
			"option l.mac = substring(hardware, 1, 6);"
			"option l.none = option user-class;");
	static const char octets[] = "\1\5x-abc\2\6\2\0\0\0\0\1";
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\305\053";
	s.host_name = "abc";
	decider_ask(conf, &s, &got);
	expect_octets(&got, 43, octets, sizeof(octets) - 1);
	expect_octets(&got, 197, octets, sizeof(octets) - 1);
	/* Without a name there is none made of it. */
	s.host_name = NULL;
	decider_ask(conf, &s, &got);
	expect_octets(&got, 43, octets + 7, sizeof(octets) - 1 - 7);
}

static void empty_options_of_a_space_are_not_sent(void **state)
{
	static const char conf[] =
		"option space l; option l.a code 1 = text;"
		"option l.b code 2 = text; option l.c code 3 = text;"
		"option l.d code 4 = zerolength;" NETWORK_OF(
			"vendor-option-space l; option l.a \"\"; option l.d;"
			"option l.b = substring(option host-name, 9, 1);"
			"option l.c \"c\";");
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\053";
	s.host_name = "abc";
	decider_ask(conf, &s, &got);
	expect_octets(&got, 43, "\3\1c\4\0", 5);
}

#define SITE                                                             \
	"option space site; option site.low code 100 = text;"            \
	"option site.magic code 230 = string; option h code 230 = text;" \
	"option f code 240 = text; option d code 208 = text;"            \
	"option d \"d208\"; option h \"d230\"; option f \"d240\";"       \
	"option site.magic f1:00:74:7e;"

/* Octets as ISC's server sent them for these files. */
static void a_site_space_takes_the_place_of_high_codes(void **state)
{
	static const char two[] =
		"option site.x code 210 = text; option site.x \"x\";";
	char conf[1024];
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\320\322\346\360\144"; /* 208, 210, 230, 240, 100 */
	decider_ask(SITE NETWORK_OF(""), &s, &got);
	expect_octets(&got, 208, "d208", 4);
	expect_octets(&got, 230, "d230", 4);
	snprintf(conf, sizeof(conf),
		 SITE "%s" NETWORK_OF("site-option-space \"site\";"), two);
	decider_ask(conf, &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 208));
	expect_octets(&got, 210, "x", 1);
	expect_octets(&got, 230, "\xf1\0\x74\x7e", 4);
	assert_false(dhcp4_has_option(&got.msg, 240));
	assert_false(dhcp4_has_option(&got.msg, 100));
	s.prl = NULL;
	decider_ask(conf, &s, &got);
	assert_false(dhcp4_has_option(&got.msg, 208));
	expect_octets(&got, 210, "x", 1);
}

static void a_site_space_without_low_codes_starts_at_224(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\337\340"; /* 223, 224 */
	decider_ask("option space site; option site.a code 224 = text;"
		    "option l code 223 = text; option h code 224 = text;"
		    "option l \"l\"; option h \"h\"; option site.a \"a\";"
		    "if known { site-option-space site; }"
		    "host k { hardware ethernet 2:0:0:0:0:1; }" NETWORK_OF(""),
		    &s, &got);
	expect_octets(&got, 223, "l", 1);
	expect_octets(&got, 224, "a", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vendor_options_are_made_of_all_scopes),
		cmocka_unit_test(octets_of_any_scope_count_before_a_space),
		cmocka_unit_test(encapsulated_spaces_reach_the_client),
		cmocka_unit_test(space_that_is_too_long_is_split_or_left_out),
		cmocka_unit_test(options_of_a_space_may_be_expressions),
		cmocka_unit_test(empty_options_of_a_space_are_not_sent),
		cmocka_unit_test(a_site_space_takes_the_place_of_high_codes),
		cmocka_unit_test(a_site_space_without_low_codes_starts_at_224),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
