/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop - the event loop of a daemon: epoll, signals, timers.
 *
 * One loop per thread. Handlers run on the loop's thread, one at a time, and
 * may add and remove anything, themselves included. The loop owns no file
 * descriptor but its own. Remove a descriptor before closing it.
 */
#ifndef DHCP4O6_BASE_LOOP_H
#define DHCP4O6_BASE_LOOP_H

#include <stdint.h>

#include "dhcp4o6/base/clock.h"

struct loop;       /* opaque */
struct loop_timer; /* opaque */

/* events: EPOLLIN and friends that are ready. */
typedef void loop_fd_handler(void *arg, uint32_t events);
typedef void loop_timer_handler(void *arg, struct mono_time now);
typedef void loop_signal_handler(void *arg, int signo);

int loop_new(struct loop **loop);
/* Frees timers that are left, too. NULL is allowed. */
void loop_free(struct loop *loop);

/* -EEXIST if fd is there already. One handler per descriptor. */
int loop_add_fd(struct loop *loop, int fd, uint32_t events,
		loop_fd_handler *handler, void *arg);
/* -ENOENT if fd is not there. */
int loop_change_fd(struct loop *loop, int fd, uint32_t events);
void loop_remove_fd(struct loop *loop, int fd); /* unknown: no effect */

/*
 * A timer is made once and armed as often as wanted; handlers fire once per
 * arming, never early. Arming an armed timer moves it.
 */
int loop_timer_new(struct loop *loop, struct loop_timer **timer,
		   loop_timer_handler *handler, void *arg);
void loop_timer_arm(struct loop_timer *timer, struct mono_time when);
void loop_timer_disarm(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* NULL is allowed */

/* Blocks signo and delivers it through the loop. */
int loop_add_signal(struct loop *loop, int signo, loop_signal_handler *handler,
		    void *arg);

/* What the loop itself read last; handlers use it instead of a clock call. */
struct mono_time loop_now(const struct loop *loop);

/* Runs until loop_stop(); returns the code given there, or -errno. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop, int code);

#endif /* DHCP4O6_BASE_LOOP_H */
