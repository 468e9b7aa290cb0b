/* SPDX-License-Identifier: BSD-2-Clause */
/* lease_clock - from wall-clock seconds to running time, and back. */
#include "dhcp4o6/lease/lease_clock.h"

#include <stdlib.h>

#define STEP_S_MIN 3            /* less is rounding */
#define SPAN_S_MAX 4000000000LL /* some 126 years; keeps ns within 64 bits */

void lease_clock_init(struct lease_clock *clock, struct mono_time now,
		      struct wall_time wall)
{
	*clock = (struct lease_clock){
		.anchor_mono = now,
		.anchor_wall = wall,
		.newest_record.s = INT64_MIN,
		.told_wall = wall,
		.wall_of_boot_s = wall.s - now.ns / NS_PER_S,
		.reanchor = UINT32_MAX,
	};
}

void lease_clock_note_record(struct lease_clock *clock,
			     struct wall_time updated)
{
	if (updated.s > clock->newest_record.s)
		clock->newest_record = updated;
}

bool lease_clock_end_load(struct lease_clock *clock)
{
	clock->held = clock->anchor_wall.s < clock->newest_record.s;
	clock->reanchor = UINT32_MAX;
	return clock->held;
}

static void end_hold(struct lease_clock *clock, struct mono_time now,
		     struct wall_time wall)
{
	if (!clock->held || clock->reanchor != UINT32_MAX ||
	    wall.s < clock->newest_record.s)
		return;
	clock->anchor_mono = now;
	clock->anchor_wall = wall;
	clock->reanchor = 0;
}

bool lease_clock_tell(struct lease_clock *clock, struct mono_time now,
		      struct wall_time wall)
{
	int64_t wall_of_boot_s = wall.s - now.ns / NS_PER_S;
	bool has_stepped =
		llabs(wall_of_boot_s - clock->wall_of_boot_s) >= STEP_S_MIN;

	clock->told_wall = wall;
	if (has_stepped) {
		clock->wall_of_boot_s = wall_of_boot_s;
		clock->has_stepped = true;
	}
	end_hold(clock, now, wall);
	return has_stepped;
}

int64_t lease_clock_ends_ns(const struct lease_clock *clock, int64_t wall_s)
{
	int64_t left;

	if (wall_s == LEASE_EXPIRES_NEVER)
		return LEASE_NEVER_NS;
	if (__builtin_sub_overflow(wall_s, clock->anchor_wall.s, &left))
		left = wall_s < 0 ? -SPAN_S_MAX : SPAN_S_MAX;
	if (left > SPAN_S_MAX)
		left = SPAN_S_MAX;
	if (left < -SPAN_S_MAX)
		left = -SPAN_S_MAX;
	return mono_add_s(clock->anchor_mono, left).ns;
}

/* Further apart than rounding makes them? One of the two is from a disk. */
static bool is_another(int64_t a, int64_t b)
{
	int64_t apart;

	return __builtin_sub_overflow(a, b, &apart) || apart >= STEP_S_MIN ||
	       apart <= -STEP_S_MIN;
}

static void limit_time(struct wall_time *time, struct wall_time latest)
{
	if (time->s >= latest.s + STEP_S_MIN)
		*time = latest;
}

void lease_clock_restate(const struct lease_clock *clock, int64_t ends_ns,
			 bool is_loaded, struct lease *record)
{
	int64_t ends_s = clock->wall_of_boot_s + ends_ns / NS_PER_S;

	/* While expiry is held the record knows more than the clock. */
	if (!clock->has_stepped || (clock->held && is_loaded))
		return;
	if (ends_ns != LEASE_NEVER_NS && is_another(ends_s, record->expires.s))
		record->expires.s = ends_s;
	/* One from the future would hold expiry at the next start. */
	limit_time(&record->updated, clock->told_wall);
	limit_time(&record->starts, clock->told_wall);
}
