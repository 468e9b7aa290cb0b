/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases that end, clocks, restarts, reloads, forgetting. */
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
#include "dhcp4o6/lease/memory_store.h"

#define LINK "2001:db8:1::1"
#define NA   LEASE_NA6
#define PD   LEASE_PD6

static const char plain[] =
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/64;\n"
	" prefix6 2001:db8:100:: 2001:db8:1ff:: /48; }\n";

/* ---- time ---- */

static void leases_end_by_the_clock_that_runs_from_boot(void **state)
{
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::55", 128, 600);
	world6_bind(&w, PD, 1, "2001:db8:101::", 48, DHCP6_INFINITE);
	assert_true(alloc6_next_expiry(w.alloc).ns ==
		    mono_add_s(w.now.mono, 600).ns);
	w.now.wall.s += 100000; /* it is set */
	assert_true(alloc6_set_clock(w.alloc, w.now.mono, w.now.wall));
	world6_expire(&w);
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::55", 128),
			 LEASE_ACTIVE);
	world6_pass(&w, 600);
	assert_int_equal(world6_expire(&w), 1);
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::55", 128),
			 LEASE_EXPIRED);
	assert_int_equal(world6_state(&w, PD, "2001:db8:101::", 48),
			 LEASE_ACTIVE);
	assert_true(alloc6_next_expiry(w.alloc).ns == INT64_MAX);
	world6_close(&w);
}

static void records_are_told_in_the_clock_that_is_in_force(void **state)
{
	struct in6_addr addr = world6_addr("2001:db8:1::55");
	struct lease lease;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::55", 128, 600);
	w.now.wall.s -= 5000;
	alloc6_set_clock(w.alloc, w.now.mono, w.now.wall);
	assert_int_equal(alloc6_get_lease(w.alloc, NA, &addr, 128, &lease), 0);
	assert_true(lease.expires.s == w.now.wall.s + 600);
	assert_true(lease.updated.s == w.now.wall.s);
	world6_close(&w);
}

static void expiry_is_held_while_the_clock_is_behind_the_store(void **state)
{
	struct lease lease;
	struct world6 w;

	(void)state;
	world6_open(&w, -1000000);
	lease = world6_record(&w, 1, NA, "2001:db8:1::55", 128, 100);
	world6_load(&w, &lease);
	lease = world6_record(&w, 2, NA, "2001:db8:1::56", 128, 5000);
	world6_load(&w, &lease);
	assert_true(alloc6_load_end(w.alloc));
	world6_configure(&w, plain);
	world6_pass(&w, 900);
	world6_expire(&w);
	assert_true(world6_stats(&w).expiry_held);
	w.now.wall.s = WORLD6_WALL + 200; /* now it is right */
	alloc6_set_clock(w.alloc, w.now.mono, w.now.wall);
	while (world6_expire(&w))
		;
	assert_false(alloc6_is_expiry_held(w.alloc));
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::55", 128),
			 LEASE_EXPIRED);
	world6_pass(&w, 4799);
	assert_int_equal(world6_expire(&w), 0);
	world6_pass(&w, 1);
	assert_int_equal(world6_expire(&w), 1);
	world6_close(&w);
}

/* ---- store ---- */

static int load_one(void *arg, const struct lease *lease)
{
	return alloc6_load(arg, lease);
}

static void put(struct lease_store *store, struct alloc6_txn *txn)
{
	struct lease_completion done;
	const struct lease *records;
	uint64_t ticket;
	size_t count;

	records = alloc6_txn_records(txn, &count);
	assert_int_equal(lease_store_submit(store, records, count, &ticket), 0);
	assert_int_equal(lease_store_next(store, &done), 1);
	assert_int_equal(done.result, LEASE_RESULT_OK);
	alloc6_txn_commit(txn);
}

/* The process goes, and comes back some seconds later. */
static void restart(struct world6 *w, struct lease_store *store,
		    int64_t seconds)
{
	int64_t passed = w->now.wall.s - WORLD6_WALL + seconds;

	world6_close(w);
	world6_open(w, passed);
	assert_int_equal(lease_store_load(store, load_one, w->alloc), 0);
	assert_false(alloc6_load_end(w->alloc));
	world6_configure(w, plain);
	world6_expire(w);
}

static void a_declined_address_rests_also_over_a_restart(void **state)
{
	struct in6_addr addr = world6_addr("2001:db8:1::55");
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_binding binding;
	struct alloc6_choice choice;
	struct lease_store *store;
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	assert_int_equal(lease_memory_open(&store), 0);
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	txn = world6_begin(&w);
	binding = world6_binding(&w, NA, 1, &addr, 128);
	assert_int_equal(alloc6_bind(txn, &w.asker, &binding), 0);
	put(store, txn);
	txn = world6_begin(&w);
	assert_int_equal(alloc6_decline(txn, &w.asker, 2, &addr, &w.now, 900),
			 -ENOENT);
	assert_int_equal(alloc6_decline(txn, &w.asker, 1, &addr, &w.now, 900),
			 0);
	put(store, txn);
	assert_int_equal(world6_network_stats(&w, 0).declined, 1);
	restart(&w, store, 100);
	assert_int_equal(world6_stats(&w).declined, 1);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::55", 128),
			 ALLOC6_CLAIM_TAKEN);
	want.hint = addr;
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_FRESH);
	restart(&w, store, 799);
	assert_int_equal(world6_stats(&w).declined, 1);
	restart(&w, store, 1);
	assert_int_equal(world6_stats(&w).declined, 0);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FORMER);
	world6_close(&w);
	lease_store_close(store);
}

static void records_that_no_lease_can_be_are_not_loaded(void **state)
{
	struct lease good, bad;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	good = world6_record(&w, 1, PD, "2001:db8:101::", 48, 100);
	bad = good;
	bad.kind = LEASE_DHCP4;
	assert_int_equal(alloc6_load(w.alloc, &bad), -EINVAL);
	bad.kind = LEASE_DUID6;
	assert_int_equal(alloc6_load(w.alloc, &bad), -EINVAL);
	bad = good;
	bad.prefix_len = 32;
	assert_int_equal(alloc6_load(w.alloc, &bad), -EINVAL);
	bad = good;
	bad.client_id_len = 0;
	assert_int_equal(alloc6_load(w.alloc, &bad), -EINVAL);
	bad = good;
	bad.state = LEASE_STATE_COUNT;
	assert_int_equal(alloc6_load(w.alloc, &bad), -EINVAL);
	assert_int_equal(alloc6_load(w.alloc, &good), 0);
	/* Of several with one key the last wins, by version. */
	good.version = 5;
	good.state = LEASE_RELEASED;
	assert_int_equal(alloc6_load(w.alloc, &good), 0);
	good.version = 4;
	good.state = LEASE_ACTIVE;
	assert_int_equal(alloc6_load(w.alloc, &good), 0);
	assert_int_equal(world6_state(&w, PD, "2001:db8:101::", 48),
			 LEASE_RELEASED);
	assert_int_equal(world6_stats(&w).records, 1);
	world6_close(&w);
}

/* ---- reloads ---- */

static void leases_outside_every_pool_are_kept_until_they_end(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::55", 128, 600);
	world6_configure(&w, "subnet6 2001:db8:1::/64 { range6\n"
			     " 2001:db8:1::100 2001:db8:1::1ff; }\n");
	assert_int_equal(world6_stats(&w).addresses_active, 1);
	assert_int_equal(world6_network_stats(&w, 0).addresses_active, 1);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::55", 128),
			 ALLOC6_CLAIM_OUTSIDE);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FRESH);
	world6_pass(&w, 599);
	assert_int_equal(world6_expire(&w), 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_BINDING);
	world6_pass(&w, 1);
	assert_int_equal(world6_expire(&w), 1);
	assert_int_equal(world6_network_stats(&w, 0).addresses_active, 0);
	world6_close(&w);
}

static void a_prefix_of_a_former_length_is_not_given_in_parts(void **state)
{
	struct alloc6_want want = world6_want(PD, 1);
	struct alloc6_choice choice;
	struct world6 w;
	uint16_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, PD, 1, "2001:db8:101::", 48, 600);
	world6_configure(&w, "subnet6 2001:db8:1::/64 {\n"
			     " prefix6 2001:db8:101:ff00:: "
			     "2001:db8:102:300:: /56; }\n");
	for (i = 10; i < 14; i++) {
		world6_ask(&w, i, LINK);
		choice = world6_acquire(&w, &want, 600);
		assert_int_equal(choice.addr.s6_addr[5], 2);
	}
	world6_ask(&w, 14, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	assert_int_equal(world6_judge(&w, PD, 1, "2001:db8:101:ff00::", 56),
			 ALLOC6_CLAIM_TAKEN);
	/* And back: what holds the parts is not given whole. */
	world6_configure(&w, "subnet6 2001:db8:1::/64 {\n"
			     " prefix6 2001:db8:102:: 2001:db8:103:: /48; }\n");
	world6_ask(&w, 20, LINK);
	choice = world6_acquire(&w, &want, 600);
	assert_addr6(&choice.addr, "2001:db8:103::");
	world6_ask(&w, 30, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	world6_close(&w);
}

static void a_reserved_prefix_waits_for_who_has_a_part_of_it(void **state)
{
	static const char after[] =
		"subnet6 2001:db8:1::/64 { }\n"
		"host a { host-identifier option\n"
		"  dhcp6.client-id 00:03:00:01:02:00:00:01;\n"
		" fixed-prefix6 2001:db8:101::/48; }\n"
		"host b { host-identifier option\n"
		"  dhcp6.client-id 00:03:00:01:02:00:00:02;\n"
		" fixed-prefix6 2001:db8:102:100::/56; }\n"
		"host c { host-identifier option\n"
		"  dhcp6.client-id 00:03:00:01:02:00:00:03;\n"
		" fixed-prefix6 2001:db8:103::/52; }\n";
	struct alloc6_want want = world6_want(PD, 1);
	struct world6 w;
	uint16_t id;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w,
			 "subnet6 2001:db8:1::/64 {\n"
			 " prefix6 2001:db8:101:: 2001:db8:101:ff00:: /56;\n"
			 " prefix6 2001:db8:102:: 2001:db8:103:: /48; }\n");
	world6_ask(&w, 9, LINK);
	world6_bind(&w, PD, 1, "2001:db8:101:7700::", 56, 600);
	world6_bind(&w, PD, 2, "2001:db8:102::", 48, 600);
	world6_configure(&w, after);
	for (id = 1; id <= 3; id++) {
		world6_ask(&w, id, LINK);
		assert_int_equal(world6_refuses(&w, &want),
				 id == 3 ? DROP_NONE : DROP_POOL_EXHAUSTED);
	}
	world6_pass(&w, 600);
	world6_expire(&w);
	world6_configure(&w, after);
	for (id = 1; id <= 3; id++) {
		world6_ask(&w, id, LINK);
		assert_int_equal(world6_acquire(&w, &want, 60).by,
				 ALLOC6_BY_RESERVATION);
	}
	/* What they have now is no obstacle to them after another reload. */
	world6_configure(&w, after);
	world6_pass(&w, 60);
	world6_expire(&w);
	world6_ask(&w, 1, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_RESERVATION);
	world6_close(&w);
}

static void bitmaps_follow_reservations_of_a_reload(void **state)
{
	static const char one[] = "subnet6 2001:db8:1::/64 { range6\n"
				  " 2001:db8:1::101 2001:db8:1::102; }\n";
	static const char two[] = "subnet6 2001:db8:1::/64 { range6\n"
				  " 2001:db8:1::101 2001:db8:1::102; }\n"
				  "host h { hardware ethernet 2:0:0:0:0:1;\n"
				  " fixed-address6 2001:db8:1::102; }\n";
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, one);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::101", 128, 600);
	world6_ask(&w, 2, LINK);
	choice = world6_choose(&w, &want);
	assert_addr6(&choice.addr, "2001:db8:1::102");
	world6_configure(&w, two);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_refuses(&w, &want), DROP_POOL_EXHAUSTED);
	world6_configure(&w, one);
	world6_ask(&w, 2, LINK);
	choice = world6_choose(&w, &want);
	assert_addr6(&choice.addr, "2001:db8:1::102");
	world6_close(&w);
}

/* ---- forgetting ---- */

static void former_leases_are_forgotten_oldest_first(void **state)
{
	const uint32_t extra = 500;
	struct in6_addr addr = world6_addr("2001:db8:1::");
	struct alloc6_binding binding;
	struct alloc6_txn *txn;
	const struct lease *records;
	struct lease lease;
	struct world6 w;
	size_t count;
	uint32_t i;

	(void)state;
	world6_open(&w, 0);
	lease = world6_record(&w, 1, NA, "2001:db8:1::", 128, 0);
	lease.version = 7;
	for (i = 0; i < ALLOC6_FORMERS_MAX + extra; i++) {
		memcpy(&lease.addr6.s6_addr[12], &i, sizeof(i));
		lease.addr6.s6_addr[11] = 1;
		lease.state = LEASE_EXPIRED;
		lease.expires.s = WORLD6_WALL - 1000000 + i;
		world6_load(&w, &lease);
	}
	alloc6_load_end(w.alloc);
	world6_configure(&w, plain);
	assert_int_equal(world6_stats(&w).records, i);
	assert_true(alloc6_next_expiry(w.alloc).ns <= w.now.mono.ns);
	assert_int_equal(world6_expire(&w), extra);
	assert_int_equal(world6_expire(&w), 0);
	assert_int_equal(world6_stats(&w).records, ALLOC6_FORMERS_MAX);
	/* The store may have the old record: a new one has to supersede it. */
	i = extra - 1;
	memcpy(&addr.s6_addr[12], &i, sizeof(i));
	addr.s6_addr[11] = 1;
	assert_int_equal(alloc6_get_lease(w.alloc, NA, &addr, 128, &lease),
			 -ENOENT);
	world6_ask(&w, 2, LINK);
	txn = world6_begin(&w);
	binding = world6_binding(&w, NA, 1, &addr, 128);
	assert_int_equal(alloc6_bind(txn, &w.asker, &binding), 0);
	records = alloc6_txn_records(txn, &count);
	assert_int_equal(records[0].version, 8);
	alloc6_txn_commit(txn);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leases_end_by_the_clock_that_runs_from_boot),
		cmocka_unit_test(
			records_are_told_in_the_clock_that_is_in_force),
		cmocka_unit_test(
			expiry_is_held_while_the_clock_is_behind_the_store),
		cmocka_unit_test(a_declined_address_rests_also_over_a_restart),
		cmocka_unit_test(records_that_no_lease_can_be_are_not_loaded),
		cmocka_unit_test(
			leases_outside_every_pool_are_kept_until_they_end),
		cmocka_unit_test(
			a_prefix_of_a_former_length_is_not_given_in_parts),
		cmocka_unit_test(
			a_reserved_prefix_waits_for_who_has_a_part_of_it),
		cmocka_unit_test(bitmaps_follow_reservations_of_a_reload),
		cmocka_unit_test(former_leases_are_forgotten_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
