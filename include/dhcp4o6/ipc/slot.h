/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slot - what the v6 half remembers of queries that are at the v4 half.
 *
 * A bounded table. A token names a slot and the one use of it that it was
 * given for: a token that is stale, invented, or from an earlier run of the
 * program never finds another query's slot. When the table is full the oldest
 * slot is given up; its answer then leaves by the UDP socket. All O(1).
 *
 * The table also keeps the window: queries that the v4 half may not have read
 * yet and that therefore sit in its receive buffer. It reads in order, so an
 * answer shows that every older query has left that buffer, answered or not.
 */
#ifndef DHCP4O6_IPC_SLOT_H
#define DHCP4O6_IPC_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/wire/frame.h"

struct ipc_slot {
	struct frame_addr from; /* as the query came: src is the client */
	uint32_t ifindex;       /* interface it belongs to: the VLAN device */
	uint32_t port_ifindex;  /* interface that the AF_XDP socket sits on */
	uint16_t queue;
	bool by_socket; /* came through the UDP socket: no L2 addresses */
	struct mono_time sent;
};

struct ipc_slot_stats {
	uint64_t put;
	uint64_t taken;
	uint64_t unknown; /* tokens that named no slot in use */
	uint64_t evicted; /* given up for a newer query */
	uint64_t expired; /* left the window without a sign of being read */
};

struct ipc_slots; /* opaque */

/*
 * count slots, 1 to 2^24; window queries in flight, 1 to count. -EINVAL,
 * -ENOMEM, or what getrandom(2) says (tokens start at a random number).
 */
int ipc_slots_new(struct ipc_slots **slots, uint32_t count, uint32_t window);
void ipc_slots_free(struct ipc_slots *slots); /* NULL is allowed */

/* True: the query must be dropped as DROP_IPC_WINDOW. */
bool ipc_slots_is_window_full(const struct ipc_slots *slots);
uint32_t ipc_slots_in_flight(const struct ipc_slots *slots);

/* Copies *slot in. slot->sent must not go back. Never IPC_TOKEN_NONE. */
uint64_t ipc_slots_put(struct ipc_slots *slots, const struct ipc_slot *slot);

/* Copies the slot out and frees it: an answer is used once. Or -ENOENT. */
int ipc_slots_take(struct ipc_slots *slots, uint64_t token,
		   struct ipc_slot *slot);

/*
 * The query of the last ipc_slots_put() will not be sent after all. token must
 * be what that call returned, with nothing else called since.
 */
void ipc_slots_cancel(struct ipc_slots *slots, uint64_t token);

/* An answer in a dialect without tokens: one query fewer is in flight. */
void ipc_slots_ack_oldest(struct ipc_slots *slots);

/*
 * Takes queries sent before `before` out of the window, as lost or dropped;
 * their slots stay usable. Returns how many. With the v4 half down, a time in
 * the future empties the window.
 */
uint32_t ipc_slots_expire(struct ipc_slots *slots, struct mono_time before);

/* When the oldest query in flight was sent; ns 0 if none is. */
struct mono_time ipc_slots_oldest(const struct ipc_slots *slots);

const struct ipc_slot_stats *ipc_slots_stats(const struct ipc_slots *slots);

#endif /* DHCP4O6_IPC_SLOT_H */
