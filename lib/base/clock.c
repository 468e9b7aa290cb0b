/* SPDX-License-Identifier: BSD-2-Clause */
/* clock - the only place that asks the kernel what time it is. */
#include <time.h>

#include "dhcp4o6/base/clock.h"

struct mono_time mono_now(void)
{
	struct timespec ts;

	/* Cannot fail: the clock exists since Linux 2.6.39, ts is ours. */
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (struct mono_time){ .ns = ts.tv_sec * NS_PER_S + ts.tv_nsec };
}

struct wall_time wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct wall_time){ .s = ts.tv_sec };
}
