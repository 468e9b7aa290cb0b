/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan6 - counting what a configuration holds, then laying it out in arrays of
 * exactly that size.
 */
#include "plan6.h"

#include <errno.h>
#include <stdlib.h>

void plan6_free(struct alloc6_plan *plan)
{
	if (!plan)
		return;
	hmap_free(plan->by_reserved);
	hmap_free(plan->host_by_identifier);
	hmap_free(plan->host_by_hardware);
	prefix_table_fini(&plan->by_prefix);
	prefix_table_fini(&plan->networks);
	prefix_table_fini(&plan->given_away);
	prefix_table_fini(&plan->given_parts);
	free(plan->network);
	free(plan->subnet);
	free(plan->pool);
	free(plan->range);
	free(plan->prefixes);
	free(plan->reserved);
	free(plan->selector);
	free(plan);
}

struct totals {
	size_t subnets;
	size_t pools;
	size_t ranges;
	size_t prefixes;
};

static void count_pools(const struct conf_subnet6 *subnet,
			struct totals *totals)
{
	size_t i;

	totals->subnets++;
	totals->pools += subnet->pool_count;
	for (i = 0; i < subnet->pool_count; i++) {
		totals->ranges += subnet->pools[i].range_count +
				  subnet->pools[i].prefix_count;
		totals->prefixes += subnet->pools[i].prefix_count;
	}
}

static int alloc_arrays(struct alloc6_plan *plan, const struct conf *conf)
{
	struct totals totals = { 0 };
	size_t i, j;

	for (i = 0; i < conf->network_count; i++) {
		for (j = 0; j < conf->networks[i].subnet6_count; j++)
			count_pools(&conf->networks[i].subnets6[j], &totals);
	}
	if (conf->network_count >= PLAN6_NONE || totals.subnets >= PLAN6_NONE ||
	    totals.pools >= PLAN6_NONE || totals.ranges >= PLAN6_NONE)
		return -ENOMEM;
	/* One more each: an array of nothing need not be NULL. */
	plan->network = calloc(conf->network_count + 1, sizeof(*plan->network));
	plan->subnet = calloc(totals.subnets + 1, sizeof(*plan->subnet));
	plan->pool = calloc(totals.pools + 1, sizeof(*plan->pool));
	plan->range = calloc(totals.ranges + 1, sizeof(*plan->range));
	plan->prefixes = calloc(totals.prefixes + 1, sizeof(*plan->prefixes));
	if (!plan->network || !plan->subnet || !plan->pool || !plan->range ||
	    !plan->prefixes)
		return -ENOMEM;
	return 0;
}

static struct num6 item_size(uint8_t prefix_len)
{
	struct num6 one = { 0, 1 };

	return num6_shift_left(one, 128U - prefix_len);
}

static void add_range(struct alloc6_plan *plan, uint8_t kind,
		      const struct in6_addr *first, const struct in6_addr *last,
		      uint8_t prefix_len)
{
	struct plan6_range *range = &plan->range[plan->range_count];
	struct num6 span;

	/* Prefixes of no length, and ends before beginnings, are no ranges. */
	if (!prefix_len || prefix_len > 128)
		return;
	*range = (struct plan6_range){
		.first = num6_mask(num6_of(first), prefix_len),
		.last = num6_mask(num6_of(last), prefix_len),
		.pool = plan->pool_count,
		.kind = kind,
		.prefix_len = prefix_len,
	};
	if (num6_compare(range->first, range->last) > 0)
		return;
	span = num6_shift_right(num6_sub(range->last, range->first),
				128U - prefix_len);
	range->count =
		span.high || span.low == UINT64_MAX ? UINT64_MAX : span.low + 1;
	plan->range_count++;
}

static enum conf_prefix_mode mode_of(const struct conf_pool6 *conf)
{
	const struct conf_params *params =
		conf_find_param(&conf->scope, CONF_PARAM_PREFIX_LENGTH_MODE);

	return params ? params->prefix_length_mode : CONF_PREFIX_PREFER;
}

static void add_pools(struct alloc6_plan *plan, struct alloc6_network *net,
		      const struct conf_subnet6 *subnet, uint8_t kind)
{
	size_t i, j;

	for (i = 0; i < subnet->pool_count; i++) {
		const struct conf_pool6 *conf = &subnet->pools[i];

		for (j = 0; kind == LEASE_NA6 && j < conf->range_count; j++)
			add_range(plan, kind, &conf->ranges[j].first,
				  &conf->ranges[j].last, 128);
		for (j = 0; kind == LEASE_PD6 && j < conf->prefix_count; j++)
			add_range(plan, kind, &conf->prefixes[j].first,
				  &conf->prefixes[j].last,
				  conf->prefixes[j].prefix_len);
		plan->pool[plan->pool_count++] = (struct plan6_pool){
			.conf = conf,
			.subnet = subnet,
			.network = net->index,
			.mode = mode_of(conf),
		};
	}
}

static int compare_ranges(const void *a, const void *b)
{
	const struct plan6_range *x = a;
	const struct plan6_range *y = b;

	return num6_compare(x->first, y->first);
}

/* The last address of the last item. */
static struct num6 end_of(const struct plan6_range *range)
{
	struct num6 one = { 0, 1 };

	return num6_sub(num6_add(range->last, item_size(range->prefix_len)),
			one);
}

static void sort_ranges(struct plan6_range *range, uint32_t count)
{
	struct num6 reach = { 0, 0 };
	uint32_t i;

	qsort(range, count, sizeof(*range), compare_ranges);
	for (i = 0; i < count; i++) {
		if (num6_compare(end_of(&range[i]), reach) > 0)
			reach = end_of(&range[i]);
		range[i].reach = reach;
	}
}

static int add_subnet(struct alloc6_plan *plan, struct alloc6_network *net,
		      const struct conf_subnet6 *conf)
{
	uint32_t at = plan->subnet_count++;
	int err;

	plan->subnet[at] = (struct plan6_subnet){ conf, net->index };
	err = prefix_table_add(&plan->by_prefix, conf->prefix.s6_addr, 16,
			       conf->prefix_len, at);
	if (err)
		return err == -EEXIST ? 0 : err;
	return prefix_table_add(&plan->networks, conf->prefix.s6_addr, 16,
				conf->prefix_len, net->index);
}

static int add_network(struct alloc6_plan *plan,
		       const struct conf_shared_network *conf)
{
	static const uint8_t kinds[PLAN6_KIND_COUNT] = {
		[PLAN6_ADDRESSES] = LEASE_NA6,
		[PLAN6_PREFIXES] = LEASE_PD6,
	};
	struct alloc6_network *net = &plan->network[plan->network_count];
	uint32_t first_pool = plan->pool_count;
	size_t kind, i;
	int err;

	net->conf = conf;
	net->index = plan->network_count++;
	for (i = 0; i < conf->subnet6_count; i++) {
		err = add_subnet(plan, net, &conf->subnets6[i]);
		if (err)
			return err;
	}
	for (kind = 0; kind < PLAN6_KIND_COUNT; kind++) {
		struct plan6_ranges *ranges = &net->ranges[kind];

		ranges->range = &plan->range[plan->range_count];
		plan->pool_count = first_pool; /* the same ones again */
		for (i = 0; i < conf->subnet6_count; i++)
			add_pools(plan, net, &conf->subnets6[i], kinds[kind]);
		ranges->count = (uint32_t)(&plan->range[plan->range_count] -
					   ranges->range);
		sort_ranges(ranges->range, ranges->count);
	}
	return 0;
}

static int build(struct alloc6_plan *plan, const struct conf *conf)
{
	uint32_t i;
	size_t n;
	int err;

	err = alloc_arrays(plan, conf);
	for (n = 0; !err && n < conf->network_count; n++)
		err = add_network(plan, &conf->networks[n]);
	if (err)
		return err;
	for (i = 0; i < plan->range_count; i++) {
		if (plan->range[i].kind == LEASE_PD6)
			plan->prefixes[plan->prefixes_count++] = plan->range[i];
	}
	sort_ranges(plan->prefixes, plan->prefixes_count);
	return plan6_add_hosts(plan);
}

int plan6_new(struct alloc6_plan **plan, const struct conf *conf,
	      const struct siphash_key *key)
{
	struct alloc6_plan *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->conf = conf;
	p->key = *key;
	p->by_prefix.key = *key;
	p->networks.key = *key;
	p->given_away.key = *key;
	p->given_parts.key = *key;
	err = build(p, conf);
	if (err) {
		plan6_free(p);
		return err;
	}
	*plan = p;
	return 0;
}

/* ---- look-ups ---- */

const struct plan6_subnet *plan6_find_subnet(struct alloc6_plan *plan,
					     const struct in6_addr *addr)
{
	uint32_t found = prefix_table_find(&plan->by_prefix, addr->s6_addr, 16);

	return found == PREFIX_NONE ? NULL : &plan->subnet[found];
}

bool plan6_is_in_network(struct alloc6_plan *plan, const struct in6_addr *addr,
			 const struct alloc6_network *net)
{
	const struct plan6_subnet *subnet = plan6_find_subnet(plan, addr);

	return net && subnet && subnet->network == net->index;
}

const struct plan6_range *plan6_find_range(const struct plan6_ranges *ranges,
					   struct num6 addr)
{
	const struct plan6_range *range = ranges->range;
	uint32_t low = 0;
	uint32_t high = ranges->count;

	/* The last range that begins at or before addr; then, should ranges
	 * overlap, those before it as long as one of them reaches so far. */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (num6_compare(range[mid].first, addr) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low > 0 && num6_compare(range[low - 1].reach, addr) >= 0;
	     low--) {
		if (num6_compare(end_of(&range[low - 1]), addr) >= 0)
			return &range[low - 1];
	}
	return NULL;
}

struct alloc6_network *plan6_network_of(struct alloc6_plan *plan,
					const struct key6 *key)
{
	const struct plan6_ranges all = { plan->prefixes,
					  plan->prefixes_count };
	const struct plan6_subnet *subnet;
	const struct plan6_range *range;

	if (key->kind == LEASE_PD6) {
		range = plan6_find_range(&all, num6_of(&key->addr));
		return range ? &plan->network[plan->pool[range->pool].network]
			     : NULL;
	}
	subnet = plan6_find_subnet(plan, &key->addr);
	return subnet ? &plan->network[subnet->network] : NULL;
}

bool plan6_is_never_given(const struct alloc6_plan *plan,
			  const struct plan6_range *range, struct num6 addr)
{
	uint8_t len = plan->pool[range->pool].subnet->prefix_len;

	if (range->kind != LEASE_NA6)
		return false;
	/* The subnet-router anycast address; none on a /127 (RFC 6164). */
	if (len < 127 && num6_is_equal(addr, num6_mask(addr, len)))
		return true;
	if (len != 64)
		return false;
	return (addr.low & ~0x7fULL) == 0xfdffffffffffff80ULL ||
	       addr.low >> 24 == 0x02005efffeULL;
}

/* A prefix on its own as a range, to see what it meets. */
static bool meets(const struct plan6_range *range, const struct key6 *key)
{
	struct num6 first = num6_of(&key->addr);
	struct num6 one = { 0, 1 };
	struct num6 last =
		num6_sub(num6_add(first, item_size(key->prefix_len)), one);

	return num6_compare(range->first, last) <= 0 &&
	       num6_compare(first, end_of(range)) <= 0;
}

static int note(struct prefix_table *table, const struct key6 *key,
		uint8_t prefix_len)
{
	int err = prefix_table_add(table, key->addr.s6_addr, 16, prefix_len, 0);

	return err == -EEXIST ? 0 : err;
}

/* The first of the pools' ranges that does not end before addr. */
static uint32_t first_behind(const struct alloc6_plan *plan, struct num6 addr)
{
	uint32_t low = 0;
	uint32_t high = plan->prefixes_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (num6_compare(plan->prefixes[mid].reach, addr) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_of_a_pool(const struct alloc6_plan *plan, const struct key6 *key)
{
	const struct plan6_ranges all = { plan->prefixes,
					  plan->prefixes_count };
	const struct plan6_range *range =
		plan6_find_range(&all, num6_of(&key->addr));

	return range && range->prefix_len == key->prefix_len;
}

/* Reserved prefixes that hold it. */
static int note_parts(struct alloc6_plan *plan, const struct key6 *key)
{
	uint8_t len;

	for (len = 1; len < key->prefix_len; len++) {
		if (plan->has_reserved_len[len] &&
		    note(&plan->given_parts, key, len))
			return -ENOMEM;
	}
	return 0;
}

int plan6_note_prefix(struct alloc6_plan *plan, const struct key6 *key)
{
	uint32_t i = first_behind(plan, num6_of(&key->addr));

	if (is_of_a_pool(plan, key) || plan6_is_reserved(plan, key))
		return 0;
	if (note(&plan->given_away, key, key->prefix_len) ||
	    note_parts(plan, key))
		return -ENOMEM;
	/* Inside one of a pool's prefixes, that one. */
	for (; i < plan->prefixes_count && meets(&plan->prefixes[i], key);
	     i++) {
		uint8_t pools = plan->prefixes[i].prefix_len;

		if (pools < key->prefix_len &&
		    note(&plan->given_away, key, pools))
			return -ENOMEM;
	}
	return 0;
}
