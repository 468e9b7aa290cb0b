// SPDX-License-Identifier: BSD-2-Clause
/* Every row of the table of options: its format takes values, and gives them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/conf/option.h"
#include "conf_fixture.h"

enum {
	UNUSED = CONF_OPTION_MANAGED | CONF_OPTION_OBSOLETE |
		 CONF_OPTION_NESTED | CONF_OPTION_SERVER_ID,
};

/* What a field prints as, and the octets of it. */
static const struct {
	char letter;
	const char *text;
	const char *octets;
} samples[] = {
	{ 'I', "192.0.2.1", "c0000201" },
	{ '6', "2001:db8::1", "20010db8000000000000000000000001" },
	{ 'f', "true", "01" },
	{ 'T', "3600", "00000e10" },
	{ 'b', "-1", "ff" },
	{ 'B', "255", "ff" },
	{ 's', "-2", "fffe" },
	{ 'S', "65535", "ffff" },
	{ 'l', "-3600", "fffff1f0" },
	{ 'L', "3600", "00000e10" },
	{ 't', "\"a \\\"b\\\"\"", "6120226222" },
	{ 'o', "\"text\"", "74657874" },
	{ 'X', "00:ff", "00ff" },
	{ 'E', "01:01:ff", "0101ff" },
	{ 'd', "\"a.example.\"", "0161076578616d706c6500" },
	{ 'D', "\"a.example.\", \"example.\"",
	  "0161076578616d706c6500076578616d706c6500" },
	{ 'C', "\"a.example.\", \"example.\"", "0161076578616d706c6500c002" },
	{ 'P', "\"one\", \"\"", "00036f6e650000" },
	{ 'Z', "", "" },
	{ 'N', "NoBinding", "0003" },
};

static void add_field(char letter, struct strbuf *text, struct strbuf *octets)
{
	size_t i = 0;

	while (samples[i].letter != letter)
		i++;
	strbuf_printf(text, "%s%s", samples[i].text[0] ? " " : "",
		      samples[i].text);
	strbuf_add(octets, samples[i].octets);
}

/* Repetitions are there twice. */
static void make_sample(const struct conf_option_row *row, struct strbuf *text,
			struct strbuf *octets)
{
	const char *format = row->def.format;
	size_t len = strlen(format), i;
	char last = format[len - 1];

	len -= last == 'A' || last == 'a';
	for (i = 0; i < len; i++)
		add_field(format[i], text, octets);
	if (last != 'A' && last != 'a')
		return;
	strbuf_add_char(text, ',');
	for (i = last == 'a' ? len - 1 : 0; i < len; i++)
		add_field(format[i], text, octets);
}

static struct conf *parse(const char *text, size_t len, struct findings *found)
{
	struct conf *conf;

	conf_parse(&conf, text, len, "test", CONF_DHCP4, true, count_finding,
		   found);
	if (!conf)
		fail_msg("%s", strbuf_text(&found->text));
	return conf;
}

static const struct conf_option *
expect_octets(const struct conf *conf, const struct conf_option_row *row,
	      const struct strbuf *octets)
{
	const struct conf_option *o = conf_find_option(
		&conf->global, row->def.universe, row->def.code);
	struct strbuf hex = STRBUF_INIT;

	assert_non_null(o);
	assert_null(o->space);
	strbuf_add_hex(&hex, o->data, o->len, '\0');
	assert_string_equal(strbuf_text(&hex), strbuf_text(octets));
	strbuf_fini(&hex);
	return o;
}

static void check_row(const struct conf_option_row *row)
{
	const struct conf_option_row *first =
		conf_option_row_find(row->def.universe, row->def.code);
	struct strbuf values = STRBUF_INIT, octets = STRBUF_INIT;
	struct strbuf statement = STRBUF_INIT, print = STRBUF_INIT;
	struct findings findings = { 0 };
	struct conf *conf, *again;

	make_sample(row, &values, &octets);
	strbuf_printf(&statement, "option %s%s;\n", row->def.name,
		      strbuf_text(&values));
	conf = parse(strbuf_text(&statement), statement.len, &findings);
	assert_int_equal(findings.errors, 0);
	if (row->flags & UNUSED) {
		assert_int_equal(conf->global.option_count, 0);
		assert_true(findings.warnings == 1 ||
			    row->flags & CONF_OPTION_SERVER_ID);
	} else {
		assert_int_equal(findings.warnings, 0);
		expect_octets(conf, row, &octets);
		conf_print(conf, &print);
		strbuf_reset(&statement);
		strbuf_printf(&statement, "option %s", first->def.name);
		/* An alias of another type: its octets have to come back. */
		if (strcmp(first->def.format, row->def.format) == 0)
			strbuf_printf(&statement, "%s;\n",
				      strbuf_text(&values));
		if (!strstr(strbuf_text(&print), strbuf_text(&statement)))
			fail_msg("%s\ninstead of %s", strbuf_text(&print),
				 strbuf_text(&statement));
		again = parse(strbuf_text(&print), print.len, &findings);
		expect_octets(again, row, &octets);
		conf_free(again);
	}
	conf_free(conf);
	strbuf_fini(&values);
	strbuf_fini(&octets);
	strbuf_fini(&statement);
	strbuf_fini(&print);
	strbuf_fini(&findings.text);
}

static void every_row_reads_and_prints_its_format(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < conf_option_row_count; i++)
		check_row(&conf_option_rows[i]);
}

/* Looking up by code relies on it. */
static void rows_are_sorted_and_aliases_follow_their_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < conf_option_row_count; i++) {
		const struct conf_option_row *before = &conf_option_rows[i - 1];
		const struct conf_option_row *row = &conf_option_rows[i];
		bool is_same = row->def.universe == before->def.universe &&
			       row->def.code == before->def.code;

		assert_int_equal(is_same,
				 (row->flags & CONF_OPTION_ALIAS) != 0);
		assert_true(row->def.universe > before->def.universe ||
			    row->def.code >= before->def.code);
		assert_ptr_equal(conf_option_row_of(&row->def), row);
	}
}

static void every_row_is_found_by_its_name(void **state)
{
	static const struct conf_option_def
		*memory[CONF_OPTION_ROWS_MAX + CONF_OPTION_DEFS_MAX];
	struct conf_option_index index;
	char name[64];
	size_t i;

	(void)state;
	conf_option_index_init(&index, memory);
	for (i = 0; i < conf_option_row_count; i++) {
		const struct conf_option_def *def = &conf_option_rows[i].def;

		assert_ptr_equal(conf_option_index_find(&index, def->name,
							strlen(def->name)),
				 def);
		snprintf(name, sizeof(name), "DHCP.%s", def->name);
		assert_ptr_equal(
			conf_option_index_find(&index, name, strlen(name)),
			def);
	}
	assert_null(conf_option_index_find(&index, "dhcp.", 5));
	assert_null(conf_option_index_find(&index, "", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_reads_and_prints_its_format),
		cmocka_unit_test(rows_are_sorted_and_aliases_follow_their_row),
		cmocka_unit_test(every_row_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
