/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offer - addresses offered and not yet asked for. In memory only: an offer
 * that a crash forgets costs its client one more exchange.
 *
 * Offers stand in one list by age, which is also the order in which they run
 * out. A taken offer (its client was acknowledged in a transaction that is not
 * committed) is out of the list and found by nobody, but not gone.
 */
#ifndef LIB_ALLOC_OFFER_H
#define LIB_ALLOC_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/alloc/client.h"
#include "dhcp4o6/base/age_list.h"

#define OFFER_NONE SLAB_NONE

struct offer {
	struct age_link link;
	uint64_t hash; /* of the client */
	uint64_t check;
	int64_t until_ns;
	uint32_t addr;
	uint16_t psid;
	uint8_t psid_len;
	bool taken;
	uint32_t rank; /* grows with age of the list; RANK_OFFERED set */
};

struct offers {
	struct siphash_key key;
	struct age_list list;
	uint32_t limit; /* offers at once, taken ones not counted */
	uint32_t next_rank;
	struct hmap *by_client;
	struct hmap *by_slot;
};

static inline struct offer *offer_at(const struct offers *offers, uint32_t at)
{
	return slab_at(&offers->list.slab, at);
}

int offers_init(struct offers *offers, const struct siphash_key *key,
		uint32_t limit);
void offers_fini(struct offers *offers);
size_t offers_memory(const struct offers *offers);

/* A new offer, the newest. The caller keeps count within the limit. -ENOMEM. */
int offers_add(struct offers *offers, const struct offer *offer, uint32_t *at);
/* Makes it the newest, with a new rank. */
void offers_touch(struct offers *offers, uint32_t at, int64_t until_ns);
void offers_remove(struct offers *offers, uint32_t at);
/* Out of the list and the finds, and back at its place. Neither can fail. */
void offers_take(struct offers *offers, uint32_t at);
void offers_untake(struct offers *offers, uint32_t at);
/* A rank space has 2^31 places: true when ranks have to be given anew. */
bool offers_is_rank_full(const struct offers *offers);

/* OFFER_NONE when there is none. */
uint32_t offers_find_slot(const struct offers *offers, uint32_t addr,
			  uint16_t psid, uint8_t psid_len);
typedef bool offers_match(const void *arg, const struct offer *offer);
uint32_t offers_find_client(const struct offers *offers,
			    const struct alloc_client *client,
			    offers_match *match, const void *arg);

#endif /* LIB_ALLOC_OFFER_H */
