/* SPDX-License-Identifier: BSD-2-Clause */
/* random - SipHash-2-4 of a counter, under a key that is kept. */
#include "dhcp4o6/base/random.h"

uint64_t random_next(struct random_source *source)
{
	uint64_t count = source->count++;

	return siphash24(&source->key, &count, sizeof(count));
}

int64_t random_between(struct random_source *source, int64_t low, int64_t high)
{
	uint64_t span = (uint64_t)high - (uint64_t)low + 1;
	uint64_t number = random_next(source);

	/* What the division favours is less than span in 2^64. */
	if (span)
		number %= span;
	return (int64_t)((uint64_t)low + number);
}
