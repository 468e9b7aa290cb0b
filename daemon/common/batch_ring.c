/* SPDX-License-Identifier: BSD-2-Clause */
#include "batch_ring.h"

#include <errno.h>
#include <stdlib.h>

#define SPACE_FIRST (64U * 1024)

unsigned int batch_ring_push(struct batch_ring *ring)
{
	unsigned int at = (ring->first + ring->count) % BATCH_RING_SIZE;

	ring->tickets[at] = BATCH_RING_OPEN;
	ring->count++;
	return at;
}

int batch_ring_submit(struct batch_ring *ring, struct lease_store *store,
		      const struct lease *records, size_t count)
{
	unsigned int at = (ring->first + ring->count - 1) % BATCH_RING_SIZE;
	int err;

	ring->tickets[at] = 0;
	if (!count)
		return 0;
	err = lease_store_submit(store, records, count, &ring->tickets[at]);
	if (err)
		ring->count--;
	return err;
}

static void end_oldest(struct batch_ring *ring, bool is_durable)
{
	unsigned int at = ring->first;

	ring->end(ring->arg, at, is_durable);
	ring->first = (at + 1) % BATCH_RING_SIZE;
	ring->count--;
}

void batch_ring_end_ready(struct batch_ring *ring)
{
	while (ring->count && !ring->tickets[ring->first])
		end_oldest(ring, true);
}

void batch_ring_complete(struct batch_ring *ring, struct lease_store *store)
{
	struct lease_completion done;

	while (lease_store_next(store, &done) > 0) {
		batch_ring_end_ready(ring);
		if (!ring->count || ring->tickets[ring->first] != done.ticket)
			continue; /* a snapshot's, or nobody's */
		end_oldest(ring, done.result == LEASE_RESULT_OK);
	}
	batch_ring_end_ready(ring);
}

void batch_ring_abort(struct batch_ring *ring)
{
	while (ring->count)
		end_oldest(ring, false);
}

int batch_space_grow(struct batch_space *space, size_t len)
{
	size_t size = space->size ? space->size : SPACE_FIRST;
	uint8_t *grown;

	while (size - space->used < len)
		size *= 2;
	grown = realloc(space->octets, size);
	if (!grown)
		return -ENOMEM;
	space->octets = grown;
	space->size = size;
	return 0;
}
