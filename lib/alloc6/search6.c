/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search6 - something free in the pools that the client may use.
 *
 * Places to look at come from a keyed hash of client, IA and number of the
 * try: each client has its own, nobody else knows them, and after a record was
 * lost it is still led to the same ones. In a large pool that is all, for it
 * is nearly empty. What has never been used goes before what was somebody's.
 * A small pool may be full: there bitmaps lead to the last free one.
 */
#include "choice6_private.h"

#define PROBES_MAX  64
#define PROBES_FEW  8      /* where bitmaps help, too */
#define SMALL_COUNT 65536U /* a range up to here has blocks */
#define WALK_MAX    1024U  /* one after the other in a larger one */
#define OFFERS_MAX  256U   /* looked at for one to take over */
#define WEIGHT_MAX  (1ULL << 40)

/* How a prefix length serves somebody who asks for another one. */
enum rank {
	RANK_NONE,
	RANK_OTHER,
	RANK_BEST,
};

struct search {
	const struct choosing6 *c;
	const struct plan6_ranges *ranges;
	uint8_t length_wanted;
	enum rank rank; /* of the ranges that are searched now */
	uint64_t weight;
	bool has_former;
	struct key6 former; /* the first one that was seen */
	struct key6 *found;
};

static enum rank rank_length(enum conf_prefix_mode mode, uint8_t len,
			     uint8_t wanted)
{
	const enum rank ranks[] = {
		[CONF_PREFIX_IGNORE] = RANK_BEST,
		[CONF_PREFIX_PREFER] = RANK_OTHER,
		[CONF_PREFIX_EXACT] = RANK_NONE,
		[CONF_PREFIX_MINIMUM] = len > wanted ? RANK_OTHER : RANK_NONE,
		[CONF_PREFIX_MAXIMUM] = len < wanted ? RANK_OTHER : RANK_NONE,
	};

	return !wanted || len == wanted ? RANK_BEST : ranks[mode];
}

static bool is_open(const struct search *s, const struct plan6_range *range)
{
	const struct plan6_pool *pool = &s->c->alloc->plan->pool[range->pool];

	return rank_length(pool->mode, range->prefix_len, s->length_wanted) ==
		       s->rank &&
	       choice6_permits(s->c, pool);
}

/* Sizes that have a sum. */
static uint64_t weight_of(const struct plan6_range *range)
{
	return range->count < WEIGHT_MAX ? range->count : WEIGHT_MAX;
}

static struct key6 key_at(const struct plan6_range *range, uint64_t n)
{
	struct num6 offset = { 0, n };
	struct num6 addr;

	offset = num6_shift_left(offset, 128U - range->prefix_len);
	addr = num6_add(range->first, offset);
	return (struct key6){
		.addr = num6_addr(addr),
		.kind = range->kind,
		.prefix_len = range->prefix_len,
	};
}

/* True when that is it; one that was somebody's is kept in mind. */
static bool try(struct search *s, const struct plan6_range *range,
		const struct key6 *key, enum slot6 is)
{
	if (is == SLOT6_TAKEN ||
	    plan6_is_never_given(s->c->alloc->plan, range, num6_of(&key->addr)))
		return false;
	if (is == SLOT6_FRESH) {
		*s->found = *key;
		return true;
	}
	if (!s->has_former) {
		s->has_former = true;
		s->former = *key;
	}
	return false;
}

static bool try_at(struct search *s, const struct plan6_range *range,
		   uint64_t n)
{
	struct key6 key = key_at(range, n);

	s->c->alloc->scratch->probes++;
	return try(s, range, &key, settle6_look(s->c->alloc, &key));
}

/* Where the IA's try number n leads. */
static const struct plan6_range *lead(const struct search *s, uint32_t try_no,
				      uint64_t *n)
{
	const struct siphash_key *key = &s->c->alloc->key;
	const uint64_t what[] = {
		s->c->ia.client->hash,
		(uint64_t)s->c->ia.kind << 32 | s->c->ia.iaid,
		try_no,
	};
	uint64_t hash = siphash24(key, what, sizeof(what));
	uint64_t left = hash % s->weight;
	uint32_t i;

	for (i = 0; i < s->ranges->count; i++) {
		const struct plan6_range *range = &s->ranges->range[i];

		if (!is_open(s, range))
			continue;
		if (left < weight_of(range)) {
			/* All of 64 bits for large ones. */
			*n = siphash24(key, &hash, sizeof(hash)) % range->count;
			return range;
		}
		left -= weight_of(range);
	}
	return NULL; /* weight is the sum of all */
}

static bool probe(struct search *s)
{
	uint32_t tries = s->weight > SMALL_COUNT ? PROBES_MAX : PROBES_FEW;
	const struct plan6_range *range;
	uint32_t try_no;
	uint64_t n = 0;

	for (try_no = 0; try_no < tries; try_no++) {
		range = lead(s, try_no, &n);
		if (range && try_at(s, range, n))
			return true;
	}
	return false;
}

/* ---- small ranges ---- */

/* The next slot of either kind in a block, between from and last. */
static bool next_in_block(struct search *s, const struct plan6_range *range,
			  const struct block6 *block, uint32_t from,
			  uint32_t last)
{
	uint32_t slot;
	struct key6 key;

	for (slot = bitmap_next(&block->fresh, from); slot <= last;
	     slot = bitmap_next(&block->fresh, slot + 1)) {
		key = block6_key(block, slot);
		if (try(s, range, &key, SLOT6_FRESH))
			return true;
	}
	for (slot = bitmap_next(&block->former, from);
	     !s->has_former && slot <= last;
	     slot = bitmap_next(&block->former, slot + 1)) {
		key = block6_key(block, slot);
		try(s, range, &key, SLOT6_FORMER);
	}
	return false;
}

/* Items first to last of a range, block by block. */
static bool scan(struct search *s, const struct plan6_range *range,
		 uint64_t first, uint64_t last)
{
	struct alloc6 const *alloc = s->c->alloc;
	uint32_t slot;

	while (first <= last) {
		struct key6 key = key_at(range, first);
		struct block6 *block =
			blocks6_get(&alloc->scratch->blocks, &key, settle6_look,
				    alloc, &slot);
		uint64_t span;

		alloc->scratch->probes++;
		if (!block) { /* no memory: slowly, then */
			if (try_at(s, range, first))
				return true;
			first++;
			continue;
		}
		span = BITMAP_SLOTS - 1 - slot;
		if (span > last - first)
			span = last - first;
		if (next_in_block(s, range, block, slot, slot + (uint32_t)span))
			return true;
		first += span + 1;
	}
	return false;
}

static bool walk(struct search *s, const struct plan6_range *range, uint64_t n)
{
	uint32_t steps;

	for (steps = 0; steps < WALK_MAX; steps++) {
		if (try_at(s, range, n))
			return true;
		n = n + 1 < range->count ? n + 1 : 0;
	}
	return false;
}

/* From item n on, round to just before it. */
static bool search_range(struct search *s, const struct plan6_range *range,
			 uint64_t n)
{
	if (range->count > SMALL_COUNT)
		return walk(s, range, n);
	return scan(s, range, n, range->count - 1) ||
	       (n > 0 && scan(s, range, 0, n - 1));
}

static bool search_ranges(struct search *s)
{
	const struct plan6_range *home;
	uint32_t count = s->ranges->count;
	uint32_t i, at;
	uint64_t n = 0;

	home = lead(s, 0, &n);
	if (!home)
		return false;
	at = (uint32_t)(home - s->ranges->range);
	for (i = 0; i < count; i++) {
		const struct plan6_range *range =
			&s->ranges->range[(at + i) % count];

		if (is_open(s, range) &&
		    search_range(s, range, n % range->count))
			return true;
	}
	return false;
}

/* ---- all of it ---- */

/* In a full pool the oldest offer goes to who asks now. */
static bool take_offer(struct search *s)
{
	const struct alloc6 *alloc = s->c->alloc;
	const struct offers6 *offers = &alloc->offers;
	uint32_t at = offers->list.oldest;
	uint32_t i;

	for (i = 0; i < OFFERS_MAX && at != OFFER6_NONE; i++) {
		const struct offer6 *o = offer6_at(offers, at);
		const struct lease6 *e = db6_find_entry(&alloc->db, &o->key);
		const struct plan6_range *range =
			o->key.kind == s->c->ia.kind
				? choice6_range_of(s->c, &o->key)
				: NULL;

		at = o->link.newer;
		if (!range || !is_open(s, range) ||
		    o->hash == s->c->ia.client->hash ||
		    lease6_is_held(e, s->c->asker->now) ||
		    plan6_is_reserved(alloc->plan, &o->key))
			continue;
		*s->found = o->key;
		return true;
	}
	return false;
}

static bool search_rank(struct search *s, enum rank rank)
{
	uint32_t i;

	s->rank = rank;
	s->weight = 0;
	s->has_former = false;
	for (i = 0; i < s->ranges->count; i++) {
		if (is_open(s, &s->ranges->range[i]))
			s->weight += weight_of(&s->ranges->range[i]);
	}
	if (!s->weight)
		return false;
	if (probe(s) || search_ranges(s))
		return true;
	if (!s->has_former)
		return false;
	*s->found = s->former;
	return true;
}

bool search6(const struct choosing6 *c, uint8_t length_wanted,
	     struct key6 *found)
{
	struct search s = {
		.c = c,
		.ranges = &c->asker->net->ranges[plan6_kind(c->ia.kind)],
		.length_wanted = length_wanted,
		.found = found,
	};

	if (search_rank(&s, RANK_BEST) || search_rank(&s, RANK_OTHER))
		return true;
	s.rank = RANK_BEST;
	if (take_offer(&s))
		return true;
	s.rank = RANK_OTHER;
	return take_offer(&s);
}
