/* SPDX-License-Identifier: BSD-2-Clause */
/* Classes, `if' and expressions, from the query to the answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent pxe = {
	.type = DHCP4_DISCOVER,
	.client_id = "pxe",
	.mac = 1,
	.vendor = "PXEClient:Arch:00007",
	.host_name = "boot",
};
static const struct sent plain = {
	.type = DHCP4_DISCOVER,
	.client_id = "plain",
	.mac = 2,
	.vendor = "MSFT 5.0",
};

#define PXE_CLASS(parameters)                                                 \
	"class \"pxe\" { match if substring("                                 \
	"option vendor-class-identifier, 0, 9) = \"PXEClient\";\n" parameters \
	" }\n"

#define DOMAIN_NAME 15 /* option */

#define OPEN_NET                                            \
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n" \
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"

static void expect_name(const char *conf, const struct sent *sent,
			const char *name)
{
	struct dhcp4_option o;
	struct got got;

	decider_ask(conf, sent, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	o = dhcp4_option(&got.msg, DOMAIN_NAME);
	assert_int_equal(o.len, strlen(name));
	if (o.len)
		assert_memory_equal(o.data, name, o.len);
}

static void a_branch_applies_to_whom_its_condition_holds_for(void **state)
{
	const char *conf =
		"if option vendor-class-identifier ~~ \"^pxe\" {\n"
		" option domain-name \"boot\"; }\n"
		"else { option domain-name \"other\"; }\n" NETWORK_OF("");

	(void)state;
	expect_name(conf, &pxe, "boot");
	expect_name(conf, &plain, "other");
}

static void what_stands_behind_an_if_goes_before_what_is_in_it(void **state)
{
	(void)state;
	expect_name("option domain-name \"first\";\n"
		    "if known { option domain-name \"known\"; }\n"
		    "option domain-name \"last\";\n" NETWORK_OF(""),
		    &plain, "last");
	/* A nearer scope goes before all of it. */
	expect_name(
		"if not known { option domain-name \"global\"; }\n" NETWORK_OF(
			"option domain-name \"subnet\";"),
		&plain, "subnet");
	expect_name(NETWORK_OF("option domain-name \"subnet\";\n"
			       "if not known { option domain-name \"if\"; }"),
		    &plain, "if");
}

static void classes_stand_between_hosts_and_pools(void **state)
{
	const char *conf = PXE_CLASS("option domain-name \"class\";")
		NETWORK_OF("option domain-name \"subnet\";");

	(void)state;
	expect_name(conf, &pxe, "class");
	expect_name(conf, &plain, "subnet");
	expect_name(PXE_CLASS("option domain-name \"class\";") NETWORK_OF(
			    "") "host h { hardware ethernet 2:0:0:0:0:1;"
				" option domain-name \"host\"; }\n",
		    &pxe, "host");
	expect_name(OPEN_NET
		    "pool { option domain-name \"pool\";\n"
		    " range 10.10.10.100 10.10.10.110; } } }\n" PXE_CLASS(
			    "option domain-name \"class\";"),
		    &pxe, "class");
}

static void the_first_class_of_the_file_counts_most(void **state)
{
	(void)state;
	expect_name(
		PXE_CLASS(
			"option domain-name \"one\";") "class \"all\" { match "
						       "if exists host-name;"
						       " option domain-name "
						       "\"two\"; "
						       "}\n" NETWORK_OF(""),
		&pxe, "one");
	expect_name("class \"all\" { match if exists host-name;"
		    " option domain-name \"two\"; }\n" PXE_CLASS(
			    "option domain-name \"one\";") NETWORK_OF(""),
		    &pxe, "two");
}

static void a_subclass_goes_before_its_class(void **state)
{
	const char *conf = "class \"hw\" { match hardware;"
			   " option domain-name \"class\"; }\n"
			   "subclass \"hw\" 1:2:0:0:0:0:1 {"
			   " option domain-name \"sub\"; }\n"
			   "subclass \"hw\" 1:2:0:0:0:0:2;\n" NETWORK_OF("");

	(void)state;
	expect_name(conf, &pxe, "sub");
	expect_name(conf, &plain, "class");
}

static void an_option_is_what_its_expression_gives(void **state)
{
	const char *conf = NETWORK_OF(
		"option domain-name = concat(option host-name, \"-\", "
		"binary-to-ascii(10, 8, \".\", leased-address));"
		"range 10.10.10.7;");
	struct sent s = pxe;

	(void)state;
	s.requested = "10.10.10.7";
	expect_name(conf, &s, "boot-10.10.10.7");
	/* Without the option there is no value, and nothing is sent. */
	expect_name(conf, &plain, "");
}

static void a_value_of_an_expression_that_has_no_room_is_counted(void **state)
{
	struct sent s = pxe;
	struct got got;

	(void)state;
	s.rai_padding = 240;
	decider_ask("option domain-name = concat(option vendor-class-identifier"
		    ", suffix(packet(0, 240), 200));\n" NETWORK_OF(""),
		    &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_int_equal(got.answer.options_dropped, 1);
	assert_false(dhcp4_has_option(&got.msg, DOMAIN_NAME));
}

static void times_may_be_expressions(void **state)
{
	struct got got;

	(void)state;
	decider_ask(
		"option dhcp-renewal-time = encode-int(100, 32);\n" NETWORK_OF(
			"default-lease-time 1000;"),
		&plain, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_RENEWAL_TIME), 100);
}

static void parameters_come_from_classes_and_branches(void **state)
{
	const char *conf = PXE_CLASS("default-lease-time 600;\n"
				     "next-server 10.0.0.2;\n"
				     "if option host-name = \"boot\" {\n"
				     " filename \"boot.efi\"; }\n")
		NETWORK_OF("default-lease-time 1000;");
	struct got got;

	(void)state;
	decider_ask(conf, &pxe, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 600);
	assert_int_equal(got.msg.siaddr.s_addr, addr4("10.0.0.2").s_addr);
	assert_string_equal((const char *)got.msg.file, "boot.efi");
	decider_ask(conf, &plain, &got);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 1000);
	assert_int_equal(got.msg.siaddr.s_addr, 0);
}

static void booting_can_be_denied_to_a_class(void **state)
{
	const char *conf = PXE_CLASS("deny booting;") NETWORK_OF("");
	struct got got;

	(void)state;
	decider_ask(conf, &pxe, &got);
	assert_int_equal(got.drop, DROP_BOOTING_DENIED);
	decider_ask(conf, &plain, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
}

static void a_server_identifier_in_a_branch_is_ours(void **state)
{
	struct sent request = sent_request(&plain, "selecting", "10.10.10.150");
	struct decider f;

	(void)state;
	decider_open(&f, "if exists host-name { server-identifier 10.9.9.9; "
			 "}\n" NETWORK_OF(""));
	request.server_id = "10.9.9.9";
	decider_expect(&f, &request, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

/* ---- pools ---- */

#define TWO_POOLS                                        \
	PXE_CLASS("")                                    \
	OPEN_NET "pool { allow members of \"pxe\";\n"    \
		 " range 10.10.10.100 10.10.10.101; }\n" \
		 "pool { deny members of \"pxe\";\n"     \
		 " range 10.10.10.200 10.10.10.201; } } }\n"

static void a_pool_is_for_the_members_it_names(void **state)
{
	struct got got;

	(void)state;
	decider_ask(TWO_POOLS, &pxe, &got);
	assert_memory_equal(got.text, "10.10.10.10", 11);
	decider_ask(TWO_POOLS, &plain, &got);
	assert_memory_equal(got.text, "10.10.10.20", 11);
}

static void every_client_finds_its_pool_wherever_its_hash_points(void **state)
{
	struct decider f;
	struct got got;
	uint8_t mac;

	(void)state;
	decider_open(&f, TWO_POOLS);
	for (mac = 10; mac < 12; mac++) {
		struct sent a = pxe, b = plain;

		a.client_id = mac == 10 ? "a" : "b";
		b.client_id = mac == 10 ? "c" : "d";
		a.mac = b.mac = mac;
		decider_bind(&f, &a, &got);
		assert_memory_equal(got.text, "10.10.10.10", 11);
		decider_bind(&f, &b, &got);
		assert_memory_equal(got.text, "10.10.10.20", 11);
	}
	/* Each pool is full for its own clients alone. */
	decider_expect(&f, &pxe, 0, DROP_POOL_EXHAUSTED);
	decider_expect(&f, &plain, 0, DROP_POOL_EXHAUSTED);
	decider_close(&f);
}

static void a_client_of_no_pools_class_is_denied(void **state)
{
	const char *conf = PXE_CLASS("") OPEN_NET
		"pool { allow members of \"pxe\";\n"
		" range 10.10.10.100 10.10.10.101; } } }\n";
	struct got got;

	(void)state;
	decider_ask(conf, &plain, &got);
	assert_int_equal(got.drop, DROP_CLIENT_DENIED);
	decider_ask(conf, &pxe, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
}

static void a_lease_in_a_pool_of_another_class_is_refused(void **state)
{
	struct sent request;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, "authoritative;\n" TWO_POOLS);
	decider_bind(&f, &plain, &got);
	request = sent_request(&plain, "renewing", got.text);
	request.vendor = pxe.vendor;
	decider_expect(&f, &request, DHCP4_NAK, DROP_NONE);
	request.vendor = plain.vendor;
	decider_expect(&f, &request, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void known_clients_and_classes_can_be_named_together(void **state)
{
	const char *conf = PXE_CLASS("") OPEN_NET
		"pool { allow members of \"pxe\"; deny known-clients;\n"
		" range 10.10.10.100 10.10.10.101; } } }\n"
		"host h { hardware ethernet 2:0:0:0:0:9; }\n";
	struct sent known = pxe;
	struct got got;

	(void)state;
	decider_ask(conf, &pxe, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	known.mac = 9;
	decider_ask(conf, &known, &got);
	assert_int_equal(got.drop, DROP_CLIENT_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_branch_applies_to_whom_its_condition_holds_for),
		cmocka_unit_test(
			what_stands_behind_an_if_goes_before_what_is_in_it),
		cmocka_unit_test(classes_stand_between_hosts_and_pools),
		cmocka_unit_test(the_first_class_of_the_file_counts_most),
		cmocka_unit_test(a_subclass_goes_before_its_class),
		cmocka_unit_test(an_option_is_what_its_expression_gives),
		cmocka_unit_test(
			a_value_of_an_expression_that_has_no_room_is_counted),
		cmocka_unit_test(times_may_be_expressions),
		cmocka_unit_test(parameters_come_from_classes_and_branches),
		cmocka_unit_test(booting_can_be_denied_to_a_class),
		cmocka_unit_test(a_server_identifier_in_a_branch_is_ours),
		cmocka_unit_test(a_pool_is_for_the_members_it_names),
		cmocka_unit_test(
			every_client_finds_its_pool_wherever_its_hash_points),
		cmocka_unit_test(a_client_of_no_pools_class_is_denied),
		cmocka_unit_test(a_lease_in_a_pool_of_another_class_is_refused),
		cmocka_unit_test(
			known_clients_and_classes_can_be_named_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
