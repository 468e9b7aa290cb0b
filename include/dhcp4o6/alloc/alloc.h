/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc - who holds which IPv4 address: the leases in memory, the address
 * space, and the configuration laid over both.
 *
 * The address space and its leases belong to no configuration: a reload swaps
 * what is laid over them and touches no lease. One thread uses an alloc.
 * Nothing here reads clocks, logs or waits; changes of leases go through a
 * transaction (alloc_txn.h) that the caller makes durable.
 *
 * Expiry runs on struct mono_time alone: a step of the wall clock expires
 * nobody. Wall-clock time is only read from, and written into, records.
 */
#ifndef DHCP4O6_ALLOC_ALLOC_H
#define DHCP4O6_ALLOC_ALLOC_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/lease/lease.h"

#define ALLOC_OFFERS_MAX    65536U /* pending offers; then the oldest goes */
#define ALLOC_CURSOR_END    UINT32_MAX
#define ALLOC_IF_ADDRS_MAX  64U /* global IPv6 addresses of one interface */
#define ALLOC_CONFLICT_SIZE 512U

struct alloc; /* opaque */

/*
 * key: of everything clients choose; keep it over restarts, so that a client
 * tends to the same address even when its record is lost. now and wall: the
 * same moment on both clocks; they anchor what alloc_load() is given.
 */
int alloc_new(struct alloc **alloc, const struct siphash_key *key,
	      struct mono_time now, struct wall_time wall);
void alloc_free(struct alloc *alloc); /* NULL is allowed */

/*
 * Takes one record of the store, before the first transaction; of several with
 * one key the last wins. Copies all it keeps. -ENOMEM, or -EINVAL for a record
 * no DHCPv4 lease can have (unknown state, PSID outside its length).
 */
int alloc_load(struct alloc *alloc, const struct lease *lease);

/*
 * Ends loading. Returns true when the wall clock stands before the newest
 * record, so that nobody can say how much of any loaded lease is left: expiry
 * of loaded leases is then held until alloc_set_clock() brings a later time.
 */
bool alloc_load_end(struct alloc *alloc);
bool alloc_is_expiry_held(const struct alloc *alloc);
/*
 * Tells both clocks again; to be called now and then. Ends a hold once wall is
 * past the newest record; loaded leases then get their right expiry, a bounded
 * number with each alloc_expire().
 *
 * Returns true when the wall clock was set since it was last told, seconds of
 * inaccuracy aside. What the store holds then ends at a time that is no longer
 * the right one, and a restart would expire it too early: the caller has the
 * store written anew. From then on alloc_visit() gives leases in the times of
 * the clock that is in force.
 */
bool alloc_set_clock(struct alloc *alloc, struct mono_time now,
		     struct wall_time wall);

/*
 * Lays a configuration over the address space; the first one, or a reload.
 * conf stays the caller's, unchanged and alive until another is applied or the
 * alloc is freed. On an error (-ENOMEM) the former one stays in force.
 */
int alloc_apply_conf(struct alloc *alloc, const struct conf *conf);

/*
 * The same in two steps, so that the first, which takes its time, is done aside
 * on any thread: it needs of alloc what never changes. The second one swaps,
 * and leaves the former plan in *plan (NULL: there was none), for
 * alloc_plan_free() and then conf_free() of its configuration. -ENOMEM.
 */
struct plan; /* opaque: a configuration laid out for look-ups */
int alloc_plan_new(const struct alloc *alloc, const struct conf *conf,
		   struct plan **plan);
void alloc_plan_free(struct plan *plan); /* NULL is allowed */
int alloc_apply_plan(struct alloc *alloc, struct plan **plan);

/*
 * The global IPv6 addresses of an interface, which bind it to the shared
 * network whose subnet6 holds one of them; from netlink, at start and at every
 * change. -EEXIST when they lie in two shared networks: the interface is then
 * bound to none, and conflict (ALLOC_CONFLICT_SIZE octets; NULL is allowed)
 * says which. -E2BIG over ALLOC_IF_ADDRS_MAX; -EINVAL for a
 * name no interface can have; -ENOMEM.
 */
int alloc_set_interface(struct alloc *alloc, const char *ifname,
			const struct in6_addr *addrs, size_t count,
			char *conflict);
void alloc_remove_interface(struct alloc *alloc, const char *ifname);
/* Calls report for each conflict there is, or would be with a plan that is not
 * in force yet (NULL: the one in force); returns how many. */
typedef void alloc_report(void *arg, const char *text);
size_t alloc_check_interfaces(const struct alloc *alloc, struct plan *plan,
			      alloc_report *report, void *arg);

/*
 * Expires leases, quarantines and offers that are due: at most max of them.
 * Returns how many; when that is max, more may be due. Nothing is written to
 * the store: the record says itself when it ends.
 */
size_t alloc_expire(struct alloc *alloc, struct mono_time now, size_t max);
/* When something is due next; ns == INT64_MAX when nothing is. */
struct mono_time alloc_next_expiry(const struct alloc *alloc);

/*
 * Fills records[0..max) from *cursor on (0 at first) and moves it; returns how
 * many. It may return fewer, even none, before the end, which is when *cursor
 * is ALLOC_CURSOR_END. A lease with a change that is not committed is given as
 * it was before. What has been there all the time is given exactly once.
 * Variable parts are valid until the next change.
 */
size_t alloc_visit(const struct alloc *alloc, uint32_t *cursor,
		   struct lease *records, size_t max);
/* The lease of an address, changes not yet committed included. -ENOENT. */
int alloc_get_lease(const struct alloc *alloc, struct in_addr addr,
		    uint16_t psid, uint8_t psid_len, struct lease *record);

/* ---- figures ---- */

struct alloc_stats {
	uint64_t records;  /* leases known, former ones included */
	uint64_t active;   /* held by a client */
	uint64_t declined; /* resting after a DECLINE */
	uint64_t offers;   /* pending */
	uint64_t expired_total;
	uint64_t reused_total; /* committed, of another client before */
	uint64_t offers_expired_total;
	uint64_t offers_reused_total; /* taken from a client: pool or table full
				       */
	uint64_t memory;              /* octets held for leases and indices */
	uint64_t search_steps; /* nodes and words looked at to find addresses */
	bool expiry_held;
};

/* Addresses of a pool, or of all pools of a shared network. */
struct alloc_pool_stats {
	const char *network; /* name of the shared network */
	uint64_t size;       /* addresses in ranges */
	uint64_t active;
	uint64_t declined;
	uint64_t offered;
	uint64_t reserved; /* by fixed-address */
	uint64_t free;     /* none of the above */
};

void alloc_get_stats(const struct alloc *alloc, struct alloc_stats *stats);
size_t alloc_network_count(const struct alloc *alloc);
/* -ENOENT past the end. Costs a few steps per 4,096 addresses. */
int alloc_get_network_stats(const struct alloc *alloc, size_t network,
			    struct alloc_pool_stats *stats);
int alloc_get_pool_stats(const struct alloc *alloc, size_t network, size_t pool,
			 struct alloc_pool_stats *stats);

#endif /* DHCP4O6_ALLOC_ALLOC_H */
