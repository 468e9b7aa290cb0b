/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hmap - linear hashing (Litwin 1980) over buckets of one cache line.
 *
 * Buckets 0 .. split-1 and from (1 << level) on are addressed with level + 1
 * bits of the hash, the others with level bits. When there are more than
 * LOAD entries a bucket on average, bucket `split` is divided in two and
 * split moves on: an insertion moves the entries of one bucket, never more.
 * Memory comes in segments of 4 KiB and is never moved; what does not fit a
 * bucket goes to a chain of overflow buckets out of segments of their own.
 */
#include <errno.h>
#include <stdlib.h>

#include "dhcp4o6/base/hash.h"

#define ENTRIES       7 /* a bucket is 64 octets */
#define LOAD          5
#define SEGMENT       64 /* buckets */
#define LEVEL_MIN     6  /* one segment */
#define LEVEL_MAX     31
#define OVERFLOW_NONE UINT32_MAX

struct entry {
	uint32_t hash;
	uint32_t handle;
};

struct bucket {
	uint32_t next; /* overflow bucket, or OVERFLOW_NONE */
	uint32_t used;
	struct entry entry[ENTRIES];
};

_Static_assert(sizeof(struct bucket) == 64, "a bucket is a cache line");

struct segments {
	struct bucket **dir;
	uint32_t count;
	uint32_t size; /* room in dir */
};

struct hmap {
	struct segments main;
	struct segments overflow;
	uint32_t overflow_free; /* chain through next, or OVERFLOW_NONE */
	uint32_t overflow_free_count;
	uint32_t count;
	uint32_t level;
	uint32_t split; /* < 1 << level */
};

static struct bucket *bucket_at(const struct segments *s, uint32_t index)
{
	return &s->dir[index / SEGMENT][index % SEGMENT];
}

static int add_segment(struct segments *s)
{
	struct bucket *segment;
	uint32_t i;

	if (s->count == s->size) {
		uint32_t size = s->size ? s->size * 2 : 4;
		struct bucket **dir = realloc(s->dir, size * sizeof(*dir));

		if (!dir)
			return -ENOMEM;
		s->dir = dir;
		s->size = size;
	}
	segment = aligned_alloc(sizeof(*segment), SEGMENT * sizeof(*segment));
	if (!segment)
		return -ENOMEM;
	for (i = 0; i < SEGMENT; i++) {
		segment[i].next = OVERFLOW_NONE;
		segment[i].used = 0;
	}
	s->dir[s->count++] = segment;
	return 0;
}

static void free_segments(struct segments *s)
{
	uint32_t i;

	for (i = 0; i < s->count; i++)
		free(s->dir[i]);
	free(s->dir);
}

int hmap_new(struct hmap **map, uint32_t expected_count)
{
	struct hmap *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->overflow_free = OVERFLOW_NONE;
	m->level = LEVEL_MIN;
	while (m->level < LEVEL_MAX &&
	       ((uint64_t)LOAD << (m->level + 1)) <= expected_count)
		m->level++;
	while (m->main.count < (1U << m->level) / SEGMENT) {
		if (add_segment(&m->main)) {
			hmap_free(m);
			return -ENOMEM;
		}
	}
	*map = m;
	return 0;
}

void hmap_free(struct hmap *map)
{
	if (!map)
		return;
	free_segments(&map->main);
	free_segments(&map->overflow);
	free(map);
}

uint32_t hmap_count(const struct hmap *map)
{
	return map->count;
}

size_t hmap_memory(const struct hmap *map)
{
	size_t segments = (size_t)map->main.count + map->overflow.count;
	size_t dir = (size_t)map->main.size + map->overflow.size;

	return sizeof(*map) + segments * SEGMENT * sizeof(struct bucket) +
	       dir * sizeof(struct bucket *);
}

static uint32_t fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

static struct bucket *home(const struct hmap *map, uint32_t hash)
{
	uint32_t index = hash & ((1U << map->level) - 1);

	if (index < map->split)
		index = hash & (uint32_t)((1ULL << (map->level + 1)) - 1);
	return bucket_at(&map->main, index);
}

static struct bucket *next_of(const struct hmap *map, const struct bucket *b)
{
	if (b->next == OVERFLOW_NONE)
		return NULL;
	return bucket_at(&map->overflow, b->next);
}

void hmap_prefetch(const struct hmap *map, uint64_t hash)
{
	__builtin_prefetch(home(map, fold(hash)), 1);
}

uint32_t hmap_find(const struct hmap *map, uint64_t hash, hmap_equal *equal,
		   const void *ctx, const void *key)
{
	uint32_t part = fold(hash);
	const struct bucket *b;
	uint32_t i;

	for (b = home(map, part); b; b = next_of(map, b)) {
		for (i = 0; i < b->used; i++) {
			const struct entry *e = &b->entry[i];

			if (e->hash == part && equal(ctx, e->handle, key))
				return e->handle;
		}
	}
	return HMAP_NONE;
}

static void free_overflow(struct hmap *map, uint32_t index)
{
	struct bucket *b = bucket_at(&map->overflow, index);

	b->used = 0;
	b->next = map->overflow_free;
	map->overflow_free = index;
	map->overflow_free_count++;
}

/* Has `need` overflow buckets ready, so that taking them cannot fail. */
static int ready_overflow(struct hmap *map, uint32_t need)
{
	uint32_t first, i;

	while (map->overflow_free_count < need) {
		if (add_segment(&map->overflow))
			return -ENOMEM;
		first = (map->overflow.count - 1) * SEGMENT;
		for (i = SEGMENT; i > 0; i--)
			free_overflow(map, first + i - 1);
	}
	return 0;
}

/* Hangs a ready overflow bucket behind b. */
static struct bucket *extend(struct hmap *map, struct bucket *b)
{
	struct bucket *fresh = bucket_at(&map->overflow, map->overflow_free);

	b->next = map->overflow_free;
	map->overflow_free = fresh->next;
	map->overflow_free_count--;
	fresh->next = OVERFLOW_NONE;
	return fresh;
}

static void free_chain(struct hmap *map, struct bucket *b)
{
	uint32_t index = b->next;

	b->next = OVERFLOW_NONE;
	while (index != OVERFLOW_NONE) {
		uint32_t next = bucket_at(&map->overflow, index)->next;

		free_overflow(map, index);
		index = next;
	}
}

/* Adds to a chain that is filled from its head; overflow is ready. */
static struct bucket *append(struct hmap *map, struct bucket *tail,
			     struct entry e)
{
	if (tail->used == ENTRIES)
		tail = extend(map, tail);
	tail->entry[tail->used++] = e;
	return tail;
}

/* Divides one chain; those that stay close ranks where they are. */
static void divide(struct hmap *map, struct bucket *from, struct bucket *to)
{
	uint32_t bit = 1U << map->level;
	struct bucket *keep = from;
	uint32_t kept = 0;
	struct bucket *b;
	uint32_t i;

	for (b = from; b; b = next_of(map, b)) {
		for (i = 0; i < b->used; i++) {
			if (b->entry[i].hash & bit) {
				to = append(map, to, b->entry[i]);
				continue;
			}
			if (kept == ENTRIES) {
				keep->used = ENTRIES;
				keep = next_of(map, keep);
				kept = 0;
			}
			keep->entry[kept++] = b->entry[i];
		}
	}
	keep->used = kept;
	free_chain(map, keep);
}

/* Failing to grow makes chains longer and nothing else, so it is no error. */
static void grow(struct hmap *map)
{
	uint32_t fresh = (1U << map->level) + map->split;
	uint32_t chain = 0;
	struct bucket *from;
	struct bucket *b;

	if (map->level == LEVEL_MAX)
		return;
	from = bucket_at(&map->main, map->split);
	for (b = from; b; b = next_of(map, b))
		chain++;
	if (ready_overflow(map, chain))
		return;
	if (fresh / SEGMENT == map->main.count && add_segment(&map->main))
		return;
	divide(map, from, bucket_at(&map->main, fresh));
	if (++map->split == 1U << map->level) {
		map->level++;
		map->split = 0;
	}
}

int hmap_insert(struct hmap *map, uint64_t hash, uint32_t handle)
{
	struct entry e = { .hash = fold(hash), .handle = handle };
	struct bucket *tail = home(map, e.hash);
	struct bucket *b;

	while ((b = next_of(map, tail)))
		tail = b;
	if (tail->used == ENTRIES && ready_overflow(map, 1))
		return -ENOMEM;
	append(map, tail, e);
	map->count++;
	if (map->count / LOAD >= (1ULL << map->level) + map->split)
		grow(map);
	return 0;
}

/* Takes the last entry of the chain out; its bucket goes when it is empty. */
static struct entry take_last(struct hmap *map, struct bucket *head)
{
	struct bucket *before = NULL;
	struct bucket *tail = head;
	struct bucket *b;
	struct entry e;

	while ((b = next_of(map, tail))) {
		before = tail;
		tail = b;
	}
	e = tail->entry[--tail->used];
	if (before && tail->used == 0)
		free_chain(map, before);
	return e;
}

int hmap_remove(struct hmap *map, uint64_t hash, uint32_t handle)
{
	uint32_t part = fold(hash);
	struct bucket *head = home(map, part);
	struct bucket *b;
	uint32_t i;

	for (b = head; b; b = next_of(map, b)) {
		for (i = 0; i < b->used; i++) {
			struct entry *e = &b->entry[i];
			struct entry last;

			if (e->hash != part || e->handle != handle)
				continue;
			last = take_last(map, head);
			if (b->used > i)
				*e = last;
			map->count--;
			return 0;
		}
	}
	return -ENOENT;
}
