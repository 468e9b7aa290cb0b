/* SPDX-License-Identifier: BSD-2-Clause */
/* DISCOVER, DECLINE, RELEASE and INFORM (RFC 2131 sections 4.3.1 to 4.3.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

/* Two addresses: pools run dry quickly. */
#define SMALL                                               \
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n" \
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"      \
	"  range 10.10.10.100 10.10.10.101; } }\n"

static const struct sent client = { .client_id = "one", .mac = 1 };

static struct sent discover(uint8_t n)
{
	return (struct sent){ .type = DHCP4_DISCOVER, .mac = n };
}

static struct sent message(const struct sent *who, uint8_t type,
			   const char *addr)
{
	struct sent s = *who;

	s.type = type;
	s.server_id = "10.10.10.1";
	if (type == DHCP4_DECLINE)
		s.requested = addr;
	else
		s.ciaddr = addr;
	return s;
}

static void expect_drop(struct decider *f, const struct sent *s,
			enum drop_reason drop)
{
	struct got got;

	decider_send(f, s, &got);
	assert_string_equal(drop_reason_name(got.drop), drop_reason_name(drop));
	assert_int_equal(got.type, 0);
}

static struct alloc_stats stats_of(const struct decider *f)
{
	struct alloc_stats stats;

	alloc_get_stats(f->alloc, &stats);
	return stats;
}

static void offer_writes_nothing_and_is_repeated(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got got, again;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_DISCOVER;
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	assert_false(got.staged);
	assert_int_equal(got.msg.ciaddr.s_addr, 0);
	decider_pass(&f, 5);
	decider_send(&f, &s, &again);
	assert_string_equal(got.text, again.text);
	assert_int_equal(stats_of(&f).offers, 1);
	assert_int_equal(stats_of(&f).records, 0);
	decider_close(&f);
}

static void offered_address_is_not_offered_to_others(void **state)
{
	struct decider f;
	struct got a, b;
	struct sent s;

	(void)state;
	decider_open(&f, SMALL);
	s = discover(1);
	decider_send(&f, &s, &a);
	s = discover(2);
	s.requested = a.text;
	decider_send(&f, &s, &b);
	assert_int_equal(b.type, DHCP4_OFFER);
	assert_string_not_equal(a.text, b.text);
	decider_close(&f);
}

static void offers_run_out_after_their_time(void **state)
{
	static const char conf[] = SMALL "dhcp4o6 { offer-hold 30; }\n";
	struct decider f;
	struct got got;
	struct sent s = discover(1);

	(void)state;
	decider_open(&f, conf);
	decider_send(&f, &s, &got);
	assert_int_equal(alloc_next_expiry(f.alloc).ns,
			 mono_add_s(f.now, 30).ns);
	decider_pass(&f, 29);
	assert_int_equal(stats_of(&f).offers, 1);
	decider_pass(&f, 1);
	assert_int_equal(stats_of(&f).offers, 0);
	assert_int_equal(stats_of(&f).offers_expired_total, 1);
	decider_close(&f);
}

static void full_pool_takes_back_its_oldest_offer(void **state)
{
	struct decider f;
	struct got a, b, c;
	struct sent s;

	(void)state;
	decider_open(&f, SMALL);
	s = discover(1);
	decider_send(&f, &s, &a);
	s = discover(2);
	decider_send(&f, &s, &b);
	s = discover(3);
	decider_send(&f, &s, &c);
	assert_string_equal(c.text, a.text);
	assert_int_equal(stats_of(&f).offers_reused_total, 1);
	/* Whose offer it was asks too late. */
	s = discover(1);
	s.type = DHCP4_REQUEST;
	s.requested = a.text;
	s.server_id = "10.10.10.1";
	decider_send(&f, &s, &a);
	assert_int_equal(a.type, DHCP4_NAK);
	/* And the next one takes the one that is the oldest now. */
	s = discover(4);
	decider_send(&f, &s, &c);
	assert_string_equal(c.text, b.text);
	decider_close(&f);
}

static void full_pool_of_leases_is_exhausted_until_one_ends(void **state)
{
	struct decider f;
	struct got a, b, c;
	struct sent s;

	(void)state;
	decider_open(&f, SMALL);
	s = discover(1);
	decider_bind(&f, &s, &a);
	decider_pass(&f, 100);
	s = discover(2);
	decider_bind(&f, &s, &b);
	s = discover(3);
	expect_drop(&f, &s, DROP_POOL_EXHAUSTED);
	decider_pass(&f, 43150);
	decider_send(&f, &s, &c);
	assert_string_equal(c.text, a.text);
	decider_close(&f);
}

static void longest_unused_address_is_given_first(void **state)
{
	struct decider f;
	struct got a, b, c;
	struct sent s;

	(void)state;
	decider_open(&f, SMALL);
	s = discover(1);
	decider_bind(&f, &s, &a);
	s = discover(2);
	decider_bind(&f, &s, &b);
	s = message(&s, DHCP4_RELEASE, b.text);
	expect_drop(&f, &s, DROP_NONE);
	decider_pass(&f, 10);
	s = discover(1);
	s = message(&s, DHCP4_RELEASE, a.text);
	expect_drop(&f, &s, DROP_NONE);
	s = discover(3);
	decider_send(&f, &s, &c);
	assert_string_equal(c.text, b.text);
	decider_close(&f);
}

static void requested_address_is_offered_if_it_is_free(void **state)
{
	struct sent s = discover(1);
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.requested = "10.10.10.142";
	decider_send(&f, &s, &got);
	assert_string_equal(got.text, "10.10.10.142");
	/* Not in a pool, or not on this network: something else. */
	s = discover(2);
	s.requested = "10.10.10.5";
	decider_send(&f, &s, &got);
	assert_memory_equal(got.text, "10.10.10.1", 10);
	s = discover(3);
	s.requested = "10.20.20.150";
	decider_send(&f, &s, &got);
	assert_memory_equal(got.text, "10.10.10.1", 10);
	decider_close(&f);
}

static void client_without_record_tends_to_the_same_address(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got a, b;

	(void)state;
	s.type = DHCP4_DISCOVER;
	decider_open(&f, decider_conf);
	decider_send(&f, &s, &a);
	decider_close(&f);
	decider_open(&f, decider_conf);
	decider_send(&f, &s, &b);
	assert_string_equal(a.text, b.text);
	decider_close(&f);
}

static void client_identifier_goes_before_the_hardware_address(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got a, b, c;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &s, &a);
	s.mac = 9; /* the same client on another card */
	decider_bind(&f, &s, &b);
	assert_string_equal(a.text, b.text);
	s = discover(9); /* the same card, but another client */
	decider_bind(&f, &s, &c);
	assert_string_not_equal(a.text, c.text);
	decider_close(&f);
}

static void client_without_any_identity_is_dropped(void **state)
{
	struct sent s = { .type = DHCP4_DISCOVER, .no_hardware = true };
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	expect_drop(&f, &s, DROP_DHCP4_NO_CLIENT);
	s.client_id = "tunnel";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_OFFER);
	decider_close(&f);
}

static void discover_from_nowhere_is_silent(void **state)
{
	struct sent s = discover(1);
	struct decider f;

	(void)state;
	decider_open(&f, decider_conf);
	s.ifname = "s9";
	expect_drop(&f, &s, DROP_NO_SUBNET);
	decider_close(&f);
}

static void released_address_comes_back_to_its_client(void **state)
{
	struct decider f;
	struct lease lease;
	struct got a, b;
	struct sent s;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &a);
	decider_pass(&f, 60);
	s = message(&client, DHCP4_RELEASE, a.text);
	s.unicast = true;
	expect_drop(&f, &s, DROP_NONE);
	assert_int_equal(alloc_get_lease(f.alloc, a.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.state, LEASE_RELEASED);
	assert_int_equal(lease.expires.s, FIXTURE_WALL + 60);
	assert_int_equal(lease.client_id_len, 3);
	decider_restart(&f, decider_conf);
	decider_bind(&f, &client, &b);
	assert_string_equal(a.text, b.text);
	decider_close(&f);
}

static void release_or_decline_of_what_is_not_held_changes_nothing(void **state)
{
	struct sent thief = { .client_id = "two", .mac = 2 };
	struct decider f;
	struct got got;
	struct sent s;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &got);
	s = message(&thief, DHCP4_RELEASE, got.text);
	expect_drop(&f, &s, DROP_NOT_OWNER);
	s = message(&thief, DHCP4_DECLINE, got.text);
	expect_drop(&f, &s, DROP_NOT_OWNER);
	s = message(&client, DHCP4_RELEASE, got.text);
	s.server_id = "10.10.10.77";
	expect_drop(&f, &s, DROP_OTHER_SERVER);
	s = message(&client, DHCP4_DECLINE, got.text);
	s.server_id = "10.10.10.77";
	expect_drop(&f, &s, DROP_OTHER_SERVER);
	s = message(&client, DHCP4_RELEASE, NULL);
	expect_drop(&f, &s, DROP_NO_ADDRESS_NAMED);
	s = message(&client, DHCP4_DECLINE, NULL);
	expect_drop(&f, &s, DROP_NO_ADDRESS_NAMED);
	assert_int_equal(decider_state(&f, got.text), LEASE_ACTIVE);
	decider_close(&f);
}

static void declined_address_rests_and_then_is_free(void **state)
{
	static const char conf[] = SMALL "dhcp4o6 { decline-hold 600; }\n";
	struct decider f;
	struct got a, b;
	struct sent s;

	(void)state;
	decider_open(&f, conf);
	decider_bind(&f, &client, &a);
	s = message(&client, DHCP4_DECLINE, a.text);
	expect_drop(&f, &s, DROP_NONE);
	assert_int_equal(decider_state(&f, a.text), LEASE_DECLINED);
	assert_int_equal(stats_of(&f).declined, 1);
	decider_bind(&f, &client, &b);
	assert_string_not_equal(a.text, b.text);
	s = discover(7);
	expect_drop(&f, &s, DROP_POOL_EXHAUSTED);
	decider_restart(&f, conf); /* it rests on after a restart */
	expect_drop(&f, &s, DROP_POOL_EXHAUSTED);
	decider_pass(&f, 601);
	assert_int_equal(decider_state(&f, a.text), LEASE_FREE);
	assert_int_equal(stats_of(&f).declined, 0);
	decider_send(&f, &s, &b);
	assert_string_equal(a.text, b.text);
	decider_close(&f);
}

static void inform_is_answered_without_lease_and_address(void **state)
{
	struct sent s = client;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_INFORM;
	s.ciaddr = "10.10.10.50";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_ACK);
	assert_false(got.staged);
	assert_int_equal(got.addr.s_addr, 0);
	assert_int_equal(got.msg.ciaddr.s_addr, addr4("10.10.10.50").s_addr);
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_LEASE_TIME));
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_RENEWAL_TIME));
	assert_false(dhcp4_has_option(&got.msg, DHCP4_OPT_REBINDING_TIME));
	assert_true(dhcp4_has_option(&got.msg, DHCP4_OPT_SERVER_IDENTIFIER));
	decider_close(&f);
}

static void inform_is_located_as_any_message_and_not_by_ciaddr(void **state)
{
	static const char conf[] =
		"authoritative;\n"
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" option domain-name \"a\";\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {} }\n"
		"shared-network B { subnet6 2001:db8:2:2::/64 {}\n"
		" option domain-name \"b\";\n"
		" subnet 10.20.20.0 netmask 255.255.255.0 {} }\n";
	struct sent s = client;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	s.type = DHCP4_INFORM;
	s.ciaddr = "10.20.20.5";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_ACK);
	assert_int_equal(dhcp4_option(&got.msg, 15).len, 1);
	assert_int_equal(dhcp4_option(&got.msg, 15).data[0], 'a');
	decider_close(&f);
}

static void inform_needs_ciaddr_and_authority(void **state)
{
	struct sent s = client;
	struct decider f;

	(void)state;
	decider_open(&f, decider_conf);
	s.type = DHCP4_INFORM;
	expect_drop(&f, &s, DROP_NO_ADDRESS_NAMED);
	s.ciaddr = "10.10.10.50";
	s.ifname = "s9";
	expect_drop(&f, &s, DROP_NO_SUBNET);
	decider_reload(&f, SMALL);
	s.ifname = NULL;
	expect_drop(&f, &s, DROP_NOT_AUTHORITATIVE);
	decider_close(&f);
}

/* A release that is not durable is no release, though one was offered it. */
static void undone_release_takes_the_offer_back(void **state)
{
	static const char one[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  range 10.10.10.100 10.10.10.100; } }\n";
	struct decider f;
	struct got a, b;
	struct sent s;

	(void)state;
	decider_open(&f, one);
	decider_bind(&f, &client, &a);
	decider_hold(&f);
	s = message(&client, DHCP4_RELEASE, a.text);
	expect_drop(&f, &s, DROP_NONE);
	s = discover(2);
	decider_send(&f, &s, &b);
	assert_string_equal(a.text, b.text);
	decider_let_go(&f, false);
	assert_int_equal(decider_state(&f, a.text), LEASE_ACTIVE);
	assert_int_equal(stats_of(&f).offers, 0);
	expect_drop(&f, &s, DROP_POOL_EXHAUSTED);
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offer_writes_nothing_and_is_repeated),
		cmocka_unit_test(offered_address_is_not_offered_to_others),
		cmocka_unit_test(offers_run_out_after_their_time),
		cmocka_unit_test(full_pool_takes_back_its_oldest_offer),
		cmocka_unit_test(
			full_pool_of_leases_is_exhausted_until_one_ends),
		cmocka_unit_test(longest_unused_address_is_given_first),
		cmocka_unit_test(requested_address_is_offered_if_it_is_free),
		cmocka_unit_test(
			client_without_record_tends_to_the_same_address),
		cmocka_unit_test(
			client_identifier_goes_before_the_hardware_address),
		cmocka_unit_test(client_without_any_identity_is_dropped),
		cmocka_unit_test(discover_from_nowhere_is_silent),
		cmocka_unit_test(released_address_comes_back_to_its_client),
		cmocka_unit_test(
			release_or_decline_of_what_is_not_held_changes_nothing),
		cmocka_unit_test(declined_address_rests_and_then_is_free),
		cmocka_unit_test(inform_is_answered_without_lease_and_address),
		cmocka_unit_test(
			inform_is_located_as_any_message_and_not_by_ciaddr),
		cmocka_unit_test(inform_needs_ciaddr_and_authority),
		cmocka_unit_test(undone_release_takes_the_offer_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
