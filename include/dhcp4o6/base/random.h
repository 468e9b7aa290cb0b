/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random - numbers that only who has the key can foretell: transaction ids
 * and the delays of retransmissions. A test gives a key and gets the same
 * numbers in every run; a daemon takes its key from siphash_key_random().
 */
#ifndef DHCP4O6_BASE_RANDOM_H
#define DHCP4O6_BASE_RANDOM_H

#include "dhcp4o6/base/hash.h"

struct random_source {
	struct siphash_key key;
	uint64_t count; /* numbers taken so far */
};

static inline struct random_source random_source(const struct siphash_key *key)
{
	return (struct random_source){ .key = *key };
}

uint64_t random_next(struct random_source *source);
/* low .. high, both included, all alike; low <= high. */
int64_t random_between(struct random_source *source, int64_t low, int64_t high);

#endif /* DHCP4O6_BASE_RANDOM_H */
