/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of handles against a plain array of what should be in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "dhcp4o6/base/hash.h"
#include "rng.h"

#define SEED     0x5eed0001
#define KEYS     20000U
#define KEY_NONE UINT32_MAX

/* Few distinct hashes make long chains; many make none. */
static uint64_t hash_of(uint32_t key, uint32_t distinct)
{
	const struct siphash_key sip = { { 1, 2 } };
	uint32_t class = key % distinct;

	return siphash24(&sip, &class, sizeof(class));
}

/* A handle stands for the key in this array. */
static bool key_equal(const void *ctx, uint32_t handle, const void *key)
{
	const uint32_t *key_of = ctx;

	return key_of[handle] == *(const uint32_t *)key;
}

struct model {
	struct hmap *map;
	uint32_t *key_of; /* by handle; handle == key, or KEY_NONE */
	uint32_t distinct;
	uint32_t count;
};

static void model_step(struct model *m, struct rng *rng, uint32_t bias)
{
	uint32_t key = rng_below(rng, KEYS);
	uint64_t hash = hash_of(key, m->distinct);

	if (m->key_of[key] == KEY_NONE && rng_below(rng, 100) < bias) {
		assert_int_equal(hmap_insert(m->map, hash, key), 0);
		m->key_of[key] = key;
		m->count++;
	} else if (m->key_of[key] != KEY_NONE && rng_below(rng, 100) >= bias) {
		assert_int_equal(hmap_remove(m->map, hash, key), 0);
		m->key_of[key] = KEY_NONE;
		m->count--;
	}
}

static void model_check(const struct model *m)
{
	uint32_t key;

	assert_int_equal(hmap_count(m->map), m->count);
	for (key = 0; key < KEYS; key++) {
		uint64_t hash = hash_of(key, m->distinct);

		if (m->key_of[key] == KEY_NONE)
			assert_int_equal(hmap_remove(m->map, hash, key),
					 -ENOENT);
		assert_int_equal(
			hmap_find(m->map, hash, key_equal, m->key_of, &key),
			m->key_of[key]);
	}
}

static void run_model(uint32_t distinct, uint32_t expected, unsigned int steps)
{
	struct model m = { .distinct = distinct };
	struct rng rng = { SEED };
	unsigned int i;

	m.key_of = malloc(KEYS * sizeof(*m.key_of));
	assert_non_null(m.key_of);
	for (i = 0; i < KEYS; i++)
		m.key_of[i] = KEY_NONE;
	assert_int_equal(hmap_new(&m.map, expected), 0);
	for (i = 0; i < steps; i++) {
		/* Grow, shrink to next to nothing, grow again. */
		model_step(&m, &rng, i / (steps / 4) % 2 ? 5 : 90);
		if (i % (steps / 8) == 0)
			model_check(&m);
	}
	model_check(&m);
	hmap_free(m.map);
	free(m.key_of);
}

static void holds_what_a_plain_array_would(void **state)
{
	(void)state;
	print_message("seed %#x\n", SEED);
	run_model(KEYS, 0, 400000);
}

static void starts_large_when_told_so(void **state)
{
	(void)state;
	run_model(KEYS, 100000, 100000);
}

static void survives_keys_that_collide(void **state)
{
	(void)state;
	run_model(700, 0, 60000);
}

static void one_handle_may_be_there_under_several_hashes(void **state)
{
	uint32_t key_of[1] = { 0 };
	uint32_t key = 0;
	struct hmap *map;

	(void)state;
	assert_int_equal(hmap_new(&map, 0), 0);
	assert_int_equal(hmap_insert(map, 1, 0), 0);
	assert_int_equal(hmap_insert(map, 2, 0), 0);
	assert_int_equal(hmap_remove(map, 1, 0), 0);
	assert_int_equal(hmap_find(map, 1, key_equal, key_of, &key), HMAP_NONE);
	assert_int_equal(hmap_find(map, 2, key_equal, key_of, &key), 0);
	hmap_free(map);
}

/* 17 octets an entry at any fill; leases are budgeted with that. */
static void memory_stays_in_proportion(void **state)
{
	struct hmap *map;
	uint32_t i;

	(void)state;
	assert_int_equal(hmap_new(&map, 0), 0);
	for (i = 0; i < 1000000; i++) {
		assert_int_equal(hmap_insert(map, hash_of(i, UINT32_MAX), i),
				 0);
		if (i >= 10000 && i % 50000 == 0)
			assert_true(hmap_memory(map) < (size_t)i * 17);
	}
	hmap_free(map);
	hmap_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_a_plain_array_would),
		cmocka_unit_test(starts_large_when_told_so),
		cmocka_unit_test(survives_keys_that_collide),
		cmocka_unit_test(one_handle_may_be_there_under_several_hashes),
		cmocka_unit_test(memory_stays_in_proportion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
