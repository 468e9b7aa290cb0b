/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netdev - what the ethtool ioctls tell about an interface. They act in the
 * network namespace of the caller, which a mounted /sys may not.
 */
#ifndef LIB_XDP_NETDEV_H
#define LIB_XDP_NETDEV_H

#include <stdbool.h>
#include <stddef.h>

#define NETDEV_DRIVER_MAX 32

/* Empty text when the interface does not tell. */
void xdp_netdev_driver(const char *ifname, char driver[NETDEV_DRIVER_MAX]);
/* Receive queues in use, or 0 when the interface does not tell. */
unsigned int xdp_netdev_rx_queues(const char *ifname);
/*
 * Makes VLAN tags stay in received frames. 0 also when they always do;
 * -EOPNOTSUPP when the interface insists on taking them out.
 */
int xdp_netdev_keep_vlan_tags(const char *ifname);

#endif /* LIB_XDP_NETDEV_H */
