/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop. Every test has a timer that ends the loop with an error, so
 * that a lost event fails instead of hanging.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dhcp4o6/base/loop.h"

#define GIVE_UP_S 20
#define GAVE_UP   (-99)
#define DONE      7

struct world {
	struct loop *loop;
	struct loop_timer *give_up;
	struct loop_timer *timer;
	struct loop_timer *other;
	int pipe_a[2];
	int pipe_b[2];
	int quiet; /* write end, or -1 */
	unsigned int calls;
	unsigned int wrong_calls;
	int signo;
	struct mono_time when;
};

static void give_up(void *arg, struct mono_time now)
{
	struct world *w = arg;

	(void)now;
	loop_stop(w->loop, GAVE_UP);
}

static int setup(void **state)
{
	static struct world world;
	struct world *w = &world;

	*w = (struct world){ .quiet = -1 };
	if (loop_new(&w->loop) ||
	    loop_timer_new(w->loop, &w->give_up, give_up, w) ||
	    pipe2(w->pipe_a, O_NONBLOCK) || pipe2(w->pipe_b, O_NONBLOCK))
		return -1;
	loop_timer_arm(w->give_up, mono_add_s(mono_now(), GIVE_UP_S));
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->loop);
	close(w->pipe_a[0]);
	close(w->pipe_a[1]);
	close(w->pipe_b[0]);
	close(w->pipe_b[1]);
	if (w->quiet >= 0)
		close(w->quiet);
	return 0;
}

static void poke(int fd)
{
	assert_int_equal(write(fd, "x", 1), 1);
}

static void stop_on_input(void *arg, uint32_t events)
{
	struct world *w = arg;

	assert_true(events & EPOLLIN);
	w->calls++;
	loop_stop(w->loop, DONE);
}

static void runs_a_handler_and_returns_its_code(void **state)
{
	struct world *w = *state;
	int fd = w->pipe_a[0];

	assert_int_equal(loop_add_fd(w->loop, fd, EPOLLIN, stop_on_input, w),
			 0);
	assert_int_equal(loop_add_fd(w->loop, fd, EPOLLIN, stop_on_input, w),
			 -EEXIST);
	assert_int_equal(loop_change_fd(w->loop, 999, EPOLLIN), -ENOENT);
	assert_int_equal(loop_add_fd(w->loop, -1, EPOLLIN, stop_on_input, w),
			 -EBADF);
	poke(w->pipe_a[1]);
	assert_int_equal(loop_run(w->loop), DONE);
	assert_int_equal(w->calls, 1);
}

static void count_wrong(void *arg, uint32_t events)
{
	struct world *w = arg;

	(void)events;
	w->wrong_calls++;
}

static void stop_now(void *arg, struct mono_time now)
{
	struct world *w = arg;

	w->when = now;
	loop_stop(w->loop, DONE);
}

/*
 * Both pipes are ready at once. Whichever handler runs first removes the
 * other's descriptor and puts a quiet one in its place under the same number.
 */
static void replace_other(struct world *w, int fd)
{
	int ends[2];

	w->calls++;
	loop_remove_fd(w->loop, fd);
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_true(dup2(ends[0], fd) == fd);
	close(ends[0]);
	w->quiet = ends[1]; /* kept open: a hang-up would be an event */
	assert_int_equal(loop_add_fd(w->loop, fd, EPOLLIN, count_wrong, w), 0);
	loop_timer_arm(w->timer, mono_add_ms(loop_now(w->loop), 30));
}

static void on_a(void *arg, uint32_t events)
{
	struct world *w = arg;

	(void)events;
	loop_remove_fd(w->loop, w->pipe_a[0]);
	replace_other(w, w->pipe_b[0]);
}

static void on_b(void *arg, uint32_t events)
{
	struct world *w = arg;

	(void)events;
	loop_remove_fd(w->loop, w->pipe_b[0]);
	replace_other(w, w->pipe_a[0]);
}

static void an_event_of_a_removed_descriptor_is_dropped(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_timer_new(w->loop, &w->timer, stop_now, w), 0);
	assert_int_equal(loop_add_fd(w->loop, w->pipe_a[0], EPOLLIN, on_a, w),
			 0);
	assert_int_equal(loop_add_fd(w->loop, w->pipe_b[0], EPOLLIN, on_b, w),
			 0);
	poke(w->pipe_a[1]);
	poke(w->pipe_b[1]);
	assert_int_equal(loop_run(w->loop), DONE);
	assert_int_equal(w->calls, 1);
	assert_int_equal(w->wrong_calls, 0);
}

static void a_changed_interest_counts(void **state)
{
	struct world *w = *state;
	int fd = w->pipe_a[0];

	assert_int_equal(loop_timer_new(w->loop, &w->timer, stop_now, w), 0);
	assert_int_equal(loop_add_fd(w->loop, fd, EPOLLIN, count_wrong, w), 0);
	assert_int_equal(loop_change_fd(w->loop, fd, 0), 0);
	poke(w->pipe_a[1]);
	loop_timer_arm(w->timer, mono_add_ms(mono_now(), 20));
	assert_int_equal(loop_run(w->loop), DONE);
	assert_int_equal(w->wrong_calls, 0);
}

static void a_timer_is_never_early(void **state)
{
	struct world *w = *state;
	struct mono_time due = { .ns = mono_now().ns + 2500 * NS_PER_US };

	assert_int_equal(loop_timer_new(w->loop, &w->timer, stop_now, w), 0);
	loop_timer_arm(w->timer, mono_add_s(due, -1));
	loop_timer_arm(w->timer, due); /* moves it */
	assert_int_equal(loop_run(w->loop), DONE);
	assert_true(w->when.ns >= due.ns);
}

static void count_call(void *arg, struct mono_time now)
{
	struct world *w = arg;

	(void)now;
	w->calls++;
}

static void free_the_other(void *arg, struct mono_time now)
{
	struct world *w = arg;

	(void)now;
	loop_timer_free(w->other);
	w->other = NULL;
	loop_timer_disarm(w->timer);
	loop_timer_arm(w->give_up, now);
}

static void a_freed_or_disarmed_timer_does_not_fire(void **state)
{
	struct world *w = *state;
	struct loop_timer *killer;
	struct mono_time now = mono_now();

	assert_int_equal(loop_timer_new(w->loop, &w->timer, count_call, w), 0);
	assert_int_equal(loop_timer_new(w->loop, &w->other, count_call, w), 0);
	assert_int_equal(loop_timer_new(w->loop, &killer, free_the_other, w),
			 0);
	/* All three are due at the first turn; the killer is the earliest. */
	loop_timer_arm(killer, (struct mono_time){ .ns = now.ns - 3 });
	loop_timer_arm(w->timer, (struct mono_time){ .ns = now.ns - 2 });
	loop_timer_arm(w->other, (struct mono_time){ .ns = now.ns - 1 });
	assert_int_equal(loop_run(w->loop), GAVE_UP);
	assert_int_equal(w->calls, 0);
	loop_timer_free(NULL);
}

static void rearm_in_the_past(void *arg, struct mono_time now)
{
	struct world *w = arg;

	if (++w->calls == 50)
		poke(w->pipe_a[1]);
	loop_timer_arm(w->timer, (struct mono_time){ .ns = now.ns - 1 });
}

static void a_timer_that_is_always_due_does_not_starve_others(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		loop_timer_new(w->loop, &w->timer, rearm_in_the_past, w), 0);
	assert_int_equal(
		loop_add_fd(w->loop, w->pipe_a[0], EPOLLIN, stop_on_input, w),
		0);
	loop_timer_arm(w->timer, mono_now());
	assert_int_equal(loop_run(w->loop), DONE);
	assert_true(w->calls >= 50);
}

static void rearm_at_the_beginning_of_time(void *arg, struct mono_time now)
{
	struct world *w = arg;

	(void)now;
	if (++w->calls == 1000)
		loop_stop(w->loop, GAVE_UP);
	loop_timer_arm(w->timer, (struct mono_time){ .ns = 0 });
}

static void stop_at_once(void *arg, struct mono_time now)
{
	struct world *w = arg;

	(void)now;
	loop_stop(w->loop, DONE);
}

static void a_timer_armed_in_the_past_waits_behind_those_due(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_timer_new(w->loop, &w->timer,
					rearm_at_the_beginning_of_time, w),
			 0);
	assert_int_equal(loop_timer_new(w->loop, &w->other, stop_at_once, w),
			 0);
	loop_timer_arm(w->timer, (struct mono_time){ .ns = 0 });
	loop_timer_arm(w->other, mono_now());
	assert_int_equal(loop_run(w->loop), DONE);
	assert_int_equal(w->calls, 1);
}

static void note_signal(void *arg, int signo)
{
	struct world *w = arg;

	w->signo = signo;
	w->calls++;
	if (w->calls == 2)
		loop_stop(w->loop, DONE);
}

static void signals_arrive_as_events(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_add_signal(w->loop, SIGUSR1, note_signal, w), 0);
	assert_int_equal(loop_add_signal(w->loop, SIGHUP, note_signal, w), 0);
	assert_int_equal(loop_add_signal(w->loop, 0, note_signal, w), -EINVAL);
	raise(SIGUSR1);
	raise(SIGHUP);
	assert_int_equal(loop_run(w->loop), DONE);
	assert_int_equal(w->calls, 2);
	assert_true(w->signo == SIGUSR1 || w->signo == SIGHUP);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(runs_a_handler_and_returns_its_code),
		LOOP_TEST(an_event_of_a_removed_descriptor_is_dropped),
		LOOP_TEST(a_changed_interest_counts),
		LOOP_TEST(a_timer_is_never_early),
		LOOP_TEST(a_freed_or_disarmed_timer_does_not_fire),
		LOOP_TEST(a_timer_that_is_always_due_does_not_starve_others),
		LOOP_TEST(a_timer_armed_in_the_past_waits_behind_those_due),
		LOOP_TEST(signals_arrive_as_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
