/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source6 - addresses of an interface, and which of them a query leaves from
 * (RFC 7341 section 9): the link-local one for destinations on the link, one
 * of wider scope for all others. Pure.
 */
#ifndef DHCP4O6_CLIENT6_SOURCE6_H
#define DHCP4O6_CLIENT6_SOURCE6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "dhcp4o6/net/netmon.h"

#define SOURCE6_MAX 64 /* usable addresses of an interface that are known */

struct source6_addr {
	struct in6_addr addr;
	bool is_deprecated;
};

struct source6 {
	size_t count;
	struct source6_addr addr[SOURCE6_MAX];
};

/* What became of an address; more than SOURCE6_MAX are not remembered. */
void source6_update(struct source6 *list, const struct net_addr *addr,
		    enum net_addr_state state);

/* False: the interface has no usable one. */
bool source6_link_local(const struct source6 *list, struct in6_addr *addr);
bool source6_has(const struct source6 *list, const struct in6_addr *addr);

/* Can a server have it, or a group of servers? */
bool source6_is_server(const struct in6_addr *addr);
/* Does it mean something on one link alone? */
bool source6_is_on_link(const struct in6_addr *addr);

/*
 * The source for a destination. One that is not deprecated goes before one that
 * is, a unique local one (RFC 4193) to its like before others, and then the one
 * that has the longest prefix in common with it. False: there is none.
 */
bool source6_choose(const struct source6 *list, const struct in6_addr *to,
		    struct in6_addr *from);

#endif /* DHCP4O6_CLIENT6_SOURCE6_H */
