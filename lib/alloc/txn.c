/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * txn - staging, committing and undoing.
 *
 * Staging does everything that can fail first. Undoing never needs memory: the
 * index by client keeps the former client of a lease until the commit, the
 * order of expiry keeps leases with pending changes, and an offer that was
 * taken keeps its place.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc_private.h"

#define ROOM_MIN 64

int alloc_txn_begin(struct alloc *alloc, struct alloc_txn **txn)
{
	struct alloc_txn *t = alloc->spare;

	if (load_flush(alloc))
		return -ENOMEM;
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

static void end(struct alloc_txn *t)
{
	struct alloc *alloc = t->alloc;

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

const struct lease *alloc_txn_records(const struct alloc_txn *txn,
				      size_t *count)
{
	*count = txn->count;
	return txn->count ? txn->record : NULL;
}

bool alloc_txn_is_undone(const struct alloc_txn *txn)
{
	return txn->undone;
}

static int make_room(struct alloc_txn *t)
{
	size_t room = t->room ? t->room * 2 : ROOM_MIN;
	struct txn_change *change;
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

/* A new lease in its slot, not yet in any index. */
static int make_entry(struct alloc *alloc, struct slot_ref ref,
		      uint32_t *handle)
{
	*handle = lease_db_take(&alloc->db);
	if (*handle == LEASE_HANDLE_NONE)
		return -ENOMEM;
	ref.block->handle[ref.index] = *handle;
	return 0;
}

static void unmake_entry(struct alloc *alloc, struct slot_ref ref,
			 uint32_t handle)
{
	ref.block->handle[ref.index] = SPACE_HANDLE_NONE;
	lease_db_give(&alloc->db, handle);
}

/* What can fail once the entry is there: its content and two indices. */
static int prepare(struct alloc *alloc, const struct stage *stage,
		   struct txn_change *c, struct lease_entry *next)
{
	struct lease_entry *e = lease_db_entry(&alloc->db, c->handle);
	bool is_indexed = c->is_new || c->is_rekeyed;

	if (lease_entry_fill(&alloc->db, next, stage->lease,
			     c->is_new ? NULL : e))
		return -ENOMEM;
	c->is_shared = !c->is_new && next->octets == e->octets;
	next->ends_ns = stage->ends_ns;
	if (is_indexed &&
	    hmap_insert(alloc->db.by_client, stage->client->hash, c->handle))
		goto out_content;
	if (due_set(alloc, c->handle, next))
		goto out_index;
	return 0;

out_index:
	if (is_indexed)
		hmap_remove(alloc->db.by_client, stage->client->hash,
			    c->handle);
out_content:
	lease_entry_drop(&alloc->db, next, c->is_shared);
	return -ENOMEM;
}

int txn_stage(struct alloc_txn *txn, const struct stage *stage)
{
	struct alloc *alloc = txn->alloc;
	struct slot_key key = { ntohl(stage->lease->addr.s_addr),
				stage->lease->psid, stage->lease->psid_len };
	struct lease_entry *e, next;
	struct txn_change c = { .offer = stage->offer };
	struct slot_ref ref;

	if (make_room(txn) || slot_get(alloc, key, &ref))
		return -ENOMEM;
	e = slot_entry(alloc, ref);
	c.is_new = !e;
	c.handle = space_handle(ref);
	if (e && e->pending == UINT16_MAX)
		return -ENOMEM;
	c.is_rekeyed = e && !lease_entry_is_client(e, stage->client);
	if (c.is_new && make_entry(alloc, ref, &c.handle))
		return -ENOMEM;
	if (prepare(alloc, stage, &c, &next)) {
		if (c.is_new)
			unmake_entry(alloc, ref, c.handle);
		return -ENOMEM;
	}

	e = lease_db_entry(&alloc->db, c.handle);
	c.old = *e;
	if (!c.is_new)
		lease_db_bill(&alloc->db, e, -1);
	next.version = e->version + 1;
	/* A record of a later owner is on disk: it must not stand for ever. */
	next.epoch = e->epoch > ref.block->epoch ? e->epoch : ref.block->epoch;
	next.pending = (uint16_t)(e->pending + 1);
	*e = next;
	lease_db_bill(&alloc->db, e, 1);
	lease_entry_record(&alloc->db, e, &txn->record[txn->count]);
	txn->change[txn->count++] = c;
	if (c.offer != OFFER_NONE)
		pending_take(alloc, c.offer);
	slot_settle(alloc, key, ref);
	return 0;
}

static void forget_client(struct alloc *alloc, const struct lease_entry *e,
			  uint32_t handle)
{
	hmap_remove(alloc->db.by_client, lease_entry_hash(&alloc->db, e),
		    handle);
}

static void undo_entry(struct alloc *alloc, const struct txn_change *c)
{
	struct lease_entry *e = lease_db_entry(&alloc->db, c->handle);
	struct slot_ref ref = slot_find(alloc, entry_key(e));
	struct slot_key key = entry_key(e);
	uint16_t pending = (uint16_t)(e->pending - 1);
	uint32_t offer;

	if (c->is_new || c->is_rekeyed)
		forget_client(alloc, e, c->handle);
	lease_db_bill(&alloc->db, e, -1);
	lease_entry_drop(&alloc->db, e, c->is_shared);
	if (c->is_new) {
		heap_remove(alloc->db.due, c->handle);
		unmake_entry(alloc, ref, c->handle);
	} else {
		*e = c->old;
		e->pending = pending;
		lease_db_bill(&alloc->db, e, 1);
		if (e->flags & LEASE_FLAG_LOADED) /* the clock may be better */
			e->ends_ns = lease_clock_ends_ns(&alloc->clock,
							 e->expires_s);
		/* It is there still, maybe too late: moving cannot fail. */
		due_set(alloc, c->handle, e);
	}
	/* Offered to somebody when it looked free, which it never was. */
	if (!c->is_new && slot_is_offered(ref) &&
	    (e->state == LEASE_ACTIVE || e->state == LEASE_DECLINED)) {
		offer = offers_find_slot(&alloc->offers, key.addr, key.psid,
					 key.psid_len);
		pending_drop(alloc, offer);
	}
	slot_settle(alloc, key, ref);
}

static void undo(struct alloc_txn *t)
{
	while (t->count > 0) {
		const struct txn_change *c = &t->change[--t->count];

		undo_entry(t->alloc, c);
		if (c->offer != OFFER_NONE)
			pending_untake(t->alloc, c->offer);
	}
	t->undone = true;
}

void alloc_txn_abort(struct alloc_txn *txn)
{
	struct alloc_txn *t;

	for (t = txn->alloc->newest; t != txn; t = t->older)
		undo(t);
	undo(txn);
	end(txn);
}

static void settle_change(struct alloc *alloc, struct txn_change *c)
{
	lease_db_entry(&alloc->db, c->handle)->pending--;
	if (c->is_rekeyed) {
		forget_client(alloc, &c->old, c->handle);
		alloc->reused_total++;
	}
	if (!c->is_new)
		lease_entry_drop(&alloc->db, &c->old, c->is_shared);
	if (c->offer != OFFER_NONE)
		offers_remove(&alloc->offers, c->offer);
}

void alloc_txn_commit(struct alloc_txn *txn)
{
	size_t i;

	/* An older one that is aborted later would undo what is durable. */
	assert(txn->undone || !txn->older || txn->older->undone ||
	       !txn->older->count);
	for (i = 0; i < txn->count; i++)
		settle_change(txn->alloc, &txn->change[i]);
	end(txn);
}

const struct lease_entry *txn_committed(const struct alloc *alloc,
					uint32_t handle)
{
	const struct alloc_txn *t;
	size_t i;

	for (t = alloc->oldest; t; t = t->newer) {
		for (i = 0; i < t->count; i++) {
			const struct txn_change *c = &t->change[i];

			if (c->handle == handle)
				return c->is_new ? NULL : &c->old;
		}
	}
	return lease_db_entry(&alloc->db, handle);
}
