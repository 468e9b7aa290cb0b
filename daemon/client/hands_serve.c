/* SPDX-License-Identifier: BSD-2-Clause */
/* hands_serve - one process becomes two. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/seqpacket.h"
#include "dhcp4o6/base/log.h"
#include "hands.h"

/* In the child. Does not return. */
static void run_head(const struct hands_config *config, int events_fd,
		     int requests_fd, hands_head *head, void *arg)
{
	int err;

	startup_leave_to_parent(config->startup);
	/*
	 * Away from the terminal: into that of a root's shell TIOCSTI could
	 * type. The hands say when to stop.
	 */
	(void)setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	err = startup_drop_privileges(config->startup, -1);
	if (err) {
		log_error("giving up privileges: %s", strerror(-err));
		_exit(DAEMON_EXIT_NOPERM);
	}
	_exit(head(arg, events_fd, requests_fd));
}

static int run_hands(const struct hands_config *config)
{
	struct hands *hands;
	enum daemon_exit status;
	int result;

	status = hands_new(&hands, config);
	result = (int)status;
	if (status == DAEMON_EXIT_NONE)
		result = hands_run(hands);
	else
		kill(config->head_pid, SIGKILL);
	hands_free(hands);
	return result < 0 ? DAEMON_EXIT_FAILURE : result;
}

int hands_serve(const struct hands_config *config, const int *head_fds,
		size_t head_fd_count, hands_head *head, void *arg)
{
	struct hands_config own = *config;
	int events[2], requests[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, events) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, requests) <
		    0) {
		log_error("socketpair: %s", strerror(errno));
		return DAEMON_EXIT_FAILURE;
	}
	own.head_pid = fork();
	if (own.head_pid < 0) {
		log_error("fork: %s", strerror(errno));
		return DAEMON_EXIT_FAILURE;
	}
	if (own.head_pid == 0) {
		close(events[0]);
		close(requests[0]);
		run_head(&own, events[1], requests[1], head, arg);
	}
	close(events[1]);
	close(requests[1]);
	/* With the head they must go. */
	seqpacket_close_all(head_fds, head_fd_count);
	own.events_fd = events[0];
	own.requests_fd = requests[0];
	result = run_hands(&own);
	close(events[0]);
	close(requests[0]);
	return result;
}
