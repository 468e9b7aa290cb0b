/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_conf - changes of this network namespace: addresses, IPv4 routes, links.
 *
 * Each call is a question to the kernel and its answer; none waits longer than
 * NET_CONF_WAIT_MS for an answer (the time the kernel takes to come to it is
 * the kernel's), and -ETIMEDOUT leaves open what became of it. Asking again is
 * always right: what is there already, and what is gone already, is 0. Needs
 * CAP_NET_ADMIN; without it -EPERM. -EINVAL also where the arguments make no
 * sense, then nothing was asked.
 */
#ifndef DHCP4O6_NET_NET_CONF_H
#define DHCP4O6_NET_NET_CONF_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_CONF_WAIT_MS   2000
#define NET_CONF_FOREVER   UINT32_MAX /* a lifetime without an end */
#define NET_CONF_MAIN      254        /* the table that `ip route' shows */
#define NET_CONF_ROUTE_MAX 256        /* of one net_conf_put_routes4() */

struct net_conf_addr {
	uint32_t ifindex;
	int family; /* AF_INET or AF_INET6 */
	uint8_t prefix_len;
	bool no_prefix_route; /* the kernel makes no route to the subnet */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
	struct in_addr broadcast; /* IPv4; 0.0.0.0: none */
	uint32_t preferred_s;     /* <= valid_s */
	uint32_t valid_s; /* > 0; the kernel takes the address away then */
};

/* RTPROT_DHCP, so that it is known whose it is. */
struct net_conf_route4 {
	struct in_addr dest; /* no bits behind prefix_len */
	uint8_t prefix_len;
	struct in_addr gateway; /* 0.0.0.0: the destination is on the link */
	/* The gateway is on the link, though no address of ours says so. */
	bool is_onlink;
	struct in_addr source; /* preferred, an address of ours; 0.0.0.0 */
	uint32_t metric;       /* the smaller one goes first */
};

struct net_conf; /* opaque */

int net_conf_open(struct net_conf **conf);
void net_conf_close(struct net_conf *conf); /* NULL is allowed */
/* What the kernel said beside the last error; "" if it said nothing. */
const char *net_conf_text(const struct net_conf *conf);

/*
 * The interface has the address afterwards, with this prefix length (of IPv4:
 * beside others of the same address), broadcast address and, counted from now,
 * lifetimes. Duplicate address detection runs for a new IPv6 address; net_mon
 * tells its end. One that failed it is to be removed before it is put again.
 * Where the kernel can not change in place what differs (a broadcast address,
 * no_prefix_route of IPv4, a prefix length of IPv6) the address is gone for a
 * moment, and its routes with it: put routes after addresses. -ENODEV; -EACCES
 * where IPv6 is switched off.
 */
int net_conf_put_addr(struct net_conf *conf, const struct net_conf_addr *addr);
/* Interface, family, address and prefix length count. */
int net_conf_remove_addr(struct net_conf *conf,
			 const struct net_conf_addr *addr);

/*
 * A route beside those of others, behind them where destination and metric are
 * the same. The interface has to be up. -ENETDOWN; -ENETUNREACH, a gateway that
 * is not on the link; -EINVAL, a source that is no address of ours.
 */
int net_conf_put_route4(struct net_conf *conf, uint32_t ifindex, uint32_t table,
			const struct net_conf_route4 *route);
/* Every field but is_onlink counts. */
int net_conf_remove_route4(struct net_conf *conf, uint32_t ifindex,
			   uint32_t table, const struct net_conf_route4 *route);
/*
 * The RTPROT_DHCP routes of the interface in the table are these afterwards and
 * no others: new ones come before old ones go, those of a run that crashed go
 * as well. A route that is refused does not stop the rest; the first error is
 * returned. -E2BIG for more than NET_CONF_ROUTE_MAX.
 */
int net_conf_put_routes4(struct net_conf *conf, uint32_t ifindex,
			 uint32_t table, const struct net_conf_route4 routes[],
			 size_t count);

/* Administratively up. -ENODEV. */
int net_conf_set_up(struct net_conf *conf, uint32_t ifindex);
/* -EINVAL outside of what the device can do. Below 1,280 IPv6 ends there. */
int net_conf_set_mtu(struct net_conf *conf, uint32_t ifindex, uint32_t mtu);

#endif /* DHCP4O6_NET_NET_CONF_H */
