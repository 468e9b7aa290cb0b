/* SPDX-License-Identifier: BSD-2-Clause */
/* pending6 - offers, their bounds, and settling what they are of. */
#include <errno.h>

#include "alloc6_private.h"

static void settle_offer(struct alloc6 *alloc, uint32_t at)
{
	struct key6 key = offer6_at(&alloc->offers, at)->key;

	settle6(alloc, &key);
}

void pending6_drop(struct alloc6 *alloc, uint32_t at)
{
	struct key6 key = offer6_at(&alloc->offers, at)->key;

	offers6_remove(&alloc->offers, at);
	settle6(alloc, &key);
}

void pending6_take(struct alloc6 *alloc, uint32_t at)
{
	offers6_take(&alloc->offers, at);
	settle_offer(alloc, at);
}

void pending6_untake(struct alloc6 *alloc, uint32_t at)
{
	struct offers6 *offers = &alloc->offers;

	/* It looked free meanwhile, and was offered to somebody else. */
	if (offers6_find(offers, &offer6_at(offers, at)->key) != OFFER6_NONE) {
		offers6_remove(offers, at);
		return;
	}
	offers6_untake(offers, at);
	settle_offer(alloc, at);
}

bool offer6_is_of(const struct offer6 *offer, const struct ia6 *ia)
{
	return offer->hash == ia->client->hash &&
	       offer->check == ia->client->check &&
	       offer->key.kind == ia->kind && offer->iaid == ia->iaid;
}

bool offer6_is_on(struct alloc6_plan *plan, const struct key6 *key,
		  const struct alloc6_network *net)
{
	const struct alloc6_network *of = plan6_network_of(plan, key);

	/* A prefix in no pool is a host's: it has it everywhere. */
	return of ? of == net : key->kind == LEASE_PD6;
}

struct counted {
	uint32_t count;
	const struct offer6 *oldest;
};

struct counting {
	struct counted *counted;
};

static bool count_one(const void *arg, const struct offer6 *offer)
{
	const struct counting *counting = arg;
	struct counted *c = counting->counted;

	if (!c->count++ || offer->link.age < c->oldest->link.age)
		c->oldest = offer;
	return false;
}

/* One more has room beside what is offered, to the client and in all. */
static void make_room(struct alloc6 *alloc, const struct alloc6_client *client)
{
	struct offers6 *offers = &alloc->offers;
	struct counted counted = { 0 };
	const struct counting counting = { &counted };

	offers6_find_client(offers, client->hash, client->check, count_one,
			    &counting);
	if (counted.count >= ALLOC6_CLIENT_OFFERS_MAX)
		pending6_drop(alloc,
			      offers6_find(offers, &counted.oldest->key));
	else if (offers->list.count >= ALLOC6_OFFERS_MAX)
		pending6_drop(alloc, offers->list.oldest);
}

int pending6_put(struct alloc6 *alloc, const struct ia6 *ia,
		 const struct key6 *key, struct mono_time until)
{
	struct offers6 *offers = &alloc->offers;
	struct offer6 offer = {
		.hash = ia->client->hash,
		.check = ia->client->check,
		.until_ns = until.ns,
		.key = *key,
		.iaid = ia->iaid,
	};
	uint32_t at = offers6_find(offers, key);

	if (at != OFFER6_NONE && offer6_is_of(offer6_at(offers, at), ia)) {
		offers6_touch(offers, at, until.ns);
		return 0;
	}
	if (at != OFFER6_NONE)
		pending6_drop(alloc, at);
	make_room(alloc, ia->client);
	if (offers6_add(offers, &offer, &at))
		return -ENOMEM;
	settle6(alloc, key);
	return 0;
}

struct where {
	struct alloc6_plan *plan;
	const struct ia6 *ia;
	const struct alloc6_network *net;
};

static bool is_there(const void *arg, const struct offer6 *offer)
{
	const struct where *where = arg;

	return offer6_is_of(offer, where->ia) &&
	       offer6_is_on(where->plan, &offer->key, where->net);
}

uint32_t pending6_find(const struct alloc6 *alloc, const struct ia6 *ia,
		       const struct alloc6_network *net)
{
	struct where where = { alloc->plan, ia, net };

	return offers6_find_client(&alloc->offers, ia->client->hash,
				   ia->client->check, is_there, &where);
}
