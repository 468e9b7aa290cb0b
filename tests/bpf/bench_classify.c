// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_classify - nanoseconds that the classifier takes for a frame, by kind
 * of frame. Prints the best of several runs: others only ever add time. The
 * last word of a line is what the classifier made of the frame.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "fixture.h"

#define REPEAT 200000
#define RUNS   9

static struct classifier *classifier;
static int program_fd;
static uint8_t frame[2048];

static void report(const char *what, size_t len)
{
	uint32_t ns, best = UINT32_MAX;
	struct fixture_verdict verdict;
	int i;

	verdict = fixture_classify(classifier, program_fd, frame, len);
	for (i = 0; i < RUNS; i++) {
		ns = fixture_measure(program_fd, frame, len, REPEAT);
		if (ns < best)
			best = ns;
	}
	printf("%-34s %4zu octets %5u ns  %s\n", what, len, best,
	       classifier_stat_name(verdict.reason));
}

static size_t relayed(unsigned int levels, unsigned int options)
{
	struct frame_addr addr = fixture_addr();
	uint8_t payload[2048];
	size_t len;

	len = fixture_relayed(payload, sizeof(payload), levels, options);
	return fixture_frame(frame, sizeof(frame), &addr, payload, len);
}

static size_t message(uint8_t type, uint8_t tags, uint16_t port)
{
	struct frame_addr addr = fixture_addr();
	uint8_t payload[320] = { type };

	addr.vlan_count = tags;
	addr.dst_port = port;
	return fixture_frame(frame, sizeof(frame), &addr, payload,
			     sizeof(payload));
}

static void report_passed(void)
{
	size_t len = message(DHCP6_DHCPV4_QUERY, 0, DHCP6_PORT_SERVER);

	frame[12] = 0x08;
	report("not IPv6", len);
	message(DHCP6_DHCPV4_QUERY, 0, DHCP6_PORT_SERVER);
	frame[20] = IPPROTO_TCP;
	report("TCP", len);
	report("UDP to another port", message(0, 0, 53));
	report("SOLICIT", message(DHCP6_SOLICIT, 0, DHCP6_PORT_SERVER));
}

static void report_taken(void)
{
	static const unsigned int levels[] = { 1, 2, 8, 16, 32 };
	char what[40];
	size_t i;

	for (i = 0; i <= 2; i++) {
		snprintf(what, sizeof(what), "query, %zu VLAN tags", i);
		report(what, message(DHCP6_DHCPV4_QUERY, (uint8_t)i,
				     DHCP6_PORT_SERVER));
	}
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		snprintf(what, sizeof(what), "query, %u relays", levels[i]);
		report(what, relayed(levels[i], levels[i]));
	}
	report("hostile: 33 relays", relayed(33, 0));
	report("hostile: 300 empty options", relayed(1, 300));
}

static void report_load_time(void)
{
	const struct classifier_options options = {
		.ifindex = 1,
		.mode = CLASSIFIER_GENERIC,
	};
	struct timespec begin, end;
	struct classifier *loaded;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (classifier_open(&loaded, &options))
		return;
	clock_gettime(CLOCK_MONOTONIC, &end);
	classifier_close(loaded);
	printf("%-34s %17ld us\n", "load and attach",
	       (end.tv_sec - begin.tv_sec) * 1000000L +
		       (end.tv_nsec - begin.tv_nsec) / 1000);
}

int main(void)
{
	int fd;

	fixture_enter_namespaces();
	report_load_time();
	classifier = fixture_open_classifier(&program_fd);
	report_passed();
	report("query, no socket",
	       message(DHCP6_DHCPV4_QUERY, 0, DHCP6_PORT_SERVER));
	fd = afxdp_make_socket();
	if (fd < 0 || classifier_put_xsk(classifier, 0, fd))
		fixture_skip("no AF_XDP socket");
	report_taken();
	close(fd);
	close(program_fd);
	classifier_close(classifier);
	return 0;
}
