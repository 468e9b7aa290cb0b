/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan - counting what a configuration holds, then laying it out in arrays of
 * exactly that size.
 */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan_host.h"
#include "plan_scopes.h"

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	hmap_free(plan->host_by_id);
	hmap_free(plan->host_by_hardware);
	prefix_table_fini(&plan->prefix4);
	prefix_table_fini(&plan->prefix6);
	free(plan->network);
	free(plan->subnet);
	free(plan->pool);
	free(plan->range);
	free(plan->server_id);
	free(plan);
}

struct totals {
	size_t subnets;
	size_t pools;
	size_t ranges;
};

static void count_pools(struct totals *totals, const struct conf_pool *pools,
			size_t count)
{
	size_t i;

	totals->pools += count;
	for (i = 0; i < count; i++)
		totals->ranges += pools[i].range_count;
}

static void count_all(const struct conf *conf, struct totals *totals)
{
	size_t i, j;

	for (i = 0; i < conf->network_count; i++) {
		const struct conf_shared_network *net = &conf->networks[i];

		totals->subnets += net->subnet_count;
		count_pools(totals, net->pools, net->pool_count);
		for (j = 0; j < net->subnet_count; j++)
			count_pools(totals, net->subnets[j].pools,
				    net->subnets[j].pool_count);
	}
}

static int alloc_arrays(struct plan *plan, const struct conf *conf)
{
	struct totals totals = { 0 };

	count_all(conf, &totals);
	if (totals.ranges >= PLAN_NONE || totals.pools >= PLAN_NONE ||
	    totals.subnets >= PLAN_NONE || conf->network_count >= PLAN_NONE ||
	    conf->host_count >= PLAN_NONE)
		return -ENOMEM;
	plan->network = calloc(conf->network_count + 1, sizeof(*plan->network));
	plan->subnet = calloc(totals.subnets + 1, sizeof(*plan->subnet));
	plan->pool = calloc(totals.pools + 1, sizeof(*plan->pool));
	plan->range = calloc(totals.ranges + 1, sizeof(*plan->range));
	if (!plan->network || !plan->subnet || !plan->pool || !plan->range)
		return -ENOMEM;
	return 0;
}

bool plan_permit_matches(const struct conf_permit *permit,
			 enum plan_known known)
{
	static const bool matches[][PLAN_KNOWN_COUNT] = {
		[CONF_PERMIT_KNOWN_CLIENTS] = { false, true },
		[CONF_PERMIT_UNKNOWN_CLIENTS] = { true, false },
		[CONF_PERMIT_ALL_CLIENTS] = { true, true },
		[CONF_PERMIT_MEMBERS] = { false, false },
	};

	return matches[permit->kind][known];
}

/*
 * ISC's rule: with any `allow' a client has to be in one of them, and it must
 * be in no `deny'. Of classes the best is assumed: choice_is_open() asks.
 */
static bool may_permit(const struct conf_pool *pool, enum plan_known known)
{
	bool has_allow = false;
	bool allowed = false;
	size_t i;

	for (i = 0; i < pool->permit_count; i++) {
		const struct conf_permit *p = &pool->permits[i];

		if (!p->allow && plan_permit_matches(p, known))
			return false;
		if (!p->allow)
			continue;
		has_allow = true;
		allowed |= p->kind == CONF_PERMIT_MEMBERS ||
			   plan_permit_matches(p, known);
	}
	return !has_allow || allowed;
}

static bool has_members(const struct conf_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->permit_count; i++) {
		if (pool->permits[i].kind == CONF_PERMIT_MEMBERS)
			return true;
	}
	return false;
}

static void add_pools(struct plan *plan, struct alloc_network *net,
		      const struct conf_pool *pools, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		struct plan_pool *pool = &plan->pool[plan->pool_count];

		pool->conf = &pools[i];
		pool->network = net->index;
		pool->permit[0] = may_permit(&pools[i], PLAN_UNKNOWN_CLIENT);
		pool->permit[1] = may_permit(&pools[i], PLAN_KNOWN_CLIENT);
		pool->has_members = has_members(&pools[i]);
		net->has_members |= pool->has_members;
		for (j = 0; j < pools[i].range_count; j++) {
			const struct conf_range *r = &pools[i].ranges[j];
			struct plan_range *range =
				&plan->range[plan->range_count++];

			range->first = ntohl(r->first.s_addr);
			range->last = ntohl(r->last.s_addr);
			range->pool = plan->pool_count;
			pool->size += (uint64_t)range->last - range->first + 1;
		}
		plan->pool_count++;
	}
}

static int compare_ranges(const void *a, const void *b)
{
	const struct plan_range *x = a;
	const struct plan_range *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Sorts the network's ranges and sums sizes in front of each. */
static void finish_ranges(struct plan *plan, struct alloc_network *net)
{
	struct plan_range *range = &plan->range[net->first_range];
	uint32_t reach = 0;
	uint32_t i, known;

	net->range_count = plan->range_count - net->first_range;
	qsort(range, net->range_count, sizeof(*range), compare_ranges);
	for (i = 0; i < net->range_count; i++) {
		reach = range[i].last > reach ? range[i].last : reach;
		range[i].reach = reach;
		for (known = 0; known < PLAN_KNOWN_COUNT; known++) {
			range[i].before[known] = net->size[known];
			if (!plan->pool[range[i].pool].permit[known])
				continue;
			net->size[known] +=
				(uint64_t)range[i].last - range[i].first + 1;
		}
	}
}

static int add_subnets(struct plan *plan, struct alloc_network *net,
		       const struct conf_shared_network *conf)
{
	size_t i;
	int err;

	for (i = 0; i < conf->subnet_count; i++) {
		const struct conf_subnet *subnet = &conf->subnets[i];
		struct plan_subnet *s = &plan->subnet[plan->subnet_count];

		s->conf = subnet;
		s->network = net->index;
		err = prefix_table_add(&plan->prefix4,
				       (const uint8_t *)&subnet->network, 4,
				       subnet->prefix_len, plan->subnet_count);
		if (err && err != -EEXIST)
			return err;
		plan->subnet_count++;
		add_pools(plan, net, subnet->pools, subnet->pool_count);
	}
	for (i = 0; i < conf->subnet6_count; i++) {
		err = prefix_table_add(
			&plan->prefix6, conf->subnets6[i].prefix.s6_addr, 16,
			conf->subnets6[i].prefix_len, net->index);
		if (err && err != -EEXIST)
			return err;
	}
	return 0;
}

static int add_network(struct plan *plan,
		       const struct conf_shared_network *conf)
{
	struct alloc_network *net = &plan->network[plan->network_count];
	int err;

	net->conf = conf;
	net->index = plan->network_count++;
	net->first_pool = plan->pool_count;
	net->first_range = plan->range_count;
	err = add_subnets(plan, net, conf);
	if (err)
		return err;
	add_pools(plan, net, conf->pools, conf->pool_count);
	net->pool_count = plan->pool_count - net->first_pool;
	finish_ranges(plan, net);
	return 0;
}

static int build(struct plan *plan, const struct conf *conf)
{
	size_t i;
	int err;

	err = alloc_arrays(plan, conf);
	for (i = 0; !err && i < conf->network_count; i++)
		err = add_network(plan, &conf->networks[i]);
	if (!err)
		err = plan_add_hosts(plan);
	if (!err)
		err = plan_visit_scopes(plan);
	return err;
}

int plan_new(struct plan **plan, const struct conf *conf,
	     const struct siphash_key *key)
{
	struct plan *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->conf = conf;
	p->key = *key;
	p->prefix4.key = *key;
	p->prefix6.key = *key;
	err = build(p, conf);
	if (err) {
		plan_free(p);
		return err;
	}
	*plan = p;
	return 0;
}

const struct plan_subnet *plan_find_subnet(struct plan *plan, uint32_t addr)
{
	uint32_t addr_be = htonl(addr);
	uint32_t found =
		prefix_table_find(&plan->prefix4, (const uint8_t *)&addr_be, 4);

	return found == PREFIX_NONE ? NULL : &plan->subnet[found];
}

bool plan_is_in_network(struct plan *plan, uint32_t addr,
			const struct alloc_network *net)
{
	const struct plan_subnet *subnet = plan_find_subnet(plan, addr);

	return subnet && subnet->network == net->index;
}

const struct plan_range *plan_find_range(const struct plan *plan,
					 const struct alloc_network *net,
					 uint32_t addr)
{
	const struct plan_range *range = &plan->range[net->first_range];
	uint32_t low = 0;
	uint32_t high = net->range_count;

	/* The last range that begins at or before addr; then, should ranges
	 * overlap, those before it as long as one of them reaches so far. */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (range[mid].first <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low > 0 && range[low - 1].reach >= addr; low--) {
		if (range[low - 1].last >= addr)
			return &range[low - 1];
	}
	return NULL;
}
