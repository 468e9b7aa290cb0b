/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp4o6/base/slab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHUNKS_MIN 16 /* places for them at first */

void slab_init(struct slab *slab, size_t entry_size)
{
	*slab = (struct slab){
		.entry_size = entry_size,
		.free_head = SLAB_NONE,
	};
}

void slab_fini(struct slab *slab)
{
	uint32_t i;

	for (i = 0; i < slab->chunk_count; i++)
		free(slab->chunk[i]);
	free(slab->chunk);
}

size_t slab_memory(const struct slab *slab)
{
	return slab->chunk_count * SLAB_CHUNK * slab->entry_size +
	       slab->chunk_room * sizeof(*slab->chunk);
}

static int add_chunk(struct slab *slab)
{
	void **chunk;
	uint32_t room;

	if (slab->chunk_count == slab->chunk_room) {
		room = slab->chunk_room ? slab->chunk_room * 2 : CHUNKS_MIN;
		chunk = realloc(slab->chunk, room * sizeof(*chunk));
		if (!chunk)
			return -ENOMEM;
		slab->chunk = chunk;
		slab->chunk_room = room;
	}
	chunk = &slab->chunk[slab->chunk_count];
	*chunk = malloc(SLAB_CHUNK * slab->entry_size);
	if (!*chunk)
		return -ENOMEM;
	slab->chunk_count++;
	return 0;
}

uint32_t slab_take(struct slab *slab)
{
	uint32_t handle = slab->free_head;

	if (handle != SLAB_NONE) {
		memcpy(&slab->free_head, slab_at(slab, handle),
		       sizeof(slab->free_head));
	} else {
		if (slab->used == SLAB_NONE)
			return SLAB_NONE;
		if (slab->used == slab->chunk_count * SLAB_CHUNK &&
		    add_chunk(slab))
			return SLAB_NONE;
		handle = slab->used++;
	}
	memset(slab_at(slab, handle), 0, slab->entry_size);
	slab->count++;
	return handle;
}

void slab_give(struct slab *slab, uint32_t handle)
{
	memcpy(slab_at(slab, handle), &slab->free_head,
	       sizeof(slab->free_head));
	slab->free_head = handle;
	slab->count--;
}
