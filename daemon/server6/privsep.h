/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privsep - what the two processes of server6 say to each other.
 *
 * The monitor holds privileges and never reads a packet; the front reads
 * packets and holds none. Events go from monitor to front, some with
 * descriptors. Requests go from front to monitor and are answered at once;
 * their list is fixed, and the monitor believes nothing in them that it has
 * not checked. Both sockets are SOCK_SEQPACKET: a message is whole or not
 * there, and the end of one process is the end of the other.
 */
#ifndef DHCP4O6_SERVER6_PRIVSEP_H
#define DHCP4O6_SERVER6_PRIVSEP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/outbox.h"
#include "dhcp4o6/net/netmon.h"
#include "dhcp4o6/wire/frame.h"
#include "dhcp4o6/xdp/classifier.h"

#define PRIVSEP_FDS_MAX (D4O6_QUEUES_MAX + 2)

enum privsep_type {
	/* events */
	PRIVSEP_INTERFACE, /* an interface that is served, new or changed */
	PRIVSEP_INTERFACE_GONE, /* .ifindex */
	PRIVSEP_XDP,            /* fds: XSK map, counters map, bare sockets */
	PRIVSEP_XDP_GONE,       /* .ifindex */
	PRIVSEP_LOCAL,          /* .local: now an address of this host */
	PRIVSEP_LOCAL_GONE,
	PRIVSEP_STARTED, /* everything there is at start has been told */
	PRIVSEP_RELOAD,  /* read the configuration again */
	PRIVSEP_STOP,    /* finish and exit */
	/* requests */
	PRIVSEP_NEED_SOCKET, /* .ifindex: a fresh AF_XDP socket; answer: fd */
	PRIVSEP_SERVING,     /* the front is ready; answer: none */
	PRIVSEP_TYPE_COUNT,
};

struct privsep_interface {
	uint32_t ifindex;
	uint32_t
		port_ifindex; /* what its frames arrive on: itself if no VLAN */
	char name[IF_NAMESIZE];
	uint8_t mac[FRAME_MAC_LEN];
	bool has_mac;
	uint8_t vlan_count;
	uint16_t vlan_proto[FRAME_VLAN_MAX]; /* [0] outer */
	uint16_t vlan_id[FRAME_VLAN_MAX];
};

struct privsep_xdp {
	uint32_t ifindex;
	uint32_t queue_count; /* bare sockets that come along; 0 in mode none */
	uint32_t frame_count; /* this interface's share of what may be locked */
	struct classifier_report report;
};

struct privsep_msg {
	enum privsep_type type;
	uint32_t serial; /* of a request; its answer has the same */
	union {
		uint32_t ifindex;
		struct privsep_interface interface;
		struct privsep_xdp xdp;
		struct net_local local;
		int error; /* answer to a request: 0 or negative errno */
	};
};

/*
 * Sends one message with count descriptors, which stay the caller's. 0,
 * -EAGAIN when a non-blocking socket is full, or another errno.
 */
int privsep_send(int fd, const struct privsep_msg *msg, const int *fds,
		 size_t count);

/* The same, by the monitor's outbox, which takes over the descriptors. */
int privsep_post(struct outbox *box, const struct privsep_msg *msg,
		 const int *fds, size_t count);

/*
 * Receives one. The caller owns fds[0..*count-1], room for PRIVSEP_FDS_MAX.
 * 0, -EAGAIN, -EPIPE when the other process is gone, -EBADMSG.
 */
int privsep_recv(int fd, struct privsep_msg *msg, int *fds, size_t *count);

/*
 * Front: asks and waits, two seconds at most. *fd (NULL if none is expected)
 * gets the descriptor of the answer. 0, -ETIMEDOUT, or the error of the answer;
 * one that comes after its time is known by its serial and dropped.
 */
int privsep_ask(int sock, const struct privsep_msg *request, int *fd);

#endif /* DHCP4O6_SERVER6_PRIVSEP_H */
