/* SPDX-License-Identifier: BSD-2-Clause */
/* pending - offers in the address space: each change settles its slot. */
#include "alloc_private.h"
#include "dhcp4o6/alloc/choice.h"

static void mark(struct alloc *alloc, uint32_t at, bool is_offered)
{
	struct slot_key key = offer_key(offer_at(&alloc->offers, at));
	struct slot_ref ref = slot_find(alloc, key);

	if (is_offered)
		bitmap_set(&ref.block->offered, ref.index);
	else
		bitmap_clear(&ref.block->offered, ref.index);
	slot_settle(alloc, key, ref);
}

void pending_drop(struct alloc *alloc, uint32_t at)
{
	mark(alloc, at, false);
	offers_remove(&alloc->offers, at);
}

void pending_take(struct alloc *alloc, uint32_t at)
{
	mark(alloc, at, false);
	offers_take(&alloc->offers, at);
}

void pending_untake(struct alloc *alloc, uint32_t at)
{
	struct offers *offers = &alloc->offers;
	const struct offer *o = offer_at(offers, at);

	/* The slot looked free meanwhile, and was offered to somebody else. */
	if (offers_find_slot(offers, o->addr, o->psid, o->psid_len) !=
	    OFFER_NONE) {
		offers_remove(offers, at);
		return;
	}
	offers_untake(offers, at);
	mark(alloc, at, true);
}

/* Ranks are used up after 2^31 offers: they are given out anew, by age. */
static void rank_anew(struct alloc *alloc)
{
	struct offers *offers = &alloc->offers;
	uint32_t at;

	offers->next_rank = RANK_OFFERED;
	for (at = offers->list.oldest; at != OFFER_NONE;
	     at = offer_at(offers, at)->link.newer) {
		offer_at(offers, at)->rank = offers->next_rank++;
		mark(alloc, at, true);
	}
}

struct counting {
	uint32_t *left;
};

static bool is_last(const void *arg, const struct offer *offer)
{
	const struct counting *counting = arg;

	(void)offer;
	return --*counting->left == 0;
}

/* One more has room beside what is offered, to the client and in all. */
static void make_room(struct alloc *alloc, const struct alloc_client *client)
{
	struct offers *offers = &alloc->offers;
	uint32_t left = ALLOC_CLIENT_OFFERS_MAX;
	struct counting counting = { .left = &left };
	uint32_t at = offers_find_client(offers, client, is_last, &counting);

	if (at == OFFER_NONE && offers->list.count >= offers->limit)
		at = offers->list.oldest;
	if (at == OFFER_NONE)
		return;
	pending_drop(alloc, at);
	alloc->offers_reused_total++;
}

int pending_put(struct alloc *alloc, const struct alloc_client *client,
		struct slot_key key, struct mono_time until)
{
	struct offers *offers = &alloc->offers;
	struct offer offer = {
		.hash = client->hash,
		.check = client->check,
		.until_ns = until.ns,
		.addr = key.addr,
		.psid = key.psid,
		.psid_len = key.psid_len,
	};
	uint32_t at =
		offers_find_slot(offers, key.addr, key.psid, key.psid_len);
	struct slot_ref ref;
	int err;

	if (offers_is_rank_full(offers))
		rank_anew(alloc);
	if (at != OFFER_NONE && offer_at(offers, at)->hash == client->hash &&
	    offer_at(offers, at)->check == client->check) {
		offers_touch(offers, at, until.ns);
		mark(alloc, at, true);
		return 0;
	}
	err = slot_get(alloc, key, &ref);
	if (err)
		return err;
	if (at != OFFER_NONE) {
		pending_drop(alloc, at);
		alloc->offers_reused_total++;
	}
	make_room(alloc, client);
	err = offers_add(offers, &offer, &at);
	if (err)
		return err;
	mark(alloc, at, true);
	return 0;
}

struct where {
	struct plan *plan;
	const struct alloc_network *net;
};

static bool is_there(const void *arg, const struct offer *offer)
{
	const struct where *where = arg;

	return plan_is_in_network(where->plan, offer->addr, where->net);
}

uint32_t pending_find(const struct alloc *alloc,
		      const struct alloc_client *client,
		      const struct alloc_network *net)
{
	struct where where = { .plan = alloc->plan, .net = net };

	return offers_find_client(&alloc->offers, client, is_there, &where);
}
