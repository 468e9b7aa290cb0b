/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_arena - memory that is freed all at once.
 *
 * Allocations are zeroed and aligned for any object. The first failure is
 * remembered in `failed', so that a caller may test once at its end; each
 * failing call returns NULL.
 */
#ifndef CONF_ARENA_H
#define CONF_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct conf_arena_chunk;
struct conf_arena_duty;

struct conf_arena {
	struct conf_arena_chunk *chunks; /* newest first */
	struct conf_arena_duty *duties;  /* newest first */
	bool failed;
};

void *conf_arena_alloc(struct conf_arena *arena, size_t size);
/* count objects of size octets; NULL as well when the product overflows. */
void *conf_arena_array(struct conf_arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it. */
char *conf_arena_dup(struct conf_arena *arena, const void *data, size_t len);
/* Calls end(object) before the memory is freed. 0; -ENOMEM: at once. */
int conf_arena_at_end(struct conf_arena *arena, void (*end)(void *object),
		      void *object);
void conf_arena_fini(struct conf_arena *arena);

/* A growing list of pointers; old copies stay in the arena. */
struct conf_vec {
	void **items;
	size_t count;
	size_t size;
};

/* 0 or -ENOMEM. */
int conf_vec_add(struct conf_arena *arena, struct conf_vec *vec, void *item);

#endif /* CONF_ARENA_H */
