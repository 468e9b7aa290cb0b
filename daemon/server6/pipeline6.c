/* SPDX-License-Identifier: BSD-2-Clause */
/* pipeline6 - batches of messages, from a turn of the loop to the store. */
#include <errno.h>
#include <stdlib.h>

#include "serve6.h"

/* Octets of answers that end a batch: relays make them as long as they like. */
#define SPACE_FULL (192U * 1024)
/*
 * Turns are short when messages come one by one. With so many of them on their
 * way to the disk the open batch goes on over the next turns, so that what may
 * wait for a slow disk is thousands of messages and not some dozens.
 */
#define BATCHES_AT_ONCE 16

void serve6_send(struct serve6 *serve, const struct serve6_answer *answer,
		 const struct serve6_batch *batch)
{
	struct metrics *metrics = &serve->front->metrics;

	metrics_count(metrics, METRIC_LEASE6_NEW, answer->created);
	metrics_count(metrics, METRIC_LEASE6_RENEWED, answer->renewed);
	if (answer->inner_type)
		metrics_dhcp6_out(metrics, answer->inner_type);
	front_send(
		serve->front, &answer->way,
		wire_reader(batch->space.octets + answer->offset, answer->len));
}

/* Everything in it speaks of something that is durable now. */
static void send_answers(struct serve6 *serve, struct serve6_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->answer_count; i++)
		serve6_send(serve, &batch->answers[i], batch);
}

static void give_up_answers(struct serve6 *serve, struct serve6_batch *batch,
			    enum drop_reason reason)
{
	unsigned int i;

	for (i = 0; i < batch->answer_count; i++)
		front_drop(serve->front, reason, &batch->answers[i].way.peer);
}

static void end_batch(void *arg, unsigned int at, bool is_durable)
{
	struct serve6 *serve = arg;
	struct serve6_batch *batch = &serve->batches[at];

	if (!batch->txn) {
		serve6_end_duid(serve, is_durable);
		return;
	}
	if (is_durable && !alloc6_txn_is_undone(batch->txn)) {
		alloc6_txn_commit(batch->txn);
		if (batch->is_void)
			give_up_answers(serve, batch, DROP_STORE_FAILED);
		else
			send_answers(serve, batch);
	} else {
		alloc6_txn_abort(batch->txn);
		give_up_answers(serve, batch, DROP_STORE_FAILED);
	}
	batch->txn = NULL;
}

static bool has_room(const struct serve6_batch *batch, unsigned int messages)
{
	size_t records;

	alloc6_txn_records(batch->txn, &records);
	return messages < SERVE6_BATCH && batch->space.used < SPACE_FULL &&
	       records + DECIDE6_ITEMS_MAX <= LEASE_BATCH_SURE;
}

enum drop_reason serve6_join_batch(struct serve6 *serve)
{
	struct alloc6_txn *txn;

	if (serve->open && !has_room(serve->open, serve->open_count))
		serve6_submit(serve);
	if (serve->open && !has_room(serve->open, serve->open_count))
		return DROP_STORE_BUSY;
	if (!serve->open) {
		if (batch_ring_is_full(&serve->ring))
			return DROP_STORE_BUSY;
		if (alloc6_txn_begin(serve->alloc, &txn))
			return DROP_NO_MEMORY;
		serve->open = &serve->batches[batch_ring_push(&serve->ring)];
		serve->open->txn = txn;
		serve->open->is_void = false;
		serve->open->answer_count = 0;
		serve->open->space.used = 0;
		serve->open_count = 0;
	}
	serve->open_count++;
	return DROP_NONE;
}

void serve6_submit(struct serve6 *serve)
{
	struct serve6_batch *batch = serve->open;
	const struct lease *records;
	size_t count;
	int err;

	if (!batch || serve->store_is_busy)
		return;
	records = alloc6_txn_records(batch->txn, &count);
	err = batch_ring_submit(&serve->ring, serve->keeper.store, records,
				count);
	if (err == -EBUSY) { /* the same entry, with all that is in it */
		(void)batch_ring_push(&serve->ring);
		serve->store_is_busy = true;
		return;
	}
	serve->open = NULL;
	if (err) {
		alloc6_txn_abort(batch->txn);
		batch->txn = NULL;
		give_up_answers(serve, batch, DROP_STORE_FAILED);
	}
	batch_ring_end_ready(&serve->ring);
}

/* Would the open batch only wait in the store, and can it wait here? */
static bool may_grow(const struct serve6 *serve)
{
	return serve->ring.count > BATCHES_AT_ONCE &&
	       has_room(serve->open, serve->open_count) &&
	       !alloc6_txn_is_undone(serve->open->txn);
}

void serve6_end_turn(struct serve6 *serve)
{
	if (serve->open && !may_grow(serve))
		serve6_submit(serve);
}

void serve6_complete(void *arg)
{
	struct serve6 *serve = arg;

	batch_ring_complete(&serve->ring, serve->keeper.store);
	serve->store_is_busy = false;
	serve6_end_turn(serve);
	front_flush_socket(serve->front);
	serve6_write_duid(serve);
}

void serve6_init_batches(struct serve6 *serve)
{
	serve->ring = (struct batch_ring){ .end = end_batch, .arg = serve };
}

void serve6_free_batches(struct serve6 *serve)
{
	size_t i;

	batch_ring_abort(&serve->ring);
	for (i = 0; i < BATCH_RING_SIZE; i++)
		free(serve->batches[i].space.octets);
}
