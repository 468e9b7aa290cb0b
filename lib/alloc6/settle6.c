/* SPDX-License-Identifier: BSD-2-Clause */
/* settle6 - counters and blocks, from what there is of a key. */
#include "alloc6_private.h"

static bool is_in_use(const struct lease6 *e)
{
	return e && (e->state == LEASE_ACTIVE || e->state == LEASE_DECLINED);
}

enum slot6 settle6_look(const void *arg, const struct key6 *key)
{
	const struct alloc6 *alloc = arg;
	const struct lease6 *e = db6_find_entry(&alloc->db, key);

	if (is_in_use(e) ||
	    (alloc->plan && plan6_is_reserved(alloc->plan, key)) ||
	    offers6_find(&alloc->offers, key) != OFFER6_NONE ||
	    (alloc->plan && plan6_is_given_away(alloc->plan, key)))
		return SLOT6_TAKEN;
	return e ? SLOT6_FORMER : SLOT6_FRESH;
}

/* by is 1, or -1 as an unsigned number. */
static void count(struct alloc6 *alloc, const struct lease6 *e, uint64_t by)
{
	struct alloc6_network *net = alloc->plan && e->network != PLAN6_NONE
					     ? &alloc->plan->network[e->network]
					     : NULL;
	enum plan6_kind kind = plan6_kind(e->key.kind);

	if (e->counted == COUNTED6_ACTIVE) {
		alloc->active[kind] += by;
		if (net)
			net->active[kind] += by;
	} else if (e->counted == COUNTED6_DECLINED) {
		alloc->declined += by;
		if (net)
			net->declined += by;
	}
}

static void count_anew(struct alloc6 *alloc, struct lease6 *e)
{
	static const uint8_t counts_as[LEASE_STATE_COUNT] = {
		[LEASE_ACTIVE] = COUNTED6_ACTIVE,
		[LEASE_DECLINED] = COUNTED6_DECLINED,
	};
	struct alloc6_network *net;

	count(alloc, e, UINT64_MAX);
	e->counted = counts_as[e->state];
	if (!alloc->plan)
		return;
	net = e->counted ? plan6_network_of(alloc->plan, &e->key) : NULL;
	e->network = net ? net->index : PLAN6_NONE;
}

/* Former leases are forgotten in the order of their ends; one that does not
 * get into it, for want of memory, is kept. */
static void queue_former(struct alloc6 *alloc, uint32_t handle,
			 const struct lease6 *e)
{
	if (is_in_use(e) || e->pending)
		heap_remove(alloc->db.formers, handle);
	else if (!heap_has(alloc->db.formers, handle))
		heap_set(alloc->db.formers, handle, e->ends_ns);
}

void settle6(struct alloc6 *alloc, const struct key6 *key)
{
	uint32_t handle = db6_find(&alloc->db, key);
	struct block6 *block;
	struct lease6 *e;
	uint32_t slot;

	if (handle != LEASE6_NONE) {
		e = db6_entry(&alloc->db, handle);
		count_anew(alloc, e);
		count(alloc, e, 1);
		queue_former(alloc, handle, e);
	}
	block = blocks6_find(&alloc->scratch->blocks, key, &slot);
	if (block)
		block6_set(block, slot, settle6_look(alloc, key));
}

void settle6_count_all(struct alloc6 *alloc)
{
	uint32_t handle;

	alloc->active[PLAN6_ADDRESSES] = 0;
	alloc->active[PLAN6_PREFIXES] = 0;
	alloc->declined = 0;
	for (handle = 0; handle < alloc->db.entries.used; handle++) {
		struct lease6 *e = db6_entry(&alloc->db, handle);

		if (e->state == LEASE6_UNUSED)
			continue;
		e->counted = COUNTED6_NOT;
		count_anew(alloc, e);
		count(alloc, e, 1);
	}
}
