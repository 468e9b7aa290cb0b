/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock - the two kinds of time, each in a type of its own.
 *
 * struct mono_time counts from boot, suspend included (CLOCK_BOOTTIME); every
 * timeout and every lease expiry inside a running program uses it. struct
 * wall_time is CLOCK_REALTIME and is only shown to people and written to disk.
 * Only daemons, tools and tests read clocks; libraries are told the time.
 */
#ifndef DHCP4O6_BASE_CLOCK_H
#define DHCP4O6_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL
#define NS_PER_US 1000LL

struct mono_time {
	int64_t ns; /* since boot; 0 is "never set" */
};

struct wall_time {
	int64_t s; /* since 1970-01-01 00:00 UTC */
};

struct mono_time mono_now(void);
struct wall_time wall_now(void);

static inline struct mono_time mono_add_s(struct mono_time t, int64_t s)
{
	return (struct mono_time){ .ns = t.ns + s * NS_PER_S };
}

static inline struct mono_time mono_add_ms(struct mono_time t, int64_t ms)
{
	return (struct mono_time){ .ns = t.ns + ms * NS_PER_MS };
}

static inline int64_t mono_diff_ns(struct mono_time later,
				   struct mono_time earlier)
{
	return later.ns - earlier.ns;
}

static inline int64_t mono_diff_ms(struct mono_time later,
				   struct mono_time earlier)
{
	return (later.ns - earlier.ns) / NS_PER_MS;
}

#endif /* DHCP4O6_BASE_CLOCK_H */
