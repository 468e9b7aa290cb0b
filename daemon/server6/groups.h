/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups - ff02::1:2 and ff05::1:3 joined on any number of interfaces.
 *
 * What one socket may join is bounded by net.core.optmem_max: 20 KiB before
 * Linux 6.7, enough for some 180 interfaces. Beyond that further sockets, on
 * which nothing is ever received, hold the memberships; the UDP socket then
 * takes every group that the host has joined, and hosts_is_destination()
 * tells which are the server's.
 */
#ifndef DHCP4O6_SERVER6_GROUPS_H
#define DHCP4O6_SERVER6_GROUPS_H

#include <stdint.h>

struct groups; /* opaque */

/* udp_fd stays the caller's. 0 or -ENOMEM. */
int groups_new(struct groups **groups, int udp_fd);
/* Leaves what further sockets hold. NULL is allowed. */
void groups_free(struct groups *groups);

/*
 * Both groups on one interface; joining again is allowed. A negative errno:
 * -ENODEV or so without IPv6 on it, -ENOMEM when no socket takes more.
 */
int groups_join(struct groups *groups, uint32_t ifindex);
void groups_leave(struct groups *groups, uint32_t ifindex);

#endif /* DHCP4O6_SERVER6_GROUPS_H */
