/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc_private - what the files of lib/alloc share: the struct itself, the
 * state of a slot, and staging.
 *
 * The state of a slot is derived, never kept on its own: from its lease, a
 * pending offer and a reservation. alloc_settle() derives it anew after any of
 * them changed, which is why undoing a change restores it exactly.
 */
#ifndef LIB_ALLOC_ALLOC_PRIVATE_H
#define LIB_ALLOC_ALLOC_PRIVATE_H

#include "dhcp4o6/alloc/alloc.h"
#include "dhcp4o6/alloc/alloc_txn.h"
#include "dhcp4o6/base/iface_table.h"
#include "lease_db.h"
#include "offer.h"
#include "plan.h"
#include "space.h"

#define ALLOC_PSID_LEN_MAX 16

/* One lease before a transaction changed it. */
struct txn_change {
	struct lease_entry old;
	uint32_t handle;
	uint32_t offer;  /* that it took, or OFFER_NONE */
	bool is_new;     /* there was no lease: old is not set */
	bool is_rekeyed; /* the client is another one */
	bool is_shared;  /* octets are those of old */
};

struct alloc_txn {
	struct alloc *alloc;
	struct alloc_txn *older;
	struct alloc_txn *newer; /* of a spare one: the next spare one */
	struct txn_change *change;
	struct lease *record;
	size_t count;
	size_t room;
	bool undone;
};

/*
 * Index entries of loaded leases wait here while their buckets come from
 * memory: with millions of leases each is a cache miss.
 */
#define ALLOC_LOADING 16 /* a power of 2 */

struct alloc_loading {
	uint64_t hash[ALLOC_LOADING];
	uint32_t handle[ALLOC_LOADING];
	uint32_t put; /* counts; the index is the rest */
	uint32_t taken;
};

struct alloc {
	struct siphash_key key;
	struct lease_db db;
	struct space *space[ALLOC_PSID_LEN_MAX + 1]; /* NULL: not used yet */
	struct offers offers;
	struct plan *plan; /* NULL: no configuration yet */
	struct iface_table ifaces;
	struct alloc_txn *oldest;
	struct alloc_txn *newest;
	struct alloc_txn *spare;
	struct lease_clock clock;
	struct alloc_loading loading;
	int64_t rank_base_s;
	uint64_t active;
	uint64_t declined;
	uint64_t expired_total;
	uint64_t reused_total;
	uint64_t offers_expired_total;
	uint64_t offers_reused_total;
};

/* ---- slot.c ---- */

/* An address or a part of one, in host order. */
struct slot_key {
	uint32_t addr;
	uint16_t psid;
	uint8_t psid_len;
};

/* block NULL when it was never touched. */
struct slot_ref slot_find(const struct alloc *alloc, struct slot_key key);
int slot_get(struct alloc *alloc, struct slot_key key, struct slot_ref *ref);
struct lease_entry *slot_entry(const struct alloc *alloc, struct slot_ref ref);
/* Derives the state of a slot; ref from slot_get(). Cannot fail. */
void slot_settle(struct alloc *alloc, struct slot_key key, struct slot_ref ref);

static inline struct slot_key entry_key(const struct lease_entry *e)
{
	return (struct slot_key){ e->addr, e->psid, e->psid_len };
}

static inline struct slot_key offer_key(const struct offer *o)
{
	return (struct slot_key){ o->addr, o->psid, o->psid_len };
}

static inline bool slot_is_offered(struct slot_ref ref)
{
	return ref.block && bitmap_has(&ref.block->offered, ref.index);
}

static inline bool slot_is_reserved(struct slot_ref ref)
{
	return ref.block && bitmap_has(&ref.block->reserved, ref.index);
}

/* Holds a client the lease now? Its end may be due and not yet worked off. */
static inline bool entry_is_held(const struct lease_entry *e,
				 struct mono_time now)
{
	return e && e->state == LEASE_ACTIVE && e->ends_ns > now.ns;
}

/* ---- pending.c ---- */

/* Makes room, then adds; an offer of that slot is replaced. -ENOMEM. */
int pending_put(struct alloc *alloc, const struct alloc_client *client,
		struct slot_key key, struct mono_time until);
void pending_drop(struct alloc *alloc, uint32_t at);
/* Takes the offer for a change; its slot is settled by the caller. */
void pending_take(struct alloc *alloc, uint32_t at);
void pending_untake(struct alloc *alloc, uint32_t at);
/* The client's offer on a network, or OFFER_NONE. */
uint32_t pending_find(const struct alloc *alloc,
		      const struct alloc_client *client,
		      const struct alloc_network *net);

/* ---- txn.c ---- */

struct stage {
	const struct lease *lease; /* all but epoch and version */
	const struct alloc_client *client;
	int64_t ends_ns;
	uint32_t offer; /* to be taken with it, or OFFER_NONE */
};

/* -ENOMEM, and nothing changed. */
int txn_stage(struct alloc_txn *txn, const struct stage *stage);
/* What is durable of a lease with pending changes; NULL: nothing yet. */
const struct lease_entry *txn_committed(const struct alloc *alloc,
					uint32_t handle);

/* ---- load.c ---- */

/* Works off what waits in alloc->loading. -ENOMEM: some of it is left. */
int load_flush(struct alloc *alloc);

/* ---- expire.c ---- */

/* Has the handle come up when it ends, or before. -ENOMEM. */
int due_set(struct alloc *alloc, uint32_t handle, const struct lease_entry *e);
/* The record of e in the times of the wall clock as it is now. */
void restate_times(const struct alloc *alloc, const struct lease_entry *e,
		   struct lease *record);

/* ---- iface.c ---- */

void ifaces_bind(struct alloc *alloc); /* to the plan in force */
/* PLAN_NONE for an interface that is not known or bound to none. */
uint32_t ifaces_network(const struct alloc *alloc, const char *ifname);

#endif /* LIB_ALLOC_ALLOC_PRIVATE_H */
