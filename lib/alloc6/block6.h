/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * block6 - what is free in parts of pools that are small enough to be full:
 * 4,096 addresses, or prefixes of one length, side by side, as bitmaps. A block
 * is made when a search first gets there, from what is known of its slots, and
 * then follows every change; a large pool has none.
 */
#ifndef LIB_ALLOC6_BLOCK6_H
#define LIB_ALLOC6_BLOCK6_H

#include "dhcp4o6/base/bitmap.h"
#include "key6.h"

/* What a slot is for somebody who looks for a free one. */
enum slot6 {
	SLOT6_TAKEN,
	SLOT6_FRESH,  /* never used, as far as is known */
	SLOT6_FORMER, /* somebody's before */
};

struct block6 {
	struct key6 key; /* of its first slot */
	struct bitmap fresh;
	struct bitmap former;
};

struct blocks6 {
	struct siphash_key key;
	struct block6 **block;
	uint32_t count;
	uint32_t room;
	struct hmap *index;
};

int blocks6_init(struct blocks6 *blocks, const struct siphash_key *key);
void blocks6_fini(struct blocks6 *blocks);
size_t blocks6_memory(const struct blocks6 *blocks);
/* Forgets all of them. */
void blocks6_clear(struct blocks6 *blocks);

/* The block of a key and its slot in it; NULL when it was not made. */
struct block6 *blocks6_find(const struct blocks6 *blocks,
			    const struct key6 *key, uint32_t *slot);
/* Makes it when it is missing. NULL when memory is out. */
typedef enum slot6 blocks6_look(const void *arg, const struct key6 *key);
struct block6 *blocks6_get(struct blocks6 *blocks, const struct key6 *key,
			   blocks6_look *look, const void *arg, uint32_t *slot);
void block6_set(struct block6 *block, uint32_t slot, enum slot6 state);
/* The key of a slot. */
struct key6 block6_key(const struct block6 *block, uint32_t slot);

#endif /* LIB_ALLOC6_BLOCK6_H */
