/* SPDX-License-Identifier: BSD-2-Clause */
/* choice6 - one function for each way to come by an address or a prefix. */
#include "dhcp4o6/alloc6/choice6.h"

#include <errno.h>

#include "choice6_private.h"

struct wanting {
	struct choosing6 c;
	const struct alloc6_want *want;
	struct key6 found;
};

typedef bool choose_fn(struct wanting *w);

static bool by_reservation(struct wanting *w)
{
	return choice6_find_reserved(&w->c, &w->found);
}

/* May the IA go on with, or come back to, this? */
static bool is_usable(const struct choosing6 *c, const struct key6 *key)
{
	const struct plan6_range *range = choice6_range_of(c, key);

	return range && !plan6_is_reserved(c->alloc->plan, key) &&
	       choice6_permits(c, &c->alloc->plan->pool[range->pool]);
}

static bool is_binding(const void *arg, const struct lease6 *e)
{
	const struct choosing6 *c = arg;

	return lease6_is_held(e, c->asker->now) && is_usable(c, &e->key);
}

static bool is_former(const void *arg, const struct lease6 *e)
{
	const struct choosing6 *c = arg;

	return e->state != LEASE_DECLINED &&
	       !lease6_is_held(e, c->asker->now) && is_usable(c, &e->key) &&
	       !plan6_is_given_away(c->alloc->plan, &e->key) &&
	       !choice6_is_offered_to_other(c, &e->key);
}

/* Of the IA's leases that match, the one with the latest transaction. */
static bool by_own(struct wanting *w, db6_match *match)
{
	const struct db6 *db = &w->c.alloc->db;
	const struct owner6 owner = {
		.client = w->c.ia.client,
		.is_ia = true,
		.kind = w->c.ia.kind,
		.iaid = w->c.ia.iaid,
	};
	const struct lease6 *latest = NULL;
	uint32_t handle[DB6_FOUND_MAX];
	uint32_t i, count;

	count = db6_collect(db, &owner, match, &w->c, handle);
	for (i = 0; i < count; i++) {
		const struct lease6 *e = db6_entry(db, handle[i]);

		if (!latest || e->updated_s > latest->updated_s)
			latest = e;
	}
	if (latest)
		w->found = latest->key;
	return latest != NULL;
}

static bool by_binding(struct wanting *w)
{
	return by_own(w, is_binding);
}

static bool by_former(struct wanting *w)
{
	return by_own(w, is_former);
}

static bool by_offer(struct wanting *w)
{
	uint32_t at = pending6_find(w->c.alloc, &w->c.ia, w->c.asker->net);
	const struct lease6 *e;

	if (at == OFFER6_NONE)
		return false;
	w->found = offer6_at(&w->c.alloc->offers, at)->key;
	e = db6_find_entry(&w->c.alloc->db, &w->found);
	return is_usable(&w->c, &w->found) &&
	       !(e ? e->state == LEASE_DECLINED : alloc6_is_full(w->c.alloc)) &&
	       (!lease6_is_held(e, w->c.asker->now) ||
		lease6_is_of_ia(&w->c, e));
}

/* The pool's prefix that the one asked for is, or lies in. */
static bool by_hint(struct wanting *w)
{
	const struct alloc6_want *want = w->want;
	const struct plan6_ranges *ranges =
		&w->c.asker->net->ranges[plan6_kind(w->c.ia.kind)];
	struct num6 hint = num6_of(&want->hint);
	const struct plan6_range *range;

	if (IN6_IS_ADDR_UNSPECIFIED(&want->hint))
		return false;
	range = plan6_find_range(ranges, hint);
	if (!range || (want->kind == LEASE_PD6 && want->hint_prefix_len &&
		       want->hint_prefix_len != range->prefix_len))
		return false;
	w->found = key6_of(want->kind, &want->hint, range->prefix_len);
	w->found.addr = num6_addr(num6_mask(hint, range->prefix_len));
	return is_usable(&w->c, &w->found) && choice6_is_free(&w->c, &w->found);
}

static bool by_fresh(struct wanting *w)
{
	uint8_t length =
		w->want->kind == LEASE_PD6 ? w->want->hint_prefix_len : 0;

	return search6(&w->c, length, &w->found);
}

static choose_fn *const ways[ALLOC6_BY_COUNT] = {
	[ALLOC6_BY_RESERVATION] = by_reservation,
	[ALLOC6_BY_BINDING] = by_binding,
	[ALLOC6_BY_OFFER] = by_offer,
	[ALLOC6_BY_FORMER] = by_former,
	[ALLOC6_BY_HINT] = by_hint,
	[ALLOC6_BY_FRESH] = by_fresh,
};

static bool has_open_pool(const struct choosing6 *c)
{
	const struct plan6_ranges *ranges =
		&c->asker->net->ranges[plan6_kind(c->ia.kind)];
	uint32_t i;

	for (i = 0; i < ranges->count; i++) {
		if (choice6_permits(
			    c, &c->alloc->plan->pool[ranges->range[i].pool]))
			return true;
	}
	return false;
}

static bool is_chosen_for(enum lease_kind kind)
{
	return kind == LEASE_NA6 || kind == LEASE_PD6;
}

enum drop_reason alloc6_choose(const struct alloc6 *alloc,
			       const struct alloc6_asker *asker,
			       const struct alloc6_want *want,
			       struct alloc6_choice *choice)
{
	struct wanting w = {
		.c = { alloc,
		       asker,
		       { asker->client, (uint8_t)want->kind, want->iaid } },
		.want = want,
	};
	uint32_t by, count;
	bool is_open;

	if (!asker->net || !is_chosen_for(want->kind))
		return DROP_NO_SUBNET;
	/* Without an open pool only a reservation is left to try. */
	is_open = has_open_pool(&w.c);
	count = is_open ? ALLOC6_BY_COUNT : ALLOC6_BY_RESERVATION + 1;
	for (by = 0; by < count; by++) {
		if (by == ALLOC6_BY_HINT && choice6_has_too_many(&w.c))
			return DROP_CLIENT_LEASES;
		if (by == ALLOC6_BY_HINT && alloc6_is_full(alloc))
			return DROP_LEASES_MAX;
		if (!ways[by](&w))
			continue;
		*choice = (struct alloc6_choice){
			.addr = w.found.addr,
			.prefix_len = w.found.prefix_len,
			.by = by,
		};
		return DROP_NONE;
	}
	if (!is_open && asker->net->ranges[plan6_kind(w.c.ia.kind)].count)
		return DROP_CLIENT_DENIED;
	return DROP_POOL_EXHAUSTED;
}

/* ---- offers ---- */

int alloc6_offer(struct alloc6 *alloc, const struct alloc6_asker *asker,
		 const struct alloc6_want *want,
		 const struct alloc6_choice *choice, struct mono_time until)
{
	const struct choosing6 c = {
		alloc, asker, { asker->client, (uint8_t)want->kind, want->iaid }
	};
	struct key6 key =
		key6_of(want->kind, &choice->addr, choice->prefix_len);
	const struct lease6 *e = db6_find_entry(&alloc->db, &key);
	uint32_t at = pending6_find(alloc, &c.ia, asker->net);

	if (at != OFFER6_NONE &&
	    !key6_is_equal(&offer6_at(&alloc->offers, at)->key, &key))
		pending6_drop(alloc, at);
	if (lease6_is_held(e, asker->now) && lease6_is_of_ia(&c, e))
		return 0;
	return pending6_put(alloc, &c.ia, &key, until);
}

struct where {
	struct alloc6_plan *plan;
	const struct alloc6_network *net;
};

static bool is_there(const void *arg, const struct offer6 *offer)
{
	const struct where *where = arg;

	return offer6_is_on(where->plan, &offer->key, where->net);
}

void alloc6_withdraw_offers(struct alloc6 *alloc,
			    const struct alloc6_asker *asker)
{
	const struct where where = { alloc->plan, asker->net };
	uint32_t at;

	for (;;) {
		at = offers6_find_client(&alloc->offers, asker->client->hash,
					 asker->client->check, is_there,
					 &where);
		if (at == OFFER6_NONE)
			return;
		pending6_drop(alloc, at);
	}
}
