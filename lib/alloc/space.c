/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space - making blocks and keeping their sums. What holds always: a node's
 * no_fresh bit and low entry of a child say exactly what the child holds, and a
 * missing child is all fresh and ranks nothing.
 */
#include "space.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "space_private.h"

static struct space_node *node_new(struct space *space)
{
	struct space_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	memset(node->low, 0xff, sizeof(node->low));
	space->node_count++;
	return node;
}

int space_new(struct space **space, uint8_t psid_len)
{
	struct space *s = calloc(1, sizeof(*s));
	uint32_t bits = 32U + psid_len - BLOCK_BITS;

	if (!s)
		return -ENOMEM;
	s->psid_len = psid_len;
	s->levels = (uint8_t)((bits + FANOUT_BITS - 1) / FANOUT_BITS);
	s->root = node_new(s);
	if (!s->root) {
		free(s);
		return -ENOMEM;
	}
	*space = s;
	return 0;
}

static void block_free(struct block *block)
{
	if (!block)
		return;
	free(block->handle);
	free(block->rank);
	free(block);
}

/* At most SPACE_LEVELS_MAX deep. */
static void node_free(struct space_node *node, uint32_t level)
{
	uint32_t i;

	if (!node)
		return;
	for (i = 0; i < SPACE_FANOUT; i++) {
		if (level)
			node_free(node->child[i], level - 1);
		else
			block_free(node->child[i]);
	}
	free(node);
}

void space_free(struct space *space)
{
	if (!space)
		return;
	node_free(space->root, space->levels - 1U);
	free(space);
}

size_t space_memory(const struct space *space)
{
	return sizeof(*space) + space->node_count * sizeof(struct space_node) +
	       space->block_count * sizeof(struct block) +
	       (size_t)space->used_block_count * BITMAP_SLOTS * 2 *
		       sizeof(uint32_t);
}

static uint32_t child_index(uint64_t slot, uint32_t level)
{
	return (uint32_t)(slot >> child_shift(level)) & (SPACE_FANOUT - 1);
}

struct slot_ref space_find(const struct space *space, uint64_t slot)
{
	struct slot_ref ref = { .index = (uint32_t)slot & (BITMAP_SLOTS - 1) };
	void *child = space->root;
	uint32_t level;

	for (level = space->levels; level > 0 && child; level--) {
		const struct space_node *node = child;

		child = node->child[child_index(slot, level - 1)];
	}
	ref.block = child;
	return ref;
}

static struct block *block_new(struct space *space, uint64_t number)
{
	struct block *block = calloc(1, sizeof(*block));

	if (!block)
		return NULL;
	block->number = number;
	block->owner = 1;
	block->epoch = 1;
	bitmap_set_range(&block->fresh, 0, BITMAP_SLOTS - 1);
	memset(block->low, 0xff, sizeof(block->low));
	space->block_count++;
	return block;
}

static int block_use(struct space *space, struct block *block)
{
	size_t size = BITMAP_SLOTS * sizeof(uint32_t);

	if (block->handle)
		return 0;
	block->rank = malloc(size);
	block->handle = malloc(size);
	if (!block->handle || !block->rank) {
		free(block->handle);
		free(block->rank);
		block->handle = NULL;
		block->rank = NULL;
		return -ENOMEM;
	}
	memset(block->handle, 0xff, size);
	memset(block->rank, 0xff, size);
	space->used_block_count++;
	return 0;
}

int space_get(struct space *space, uint64_t slot, struct slot_ref *ref)
{
	struct space_node *node = space->root;
	uint32_t level;
	void **child;

	for (level = space->levels - 1U; level > 0; level--) {
		child = &node->child[child_index(slot, level)];
		if (!*child)
			*child = node_new(space);
		if (!*child)
			return -ENOMEM;
		node = *child;
	}
	child = &node->child[child_index(slot, 0)];
	if (!*child)
		*child = block_new(space, slot >> BLOCK_BITS);
	if (!*child)
		return -ENOMEM;
	ref->block = *child;
	ref->index = (uint32_t)slot & (BITMAP_SLOTS - 1);
	return block_use(space, ref->block);
}

/* Walks from the block's parent to the root while anything changes. */
static void sum_up(struct space *space, const struct block *block)
{
	struct space_node *path[SPACE_LEVELS_MAX];
	uint64_t slot = block->number << BLOCK_BITS;
	bool no_fresh = bitmap_is_empty(&block->fresh);
	uint32_t low = lowest_of(block->low, BITMAP_SLOTS / 64);
	uint32_t level;

	path[space->levels - 1] = space->root;
	for (level = space->levels - 1U; level > 0; level--)
		path[level - 1] = path[level]->child[child_index(slot, level)];

	for (level = 0; level < space->levels; level++) {
		struct space_node *node = path[level];
		uint32_t i = child_index(slot, level);
		bool was_no_fresh = node->no_fresh >> i & 1;

		if (was_no_fresh == no_fresh && node->low[i] == low)
			return;
		node->no_fresh &= ~(1ULL << i);
		node->no_fresh |= (uint64_t)no_fresh << i;
		node->low[i] = low;
		no_fresh = node->no_fresh == ~0ULL;
		low = lowest_of(node->low, SPACE_FANOUT);
	}
}

void space_settle(struct space *space, struct slot_ref ref, bool fresh,
		  uint32_t rank)
{
	struct block *block = ref.block;
	uint32_t word = ref.index / 64;
	uint32_t was = block->rank[ref.index];
	uint32_t low_was = block->low[word];
	bool empty_was = bitmap_is_empty(&block->fresh);

	if (fresh)
		bitmap_set(&block->fresh, ref.index);
	else
		bitmap_clear(&block->fresh, ref.index);
	block->rank[ref.index] = rank;
	if (rank < block->low[word])
		block->low[word] = rank;
	else if (was == block->low[word] && rank != was)
		block->low[word] = lowest_of(&block->rank[word * 64], 64);
	if (block->low[word] != low_was ||
	    bitmap_is_empty(&block->fresh) != empty_was)
		sum_up(space, block);
}
