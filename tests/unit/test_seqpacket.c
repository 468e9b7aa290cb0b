/* SPDX-License-Identifier: BSD-2-Clause */
/* seqpacket - what a peer that was taken over can send, and what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../daemon/common/seqpacket.h"

static int pair[2];

static int setup(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

static int teardown(void **state)
{
	(void)state;
	return close(pair[0]) || close(pair[1]);
}

/* The lowest one that is free: every one that leaks moves it. */
static int free_fd(void)
{
	int fd = dup(pair[0]);

	close(fd);
	return fd;
}

static void expect_none(size_t sent_len, size_t room, int want)
{
	const int fds[] = { pair[0], pair[1], pair[0] };
	int got[2], before = free_fd();
	size_t len = 4, count = room;
	char octets[4];

	assert_int_equal(seqpacket_send(pair[0], "12345678", sent_len, fds, 3),
			 0);
	assert_int_equal(seqpacket_recv(pair[1], octets, &len, got, &count),
			 want);
	assert_int_equal(count, 0);
	assert_int_equal(free_fd(), before);
}

static void keeps_no_descriptor_of_a_message_without_octets(void **state)
{
	(void)state;
	expect_none(0, 2, -EPIPE);
	expect_none(0, 0, -EPIPE);
}

static void keeps_no_descriptor_of_a_message_it_refuses(void **state)
{
	(void)state;
	expect_none(4, 0, -EBADMSG);
	expect_none(4, 2, -EBADMSG);
	expect_none(8, 2, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			keeps_no_descriptor_of_a_message_without_octets, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			keeps_no_descriptor_of_a_message_it_refuses, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
