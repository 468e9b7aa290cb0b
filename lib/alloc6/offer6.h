/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offer6 - addresses and prefixes offered and not yet asked for. In memory
 * only: an offer that a crash forgets costs its client one more exchange.
 *
 * Offers stand in one list by age, which is also the order in which they run
 * out. A taken offer (its client was bound in a transaction that is not
 * committed) is out of the list and found by nobody, but not gone.
 */
#ifndef LIB_ALLOC6_OFFER6_H
#define LIB_ALLOC6_OFFER6_H

#include "dhcp4o6/base/age_list.h"
#include "key6.h"

#define OFFER6_NONE SLAB_NONE

struct offer6 {
	struct age_link link;
	uint64_t hash; /* of the client */
	uint64_t check;
	int64_t until_ns;
	struct key6 key;
	bool taken;
	uint32_t iaid;
};

struct offers6 {
	struct siphash_key key;
	struct age_list list;
	struct hmap *by_client;
	struct hmap *by_key;
};

static inline struct offer6 *offer6_at(const struct offers6 *offers,
				       uint32_t at)
{
	return slab_at(&offers->list.slab, at);
}

int offers6_init(struct offers6 *offers, const struct siphash_key *key);
void offers6_fini(struct offers6 *offers);
size_t offers6_memory(const struct offers6 *offers);

/* A new offer, the newest. -ENOMEM. */
int offers6_add(struct offers6 *offers, const struct offer6 *offer,
		uint32_t *at);
/* Makes it the newest. */
void offers6_touch(struct offers6 *offers, uint32_t at, int64_t until_ns);
void offers6_remove(struct offers6 *offers, uint32_t at);
/* Out of the list and the finds, and back at its place. Neither can fail. */
void offers6_take(struct offers6 *offers, uint32_t at);
void offers6_untake(struct offers6 *offers, uint32_t at);

/* OFFER6_NONE when there is none. */
uint32_t offers6_find(const struct offers6 *offers, const struct key6 *key);
/* The first offer of a client, by its two hashes, for which match is true. */
typedef bool offers6_match(const void *arg, const struct offer6 *offer);
uint32_t offers6_find_client(const struct offers6 *offers, uint64_t hash,
			     uint64_t check, offers6_match *match,
			     const void *arg);

#endif /* LIB_ALLOC6_OFFER6_H */
