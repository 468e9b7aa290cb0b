/* SPDX-License-Identifier: BSD-2-Clause */
/* What `default', `supersede', `prepend' and `append' make of a lease. */
#include "dhcp4o6/lease/client_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "rng.h"

static struct client_options got, out;
static size_t left_out;
static const struct conf_packet *about;

/* Statements of a scope, each with at most two options. */
static struct conf_option statements[CLIENT_CONF_HOW_COUNT][2];
static struct client_conf_scope scope;

static int setup(void **state)
{
	(void)state;
	memset(&scope, 0, sizeof(scope));
	client_options_clear(&got);
	return 0;
}

static void sent(uint16_t code, const char *body, size_t len)
{
	assert_int_equal(
		client_options_set(&got, CONF_OPTIONS_DHCP4, code, body, len),
		0);
}

static void state_option(enum client_conf_how how, uint16_t code,
			 const char *body, size_t len)
{
	size_t n = scope.option_count[how]++;

	assert_true(n < 2);
	statements[how][n] = (struct conf_option){
		.universe = CONF_OPTIONS_DHCP4,
		.code = code,
		.len = (uint16_t)len,
		.data = (const uint8_t *)body,
	};
	scope.options[how] = statements[how];
}

static void merge(void)
{
	left_out = client_options_merge(&scope, CONF_OPTIONS_DHCP4, &got, about,
					&out);
}

static void assert_option(uint16_t code, const char *body, size_t len)
{
	const struct client_option *opt =
		client_options_find(&out, CONF_OPTIONS_DHCP4, code);

	assert_non_null(opt);
	assert_int_equal(opt->len, len);
	assert_memory_equal(opt->body, body, len);
}

static void without_statements_nothing_changes(void **state)
{
	(void)state;
	sent(6, "\1\2\3\4", 4);
	sent(116, "", 0);
	assert_int_equal(
		client_options_set(&got, CONF_OPTIONS_DHCP6, 23, "x", 1), 0);
	merge();
	assert_int_equal(left_out, 0);
	assert_int_equal(out.count, 3);
	assert_option(6, "\1\2\3\4", 4);
	assert_option(116, "", 0);
	assert_non_null(client_options_find(&out, CONF_OPTIONS_DHCP6, 23));
}

static void default_is_for_what_the_server_did_not_send(void **state)
{
	(void)state;
	sent(6, "abcd", 4);
	state_option(CLIENT_CONF_DEFAULT, 6, "xxxx", 4);
	state_option(CLIENT_CONF_DEFAULT, 42, "yyyy", 4);
	merge();
	assert_option(6, "abcd", 4);
	assert_option(42, "yyyy", 4);
}

static void supersede_is_for_whatever_the_server_sent(void **state)
{
	(void)state;
	sent(6, "abcd", 4);
	state_option(CLIENT_CONF_SUPERSEDE, 6, "xx", 2);
	state_option(CLIENT_CONF_SUPERSEDE, 42, "yyyy", 4);
	state_option(CLIENT_CONF_PREPEND, 6, "pp", 2);
	state_option(CLIENT_CONF_DEFAULT, 42, "dd", 2);
	merge();
	assert_option(6, "xx", 2);
	assert_option(42, "yyyy", 4);
	assert_int_equal(out.count, 2);
}

static void prepend_and_append_stand_around_what_was_sent(void **state)
{
	(void)state;
	sent(6, "abcd", 4);
	state_option(CLIENT_CONF_PREPEND, 6, "pppp", 4);
	state_option(CLIENT_CONF_APPEND, 6, "zzzz", 4);
	/* Alone, and around a default. */
	state_option(CLIENT_CONF_PREPEND, 42, "1234", 4);
	state_option(CLIENT_CONF_APPEND, 44, "6789", 4);
	state_option(CLIENT_CONF_DEFAULT, 44, "0000", 4);
	merge();
	assert_option(6, "ppppabcdzzzz", 12);
	assert_option(42, "1234", 4);
	assert_option(44, "00006789", 8);
	assert_int_equal(out.count, 3);
}

static void statements_of_another_universe_do_not_count(void **state)
{
	(void)state;
	sent(23, "a", 1);
	state_option(CLIENT_CONF_SUPERSEDE, 23, "x", 1);
	statements[CLIENT_CONF_SUPERSEDE][0].universe = CONF_OPTIONS_DHCP6;
	state_option(CLIENT_CONF_DEFAULT, 24, "y", 1);
	statements[CLIENT_CONF_DEFAULT][0].universe = CONF_OPTIONS_DHCP6;
	merge();
	assert_option(23, "a", 1);
	assert_int_equal(out.count, 1);
	left_out = client_options_merge(&scope, CONF_OPTIONS_DHCP6, &got, NULL,
					&out);
	assert_option(23, "a", 1);
	assert_int_equal(out.count, 3);
}

/* Pointers count from the beginning of the option. */
static void rfc3397_2_names_lose_their_pointers_when_they_move(void **state)
{
	static const char server[] = "\1a\2de\0\1b\300\2\300\0";
	static const char own[] = "\1x\2yz\0\1w\300\2";

	(void)state;
	sent(119, server, sizeof(server) - 1);
	merge(); /* alone it stays as it is */
	assert_option(119, server, sizeof(server) - 1);
	state_option(CLIENT_CONF_PREPEND, 119, own, sizeof(own) - 1);
	merge();
	assert_option(119,
		      "\1x\2yz\0\1w\2yz\0"
		      "\1a\2de\0\1b\2de\0\1a\2de\0",
		      30);
}

static void names_that_make_no_sense_are_left_as_they_are(void **state)
{
	static const struct {
		const char *body;
		size_t len;
	} bad[] = {
		{ "\1a", 2 },         { "\5ab\0", 4 },
		{ "\300", 1 },        { "\300\0", 2 },
		{ "\300\5", 2 },      { "\1a\300\0", 4 },
		{ "\1a\300\2", 4 },   { "\200\0", 2 },
		{ "\1a\0\300\4", 5 }, { "\1a\300\4\300\0", 6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		setup(NULL);
		sent(119, bad[i].body, bad[i].len);
		state_option(CLIENT_CONF_APPEND, 119, "\1x\0", 3);
		merge();
		assert_option(119, bad[i].body, bad[i].len);
	}
}

static void a_name_has_255_octets_at_most(void **state)
{
	char body[300];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		body[len++] = i < 3 ? 63 : 61;
		memset(body + len, 'a', 63);
		len += i < 3 ? 63 : 61;
	}
	body[len++] = 0;
	assert_int_equal(len, 255);
	sent(119, body, len);
	state_option(CLIENT_CONF_APPEND, 119, "\1x\0", 3);
	merge();
	assert_int_equal(
		client_options_find(&out, CONF_OPTIONS_DHCP4, 119)->len, 258);
	/* One more. */
	body[192] = 62;
	body[255] = 0;
	sent(119, body, 256);
	merge();
	assert_int_equal(
		client_options_find(&out, CONF_OPTIONS_DHCP4, 119)->len, 256);
}

static void what_finds_no_room_is_counted(void **state)
{
	static char body[4000];

	(void)state;
	sent(6, body, sizeof(body));
	sent(7, body, sizeof(body));
	state_option(CLIENT_CONF_APPEND, 7, body, sizeof(body));
	state_option(CLIENT_CONF_DEFAULT, 8, "y", 1);
	merge();
	assert_int_equal(left_out, 1);
	assert_null(client_options_find(&out, CONF_OPTIONS_DHCP4, 7));
	assert_option(8, "y", 1);
	/* One that is too long by itself leaves room for the next. */
	state_option(CLIENT_CONF_PREPEND, 6, body, sizeof(body));
	state_option(CLIENT_CONF_APPEND, 6, body, sizeof(body));
	merge();
	assert_int_equal(left_out, 1);
	assert_null(client_options_find(&out, CONF_OPTIONS_DHCP4, 6));
	assert_int_equal(client_options_find(&out, CONF_OPTIONS_DHCP4, 7)->len,
			 2 * sizeof(body));
}

/* Of a server's configuration, as if it stood behind the four words. */
static void expressions_and_spaces_are_octets_of_the_lease(void **state)
{
	struct conf *conf =
		parse4("option space v; option v.name code 7 = text;\n"
		       "option v.name \"cpe\"; vendor-option-space v;\n"
		       "option host-name = concat(option domain-name, \"x\");\n"
		       "option user-class = option root-path;\n");

	(void)state;
	sent(15, "dom", 3);
	scope.options[CLIENT_CONF_SUPERSEDE] = conf->global.options;
	scope.option_count[CLIENT_CONF_SUPERSEDE] = conf->global.option_count;
	merge();
	assert_option(12, "domx", 4);
	assert_option(43, "\7\3cpe", 5);
	assert_option(15, "dom", 3);
	assert_null(client_options_find(&out, CONF_OPTIONS_DHCP4, 77));
	conf_free(conf);
}

static struct client_conf *parse_client(const char *text)
{
	struct findings findings = { 0 };
	struct client_conf *conf;

	if (client_conf_parse(&conf, text, strlen(text), "test", count_finding,
			      &findings) ||
	    findings.text.len > 0)
		fail_msg("%s", strbuf_text(&findings.text));
	scope = conf->global;
	return conf;
}

static void what_a_client_says_is_put_around_what_was_sent(void **state)
{
	struct client_conf *conf = parse_client(
		"prepend domain-search \"a.org\";"
		"append domain-search \"b.org\", \"c.org\";"
		"append domain-search \"d.org\";"
		"prepend domain-name-servers 127.0.0.1;"
		"prepend domain-name-servers 127.0.0.2;"
		"default domain-name \"org\"; supersede host-name \"h\";");

	(void)state;
	sent(119, "\1x\3net\0\1y\300\2", 11);
	sent(6, "\12\0\0\1", 4);
	sent(12, "sent", 4);
	merge();
	assert_option(119,
		      "\1a\3org\0\1x\3net\0\1y\3net\0\1b\3org\0\1c\3org\0"
		      "\1d\3org",
		      42);
	assert_option(6, "\177\0\0\2\177\0\0\1\12\0\0\1", 12);
	assert_option(12, "h", 1);
	assert_option(15, "org", 3);
	client_conf_free(conf);
}

static void expressions_know_hardware_address_and_lifetime(void **state)
{
	static const struct conf_packet known = {
		.htype = '1',
		.chaddr = { (const uint8_t *)"abcdef", 6 },
		.leased_address = { (const uint8_t *)"addr", 4 },
		.lease_time_s = 0x61626364,
	};
	struct client_conf *conf = parse_client(
		"supersede host-name = concat(hardware, leased-address, "
		"encode-int(lease-time, 32), option domain-name);");

	(void)state;
	sent(15, "dom", 3);
	merge();
	assert_null(client_options_find(&out, CONF_OPTIONS_DHCP4, 12));
	about = &known;
	merge();
	assert_option(12, "1abcdefaddrabcddom", 18);
	about = NULL;
	client_conf_free(conf);
}

static void any_octets_as_names_are_survived(void **state)
{
	struct rng rng = { .state = 7 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t len = rng_below(&rng, 20) + 1;
		char *body = malloc(len);

		assert_non_null(body);
		for (size_t k = 0; k < len; k++) {
			uint32_t kind = rng_below(&rng, 4);

			body[k] = (char)(kind == 0   ? 0xc0
					 : kind == 1 ? rng_below(&rng, 256)
						     : rng_below(&rng, 4));
		}
		setup(NULL);
		sent(119, "\1x\0", 3);
		state_option(CLIENT_CONF_APPEND, 119, body, len);
		merge();
		assert_int_equal(left_out, 0);
		assert_true(client_options_find(&out, CONF_OPTIONS_DHCP4, 119)
				    ->len >= 3);
		free(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_statements_nothing_changes,
				       setup),
		cmocka_unit_test_setup(
			default_is_for_what_the_server_did_not_send, setup),
		cmocka_unit_test_setup(
			supersede_is_for_whatever_the_server_sent, setup),
		cmocka_unit_test_setup(
			prepend_and_append_stand_around_what_was_sent, setup),
		cmocka_unit_test_setup(
			statements_of_another_universe_do_not_count, setup),
		cmocka_unit_test_setup(
			rfc3397_2_names_lose_their_pointers_when_they_move,
			setup),
		cmocka_unit_test_setup(
			names_that_make_no_sense_are_left_as_they_are, setup),
		cmocka_unit_test_setup(a_name_has_255_octets_at_most, setup),
		cmocka_unit_test_setup(what_finds_no_room_is_counted, setup),
		cmocka_unit_test_setup(
			expressions_and_spaces_are_octets_of_the_lease, setup),
		cmocka_unit_test_setup(
			what_a_client_says_is_put_around_what_was_sent, setup),
		cmocka_unit_test_setup(
			expressions_know_hardware_address_and_lifetime, setup),
		cmocka_unit_test_setup(any_octets_as_names_are_survived, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
