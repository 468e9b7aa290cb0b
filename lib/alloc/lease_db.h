/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_db - leases in memory by 32-bit handle, an index by client, and the
 * order in which they run out. Where a handle stands in the address space is
 * not known here, and neither are transactions.
 *
 * Entries never move. What varies in length is in one block of octets per
 * entry (client identifier, hardware address, host name) and in the counted
 * relay paths.
 */
#ifndef LIB_ALLOC_LEASE_DB_H
#define LIB_ALLOC_LEASE_DB_H

#include "dhcp4o6/alloc/client.h"
#include "dhcp4o6/base/heap.h"
#include "dhcp4o6/base/intern.h"
#include "dhcp4o6/base/slab.h"
#include "dhcp4o6/lease/lease_clock.h"

#define LEASE_HANDLE_NONE  SLAB_NONE
#define LEASE_STATE_UNUSED 0xff /* of an entry on the free list */
#define LEASE_FLAG_LOADED  0x80 /* from the store, not changed since */

struct lease_entry {
	uint32_t addr; /* host order; not of a free entry */
	uint16_t psid;
	uint8_t psid_len;
	uint8_t state;    /* enum lease_state */
	uint16_t pending; /* transactions in flight that changed it */
	uint8_t flags;    /* of enum lease_flag, LEASE_FLAG_LOADED */
	uint8_t htype;
	uint32_t epoch;
	uint32_t version;
	uint8_t hlen;
	uint8_t client_id_len;
	uint8_t host_name_len;
	uint32_t relay_path;
	uint32_t billing; /* number in billings */
	int64_t starts_s; /* wall clock, as in the record */
	int64_t updated_s;
	int64_t expires_s;
	int64_t ends_ns; /* struct mono_time; LEASE_NEVER_NS */
	struct in6_addr source;
	uint8_t *octets; /* client identifier, chaddr, host name */
};

struct lease_db {
	struct siphash_key key;
	struct slab entries;
	struct hmap *by_client;
	struct heap *due; /* active and declined, at or before their end */
	struct intern paths;
	struct intern billings;
	uint64_t *billed; /* [number in billings]: active leases */
	uint32_t billed_room;
	size_t octets;
};

/*
 * What an entry counts to its class; with -1 before it changes or goes, and
 * with 1 when it has changed. The count is kept by whoever changes an entry.
 */
static inline void lease_db_bill(struct lease_db *db,
				 const struct lease_entry *e, int change)
{
	if (e->billing != INTERN_EMPTY && e->state == LEASE_ACTIVE)
		db->billed[e->billing] += (uint64_t)(int64_t)change;
}

int lease_db_init(struct lease_db *db, const struct siphash_key *key);
void lease_db_fini(struct lease_db *db);
size_t lease_db_memory(const struct lease_db *db);

static inline struct lease_entry *lease_db_entry(const struct lease_db *db,
						 uint32_t handle)
{
	return slab_at(&db->entries, handle);
}

/* A zeroed entry. LEASE_HANDLE_NONE when memory is out. */
static inline uint32_t lease_db_take(struct lease_db *db)
{
	return slab_take(&db->entries);
}
/* Gives it back; octets and path are the caller's to have dropped. */
void lease_db_give(struct lease_db *db, uint32_t handle);

/*
 * Fills *e, an entry that is nowhere yet, from a record. It shares the octets
 * of `former' (NULL is allowed) if they are the same; then only one of the two
 * may be dropped with them. It holds its relay path and billing in any case. On
 * -ENOMEM *e holds nothing.
 */
int lease_entry_fill(struct lease_db *db, struct lease_entry *e,
		     const struct lease *lease,
		     const struct lease_entry *former);
/* Drops octets (unless another entry shares them), path and billing. */
void lease_entry_drop(struct lease_db *db, struct lease_entry *e,
		      bool is_shared);
/* Variable parts point into the entry. */
void lease_entry_record(const struct lease_db *db, const struct lease_entry *e,
			struct lease *lease);

/* Of its client, as alloc_client_seal() makes it. */
uint64_t lease_entry_hash(const struct lease_db *db,
			  const struct lease_entry *e);
bool lease_entry_is_client(const struct lease_entry *e,
			   const struct alloc_client *client);

/* Calls visit for each lease of a client until it returns true. */
typedef bool lease_db_visit(void *arg, uint32_t handle,
			    const struct lease_entry *e);
void lease_db_each(const struct lease_db *db, const struct alloc_client *client,
		   lease_db_visit *visit, void *arg);

#endif /* LIB_ALLOC_LEASE_DB_H */
