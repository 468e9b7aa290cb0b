/* SPDX-License-Identifier: BSD-2-Clause */
/* udp6 - see the header; receive buffers live in the batch. */
#include "dhcp4o6/net/udp6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MULTICAST_HOPS 8 /* what ISC DHCP and Kea send with */

const struct in6_addr net_all_relays_and_servers = {
	.s6_addr = { 0xff, 0x02, [13] = 1, [15] = 2 },
};
const struct in6_addr net_all_servers = {
	.s6_addr = { 0xff, 0x05, [13] = 1, [15] = 3 },
};

struct control {
	_Alignas(size_t) uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
				       CMSG_SPACE(sizeof(uint32_t))];
};

struct net_udp6_batch {
	unsigned int count;
	size_t size;
	uint8_t *data; /* count buffers of size octets */
	struct mmsghdr msg[NET_UDP6_BATCH_MAX];
	struct iovec iov[NET_UDP6_BATCH_MAX];
	struct sockaddr_in6 name[NET_UDP6_BATCH_MAX];
	struct control control[NET_UDP6_BATCH_MAX];
	uint32_t lost_last; /* SO_RXQ_OVFL's last word */
	uint64_t lost;
};

struct int_option {
	int level;
	int name;
	int value;
};

static int set_options(int fd)
{
	static const struct int_option options[] = {
		{ IPPROTO_IPV6, IPV6_V6ONLY, 1 },
		{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 },
		{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, MULTICAST_HOPS },
		{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0 },
		/* Only groups joined here, not those of other processes. */
		{ IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0 },
		{ SOL_SOCKET, SO_RXQ_OVFL, 1 },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const struct int_option *o = &options[i];

		if (setsockopt(fd, o->level, o->name, &o->value,
			       sizeof(o->value)))
			return -errno;
	}
	return 0;
}

/* The FORCE variant passes net.core.rmem_max and needs CAP_NET_ADMIN. */
static int set_buffer(int fd, uint32_t buffer_len)
{
	int len = buffer_len > INT32_MAX / 2 ? INT32_MAX / 2 : (int)buffer_len;

	if (len == 0 ||
	    !setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &len, sizeof(len)) ||
	    !setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &len, sizeof(len)))
		return 0;
	return -errno;
}

static int bind_device(int fd, const char *device)
{
	if (!device || !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
				   (socklen_t)strlen(device)))
		return 0;
	return -errno;
}

int net_udp6_open(const struct net_udp6_config *config)
{
	struct sockaddr_in6 local = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(config->port),
		.sin6_addr = config->local,
	};
	int err, fd;

	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = set_options(fd);
	if (!err)
		err = set_buffer(fd, config->buffer_len);
	if (!err)
		err = bind_device(fd, config->device);
	if (!err && bind(fd, (struct sockaddr *)&local, sizeof(local)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int change_group(int fd, int option, const struct in6_addr *group,
			uint32_t ifindex)
{
	struct ipv6_mreq request = {
		.ipv6mr_multiaddr = *group,
		.ipv6mr_interface = ifindex,
	};

	if (!setsockopt(fd, IPPROTO_IPV6, option, &request, sizeof(request)))
		return 0;
	return errno == EADDRINUSE ? -EEXIST : -errno;
}

int net_udp6_join(int fd, const struct in6_addr *group, uint32_t ifindex)
{
	return change_group(fd, IPV6_JOIN_GROUP, group, ifindex);
}

int net_udp6_leave(int fd, const struct in6_addr *group, uint32_t ifindex)
{
	return change_group(fd, IPV6_LEAVE_GROUP, group, ifindex);
}

int net_udp6_batch_new(struct net_udp6_batch **batch, unsigned int count,
		       size_t size)
{
	struct net_udp6_batch *b;

	if (count == 0 || count > NET_UDP6_BATCH_MAX || size == 0)
		return -EINVAL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->data = calloc(count, size);
	if (!b->data) {
		free(b);
		return -ENOMEM;
	}
	b->count = count;
	b->size = size;
	for (unsigned int i = 0; i < count; i++) {
		b->iov[i].iov_base = b->data + i * size;
		b->iov[i].iov_len = size;
		b->msg[i].msg_hdr = (struct msghdr){
			.msg_name = &b->name[i],
			.msg_iov = &b->iov[i],
			.msg_iovlen = 1,
			.msg_control = &b->control[i],
		};
	}
	*batch = b;
	return 0;
}

void net_udp6_batch_free(struct net_udp6_batch *batch)
{
	if (!batch)
		return;
	free(batch->data);
	free(batch);
}

static bool read_control(struct net_udp6_batch *batch, struct msghdr *hdr,
			 struct net_udp6_datagram *d)
{
	struct in6_pktinfo info;
	bool has_info = false;
	uint32_t lost;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c;
	     c = CMSG_NXTHDR(hdr, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			d->local = info.ipi6_addr;
			d->ifindex = info.ipi6_ifindex;
			has_info = true;
		} else if (c->cmsg_level == SOL_SOCKET &&
			   c->cmsg_type == SO_RXQ_OVFL) {
			/* The kernel counts from the socket's beginning. */
			memcpy(&lost, CMSG_DATA(c), sizeof(lost));
			batch->lost += lost - batch->lost_last;
			batch->lost_last = lost;
		}
	}
	return has_info;
}

static bool get_datagram(struct net_udp6_batch *batch, unsigned int i,
			 struct net_udp6_datagram *d)
{
	struct msghdr *hdr = &batch->msg[i].msg_hdr;

	if (hdr->msg_flags & (MSG_TRUNC | MSG_CTRUNC) ||
	    hdr->msg_namelen != sizeof(batch->name[i]))
		return false;
	d->data = batch->data + i * batch->size;
	d->len = batch->msg[i].msg_len;
	d->remote = batch->name[i].sin6_addr;
	d->remote_port = ntohs(batch->name[i].sin6_port);
	return read_control(batch, hdr, d);
}

uint64_t net_udp6_lost(const struct net_udp6_batch *batch)
{
	return batch->lost;
}

int net_udp6_recv(int fd, struct net_udp6_batch *batch,
		  struct net_udp6_datagram out[], unsigned int *truncated)
{
	int n, taken = 0;

	for (unsigned int i = 0; i < batch->count; i++) {
		struct msghdr *hdr = &batch->msg[i].msg_hdr;

		hdr->msg_namelen = sizeof(batch->name[i]);
		hdr->msg_controllen = sizeof(batch->control[i].space);
	}
	do {
		n = recvmmsg(fd, batch->msg, batch->count, MSG_DONTWAIT, NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (get_datagram(batch, (unsigned int)i, &out[taken]))
			taken++;
		else if (truncated)
			(*truncated)++;
	}
	return taken;
}

struct send_plan {
	struct mmsghdr msg[NET_UDP6_BATCH_MAX];
	struct iovec iov[NET_UDP6_BATCH_MAX];
	struct sockaddr_in6 name[NET_UDP6_BATCH_MAX];
	struct control control[NET_UDP6_BATCH_MAX];
};

static void put_pktinfo(struct msghdr *hdr, struct control *control,
			const struct net_udp6_datagram *d)
{
	struct in6_pktinfo info = { .ipi6_addr = d->local,
				    .ipi6_ifindex = d->ifindex };
	struct cmsghdr *c;

	memset(control, 0, sizeof(*control));
	hdr->msg_control = control->space;
	hdr->msg_controllen = CMSG_SPACE(sizeof(struct in6_pktinfo));
	c = CMSG_FIRSTHDR(hdr);
	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}

static bool needs_scope(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_MC_LINKLOCAL(addr);
}

static void plan_datagram(struct send_plan *plan, unsigned int i,
			  const struct net_udp6_datagram *d)
{
	struct msghdr *hdr = &plan->msg[i].msg_hdr;

	plan->iov[i] = (struct iovec){ .iov_base = d->data, .iov_len = d->len };
	plan->name[i] = (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = htons(d->remote_port),
		.sin6_addr = d->remote,
		.sin6_scope_id = needs_scope(&d->remote) ? d->ifindex : 0,
	};
	*hdr = (struct msghdr){
		.msg_name = &plan->name[i],
		.msg_namelen = sizeof(plan->name[i]),
		.msg_iov = &plan->iov[i],
		.msg_iovlen = 1,
	};
	if (d->ifindex || !IN6_IS_ADDR_UNSPECIFIED(&d->local))
		put_pktinfo(hdr, &plan->control[i], d);
}

/* Up to one plan's worth; returns how many the kernel took. */
static unsigned int send_chunk(int fd, const struct net_udp6_datagram d[],
			       unsigned int count, int *err)
{
	unsigned int done = 0, taken = 0;
	struct send_plan plan;

	for (unsigned int i = 0; i < count; i++)
		plan_datagram(&plan, i, &d[i]);
	while (done < count) {
		int n = sendmmsg(fd, &plan.msg[done], count - done,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			done += (unsigned int)n;
			taken += (unsigned int)n;
		} else if (n == 0 || errno != EINTR) {
			if (!*err)
				*err = n ? -errno : -EIO;
			done++;
		}
	}
	return taken;
}

unsigned int net_udp6_send(int fd, const struct net_udp6_datagram datagrams[],
			   unsigned int count, int *err)
{
	unsigned int taken = 0;
	int first_err = 0;

	for (unsigned int i = 0; i < count; i += NET_UDP6_BATCH_MAX) {
		unsigned int n = count - i;

		if (n > NET_UDP6_BATCH_MAX)
			n = NET_UDP6_BATCH_MAX;
		taken += send_chunk(fd, &datagrams[i], n, &first_err);
	}
	if (err)
		*err = first_err;
	return taken;
}
