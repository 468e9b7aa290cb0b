/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outbox - messages on their way from the privileged process of a daemon to the
 * other one, for which it never waits: what the socket does not take now stays
 * here, in order, and goes when there is room.
 */
#ifndef DHCP4O6_DAEMON_OUTBOX_H
#define DHCP4O6_DAEMON_OUTBOX_H

#include "dhcp4o6/base/loop.h"
#include "seqpacket.h"

struct outbox; /* opaque */

/* fd is made non-blocking and stays the caller's. */
int outbox_new(struct outbox **box, struct loop *loop, int fd);
void outbox_free(struct outbox *box); /* NULL is allowed */

/* Takes over the descriptors in every case. 0 or -ENOMEM. */
int outbox_post(struct outbox *box, const void *msg, size_t len, const int *fds,
		size_t count);
/* How many messages wait. */
size_t outbox_count(const struct outbox *box);

#endif /* DHCP4O6_DAEMON_OUTBOX_H */
