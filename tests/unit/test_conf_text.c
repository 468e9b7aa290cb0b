// SPDX-License-Identifier: BSD-2-Clause
/* Options one by one, from a text that is no configuration, and back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "dhcp4o6/conf/text.h"

static struct conf_span whole(const char *text)
{
	return (struct conf_span){ .len = strlen(text), .line = 1 };
}

/* What the reader of text alone gives, in hex, and what it found. */
static int read_one(const char *text, char *hex, size_t size,
		    struct findings *found)
{
	struct strbuf octets = STRBUF_INIT;
	struct conf_option option;
	struct conf_text *reader;
	int err;

	*found = (struct findings){ 0 };
	assert_int_equal(conf_text_new(&reader, text, strlen(text), "leases"),
			 0);
	err = conf_text_option(reader, whole(text), &option);
	if (!err)
		strbuf_add_hex(&octets, option.data, option.len, 0);
	snprintf(hex, size, "%s", strbuf_text(&octets));
	strbuf_fini(&octets);
	assert_int_equal(conf_text_report(reader, count_finding, found), 0);
	conf_text_free(reader);
	return err;
}

static void what_dhclient_writes_is_read(void **state)
{
	static const struct {
		const char *text;
		const char *octets;
	} rows[] = {
		{ "subnet-mask 255.255.255.0", "ffffff00" },
		{ "routers 192.0.2.1,192.0.2.2", "c0000201c0000202" },
		{ "time-offset -3600", "fffff1f0" },
		{ "host-name \"a\\\"b\\$\\`\\\\\\001\"", "612262 24605c01" },
		{ "vendor-encapsulated-options 1:4:de:ad:be:ef",
		  "0104deadbeef" },
		{ "rfc3442-classless-static-routes 24,10,0,0,192,0,2,1",
		  "180a0000c0000201" },
		{ "ip-forwarding false", "00" },
		{ "dhcp6.aftr-name aftr.example.",
		  "0461667472076578616d706c6500" },
		{ "dhcp6.reconf-accept", "" },
		{ "dhcp6.status-code success", "0000" },
		{ "dhcp6.status-code NoBinding \"no\"", "00036e6f" },
		{ "dhcp6.status-code 300 \"no\"", "012c6e6f" },
		{ "dhcp6.unknown-224 1:2", "0102" },
		/* Of codes that dhclient has no name for. */
		{ "unknown-108 0:0:1:2c", "0000012c" },
		{ "dhcp6.unknown-86 \"abcdefghijklmnop\"",
		  "6162636465666768696a6b6c6d6e6f70" },
		{ "dhcp6.dhcp4-o-dhcp6-server <error>", "" },
	};
	char hex[256], wanted[256];
	struct findings found;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = read_one(rows[i].text, hex, sizeof(hex), &found);

		if (err)
			fail_msg("%s: %s", rows[i].text,
				 strbuf_text(&found.text));
		for (j = k = 0; rows[i].octets[j]; j++) {
			if (rows[i].octets[j] != ' ')
				wanted[k++] = rows[i].octets[j];
		}
		wanted[k] = '\0';
		assert_string_equal(hex, wanted);
		strbuf_fini(&found.text);
	}
}

static void what_is_no_option_says_why(void **state)
{
	static const struct {
		const char *text;
		const char *finding;
	} rows[] = {
		{ "subnet-mask", "leases:1:12: error: expected an IPv4" },
		{ "subnet-mask 255.0.0.0 1",
		  "leases:1:23: error: expected `;', not `1'" },
		{ "subnet-masc 255.0.0.0", "did you mean `subnet-mask'" },
		{ "boot-size 65536", "65536 is out of range" },
		{ "subnet-mask <error>", "without a value that fits" },
		{ "nowhere.x 1", "no option space" },
		{ "host-name = option domain-name", "has to be constant" },
		{ "host-name \"open", "not closed" },
		{ "", "expected the name of an option" },
	};
	struct findings found;
	char hex[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			read_one(rows[i].text, hex, sizeof(hex), &found),
			-EINVAL);
		if (!strstr(strbuf_text(&found.text), rows[i].finding))
			fail_msg("%s: %s", rows[i].text,
				 strbuf_text(&found.text));
		assert_int_equal(found.errors, 1);
		strbuf_fini(&found.text);
	}
}

/* The options of a text, one in each line. */
static void read_lines(struct conf_text *reader, const char *text)
{
	struct conf_span span = { .line = 1 };
	struct conf_option option;

	for (; text[span.offset]; span.offset += span.len + 1, span.line++) {
		span.len = strcspn(text + span.offset, "\n");
		conf_text_option(reader, span, &option);
	}
}

static void each_name_is_reported_once_with_its_first_place(void **state)
{
	const char *text = "host-nam 1\nsubnet-mask 1\nhost-nam 2\n"
			   "subnet-mask 2\nHOST-NAM 3\nrouters 3\n";
	struct findings found = { 0 };
	struct conf_text *reader;

	(void)state;
	assert_int_equal(conf_text_new(&reader, text, strlen(text), "l"), 0);
	read_lines(reader, text);
	assert_int_equal(conf_text_report(reader, count_finding, &found), 0);
	conf_text_free(reader);
	assert_int_equal(found.errors, 3);
	assert_non_null(strstr(found.text.text, "l:1:1: error: unknown"));
	assert_non_null(strstr(found.text.text, "l:2:13: error: expected"));
	assert_non_null(strstr(found.text.text, "l:6:9: error: expected"));
	assert_null(strstr(found.text.text, "l:3:"));
	strbuf_fini(&found.text);
}

static void findings_come_in_the_order_of_the_text(void **state)
{
	const char *text = "alpha beta alpha";
	struct findings found = { 0 };
	struct conf_text *reader;
	int i;

	(void)state;
	assert_int_equal(conf_text_new(&reader, text, strlen(text), "l"), 0);
	conf_text_find(reader, CONF_WARNING,
		       (struct conf_span){ .offset = 6, .len = 4, .line = 1 },
		       "second");
	for (i = 0; i < 3; i++)
		conf_text_find_once(reader, CONF_WARNING,
				    (struct conf_span){ .len = 5, .line = 1 },
				    "first");
	assert_int_equal(conf_text_report(reader, count_finding, &found), 0);
	conf_text_free(reader);
	assert_int_equal(found.warnings, 2);
	assert_true(strstr(found.text.text, "first") <
		    strstr(found.text.text, "second"));
	strbuf_fini(&found.text);
}

static void what_has_no_standard_form_is_not_printed(void **state)
{
	static uint8_t octets[2000];
	struct strbuf out = STRBUF_INIT;
	struct conf_option option = { .universe = CONF_OPTIONS_DHCP4,
				      .code = 1,
				      .data = octets,
				      .len = 3 };

	(void)state;
	assert_false(conf_text_print_option(&option, &out)); /* no address */
	option.len = 0;
	assert_false(conf_text_print_option(&option, &out));
	option.universe = CONF_OPTIONS_DHCP6;
	option.code = 1;
	option.len = sizeof(octets); /* more than is read back */
	assert_false(conf_text_print_option(&option, &out));
	assert_string_equal(strbuf_text(&out), "");
	option.len = 2;
	assert_true(conf_text_print_option(&option, &out));
	assert_string_equal(strbuf_text(&out), "dhcp6.client-id 00:00");
	strbuf_reset(&out);
	option.code = 20;
	option.len = 0;
	assert_true(conf_text_print_option(&option, &out));
	assert_string_equal(strbuf_text(&out), "dhcp6.reconf-accept");
	strbuf_reset(&out);
	option.code = 13;
	option.len = 2;
	assert_true(conf_text_print_option(&option, &out));
	assert_string_equal(strbuf_text(&out), "dhcp6.status-code success");
	strbuf_reset(&out);
	option.code = 999;
	assert_true(conf_text_print_option(&option, &out));
	assert_string_equal(strbuf_text(&out), "dhcp6.unknown-999 00:00");
	strbuf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_dhclient_writes_is_read),
		cmocka_unit_test(what_is_no_option_says_why),
		cmocka_unit_test(
			each_name_is_reported_once_with_its_first_place),
		cmocka_unit_test(findings_come_in_the_order_of_the_text),
		cmocka_unit_test(what_has_no_standard_form_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
