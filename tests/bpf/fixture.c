// SPDX-License-Identifier: BSD-2-Clause
#include "fixture.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp4o6/wire/dhcp6_proto.h"

const uint8_t fixture_mac[6] = { 2, 0, 0, 0, 0, 5 };

void fixture_skip(const char *fmt, ...)
{
	va_list args;

	printf("skip: ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	exit(77);
}

void fixture_enter_namespaces(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		fixture_skip("no namespaces: %s", strerror(errno));
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") ||
	    mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700"))
		fixture_skip("no mounts of our own: %s", strerror(errno));
}

__attribute__((format(printf, 2, 0))) static void
run_command(const char *program, const char *fmt, va_list args)
{
	char command[512];
	int len = snprintf(command, sizeof(command), "%s", program);

	vsnprintf(command + len, sizeof(command) - (size_t)len, fmt, args);
	if (system(command) != 0) {
		printf("failed: %s\n", command);
		exit(1);
	}
}

void fixture_run(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	run_command("", fmt, args);
	va_end(args);
}

/* By its path: the shell of a small system prefers an ip of its own. */
void fixture_ip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	run_command("$(which ip) ", fmt, args);
	va_end(args);
}

void fixture_make_veth(unsigned int queues)
{
	fixture_ip("link add veth0 numrxqueues %u numtxqueues %u type veth "
		   "peer name veth1 numrxqueues %u numtxqueues %u",
		   queues, queues, queues, queues);
	fixture_run("sysctl -qw net.ipv6.conf.veth0.disable_ipv6=1 "
		    "net.ipv6.conf.veth1.disable_ipv6=1");
	fixture_ip("link set veth0 up");
	fixture_ip("link set veth1 up");
}

int fixture_packet_socket(const char *ifname)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		printf("failed: AF_PACKET on %s: %s\n", ifname,
		       strerror(errno));
		exit(1);
	}
	return fd;
}

static void must(int err, const char *what)
{
	if (!err)
		return;
	printf("failed: %s: %s\n", what, strerror(-err));
	exit(1);
}

void fixture_tell_addresses(struct classifier *classifier, unsigned int ifindex)
{
	static const char *const texts[] = { "fe80::ff:fe00:5",
					     "2001:db8:1:1::1",
					     "2001:db8:ff::547" };
	struct in6_addr addr;
	size_t i;

	must(classifier_set_macs(classifier, &fixture_mac, 1), "set_macs");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		inet_pton(AF_INET6, texts[i], &addr);
		must(classifier_add_addr(classifier, &addr, ifindex),
		     "add_addr");
	}
}

struct classifier *fixture_open_classifier(int *program_fd)
{
	const struct classifier_options options = {
		.ifindex = 1,
		.mode = CLASSIFIER_GENERIC,
	};
	struct d4o6_vlan_key tags = {
		.outer_proto = 0x8100,
		.outer_id = FIXTURE_VLAN_OUTER,
	};
	struct classifier_report report;
	struct classifier *classifier;

	must(classifier_open(&classifier, &options), "open");
	classifier_get_report(classifier, &report);
	if (report.mode == CLASSIFIER_NONE)
		fixture_skip("%s", report.reason);
	*program_fd = bpf_prog_get_fd_by_id(report.program_id);
	if (*program_fd < 0)
		fixture_skip("no descriptor of the program: %s",
			     strerror(-*program_fd));
	fixture_tell_addresses(classifier, options.ifindex);
	must(classifier_add_vlan(classifier, &tags, FIXTURE_VLAN_IFINDEX),
	     "add_vlan");
	tags.inner_proto = 0x8100;
	tags.inner_id = FIXTURE_VLAN_INNER;
	must(classifier_add_vlan(classifier, &tags, FIXTURE_QINQ_IFINDEX),
	     "add_vlan");
	return classifier;
}

struct fixture_verdict fixture_classify(struct classifier *classifier,
					int program_fd, const uint8_t *frame,
					size_t frame_len)
{
	struct fixture_verdict verdict = { .reason = D4O6_REASON_COUNT };
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = (uint32_t)frame_len,
	};
	struct d4o6_stats before, after;
	uint64_t moved;
	unsigned int i;

	must(classifier_read_stats(classifier, &before), "read_stats");
	must(bpf_prog_test_run_opts(program_fd, &opts), "test_run");
	must(classifier_read_stats(classifier, &after), "read_stats");
	verdict.action = opts.retval;
	for (i = 0; i < D4O6_REASON_COUNT; i++) {
		moved = classifier_stat(&after, i) -
			classifier_stat(&before, i);
		if (moved)
			verdict.reason = i;
		verdict.counted += (unsigned int)moved;
	}
	return verdict;
}

uint32_t fixture_measure(int program_fd, const uint8_t *frame, size_t frame_len,
			 unsigned int repeat)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = (uint32_t)frame_len,
		.repeat = (int)repeat,
	};

	must(bpf_prog_test_run_opts(program_fd, &opts), "test_run");
	return opts.duration;
}

struct frame_addr fixture_addr(void)
{
	struct frame_addr addr = {
		.src_mac = { 2, 0, 0, 0, 0, 1 },
		.dst_mac = { 0x33, 0x33, 0, 1, 0, 2 },
		.vlan_proto = { 0x8100, 0x8100 },
		.vlan_tci = { FIXTURE_VLAN_OUTER, FIXTURE_VLAN_INNER },
		.src_port = DHCP6_PORT_CLIENT,
		.dst_port = DHCP6_PORT_SERVER,
	};

	inet_pton(AF_INET6, "fe80::ff:fe00:1", &addr.src);
	inet_pton(AF_INET6, "ff02::1:2", &addr.dst);
	return addr;
}

size_t fixture_frame(uint8_t *frame, size_t size, const struct frame_addr *addr,
		     const uint8_t *payload, size_t len)
{
	size_t headers = frame_header_len(addr->vlan_count);

	if (headers + len > size)
		must(-ENOBUFS, "frame");
	if (len)
		memcpy(frame + headers, payload, len);
	frame_encode(frame, addr, 64, len);
	return headers + len;
}

size_t fixture_relayed(uint8_t *payload, size_t size, unsigned int levels,
		       unsigned int options)
{
	struct wire_writer w = wire_writer(payload, size);
	size_t left = DHCP4O6_HEADER_LEN;
	unsigned int i;

	left += (size_t)levels *
		(DHCP6_RELAY_HEADER_LEN + DHCP6_OPTION_HEADER_LEN);
	for (i = 0; i < levels; i++) {
		left -= DHCP6_RELAY_HEADER_LEN + DHCP6_OPTION_HEADER_LEN;
		wire_put_u8(&w, DHCP6_RELAY_FORW);
		wire_put_u8(&w, (uint8_t)(levels - 1 - i));
		wire_put_zero(&w, 32);
		while (options) {
			wire_put_u16(&w, DHCP6_OPT_INTERFACE_ID);
			wire_put_u16(&w, 0);
			options--;
		}
		wire_put_u16(&w, DHCP6_OPT_RELAY_MSG);
		wire_put_u16(&w, (uint16_t)left);
	}
	wire_put_u8(&w, DHCP6_DHCPV4_QUERY);
	wire_put_zero(&w, 3);
	if (w.failed)
		must(-ENOBUFS, "relayed");
	return wire_len(&w);
}
