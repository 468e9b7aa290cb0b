/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hands - the privileged process and a head of straw, in a network namespace of
 * their own: what is asked for happens, to the interface of the command line
 * and to no other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../daemon/common/seqpacket.h"
#include "dhcp4o6/base/log.h"
#include "hands_fixture.h"

static struct hands_request *an_addr(enum hands_request_type type, int family,
				     const char *addr, uint8_t len)
{
	struct hands_request *q = hands_head_request(type);

	q->addr.family = family;
	q->addr.prefix_len = len;
	q->addr.preferred_s = q->addr.valid_s = 600;
	inet_pton(family, addr,
		  family == AF_INET ? (void *)&q->addr.v4
				    : (void *)&q->addr.v6);
	return q;
}

static int ask_script(const char *variables, size_t len, uint32_t timeout_s)
{
	struct hands_request *q = hands_head_request(HANDS_RUN_SCRIPT);

	memcpy(q->env.text, variables, len);
	q->env.used = len;
	q->timeout_s = timeout_s;
	return hands_ask(head.requests, q, NULL);
}

#define SCRIPT_HEAD "reason=BOUND\0interface=c0\0pid=1\0dad_wait_time=0\0"
#define ASK_SCRIPT(more, timeout_s) \
	ask_script(SCRIPT_HEAD more, sizeof(SCRIPT_HEAD more), timeout_s)

static int set_and_remove(void *arg, int events, int requests)
{
	struct hands_request *q;

	(void)arg;
	hands_head_learn(events, requests);
	hands_head_next(HANDS_STARTED);
	CHECK(!hands_head_ask(HANDS_SET_UP));
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_PUT_ADDR, AF_INET, "192.0.2.50", 24),
			 NULL));
	hands_head_next(HANDS_ADDR4);
	CHECK(head.event.addr.v4.s_addr == head.request.addr.v4.s_addr);
	q = hands_head_request(HANDS_PUT_ROUTES);
	q->route_count = 1;
	memset(&q->route[0], 0, sizeof(q->route[0]));
	inet_pton(AF_INET, "192.0.2.1", &q->route[0].gateway);
	CHECK(!hands_ask(requests, q, NULL));
	q = hands_head_request(HANDS_SET_MTU);
	q->mtu = 1400;
	CHECK(!hands_ask(requests, q, NULL));
	do {
		hands_head_next(HANDS_LINK);
	} while (head.event.link.mtu != 1400);
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_PUT_ADDR, AF_INET6, "2001:db8::5", 64),
			 NULL));
	do {
		hands_head_next(HANDS_ADDR6);
	} while (head.event.state != NET_ADDR_USABLE ||
		 IN6_IS_ADDR_LINKLOCAL(&head.event.addr.v6));
	/* Seen by who has no part in it. */
	CHECK(!system("ip -4 route show default | grep -q "
		      "'via 192.0.2.1 dev c0 proto dhcp'"));
	CHECK(!system("ip addr show dev c0 | grep -q 'inet 192.0.2.50/24'"));
	CHECK(!hands_ask(requests, hands_head_request(HANDS_PUT_ROUTES), NULL));
	CHECK(!system("! ip -4 route show default | grep -q via"));
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_REMOVE_ADDR, AF_INET, "192.0.2.50", 24),
			 NULL));
	hands_head_next(HANDS_ADDR4_GONE);
	CHECK(!hands_ask(
		requests,
		an_addr(HANDS_REMOVE_ADDR, AF_INET6, "2001:db8::5", 64), NULL));
	do {
		hands_head_next(HANDS_ADDR6);
	} while (head.event.state != NET_ADDR_NONE);
	CHECK(!system("! ip addr show dev c0 | grep -qE '192.0.2|2001:db8'"));
	return HEAD_GOOD;
}

static int touch_another(void *arg, int events, int requests)
{
	uint32_t other = if_nametoindex("s0"), own;
	struct hands_request *q;
	int fd = -1;

	(void)arg;
	hands_head_learn(events, requests);
	own = head.ifindex;
	head.ifindex = other;
	CHECK(hands_head_ask(HANDS_SET_UP) == -ENODEV);
	CHECK(hands_ask(requests,
			an_addr(HANDS_PUT_ADDR, AF_INET, "192.0.2.50", 24),
			NULL) == -ENODEV);
	CHECK(hands_ask(requests, hands_head_request(HANDS_OPEN_UDP), &fd) ==
	      -ENODEV);
	CHECK(hands_ask(requests, hands_head_request(HANDS_OPEN_ARP), &fd) ==
	      -ENODEV);
	head.ifindex = own;
	q = hands_head_request(HANDS_SET_UP);
	q->slot = 1; /* there is one */
	CHECK(hands_ask(requests, q, NULL) == -EINVAL);
	/* And by itself it can do nothing of it, nor type on a terminal. */
	CHECK(getsid(0) == getpid());
	CHECK(system("ip link set c0 up 2>/dev/null"));
	CHECK(socket(AF_PACKET, SOCK_RAW, 0) < 0);
	return HEAD_GOOD;
}

static int open_sockets(void *arg, int events, int requests)
{
	struct sockaddr_in6 local;
	socklen_t len = sizeof(local);
	char device[IF_NAMESIZE] = "";
	socklen_t device_len = sizeof(device);
	int udp = -1, arp = -1, again = -1;

	(void)arg;
	hands_head_learn(events, requests);
	CHECK(!hands_ask(requests, hands_head_request(HANDS_OPEN_UDP), &udp));
	CHECK(!getsockname(udp, (struct sockaddr *)&local, &len));
	CHECK(ntohs(local.sin6_port) == HANDS_PORT);
	CHECK(!getsockopt(udp, SOL_SOCKET, SO_BINDTODEVICE, device,
			  &device_len));
	CHECK(strcmp(device, "c0") == 0);
	CHECK(fcntl(udp, F_GETFD) & FD_CLOEXEC);
	/* The hands have kept nothing, and two cannot have it. */
	CHECK(hands_ask(requests, hands_head_request(HANDS_OPEN_UDP), &again) ==
	      -EADDRINUSE);
	close(udp);
	CHECK(!hands_ask(requests, hands_head_request(HANDS_OPEN_UDP), &again));
	CHECK(!hands_ask(requests, hands_head_request(HANDS_OPEN_ARP), &arp));
	CHECK(arp >= 0);
	return HEAD_GOOD;
}

static int run_scripts(void *arg, int events, int requests)
{
	uint32_t serial;

	(void)arg;
	hands_head_learn(events, requests);
	CHECK(!ASK_SCRIPT("new_status=7", 20));
	serial = head.request.serial;
	hands_head_next(HANDS_SCRIPT_ENDED);
	CHECK(head.event.script.serial == serial);
	CHECK(head.event.script.status == 7);
	CHECK(!head.event.script.timed_out);
	CHECK(ASK_SCRIPT("PATH=/tmp", 20) == -EINVAL);
	CHECK(ASK_SCRIPT("EXTRA=x", 20) == -EINVAL);
	CHECK(!ASK_SCRIPT("new_sleep=300", 2));
	serial = head.request.serial;
	CHECK(ASK_SCRIPT("new_status=8", 20) == -EBUSY);
	hands_head_next(HANDS_SCRIPT_ENDED);
	CHECK(head.event.script.serial == serial);
	CHECK(head.event.script.timed_out);
	CHECK(head.event.script.status == 128 + SIGKILL);
	return HEAD_GOOD;
}

static int have_no_script(void *arg, int events, int requests)
{
	(void)arg;
	hands_head_learn(events, requests);
	CHECK(ASK_SCRIPT("new_a=1", 20) == -ENOENT);
	return HEAD_GOOD;
}

static int be_told_to_stop(void *arg, int events, int requests)
{
	(void)arg;
	hands_head_learn(events, requests);
	hands_head_next(HANDS_STARTED);
	CHECK(!hands_head_ask(HANDS_READY));
	kill(getppid(), SIGHUP);
	hands_head_next(HANDS_RELOAD);
	kill(getppid(), SIGTERM);
	hands_head_next(HANDS_STOP);
	return HEAD_GOOD;
}

static int die(void *arg, int events, int requests)
{
	(void)arg;
	hands_head_learn(events, requests);
	raise(SIGKILL);
	return HEAD_GOOD;
}

static int send_junk(void *arg, int events, int requests)
{
	struct hands_answer answer;
	size_t len = sizeof(answer), count = 0;

	(void)arg;
	hands_head_learn(events, requests);
	CHECK(!seqpacket_send(requests, "junk", 4, NULL, 0));
	CHECK(!seqpacket_recv(requests, &answer, &len, NULL, &count));
	CHECK(answer.error == -EINVAL);
	/* They go on. */
	CHECK(!hands_head_ask(HANDS_SET_UP));
	return HEAD_GOOD;
}

/* All that makes the hands complain, far more often than they may. */
static int make_noise(void *arg, int events, int requests)
{
	struct hands_answer answer;
	int i;

	(void)arg;
	hands_head_learn(events, requests);
	for (i = 0; i < 40; i++) {
		size_t len = sizeof(answer), count = 0;
		struct hands_request *q;

		CHECK(!seqpacket_send(requests, "junk", 4, NULL, 0));
		CHECK(!seqpacket_recv(requests, &answer, &len, NULL, &count));
		/* Not answered: it has a descriptor. */
		CHECK(!seqpacket_send(requests, "junk", 4, &events, 1));
		/* To a gateway that is nowhere. */
		q = hands_head_request(HANDS_PUT_ROUTES);
		q->route_count = 1;
		memset(&q->route[0], 0, sizeof(q->route[0]));
		inet_pton(AF_INET, "192.0.2.1", &q->route[0].gateway);
		CHECK(hands_ask(requests, q, NULL));
		CHECK(ASK_SCRIPT("new_status=0", 20) == -EACCES);
	}
	return HEAD_GOOD;
}

static int have_too_many(void *arg, int events, int requests)
{
	char text[INET_ADDRSTRLEN];
	int i, err = 0;

	(void)arg;
	hands_head_learn(events, requests);
	CHECK(!hands_head_ask(HANDS_SET_UP));
	for (i = 0; i < 2 * HANDS_ADDRS_MAX && !err; i++) {
		snprintf(text, sizeof(text), "10.1.%d.%d", i >> 8, i & 0xff);
		err = hands_ask(requests,
				an_addr(HANDS_PUT_ADDR, AF_INET, text, 32),
				NULL);
		if (!err)
			hands_head_next(HANDS_ADDR4);
	}
	CHECK(err == -ENOSPC);
	CHECK(i > HANDS_ADDRS_MAX - 8 && i <= HANDS_ADDRS_MAX + 1);
	/* What is there can be prolonged, and what goes makes room. */
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_PUT_ADDR, AF_INET, "10.1.0.1", 32),
			 NULL));
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_REMOVE_ADDR, AF_INET, "10.1.0.1", 32),
			 NULL));
	hands_head_next(HANDS_ADDR4_GONE);
	CHECK(!hands_ask(requests,
			 an_addr(HANDS_PUT_ADDR, AF_INET, "10.2.0.1", 32),
			 NULL));
	return HEAD_GOOD;
}

static void sets_what_is_asked_for_and_takes_it_away(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(set_and_remove, NULL), HEAD_GOOD);
}

static void touches_no_interface_but_that_of_the_command_line(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(touch_another, NULL), HEAD_GOOD);
}

static void hands_sockets_over_and_keeps_none(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(open_sockets, NULL), HEAD_GOOD);
}

static void runs_the_script_within_its_bound(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(run_scripts, NULL), HEAD_GOOD);
	hands_fixture_slot.script = NULL;
	assert_int_equal(hands_fixture_serve(have_no_script, NULL), HEAD_GOOD);
}

static void tells_the_head_to_stop_and_has_its_status(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(be_told_to_stop, NULL), HEAD_GOOD);
}

static void ends_when_the_head_dies(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(die, NULL), DAEMON_EXIT_FAILURE);
}

static void goes_on_after_a_request_that_is_none(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(send_junk, NULL), HEAD_GOOD);
}

static size_t count_lines(FILE *file)
{
	size_t lines = 0;
	int c;

	rewind(file);
	while ((c = fgetc(file)) != EOF)
		lines += c == '\n';
	return lines;
}

static void lets_no_head_fill_the_log(void **state)
{
	FILE *log = tmpfile();
	int old = dup(STDERR_FILENO), result;
	size_t lines;

	(void)state;
	hands_fixture_need_netns();
	assert_non_null(log);
	hands_fixture_slot.script = "/nonexistent/script";
	log_open(NULL, LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	dup2(fileno(log), STDERR_FILENO);
	result = hands_fixture_serve(make_noise, NULL);
	dup2(old, STDERR_FILENO);
	close(old);
	log_open(NULL, LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	lines = count_lines(log);
	fclose(log);
	assert_int_equal(result, HEAD_GOOD);
	assert_in_range(lines, 4, 16);
}

static void bounds_the_addresses_of_an_interface(void **state)
{
	(void)state;
	hands_fixture_need_netns();
	assert_int_equal(hands_fixture_serve(have_too_many, NULL), HEAD_GOOD);
}

int main(void)
{
#define ROW(test)                                                  \
	cmocka_unit_test_setup_teardown(test, hands_fixture_setup, \
					hands_fixture_teardown)
	const struct CMUnitTest tests[] = {
		ROW(sets_what_is_asked_for_and_takes_it_away),
		ROW(touches_no_interface_but_that_of_the_command_line),
		ROW(hands_sockets_over_and_keeps_none),
		ROW(runs_the_script_within_its_bound),
		ROW(tells_the_head_to_stop_and_has_its_status),
		ROW(ends_when_the_head_dies),
		ROW(goes_on_after_a_request_that_is_none),
		ROW(lets_no_head_fill_the_log),
		ROW(bounds_the_addresses_of_an_interface),
	};

	return cmocka_run_group_tests(tests, hands_fixture_begin,
				      hands_fixture_end);
}
