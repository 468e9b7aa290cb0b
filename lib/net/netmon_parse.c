/* SPDX-License-Identifier: BSD-2-Clause */
/* netmon_parse - rtnetlink messages to structs. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <string.h>

#include "netmon_internal.h"

#ifndef IFF_LOWER_UP /* linux/if.h and net/if.h can not both be included */
#define IFF_LOWER_UP (1U << 16)
#endif

static const struct {
	const char *name;
	enum net_link_kind kind;
} link_kinds[] = {
	{ "vlan", NET_LINK_VLAN }, { "bridge", NET_LINK_BRIDGE },
	{ "bond", NET_LINK_BOND }, { "team", NET_LINK_TEAM },
	{ "veth", NET_LINK_VETH }, { "tun", NET_LINK_TUN },
};

/* libmnl's own loops do not compile under -Wconversion. */
static bool is_attr(const struct nlattr *attr, const void *end)
{
	ptrdiff_t left = (const char *)end - (const char *)attr;

	return left > 0 && left <= INT_MAX && mnl_attr_ok(attr, (int)left);
}

static const void *nest_end(const struct nlattr *nest)
{
	return (const char *)mnl_attr_get_payload(nest) +
	       mnl_attr_get_payload_len(nest);
}

static const struct nlattr *first_attr(const struct nlmsghdr *head,
				       size_t fixed_len)
{
	return mnl_nlmsg_get_payload_offset(head, fixed_len);
}

static bool has_len(const struct nlattr *attr, size_t len)
{
	return mnl_attr_get_payload_len(attr) >= len;
}

/* A message that is at least as long as its fixed part. */
static const void *fixed_part(const struct nlmsghdr *head, size_t len)
{
	if (mnl_nlmsg_get_payload_len(head) < len)
		return NULL;
	return mnl_nlmsg_get_payload(head);
}

static void parse_kind(const struct nlattr *attr, struct net_link *link)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const char *name = mnl_attr_get_payload(attr);
	size_t n = sizeof(link_kinds) / sizeof(*link_kinds);

	for (size_t i = 0; i < n; i++) {
		size_t name_len = strlen(link_kinds[i].name);

		if (strnlen(name, len) == name_len &&
		    !memcmp(name, link_kinds[i].name, name_len))
			link->kind = link_kinds[i].kind;
	}
}

static void parse_vlan(const struct nlattr *data, struct net_link *link)
{
	const struct nlattr *attr;

	for (attr = mnl_attr_get_payload(data); is_attr(attr, nest_end(data));
	     attr = mnl_attr_next(attr)) {
		if (!has_len(attr, sizeof(uint16_t)))
			continue;
		if (mnl_attr_get_type(attr) == IFLA_VLAN_ID)
			link->vlan_id = mnl_attr_get_u16(attr);
		else if (mnl_attr_get_type(attr) == IFLA_VLAN_PROTOCOL)
			link->vlan_proto = ntohs(mnl_attr_get_u16(attr));
	}
}

static void parse_info(const struct nlattr *info, struct net_link *link)
{
	const struct nlattr *attr, *data = NULL;

	for (attr = mnl_attr_get_payload(info); is_attr(attr, nest_end(info));
	     attr = mnl_attr_next(attr)) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			parse_kind(attr, link);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	if (data && link->kind == NET_LINK_VLAN)
		parse_vlan(data, link);
}

static void parse_name(const struct nlattr *attr, struct net_link *link)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len >= sizeof(link->name))
		len = sizeof(link->name) - 1;
	memcpy(link->name, mnl_attr_get_payload(attr), len);
}

static void parse_mac(const struct nlattr *attr, const struct ifinfomsg *info,
		      struct net_link *link)
{
	if (info->ifi_type != ARPHRD_ETHER ||
	    mnl_attr_get_payload_len(attr) != NET_MAC_LEN)
		return;
	memcpy(link->mac, mnl_attr_get_payload(attr), NET_MAC_LEN);
	link->has_mac = true;
}

static void parse_link_u32(const struct nlattr *attr, struct net_link *link)
{
	if (!has_len(attr, sizeof(uint32_t)))
		return;
	switch (mnl_attr_get_type(attr)) {
	case IFLA_MTU:
		link->mtu = mnl_attr_get_u32(attr);
		break;
	case IFLA_MAX_MTU:
		link->max_mtu = mnl_attr_get_u32(attr);
		break;
	case IFLA_MASTER:
		link->master_ifindex = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK:
		link->parent_ifindex = mnl_attr_get_u32(attr);
		break;
	default:
		break;
	}
}

static int parse_link_attrs(const struct nlmsghdr *head,
			    const struct ifinfomsg *info, struct net_link *link)
{
	bool parent_elsewhere = false;
	const struct nlattr *attr;

	for (attr = first_attr(head, sizeof(*info));
	     is_attr(attr, mnl_nlmsg_get_payload_tail(head));
	     attr = mnl_attr_next(attr)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_WIRELESS: /* an event, not the link's state */
			return -ENOENT;
		case IFLA_IFNAME:
			parse_name(attr, link);
			break;
		case IFLA_ADDRESS:
			parse_mac(attr, info, link);
			break;
		case IFLA_LINKINFO:
			parse_info(attr, link);
			break;
		case IFLA_LINK_NETNSID:
			parent_elsewhere = true;
			break;
		default:
			parse_link_u32(attr, link);
		}
	}
	if (parent_elsewhere || link->kind != NET_LINK_VLAN)
		link->parent_ifindex = 0;
	return 0;
}

int net_parse_link(const struct nlmsghdr *head, struct net_link *link)
{
	const struct ifinfomsg *info = fixed_part(head, sizeof(*info));

	/* A bridge tells of its ports in messages of AF_BRIDGE. */
	if (!info || info->ifi_family != AF_UNSPEC || info->ifi_index <= 0)
		return -ENOENT;
	memset(link, 0, sizeof(*link));
	link->ifindex = (uint32_t)info->ifi_index;
	link->is_up =
		(info->ifi_flags & IFF_UP) && (info->ifi_flags & IFF_LOWER_UP);
	link->is_loopback = info->ifi_flags & IFF_LOOPBACK;
	link->is_point_to_point = info->ifi_flags & IFF_POINTOPOINT;
	link->has_arp = !(info->ifi_flags & (IFF_NOARP | IFF_LOOPBACK));
	link->hw_type = info->ifi_type;
	return parse_link_attrs(head, info, link);
}

static size_t addr_size(int family)
{
	return family == AF_INET ? sizeof(struct in_addr)
				 : sizeof(struct in6_addr);
}

static enum net_addr_state state_of(uint32_t flags)
{
	if (flags & IFA_F_DADFAILED)
		return NET_ADDR_DUPLICATE;
	if ((flags & IFA_F_TENTATIVE) && !(flags & IFA_F_OPTIMISTIC))
		return NET_ADDR_TENTATIVE;
	return NET_ADDR_USABLE;
}

int net_parse_addr(const struct nlmsghdr *head, struct net_addr *addr,
		   enum net_addr_state *state)
{
	const struct ifaddrmsg *msg = fixed_part(head, sizeof(*msg));
	const struct nlattr *attr, *local = NULL, *address = NULL;
	uint32_t flags;

	if (!msg || (msg->ifa_family != AF_INET && msg->ifa_family != AF_INET6))
		return -ENOENT;
	flags = msg->ifa_flags;
	for (attr = first_attr(head, sizeof(*msg));
	     is_attr(attr, mnl_nlmsg_get_payload_tail(head));
	     attr = mnl_attr_next(attr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == IFA_FLAGS && has_len(attr, sizeof(flags)))
			flags = mnl_attr_get_u32(attr);
		else if (type == IFA_LOCAL)
			local = attr;
		else if (type == IFA_ADDRESS)
			address = attr;
	}
	/* With a peer IFA_ADDRESS is the peer's and IFA_LOCAL is ours. */
	if (!local)
		local = address;
	memset(addr, 0, sizeof(*addr));
	if (!local || !has_len(local, addr_size(msg->ifa_family)))
		return -ENOENT;
	addr->family = msg->ifa_family;
	addr->ifindex = msg->ifa_index;
	addr->prefix_len = msg->ifa_prefixlen;
	addr->scope = msg->ifa_scope;
	addr->is_secondary =
		addr->family == AF_INET && (flags & IFA_F_SECONDARY);
	addr->is_deprecated = flags & IFA_F_DEPRECATED;
	memcpy(&addr->v6, mnl_attr_get_payload(local), addr_size(addr->family));
	*state = state_of(flags);
	return 0;
}

int net_parse_local(const struct nlmsghdr *head, struct net_local *local)
{
	const struct rtmsg *msg = fixed_part(head, sizeof(*msg));
	const struct nlattr *attr;

	if (!msg || msg->rtm_family != AF_INET6 ||
	    msg->rtm_table != RT_TABLE_LOCAL || msg->rtm_dst_len > 128 ||
	    (msg->rtm_flags & RTM_F_CLONED) ||
	    (msg->rtm_type != RTN_LOCAL && msg->rtm_type != RTN_ANYCAST))
		return -ENOENT;
	memset(local, 0, sizeof(*local));
	local->prefix_len = msg->rtm_dst_len;
	local->is_anycast = msg->rtm_type == RTN_ANYCAST;
	for (attr = first_attr(head, sizeof(*msg));
	     is_attr(attr, mnl_nlmsg_get_payload_tail(head));
	     attr = mnl_attr_next(attr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == RTA_DST && has_len(attr, sizeof(local->prefix)))
			memcpy(&local->prefix, mnl_attr_get_payload(attr),
			       sizeof(local->prefix));
		else if (type == RTA_OIF && has_len(attr, sizeof(uint32_t)))
			local->ifindex = mnl_attr_get_u32(attr);
	}
	return 0;
}
