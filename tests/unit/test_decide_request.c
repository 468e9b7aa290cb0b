/* SPDX-License-Identifier: BSD-2-Clause */
/* REQUEST in its four states (RFC 2131 sections 3.1, 3.2, 4.3.2, Table 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

static const char not_authoritative[] = TWO_NETWORKS;

static const struct sent client = { .client_id = "one", .mac = 1 };
static const struct sent other = { .client_id = "two", .mac = 2 };

static void selecting_our_offer_is_acknowledged_and_durable(void **state)
{
	struct lease lease;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &got);
	assert_true(got.staged);
	decider_restart(&f, decider_conf);
	assert_int_equal(alloc_get_lease(f.alloc, got.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.state, LEASE_ACTIVE);
	assert_int_equal(lease.expires.s, FIXTURE_WALL + 3600);
	assert_int_equal(lease.starts.s, FIXTURE_WALL);
	assert_int_equal(lease.client_id_len, 3);
	assert_memory_equal(lease.client_id, "one", 3);
	assert_int_equal(lease.chaddr[5], 1);
	decider_close(&f);
}

static void
request_for_another_server_is_silent_and_frees_the_offer(void **state)
{
	struct alloc_stats stats;
	struct sent s = client;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_DISCOVER;
	decider_send(&f, &s, &got);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.offers, 1);
	s = sent_request(&client, "selecting", got.text);
	s.server_id = "10.99.99.99";
	decider_expect(&f, &s, 0, DROP_OTHER_SERVER);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.offers, 0);
	assert_int_equal(stats.active, 0);
	decider_close(&f);
}

/*
 * Else one client leaves its name on every address of a pool, two messages
 * each, and all of them are gone through whenever it says a word.
 */
static void client_leaves_a_bounded_number_of_records(void **state)
{
	static const char wide[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.0.0 netmask 255.255.0.0 {\n"
		"  range 10.10.0.1 10.10.7.255; } }\n"
		"shared-network B { subnet6 2001:db8:2:2::/64 {}\n"
		" subnet 10.20.20.0 netmask 255.255.255.0 {\n"
		"  range 10.20.20.100 10.20.20.199; } }\n";
	struct alloc_stats stats;
	char addr[INET_ADDRSTRLEN];
	struct decider f;
	struct got got;
	struct sent s;
	unsigned int i;

	(void)state;
	decider_open(&f, wide);
	for (i = 1; i <= ALLOC_CLIENT_LEASES_MAX; i++) {
		snprintf(addr, sizeof(addr), "10.10.%u.%u", i / 256, i % 256);
		s = sent_request(&client, "selecting", addr);
		decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
		s = client;
		s.type = DHCP4_RELEASE;
		s.ciaddr = addr;
		decider_send(&f, &s, &got);
		assert_true(got.staged);
	}
	s = sent_request(&client, "selecting", "10.10.4.1");
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.records, ALLOC_CLIENT_LEASES_MAX);
	s = client;
	s.type = DHCP4_DISCOVER;
	s.relay[0].link = "2001:db8:2:2::1";
	decider_expect(&f, &s, 0, DROP_CLIENT_LEASES);
	/* What it had it may have again; others are not in its way. */
	s = sent_request(&client, "selecting", "10.10.0.7");
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_bind(&f, &other, &got);
	decider_close(&f);
}

static void any_identifier_of_ours_is_accepted(void **state)
{
	static const char conf[] = TWO_NETWORKS "server-identifier 10.0.0.7;\n";
	struct in_addr own[2] = { addr4("192.0.2.1"), addr4("192.0.2.2") };
	static const char *const ids[] = { "10.10.10.1", "10.0.0.7",
					   "192.0.2.1", "192.0.2.2" };
	struct decider f;
	struct got got;
	size_t i;

	(void)state;
	decider_open(&f, conf);
	f.server.addrs = own;
	f.server.addr_count = 2;
	decider_bind(&f, &client, &got);
	for (i = 0; i < 4; i++) {
		struct sent s = sent_request(&client, "selecting", got.text);

		s.server_id = ids[i];
		decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	}
	decider_close(&f);
}

/* RFC 5107: the relay's address is the identifier, there and back. */
static void server_identifier_override_is_sent_and_accepted(void **state)
{
	struct sent s = client;
	struct in_addr id;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_DISCOVER;
	s.override = "10.10.10.254";
	decider_send(&f, &s, &got);
	id = dhcp4_get_addr(&got.msg, DHCP4_OPT_SERVER_IDENTIFIER);
	assert_int_equal(id.s_addr, addr4("10.10.10.254").s_addr);
	s = sent_request(&client, "selecting", got.text);
	s.server_id = "10.10.10.254";
	decider_expect(&f, &s, 0, DROP_OTHER_SERVER);
	s.override = "10.10.10.254";
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void forgotten_but_free_offer_is_acknowledged(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, not_authoritative);
	s.type = DHCP4_DISCOVER;
	decider_send(&f, &s, &got);
	decider_restart(&f, not_authoritative);
	s = sent_request(&client, "selecting", got.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void selecting_what_cannot_be_had_is_refused(void **state)
{
	struct decider f;
	struct got got;
	struct sent s;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_bind(&f, &other, &got);
	s = sent_request(&client, "selecting", got.text);
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	s = sent_request(&client, "selecting", "10.10.10.5");
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	s = sent_request(&client, "selecting", "10.20.20.150");
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	decider_close(&f);
}

static void nak_has_the_fields_and_options_of_table_3(void **state)
{
	struct sent s = sent_request(&client, "init-reboot", "172.16.0.1");
	struct decider f;
	struct got got;
	unsigned int code;

	(void)state;
	decider_open(&f, decider_conf);
	s.giaddr = "10.10.10.254";
	s.rai_padding = 3;
	s.prl = "\001\003\006";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_NAK);
	assert_int_equal(got.msg.ciaddr.s_addr, 0);
	assert_int_equal(got.msg.yiaddr.s_addr, 0);
	assert_int_equal(got.msg.siaddr.s_addr, 0);
	assert_int_equal(got.msg.giaddr.s_addr, addr4("10.10.10.254").s_addr);
	/* RFC 2131 section 4.3.2: set for the relay. */
	assert_int_equal(got.msg.flags, DHCP4_FLAG_BROADCAST);
	assert_int_equal(got.msg.xid, 0x12345678);
	assert_int_equal(got.msg.hops, 0);
	assert_int_equal(got.msg.secs, 0);
	for (code = 1; code < 255; code++) {
		bool want = code == 53 || code == 54 || code == 56 ||
			    code == 61 || code == 82;

		assert_int_equal(dhcp4_has_option(&got.msg, (uint8_t)code),
				 want);
	}
	decider_close(&f);
}

static void init_reboot_with_the_right_address_is_acknowledged(void **state)
{
	struct decider f;
	struct got got;
	struct sent s;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_bind(&f, &client, &got);
	s = sent_request(&client, "init-reboot", got.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void wrong_address_of_a_recorded_client_is_refused(void **state)
{
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_bind(&f, &client, &got);
	decider_expect_all(&f, &client,
			   strcmp(got.text, "10.10.10.150") ? "10.10.10.150"
							    : "10.10.10.151",
			   DHCP4_NAK, DROP_NONE);
	decider_close(&f);
}

static void client_without_record_gets_silence(void **state)
{
	struct decider f;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_expect_all(&f, &client, "10.10.10.150", 0,
			   DROP_UNKNOWN_BINDING);
	decider_expect_all(&f, &client, "10.10.10.5", 0, DROP_UNKNOWN_BINDING);
	decider_close(&f);
}

static void authoritative_lifts_the_silence(void **state)
{
	struct decider f;

	(void)state;
	decider_open(&f, decider_conf);
	decider_expect_all(&f, &client, "10.10.10.150", DHCP4_NAK, DROP_NONE);
	decider_close(&f);
}

static void authoritative_of_a_lone_subnet_counts(void **state)
{
	static const char conf[] =
		"subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		" authoritative; range 10.10.10.100 10.10.10.199; }\n";
	struct sent s = sent_request(&client, "init-reboot", "10.10.10.5");
	struct decider f;

	(void)state;
	decider_open(&f, conf);
	s.giaddr = "10.10.10.254";
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	decider_close(&f);
}

static void wrong_network_is_refused_if_authoritative(void **state)
{
	struct decider f;
	struct sent s;

	(void)state;
	decider_open(&f, decider_conf);
	s = sent_request(&client, "init-reboot", "10.20.20.150");
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	s = sent_request(&client, "rebinding", "10.20.20.150");
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	/* It can still ask in REBINDING; a NAK is not for RENEWING. */
	s = sent_request(&client, "renewing", "10.20.20.150");
	decider_expect(&f, &s, 0, DROP_WRONG_LINK);
	decider_reload(&f, not_authoritative);
	s = sent_request(&client, "init-reboot", "10.20.20.150");
	decider_expect(&f, &s, 0, DROP_NOT_AUTHORITATIVE);
	s = sent_request(&client, "rebinding", "10.20.20.150");
	decider_expect(&f, &s, 0, DROP_NOT_AUTHORITATIVE);
	decider_close(&f);
}

static void
from_nowhere_only_an_authority_over_the_address_answers(void **state)
{
	struct sent s = sent_request(&client, "init-reboot", "10.20.20.150");
	struct decider f;

	(void)state;
	decider_open(&f, decider_conf);
	s.ifname = "s9";
	decider_expect(&f, &s, DHCP4_NAK, DROP_NONE);
	s.requested = "172.16.0.1";
	decider_expect(&f, &s, 0, DROP_NO_SUBNET);
	decider_reload(&f, not_authoritative);
	s.requested = "10.20.20.150";
	decider_expect(&f, &s, 0, DROP_NOT_AUTHORITATIVE);
	decider_close(&f);
}

static void request_without_an_address_is_dropped(void **state)
{
	struct sent s = sent_request(&client, "init-reboot", NULL);
	struct decider f;

	(void)state;
	decider_open(&f, decider_conf);
	decider_expect(&f, &s, 0, DROP_NO_ADDRESS_NAMED);
	s.server_id = "10.10.10.1";
	decider_expect(&f, &s, 0, DROP_NO_ADDRESS_NAMED);
	decider_close(&f);
}

static void undone_acknowledgement_leaves_the_offer_as_it_was(void **state)
{
	struct alloc_stats stats;
	struct sent s = client;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_DISCOVER;
	decider_send(&f, &s, &got);
	decider_hold(&f);
	s = sent_request(&client, "selecting", got.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.active, 1);
	assert_int_equal(stats.offers, 0);
	decider_let_go(&f, false);
	alloc_get_stats(f.alloc, &stats);
	assert_int_equal(stats.records, 0);
	assert_int_equal(stats.active, 0);
	assert_int_equal(stats.offers, 1);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			selecting_our_offer_is_acknowledged_and_durable),
		cmocka_unit_test(
			request_for_another_server_is_silent_and_frees_the_offer),
		cmocka_unit_test(client_leaves_a_bounded_number_of_records),
		cmocka_unit_test(any_identifier_of_ours_is_accepted),
		cmocka_unit_test(
			server_identifier_override_is_sent_and_accepted),
		cmocka_unit_test(forgotten_but_free_offer_is_acknowledged),
		cmocka_unit_test(selecting_what_cannot_be_had_is_refused),
		cmocka_unit_test(nak_has_the_fields_and_options_of_table_3),
		cmocka_unit_test(
			init_reboot_with_the_right_address_is_acknowledged),
		cmocka_unit_test(wrong_address_of_a_recorded_client_is_refused),
		cmocka_unit_test(client_without_record_gets_silence),
		cmocka_unit_test(authoritative_lifts_the_silence),
		cmocka_unit_test(authoritative_of_a_lone_subnet_counts),
		cmocka_unit_test(wrong_network_is_refused_if_authoritative),
		cmocka_unit_test(
			from_nowhere_only_an_authority_over_the_address_answers),
		cmocka_unit_test(request_without_an_address_is_dropped),
		cmocka_unit_test(
			undone_acknowledgement_leaves_the_offer_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
