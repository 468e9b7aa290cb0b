/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space: the next fresh slot and the lowest rank between any two
 * slots, against a naive model, and how many steps they cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/alloc/space.h"

#define SEED 20260801U

static uint32_t random_state;

static uint32_t random_u32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* What a slot is, said directly. */
struct model {
	uint64_t base;
	uint32_t count;
	bool *fresh;
	uint32_t *rank;
};

static void model_init(struct model *m, uint64_t base, uint32_t count)
{
	uint32_t i;

	m->base = base;
	m->count = count;
	m->fresh = malloc(count * sizeof(*m->fresh));
	m->rank = malloc(count * sizeof(*m->rank));
	assert_non_null(m->fresh);
	assert_non_null(m->rank);
	for (i = 0; i < count; i++) {
		m->fresh[i] = true;
		m->rank[i] = RANK_NONE;
	}
}

static void model_fini(struct model *m)
{
	free(m->fresh);
	free(m->rank);
}

static void settle(struct space *space, struct model *m, uint32_t i, bool fresh,
		   uint32_t rank)
{
	struct slot_ref ref;

	assert_int_equal(space_get(space, m->base + i, &ref), 0);
	space_settle(space, ref, fresh, rank);
	m->fresh[i] = fresh;
	m->rank[i] = rank;
}

static void check_range(struct space *space, const struct model *m,
			uint32_t first, uint32_t last)
{
	uint64_t want = SPACE_NONE;
	uint32_t low = RANK_NONE;
	uint32_t rank, i;
	uint64_t slot;

	for (i = first; i <= last && want == SPACE_NONE; i++) {
		if (m->fresh[i])
			want = m->base + i;
	}
	slot = space_next_fresh(space, m->base + first, m->base + last);
	if (slot != want)
		fail_msg("seed %u: fresh in %u..%u", SEED, first, last);
	for (i = first; i <= last; i++)
		low = m->rank[i] < low ? m->rank[i] : low;
	slot = space_lowest(space, m->base + first, m->base + last, &rank);
	if (rank != low)
		fail_msg("seed %u: rank in %u..%u", SEED, first, last);
	if (low == RANK_NONE) {
		assert_true(slot == SPACE_NONE);
		return;
	}
	assert_in_range(slot, m->base + first, m->base + last);
	assert_int_equal(m->rank[slot - m->base], low);
}

static void play(uint8_t psid_len, uint64_t base, uint32_t count)
{
	struct space *space;
	struct model m;
	uint32_t round;

	random_state = SEED;
	assert_int_equal(space_new(&space, psid_len), 0);
	model_init(&m, base, count);
	for (round = 0; round < 6000; round++) {
		uint32_t i = random_u32() % count;
		uint32_t first = random_u32() % count;
		uint32_t last = first + random_u32() % (count - first);
		/* Runs, so that words, blocks and nodes fill up whole. */
		uint32_t run = 1U << random_u32() % 10;
		bool fresh = random_u32() % 4 == 0;

		for (; run > 0 && i < count; run--, i++) {
			uint32_t rank =
				random_u32() % 3 ? random_u32() : RANK_NONE;

			settle(space, &m, i, fresh, fresh ? RANK_NONE : rank);
		}
		check_range(space, &m, first, last);
		check_range(space, &m, first, first);
		check_range(space, &m, 0, count - 1);
	}
	model_fini(&m);
	space_free(space);
}

static void finds_what_a_naive_search_finds(void **state)
{
	(void)state;
	/* Across blocks, and across a node of the tree (2^18 slots). */
	play(0, 0x0a0a0000, 4096);
	play(0, 0x0a0a0123, 3 * 4096);
	play(0, 0x0a03f000 - 100, 4096);
	play(0, 0, 100);
	play(0, 0xffffffff - 5000, 5001);
}

static void finds_the_same_among_shared_addresses(void **state)
{
	(void)state;
	play(6, space_slot(0xc0000200, 3, 6), 3 * 4096);
	play(16, space_slot(0xffffffff, 0, 16), 65536);
}

static void untouched_space_is_fresh_and_costs_nothing(void **state)
{
	struct space *space;
	uint32_t rank;

	(void)state;
	assert_int_equal(space_new(&space, 0), 0);
	assert_int_equal(space_next_fresh(space, 0, UINT32_MAX), 0);
	assert_int_equal(space_next_fresh(space, 77, UINT32_MAX), 77);
	assert_true(space_lowest(space, 0, UINT32_MAX, &rank) == SPACE_NONE);
	assert_int_equal(space->block_count, 0);
	space_free(space);
}

static void blocks_are_apart_by_number_and_have_an_owner(void **state)
{
	struct slot_ref a, b;
	struct space *space;

	(void)state;
	assert_int_equal(space_new(&space, 0), 0);
	assert_int_equal(space_get(space, 4095, &a), 0);
	assert_int_equal(space_get(space, 4096, &b), 0);
	assert_ptr_not_equal(a.block, b.block);
	assert_int_equal(a.index, 4095);
	assert_int_equal(b.index, 0);
	assert_int_equal(b.block->number, 1);
	assert_int_equal(b.block->owner, 1);
	assert_int_equal(b.block->epoch, 1);
	assert_int_equal(space_handle(b), SPACE_HANDLE_NONE);
	space_free(space);
}

/* ---- cost ---- */

#define POOL_BASE 0x0a010000U
#define POOL_SIZE 65536U
/* Root, levels, two cut ends: each node and word once. */
#define STEPS_MAX 24

static uint64_t steps_of_fresh(struct space *space, uint32_t from)
{
	uint64_t before = space->steps;

	space_next_fresh(space, POOL_BASE + from, POOL_BASE + POOL_SIZE - 1);
	return space->steps - before;
}

static uint64_t steps_of_lowest(struct space *space, uint32_t from)
{
	uint64_t before = space->steps;
	uint32_t rank;

	space_lowest(space, POOL_BASE + from, POOL_BASE + POOL_SIZE - 1, &rank);
	return space->steps - before;
}

/* Uses this many of 1,000 slots, spread by a stride. */
static void fill(struct space *space, struct model *m, uint32_t per_mille)
{
	uint32_t i;

	for (i = 0; i < POOL_SIZE; i++) {
		bool fresh = (i * 40503U >> 4) % 1000 >= per_mille;

		settle(space, m, i, fresh, fresh ? RANK_NONE : 1000 + i);
	}
}

static void cost_of_a_choice_does_not_grow_with_the_fill(void **state)
{
	static const uint32_t fills[] = { 0, 500, 999, 1000 };
	struct space *space;
	struct model m;
	uint32_t i, from;

	(void)state;
	assert_int_equal(space_new(&space, 0), 0);
	model_init(&m, POOL_BASE, POOL_SIZE);
	for (i = 0; i < 4; i++) {
		fill(space, &m, fills[i]);
		for (from = 0; from < POOL_SIZE; from += 61) {
			assert_in_range(steps_of_fresh(space, from), 1,
					STEPS_MAX);
			assert_in_range(steps_of_lowest(space, from), 1,
					STEPS_MAX);
		}
	}
	model_fini(&m);
	space_free(space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_a_naive_search_finds),
		cmocka_unit_test(finds_the_same_among_shared_addresses),
		cmocka_unit_test(untouched_space_is_fresh_and_costs_nothing),
		cmocka_unit_test(blocks_are_apart_by_number_and_have_an_owner),
		cmocka_unit_test(cost_of_a_choice_does_not_grow_with_the_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
