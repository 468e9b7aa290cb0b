// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames that need several chunks. The classifier sends none to a socket; a
 * program that redirects everything stands in for one that would.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/xdp/afxdp.h"
#include "fixture.h"

#define WAIT_MS  2000
#define LONG_LEN 5000 /* three chunks */

static struct afxdp *afxdp;

/* return bpf_redirect_map(map, 0, 0) */
static int redirect_everything(void)
{
	int map_fd = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "all", 4, 4, 1, NULL);
	const struct bpf_insn code[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map_fd },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_prog_load_opts opts = {
		.sz = sizeof(opts),
		.prog_flags = BPF_F_XDP_HAS_FRAGS,
	};
	int prog_fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "all", "GPL", code,
				    sizeof(code) / sizeof(code[0]), &opts);

	assert_true(map_fd >= 0);
	assert_true(prog_fd >= 0);
	assert_int_equal(bpf_xdp_attach((int)if_nametoindex("veth0"), prog_fd,
					XDP_FLAGS_DRV_MODE, NULL),
			 0);
	close(prog_fd);
	return map_fd;
}

static void send_frame(size_t len, uint8_t mark)
{
	static uint8_t frame[LONG_LEN];
	int fd = fixture_packet_socket("veth1");

	memset(frame, mark, sizeof(frame));
	assert_int_equal(send(fd, frame, len, 0), len);
	close(fd);
}

static void expect_frame(size_t len, uint8_t mark)
{
	struct pollfd pollfd = { .fd = afxdp_fd(afxdp, 0), .events = POLLIN };
	struct afxdp_frame got[AFXDP_BATCH];
	unsigned int count = 0;

	while (!count && poll(&pollfd, 1, WAIT_MS) == 1)
		count = afxdp_rx(afxdp, 0, got, AFXDP_BATCH);
	assert_int_equal(count, 1);
	assert_int_equal(got[0].len, len);
	assert_int_equal(got[0].data[len - 1], mark);
	afxdp_release(afxdp, 0, got, 1);
}

static void drops_and_counts_them_and_goes_on(void **state)
{
	struct afxdp_stats stats;
	unsigned int i;

	(void)state;
	/* More than there are chunks: none of them may be lost. */
	for (i = 0; i < 100; i++) {
		send_frame(LONG_LEN, 1);
		send_frame(100, (uint8_t)i);
		expect_frame(100, (uint8_t)i);
	}
	assert_int_equal(afxdp_get_stats(afxdp, 0, &stats), 0);
	/* Kernels before 6.6 let none get here. */
	if (stats.rx_too_long) {
		assert_int_equal(stats.rx_too_long, 100);
		assert_int_equal(stats.rx_dropped, 0);
	}
	assert_int_equal(stats.rx_frames, 100);
	assert_int_equal(stats.rx_fill_ring_empty, 0);
}

static int set_up(void **state)
{
	struct afxdp_options options = { .queue_count = 1, .frame_count = 64 };
	uint32_t queue = 0;
	int map_fd, fd;

	(void)state;
	fixture_make_veth(1);
	fixture_ip("link set veth0 mtu 9000");
	fixture_ip("link set veth1 mtu 9000");
	map_fd = redirect_everything();
	options.ifindex = if_nametoindex("veth0");
	assert_int_equal(afxdp_open(&afxdp, &options), 0);
	fd = afxdp_fd(afxdp, 0);
	assert_int_equal(bpf_map_update_elem(map_fd, &queue, &fd, 0), 0);
	close(map_fd);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	afxdp_close(afxdp);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drops_and_counts_them_and_goes_on),
	};
	int fd;

	fixture_enter_namespaces();
	/* Skips where programs or sockets are not permitted. */
	classifier_close(fixture_open_classifier(&fd));
	close(fd);
	fd = afxdp_make_socket();
	if (fd < 0)
		fixture_skip("no AF_XDP socket: %s", strerror(-fd));
	close(fd);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
