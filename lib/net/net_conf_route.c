/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_conf_route - IPv4 routes. NLM_F_REPLACE is not used: it takes the place
 * of whatever has destination and metric, be it of another interface. A route
 * is removed after it was seen, because the kernel takes a metric of 0 in such
 * a question for any.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "net_conf_internal.h"

#define DUMP_TRIES 16 /* the kernel may say that a dump was disturbed */
#define ROUNDS_MAX 64 /* of removing what was listed */

/* Where routes are looked for, and what was found. */
struct listing {
	uint32_t ifindex;
	uint32_t table;
	const struct net_conf_route4 *only; /* NULL: all but those excepted */
	const struct net_conf_route4 *except;
	size_t except_count;
	size_t count;
	struct net_conf_route4 route[NET_CONF_ROUTE_MAX];
};

static bool is_sane(uint32_t ifindex, uint32_t table,
		    const struct net_conf_route4 *route)
{
	uint32_t dest = ntohl(route->dest.s_addr);

	if (ifindex == 0 || ifindex > INT_MAX || table == RT_TABLE_UNSPEC ||
	    route->prefix_len > 32)
		return false;
	return route->prefix_len == 32 || !(dest << route->prefix_len);
}

static bool is_same(const struct net_conf_route4 *a,
		    const struct net_conf_route4 *b)
{
	return a->dest.s_addr == b->dest.s_addr &&
	       a->prefix_len == b->prefix_len &&
	       a->gateway.s_addr == b->gateway.s_addr &&
	       a->source.s_addr == b->source.s_addr && a->metric == b->metric;
}

static void put_addr(struct nlmsghdr *head, uint16_t type,
		     const struct in_addr *addr)
{
	if (addr->s_addr)
		mnl_attr_put(head, type, sizeof(*addr), addr);
}

static struct rtmsg *begin_route(struct nlmsghdr *head, uint32_t ifindex,
				 uint32_t table)
{
	struct rtmsg *msg = mnl_nlmsg_put_extra_header(head, sizeof(*msg));

	msg->rtm_family = AF_INET;
	msg->rtm_protocol = RTPROT_DHCP;
	msg->rtm_type = RTN_UNICAST;
	msg->rtm_table = table > UINT8_MAX ? RT_TABLE_UNSPEC : (uint8_t)table;
	mnl_attr_put_u32(head, RTA_TABLE, table);
	mnl_attr_put_u32(head, RTA_OIF, ifindex);
	return msg;
}

static int ask_route(struct net_conf *conf, uint16_t type, uint32_t ifindex,
		     uint32_t table, const struct net_conf_route4 *route)
{
	uint16_t flags = 0;
	struct net_question question;
	struct nlmsghdr *head;
	struct rtmsg *msg;

	if (type == RTM_NEWROUTE)
		flags = NLM_F_CREATE | NLM_F_APPEND;
	head = net_conf_begin(&question, type, flags);
	msg = begin_route(head, ifindex, table);
	msg->rtm_dst_len = route->prefix_len;
	msg->rtm_scope =
		route->gateway.s_addr ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	if (type == RTM_NEWROUTE && route->is_onlink && route->gateway.s_addr)
		msg->rtm_flags = RTNH_F_ONLINK;
	put_addr(head, RTA_DST, &route->dest);
	put_addr(head, RTA_GATEWAY, &route->gateway);
	put_addr(head, RTA_PREFSRC, &route->source);
	if (route->metric)
		mnl_attr_put_u32(head, RTA_PRIORITY, route->metric);
	return net_conf_ask(conf, head, NULL, NULL);
}

int net_conf_put_route4(struct net_conf *conf, uint32_t ifindex, uint32_t table,
			const struct net_conf_route4 *route)
{
	int err;

	if (!is_sane(ifindex, table, route))
		return -EINVAL;
	err = ask_route(conf, RTM_NEWROUTE, ifindex, table, route);
	return err == -EEXIST ? 0 : err;
}

static int delete (struct net_conf *conf, uint32_t ifindex, uint32_t table,
		   const struct net_conf_route4 *route)
{
	int err = ask_route(conf, RTM_DELROUTE, ifindex, table, route);

	return err == -ESRCH || err == -ENODEV ? 0 : err;
}

/* The numbers of a route that are not in its struct. */
struct origin {
	uint32_t ifindex;
	uint32_t table;
};

static void take_attr(const struct nlattr *attr, struct net_conf_route4 *route,
		      struct origin *origin)
{
	const struct {
		uint16_t type;
		void *to;
	} places[] = {
		{ RTA_DST, &route->dest },
		{ RTA_GATEWAY, &route->gateway },
		{ RTA_PREFSRC, &route->source },
		{ RTA_PRIORITY, &route->metric },
		{ RTA_OIF, &origin->ifindex },
		{ RTA_TABLE, &origin->table },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (mnl_attr_get_type(attr) == places[i].type &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			memcpy(places[i].to, mnl_attr_get_payload(attr),
			       sizeof(uint32_t));
	}
}

static bool is_looked_for(const struct listing *listing,
			  const struct net_conf_route4 *route)
{
	if (listing->only)
		return is_same(listing->only, route);
	for (size_t i = 0; i < listing->except_count; i++) {
		if (is_same(&listing->except[i], route))
			return false;
	}
	return true;
}

static int take_route(void *arg, const struct nlmsghdr *head)
{
	const struct rtmsg *msg = mnl_nlmsg_get_payload(head);
	struct net_conf_route4 route = { .is_onlink = false };
	struct listing *listing = arg;
	const struct nlattr *attr = NULL;
	struct origin origin = { .ifindex = 0 };

	if (head->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(head) < sizeof(*msg) ||
	    msg->rtm_family != AF_INET || msg->rtm_protocol != RTPROT_DHCP ||
	    msg->rtm_type != RTN_UNICAST || msg->rtm_tos ||
	    (msg->rtm_flags & RTM_F_CLONED))
		return 0;
	origin.table = msg->rtm_table;
	route.prefix_len = msg->rtm_dst_len;
	while ((attr = net_conf_attr(head, sizeof(*msg), attr)))
		take_attr(attr, &route, &origin);
	if (origin.ifindex == listing->ifindex &&
	    origin.table == listing->table &&
	    listing->count < NET_CONF_ROUTE_MAX &&
	    is_looked_for(listing, &route))
		listing->route[listing->count++] = route;
	return 0;
}

/* Routes of the interface that are looked for, as many as there is room. */
static int list(struct net_conf *conf, struct listing *listing)
{
	struct net_question question;
	struct nlmsghdr *head;
	int err = -EINTR;

	for (int tries = 0; err == -EINTR && tries < DUMP_TRIES; tries++) {
		head = net_conf_begin(&question, RTM_GETROUTE, NLM_F_DUMP);
		begin_route(head, listing->ifindex, listing->table);
		listing->count = 0;
		err = net_conf_ask(conf, head, take_route, listing);
	}
	/* A table that nothing was ever put into is not there. */
	return err == -ENOENT || err == -ENODEV ? 0 : err;
}

int net_conf_remove_route4(struct net_conf *conf, uint32_t ifindex,
			   uint32_t table, const struct net_conf_route4 *route)
{
	struct listing listing = { .ifindex = ifindex,
				   .table = table,
				   .only = route };
	int err;

	if (!is_sane(ifindex, table, route))
		return -EINVAL;
	err = list(conf, &listing);
	if (err || listing.count == 0)
		return err;
	return delete (conf, ifindex, table, route);
}

static int remove_others(struct net_conf *conf, struct listing *listing)
{
	int err;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		err = list(conf, listing);
		if (err)
			return err;
		for (size_t i = 0; i < listing->count; i++) {
			int e = delete (conf, listing->ifindex, listing->table,
					&listing->route[i]);

			if (!err)
				err = e;
		}
		if (err || listing->count < NET_CONF_ROUTE_MAX)
			return err;
	}
	return -E2BIG;
}

int net_conf_put_routes4(struct net_conf *conf, uint32_t ifindex,
			 uint32_t table, const struct net_conf_route4 routes[],
			 size_t count)
{
	struct listing listing = { .ifindex = ifindex,
				   .table = table,
				   .except = routes,
				   .except_count = count };
	int err = 0, e;

	if (ifindex == 0 || ifindex > INT_MAX || table == RT_TABLE_UNSPEC)
		return -EINVAL;
	if (count > NET_CONF_ROUTE_MAX)
		return -E2BIG;
	for (size_t i = 0; i < count; i++) {
		e = net_conf_put_route4(conf, ifindex, table, &routes[i]);
		if (!err)
			err = e;
	}
	e = remove_others(conf, &listing);
	return err ? err : e;
}
