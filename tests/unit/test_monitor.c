/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor - the privileged process against a front that dies early, talks too
 * much or does not listen. Interfaces are of straw; processes, sockets and
 * signals are real.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../daemon/server6/monitor.h"
#include "../../daemon/server6/served.h"
#include "dhcp4o6/base/log.h"

#define LIMIT_S 20 /* for a monitor that hangs */

/* ---- straw ---- */

static unsigned int ready_count;

void startup_ready(struct startup *startup)
{
	(void)startup;
	ready_count++;
}

int served_new(struct served **served, const struct served_config *config)
{
	(void)config;
	*served = NULL;
	return 0;
}

void served_free(struct served *served)
{
	(void)served;
}

void served_plan(struct served *served)
{
	(void)served;
}

void served_update_link(struct served *served, const struct net_link *link)
{
	(void)served;
	(void)link;
}

void served_remove_link(struct served *served, uint32_t ifindex)
{
	(void)served;
	(void)ifindex;
}

void served_add_local(struct served *served, const struct net_local *local)
{
	(void)served;
	(void)local;
}

void served_remove_local(struct served *served, const struct net_local *local)
{
	(void)served;
	(void)local;
}

bool served_has_port(const struct served *served, uint32_t ifindex)
{
	(void)served;
	(void)ifindex;
	return false;
}

/* ---- a front ---- */

struct front_end {
	int events;
	int requests;
};

static void read_until(const struct front_end *end, enum privsep_type type)
{
	struct privsep_msg msg = { .type = PRIVSEP_TYPE_COUNT };
	int fds[PRIVSEP_FDS_MAX];
	size_t count;

	while (msg.type != type) {
		if (privsep_recv(end->events, &msg, fds, &count))
			_exit(9);
	}
}

static void serve_twice(const struct front_end *end)
{
	struct privsep_msg ask = { .type = PRIVSEP_SERVING };

	read_until(end, PRIVSEP_STARTED);
	if (privsep_ask(end->requests, &ask, NULL) ||
	    privsep_ask(end->requests, &ask, NULL))
		_exit(9);
	kill(getppid(), SIGTERM);
	read_until(end, PRIVSEP_STOP);
	_exit(0);
}

static void die_at_once(const struct front_end *end)
{
	(void)end;
	_exit(42);
}

/* Until its socket is full for good: nobody takes any more. */
static void ask_and_not_listen(const struct front_end *end)
{
	const struct privsep_msg ask = { .type = PRIVSEP_NEED_SOCKET };
	struct pollfd room = { .fd = end->requests, .events = POLLOUT };
	struct pollfd told = { .fd = end->events, .events = POLLIN };

	read_until(end, PRIVSEP_STARTED);
	while (poll(&told, 1, 0) == 0 && poll(&room, 1, 300) == 1 &&
	       send(end->requests, &ask, sizeof(ask),
		    MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		continue;
	read_until(end, PRIVSEP_STOP);
	_exit(0);
}

/* The monitor's exit status with that front. */
static int run_with(void (*front)(const struct front_end *end), bool wait_first)
{
	struct daemon_args args = { .port = 6767, .quiet = true };
	struct startup startup = { .args = &args, .ready_fd = -1 };
	struct monitor_config config = { .startup = &startup, .udp_fd = -1 };
	int events[2], requests[2], result;
	struct monitor *monitor;
	siginfo_t info;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, events), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, requests), 0);
	config.front_pid = fork();
	if (config.front_pid == 0) {
		signal(SIGTERM, SIG_IGN);
		alarm(LIMIT_S);
		close(events[0]);
		close(requests[0]);
		front(&(struct front_end){ events[1], requests[1] });
	}
	close(events[1]);
	close(requests[1]);
	if (wait_first)
		assert_int_equal(waitid(P_PID, (id_t)config.front_pid, &info,
					WEXITED | WNOWAIT),
				 0);
	config.events_fd = events[0];
	config.requests_fd = requests[0];
	alarm(LIMIT_S);
	result = monitor_new(&monitor, &config);
	if (result == DAEMON_EXIT_NONE)
		result = monitor_run(monitor);
	alarm(0);
	monitor_free(monitor);
	close(events[0]);
	close(requests[0]);
	return result;
}

static int setup(void **state)
{
	(void)state;
	ready_count = 0;
	log_open(NULL, LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	return 0;
}

static void says_once_that_it_serves_and_stops_when_told(void **state)
{
	(void)state;
	assert_int_equal(run_with(serve_twice, false), DAEMON_EXIT_OK);
	assert_int_equal(ready_count, 1);
}

/* SIGCHLD came when nobody listened for it. */
static void sees_a_front_that_died_before_it_looked(void **state)
{
	(void)state;
	assert_int_equal(run_with(die_at_once, true), 42);
}

static void does_not_wait_for_a_front_that_does_not_listen(void **state)
{
	(void)state;
	assert_int_equal(run_with(ask_and_not_listen, false),
			 DAEMON_EXIT_FAILURE);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup(test, setup)
	const struct CMUnitTest tests[] = {
		ROW(says_once_that_it_serves_and_stops_when_told),
		ROW(sees_a_front_that_died_before_it_looked),
		ROW(does_not_wait_for_a_front_that_does_not_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
