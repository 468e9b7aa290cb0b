// SPDX-License-Identifier: BSD-2-Clause
/* Fields of an answer that say what to boot, given by expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent client = {
	.type = DHCP4_DISCOVER,
	.client_id = "one",
	.mac = 1,
	.host_name = "name",
};

static void expect_boot(const char *conf, const struct sent *sent,
			const char *server, const char *file, const char *name)
{
	struct got got;

	decider_ask(conf, sent, &got);
	assert_int_equal(got.drop, DROP_NONE);
	assert_int_equal(got.msg.siaddr.s_addr, addr4(server).s_addr);
	assert_string_equal((const char *)got.msg.file, file);
	assert_string_equal((const char *)got.msg.sname, name);
}

static void what_to_boot_may_depend_on_the_message(void **state)
{
	const char *conf = NETWORK_OF(
		"filename = concat(\"boot/\", binary-to-ascii(16, 8, \"-\","
		" substring(hardware, 1, 6)));"
		"server-name = option host-name;"
		"next-server = leased-address;");
	char text[INET_ADDRSTRLEN];
	struct sent s = client;
	struct got got;

	(void)state;
	decider_ask(conf, &s, &got);
	memcpy(text, got.text, sizeof(text));
	expect_boot(conf, &s, text, "boot/2-0-0-0-0-1", "name");
}

/* As in ISC it hides what stands further out, and gives nothing. */
static void a_missing_value_leaves_the_field_empty(void **state)
{
	struct sent s = client;

	(void)state;
	s.host_name = NULL;
	expect_boot(
		NETWORK_OF(
			"filename = option host-name;"
			"server-name = null;"
			"next-server = option host-name;"
			"if known { filename \"x\"; }") "filename \"outer\"; "
							"server-name "
							"\"outer\";\n"
							"next-server "
							"10.0.0.1;\n",
		&s, "0.0.0.0", "", "");
}

static void a_value_that_does_not_fit_leaves_the_field_empty(void **state)
{
	const char *conf =
		NETWORK_OF("filename = concat(option host-name, \"/x\");"
			   "server-name = option host-name;"
			   "next-server = substring(option host-name, 0, 3);");
	char name[126] = "";
	struct sent s = client;
	struct got got;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	s.host_name = name;
	decider_ask(conf, &s, &got);
	assert_int_equal(strlen((const char *)got.msg.file), 127);
	assert_int_equal(got.msg.sname[0], 0);
	assert_int_equal(got.msg.siaddr.s_addr, 0);
	assert_int_equal(got.answer.options_dropped, 1);
	s.host_name = "four";
	expect_boot(NETWORK_OF("next-server = concat(01:02:03:04:05,"
			       " option host-name);"),
		    &s, "1.2.3.4", "", "");
	name[63] = '\0';
	s.host_name = name;
	decider_ask(conf, &s, &got);
	assert_string_equal((const char *)got.msg.sname, name);
}

static void what_stands_last_counts(void **state)
{
	(void)state;
	expect_boot(NETWORK_OF("filename = option host-name; filename \"a\";"
			       "server-name \"b\";"
			       "server-name = option host-name;"
			       "next-server = leased-address;"
			       "if exists host-name {"
			       " next-server 10.0.0.9; }"),
		    &client, "10.0.0.9", "a", "name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_to_boot_may_depend_on_the_message),
		cmocka_unit_test(a_missing_value_leaves_the_field_empty),
		cmocka_unit_test(
			a_value_that_does_not_fit_leaves_the_field_empty),
		cmocka_unit_test(what_stands_last_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
