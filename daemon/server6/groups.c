/* SPDX-License-Identifier: BSD-2-Clause */
#include "groups.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp4o6/net/udp6.h"

#define SOCKETS_MAX 64

struct groups {
	int fd[SOCKETS_MAX]; /* the first one is the UDP socket */
	unsigned int count;
};

int groups_new(struct groups **groups, int udp_fd)
{
	struct groups *self = calloc(1, sizeof(*self));

	if (!self)
		return -ENOMEM;
	self->fd[0] = udp_fd;
	self->count = 1;
	*groups = self;
	return 0;
}

void groups_free(struct groups *groups)
{
	if (!groups)
		return;
	while (groups->count > 1)
		close(groups->fd[--groups->count]);
	free(groups);
}

static int add_socket(struct groups *groups)
{
	int fd, on = 1;

	if (groups->count == SOCKETS_MAX)
		return -ENOMEM;
	if (setsockopt(groups->fd[0], IPPROTO_IPV6, IPV6_MULTICAST_ALL, &on,
		       sizeof(on)))
		return -errno;
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	groups->fd[groups->count++] = fd;
	return 0;
}

static bool is_full(int err)
{
	return err == -ENOMEM || err == -ENOBUFS;
}

static int join_one(struct groups *groups, const struct in6_addr *group,
		    uint32_t ifindex)
{
	unsigned int i;
	int err;

	for (i = 0; i < groups->count; i++) {
		err = net_udp6_join(groups->fd[i], group, ifindex);
		if (!is_full(err))
			return err == -EEXIST ? 0 : err;
	}
	err = add_socket(groups);
	if (err)
		return err;
	return net_udp6_join(groups->fd[groups->count - 1], group, ifindex);
}

int groups_join(struct groups *groups, uint32_t ifindex)
{
	int err = join_one(groups, &net_all_relays_and_servers, ifindex);

	return err ? err : join_one(groups, &net_all_servers, ifindex);
}

void groups_leave(struct groups *groups, uint32_t ifindex)
{
	unsigned int i;

	for (i = 0; i < groups->count; i++) {
		net_udp6_leave(groups->fd[i], &net_all_relays_and_servers,
			       ifindex);
		net_udp6_leave(groups->fd[i], &net_all_servers, ifindex);
	}
}
