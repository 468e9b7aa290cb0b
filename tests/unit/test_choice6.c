/* SPDX-License-Identifier: BSD-2-Clause */
/* Which address or prefix an IA gets, and which it may have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc6_fixture.h"

#define LINK "2001:db8:1::1"
#define NA   LEASE_NA6
#define PD   LEASE_PD6

static const char plain[] =
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/64;\n"
	" prefix6 2001:db8:100:: 2001:db8:1ff:: /48; }\n";

static bool is_same(const struct alloc6_choice *a,
		    const struct alloc6_choice *b)
{
	return !memcmp(&a->addr, &b->addr, sizeof(a->addr)) &&
	       a->prefix_len == b->prefix_len;
}

static void each_way_goes_before_the_next(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice fresh, choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	fresh = world6_choose(&w, &want);
	assert_int_equal(fresh.by, ALLOC6_BY_FRESH);
	assert_int_equal(fresh.prefix_len, 128);
	want.hint = world6_addr("2001:db8:1::77");
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_HINT);
	assert_addr6(&choice.addr, "2001:db8:1::77");
	world6_bind(&w, NA, 1, "2001:db8:1::66", 128, 10);
	world6_pass(&w, 10);
	world6_expire(&w);
	world6_ask(&w, 1, LINK);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_FORMER);
	assert_addr6(&choice.addr, "2001:db8:1::66");
	world6_offer(&w, &want, &fresh);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_OFFER);
	assert_true(is_same(&choice, &fresh));
	world6_bind(&w, NA, 1, "2001:db8:1::55", 128, 100);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_BINDING);
	assert_addr6(&choice.addr, "2001:db8:1::55");
	world6_close(&w);
}

static void a_client_is_led_to_the_same_place_again(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice first, again, other;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	first = world6_choose(&w, &want);
	want.iaid = 2;
	other = world6_choose(&w, &want);
	assert_false(is_same(&first, &other));
	world6_ask(&w, 2, LINK);
	want.iaid = 1;
	other = world6_choose(&w, &want);
	assert_false(is_same(&first, &other));
	world6_close(&w);

	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	again = world6_choose(&w, &want);
	assert_true(is_same(&first, &again));
	world6_close(&w);
}

static void each_ia_of_a_message_gets_its_own(void **state)
{
	struct alloc6_choice choice[4];
	struct alloc6_want want;
	struct world6 w;
	uint32_t i, j;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, "subnet6 2001:db8:1::/64 {\n"
			     " range6 2001:db8:1::10 2001:db8:1::11;\n"
			     " prefix6 2001:db8:100:: 2001:db8:101:: /48; }\n");
	world6_ask(&w, 1, LINK);
	for (i = 0; i < 4; i++) {
		want = world6_want(i < 2 ? NA : PD, i % 2);
		choice[i] = world6_choose(&w, &want);
		world6_offer(&w, &want, &choice[i]);
		for (j = 0; j < i; j++)
			assert_false(is_same(&choice[i], &choice[j]));
	}
	want = world6_want(NA, 9);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	want = world6_want(PD, 9);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	assert_int_equal(world6_stats(&w).offers, 4);
	alloc6_withdraw_offers(w.alloc, &w.asker);
	assert_int_equal(world6_stats(&w).offers, 0);
	world6_close(&w);
}

static void an_address_of_one_ia_is_taken_for_another(void **state)
{
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::55", 128, 100);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::55", 128),
			 ALLOC6_CLAIM_HELD);
	assert_int_equal(world6_judge(&w, NA, 2, "2001:db8:1::55", 128),
			 ALLOC6_CLAIM_TAKEN);
	assert_int_equal(world6_judge(&w, NA, 2, "2001:db8:1::56", 128),
			 ALLOC6_CLAIM_FREE);
	assert_int_equal(world6_judge(&w, NA, 2, "2001:db8:2::56", 128),
			 ALLOC6_CLAIM_OFF_LINK);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:100::", 48),
			 ALLOC6_CLAIM_FREE);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:100::", 56),
			 ALLOC6_CLAIM_OUTSIDE);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:100::1", 48),
			 ALLOC6_CLAIM_OUTSIDE);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:200::", 48),
			 ALLOC6_CLAIM_OUTSIDE);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::55", 128),
			 ALLOC6_CLAIM_TAKEN);
	world6_close(&w);
}

static void an_offer_is_for_whom_it_was_made(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	want.hint = world6_addr("2001:db8:1::77");
	world6_ask(&w, 1, LINK);
	choice = world6_choose(&w, &want);
	world6_offer(&w, &want, &choice);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::77", 128),
			 ALLOC6_CLAIM_OFFERED);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::77", 128),
			 ALLOC6_CLAIM_TAKEN);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_FRESH);
	world6_pass(&w, 60);
	assert_int_equal(world6_expire(&w), 1);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_HINT);
	assert_int_equal(world6_stats(&w).offers_expired_total, 1);
	world6_close(&w);
}

static void special_addresses_are_never_given(void **state)
{
	static const char *const special[] = {
		"2001:db8:1::",
		"2001:db8:1::fdff:ffff:ffff:ff80",
		"2001:db8:1::fdff:ffff:ffff:ffff",
		"2001:db8:1::200:5eff:fe00:1",
	};
	struct alloc6_want want = world6_want(NA, 1);
	struct world6 w;
	size_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		want.hint = world6_addr(special[i]);
		assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FRESH);
		assert_int_equal(world6_judge(&w, NA, 1, special[i], 128),
				 ALLOC6_CLAIM_OUTSIDE);
	}
	/* The only other one of this pool is the anycast address. */
	world6_configure(&w, "subnet6 2001:db8:1::/64 {\n"
			     " range6 2001:db8:1:: 2001:db8:1::1; }\n");
	world6_ask(&w, 1, LINK);
	want = world6_want(NA, 1);
	world6_acquire(&w, &want, 100);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	world6_close(&w);
}

/* ---- permits and reservations ---- */

static const char hosts[] =
	"subnet6 2001:db8:1::/64 {\n"
	" pool6 { range6 2001:db8:1::100 2001:db8:1::1ff;\n"
	"  deny known-clients; }\n"
	" pool6 { range6 2001:db8:1::200 2001:db8:1::2ff;\n"
	"  prefix6 2001:db8:100:: 2001:db8:1ff:: /48;\n"
	"  allow known-clients; } }\n"
	"subnet6 2001:db8:2::/64 { }\n"
	"host one { host-identifier option\n"
	"  dhcp6.client-id 00:03:00:01:02:00:00:01;\n"
	" fixed-address6 2001:db8:1::150, 2001:db8:1::151;\n"
	" fixed-prefix6 2001:db8:104::/48; }\n"
	"host two { host-identifier option\n"
	"  dhcp6.client-id 00:03:00:01:02:00:00:02; }\n"
	"host three { hardware ethernet 02:00:00:00:00:03;\n"
	" fixed-address6 2001:db8:1::250; }\n"
	"host four { host-identifier v6relopt 1\n"
	"  dhcp6.interface-id \"port4\"; fixed-address6 2001:db8:1::4; }\n"
	"host five { host-identifier option\n"
	"  dhcp6.user-class \"fifth\"; fixed-address6 2001:db8:1::5; }\n"
	"host six { host-identifier option\n"
	"  dhcp6.client-id 00:03:00:01:02:00:00:06;\n"
	" fixed-address6 2001:db8:2::6; }\n";

static void reservations_are_for_their_host(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, hosts);
	world6_ask(&w, 1, LINK);
	assert_true(w.asker.is_known);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_RESERVATION);
	assert_addr6(&choice.addr, "2001:db8:1::150");
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::150", 128),
			 ALLOC6_CLAIM_RESERVED);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::210", 128),
			 ALLOC6_CLAIM_OUTSIDE); /* it has its own */
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::151", 128),
			 ALLOC6_CLAIM_RESERVED);
	world6_offer(&w, &want, &choice);
	/* Its second IA gets the second, its third one of a pool. */
	assert_int_equal(world6_judge(&w, NA, 2, "2001:db8:1::150", 128),
			 ALLOC6_CLAIM_TAKEN);
	want.iaid = 2;
	choice = world6_choose(&w, &want);
	assert_addr6(&choice.addr, "2001:db8:1::151");
	world6_bind(&w, NA, 2, "2001:db8:1::151", 128, 100);
	want.iaid = 3;
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_FRESH);
	assert_int_equal(choice.addr.s6_addr[14], 2);
	want = world6_want(PD, 1);
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_RESERVATION);
	assert_addr6(&choice.addr, "2001:db8:104::");
	world6_ask(&w, 9, LINK);
	assert_false(w.asker.is_known);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::150", 128),
			 ALLOC6_CLAIM_TAKEN);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:104::", 48),
			 ALLOC6_CLAIM_TAKEN);
	world6_close(&w);
}

/* All 256 of the pool but the two that are kept for host one. */
static void reserved_addresses_are_never_given_to_others(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct world6 w;
	uint16_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, hosts);
	for (i = 0; i < 254; i++) {
		world6_ask(&w, (uint16_t)(100 + i), LINK);
		world6_acquire(&w, &want, 100);
	}
	world6_ask(&w, 999, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::150", 128),
			 LEASE_STATE_COUNT);
	world6_ask(&w, 1, LINK);
	choice = world6_choose(&w, &want);
	assert_addr6(&choice.addr, "2001:db8:1::150");
	world6_close(&w);
}

static void hosts_are_known_by_what_their_declaration_says(void **state)
{
	static const uint8_t class_option[] = { 0,   15,  0,   5,  'f',
						'i', 'f', 't', 'h' };
	static const uint8_t interface[] = { 0,   18,  0,   5,  'p',
					     'o', 'r', 't', '4' };
	struct dhcp6_envelope env = { .relay_count = 1 };
	struct wire_reader options =
		wire_reader(class_option, sizeof(class_option));
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, hosts);
	world6_ask(&w, 2, LINK);
	assert_string_equal(w.asker.host->name, "two");
	w.client.htype = 1;
	w.client.hlen = 6;
	memcpy(w.client.chaddr, "\2\0\0\0\0\3", 6);
	world6_ask(&w, 9, LINK);
	assert_string_equal(w.asker.host->name, "three");
	w.client.hlen = 0;
	w.client.options = &options;
	world6_ask(&w, 9, LINK);
	assert_string_equal(w.asker.host->name, "five");
	w.client.options = NULL;
	env.relay[0].options = wire_reader(interface, sizeof(interface));
	w.client.envelope = &env;
	world6_ask(&w, 9, LINK);
	assert_string_equal(w.asker.host->name, "four");
	/* Its address is on the other link: known, and no more. */
	w.client.envelope = NULL;
	world6_ask(&w, 6, LINK);
	assert_true(w.asker.is_known);
	assert_null(w.asker.host);
	world6_ask(&w, 6, "2001:db8:2::1");
	assert_string_equal(w.asker.host->name, "six");
	world6_close(&w);
}

static void pools_are_for_whom_they_permit(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_want prefix = world6_want(PD, 1);
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, hosts);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_choose(&w, &want).addr.s6_addr[14], 2);
	assert_int_equal(world6_choose(&w, &prefix).prefix_len, 48);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::101", 128),
			 ALLOC6_CLAIM_DENIED);
	world6_ask(&w, 9, LINK);
	assert_int_equal(world6_choose(&w, &want).addr.s6_addr[14], 1);
	assert_int_equal(world6_refuses(&w, &prefix), DROP_CLIENT_DENIED);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:101::", 48),
			 ALLOC6_CLAIM_DENIED);
	world6_ask(&w, 9, "2001:db8:2::1");
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	world6_close(&w);
}

static void a_client_of_no_network_may_give_back_what_it_has(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct in6_addr addr = world6_addr("2001:db8:1::4");
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	w.client.duid = w.duid;
	alloc6_ask(w.alloc, NULL, &w.client, w.now.mono, &w.asker);
	assert_int_equal(world6_refuses(&w, &want), DROP_NO_SUBNET);
	world6_configure(&w, hosts);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::4", 128, 100);
	alloc6_ask(w.alloc, NULL, &w.client, w.now.mono, &w.asker);
	assert_true(w.asker.is_known);
	assert_null(w.asker.host);
	assert_int_equal(world6_refuses(&w, &want), DROP_NO_SUBNET);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::4", 128),
			 ALLOC6_CLAIM_OFF_LINK);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:100::", 48),
			 ALLOC6_CLAIM_OFF_LINK);
	alloc6_withdraw_offers(w.alloc, &w.asker);
	txn = world6_begin(&w);
	assert_int_equal(
		alloc6_release(txn, &w.asker, NA, 1, &addr, 128, &w.now), 0);
	alloc6_txn_commit(txn);
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::4", 128),
			 LEASE_RELEASED);
	world6_close(&w);
}

static void too_many_leases_are_enough(void **state)
{
	struct alloc6_want want = world6_want(NA, 0);
	struct alloc6_choice first, again;
	struct world6 w;
	uint32_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	first = world6_acquire(&w, &want, 10);
	for (i = 1; i < ALLOC6_CLIENT_LEASES_MAX; i++) {
		want.iaid = i;
		world6_acquire(&w, &want, 100);
	}
	want.iaid = 5000;
	assert_int_equal(world6_refuses(&w, &want), DROP_CLIENT_LEASES);
	assert_int_equal(world6_judge(&w, NA, 5000, "2001:db8:1::7777", 128),
			 ALLOC6_CLAIM_DENIED);
	/* It goes on with what it had. */
	world6_pass(&w, 50);
	world6_expire(&w);
	world6_ask(&w, 1, LINK);
	want.iaid = 0;
	again = world6_choose(&w, &want);
	assert_int_equal(again.by, ALLOC6_BY_FORMER);
	assert_true(is_same(&again, &first));
	world6_close(&w);
}

static void pending_offers_of_a_client_are_bounded(void **state)
{
	struct alloc6_choice choice;
	struct alloc6_want want;
	struct world6 w;
	uint32_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	for (i = 0; i < 3 * ALLOC6_CLIENT_OFFERS_MAX; i++) {
		want = world6_want(NA, i);
		choice = world6_choose(&w, &want);
		world6_offer(&w, &want, &choice);
	}
	assert_int_equal(world6_stats(&w).offers, ALLOC6_CLIENT_OFFERS_MAX);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_OFFER);
	want = world6_want(NA, 2 * ALLOC6_CLIENT_OFFERS_MAX);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_OFFER);
	want = world6_want(NA, 2 * ALLOC6_CLIENT_OFFERS_MAX - 1);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FRESH);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_goes_before_the_next),
		cmocka_unit_test(a_client_is_led_to_the_same_place_again),
		cmocka_unit_test(each_ia_of_a_message_gets_its_own),
		cmocka_unit_test(an_address_of_one_ia_is_taken_for_another),
		cmocka_unit_test(an_offer_is_for_whom_it_was_made),
		cmocka_unit_test(special_addresses_are_never_given),
		cmocka_unit_test(reservations_are_for_their_host),
		cmocka_unit_test(reserved_addresses_are_never_given_to_others),
		cmocka_unit_test(
			hosts_are_known_by_what_their_declaration_says),
		cmocka_unit_test(pools_are_for_whom_they_permit),
		cmocka_unit_test(
			a_client_of_no_network_may_give_back_what_it_has),
		cmocka_unit_test(too_many_leases_are_enough),
		cmocka_unit_test(pending_offers_of_a_client_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
