/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space - the address space: slots in blocks of 4,096, blocks under a radix
 * tree that sums them up, so that the slot to give out next is found in a few
 * steps between any two slots and at any fill.
 *
 * A slot is (address, PSID): number = address << psid_len | PSID, in a space of
 * its own for each psid_len. The space knows no configuration and no lease
 * but by handle. Ranks order what may be taken from a former owner: a smaller
 * one goes first. Blocks are made when one of their slots is first touched; one
 * that is not there is wholly free and never used.
 */
#ifndef LIB_ALLOC_SPACE_H
#define LIB_ALLOC_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/bitmap.h"

#define SPACE_NONE        UINT64_MAX /* no slot */
#define SPACE_HANDLE_NONE UINT32_MAX
#define SPACE_LEVELS_MAX  6
#define SPACE_FANOUT      64

/* Formerly used: seconds, biased. Offered: above all of them, by age. */
#define RANK_NONE    UINT32_MAX
#define RANK_OFFERED 0x80000000U

struct block {
	uint64_t number;     /* of its first slot / BITMAP_SLOTS */
	uint32_t owner;      /* who may give out its slots; 1 with one server */
	uint32_t epoch;      /* of that ownership */
	struct bitmap fresh; /* never used, not offered, not reserved */
	struct bitmap reserved;
	struct bitmap active;
	struct bitmap declined;
	struct bitmap offered;
	uint32_t low[BITMAP_SLOTS / 64]; /* lowest rank of each word */
	uint32_t *handle;                /* [slot]; NULL until one is used */
	uint32_t *rank;                  /* [slot]; likewise */
};

struct space_node;

struct space {
	uint8_t psid_len;
	uint8_t levels; /* of nodes above the blocks */
	struct space_node *root;
	uint32_t node_count;
	uint32_t block_count;
	uint32_t used_block_count; /* those with handle and rank */
	uint64_t steps;            /* nodes and words looked at by searches */
};

/* A slot in its block. */
struct slot_ref {
	struct block *block; /* NULL: never touched */
	uint32_t index;
};

int space_new(struct space **space, uint8_t psid_len);
void space_free(struct space *space); /* NULL is allowed */
size_t space_memory(const struct space *space);

static inline uint64_t space_slot(uint32_t addr, uint16_t psid,
				  uint8_t psid_len)
{
	return (uint64_t)addr << psid_len | psid;
}

struct slot_ref space_find(const struct space *space, uint64_t slot);
/* With handle and rank there. -ENOMEM. */
int space_get(struct space *space, uint64_t slot, struct slot_ref *ref);

static inline uint32_t space_handle(struct slot_ref ref)
{
	if (!ref.block || !ref.block->handle)
		return SPACE_HANDLE_NONE;
	return ref.block->handle[ref.index];
}

/*
 * Says whether the slot is fresh and which rank it has, and sums that up to the
 * root. ref must be from space_get() of this space. Cannot fail.
 */
void space_settle(struct space *space, struct slot_ref ref, bool fresh,
		  uint32_t rank);

/* The first fresh slot in first..last, or SPACE_NONE. */
uint64_t space_next_fresh(struct space *space, uint64_t first, uint64_t last);
/* The slot of the lowest rank in first..last; *rank RANK_NONE if there is none.
 */
uint64_t space_lowest(struct space *space, uint64_t first, uint64_t last,
		      uint32_t *rank);

struct space_count {
	uint64_t active;
	uint64_t declined;
	uint64_t offered;
	uint64_t reserved; /* and neither of the above */
};

/* Adds what first..last holds to *count. */
void space_count_range(const struct space *space, uint64_t first, uint64_t last,
		       struct space_count *count);

#endif /* LIB_ALLOC_SPACE_H */
