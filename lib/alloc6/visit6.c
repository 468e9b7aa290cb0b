/* SPDX-License-Identifier: BSD-2-Clause */
/* visit6 - leases one after the other, and figures. */
#include <errno.h>

#include "choice6_private.h"

#define LOOKED_AT_PER_RECORD 8 /* free entries are skipped, not for ever */

size_t alloc6_visit(const struct alloc6 *alloc, uint32_t *cursor,
		    struct lease *records, size_t max)
{
	size_t looked_at = 0;
	size_t count = 0;

	while (count < max && looked_at++ < max * LOOKED_AT_PER_RECORD &&
	       *cursor < alloc->db.entries.used) {
		uint32_t handle = (*cursor)++;
		const struct lease6 *e = db6_entry(&alloc->db, handle);

		if (e->state == LEASE6_UNUSED)
			continue;
		if (e->pending)
			e = txn6_committed(alloc, handle);
		if (!e)
			continue;
		record6(alloc, e, &records[count++]);
	}
	if (*cursor >= alloc->db.entries.used)
		*cursor = ALLOC6_CURSOR_END;
	return count;
}

int alloc6_get_lease(const struct alloc6 *alloc, enum lease_kind kind,
		     const struct in6_addr *addr, uint8_t prefix_len,
		     struct lease *record)
{
	struct key6 key = key6_of(kind, addr, prefix_len);
	const struct lease6 *e = db6_find_entry(&alloc->db, &key);

	if (!e)
		return -ENOENT;
	record6(alloc, e, record);
	return 0;
}

/* ---- of an owner ---- */

static bool is_held(const void *arg, const struct lease6 *e)
{
	const struct mono_time *now = arg;

	return now ? lease6_is_held(e, *now) : e->state == LEASE_ACTIVE;
}

static int each(const struct alloc6 *alloc, const struct owner6 *owner,
		const struct mono_time *now, alloc6_visit_ia *visit, void *arg)
{
	uint32_t handle[DB6_FOUND_MAX];
	uint32_t i, count;
	struct lease lease;
	int ret = 0;

	count = db6_collect(&alloc->db, owner, is_held, now, handle);
	for (i = 0; !ret && i < count; i++) {
		const struct lease6 *e = db6_entry(&alloc->db, handle[i]);

		if (!is_held(now, e)) /* a visit before has ended it */
			continue;
		record6(alloc, e, &lease);
		ret = visit(arg, &lease);
	}
	return ret;
}

int alloc6_each_of_ia(const struct alloc6 *alloc,
		      const struct alloc6_asker *asker, enum lease_kind kind,
		      uint32_t iaid, alloc6_visit_ia *visit, void *arg)
{
	const struct owner6 owner = {
		.client = asker->client,
		.is_ia = true,
		.kind = (uint8_t)kind,
		.iaid = iaid,
	};

	return each(alloc, &owner, &asker->now, visit, arg);
}

int alloc6_each_of_client(const struct alloc6 *alloc, const uint8_t *duid,
			  size_t duid_len, alloc6_visit_ia *visit, void *arg)
{
	struct alloc6_client client = {
		.duid = duid,
		.duid_len = (uint8_t)duid_len,
	};
	const struct owner6 owner = { .client = &client };

	if (!duid_len || duid_len > LEASE_CLIENT_ID_MAX)
		return 0;
	client6_seal(&client, &alloc->key);
	return each(alloc, &owner, NULL, visit, arg);
}

/* ---- figures ---- */

void alloc6_get_stats(const struct alloc6 *alloc, struct alloc6_stats *stats)
{
	*stats = (struct alloc6_stats){
		.records = alloc->db.entries.count,
		.leases_max = leases6_max(alloc),
		.addresses_active = alloc->active[PLAN6_ADDRESSES],
		.prefixes_active = alloc->active[PLAN6_PREFIXES],
		.declined = alloc->declined,
		.offers = alloc->offers.list.count,
		.expired_total = alloc->expired_total,
		.reused_total = alloc->reused_total,
		.offers_expired_total = alloc->offers_expired_total,
		.memory = db6_memory(&alloc->db) +
			  offers6_memory(&alloc->offers) +
			  blocks6_memory(&alloc->scratch->blocks),
		.probes = alloc->scratch->probes,
		.expiry_held = alloc->clock.held,
	};
}

size_t alloc6_network_count(const struct alloc6 *alloc)
{
	return alloc->plan ? alloc->plan->network_count : 0;
}

static uint64_t size_of(const struct plan6_ranges *ranges)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < ranges->count; i++) {
		if (__builtin_add_overflow(sum, ranges->range[i].count, &sum))
			return UINT64_MAX;
	}
	return sum;
}

int alloc6_get_network_stats(const struct alloc6 *alloc, size_t network,
			     struct alloc6_network_stats *stats)
{
	const struct alloc6_network *net;

	if (network >= alloc6_network_count(alloc))
		return -ENOENT;
	net = &alloc->plan->network[network];
	*stats = (struct alloc6_network_stats){
		.network = net->conf->name,
		.addresses = size_of(&net->ranges[PLAN6_ADDRESSES]),
		.addresses_active = net->active[PLAN6_ADDRESSES],
		.prefixes = size_of(&net->ranges[PLAN6_PREFIXES]),
		.prefixes_active = net->active[PLAN6_PREFIXES],
		.declined = net->declined,
	};
	return 0;
}
