/* SPDX-License-Identifier: BSD-2-Clause */
/* block6 - blocks in an array, with an index by their first key. */
#include "block6.h"

#include <errno.h>
#include <stdlib.h>

#define BLOCK_BITS 12

_Static_assert(1U << BLOCK_BITS == BITMAP_SLOTS, "a bitmap is a block");

int blocks6_init(struct blocks6 *blocks, const struct siphash_key *key)
{
	*blocks = (struct blocks6){ .key = *key };
	return hmap_new(&blocks->index, 0);
}

static uint64_t hash_of(const struct blocks6 *blocks, const struct key6 *key)
{
	return key6_hash(&blocks->key, key);
}

void blocks6_clear(struct blocks6 *blocks)
{
	struct block6 *block;

	while (blocks->count > 0) {
		block = blocks->block[--blocks->count];
		hmap_remove(blocks->index, hash_of(blocks, &block->key),
			    blocks->count);
		free(block);
	}
}

void blocks6_fini(struct blocks6 *blocks)
{
	blocks6_clear(blocks);
	free(blocks->block);
	hmap_free(blocks->index);
}

size_t blocks6_memory(const struct blocks6 *blocks)
{
	return blocks->count * sizeof(struct block6) +
	       blocks->room * sizeof(struct block6 *) +
	       hmap_memory(blocks->index);
}

/* The key of the first slot, and where the key stands in the block. */
static struct key6 split(const struct key6 *key, uint32_t *slot)
{
	unsigned int shift = 128U - key->prefix_len;
	struct num6 at = num6_shift_right(num6_of(&key->addr), shift);
	struct key6 first = *key;

	*slot = (uint32_t)at.low & (BITMAP_SLOTS - 1);
	at.low &= ~(uint64_t)(BITMAP_SLOTS - 1);
	first.addr = num6_addr(num6_shift_left(at, shift));
	return first;
}

static bool has_key(const void *ctx, uint32_t at, const void *key)
{
	const struct blocks6 *blocks = ctx;

	return key6_is_equal(&blocks->block[at]->key, key);
}

struct block6 *blocks6_find(const struct blocks6 *blocks,
			    const struct key6 *key, uint32_t *slot)
{
	struct key6 first;
	uint32_t at;

	if (!blocks->count)
		return NULL;
	first = split(key, slot);
	at = hmap_find(blocks->index, hash_of(blocks, &first), has_key, blocks,
		       &first);
	return at == HMAP_NONE ? NULL : blocks->block[at];
}

struct key6 block6_key(const struct block6 *block, uint32_t slot)
{
	struct num6 offset = { 0, slot };
	struct key6 key = block->key;

	offset = num6_shift_left(offset, 128U - key.prefix_len);
	key.addr = num6_addr(num6_add(num6_of(&key.addr), offset));
	return key;
}

void block6_set(struct block6 *block, uint32_t slot, enum slot6 state)
{
	if (state == SLOT6_FRESH)
		bitmap_set(&block->fresh, slot);
	else
		bitmap_clear(&block->fresh, slot);
	if (state == SLOT6_FORMER)
		bitmap_set(&block->former, slot);
	else
		bitmap_clear(&block->former, slot);
}

static int make_room(struct blocks6 *blocks)
{
	uint32_t room = blocks->room ? blocks->room * 2 : 16;
	struct block6 **block;

	if (blocks->count < blocks->room)
		return 0;
	block = realloc(blocks->block, room * sizeof(struct block6 *));
	if (!block)
		return -ENOMEM;
	blocks->block = block;
	blocks->room = room;
	return 0;
}

struct block6 *blocks6_get(struct blocks6 *blocks, const struct key6 *key,
			   blocks6_look *look, const void *arg, uint32_t *slot)
{
	struct block6 *block = blocks6_find(blocks, key, slot);
	struct key6 of_slot;
	uint32_t i;

	if (block)
		return block;
	if (make_room(blocks))
		return NULL;
	block = calloc(1, sizeof(*block));
	if (!block)
		return NULL;
	block->key = split(key, slot);
	if (hmap_insert(blocks->index, hash_of(blocks, &block->key),
			blocks->count)) {
		free(block);
		return NULL;
	}
	blocks->block[blocks->count++] = block;
	for (i = 0; i < BITMAP_SLOTS; i++) {
		of_slot = block6_key(block, i);
		block6_set(block, i, look(arg, &of_slot));
	}
	return block;
}
