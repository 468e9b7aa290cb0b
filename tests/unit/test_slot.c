/* SPDX-License-Identifier: BSD-2-Clause */
/* The slot table: by hand, and at random against a model that is a list. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dhcp4o6/ipc/dialect.h"
#include "dhcp4o6/ipc/slot.h"

static struct ipc_slot slot_number(uint32_t n)
{
	return (struct ipc_slot){ .ifindex = n,
				  .sent = { .ns = 1000 + (int64_t)n } };
}

static uint64_t put_number(struct ipc_slots *slots, uint32_t n)
{
	struct ipc_slot slot = slot_number(n);

	return ipc_slots_put(slots, &slot);
}

static struct ipc_slots *new_slots(uint32_t count, uint32_t window)
{
	struct ipc_slots *slots = NULL;

	assert_int_equal(ipc_slots_new(&slots, count, window), 0);
	return slots;
}

static void a_token_finds_its_slot_once(void **state)
{
	struct ipc_slots *slots = new_slots(4, 4);
	uint64_t token = put_number(slots, 7);
	struct ipc_slot slot;

	(void)state;
	assert_true(token != IPC_TOKEN_NONE);
	assert_int_equal(ipc_slots_take(slots, token, &slot), 0);
	assert_int_equal(slot.ifindex, 7);
	assert_int_equal(ipc_slots_take(slots, token, &slot), -ENOENT);
	assert_int_equal(ipc_slots_stats(slots)->unknown, 1);
	ipc_slots_free(slots);
}

static void a_stale_token_never_finds_the_slots_next_user(void **state)
{
	struct ipc_slots *slots = new_slots(1, 1);
	uint64_t old = put_number(slots, 1);
	struct ipc_slot slot;

	(void)state;
	for (uint32_t n = 2; n < 1000; n++) {
		uint64_t token = put_number(slots, n);

		assert_true(token != old);
		assert_int_equal(ipc_slots_take(slots, old, &slot), -ENOENT);
		old = token;
	}
	assert_int_equal(ipc_slots_stats(slots)->evicted, 998);
	ipc_slots_free(slots);
}

static void invented_tokens_find_nothing(void **state)
{
	struct ipc_slots *slots = new_slots(8, 8);
	uint64_t token = put_number(slots, 1);
	struct ipc_slot slot;

	(void)state;
	for (unsigned int bit = 0; bit < 64; bit++)
		assert_int_equal(
			ipc_slots_take(slots, token ^ 1ULL << bit, &slot),
			-ENOENT);
	assert_int_equal(ipc_slots_take(slots, IPC_TOKEN_NONE, &slot), -ENOENT);
	assert_int_equal(ipc_slots_take(slots, UINT64_MAX, &slot), -ENOENT);
	assert_int_equal(ipc_slots_take(slots, token, &slot), 0);
	ipc_slots_free(slots);
}

static void tokens_of_an_earlier_run_find_nothing(void **state)
{
	struct ipc_slots *before = new_slots(8, 8), *after = new_slots(8, 8);
	struct ipc_slot slot;
	unsigned int hits = 0;

	(void)state;
	for (uint32_t n = 0; n < 8; n++) {
		uint64_t old = put_number(before, n);

		put_number(after, n);
		hits += ipc_slots_take(after, old, &slot) == 0;
	}
	assert_int_equal(hits, 0);
	ipc_slots_free(before);
	ipc_slots_free(after);
}

static void the_oldest_makes_room_when_the_table_is_full(void **state)
{
	struct ipc_slots *slots = new_slots(3, 3);
	struct ipc_slot slot;
	uint64_t token[4];

	(void)state;
	for (uint32_t n = 0; n < 4; n++)
		token[n] = put_number(slots, n);
	assert_int_equal(ipc_slots_take(slots, token[0], &slot), -ENOENT);
	for (uint32_t n = 1; n < 4; n++) {
		assert_int_equal(ipc_slots_take(slots, token[n], &slot), 0);
		assert_int_equal(slot.ifindex, n);
	}
	ipc_slots_free(slots);
}

static void an_answer_takes_older_queries_out_of_the_window(void **state)
{
	struct ipc_slots *slots = new_slots(8, 4);
	struct ipc_slot slot;
	uint64_t token[4];

	(void)state;
	for (uint32_t n = 0; n < 4; n++) {
		assert_false(ipc_slots_is_window_full(slots));
		token[n] = put_number(slots, n);
	}
	assert_true(ipc_slots_is_window_full(slots));
	assert_int_equal(ipc_slots_take(slots, token[2], &slot), 0);
	assert_int_equal(ipc_slots_in_flight(slots), 1);
	/* A late answer to an older one still finds its way. */
	assert_int_equal(ipc_slots_take(slots, token[0], &slot), 0);
	assert_int_equal(ipc_slots_in_flight(slots), 1);
	assert_int_equal(ipc_slots_oldest(slots).ns, 1003);
	ipc_slots_free(slots);
}

static void timeouts_open_the_window_and_keep_the_slots(void **state)
{
	struct ipc_slots *slots = new_slots(8, 3);
	struct ipc_slot slot;
	uint64_t token[3];

	(void)state;
	for (uint32_t n = 0; n < 3; n++)
		token[n] = put_number(slots, n);
	assert_int_equal(
		ipc_slots_expire(slots, (struct mono_time){ .ns = 1000 }), 0);
	assert_int_equal(
		ipc_slots_expire(slots, (struct mono_time){ .ns = 1002 }), 2);
	assert_int_equal(ipc_slots_in_flight(slots), 1);
	assert_int_equal(ipc_slots_take(slots, token[0], &slot), 0);
	assert_int_equal(slot.ifindex, 0);
	assert_int_equal(
		ipc_slots_expire(slots, (struct mono_time){ .ns = INT64_MAX }),
		1);
	assert_int_equal(ipc_slots_oldest(slots).ns, 0);
	assert_int_equal(ipc_slots_stats(slots)->expired, 3);
	ipc_slots_free(slots);
}

static void without_tokens_each_answer_takes_one_out(void **state)
{
	struct ipc_slots *slots = new_slots(4, 2);

	(void)state;
	ipc_slots_ack_oldest(slots); /* an answer nobody asked for */
	assert_int_equal(ipc_slots_in_flight(slots), 0);
	for (uint32_t n = 0; n < 100; n++) {
		put_number(slots, n);
		put_number(slots, n);
		assert_true(ipc_slots_is_window_full(slots));
		ipc_slots_ack_oldest(slots);
		ipc_slots_ack_oldest(slots);
		assert_int_equal(ipc_slots_in_flight(slots), 0);
	}
	assert_int_equal(ipc_slots_stats(slots)->evicted, 0);
	ipc_slots_free(slots);
}

static void a_cancelled_query_leaves_no_trace(void **state)
{
	struct ipc_slots *slots = new_slots(2, 2);
	uint64_t first = put_number(slots, 1), second;
	struct ipc_slot slot;

	(void)state;
	for (uint32_t n = 0; n < 10; n++) {
		second = put_number(slots, 2);
		assert_int_equal(ipc_slots_in_flight(slots), 2);
		ipc_slots_cancel(slots, first); /* not the last one */
		assert_int_equal(ipc_slots_in_flight(slots), 2);
		ipc_slots_cancel(slots, second);
		assert_int_equal(ipc_slots_in_flight(slots), 1);
		assert_int_equal(ipc_slots_take(slots, second, &slot), -ENOENT);
	}
	assert_int_equal(ipc_slots_stats(slots)->put, 1);
	assert_int_equal(ipc_slots_take(slots, first, &slot), 0);
	second = put_number(slots, 3);
	ipc_slots_cancel(slots, second);
	assert_int_equal(ipc_slots_in_flight(slots), 0);
	assert_int_equal(ipc_slots_oldest(slots).ns, 0);
	ipc_slots_free(slots);
}

static void sizes_that_make_no_sense_are_refused(void **state)
{
	struct ipc_slots *slots;

	(void)state;
	assert_int_equal(ipc_slots_new(&slots, 0, 1), -EINVAL);
	assert_int_equal(ipc_slots_new(&slots, 4, 0), -EINVAL);
	assert_int_equal(ipc_slots_new(&slots, 4, 5), -EINVAL);
	assert_int_equal(ipc_slots_new(&slots, (1U << 24) + 1, 1), -EINVAL);
	ipc_slots_free(NULL);
}

#define MODEL_SLOTS 13
#define MODEL_STEPS 200000

/* Used slots in order of age; in flight are those from `border` on. */
struct model {
	struct model_entry {
		uint64_t token;
		uint32_t number;
	} entry[MODEL_SLOTS];
	unsigned int count;
	unsigned int border;
};

static void model_drop(struct model *m, unsigned int i)
{
	for (unsigned int k = i + 1; k < m->count; k++)
		m->entry[k - 1] = m->entry[k];
	m->count--;
	if (m->border > i)
		m->border--;
}

static void model_step_put(struct model *m, struct ipc_slots *slots,
			   uint32_t number)
{
	if (m->count == MODEL_SLOTS)
		model_drop(m, 0);
	m->entry[m->count].token = put_number(slots, number);
	m->entry[m->count++].number = number;
}

static void model_step_take(struct model *m, struct ipc_slots *slots,
			    unsigned int i)
{
	struct ipc_slot slot;

	assert_int_equal(ipc_slots_take(slots, m->entry[i].token, &slot), 0);
	assert_int_equal(slot.ifindex, m->entry[i].number);
	if (m->border <= i)
		m->border = i + 1;
	model_drop(m, i);
}

static void model_step_expire(struct model *m, struct ipc_slots *slots,
			      unsigned int i)
{
	struct mono_time before = slot_number(m->entry[i].number).sent;
	unsigned int expected = i > m->border ? i - m->border : 0;

	assert_int_equal(ipc_slots_expire(slots, before), expected);
	m->border += expected;
}

static void behaves_like_a_list_at_random(void **state)
{
	struct ipc_slots *slots = new_slots(MODEL_SLOTS, 5);
	struct model m = { .count = 0 };
	unsigned int seed = 20260101;

	(void)state;
	printf("seed %u\n", seed);
	for (uint32_t step = 0; step < MODEL_STEPS; step++) {
		unsigned int what = (unsigned int)rand_r(&seed) % 17;
		unsigned int i =
			m.count ? (unsigned int)rand_r(&seed) % m.count : 0;

		if (what < 8 || !m.count) {
			model_step_put(&m, slots, step);
		} else if (what == 16) {
			model_step_put(&m, slots, step);
			ipc_slots_cancel(slots, m.entry[--m.count].token);
		} else if (what < 13) {
			model_step_take(&m, slots, i);
		} else if (what < 14) {
			ipc_slots_ack_oldest(slots);
			if (m.border < m.count)
				model_drop(&m, m.border);
		} else {
			model_step_expire(&m, slots, i);
		}
		assert_int_equal(ipc_slots_in_flight(slots),
				 m.count - m.border);
		assert_int_equal(ipc_slots_is_window_full(slots),
				 m.count - m.border >= 5);
	}
	ipc_slots_free(slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_finds_its_slot_once),
		cmocka_unit_test(a_stale_token_never_finds_the_slots_next_user),
		cmocka_unit_test(invented_tokens_find_nothing),
		cmocka_unit_test(tokens_of_an_earlier_run_find_nothing),
		cmocka_unit_test(the_oldest_makes_room_when_the_table_is_full),
		cmocka_unit_test(
			an_answer_takes_older_queries_out_of_the_window),
		cmocka_unit_test(timeouts_open_the_window_and_keep_the_slots),
		cmocka_unit_test(without_tokens_each_answer_takes_one_out),
		cmocka_unit_test(a_cancelled_query_leaves_no_trace),
		cmocka_unit_test(sizes_that_make_no_sense_are_refused),
		cmocka_unit_test(behaves_like_a_list_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
