/* SPDX-License-Identifier: BSD-2-Clause */
/* key6 - what a lease, an offer or a reservation is of. */
#ifndef LIB_ALLOC6_KEY6_H
#define LIB_ALLOC6_KEY6_H

#include <string.h>

#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/lease/lease.h"
#include "num6.h"

struct key6 {
	struct in6_addr addr;
	uint8_t kind; /* LEASE_NA6 or LEASE_PD6 */
	uint8_t prefix_len;
};

static inline struct key6
key6_of(enum lease_kind kind, const struct in6_addr *addr, uint8_t prefix_len)
{
	return (struct key6){
		.addr = *addr,
		.kind = (uint8_t)kind,
		.prefix_len = kind == LEASE_NA6 ? 128 : prefix_len,
	};
}

static inline bool key6_is_equal(const struct key6 *a, const struct key6 *b)
{
	return !memcmp(&a->addr, &b->addr, sizeof(a->addr)) &&
	       a->kind == b->kind && a->prefix_len == b->prefix_len;
}

static inline uint64_t key6_hash(const struct siphash_key *key,
				 const struct key6 *k)
{
	uint8_t octets[sizeof(k->addr) + 2];

	memcpy(octets, &k->addr, sizeof(k->addr));
	octets[16] = k->kind;
	octets[17] = k->prefix_len;
	return siphash24(key, octets, sizeof(octets));
}

#endif /* LIB_ALLOC6_KEY6_H */
