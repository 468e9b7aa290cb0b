/* SPDX-License-Identifier: BSD-2-Clause */
/* claim - what an address is to the client that asks for it. */
#include "choice_private.h"

struct records {
	const struct alloc *alloc;
	const struct alloc_asker *asker;
	uint32_t addr;
	uint32_t count; /* on all networks */
	bool any;       /* on this one */
	bool holds_other;
};

static bool note_record(void *arg, uint32_t handle, const struct lease_entry *e)
{
	struct records *r = arg;

	(void)handle;
	r->count++;
	if (!plan_is_in_network(r->alloc->plan, e->addr, r->asker->net))
		return false;
	r->any = true;
	if (entry_is_held(e, r->asker->now) && e->addr != r->addr)
		r->holds_other = true;
	return false;
}

static bool is_offered_other(const struct alloc *alloc,
			     const struct alloc_asker *asker, uint32_t addr)
{
	uint32_t at = pending_find(alloc, asker->client, asker->net);

	return at != OFFER_NONE && offer_at(&alloc->offers, at)->addr != addr;
}

/* An address the configuration would let the client have. */
static enum alloc_claim judge_open(const struct alloc *alloc,
				   const struct alloc_asker *asker,
				   const struct records *records,
				   const struct lease_entry *e)
{
	uint32_t addr = records->addr;

	if (choice_is_offered_to_other(alloc, asker, addr))
		return ALLOC_CLAIM_TAKEN;
	if (entry_is_held(e, asker->now))
		return lease_entry_is_client(e, asker->client)
			       ? ALLOC_CLAIM_HELD
			       : ALLOC_CLAIM_TAKEN;
	if (e && lease_entry_is_client(e, asker->client) &&
	    !records->holds_other)
		return ALLOC_CLAIM_HELD;
	if (offers_find_slot(&alloc->offers, addr, 0, 0) != OFFER_NONE)
		return ALLOC_CLAIM_OFFERED;
	if (records->holds_other || is_offered_other(alloc, asker, addr))
		return ALLOC_CLAIM_ELSEWHERE;
	if (records->count >= ALLOC_CLIENT_LEASES_MAX)
		return ALLOC_CLAIM_DENIED;
	return ALLOC_CLAIM_FREE;
}

static enum alloc_claim judge(const struct alloc *alloc,
			      const struct alloc_asker *asker,
			      const struct records *records)
{
	struct slot_key key = { records->addr, 0, 0 };
	struct slot_ref ref = slot_find(alloc, key);
	const struct lease_entry *e = slot_entry(alloc, ref);
	bool is_own = e && lease_entry_is_client(e, asker->client) &&
		      e->state == LEASE_ACTIVE;
	bool is_in_pool, is_permitted;

	if (choice_is_fixed(asker, records->addr))
		return choice_can_have_fixed(alloc, asker)
			       ? ALLOC_CLAIM_RESERVED
			       : ALLOC_CLAIM_TAKEN;
	if (e && e->state == LEASE_DECLINED)
		return ALLOC_CLAIM_TAKEN;
	/* It has an address of its own, and is to move there. */
	if (choice_can_have_fixed(alloc, asker))
		return is_own ? ALLOC_CLAIM_LOST : ALLOC_CLAIM_ELSEWHERE;
	if (slot_is_reserved(ref))
		return is_own ? ALLOC_CLAIM_LOST : ALLOC_CLAIM_TAKEN;
	is_permitted =
		choice_is_permitted(alloc, asker, records->addr, &is_in_pool);
	if (!is_permitted && is_own)
		return ALLOC_CLAIM_LOST;
	if (!is_permitted)
		return is_in_pool ? ALLOC_CLAIM_DENIED : ALLOC_CLAIM_OUTSIDE;
	return judge_open(alloc, asker, records, e);
}

enum alloc_claim alloc_judge(const struct alloc *alloc,
			     const struct alloc_asker *asker,
			     struct in_addr addr, bool *has_record)
{
	struct records records = {
		.alloc = alloc,
		.asker = asker,
		.addr = ntohl(addr.s_addr),
	};

	lease_db_each(&alloc->db, asker->client, note_record, &records);
	*has_record = records.any;
	if (!plan_is_in_network(alloc->plan, records.addr, asker->net))
		return ALLOC_CLAIM_WRONG_NETWORK;
	return judge(alloc, asker, &records);
}

const char *alloc_claim_name(enum alloc_claim claim)
{
	static const char *const names[ALLOC_CLAIM_COUNT] = {
		[ALLOC_CLAIM_HELD] = "held",
		[ALLOC_CLAIM_RESERVED] = "reserved",
		[ALLOC_CLAIM_OFFERED] = "offered",
		[ALLOC_CLAIM_FREE] = "free",
		[ALLOC_CLAIM_ELSEWHERE] = "elsewhere",
		[ALLOC_CLAIM_TAKEN] = "taken",
		[ALLOC_CLAIM_LOST] = "lost",
		[ALLOC_CLAIM_OUTSIDE] = "outside",
		[ALLOC_CLAIM_DENIED] = "denied",
		[ALLOC_CLAIM_WRONG_NETWORK] = "wrong-network",
	};

	return claim < ALLOC_CLAIM_COUNT ? names[claim] : "unknown";
}
