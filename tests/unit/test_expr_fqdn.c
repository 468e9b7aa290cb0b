// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fields of option 81. The names are what ISC's server made of these octets;
 * the flags are those of RFC 4702.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "dhcp4o6/conf/expr.h"

#define FIELD(name) "pick(option fqdn." name ", \"-\")"

static bool find_fqdn(const void *ctx, enum conf_universe universe,
		      uint32_t code, struct conf_data *value)
{
	if (universe != CONF_OPTIONS_DHCP4 || code != 81)
		return false;
	*value = *(const struct conf_data *)ctx;
	return true;
}

/* The value of an expression for a client with these octets. */
static int evaluate(const char *expression, const char *octets, size_t len,
		    char out[256])
{
	struct conf_data body = { (const uint8_t *)octets, len };
	struct conf_packet packet = { .ctx = &body, .find_option = find_fqdn };
	struct strbuf text = STRBUF_INIT;
	struct conf *conf;
	int got;

	strbuf_printf(&text, "option host-name = %s;", expression);
	conf = parse4(text.text);
	assert_non_null(conf->global.options[0].expr);
	got = conf_expr_data(conf->global.options[0].expr, &packet,
			     (uint8_t *)out, 255);
	if (got >= 0)
		out[got] = '\0';
	conf_free(conf);
	strbuf_fini(&text);
	return got;
}

static void expect(const char *expression, const char *octets, size_t len,
		   const char *value)
{
	char out[256];

	assert_int_equal(evaluate(expression, octets, len, out), strlen(value));
	assert_string_equal(out, value);
}

static const struct {
	const char *octets;
	size_t len;
	const char *names;
	const char *numbers;
} cases[] = {
#define CASE(octets, names, numbers)                       \
	{                                                  \
		octets, sizeof(octets) - 1, names, numbers \
	}
	CASE("\5\0\0\4host\7example\3org\0",
	     "[host][.example.org][host.example.org]", "0:1:1:0:0"),
	CASE("\4\0\0\4host\7example\3org",
	     "[host.example.org][-][host.example.org]", "0:0:1:0:0"),
	CASE("\1\7\x8host.example.org", "[host][example.org][host.example.org]",
	     "0:1:0:7:8"),
	CASE("\x8\0\0host", "[host][-][host]", "1:0:0:0:0"),
	CASE("\0\0\0host.example.org\0",
	     "[host][example.org][host.example.org]", "0:0:0:0:0"),
	CASE("\4\0\0\4host", "[host][-][host]", "0:0:1:0:0"),
	CASE("\4\0\0\4host\0", "[host][-][host]", "0:0:1:0:0"),
	CASE("\0\0\0host.", "[host][-][host.]", "0:0:0:0:0"),
	CASE("\4\0\0\4ho.t\3org\0", "[ho.t][.org][ho.t.org]", "0:0:1:0:0"),
	CASE("\4\0\0", "[-][-][-]", "0:0:1:0:0"),
	CASE("\0\0\0", "[-][-][-]", "0:0:0:0:0"),
};

static void names_are_those_of_iscs_server(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		expect("concat(\"[\", " FIELD("hostname") ", \"][\", " FIELD(
			       "domainname") ", \"][\", " FIELD("fqdn") ", "
									"\"]"
									"\")",
		       cases[i].octets, cases[i].len, cases[i].names);
		expect("binary-to-ascii(10, 8, \":\", concat("
		       "option fqdn.no-client-update,"
		       "option fqdn.server-update, option fqdn.encoded,"
		       "option fqdn.rcode1, option fqdn.rcode2))",
		       cases[i].octets, cases[i].len, cases[i].numbers);
	}
}

/* Cut anywhere, or with a label that is too long, nothing else happens. */
static void what_is_broken_has_no_fields(void **state)
{
	static const char whole[] = "\4\0\0\4host\7example\3org";
	static const size_t good[] = { 3, 8, 16, 20 };
	static const char long_label[3 + 1 + 64] = "\4\0\0\100";
	char out[256];
	size_t len, i = 0;

	(void)state;
	for (len = 0; len < sizeof(whole); len++) {
		bool is_good = i < 4 && len == good[i];

		i += is_good;
		assert_int_equal(
			evaluate("option fqdn.rcode1", whole, len, out),
			is_good ? 1 : -ENODATA);
	}
	assert_int_equal(evaluate("option fqdn.fqdn", long_label,
				  sizeof(long_label), out),
			 -ENODATA);
	assert_int_equal(evaluate("option fqdn.unknown-9", "\0\0\0a", 4, out),
			 -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_iscs_server),
		cmocka_unit_test(what_is_broken_has_no_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
