/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../tools/bench/histogram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLE_COUNT 20000
#define SEED         20480401U

static struct histogram h;

static uint64_t random_state = SEED;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void percentiles_agree_with_sorting(void **state)
{
	static const double percents[] = { 0.01, 1, 10, 50, 90, 99, 99.9, 100 };
	static int64_t samples[SAMPLE_COUNT];
	size_t i;

	(void)state;
	memset(&h, 0, sizeof(h));
	print_message("seed %u\n", SEED);
	for (i = 0; i < SAMPLE_COUNT; i++) {
		/* All magnitudes, from 1 ns to 2^39 ns. */
		samples[i] =
			(int64_t)(next_random() & ((UINT64_C(1) << 39) - 1)) >>
			next_random() % 39;
		histogram_add(&h, samples[i]);
	}
	qsort(samples, SAMPLE_COUNT, sizeof(samples[0]), compare);
	for (i = 0; i < sizeof(percents) / sizeof(*percents); i++) {
		size_t rank = (size_t)ceil(SAMPLE_COUNT * percents[i] / 100);
		uint64_t right = (uint64_t)samples[rank - 1];
		uint64_t got = histogram_percentile(&h, percents[i]);

		assert_true(got >= right);
		assert_true((double)got <= (double)right * (1 + 1.0 / 64));
	}
	assert_int_equal(h.min_ns, samples[0]);
	assert_int_equal(h.max_ns, samples[SAMPLE_COUNT - 1]);
	assert_int_equal(h.count, SAMPLE_COUNT);
}

static void an_empty_histogram_has_zeros(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), 0);
}

static void extremes_stay_inside(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	histogram_add(&h, -5);
	histogram_add(&h, INT64_MAX);
	assert_int_equal(h.min_ns, 0);
	assert_int_equal(h.max_ns, (UINT64_C(1) << HISTOGRAM_VALUE_BITS) - 1);
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), h.max_ns);
	assert_int_equal(h.bucket[HISTOGRAM_BUCKETS - 1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_agree_with_sorting),
		cmocka_unit_test(an_empty_histogram_has_zeros),
		cmocka_unit_test(extremes_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
