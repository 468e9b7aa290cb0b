/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_clock - ends of leases between the two clocks. A record says in
 * wall-clock time when its lease ends; in memory it ends in struct mono_time,
 * so that a step of the wall clock expires nobody.
 *
 * Should the wall clock stand before the newest record at start, nobody can say
 * how much of any loaded lease is left: their expiry is held until a later time
 * is told, and then they get their right ends.
 */
#ifndef DHCP4O6_LEASE_LEASE_CLOCK_H
#define DHCP4O6_LEASE_LEASE_CLOCK_H

#include "dhcp4o6/lease/lease.h"

#define LEASE_NEVER_NS   INT64_MAX  /* end of an infinite lease */
#define LEASE_INFINITE_S UINT32_MAX /* RFC 2131 section 3.3, RFC 9915 7.7 */

/* When a lease of so many seconds from now on ends, on either clock. */
static inline int64_t lease_end_ns(struct mono_time now, uint32_t seconds)
{
	return seconds == LEASE_INFINITE_S ? LEASE_NEVER_NS
					   : mono_add_s(now, seconds).ns;
}

static inline struct wall_time lease_end_wall(struct wall_time now,
					      uint32_t seconds)
{
	if (seconds == LEASE_INFINITE_S)
		return (struct wall_time){ LEASE_EXPIRES_NEVER };
	return (struct wall_time){ now.s + seconds };
}

struct lease_clock {
	/* One moment on both clocks, for records from the store. */
	struct mono_time anchor_mono;
	struct wall_time anchor_wall;
	struct wall_time newest_record;
	/* What the wall clock says, and what it would have said at boot. */
	struct wall_time told_wall;
	int64_t wall_of_boot_s;
	bool has_stepped; /* since lease_clock_init() */
	bool held;        /* expiry of loaded leases waits for the clock */
	/* The next lease to be given its right end; UINT32_MAX while none is.
	 * The owner goes through its leases and then clears held. */
	uint32_t reanchor;
};

void lease_clock_init(struct lease_clock *clock, struct mono_time now,
		      struct wall_time wall);
void lease_clock_note_record(struct lease_clock *clock,
			     struct wall_time updated);
/* All records are loaded: true when their expiry is held. */
bool lease_clock_end_load(struct lease_clock *clock);
/*
 * Tells both clocks. True when the wall clock was set since it was last told,
 * seconds of inaccuracy aside. A hold that ends sets reanchor to 0.
 */
bool lease_clock_tell(struct lease_clock *clock, struct mono_time now,
		      struct wall_time wall);
/* When a record ends in struct mono_time; a bounded time from now. */
int64_t lease_clock_ends_ns(const struct lease_clock *clock, int64_t wall_s);
/*
 * Puts a record into the times of the wall clock that is in force. ends_ns: of
 * a lease that runs out, else LEASE_NEVER_NS; is_loaded: not changed since.
 */
void lease_clock_restate(const struct lease_clock *clock, int64_t ends_ns,
			 bool is_loaded, struct lease *record);

#endif /* DHCP4O6_LEASE_LEASE_CLOCK_H */
