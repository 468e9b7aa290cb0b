/* SPDX-License-Identifier: BSD-2-Clause */
/* choice - one function for each way to come by an address, in a table. */
#include "dhcp4o6/alloc/choice.h"

#include <errno.h>

#include "choice_private.h"

void alloc_seal_client(const struct alloc *alloc, struct alloc_client *client)
{
	alloc_client_seal(client, &alloc->key);
}

void alloc_ask(const struct alloc *alloc, const struct alloc_network *net,
	       const struct alloc_client *client, struct mono_time now,
	       struct alloc_asker *asker)
{
	struct plan_host found;

	plan_find_host(alloc->plan, net, client, &found);
	*asker = (struct alloc_asker){
		.net = net,
		.client = client,
		.now = now,
		.is_known = found.is_known,
		.has_fixed = found.has_fixed,
		.fixed.s_addr = htonl(found.fixed),
		.host = found.host,
	};
}

static bool is_member(const struct alloc_asker *asker,
		      const struct conf_class *class)
{
	size_t i;

	for (i = 0; i < asker->class_count; i++) {
		if (asker->classes[i].class == class)
			return true;
	}
	return false;
}

static bool is_open_by_class(const struct alloc *alloc,
			     const struct alloc_asker *asker,
			     const struct conf_pool *pool)
{
	const struct conf *conf = alloc->plan->conf;
	bool has_allow = false;
	bool allowed = false;
	size_t i;

	for (i = 0; i < pool->permit_count; i++) {
		const struct conf_permit *p = &pool->permits[i];
		bool matches = plan_permit_matches(p, asker->is_known);

		if (p->kind == CONF_PERMIT_MEMBERS)
			matches = is_member(asker,
					    &conf->classes[p->class_index]);
		if (matches && !p->allow)
			return false;
		has_allow |= p->allow;
		allowed |= matches;
	}
	return !has_allow || allowed;
}

bool choice_is_open(const struct alloc *alloc, const struct alloc_asker *asker,
		    const struct plan_pool *pool)
{
	if (!pool->permit[asker->is_known])
		return false;
	return !pool->has_members || is_open_by_class(alloc, asker, pool->conf);
}

bool choice_is_permitted(const struct alloc *alloc,
			 const struct alloc_asker *asker, uint32_t addr,
			 bool *is_in_pool)
{
	const struct plan_range *range =
		plan_find_range(alloc->plan, asker->net, addr);

	if (is_in_pool)
		*is_in_pool = range != NULL;
	return range &&
	       choice_is_open(alloc, asker, &alloc->plan->pool[range->pool]);
}

bool choice_is_fixed(const struct alloc_asker *asker, uint32_t addr)
{
	return asker->has_fixed && ntohl(asker->fixed.s_addr) == addr;
}

bool choice_can_have_fixed(const struct alloc *alloc,
			   const struct alloc_asker *asker)
{
	struct slot_key key = { ntohl(asker->fixed.s_addr), 0, 0 };
	const struct lease_entry *e;

	if (!asker->has_fixed)
		return false;
	e = slot_entry(alloc, slot_find(alloc, key));
	if (!e)
		return true;
	if (e->state == LEASE_DECLINED)
		return false;
	return !entry_is_held(e, asker->now) ||
	       lease_entry_is_client(e, asker->client);
}

bool choice_is_offered_to_other(const struct alloc *alloc,
				const struct alloc_asker *asker, uint32_t addr)
{
	uint32_t at = offers_find_slot(&alloc->offers, addr, 0, 0);
	const struct offer *o;

	if (at == OFFER_NONE)
		return false;
	o = offer_at(&alloc->offers, at);
	return o->hash != asker->client->hash ||
	       o->check != asker->client->check;
}

/* ---- the ways ---- */

struct choosing {
	const struct alloc *alloc;
	const struct alloc_asker *asker;
	uint32_t wanted;
	uint32_t found;   /* host order */
	uint32_t records; /* of the client, anywhere; by_binding() counts */
};

typedef bool choose_fn(struct choosing *c);

static bool by_reservation(struct choosing *c)
{
	if (!choice_can_have_fixed(c->alloc, c->asker))
		return false;
	c->found = ntohl(c->asker->fixed.s_addr);
	return true;
}

/* May the client go on with, or come back to, this lease of its own? */
static bool is_usable(const struct choosing *c, const struct lease_entry *e)
{
	struct slot_ref ref = slot_find(c->alloc, entry_key(e));

	return !e->psid_len &&
	       plan_is_in_network(c->alloc->plan, e->addr, c->asker->net) &&
	       !slot_is_reserved(ref) &&
	       choice_is_permitted(c->alloc, c->asker, e->addr, NULL);
}

static bool is_binding(void *arg, uint32_t handle, const struct lease_entry *e)
{
	struct choosing *c = arg;

	(void)handle;
	c->records++;
	if (!entry_is_held(e, c->asker->now) || !is_usable(c, e))
		return false;
	c->found = e->addr;
	return true;
}

static bool by_binding(struct choosing *c)
{
	c->found = 0;
	lease_db_each(&c->alloc->db, c->asker->client, is_binding, c);
	return c->found != 0;
}

static bool by_offer(struct choosing *c)
{
	uint32_t at = pending_find(c->alloc, c->asker->client, c->asker->net);

	if (at == OFFER_NONE)
		return false;
	c->found = offer_at(&c->alloc->offers, at)->addr;
	return choice_is_permitted(c->alloc, c->asker, c->found, NULL) &&
	       !slot_is_reserved(slot_find(
		       c->alloc, offer_key(offer_at(&c->alloc->offers, at))));
}

struct former {
	struct choosing *c;
	const struct lease_entry *latest;
};

static bool is_former(void *arg, uint32_t handle, const struct lease_entry *e)
{
	struct former *f = arg;

	(void)handle;
	if (e->state == LEASE_DECLINED || entry_is_held(e, f->c->asker->now) ||
	    !is_usable(f->c, e) ||
	    choice_is_offered_to_other(f->c->alloc, f->c->asker, e->addr))
		return false;
	if (!f->latest || e->updated_s > f->latest->updated_s)
		f->latest = e;
	return false;
}

static bool by_former(struct choosing *c)
{
	struct former f = { .c = c };

	lease_db_each(&c->alloc->db, c->asker->client, is_former, &f);
	if (f.latest)
		c->found = f.latest->addr;
	return f.latest != NULL;
}

static bool by_request(struct choosing *c)
{
	struct slot_key key = { c->wanted, 0, 0 };
	const struct lease_entry *e;
	struct slot_ref ref;

	if (!c->wanted ||
	    !plan_is_in_network(c->alloc->plan, c->wanted, c->asker->net) ||
	    !choice_is_permitted(c->alloc, c->asker, c->wanted, NULL))
		return false;
	ref = slot_find(c->alloc, key);
	e = slot_entry(c->alloc, ref);
	if (slot_is_reserved(ref) || slot_is_offered(ref) ||
	    (e && e->state == LEASE_DECLINED) ||
	    entry_is_held(e, c->asker->now))
		return false;
	c->found = c->wanted;
	return true;
}

static const struct plan_range *range_at(const struct choosing *c, uint32_t i)
{
	return &c->alloc->plan->range[c->asker->net->first_range + i];
}

static bool is_open(const struct choosing *c, const struct plan_range *range)
{
	return choice_is_open(c->alloc, c->asker,
			      &c->alloc->plan->pool[range->pool]);
}

/* Was it counted where the plan counts what the client may have? */
static bool is_counted(const struct choosing *c, const struct plan_range *range)
{
	return c->alloc->plan->pool[range->pool].permit[c->asker->is_known];
}

/* The range that holds the n-th address the client may have. */
static uint32_t range_of(const struct choosing *c, uint64_t n)
{
	uint32_t known = c->asker->is_known;
	uint32_t low = 0;
	uint32_t high = c->asker->net->range_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (range_at(c, mid)->before[known] <= n)
			low = mid;
		else
			high = mid;
	}
	/* Ranges that are not counted add nothing: that one is before. */
	while (low > 0 && !is_counted(c, range_at(c, low)))
		low--;
	return low;
}

static bool fresh_between(struct choosing *c, uint32_t first, uint32_t last)
{
	uint64_t slot = space_next_fresh(c->alloc->space[0], first, last);

	if (slot == SPACE_NONE)
		return false;
	c->found = (uint32_t)slot;
	return true;
}

/* From where the client's hash points, round to just before it. */
static bool by_fresh(struct choosing *c)
{
	uint32_t known = c->asker->is_known;
	uint32_t count = c->asker->net->range_count;
	const struct plan_range *range;
	uint32_t at, i, start;
	uint64_t n;

	n = c->asker->client->hash % c->asker->net->size[known];
	at = range_of(c, n);
	range = range_at(c, at);
	start = range->first + (uint32_t)(n - range->before[known]);
	if (is_open(c, range) && fresh_between(c, start, range->last))
		return true;
	for (i = 1; i < count; i++) {
		range = range_at(c, (at + i) % count);
		if (is_open(c, range) &&
		    fresh_between(c, range->first, range->last))
			return true;
	}
	range = range_at(c, at);
	return start > range->first && is_open(c, range) &&
	       fresh_between(c, range->first, start - 1);
}

static bool by_oldest(struct choosing *c)
{
	uint32_t lowest = RANK_NONE;
	uint32_t i, rank;
	uint64_t slot;

	for (i = 0; i < c->asker->net->range_count; i++) {
		const struct plan_range *range = range_at(c, i);

		if (!is_open(c, range))
			continue;
		slot = space_lowest(c->alloc->space[0], range->first,
				    range->last, &rank);
		if (rank >= lowest)
			continue;
		lowest = rank;
		c->found = (uint32_t)slot;
	}
	return lowest != RANK_NONE;
}

static choose_fn *const ways[ALLOC_BY_COUNT] = {
	[ALLOC_BY_RESERVATION] = by_reservation,
	[ALLOC_BY_BINDING] = by_binding,
	[ALLOC_BY_OFFER] = by_offer,
	[ALLOC_BY_FORMER] = by_former,
	[ALLOC_BY_REQUEST] = by_request,
	[ALLOC_BY_FRESH] = by_fresh,
	[ALLOC_BY_OLDEST] = by_oldest,
};

/* There are pools, and none of them is for the client. */
static bool is_shut_out(const struct choosing *c)
{
	const struct alloc_network *net = c->asker->net;
	uint32_t i;

	if (!net->range_count || !net->size[c->asker->is_known])
		return net->range_count > 0;
	for (i = 0; net->has_members && i < net->range_count; i++) {
		if (is_open(c, range_at(c, i)))
			return false;
	}
	return net->has_members;
}

enum drop_reason alloc_choose(const struct alloc *alloc,
			      const struct alloc_asker *asker,
			      struct in_addr wanted,
			      struct alloc_choice *choice)
{
	struct choosing c = {
		.alloc = alloc,
		.asker = asker,
		.wanted = ntohl(wanted.s_addr),
	};
	/* Without an open pool only a reservation is left to try. */
	uint32_t count = asker->net->size[asker->is_known]
				 ? ALLOC_BY_COUNT
				 : ALLOC_BY_RESERVATION + 1;
	uint32_t by;

	for (by = 0; by < count; by++) {
		if (by > ALLOC_BY_FORMER &&
		    c.records >= ALLOC_CLIENT_LEASES_MAX)
			return DROP_CLIENT_LEASES;
		if (!ways[by](&c))
			continue;
		*choice = (struct alloc_choice){
			.addr.s_addr = htonl(c.found),
			.by = by,
		};
		return DROP_NONE;
	}
	return is_shut_out(&c) ? DROP_CLIENT_DENIED : DROP_POOL_EXHAUSTED;
}

int alloc_offer(struct alloc *alloc, const struct alloc_asker *asker,
		const struct alloc_choice *choice, struct mono_time until)
{
	struct slot_key key = { ntohl(choice->addr.s_addr), choice->psid,
				choice->psid_len };
	const struct lease_entry *e = slot_entry(alloc, slot_find(alloc, key));
	uint32_t at = pending_find(alloc, asker->client, asker->net);

	if (at != OFFER_NONE && offer_at(&alloc->offers, at)->addr != key.addr)
		pending_drop(alloc, at);
	if (entry_is_held(e, asker->now) &&
	    lease_entry_is_client(e, asker->client))
		return 0;
	return pending_put(alloc, asker->client, key, until);
}

bool alloc_withdraw_offer(struct alloc *alloc, const struct alloc_asker *asker)
{
	uint32_t at = pending_find(alloc, asker->client, asker->net);

	if (at == OFFER_NONE)
		return false;
	pending_drop(alloc, at);
	return true;
}
