/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc6_model - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc6_model.h"

static const char conf_text[] =
	"shared-network A { subnet6 2001:db8:1::/64 {\n"
	" range6 2001:db8:1::1 2001:db8:1::c;\n"
	" prefix6 2001:db8:100:: 2001:db8:10b:: /48; }\n"
	" subnet6 2001:db8:2::/64 {\n"
	"  range6 2001:db8:2::ffc 2001:db8:2::1007; } }\n";

struct mono_time model6_mono(const struct model6_world *w)
{
	return (struct mono_time){ w->now_s * NS_PER_S };
}

struct alloc6_moment model6_moment(const struct model6_world *w)
{
	return (struct alloc6_moment){ model6_mono(w),
				       { 1700000000 + w->now_s } };
}

void model6_ask(struct model6_world *w, uint32_t ia, struct alloc6_asker *asker)
{
	alloc6_ask(w->alloc, w->net, &w->client[ia / MODEL6_IAS],
		   model6_mono(w), asker);
}

enum lease_kind model6_kind(uint32_t item)
{
	return item < MODEL6_ADDRS ? LEASE_NA6 : LEASE_PD6;
}

uint8_t model6_length(uint32_t item)
{
	return item < MODEL6_ADDRS ? 128 : 48;
}

struct in6_addr model6_address(uint32_t item)
{
	struct in6_addr addr = { { { 0x20, 1, 0xd, 0xb8, 0, 1 } } };

	if (item >= MODEL6_ADDRS) {
		addr.s6_addr[4] = 1;
		addr.s6_addr[5] = (uint8_t)(item - MODEL6_ADDRS);
	} else if (item >= MODEL6_ADDRS / 2) {
		addr.s6_addr[5] = 2;
		addr.s6_addr[14] = item < MODEL6_ADDRS / 2 + 4 ? 0xf : 0x10;
		addr.s6_addr[15] = (uint8_t)(0xfc + item - MODEL6_ADDRS / 2);
	} else {
		addr.s6_addr[15] = (uint8_t)(item + 1);
	}
	return addr;
}

uint32_t model6_item(const struct in6_addr *addr)
{
	uint32_t i;

	for (i = 0; i < MODEL6_ITEMS; i++) {
		struct in6_addr a = model6_address(i);

		if (!memcmp(&a, addr, sizeof(a)))
			return i;
	}
	return MODEL6_NOBODY;
}

/* ---- what the model says ---- */

static const enum alloc6_choice_by by_of_way[WAY_COUNT] = {
	[WAY_BINDING] = ALLOC6_BY_BINDING, [WAY_OFFER] = ALLOC6_BY_OFFER,
	[WAY_FORMER] = ALLOC6_BY_FORMER,   [WAY_FRESH] = ALLOC6_BY_FRESH,
	[WAY_USED] = ALLOC6_BY_FRESH,      [WAY_OFFERED] = ALLOC6_BY_FRESH,
};

static bool is_free(const struct model6_item *a)
{
	return a->state == MODEL_FRESH || a->state == MODEL_ENDED;
}

bool model6_is_candidate(const struct model6_item *a, enum way way, uint32_t ia)
{
	bool is_offered = a->offered_to != MODEL6_NOBODY;

	switch (way) {
	case WAY_BINDING:
		return a->state == MODEL_ACTIVE && a->ia == ia;
	case WAY_OFFER:
		return is_free(a) && a->offered_to == ia;
	case WAY_FORMER:
		return a->state == MODEL_ENDED && a->ia == ia &&
		       (!is_offered || a->offered_to == ia);
	case WAY_FRESH:
		return a->state == MODEL_FRESH && !is_offered;
	case WAY_USED:
		return a->state == MODEL_ENDED && !is_offered;
	case WAY_OFFERED:
		return is_free(a) && is_offered &&
		       a->offered_to / MODEL6_IAS != ia / MODEL6_IAS;
	default:
		return false;
	}
}

static bool is_in_kind(uint32_t item, enum lease_kind kind)
{
	return model6_kind(item) == kind;
}

/* The first way that leads anywhere; WAY_COUNT: none. */
static enum way way_of(const struct model6_world *w, enum lease_kind kind,
		       uint32_t ia)
{
	enum way way;
	uint32_t i;

	for (way = 0; way < WAY_COUNT; way++) {
		for (i = 0; i < MODEL6_ITEMS; i++) {
			if (is_in_kind(i, kind) &&
			    model6_is_candidate(&w->model.item[i], way, ia))
				return way;
		}
	}
	return WAY_COUNT;
}

static bool is_right(const struct model6_world *w, uint32_t ia, enum way way,
		     uint32_t chosen)
{
	const struct model6_item *a = &w->model.item[chosen];
	uint32_t i;

	if (!model6_is_candidate(a, way, ia))
		return false;
	for (i = 0; i < MODEL6_ITEMS; i++) {
		const struct model6_item *b = &w->model.item[i];

		if (!is_in_kind(i, model6_kind(chosen)) ||
		    !model6_is_candidate(b, way, ia))
			continue;
		if (way == WAY_OFFERED && b->offer_order < a->offer_order)
			return false;
		/* Of several of its own, the last. */
		if ((way == WAY_FORMER || way == WAY_BINDING) &&
		    b->updated_s > a->updated_s)
			return false;
	}
	return true;
}

/* Chooses, and compares; MODEL6_NOBODY when there is nothing for both. */
uint32_t model6_choose(struct model6_world *w, enum lease_kind kind,
		       uint32_t ia, struct alloc6_choice *choice)
{
	struct alloc6_want want = { .kind = kind, .iaid = ia % MODEL6_IAS };
	enum way way = way_of(w, kind, ia);
	struct alloc6_asker asker;
	enum drop_reason drop;
	uint32_t i;

	model6_ask(w, ia, &asker);
	drop = alloc6_choose(w->alloc, &asker, &want, choice);
	if (way == WAY_COUNT) {
		if (drop != DROP_POOL_EXHAUSTED)
			fail_msg("seed %u: found what is not there", w->seed);
		return MODEL6_NOBODY;
	}
	if (drop != DROP_NONE)
		fail_msg("seed %u: did not find what is there", w->seed);
	i = model6_item(&choice->addr);
	if (i == MODEL6_NOBODY || choice->by != by_of_way[way] ||
	    choice->prefix_len != model6_length(i) || !is_right(w, ia, way, i))
		fail_msg("seed %u: IA %u: item %u by %u, not by way %u",
			 w->seed, ia, i, choice->by, way);
	return i;
}

void model6_reload(struct model6_world *w)
{
	struct in6_addr addr = model6_address(0);

	assert_int_equal(alloc6_apply_conf(w->alloc, w->conf), 0);
	assert_non_null(alloc6_find_subnet(w->alloc, &addr, &w->net));
}

void model6_open(struct model6_world *w, unsigned int seed)
{
	static const struct siphash_key key = { { 3, 4 } };
	uint32_t i;

	*w = (struct model6_world){ .seed = seed, .rng = { seed } };
	w->now_s = 1000;
	assert_int_equal(conf_parse(&w->conf, conf_text, strlen(conf_text),
				    "test", CONF_DHCP6, false, NULL, NULL),
			 0);
	assert_int_equal(alloc6_new(&w->alloc, &key, model6_mono(w),
				    model6_moment(w).wall),
			 0);
	model6_reload(w);
	for (i = 0; i < MODEL6_CLIENTS; i++) {
		w->duid[i][1] = (uint8_t)(i / 7);
		w->duid[i][2] = (uint8_t)(i % 7);
		w->client[i].duid = w->duid[i];
		w->client[i].duid_len = 3;
	}
	for (i = 0; i < MODEL6_ITEMS; i++)
		w->model.item[i].offered_to = MODEL6_NOBODY;
}
