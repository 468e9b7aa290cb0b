/* SPDX-License-Identifier: BSD-2-Clause */
/* visit - leases one after the other, and figures. */
#include <errno.h>

#include "alloc_private.h"

#define LOOKED_AT_PER_RECORD 8 /* free entries are skipped, not for ever */

size_t alloc_visit(const struct alloc *alloc, uint32_t *cursor,
		   struct lease *records, size_t max)
{
	size_t looked_at = 0;
	size_t count = 0;

	while (count < max && looked_at++ < max * LOOKED_AT_PER_RECORD &&
	       *cursor < alloc->db.entries.used) {
		uint32_t handle = (*cursor)++;
		const struct lease_entry *e =
			lease_db_entry(&alloc->db, handle);

		if (e->state == LEASE_STATE_UNUSED)
			continue;
		if (e->pending)
			e = txn_committed(alloc, handle);
		if (!e)
			continue;
		lease_entry_record(&alloc->db, e, &records[count]);
		restate_times(alloc, e, &records[count++]);
	}
	if (*cursor >= alloc->db.entries.used)
		*cursor = ALLOC_CURSOR_END;
	return count;
}

int alloc_get_lease(const struct alloc *alloc, struct in_addr addr,
		    uint16_t psid, uint8_t psid_len, struct lease *record)
{
	struct slot_key key = { ntohl(addr.s_addr), psid, psid_len };
	const struct lease_entry *e;

	if (psid_len > ALLOC_PSID_LEN_MAX)
		return -ENOENT;
	e = slot_entry(alloc, slot_find(alloc, key));
	if (!e)
		return -ENOENT;
	lease_entry_record(&alloc->db, e, record);
	restate_times(alloc, e, record);
	return 0;
}

void alloc_get_stats(const struct alloc *alloc, struct alloc_stats *stats)
{
	size_t i;

	*stats = (struct alloc_stats){
		.records = alloc->db.entries.count,
		.active = alloc->active,
		.declined = alloc->declined,
		.offers = alloc->offers.list.count,
		.expired_total = alloc->expired_total,
		.reused_total = alloc->reused_total,
		.offers_expired_total = alloc->offers_expired_total,
		.offers_reused_total = alloc->offers_reused_total,
		.memory = lease_db_memory(&alloc->db) +
			  offers_memory(&alloc->offers),
		.expiry_held = alloc->clock.held,
	};
	for (i = 0; i <= ALLOC_PSID_LEN_MAX; i++) {
		if (!alloc->space[i])
			continue;
		stats->memory += space_memory(alloc->space[i]);
		stats->search_steps += alloc->space[i]->steps;
	}
}

size_t alloc_network_count(const struct alloc *alloc)
{
	return alloc->plan ? alloc->plan->network_count : 0;
}

/* All ranges of a network, or those of one pool (PLAN_NONE: all). */
static void count_ranges(const struct alloc *alloc,
			 const struct alloc_network *net, uint32_t pool,
			 struct alloc_pool_stats *stats)
{
	struct space_count count = { 0 };
	uint32_t i;

	*stats = (struct alloc_pool_stats){ .network = net->conf->name };
	for (i = 0; i < net->range_count; i++) {
		const struct plan_range *range =
			&alloc->plan->range[net->first_range + i];

		if (pool != PLAN_NONE && range->pool != pool)
			continue;
		stats->size += (uint64_t)range->last - range->first + 1;
		space_count_range(alloc->space[0], range->first, range->last,
				  &count);
	}
	stats->active = count.active;
	stats->declined = count.declined;
	stats->offered = count.offered;
	stats->reserved = count.reserved;
	stats->free = stats->size - count.active - count.declined -
		      count.offered - count.reserved;
}

int alloc_get_network_stats(const struct alloc *alloc, size_t network,
			    struct alloc_pool_stats *stats)
{
	if (network >= alloc_network_count(alloc))
		return -ENOENT;
	count_ranges(alloc, &alloc->plan->network[network], PLAN_NONE, stats);
	return 0;
}

int alloc_get_pool_stats(const struct alloc *alloc, size_t network, size_t pool,
			 struct alloc_pool_stats *stats)
{
	const struct alloc_network *net;

	if (network >= alloc_network_count(alloc))
		return -ENOENT;
	net = &alloc->plan->network[network];
	if (pool >= net->pool_count)
		return -ENOENT;
	count_ranges(alloc, net, net->first_pool + (uint32_t)pool, stats);
	return 0;
}
