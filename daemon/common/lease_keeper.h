/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_keeper - what a server does for its lease store besides submitting: it
 * is opened and loaded, its health is told, it is rewritten from the leases in
 * memory when it wants that or when the wall clock was set, and leases that are
 * due expire.
 */
#ifndef DHCP4O6_DAEMON_LEASE_KEEPER_H
#define DHCP4O6_DAEMON_LEASE_KEEPER_H

#include "batch_ring.h"
#include "daemon_args.h"
#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/lease/journal.h"

/*
 * The leases in memory; as the functions of alloc.h with these names. A visit
 * is over when *cursor is UINT32_MAX.
 */
struct lease_keeper_ops {
	int (*load)(void *arg, const struct lease *lease);
	bool (*load_end)(void *arg);
	size_t (*visit)(void *arg, uint32_t *cursor, struct lease *records,
			size_t max);
	bool (*set_clock)(void *arg, struct mono_time now,
			  struct wall_time wall);
	size_t (*expire)(void *arg, struct mono_time now, size_t max);
	struct mono_time (*next_expiry)(void *arg);
	/* The store has something: batch_ring_complete(), and what follows. */
	void (*complete)(void *arg);
};

struct lease_keeper {
	/* Set by the owner. */
	const struct lease_keeper_ops *ops;
	void *arg;
	enum journal_family family; /* whose leases it keeps */
	const char *path;           /* for people */

	struct lease_store *store;
	struct loop *loop;
	struct loop_timer *snapshot_step;
	struct loop_timer *expiry;
	/* A snapshot under way. */
	bool snapshot_is_open;
	uint32_t snapshot_cursor;
	bool must_rewrite;         /* the wall clock was set */
	bool snapshot_rewrites;    /* the one under way began after that */
	uint64_t rewritten_before; /* compactions when it began */
	struct mono_time rewrite_at;
	enum lease_store_health health; /* as last logged */
};

/*
 * Opens the journal at keeper->path, or takes a lease file of ISC's dhcpd over,
 * and says what came of it. The keeper closes it in the end.
 */
enum daemon_exit lease_keeper_open(struct lease_keeper *keeper,
				   uint32_t compact_mib);
/* Gives every record of the store to the owner; says what went wrong. */
enum daemon_exit lease_keeper_load(struct lease_keeper *keeper);

/* Follows the store from this loop on. */
int lease_keeper_start(struct lease_keeper *keeper, struct loop *loop);
/* Now and then, some times a second. */
void lease_keeper_tick(struct lease_keeper *keeper, struct mono_time now);

/* Waits, some seconds at most, until the ring is empty. */
void lease_keeper_drain(struct lease_keeper *keeper,
			const struct batch_ring *ring);
void lease_keeper_close(struct lease_keeper *keeper);

#endif /* DHCP4O6_DAEMON_LEASE_KEEPER_H */
