/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_conf_addr - addresses. What the kernel made of a question is looked at,
 * because of an address that is there already it changes the lifetimes and
 * silently little else.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_addr.h>
#include <string.h>

#include "net_conf_internal.h"

/* An address as the kernel has it. */
struct found {
	bool is_there;
	uint8_t prefix_len;
	uint32_t flags;
	struct in_addr broadcast;
};

static size_t addr_size(int family)
{
	return family == AF_INET ? sizeof(struct in_addr)
				 : sizeof(struct in6_addr);
}

/* What an interface can be said to have; the kernel takes more. */
static bool is_host4(struct in_addr addr)
{
	uint32_t host = ntohl(addr.s_addr);

	return host >> 24 && !IN_MULTICAST(host) && host != INADDR_BROADCAST;
}

static bool is_sane(const struct net_conf_addr *addr)
{
	if (addr->ifindex == 0 || addr->ifindex > INT_MAX)
		return false;
	if (addr->family == AF_INET)
		return addr->prefix_len <= 32 && is_host4(addr->v4);
	return addr->family == AF_INET6 && addr->prefix_len <= 128 &&
	       !IN6_IS_ADDR_UNSPECIFIED(&addr->v6) &&
	       !IN6_IS_ADDR_MULTICAST(&addr->v6);
}

static struct nlmsghdr *begin_addr(struct net_question *question, uint16_t type,
				   uint16_t flags,
				   const struct net_conf_addr *addr,
				   uint8_t prefix_len)
{
	struct nlmsghdr *head = net_conf_begin(question, type, flags);
	struct ifaddrmsg *msg = mnl_nlmsg_put_extra_header(head, sizeof(*msg));
	size_t size = addr_size(addr->family);

	msg->ifa_family = (uint8_t)addr->family;
	msg->ifa_prefixlen = prefix_len;
	msg->ifa_index = addr->ifindex;
	mnl_attr_put(head, IFA_LOCAL, size, &addr->v6);
	mnl_attr_put(head, IFA_ADDRESS, size, &addr->v6);
	return head;
}

static int take_found(void *arg, const struct nlmsghdr *head)
{
	const struct ifaddrmsg *msg = mnl_nlmsg_get_payload(head);
	const struct nlattr *attr = NULL;
	struct found *found = arg;

	if (head->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(head) < sizeof(*msg))
		return 0;
	found->is_there = true;
	found->prefix_len = msg->ifa_prefixlen;
	found->flags = msg->ifa_flags;
	while ((attr = net_conf_attr(head, sizeof(*msg), attr))) {
		uint16_t type = mnl_attr_get_type(attr);
		const void *body = mnl_attr_get_payload(attr);

		if (mnl_attr_get_payload_len(attr) < sizeof(uint32_t))
			continue;
		if (type == IFA_FLAGS)
			memcpy(&found->flags, body, sizeof(found->flags));
		else if (type == IFA_BROADCAST && msg->ifa_family == AF_INET)
			memcpy(&found->broadcast, body,
			       sizeof(found->broadcast));
	}
	return 0;
}

/* IPv4: the kernel echoes what it made of it. */
static int put(struct net_conf *conf, const struct net_conf_addr *addr,
	       struct found *found)
{
	uint32_t flags = addr->no_prefix_route ? IFA_F_NOPREFIXROUTE : 0;
	struct ifa_cacheinfo times = { .ifa_prefered = addr->preferred_s,
				       .ifa_valid = addr->valid_s };
	struct net_question question;
	struct nlmsghdr *head;

	memset(found, 0, sizeof(*found));
	head = begin_addr(&question, RTM_NEWADDR,
			  NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ECHO, addr,
			  addr->prefix_len);
	mnl_attr_put_u32(head, IFA_FLAGS, flags);
	mnl_attr_put(head, IFA_CACHEINFO, sizeof(times), &times);
	if (addr->family == AF_INET && addr->broadcast.s_addr)
		mnl_attr_put(head, IFA_BROADCAST, sizeof(addr->broadcast),
			     &addr->broadcast);
	return net_conf_ask(conf, head, take_found, found);
}

/* IPv6: the kernel echoes nothing, and can be asked about one address. */
static int look(struct net_conf *conf, const struct net_conf_addr *addr,
		struct found *found)
{
	struct net_question question;
	struct nlmsghdr *head = begin_addr(&question, RTM_GETADDR, 0, addr, 0);

	memset(found, 0, sizeof(*found));
	return net_conf_ask(conf, head, take_found, found);
}

static bool is_as_wanted(const struct net_conf_addr *addr,
			 const struct found *found)
{
	bool no_route = found->flags & IFA_F_NOPREFIXROUTE;

	if (!found->is_there)
		return true; /* nothing is known that would be better */
	return found->prefix_len == addr->prefix_len &&
	       no_route == addr->no_prefix_route &&
	       found->broadcast.s_addr == addr->broadcast.s_addr;
}

static int remove_len(struct net_conf *conf, const struct net_conf_addr *addr,
		      uint8_t prefix_len)
{
	struct net_question question;
	struct nlmsghdr *head =
		begin_addr(&question, RTM_DELADDR, 0, addr, prefix_len);
	int err = net_conf_ask(conf, head, NULL, NULL);

	/* ENODEV, ENXIO: no such interface, or none with this family. */
	if (err == -EADDRNOTAVAIL || err == -ENODEV || err == -ENXIO)
		return 0;
	return err;
}

int net_conf_put_addr(struct net_conf *conf, const struct net_conf_addr *addr)
{
	struct net_conf_addr wanted = *addr;
	struct found found;
	int err;

	if (!is_sane(addr) || addr->valid_s == 0 ||
	    addr->preferred_s > addr->valid_s)
		return -EINVAL;
	if (wanted.family == AF_INET6)
		wanted.broadcast.s_addr = 0;
	err = put(conf, &wanted, &found);
	if (!err && wanted.family == AF_INET6)
		err = look(conf, &wanted, &found);
	if (err || is_as_wanted(&wanted, &found))
		return err;
	err = remove_len(conf, &wanted, found.prefix_len);
	return err ? err : put(conf, &wanted, &found);
}

int net_conf_remove_addr(struct net_conf *conf,
			 const struct net_conf_addr *addr)
{
	if (!is_sane(addr))
		return -EINVAL;
	return remove_len(conf, addr, addr->prefix_len);
}
