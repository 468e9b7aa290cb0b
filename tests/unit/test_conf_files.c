// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every configuration in tests/conf against what stands beside it:
 * NAME.conf4 or NAME.conf6, read with -4o6 as the file of that server;
 * NAME.conf4.err has its findings, all of them and in this order, and
 * NAME.conf4.print what the model prints as, if there is one. Those of clients
 * are in tests/conf/client: NAME.conf, and the same beside it.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dhcp4o6/conf/client_conf.h"

#define FOLDER "tests/conf"

static void add_finding(void *arg, enum conf_severity severity,
			const char *text)
{
	(void)severity;
	strbuf_add(arg, text);
	strbuf_add_char(arg, '\n');
}

/* False if there is no such file. */
static bool read_file(const char *path, struct strbuf *out)
{
	char chunk[4096];
	FILE *file = fopen(path, "rb");
	size_t got;

	if (!file)
		return false;
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_mem(out, chunk, got);
	fclose(file);
	return true;
}

static void expect_file(const char *path, const char *suffix, bool exists,
			const struct strbuf *actual)
{
	struct strbuf expected = STRBUF_INIT;
	char name[512];

	snprintf(name, sizeof(name), "%s.%s", path, suffix);
	if (read_file(name, &expected) != exists)
		fail_msg("%s is %s", name, exists ? "missing" : "not expected");
	if (exists && strcmp(strbuf_text(&expected), strbuf_text(actual)) != 0)
		fail_msg("%s differs; actual:\n%s", name, strbuf_text(actual));
	strbuf_fini(&expected);
}

static void expect_same_when_parsed_again(const struct strbuf *print,
					  enum conf_family family)
{
	struct strbuf again = STRBUF_INIT;
	struct strbuf findings = STRBUF_INIT;
	struct conf *conf;
	int err;

	err = conf_parse(&conf, print->text, print->len, "print", family, true,
			 add_finding, &findings);
	if (err)
		fail_msg("the print does not parse:\n%s",
			 strbuf_text(&findings));
	conf_print(conf, &again);
	assert_string_equal(strbuf_text(&again), strbuf_text(print));
	conf_free(conf);
	strbuf_fini(&again);
	strbuf_fini(&findings);
}

static void check_file(const char *path, enum conf_family family)
{
	struct strbuf findings = STRBUF_INIT;
	struct strbuf print = STRBUF_INIT;
	struct conf *conf;
	int err;

	err = conf_load(&conf, path, family, true, add_finding, &findings);
	if (err && err != -EINVAL)
		fail_msg("%s: %s", path, strerror(-err));
	assert_true((err != 0) ==
		    (strstr(strbuf_text(&findings), " error: ") != NULL));
	expect_file(path, "err", findings.len > 0, &findings);
	if (!err)
		conf_print(conf, &print);
	expect_file(path, "print", !err, &print);
	if (!err)
		expect_same_when_parsed_again(&print, family);
	conf_free(conf);
	strbuf_fini(&print);
	strbuf_fini(&findings);
}

static void expect_client_same_when_parsed_again(const struct strbuf *print)
{
	struct strbuf again = STRBUF_INIT;
	struct strbuf findings = STRBUF_INIT;
	struct client_conf *conf;
	int err;

	err = client_conf_parse(&conf, print->text, print->len, "print",
				add_finding, &findings);
	if (err)
		fail_msg("the print does not parse:\n%s",
			 strbuf_text(&findings));
	client_conf_print(conf, &again);
	assert_string_equal(strbuf_text(&again), strbuf_text(print));
	client_conf_free(conf);
	strbuf_fini(&again);
	strbuf_fini(&findings);
}

static void check_client_file(const char *path)
{
	struct strbuf findings = STRBUF_INIT;
	struct strbuf print = STRBUF_INIT;
	struct client_conf *conf;
	int err;

	err = client_conf_load(&conf, path, add_finding, &findings);
	if (err && err != -EINVAL)
		fail_msg("%s: %s", path, strerror(-err));
	assert_true((err != 0) ==
		    (strstr(strbuf_text(&findings), " error: ") != NULL));
	expect_file(path, "err", findings.len > 0, &findings);
	if (!err)
		client_conf_print(conf, &print);
	expect_file(path, "print", !err, &print);
	if (!err)
		expect_client_same_when_parsed_again(&print);
	client_conf_free(conf);
	strbuf_fini(&print);
	strbuf_fini(&findings);
}

static int is_of_a_client(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".conf") == 0;
}

static int is_configuration(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot &&
	       (strcmp(dot, ".conf4") == 0 || strcmp(dot, ".conf6") == 0);
}

static void finds_and_prints_what_stands_beside_each_file(void **state)
{
	struct dirent **entries;
	char path[512];
	int count, i;

	(void)state;
	count = scandir(FOLDER, &entries, is_configuration, alphasort);
	assert_true(count > 20); /* started in the root of the source */
	for (i = 0; i < count; i++) {
		size_t len = strlen(entries[i]->d_name);

		snprintf(path, sizeof(path), "%s/%s", FOLDER,
			 entries[i]->d_name);
		check_file(path, entries[i]->d_name[len - 1] == '6'
					 ? CONF_DHCP6
					 : CONF_DHCP4);
		free(entries[i]);
	}
	free(entries);
}

static void finds_and_prints_the_same_of_clients(void **state)
{
	struct dirent **entries;
	char path[512];
	int count, i;

	(void)state;
	count = scandir(FOLDER "/client", &entries, is_of_a_client, alphasort);
	assert_true(count > 8);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/client/%s", FOLDER,
			 entries[i]->d_name);
		check_client_file(path);
		free(entries[i]);
	}
	free(entries);
}

static void check_example(const char *text, size_t len)
{
	struct strbuf findings = STRBUF_INIT;
	struct client_conf *conf;
	int err;

	err = client_conf_parse(&conf, text, len, "example", add_finding,
				&findings);
	if (err || findings.len > 0)
		fail_msg("%s", strbuf_text(&findings));
	client_conf_free(conf);
	strbuf_fini(&findings);
}

static void finds_nothing_in_the_examples_of_the_clients_manual(void **state)
{
	static const char start[] = ".Bd -literal -offset indent\n";
	struct strbuf page = STRBUF_INIT;
	unsigned int count = 0;
	const char *at, *end;

	(void)state;
	assert_true(read_file("docs/man/dhcp4o6-client.conf.5", &page));
	at = strstr(strbuf_text(&page), start);
	for (; at; at = strstr(end, start), count++) {
		at += strlen(start);
		end = strstr(at, ".Ed\n");
		assert_non_null(end);
		check_example(at, (size_t)(end - at));
	}
	assert_true(count > 0);
	strbuf_fini(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_and_prints_what_stands_beside_each_file),
		cmocka_unit_test(finds_and_prints_the_same_of_clients),
		cmocka_unit_test(
			finds_nothing_in_the_examples_of_the_clients_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
