// SPDX-License-Identifier: BSD-2-Clause
#include "arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024 };

struct conf_arena_chunk {
	struct conf_arena_chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

struct conf_arena_duty {
	struct conf_arena_duty *next;
	void (*end)(void *object);
	void *object;
};

static struct conf_arena_chunk *add_chunk(struct conf_arena *arena, size_t size)
{
	struct conf_arena_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk) {
		arena->failed = true;
		return NULL;
	}
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *conf_arena_alloc(struct conf_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct conf_arena_chunk *chunk = arena->chunks;
	void *p;

	if (size > SIZE_MAX / 2) {
		arena->failed = true;
		return NULL;
	}
	size = (size + align - 1) / align * align;
	if (!chunk || chunk->size - chunk->used < size)
		chunk = add_chunk(arena, size);
	if (!chunk)
		return NULL;
	p = chunk->data + chunk->used;
	chunk->used += size;
	return p;
}

void *conf_arena_array(struct conf_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		arena->failed = true;
		return NULL;
	}
	return conf_arena_alloc(arena, total);
}

char *conf_arena_dup(struct conf_arena *arena, const void *data, size_t len)
{
	char *copy = conf_arena_alloc(arena, len + 1);

	if (copy && len)
		memcpy(copy, data, len);
	return copy;
}

int conf_arena_at_end(struct conf_arena *arena, void (*end)(void *object),
		      void *object)
{
	struct conf_arena_duty *duty = conf_arena_alloc(arena, sizeof(*duty));

	if (!duty) {
		end(object);
		return -ENOMEM;
	}
	*duty = (struct conf_arena_duty){ arena->duties, end, object };
	arena->duties = duty;
	return 0;
}

void conf_arena_fini(struct conf_arena *arena)
{
	struct conf_arena_chunk *chunk = arena->chunks;
	struct conf_arena_duty *duty;

	for (duty = arena->duties; duty; duty = duty->next)
		duty->end(duty->object);
	arena->duties = NULL;

	while (chunk) {
		struct conf_arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	arena->chunks = NULL;
}

int conf_vec_add(struct conf_arena *arena, struct conf_vec *vec, void *item)
{
	if (vec->count == vec->size) {
		size_t size = vec->size ? vec->size * 2 : 16;
		void **items = conf_arena_array(arena, size, sizeof(*items));

		if (!items)
			return -ENOMEM;
		if (vec->count)
			memcpy(items, vec->items, vec->count * sizeof(*items));
		vec->items = items;
		vec->size = size;
	}
	vec->items[vec->count++] = item;
	return 0;
}
