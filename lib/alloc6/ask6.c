/* SPDX-License-Identifier: BSD-2-Clause */
/* ask6 - what a client may have: permits, reservations, and what is free. */
#include "choice6_private.h"

void alloc6_ask(const struct alloc6 *alloc, const struct alloc6_network *net,
		struct alloc6_client *client, struct mono_time now,
		struct alloc6_asker *asker)
{
	client6_seal(client, &alloc->key);
	*asker = (struct alloc6_asker){
		.net = net,
		.client = client,
		.now = now,
	};
	if (alloc->plan)
		plan6_find_host(alloc->plan, asker);
}

static bool is_member(const struct choosing6 *c, uint32_t class_index)
{
	const struct conf_class *class =
		&c->alloc->plan->conf->classes[class_index];
	size_t i;

	for (i = 0; i < c->asker->class_count; i++) {
		if (c->asker->classes[i].class == class)
			return true;
	}
	return false;
}

static bool is_meant(const struct choosing6 *c, const struct conf_permit *p)
{
	switch (p->kind) {
	case CONF_PERMIT_KNOWN_CLIENTS:
		return c->asker->is_known;
	case CONF_PERMIT_UNKNOWN_CLIENTS:
		return !c->asker->is_known;
	case CONF_PERMIT_MEMBERS:
		return is_member(c, p->class_index);
	default:
		return true;
	}
}

/*
 * ISC's rule: with any `allow' a client has to be in one of them; it must never
 * be in a `deny'.
 */
bool choice6_permits(const struct choosing6 *c, const struct plan6_pool *pool)
{
	bool has_allow = false;
	bool allowed = false;
	size_t i;

	for (i = 0; i < pool->conf->permit_count; i++) {
		const struct conf_permit *p = &pool->conf->permits[i];
		bool is_for_it = is_meant(c, p);

		if (!p->allow && is_for_it)
			return false;
		has_allow |= p->allow;
		allowed |= p->allow && is_for_it;
	}
	return !has_allow || allowed;
}

const struct plan6_range *choice6_range_of(const struct choosing6 *c,
					   const struct key6 *key)
{
	const struct plan6_ranges *ranges =
		&c->asker->net->ranges[plan6_kind(key->kind)];
	struct num6 addr = num6_of(&key->addr);
	const struct plan6_range *range = plan6_find_range(ranges, addr);

	if (!range || range->prefix_len != key->prefix_len ||
	    !num6_is_equal(addr, num6_mask(addr, key->prefix_len)) ||
	    plan6_is_never_given(c->alloc->plan, range, addr))
		return NULL;
	return range;
}

bool lease6_is_of_ia(const struct choosing6 *c, const struct lease6 *e)
{
	return e->key.kind == c->ia.kind && e->iaid == c->ia.iaid &&
	       lease6_is_client(&c->alloc->db, e, c->ia.client);
}

bool choice6_is_offered_to_other(const struct choosing6 *c,
				 const struct key6 *key)
{
	uint32_t at = offers6_find(&c->alloc->offers, key);

	return at != OFFER6_NONE &&
	       !offer6_is_of(offer6_at(&c->alloc->offers, at), &c->ia);
}

bool choice6_is_free(const struct choosing6 *c, const struct key6 *key)
{
	const struct lease6 *e = db6_find_entry(&c->alloc->db, key);

	return !plan6_is_reserved(c->alloc->plan, key) &&
	       !plan6_is_given_away(c->alloc->plan, key) &&
	       !(e && e->state == LEASE_DECLINED) &&
	       !lease6_is_held(e, c->asker->now) &&
	       offers6_find(&c->alloc->offers, key) == OFFER6_NONE;
}

/* ---- reservations ---- */

/* Those of a host, one after the other; false: no more. */
static bool reserved_at(const struct choosing6 *c, size_t i, struct key6 *key)
{
	const struct conf_host *h = c->asker->host;

	if (!h)
		return false;
	if (c->ia.kind == LEASE_NA6) {
		if (i >= h->fixed_address6_count)
			return false;
		*key = key6_of(LEASE_NA6, &h->fixed_addresses6[i], 128);
		return true;
	}
	if (i >= h->fixed_prefix6_count)
		return false;
	*key = key6_of(LEASE_PD6, &h->fixed_prefixes6[i].first,
		       h->fixed_prefixes6[i].prefix_len);
	return true;
}

static bool is_on_network(const struct choosing6 *c, const struct key6 *key)
{
	return key->kind == LEASE_PD6 ||
	       plan6_is_in_network(c->alloc->plan, &key->addr, c->asker->net);
}

bool choice6_is_reserved(const struct choosing6 *c, const struct key6 *key)
{
	struct key6 reserved;
	size_t i;

	for (i = 0; reserved_at(c, i, &reserved); i++) {
		if (key6_is_equal(&reserved, key))
			return is_on_network(c, key);
	}
	return false;
}

enum reserved6 {
	RESERVED6_TAKEN,
	RESERVED6_FREE,
	RESERVED6_HELD, /* by the IA */
};

static enum reserved6 look_at(const struct choosing6 *c, const struct key6 *key)
{
	const struct lease6 *e = db6_find_entry(&c->alloc->db, key);

	if (!is_on_network(c, key) || (e && e->state == LEASE_DECLINED) ||
	    choice6_is_offered_to_other(c, key))
		return RESERVED6_TAKEN;
	if (lease6_is_held(e, c->asker->now))
		return lease6_is_of_ia(c, e) ? RESERVED6_HELD : RESERVED6_TAKEN;
	return plan6_is_given_away(c->alloc->plan, key) ? RESERVED6_TAKEN
							: RESERVED6_FREE;
}

bool choice6_can_have_reserved(const struct choosing6 *c,
			       const struct key6 *key)
{
	return look_at(c, key) != RESERVED6_TAKEN;
}

bool choice6_find_reserved(const struct choosing6 *c, struct key6 *key)
{
	enum reserved6 best = RESERVED6_TAKEN;
	struct key6 reserved;
	size_t i;

	for (i = 0; best < RESERVED6_HELD && reserved_at(c, i, &reserved);
	     i++) {
		enum reserved6 is = look_at(c, &reserved);

		if (is > best) {
			best = is;
			*key = reserved;
		}
	}
	return best != RESERVED6_TAKEN;
}

bool choice6_has_too_many(const struct choosing6 *c)
{
	const struct owner6 owner = { .client = c->ia.client };
	uint32_t handle[DB6_FOUND_MAX];

	return db6_collect(&c->alloc->db, &owner, NULL, NULL, handle) >=
	       ALLOC6_CLIENT_LEASES_MAX;
}
