/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * batch_ring - turns of decisions that wait for the disk, oldest first.
 *
 * What a batch is, its owner keeps in an array of BATCH_RING_SIZE; here is
 * known which entries are in use, in what order they end, and what the store
 * said of them. A batch without records ends as soon as those before it have.
 */
#ifndef DHCP4O6_DAEMON_BATCH_RING_H
#define DHCP4O6_DAEMON_BATCH_RING_H

#include "dhcp4o6/lease/lease_store.h"

#define BATCH_RING_SIZE 64 /* batches that may wait */
#define BATCH_RING_OPEN UINT64_MAX

struct batch_ring {
	unsigned int first;
	unsigned int count;
	/* 0: no record to be written; BATCH_RING_OPEN: not submitted yet. */
	uint64_t tickets[BATCH_RING_SIZE];
	/* Ends the batch in that entry; is_durable: its records are. */
	void (*end)(void *arg, unsigned int at, bool is_durable);
	void *arg;
};

static inline bool batch_ring_is_full(const struct batch_ring *ring)
{
	return ring->count == BATCH_RING_SIZE;
}

/* The entry of a new batch, the newest; the ring must not be full. */
unsigned int batch_ring_push(struct batch_ring *ring);

/*
 * Hands the records of the newest batch to the store; none are none. Before
 * that neither it nor a later one ends. On an
 * error of lease_store_submit() the batch has left the ring, and end() is not
 * called for it.
 */
int batch_ring_submit(struct batch_ring *ring, struct lease_store *store,
		      const struct lease *records, size_t count);

/* Ends what the store has completed; from its event. */
void batch_ring_complete(struct batch_ring *ring, struct lease_store *store);
/* Ends batches that wait for nothing. */
void batch_ring_end_ready(struct batch_ring *ring);
/* Ends every batch as not durable. */
void batch_ring_abort(struct batch_ring *ring);

/* Octets of the answers of one batch, one behind the other. */
struct batch_space {
	uint8_t *octets;
	size_t used; /* set to 0 by whoever begins the batch anew */
	size_t size;
};

/* Makes the room bigger: 0 or -ENOMEM. */
int batch_space_grow(struct batch_space *space, size_t len);
/* Room for len more octets behind those in use; NULL: no memory. */
static inline uint8_t *batch_space_reserve(struct batch_space *space,
					   size_t len)
{
	if (space->size - space->used < len && batch_space_grow(space, len))
		return NULL;
	return space->octets + space->used;
}

#endif /* DHCP4O6_DAEMON_BATCH_RING_H */
