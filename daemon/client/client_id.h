/* SPDX-License-Identifier: BSD-2-Clause */
/* client_id - what a client is known by: its DUID, and an IAID. */
#ifndef DHCP4O6_CLIENT_CLIENT_ID_H
#define DHCP4O6_CLIENT_CLIENT_ID_H

#include "client_args.h"
#include "dhcp4o6/net/netmon.h"

struct client_duid {
	size_t len;
	uint8_t octets[CLIENT_DUID_MAX];
};

/*
 * A new DUID (RFC 9915 section 11) of the kind that is wanted, of an Ethernet
 * interface; of another one, or none (NULL), a random UUID (RFC 6355). 0, or
 * why there are no random numbers.
 */
int client_duid_make(struct client_duid *duid, enum client_duid_type type,
		     const struct net_link *link, struct wall_time now);

/*
 * The IAID of an interface, the same in every run: as dhclient's, the last four
 * octets of its hardware address; without one, a hash of its name. Its first
 * octet on the wire is the highest.
 */
uint32_t client_iaid(const struct net_link *link);

#endif /* DHCP4O6_CLIENT_CLIENT_ID_H */
