/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link over real sockets on ::1: batches arrive unharmed, a missing other
 * half is an event and never a wait.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/ipc/link.h"
#include "own_netns.h"

#define BUFFER_LEN (4U << 20)

static uint16_t port = 6767;

struct pair {
	struct ipc_link *v6;
	struct ipc_link *v4;
};

static struct ipc_link *open_half(enum ipc_half half)
{
	int fd = ipc_link_socket(half, port, BUFFER_LEN);
	struct ipc_link *link = NULL;

	assert_true(fd >= 0);
	assert_int_equal(ipc_link_open(&link, fd, half, port), 0);
	return link;
}

static int open_pair(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	assert_non_null(pair);
	pair->v6 = open_half(IPC_HALF_V6);
	pair->v4 = open_half(IPC_HALF_V4);
	*state = pair;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *pair = *state;

	ipc_link_close(pair->v6);
	ipc_link_close(pair->v4);
	free(pair);
	return 0;
}

/* Datagram n has a length and octets that follow from n. */
static uint8_t octet_of(uint32_t n, size_t i)
{
	return (uint8_t)(n * 7 + i * 13 + (i >> 8));
}

static int queue_number(struct ipc_link *link, uint32_t n, size_t len)
{
	struct wire_writer w;

	ipc_link_begin(link, &w, len);
	assert_false(w.failed);
	wire_put_u32(&w, n);
	for (size_t i = 4; i < len; i++)
		wire_put_u8(&w, octet_of(n, i));
	return ipc_link_queue(link, &w);
}

static void assert_number(const struct ipc_datagram *d, uint32_t n, size_t len)
{
	struct wire_reader r = wire_reader(d->data, d->len);

	assert_int_equal(d->len, len);
	assert_int_equal(wire_get_u32(&r), n);
	for (size_t i = 4; i < len; i++)
		assert_int_equal(wire_get_u8(&r), octet_of(n, i));
}

/* ::1 delivers while it sends; the wait is a bound, not a need. */
static int receive(struct ipc_link *link, struct ipc_datagram *out,
		   unsigned int max)
{
	struct pollfd p = { .fd = ipc_link_fd(link), .events = POLLIN };

	if (!ipc_link_has_pending(link))
		(void)poll(&p, 1, 2000);
	return ipc_link_recv(link, out, max);
}

static void expect_numbers(struct ipc_link *link, const size_t *len,
			   uint32_t count, unsigned int max)
{
	struct ipc_datagram out[IPC_LINK_BATCH];
	uint32_t n = 0;

	while (n < count) {
		int got = receive(link, out, max);

		assert_true(got > 0);
		assert_true(got <= (int)max);
		for (int i = 0; i < got; i++, n++)
			assert_number(&out[i], n, len[n]);
	}
	assert_int_equal(n, count);
	assert_false(ipc_link_has_pending(link));
	assert_int_equal(ipc_link_recv(link, out, max), 0);
}

static void a_batch_of_equal_lengths_arrives_in_order(void **state)
{
	struct pair *pair = *state;
	size_t len[IPC_LINK_BATCH];
	unsigned int dropped = 99;

	for (uint32_t n = 0; n < IPC_LINK_BATCH; n++) {
		len[n] = 400;
		assert_int_equal(queue_number(pair->v6, n, 400), 0);
	}
	assert_int_equal(ipc_link_queued(pair->v6), IPC_LINK_BATCH);
	assert_int_equal(ipc_link_flush(pair->v6, &dropped), 0);
	assert_int_equal(dropped, 0);
	expect_numbers(pair->v4, len, IPC_LINK_BATCH, 7);
	assert_int_equal(ipc_link_stats(pair->v6)->tx_calls, 1);
	assert_int_equal(ipc_link_stats(pair->v6)->tx_gso, IPC_LINK_BATCH);
	assert_int_equal(ipc_link_stats(pair->v4)->rx, IPC_LINK_BATCH);
	assert_int_equal(ipc_link_stats(pair->v4)->rx_calls, 1);
}

static void a_batch_of_mixed_lengths_arrives_in_order(void **state)
{
	struct pair *pair = *state;
	size_t len[2000];
	unsigned int seed = 4711;

	printf("seed %u\n", seed);
	for (int round = 0; round < 50; round++) {
		uint32_t count = 1 + (uint32_t)rand_r(&seed) % 60;

		for (uint32_t n = 0; n < count; n++) {
			bool same = n && rand_r(&seed) % 3;

			len[n] = same ? len[n - 1]
				      : 4 + (size_t)rand_r(&seed) % 3000;
			assert_int_equal(queue_number(pair->v4, n, len[n]), 0);
		}
		assert_int_equal(ipc_link_flush(pair->v4, NULL), 0);
		expect_numbers(pair->v6, len, count,
			       1 + (unsigned int)rand_r(&seed) % 64);
	}
	assert_true(ipc_link_stats(pair->v4)->tx_gso > 0);
	assert_true(ipc_link_stats(pair->v4)->tx_gso <
		    ipc_link_stats(pair->v4)->tx);
}

static void runs_stay_within_one_datagrams_limit(void **state)
{
	struct pair *pair = *state;
	size_t len[40];

	for (uint32_t n = 0; n < 40; n++) {
		len[n] = 6000; /* 64 of them would be 384,000 octets */
		assert_int_equal(queue_number(pair->v6, n, len[n]), 0);
	}
	assert_int_equal(ipc_link_flush(pair->v6, NULL), 0);
	expect_numbers(pair->v4, len, 40, 64);
}

static void the_longest_datagram_passes_and_a_longer_one_does_not(void **state)
{
	struct pair *pair = *state;
	size_t len[3] = { IPC_LINK_DATAGRAM_MAX, 5, IPC_LINK_DATAGRAM_MAX };
	struct wire_writer w;

	for (uint32_t n = 0; n < 3; n++)
		assert_int_equal(queue_number(pair->v6, n, len[n]), 0);
	ipc_link_begin(pair->v6, &w, IPC_LINK_DATAGRAM_MAX + 1);
	assert_true(w.failed);
	assert_int_equal(ipc_link_queue(pair->v6, &w), -EMSGSIZE);
	assert_int_equal(ipc_link_flush(pair->v6, NULL), 0);
	expect_numbers(pair->v4, len, 3, 64);
}

static void a_full_queue_flushes_itself(void **state)
{
	struct pair *pair = *state;
	size_t len[3 * IPC_LINK_BATCH];

	for (uint32_t n = 0; n < 3 * IPC_LINK_BATCH; n++) {
		len[n] = 300 + n / 20;
		assert_int_equal(queue_number(pair->v6, n, len[n]), 0);
	}
	assert_int_equal(ipc_link_flush(pair->v6, NULL), 0);
	expect_numbers(pair->v4, len, 3 * IPC_LINK_BATCH, 64);
}

static void nothing_is_queued_that_was_not_written(void **state)
{
	struct pair *pair = *state;
	struct wire_writer w;

	ipc_link_begin(pair->v6, &w, 10);
	assert_int_equal(ipc_link_queue(pair->v6, &w), -EMSGSIZE);
	wire_put_zero(&w, 11);
	assert_int_equal(ipc_link_queue(pair->v6, &w), -EMSGSIZE);
	assert_int_equal(ipc_link_queued(pair->v6), 0);
	assert_int_equal(ipc_link_flush(pair->v6, NULL), 0);
}

/* Peers that know nothing of GRO see ordinary datagrams. */
static void a_plain_socket_gets_single_datagrams(void **state)
{
	struct ipc_link *v6 = open_half(IPC_HALF_V6);
	int fd = ipc_link_socket(IPC_HALF_V4, port, BUFFER_LEN);
	uint8_t buffer[1024];

	(void)state;
	assert_true(fd >= 0);
	for (uint32_t n = 0; n < 10; n++)
		assert_int_equal(queue_number(v6, n, 320), 0);
	assert_int_equal(ipc_link_flush(v6, NULL), 0);
	for (uint32_t n = 0; n < 10; n++) {
		struct ipc_datagram d = { .data = buffer, .len = 320 };

		assert_int_equal(recv(fd, buffer, sizeof(buffer), 0), 320);
		assert_number(&d, n, 320);
	}
	close(fd);
	ipc_link_close(v6);
}

static void a_second_half_on_a_port_is_refused(void **state)
{
	struct pair *pair = *state;

	(void)pair;
	assert_int_equal(ipc_link_socket(IPC_HALF_V6, port, BUFFER_LEN),
			 -EADDRINUSE);
	assert_int_equal(ipc_link_socket(IPC_HALF_V4, port, BUFFER_LEN),
			 -EADDRINUSE);
}

static void a_second_half_is_refused_even_with_reuseaddr(void **state)
{
	struct pair *pair = *state;
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6,
				     .sin6_port = htons(port),
				     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;

	(void)pair;
	assert_true(fd >= 0);
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
}

/* Waits until the kernel has news of a refusal for the socket. */
static void wait_for_refusal(const struct ipc_link *link)
{
	struct pollfd p = { .fd = ipc_link_fd(link), .events = 0 };

	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_true(p.revents & POLLERR);
}

static void a_missing_half_is_an_event_and_no_wait(void **state)
{
	struct ipc_link *v6 = open_half(IPC_HALF_V6);
	const struct ipc_link_stats *stats = ipc_link_stats(v6);
	unsigned int dropped = 0, told = 0;
	struct ipc_datagram out[4];

	(void)state;
	assert_int_equal(queue_number(v6, 0, 300), 0);
	assert_int_equal(ipc_link_flush(v6, NULL), 0);
	wait_for_refusal(v6);
	assert_int_equal(ipc_link_recv(v6, out, 4), -ECONNREFUSED);
	assert_int_equal(ipc_link_recv(v6, out, 4), 0); /* told once */
	assert_int_equal(stats->refused, 1);

	/* How soon a refusal comes is the kernel's affair; that it does not
	 * keep anything here is ours. */
	for (int round = 0; round < 20; round++) {
		for (uint32_t n = 0; n < 10; n++)
			assert_int_equal(queue_number(v6, n, 300 + 50 * n), 0);
		told += ipc_link_flush(v6, &dropped) == -ECONNREFUSED;
		assert_int_equal(ipc_link_queued(v6), 0);
		wait_for_refusal(v6);
	}
	assert_true(told >= 19); /* each refusal that was waited for */
	assert_true(stats->refused >= 20);
	assert_int_equal(stats->tx + stats->tx_dropped, 201);
	ipc_link_close(v6);
}

static void a_half_that_returns_is_served_at_once(void **state)
{
	struct ipc_link *v6 = open_half(IPC_HALF_V6), *v4;
	unsigned int dropped = 99;
	size_t len[1] = { 300 };

	(void)state;
	assert_int_equal(queue_number(v6, 5, 300), 0);
	assert_int_equal(ipc_link_flush(v6, NULL), 0);
	wait_for_refusal(v6);
	v4 = open_half(IPC_HALF_V4);
	/* The old refusal is told now, and costs nothing. */
	assert_int_equal(queue_number(v6, 0, 300), 0);
	assert_int_equal(ipc_link_flush(v6, &dropped), -ECONNREFUSED);
	assert_int_equal(dropped, 0);
	expect_numbers(v4, len, 1, 64);
	/* And the other way round: it dies and comes back. */
	ipc_link_close(v4);
	assert_int_equal(queue_number(v6, 0, 300), 0);
	assert_int_equal(ipc_link_flush(v6, NULL), 0);
	wait_for_refusal(v6);
	v4 = open_half(IPC_HALF_V4);
	assert_int_equal(queue_number(v6, 0, 300), 0);
	assert_int_equal(ipc_link_flush(v6, &dropped), -ECONNREFUSED);
	assert_int_equal(dropped, 0);
	expect_numbers(v4, len, 1, 64);
	ipc_link_close(v4);
	ipc_link_close(v6);
}

/* Between bind() and connect() anybody may put something into the buffer. */
static void what_strangers_sent_is_counted_and_not_seen(void **state)
{
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6,
				     .sin6_port = htons(port),
				     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	int stranger = socket(AF_INET6, SOCK_DGRAM, 0);
	struct ipc_link *link, *v4 = open_half(IPC_HALF_V4);
	struct ipc_datagram out[4];

	(void)state;
	assert_true(fd >= 0 && stranger >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(sendto(stranger, "evil", 4, 0,
				(struct sockaddr *)&addr, sizeof(addr)),
			 4);
	addr.sin6_port = htons((uint16_t)(port + 1));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(ipc_link_open(&link, fd, IPC_HALF_V6, port), 0);
	assert_int_equal(queue_number(v4, 1, 20), 0);
	assert_int_equal(ipc_link_flush(v4, NULL), 0);
	assert_int_equal(receive(link, out, 4), 1);
	assert_number(&out[0], 1, 20);
	assert_int_equal(ipc_link_stats(link)->stray, 1);
	close(stranger);
	ipc_link_close(v4);
	ipc_link_close(link);
}

static void a_full_receive_buffer_is_counted(void **state)
{
	struct ipc_link *v6 = open_half(IPC_HALF_V6), *v4 = NULL;
	int fd = ipc_link_socket(IPC_HALF_V4, port, 1); /* the least there is */
	struct ipc_datagram out[64];
	uint32_t granted = 0;
	int got, total = 0;

	(void)state;
	assert_int_equal(ipc_link_buffer(fd, &granted), 0);
	assert_true(granted < 10000);
	assert_int_equal(ipc_link_open(&v4, fd, IPC_HALF_V4, port), 0);
	for (uint32_t n = 0; n < 40; n++) {
		assert_int_equal(queue_number(v6, n, 900 + 7 * n), 0);
		assert_int_equal(ipc_link_flush(v6, NULL), 0);
	}
	while ((got = receive(v4, out, 64)) > 0 && total < 40) {
		total += got;
		assert_int_equal(queue_number(v6, 40, 10), 0);
		assert_int_equal(ipc_link_flush(v6, NULL), 0);
		if (ipc_link_stats(v4)->overflow)
			break;
	}
	assert_true(ipc_link_stats(v4)->overflow > 0);
	assert_true(ipc_link_stats(v4)->overflow < 40);
	ipc_link_close(v4);
	ipc_link_close(v6);
}

static void ports_without_a_neighbour_are_refused(void **state)
{
	(void)state;
	assert_int_equal(ipc_link_socket(IPC_HALF_V6, 0, BUFFER_LEN), -EINVAL);
	assert_int_equal(ipc_link_socket(IPC_HALF_V6, 65535, BUFFER_LEN),
			 -EINVAL);
}

#define WITH_PAIR(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(a_batch_of_equal_lengths_arrives_in_order),
		WITH_PAIR(a_batch_of_mixed_lengths_arrives_in_order),
		WITH_PAIR(runs_stay_within_one_datagrams_limit),
		WITH_PAIR(
			the_longest_datagram_passes_and_a_longer_one_does_not),
		WITH_PAIR(a_full_queue_flushes_itself),
		WITH_PAIR(nothing_is_queued_that_was_not_written),
		WITH_PAIR(a_second_half_on_a_port_is_refused),
		WITH_PAIR(a_second_half_is_refused_even_with_reuseaddr),
		cmocka_unit_test(a_plain_socket_gets_single_datagrams),
		cmocka_unit_test(a_missing_half_is_an_event_and_no_wait),
		cmocka_unit_test(a_half_that_returns_is_served_at_once),
		cmocka_unit_test(what_strangers_sent_is_counted_and_not_seen),
		cmocka_unit_test(a_full_receive_buffer_is_counted),
		cmocka_unit_test(ports_without_a_neighbour_are_refused),
	};

	if (own_netns_enter()) /* not root: hope for a free pair of ports */
		port = (uint16_t)(20000 + 2 * (getpid() % 20000));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
