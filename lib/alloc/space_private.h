/* SPDX-License-Identifier: BSD-2-Clause */
/* space_private - the tree above the blocks, for space*.c alone. */
#ifndef LIB_ALLOC_SPACE_PRIVATE_H
#define LIB_ALLOC_SPACE_PRIVATE_H

#include "space.h"

#define FANOUT_BITS 6
#define BLOCK_BITS  12

/* Children are nodes, or blocks at level 0. */
struct space_node {
	uint64_t no_fresh; /* bit i: child i is there and has no fresh slot */
	uint32_t low[SPACE_FANOUT]; /* lowest rank below child i */
	void *child[SPACE_FANOUT];
};

/* Slots below one child of a node at this level. */
static inline uint32_t child_shift(uint32_t level)
{
	return BLOCK_BITS + FANOUT_BITS * level;
}

static inline uint32_t lowest_of(const uint32_t *rank, uint32_t count)
{
	uint32_t low = RANK_NONE;
	uint32_t i;

	for (i = 0; i < count; i++)
		low = rank[i] < low ? rank[i] : low;
	return low;
}

/* Bits first..last, both included and below 64. */
static inline uint64_t bits_between(uint32_t first, uint32_t last)
{
	return (~0ULL << first) & (~0ULL >> (63 - last));
}

#endif /* LIB_ALLOC_SPACE_PRIVATE_H */
