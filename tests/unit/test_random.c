/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp4o6/base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct siphash_key key_a = { { 1, 2 } };
static const struct siphash_key key_b = { { 1, 3 } };

static void a_key_gives_the_same_numbers_again(void **state)
{
	struct random_source a = random_source(&key_a);
	struct random_source same = random_source(&key_a);
	struct random_source other = random_source(&key_b);
	unsigned int differ = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t number = random_next(&a);

		assert_true(number == random_next(&same));
		differ += number != random_next(&other);
	}
	assert_int_equal(differ, 1000);
}

static void no_number_leaves_its_bounds(void **state)
{
	static const int64_t bounds[][2] = {
		{ 0, 0 },
		{ -1, 1 },
		{ -1000000000, 1000000000 },
		{ INT64_MAX - 1, INT64_MAX },
		{ INT64_MIN, INT64_MAX },
		{ INT64_MIN, INT64_MIN },
	};
	struct random_source r = random_source(&key_a);

	(void)state;
	for (size_t b = 0; b < sizeof(bounds) / sizeof(*bounds); b++) {
		for (int i = 0; i < 1000; i++) {
			int64_t n =
				random_between(&r, bounds[b][0], bounds[b][1]);

			assert_true(n >= bounds[b][0] && n <= bounds[b][1]);
		}
	}
}

static void all_numbers_come_alike(void **state)
{
	struct random_source r = random_source(&key_a);
	unsigned int count[10];

	(void)state;
	memset(count, 0, sizeof(count));
	for (int i = 0; i < 100000; i++)
		count[random_between(&r, -5, 4) + 5]++;
	for (int i = 0; i < 10; i++) {
		assert_true(count[i] > 9600);
		assert_true(count[i] < 10400);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_gives_the_same_numbers_again),
		cmocka_unit_test(no_number_leaves_its_bounds),
		cmocka_unit_test(all_numbers_come_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
