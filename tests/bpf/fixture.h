/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture - what the tests of the classifier share: namespaces of their own,
 * a classifier that knows the hosts of tests/vectors, one frame through it.
 */
#ifndef TESTS_BPF_FIXTURE_H
#define TESTS_BPF_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/wire/frame.h"
#include "dhcp4o6/xdp/classifier.h"

#define FIXTURE_VLAN_OUTER   100 /* one tag, or the outer of two */
#define FIXTURE_VLAN_INNER   200
#define FIXTURE_VLAN_IFINDEX 77 /* of the device behind one tag */
#define FIXTURE_QINQ_IFINDEX 78 /* of the device behind two */

/* Prints "skip: why" and exits with 77. */
__attribute__((format(printf, 1, 2), noreturn)) void
fixture_skip(const char *fmt, ...);

/*
 * Own network and mount namespaces, empty /run and bpffs; skips when they are
 * not permitted. Everything in them is gone when the process is.
 */
void fixture_enter_namespaces(void);

/* Runs a shell command; ends the test program when it fails. */
__attribute__((format(printf, 1, 2))) void fixture_run(const char *fmt, ...);
/* The same for iproute2's ip with these arguments. */
__attribute__((format(printf, 1, 2))) void fixture_ip(const char *fmt, ...);
/* veth0 and veth1, both up, of so many queues; nobody sends unasked. */
void fixture_make_veth(unsigned int queues);

/* An AF_PACKET socket for all frames that the interface's kernel side sees. */
int fixture_packet_socket(const char *ifname);

extern const uint8_t fixture_mac[6]; /* of the server */

/*
 * On the loopback interface, generic mode, knowing the server of
 * tests/vectors, one VLAN device and one in two tags. Skips when the kernel
 * refuses. *program_fd is the caller's.
 */
struct classifier *fixture_open_classifier(int *program_fd);
void fixture_tell_addresses(struct classifier *classifier,
			    unsigned int ifindex);

/* What became of one frame. */
struct fixture_verdict {
	uint32_t action; /* enum xdp_action */
	enum d4o6_reason reason;
	unsigned int counted; /* counters that moved, by how much in all */
};

/* frame_len >= 14: the kernel runs no program on less. */
struct fixture_verdict fixture_classify(struct classifier *classifier,
					int program_fd, const uint8_t *frame,
					size_t frame_len);
/* Runs it `repeat` times; nanoseconds for one. */
uint32_t fixture_measure(int program_fd, const uint8_t *frame, size_t frame_len,
			 unsigned int repeat);

/* From the client of tests/vectors to ff02::1:2, its MAC, port 547. */
struct frame_addr fixture_addr(void);
/* Whole frame around payload; its length. */
size_t fixture_frame(uint8_t *frame, size_t size, const struct frame_addr *addr,
		     const uint8_t *payload, size_t len);
/*
 * A DHCPV4-QUERY in `levels` RELAY-FORW, with `options` empty options before
 * the Relay Message option of the outermost. The length of the payload.
 */
size_t fixture_relayed(uint8_t *payload, size_t size, unsigned int levels,
		       unsigned int options);

#endif /* TESTS_BPF_FIXTURE_H */
