/* SPDX-License-Identifier: BSD-2-Clause */
/* slot - the state of a slot, from its lease, its offer and its reservation. */
#include <errno.h>

#include "alloc_private.h"

#define RANK_BIAS (1LL << 30)

struct slot_ref slot_find(const struct alloc *alloc, struct slot_key key)
{
	const struct space *space = alloc->space[key.psid_len];

	if (!space)
		return (struct slot_ref){ .block = NULL };
	return space_find(space, space_slot(key.addr, key.psid, key.psid_len));
}

int slot_get(struct alloc *alloc, struct slot_key key, struct slot_ref *ref)
{
	struct space **space = &alloc->space[key.psid_len];

	if (!*space && space_new(space, key.psid_len))
		return -ENOMEM;
	return space_get(*space, space_slot(key.addr, key.psid, key.psid_len),
			 ref);
}

struct lease_entry *slot_entry(const struct alloc *alloc, struct slot_ref ref)
{
	uint32_t handle = space_handle(ref);

	if (handle == SPACE_HANDLE_NONE)
		return NULL;
	return lease_db_entry(&alloc->db, handle);
}

/* Former leases by the second they ended, biased so that none is negative. */
static uint32_t former_rank(const struct alloc *alloc, int64_t ends_ns)
{
	int64_t s = ends_ns / NS_PER_S - alloc->rank_base_s + RANK_BIAS;

	if (s < 0)
		return 0;
	return s < RANK_OFFERED ? (uint32_t)s : RANK_OFFERED - 1;
}

static uint64_t note(struct bitmap *map, uint32_t index, bool is)
{
	bool was = bitmap_has(map, index);

	if (is)
		bitmap_set(map, index);
	else
		bitmap_clear(map, index);
	return (uint64_t)is - (uint64_t)was;
}

void slot_settle(struct alloc *alloc, struct slot_key key, struct slot_ref ref)
{
	const struct lease_entry *e = slot_entry(alloc, ref);
	bool is_active = e && e->state == LEASE_ACTIVE;
	bool is_declined = e && e->state == LEASE_DECLINED;
	bool is_reserved = slot_is_reserved(ref);
	bool is_offered = slot_is_offered(ref);
	uint32_t rank = RANK_NONE;
	uint32_t offer;

	alloc->active += note(&ref.block->active, ref.index, is_active);
	alloc->declined += note(&ref.block->declined, ref.index, is_declined);
	if (is_reserved || is_active || is_declined) {
		rank = RANK_NONE;
	} else if (is_offered) {
		offer = offers_find_slot(&alloc->offers, key.addr, key.psid,
					 key.psid_len);
		if (offer != OFFER_NONE)
			rank = offer_at(&alloc->offers, offer)->rank;
	} else if (e) {
		rank = former_rank(alloc, e->ends_ns);
	}
	space_settle(alloc->space[key.psid_len], ref,
		     !e && !is_offered && !is_reserved, rank);
}
