/* SPDX-License-Identifier: BSD-2-Clause */
/* peer_lookup - who owns the UDP socket on ::1 that datagrams of ours reach. */
#ifndef DHCP4O6_LIB_IPC_PEER_LOOKUP_H
#define DHCP4O6_LIB_IPC_PEER_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct peer_owner {
	uid_t uid;
	uint64_t inode;
	uint64_t cookie; /* 0: not known */
};

struct peer_ports {
	uint16_t own;
	uint16_t other;
};

/*
 * sock_diag(7) on an open NETLINK_SOCK_DIAG socket. -ENOENT: no such socket,
 * or no udp_diag in the kernel; the answer does not tell which.
 */
int peer_lookup_diag(int fd, struct peer_ports ports, struct peer_owner *owner);

/*
 * /proc/net/udp6, open in proc. Of several sockets the one that the kernel
 * would choose; among equals *suspect (never NULL) is asked and wins.
 */
int peer_lookup_proc(FILE *proc, struct peer_ports ports,
		     bool (*suspect)(const void *arg, uid_t uid),
		     const void *arg, struct peer_owner *owner);

#endif /* DHCP4O6_LIB_IPC_PEER_LOOKUP_H */
