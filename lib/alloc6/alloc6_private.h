/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc6_private - what the files of lib/alloc6 share: the struct itself,
 * settling and staging.
 *
 * What a slot is (free, active, offered ...) is derived, never kept on its own:
 * from its lease, a pending offer and a reservation. Counters and blocks follow
 * when settle6() is called after any of them changed, which is why undoing a
 * change restores them exactly.
 */
#ifndef LIB_ALLOC6_ALLOC6_PRIVATE_H
#define LIB_ALLOC6_ALLOC6_PRIVATE_H

#include "block6.h"
#include "db6.h"
#include "dhcp4o6/base/iface_table.h"
#include "offer6.h"
#include "plan6.h"

/* One lease before a transaction changed it. */
struct change6 {
	struct lease6 old;
	uint32_t handle;
	uint32_t offer;  /* that it took, or OFFER6_NONE */
	bool is_new;     /* there was no lease: old is not set */
	bool is_rekeyed; /* the client or the IA is another one */
	bool is_reused;  /* the client is */
	bool is_shared;  /* octets are those of old */
};

struct alloc6_txn {
	struct alloc6 *alloc;
	struct alloc6_txn *older;
	struct alloc6_txn *newer; /* of a spare one: the next spare one */
	struct change6 *change;
	struct lease *record;
	size_t count;
	size_t room;
	bool undone;
};

/* What choosing changes in an alloc6 that is const for it. */
struct scratch6 {
	struct blocks6 blocks;
	uint64_t probes;
};

struct alloc6 {
	struct siphash_key key;
	struct db6 db;
	struct offers6 offers;
	struct scratch6 *scratch;
	struct alloc6_plan *plan; /* NULL: no configuration yet */
	struct iface_table ifaces;
	struct lease_clock clock;
	struct alloc6_txn *oldest;
	struct alloc6_txn *newest;
	struct alloc6_txn *spare;
	/* Greatest version of a lease that was forgotten: new ones go on from
	 * there, for the store may still have it. */
	uint32_t forgotten_version;
	uint64_t active[PLAN6_KIND_COUNT];
	uint64_t declined;
	uint64_t expired_total;
	uint64_t reused_total;
	uint64_t offers_expired_total;
};

static inline struct prefix_table *alloc6_networks(const struct alloc6 *alloc)
{
	return alloc->plan ? &alloc->plan->networks : NULL;
}

/* `leases-max'; a store may be loaded before it is known. */
static inline uint32_t leases6_max(const struct alloc6 *alloc)
{
	return alloc->plan ? alloc->plan->conf->dhcp4o6.leases_max : UINT32_MAX;
}

/* ---- settle6.c ---- */

/* After a lease, an offer or a reservation of the key changed. */
void settle6(struct alloc6 *alloc, const struct key6 *key);
/* What the slot of a key is, for somebody who looks for a free one. */
blocks6_look settle6_look; /* arg: struct alloc6 */
/* Counts all leases in the networks of a plan that is new. */
void settle6_count_all(struct alloc6 *alloc);

/* ---- pending6.c ---- */

struct ia6 {
	const struct alloc6_client *client;
	uint8_t kind;
	uint32_t iaid;
};

/* Makes room, then adds; an offer of that key is replaced. -ENOMEM. */
int pending6_put(struct alloc6 *alloc, const struct ia6 *ia,
		 const struct key6 *key, struct mono_time until);
void pending6_drop(struct alloc6 *alloc, uint32_t at);
/* Takes the offer for a change; its key is settled by the caller. */
void pending6_take(struct alloc6 *alloc, uint32_t at);
void pending6_untake(struct alloc6 *alloc, uint32_t at);
/* The offer of the IA on a network, or OFFER6_NONE. */
uint32_t pending6_find(const struct alloc6 *alloc, const struct ia6 *ia,
		       const struct alloc6_network *net);
bool offer6_is_of(const struct offer6 *offer, const struct ia6 *ia);
/* Is what is offered on this network? Addresses by their subnet, prefixes by
 * their pool. */
bool offer6_is_on(struct alloc6_plan *plan, const struct key6 *key,
		  const struct alloc6_network *net);

/* ---- txn6.c ---- */

struct stage6 {
	const struct lease *lease; /* all but epoch and version */
	int64_t ends_ns;
	uint32_t offer; /* to be taken with it, or OFFER6_NONE */
};

/* -ENOMEM, and nothing changed. */
int txn6_stage(struct alloc6_txn *txn, const struct stage6 *stage);
/* What is durable of a lease with pending changes; NULL: nothing yet. */
const struct lease6 *txn6_committed(const struct alloc6 *alloc,
				    uint32_t handle);

/* ---- expire6.c ---- */

/* A lease more is about to be taken: a former one makes room for it. */
void forget6_for_new(struct alloc6 *alloc);

/* Has the handle come up when it ends, or before. -ENOMEM. */
int due6_set(struct alloc6 *alloc, uint32_t handle, const struct lease6 *e);
/* The record of e in the times of the wall clock as it is now. */
void record6(const struct alloc6 *alloc, const struct lease6 *e,
	     struct lease *record);

#endif /* LIB_ALLOC6_ALLOC6_PRIVATE_H */
