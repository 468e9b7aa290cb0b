/* SPDX-License-Identifier: BSD-2-Clause */
/* Configured options: who asks for them, from which scope, and what fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

static const struct sent6 solicit = {
	.type = DHCP6_SOLICIT,
	.client = 1,
	.ia = { IA_NA(1) },
};

static unsigned int count_after(const char *options, struct sent6 s,
				uint16_t asked, uint16_t code)
{
	char conf[1024];
	struct got6 got;

	strcpy(conf, options);
	strcat(conf, "\n" NETWORKS6);
	s.oro[0] = asked;
	decider6_ask(conf, &s, &got);
	assert_int_not_equal(got.type, 0);
	return got6_option(&got, code, NULL);
}

static void
rfc9915_18_3_2_only_options_that_are_asked_for_are_sent(void **state)
{
	static const char conf[] =
		"option dhcp6.name-servers 2001:db8::53;\n"
		"option dhcp6.domain-search \"example.org\";\n" NETWORKS6;
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 23, NULL), 0);
	assert_int_equal(got6_option(&got, 24, NULL), 0);
	s.oro[0] = 24;
	s.oro[1] = 59;
	s.oro[2] = 24;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 23, NULL), 0);
	assert_int_equal(got6_option(&got, 24, &body), 1);
	assert_int_equal(wire_left(&body), 13);
	assert_memory_equal(body.pos, "\7example\3org", 13);
}

static void options_are_in_every_answer_that_gives_leases(void **state)
{
	static const char conf[] =
		"option dhcp6.name-servers 2001:db8::53;\n" NETWORKS6;
	static const uint8_t types[] = { DHCP6_REQUEST, DHCP6_RENEW,
					 DHCP6_REBIND };
	struct sent6 s = solicit;
	struct got6 bound, got;
	struct decider6 f;
	size_t i;

	(void)state;
	decider6_open(&f, conf);
	s.oro[0] = 23;
	decider6_bind(&f, &s, &bound);
	for (i = 0; i < sizeof(types); i++) {
		struct sent6 again = sent6_about(&s, types[i], &bound);

		decider6_expect(&f, &again, &got, DHCP6_REPLY, DROP_NONE);
		assert_int_equal(got6_option(&got, 23, NULL), 1);
	}
	s = sent6_about(&s, DHCP6_RELEASE, &bound);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got6_option(&got, 23, NULL), 0);
	decider6_close(&f);
}

#define SERVER_88(value) "option dhcp6.dhcp4-o-dhcp6-server" value ";"

static void rfc7341_7_option_88_is_for_those_who_ask_for_it(void **state)
{
	static const char conf[] = SERVER_88(" 2001:db8::88");
	struct sent6 stateless = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
	};

	(void)state;
	assert_int_equal(count_after(conf, solicit, 23, 88), 0);
	assert_int_equal(count_after(conf, solicit, 0, 88), 0);
	assert_int_equal(count_after(conf, solicit, 88, 88), 1);
	assert_int_equal(count_after(conf, stateless, 23, 88), 0);
	assert_int_equal(count_after(conf, stateless, 0, 88), 0);
	assert_int_equal(count_after(conf, stateless, 88, 88), 1);
	assert_int_equal(count_after("", solicit, 88, 88), 0);
}

static void rfc7341_7_2_option_88_has_no_one_or_many_addresses(void **state)
{
	static const struct {
		const char *value;
		size_t len;
	} rows[] = {
		{ SERVER_88(""), 0 },
		{ SERVER_88(" = \"\""), 0 },
		{ SERVER_88(" 2001:db8::88"), 16 },
		{ SERVER_88(" 2001:db8::1, 2001:db8::2, 2001:db8::3"), 48 },
	};
	struct sent6 s = solicit;
	struct wire_reader body;
	char conf[1024];
	struct got6 got;
	size_t i;

	(void)state;
	s.oro[0] = 88;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(conf, rows[i].value);
		strcat(conf, "\n" NETWORKS6);
		decider6_ask(conf, &s, &got);
		assert_int_equal(got6_option(&got, 88, &body), 1);
		assert_int_equal(wire_left(&body), rows[i].len);
	}
}

static void rfc9915_21_8_preference_is_in_advertises_alone(void **state)
{
	static const char conf[] = "option dhcp6.preference 200;\n" NETWORKS6;
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_ask(NETWORKS6, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_PREFERENCE, NULL), 0);
	decider6_open(&f, conf);
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got6_option(&got, DHCP6_OPT_PREFERENCE, &body), 1);
	assert_int_equal(wire_left(&body), 1);
	assert_int_equal(body.pos[0], 200);
	s.oro[0] = DHCP6_OPT_PREFERENCE;
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_PREFERENCE, NULL), 0);
	decider6_close(&f);
}

static void rfc9915_21_12_server_unicast_is_never_sent(void **state)
{
	(void)state;
	assert_int_equal(count_after("option dhcp6.unicast 2001:db8::1;",
				     solicit, DHCP6_OPT_UNICAST,
				     DHCP6_OPT_UNICAST),
			 0);
}

static void rfc9915_21_24_solmax_rt_is_for_those_who_ask(void **state)
{
	static const char conf[] = "option dhcp6.solmax-rt 3600;\n"
				   "option dhcp6.inf-max-rt 7200;";
	struct sent6 stateless = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
	};

	(void)state;
	assert_int_equal(count_after(conf, solicit, 82, 82), 1);
	assert_int_equal(count_after(conf, solicit, 23, 82), 0);
	assert_int_equal(count_after("", solicit, 82, 82), 0);
	assert_int_equal(count_after(conf, stateless, 83, 83), 1);
	assert_int_equal(count_after(conf, stateless, 23, 83), 0);
}

static void rfc9915_21_23_refresh_time_is_for_stateless_clients(void **state)
{
	static const char conf[] =
		"option dhcp6.info-refresh-time 7200;\n" NETWORKS6;
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.oro = { 32 },
	};
	struct wire_reader body;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 32, &body), 1);
	assert_int_equal(wire_get_u32(&body), 7200);
	s = solicit;
	s.oro[0] = 32;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, 32, NULL), 0);
}

static void rfc9915_21_23_refresh_time_is_never_below_600_s(void **state)
{
	static uint8_t short_time[] = { 0, 0, 0, 9 };
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.oro = { 32 },
	};
	struct conf_option *option;
	struct wire_reader body;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, "option dhcp6.info-refresh-time 7200;\n" NETWORKS6);
	/* The parser refuses it; a value made by an expression it cannot. */
	option = (struct conf_option *)(uintptr_t)conf_find_option(
		&f.conf->global, CONF_OPTIONS_DHCP6, 32);
	option->data = short_time;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got6_option(&got, 32, &body), 1);
	assert_int_equal(wire_get_u32(&body), 600);
	decider6_close(&f);
}

/* RFC 9915 section 21.17: an option for each enterprise. */
static void rfc9915_21_17_vendor_options_are_apart_by_enterprise(void **state)
{
	static const char conf[] =
		"option space docsis code width 2 length width 2;\n"
		"option docsis.tftp code 32 = ip6-address;\n"
		"option docsis.file code 33 = text;\n"
		"option vsio.docsis code 4491 = encapsulate docsis;\n"
		"option vsio.other code 9 = string;\n"
		"option docsis.tftp 2001:db8::7;\n"
		"option vsio.other \"abc\";\n"
		"subnet6 2001:db8:1::/64 { option docsis.file \"f\"; }\n";
	static const uint8_t want[] = {
		0,  17,   0, 7,   0,    0, 0,    9,    'a', 'b', 'c',
		0,  17,   0, 29,  0,    0, 0x11, 0x8b, 0,   32,  0,
		16, 0x20, 1, 0xd, 0xb8, 0, 0,    0,    0,   0,   0,
		0,  0,    0, 0,   0,    7, 0,    33,   0,   1,   'f',
	};
	struct sent6 s = {
		.type = DHCP6_INFORMATION_REQUEST,
		.client = 1,
		.oro = { DHCP6_OPT_VENDOR_OPTS },
	};
	struct wire_reader body;
	struct got6 got;

	(void)state;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_VENDOR_OPTS, &body), 2);
	assert_memory_equal(body.pos - 4, want, sizeof(want));
	s.oro[0] = 23;
	decider6_ask(conf, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_VENDOR_OPTS, NULL), 0);
}

/* ---- scopes ---- */

#define DNS(n) "option dhcp6.name-servers 2001:db8::" #n ";\n"

static const struct {
	const char *conf;
	uint8_t last; /* of the address sent */
} scope_rows[] = {
	{ DNS(1) "shared-network A { subnet6 2001:db8:1::/64 {\n"
		 " pool6 { range6 2001:db8:1::/96; } } }\n",
	  1 },
	{ DNS(1) "group { " DNS(2) " shared-network A {\n"
				   " subnet6 2001:db8:1::/64 {\n"
				   " pool6 { range6 2001:db8:1::/96; } } } }\n",
	  2 },
	{ DNS(1) "shared-network A { " DNS(
		  3) " subnet6 2001:db8:1::/64 {\n"
		     " pool6 { range6 2001:db8:1::/96; } } }\n",
	  3 },
	{ DNS(1) "shared-network A { " DNS(3) " subnet6 2001:db8:1::/64 { " DNS(
		  4) " pool6 { "
		     "range6 "
		     "2001:db8:1::"
		     "/96; } } "
		     "}\n",
	  4 },
	{ DNS(1) "shared-network A { " DNS(3) " subnet6 "
					      "2001:db8:1::/64 { " DNS(
						      4) " pool6 "
							 "{ " DNS(5) " "
								     "r"
								     "a"
								     "n"
								     "g"
								     "e"
								     "6"
								     " "
								     "2"
								     "0"
								     "0"
								     "1"
								     ":"
								     "d"
								     "b"
								     "8"
								     ":"
								     "1"
								     ":"
								     ":"
								     "/"
								     "9"
								     "6"
								     ";"
								     " "
								     "}"
								     " "
								     "}"
								     " "
								     "}"
								     "\n",
	  5 },
	{ DNS(1) "shared-network A { " DNS(
		  3) " subnet6 "
		     "2001:db8:1::/64 { " DNS(4) " pool6 { " DNS(
			     5) " range6 "
				"2001:db8:1::/"
				"96; } } }\n"
				"host one "
				"{ " DNS(6) " h"
					    "os"
					    "t-"
					    "id"
					    "en"
					    "ti"
					    "fi"
					    "er"
					    " o"
					    "pt"
					    "io"
					    "n "
					    "dh"
					    "cp"
					    "6."
					    "cl"
					    "ie"
					    "nt"
					    "-i"
					    "d"
					    "\n"
					    " 0"
					    "0:"
					    "03"
					    ":0"
					    "0:"
					    "01"
					    ":0"
					    "2:"
					    "00"
					    ":0"
					    "0:"
					    "00"
					    ":0"
					    "1:"
					    "01"
					    "; "
					    "}"
					    "\n",
	  6 },
	{ DNS(1) "subnet6 2001:db8:1::/64 { " DNS(
		  7) " range6 2001:db8:1::/96; }\n",
	  7 },
};

static void the_most_specific_scope_decides(void **state)
{
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;
	size_t i;

	(void)state;
	s.oro[0] = 23;
	for (i = 0; i < sizeof(scope_rows) / sizeof(scope_rows[0]); i++) {
		decider6_ask(scope_rows[i].conf, &s, &got);
		assert_int_equal(got6_option(&got, 23, &body), 1);
		assert_int_equal(body.pos[15], scope_rows[i].last);
	}
}

/* The group of the host comes before the pool, that of both behind. */
static void groups_around_a_host_keep_their_place(void **state)
{
	static const char both[] =
		"group { " DNS(1) "shared-network A { subnet6 2001:db8:1::/64 "
				  "{" DNS(2) " range6 2001:db8:1::/96; } }\n"
					     "host one { host-identifier "
					     "option dhcp6.client-id\n"
					     " 00:03:00:01:02:00:00:00:01:01; "
					     "} }\n";
	static const char apart[] =
		"shared-network A { subnet6 2001:db8:1::/64 {" DNS(
			2) " range6 2001:db8:1::/96; } }\n"
			   "group { " DNS(
				   3) "host one { host-identifier option "
				      "dhcp6.client-id\n"
				      " 00:03:00:01:02:00:00:00:01:01; } }\n";
	struct sent6 s = solicit;
	struct wire_reader body;
	struct got6 got;

	(void)state;
	s.oro[0] = 23;
	decider6_ask(both, &s, &got);
	assert_int_equal(got6_option(&got, 23, &body), 1);
	assert_int_equal(body.pos[15], 2);
	decider6_ask(apart, &s, &got);
	assert_int_equal(got6_option(&got, 23, &body), 1);
	assert_int_equal(body.pos[15], 3);
}

static void what_does_not_fit_is_left_out_and_counted(void **state)
{
	static const char conf[] =
		"option dhcp6.domain-search "
		"\"a-rather-long-name.example.org\",\n"
		"  \"another-rather-long-name.example.org\";\n"
		"option dhcp6.name-servers 2001:db8::53;\n" NETWORKS6;
	struct sent6 s = solicit;
	struct got6 got;
	struct decider6 f;
	size_t full;

	(void)state;
	decider6_open(&f, conf);
	s.oro[0] = 24;
	s.oro[1] = 23;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.answer.options_dropped, 0);
	full = got.len;
	f.room = full - 1;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.answer.options_dropped, 1);
	assert_int_equal(got6_option(&got, 24, NULL), 1);
	assert_int_equal(got6_option(&got, 23, NULL), 0);
	/* A smaller one behind it still fits. */
	f.room = full - 21;
	decider6_expect(&f, &s, &got, DHCP6_ADVERTISE, DROP_NONE);
	assert_int_equal(got.answer.options_dropped, 1);
	assert_int_equal(got6_option(&got, 24, NULL), 0);
	assert_int_equal(got6_option(&got, 23, NULL), 1);
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_3_2_only_options_that_are_asked_for_are_sent),
		cmocka_unit_test(options_are_in_every_answer_that_gives_leases),
		cmocka_unit_test(
			rfc7341_7_option_88_is_for_those_who_ask_for_it),
		cmocka_unit_test(
			rfc7341_7_2_option_88_has_no_one_or_many_addresses),
		cmocka_unit_test(
			rfc9915_21_8_preference_is_in_advertises_alone),
		cmocka_unit_test(rfc9915_21_12_server_unicast_is_never_sent),
		cmocka_unit_test(rfc9915_21_24_solmax_rt_is_for_those_who_ask),
		cmocka_unit_test(
			rfc9915_21_23_refresh_time_is_for_stateless_clients),
		cmocka_unit_test(
			rfc9915_21_23_refresh_time_is_never_below_600_s),
		cmocka_unit_test(
			rfc9915_21_17_vendor_options_are_apart_by_enterprise),
		cmocka_unit_test(the_most_specific_scope_decides),
		cmocka_unit_test(groups_around_a_host_keep_their_place),
		cmocka_unit_test(what_does_not_fit_is_left_out_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
