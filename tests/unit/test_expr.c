// SPDX-License-Identifier: BSD-2-Clause
/* Expressions: what each operator and function gives, and what is missing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "expr_fixture.h"

/* The model of a class with this in it; it owns the expression. */
static struct conf *parse_class(const char *statement, const char *expr)
{
	struct strbuf text = STRBUF_INIT;
	struct conf *conf;

	strbuf_printf(&text, "class \"c\" { %s %s; }\n", statement, expr);
	conf = parse4(strbuf_text(&text));
	strbuf_fini(&text);
	return conf;
}

static bool holds(const char *expr, const struct conf_packet *packet)
{
	struct conf *conf = parse_class("match if", expr);
	bool result = conf_expr_is_true(conf->classes[0].match_if, packet);

	conf_free(conf);
	return result;
}

/* 't', 'f', or `-': missing, so that its negation does not hold either. */
static char truth_of(const char *expr)
{
	struct strbuf negation = STRBUF_INIT;
	bool is_true = holds(expr, &expr_packet), is_false;

	strbuf_printf(&negation, "not (%s)", expr);
	is_false = holds(strbuf_text(&negation), &expr_packet);
	strbuf_fini(&negation);
	assert_false(is_true && is_false);
	return is_true ? 't' : is_false ? 'f' : '-';
}

#define MISSING "substring(option domain-name, 0, 4)"

static const struct {
	const char *expr;
	char truth;
} conditions[] = {
	{ "known", 't' },
	{ "static", 'f' },
	{ "not static", 't' },
	{ "not not known", 't' },
	{ "exists host-name", 't' },
	{ "exists domain-name", 'f' },
	{ "exists pxe-interface-id", 't' },
	{ "exists agent.circuit-id", 't' },
	{ "exists agent.link-selection", 't' },
	{ "exists agent.subscriber-id", 'f' },
	{ "option host-name = \"Abc\"", 't' },
	{ "option host-name == \"Abc\"", 't' },
	{ "option host-name=\"abc\"", 'f' },
	{ "option dhcp.host-name = 41:62:63", 't' },
	{ "option host-name != \"Abc\"", 'f' },
	{ "option host-name!=\"abc\"", 't' },
	{ "option dhcp6.client-id = 0:3:0:1:2", 't' },
	/* Compared with a missing value. */
	{ "option domain-name = \"x\"", 'f' },
	{ "option domain-name != \"x\"", 't' },
	{ "\"x\" = option domain-name", 'f' },
	{ "option domain-name = \"\"", 'f' },
	{ "option domain-name = " MISSING, 't' },
	{ "option domain-name != " MISSING, 'f' },
	{ "option domain-name = null", 't' },
	{ "option host-name = null", 'f' },
	{ "option pxe-interface-id = \"\"", 't' },
	/* Regular expressions. */
	{ "option host-name ~= \"^A\"", 't' },
	{ "option host-name ~= \"^a\"", 'f' },
	{ "option host-name ~~ \"^a[b-d]+$\"", 't' },
	{ "option host-name ~= \"(x|bc)$\"", 't' },
	{ "option domain-name ~= \".*\"", '-' },
	{ "option domain-name ~~ \".*\"", '-' },
	{ "41:00:42 ~= \"B\"", 'f' },
	{ "option pxe-interface-id ~= \"^$\"", 't' },
	/* An `and' whose left side does not hold is missing. */
	{ "known and exists host-name", 't' },
	{ "known and static", 'f' },
	{ "static and known", '-' },
	{ "known and known and static", 'f' },
	{ "known and static and known", '-' },
	{ "known and option domain-name ~= \"x\"", '-' },
	{ "option domain-name ~= \"x\" and known", '-' },
	{ "static or known", 't' },
	{ "known or static", 't' },
	{ "static or static", 'f' },
	{ "static or option domain-name ~= \"x\"", 'f' },
	{ "option domain-name ~= \"x\" or static", 'f' },
	{ "option domain-name ~= \"x\" or known", 't' },
	{ "option domain-name ~= \"x\" or null ~= \"x\"", '-' },
	{ "static or static or known", 't' },
	/* As ISC's parser groups them. */
	{ "static and 1 = 1 or 1 = 1", '-' },
	{ "(static and 1 = 1) or 1 = 1", 't' },
	{ "static and known or known", 't' },
	{ "known or known and static", 'f' },
	/* Numbers. */
	{ "extract-int(option pxe-system-type, 16) = 7", 't' },
	{ "extract-int(option pxe-system-type, 16) != 7", 'f' },
	{ "extract-int(option pxe-system-type, 32) = 7", 'f' },
	{ "extract-int(option pxe-system-type, 32) != 7", 't' },
	{ "extract-int(null, 8) = extract-int(null, 8)", 't' },
	{ "lease-time = 3600", 't' },
};

static void conditions_hold_or_not_or_are_missing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		if (truth_of(conditions[i].expr) != conditions[i].truth)
			fail_msg("%s: %c instead of %c", conditions[i].expr,
				 truth_of(conditions[i].expr),
				 conditions[i].truth);
	}
}

struct data_row {
	const char *expr;
	const char *text; /* as its octets are printed; NULL: missing */
};

static void expect_data(const struct data_row *row,
			const struct conf_packet *packet)
{
	struct conf *conf = parse_class("match", row->expr);
	uint8_t octets[CONF_EXPR_DATA_MAX];
	struct strbuf text = STRBUF_INIT;
	int len;

	len = conf_expr_data(conf->classes[0].match, packet, octets,
			     sizeof(octets));
	if (len >= 0) {
		strbuf_add_mem(&text, octets, (size_t)len);
		if (!row->text || strcmp(strbuf_text(&text), row->text) != 0)
			fail_msg("%s: `%s' instead of `%s'", row->expr,
				 strbuf_text(&text),
				 row->text ? row->text : "(missing)");
	} else {
		assert_int_equal(len, -ENODATA);
		if (row->text)
			fail_msg("%s is missing", row->expr);
	}
	strbuf_fini(&text);
	conf_free(conf);
}

#define HEX(expr) "binary-to-ascii(16, 8, \":\", " expr ")"

static const struct data_row values[] = {
	{ "\"a\\x62\\143\"", "abc" },
	{ "61:62:63", "abc" },
	{ "null", NULL },
	{ "option host-name", "Abc" },
	{ "option domain-name", NULL },
	{ "option agent.circuit-id", "port7" },
	{ HEX("option agent.remote-id"), "a:b" },
	{ "option agent.link-selection", "" },
	{ "option agent.relay-port", NULL },
	{ "substring(option host-name, 1, 1)", "b" },
	{ "substring(option host-name, 1, 100)", "bc" },
	{ "substring(option host-name, 0, 0)", "" },
	{ "substring(option host-name, 3, 1)", "" },
	{ "substring(option host-name, -1, 1)", "" },
	{ "substring(option host-name, 1, -1)", "bc" },
	{ "substring(option domain-name, 0, 1)", NULL },
	{ "substring(\"abc\", extract-int(null, 8), 1)", NULL },
	{ "substring(\"abc\", 0, extract-int(\"\", 8))", NULL },
	{ "suffix(option host-name, 2)", "bc" },
	{ "suffix(option host-name, 3)", "Abc" },
	{ "suffix(option host-name, 0)", "" },
	{ "suffix(option host-name, 9)", "Abc" },
	{ "suffix(null, 1)", NULL },
	{ "lcase(\"AzZ[@`{0\")", "azz[@`{0" },
	{ "ucase(\"aZz[@`{0\")", "AZZ[@`{0" },
	{ "lcase(null)", NULL },
	{ "concat(\"a\", \"b\")", "ab" },
	{ "concat(\"a\", option host-name, \"\", \"c\")", "aAbcc" },
	{ "concat(\"a\", null)", NULL },
	{ "concat(null, \"a\")", NULL },
	{ "concat(lcase(\"A\"), concat(ucase(\"b\"), \"c\"), \"d\")", "aBcd" },
	{ HEX("hardware"), "1:0:11:22:aa:bb:cc" },
	{ "binary-to-ascii(10, 8, \".\", leased-address)", "10.0.0.7" },
	{ "binary-to-ascii(8, 8, \"\", 01:3f:ff)", "177377" },
	{ "binary-to-ascii(2, 16, \"-\", 00:05:80:00)",
	  "101-1000000000000000" },
	{ "binary-to-ascii(16, 32, \"\", ff:ff:ff:ff)", "ffffffff" },
	{ "binary-to-ascii(10, 8, \"-\", \"\")", "" },
	{ "binary-to-ascii(10, 16, \"-\", 01:02:03)", NULL },
	{ "binary-to-ascii(10, 12, \"-\", 01:02:03)", NULL },
	{ "binary-to-ascii(1, 8, \"-\", 01)", NULL },
	{ "binary-to-ascii(17, 8, \"-\", 01)", NULL },
	{ "binary-to-ascii(10, 8, null, 01)", NULL },
	{ "binary-to-ascii(10, 8, \"-\", null)", NULL },
	{ "binary-to-ascii(10, 8, lcase(\"-X\"), "
	  "concat(01, reverse(1, 02:03)))",
	  "1-x3-x2" },
	{ "reverse(1, \"abcd\")", "dcba" },
	{ "reverse(2, \"abcd\")", "cdab" },
	{ "reverse(4, \"abcd\")", "abcd" },
	{ "reverse(3, \"abcd\")", NULL },
	{ "reverse(0, \"abcd\")", NULL },
	{ "reverse(-1, \"\")", "" },
	{ "reverse(1, null)", NULL },
	{ "pick-first-value(null, option domain-name, \"x\", \"y\")", "x" },
	{ "pick(option host-name)", "Abc" },
	{ "pick(null, null)", NULL },
	{ "pick(concat(\"a\", null), \"b\")", "b" },
	{ HEX("packet(1, 3)"), "1:2:3" },
	{ HEX("packet(239, 3)"), "0" },
	{ "packet(240, 1)", NULL },
	{ "packet(-1, 1)", NULL },
	{ HEX("encode-int(258, 8)"), "2" },
	{ HEX("encode-int(258, 16)"), "1:2" },
	{ HEX("encode-int(258, 32)"), "0:0:1:2" },
	{ HEX("encode-int(-2, 32)"), "ff:ff:ff:fe" },
	{ HEX("encode-int(0x1f, 8)"), "1f" },
	{ HEX("encode-int(010, 8)"), "a" },
	{ HEX("encode-int(lease-time, 16)"), "e:10" },
	{ "encode-int(extract-int(\"a\", 16), 8)", NULL },
	{ "host-decl-name", "printer" },
	{ "server-name", "boot" },
	{ "filename", "img" },
	/* Arithmetic, as ISC's parser groups it. */
	{ HEX("encode-int(7 + 5, 8)"), "c" },
	{ HEX("encode-int(7 - 5 - 1, 8)"), "1" },
	{ HEX("encode-int(7 - (5 - 1), 8)"), "3" },
	{ HEX("encode-int(7 * 5, 8)"), "23" },
	{ HEX("encode-int(7 / 2, 8)"), "3" },
	{ HEX("encode-int(7 % 4, 8)"), "3" },
	{ "encode-int(7 / 0, 8)", NULL },
	{ "encode-int(7 % 0, 8)", NULL },
	{ HEX("encode-int(12 & 10, 8)"), "8" },
	{ HEX("encode-int(12 | 3, 8)"), "f" },
	{ HEX("encode-int(12 ^ 10, 8)"), "6" },
	{ HEX("encode-int(1 + 2 * 3, 8)"), "9" },
	{ HEX("encode-int(2 * 3 + 1, 8)"), "8" },
	{ HEX("encode-int(1 + (2 * 3), 8)"), "7" },
	{ HEX("encode-int(4 + 3 & 1, 8)"), "5" },
	{ HEX("encode-int(extract-int(02, 8)+1, 8)"), "3" },
};

static void functions_give_data(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		expect_data(&values[i], &expr_packet);
}

static void without_a_message_what_it_holds_is_missing(void **state)
{
	static const struct data_row rows[] = {
		{ "option host-name", NULL },
		{ "hardware", NULL },
		{ "leased-address", NULL },
		{ "host-decl-name", NULL },
		{ "packet(0, 1)", NULL },
		{ "filename", NULL },
		{ "server-name", NULL },
		{ "\"constant\"", "constant" },
		{ "encode-int(lease-time, 8)", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_data(&rows[i], &expr_nothing);
	assert_false(holds("known", &expr_nothing));
	assert_false(holds("static", &expr_nothing));
	assert_false(holds("exists host-name", &expr_nothing));
}

static void the_name_of_the_machine_is_one_value(void **state)
{
	(void)state;
	assert_true(holds("gethostname() = gethostname()", &expr_nothing));
	assert_false(holds("gethostname() = null", &expr_nothing));
}

static void a_value_that_is_too_large_is_missing(void **state)
{
	struct strbuf text = STRBUF_INIT;
	uint8_t octets[CONF_EXPR_DATA_MAX];
	struct conf *conf;
	unsigned int i;

	(void)state;
	strbuf_add(&text, "concat(\"0123456789abcdef\"");
	for (i = 1; i < CONF_EXPR_DATA_MAX / 16; i++)
		strbuf_add(&text, ", \"0123456789abcdef\"");
	strbuf_add(&text, ")");
	conf = parse_class("match", strbuf_text(&text));
	assert_int_equal(conf_expr_data(conf->classes[0].match, &expr_packet,
					octets, sizeof(octets)),
			 CONF_EXPR_DATA_MAX);
	assert_int_equal(conf_expr_data(conf->classes[0].match, &expr_packet,
					octets, sizeof(octets) - 1),
			 -EMSGSIZE);
	conf_free(conf);
	text.len--;
	strbuf_add(&text, ", \"x\")");
	conf = parse_class("match", strbuf_text(&text));
	assert_int_equal(conf_expr_data(conf->classes[0].match, &expr_packet,
					octets, sizeof(octets)),
			 -ENODATA);
	conf_free(conf);
	strbuf_fini(&text);
}

/* Relay agents write option 82: its suboptions may be cut anywhere. */
static bool find_cut(const void *ctx, enum conf_universe universe,
		     uint32_t code, struct conf_data *value)
{
	(void)universe;
	*value = *(const struct conf_data *)ctx;
	return code == 82;
}

static void a_suboption_that_is_cut_is_missing(void **state)
{
	static const uint8_t whole[] = { 9, 1, 'x', 1, 3, 'a', 'b', 'c' };
	struct conf_data cut = { whole, 0 };
	struct conf_packet packet = { .ctx = &cut, .find_option = find_cut };

	(void)state;
	for (; cut.len < sizeof(whole); cut.len++)
		assert_false(holds("exists agent.circuit-id", &packet));
	assert_true(holds("option agent.circuit-id = \"abc\"", &packet));
}

static bool find_coded(const void *ctx, enum conf_universe universe,
		       uint32_t code, struct conf_data *value)
{
	static const uint8_t inner[] = { 1, 2, 'a', 'b', 7, 4, 3, 2, 'x', 'y' };
	static const uint8_t vivso[] = { 0, 0, 0, 9, 1,   'n', 0,
					 0, 1, 0, 2, 'o', 'p' };
	static const uint8_t vsio[] = { 0, 0, 1, 0, 'v' };

	(void)ctx;
	if (universe == CONF_OPTIONS_DHCP6 && code == 17)
		*value = (struct conf_data){ vsio, sizeof(vsio) };
	else if (code == 125)
		*value = (struct conf_data){ vivso, sizeof(vivso) };
	else
		*value = (struct conf_data){ inner, sizeof(inner) };
	return universe == CONF_OPTIONS_DHCP4
		       ? code == 43 || code == 125 || code == 230
		       : universe == CONF_OPTIONS_DHCP6 && code == 17;
}

static void an_option_of_a_space_is_inside_of_another(void **state)
{
	static const struct {
		const char *expr;
		bool holds;
	} rows[] = {
		{ "option S.one = \"ab\"", true },
		{ "exists S.two", false },
		{ "option D.three = \"xy\"", true },
		{ "option W.one = \"ab\"", true },
		{ "option vendor.own = \"op\"", true },
		{ "option vendor.unknown-9 = \"n\"", true },
		{ "exists vendor.unknown-8", false },
		{ "option vsio.own6 = \"v\"", true },
		{ "exists unknown-230", true },
		{ "exists unknown-231", false },
	};
	const struct conf_packet packet = { .find_option = find_coded };
	struct strbuf text = STRBUF_INIT;
	struct conf *conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strbuf_reset(&text);
		strbuf_printf(&text,
			      "option space S; option S.one code 1 = text;\n"
			      "option S.two code 2 = text;\n"
			      "option space D; option D.three code 3 = text;\n"
			      "option S.deep code 7 = encapsulate D;\n"
			      "option outer code 230 = encapsulate S;\n"
			      "option space W; option W.one code 1 = text;\n"
			      "option vendor.own code 256 = text;\n"
			      "option vsio.own6 code 256 = text;\n"
			      "class \"c\" { match if %s; }\n",
			      rows[i].expr);
		conf = parse4(strbuf_text(&text));
		if (conf_expr_is_true(conf->classes[0].match_if, &packet) !=
		    rows[i].holds)
			fail_msg("%s", rows[i].expr);
		conf_free(conf);
	}
	strbuf_fini(&text);
}

static bool find_of_relay(const void *ctx, unsigned int relay,
			  enum conf_universe universe, uint32_t code,
			  struct conf_data *value)
{
	static const uint8_t numbers[] = "0123456789";
	unsigned int count = 2;

	(void)ctx;
	if (relay == CONF_RELAY_OUTERMOST)
		relay = count;
	*value = (struct conf_data){ numbers + relay % 10, 1 };
	return relay <= count && universe == CONF_OPTIONS_DHCP6 && code == 18;
}

static void options_of_relay_agents_are_asked_for_by_number(void **state)
{
	static const struct data_row rows[] = {
		{ "v6relay(1, option dhcp6.interface-id)", "1" },
		{ "v6relay(2, option dhcp6.interface-id)", "2" },
		{ "v6relay(3, option dhcp6.interface-id)", NULL },
		{ "v6relay(32, option dhcp6.interface-id)", "2" },
		{ "v6relay(33, option dhcp6.interface-id)", NULL },
		{ "v6relay(-1, option dhcp6.interface-id)", NULL },
		{ "v6relay(1, option dhcp6.client-id)", NULL },
		{ "v6relay(0, option host-name)", "Abc" },
		{ "concat(v6relay(1, concat(option dhcp6.interface-id, "
		  "v6relay(2, option dhcp6.interface-id))), "
		  "option host-name)",
		  "12Abc" },
	};
	struct conf_packet packet = expr_packet;
	size_t i;

	(void)state;
	packet.find_relay_option = find_of_relay;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_data(&rows[i], &packet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_hold_or_not_or_are_missing),
		cmocka_unit_test(functions_give_data),
		cmocka_unit_test(without_a_message_what_it_holds_is_missing),
		cmocka_unit_test(the_name_of_the_machine_is_one_value),
		cmocka_unit_test(a_value_that_is_too_large_is_missing),
		cmocka_unit_test(a_suboption_that_is_cut_is_missing),
		cmocka_unit_test(an_option_of_a_space_is_inside_of_another),
		cmocka_unit_test(
			options_of_relay_agents_are_asked_for_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
