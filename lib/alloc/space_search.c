/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_search - the next fresh slot and the lowest rank between two slots.
 *
 * Both go down the tree at the two ends of the range alone; what lies wholly
 * inside is answered by the sums. Recursion is as deep as the tree, six levels
 * at most. Each node and each word of a block that is looked at is a step.
 */
#include "space.h"
#include "space_private.h"

/* What a search sees of one node or block: the part of the range inside. */
struct window {
	uint64_t base;  /* first slot of the node */
	uint64_t first; /* of the range, cut to the node; inclusive */
	uint64_t last;
};

static struct window child_window(const struct window *w, uint32_t i,
				  uint32_t shift)
{
	struct window c;

	c.base = w->base + ((uint64_t)i << shift);
	c.first = w->first > c.base ? w->first : c.base;
	c.last = c.base + (1ULL << shift) - 1;
	c.last = w->last < c.last ? w->last : c.last;
	return c;
}

static bool is_whole(const struct window *w, uint32_t shift)
{
	return w->last - w->first == (1ULL << shift) - 1;
}

static uint64_t fresh_in_block(struct space *space, const struct block *block,
			       const struct window *w)
{
	uint32_t at;

	space->steps++;
	at = bitmap_next(&block->fresh, (uint32_t)(w->first - w->base));
	if (at == BITMAP_NONE || w->base + at > w->last)
		return SPACE_NONE;
	return w->base + at;
}

static uint64_t fresh_in_node(struct space *space,
			      const struct space_node *node, uint32_t level,
			      const struct window *w)
{
	uint32_t shift = child_shift(level);
	uint32_t from = (uint32_t)((w->first - w->base) >> shift);
	uint32_t to = (uint32_t)((w->last - w->base) >> shift);
	uint64_t left = ~node->no_fresh & bits_between(from, to);

	space->steps++;
	for (; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		struct window c = child_window(w, i, shift);
		uint64_t slot;

		if (!node->child[i])
			return c.first;
		if (level)
			slot = fresh_in_node(space, node->child[i], level - 1,
					     &c);
		else
			slot = fresh_in_block(space, node->child[i], &c);
		if (slot != SPACE_NONE)
			return slot;
	}
	return SPACE_NONE;
}

uint64_t space_next_fresh(struct space *space, uint64_t first, uint64_t last)
{
	struct window w = { .first = first, .last = last };

	return fresh_in_node(space, space->root, space->levels - 1U, &w);
}

struct best {
	uint32_t rank;
	uint64_t slot;
};

/* Ranks [from..to] of one word. */
static void lowest_in_word(struct space *space, const struct block *block,
			   const struct window *w, uint32_t word,
			   struct best *best)
{
	uint32_t from = (uint32_t)(w->first - w->base);
	uint32_t to = (uint32_t)(w->last - w->base);
	uint32_t end = word * 64 + 63 < to ? word * 64 + 63 : to;
	uint32_t i;

	space->steps++;
	for (i = word * 64 > from ? word * 64 : from; i <= end; i++) {
		if (block->rank[i] < best->rank) {
			best->rank = block->rank[i];
			best->slot = w->base + i;
		}
	}
}

static void lowest_in_block(struct space *space, const struct block *block,
			    const struct window *w, struct best *best)
{
	uint32_t from = (uint32_t)(w->first - w->base) / 64;
	uint32_t to = (uint32_t)(w->last - w->base) / 64;
	uint32_t pick = UINT32_MAX;
	uint32_t low = best->rank;
	uint32_t word;

	space->steps++;
	lowest_in_word(space, block, w, from, best);
	if (to != from)
		lowest_in_word(space, block, w, to, best);
	low = best->rank;
	for (word = from + 1; word < to; word++) {
		if (block->low[word] < low) {
			low = block->low[word];
			pick = word;
		}
	}
	if (pick != UINT32_MAX)
		lowest_in_word(space, block, w, pick, best);
}

static void lowest_in_node(struct space *space, const struct space_node *node,
			   uint32_t level, const struct window *w,
			   struct best *best);

static void lowest_in_child(struct space *space, const struct space_node *node,
			    uint32_t level, const struct window *c, uint32_t i,
			    struct best *best)
{
	const struct block *block = node->child[i];

	if (node->low[i] >= best->rank)
		return;
	if (level)
		lowest_in_node(space, node->child[i], level - 1, c, best);
	else if (block->rank)
		lowest_in_block(space, block, c, best);
}

static void lowest_in_node(struct space *space, const struct space_node *node,
			   uint32_t level, const struct window *w,
			   struct best *best)
{
	uint32_t shift = child_shift(level);
	uint32_t from = (uint32_t)((w->first - w->base) >> shift);
	uint32_t to = (uint32_t)((w->last - w->base) >> shift);
	uint32_t pick = UINT32_MAX;
	uint32_t low = RANK_NONE;
	struct window c;
	uint32_t i;

	space->steps++;
	/* Ends of the range that cut a child: only looking tells. */
	c = child_window(w, from, shift);
	if (!is_whole(&c, shift))
		lowest_in_child(space, node, level, &c, from, best);
	c = child_window(w, to, shift);
	if (to != from && !is_whole(&c, shift))
		lowest_in_child(space, node, level, &c, to, best);

	low = best->rank;
	for (i = from; i <= to; i++) {
		c = child_window(w, i, shift);
		if (node->low[i] < low && is_whole(&c, shift)) {
			low = node->low[i];
			pick = i;
		}
	}
	if (pick == UINT32_MAX)
		return;
	c = child_window(w, pick, shift);
	lowest_in_child(space, node, level, &c, pick, best);
}

uint64_t space_lowest(struct space *space, uint64_t first, uint64_t last,
		      uint32_t *rank)
{
	struct window w = { .first = first, .last = last };
	struct best best = { .rank = RANK_NONE, .slot = SPACE_NONE };

	lowest_in_node(space, space->root, space->levels - 1U, &w, &best);
	*rank = best.rank;
	return best.slot;
}

static void count_in_block(const struct block *block, const struct window *w,
			   struct space_count *count)
{
	uint32_t from = (uint32_t)(w->first - w->base);
	uint32_t to = (uint32_t)(w->last - w->base);
	uint32_t i;

	for (i = from / 64; i <= to / 64; i++) {
		uint64_t mask = bits_between(i == from / 64 ? from % 64 : 0,
					     i == to / 64 ? to % 64 : 63);
		uint64_t active = block->active.word[i] & mask;
		uint64_t declined = block->declined.word[i] & mask;
		uint64_t offered =
			block->offered.word[i] & mask & ~active & ~declined;
		uint64_t reserved = block->reserved.word[i] & mask & ~active &
				    ~declined & ~offered;

		count->active += (uint64_t)__builtin_popcountll(active);
		count->declined += (uint64_t)__builtin_popcountll(declined);
		count->offered += (uint64_t)__builtin_popcountll(offered);
		count->reserved += (uint64_t)__builtin_popcountll(reserved);
	}
}

static void count_in_node(const struct space_node *node, uint32_t level,
			  const struct window *w, struct space_count *count)
{
	uint32_t shift = child_shift(level);
	uint32_t to = (uint32_t)((w->last - w->base) >> shift);
	uint32_t i;

	for (i = (uint32_t)((w->first - w->base) >> shift); i <= to; i++) {
		struct window c = child_window(w, i, shift);

		if (!node->child[i])
			continue;
		if (level)
			count_in_node(node->child[i], level - 1, &c, count);
		else
			count_in_block(node->child[i], &c, count);
	}
}

void space_count_range(const struct space *space, uint64_t first, uint64_t last,
		       struct space_count *count)
{
	struct window w = { .first = first, .last = last };

	count_in_node(space->root, space->levels - 1U, &w, count);
}
