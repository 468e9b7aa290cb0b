/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash - SipHash-2-4 for keys that strangers choose, and a table of handles.
 *
 * The table maps a 64-bit hash to 32-bit handles; what a handle means, and
 * whether two keys are equal, is the caller's. It grows by a bucket with an
 * insertion, so no single insertion is slow (a doubling in one go would
 * stop a server with millions of leases for a second). Some 15 octets an
 * entry; it never shrinks.
 */
#ifndef DHCP4O6_BASE_HASH_H
#define DHCP4O6_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t k[2];
};

uint64_t siphash24(const struct siphash_key *key, const void *data, size_t len);
/* From getrandom(2); -errno where a sandbox forbids it, *key then zero. */
int siphash_key_random(struct siphash_key *key);

#define HMAP_NONE UINT32_MAX /* no handle */

struct hmap; /* opaque */

/* Does the object behind handle have this key? */
typedef bool hmap_equal(const void *ctx, uint32_t handle, const void *key);

int hmap_new(struct hmap **map, uint32_t expected_count);
void hmap_free(struct hmap *map); /* NULL is allowed */
uint32_t hmap_count(const struct hmap *map);
size_t hmap_memory(const struct hmap *map); /* octets held */

/* Has the bucket of a hash on its way from memory before it is needed. */
void hmap_prefetch(const struct hmap *map, uint64_t hash);

/* HMAP_NONE when there is none. */
uint32_t hmap_find(const struct hmap *map, uint64_t hash, hmap_equal *equal,
		   const void *ctx, const void *key);
/* Does not look for duplicates. 0, or -ENOMEM with the map unchanged. */
int hmap_insert(struct hmap *map, uint64_t hash, uint32_t handle);
/* Removes this handle under this hash; -ENOENT when it is not there. */
int hmap_remove(struct hmap *map, uint64_t hash, uint32_t handle);

#endif /* DHCP4O6_BASE_HASH_H */
