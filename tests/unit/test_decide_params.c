/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters that say who is answered, and what a lease does to others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "decide_fixture.h"

static const struct sent known = {
	.type = DHCP4_DISCOVER,
	.client_id = "known",
	.mac = 1,
};
static const struct sent unknown = {
	.type = DHCP4_DISCOVER,
	.client_id = "unknown",
	.mac = 9,
};

#define HOST_KNOWN(parameters) \
	"host h { hardware ethernet 2:0:0:0:0:1; " parameters " }\n"

static void expect_offer(const char *conf, const struct sent *sent,
			 enum drop_reason drop)
{
	struct got got;

	decider_ask(conf, sent, &got);
	assert_string_equal(drop_reason_name(got.drop), drop_reason_name(drop));
	assert_int_equal(got.type, drop == DROP_NONE ? DHCP4_OFFER : 0);
}

static void a_discover_below_min_secs_is_not_answered(void **state)
{
	const char *conf = NETWORK_OF("min-secs 3;");
	struct sent s = unknown;

	(void)state;
	s.secs = 2;
	expect_offer(conf, &s, DROP_MIN_SECS);
	s.secs = 3;
	expect_offer(conf, &s, DROP_NONE);
	s.secs = 0;
	expect_offer(NETWORK_OF("min-secs 0;"), &s, DROP_NONE);
	/* The nearest scope decides. */
	expect_offer(NETWORK_OF("min-secs 3;") HOST_KNOWN("min-secs 0;"),
		     &known, DROP_NONE);
}

static void a_discover_below_min_secs_leaves_no_offer_behind(void **state)
{
	struct sent s = unknown;
	struct alloc_stats stats;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, NETWORK_OF("min-secs 3;"));
	decider_send(&f, &s, &got);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.offers, 0);
	/* A REQUEST is answered whatever it says: it is for our offer. */
	s.secs = 9;
	decider_send(&f, &s, &got);
	s = sent_request(&unknown, "selecting", got.text);
	s.secs = 0;
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void unknown_clients_can_be_denied_in_any_scope(void **state)
{
	static const char *const confs[] = {
		"deny unknown-clients;\n" NETWORK_OF("") HOST_KNOWN(""),
		"boot-unknown-clients off;\n" NETWORK_OF("") HOST_KNOWN(""),
		NETWORK_OF("ignore unknown-clients;") HOST_KNOWN(""),
		"group { deny unknown-clients;\n" NETWORK_OF(
			"") "}\n" HOST_KNOWN(""),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(confs) / sizeof(confs[0]); i++) {
		expect_offer(confs[i], &unknown, DROP_UNKNOWN_CLIENT);
		expect_offer(confs[i], &known, DROP_NONE);
	}
	expect_offer(
		"deny unknown-clients;\n" NETWORK_OF("allow unknown-clients;"),
		&unknown, DROP_NONE);
	/* As in ISC, who has a fixed address elsewhere is unknown here, and
	 * known to pools all the same. */
	expect_offer("deny unknown-clients;\n" NETWORK_OF("")
			     HOST_KNOWN("fixed-address 10.99.0.1;"),
		     &known, DROP_UNKNOWN_CLIENT);
	expect_offer("deny unknown-clients;\n" NETWORK_OF("")
			     HOST_KNOWN("fixed-address 10.10.10.9;"),
		     &known, DROP_NONE);
	expect_offer("shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		     " subnet 10.10.10.0 netmask 255.255.255.0 {"
		     "  pool { allow known-clients; range 10.10.10.9; } } "
		     "}\n" HOST_KNOWN("fixed-address 10.99.0.1;"),
		     &known, DROP_NONE);
}

/* ISC's server gives such a lease no pool. */
static void a_fixed_address_is_of_no_pool(void **state)
{
	static const char conf[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  option time-offset 1; default-lease-time 1000;"
		"  pool { range 10.10.10.100 10.10.10.199;\n"
		"   option time-offset 2; option root-path \"pool\";"
		"   default-lease-time 500; } } }\n"
		"host h { hardware ethernet 02:00:00:00:00:01;\n"
		" fixed-address 10.10.10.150; }\n";
	struct got got;

	(void)state;
	decider_ask(conf, &known, &got);
	assert_string_equal(got.text, "10.10.10.150");
	assert_int_equal(got_u32(&got, 2), 1);
	assert_false(dhcp4_has_option(&got.msg, 17));
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 1000);
	decider_ask(conf, &unknown, &got);
	assert_int_equal(got_u32(&got, 2), 2);
	assert_int_equal(got_u32(&got, DHCP4_OPT_LEASE_TIME), 500);
}

static void a_request_of_a_client_that_is_denied_writes_nothing(void **state)
{
	struct sent s = sent_request(&unknown, "selecting", "10.10.10.150");
	struct decider f;

	(void)state;
	decider_open(&f, "deny unknown-clients;\n" NETWORK_OF(""));
	decider_expect(&f, &s, 0, DROP_UNKNOWN_CLIENT);
	assert_int_equal(decider_state(&f, "10.10.10.150"), LEASE_STATE_COUNT);
	decider_close(&f);
}

static void booting_can_be_denied_to_a_host(void **state)
{
	const char *conf = NETWORK_OF("") HOST_KNOWN("deny booting;");

	(void)state;
	expect_offer(conf, &known, DROP_BOOTING_DENIED);
	expect_offer(conf, &unknown, DROP_NONE);
}

static void a_decline_is_ignored_where_declines_are_denied(void **state)
{
	struct sent decline = unknown;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, NETWORK_OF("deny declines;")
				 HOST_KNOWN("allow declines;"));
	decider_bind(&f, &unknown, &got);
	decline.type = DHCP4_DECLINE;
	decline.requested = got.text;
	decider_expect(&f, &decline, 0, DROP_DECLINE_IGNORED);
	assert_int_equal(decider_state(&f, decline.requested), LEASE_ACTIVE);
	decider_close(&f);
}

static void a_decline_of_a_host_that_may_is_heard(void **state)
{
	struct sent decline = known;
	struct decider f;
	struct got got, none;

	(void)state;
	decider_open(&f, NETWORK_OF("deny declines;")
				 HOST_KNOWN("allow declines;"));
	decider_bind(&f, &known, &got);
	decline.type = DHCP4_DECLINE;
	decline.requested = got.text;
	decider_send(&f, &decline, &none);
	assert_int_equal(none.drop, DROP_NONE);
	assert_int_equal(decider_state(&f, got.text), LEASE_DECLINED);
	decider_close(&f);
}

static void expect_name(const char *conf, const char *name)
{
	struct sent s = known;
	struct dhcp4_option o;
	struct got got;

	s.prl = "\014\003"; /* host name, routers */
	decider_ask(conf, &s, &got);
	o = dhcp4_option(&got.msg, DHCP4_OPT_HOST_NAME);
	assert_int_equal(o.len, strlen(name));
	if (o.len)
		assert_memory_equal(o.data, name, o.len);
}

static void a_client_is_given_the_name_of_its_declaration(void **state)
{
	(void)state;
	expect_name("use-host-decl-names on;\n" NETWORK_OF("") HOST_KNOWN(""),
		    "h");
	expect_name("group { use-host-decl-names on;\n" HOST_KNOWN(
			    "") "}\n" NETWORK_OF(""),
		    "h");
	expect_name("use-host-decl-names on;\n" NETWORK_OF("")
			    HOST_KNOWN("use-host-decl-names off;"),
		    "");
	expect_name(NETWORK_OF("") HOST_KNOWN(""), "");
	/* A scope that says the name goes before it, wherever it is. */
	expect_name("use-host-decl-names on;\noption host-name "
		    "\"all\";\n" NETWORK_OF("") HOST_KNOWN(""),
		    "all");
}

static void
a_name_of_a_declaration_that_is_not_asked_for_is_not_sent(void **state)
{
	struct sent s = known;
	struct got got;

	(void)state;
	s.prl = "\003";
	decider_ask("use-host-decl-names on;\n" NETWORK_OF("") HOST_KNOWN(""),
		    &s, &got);
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_HOST_NAME));
	s.prl = NULL;
	decider_ask("use-host-decl-names on;\n" NETWORK_OF("") HOST_KNOWN(""),
		    &s, &got);
	assert_true(dhcp4_has_option(&got.msg, DHCP4_OPT_HOST_NAME));
}

static const struct sent moved = {
	.type = DHCP4_DISCOVER,
	.client_id = "known",
	.mac = 1,
	.relay = { { .link = "2001:db8:2:2::1" } },
};

static void
a_lease_elsewhere_is_released_with_one_lease_per_client(void **state)
{
	struct decider f;
	struct got first, second;

	(void)state;
	decider_open(&f, "one-lease-per-client on;\n" TWO_NETWORKS);
	decider_bind(&f, &known, &first);
	decider_bind(&f, &moved, &second);
	assert_string_not_equal(first.text, second.text);
	assert_int_equal(decider_state(&f, first.text), LEASE_RELEASED);
	assert_int_equal(decider_state(&f, second.text), LEASE_ACTIVE);
	/* It is on the disk. */
	decider_restart(&f, TWO_NETWORKS);
	assert_int_equal(decider_state(&f, first.text), LEASE_RELEASED);
	decider_close(&f);
}

static void a_lease_elsewhere_is_kept_without(void **state)
{
	struct decider f;
	struct got first, second;

	(void)state;
	decider_open(&f, TWO_NETWORKS);
	decider_bind(&f, &known, &first);
	decider_bind(&f, &moved, &second);
	assert_int_equal(decider_state(&f, first.text), LEASE_ACTIVE);
	decider_close(&f);
}

static void an_undone_transaction_gives_the_released_leases_back(void **state)
{
	struct sent request;
	struct decider f;
	struct got first, got;

	(void)state;
	decider_open(&f, "one-lease-per-client on;\n" TWO_NETWORKS);
	decider_bind(&f, &known, &first);
	decider_send(&f, &moved, &got);
	request = sent_request(&moved, "selecting", got.text);
	decider_hold(&f);
	decider_send(&f, &request, &got);
	assert_int_equal(got.type, DHCP4_ACK);
	assert_int_equal(decider_state(&f, first.text), LEASE_RELEASED);
	decider_let_go(&f, false);
	assert_int_equal(decider_state(&f, first.text), LEASE_ACTIVE);
	decider_close(&f);
}

#define IGNORING "ignore-client-uids on;\n" NETWORK_OF("")

/* Two systems on one machine, say, which send different identifiers. */
static void a_client_may_go_by_its_hardware_address(void **state)
{
	struct sent other = known;
	struct decider f;
	struct got first, second;

	(void)state;
	other.client_id = "another";
	decider_open(&f, IGNORING);
	decider_bind(&f, &known, &first);
	decider_bind(&f, &other, &second);
	assert_string_equal(first.text, second.text);
	other.client_id = NULL;
	decider_bind(&f, &other, &second);
	assert_string_equal(first.text, second.text);
	decider_bind(&f, &unknown, &second);
	assert_string_not_equal(first.text, second.text);
	decider_close(&f);
	other.client_id = "another";
	decider_open(&f, NETWORK_OF(""));
	decider_bind(&f, &known, &first);
	decider_bind(&f, &other, &second);
	assert_string_not_equal(first.text, second.text);
	decider_close(&f);
}

static void an_identifier_that_is_ignored_still_finds_its_host(void **state)
{
	struct sent s = known;
	struct got got;

	(void)state;
	decider_ask(IGNORING "host h { option dhcp-client-identifier \"known\";"
			     " fixed-address 10.10.10.7; }\n",
		    &known, &got);
	assert_string_equal(got.text, "10.10.10.7");
	s.no_hardware = true;
	decider_ask(IGNORING, &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
}

static void a_lease_by_identifier_is_kept_by_its_hardware(void **state)
{
	struct sent s = unknown;
	struct decider f;
	struct got bound, got;

	(void)state;
	decider_open(&f, NETWORK_OF(""));
	decider_bind(&f, &known, &bound);
	decider_reload(&f, IGNORING);
	s = sent_request(&unknown, "renewing", bound.text);
	decider_send(&f, &s, &got);
	assert_int_not_equal(got.type, DHCP4_ACK);
	s = sent_request(&known, "renewing", bound.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	s.client_id = "another";
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_discover_below_min_secs_is_not_answered),
		cmocka_unit_test(
			a_discover_below_min_secs_leaves_no_offer_behind),
		cmocka_unit_test(unknown_clients_can_be_denied_in_any_scope),
		cmocka_unit_test(a_fixed_address_is_of_no_pool),
		cmocka_unit_test(
			a_request_of_a_client_that_is_denied_writes_nothing),
		cmocka_unit_test(booting_can_be_denied_to_a_host),
		cmocka_unit_test(
			a_decline_is_ignored_where_declines_are_denied),
		cmocka_unit_test(a_decline_of_a_host_that_may_is_heard),
		cmocka_unit_test(a_client_is_given_the_name_of_its_declaration),
		cmocka_unit_test(
			a_name_of_a_declaration_that_is_not_asked_for_is_not_sent),
		cmocka_unit_test(
			a_lease_elsewhere_is_released_with_one_lease_per_client),
		cmocka_unit_test(a_lease_elsewhere_is_kept_without),
		cmocka_unit_test(a_client_may_go_by_its_hardware_address),
		cmocka_unit_test(
			an_identifier_that_is_ignored_still_finds_its_host),
		cmocka_unit_test(a_lease_by_identifier_is_kept_by_its_hardware),
		cmocka_unit_test(
			an_undone_transaction_gives_the_released_leases_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
