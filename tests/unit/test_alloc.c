/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading from the store, clocks, expiry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc_fixture.h"

static void loaded_lease_expires_when_its_record_says(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct lease b = world_record("10.10.10.101", -60);
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_load(&w, &a);
	world_load(&w, &b);
	assert_false(alloc_load_end(w.alloc));
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_ACTIVE);
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_EXPIRED);
	assert_int_equal(alloc_next_expiry(w.alloc).ns,
			 (WORLD_START + 60) * NS_PER_S);
	world_pass(&w, 59);
	assert_int_equal(world_expire(&w), 0);
	world_pass(&w, 1);
	assert_int_equal(world_expire(&w), 1);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_EXPIRED);
	assert_true(alloc_next_expiry(w.alloc).ns == INT64_MAX);
	world_close(&w);
}

static void later_version_of_a_loaded_record_wins(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct lease got;
	struct world w;

	(void)state;
	world_open(&w, 0);
	a.version = 7;
	world_load(&w, &a);
	a.version = 6;
	a.state = LEASE_RELEASED;
	world_load(&w, &a);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_ACTIVE);
	a.version = 7; /* of two equal ones the later seen */
	a.client_id = (const uint8_t *)"xy";
	a.client_id_len = 2;
	world_load(&w, &a);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got), 0);
	assert_int_equal(got.state, LEASE_RELEASED);
	assert_int_equal(got.client_id_len, 2);
	a.version = 1;
	a.epoch = 2;
	a.state = LEASE_DECLINED;
	world_load(&w, &a);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_DECLINED);
	assert_int_equal(world_stats(&w).records, 1);
	assert_int_equal(world_stats(&w).declined, 1);
	assert_int_equal(world_stats(&w).active, 0);
	world_close(&w);
}

static void impossible_records_are_refused(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct world w;

	(void)state;
	world_open(&w, 0);
	a.state = LEASE_STATE_COUNT;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.state = LEASE_ACTIVE;
	a.psid_len = 17;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.psid_len = 4;
	a.psid = 16;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.psid = 0;
	a.hlen = LEASE_CHADDR_MAX + 1;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	assert_int_equal(world_stats(&w).records, 0);
	world_close(&w);
}

static void times_at_the_ends_of_their_type_are_kept(void **state)
{
	static const int64_t ends[] = { INT64_MIN, 0, INT64_MAX - 1,
					LEASE_EXPIRES_NEVER };
	struct lease got;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct lease a = world_record("10.10.10.100", 0);

		world_open(&w, 0);
		a.expires.s = ends[i];
		world_load(&w, &a);
		alloc_load_end(w.alloc);
		world_expire(&w);
		assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got),
				 0);
		assert_int_equal(got.state,
				 i < 2 ? LEASE_EXPIRED : LEASE_ACTIVE);
		assert_true(got.expires.s == ends[i]);
		world_close(&w);
	}
}

/* RFC 7618: the key is (address, PSID); nothing gives them out yet. */
static void parts_of_an_address_are_leases_of_their_own(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct lease got;
	struct world w;

	(void)state;
	world_open(&w, 0);
	a.psid_len = 6;
	a.psid = 5;
	world_load(&w, &a);
	a.psid = 6;
	a.state = LEASE_DECLINED;
	world_load(&w, &a);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 5, 6, &got), 0);
	assert_int_equal(got.psid, 5);
	assert_int_equal(got.psid_len, 6);
	assert_int_equal(got.state, LEASE_ACTIVE);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 6, 6, &got), 0);
	assert_int_equal(got.state, LEASE_DECLINED);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 7, 6, &got), -ENOENT);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got), -ENOENT);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 99, &got),
			 -ENOENT);
	world_pass(&w, 60);
	world_expire(&w);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 5, 6, &got), 0);
	assert_int_equal(got.state, LEASE_EXPIRED);
	world_close(&w);
}

static void early_wall_clock_holds_expiry_until_it_is_right(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct lease b = world_record("10.10.10.101", 6000);
	struct world w;

	(void)state;
	world_open(&w, -1000000); /* no battery: some day in the past */
	world_load(&w, &a);
	world_load(&w, &b);
	assert_true(alloc_load_end(w.alloc));
	assert_true(alloc_is_expiry_held(w.alloc));
	world_pass(&w, 2000000);
	w.now.wall.s = WORLD_WALL - 999999; /* still wrong */
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_ACTIVE);
	assert_true(world_stats(&w).expiry_held);
	/* The clock is set: a's time is over, b has 4,000 s left. */
	w.now.wall.s = WORLD_WALL + 2000;
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	while (alloc_is_expiry_held(w.alloc))
		alloc_expire(w.alloc, w.now.mono, 1);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_EXPIRED);
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_ACTIVE);
	world_pass(&w, 3999);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_ACTIVE);
	world_pass(&w, 1);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_EXPIRED);
	world_close(&w);
}

static void new_leases_expire_while_loaded_ones_are_held(void **state)
{
	struct lease a = world_record("10.10.10.100", 60);
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	world_open(&w, -1000000);
	world_load(&w, &a);
	assert_true(alloc_load_end(w.alloc));
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 10);
	alloc_txn_commit(txn);
	world_pass(&w, 10);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_EXPIRED);
	assert_int_equal(world_state(&w, "10.10.10.100"), LEASE_ACTIVE);
	world_close(&w);
}

static void step_of_the_wall_clock_expires_nobody(void **state)
{
	struct lease got;
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 1000);
	alloc_txn_commit(txn);
	w.now.wall.s += 86400 * 365;
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	assert_int_equal(world_expire(&w), 0);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_ACTIVE);
	w.now.wall.s = 0;
	world_pass(&w, 999);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_ACTIVE);
	world_pass(&w, 1);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_EXPIRED);
	assert_int_equal(alloc_get_lease(w.alloc, world_addr("10.10.10.150"), 0,
					 0, &got),
			 0);
	assert_int_equal(got.expires.s, WORLD_WALL + 1000);
	world_close(&w);
}

static void expiry_does_a_bounded_amount_at_once(void **state)
{
	struct world w;
	uint8_t i;

	(void)state;
	world_open(&w, 0);
	for (i = 0; i < 100; i++) {
		struct lease a = world_record("10.10.10.0", 10);

		a.addr.s_addr = htonl(ntohl(a.addr.s_addr) + i);
		world_load(&w, &a);
	}
	alloc_load_end(w.alloc);
	world_pass(&w, 10);
	for (i = 0; i < 14; i++)
		assert_int_equal(alloc_expire(w.alloc, w.now.mono, 7), 7);
	assert_int_equal(alloc_expire(w.alloc, w.now.mono, 7), 2);
	assert_int_equal(world_stats(&w).active, 0);
	assert_int_equal(world_stats(&w).expired_total, 100);
	world_close(&w);
}

/* RFC 2131 leases are spans of time; what the file says is a clock's time. */
static void step_of_the_wall_clock_changes_no_span(void **state)
{
	static const int64_t steps[] = { 400 * 86400, -400 * 86400, 2, -2 };
	struct alloc_txn *txn;
	struct lease lease;
	struct world w;
	uint32_t cursor;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		world_open(&w, 0);
		world_configure(&w);
		txn = world_begin(&w);
		world_bind(&w, txn, 1, "10.10.10.150", 1000);
		alloc_txn_commit(txn);
		world_pass(&w, 10);
		assert_false(alloc_set_clock(w.alloc, w.now.mono, w.now.wall));
		w.now.wall.s += steps[i];
		assert_int_equal(
			alloc_set_clock(w.alloc, w.now.mono, w.now.wall),
			i < 2);
		assert_false(alloc_set_clock(w.alloc, w.now.mono, w.now.wall));
		world_pass(&w, 10);
		cursor = 0;
		assert_int_equal(alloc_visit(w.alloc, &cursor, &lease, 1), 1);
		assert_int_equal(lease.expires.s,
				 w.now.wall.s + 980 - (i < 2 ? 0 : steps[i]));
		assert_true(lease.updated.s <= w.now.wall.s);
		assert_true(lease.starts.s <= w.now.wall.s);
		world_expire(&w);
		assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_ACTIVE);
		world_pass(&w, 980);
		world_expire(&w);
		assert_int_equal(world_state(&w, "10.10.10.150"),
				 LEASE_EXPIRED);
		world_close(&w);
	}
}

/* What was read while the clock was behind was written by a right one. */
static void step_that_ends_a_hold_restates_only_what_is_new(void **state)
{
	struct lease a = world_record("10.10.10.150", 1000);
	struct alloc_txn *txn;
	struct lease lease;
	struct world w;

	(void)state;
	world_open(&w, -86400);
	world_load(&w, &a);
	assert_true(alloc_load_end(w.alloc));
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.151", 1000);
	alloc_txn_commit(txn);
	w.now.wall.s += 86400;
	assert_true(alloc_set_clock(w.alloc, w.now.mono, w.now.wall));
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.expires.s, a.expires.s);
	world_expire(&w);
	assert_false(alloc_is_expiry_held(w.alloc));
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.expires.s, a.expires.s);
	assert_int_equal(alloc_get_lease(w.alloc, world_addr("10.10.10.151"), 0,
					 0, &lease),
			 0);
	assert_int_equal(lease.expires.s, w.now.wall.s + 1000);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loaded_lease_expires_when_its_record_says),
		cmocka_unit_test(later_version_of_a_loaded_record_wins),
		cmocka_unit_test(impossible_records_are_refused),
		cmocka_unit_test(times_at_the_ends_of_their_type_are_kept),
		cmocka_unit_test(parts_of_an_address_are_leases_of_their_own),
		cmocka_unit_test(
			early_wall_clock_holds_expiry_until_it_is_right),
		cmocka_unit_test(new_leases_expire_while_loaded_ones_are_held),
		cmocka_unit_test(step_of_the_wall_clock_expires_nobody),
		cmocka_unit_test(expiry_does_a_bounded_amount_at_once),
		cmocka_unit_test(step_of_the_wall_clock_changes_no_span),
		cmocka_unit_test(
			step_that_ends_a_hold_restates_only_what_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
