/* SPDX-License-Identifier: BSD-2-Clause */
/* The two-level bitmap against an array of bools. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dhcp4o6/base/bitmap.h"
#include "rng.h"

#define SEED 0x5eed0003

static void check(const struct bitmap *map, const bool *model)
{
	uint32_t next = BITMAP_NONE;
	uint32_t count = 0;
	uint32_t i;

	assert_int_equal(bitmap_next(map, BITMAP_SLOTS), BITMAP_NONE);
	for (i = BITMAP_SLOTS; i-- > 0;) {
		if (model[i]) {
			next = i;
			count++;
		}
		assert_int_equal(bitmap_has(map, i), model[i]);
		assert_int_equal(bitmap_next(map, i), next);
	}
	assert_int_equal(bitmap_count(map), count);
	assert_int_equal(bitmap_is_empty(map), count == 0);
}

static void set_range(struct bitmap *map, bool *model, struct rng *rng,
		      bool value)
{
	uint32_t first = rng_below(rng, BITMAP_SLOTS);
	uint32_t last = first + rng_below(rng, BITMAP_SLOTS - first);
	uint32_t i;

	for (i = first; i <= last; i++)
		model[i] = value;
	if (value)
		bitmap_set_range(map, first, last);
	else
		bitmap_clear_range(map, first, last);
}

static void does_what_an_array_of_bools_would(void **state)
{
	static bool model[BITMAP_SLOTS];
	struct rng rng = { SEED };
	struct bitmap map;
	unsigned int i;

	(void)state;
	print_message("seed %#x\n", SEED);
	bitmap_clear_all(&map);
	for (i = 0; i < 6000; i++) {
		uint32_t slot = rng_below(&rng, BITMAP_SLOTS);

		switch (rng_below(&rng, i % 1000 < 500 ? 3 : 40)) {
		case 0:
			set_range(&map, model, &rng, false);
			break;
		case 1:
			set_range(&map, model, &rng, i % 50 == 0);
			break;
		case 2:
			bitmap_clear(&map, slot);
			model[slot] = false;
			break;
		default:
			bitmap_set(&map, slot);
			model[slot] = true;
		}
		if (i % 10 == 0)
			check(&map, model);
	}
}

static void ranges_include_both_ends(void **state)
{
	static bool model[BITMAP_SLOTS];
	static const uint32_t edge[] = { 0,  1,   62,  63,   64,
					 65, 127, 128, 4032, 4095 };
	struct bitmap map;
	size_t a, b;

	(void)state;
	for (a = 0; a < 10; a++) {
		for (b = a; b < 10; b++) {
			uint32_t len = edge[b] - edge[a] + 1;

			bitmap_clear_all(&map);
			memset(model, 0, sizeof(model));
			memset(model + edge[a], 1, len);
			bitmap_set_range(&map, edge[a], edge[b]);
			check(&map, model);
			bitmap_set_range(&map, 0, BITMAP_SLOTS - 1);
			memset(model, 1, sizeof(model));
			memset(model + edge[a], 0, len);
			bitmap_clear_range(&map, edge[a], edge[b]);
			check(&map, model);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_an_array_of_bools_would),
		cmocka_unit_test(ranges_include_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
