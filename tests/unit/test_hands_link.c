/* SPDX-License-Identifier: BSD-2-Clause */
/* hands - interfaces of the command line that come, go and come again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "hands_fixture.h"
#include "ip_json.h"

static int never_run(void *arg, int events, int requests)
{
	(void)arg;
	hands_head_learn(events, requests);
	return HEAD_GOOD;
}

/* It comes when all that is there was told, which was nothing. */
static int wait_for_interface(void *arg, int events, int requests)
{
	head.events = events;
	hands_head_next(HANDS_STARTED);
	CHECK(write(*(int *)arg, "x", 1) == 1);
	hands_head_learn(events, requests);
	CHECK(!hands_head_ask(HANDS_SET_UP));
	return HEAD_GOOD;
}

/* Until the interface is gone and there is another one of its name. */
static int lose_interface(void *arg, int events, int requests)
{
	uint32_t first;

	(void)arg;
	hands_head_learn(events, requests);
	first = head.ifindex;
	hands_head_next(HANDS_STARTED);
	CHECK(write(*(int *)arg, "x", 1) == 1);
	hands_head_next(HANDS_LINK_GONE);
	hands_head_next(HANDS_LINK);
	CHECK(head.event.ifindex != first);
	/* Who has not heard of it yet must not touch the new one. */
	CHECK(hands_head_ask(HANDS_SET_UP) == -ENODEV);
	head.ifindex = head.event.ifindex;
	CHECK(!hands_head_ask(HANDS_SET_UP));
	do {
		hands_head_next(HANDS_ADDR6);
	} while (head.event.state != NET_ADDR_USABLE);
	CHECK(IN6_IS_ADDR_LINKLOCAL(&head.event.addr.v6));
	return HEAD_GOOD;
}

/* A process that has rights, for a head that has none. */
static void ip_when_told(const char *command, int *tell)
{
	int pipes[2];
	char byte;

	assert_int_equal(pipe(pipes), 0);
	if (fork() == 0) {
		close(pipes[1]);
		if (read(pipes[0], &byte, 1) != 1)
			_exit(1);
		_exit(system(command));
	}
	close(pipes[0]);
	*tell = pipes[1];
}

static void an_interface_that_is_not_there_is_named_or_waited_for(void **state)
{
	int tell;

	(void)state;
	hands_fixture_need_netns();
	hands_fixture_slot.name = "none0";
	assert_int_equal(hands_fixture_serve(never_run, NULL),
			 DAEMON_EXIT_FAILURE);
	hands_fixture_slot.name = "c0";
	ip_run("ip link del s0");
	hands_fixture_waits_for_link = true;
	ip_when_told("ip link add c0 type veth peer name s0", &tell);
	assert_int_equal(hands_fixture_serve(wait_for_interface, &tell),
			 HEAD_GOOD);
	close(tell);
}

static void an_interface_that_comes_again_is_another_one(void **state)
{
	int tell;

	(void)state;
	hands_fixture_need_netns();
	ip_when_told("ip link del s0 && ip link add c0 type veth peer name s0 "
		     "&& ip link set s0 up",
		     &tell);
	assert_int_equal(hands_fixture_serve(lose_interface, &tell), HEAD_GOOD);
	close(tell);
}

int main(void)
{
#define ROW(test)                                                  \
	cmocka_unit_test_setup_teardown(test, hands_fixture_setup, \
					hands_fixture_teardown)
	const struct CMUnitTest tests[] = {
		ROW(an_interface_that_is_not_there_is_named_or_waited_for),
		ROW(an_interface_that_comes_again_is_another_one),
	};

	return cmocka_run_group_tests(tests, hands_fixture_begin,
				      hands_fixture_end);
}
