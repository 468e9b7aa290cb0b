/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap - four children a node: half the levels of a binary heap, and the four
 * keys compared at a level share a cache line. Arrays grow by realloc(), which
 * moves large ones by remapping pages.
 */
#include "dhcp4o6/base/heap.h"

#include <errno.h>
#include <stdlib.h>

#define CHILDREN 4
#define SIZE_MIN 16
#define STEP_MAX (1U << 20)
#define NOWHERE  UINT32_MAX

struct heap {
	int64_t *key;     /* [place] */
	uint32_t *handle; /* [place] */
	uint32_t *place;  /* [handle], or NOWHERE */
	uint32_t count;
	uint32_t size;       /* room in key and handle */
	uint32_t place_size; /* room in place */
};

int heap_new(struct heap **heap)
{
	*heap = calloc(1, sizeof(**heap));
	return *heap ? 0 : -ENOMEM;
}

void heap_free(struct heap *heap)
{
	if (!heap)
		return;
	free(heap->key);
	free(heap->handle);
	free(heap->place);
	free(heap);
}

uint32_t heap_count(const struct heap *heap)
{
	return heap->count;
}

size_t heap_memory(const struct heap *heap)
{
	return sizeof(*heap) +
	       heap->size * (sizeof(*heap->key) + sizeof(*heap->handle)) +
	       heap->place_size * sizeof(*heap->place);
}

bool heap_has(const struct heap *heap, uint32_t handle)
{
	return handle < heap->place_size && heap->place[handle] != NOWHERE;
}

int64_t heap_key(const struct heap *heap, uint32_t handle)
{
	return heap->key[heap->place[handle]];
}

uint32_t heap_first(const struct heap *heap)
{
	return heap->count ? heap->handle[0] : HEAP_NONE;
}

/*
 * The next size after have that is > need: by half more each time, but by no
 * more than STEP_MAX, so that no insertion touches many new pages.
 */
static uint32_t grown(uint32_t have, uint32_t need)
{
	uint64_t size = have < SIZE_MIN ? SIZE_MIN : have;

	while (size <= need)
		size += size / 2 < STEP_MAX ? size / 2 : STEP_MAX;
	return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static int grow_members(struct heap *heap)
{
	uint32_t size = grown(heap->size, heap->count);
	uint32_t *handle;
	int64_t *key;

	key = realloc(heap->key, size * sizeof(*key));
	if (!key)
		return -ENOMEM;
	heap->key = key;
	handle = realloc(heap->handle, size * sizeof(*handle));
	if (!handle)
		return -ENOMEM;
	heap->handle = handle;
	heap->size = size;
	return 0;
}

static int grow_places(struct heap *heap, uint32_t handle)
{
	uint32_t size = grown(heap->place_size, handle);
	uint32_t *place;
	uint32_t i;

	place = realloc(heap->place, size * sizeof(*place));
	if (!place)
		return -ENOMEM;
	for (i = heap->place_size; i < size; i++)
		place[i] = NOWHERE;
	heap->place = place;
	heap->place_size = size;
	return 0;
}

static void put(struct heap *heap, uint32_t at, int64_t key, uint32_t handle)
{
	heap->key[at] = key;
	heap->handle[at] = handle;
	heap->place[handle] = at;
}

/* Moves the hole at `at` towards the root until key may stand in it. */
static uint32_t sift_up(struct heap *heap, uint32_t at, int64_t key)
{
	while (at) {
		uint32_t parent = (at - 1) / CHILDREN;

		if (heap->key[parent] <= key)
			break;
		put(heap, at, heap->key[parent], heap->handle[parent]);
		at = parent;
	}
	return at;
}

static uint32_t smallest_child(const struct heap *heap, uint64_t first)
{
	uint64_t last = first + CHILDREN - 1;
	uint64_t least = first;
	uint64_t i;

	if (last >= heap->count)
		last = heap->count - 1;
	for (i = first + 1; i <= last; i++)
		if (heap->key[i] < heap->key[least])
			least = i;
	return (uint32_t)least;
}

/* The same towards the leaves. */
static uint32_t sift_down(struct heap *heap, uint32_t at, int64_t key)
{
	uint64_t first;

	while ((first = (uint64_t)at * CHILDREN + 1) < heap->count) {
		uint32_t child = smallest_child(heap, first);

		if (heap->key[child] >= key)
			break;
		put(heap, at, heap->key[child], heap->handle[child]);
		at = child;
	}
	return at;
}

/* Fills the hole at `at` with a member, wherever that has to go. */
static void fill(struct heap *heap, uint32_t at, int64_t key, uint32_t handle)
{
	uint32_t to = sift_up(heap, at, key);

	if (to == at)
		to = sift_down(heap, at, key);
	put(heap, to, key, handle);
}

int heap_set(struct heap *heap, uint32_t handle, int64_t key)
{
	if (heap_has(heap, handle)) {
		fill(heap, heap->place[handle], key, handle);
		return 0;
	}
	if (handle >= heap->place_size && grow_places(heap, handle))
		return -ENOMEM;
	if (heap->count == heap->size && grow_members(heap))
		return -ENOMEM;
	heap->count++;
	put(heap, sift_up(heap, heap->count - 1, key), key, handle);
	return 0;
}

void heap_remove(struct heap *heap, uint32_t handle)
{
	uint32_t at, last;

	if (!heap_has(heap, handle))
		return;
	at = heap->place[handle];
	heap->place[handle] = NOWHERE;
	last = --heap->count;
	if (at != last)
		fill(heap, at, heap->key[last], heap->handle[last]);
}
