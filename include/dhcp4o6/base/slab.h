/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slab - entries of one size, each known by a 32-bit handle. They are in chunks
 * that never move: growing costs one chunk at a time and no copying. Handles
 * are small numbers, and those that were given back are taken again first.
 */
#ifndef DHCP4O6_BASE_SLAB_H
#define DHCP4O6_BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#define SLAB_NONE  UINT32_MAX /* no handle */
#define SLAB_CHUNK 1024U      /* entries */

struct slab {
	size_t entry_size;
	void **chunk;
	uint32_t chunk_count;
	uint32_t chunk_room;
	uint32_t used;  /* handles ever given out, all of them below this */
	uint32_t count; /* of those, not given back */
	uint32_t free_head;
};

/* entry_size >= 4. Holds no memory yet. */
void slab_init(struct slab *slab, size_t entry_size);
/* The entries go with it; what they point to is the caller's. */
void slab_fini(struct slab *slab);
size_t slab_memory(const struct slab *slab); /* octets held */

/* A zeroed entry; SLAB_NONE when memory is out. */
uint32_t slab_take(struct slab *slab);
/* Its first four octets are used here; the others stay as they are. */
void slab_give(struct slab *slab, uint32_t handle);

/* Any handle below slab->used. The place never changes. */
static inline void *slab_at(const struct slab *slab, uint32_t handle)
{
	return (char *)slab->chunk[handle / SLAB_CHUNK] +
	       handle % SLAB_CHUNK * slab->entry_size;
}

#endif /* DHCP4O6_BASE_SLAB_H */
