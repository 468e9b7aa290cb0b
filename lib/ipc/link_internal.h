/* SPDX-License-Identifier: BSD-2-Clause */
/* link_internal - the link's insides, for link.c and link_tx.c. */
#ifndef DHCP4O6_LIB_IPC_LINK_INTERNAL_H
#define DHCP4O6_LIB_IPC_LINK_INTERNAL_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "dhcp4o6/ipc/link.h"

#define RX_BUFFERS     16
#define RX_BUFFER_SIZE 65536 /* a whole GRO batch */
#define TX_ARENA_SIZE  (256U * 1024)
/* Linux before 6.6 takes no more; a run's octets must fit one datagram. */
#define TX_SEGMENTS_MAX 64

struct rx_control {
	_Alignas(size_t) uint8_t
		space[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t))];
};

struct tx_control {
	_Alignas(size_t) uint8_t space[CMSG_SPACE(sizeof(uint16_t))];
};

struct ipc_link {
	int fd;
	uint16_t peer_port_be;
	bool gso; /* the kernel takes UDP_SEGMENT on this socket */
	struct ipc_link_stats stats;

	/* Received: message rx_next - 1 is being handed out. */
	uint8_t *rx_data;
	const uint8_t *rx_pos;
	size_t rx_left;
	size_t rx_segment_len;
	unsigned int rx_next;
	unsigned int rx_count;
	uint32_t rx_lost; /* SO_RXQ_OVFL's last word */
	struct mmsghdr rx_msg[RX_BUFFERS];
	struct iovec rx_iov[RX_BUFFERS];
	struct sockaddr_in6 rx_name[RX_BUFFERS];
	struct rx_control rx_control[RX_BUFFERS];

	/* To be sent: datagrams lie in tx_data, one behind the other. */
	uint8_t *tx_data;
	size_t tx_used;
	unsigned int tx_count;
	unsigned int tx_lost; /* dropped since ipc_link_flush() last said so */
	int tx_err;           /* likewise: first error of an implied flush */
	struct iovec tx_iov[IPC_LINK_BATCH];
};

#endif /* DHCP4O6_LIB_IPC_LINK_INTERNAL_H */
