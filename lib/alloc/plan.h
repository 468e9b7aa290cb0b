/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan - a configuration laid out for look-ups: prefixes, ranges, permits,
 * reservations. Built whole, never changed, swapped by a reload. It points
 * into the configuration and knows no lease.
 */
#ifndef LIB_ALLOC_PLAN_H
#define LIB_ALLOC_PLAN_H

#include "dhcp4o6/alloc/client.h"
#include "dhcp4o6/base/prefix_table.h"
#include "dhcp4o6/conf/conf.h"

#define PLAN_NONE UINT32_MAX

/* Is the client in a host declaration? Index of permits and sizes. */
enum plan_known {
	PLAN_UNKNOWN_CLIENT,
	PLAN_KNOWN_CLIENT,
	PLAN_KNOWN_COUNT,
};

struct plan_pool {
	const struct conf_pool *conf;
	uint32_t network;
	/* With has_members: some such client may have its addresses. */
	bool permit[PLAN_KNOWN_COUNT];
	bool has_members; /* permits by class: each client is looked at */
	uint64_t size;
};

/* Sorted by first within a network. */
struct plan_range {
	uint32_t first; /* addresses in host order */
	uint32_t last;
	uint32_t pool;
	uint32_t reach; /* highest last of this and the ranges before */
	/* Addresses the client may have in ranges before this one. */
	uint64_t before[PLAN_KNOWN_COUNT];
};

struct alloc_network {
	const struct conf_shared_network *conf;
	uint32_t index;
	uint32_t first_pool;
	uint32_t pool_count;
	uint32_t first_range;
	uint32_t range_count;
	uint64_t size[PLAN_KNOWN_COUNT]; /* addresses a client may have */
	bool has_members;                /* some of its pools have */
};

struct plan_subnet {
	const struct conf_subnet *conf;
	uint32_t network;
};

struct plan {
	const struct conf *conf;
	struct siphash_key key;
	struct alloc_network *network;
	struct plan_subnet *subnet;
	struct plan_pool *pool;
	struct plan_range *range;
	uint32_t network_count;
	uint32_t subnet_count;
	uint32_t pool_count;
	uint32_t range_count;
	struct prefix_table prefix4; /* index of subnet */
	struct prefix_table prefix6; /* index of network */
	struct hmap *host_by_id;     /* index in conf->hosts */
	struct hmap *host_by_hardware;
	uint32_t *server_id; /* configured ones, host order, sorted */
	uint32_t server_id_count;
	uint32_t server_id_room;
	bool is_conditional; /* there are classes, `if' or expressions */
};

/* Is it said of such a client, whatever classes it is in? */
bool plan_permit_matches(const struct conf_permit *permit,
			 enum plan_known known);

int plan_new(struct plan **plan, const struct conf *conf,
	     const struct siphash_key *key);
void plan_free(struct plan *plan); /* NULL is allowed */

/* addr in host order. NULL when no subnet holds it. */
const struct plan_subnet *plan_find_subnet(struct plan *plan, uint32_t addr);
bool plan_is_in_network(struct plan *plan, uint32_t addr,
			const struct alloc_network *net);
/* The range of the network that holds addr, or NULL. */
const struct plan_range *plan_find_range(const struct plan *plan,
					 const struct alloc_network *net,
					 uint32_t addr);

/* What host declarations say of a client on one network. */
struct plan_host {
	bool is_known;                /* there is a declaration at all */
	const struct conf_host *host; /* its options apply; NULL: none */
	bool has_fixed;               /* and it has an address here */
	uint32_t fixed;               /* host order */
};

void plan_find_host(struct plan *plan, const struct alloc_network *net,
		    const struct alloc_client *client, struct plan_host *found);

#endif /* LIB_ALLOC_PLAN_H */
