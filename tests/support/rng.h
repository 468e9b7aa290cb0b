/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rng - numbers for randomised tests, the same in every run (xorshift64*).
 * Print the seed when such a test fails.
 */
#ifndef DHCP4O6_TESTS_RNG_H
#define DHCP4O6_TESTS_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state; /* not 0 */
};

static inline uint64_t rng_next(struct rng *rng)
{
	rng->state ^= rng->state >> 12;
	rng->state ^= rng->state << 25;
	rng->state ^= rng->state >> 27;
	return rng->state * 0x2545f4914f6cdd1dULL;
}

/* 0 .. limit - 1; limit > 0. */
static inline uint32_t rng_below(struct rng *rng, uint32_t limit)
{
	return (uint32_t)((rng_next(rng) >> 32) * limit >> 32);
}

#endif /* DHCP4O6_TESTS_RNG_H */
