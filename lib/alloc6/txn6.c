/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * txn6 - staging, committing and undoing.
 *
 * Staging does everything that can fail first. Undoing never needs memory: the
 * indices keep the former owner of a lease until the commit, the order of
 * expiry keeps leases with pending changes, and an offer that was taken keeps
 * its place.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "alloc6_private.h"

#define ROOM_MIN 64

int alloc6_txn_begin(struct alloc6 *alloc, struct alloc6_txn **txn)
{
	struct alloc6_txn *t = alloc->spare;

	if (t) {
		alloc->spare = t->newer;
	} else {
		t = calloc(1, sizeof(*t));
		if (!t)
			return -ENOMEM;
	}
	t->alloc = alloc;
	t->count = 0;
	t->undone = false;
	t->newer = NULL;
	t->older = alloc->newest;
	if (alloc->newest)
		alloc->newest->newer = t;
	else
		alloc->oldest = t;
	alloc->newest = t;
	*txn = t;
	return 0;
}

static void end(struct alloc6_txn *t)
{
	struct alloc6 *alloc = t->alloc;

	if (t->older)
		t->older->newer = t->newer;
	else
		alloc->oldest = t->newer;
	if (t->newer)
		t->newer->older = t->older;
	else
		alloc->newest = t->older;
	t->newer = alloc->spare;
	alloc->spare = t;
}

const struct lease *alloc6_txn_records(const struct alloc6_txn *txn,
				       size_t *count)
{
	*count = txn->count;
	return txn->count ? txn->record : NULL;
}

bool alloc6_txn_is_undone(const struct alloc6_txn *txn)
{
	return txn->undone;
}

static int make_room(struct alloc6_txn *t)
{
	size_t room = t->room ? t->room * 2 : ROOM_MIN;
	struct change6 *change;
	struct lease *record;

	if (t->count < t->room)
		return 0;
	change = realloc(t->change, room * sizeof(*change));
	if (!change)
		return -ENOMEM;
	t->change = change;
	record = realloc(t->record, room * sizeof(*record));
	if (!record)
		return -ENOMEM;
	t->record = record;
	t->room = room;
	return 0;
}

/* What can fail once the entry is there: its content and the indices. */
static int prepare(struct alloc6 *alloc, const struct stage6 *stage,
		   struct change6 *c, struct lease6 *next)
{
	struct lease6 *e = db6_entry(&alloc->db, c->handle);

	if (lease6_fill(&alloc->db, next, stage->lease, c->is_new ? NULL : e))
		return -ENOMEM;
	c->is_shared = !c->is_new && next->octets == e->octets;
	c->is_reused = !c->is_new && next->duid != e->duid;
	c->is_rekeyed = !c->is_new && !lease6_is_same_ia(next, e);
	next->ends_ns = stage->ends_ns;
	if ((c->is_new || c->is_rekeyed) &&
	    db6_index(&alloc->db, c->handle, next))
		goto out_content;
	if (due6_set(alloc, c->handle, next))
		goto out_index;
	return 0;

out_index:
	if (c->is_new || c->is_rekeyed)
		db6_unindex(&alloc->db, c->handle, next);
out_content:
	lease6_drop(&alloc->db, next, c->is_shared);
	return -ENOMEM;
}

int txn6_stage(struct alloc6_txn *txn, const struct stage6 *stage)
{
	const struct lease *lease = stage->lease;
	struct alloc6 *alloc = txn->alloc;
	struct key6 key =
		key6_of(lease->kind, &lease->addr6, lease->prefix_len);
	struct change6 c = { .offer = stage->offer };
	struct lease6 *e, next;

	if (make_room(txn))
		return -ENOMEM;
	c.handle = db6_find(&alloc->db, &key);
	c.is_new = c.handle == LEASE6_NONE;
	if (!c.is_new && db6_entry(&alloc->db, c.handle)->pending == UINT16_MAX)
		return -ENOMEM;
	if (c.is_new) {
		forget6_for_new(alloc);
		c.handle = db6_take(&alloc->db, &key);
		if (c.handle == LEASE6_NONE)
			return -ENOMEM;
		db6_entry(&alloc->db, c.handle)->version =
			alloc->forgotten_version;
	}
	if (prepare(alloc, stage, &c, &next)) {
		if (c.is_new)
			db6_give(&alloc->db, c.handle);
		return -ENOMEM;
	}

	e = db6_entry(&alloc->db, c.handle);
	c.old = *e;
	next.version = e->version + 1;
	next.epoch = e->epoch ? e->epoch : 1;
	next.pending = (uint16_t)(e->pending + 1);
	next.counted = e->counted;
	next.network = e->network;
	*e = next;
	lease6_record(&alloc->db, e, &txn->record[txn->count]);
	txn->change[txn->count++] = c;
	if (c.offer != OFFER6_NONE)
		pending6_take(alloc, c.offer);
	settle6(alloc, &key);
	return 0;
}

/* Back to what it was; what it is counted as now is for settle6() to see. */
static void restore(struct alloc6 *alloc, const struct change6 *c)
{
	struct lease6 *e = db6_entry(&alloc->db, c->handle);
	struct lease6 now = *e;

	*e = c->old;
	e->pending = (uint16_t)(now.pending - 1);
	e->counted = now.counted;
	e->network = now.network;
	if (e->flags & LEASE6_LOADED) /* the clock may be better */
		e->ends_ns = lease_clock_ends_ns(&alloc->clock, e->expires_s);
	/* It is there still, maybe too late: moving cannot fail. */
	due6_set(alloc, c->handle, e);
}

static void undo_new(struct alloc6 *alloc, const struct change6 *c)
{
	struct lease6 *e = db6_entry(&alloc->db, c->handle);
	struct key6 key = e->key;

	e->state = LEASE_FREE;
	settle6(alloc, &key); /* it is counted no more */
	db6_give(&alloc->db, c->handle);
}

static void undo_change(struct alloc6 *alloc, const struct change6 *c)
{
	struct lease6 *e = db6_entry(&alloc->db, c->handle);
	struct key6 key = e->key;
	uint32_t offer;

	if (c->is_new || c->is_rekeyed)
		db6_unindex(&alloc->db, c->handle, e);
	lease6_drop(&alloc->db, e, c->is_shared);
	if (c->is_new) {
		undo_new(alloc, c);
	} else {
		restore(alloc, c);
		/* Offered to somebody when it looked free; it never was. */
		offer = offers6_find(&alloc->offers, &key);
		if (offer != OFFER6_NONE &&
		    (e->state == LEASE_ACTIVE || e->state == LEASE_DECLINED))
			pending6_drop(alloc, offer);
	}
	settle6(alloc, &key);
}

static void undo(struct alloc6_txn *t)
{
	while (t->count > 0) {
		const struct change6 *c = &t->change[--t->count];

		undo_change(t->alloc, c);
		if (c->offer != OFFER6_NONE)
			pending6_untake(t->alloc, c->offer);
	}
	t->undone = true;
}

void alloc6_txn_abort(struct alloc6_txn *txn)
{
	struct alloc6_txn *t;

	for (t = txn->alloc->newest; t != txn; t = t->older)
		undo(t);
	undo(txn);
	end(txn);
}

static void commit_change(struct alloc6 *alloc, struct change6 *c)
{
	struct lease6 *e = db6_entry(&alloc->db, c->handle);

	e->pending--;
	if (c->is_rekeyed)
		db6_unindex(&alloc->db, c->handle, &c->old);
	alloc->reused_total += c->is_reused;
	if (!c->is_new)
		lease6_drop(&alloc->db, &c->old, c->is_shared);
	if (c->offer != OFFER6_NONE)
		offers6_remove(&alloc->offers, c->offer);
	if (!e->pending) /* a former one may be forgotten from now on */
		settle6(alloc, &e->key);
}

void alloc6_txn_commit(struct alloc6_txn *txn)
{
	size_t i;

	/* An older one that is aborted later would undo what is durable. */
	assert(txn->undone || !txn->older || txn->older->undone ||
	       !txn->older->count);
	for (i = 0; i < txn->count; i++)
		commit_change(txn->alloc, &txn->change[i]);
	end(txn);
}

const struct lease6 *txn6_committed(const struct alloc6 *alloc, uint32_t handle)
{
	const struct alloc6_txn *t;
	size_t i;

	for (t = alloc->oldest; t; t = t->newer) {
		for (i = 0; i < t->count; i++) {
			const struct change6 *c = &t->change[i];

			if (c->handle == handle)
				return c->is_new ? NULL : &c->old;
		}
	}
	return db6_entry(&alloc->db, handle);
}
