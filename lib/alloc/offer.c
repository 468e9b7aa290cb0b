/* SPDX-License-Identifier: BSD-2-Clause */
/* offer - a list by age, with two indices. */
#include "offer.h"

#include <errno.h>
#include <string.h>

#include "space.h"

#define RANK_LAST (RANK_NONE - 1)

int offers_init(struct offers *offers, const struct siphash_key *key,
		uint32_t limit)
{
	*offers = (struct offers){
		.key = *key,
		.limit = limit,
		.next_rank = RANK_OFFERED,
	};
	age_list_init(&offers->list, sizeof(struct offer));
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
	age_list_fini(&offers->list);
}

size_t offers_memory(const struct offers *offers)
{
	return slab_memory(&offers->list.slab) +
	       hmap_memory(offers->by_client) + hmap_memory(offers->by_slot);
}

static uint64_t slot_hash(const struct offers *offers, uint32_t addr,
			  uint16_t psid, uint8_t psid_len)
{
	uint32_t slot[2] = { addr, (uint32_t)psid << 8 | psid_len };

	return siphash24(&offers->key, slot, sizeof(slot));
}

int offers_add(struct offers *offers, const struct offer *offer, uint32_t *at)
{
	struct offer *o;

	*at = slab_take(&offers->list.slab);
	if (*at == OFFER_NONE)
		return -ENOMEM;
	o = offer_at(offers, *at);
	*o = *offer;
	o->taken = false;
	o->rank = offers->next_rank++;
	if (hmap_insert(offers->by_client, o->hash, *at))
		goto out_place;
	if (hmap_insert(offers->by_slot,
			slot_hash(offers, o->addr, o->psid, o->psid_len), *at))
		goto out_client;
	age_list_add(&offers->list, *at);
	return 0;

out_client:
	hmap_remove(offers->by_client, o->hash, *at);
out_place:
	slab_give(&offers->list.slab, *at);
	return -ENOMEM;
}

void offers_touch(struct offers *offers, uint32_t at, int64_t until_ns)
{
	struct offer *o = offer_at(offers, at);

	age_list_remove(&offers->list, at);
	age_list_add(&offers->list, at);
	o->until_ns = until_ns;
	o->rank = offers->next_rank++;
}

void offers_remove(struct offers *offers, uint32_t at)
{
	const struct offer *o = offer_at(offers, at);

	if (!o->taken)
		age_list_remove(&offers->list, at);
	hmap_remove(offers->by_client, o->hash, at);
	hmap_remove(offers->by_slot,
		    slot_hash(offers, o->addr, o->psid, o->psid_len), at);
	slab_give(&offers->list.slab, at);
}

void offers_take(struct offers *offers, uint32_t at)
{
	age_list_remove(&offers->list, at);
	offer_at(offers, at)->taken = true;
}

void offers_untake(struct offers *offers, uint32_t at)
{
	offer_at(offers, at)->taken = false;
	age_list_restore(&offers->list, at);
}

bool offers_is_rank_full(const struct offers *offers)
{
	return offers->next_rank >= RANK_LAST;
}

static bool is_slot(const void *ctx, uint32_t at, const void *key)
{
	const struct offers *offers = ctx;
	const struct offer *o = offer_at(offers, at);
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
	const struct offer *o = offer_at(offers, at);
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
