/* SPDX-License-Identifier: BSD-2-Clause */
/* What an answer carries: options, times, header fields, length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent client = {
	.type = DHCP4_DISCOVER,
	.client_id = "one",
	.mac = 1,
};

static void expect_text(const struct got *got, uint8_t code, const char *text)
{
	struct dhcp4_option o = dhcp4_option(&got->msg, code);

	assert_int_equal(o.len, strlen(text));
	assert_memory_equal(o.data, text, o.len);
}

/* Codes of an encoded answer in the order of the octets, as a string. */
static void codes_of(const struct got *got, char *codes)
{
	const uint8_t *p = got->packet + DHCP4_FIXED_LEN + 4;

	while (*p != DHCP4_OPT_END) {
		*codes++ = (char)p[0];
		p += 2 + p[1];
	}
	*codes = '\0';
}

/* The options of the answer are these, in this order. */
static void expect_codes(const char *conf, const struct sent *sent,
			 const char *want)
{
	char codes[256];
	struct got got;

	decider_ask(conf, sent, &got);
	codes_of(&got, codes);
	assert_string_equal(codes, want);
}

static const char with_options[] =
	NETWORK_OF("option routers 10.10.10.1;"
		   "option domain-name-servers 10.10.10.2;"
		   "option domain-name \"example.org\";"
		   "option ntp-servers 10.10.10.3;");

static void requested_options_come_in_the_clients_order(void **state)
{
	struct sent s = client;

	(void)state;
	s.prl = "\052\006\017\007"; /* 42, 6, 15, and 7, which is not set */
	/* 53, 54, 51, 58, 59, 61, the mask nobody asked for, the list. */
	expect_codes(with_options, &s,
		     "\065\066\063\072\073\075\001\052\006\017");
}

/* RFC 2132 section 3.3. */
static void subnet_mask_goes_before_the_routers(void **state)
{
	struct sent s = client;

	(void)state;
	s.prl = "\052\003\006\001\003\001"; /* 42, 3, 6, 1, 3, 1 */
	expect_codes(NETWORK_OF("option subnet-mask 255.255.0.0;"
				"option routers 10.10.10.1;"
				"option domain-name-servers 10.10.10.2;"
				"option ntp-servers 10.10.10.3;"),
		     &s, "\065\066\063\072\073\075\052\001\003\006");
}

static void without_a_list_all_that_is_configured_is_sent(void **state)
{
	(void)state;
	expect_codes(with_options, &client,
		     "\065\066\063\072\073\075\001\003\006\017"
		     "\052");
}

/* As in ISC: PXE clients are given what they do not know to ask for. */
static void a_configured_list_takes_the_place_of_the_clients(void **state)
{
	static const char fixed[] =
		NETWORK_OF("option domain-name-servers 10.10.10.2;"
			   "option domain-name \"example.org\";"
			   "option ntp-servers 10.10.10.3;"
			   "option dhcp-parameter-request-list 42,15;");
	struct sent s = client;

	(void)state;
	s.prl = "\006";
	expect_codes(fixed, &s, "\065\066\063\072\073\075\001\052\017");
	s.prl = NULL;
	expect_codes(fixed, &s, "\065\066\063\072\073\075\001\052\017");
}

static void a_configured_list_may_be_made_of_the_clients(void **state)
{
	static const char longer[] =
		NETWORK_OF("option domain-name-servers 10.10.10.2;"
			   "option domain-name \"example.org\";"
			   "option ntp-servers 10.10.10.3;"
			   "option dhcp-parameter-request-list ="
			   " concat(option dhcp-parameter-request-list, 2a);");
	struct sent s = client;

	(void)state;
	s.prl = "\006";
	expect_codes(longer, &s, "\065\066\063\072\073\075\001\006\052");
	/* Nothing to add to: there is no list, and all is sent. */
	s.prl = NULL;
	expect_codes(longer, &s,
		     "\065\066\063\072\073\075\001\006\017"
		     "\052");
}

/* As ISC's server does, whatever the client asks for. */
static void a_configured_list_without_codes_is_no_list(void **state)
{
	static const char *const lists[] = { "\"\"", "option user-class" };
	struct sent s = client;
	char conf[512], codes[256];
	struct got got;
	size_t i;

	(void)state;
	s.prl = "\006";
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		snprintf(conf, sizeof(conf),
			 NETWORK_OF("option domain-name-servers 10.10.10.2;"
				    "option ntp-servers 10.10.10.3;"
				    "option dhcp-parameter-request-list = %s;"),
			 lists[i]);
		decider_ask(conf, &s, &got);
		codes_of(&got, codes);
		assert_string_equal(codes,
				    "\065\066\063\072\073\075\001\006\052");
	}
}

/* RFC 2132 has no such values; ISC's server takes them for none as well. */
static void an_empty_value_hides_another_and_is_not_sent(void **state)
{
	static const char conf[] =
		"option flag code 222 = zerolength; option bare code 223 = "
		"string; option host-name \"far\"; option nis-domain \"far\";"
		"option domain-name \"far\";" NETWORK_OF(
			"option flag; option bare \"\"; option host-name \"\";"
			"option nis-domain = substring(option host-name, 9, "
			"1);"
			"option domain-name = substring(\"abc\", 3, 1);"
			"option root-path \"/\";");
	static const uint8_t empty[] = { 12, 15, 40, 223 };
	struct sent s = client;
	struct got got;
	size_t i;

	(void)state;
	s.host_name = "abc";
	decider_ask(conf, &s, &got);
	expect_text(&got, 17, "/");
	expect_text(&got, 222, "");
	assert_true(dhcp4_has_option(&got.msg, 222));
	for (i = 0; i < sizeof(empty); i++)
		assert_false(dhcp4_has_option(&got.msg, empty[i]));
}

static void subnet_mask_is_the_subnets_unless_configured(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.prl = "\003";
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_SUBNET_MASK), 0xffffff00);
	decider_ask(NETWORK_OF("option subnet-mask 255.255.0.0;"), &s, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_SUBNET_MASK), 0xffff0000);
	s.type = DHCP4_INFORM;
	s.ciaddr = "10.10.10.50";
	decider_ask("authoritative;" NETWORK_OF(""), &s, &got);
	assert_int_equal(got.type, DHCP4_ACK);
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_SUBNET_MASK));
}

static void nearest_scope_decides_each_option(void **state)
{
	static const char conf[] =
		"option domain-name \"global\"; option host-name \"global\";\n"
		"option nis-domain \"global\"; option root-path \"global\";\n"
		"option merit-dump \"global\"; option extensions-path \"g\";\n"
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" option host-name \"network\"; option nis-domain \"network\";"
		" option root-path \"network\"; option merit-dump \"network\";"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  option nis-domain \"subnet\"; option root-path \"subnet\";"
		"  option merit-dump \"subnet\";"
		"  pool { range 10.10.10.100 10.10.10.199;\n"
		"   option root-path \"pool\"; option merit-dump \"pool\"; }"
		" } }\n"
		"group { option extensions-path \"group\";\n"
		" option merit-dump \"group\";\n"
		" host h { hardware ethernet 02:00:00:00:00:01;\n"
		"  option merit-dump \"host\"; } }\n";
	struct got got;

	(void)state;
	decider_ask(conf, &client, &got);
	expect_text(&got, 15, "global");
	expect_text(&got, 12, "network");
	expect_text(&got, 40, "subnet");
	expect_text(&got, 17, "pool");
	expect_text(&got, 14, "host");
	expect_text(&got, 18, "group");
}

/* What is around both host and address is outside the subnet and the pool. */
#define EIGHT_TIMES(text) text text text text text text text text

static void network_around_a_host_does_not_outrank_the_subnet(void **state)
{
	static const char conf[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" option host-name \"network\"; option nis-domain \"network\";"
		" default-lease-time 1000;\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  option host-name \"subnet\"; option merit-dump \"subnet\";"
		"  default-lease-time 2000; range 10.10.10.100; }\n"
		" group { option merit-dump \"group\";\n" EIGHT_TIMES(
			"group { group { ") "  host h { hardware ethernet "
					    "02:00:00:00:00:01;\n"
					    "   option root-path \"host\"; } } "
					    "}\n" EIGHT_TIMES("} } ");
	struct got got;

	(void)state;
	decider_ask(conf, &client, &got);
	expect_text(&got, 17, "host");
	expect_text(&got, 14, "group");
	expect_text(&got, 12, "subnet");
	expect_text(&got, 40, "network");
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 2000);
}

static void header_carries_boot_parameters(void **state)
{
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF("next-server 10.10.10.9; filename \"boot\";"
			       "server-name \"srv\";"),
		    &client, &got);
	assert_int_equal(got.msg.siaddr.s_addr, addr4("10.10.10.9").s_addr);
	assert_string_equal((const char *)got.msg.file, "boot");
	assert_string_equal((const char *)got.msg.sname, "srv");
	decider_ask(NETWORK_OF(""), &client, &got);
	assert_int_equal(got.msg.siaddr.s_addr, 0);
	assert_int_equal(got.msg.file[0], 0);
	assert_int_equal(got.msg.sname[0], 0);
}

static void header_mirrors_the_query(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.flags = DHCP4_FLAG_BROADCAST;
	s.giaddr = "10.10.10.254";
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got.msg.op, DHCP4_BOOTREPLY);
	assert_int_equal(got.msg.htype, 1);
	assert_int_equal(got.msg.hlen, 6);
	assert_int_equal(got.msg.chaddr[5], 1);
	assert_int_equal(got.msg.xid, 0x12345678);
	assert_int_equal(got.msg.flags, DHCP4_FLAG_BROADCAST);
	assert_int_equal(got.msg.giaddr.s_addr, addr4("10.10.10.254").s_addr);
	assert_int_equal(got.msg.hops, 0);
	assert_int_equal(got.msg.secs, 0);
}

static void server_identifier_of_the_nearest_scope_wins(void **state)
{
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF(""), &client, &got);
	assert_int_equal(got_u32(&got, 54), 0x0a0a0a01);
	decider_ask("server-identifier 10.0.0.1;" NETWORK_OF(""), &client,
		    &got);
	assert_int_equal(got_u32(&got, 54), 0x0a000001);
	decider_ask("server-identifier 10.0.0.1;" NETWORK_OF(
			    "server-identifier 10.0.0.2;"),
		    &client, &got);
	assert_int_equal(got_u32(&got, 54), 0x0a000002);
}

/* RFC 6842: as it came, in every answer, and only if it came. */
static void client_identifier_is_echoed(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.id_len = 255;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(dhcp4_option(&got.msg, 61).len, 255);
	assert_int_equal(dhcp4_option(&got.msg, 61).data[254], 'i');
	s.id_len = 0;
	s.client_id = NULL;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_false(dhcp4_has_option(&got.msg, 61));
}

/* RFC 3046 section 2.2: whole, and the last one. */
static void relay_agent_information_is_echoed_last(void **state)
{
	struct sent s = client;
	char codes[256];
	struct got got;

	(void)state;
	s.rai_padding = 20;
	s.link_selection = "10.10.10.0";
	decider_ask(with_options, &s, &got);
	codes_of(&got, codes);
	assert_int_equal(codes[strlen(codes) - 1], 82);
	assert_int_equal(dhcp4_option(&got.msg, 82).len, 6 + 22);
	assert_false(got.answer.rai_dropped);
}

static void relay_agent_information_without_room_is_left_out(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.id_len = 255;
	s.rai_padding = 200;
	decider_ask(with_options, &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_false(dhcp4_has_option(&got.msg, 82));
	assert_true(got.answer.rai_dropped);
	s.max_size = 1500;
	decider_ask(with_options, &s, &got);
	assert_true(dhcp4_has_option(&got.msg, 82));
	assert_false(got.answer.rai_dropped);
}

static void subnet_selection_is_echoed_where_it_is_honoured(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	s.subnet = "10.10.10.0";
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got_u32(&got, 118), 0x0a0a0a00);
	decider_ask(NETWORK_OF("") "dhcp4o6 { subnet-selection off; }", &s,
		    &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_false(dhcp4_has_option(&got.msg, 118));
	decider_ask(NETWORK_OF("") "dhcp4o6 { inner-hints ignore; }", &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_false(dhcp4_has_option(&got.msg, 118));
}

/* 200 and 100 octets of text: both go into 1,500, only one into 576. */
static void what_does_not_fit_the_maximum_size_is_left_out(void **state)
{
	char conf[1024];
	struct sent s = client;
	struct got got;

	(void)state;
	snprintf(conf, sizeof(conf),
		 NETWORK_OF("option domain-name \"%0200d\";"
			    "option root-path \"%0100d\";"
			    "option ntp-servers 10.10.10.3;"),
		 0, 0);
	s.prl = "\017\021\052";
	decider_ask(conf, &s, &got);
	assert_true(got.len <= 576 - 28);
	assert_int_equal(dhcp4_option(&got.msg, 15).len, 200);
	assert_false(dhcp4_has_option(&got.msg, 17));
	assert_true(dhcp4_has_option(&got.msg, 42));
	assert_int_equal(got.answer.options_dropped, 1);
	s.max_size = 1500;
	decider_ask(conf, &s, &got);
	assert_true(dhcp4_has_option(&got.msg, 17));
	assert_int_equal(got.answer.options_dropped, 0);
}

static void answer_is_padded_as_the_query_was(void **state)
{
	struct sent s = client;
	struct got got;

	(void)state;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_true(got.len < 300);
	s.pad_to = 299;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_true(got.len < 300);
	s.pad_to = 300;
	decider_ask(NETWORK_OF(""), &s, &got);
	assert_int_equal(got.len, 300);
}

static void writer_without_room_fails_whole(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got got;
	uint8_t small[300];
	struct dhcp4_msg msg = { .type = DHCP4_DISCOVER, .hlen = 6 };
	struct dhcp4o6_msg outer = { 0 };
	struct decide_query query = { .msg = &msg, .query = &outer };
	size_t size;

	(void)state;
	decider_open(&f, NETWORK_OF(""));
	decider_send(&f, &s, &got);
	/* Header, cookie, five options, END; the mask may be left out. */
	for (size = 0; size < sizeof(small); size++) {
		struct wire_writer w = wire_writer(small, size);
		size_t least = DHCP4_FIXED_LEN + 4 + 3 + 4 * 6 + 1;

		decide_encode(&got.answer, &query, &w);
		assert_int_equal(w.failed, size < least);
		assert_true(wire_len(&w) <= size);
	}
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requested_options_come_in_the_clients_order),
		cmocka_unit_test(subnet_mask_goes_before_the_routers),
		cmocka_unit_test(
			a_configured_list_takes_the_place_of_the_clients),
		cmocka_unit_test(a_configured_list_may_be_made_of_the_clients),
		cmocka_unit_test(a_configured_list_without_codes_is_no_list),
		cmocka_unit_test(without_a_list_all_that_is_configured_is_sent),
		cmocka_unit_test(an_empty_value_hides_another_and_is_not_sent),
		cmocka_unit_test(subnet_mask_is_the_subnets_unless_configured),
		cmocka_unit_test(nearest_scope_decides_each_option),
		cmocka_unit_test(
			network_around_a_host_does_not_outrank_the_subnet),
		cmocka_unit_test(header_carries_boot_parameters),
		cmocka_unit_test(header_mirrors_the_query),
		cmocka_unit_test(server_identifier_of_the_nearest_scope_wins),
		cmocka_unit_test(client_identifier_is_echoed),
		cmocka_unit_test(relay_agent_information_is_echoed_last),
		cmocka_unit_test(
			relay_agent_information_without_room_is_left_out),
		cmocka_unit_test(
			subnet_selection_is_echoed_where_it_is_honoured),
		cmocka_unit_test(
			what_does_not_fit_the_maximum_size_is_left_out),
		cmocka_unit_test(answer_is_padded_as_the_query_was),
		cmocka_unit_test(writer_without_room_fails_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
