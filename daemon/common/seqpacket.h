/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seqpacket - messages with descriptors between the two processes of a daemon,
 * over a SOCK_SEQPACKET pair: a message is whole or not there, and the end of
 * one process is the end of the other.
 */
#ifndef DHCP4O6_DAEMON_SEQPACKET_H
#define DHCP4O6_DAEMON_SEQPACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcp4o6/base/clock.h"

#define SEQPACKET_FDS_MAX 66 /* descriptors of one message */

/*
 * Sends one message with count descriptors, which stay the caller's. 0,
 * -EAGAIN when a non-blocking socket is full, or another errno.
 */
int seqpacket_send(int sock, const void *msg, size_t len, const int *fds,
		   size_t count);

/*
 * Receives one. *len: the room of msg, then the octets it has; *count: the room
 * of fds, then those in it, which are the caller's. 0, -EAGAIN, -EPIPE when the
 * other process is gone, -EBADMSG when something found no room: then there are
 * no descriptors.
 */
int seqpacket_recv(int sock, void *msg, size_t *len, int *fds, size_t *count);

/* Until there is something to receive, or the other process is gone: 0, or
 * -ETIMEDOUT at that time. */
int seqpacket_wait(int sock, struct mono_time limit);

void seqpacket_close_all(const int *fds, size_t count);

#endif /* DHCP4O6_DAEMON_SEQPACKET_H */
