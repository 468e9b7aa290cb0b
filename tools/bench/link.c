/* SPDX-License-Identifier: BSD-2-Clause */
/* link - sockets bound to one interface, sendmmsg and recvmmsg. */
#include "link.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

#define SOCKET_BUFFER (16 * 1024 * 1024) /* octets */
#define RX_SIZE       4096               /* octets of a datagram */

struct link {
	int rx_fd;
	int tx_fd; /* rx_fd, unless any port will do */
	struct sockaddr_in6 to;
	size_t tx_first; /* of those queued, not sent yet */
	size_t tx_count; /* places used, sent ones before tx_first too */
	size_t tx_len[LINK_TX_BATCH];
	uint32_t tx_tag[LINK_TX_BATCH];
	uint8_t tx[LINK_TX_BATCH][CLIENT_MSG_MAX];
	size_t rx_len[LINK_RX_BATCH];
	uint8_t rx[LINK_RX_BATCH][RX_SIZE];
};

static int set_buffer(int fd, int force, int plain)
{
	const int size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)) == 0)
		return 0;
	return setsockopt(fd, SOL_SOCKET, plain, &size, sizeof(size)) ? -errno
								      : 0;
}

static int open_socket(const char *interface, uint16_t port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	const int on = 1;
	int err;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
		       (socklen_t)strlen(interface)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		err = -errno;
		goto out_fd;
	}
	err = set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	if (!err)
		err = set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
	if (!err)
		return fd;

out_fd:
	close(fd);
	return err;
}

int link_open(struct link **link, const struct link_config *config)
{
	unsigned int ifindex = if_nametoindex(config->interface);
	struct link *l;
	int err;

	if (!ifindex)
		return -ENODEV;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->to = (struct sockaddr_in6){ .sin6_family = AF_INET6,
				       .sin6_port = htons(DHCP6_PORT_SERVER),
				       .sin6_addr = config->server };
	if (IN6_IS_ADDR_LINKLOCAL(&config->server) ||
	    IN6_IS_ADDR_MULTICAST(&config->server))
		l->to.sin6_scope_id = ifindex;
	l->rx_fd = open_socket(config->interface, config->relayed
							  ? DHCP6_PORT_SERVER
							  : DHCP6_PORT_CLIENT);
	if (l->rx_fd < 0) {
		err = l->rx_fd;
		goto out_link;
	}
	l->tx_fd =
		config->any_port ? open_socket(config->interface, 0) : l->rx_fd;
	if (l->tx_fd < 0) {
		err = l->tx_fd;
		goto out_rx;
	}
	*link = l;
	return 0;

out_rx:
	close(l->rx_fd);
out_link:
	free(l);
	return err;
}

void link_close(struct link *link)
{
	if (!link)
		return;
	if (link->tx_fd != link->rx_fd)
		close(link->tx_fd);
	close(link->rx_fd);
	free(link);
}

size_t link_room(const struct link *link)
{
	return LINK_TX_BATCH - link->tx_count;
}

uint8_t *link_place(struct link *link)
{
	return link->tx[link->tx_count];
}

void link_queue(struct link *link, size_t len, uint32_t tag)
{
	link->tx_len[link->tx_count] = len;
	link->tx_tag[link->tx_count] = tag;
	link->tx_count++;
}

int link_flush(struct link *link, uint32_t *tags)
{
	size_t count = link->tx_count - link->tx_first;
	struct mmsghdr msgs[LINK_TX_BATCH];
	struct iovec iov[LINK_TX_BATCH];
	size_t i;
	int n;

	if (count == 0)
		return 0;
	memset(msgs, 0, count * sizeof(msgs[0]));
	for (i = 0; i < count; i++) {
		iov[i].iov_base = link->tx[link->tx_first + i];
		iov[i].iov_len = link->tx_len[link->tx_first + i];
		msgs[i].msg_hdr.msg_name = &link->to;
		msgs[i].msg_hdr.msg_namelen = sizeof(link->to);
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	n = sendmmsg(link->tx_fd, msgs, (unsigned int)count, 0);
	if (n < 0)
		return errno == EAGAIN || errno == ENOBUFS || errno == EINTR
			       ? 0
			       : -errno;
	memcpy(tags, link->tx_tag + link->tx_first,
	       (size_t)n * sizeof(tags[0]));
	link->tx_first += (size_t)n;
	if (link->tx_first == link->tx_count) {
		link->tx_first = 0;
		link->tx_count = 0;
	}
	return n;
}

int link_receive(struct link *link)
{
	struct mmsghdr msgs[LINK_RX_BATCH];
	struct iovec iov[LINK_RX_BATCH];
	size_t i;
	int n;

	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < LINK_RX_BATCH; i++) {
		iov[i].iov_base = link->rx[i];
		iov[i].iov_len = RX_SIZE;
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(link->rx_fd, msgs, LINK_RX_BATCH, MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (i = 0; i < (size_t)n; i++)
		link->rx_len[i] = msgs[i].msg_len;
	return n;
}

struct wire_reader link_datagram(const struct link *link, size_t i)
{
	return wire_reader(link->rx[i], link->rx_len[i]);
}

int link_wait(struct link *link, int64_t timeout_ns)
{
	struct pollfd pfds[2] = { { .fd = link->rx_fd, .events = POLLIN },
				  { .fd = link->tx_fd, .events = POLLOUT } };
	struct timespec timeout = { .tv_sec = timeout_ns / NS_PER_S,
				    .tv_nsec = timeout_ns % NS_PER_S };
	int n = ppoll(pfds, link->tx_count ? 2 : 1, &timeout, NULL);

	return n < 0 && errno != EINTR ? -errno : 0;
}
