/* SPDX-License-Identifier: BSD-2-Clause */
#include "histogram.h"

#include <math.h>
#include <stddef.h>

#define LINEAR    (1U << HISTOGRAM_LINEAR_BITS)
#define VALUE_MAX ((UINT64_C(1) << HISTOGRAM_VALUE_BITS) - 1)

static size_t bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < LINEAR)
		return (size_t)ns;
	shift = 63U - (unsigned int)__builtin_clzll(ns) - HISTOGRAM_LINEAR_BITS;
	return (size_t)(((uint64_t)shift << HISTOGRAM_LINEAR_BITS) +
			(ns >> shift));
}

/* The highest duration that falls into the bucket. */
static uint64_t bucket_end(size_t bucket)
{
	unsigned int shift;
	uint64_t mantissa;

	if (bucket < LINEAR)
		return bucket;
	shift = (unsigned int)(bucket >> HISTOGRAM_LINEAR_BITS) - 1;
	mantissa = (bucket & (LINEAR - 1)) + LINEAR;
	return ((mantissa + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, int64_t ns)
{
	uint64_t value = ns < 0 ? 0 : (uint64_t)ns;

	if (value > VALUE_MAX)
		value = VALUE_MAX;
	h->bucket[bucket_of(value)]++;
	if (h->count == 0 || value < h->min_ns)
		h->min_ns = value;
	if (value > h->max_ns)
		h->max_ns = value;
	h->sum_ns += value;
	h->count++;
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
	uint64_t wanted = (uint64_t)ceil((double)h->count * percent / 100.0);
	uint64_t seen = 0;
	size_t i;

	if (h->count == 0)
		return 0;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= wanted && seen > 0)
			break;
	}
	if (i == HISTOGRAM_BUCKETS || bucket_end(i) > h->max_ns)
		return h->max_ns;
	return bucket_end(i);
}
