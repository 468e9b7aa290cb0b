/* SPDX-License-Identifier: BSD-2-Clause */
/* `leases-max': what there may be in all, and who goes on beyond it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "alloc6_fixture.h"
#include "rng.h"

#define LINK "2001:db8:1::1"
#define NA   LEASE_NA6
#define PD   LEASE_PD6

#define POOLS                                                 \
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/64;\n" \
	" prefix6 2001:db8:100:: 2001:db8:1ff:: /48; }\n"
#define MAX(number) "dhcp4o6 { leases-max " #number "; }\n" POOLS

/* Clients 1 to `clients' have a lease each, for 100 s and one more each. */
static void open_world(struct world6 *w, const char *conf, uint16_t clients)
{
	struct alloc6_want want = world6_want(NA, 1);
	uint16_t id;

	world6_open(w, 0);
	world6_configure(w, conf);
	for (id = 1; id <= clients; id++) {
		world6_ask(w, id, LINK);
		world6_acquire(w, &want, 100U + id);
	}
}

static enum drop_reason refuses(struct world6 *w, uint16_t id,
				enum lease_kind kind)
{
	struct alloc6_want want = world6_want(kind, 1);

	world6_ask(w, id, LINK);
	return world6_refuses(w, &want);
}

static void what_is_held_goes_on_when_nothing_new_is_given(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct world6 w;

	(void)state;
	open_world(&w, MAX(3), 2);
	assert_false(alloc6_is_full(w.alloc));
	want.kind = PD;
	world6_ask(&w, 3, LINK);
	world6_acquire(&w, &want, 600);
	assert_true(alloc6_is_full(w.alloc));
	assert_int_equal(world6_stats(&w).leases_max, 3);
	assert_int_equal(refuses(&w, 4, NA), DROP_LEASES_MAX);
	assert_int_equal(refuses(&w, 4, PD), DROP_LEASES_MAX);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::77", 128),
			 ALLOC6_CLAIM_DENIED);
	want.hint = world6_addr("2001:db8:177::");
	assert_int_equal(world6_refuses(&w, &want), DROP_LEASES_MAX);
	/* Another IA of somebody who has one is no better. */
	want = world6_want(NA, 2);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_LEASES_MAX);
	want.iaid = 1;
	assert_int_equal(world6_acquire(&w, &want, 300).by, ALLOC6_BY_BINDING);
	assert_int_equal(world6_stats(&w).records, 3);
	world6_close(&w);
}

static void an_offer_is_worth_nothing_when_the_last_place_is_gone(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice first, second;
	char text[INET6_ADDRSTRLEN];
	struct world6 w;

	(void)state;
	open_world(&w, MAX(1), 0);
	world6_ask(&w, 1, LINK);
	first = world6_choose(&w, &want);
	world6_offer(&w, &want, &first);
	world6_ask(&w, 2, LINK);
	second = world6_choose(&w, &want);
	world6_offer(&w, &want, &second);
	world6_acquire(&w, &want, 600);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_LEASES_MAX);
	inet_ntop(AF_INET6, &first.addr, text, sizeof(text));
	assert_int_equal(world6_judge(&w, NA, 1, text, 128),
			 ALLOC6_CLAIM_DENIED);
	world6_close(&w);
}

static void the_oldest_former_lease_makes_room_for_a_new_one(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct in6_addr first, last;
	struct lease lease;
	struct world6 w;

	(void)state;
	open_world(&w, MAX(3), 0);
	world6_ask(&w, 1, LINK);
	first = world6_acquire(&w, &want, 10).addr;
	world6_ask(&w, 2, LINK);
	last = world6_acquire(&w, &want, 20).addr;
	world6_ask(&w, 3, LINK);
	world6_acquire(&w, &want, 600);
	assert_int_equal(refuses(&w, 4, NA), DROP_LEASES_MAX);
	world6_pass(&w, 30);
	assert_int_equal(world6_expire(&w), 2);
	assert_false(alloc6_is_full(w.alloc));
	world6_ask(&w, 4, LINK);
	world6_acquire(&w, &want, 600);
	assert_int_equal(world6_stats(&w).records, 3);
	assert_int_equal(alloc6_get_lease(w.alloc, NA, &first, 128, &lease),
			 -ENOENT);
	assert_int_equal(alloc6_get_lease(w.alloc, NA, &last, 128, &lease), 0);
	/* Who had the other one comes back to it. */
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_acquire(&w, &want, 600).by, ALLOC6_BY_FORMER);
	assert_int_equal(world6_stats(&w).records, 3);
	assert_int_equal(refuses(&w, 5, NA), DROP_LEASES_MAX);
	world6_close(&w);
}

static void what_is_reserved_is_given_all_the_same(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct world6 w;

	(void)state;
	open_world(&w,
		   MAX(1) "host h { host-identifier option\n"
			  "  dhcp6.client-id 00:03:00:01:02:00:00:09;\n"
			  " fixed-address6 2001:db8:1::9; }\n",
		   1);
	world6_ask(&w, 9, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::9", 128),
			 ALLOC6_CLAIM_RESERVED);
	assert_int_equal(world6_acquire(&w, &want, 600).by,
			 ALLOC6_BY_RESERVATION);
	assert_int_equal(world6_stats(&w).records, 2);
	assert_int_equal(refuses(&w, 2, NA), DROP_LEASES_MAX);
	world6_close(&w);
}

static void a_change_that_is_undone_gives_its_place_back(void **state)
{
	struct in6_addr addr = world6_addr("2001:db8:1::7");
	struct alloc6_binding binding;
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	open_world(&w, MAX(1), 0);
	world6_ask(&w, 1, LINK);
	binding = world6_binding(&w, NA, 1, &addr, 128);
	txn = world6_begin(&w);
	assert_int_equal(alloc6_bind(txn, &w.asker, &binding), 0);
	assert_int_equal(refuses(&w, 2, NA), DROP_LEASES_MAX);
	alloc6_txn_abort(txn);
	assert_int_equal(refuses(&w, 2, NA), DROP_NONE);
	world6_close(&w);
}

static void a_lower_number_ends_nothing_and_forgets_former_leases(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct world6 w;
	uint16_t id;

	(void)state;
	open_world(&w, MAX(10), 10);
	world6_pass(&w, 104);
	assert_int_equal(world6_expire(&w), 4);
	world6_configure(&w, MAX(5));
	assert_true(alloc6_is_full(w.alloc));
	assert_int_equal(refuses(&w, 20, NA), DROP_LEASES_MAX);
	assert_true(alloc6_next_expiry(w.alloc).ns <= w.now.mono.ns);
	assert_int_equal(world6_expire(&w), 4);
	assert_int_equal(world6_stats(&w).records, 6);
	assert_int_equal(world6_stats(&w).addresses_active, 6);
	assert_true(alloc6_next_expiry(w.alloc).ns > w.now.mono.ns);
	for (id = 5; id <= 10; id++) {
		world6_ask(&w, id, LINK);
		assert_int_equal(world6_acquire(&w, &want, 600).by,
				 ALLOC6_BY_BINDING);
	}
	world6_configure(&w, MAX(7));
	assert_int_equal(refuses(&w, 20, NA), DROP_NONE);
	world6_close(&w);
}

static void a_store_with_more_leases_is_loaded_whole(void **state)
{
	struct lease lease;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	lease = world6_record(&w, 1, NA, "2001:db8:1::1:1", 128, 600);
	world6_load(&w, &lease);
	lease = world6_record(&w, 2, NA, "2001:db8:1::1:2", 128, 600);
	world6_load(&w, &lease);
	alloc6_load_end(w.alloc);
	assert_false(alloc6_is_full(w.alloc));
	world6_configure(&w, MAX(1));
	world6_expire(&w);
	assert_int_equal(world6_stats(&w).addresses_active, 2);
	assert_int_equal(refuses(&w, 1, NA), DROP_NONE);
	assert_int_equal(refuses(&w, 3, NA), DROP_LEASES_MAX);
	world6_close(&w);
}

/* What one IA does; the answer of alloc6_choose(). */
static enum drop_reason act(struct world6 *w, struct rng *rng,
			    struct alloc6_txn *txn)
{
	struct alloc6_want want = world6_want(NA, rng_below(rng, 2));
	struct alloc6_binding binding;
	struct alloc6_choice choice;
	enum drop_reason drop;

	world6_ask(w, (uint16_t)rng_below(rng, 30), LINK);
	drop = alloc6_choose(w->alloc, &w->asker, &want, &choice);
	if (drop != DROP_NONE)
		return drop;
	if (choice.by == ALLOC6_BY_BINDING && rng_below(rng, 2)) {
		assert_int_equal(alloc6_release(txn, &w->asker, NA, want.iaid,
						&choice.addr, 128, &w->now),
				 0);
		return drop;
	}
	binding = world6_binding(w, NA, want.iaid, &choice.addr, 128);
	binding.valid_s = 1 + rng_below(rng, 60);
	assert_int_equal(alloc6_bind(txn, &w->asker, &binding), 0);
	return drop;
}

static void there_are_never_more_whatever_happens(void **state)
{
	struct rng rng = { 20261125 };
	unsigned int round, refused = 0, given = 0;
	struct alloc6_txn *txn;
	struct world6 w;
	uint32_t n;

	(void)state;
	open_world(&w, MAX(16), 0);
	for (round = 0; round < 3000; round++) {
		txn = world6_begin(&w);
		for (n = rng_below(&rng, 6); n > 0; n--) {
			bool was_full = alloc6_is_full(w.alloc);
			enum drop_reason drop = act(&w, &rng, txn);

			if (drop != DROP_NONE)
				assert_true(was_full &&
					    drop == DROP_LEASES_MAX);
			refused += drop != DROP_NONE;
			given += drop == DROP_NONE;
			assert_true(world6_stats(&w).records <= 16);
		}
		if (rng_below(&rng, 4))
			alloc6_txn_commit(txn);
		else
			alloc6_txn_abort(txn);
		world6_pass(&w, rng_below(&rng, 5));
		world6_expire(&w);
	}
	assert_true(refused > 100 && given > 1000);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_held_goes_on_when_nothing_new_is_given),
		cmocka_unit_test(
			an_offer_is_worth_nothing_when_the_last_place_is_gone),
		cmocka_unit_test(
			the_oldest_former_lease_makes_room_for_a_new_one),
		cmocka_unit_test(what_is_reserved_is_given_all_the_same),
		cmocka_unit_test(a_change_that_is_undone_gives_its_place_back),
		cmocka_unit_test(
			a_lower_number_ends_nothing_and_forgets_former_leases),
		cmocka_unit_test(a_store_with_more_leases_is_loaded_whole),
		cmocka_unit_test(there_are_never_more_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
