/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer_lookup - both sources look for the socket that would receive what we
 * send, which may be bound to [::] or not be connected to us.
 */
#include "peer_lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define LOOPBACK_IFINDEX 1 /* in every network namespace */

struct diag_request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 req;
};

static const struct in6_addr loopback = IN6ADDR_LOOPBACK_INIT;

static void fill_request(struct diag_request *request, uint16_t src_port,
			 uint16_t dst_port)
{
	struct inet_diag_sockid *id = &request->req.id;

	memset(request, 0, sizeof(*request));
	request->head.nlmsg_len = sizeof(*request);
	request->head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request->head.nlmsg_flags = NLM_F_REQUEST;
	request->req.sdiag_family = AF_INET6;
	request->req.sdiag_protocol = IPPROTO_UDP;
	request->req.idiag_states = UINT32_MAX;
	id->idiag_sport = htons(src_port);
	id->idiag_dport = htons(dst_port);
	memcpy(id->idiag_src, &loopback, sizeof(loopback));
	memcpy(id->idiag_dst, &loopback, sizeof(loopback));
	id->idiag_if = LOOPBACK_IFINDEX; /* sockets bound to lo count too */
	id->idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

static int read_error(const struct nlmsghdr *head)
{
	struct nlmsgerr error;

	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
		return -EBADMSG;
	memcpy(&error, NLMSG_DATA(head), sizeof(error));
	return error.error < 0 ? error.error : -EBADMSG;
}

static int read_reply(const struct nlmsghdr *head, size_t len,
		      uint16_t other_port, struct peer_owner *owner)
{
	struct inet_diag_msg msg;

	if (len < sizeof(*head) || head->nlmsg_len > len)
		return -EBADMSG;
	if (head->nlmsg_type == NLMSG_ERROR)
		return read_error(head);
	if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(msg)))
		return -EBADMSG;
	memcpy(&msg, NLMSG_DATA(head), sizeof(msg));
	if (ntohs(msg.id.idiag_sport) != other_port)
		return -ENOENT;
	owner->uid = msg.idiag_uid;
	owner->inode = msg.idiag_inode;
	owner->cookie =
		(uint64_t)msg.id.idiag_cookie[1] << 32 | msg.id.idiag_cookie[0];
	return 0;
}

/* The kernel answers while it takes the request: nothing to wait for. */
static int ask(int fd, const struct diag_request *request, uint16_t other_port,
	       struct peer_owner *owner)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	union {
		struct nlmsghdr head;
		uint8_t space[4096];
	} reply;
	ssize_t len;

	/* What an earlier, interrupted exchange left behind. */
	while (recv(fd, &reply, sizeof(reply), MSG_DONTWAIT) > 0)
		continue;
	if (sendto(fd, request, sizeof(*request), MSG_DONTWAIT,
		   (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	len = recv(fd, &reply, sizeof(reply), MSG_DONTWAIT);
	if (len < 0)
		return -errno;
	return read_reply(&reply.head, (size_t)len, other_port, owner);
}

/*
 * A lookup of one UDP socket takes source and destination as a packet to that
 * socket has them (Linux: udp_dump_one()), against what inet_diag(7) says; the
 * other order is tried too, so that either reading finds the socket.
 */
int peer_lookup_diag(int fd, struct peer_ports ports, struct peer_owner *owner)
{
	struct diag_request request;
	int err;

	fill_request(&request, ports.own, ports.other);
	err = ask(fd, &request, ports.other, owner);
	if (err != -ENOENT)
		return err;
	fill_request(&request, ports.other, ports.own);
	return ask(fd, &request, ports.other, owner);
}

struct proc_row {
	struct in6_addr local;
	struct in6_addr remote;
	unsigned int local_port;
	unsigned int remote_port;
	unsigned int uid;
	uint64_t inode;
};

/* The kernel prints an address as four integers of its own byte order. */
static void join_words(const uint32_t word[4], struct in6_addr *addr)
{
	memcpy(addr, word, sizeof(*addr));
}

static bool parse_row(const char *line, struct proc_row *row)
{
	uint32_t l[4], r[4];
	int n;

	n = sscanf(line,
		   " %*d: %8" SCNx32 "%8" SCNx32 "%8" SCNx32 "%8" SCNx32
		   ":%4x %8" SCNx32 "%8" SCNx32 "%8" SCNx32 "%8" SCNx32
		   ":%4x %*x %*x:%*x %*x:%*x %*x %u %*d %" SCNu64,
		   &l[0], &l[1], &l[2], &l[3], &row->local_port, &r[0], &r[1],
		   &r[2], &r[3], &row->remote_port, &row->uid, &row->inode);
	if (n != 12)
		return false;
	join_words(l, &row->local);
	join_words(r, &row->remote);
	return true;
}

/* How well the socket fits a datagram of ours; 0: it would not get it. */
static unsigned int score_row(const struct proc_row *row,
			      struct peer_ports ports)
{
	unsigned int score = 1;

	if (row->local_port != ports.other)
		return 0;
	if (IN6_IS_ADDR_LOOPBACK(&row->local))
		score += 1;
	else if (!IN6_IS_ADDR_UNSPECIFIED(&row->local))
		return 0;
	if (row->remote_port == 0 && IN6_IS_ADDR_UNSPECIFIED(&row->remote))
		return score;
	if (row->remote_port != ports.own ||
	    !IN6_IS_ADDR_LOOPBACK(&row->remote))
		return 0;
	return score + 2;
}

int peer_lookup_proc(FILE *proc, struct peer_ports ports,
		     bool (*suspect)(const void *arg, uid_t uid),
		     const void *arg, struct peer_owner *owner)
{
	unsigned int best = 0;
	struct proc_row row;
	char line[512];

	rewind(proc);
	while (fgets(line, sizeof(line), proc)) {
		unsigned int score;

		if (!parse_row(line, &row))
			continue; /* the heading */
		score = score_row(&row, ports);
		if (score < best || score == 0)
			continue;
		if (score == best && !suspect(arg, row.uid))
			continue;
		best = score;
		owner->uid = row.uid;
		owner->inode = row.inode;
		owner->cookie = 0;
	}
	if (ferror(proc))
		return -EIO;
	return best ? 0 : -ENOENT;
}
