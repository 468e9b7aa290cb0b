/* SPDX-License-Identifier: BSD-2-Clause */
/* bitmap - ranges and searches; a summary bit is set iff its word is not 0. */
#include "dhcp4o6/base/bitmap.h"

#include <string.h>

#define WORDS (BITMAP_SLOTS / 64)

void bitmap_clear_all(struct bitmap *map)
{
	memset(map, 0, sizeof(*map));
}

/* Bits of word w that lie in first..last. */
static uint64_t range_mask(uint32_t w, uint32_t first, uint32_t last)
{
	uint64_t mask = ~0ULL;

	if (w == first / 64)
		mask &= ~0ULL << (first % 64);
	if (w == last / 64)
		mask &= ~0ULL >> (63 - last % 64);
	return mask;
}

void bitmap_set_range(struct bitmap *map, uint32_t first, uint32_t last)
{
	uint32_t w;

	for (w = first / 64; w <= last / 64; w++) {
		map->word[w] |= range_mask(w, first, last);
		map->summary |= 1ULL << w;
	}
}

void bitmap_clear_range(struct bitmap *map, uint32_t first, uint32_t last)
{
	uint32_t w;

	for (w = first / 64; w <= last / 64; w++) {
		map->word[w] &= ~range_mask(w, first, last);
		if (!map->word[w])
			map->summary &= ~(1ULL << w);
	}
}

static uint32_t lowest(uint64_t bits)
{
	return (uint32_t)__builtin_ctzll(bits);
}

uint32_t bitmap_next(const struct bitmap *map, uint32_t from)
{
	uint32_t w = from / 64;
	uint64_t bits;

	if (from >= BITMAP_SLOTS)
		return BITMAP_NONE;
	bits = map->word[w] & ~0ULL << (from % 64);
	if (bits)
		return w * 64 + lowest(bits);
	if (w == WORDS - 1)
		return BITMAP_NONE;
	bits = map->summary & ~0ULL << (w + 1);
	if (!bits)
		return BITMAP_NONE;
	w = lowest(bits);
	return w * 64 + lowest(map->word[w]);
}

uint32_t bitmap_count(const struct bitmap *map)
{
	uint32_t count = 0;
	uint32_t w;

	for (w = 0; w < WORDS; w++)
		count += (uint32_t)__builtin_popcountll(map->word[w]);
	return count;
}
