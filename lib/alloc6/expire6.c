/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expire6 - leases, quarantines and offers that run out, and former leases that
 * are forgotten.
 *
 * A lease stands in the order of expiry at its end or before. Renewing one only
 * moves the end, so nothing is reordered then; when it comes up early it is
 * put back at its end. One with a change that is not committed is put back
 * too, whatever its end: what the change does to it has to be known first.
 *
 * Pools are as good as endless, so clients that come once and never again would
 * fill the memory with former leases. Beyond a number, and when a new lease
 * needs the room of one, the oldest are forgotten.
 */
#include "alloc6_private.h"

#define AGAIN_S 1  /* later, for a lease with a change in flight */
#define HELD_S  60 /* later, for one that waits for the wall clock */

/* A version ahead of the others by more could not be told from one behind. */
#define VERSION_LEAP_MAX (1U << 30)

int due6_set(struct alloc6 *alloc, uint32_t handle, const struct lease6 *e)
{
	struct heap *due = alloc->db.due;

	if (!lease6_is_timed(e))
		return 0;
	if (heap_has(due, handle) && heap_key(due, handle) <= e->ends_ns)
		return 0;
	return heap_set(due, handle, e->ends_ns);
}

static void end_lease(struct alloc6 *alloc, struct lease6 *e)
{
	e->state = e->state == LEASE_ACTIVE ? LEASE_EXPIRED : LEASE_FREE;
	alloc->expired_total++;
	settle6(alloc, &e->key);
}

/* Works off the first in the order, which is due. */
static void work_off(struct alloc6 *alloc, uint32_t handle,
		     struct mono_time now)
{
	struct lease6 *e = db6_entry(&alloc->db, handle);
	struct heap *due = alloc->db.due;

	if (e->pending) {
		heap_set(due, handle, mono_add_s(now, AGAIN_S).ns);
	} else if (alloc->clock.held && (e->flags & LEASE6_LOADED)) {
		heap_set(due, handle, mono_add_s(now, HELD_S).ns);
	} else if (!lease6_is_timed(e)) {
		heap_remove(due, handle);
	} else if (e->ends_ns > now.ns) {
		heap_set(due, handle, e->ends_ns);
	} else {
		heap_remove(due, handle);
		end_lease(alloc, e);
	}
}

/* Loaded leases get the end that the corrected clock says. */
static size_t reanchor(struct alloc6 *alloc, size_t max)
{
	struct lease_clock *clock = &alloc->clock;
	size_t done = 0;

	for (; done < max && clock->reanchor < alloc->db.entries.used; done++) {
		uint32_t handle = clock->reanchor++;
		struct lease6 *e = db6_entry(&alloc->db, handle);

		if (e->state == LEASE6_UNUSED || !(e->flags & LEASE6_LOADED))
			continue;
		e->ends_ns = lease_clock_ends_ns(clock, e->expires_s);
		if (heap_has(alloc->db.due, handle))
			heap_set(alloc->db.due, handle,
				 lease6_is_timed(e) ? e->ends_ns : 0);
		if (!e->pending)
			e->flags &= (uint8_t)~LEASE6_LOADED;
	}
	if (clock->reanchor >= alloc->db.entries.used)
		clock->held = false;
	return done;
}

bool alloc6_is_expiry_held(const struct alloc6 *alloc)
{
	return alloc->clock.held;
}

bool alloc6_set_clock(struct alloc6 *alloc, struct mono_time now,
		      struct wall_time wall)
{
	return lease_clock_tell(&alloc->clock, now, wall);
}

void record6(const struct alloc6 *alloc, const struct lease6 *e,
	     struct lease *record)
{
	lease6_record(&alloc->db, e, record);
	lease_clock_restate(&alloc->clock,
			    lease6_is_timed(e) ? e->ends_ns : LEASE_NEVER_NS,
			    e->flags & LEASE6_LOADED, record);
}

/* ---- forgetting ---- */

bool alloc6_is_full(const struct alloc6 *alloc)
{
	/* What may be forgotten is in nobody's way. */
	return alloc->db.entries.count - heap_count(alloc->db.formers) >=
	       leases6_max(alloc);
}

static bool has_too_many(const struct alloc6 *alloc)
{
	uint32_t formers = heap_count(alloc->db.formers);

	return formers > ALLOC6_FORMERS_MAX + alloc->active[PLAN6_ADDRESSES] +
				 alloc->active[PLAN6_PREFIXES] ||
	       (formers && alloc->db.entries.count > leases6_max(alloc));
}

static void forget(struct alloc6 *alloc, uint32_t handle)
{
	struct lease6 *e = db6_entry(&alloc->db, handle);
	uint32_t ahead = e->version - alloc->forgotten_version;
	struct key6 key = e->key;

	heap_remove(alloc->db.formers, handle);
	if (ahead <= INT32_MAX && ahead > VERSION_LEAP_MAX)
		return; /* it is kept until somebody has it again */
	if (ahead <= INT32_MAX)
		alloc->forgotten_version = e->version;
	db6_unindex(&alloc->db, handle, e);
	lease6_drop(&alloc->db, e, false);
	db6_give(&alloc->db, handle);
	settle6(alloc, &key);
}

/* Also while expiry is held: then it may not be the oldest that goes. */
void forget6_for_new(struct alloc6 *alloc)
{
	if (alloc->db.entries.count >= leases6_max(alloc) &&
	    heap_count(alloc->db.formers))
		forget(alloc, heap_first(alloc->db.formers));
}

static size_t forget_some(struct alloc6 *alloc, size_t max)
{
	size_t done = 0;

	/* While expiry is held, their ends are not known. */
	for (; done < max && !alloc->clock.held && has_too_many(alloc); done++)
		forget(alloc, heap_first(alloc->db.formers));
	return done;
}

size_t alloc6_expire(struct alloc6 *alloc, struct mono_time now, size_t max)
{
	struct offers6 *offers = &alloc->offers;
	struct heap *due = alloc->db.due;
	size_t done = 0;

	if (alloc->clock.held && alloc->clock.reanchor != UINT32_MAX)
		done = reanchor(alloc, max);
	while (done < max && offers->list.oldest != OFFER6_NONE &&
	       offer6_at(offers, offers->list.oldest)->until_ns <= now.ns) {
		pending6_drop(alloc, offers->list.oldest);
		alloc->offers_expired_total++;
		done++;
	}
	while (done < max && heap_count(due) > 0 &&
	       heap_key(due, heap_first(due)) <= now.ns) {
		work_off(alloc, heap_first(due), now);
		done++;
	}
	return done + forget_some(alloc, max - done);
}

struct mono_time alloc6_next_expiry(const struct alloc6 *alloc)
{
	const struct offers6 *offers = &alloc->offers;
	const struct heap *due = alloc->db.due;
	struct mono_time next = { .ns = INT64_MAX };

	if (!alloc->clock.held && has_too_many(alloc))
		return (struct mono_time){ 0 };
	if (offers->list.oldest != OFFER6_NONE)
		next.ns = offer6_at(offers, offers->list.oldest)->until_ns;
	if (heap_count(due) > 0 && heap_key(due, heap_first(due)) < next.ns)
		next.ns = heap_key(due, heap_first(due));
	return next;
}
