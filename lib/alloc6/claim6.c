/* SPDX-License-Identifier: BSD-2-Clause */
/* claim6 - what an address or a prefix is to an IA that names it. */
#include "choice6_private.h"

/* What the configuration would let the IA have. */
static enum alloc6_claim judge_open(const struct choosing6 *c,
				    const struct key6 *key,
				    const struct lease6 *e)
{
	uint32_t at = offers6_find(&c->alloc->offers, key);

	if (at != OFFER6_NONE &&
	    !offer6_is_of(offer6_at(&c->alloc->offers, at), &c->ia))
		return ALLOC6_CLAIM_TAKEN;
	if (e && lease6_is_of_ia(c, e))
		return ALLOC6_CLAIM_HELD;
	if (lease6_is_held(e, c->asker->now))
		return ALLOC6_CLAIM_TAKEN;
	if (!e && alloc6_is_full(c->alloc))
		return ALLOC6_CLAIM_DENIED;
	if (at != OFFER6_NONE)
		return ALLOC6_CLAIM_OFFERED;
	return choice6_has_too_many(c) ? ALLOC6_CLAIM_DENIED
				       : ALLOC6_CLAIM_FREE;
}

static enum alloc6_claim judge(const struct choosing6 *c,
			       const struct key6 *key)
{
	const struct lease6 *e = db6_find_entry(&c->alloc->db, key);
	bool is_own = lease6_is_held(e, c->asker->now) && lease6_is_of_ia(c, e);
	const struct plan6_range *range;
	struct key6 reserved;

	if (choice6_is_reserved(c, key))
		return choice6_can_have_reserved(c, key) ? ALLOC6_CLAIM_RESERVED
							 : ALLOC6_CLAIM_TAKEN;
	if (e && e->state == LEASE_DECLINED)
		return ALLOC6_CLAIM_TAKEN;
	if (plan6_is_reserved(c->alloc->plan, key))
		return ALLOC6_CLAIM_TAKEN;
	range = choice6_range_of(c, key);
	if (!range)
		return ALLOC6_CLAIM_OUTSIDE;
	if (!choice6_permits(c, &c->alloc->plan->pool[range->pool]))
		return ALLOC6_CLAIM_DENIED;
	/* It has one of its own, and is to move there. */
	if (choice6_find_reserved(c, &reserved))
		return ALLOC6_CLAIM_OUTSIDE;
	if (!is_own && plan6_is_given_away(c->alloc->plan, key))
		return ALLOC6_CLAIM_TAKEN;
	return judge_open(c, key, e);
}

enum alloc6_claim alloc6_judge(const struct alloc6 *alloc,
			       const struct alloc6_asker *asker,
			       enum lease_kind kind, uint32_t iaid,
			       const struct in6_addr *addr, uint8_t prefix_len)
{
	const struct choosing6 c = { alloc,
				     asker,
				     { asker->client, (uint8_t)kind, iaid } };
	struct key6 key = key6_of(kind, addr, prefix_len);

	if (!asker->net ||
	    (kind == LEASE_NA6 &&
	     !plan6_is_in_network(alloc->plan, addr, asker->net)))
		return ALLOC6_CLAIM_OFF_LINK;
	if (!key.prefix_len || key.prefix_len > 128)
		return ALLOC6_CLAIM_OUTSIDE;
	return judge(&c, &key);
}

const char *alloc6_claim_name(enum alloc6_claim claim)
{
	static const char *const names[ALLOC6_CLAIM_COUNT] = {
		[ALLOC6_CLAIM_HELD] = "held",
		[ALLOC6_CLAIM_RESERVED] = "reserved",
		[ALLOC6_CLAIM_OFFERED] = "offered",
		[ALLOC6_CLAIM_FREE] = "free",
		[ALLOC6_CLAIM_TAKEN] = "taken",
		[ALLOC6_CLAIM_OUTSIDE] = "outside",
		[ALLOC6_CLAIM_DENIED] = "denied",
		[ALLOC6_CLAIM_OFF_LINK] = "off-link",
	};

	return (unsigned int)claim < ALLOC6_CLAIM_COUNT ? names[claim]
							: "unknown";
}
