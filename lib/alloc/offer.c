/* SPDX-License-Identifier: BSD-2-Clause */
/* offer - a list by age over an array, with two indices. */
#include "offer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "space.h"

#define ROOM_MIN  64U
#define RANK_LAST (RANK_NONE - 1)

int offers_init(struct offers *offers, const struct siphash_key *key,
		uint32_t limit)
{
	*offers = (struct offers){
		.key = *key,
		.limit = limit,
		.free_head = OFFER_NONE,
		.oldest = OFFER_NONE,
		.newest = OFFER_NONE,
		.next_rank = RANK_OFFERED,
	};
	if (hmap_new(&offers->by_client, 0))
		return -ENOMEM;
	if (hmap_new(&offers->by_slot, 0)) {
		hmap_free(offers->by_client);
		return -ENOMEM;
	}
	return 0;
}

void offers_fini(struct offers *offers)
{
	hmap_free(offers->by_client);
	hmap_free(offers->by_slot);
	free(offers->offer);
}

size_t offers_memory(const struct offers *offers)
{
	return offers->room * sizeof(*offers->offer) +
	       hmap_memory(offers->by_client) + hmap_memory(offers->by_slot);
}

static uint64_t slot_hash(const struct offers *offers, uint32_t addr,
			  uint16_t psid, uint8_t psid_len)
{
	uint32_t slot[2] = { addr, (uint32_t)psid << 8 | psid_len };

	return siphash24(&offers->key, slot, sizeof(slot));
}

static int take_place(struct offers *offers, uint32_t *at)
{
	uint32_t room = offers->room ? offers->room * 2 : ROOM_MIN;
	struct offer *offer;

	if (offers->free_head != OFFER_NONE) {
		*at = offers->free_head;
		offers->free_head = offers->offer[*at].newer;
		return 0;
	}
	if (offers->used == offers->room) {
		offer = realloc(offers->offer, room * sizeof(*offer));
		if (!offer)
			return -ENOMEM;
		offers->offer = offer;
		offers->room = room;
	}
	*at = offers->used++;
	return 0;
}

static void give_place(struct offers *offers, uint32_t at)
{
	offers->offer[at].newer = offers->free_head;
	offers->free_head = at;
}

static void link_after(struct offers *offers, uint32_t at, uint32_t older)
{
	struct offer *o = &offers->offer[at];

	o->older = older;
	o->newer = older == OFFER_NONE ? offers->oldest
				       : offers->offer[older].newer;
	if (older == OFFER_NONE)
		offers->oldest = at;
	else
		offers->offer[older].newer = at;
	if (o->newer == OFFER_NONE)
		offers->newest = at;
	else
		offers->offer[o->newer].older = at;
	offers->count++;
}

static void unlink_offer(struct offers *offers, uint32_t at)
{
	struct offer *o = &offers->offer[at];

	if (o->older == OFFER_NONE)
		offers->oldest = o->newer;
	else
		offers->offer[o->older].newer = o->newer;
	if (o->newer == OFFER_NONE)
		offers->newest = o->older;
	else
		offers->offer[o->newer].older = o->older;
	offers->count--;
}

int offers_add(struct offers *offers, const struct offer *offer, uint32_t *at)
{
	struct offer *o;

	if (take_place(offers, at))
		return -ENOMEM;
	o = &offers->offer[*at];
	*o = *offer;
	o->taken = false;
	o->rank = offers->next_rank++;
	if (hmap_insert(offers->by_client, o->hash, *at))
		goto out_place;
	if (hmap_insert(offers->by_slot,
			slot_hash(offers, o->addr, o->psid, o->psid_len), *at))
		goto out_client;
	link_after(offers, *at, offers->newest);
	return 0;

out_client:
	hmap_remove(offers->by_client, o->hash, *at);
out_place:
	give_place(offers, *at);
	return -ENOMEM;
}

void offers_touch(struct offers *offers, uint32_t at, int64_t until_ns)
{
	unlink_offer(offers, at);
	link_after(offers, at, offers->newest);
	offers->offer[at].until_ns = until_ns;
	offers->offer[at].rank = offers->next_rank++;
}

void offers_remove(struct offers *offers, uint32_t at)
{
	struct offer *o = &offers->offer[at];

	if (!o->taken)
		unlink_offer(offers, at);
	hmap_remove(offers->by_client, o->hash, at);
	hmap_remove(offers->by_slot,
		    slot_hash(offers, o->addr, o->psid, o->psid_len), at);
	give_place(offers, at);
}

void offers_take(struct offers *offers, uint32_t at)
{
	unlink_offer(offers, at);
	offers->offer[at].taken = true;
}

void offers_untake(struct offers *offers, uint32_t at)
{
	struct offer *o = &offers->offer[at];
	uint32_t older = offers->newest;

	while (older != OFFER_NONE && offers->offer[older].rank > o->rank)
		older = offers->offer[older].older;
	o->taken = false;
	link_after(offers, at, older);
}

bool offers_is_rank_full(const struct offers *offers)
{
	return offers->next_rank >= RANK_LAST;
}

static bool is_slot(const void *ctx, uint32_t at, const void *key)
{
	const struct offers *offers = ctx;
	const struct offer *o = &offers->offer[at];
	const struct offer *k = key;

	return !o->taken && o->addr == k->addr && o->psid == k->psid &&
	       o->psid_len == k->psid_len;
}

uint32_t offers_find_slot(const struct offers *offers, uint32_t addr,
			  uint16_t psid, uint8_t psid_len)
{
	struct offer k = { .addr = addr, .psid = psid, .psid_len = psid_len };

	return hmap_find(offers->by_slot,
			 slot_hash(offers, addr, psid, psid_len), is_slot,
			 offers, &k);
}

struct client_key {
	const struct alloc_client *client;
	offers_match *match;
	const void *arg;
};

static bool is_client(const void *ctx, uint32_t at, const void *key)
{
	const struct offers *offers = ctx;
	const struct offer *o = &offers->offer[at];
	const struct client_key *k = key;

	return !o->taken && o->hash == k->client->hash &&
	       o->check == k->client->check && k->match(k->arg, o);
}

uint32_t offers_find_client(const struct offers *offers,
			    const struct alloc_client *client,
			    offers_match *match, const void *arg)
{
	struct client_key k = { .client = client, .match = match, .arg = arg };

	return hmap_find(offers->by_client, client->hash, is_client, offers,
			 &k);
}
