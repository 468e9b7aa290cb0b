/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop - epoll, one signalfd, and a heap of timers.
 *
 * epoll's data holds descriptor and generation. A handler that removes a
 * descriptor, even if the number is opened and added anew at once, makes the
 * generation differ, so an event that was fetched for the old one is dropped.
 */
#include "dhcp4o6/base/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "dhcp4o6/base/heap.h"

#define EVENTS_PER_TURN 64
#define SIGNAL_COUNT    65

struct fd_slot {
	loop_fd_handler *handler; /* NULL: not watched */
	void *arg;
	uint32_t generation;
};

struct signal_slot {
	loop_signal_handler *handler;
	void *arg;
};

struct loop_timer {
	struct loop *loop;
	loop_timer_handler *handler;
	void *arg;
	uint32_t index; /* in loop->timer; handle in loop->timers_due */
};

struct loop {
	int epoll_fd;
	int signal_fd; /* -1 until a signal is added */
	bool stopping;
	bool in_timers; /* handlers of timers are being called */
	bool coarse;    /* no epoll_pwait2(2) here: milliseconds will do */
	int code;
	struct mono_time now;
	struct fd_slot *fd; /* by descriptor */
	uint32_t fd_size;
	uint32_t generation;
	struct heap *timers_due;
	struct loop_timer **timer;
	uint32_t timer_size;
	sigset_t signals;
	struct signal_slot signal[SIGNAL_COUNT];
};

int loop_new(struct loop **loop)
{
	struct loop *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->signal_fd = -1;
	sigemptyset(&l->signals);
	err = heap_new(&l->timers_due);
	if (err)
		goto out_loop;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0) {
		err = -errno;
		goto out_heap;
	}
	l->now = mono_now();
	*loop = l;
	return 0;

out_heap:
	heap_free(l->timers_due);
out_loop:
	free(l);
	return err;
}

void loop_free(struct loop *loop)
{
	uint32_t i;

	if (!loop)
		return;
	for (i = 0; i < loop->timer_size; i++)
		free(loop->timer[i]);
	free(loop->timer);
	if (loop->signal_fd >= 0)
		close(loop->signal_fd);
	close(loop->epoll_fd);
	heap_free(loop->timers_due);
	free(loop->fd);
	free(loop);
}

struct mono_time loop_now(const struct loop *loop)
{
	return loop->now;
}

static struct fd_slot *find_fd(struct loop *loop, int fd)
{
	if (fd < 0 || (uint32_t)fd >= loop->fd_size || !loop->fd[fd].handler)
		return NULL;
	return &loop->fd[fd];
}

static int grow_fds(struct loop *loop, uint32_t need)
{
	uint32_t size = loop->fd_size ? loop->fd_size : 32;
	struct fd_slot *slot;
	uint32_t i;

	while (size <= need)
		size *= 2;
	slot = realloc(loop->fd, size * sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	for (i = loop->fd_size; i < size; i++)
		slot[i] = (struct fd_slot){ .handler = NULL };
	loop->fd = slot;
	loop->fd_size = size;
	return 0;
}

static uint64_t event_data(int fd, uint32_t generation)
{
	return (uint64_t)generation << 32 | (uint32_t)fd;
}

int loop_add_fd(struct loop *loop, int fd, uint32_t events,
		loop_fd_handler *handler, void *arg)
{
	struct epoll_event event = { .events = events };

	if (fd < 0)
		return -EBADF;
	if (find_fd(loop, fd))
		return -EEXIST;
	if ((uint32_t)fd >= loop->fd_size && grow_fds(loop, (uint32_t)fd))
		return -ENOMEM;
	event.data.u64 = event_data(fd, ++loop->generation);
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	loop->fd[fd] = (struct fd_slot){ .handler = handler,
					 .arg = arg,
					 .generation = loop->generation };
	return 0;
}

int loop_change_fd(struct loop *loop, int fd, uint32_t events)
{
	struct fd_slot *slot = find_fd(loop, fd);
	struct epoll_event event = { .events = events };

	if (!slot)
		return -ENOENT;
	event.data.u64 = event_data(fd, slot->generation);
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event))
		return -errno;
	return 0;
}

void loop_remove_fd(struct loop *loop, int fd)
{
	struct fd_slot *slot = find_fd(loop, fd);

	if (!slot)
		return;
	slot->handler = NULL;
	/* Fails where the caller closed fd first; epoll forgot it then. */
	(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

static int grow_timers(struct loop *loop)
{
	uint32_t size = loop->timer_size ? loop->timer_size * 2 : 16;
	struct loop_timer **timer;
	uint32_t i;

	timer = realloc(loop->timer, size * sizeof(*timer));
	if (!timer)
		return -ENOMEM;
	for (i = loop->timer_size; i < size; i++)
		timer[i] = NULL;
	loop->timer = timer;
	loop->timer_size = size;
	return 0;
}

int loop_timer_new(struct loop *loop, struct loop_timer **timer,
		   loop_timer_handler *handler, void *arg)
{
	struct loop_timer *t;
	uint32_t i = 0;

	while (i < loop->timer_size && loop->timer[i])
		i++;
	if (i == loop->timer_size && grow_timers(loop))
		return -ENOMEM;
	t = malloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	*t = (struct loop_timer){
		.loop = loop, .handler = handler, .arg = arg, .index = i
	};
	/* Makes room in the heap now, so that arming cannot fail. */
	if (heap_set(loop->timers_due, i, INT64_MAX)) {
		free(t);
		return -ENOMEM;
	}
	loop->timer[i] = t;
	*timer = t;
	return 0;
}

/*
 * A timer is always in the heap; INT64_MAX is "not armed". What a handler of a
 * timer arms for now or earlier waits for the next turn, behind all that is due
 * in this one.
 */
void loop_timer_arm(struct loop_timer *timer, struct mono_time when)
{
	int64_t key = when.ns < INT64_MAX ? when.ns : INT64_MAX - 1;
	const struct loop *loop = timer->loop;

	if (loop->in_timers && key <= loop->now.ns)
		key = loop->now.ns + 1;
	heap_set(timer->loop->timers_due, timer->index, key);
}

void loop_timer_disarm(struct loop_timer *timer)
{
	heap_set(timer->loop->timers_due, timer->index, INT64_MAX);
}

void loop_timer_free(struct loop_timer *timer)
{
	if (!timer)
		return;
	heap_remove(timer->loop->timers_due, timer->index);
	timer->loop->timer[timer->index] = NULL;
	free(timer);
}

static void handle_signals(void *arg, uint32_t events)
{
	struct loop *loop = arg;
	struct signalfd_siginfo info;

	(void)events;
	while (read(loop->signal_fd, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info)) {
		struct signal_slot *slot;

		if (info.ssi_signo >= SIGNAL_COUNT)
			continue;
		slot = &loop->signal[info.ssi_signo];
		if (slot->handler)
			slot->handler(slot->arg, (int)info.ssi_signo);
	}
}

int loop_add_signal(struct loop *loop, int signo, loop_signal_handler *handler,
		    void *arg)
{
	sigset_t wanted = loop->signals;
	int err;
	int fd;

	if (signo <= 0 || signo >= SIGNAL_COUNT)
		return -EINVAL;
	sigaddset(&wanted, signo);
	err = pthread_sigmask(SIG_BLOCK, &wanted, NULL);
	if (err)
		return -err;
	fd = signalfd(loop->signal_fd, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (loop->signal_fd < 0) {
		err = loop_add_fd(loop, fd, EPOLLIN, handle_signals, loop);
		if (err) {
			close(fd);
			return err;
		}
		loop->signal_fd = fd;
	}
	loop->signals = wanted;
	loop->signal[signo] =
		(struct signal_slot){ .handler = handler, .arg = arg };
	return 0;
}

/* ns until the next timer is due, -1 when none is armed. */
static int64_t time_to_sleep(struct loop *loop)
{
	uint32_t first = heap_first(loop->timers_due);
	int64_t due;

	if (first == HEAP_NONE)
		return -1;
	due = heap_key(loop->timers_due, first);
	if (due == INT64_MAX)
		return -1;
	loop->now = mono_now();
	return due > loop->now.ns ? due - loop->now.ns : 0;
}

static int wait_events(struct loop *loop, struct epoll_event *events)
{
	int64_t ns = time_to_sleep(loop);
	struct timespec ts = { .tv_sec = ns / NS_PER_S,
			       .tv_nsec = ns % NS_PER_S };
	int64_t ms;
	int n;

	if (!loop->coarse) {
		n = epoll_pwait2(loop->epoll_fd, events, EVENTS_PER_TURN,
				 ns < 0 ? NULL : &ts, NULL);
		if (n >= 0 || (errno != ENOSYS && errno != EPERM))
			return n;
		loop->coarse = true;
	}
	ms = ns < 0 ? -1 : ns / NS_PER_MS + (ns % NS_PER_MS ? 1 : 0);
	return epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN,
			  ms > INT_MAX ? INT_MAX : (int)ms);
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
	int fd = (int)(event->data.u64 & UINT32_MAX);
	struct fd_slot *slot = find_fd(loop, fd);

	if (slot && slot->generation == event->data.u64 >> 32)
		slot->handler(slot->arg, event->events);
}

/* Ends, as nothing can be armed for this turn any more. */
static void run_timers(struct loop *loop)
{
	uint32_t first;

	loop->in_timers = true;
	while (!loop->stopping) {
		struct loop_timer *timer;

		first = heap_first(loop->timers_due);
		if (first == HEAP_NONE ||
		    heap_key(loop->timers_due, first) > loop->now.ns)
			break;
		timer = loop->timer[first];
		loop_timer_disarm(timer);
		timer->handler(timer->arg, loop->now);
	}
	loop->in_timers = false;
}

int loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int n, i;

	loop->stopping = false;
	while (!loop->stopping) {
		n = wait_events(loop, events);
		if (n < 0 && errno != EINTR)
			return -errno;
		loop->now = mono_now();
		for (i = 0; i < n && !loop->stopping; i++)
			dispatch(loop, &events[i]);
		run_timers(loop);
	}
	return loop->code;
}

void loop_stop(struct loop *loop, int code)
{
	loop->stopping = true;
	loop->code = code;
}
