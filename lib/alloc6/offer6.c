/* SPDX-License-Identifier: BSD-2-Clause */
/* offer6 - a list by age over an array, with two indices. */
#include "offer6.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_MIN 64U

int offers6_init(struct offers6 *offers, const struct siphash_key *key)
{
	*offers = (struct offers6){
		.key = *key,
		.free_head = OFFER6_NONE,
		.oldest = OFFER6_NONE,
		.newest = OFFER6_NONE,
	};
	if (hmap_new(&offers->by_client, 0))
		return -ENOMEM;
	if (hmap_new(&offers->by_key, 0)) {
		hmap_free(offers->by_client);
		return -ENOMEM;
	}
	return 0;
}

void offers6_fini(struct offers6 *offers)
{
	hmap_free(offers->by_client);
	hmap_free(offers->by_key);
	free(offers->offer);
}

size_t offers6_memory(const struct offers6 *offers)
{
	return offers->room * sizeof(*offers->offer) +
	       hmap_memory(offers->by_client) + hmap_memory(offers->by_key);
}

static int take_place(struct offers6 *offers, uint32_t *at)
{
	uint32_t room = offers->room ? offers->room * 2 : ROOM_MIN;
	struct offer6 *offer;

	if (offers->free_head != OFFER6_NONE) {
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

static void give_place(struct offers6 *offers, uint32_t at)
{
	offers->offer[at].newer = offers->free_head;
	offers->free_head = at;
}

static void link_behind(struct offers6 *offers, uint32_t at, uint32_t older)
{
	struct offer6 *o = &offers->offer[at];
	uint32_t *next = older == OFFER6_NONE ? &offers->oldest
					      : &offers->offer[older].newer;

	o->older = older;
	o->newer = *next;
	*next = at;
	if (o->newer == OFFER6_NONE)
		offers->newest = at;
	else
		offers->offer[o->newer].older = at;
	offers->count++;
}

static void unlink_offer(struct offers6 *offers, uint32_t at)
{
	const struct offer6 *o = &offers->offer[at];

	if (o->older == OFFER6_NONE)
		offers->oldest = o->newer;
	else
		offers->offer[o->older].newer = o->newer;
	if (o->newer == OFFER6_NONE)
		offers->newest = o->older;
	else
		offers->offer[o->newer].older = o->older;
	offers->count--;
}

int offers6_add(struct offers6 *offers, const struct offer6 *offer,
		uint32_t *at)
{
	struct offer6 *o;

	if (take_place(offers, at))
		return -ENOMEM;
	o = &offers->offer[*at];
	*o = *offer;
	o->taken = false;
	o->age = offers->next_age++;
	if (hmap_insert(offers->by_client, o->hash, *at))
		goto out_place;
	if (hmap_insert(offers->by_key, key6_hash(&offers->key, &o->key), *at))
		goto out_client;
	link_behind(offers, *at, offers->newest);
	return 0;

out_client:
	hmap_remove(offers->by_client, o->hash, *at);
out_place:
	give_place(offers, *at);
	return -ENOMEM;
}

void offers6_touch(struct offers6 *offers, uint32_t at, int64_t until_ns)
{
	unlink_offer(offers, at);
	link_behind(offers, at, offers->newest);
	offers->offer[at].until_ns = until_ns;
	offers->offer[at].age = offers->next_age++;
}

void offers6_remove(struct offers6 *offers, uint32_t at)
{
	const struct offer6 *o = &offers->offer[at];

	if (!o->taken)
		unlink_offer(offers, at);
	hmap_remove(offers->by_client, o->hash, at);
	hmap_remove(offers->by_key, key6_hash(&offers->key, &o->key), at);
	give_place(offers, at);
}

void offers6_take(struct offers6 *offers, uint32_t at)
{
	unlink_offer(offers, at);
	offers->offer[at].taken = true;
}

void offers6_untake(struct offers6 *offers, uint32_t at)
{
	struct offer6 *o = &offers->offer[at];
	uint32_t older = offers->newest;

	while (older != OFFER6_NONE && offers->offer[older].age > o->age)
		older = offers->offer[older].older;
	o->taken = false;
	link_behind(offers, at, older);
}

static bool has_key(const void *ctx, uint32_t at, const void *key)
{
	const struct offer6 *o = &((const struct offers6 *)ctx)->offer[at];

	return !o->taken && key6_is_equal(&o->key, key);
}

uint32_t offers6_find(const struct offers6 *offers, const struct key6 *key)
{
	return hmap_find(offers->by_key, key6_hash(&offers->key, key), has_key,
			 offers, key);
}

struct client_key {
	uint64_t hash;
	uint64_t check;
	offers6_match *match;
	const void *arg;
};

static bool is_client(const void *ctx, uint32_t at, const void *key)
{
	const struct offer6 *o = &((const struct offers6 *)ctx)->offer[at];
	const struct client_key *k = key;

	return !o->taken && o->hash == k->hash && o->check == k->check &&
	       k->match(k->arg, o);
}

uint32_t offers6_find_client(const struct offers6 *offers, uint64_t hash,
			     uint64_t check, offers6_match *match,
			     const void *arg)
{
	struct client_key k = { hash, check, match, arg };

	return hmap_find(offers->by_client, hash, is_client, offers, &k);
}
