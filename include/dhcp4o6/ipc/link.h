/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link - the UDP socket between the halves: ::1, P for the v6 half and P + 1
 * for the v4 half, each connected to the other.
 *
 * Nothing here ever blocks. A dead other half shows as -ECONNREFUSED from
 * ipc_link_recv() or ipc_link_flush(), is counted, and goes away by itself
 * when the other half comes back. Many datagrams move per system call: GRO
 * and recvmmsg(2) in, UDP_SEGMENT and sendmmsg(2) out; a peer that knows
 * neither sees ordinary datagrams.
 */
#ifndef DHCP4O6_IPC_LINK_H
#define DHCP4O6_IPC_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/wire/wire.h"

#define IPC_LINK_BATCH          64         /* datagrams queued before a flush */
#define IPC_LINK_DATAGRAM_MAX   65507      /* octets in one datagram */
#define IPC_LINK_BUFFER_DEFAULT (8U << 20) /* octets, each direction */

enum ipc_half {
	IPC_HALF_V6, /* bound to P, connected to P + 1 */
	IPC_HALF_V4, /* bound to P + 1, connected to P */
};

struct ipc_datagram {
	const uint8_t *data;
	size_t len;
};

struct ipc_link_stats {
	uint64_t rx;         /* datagrams, after GRO was split */
	uint64_t rx_calls;   /* receive calls that brought something */
	uint64_t tx;         /* datagrams given to the kernel */
	uint64_t tx_calls;   /* send calls that took something */
	uint64_t tx_gso;     /* datagrams that left in a run of several */
	uint64_t tx_dropped; /* not sent: peer down or buffer full */
	uint64_t refused;    /* times the kernel said ECONNREFUSED */
	uint64_t overflow;   /* lost in our full receive buffer */
	uint64_t truncated;  /* longer than any datagram may be */
	uint64_t stray;      /* not from the other half's address and port */
};

struct ipc_link; /* opaque */

/*
 * A bound and connected descriptor, or a negative errno. -EADDRINUSE: another
 * half has the port (SO_REUSEADDR is never set, so two can not share it).
 * port is P, 1 to 65534. Works for any user if P >= 1024; with CAP_NET_ADMIN
 * buffer_len goes beyond net.core.[rw]mem_max.
 */
int ipc_link_socket(enum ipc_half half, uint16_t port, uint32_t buffer_len);

/* Octets of receive buffer that the kernel granted (its own accounting). */
int ipc_link_buffer(int fd, uint32_t *granted_len);

/*
 * fd comes from ipc_link_socket(), maybe in another process, and belongs to
 * the link on success. half and port as there.
 */
int ipc_link_open(struct ipc_link **link, int fd, enum ipc_half half,
		  uint16_t port);
void ipc_link_close(struct ipc_link *link);   /* NULL is allowed */
int ipc_link_fd(const struct ipc_link *link); /* for EPOLLIN */

/*
 * Up to max datagrams, 0 when none waits, or a negative errno: -ECONNREFUSED
 * says that the other half was not there when something was last sent. The
 * data stays valid until the next call. After a positive result more may be
 * held here that epoll does not see: call again, at the latest before
 * sleeping, while ipc_link_has_pending().
 */
int ipc_link_recv(struct ipc_link *link, struct ipc_datagram out[],
		  unsigned int max);
bool ipc_link_has_pending(const struct ipc_link *link);

/*
 * Room for one datagram of up to size octets, in the link's own memory; flushes
 * first if need be. w->failed if size is over IPC_LINK_DATAGRAM_MAX. Then
 * ipc_link_queue() with the same writer, or nothing to let it be.
 */
void ipc_link_begin(struct ipc_link *link, struct wire_writer *w, size_t size);
/* -EMSGSIZE, and nothing is queued, if w->failed or w is empty. */
int ipc_link_queue(struct ipc_link *link, const struct wire_writer *w);
unsigned int ipc_link_queued(const struct ipc_link *link);

/*
 * Sends what is queued, in order. 0, -ECONNREFUSED, -EAGAIN (no room in the
 * send buffer) or another errno; in every case the queue is empty afterwards.
 * *dropped (NULL is allowed) gets how many of it were not sent, those of
 * flushes inside ipc_link_begin() included.
 */
int ipc_link_flush(struct ipc_link *link, unsigned int *dropped);

const struct ipc_link_stats *ipc_link_stats(const struct ipc_link *link);

#endif /* DHCP4O6_IPC_LINK_H */
