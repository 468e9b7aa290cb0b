/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_fixture - a control server on a loop in a thread of its own, with
 * commands that echo, stream, flood and wait, and clients in the test's own,
 * where an assertion may fail. The loop's clock stands still until it is told
 * to go on, so no time-out depends on how busy the machine is.
 */
#ifndef DHCP4O6_TESTS_CTL_FIXTURE_H
#define DHCP4O6_TESTS_CTL_FIXTURE_H

#include <pthread.h>

#include "dhcp4o6/ctl/ctl_server.h"

#define CTL_WAIT_MS     20000
#define CTL_STREAM_SIZE 200000 /* items of the command `stream' */

struct ctl_fixture {
	char dir[64];
	char path[CTL_PATH_MAX];
	struct loop *loop;
	struct ctl_server *server;
	int done_fd;
	pthread_t thread;
	bool is_serving;
	int loop_result;
	/* What the handlers saw. */
	unsigned int freed;
	bool room_was_exceeded;
};

#define CTL_FIXTURE_COMMANDS 6
extern const struct ctl_command ctl_fixture_commands[CTL_FIXTURE_COMMANDS];

/* For cmocka; *state becomes the fixture. The time-out is one second. */
int ctl_fixture_setup(void **state);
int ctl_fixture_teardown(void **state);

/* The loop runs while client() does. */
void ctl_fixture_serve(struct ctl_fixture *fixture,
		       void (*client)(struct ctl_fixture *fixture));

/* That much time passes; the loop will see it when it wakes. */
void ctl_fixture_wait(int64_t ms);
/* From a client: that much time passes, and timers that are due have run. */
void ctl_fixture_pass(const struct ctl_fixture *fixture, int64_t ms);

/* Raw clients. */
int ctl_fixture_dial(const struct ctl_fixture *fixture);
void ctl_fixture_send(int fd, const char *text);
/* Until the server closes; the text is the caller's. */
char *ctl_fixture_read_all(int fd);
/* Sends request on a connection of its own; the answer must be `answer'. */
void ctl_fixture_expect(const struct ctl_fixture *fixture, const char *request,
			const char *answer);

#endif /* DHCP4O6_TESTS_CTL_FIXTURE_H */
