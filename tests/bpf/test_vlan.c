// SPDX-License-Identifier: BSD-2-Clause
/*
 * VLAN devices, both on the sender's and on the server's side: what the
 * classifier makes of a tag that the kernel itself wrote.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "fixture.h"

#define WAIT_MS 2000

static struct classifier *classifier; /* on veth0 */
static struct afxdp *server;
static uint8_t frame[512];
static size_t frame_len; /* as it leaves: without a tag */

/* Makes a sender's kernel write tags into frames itself. */
static void switch_tx_offload_off(const char *ifname)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq req = { .ifr_data = (void *)&flags };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(req.ifr_name, ifname);
	assert_int_equal(ioctl(fd, SIOCETHTOOL, &req), 0);
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~(uint32_t)ETH_FLAG_TXVLAN;
	assert_int_equal(ioctl(fd, SIOCETHTOOL, &req), 0);
	close(fd);
}

static void send_from(const char *ifname)
{
	int fd = fixture_packet_socket(ifname);

	assert_int_equal(send(fd, frame, frame_len, 0), frame_len);
	close(fd);
}

static bool receive(struct afxdp_frame *got)
{
	struct pollfd pollfd = { .fd = afxdp_fd(server, 0), .events = POLLIN };

	return poll(&pollfd, 1, WAIT_MS) == 1 &&
	       afxdp_rx(server, 0, got, 1) == 1;
}

static void open_server(enum classifier_mode mode)
{
	struct d4o6_vlan_key key = { .outer_proto = 0x8100, .outer_id = 100 };
	const struct classifier_options options = {
		.ifindex = if_nametoindex("veth0"),
		.mode = mode,
	};
	const struct afxdp_options sockets = {
		.ifindex = options.ifindex,
		.queue_count = 1,
	};
	struct classifier_report report;

	assert_int_equal(classifier_open(&classifier, &options), 0);
	classifier_get_report(classifier, &report);
	assert_int_equal(report.mode, mode);
	fixture_tell_addresses(classifier, options.ifindex);
	assert_int_equal(classifier_add_vlan(classifier, &key,
					     if_nametoindex("veth0.100")),
			 0);
	assert_int_equal(afxdp_open(&server, &sockets), 0);
	assert_int_equal(classifier_put_xsk(classifier, 0, afxdp_fd(server, 0)),
			 0);
}

static void close_server(void)
{
	afxdp_close(server);
	classifier_close(classifier);
}

static void takes_frames_with_the_tag_in(enum classifier_mode mode)
{
	struct wire_reader payload;
	struct afxdp_frame got;
	struct frame_addr addr;

	open_server(mode);
	send_from("veth1.100");
	assert_true(receive(&got));
	assert_int_equal(got.len, frame_len + 4);
	assert_int_equal(frame_decode(wire_reader(got.data, got.len),
				      FRAME_CHECKSUM_VERIFY, &addr, &payload,
				      NULL),
			 DROP_NONE);
	assert_int_equal(addr.vlan_count, 1);
	assert_int_equal(addr.vlan_proto[0], 0x8100);
	assert_int_equal(addr.vlan_tci[0] & 0xfff, 100);
	afxdp_release(server, 0, &got, 1);
	close_server();
}

static void takes_them_natively(void **state)
{
	(void)state;
	switch_tx_offload_off("veth1");
	takes_frames_with_the_tag_in(CLASSIFIER_NATIVE);
}

static void takes_them_generically(void **state)
{
	(void)state;
	switch_tx_offload_off("veth1");
	takes_frames_with_the_tag_in(CLASSIFIER_GENERIC);
}

/* The peer's kernel leaves the tag out of the frame: nobody can see it. */
static void keeps_off_where_tags_are_hidden(void **state)
{
	const struct classifier_options options = {
		.ifindex = if_nametoindex("veth0"),
		.mode = CLASSIFIER_AUTO,
		.has_vlans = true,
	};
	struct classifier_report report;

	(void)state;
	assert_int_equal(classifier_open(&classifier, &options), 0);
	classifier_get_report(classifier, &report);
	assert_int_equal(report.mode, CLASSIFIER_NONE);
	assert_non_null(strstr(report.reason, "has VLAN devices"));
	classifier_close(classifier);
}

static int set_up(void **state)
{
	uint8_t payload[100] = { DHCP6_DHCPV4_QUERY };
	struct frame_addr addr = fixture_addr();

	(void)state;
	frame_len = fixture_frame(frame, sizeof(frame), &addr, payload,
				  sizeof(payload));
	fixture_make_veth(1);
	if (system("$(which ip) link add link veth1 name veth1.100 "
		   "type vlan id 100 2>/dev/null") != 0)
		fixture_skip("the kernel has no VLAN devices");
	fixture_ip("link add link veth0 name veth0.100 type vlan id 100");
	fixture_run("sysctl -qw net.ipv6.conf.veth0/100.disable_ipv6=1 "
		    "net.ipv6.conf.veth1/100.disable_ipv6=1");
	fixture_ip("link set veth0.100 up");
	fixture_ip("link set veth1.100 up");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_them_natively),
		cmocka_unit_test(takes_them_generically),
		cmocka_unit_test(keeps_off_where_tags_are_hidden),
	};

	fixture_enter_namespaces();
	return cmocka_run_group_tests(tests, set_up, NULL);
}
