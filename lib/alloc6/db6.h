/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db6 - DHCPv6 leases in memory by 32-bit handle, found by what they are of, by
 * client and by IA, and the orders in which they run out and are forgotten.
 *
 * Entries never move. DUIDs, relay paths, their ports and names of interfaces
 * are counted strings; hardware address and host name are in one block of
 * octets.
 */
#ifndef LIB_ALLOC6_DB6_H
#define LIB_ALLOC6_DB6_H

#include "dhcp4o6/alloc6/choice6.h"
#include "dhcp4o6/base/heap.h"
#include "dhcp4o6/base/intern.h"
#include "dhcp4o6/base/slab.h"
#include "dhcp4o6/lease/lease_clock.h"
#include "key6.h"

#define LEASE6_NONE   SLAB_NONE /* no handle */
#define LEASE6_UNUSED 0xff      /* state of an entry on the free list */
#define LEASE6_LOADED 0x80      /* flag: from the store, not changed since */

/* What a lease is counted as, see settle6(). */
enum counted6 {
	COUNTED6_NOT,
	COUNTED6_ACTIVE,
	COUNTED6_DECLINED,
};

struct lease6 {
	struct key6 key;
	uint8_t state; /* enum lease_state */
	uint8_t flags; /* of enum lease_flag, LEASE6_LOADED */
	uint8_t htype;
	uint8_t hlen;
	uint8_t host_name_len;
	uint8_t counted;  /* enum counted6; with network: kept by settle6() */
	uint16_t pending; /* transactions in flight that changed it */
	uint32_t iaid;
	uint32_t network; /* it is counted in; PLAN6_NONE */
	uint32_t preferred_s;
	uint32_t epoch;
	uint32_t version;
	uint32_t duid; /* numbers of counted strings */
	uint32_t relay_path;
	uint32_t relay_ports;
	uint32_t ifname;
	int64_t starts_s; /* wall clock, as in the record */
	int64_t updated_s;
	int64_t expires_s;
	int64_t ends_ns; /* struct mono_time; LEASE_NEVER_NS */
	struct in6_addr source;
	uint8_t *octets; /* hardware address, host name */
};

struct db6 {
	struct siphash_key key;
	struct slab entries;
	struct hmap *by_key;
	struct hmap *by_client;
	struct hmap *by_ia;
	struct heap *due;     /* active and declined, at or before their end */
	struct heap *formers; /* free ones, by their end */
	struct intern duids;
	struct intern strings; /* relay paths, their ports, interfaces */
	size_t octets;
};

int db6_init(struct db6 *db, const struct siphash_key *key);
void db6_fini(struct db6 *db);
size_t db6_memory(const struct db6 *db);

static inline struct lease6 *db6_entry(const struct db6 *db, uint32_t handle)
{
	return slab_at(&db->entries, handle);
}

/* LEASE6_NONE when there is none. */
uint32_t db6_find(const struct db6 *db, const struct key6 *key);
/* NULL when there is none. */
struct lease6 *db6_find_entry(const struct db6 *db, const struct key6 *key);
/* A zeroed entry under the key. LEASE6_NONE when memory is out. */
uint32_t db6_take(struct db6 *db, const struct key6 *key);
/* Gives it back; its strings are the caller's to have dropped. */
void db6_give(struct db6 *db, uint32_t handle);

/*
 * Fills *e, an entry that is nowhere yet, from a record. It shares the octets
 * of `former' (NULL is allowed) if they are the same; then only one of the two
 * may be dropped with them. On -ENOMEM *e holds nothing.
 */
int lease6_fill(struct db6 *db, struct lease6 *e, const struct lease *lease,
		const struct lease6 *former);
/* Drops the strings, and the octets unless another entry shares them. */
void lease6_drop(struct db6 *db, struct lease6 *e, bool is_shared);
/* Variable parts point into the entry. */
void lease6_record(const struct db6 *db, const struct lease6 *e,
		   struct lease *lease);

/* ---- clients and IAs ---- */

void client6_seal(struct alloc6_client *client, const struct siphash_key *key);
bool lease6_is_client(const struct db6 *db, const struct lease6 *e,
		      const struct alloc6_client *client);
static inline bool lease6_is_same_ia(const struct lease6 *a,
				     const struct lease6 *b)
{
	return a->duid == b->duid && a->iaid == b->iaid;
}

/* Puts a handle under the client and the IA of e. -ENOMEM, and it is not. */
int db6_index(struct db6 *db, uint32_t handle, const struct lease6 *e);
void db6_unindex(struct db6 *db, uint32_t handle, const struct lease6 *e);

/* Of whose leases; iaid and kind only with is_ia. */
struct owner6 {
	const struct alloc6_client *client;
	bool is_ia;
	uint8_t kind;
	uint32_t iaid;
};
typedef bool db6_match(const void *arg, const struct lease6 *e);
#define DB6_FOUND_MAX (ALLOC6_CLIENT_LEASES_MAX + 64)
/*
 * Handles of the owner's leases that match (NULL: all), each once; how many,
 * never more than DB6_FOUND_MAX.
 */
uint32_t db6_collect(const struct db6 *db, const struct owner6 *owner,
		     db6_match *match, const void *arg,
		     uint32_t handle[DB6_FOUND_MAX]);

/* Holds a client the lease now? Its end may be due and not yet worked off. */
static inline bool lease6_is_held(const struct lease6 *e, struct mono_time now)
{
	return e && e->state == LEASE_ACTIVE && e->ends_ns > now.ns;
}

static inline bool lease6_is_timed(const struct lease6 *e)
{
	return (e->state == LEASE_ACTIVE || e->state == LEASE_DECLINED) &&
	       e->ends_ns != LEASE_NEVER_NS;
}

#endif /* LIB_ALLOC6_DB6_H */
