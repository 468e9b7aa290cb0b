/* SPDX-License-Identifier: BSD-2-Clause */
/* offer6 - a list by age, with two indices. */
#include "offer6.h"

#include <errno.h>

int offers6_init(struct offers6 *offers, const struct siphash_key *key)
{
	*offers = (struct offers6){ .key = *key };
	age_list_init(&offers->list, sizeof(struct offer6));
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
	age_list_fini(&offers->list);
}

size_t offers6_memory(const struct offers6 *offers)
{
	return slab_memory(&offers->list.slab) +
	       hmap_memory(offers->by_client) + hmap_memory(offers->by_key);
}

int offers6_add(struct offers6 *offers, const struct offer6 *offer,
		uint32_t *at)
{
	struct offer6 *o;

	*at = slab_take(&offers->list.slab);
	if (*at == OFFER6_NONE)
		return -ENOMEM;
	o = offer6_at(offers, *at);
	*o = *offer;
	o->taken = false;
	if (hmap_insert(offers->by_client, o->hash, *at))
		goto out_place;
	if (hmap_insert(offers->by_key, key6_hash(&offers->key, &o->key), *at))
		goto out_client;
	age_list_add(&offers->list, *at);
	return 0;

out_client:
	hmap_remove(offers->by_client, o->hash, *at);
out_place:
	slab_give(&offers->list.slab, *at);
	return -ENOMEM;
}

void offers6_touch(struct offers6 *offers, uint32_t at, int64_t until_ns)
{
	age_list_remove(&offers->list, at);
	age_list_add(&offers->list, at);
	offer6_at(offers, at)->until_ns = until_ns;
}

void offers6_remove(struct offers6 *offers, uint32_t at)
{
	const struct offer6 *o = offer6_at(offers, at);

	if (!o->taken)
		age_list_remove(&offers->list, at);
	hmap_remove(offers->by_client, o->hash, at);
	hmap_remove(offers->by_key, key6_hash(&offers->key, &o->key), at);
	slab_give(&offers->list.slab, at);
}

void offers6_take(struct offers6 *offers, uint32_t at)
{
	age_list_remove(&offers->list, at);
	offer6_at(offers, at)->taken = true;
}

void offers6_untake(struct offers6 *offers, uint32_t at)
{
	offer6_at(offers, at)->taken = false;
	age_list_restore(&offers->list, at);
}

static bool has_key(const void *ctx, uint32_t at, const void *key)
{
	const struct offer6 *o = offer6_at(ctx, at);

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
	const struct offer6 *o = offer6_at(ctx, at);
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
