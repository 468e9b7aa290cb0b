/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netmon - two sockets: one hears of changes all the time, another is opened
 * for each reading of everything. Changes heard from before such a reading are
 * applied again after it, in their order, which ends in the same state.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netmon_internal.h"

#define DUMP_TRIES    16 /* the kernel may say that a dump was disturbed */
#define EVENTS_BUFFER (1 << 20)
#define READS_MAX     64 /* messages per call of net_mon_handle() */

/*
 * Lets everything through but routes outside of the table `local': a router
 * with a full BGP table must not wake us with each of its changes. Offsets are
 * in struct nlmsghdr and struct rtmsg; loads are big-endian.
 */
static int filter_routes(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
			 offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_LOCAL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)))
		return -errno;
	return 0;
}

static int open_events(struct net_mon *mon)
{
	unsigned int groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
			      RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;
	int len = EVENTS_BUFFER;
	int fd;

	mon->events =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (!mon->events)
		return -errno;
	fd = mnl_socket_get_fd(mon->events);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &len, sizeof(len));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &len, sizeof(len));
	if (mnl_socket_bind(mon->events, groups, MNL_SOCKET_AUTOPID))
		return -errno;
	return filter_routes(fd);
}

int net_mon_open(struct net_mon **mon, const struct net_mon_handlers *handlers)
{
	struct net_mon *m = calloc(1, sizeof(*m));
	int err = -ENOMEM;

	if (!m)
		return -ENOMEM;
	m->order = calloc(1, sizeof(*m->order));
	if (!m->order)
		goto out_mon;
	if (handlers)
		m->handlers = *handlers;
	m->links = (struct net_table){ .row_size = sizeof(struct link_row),
				       .compare = net_compare_links };
	m->addrs = (struct net_table){ .row_size = sizeof(struct addr_row),
				       .compare = net_compare_addrs };
	m->pending = (struct net_table){ .row_size = sizeof(struct pending_row),
					 .compare = net_compare_addrs };
	m->locals = (struct net_table){ .row_size = sizeof(struct local_row),
					.compare = net_compare_locals };
	err = open_events(m);
	if (err)
		goto out_mon;
	*mon = m;
	return 0;

out_mon:
	net_mon_close(m);
	return err;
}

void net_mon_close(struct net_mon *mon)
{
	if (!mon)
		return;
	if (mon->events)
		mnl_socket_close(mon->events);
	if (mon->order) {
		free(mon->order->by_name);
		free(mon->order->by_tag);
	}
	free(mon->order);
	net_table_fini(&mon->links);
	net_table_fini(&mon->addrs);
	net_table_fini(&mon->pending);
	net_table_fini(&mon->locals);
	free(mon);
}

int net_mon_fd(const struct net_mon *mon)
{
	return mnl_socket_get_fd(mon->events);
}

uint64_t net_mon_resyncs(const struct net_mon *mon)
{
	return mon->resyncs;
}

/* What to ask for, and the fixed part of the question. */
struct dump {
	uint16_t type;
	size_t body_len;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
		struct rtmsg route;
	} body;
};

static const struct dump dumps[] = {
	{ RTM_GETLINK, sizeof(struct ifinfomsg), { .link = { 0 } } },
	{ RTM_GETADDR, sizeof(struct ifaddrmsg), { .addr = { 0 } } },
	{ RTM_GETROUTE,
	  sizeof(struct rtmsg),
	  { .route = { .rtm_family = AF_INET6,
		       .rtm_table = RT_TABLE_LOCAL } } },
};
#define DUMP_ROUTES 2
#define DUMP_COUNT  (sizeof(dumps) / sizeof(*dumps))

static int receive_dump(struct net_mon *mon, struct mnl_socket *nl)
{
	char buffer[32768] __attribute__((aligned(8)));
	unsigned int portid = mnl_socket_get_portid(nl);
	ssize_t len;
	int run;

	do {
		len = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		if (len < 0)
			return -errno;
		run = mnl_cb_run(buffer, (size_t)len, mon->seq, portid,
				 net_mon_take, mon);
	} while (run == MNL_CB_OK);
	return run == MNL_CB_STOP ? mon->err : -errno;
}

static int run_dump(struct net_mon *mon, struct mnl_socket *nl,
		    const struct dump *dump)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *head = mnl_nlmsg_put_header(buffer);

	head->nlmsg_type = dump->type;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	head->nlmsg_seq = ++mon->seq;
	memcpy(mnl_nlmsg_put_extra_header(head, dump->body_len), &dump->body,
	       dump->body_len);
	mon->err = 0;
	if (mnl_socket_sendto(nl, head, head->nlmsg_len) < 0)
		return -errno;
	return receive_dump(mon, nl);
}

/* A socket of its own, so that no change comes between question and answer. */
static int dump_once(struct net_mon *mon, const struct dump *dump)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err, on = 1;

	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID)) {
		err = -errno;
		goto out_socket;
	}
	/* Without it (before Linux 4.20) all tables come, and are sorted out.
	 */
	(void)setsockopt(mnl_socket_get_fd(nl), SOL_NETLINK,
			 NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	err = run_dump(mon, nl, dump);

out_socket:
	mnl_socket_close(nl);
	return err;
}

static int read_table(struct net_mon *mon, unsigned int which)
{
	int err = -EINTR;

	for (int tries = 0; err == -EINTR && tries < DUMP_TRIES; tries++) {
		mon->round++;
		err = dump_once(mon, &dumps[which]);
	}
	if (err)
		return err;
	net_mon_sweep(mon, dumps[which].type);
	return 0;
}

int net_mon_sync(struct net_mon *mon)
{
	for (unsigned int i = 0; i < DUMP_COUNT; i++) {
		int err = read_table(mon, i);

		if (err)
			return err;
	}
	mon->locals_stale = false;
	return 0;
}

/* The kernel threw changes away; those that still wait are old as well. */
static int resync(struct net_mon *mon)
{
	char buffer[8192];
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(mon->events, buffer, sizeof(buffer));
	} while (len > 0 || (len < 0 && (errno == ENOBUFS || errno == EINTR)));
	mon->resyncs++;
	return net_mon_sync(mon);
}

int net_mon_handle(struct net_mon *mon)
{
	char buffer[32768] __attribute__((aligned(8)));
	int err = 0;

	mon->err = 0;
	for (int reads = 0; reads < READS_MAX; reads++) {
		ssize_t len = mnl_socket_recvfrom(mon->events, buffer,
						  sizeof(buffer));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && (errno == ENOBUFS || errno == ENOSPC))
			return resync(mon);
		if (len < 0) {
			err = errno == EAGAIN ? 0 : -errno;
			break;
		}
		mnl_cb_run(buffer, (size_t)len, 0, 0, net_mon_take, mon);
	}
	if (!err)
		err = mon->err;
	if (!err && mon->locals_stale) {
		err = read_table(mon, DUMP_ROUTES);
		mon->locals_stale = err != 0;
	}
	return err;
}
