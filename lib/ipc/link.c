/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link - making the socket, and receiving. Sending is in link_tx.c.
 *
 * A receive buffer is 64 KiB because a GRO batch that does not fit is cut, and
 * lost, as a whole. Batches are handed out piece by piece from where they lie.
 */
#include "dhcp4o6/ipc/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link_internal.h"

static uint16_t local_port(enum ipc_half half, uint16_t port)
{
	return half == IPC_HALF_V6 ? port : (uint16_t)(port + 1);
}

static uint16_t remote_port(enum ipc_half half, uint16_t port)
{
	return half == IPC_HALF_V6 ? (uint16_t)(port + 1) : port;
}

static struct sockaddr_in6 loopback(uint16_t port)
{
	return (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
}

/* The FORCE variants pass net.core.[rw]mem_max and need CAP_NET_ADMIN. */
static int set_buffers(int fd, uint32_t buffer_len)
{
	int len = buffer_len > INT32_MAX / 2 ? INT32_MAX / 2 : (int)buffer_len;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &len, sizeof(len)) &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &len, sizeof(len)))
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &len, sizeof(len)) &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &len, sizeof(len)))
		return -errno;
	return 0;
}

int ipc_link_socket(enum ipc_half half, uint16_t port, uint32_t buffer_len)
{
	struct sockaddr_in6 local = loopback(local_port(half, port));
	struct sockaddr_in6 remote = loopback(remote_port(half, port));
	int err, fd;

	if (port == 0 || port == UINT16_MAX)
		return -EINVAL;
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = set_buffers(fd, buffer_len);
	if (err)
		goto out_fd;
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)) ||
	    connect(fd, (struct sockaddr *)&remote, sizeof(remote))) {
		err = -errno;
		goto out_fd;
	}
	return fd;

out_fd:
	close(fd);
	return err;
}

int ipc_link_buffer(int fd, uint32_t *granted_len)
{
	socklen_t size = sizeof(int);
	int len;

	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &len, &size))
		return -errno;
	*granted_len = (uint32_t)len;
	return 0;
}

static void set_up_rx(struct ipc_link *link)
{
	for (unsigned int i = 0; i < RX_BUFFERS; i++) {
		link->rx_iov[i].iov_base = link->rx_data + i * RX_BUFFER_SIZE;
		link->rx_iov[i].iov_len = RX_BUFFER_SIZE;
		link->rx_msg[i].msg_hdr = (struct msghdr){
			.msg_name = &link->rx_name[i],
			.msg_iov = &link->rx_iov[i],
			.msg_iovlen = 1,
			.msg_control = &link->rx_control[i],
		};
	}
}

int ipc_link_open(struct ipc_link **link, int fd, enum ipc_half half,
		  uint16_t port)
{
	struct ipc_link *l;
	int flags, on = 1;

	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on)))
		return -errno;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->rx_data = malloc((size_t)RX_BUFFERS * RX_BUFFER_SIZE);
	l->tx_data = malloc(TX_ARENA_SIZE);
	if (!l->rx_data || !l->tx_data) {
		free(l->rx_data);
		free(l->tx_data);
		free(l);
		return -ENOMEM;
	}
	/* An old kernel without GRO or GSO only makes it slower. */
	(void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on));
	on = 0;
	l->gso = setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &on, sizeof(on)) == 0;
	l->fd = fd;
	l->peer_port_be = htons(remote_port(half, port));
	set_up_rx(l);
	*link = l;
	return 0;
}

void ipc_link_close(struct ipc_link *link)
{
	if (!link)
		return;
	close(link->fd);
	free(link->rx_data);
	free(link->tx_data);
	free(link);
}

int ipc_link_fd(const struct ipc_link *link)
{
	return link->fd;
}

const struct ipc_link_stats *ipc_link_stats(const struct ipc_link *link)
{
	return &link->stats;
}

/* Segment size of a GRO batch, or 0 for a single datagram. */
static size_t read_control(struct ipc_link *link, struct msghdr *hdr)
{
	size_t segment_len = 0;
	uint32_t lost;
	int gro;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c;
	     c = CMSG_NXTHDR(hdr, c)) {
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&gro, CMSG_DATA(c), sizeof(gro));
			segment_len = gro > 0 ? (size_t)gro : 0;
		} else if (c->cmsg_level == SOL_SOCKET &&
			   c->cmsg_type == SO_RXQ_OVFL) {
			/* The kernel counts from the socket's beginning. */
			memcpy(&lost, CMSG_DATA(c), sizeof(lost));
			link->stats.overflow += lost - link->rx_lost;
			link->rx_lost = lost;
		}
	}
	return segment_len;
}

/* What arrived between bind() and connect() may be from anybody. */
static bool is_from_peer(const struct ipc_link *link, unsigned int i)
{
	const struct sockaddr_in6 *from = &link->rx_name[i];

	return link->rx_msg[i].msg_hdr.msg_namelen == sizeof(*from) &&
	       from->sin6_port == link->peer_port_be &&
	       IN6_IS_ADDR_LOOPBACK(&from->sin6_addr);
}

/* Makes message i the one that is handed out; false if it holds nothing. */
static bool open_message(struct ipc_link *link, unsigned int i)
{
	struct mmsghdr *msg = &link->rx_msg[i];
	size_t segment_len = read_control(link, &msg->msg_hdr);

	if (msg->msg_hdr.msg_flags & MSG_TRUNC) {
		link->stats.truncated++;
		return false;
	}
	if (!is_from_peer(link, i)) {
		link->stats.stray++;
		return false;
	}
	link->rx_pos = link->rx_data + i * RX_BUFFER_SIZE;
	link->rx_left = msg->msg_len;
	link->rx_segment_len = segment_len ? segment_len : msg->msg_len;
	return msg->msg_len > 0; /* an empty datagram says nothing */
}

static int receive_batch(struct ipc_link *link)
{
	int n;

	for (unsigned int i = 0; i < RX_BUFFERS; i++) {
		struct msghdr *hdr = &link->rx_msg[i].msg_hdr;

		hdr->msg_namelen = sizeof(link->rx_name[i]);
		hdr->msg_controllen = sizeof(link->rx_control[i]);
	}
	do {
		n = recvmmsg(link->fd, link->rx_msg, RX_BUFFERS, MSG_DONTWAIT,
			     NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		if (errno == ECONNREFUSED)
			link->stats.refused++;
		return -errno;
	}
	link->rx_next = 0;
	link->rx_count = (unsigned int)n;
	link->stats.rx_calls++;
	return n;
}

/* Opens messages until one holds something; false when the batch is used up. */
static bool next_message(struct ipc_link *link)
{
	while (link->rx_left == 0) {
		if (link->rx_next == link->rx_count)
			return false;
		if (!open_message(link, link->rx_next++))
			link->rx_left = 0;
	}
	return true;
}

bool ipc_link_has_pending(const struct ipc_link *link)
{
	return link->rx_left > 0 || link->rx_next < link->rx_count;
}

static unsigned int hand_out(struct ipc_link *link, struct ipc_datagram out[],
			     unsigned int max)
{
	unsigned int n = 0;

	while (n < max && next_message(link)) {
		size_t len = link->rx_segment_len;

		if (len > link->rx_left)
			len = link->rx_left; /* the last may be shorter */
		out[n].data = link->rx_pos;
		out[n].len = len;
		link->rx_pos += len;
		link->rx_left -= len;
		n++;
	}
	link->stats.rx += n;
	return n;
}

int ipc_link_recv(struct ipc_link *link, struct ipc_datagram out[],
		  unsigned int max)
{
	unsigned int n = hand_out(link, out, max);
	int err;

	/* A batch of strays only is no reason to say that nothing waits. */
	for (unsigned int tries = 0; n == 0 && max > 0 && tries < 4; tries++) {
		err = receive_batch(link);
		if (err <= 0)
			return err;
		n = hand_out(link, out, max);
	}
	return (int)n;
}
