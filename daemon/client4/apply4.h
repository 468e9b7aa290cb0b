/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply4 - what a lease means to the interface that has its address: prefix
 * length, broadcast address, MTU and routes, by the options of DHCPv4. Nothing
 * is done here.
 *
 *   1    subnet mask; without a usable one that of the address' class, as in
 *        RFC 2131's days, and 32 bits where the link is point to point
 *   28   broadcast address, if it is one of the subnet; else the last address
 *        of the subnet. Not in subnets of one or two addresses, and not where
 *        the link is point to point
 *   26   MTU, from 68 on; only ever lower than what the link has by itself.
 *        IPv6 on the interface needs 1,280, and keeps it
 *   121  classless static routes; if usable, 33 and 3 are not looked at (RFC
 *        3442)
 *   33   static routes: to a network of the destination's class, or to a host
 *        when the destination is none; never a default route (RFC 2132, 5.8)
 *   3    routers, the best one first: default routes
 *
 * Each route has the address of the lease as its source. Routes to the same
 * destination get ascending metrics. A router that is the address itself, or
 * in 121 0.0.0.0, says that the destination is on the link; so is everything
 * where the link is point to point. A router outside of the subnet is reached
 * on the link all the same.
 */
#ifndef DHCP4O6_CLIENT4_APPLY4_H
#define DHCP4O6_CLIENT4_APPLY4_H

#include "dhcp4o6/lease/client_lease.h"
#include "dhcp4o6/net/net_conf.h"

#define APPLY4_ROUTES_MAX  NET_CONF_ROUTE_MAX
#define APPLY4_IGNORED_MAX 6

struct apply4_link {
	bool is_point_to_point;
	bool keeps_ipv6; /* IPv6 is to go on working on the interface */
	uint32_t mtu;    /* of the link when no lease has changed it */
	uint32_t metric; /* of the first route to a destination */
};

struct apply4 {
	struct in_addr addr;
	uint8_t prefix_len;
	struct in_addr broadcast; /* 0.0.0.0: none */
	uint32_t mtu; /* that of struct apply4_link, or a lower one */
	size_t route_count;
	struct net_conf_route4 route[APPLY4_ROUTES_MAX];
	/* For people: options that are of no use as they are, and routes that
	 * no host can have, or that are too many. */
	size_t ignored_count;
	uint8_t ignored[APPLY4_IGNORED_MAX];
	size_t routes_left_out;
};

/*
 * addr is not 0.0.0.0; options are those of the server, changed by the
 * configuration (client_merge.h).
 */
void apply4_make(struct apply4 *apply, struct in_addr addr,
		 const struct client_options *options,
		 const struct apply4_link *link);

#endif /* DHCP4O6_CLIENT4_APPLY4_H */
