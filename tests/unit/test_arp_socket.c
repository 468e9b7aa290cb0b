/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP between the two ends of a veth pair, in a namespace of our own; the
 * kernel has addresses on y0, and we ask for them on x0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../daemon/client4/probe4.h"
#include "dhcp4o6/net/arp_socket.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"
#include "x0.h"

#define LIMIT_MS 5000 /* for what has to come */

static const uint8_t x0_mac[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 0x10 };
static const uint8_t y0_mac[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 0x20 };

static bool have_netns;
static uint32_t x0, y0;

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

static void begin(void)
{
	assert_true(x0_create(X0_VETH));
	ip_run("ip link set x0 address 02:00:00:00:00:10");
	ip_run("ip link set y0 address 02:00:00:00:00:20");
	x0 = ip_ifindex("x0");
	y0 = ip_ifindex("y0");
}

static int open_on(uint32_t ifindex)
{
	int fd = net_arp_open(ifindex);

	assert_true(fd >= 0);
	return fd;
}

static struct in_addr addr(uint8_t last)
{
	return (struct in_addr){ htonl(0xc0000200U | last) };
}

static bool is_readable(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) > 0;
}

static struct arp_packet next_packet(int fd)
{
	struct arp_packet arp;
	enum drop_reason why = DROP_NO_MEMORY;

	assert_true(is_readable(fd, LIMIT_MS));
	assert_int_equal(net_arp_recv(fd, &arp, &why), 1);
	assert_int_equal(why, DROP_NONE);
	return arp;
}

static void the_kernel_answers_a_probe(void **state)
{
	struct arp_packet arp = arp_probe(x0_mac, addr(5));
	enum drop_reason why;
	int fd;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	ip_run("ip addr add 192.0.2.5/24 dev y0");
	fd = open_on(x0);
	assert_int_equal(net_arp_recv(fd, &arp, &why), 0);
	assert_int_equal(net_arp_send(fd, x0, &arp), 0);
	arp = next_packet(fd);
	assert_int_equal(arp.op, ARP_REPLY);
	assert_memory_equal(arp.sender_mac, y0_mac, ARP_MAC_LEN);
	assert_memory_equal(arp.target_mac, x0_mac, ARP_MAC_LEN);
	assert_int_equal(arp.sender.s_addr, addr(5).s_addr);
	close(fd);
	x0_remove();
}

static void what_the_host_sends_itself_is_not_heard(void **state)
{
	struct arp_packet arp = arp_announcement(x0_mac, addr(7));
	int here, there;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	here = open_on(x0);
	there = open_on(y0);
	assert_int_equal(net_arp_send(here, x0, &arp), 0);
	arp = next_packet(there);
	assert_memory_equal(arp.sender_mac, x0_mac, ARP_MAC_LEN);
	assert_int_equal(arp.sender.s_addr, addr(7).s_addr);
	assert_false(is_readable(here, 0));
	close(here);
	close(there);
	x0_remove();
}

/* A frame from y0, as anybody on the link may send it. */
static void send_frame(uint16_t protocol, const uint8_t dest[ARP_MAC_LEN],
		       const void *octets, size_t len)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)y0,
				  .sll_halen = ARP_MAC_LEN };

	assert_true(fd >= 0);
	memcpy(to.sll_addr, dest, ARP_MAC_LEN);
	assert_int_equal(
		sendto(fd, octets, len, 0, (struct sockaddr *)&to, sizeof(to)),
		(ssize_t)len);
	close(fd);
}

static void nothing_but_arp_of_the_link_is_heard(void **state)
{
	static const uint8_t all[ARP_MAC_LEN] = { 0xff, 0xff, 0xff,
						  0xff, 0xff, 0xff };
	static const uint8_t other[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 0x30 };
	struct arp_packet arp = arp_announcement(y0_mac, addr(8));
	uint8_t good[ARP_PACKET_LEN], bad[ARP_PACKET_LEN];
	struct wire_writer w = wire_writer(good, sizeof(good));
	enum drop_reason why;
	int fd;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	fd = open_on(x0);
	arp_encode(&w, &arp);
	send_frame(ETHERTYPE_IP, all, good, sizeof(good));
	send_frame(ETHERTYPE_REVARP, all, good, sizeof(good));
	send_frame(ETHERTYPE_ARP, other, good, sizeof(good)); /* not for us */
	memcpy(bad, good, sizeof(bad));
	bad[5] = 16; /* addresses of another protocol */
	send_frame(ETHERTYPE_ARP, all, bad, sizeof(bad));
	bad[5] = 4;
	bad[7] = 3; /* RARP */
	send_frame(ETHERTYPE_ARP, all, bad, sizeof(bad));
	send_frame(ETHERTYPE_ARP, all, good, sizeof(good) - 1);
	send_frame(ETHERTYPE_ARP, all, good, sizeof(good));
	/* Cut short: passes the filter, and has a name. */
	assert_true(is_readable(fd, LIMIT_MS));
	assert_int_equal(net_arp_recv(fd, &arp, &why), 1);
	assert_int_equal(why, DROP_ARP_SHORT);
	arp = next_packet(fd);
	assert_int_equal(arp.sender.s_addr, addr(8).s_addr);
	assert_int_equal(net_arp_recv(fd, &arp, &why), 0);
	close(fd);
	x0_remove();
}

/* Bound anew, to all of an interface; 0, or what it hears of this frame. */
static int listen_to_all(int fd, uint32_t ifindex, uint32_t from,
			 uint16_t protocol)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)ifindex };
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)from,
				  .sll_halen = ARP_MAC_LEN };
	struct arp_packet arp = arp_announcement(x0_mac, addr(7));
	uint8_t octets[ARP_PACKET_LEN];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	arp_encode(&w, &arp);
	memset(to.sll_addr, 0xff, ARP_MAC_LEN);
	if (bind(fd, (struct sockaddr *)&all, sizeof(all)))
		return 0; /* all the better */
	if (sendto(fd, octets, sizeof(octets), 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0)
		return 1;
	return is_readable(fd, 200);
}

/* 0, or the number of what went wrong. */
static int use_without_privilege(int fd)
{
	struct arp_packet arp = arp_announcement(x0_mac, addr(7));
	enum drop_reason why;

	if (setgid(65534) || setuid(65534))
		return 1;
	if (net_arp_open(x0) != -EPERM)
		return 2;
	if (net_arp_send(fd, x0, &arp) || !is_readable(fd, LIMIT_MS) ||
	    net_arp_recv(fd, &arp, &why) != 1 || why != DROP_NONE)
		return 3;
	/* The kernel lets it be bound anew; the filter stays what it is. */
	if (!setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &(int){ 0 },
			sizeof(int)))
		return 4;
	if (listen_to_all(fd, y0, x0, ETH_P_ARP))
		return 5;
	return listen_to_all(fd, x0, y0, ETH_P_IP) ? 6 : 0;
}

static void a_process_without_privilege_can_use_it(void **state)
{
	struct arp_packet hello = arp_announcement(y0_mac, addr(9));
	int fd, there, status = -1;
	pid_t pid;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	fd = open_on(x0);
	there = open_on(y0);
	assert_int_equal(net_arp_send(there, y0, &hello), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(use_without_privilege(fd));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	next_packet(there);
	close(fd);
	close(there);
	x0_remove();
}

static void what_is_no_ethernet_is_refused_by_name(void **state)
{
	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_int_equal(net_arp_open(0), -ENODEV);
	assert_int_equal(net_arp_open(UINT32_MAX), -ENODEV);
	assert_int_equal(net_arp_open(4711), -ENODEV);
	assert_int_equal(net_arp_open(ip_ifindex("lo")), -EOPNOTSUPP);
	assert_true(x0_create(X0_TUN));
	assert_int_equal(net_arp_open(ip_ifindex("x0")), -EOPNOTSUPP);
	assert_true(x0_create(X0_BRIDGE));
	close(open_on(ip_ifindex("x0")));
	x0_remove();
}

static void a_link_that_was_down_is_heard_again(void **state)
{
	struct arp_packet arp = arp_announcement(y0_mac, addr(9));
	enum drop_reason why;
	int fd, there;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	ip_run("ip link set x0 down");
	fd = open_on(x0);
	assert_int_equal(net_arp_recv(fd, &arp, &why), -ENETDOWN);
	assert_int_equal(net_arp_recv(fd, &arp, &why), 0);
	assert_int_equal(net_arp_send(fd, x0, &arp), -ENETDOWN);
	ip_run("ip link set x0 up");
	there = open_on(y0);
	arp = arp_announcement(y0_mac, addr(9));
	assert_int_equal(net_arp_send(there, y0, &arp), 0);
	next_packet(fd);
	close(there);
	ip_run("ip link set x0 down");
	assert_int_equal(net_arp_recv(fd, &arp, &why), -ENETDOWN);
	x0_remove();
	close(fd);
}

/* ---- the machine that probes, on a real link ---- */

/* A short time, so that the test is. */
static const struct probe4_config quick = {
	.probe_wait_ms = 20,
	.probe_count = 3,
	.probe_min_ms = 20,
	.probe_max_ms = 40,
	.announce_wait_ms = 100,
	.announce_count = 2,
	.announce_interval_ms = 20,
	.defend_interval_ms = 10000,
};

static void carry_out(int fd, const struct probe4_step *step)
{
	if (step->sends)
		assert_int_equal(net_arp_send(fd, x0, &step->packet), 0);
}

/* Runs until something changes or no timer is left. */
static struct probe4_step run(struct probe4 *probe, int fd,
			      struct probe4_step step)
{
	struct mono_time limit = mono_add_ms(mono_now(), LIMIT_MS);

	carry_out(fd, &step);
	while (!step.change && step.wake.ns != PROBE4_NEVER) {
		struct mono_time now = mono_now();
		int64_t ms = mono_diff_ns(step.wake, now) / NS_PER_MS + 1;
		struct arp_packet arp;
		enum drop_reason why;

		assert_true(now.ns < limit.ns);
		if (is_readable(fd, ms > 0 ? (int)ms : 0) &&
		    net_arp_recv(fd, &arp, &why) == 1 && why == DROP_NONE)
			probe4_receive(probe, &arp, mono_now(), &step);
		else
			probe4_handle(probe, PROBE4_ON_TIMER, addr(0),
				      mono_now(), &step);
		carry_out(fd, &step);
	}
	return step;
}

static void an_address_of_another_host_is_found_in_use(void **state)
{
	const struct siphash_key key = { { 1, 2 } };
	struct random_source source = random_source(&key);
	struct probe4_setup setup = { .config = &quick, .random = &source };
	struct probe4_step step;
	struct probe4 probe;
	int fd;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	ip_run("ip addr add 192.0.2.5/24 dev y0");
	fd = open_on(x0);
	memcpy(setup.mac, x0_mac, ARP_MAC_LEN);
	probe4_init(&probe, &setup);
	probe4_handle(&probe, PROBE4_ON_PROBE, addr(5), mono_now(), &step);
	step = run(&probe, fd, step);
	assert_int_equal(step.change, PROBE4_IS_USED);
	assert_memory_equal(step.mac, y0_mac, ARP_MAC_LEN);
	probe4_handle(&probe, PROBE4_ON_PROBE, addr(6), mono_now(), &step);
	step = run(&probe, fd, step);
	assert_int_equal(step.change, PROBE4_IS_FREE);
	ip_run("ip addr add 192.0.2.6/24 dev x0");
	probe4_handle(&probe, PROBE4_ON_USE, addr(6), mono_now(), &step);
	step = run(&probe, fd, step);
	assert_int_equal(step.change, PROBE4_NO_CHANGE);
	assert_int_equal(probe.state, PROBE4_DEFENDING);
	close(fd);
	x0_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_answers_a_probe),
		cmocka_unit_test(what_the_host_sends_itself_is_not_heard),
		cmocka_unit_test(nothing_but_arp_of_the_link_is_heard),
		cmocka_unit_test(a_process_without_privilege_can_use_it),
		cmocka_unit_test(what_is_no_ethernet_is_refused_by_name),
		cmocka_unit_test(a_link_that_was_down_is_heard_again),
		cmocka_unit_test(an_address_of_another_host_is_found_in_use),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
