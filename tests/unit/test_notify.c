/* SPDX-License-Identifier: BSD-2-Clause */
/* What a daemon says to its service manager, from the loop of packets too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../daemon/common/startup.h"

#define QUEUE_MAX 20000 /* net.unix.max_dgram_qlen is far below */

static int listen_as_manager(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char name[64];
	socklen_t len;

	assert_true(fd >= 0);
	snprintf(name, sizeof(name), "@dhcp4o6-test-%d", (int)getpid());
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			  strlen(name));
	memcpy(sun.sun_path, name, strlen(name));
	sun.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, len), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static void tells_the_manager(void **state)
{
	int fd = listen_as_manager();
	char text[64];

	(void)state;
	startup_notify("READY=1");
	assert_int_equal(recv(fd, text, sizeof(text), MSG_DONTWAIT), 7);
	assert_memory_equal(text, "READY=1", 7);
	close(fd);
}

static void does_not_wait_for_one_that_does_not_listen(void **state)
{
	int fd = listen_as_manager();
	unsigned int i, queued = 0;
	char text[64];

	(void)state;
	alarm(60); /* it would wait for ever */
	for (i = 0; i < QUEUE_MAX; i++)
		startup_notify("WATCHDOG=1");
	startup_notify("READY=1"); /* worth a while */
	alarm(0);
	while (recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0)
		queued++;
	assert_in_range(queued, 1, QUEUE_MAX - 1);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_manager),
		cmocka_unit_test(does_not_wait_for_one_that_does_not_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
