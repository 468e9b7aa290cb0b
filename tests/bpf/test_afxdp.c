// SPDX-License-Identifier: BSD-2-Clause
/*
 * AF_XDP sockets over a pair of virtual interfaces: what veth1 sends arrives
 * on the queues of veth0 as the classifier decides, and the other way round.
 */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cap-ng.h>
#include <cmocka.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "fixture.h"

#define QUEUES  4
#define WAIT_MS 2000
#define NOBODY  65534

static struct classifier *classifier; /* on veth0 */
static struct afxdp *server;          /* on veth0 */
static struct afxdp *peer;            /* on veth1, for sending */
static uint8_t frame[2048];

static int open_afxdp(struct afxdp **afxdp, const char *ifname,
		      unsigned int frames)
{
	const struct afxdp_options options = {
		.ifindex = if_nametoindex(ifname),
		.queue_count = QUEUES,
		.frame_count = frames,
	};

	return afxdp_open(afxdp, &options);
}

static void close_server(void)
{
	afxdp_close(server);
	server = NULL;
}

static void steer_all(const struct afxdp *afxdp)
{
	unsigned int q;

	for (q = 0; q < afxdp_queues(afxdp); q++)
		assert_int_equal(
			classifier_put_xsk(classifier, q, afxdp_fd(afxdp, q)),
			0);
}

static size_t make_frame(uint8_t type, size_t len)
{
	struct frame_addr addr = fixture_addr();
	uint8_t payload[1500] = { type };
	size_t i;

	for (i = 4; i < len; i++)
		payload[i] = (uint8_t)i;
	return fixture_frame(frame, sizeof(frame), &addr, payload, len);
}

/* Sends frame from veth1; with the queue it arrives on the same of veth0. */
static void send_frames(unsigned int queue, size_t len, unsigned int count)
{
	uint8_t *buf;
	size_t size;

	while (count--) {
		buf = afxdp_tx_reserve(peer, queue, &size);
		assert_non_null(buf);
		assert_true(size >= len);
		memcpy(buf, frame, len);
		afxdp_tx_submit(peer, queue, len);
		if (count % 32 == 0)
			assert_int_equal(afxdp_tx_flush(peer, queue, NULL), 0);
	}
}

static bool wait_readable(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, WAIT_MS) == 1;
}

/* Takes frames until `want` came or none comes any more; all are released. */
static unsigned int receive(unsigned int queue, size_t len, unsigned int want)
{
	struct afxdp_frame frames[AFXDP_BATCH];
	unsigned int i, count, got = 0;

	while (got < want && wait_readable(afxdp_fd(server, queue))) {
		count = afxdp_rx(server, queue, frames, AFXDP_BATCH);
		for (i = 0; i < count; i++) {
			assert_int_equal(frames[i].len, len);
			assert_memory_equal(frames[i].data, frame, len);
		}
		afxdp_release(server, queue, frames, count);
		got += count;
	}
	return got;
}

/* The next frame that comes in must be ours. */
static void expect_on_wire(int fd, size_t len)
{
	uint8_t buf[2048];

	assert_true(wait_readable(fd));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), len);
	assert_memory_equal(buf, frame, len);
}

static struct d4o6_stats stats_now(void)
{
	struct d4o6_stats stats;

	assert_int_equal(classifier_read_stats(classifier, &stats), 0);
	return stats;
}

static void knows_how_many_queues_there_are(void **state)
{
	(void)state;
	assert_int_equal(afxdp_queue_count(if_nametoindex("veth0")), QUEUES);
	assert_int_equal(afxdp_queue_count(if_nametoindex("lo")), 1);
	assert_int_equal(afxdp_queue_count(9999), -ENODEV);
}

static void receives_queries_on_every_queue(void **state)
{
	struct d4o6_stats before = stats_now(), after;
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 320);
	unsigned int q;

	(void)state;
	for (q = 0; q < QUEUES; q++) {
		send_frames(q, len, 5 + q);
		assert_int_equal(receive(q, len, 5 + q), 5 + q);
	}
	after = stats_now();
	assert_int_equal(after.redirected - before.redirected, 26);
	assert_int_equal(after.no_socket, before.no_socket);
}

static void leaves_the_rest_to_the_kernel(void **state)
{
	struct d4o6_stats before = stats_now(), after;
	size_t len = make_frame(DHCP6_SOLICIT, 100);
	struct afxdp_frame got;
	int fd = fixture_packet_socket("veth0");

	(void)state;
	send_frames(1, len, 1);
	expect_on_wire(fd, len);
	assert_int_equal(afxdp_rx(server, 1, &got, 1), 0);
	after = stats_now();
	assert_int_equal(after.other_message - before.other_message, 1);
	close(fd);
}

static void sends_from_every_queue(void **state)
{
	size_t size, len = make_frame(DHCP6_DHCPV4_RESPONSE, 200);
	int fd = fixture_packet_socket("veth1");
	unsigned int q, pending;
	uint8_t *buf;

	(void)state;
	for (q = 0; q < QUEUES; q++) {
		buf = afxdp_tx_reserve(server, q, &size);
		assert_non_null(buf);
		/* Not submitted: the same buffer again. */
		assert_ptr_equal(afxdp_tx_reserve(server, q, &size), buf);
		memcpy(buf, frame, len);
		afxdp_tx_submit(server, q, len);
		assert_int_equal(afxdp_tx_flush(server, q, &pending), 0);
		assert_int_equal(pending, 0);
		expect_on_wire(fd, len);
	}
	close(fd);
}

static void loses_no_frame_over_many_rounds(void **state)
{
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 60);
	struct afxdp_stats stats;
	unsigned int round;

	(void)state;
	/* Each frame of the queue is used a dozen times, both ways. */
	for (round = 0; round < 200; round++) {
		send_frames(2, len, 32);
		assert_int_equal(receive(2, len, 32), 32);
	}
	assert_int_equal(afxdp_get_stats(server, 2, &stats), 0);
	assert_true(stats.rx_frames >= 6400);
	assert_int_equal(stats.rx_dropped, 0);
	assert_int_equal(stats.rx_fill_ring_empty, 0);
	assert_int_equal(stats.rx_invalid_descs, 0);
	assert_int_equal(afxdp_get_stats(peer, 2, &stats), 0);
	assert_true(stats.tx_frames >= 6400);
	assert_int_equal(stats.tx_invalid_descs, 0);
	assert_int_equal(stats.tx_errors, 0);
}

static void runs_out_of_buffers_without_harm(void **state)
{
	size_t size, len = make_frame(DHCP6_DHCPV4_RESPONSE, 60);
	unsigned int frames = afxdp_frames(server) / QUEUES / 2;
	struct afxdp_stats stats;
	unsigned int i, pending;

	(void)state;
	for (i = 0; afxdp_tx_reserve(server, 3, &size); i++)
		afxdp_tx_submit(server, 3, len);
	assert_int_equal(i, frames);
	for (i = 0; i < 100; i++) {
		assert_int_equal(afxdp_tx_flush(server, 3, &pending), 0);
		if (!pending)
			break;
	}
	assert_int_equal(pending, 0);
	assert_int_equal(afxdp_get_stats(server, 3, &stats), 0);
	assert_int_equal(stats.tx_no_frame, 1);
	for (i = 0; i < frames; i++) {
		assert_non_null(afxdp_tx_reserve(server, 3, &size));
		afxdp_tx_submit(server, 3, len);
	}
	afxdp_tx_flush(server, 3, NULL);
}

static void counts_what_nobody_fetched(void **state)
{
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 60);
	unsigned int i, frames = afxdp_frames(server) / QUEUES / 2;
	struct afxdp_stats stats = { 0 };

	(void)state;
	/* Paced: veth itself holds no more than 256 frames. */
	for (i = 0; i < 10000 && !stats.rx_fill_ring_empty &&
		    !stats.rx_ring_full && !stats.rx_dropped;
	     i += 32) {
		send_frames(0, len, 32);
		assert_int_equal(afxdp_get_stats(server, 0, &stats), 0);
	}
	assert_true(i >= frames && i < 10000);
	assert_int_equal(receive(0, len, frames), frames);
	send_frames(0, len, 3);
	assert_int_equal(receive(0, len, 3), 3);
}

static void can_be_reopened_at_once(void **state)
{
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 60);
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		close_server();
		assert_int_equal(open_afxdp(&server, "veth0", 0), 0);
		assert_int_equal(afxdp_frames(server), AFXDP_FRAMES_MAX);
		steer_all(server);
		send_frames(3, len, 2);
		assert_int_equal(receive(3, len, 2), 2);
	}
}

static void passes_to_the_kernel_once_closed(void **state)
{
	struct d4o6_stats before = stats_now(), after;
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 60);
	int fd = fixture_packet_socket("veth0");

	(void)state;
	close_server();
	send_frames(0, len, 1);
	expect_on_wire(fd, len);
	after = stats_now();
	assert_int_equal(after.no_socket - before.no_socket, 1);
	assert_int_equal(after.redirected, before.redirected);
	close(fd);
	assert_int_equal(open_afxdp(&server, "veth0", 0), 0);
	steer_all(server);
}

static int given_sockets[QUEUES];

static int give_socket(void *arg, unsigned int queue)
{
	(void)arg;
	return given_sockets[queue];
}

static int drop_all_privileges(void)
{
	struct rlimit limit = { 8 << 20, 8 << 20 };

	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		return 11;
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_change_id(NOBODY, NOBODY, CAPNG_DROP_SUPP_GRP))
		return 12;
	return capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE ? 0
									: 13;
}

/* In a process of its own: sockets are made before, all else after. */
static int serve_unprivileged(unsigned int memlock, size_t len, int ready_fd)
{
	const struct afxdp_options options = {
		.ifindex = if_nametoindex("veth0"),
		.queue_count = QUEUES,
		.get_socket = give_socket,
	};
	int xsks_fd = classifier_xsks_fd(classifier);
	int err = drop_all_privileges();
	struct rlimit limit = { memlock, memlock };
	struct d4o6_stats stats;
	unsigned int q;

	if (err)
		return err;
	setrlimit(RLIMIT_MEMLOCK, &limit);
	if (afxdp_open(&server, &options))
		return 21;
	if (afxdp_frames(server) > memlock / D4O6_CHUNK_LEN)
		return 22;
	for (q = 0; q < QUEUES; q++) {
		if (classifier_map_put_xsk(xsks_fd, q, afxdp_fd(server, q)))
			return 23;
	}
	if (write(ready_fd, "", 1) != 1 || receive(1, len, 3) != 3)
		return 24;
	return classifier_map_read_stats(classifier_stats_fd(classifier),
					 &stats)
		       ? 25
		       : 0;
}

static void run_unprivileged(unsigned int memlock)
{
	size_t len = make_frame(DHCP6_DHCPV4_QUERY, 60);
	int status, ready[2];
	unsigned int q;
	char octet;
	pid_t pid;

	close_server();
	assert_int_equal(pipe(ready), 0);
	for (q = 0; q < QUEUES; q++) {
		given_sockets[q] = afxdp_make_socket();
		assert_true(given_sockets[q] >= 0);
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(serve_unprivileged(memlock, len, ready[1]));
	close(ready[1]);
	if (read(ready[0], &octet, 1) == 1)
		send_frames(1, len, 3);
	close(ready[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (q = 0; q < QUEUES; q++)
		close(given_sockets[q]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(open_afxdp(&server, "veth0", 0), 0);
	steer_all(server);
}

static void needs_no_capability_but_for_bare_sockets(void **state)
{
	(void)state;
	run_unprivileged(8 << 20);
}

static void takes_as_much_memory_as_may_be_locked(void **state)
{
	(void)state;
	run_unprivileged(1 << 20);
}

/* As many queues as there are, whatever share of the memory is left. */
static void takes_a_few_frames_a_queue_when_given_fewer(void **state)
{
	(void)state;
	close_server();
	assert_int_equal(open_afxdp(&server, "veth0", QUEUES * 4), 0);
	assert_int_equal(afxdp_frames(server), QUEUES * 16);
	close_server();
	assert_int_equal(open_afxdp(&server, "veth0", 0), 0);
	steer_all(server);
}

static void refuses_senseless_options(void **state)
{
	struct afxdp_options options = { .ifindex = if_nametoindex("veth0") };
	struct afxdp *afxdp;

	(void)state;
	assert_int_equal(afxdp_open(&afxdp, &options), -EINVAL);
	options.queue_count = AFXDP_QUEUES_MAX + 1;
	assert_int_equal(afxdp_open(&afxdp, &options), -EINVAL);
	options.queue_count = 1;
	options.frame_count = 64;
	options.ifindex = 9999;
	assert_int_equal(afxdp_open(&afxdp, &options), -ENODEV);
}

static void tells_of_an_interface_that_is_gone(void **state)
{
	size_t size;

	(void)state;
	assert_non_null(afxdp_tx_reserve(server, 0, &size));
	fixture_ip("link del veth0");
	afxdp_tx_submit(server, 0, 60);
	assert_true(afxdp_tx_flush(server, 0, NULL) < 0);
}

static int set_up(void **state)
{
	struct classifier_options options = { .mode = CLASSIFIER_AUTO };
	struct classifier_report report;
	int fd = afxdp_make_socket();

	(void)state;
	if (fd < 0)
		fixture_skip("no AF_XDP socket: %s", strerror(-fd));
	close(fd);
	fixture_make_veth(QUEUES);
	options.ifindex = if_nametoindex("veth0");
	assert_int_equal(classifier_open(&classifier, &options), 0);
	classifier_get_report(classifier, &report);
	if (report.mode == CLASSIFIER_NONE)
		fixture_skip("%s", report.reason);
	fixture_tell_addresses(classifier, options.ifindex);
	assert_int_equal(open_afxdp(&server, "veth0", 0), 0);
	assert_int_equal(open_afxdp(&peer, "veth1", 2048), 0);
	steer_all(server);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close_server();
	afxdp_close(peer);
	classifier_close(classifier);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_how_many_queues_there_are),
		cmocka_unit_test(receives_queries_on_every_queue),
		cmocka_unit_test(leaves_the_rest_to_the_kernel),
		cmocka_unit_test(sends_from_every_queue),
		cmocka_unit_test(loses_no_frame_over_many_rounds),
		cmocka_unit_test(runs_out_of_buffers_without_harm),
		cmocka_unit_test(counts_what_nobody_fetched),
		cmocka_unit_test(can_be_reopened_at_once),
		cmocka_unit_test(passes_to_the_kernel_once_closed),
		cmocka_unit_test(needs_no_capability_but_for_bare_sockets),
		cmocka_unit_test(takes_as_much_memory_as_may_be_locked),
		cmocka_unit_test(takes_a_few_frames_a_queue_when_given_fewer),
		cmocka_unit_test(refuses_senseless_options),
		cmocka_unit_test(tells_of_an_interface_that_is_gone),
	};

	fixture_enter_namespaces();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
