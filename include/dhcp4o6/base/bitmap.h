/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bitmap - a set of up to 4,096 slots with one summary word, so that the next
 * member after any slot is found in two steps. It is the bottom of the
 * address space's hierarchy; lib/alloc stacks more of them upward.
 */
#ifndef DHCP4O6_BASE_BITMAP_H
#define DHCP4O6_BASE_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

#define BITMAP_SLOTS 4096U
#define BITMAP_NONE  UINT32_MAX

struct bitmap {
	uint64_t summary; /* bit i: word i has a bit set */
	uint64_t word[BITMAP_SLOTS / 64];
};

void bitmap_clear_all(struct bitmap *map);
/* Sets slots first..last, both included; first <= last < BITMAP_SLOTS. */
void bitmap_set_range(struct bitmap *map, uint32_t first, uint32_t last);
void bitmap_clear_range(struct bitmap *map, uint32_t first, uint32_t last);
/* First member >= from, or BITMAP_NONE. from may be BITMAP_SLOTS. */
uint32_t bitmap_next(const struct bitmap *map, uint32_t from);
uint32_t bitmap_count(const struct bitmap *map);

static inline bool bitmap_has(const struct bitmap *map, uint32_t slot)
{
	return map->word[slot / 64] >> (slot % 64) & 1;
}

static inline void bitmap_set(struct bitmap *map, uint32_t slot)
{
	map->word[slot / 64] |= 1ULL << (slot % 64);
	map->summary |= 1ULL << (slot / 64);
}

static inline void bitmap_clear(struct bitmap *map, uint32_t slot)
{
	map->word[slot / 64] &= ~(1ULL << (slot % 64));
	if (!map->word[slot / 64])
		map->summary &= ~(1ULL << (slot / 64));
}

static inline bool bitmap_is_empty(const struct bitmap *map)
{
	return map->summary == 0;
}

#endif /* DHCP4O6_BASE_BITMAP_H */
