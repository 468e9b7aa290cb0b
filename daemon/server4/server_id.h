/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server_id - by which IPv4 address a server calls itself where none is
 * configured (option 54).
 *
 * Clients ask every server that option 88 names, so two servers must never
 * share an identifier: an address that stands on a bridge, a tunnel or a veth
 * is likely to be the same on another host (container engines give all of them
 * 172.17.0.1) and is taken only if it lies in a configured subnet.
 */
#ifndef DHCP4O6_SERVER4_SERVER_ID_H
#define DHCP4O6_SERVER4_SERVER_ID_H

#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/net/netmon.h"

enum server_id_rank {
	SERVER_ID_CONFIGURED_SUBNET, /* best: the clients' own network */
	SERVER_ID_HOST,              /* an address of a real interface */
	SERVER_ID_LIKELY_SHARED,
	SERVER_ID_LINK_LOCAL, /* 169.254/16 that the host has itself */
	SERVER_ID_NONE,
};

/* How good is an address? Loopback and what is no IPv4 address: NONE. */
enum server_id_rank server_id_rank(const struct conf *conf,
				   const struct net_addr *addr,
				   enum net_link_kind kind);

/*
 * For a host without any: an address of 169.254.1.0 to 169.254.254.255 made of
 * the journal's key, so the same after every start, and another elsewhere
 * (RFC 3927 section 2.1 keeps the first and last 256 back).
 */
struct in_addr server_id_fallback(const struct siphash_key *key);

#endif /* DHCP4O6_SERVER4_SERVER_ID_H */
