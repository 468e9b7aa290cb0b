/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_conf - one socket, one question at a time. Answers to a question that was
 * given up are known by their sequence number and dropped.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "net_conf_internal.h"

#include <net/if.h>

/* An unfiltered dump of a full routing table is some 10,000 reads. */
#define READS_MAX 100000

static int set_options(struct mnl_socket *socket)
{
	static const int wanted[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK,
				      NETLINK_GET_STRICT_CHK };
	struct timeval wait = { .tv_sec = NET_CONF_WAIT_MS / 1000,
				.tv_usec = NET_CONF_WAIT_MS % 1000 * 1000 };
	int fd = mnl_socket_get_fd(socket), on = 1;

	/* An older kernel says less in its answers, and sorts out less. */
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		(void)setsockopt(fd, SOL_NETLINK, wanted[i], &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)))
		return -errno;
	return 0;
}

int net_conf_open(struct net_conf **conf)
{
	struct net_conf *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!c->socket || mnl_socket_bind(c->socket, 0, MNL_SOCKET_AUTOPID)) {
		err = -errno;
		goto out_conf;
	}
	err = set_options(c->socket);
	if (err)
		goto out_conf;
	*conf = c;
	return 0;

out_conf:
	net_conf_close(c);
	return err;
}

void net_conf_close(struct net_conf *conf)
{
	if (!conf)
		return;
	if (conf->socket)
		mnl_socket_close(conf->socket);
	free(conf);
}

const char *net_conf_text(const struct net_conf *conf)
{
	return conf->text;
}

struct nlmsghdr *net_conf_begin(struct net_question *question, uint16_t type,
				uint16_t flags)
{
	struct nlmsghdr *head;

	memset(question, 0, sizeof(*question));
	head = mnl_nlmsg_put_header(question->octets);
	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_REQUEST | flags;
	return head;
}

const struct nlattr *net_conf_attr(const struct nlmsghdr *head,
				   size_t fixed_len,
				   const struct nlattr *previous)
{
	const struct nlattr *attr;
	ptrdiff_t left;

	attr = previous ? mnl_attr_next(previous)
			: mnl_nlmsg_get_payload_offset(head, fixed_len);
	left = (const char *)mnl_nlmsg_get_payload_tail(head) -
	       (const char *)attr;
	if (left <= 0 || left > INT_MAX || !mnl_attr_ok(attr, (int)left))
		return NULL;
	return attr;
}

/* Both ends of an answer begin with an error number; of 0 there is no text. */
static int end_error(const struct nlmsghdr *head, size_t fixed_len)
{
	if (mnl_nlmsg_get_payload_len(head) < fixed_len)
		return -EBADMSG;
	return *(const int *)mnl_nlmsg_get_payload(head);
}

static void keep_text(struct net_conf *conf, const struct nlmsghdr *head,
		      size_t fixed_len)
{
	const struct nlattr *attr = NULL;

	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    (head->nlmsg_type == NLMSG_ERROR &&
	     !(head->nlmsg_flags & NLM_F_CAPPED)))
		return;
	while ((attr = net_conf_attr(head, fixed_len, attr))) {
		size_t len = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != NLMSGERR_ATTR_MSG)
			continue;
		len = strnlen(mnl_attr_get_payload(attr), len);
		if (len >= sizeof(conf->text))
			len = sizeof(conf->text) - 1;
		memcpy(conf->text, mnl_attr_get_payload(attr), len);
		conf->text[len] = '\0';
	}
}

/* An answer being read. */
struct answer {
	net_conf_reply *reply;
	void *arg;
	bool is_over;
	int err;
};

static void take_message(struct net_conf *conf, const struct nlmsghdr *head,
			 struct answer *answer)
{
	int err = 0;

	switch (head->nlmsg_type) {
	case NLMSG_ERROR:
		answer->is_over = true;
		err = end_error(head, sizeof(struct nlmsgerr));
		keep_text(conf, head, sizeof(struct nlmsgerr));
		break;
	case NLMSG_DONE: /* of a dump */
		answer->is_over = true;
		err = end_error(head, sizeof(int));
		keep_text(conf, head, sizeof(int));
		break;
	default:
		if (answer->reply)
			err = answer->reply(answer->arg, head);
	}
	if (head->nlmsg_flags & NLM_F_DUMP_INTR)
		err = -EINTR;
	if (!answer->err)
		answer->err = err;
}

static void take_datagram(struct net_conf *conf, const void *octets, int len,
			  struct answer *answer)
{
	const struct nlmsghdr *head = octets;

	for (; mnl_nlmsg_ok(head, len) && !answer->is_over;
	     head = mnl_nlmsg_next(head, &len)) {
		if (head->nlmsg_seq == conf->seq)
			take_message(conf, head, answer);
	}
}

int net_conf_ask(struct net_conf *conf, struct nlmsghdr *head,
		 net_conf_reply *reply, void *arg)
{
	char buffer[32768] __attribute__((aligned(8)));
	struct answer answer = { .reply = reply, .arg = arg };
	int reads;

	/* One of the bits has another meaning in what is no dump. */
	if ((head->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		head->nlmsg_flags |= NLM_F_ACK;
	head->nlmsg_seq = ++conf->seq;
	conf->text[0] = '\0';
	if (mnl_socket_sendto(conf->socket, head, head->nlmsg_len) < 0)
		return -errno;
	for (reads = 0; reads < READS_MAX && !answer.is_over; reads++) {
		ssize_t len = mnl_socket_recvfrom(conf->socket, buffer,
						  sizeof(buffer));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		take_datagram(conf, buffer, (int)len, &answer);
	}
	return answer.is_over ? answer.err : -ETIMEDOUT;
}

static struct nlmsghdr *begin_link(struct net_question *question,
				   uint32_t ifindex)
{
	struct nlmsghdr *head = net_conf_begin(question, RTM_NEWLINK, 0);
	struct ifinfomsg *info =
		mnl_nlmsg_put_extra_header(head, sizeof(*info));

	info->ifi_index = (int)ifindex;
	return head;
}

int net_conf_set_up(struct net_conf *conf, uint32_t ifindex)
{
	struct net_question question;
	struct ifinfomsg *info;
	struct nlmsghdr *head;

	if (ifindex == 0 || ifindex > INT_MAX)
		return -EINVAL;
	head = begin_link(&question, ifindex);
	info = mnl_nlmsg_get_payload(head);
	info->ifi_flags = info->ifi_change = IFF_UP;
	return net_conf_ask(conf, head, NULL, NULL);
}

int net_conf_set_mtu(struct net_conf *conf, uint32_t ifindex, uint32_t mtu)
{
	struct net_question question;
	struct nlmsghdr *head;

	if (ifindex == 0 || ifindex > INT_MAX || mtu == 0)
		return -EINVAL;
	head = begin_link(&question, ifindex);
	mnl_attr_put_u32(head, IFLA_MTU, mtu);
	return net_conf_ask(conf, head, NULL, NULL);
}
