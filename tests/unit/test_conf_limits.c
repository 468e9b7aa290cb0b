// SPDX-License-Identifier: BSD-2-Clause
/* What is large, cut off, or one of very many. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"

/* The findings of a text that is no configuration. */
static struct findings refuse(const char *text, size_t len)
{
	struct findings findings = { 0 };
	struct conf *conf = (struct conf *)&findings;

	assert_int_equal(conf_parse(&conf, text, len, "test", CONF_DHCP4, true,
				    count_finding, &findings),
			 -EINVAL);
	assert_null(conf);
	assert_true(findings.errors > 0);
	return findings;
}

/* Names of spaces and options are as long as somebody writes them. */
static void long_names_are_printed_whole(void **state)
{
	struct strbuf text = STRBUF_INIT, first = STRBUF_INIT;
	struct strbuf second = STRBUF_INIT;
	struct conf *conf, *again;
	char name[700];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	strbuf_printf(&text,
		      "option space %s; option %s.%s code 1 = text;\n"
		      "option %s.%s \"a\"; vendor-option-space %s;\n"
		      "class \"%s\" { match if exists %s.%s; }\n"
		      "host %s { hardware ethernet 2:0:0:0:0:1; }\n"
		      "shared-network %s { subnet6 2001:db8::/64 { } }\n",
		      name, name, name, name, name, name, name, name, name,
		      name, name);
	conf = parse4(text.text);
	conf_print(conf, &first);
	again = parse4(first.text);
	conf_print(again, &second);
	assert_string_equal(first.text, second.text);
	assert_int_equal(again->space_count, conf->space_count);
	assert_string_equal(again->spaces[conf->space_count - 1].name, name);
	conf_free(again);
	conf_free(conf);
	strbuf_fini(&text);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

/* Cut anywhere, it parses or is refused; under sanitizers nothing else. */
static void survives_every_truncation(void **state)
{
	struct strbuf text = STRBUF_INIT;
	size_t parsed = 0, len;
	char chunk[4096];
	size_t got;
	FILE *file;

	(void)state;
	file = fopen("tests/conf/everything.conf4", "rb");
	assert_non_null(file);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_mem(&text, chunk, got);
	fclose(file);
	for (len = 0; len <= text.len; len++) {
		char *copy = malloc(len ? len : 1);
		struct conf *conf = NULL;
		int err;

		assert_non_null(copy);
		memcpy(copy, text.text, len);
		err = conf_parse(&conf, copy, len, "test", CONF_DHCP4, true,
				 NULL, NULL);
		assert_true(err == 0 || err == -EINVAL);
		assert_true((err == 0) == (conf != NULL));
		parsed += err == 0;
		conf_free(conf);
		free(copy);
	}
	assert_true(parsed > 10 && parsed < text.len);
	strbuf_fini(&text);
}

static void nesting_is_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct findings findings;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		strbuf_add(&text, "group { ");
	for (i = 0; i < 100000; i++)
		strbuf_add(&text, "} ");
	findings = refuse(text.text, text.len);
	assert_int_equal(findings.errors, 1);
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

/* Files that include others several times would multiply at each level. */
static void included_files_are_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct findings findings;
	unsigned int i;

	(void)state;
	for (i = 0; i < 65536 + 3; i++)
		strbuf_add(&text, "include \"tests/conf/inc/global.inc\";\n");
	findings = refuse(text.text, text.len);
	assert_int_equal(findings.errors, 3);
	assert_non_null(strstr(strbuf_text(&findings.text),
			       "test:65537:9: error: more than 65536 files"));
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

static void findings_are_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct findings findings;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		strbuf_add(&text, "max-lease-time 1; bogus;\n");
	findings = refuse(text.text, text.len);
	assert_int_equal(findings.errors, 101); /* the last: there are more */
	assert_int_equal(findings.warnings, 99);
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

static void values_longer_than_any_option_are_refused(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct findings findings;
	unsigned int i;

	(void)state;
	strbuf_add(&text, "option user-class \"");
	for (i = 0; i < 1025; i++)
		strbuf_add_char(&text, 'a');
	strbuf_add(&text, "\";");
	findings = refuse(text.text, text.len);
	assert_int_equal(findings.errors, 1);
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

enum { NETWORKS = 20000 };

static void add_network(struct strbuf *text, unsigned int i)
{
	unsigned int high = i >> 8, low = i & 255;

	strbuf_printf(text,
		      "shared-network \"n%u\" {\n"
		      "\tsubnet6 2001:db8:%x:%x::/64 { }\n"
		      "\tsubnet 10.%u.%u.0 netmask 255.255.255.0 {\n"
		      "\t\trange 10.%u.%u.10 10.%u.%u.200;\n"
		      "\t\toption routers 10.%u.%u.1;\n\t}\n}\n"
		      "host h%u { hardware ethernet 2:0:0:0:%x:%x;\n"
		      "\tfixed-address 10.%u.%u.5; }\n",
		      i, high, low, high, low, high, low, high, low, high, low,
		      i, high, low, high, low);
}

static void a_configuration_may_have_many_networks(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf print = STRBUF_INIT;
	struct strbuf again = STRBUF_INIT;
	struct conf *conf;
	unsigned int i;

	(void)state;
	for (i = 0; i < NETWORKS; i++)
		add_network(&text, i);
	conf = parse4(strbuf_text(&text));
	assert_int_equal(conf->network_count, NETWORKS);
	assert_int_equal(conf->host_count, NETWORKS);
	for (i = 0; i < NETWORKS; i++) {
		assert_int_equal(conf->networks[i].index, i);
		assert_int_equal(conf->networks[i].subnet_count, 1);
		assert_int_equal(conf->networks[i].subnet6_count, 1);
		assert_int_equal(conf->networks[i].subnets[0].pool_count, 1);
		assert_ptr_equal(conf->networks[i].subnets[0].scope.parent,
				 &conf->networks[i].scope);
	}
	conf_print(conf, &print);
	conf_free(conf);
	conf = parse4(strbuf_text(&print));
	conf_print(conf, &again);
	assert_string_equal(strbuf_text(&again), strbuf_text(&print));
	conf_free(conf);
	strbuf_fini(&text);
	strbuf_fini(&print);
	strbuf_fini(&again);
}

/* The one fault among many networks is found, by the later of the two. */
static void finds_one_overlap_among_many(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct findings findings;
	unsigned int i;

	(void)state;
	for (i = 0; i < NETWORKS; i++)
		add_network(&text, i);
	strbuf_add(&text, "subnet 10.7.7.0 netmask 255.255.255.0 { }\n"
			  "subnet 11.0.0.0 netmask 255.255.255.0 {\n"
			  " range 11.0.0.1 11.0.0.9; range 11.0.0.9; }\n");
	findings = refuse(text.text, text.len);
	assert_int_equal(findings.errors, 2);
	assert_int_equal(findings.warnings, 1); /* no subnet6 */
	assert_non_null(
		strstr(strbuf_text(&findings.text), "test:180001:8: error: "));
	assert_non_null(
		strstr(strbuf_text(&findings.text), "test:180003:33: error: "));
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_names_are_printed_whole),
		cmocka_unit_test(survives_every_truncation),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(included_files_are_bounded),
		cmocka_unit_test(findings_are_bounded),
		cmocka_unit_test(values_longer_than_any_option_are_refused),
		cmocka_unit_test(a_configuration_may_have_many_networks),
		cmocka_unit_test(finds_one_overlap_among_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
