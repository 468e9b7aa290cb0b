/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's UDP socket, over a veth pair in a namespace of our own. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/net/udp6.h"
#include "own_netns.h"
#include "skip.h"

#define PORT 5547

static uint32_t server_if, client_if;

static void run(const char *command)
{
	assert_int_equal(system(command), 0);
}

/* nodad: a tentative address cannot be used as a source yet. */
static int make_links(void **state)
{
	(void)state;
	if (own_netns_enter())
		return 0; /* each test sees that server_if is 0 and skips */
	run("ip link add s0 type veth peer name c0");
	run("ip link set s0 addrgenmode none; ip link set c0 addrgenmode none");
	run("ip link set s0 up; ip link set c0 up");
	run("ip addr add fe80::1/64 dev s0 nodad");
	run("ip addr add 2001:db8::1/64 dev s0 nodad");
	run("ip addr add fe80::2/64 dev c0 nodad");
	server_if = if_nametoindex("s0");
	client_if = if_nametoindex("c0");
	return 0;
}

static struct in6_addr addr_of(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static int open_on(const char *device, uint16_t port)
{
	struct net_udp6_config config = { .port = port, .device = device };
	int fd = net_udp6_open(&config);

	assert_true(fd >= 0);
	return fd;
}

static int receive(int fd, struct net_udp6_batch *batch,
		   struct net_udp6_datagram *out, unsigned int *truncated)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 5000), 1);
	return net_udp6_recv(fd, batch, out, truncated);
}

static void
queries_to_the_groups_come_with_destination_and_interface(void **state)
{
	static const char *const groups[] = { "ff02::1:2", "ff05::1:3" };
	struct net_udp6_datagram in[8], out = { .data = (uint8_t *)"query",
						.len = 5,
						.remote_port = PORT };
	struct net_udp6_batch *batch;
	int server, client, err;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	server = open_on(NULL, PORT);
	client = open_on("c0", 5546);
	assert_int_equal(net_udp6_batch_new(&batch, 8, 1500), 0);
	assert_int_equal(
		net_udp6_join(server, &net_all_relays_and_servers, server_if),
		0);
	assert_int_equal(net_udp6_join(server, &net_all_servers, server_if), 0);
	assert_int_equal(net_udp6_join(server, &net_all_servers, server_if),
			 -EEXIST);
	for (int i = 0; i < 2; i++) {
		out.remote = addr_of(groups[i]);
		out.ifindex = client_if;
		assert_int_equal(net_udp6_send(client, &out, 1, &err), 1);
		assert_int_equal(receive(server, batch, in, NULL), 1);
		assert_memory_equal(&in[0].local, &out.remote, 16);
		assert_int_equal(in[0].ifindex, server_if);
		assert_int_equal(in[0].remote_port, 5546);
		assert_int_equal(in[0].len, 5);
		assert_memory_equal(in[0].data, "query", 5);
	}
	assert_int_equal(net_udp6_leave(server, &net_all_servers, server_if),
			 0);
	assert_int_equal(net_udp6_recv(server, batch, in, NULL), 0);
	net_udp6_batch_free(batch);
	close(server);
	close(client);
}

static void what_a_full_buffer_loses_is_counted(void **state)
{
	enum { COUNT = 200 };
	struct net_udp6_datagram in[8],
		out = { .len = 1000, .remote_port = PORT };
	static uint8_t data[1000];
	struct net_udp6_batch *batch;
	int server, client, len = 4096, got = 0, n;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	server = open_on(NULL, PORT);
	client = open_on("c0", 5546);
	assert_int_equal(
		setsockopt(server, SOL_SOCKET, SO_RCVBUF, &len, sizeof(len)),
		0);
	assert_int_equal(net_udp6_batch_new(&batch, 8, 1500), 0);
	out.data = data;
	out.remote = addr_of("fe80::1");
	out.ifindex = client_if;
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(net_udp6_send(client, &out, 1, NULL), 1);
	while ((n = net_udp6_recv(server, batch, in, NULL)) > 0)
		got += n;
	assert_in_range(got, 1, COUNT - 1);
	/* The next one brings the news. */
	assert_int_equal(net_udp6_send(client, &out, 1, NULL), 1);
	assert_int_equal(receive(server, batch, in, NULL), 1);
	assert_int_equal(net_udp6_lost(batch), COUNT - got);
	net_udp6_batch_free(batch);
	close(server);
	close(client);
}

static void answers_leave_from_the_address_they_are_told(void **state)
{
	static const char *const sources[] = { "fe80::1", "2001:db8::1" };
	struct net_udp6_datagram in[8], out[2];
	struct net_udp6_batch *batch;
	int server, client, err = 1;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	server = open_on(NULL, PORT);
	client = open_on("c0", 5546);
	assert_int_equal(net_udp6_batch_new(&batch, 8, 1500), 0);
	for (int i = 0; i < 2; i++)
		out[i] = (struct net_udp6_datagram){
			.data = (uint8_t *)"answer",
			.len = 6,
			.remote = addr_of("fe80::2"),
			.local = addr_of(sources[i]),
			.ifindex = server_if,
			.remote_port = 5546,
		};
	assert_int_equal(net_udp6_send(server, out, 2, &err), 2);
	assert_int_equal(err, 0);
	for (int i = 0, got = 0; i < 2; i += got) {
		got = receive(client, batch, in, NULL);
		assert_true(got > 0);
		for (int k = 0; k < got; k++) {
			assert_memory_equal(&in[k].remote, &out[i + k].local,
					    16);
			assert_int_equal(in[k].remote_port, PORT);
			assert_int_equal(in[k].ifindex, client_if);
		}
	}
	net_udp6_batch_free(batch);
	close(server);
	close(client);
}

static void one_refused_datagram_does_not_stop_the_others(void **state)
{
	struct net_udp6_datagram in[8], out[3];
	struct net_udp6_batch *batch;
	int server, client, err = 0, got = 0;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	server = open_on(NULL, PORT);
	client = open_on("c0", 5546);
	assert_int_equal(net_udp6_batch_new(&batch, 8, 1500), 0);
	for (int i = 0; i < 3; i++)
		out[i] = (struct net_udp6_datagram){
			.data = (uint8_t *)"answer",
			.len = 6,
			.remote = addr_of("fe80::2"),
			.ifindex = server_if,
			.remote_port = 5546,
		};
	out[1].remote = addr_of("2001:db8:ffff::1"); /* no route */
	out[1].ifindex = 0;
	assert_int_equal(net_udp6_send(server, out, 3, &err), 2);
	assert_int_equal(err, -ENETUNREACH);
	while (got < 2)
		got += receive(client, batch, in, NULL);
	assert_int_equal(got, 2);
	net_udp6_batch_free(batch);
	close(server);
	close(client);
}

static void what_does_not_fit_is_counted_and_left_out(void **state)
{
	uint8_t data[200] = { 0 };
	struct net_udp6_datagram in[4], out[2];
	struct net_udp6_batch *batch;
	unsigned int truncated = 0;
	int server, client, got = 0;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	server = open_on(NULL, PORT);
	client = open_on("c0", 5546);
	assert_int_equal(net_udp6_batch_new(&batch, 4, 100), 0);
	for (int i = 0; i < 2; i++)
		out[i] = (struct net_udp6_datagram){
			.data = data,
			.len = i ? 100 : 101,
			.remote = addr_of("fe80::1"),
			.ifindex = client_if,
			.remote_port = PORT,
		};
	assert_int_equal(net_udp6_send(client, out, 2, NULL), 2);
	while (got < 1)
		got += receive(server, batch, in, &truncated);
	assert_int_equal(got, 1);
	assert_int_equal(in[0].len, 100);
	assert_int_equal(truncated, 1);
	net_udp6_batch_free(batch);
	close(server);
	close(client);
}

static void a_port_in_use_is_refused_per_device(void **state)
{
	struct net_udp6_config config = { .port = PORT, .device = "s0" };
	int one, two, other;

	(void)state;
	if (!server_if)
		skip_case("needs root, for a namespace");
	one = net_udp6_open(&config);
	assert_true(one >= 0);
	assert_int_equal(net_udp6_open(&config), -EADDRINUSE);
	config.device = "c0";
	other = net_udp6_open(&config);
	assert_true(other >= 0);
	config.device = NULL;
	assert_int_equal(net_udp6_open(&config), -EADDRINUSE);
	config.device = "nothere";
	two = net_udp6_open(&config);
	assert_int_equal(two, -ENODEV);
	close(one);
	close(other);
}

static void batches_have_sizes_that_make_sense(void **state)
{
	struct net_udp6_batch *batch;

	(void)state;
	assert_int_equal(net_udp6_batch_new(&batch, 0, 100), -EINVAL);
	assert_int_equal(
		net_udp6_batch_new(&batch, NET_UDP6_BATCH_MAX + 1, 100),
		-EINVAL);
	assert_int_equal(net_udp6_batch_new(&batch, 1, 0), -EINVAL);
	net_udp6_batch_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			queries_to_the_groups_come_with_destination_and_interface),
		cmocka_unit_test(what_a_full_buffer_loses_is_counted),
		cmocka_unit_test(answers_leave_from_the_address_they_are_told),
		cmocka_unit_test(one_refused_datagram_does_not_stop_the_others),
		cmocka_unit_test(what_does_not_fit_is_counted_and_left_out),
		cmocka_unit_test(a_port_in_use_is_refused_per_device),
		cmocka_unit_test(batches_have_sizes_that_make_sense),
	};

	return cmocka_run_group_tests(tests, make_links, NULL);
}
