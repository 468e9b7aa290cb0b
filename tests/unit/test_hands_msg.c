/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of a head that may be anybody's by now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../daemon/client/hands_msg.h"
#include "../../daemon/common/seqpacket.h"

static const char *const slots[] = { "c0", "c1" };
static struct hands_request request, got;
static uint8_t octets[HANDS_REQUEST_MAX];

static int decode(size_t len)
{
	return hands_decode(octets, len, slots, 2, &got);
}

/* Encodes, decodes; how the second went. */
static int pass(void)
{
	size_t len;
	int err = hands_encode(&request, octets, sizeof(octets), &len);

	return err ? err : decode(len);
}

static void of_type(enum hands_request_type type)
{
	request.type = type;
	request.serial = 77;
	request.slot = 1;
	request.ifindex = 5;
	request.mtu = 1400;
	request.timeout_s = 60;
	request.route_count = 0;
	request.addr = (struct net_conf_addr){
		.family = AF_INET,
		.prefix_len = 24,
		.no_prefix_route = true,
		.preferred_s = 10,
		.valid_s = 20,
	};
	inet_pton(AF_INET, "192.0.2.50", &request.addr.v4);
	inet_pton(AF_INET, "192.0.2.255", &request.addr.broadcast);
	request.env.used = sizeof("reason=BOUND\0interface=c1\0pid=1\0"
				  "dad_wait_time=0\0new_a=b");
	memcpy(request.env.text,
	       "reason=BOUND\0interface=c1\0pid=1\0dad_wait_time=0\0new_a=b",
	       request.env.used);
}

static void a_route(size_t i, const char *dest, uint8_t len,
		    const char *gateway)
{
	struct net_conf_route4 *route = &request.route[i];

	*route = (struct net_conf_route4){ .prefix_len = len, .metric = 9 };
	inet_pton(AF_INET, dest, &route->dest);
	inet_pton(AF_INET, gateway, &route->gateway);
}

static void every_kind_comes_out_as_it_went_in(void **state)
{
	enum hands_request_type type;

	(void)state;
	for (type = 0; type < HANDS_REQUEST_COUNT; type++) {
		of_type(type);
		assert_int_equal(pass(), 0);
		assert_int_equal(got.type, type);
		assert_int_equal(got.serial, 77);
		assert_int_equal(got.slot, 1);
		assert_int_equal(got.ifindex, 5);
	}
	of_type(HANDS_PUT_ADDR);
	assert_int_equal(pass(), 0);
	assert_int_equal(got.addr.ifindex, 5);
	assert_int_equal(got.addr.family, AF_INET);
	assert_int_equal(got.addr.prefix_len, 24);
	assert_true(got.addr.no_prefix_route);
	assert_int_equal(got.addr.v4.s_addr, request.addr.v4.s_addr);
	assert_int_equal(got.addr.broadcast.s_addr,
			 request.addr.broadcast.s_addr);
	assert_int_equal(got.addr.preferred_s, 10);
	assert_int_equal(got.addr.valid_s, 20);
	request.addr.family = AF_INET6;
	inet_pton(AF_INET6, "2001:db8::1", &request.addr.v6);
	request.addr.prefix_len = 128;
	assert_int_equal(pass(), 0);
	assert_int_equal(got.addr.family, AF_INET6);
	assert_memory_equal(&got.addr.v6, &request.addr.v6, 16);
	of_type(HANDS_SET_MTU);
	assert_int_equal(pass(), 0);
	assert_int_equal(got.mtu, 1400);
	of_type(HANDS_RUN_SCRIPT);
	request.ifindex = 0; /* EXPIRE of an interface that is gone */
	assert_int_equal(pass(), 0);
	assert_int_equal(got.timeout_s, 60);
	assert_int_equal(got.env.count, 5);
}

static void routes_come_out_as_they_went_in(void **state)
{
	size_t i;

	(void)state;
	of_type(HANDS_PUT_ROUTES);
	a_route(0, "0.0.0.0", 0, "192.0.2.1");
	a_route(1, "10.0.0.0", 8, "0.0.0.0");
	request.route[1].is_onlink = true;
	request.route[1].source = request.addr.v4;
	for (i = 2; i < NET_CONF_ROUTE_MAX; i++)
		a_route(i, "10.1.2.3", 32, "192.0.2.1");
	request.route_count = NET_CONF_ROUTE_MAX;
	assert_int_equal(pass(), 0);
	assert_int_equal(got.route_count, NET_CONF_ROUTE_MAX);
	for (i = 0; i < NET_CONF_ROUTE_MAX; i++) {
		assert_int_equal(got.route[i].dest.s_addr,
				 request.route[i].dest.s_addr);
		assert_int_equal(got.route[i].prefix_len,
				 request.route[i].prefix_len);
		assert_int_equal(got.route[i].gateway.s_addr,
				 request.route[i].gateway.s_addr);
		assert_int_equal(got.route[i].is_onlink,
				 request.route[i].is_onlink);
		assert_int_equal(got.route[i].source.s_addr,
				 request.route[i].source.s_addr);
		assert_int_equal(got.route[i].metric, 9);
	}
}

/* Those of a script end anywhere, but not in a variable. */
static void every_end_but_the_right_one_is_refused(void **state)
{
	enum hands_request_type type;
	size_t len, n;

	(void)state;
	for (type = 0; type < HANDS_REQUEST_COUNT; type++) {
		of_type(type);
		a_route(0, "10.0.0.0", 8, "192.0.2.1");
		request.route_count = 1;
		assert_int_equal(
			hands_encode(&request, octets, sizeof(octets), &len),
			0);
		for (n = 0; n < len; n++) {
			if (type == HANDS_RUN_SCRIPT && n > 10 + 4 + 40 &&
			    octets[n - 1] == '\0')
				continue;
			assert_int_equal(decode(n), -EINVAL);
		}
		octets[len] = 'x';
		assert_int_equal(decode(len + 1), -EINVAL);
		assert_int_equal(got.serial, 77);
	}
}

static void what_is_out_of_bounds_is_refused(void **state)
{
	size_t len;

	(void)state;
	of_type(HANDS_SET_UP);
	assert_int_equal(hands_encode(&request, octets, sizeof(octets), &len),
			 0);
	octets[4] = HANDS_REQUEST_COUNT;
	assert_int_equal(decode(len), -EINVAL);
	octets[4] = HANDS_SET_UP;
	octets[5] = 2; /* slots are two */
	assert_int_equal(decode(len), -EINVAL);
	octets[5] = 0;
	assert_int_equal(decode(len), 0);
	memset(octets + 6, 0, 4); /* no ifindex */
	assert_int_equal(decode(len), -EINVAL);
	of_type(HANDS_SET_MTU);
	request.mtu = HANDS_MTU_MIN - 1;
	assert_int_equal(pass(), -EINVAL);
	request.mtu = HANDS_MTU_MAX + 1;
	assert_int_equal(pass(), -EINVAL);
	of_type(HANDS_RUN_SCRIPT);
	request.timeout_s = 0;
	assert_int_equal(pass(), -EINVAL);
	request.timeout_s = HANDS_SCRIPT_S_MAX + 1;
	assert_int_equal(pass(), -EINVAL);
	of_type(HANDS_PUT_ADDR);
	request.addr.valid_s = 0;
	assert_int_equal(pass(), -EINVAL);
	request.addr.valid_s = 9;
	assert_int_equal(pass(), -EINVAL);
	/* An address goes whatever its times were. */
	request.type = HANDS_REMOVE_ADDR;
	assert_int_equal(pass(), 0);
	of_type(HANDS_PUT_ROUTES);
	assert_int_equal(hands_encode(&request, octets, sizeof(octets), &len),
			 0);
	octets[len - 2] = 1; /* 256, and 257 */
	octets[len - 1] = 1;
	memset(octets + len, 0, 257 * 18);
	assert_int_equal(decode(len + 257 * 18), -EINVAL);
}

/* A question that has only two answers got a third one. */
static void octets_that_are_no_bool_are_refused(void **state)
{
	size_t len;

	(void)state;
	of_type(HANDS_PUT_ADDR);
	assert_int_equal(hands_encode(&request, octets, sizeof(octets), &len),
			 0);
	assert_int_equal(octets[12], 1);
	octets[12] = 2;
	assert_int_equal(decode(len), -EINVAL);
	octets[12] = 0;
	assert_int_equal(decode(len), 0);
	octets[10] = 5; /* neither IPv4 nor IPv6 */
	assert_int_equal(decode(len), -EINVAL);
}

static void no_host_has_these_addresses(void **state)
{
	static const char *const wrong4[] = { "0.0.0.0",   "0.1.2.3",
					      "127.0.0.1", "224.0.0.1",
					      "240.0.0.1", "255.255.255.255" };
	static const char *const wrong6[] = { "::", "::1", "fe80::1", "ff02::1",
					      "::ffff:192.0.2.1" };
	size_t i;

	(void)state;
	of_type(HANDS_PUT_ADDR);
	for (i = 0; i < sizeof(wrong4) / sizeof(wrong4[0]); i++) {
		inet_pton(AF_INET, wrong4[i], &request.addr.v4);
		assert_int_equal(pass(), -EINVAL);
		of_type(HANDS_PUT_ROUTES);
		a_route(0, "10.0.0.0", 8, wrong4[i]);
		request.route_count = 1;
		assert_int_equal(pass(), i == 0 ? 0 : -EINVAL);
		of_type(HANDS_PUT_ADDR);
	}
	request.addr.prefix_len = 33;
	assert_int_equal(pass(), -EINVAL);
	request.addr.prefix_len = 0;
	assert_int_equal(pass(), -EINVAL);
	request.addr.family = AF_INET6;
	for (i = 0; i < sizeof(wrong6) / sizeof(wrong6[0]); i++) {
		request.addr.prefix_len = 64;
		inet_pton(AF_INET6, wrong6[i], &request.addr.v6);
		assert_int_equal(pass(), -EINVAL);
	}
	inet_pton(AF_INET6, "2001:db8::1", &request.addr.v6);
	request.addr.prefix_len = 129;
	assert_int_equal(pass(), -EINVAL);
	of_type(HANDS_PUT_ROUTES);
	request.route_count = 1;
	a_route(0, "10.0.0.1", 8, "0.0.0.0"); /* bits behind the prefix */
	assert_int_equal(pass(), -EINVAL);
	a_route(0, "10.0.0.0", 33, "0.0.0.0");
	assert_int_equal(pass(), -EINVAL);
}

static void the_script_of_another_interface_is_refused(void **state)
{
	(void)state;
	of_type(HANDS_RUN_SCRIPT);
	request.slot = 0;
	assert_int_equal(pass(), -EINVAL);
	request.slot = 1;
	assert_int_equal(pass(), 0);
}

static void answer_late_then_well(int sock)
{
	struct hands_answer answer = { 0 };
	size_t len = sizeof(octets), count = 0;
	int null = dup(STDIN_FILENO);

	if (seqpacket_recv(sock, octets, &len, NULL, &count) || decode(len))
		_exit(1);
	/* Of a request before it, with a descriptor: nobody waits for it. */
	answer.serial = got.serial - 1;
	if (seqpacket_send(sock, &answer, sizeof(answer), &null, 1))
		_exit(1);
	answer.serial = got.serial;
	if (seqpacket_send(sock, &answer, sizeof(answer), &null, 1))
		_exit(1);
	len = sizeof(octets);
	if (seqpacket_recv(sock, octets, &len, NULL, &count) || decode(len))
		_exit(1);
	answer.serial = got.serial;
	answer.error = -ENODEV;
	_exit(seqpacket_send(sock, &answer, sizeof(answer), NULL, 0) != 0);
}

static void the_head_gets_the_answer_to_its_own_question(void **state)
{
	int pair[2], fd = -1, status, next;
	pid_t child;

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	child = fork();
	if (child == 0) {
		close(pair[0]);
		answer_late_then_well(pair[1]);
	}
	close(pair[1]);
	of_type(HANDS_OPEN_UDP);
	next = dup(STDIN_FILENO);
	close(next);
	assert_int_equal(hands_ask(pair[0], &request, &fd), 0);
	assert_int_equal(fd, next + 0);
	close(fd);
	assert_int_equal(hands_ask(pair[0], &request, &fd), -ENODEV);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(hands_ask(pair[0], &request, &fd), -EPIPE);
	request.mtu = 1;
	request.type = HANDS_SET_MTU;
	assert_int_equal(hands_ask(pair[0], &request, NULL), -EINVAL);
	close(pair[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_out_as_it_went_in),
		cmocka_unit_test(routes_come_out_as_they_went_in),
		cmocka_unit_test(every_end_but_the_right_one_is_refused),
		cmocka_unit_test(what_is_out_of_bounds_is_refused),
		cmocka_unit_test(octets_that_are_no_bool_are_refused),
		cmocka_unit_test(no_host_has_these_addresses),
		cmocka_unit_test(the_script_of_another_interface_is_refused),
		cmocka_unit_test(the_head_gets_the_answer_to_its_own_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
