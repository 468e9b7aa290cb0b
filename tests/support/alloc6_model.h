/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc6_model - an alloc6 and, beside it, a naive model that keeps every
 * address and prefix in an array and searches it from end to end.
 */
#ifndef DHCP4O6_TESTS_ALLOC6_MODEL_H
#define DHCP4O6_TESTS_ALLOC6_MODEL_H

#include "dhcp4o6/alloc6/choice6.h"
#include "rng.h"

#define MODEL6_ADDRS   24U
#define MODEL6_ITEMS   36U /* the rest are prefixes */
#define MODEL6_CLIENTS 20U
#define MODEL6_IAS     3U /* of each kind that a client has */
#define MODEL6_NOBODY  UINT32_MAX

enum model_state {
	MODEL_FRESH,
	MODEL_ACTIVE,
	MODEL_ENDED,
	MODEL_DECLINED,
};

/* An IA is client * MODEL6_IAS + IAID. */
struct model6_item {
	enum model_state state;
	uint32_t ia;
	int64_t ends_s;
	int64_t updated_s;
	uint32_t offered_to;
	int64_t offer_until_s;
	uint64_t offer_order;
};

struct model6 {
	struct model6_item item[MODEL6_ITEMS];
};

struct model6_world {
	unsigned int seed;
	struct rng rng;
	struct conf *conf;
	struct alloc6 *alloc;
	const struct alloc6_network *net;
	struct alloc6_client client[MODEL6_CLIENTS];
	uint8_t duid[MODEL6_CLIENTS][3];
	int64_t now_s;
	uint64_t offers;
	struct model6 model;
};

/* Ways to come by an item, in the order in which they are tried. */
enum way {
	WAY_BINDING,
	WAY_OFFER,
	WAY_FORMER,
	WAY_FRESH,
	WAY_USED,
	WAY_OFFERED, /* to another client */
	WAY_COUNT,
};

void model6_open(struct model6_world *w, unsigned int seed);
/* The same configuration again. */
void model6_reload(struct model6_world *w);
struct mono_time model6_mono(const struct model6_world *w);
struct alloc6_moment model6_moment(const struct model6_world *w);
void model6_ask(struct model6_world *w, uint32_t ia,
		struct alloc6_asker *asker);

enum lease_kind model6_kind(uint32_t item);
uint8_t model6_length(uint32_t item);
struct in6_addr model6_address(uint32_t item);
/* MODEL6_NOBODY for what is no item. */
uint32_t model6_item(const struct in6_addr *addr);

bool model6_is_candidate(const struct model6_item *a, enum way way,
			 uint32_t ia);
/* Chooses, and fails the test unless the model agrees; the item, or
 * MODEL6_NOBODY when there is nothing for both. */
uint32_t model6_choose(struct model6_world *w, enum lease_kind kind,
		       uint32_t ia, struct alloc6_choice *choice);

#endif /* DHCP4O6_TESTS_ALLOC6_MODEL_H */
