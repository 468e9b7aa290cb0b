/* SPDX-License-Identifier: BSD-2-Clause */
/* netmon_internal - the monitor's insides, shared by its files. */
#ifndef DHCP4O6_LIB_NET_NETMON_INTERNAL_H
#define DHCP4O6_LIB_NET_NETMON_INTERNAL_H

#include <linux/netlink.h>

#include "dhcp4o6/net/netmon.h"
#include "netmon_table.h"

struct mnl_socket;

struct link_row {
	struct net_row row;
	struct net_link link;
};

struct addr_row {
	struct net_row row;
	struct net_addr addr;
};

struct pending_row {
	struct net_row row;
	struct net_addr addr;
	enum net_addr_state state; /* NET_ADDR_TENTATIVE or _DUPLICATE */
};
_Static_assert(offsetof(struct pending_row, addr) ==
		       offsetof(struct addr_row, addr),
	       "one function compares both");

struct local_row {
	struct net_row row;
	struct net_local local;
};

/* Links in the orders of their names and tags; built when first asked for. */
struct link_order {
	bool is_fresh;
	size_t count;
	size_t capacity;
	const struct net_link **by_name;
	const struct net_link **by_tag;
};

struct net_mon {
	struct mnl_socket *events;
	struct net_mon_handlers handlers;
	struct net_table links;
	struct net_table addrs;
	struct net_table pending; /* addresses that are not usable */
	struct net_table locals;
	uint32_t locals_by_len[129]; /* how many prefixes of each length */
	struct link_order *order;
	uint32_t round;
	uint32_t seq;
	uint64_t resyncs;
	bool locals_stale; /* a link went down: routes may be gone silently */
	int err;           /* of a message callback */
};

/* 0, or -ENOENT when the message is about nothing that is kept here. */
int net_parse_link(const struct nlmsghdr *head, struct net_link *link);
int net_parse_addr(const struct nlmsghdr *head, struct net_addr *addr,
		   enum net_addr_state *state);
int net_parse_local(const struct nlmsghdr *head, struct net_local *local);

/* For mnl_cb_run(): applies a message; errors are kept in mon->err. */
int net_mon_take(const struct nlmsghdr *head, void *arg);
/* Removes what the dump of this type, which has just ended, did not have. */
void net_mon_sweep(struct net_mon *mon, uint16_t dump_type);

int net_compare_links(const void *a, const void *b);
int net_compare_addrs(const void *a, const void *b);
int net_compare_locals(const void *a, const void *b);

#endif /* DHCP4O6_LIB_NET_NETMON_INTERNAL_H */
