/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap of times against an array that is searched from end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/base/heap.h"
#include "rng.h"

#define SEED    0x5eed0002
#define HANDLES 300U
#define ABSENT  INT64_MIN

static int64_t least(const int64_t *key)
{
	int64_t best = INT64_MAX;
	uint32_t i;

	for (i = 0; i < HANDLES; i++)
		if (key[i] != ABSENT && key[i] < best)
			best = key[i];
	return best;
}

static void check(const struct heap *heap, const int64_t *key, uint32_t count)
{
	uint32_t i;

	assert_int_equal(heap_count(heap), count);
	for (i = 0; i < HANDLES; i++) {
		assert_int_equal(heap_has(heap, i), key[i] != ABSENT);
		if (key[i] != ABSENT)
			assert_true(heap_key(heap, i) == key[i]);
	}
	if (count == 0)
		assert_int_equal(heap_first(heap), HEAP_NONE);
	else
		assert_true(heap_key(heap, heap_first(heap)) == least(key));
}

static void finds_the_least_as_a_search_would(void **state)
{
	struct rng rng = { SEED };
	int64_t key[HANDLES];
	struct heap *heap;
	uint32_t count = 0;
	uint32_t i;

	(void)state;
	print_message("seed %#x\n", SEED);
	for (i = 0; i < HANDLES; i++)
		key[i] = ABSENT;
	assert_int_equal(heap_new(&heap), 0);
	for (i = 0; i < 60000; i++) {
		uint32_t handle = rng_below(&rng, HANDLES);
		/* The mix changes, so that it fills up and runs empty. */
		uint32_t remove = i / 10000 % 2 ? 70 : 30;

		if (rng_below(&rng, 100) < remove) {
			count -= key[handle] != ABSENT;
			key[handle] = ABSENT;
			heap_remove(heap, handle);
		} else {
			count += key[handle] == ABSENT;
			key[handle] = (int64_t)rng_below(&rng, 1000) - 500;
			assert_int_equal(heap_set(heap, handle, key[handle]),
					 0);
		}
		check(heap, key, count);
	}
	heap_free(heap);
}

static void comes_out_in_order_with_sparse_handles(void **state)
{
	struct rng rng = { SEED };
	int64_t before = INT64_MIN;
	struct heap *heap;
	uint32_t i;

	(void)state;
	assert_int_equal(heap_new(&heap), 0);
	for (i = 0; i < 50000; i++)
		assert_int_equal(
			heap_set(heap, i * 37, (int64_t)rng_next(&rng)), 0);
	for (i = 0; i < 50000; i++) {
		uint32_t first = heap_first(heap);
		int64_t key = heap_key(heap, first);

		assert_true(key >= before);
		before = key;
		heap_remove(heap, first);
	}
	assert_int_equal(heap_first(heap), HEAP_NONE);
	heap_remove(heap, 12345678);
	heap_free(heap);
	heap_free(NULL);
}

static void memory_is_sixteen_octets_for_dense_handles(void **state)
{
	struct heap *heap;
	uint32_t i;

	(void)state;
	assert_int_equal(heap_new(&heap), 0);
	for (i = 0; i < 3000000; i++)
		assert_int_equal(heap_set(heap, i, -(int64_t)(i % 1000)), 0);
	assert_true(heap_memory(heap) < (size_t)(i + (1U << 20)) * 17);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_least_as_a_search_would),
		cmocka_unit_test(comes_out_in_order_with_sparse_handles),
		cmocka_unit_test(memory_is_sixteen_octets_for_dense_handles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
