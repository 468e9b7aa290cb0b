/* SPDX-License-Identifier: BSD-2-Clause */
/* privsep - messages and descriptors between server6's two processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../daemon/server6/privsep.h"

struct pair {
	int sock[2];
};

static int setup(void **state)
{
	static struct pair pair;

	*state = &pair;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.sock);
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	close(pair->sock[0]);
	close(pair->sock[1]);
	return 0;
}

static void carries_a_message_with_its_descriptors(void **state)
{
	struct pair *pair = *state;
	struct privsep_msg sent = { .type = PRIVSEP_XDP,
				    .xdp = { .ifindex = 7 } };
	struct privsep_msg got;
	int fds[PRIVSEP_FDS_MAX], pipes[2];
	size_t count;
	char byte = 0;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(privsep_send(pair->sock[0], &sent, pipes, 2), 0);
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(privsep_recv(pair->sock[1], &got, fds, &count), 0);
	assert_int_equal(got.type, PRIVSEP_XDP);
	assert_int_equal(got.xdp.ifindex, 7);
	assert_int_equal(count, 2);
	/* They are the pipe: what goes in one comes out of the other. */
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	close(fds[0]);
	close(fds[1]);
}

static void refuses_messages_of_another_length_or_type(void **state)
{
	struct pair *pair = *state;
	struct privsep_msg msg = { .type = PRIVSEP_TYPE_COUNT };
	int fds[PRIVSEP_FDS_MAX];
	size_t count;

	assert_int_equal(send(pair->sock[0], &msg, sizeof(msg) - 1, 0),
			 (ssize_t)sizeof(msg) - 1);
	assert_int_equal(privsep_recv(pair->sock[1], &msg, fds, &count),
			 -EBADMSG);
	msg.type = PRIVSEP_TYPE_COUNT;
	assert_int_equal(privsep_send(pair->sock[0], &msg, NULL, 0), 0);
	assert_int_equal(privsep_recv(pair->sock[1], &msg, fds, &count),
			 -EBADMSG);
}

static void tells_that_the_other_process_is_gone(void **state)
{
	struct pair *pair = *state;
	struct privsep_msg msg;
	int fds[PRIVSEP_FDS_MAX];
	size_t count;

	shutdown(pair->sock[0], SHUT_RDWR);
	assert_int_equal(privsep_recv(pair->sock[1], &msg, fds, &count),
			 -EPIPE);
}

/* A child plays the monitor: one answer with a descriptor, one refusal. */
static void answer_two(int sock)
{
	struct privsep_msg msg;
	int fds[PRIVSEP_FDS_MAX], fd;
	size_t count;

	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (privsep_recv(sock, &msg, fds, &count) ||
	    msg.type != PRIVSEP_NEED_SOCKET)
		_exit(1);
	msg.error = 0;
	if (privsep_send(sock, &msg, &fd, 1) ||
	    privsep_recv(sock, &msg, fds, &count))
		_exit(1);
	msg.error = -EPERM;
	_exit(privsep_send(sock, &msg, NULL, 0) ? 1 : 0);
}

static void asks_and_gets_an_answer_or_an_error(void **state)
{
	struct pair *pair = *state;
	struct privsep_msg ask = { .type = PRIVSEP_NEED_SOCKET };
	int fd = -1, status;
	pid_t child = fork();

	if (child == 0)
		answer_two(pair->sock[1]);
	assert_int_equal(privsep_ask(pair->sock[0], &ask, &fd), 0);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(privsep_ask(pair->sock[0], &ask, &fd), -EPERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* The monitor was busy when it was asked for the one before. */
static void an_answer_that_is_late_is_not_taken_for_another(void **state)
{
	struct pair *pair = *state;
	struct privsep_msg ask = { .type = PRIVSEP_NEED_SOCKET };
	struct privsep_msg late = { .type = PRIVSEP_SERVING };
	int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd = -1, status;
	pid_t child;

	close(next);
	assert_int_equal(privsep_send(pair->sock[1], &late, NULL, 0), 0);
	late.error = -EPERM;
	assert_int_equal(privsep_send(pair->sock[1], &late, &pair->sock[1], 1),
			 0);
	child = fork();
	if (child == 0)
		answer_two(pair->sock[1]);
	assert_int_equal(privsep_ask(pair->sock[0], &ask, &fd), 0);
	assert_int_equal(fd, next); /* nothing else was left open */
	close(fd);
	assert_int_equal(privsep_ask(pair->sock[0], &ask, &fd), -EPERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void stop_when_drained(void *arg, struct mono_time now)
{
	(void)now;
	loop_stop(arg, 0);
}

struct reader {
	struct loop *loop;
	struct loop_timer *limit;
	int fd;
	uint32_t expected;
	uint32_t total;
};

static void read_one(void *arg, uint32_t events)
{
	struct reader *reader = arg;
	struct privsep_msg msg;
	int fds[PRIVSEP_FDS_MAX];
	size_t count;

	(void)events;
	assert_int_equal(privsep_recv(reader->fd, &msg, fds, &count), 0);
	assert_int_equal(msg.ifindex, reader->expected);
	if (++reader->expected == reader->total)
		loop_stop(reader->loop, 1);
}

/* Far more than a socket holds: nothing blocks, is lost or changes places. */
static void keeps_what_the_socket_does_not_take_in_order(void **state)
{
	enum { TOTAL = 5000 };
	struct pair *pair = *state;
	struct privsep_msg msg = { .type = PRIVSEP_INTERFACE_GONE };
	struct reader reader = { .fd = pair->sock[1], .total = TOTAL };
	struct outbox *box;

	assert_int_equal(loop_new(&reader.loop), 0);
	assert_int_equal(outbox_new(&box, reader.loop, pair->sock[0]), 0);
	for (msg.ifindex = 0; msg.ifindex < TOTAL; msg.ifindex++)
		assert_int_equal(privsep_post(box, &msg, NULL, 0), 0);
	assert_int_equal(
		loop_add_fd(reader.loop, reader.fd, 1, read_one, &reader), 0);
	assert_int_equal(loop_timer_new(reader.loop, &reader.limit,
					stop_when_drained, reader.loop),
			 0);
	loop_timer_arm(reader.limit, mono_add_s(mono_now(), 20));
	assert_int_equal(loop_run(reader.loop), 1);
	assert_int_equal(reader.expected, TOTAL);
	outbox_free(box);
	loop_timer_free(reader.limit);
	loop_free(reader.loop);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(carries_a_message_with_its_descriptors),
		ROW(refuses_messages_of_another_length_or_type),
		ROW(tells_that_the_other_process_is_gone),
		ROW(asks_and_gets_an_answer_or_an_error),
		ROW(an_answer_that_is_late_is_not_taken_for_another),
		ROW(keeps_what_the_socket_does_not_take_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
