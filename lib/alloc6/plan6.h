/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan6 - a configuration laid out for look-ups: prefixes, ranges, permits,
 * reservations. Built whole and swapped by a reload. It points into the
 * configuration; of leases it has counts per network, and notes what former
 * configurations gave away in other lengths.
 */
#ifndef LIB_ALLOC6_PLAN6_H
#define LIB_ALLOC6_PLAN6_H

#include "dhcp4o6/alloc6/choice6.h"
#include "dhcp4o6/base/prefix_table.h"
#include "key6.h"

#define PLAN6_NONE UINT32_MAX

/* Addresses of a `range6', or prefixes of a `prefix6'. */
struct plan6_range {
	struct num6 first;
	struct num6 last;  /* of the last one the first address */
	struct num6 reach; /* highest last of this and the ranges before */
	uint64_t count;    /* of them; UINT64_MAX for more */
	uint32_t pool;
	uint8_t kind;
	uint8_t prefix_len;
};

struct plan6_pool {
	const struct conf_pool6 *conf;
	const struct conf_subnet6 *subnet;
	uint32_t network;
	enum conf_prefix_mode mode; /* `prefix-length-mode' */
};

/* Ranges of one kind on one network, sorted by first. */
struct plan6_ranges {
	struct plan6_range *range;
	uint32_t count;
};

enum plan6_kind {
	PLAN6_ADDRESSES,
	PLAN6_PREFIXES,
	PLAN6_KIND_COUNT,
};

static inline enum plan6_kind plan6_kind(uint8_t lease_kind)
{
	return lease_kind == LEASE_PD6 ? PLAN6_PREFIXES : PLAN6_ADDRESSES;
}

struct alloc6_network {
	const struct conf_shared_network *conf;
	uint32_t index;
	struct plan6_ranges ranges[PLAN6_KIND_COUNT];
	uint64_t active[PLAN6_KIND_COUNT];
	uint64_t declined;
};

struct plan6_subnet {
	const struct conf_subnet6 *conf;
	uint32_t network;
};

/* What `host-identifier' looks at; several hosts share one. */
struct plan6_selector {
	uint32_t code;
	uint8_t relay; /* 0: the client's own options */
};

struct alloc6_plan {
	const struct conf *conf;
	struct siphash_key key;
	struct alloc6_network *network;
	struct plan6_subnet *subnet;
	struct plan6_pool *pool;
	struct plan6_range *range;    /* network by network */
	struct plan6_range *prefixes; /* those of all networks, sorted */
	struct key6 *reserved;
	struct plan6_selector *selector;
	uint32_t network_count;
	uint32_t subnet_count;
	uint32_t pool_count;
	uint32_t range_count;
	uint32_t prefixes_count;
	uint32_t reserved_count;
	uint32_t selector_count;
	struct prefix_table by_prefix; /* index of subnet */
	struct prefix_table networks;  /* the same prefixes: of network */
	/* What is somebody's and neither in a pool nor reserved: prefixes in
	 * which nothing is free, and reserved ones of which a part is not. */
	struct prefix_table given_away;
	struct prefix_table given_parts;
	bool has_reserved_len[129];
	struct hmap *by_reserved;        /* index of reserved */
	struct hmap *host_by_identifier; /* index in conf->hosts */
	struct hmap *host_by_hardware;
};

int plan6_new(struct alloc6_plan **plan, const struct conf *conf,
	      const struct siphash_key *key);
void plan6_free(struct alloc6_plan *plan); /* NULL is allowed */

/* NULL when no subnet6 holds it. */
const struct plan6_subnet *plan6_find_subnet(struct alloc6_plan *plan,
					     const struct in6_addr *addr);
bool plan6_is_in_network(struct alloc6_plan *plan, const struct in6_addr *addr,
			 const struct alloc6_network *net);
/* The range that holds addr, as one of its items or inside one; NULL. */
const struct plan6_range *plan6_find_range(const struct plan6_ranges *ranges,
					   struct num6 addr);
/* The network a lease belongs to; NULL. */
struct alloc6_network *plan6_network_of(struct alloc6_plan *plan,
					const struct key6 *key);
/* Some host has it. */
bool plan6_is_reserved(const struct alloc6_plan *plan, const struct key6 *key);
/* Anycast and the like: RFC 4291 section 2.6.1, RFC 5453. */
bool plan6_is_never_given(const struct alloc6_plan *plan,
			  const struct plan6_range *range, struct num6 addr);

/*
 * A prefix that is somebody's while the pools, or reservations, that it
 * overlaps have another length: these are not given, until the next plan.
 * -ENOMEM.
 */
int plan6_note_prefix(struct alloc6_plan *plan, const struct key6 *key);
static inline bool plan6_is_given_away(struct alloc6_plan *plan,
				       const struct key6 *key)
{
	const uint8_t *addr = key->addr.s6_addr;

	return plan->given_away.count && key->kind == LEASE_PD6 &&
	       (prefix_table_find(&plan->given_away, addr, 16) != PREFIX_NONE ||
		prefix_table_get(&plan->given_parts, addr, 16,
				 key->prefix_len) != PREFIX_NONE);
}

/* ---- plan6_host.c ---- */

int plan6_add_hosts(struct alloc6_plan *plan);
/* What host declarations say of a client on a network: sets is_known, host. */
void plan6_find_host(struct alloc6_plan *plan, struct alloc6_asker *asker);

#endif /* LIB_ALLOC6_PLAN6_H */
