/* SPDX-License-Identifier: BSD-2-Clause */
/* batch_ring - batches end in their order, by what the store says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../daemon/common/batch_ring.h"
#include "dhcp4o6/lease/memory_store.h"

struct fixture {
	struct batch_ring ring;
	struct lease_store *store;
	unsigned int ended;
	struct {
		unsigned int at;
		bool is_durable;
	} end[2 * BATCH_RING_SIZE];
};

static const struct lease lease = { .state = LEASE_ACTIVE, .epoch = 1 };

static void note_end(void *arg, unsigned int at, bool is_durable)
{
	struct fixture *f = arg;

	f->end[f->ended].at = at;
	f->end[f->ended++].is_durable = is_durable;
}

static struct fixture open_fixture(void)
{
	struct fixture f = { .ring = { .end = note_end } };

	assert_int_equal(lease_memory_open(&f.store), 0);
	lease_memory_hold(f.store, true);
	return f;
}

static unsigned int push(struct fixture *f, size_t records)
{
	unsigned int at = batch_ring_push(&f->ring);

	f->ring.arg = f;
	assert_int_equal(batch_ring_submit(&f->ring, f->store, &lease, records),
			 0);
	return at;
}

static void complete(struct fixture *f)
{
	lease_memory_hold(f->store, false);
	batch_ring_complete(&f->ring, f->store);
	lease_memory_hold(f->store, true);
}

static void a_batch_without_records_waits_for_those_before_it(void **state)
{
	struct fixture f = open_fixture();

	(void)state;
	push(&f, 1);
	push(&f, 0);
	batch_ring_end_ready(&f.ring);
	assert_int_equal(f.ended, 0);
	complete(&f);
	assert_int_equal(f.ended, 2);
	assert_int_equal(f.end[0].at, 0);
	assert_int_equal(f.end[1].at, 1);
	assert_true(f.end[0].is_durable && f.end[1].is_durable);
	lease_store_close(f.store);
}

static void a_batch_without_records_before_all_others_ends_at_once(void **state)
{
	struct fixture f = open_fixture();

	(void)state;
	push(&f, 0);
	push(&f, 1);
	batch_ring_end_ready(&f.ring);
	assert_int_equal(f.ended, 1);
	assert_int_equal(f.ring.count, 1);
	complete(&f);
	assert_int_equal(f.ended, 2);
	lease_store_close(f.store);
}

static void
what_follows_a_failure_fails_and_what_comes_later_does_not(void **state)
{
	struct fixture f = open_fixture();

	(void)state;
	lease_memory_fail_next(f.store, 1);
	push(&f, 1);
	push(&f, 1);
	complete(&f);
	push(&f, 1);
	complete(&f);
	assert_int_equal(f.ended, 3);
	assert_false(f.end[0].is_durable);
	assert_false(f.end[1].is_durable);
	assert_true(f.end[2].is_durable);
	lease_store_close(f.store);
}

static void
a_batch_that_is_still_filled_ends_only_when_it_was_submitted(void **state)
{
	struct fixture f = open_fixture();

	(void)state;
	push(&f, 1);
	batch_ring_push(&f.ring);
	complete(&f);
	assert_int_equal(f.ended, 1);
	batch_ring_end_ready(&f.ring);
	assert_int_equal(f.ended, 1);
	assert_int_equal(batch_ring_submit(&f.ring, f.store, NULL, 0), 0);
	batch_ring_end_ready(&f.ring);
	assert_int_equal(f.ended, 2);
	lease_store_close(f.store);
}

static void a_batch_the_store_does_not_take_is_no_longer_there(void **state)
{
	struct fixture f = open_fixture();

	(void)state;
	push(&f, 1);
	lease_memory_set_failed(f.store);
	batch_ring_push(&f.ring);
	assert_int_equal(batch_ring_submit(&f.ring, f.store, &lease, 1), -EIO);
	assert_int_equal(f.ring.count, 1);
	complete(&f);
	assert_int_equal(f.ended, 1);
	lease_store_close(f.store);
}

static void a_ring_goes_round_and_is_full_at_its_size(void **state)
{
	struct fixture f = open_fixture();
	unsigned int i;

	(void)state;
	push(&f, 0);
	batch_ring_end_ready(&f.ring);
	for (i = 0; i < BATCH_RING_SIZE; i++) {
		assert_false(batch_ring_is_full(&f.ring));
		assert_int_equal(push(&f, 0), (i + 1) % BATCH_RING_SIZE);
	}
	assert_true(batch_ring_is_full(&f.ring));
	f.ended = 0;
	batch_ring_abort(&f.ring);
	assert_int_equal(f.ended, BATCH_RING_SIZE);
	for (i = 0; i < BATCH_RING_SIZE; i++) {
		assert_int_equal(f.end[i].at, (i + 1) % BATCH_RING_SIZE);
		assert_false(f.end[i].is_durable);
	}
	lease_store_close(f.store);
}

static void room_grows_and_keeps_what_is_in_it(void **state)
{
	struct batch_space space = { 0 };
	uint8_t *at;
	size_t i;

	(void)state;
	for (i = 0; i < 300; i++) {
		at = batch_space_reserve(&space, 1000);
		assert_non_null(at);
		assert_ptr_equal(at, space.octets + i * 1000);
		memset(at, (int)(i & 0xff), 1000);
		space.used += 1000;
	}
	for (i = 0; i < space.used; i++)
		assert_int_equal(space.octets[i], (i / 1000) & 0xff);
	/* One answer that is longer than all there is. */
	assert_non_null(batch_space_reserve(&space, 3 * space.size));
	assert_int_equal(space.used, 300000);
	free(space.octets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_batch_without_records_waits_for_those_before_it),
		cmocka_unit_test(
			a_batch_without_records_before_all_others_ends_at_once),
		cmocka_unit_test(
			what_follows_a_failure_fails_and_what_comes_later_does_not),
		cmocka_unit_test(
			a_batch_that_is_still_filled_ends_only_when_it_was_submitted),
		cmocka_unit_test(
			a_batch_the_store_does_not_take_is_no_longer_there),
		cmocka_unit_test(a_ring_goes_round_and_is_full_at_its_size),
		cmocka_unit_test(room_grows_and_keeps_what_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
