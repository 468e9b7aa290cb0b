/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts - what the front knows of this host: the interfaces it serves and the
 * addresses the kernel would deliver. Fed by the monitor's events.
 */
#ifndef DHCP4O6_SERVER6_HOSTS_H
#define DHCP4O6_SERVER6_HOSTS_H

#include "privsep.h"

struct hosts; /* opaque */

int hosts_new(struct hosts **hosts);
void hosts_free(struct hosts *hosts); /* NULL is allowed */

/* Interfaces. 0 or -ENOMEM; NULL when there is none. */
int hosts_set_interface(struct hosts *hosts,
			const struct privsep_interface *interface);
void hosts_remove_interface(struct hosts *hosts, uint32_t ifindex);
const struct privsep_interface *hosts_find(const struct hosts *hosts,
					   uint32_t ifindex);
const struct privsep_interface *hosts_find_name(const struct hosts *hosts,
						const char *name);
/* The interface behind the VLAN tags of a frame that came in on a port. */
const struct privsep_interface *hosts_find_frame(const struct hosts *hosts,
						 uint32_t port_ifindex,
						 const struct frame_addr *addr);

void hosts_each(const struct hosts *hosts,
		void (*visit)(void *arg,
			      const struct privsep_interface *interface),
		void *arg);
/* MAC of the interface with the lowest index that has one; NULL. */
const uint8_t *hosts_first_mac(const struct hosts *hosts);

/* Addresses. */
int hosts_add_local(struct hosts *hosts, const struct net_local *local);
void hosts_remove_local(struct hosts *hosts, const struct net_local *local);

/* The first max global unicast addresses of an interface; how many. */
size_t hosts_globals(const struct hosts *hosts, uint32_t ifindex,
		     struct in6_addr out[], size_t max);

/*
 * Would a datagram to dst on this interface be for the server? All its
 * multicast groups and every local address; link-local ones where they are.
 */
bool hosts_is_destination(const struct hosts *hosts, const struct in6_addr *dst,
			  uint32_t ifindex);

/*
 * The address an answer leaves from: the unicast address the query was sent
 * to; for a multicast query the interface's link-local address, or, for a peer
 * that has no link-local one, the interface's global address nearest to it
 * (a link-local source must not leave the link, RFC 4291 section 2.5.6).
 * False if there is none: the kernel has to choose.
 */
bool hosts_source_for(const struct hosts *hosts, const struct in6_addr *sent_to,
		      const struct in6_addr *peer, uint32_t ifindex,
		      struct in6_addr *source);

#endif /* DHCP4O6_SERVER6_HOSTS_H */
