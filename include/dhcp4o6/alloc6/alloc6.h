/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc6 - who holds which IPv6 address and which delegated prefix: the DHCPv6
 * leases in memory, and the configuration laid over them.
 *
 * As alloc.h: leases belong to no configuration, a reload swaps what is laid
 * over them; nothing here reads clocks, logs or waits; changes go through a
 * transaction (alloc6_txn.h) that the caller makes durable; expiry runs on
 * struct mono_time. One thread uses an alloc6.
 *
 * A pool is no bitmap: an address of a /64 is found by keyed probing. Up to
 * 65,536 addresses or prefixes the last free one is found as well.
 */
#ifndef DHCP4O6_ALLOC6_ALLOC6_H
#define DHCP4O6_ALLOC6_ALLOC6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/lease/lease.h"
#include "dhcp4o6/wire/dhcp6.h"

#define ALLOC6_OFFERS_MAX    65536U /* pending offers; then the oldest goes */
#define ALLOC6_CURSOR_END    UINT32_MAX
#define ALLOC6_CONFLICT_SIZE 512U
/*
 * Former leases that are remembered, besides as many as there are active ones;
 * then the oldest are forgotten, and gone from the next snapshot.
 */
#define ALLOC6_FORMERS_MAX 65536U
/*
 * Leases of all states are as many as `leases-max' says. For a new one the
 * oldest former one is forgotten; without one, an IA that would need it is
 * refused. What a host has reserved is given all the same, and what was there
 * before, at start or by a reload, stays until it ends.
 */

struct alloc6;         /* opaque */
struct alloc6_network; /* a shared network; until the next apply_conf() */

/* As the functions of alloc.h of the same name, with the same errors. */
int alloc6_new(struct alloc6 **alloc, const struct siphash_key *key,
	       struct mono_time now, struct wall_time wall);
void alloc6_free(struct alloc6 *alloc); /* NULL is allowed */
/* Takes LEASE_NA6 and LEASE_PD6; -EINVAL for any other record. */
int alloc6_load(struct alloc6 *alloc, const struct lease *lease);
bool alloc6_load_end(struct alloc6 *alloc);
bool alloc6_is_expiry_held(const struct alloc6 *alloc);
bool alloc6_set_clock(struct alloc6 *alloc, struct mono_time now,
		      struct wall_time wall);
int alloc6_apply_conf(struct alloc6 *alloc, const struct conf *conf);
/*
 * The same in two steps, so that the first is done aside, on any thread: it
 * needs of alloc what never changes. The second one swaps, and leaves the
 * former plan in *plan (NULL: there was none), for alloc6_plan_free() and then
 * conf_free(). -ENOMEM: nothing changed. It goes through all leases once.
 */
struct alloc6_plan; /* opaque: a configuration laid out for look-ups */
int alloc6_plan_new(const struct alloc6 *alloc, const struct conf *conf,
		    struct alloc6_plan **plan);
void alloc6_plan_free(struct alloc6_plan *plan); /* NULL is allowed */
int alloc6_apply_plan(struct alloc6 *alloc, struct alloc6_plan **plan);
/* Is nothing new given for `leases-max'? */
bool alloc6_is_full(const struct alloc6 *alloc);
int alloc6_set_interface(struct alloc6 *alloc, const char *ifname,
			 const struct in6_addr *addrs, size_t count,
			 char *conflict);
void alloc6_remove_interface(struct alloc6 *alloc, const char *ifname);
typedef void alloc6_report(void *arg, const char *text);
/* Each conflict there is, or would be with a plan that is not in force yet
 * (NULL: the one in force). */
size_t alloc6_check_interfaces(const struct alloc6 *alloc,
			       struct alloc6_plan *plan, alloc6_report *report,
			       void *arg);
size_t alloc6_expire(struct alloc6 *alloc, struct mono_time now, size_t max);
struct mono_time alloc6_next_expiry(const struct alloc6 *alloc);
size_t alloc6_visit(const struct alloc6 *alloc, uint32_t *cursor,
		    struct lease *records, size_t max);
/* kind: LEASE_NA6 (prefix_len 128) or LEASE_PD6. -ENOENT. */
int alloc6_get_lease(const struct alloc6 *alloc, enum lease_kind kind,
		     const struct in6_addr *addr, uint8_t prefix_len,
		     struct lease *record);

/* ---- where a client is ---- */

/*
 * The shared network of a client (RFC 9915 section 13.1): the first usable
 * link-address from the client outward decides, even when it matches nothing;
 * without any, a global source address that lies in a subnet6; then the
 * interface. NULL: no subnet for it.
 */
const struct alloc6_network *alloc6_locate(const struct alloc6 *alloc,
					   const struct dhcp6_envelope *env,
					   const char *ifname,
					   const struct in6_addr *source);
const struct conf_shared_network *
alloc6_network_conf(const struct alloc6_network *net);
/* The subnet6 that holds addr; *net (NULL is allowed): its network. NULL. */
const struct conf_subnet6 *
alloc6_find_subnet(const struct alloc6 *alloc, const struct in6_addr *addr,
		   const struct alloc6_network **net);
/* The pool of the network that has this address, or this prefix; NULL. */
const struct conf_pool6 *alloc6_find_pool(const struct alloc6 *alloc,
					  const struct alloc6_network *net,
					  enum lease_kind kind,
					  const struct in6_addr *addr);

/* ---- figures ---- */

struct alloc6_stats {
	uint64_t records;    /* leases known, former ones included */
	uint64_t leases_max; /* UINT32_MAX before a configuration is applied */
	uint64_t addresses_active;
	uint64_t prefixes_active;
	uint64_t declined;
	uint64_t offers; /* pending */
	uint64_t expired_total;
	uint64_t reused_total; /* committed, of another client before */
	uint64_t offers_expired_total;
	uint64_t memory; /* octets held for leases and indices */
	uint64_t probes; /* candidates looked at to find free ones */
	bool expiry_held;
};

/* What one shared network has; sizes saturate at UINT64_MAX. */
struct alloc6_network_stats {
	const char *network;
	uint64_t addresses;
	uint64_t addresses_active;
	uint64_t prefixes;
	uint64_t prefixes_active;
	uint64_t declined;
};

void alloc6_get_stats(const struct alloc6 *alloc, struct alloc6_stats *stats);
size_t alloc6_network_count(const struct alloc6 *alloc);
/* -ENOENT past the end. */
int alloc6_get_network_stats(const struct alloc6 *alloc, size_t network,
			     struct alloc6_network_stats *stats);

#endif /* DHCP4O6_ALLOC6_ALLOC6_H */
