/* SPDX-License-Identifier: BSD-2-Clause */
/* slab and age_list - entries that never move, and their order by age. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/base/age_list.h"
#include "rng.h"

#define ENTRIES (3 * SLAB_CHUNK)

struct thing {
	uint32_t first; /* the slab's while nobody has it */
	uint64_t number;
	uint8_t rest[21];
};

static void entries_are_zeroed_and_never_move(void **state)
{
	static struct thing *place[ENTRIES];
	struct slab slab;
	uint32_t i;

	(void)state;
	slab_init(&slab, sizeof(struct thing));
	assert_int_equal(slab_memory(&slab), 0);
	for (i = 0; i < ENTRIES; i++) {
		assert_int_equal(slab_take(&slab), i);
		place[i] = slab_at(&slab, i);
		assert_int_equal(place[i]->number, 0);
		assert_int_equal(place[i]->rest[20], 0);
		place[i]->number = i;
		place[i]->rest[20] = 1;
	}
	assert_int_equal(slab.count, ENTRIES);
	for (i = 0; i < ENTRIES; i++) {
		assert_ptr_equal(slab_at(&slab, i), place[i]);
		assert_int_equal(place[i]->number, i);
	}
	assert_true(slab_memory(&slab) >= ENTRIES * sizeof(struct thing));
	slab_fini(&slab);
}

static void handles_that_were_given_back_are_taken_first(void **state)
{
	struct slab slab;
	struct thing *thing;
	uint32_t i;

	(void)state;
	slab_init(&slab, sizeof(struct thing));
	for (i = 0; i < 10; i++) {
		slab_take(&slab);
		thing = slab_at(&slab, i);
		thing->number = 100 + i;
	}
	slab_give(&slab, 3);
	slab_give(&slab, 7);
	assert_int_equal(slab.count, 8);
	/* What is behind the first octets is there still. */
	thing = slab_at(&slab, 7);
	assert_int_equal(thing->number, 107);
	assert_int_equal(slab_take(&slab), 7);
	assert_int_equal(thing->number, 0);
	assert_int_equal(slab_take(&slab), 3);
	assert_int_equal(slab_take(&slab), 10);
	assert_int_equal(slab.count, 11);
	assert_int_equal(slab.used, 11);
	slab_fini(&slab);
}

/* ---- by age ---- */

#define MEMBERS 40U

struct member {
	struct age_link link;
	uint64_t stamp; /* when it became the newest */
};

/* From the oldest to the newest, and back. */
static void check_order(const struct age_list *list, const bool *is_in)
{
	uint32_t at, older = SLAB_NONE, count = 0;
	const struct member *m;
	uint64_t stamp = 0;

	for (at = list->oldest; at != SLAB_NONE; at = m->link.newer) {
		m = slab_at(&list->slab, at);
		assert_true(is_in[at]);
		assert_int_equal(m->link.older, older);
		assert_true(!count++ || m->stamp > stamp);
		stamp = m->stamp;
		older = at;
	}
	assert_int_equal(list->newest, older);
	assert_int_equal(list->count, count);
	for (at = 0; at < MEMBERS; at++)
		count -= is_in[at];
	assert_int_equal(count, 0);
}

static void who_was_removed_comes_back_to_its_place(void **state)
{
	bool is_in[MEMBERS] = { false };
	struct rng rng = { 20261125 };
	struct age_list list;
	struct member *m;
	uint64_t clock = 0;
	uint32_t i, at;

	(void)state;
	age_list_init(&list, sizeof(struct member));
	check_order(&list, is_in);
	for (i = 0; i < MEMBERS; i++)
		assert_int_equal(slab_take(&list.slab), i);
	for (i = 0; i < 20000; i++) {
		at = rng_below(&rng, MEMBERS);
		m = slab_at(&list.slab, at);
		if (is_in[at]) {
			age_list_remove(&list, at);
		} else if (m->stamp && rng_below(&rng, 3)) {
			age_list_restore(&list, at);
		} else {
			age_list_add(&list, at);
			m->stamp = ++clock;
		}
		is_in[at] = !is_in[at];
		check_order(&list, is_in);
	}
	age_list_fini(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_zeroed_and_never_move),
		cmocka_unit_test(handles_that_were_given_back_are_taken_first),
		cmocka_unit_test(who_was_removed_comes_back_to_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
