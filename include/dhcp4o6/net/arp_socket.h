/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arp_socket - ARP of one Ethernet-like interface (RFC 826), for conflict
 * detection (RFC 5227); what the host itself sends is not seen.
 *
 * Opening needs CAP_NET_RAW; the descriptor may be handed to a process without
 * any. That one can receive by it nothing but ARP requests and replies about
 * IPv4 on this interface: the filter is locked. It can send whatever it likes,
 * which the kernel has no means against.
 */
#ifndef DHCP4O6_NET_ARP_SOCKET_H
#define DHCP4O6_NET_ARP_SOCKET_H

#include <stdint.h>

#include "dhcp4o6/wire/arp.h"

/*
 * A non-blocking AF_PACKET socket bound to the interface; the descriptor, or a
 * negative errno: -EPERM, -ENODEV, -EOPNOTSUPP when its hardware is not
 * Ethernet. Where net_link.has_arp is false, as on a dummy, nobody answers. It
 * outlives a link that goes down; an interface that was removed
 * needs another one.
 */
int net_arp_open(uint32_t ifindex);

/* By broadcast. 0; -EAGAIN, -ENOBUFS when queues are full; -ENETDOWN, ... */
int net_arp_send(int fd, uint32_t ifindex, const struct arp_packet *arp);

/*
 * 1 and a packet (*why is DROP_NONE) or something that is none (*why says what
 * is wrong with it); 0 when nothing waits; -ENETDOWN, told once, when the link
 * went down; another negative errno.
 */
int net_arp_recv(int fd, struct arp_packet *arp, enum drop_reason *why);

#endif /* DHCP4O6_NET_ARP_SOCKET_H */
