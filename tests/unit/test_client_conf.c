// SPDX-License-Identifier: BSD-2-Clause
/* A client's configuration: what applies where, and what values are. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "dhcp4o6/conf/client_conf.h"
#include "dhcp4o6/conf/expr.h"

static struct client_conf *conf;

static int teardown(void **state)
{
	(void)state;
	client_conf_free(conf);
	conf = NULL;
	return 0;
}

/* The model of a text without errors. */
static void parse(const char *text)
{
	struct findings findings = { 0 };
	int err = client_conf_parse(&conf, text, strlen(text), "test",
				    count_finding, &findings);

	if (err)
		fail_msg("%s", strbuf_text(&findings.text));
	strbuf_fini(&findings.text);
}

static const struct conf_option *find(const struct client_conf_scope *scope,
				      enum client_conf_how how,
				      enum conf_universe universe,
				      uint32_t code)
{
	size_t i;

	for (i = 0; i < scope->option_count[how]; i++) {
		const struct conf_option *o = &scope->options[how][i];

		if (o->universe == universe && o->code == code)
			return o;
	}
	return NULL;
}

static const struct conf_option *find4(const char *interface,
				       enum client_conf_how how, uint32_t code)
{
	return find(client_conf_scope(conf, interface), how, CONF_OPTIONS_DHCP4,
		    code);
}

static void expect_octets(const struct conf_option *option, const void *octets,
			  size_t len)
{
	assert_non_null(option);
	assert_null(option->expr);
	assert_int_equal(option->len, len);
	assert_memory_equal(option->data, octets, len);
}

static void expect_result(const struct conf_option *option,
			  const struct conf_packet *packet, const char *text)
{
	uint8_t octets[CONF_EXPR_DATA_MAX];
	int len;

	assert_non_null(option);
	assert_non_null(option->expr);
	len = conf_expr_data(option->expr, packet, octets, sizeof(octets));
	assert_int_equal(len, strlen(text));
	assert_memory_equal(octets, text, strlen(text));
}

static void expect_codes(const struct client_conf_code *codes, size_t count,
			 const uint16_t *expected, size_t expected_count)
{
	size_t i;

	assert_int_equal(count, expected_count);
	for (i = 0; i < count; i++)
		assert_int_equal(codes[i].code, expected[i]);
}

#define EXPECT_CODES(codes, count, ...)                               \
	do {                                                          \
		static const uint16_t expected[] = { __VA_ARGS__ };   \
		expect_codes(codes, count, expected,                  \
			     sizeof(expected) / sizeof(expected[0])); \
	} while (0)

static void has_defaults_where_it_is_silent(void **state)
{
	const struct client_conf_scope *scope;

	(void)state;
	parse("");
	scope = client_conf_scope(conf, "eth0");
	assert_ptr_equal(scope, &conf->global);
	assert_int_equal(scope->times.timeout_s, 60);
	assert_int_equal(scope->times.retry_s, 300);
	assert_int_equal(scope->times.select_timeout_s, 0);
	assert_int_equal(scope->times.reboot_s, 10);
	assert_int_equal(scope->times.initial_interval_s, 4);
	assert_int_equal(scope->times.backoff_cutoff_s, 64);
	assert_int_equal(scope->times.initial_delay_s, 0);
	assert_false(scope->has_request);
	assert_int_equal(scope->request_count, 0);
	assert_null(scope->script);
	assert_false(conf->dhcp4o6.source_check);
	assert_true(conf->dhcp4o6.stop_native);
	assert_null(conf->default_duid);
}

static void lets_an_interface_override_what_is_global(void **state)
{
	const struct client_conf_scope *scope;

	(void)state;
	parse("timeout 7; script \"/a\"; send host-name \"all\";"
	      "send user-class \"all\"; default domain-name \"all\";"
	      "reject 192.0.2.0/24;"
	      "interface \"eth0\" { retry 9; send host-name \"one\";"
	      "default domain-name \"one\"; reject 2001:db8::1; }"
	      "initial-delay 3;");
	scope = client_conf_scope(conf, "eth0");
	assert_ptr_not_equal(scope, &conf->global);
	assert_int_equal(scope->times.timeout_s, 7);
	assert_int_equal(scope->times.retry_s, 9);
	assert_int_equal(scope->times.initial_delay_s, 3);
	assert_string_equal(scope->script, "/a");
	expect_octets(find4("eth0", CLIENT_CONF_SEND, 12), "one", 3);
	expect_octets(find4("eth0", CLIENT_CONF_SEND, 77), "all", 3);
	expect_octets(find4("eth0", CLIENT_CONF_DEFAULT, 15), "one", 3);
	expect_octets(find4("eth1", CLIENT_CONF_SEND, 12), "all", 3);
	assert_int_equal(scope->reject_count, 2);
	assert_int_equal(scope->reject[0].family, AF_INET);
	assert_int_equal(scope->reject[0].prefix_len, 24);
	assert_int_equal(scope->reject[1].family, AF_INET6);
	assert_int_equal(scope->reject[1].prefix_len, 128);
	assert_int_equal(conf->global.reject_count, 1);
	assert_int_equal(conf->global.times.retry_s, 300);
}

static void puts_an_interfaces_values_around_the_global_ones(void **state)
{
	static const uint8_t before[] = { 192, 0, 2,   3, 192, 0,
					  2,   2, 192, 0, 2,   1 };
	static const uint8_t behind[] = { 192, 0, 2,   1, 192, 0,
					  2,   2, 192, 0, 2,   3 };

	(void)state;
	parse("prepend routers 192.0.2.1; prepend routers 192.0.2.2;"
	      "append time-servers 192.0.2.1, 192.0.2.2;"
	      "interface \"eth0\" { prepend routers 192.0.2.3;"
	      "append time-servers 192.0.2.3; }");
	expect_octets(find4("eth0", CLIENT_CONF_PREPEND, 3), before, 12);
	expect_octets(find4("eth0", CLIENT_CONF_APPEND, 4), behind, 12);
	expect_octets(find4("", CLIENT_CONF_PREPEND, 3), before + 4, 8);
	expect_octets(find4("", CLIENT_CONF_APPEND, 4), behind, 8);
}

static void joins_expressions_with_what_stands_beside_them(void **state)
{
	static const struct conf_packet nothing;

	(void)state;
	parse("append domain-name \"a \"; append domain-name = "
	      "pick-first-value(option host-name, \"b\");"
	      "append domain-name \" c\";");
	expect_result(find4("", CLIENT_CONF_APPEND, 15), &nothing, "a b c");
}

static void keeps_lists_of_domains_free_of_pointers_to_be_joined(void **state)
{
	static const uint8_t whole[] = "\1a\3org\0\1b\3org";
	static const uint8_t compressed[] = "\1a\3org\0\1b\300\2";

	(void)state;
	parse("prepend domain-search \"a.org\", \"b.org\";"
	      "supersede domain-search \"a.org\", \"b.org\";");
	expect_octets(find4("", CLIENT_CONF_PREPEND, 119), whole,
		      sizeof(whole));
	expect_octets(find4("", CLIENT_CONF_SUPERSEDE, 119), compressed,
		      sizeof(compressed) - 1);
}

static void asks_for_what_request_and_also_request_name(void **state)
{
	const struct client_conf_scope *scope;

	(void)state;
	parse("request routers, subnet-mask; also request dhcp6.name-servers;"
	      "require subnet-mask;"
	      "interface \"add\" { also request host-name, routers;"
	      "also require routers; }"
	      "interface \"own\" { request domain-name; require; }"
	      "interface \"none\" { request; }");
	scope = client_conf_scope(conf, "add");
	assert_true(scope->has_request);
	EXPECT_CODES(scope->request, scope->request_count, 3, 1, 23, 12);
	assert_int_equal(scope->request[2].universe, CONF_OPTIONS_DHCP6);
	EXPECT_CODES(scope->require, scope->require_count, 1, 3);
	scope = client_conf_scope(conf, "own");
	EXPECT_CODES(scope->request, scope->request_count, 15);
	assert_int_equal(scope->require_count, 0);
	scope = client_conf_scope(conf, "none");
	assert_true(scope->has_request);
	assert_int_equal(scope->request_count, 0);
	EXPECT_CODES(scope->require, scope->require_count, 1);
}

static void adds_to_the_clients_own_list_without_a_request(void **state)
{
	const struct client_conf_scope *scope;

	(void)state;
	parse("also request domain-search;"
	      "interface \"eth0\" { also request host-name; }");
	scope = client_conf_scope(conf, "eth0");
	assert_false(scope->has_request);
	EXPECT_CODES(scope->request, scope->request_count, 119, 12);
}

static void knows_the_hardware_and_the_host_in_values(void **state)
{
	static const uint8_t mac[] = { 'a', 'b', 'c', 'd', 'e', 'f' };
	const struct conf_packet packet = {
		.htype = '1',
		.chaddr = { mac, sizeof(mac) },
	};
	char name[256] = "";

	(void)state;
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	parse("send dhcp-client-identifier = hardware;"
	      "send vendor-class-identifier = concat(\"x-\", hardware);"
	      "send host-name = gethostname();");
	expect_result(find4("", CLIENT_CONF_SEND, 61), &packet, "1abcdef");
	expect_result(find4("", CLIENT_CONF_SEND, 60), &packet, "x-1abcdef");
	expect_result(find4("", CLIENT_CONF_SEND, 12), &packet, name);
}

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	(void)ctx;
	*value = (struct conf_data){ (const uint8_t *)"received", 8 };
	return universe == CONF_OPTIONS_DHCP4 && code == 12;
}

static void asks_the_received_message_in_what_is_made_of_it(void **state)
{
	const struct conf_packet packet = { .find_option = find_option };

	(void)state;
	parse("supersede domain-name = concat(\"was \", option host-name);");
	expect_result(find4("", CLIENT_CONF_SUPERSEDE, 15), &packet,
		      "was received");
}

static void rfc4702_2_a_name_is_sent_in_options_of_both_families(void **state)
{
	static const uint8_t fqdn4[] = "\5\0\0\1a\7example";
	static const uint8_t fqdn6[] = "\1\1a\7example";
	static const uint8_t ascii[] = "\10\0\0a.example";

	(void)state;
	parse("send fqdn.fqdn \"a.example.\"; send fqdn.server-update on;"
	      "interface \"eth0\" { send fqdn.fqdn \"a.example\";"
	      "send fqdn.no-client-update on; send fqdn.encoded off; }"
	      "interface \"eth1\" { send fqdn = 01:02; }");
	expect_octets(find4("", CLIENT_CONF_SEND, 81), fqdn4, sizeof(fqdn4));
	expect_octets(
		find(&conf->global, CLIENT_CONF_SEND, CONF_OPTIONS_DHCP6, 39),
		fqdn6, sizeof(fqdn6));
	expect_octets(find4("eth0", CLIENT_CONF_SEND, 81), ascii,
		      sizeof(ascii) - 1);
	expect_octets(find4("eth1", CLIENT_CONF_SEND, 81), "\1\2", 2);
}

static void
sends_the_name_of_the_host_as_it_is_when_the_file_is_read(void **state)
{
	const struct conf_option *option;
	char name[256] = "";

	(void)state;
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	parse("send fqdn.fqdn = concat(gethostname(), \".\");"
	      "send fqdn.encoded off;");
	option = find4("", CLIENT_CONF_SEND, 81);
	assert_non_null(option);
	assert_int_equal(option->len, 3 + strlen(name) + 1);
	assert_memory_equal(option->data + 3, name, strlen(name));
}

static void rfc4702_2_1_s_and_n_exclude_each_other(void **state)
{
	(void)state;
	parse("send fqdn.no-client-update on; send fqdn.server-update on;");
	expect_octets(find4("", CLIENT_CONF_SEND, 81), "\14\0\0", 3);
	expect_octets(
		find(&conf->global, CLIENT_CONF_SEND, CONF_OPTIONS_DHCP6, 39),
		"\4", 1);
}

static void rfc1035_2_3_4_a_name_has_255_octets(void **state)
{
	char text[400];
	int dots;

	(void)state;
	for (dots = 0; dots < 3; dots++) {
		/* 253 octets without the dot at the end; then one too many */
		snprintf(text, sizeof(text),
			 "send fqdn.fqdn \"%063d.%063d.%063d.%0*d%s\";", 0, 0,
			 0, dots < 2 ? 61 : 62, 0, dots == 1 ? "." : "");
		parse(text);
		assert_int_equal(find4("", CLIENT_CONF_SEND, 81)->len,
				 dots < 2 ? 3 + 254 + dots : 3);
		client_conf_free(conf);
	}
	conf = NULL;
}

static void changes_nothing_that_stands_inside_of_other_options(void **state)
{
	(void)state;
	parse("option space acme; option acme.a code 1 = text;"
	      "option acme-options code 224 = encapsulate acme;"
	      "send acme.a \"x\"; supersede acme.a \"y\";"
	      "supersede fqdn.fqdn \"z\"; default acme.a \"y\";");
	assert_non_null(find4("", CLIENT_CONF_SEND, 224)->space);
	assert_int_equal(conf->global.option_count[CLIENT_CONF_SUPERSEDE], 0);
	assert_int_equal(conf->global.option_count[CLIENT_CONF_DEFAULT], 0);
}

static void gives_the_alias_to_the_interface_it_names(void **state)
{
	(void)state;
	parse("alias { interface \"eth0\"; fixed-address 192.0.2.1;"
	      "option subnet-mask 255.255.255.128; }"
	      "interface \"eth1\" { hardware ethernet 02:00:00:00:00:01; }");
	assert_int_equal(conf->interface_count, 2);
	assert_int_equal(client_conf_scope(conf, "eth0")->alias.s_addr,
			 htonl(0xc0000201));
	assert_int_equal(client_conf_scope(conf, "eth0")->alias_prefix_len, 25);
	assert_int_equal(client_conf_scope(conf, "eth1")->alias.s_addr, 0);
	assert_false(conf->interfaces[0].has_hardware);
	assert_true(conf->interfaces[1].has_hardware);
	assert_int_equal(conf->interfaces[1].htype, 1);
	assert_memory_equal(conf->interfaces[1].chaddr, "\2\0\0\0\0\1", 6);
}

static void expect_error(const char *text, const char *finding)
{
	struct findings findings = { 0 };

	assert_int_equal(client_conf_parse(&conf, text, strlen(text), "test",
					   count_finding, &findings),
			 -EINVAL);
	assert_null(conf);
	assert_int_equal(findings.errors, 1);
	if (!strstr(strbuf_text(&findings.text), finding))
		fail_msg("%s", strbuf_text(&findings.text));
	strbuf_fini(&findings.text);
}

static void add_times(struct strbuf *text, unsigned int count, const char *fmt)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		const char *at = strchr(fmt, '#');

		strbuf_add_mem(text, fmt, (size_t)(at - fmt));
		strbuf_printf(text, "%u", i + 1000);
		strbuf_add(text, at + 1);
	}
}

static void has_a_bound_for_everything(void **state)
{
	static const struct {
		unsigned int most;
		const char *statement;
		const char *finding;
	} bounds[] = {
		{ 64, "interface \"e#\" { }", "more than 64 interfaces" },
		{ 256, "send dhcp6.unknown-# 1;", "256 `send' statements" },
		{ 256, "also request dhcp6.unknown-#;", "256 options" },
		{ 256, "reject 2001:db8::#;", "256 addresses" },
		{ 512, "prepend interface-mtu #;", "more than 1024 octets" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		struct strbuf text = STRBUF_INIT;

		add_times(&text, bounds[i].most, bounds[i].statement);
		parse(strbuf_text(&text));
		client_conf_free(conf);
		strbuf_reset(&text);
		add_times(&text, bounds[i].most + 1, bounds[i].statement);
		expect_error(strbuf_text(&text), bounds[i].finding);
		strbuf_fini(&text);
	}
}

static void finds_too_much_in_an_interface_with_what_is_global(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	add_times(&text, 300, "append interface-mtu #;");
	strbuf_add(&text, "interface \"eth0\" {");
	add_times(&text, 300, "append interface-mtu #;");
	strbuf_add(&text, "}");
	expect_error(strbuf_text(&text), "more than 1024 octets");
	strbuf_fini(&text);
	add_times(&text, 200, "reject 2001:db8::#;");
	strbuf_add(&text, "interface \"eth0\" {");
	add_times(&text, 200, "reject 2001:db8::#;");
	strbuf_add(&text, "}");
	expect_error(strbuf_text(&text), "with the global ones");
	strbuf_reset(&text);
	add_times(&text, 200, "also request dhcp6.unknown-#;");
	strbuf_add(&text, "interface \"eth0\" { also request");
	add_times(&text, 60, " dhcp6.unknown-2#,");
	strbuf_add(&text, " routers; }");
	expect_error(strbuf_text(&text), "with the global one");
	strbuf_fini(&text);
}

static void tells_a_missing_file_from_a_mistake(void **state)
{
	struct findings findings = { 0 };

	(void)state;
	assert_int_equal(client_conf_load(&conf, "tests/conf/none.conf",
					  count_finding, &findings),
			 -ENOENT);
	assert_null(conf);
	assert_int_equal(findings.errors, 0);
	assert_int_equal(
		client_conf_load(&conf, "tests/conf", count_finding, &findings),
		-EINVAL);
	assert_int_equal(findings.errors, 1);
	assert_int_equal(
		client_conf_load(&conf, "/dev/zero", count_finding, &findings),
		-EINVAL);
	assert_int_equal(
		client_conf_load(&conf, "/dev/null", count_finding, &findings),
		0);
	assert_int_equal(findings.errors, 2);
	strbuf_fini(&findings.text);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_defaults_where_it_is_silent),
		TEST(lets_an_interface_override_what_is_global),
		TEST(puts_an_interfaces_values_around_the_global_ones),
		TEST(joins_expressions_with_what_stands_beside_them),
		TEST(keeps_lists_of_domains_free_of_pointers_to_be_joined),
		TEST(asks_for_what_request_and_also_request_name),
		TEST(adds_to_the_clients_own_list_without_a_request),
		TEST(knows_the_hardware_and_the_host_in_values),
		TEST(asks_the_received_message_in_what_is_made_of_it),
		TEST(rfc4702_2_a_name_is_sent_in_options_of_both_families),
		TEST(sends_the_name_of_the_host_as_it_is_when_the_file_is_read),
		TEST(rfc4702_2_1_s_and_n_exclude_each_other),
		TEST(rfc1035_2_3_4_a_name_has_255_octets),
		TEST(changes_nothing_that_stands_inside_of_other_options),
		TEST(gives_the_alias_to_the_interface_it_names),
		TEST(has_a_bound_for_everything),
		TEST(finds_too_much_in_an_interface_with_what_is_global),
		TEST(tells_a_missing_file_from_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
