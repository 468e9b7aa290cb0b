/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udp6 - the UDP socket of a DHCPv6 server: batches in and out, each datagram
 * with its destination address and interface.
 */
#ifndef DHCP4O6_NET_UDP6_H
#define DHCP4O6_NET_UDP6_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#define NET_UDP6_BATCH_MAX 64

struct net_udp6_config {
	uint16_t port;         /* 547, or another for tests */
	struct in6_addr local; /* :: for all */
	const char *device;    /* SO_BINDTODEVICE; NULL for all interfaces */
	uint32_t buffer_len;   /* receive buffer asked for; 0: the default */
};

struct net_udp6_datagram {
	uint8_t *data; /* receive: the batch's; send: the caller's */
	size_t len;
	struct in6_addr remote;
	struct in6_addr local; /* send: :: lets the kernel choose */
	uint32_t ifindex;      /* send: 0 lets the kernel choose */
	uint16_t remote_port;
};

/*
 * A bound, non-blocking socket without SO_REUSEADDR, IPv6 only, with
 * IPV6_RECVPKTINFO, multicast hop limit 8 (as ISC and Kea) and no multicast
 * loop. Returns the descriptor or a negative errno: -EACCES, -EADDRINUSE, ...
 */
int net_udp6_open(const struct net_udp6_config *config);

/* ff02::1:2 or ff05::1:3 on one interface. -EEXIST if joined already. */
int net_udp6_join(int fd, const struct in6_addr *group, uint32_t ifindex);
int net_udp6_leave(int fd, const struct in6_addr *group, uint32_t ifindex);

extern const struct in6_addr net_all_relays_and_servers; /* ff02::1:2 */
extern const struct in6_addr net_all_servers;            /* ff05::1:3 */

struct net_udp6_batch; /* receive buffers; opaque */

/* count datagrams, 1 to NET_UDP6_BATCH_MAX, of up to size octets each. */
int net_udp6_batch_new(struct net_udp6_batch **batch, unsigned int count,
		       size_t size);
void net_udp6_batch_free(struct net_udp6_batch *batch); /* NULL is allowed */

/*
 * Datagrams that the kernel dropped because the receive buffer was full, as the
 * datagrams read since told. A batch is for one socket.
 */
uint64_t net_udp6_lost(const struct net_udp6_batch *batch);

/*
 * How many datagrams were read into out, which has room for the batch's count;
 * 0 when none waits. Those longer than the buffers, or without destination
 * address, are left out and added to *truncated (NULL is allowed). Data is
 * valid until the next call.
 */
int net_udp6_recv(int fd, struct net_udp6_batch *batch,
		  struct net_udp6_datagram out[], unsigned int *truncated);

/*
 * Sends count datagrams; one that the kernel refuses does not stop the others.
 * Returns how many it took; *err (NULL is allowed) gets the first refusal as a
 * negative errno, or 0. A multicast or link-local remote needs an ifindex.
 */
unsigned int net_udp6_send(int fd, const struct net_udp6_datagram datagrams[],
			   unsigned int count, int *err);

#endif /* DHCP4O6_NET_UDP6_H */
