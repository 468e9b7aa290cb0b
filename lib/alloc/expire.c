/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expire - leases, quarantines and offers that run out.
 *
 * A lease stands in the order of expiry at its end or before. Renewing one only
 * moves the end, so nothing is reordered then; when it comes up early it is
 * put back at its end. One with a change that is not committed is put back
 * too, whatever its end: what the change does to it has to be known first.
 */
#include "alloc_private.h"

#define AGAIN_S 1  /* later, for a lease with a change in flight */
#define HELD_S  60 /* later, for one that waits for the wall clock */
static bool is_timed(const struct lease_entry *e)
{
	return (e->state == LEASE_ACTIVE || e->state == LEASE_DECLINED) &&
	       e->ends_ns != LEASE_NEVER_NS;
}

int due_set(struct alloc *alloc, uint32_t handle, const struct lease_entry *e)
{
	struct heap *due = alloc->db.due;

	if (!is_timed(e))
		return 0;
	if (heap_has(due, handle) && heap_key(due, handle) <= e->ends_ns)
		return 0;
	return heap_set(due, handle, e->ends_ns);
}

static void end_lease(struct alloc *alloc, struct lease_entry *e)
{
	struct slot_key key = entry_key(e);

	lease_db_bill(&alloc->db, e, -1);
	e->state = e->state == LEASE_ACTIVE ? LEASE_EXPIRED : LEASE_FREE;
	alloc->expired_total++;
	slot_settle(alloc, key, slot_find(alloc, key));
}

/* Works off the first in the order, which is due. */
static void work_off(struct alloc *alloc, uint32_t handle, struct mono_time now)
{
	struct lease_entry *e = lease_db_entry(&alloc->db, handle);
	struct heap *due = alloc->db.due;

	if (e->pending) {
		heap_set(due, handle, mono_add_s(now, AGAIN_S).ns);
	} else if (alloc->clock.held && (e->flags & LEASE_FLAG_LOADED)) {
		heap_set(due, handle, mono_add_s(now, HELD_S).ns);
	} else if (!is_timed(e)) {
		heap_remove(due, handle);
	} else if (e->ends_ns > now.ns) {
		heap_set(due, handle, e->ends_ns);
	} else {
		heap_remove(due, handle);
		end_lease(alloc, e);
	}
}

/* Loaded leases get the end that the corrected clock says. */
static size_t reanchor(struct alloc *alloc, size_t max)
{
	size_t done = 0;

	for (; done < max && alloc->clock.reanchor < alloc->db.entries.used;
	     done++) {
		uint32_t handle = alloc->clock.reanchor++;
		struct lease_entry *e = lease_db_entry(&alloc->db, handle);

		if (e->state == LEASE_STATE_UNUSED ||
		    !(e->flags & LEASE_FLAG_LOADED))
			continue;
		e->ends_ns = lease_clock_ends_ns(&alloc->clock, e->expires_s);
		if (heap_has(alloc->db.due, handle))
			heap_set(alloc->db.due, handle,
				 is_timed(e) ? e->ends_ns : 0);
		if (!e->pending)
			e->flags &= (uint8_t)~LEASE_FLAG_LOADED;
	}
	if (alloc->clock.reanchor >= alloc->db.entries.used)
		alloc->clock.held = false;
	return done;
}

bool alloc_is_expiry_held(const struct alloc *alloc)
{
	return alloc->clock.held;
}

bool alloc_set_clock(struct alloc *alloc, struct mono_time now,
		     struct wall_time wall)
{
	return lease_clock_tell(&alloc->clock, now, wall);
}

void restate_times(const struct alloc *alloc, const struct lease_entry *e,
		   struct lease *record)
{
	lease_clock_restate(&alloc->clock,
			    is_timed(e) ? e->ends_ns : LEASE_NEVER_NS,
			    e->flags & LEASE_FLAG_LOADED, record);
}

size_t alloc_expire(struct alloc *alloc, struct mono_time now, size_t max)
{
	struct offers *offers = &alloc->offers;
	struct heap *due = alloc->db.due;
	size_t done = 0;

	if (alloc->clock.held && alloc->clock.reanchor != UINT32_MAX)
		done = reanchor(alloc, max);
	while (done < max && offers->list.oldest != OFFER_NONE &&
	       offer_at(offers, offers->list.oldest)->until_ns <= now.ns) {
		pending_drop(alloc, offers->list.oldest);
		alloc->offers_expired_total++;
		done++;
	}
	while (done < max && heap_count(due) > 0 &&
	       heap_key(due, heap_first(due)) <= now.ns) {
		work_off(alloc, heap_first(due), now);
		done++;
	}
	return done;
}

struct mono_time alloc_next_expiry(const struct alloc *alloc)
{
	const struct offers *offers = &alloc->offers;
	const struct heap *due = alloc->db.due;
	struct mono_time next = { .ns = INT64_MAX };

	if (offers->list.oldest != OFFER_NONE)
		next.ns = offer_at(offers, offers->list.oldest)->until_ns;
	if (heap_count(due) > 0 && heap_key(due, heap_first(due)) < next.ns)
		next.ns = heap_key(due, heap_first(due));
	return next;
}
