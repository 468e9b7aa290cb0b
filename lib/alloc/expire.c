/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expire - leases, quarantines and offers that run out.
 *
 * A lease stands in the order of expiry at its end or before. Renewing one only
 * moves the end, so nothing is reordered then; when it comes up early it is
 * put back at its end. One with a change that is not committed is put back
 * too, whatever its end: what the change does to it has to be known first.
 */
#include <stdlib.h>

#include "alloc_private.h"

#define AGAIN_S    1  /* later, for a lease with a change in flight */
#define HELD_S     60 /* later, for one that waits for the wall clock */
#define STEP_S_MIN 3  /* less is rounding */
#define SPAN_S_MAX 4000000000LL /* some 126 years; keeps ns within 64 bits */

int64_t mono_from_wall(const struct alloc *alloc, int64_t wall_s)
{
	int64_t left;

	if (wall_s == LEASE_EXPIRES_NEVER)
		return LEASE_NEVER_NS;
	if (__builtin_sub_overflow(wall_s, alloc->anchor_wall.s, &left))
		left = wall_s < 0 ? -SPAN_S_MAX : SPAN_S_MAX;
	if (left > SPAN_S_MAX)
		left = SPAN_S_MAX;
	if (left < -SPAN_S_MAX)
		left = -SPAN_S_MAX;
	return mono_add_s(alloc->anchor_mono, left).ns;
}

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
	} else if (alloc->held && (e->flags & LEASE_FLAG_LOADED)) {
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

	for (; done < max && alloc->reanchor < alloc->db.used; done++) {
		uint32_t handle = alloc->reanchor++;
		struct lease_entry *e = lease_db_entry(&alloc->db, handle);

		if (e->state == LEASE_STATE_UNUSED ||
		    !(e->flags & LEASE_FLAG_LOADED))
			continue;
		e->ends_ns = mono_from_wall(alloc, e->expires_s);
		if (heap_has(alloc->db.due, handle))
			heap_set(alloc->db.due, handle,
				 is_timed(e) ? e->ends_ns : 0);
		if (!e->pending)
			e->flags &= (uint8_t)~LEASE_FLAG_LOADED;
	}
	if (alloc->reanchor >= alloc->db.used)
		alloc->held = false;
	return done;
}

bool alloc_is_expiry_held(const struct alloc *alloc)
{
	return alloc->held;
}

static void end_hold(struct alloc *alloc, struct mono_time now,
		     struct wall_time wall)
{
	if (!alloc->held || alloc->reanchor != UINT32_MAX ||
	    wall.s < alloc->newest_record.s)
		return;
	alloc->anchor_mono = now;
	alloc->anchor_wall = wall;
	alloc->reanchor = 0;
}

bool alloc_set_clock(struct alloc *alloc, struct mono_time now,
		     struct wall_time wall)
{
	int64_t wall_of_boot_s = wall.s - now.ns / NS_PER_S;
	bool has_stepped =
		llabs(wall_of_boot_s - alloc->wall_of_boot_s) >= STEP_S_MIN;

	alloc->told_wall = wall;
	if (has_stepped) {
		alloc->wall_of_boot_s = wall_of_boot_s;
		alloc->has_stepped = true;
	}
	end_hold(alloc, now, wall);
	return has_stepped;
}

static void limit_time(struct wall_time *time, struct wall_time latest)
{
	if (time->s >= latest.s + STEP_S_MIN)
		*time = latest;
}

void restate_times(const struct alloc *alloc, const struct lease_entry *e,
		   struct lease *record)
{
	int64_t ends_s = alloc->wall_of_boot_s + e->ends_ns / NS_PER_S;

	/* While expiry is held the record knows more than the clock. */
	if (!alloc->has_stepped ||
	    (alloc->held && (e->flags & LEASE_FLAG_LOADED)))
		return;
	if (is_timed(e) && llabs(ends_s - e->expires_s) >= STEP_S_MIN)
		record->expires.s = ends_s;
	/* One from the future would hold expiry at the next start. */
	limit_time(&record->updated, alloc->told_wall);
	limit_time(&record->starts, alloc->told_wall);
}

size_t alloc_expire(struct alloc *alloc, struct mono_time now, size_t max)
{
	struct offers *offers = &alloc->offers;
	struct heap *due = alloc->db.due;
	size_t done = 0;

	if (alloc->held && alloc->reanchor != UINT32_MAX)
		done = reanchor(alloc, max);
	while (done < max && offers->oldest != OFFER_NONE &&
	       offers->offer[offers->oldest].until_ns <= now.ns) {
		pending_drop(alloc, offers->oldest);
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

	if (offers->oldest != OFFER_NONE)
		next.ns = offers->offer[offers->oldest].until_ns;
	if (heap_count(due) > 0 && heap_key(due, heap_first(due)) < next.ns)
		next.ns = heap_key(due, heap_first(due));
	return next;
}
