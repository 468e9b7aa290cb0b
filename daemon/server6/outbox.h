/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outbox - events on their way from the monitor to the front. The monitor
 * never waits for the front: what the socket does not take now stays here, in
 * order, and goes when there is room.
 */
#ifndef DHCP4O6_SERVER6_OUTBOX_H
#define DHCP4O6_SERVER6_OUTBOX_H

#include "dhcp4o6/base/loop.h"
#include "privsep.h"

struct outbox; /* opaque */

/* fd is made non-blocking and stays the caller's. */
int outbox_new(struct outbox **box, struct loop *loop, int fd);
void outbox_free(struct outbox *box); /* NULL is allowed */

/* Takes over the descriptors in every case. 0 or -ENOMEM. */
int outbox_post(struct outbox *box, const struct privsep_msg *msg,
		const int *fds, size_t count);

#endif /* DHCP4O6_SERVER6_OUTBOX_H */
