// SPDX-License-Identifier: BSD-2-Clause
/*
 * Prefixes that are delegated, and what is kept for hosts, against each other
 * and against ranges and subnets: one address has one owner.
 */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "ip6.h"

/* Nodes of prefixes as intervals of the addresses in them. */
static int intervals_of(struct conf_parser *p, const struct conf_vec *prefixes,
			struct conf_intervals *out)
{
	size_t i;

	if (conf_intervals_new(p, prefixes->count, out))
		return -ENOMEM;
	for (i = 0; i < prefixes->count; i++) {
		const struct conf_node_prefix6 *item = prefixes->items[i];
		struct conf_interval *interval = &out->items[out->count++];

		interval->first = item->prefix.first;
		interval->last = item->prefix.last;
		conf_ip6_set_tail(&interval->last, item->prefix.prefix_len);
		interval->pos = &item->pos;
		interval->node = item->owner;
		interval->prefix_len = item->prefix.prefix_len;
	}
	conf_intervals_sort(out);
	return 0;
}

static bool is_within(const struct conf_interval *inner,
		      const struct conf_interval *outer)
{
	return conf_ip6_compare(&inner->first, &outer->first) >= 0 &&
	       conf_ip6_compare(&inner->last, &outer->last) <= 0;
}

/* Two pools of prefixes: one address would have two owners. */
static void check_pools(struct conf_parser *p,
			const struct conf_intervals *pools)
{
	const struct conf_interval *widest = NULL;
	const struct conf_pos *pos, *other;
	size_t i;

	for (i = 0; i < pools->count; i++) {
		const struct conf_interval *this = &pools->items[i];

		if (widest &&
		    conf_ip6_compare(&this->first, &widest->last) <= 0) {
			pos = conf_intervals_later(widest, this, &other);
			conf_error(p, pos, "overlaps the prefixes at %s:%u",
				   other->source->path, other->line);
		}
		if (!widest || conf_ip6_compare(&this->last, &widest->last) > 0)
			widest = this;
	}
}

/* Addresses of a range inside a prefix that somebody else may be given. */
static void check_ranges(struct conf_parser *p,
			 const struct conf_intervals *prefixes,
			 const struct conf_intervals *ranges)
{
	const struct conf_interval *range;
	const struct conf_pos *pos, *other;
	size_t i;

	for (i = 0; i < prefixes->count; i++) {
		range = conf_intervals_meet(ranges, &prefixes->items[i]);
		if (!range)
			continue;
		pos = conf_intervals_later(&prefixes->items[i], range, &other);
		conf_error(p, pos,
			   pos == range->pos
				   ? "addresses of this range lie in a prefix "
				     "that is delegated at %s:%u"
				   : "what is delegated here holds addresses "
				     "of the range at %s:%u",
			   other->source->path, other->line);
	}
}

/* A link whose prefix a client may be given has two owners, as in a test. */
static void check_links(struct conf_parser *p,
			const struct conf_intervals *prefixes,
			const struct conf_intervals *subnets)
{
	const struct conf_interval *subnet;
	size_t i;

	for (i = 0; i < prefixes->count; i++) {
		const struct conf_interval *this = &prefixes->items[i];

		subnet = conf_intervals_meet(subnets, this);
		if (subnet && is_within(subnet, this))
			conf_warn(p, this->pos,
				  "what is delegated here holds the prefix of "
				  "a link, that of the subnet6 at %s:%u",
				  subnet->pos->source->path, subnet->pos->line);
	}
}

/* A reservation may be one of a pool's prefixes, but no part of one. */
static void check_fixed_in_pools(struct conf_parser *p,
				 const struct conf_intervals *fixed,
				 const struct conf_intervals *pools)
{
	const struct conf_interval *pool;
	size_t i;

	for (i = 0; i < fixed->count; i++) {
		const struct conf_interval *this = &fixed->items[i];

		pool = conf_intervals_meet(pools, this);
		if (pool && (pool->prefix_len != this->prefix_len ||
			     !is_within(this, pool)))
			conf_error(p, this->pos,
				   "overlaps the prefixes at %s:%u, which are "
				   "of another length",
				   pool->pos->source->path, pool->pos->line);
	}
}

/* Sorted: a prefix lies in the last one before it that did not, or apart. */
static void check_fixed_twice(struct conf_parser *p,
			      const struct conf_intervals *fixed,
			      const char *what)
{
	const struct conf_interval *outer = NULL;
	const struct conf_pos *pos, *other;
	size_t i;

	for (i = 0; i < fixed->count; i++) {
		const struct conf_interval *this = &fixed->items[i];

		if (!outer ||
		    conf_ip6_compare(&this->first, &outer->last) > 0) {
			outer = this;
			continue;
		}
		pos = conf_intervals_later(outer, this, &other);
		if (outer->prefix_len != this->prefix_len)
			conf_error(p, pos,
				   "this prefix overlaps the one at %s:%u",
				   other->source->path, other->line);
		else
			conf_warn(p, pos,
				  "this %s is kept at %s:%u as well; whoever "
				  "comes first has it",
				  what, other->source->path, other->line);
	}
}

static int check_prefixes(struct conf_parser *p,
			  const struct conf_address_map *map,
			  struct conf_intervals *pools)
{
	struct conf_intervals fixed;

	if (intervals_of(p, &p->census.prefixes6, pools) ||
	    intervals_of(p, &p->census.fixed_prefixes6, &fixed))
		return -ENOMEM;
	check_pools(p, pools);
	check_ranges(p, pools, &map->ranges);
	check_links(p, pools, &map->subnets);
	check_ranges(p, &fixed, &map->ranges);
	check_links(p, &fixed, &map->subnets);
	check_fixed_in_pools(p, &fixed, pools);
	check_fixed_twice(p, &fixed, "prefix");
	return 0;
}

static int check_addresses(struct conf_parser *p,
			   const struct conf_address_map *map,
			   const struct conf_intervals *pools)
{
	const struct conf_vec *all = &p->census.fixed6;
	const struct conf_interval *pool;
	struct conf_intervals fixed;
	size_t i;

	if (conf_intervals_new(p, all->count, &fixed))
		return -ENOMEM;
	for (i = 0; i < all->count; i++) {
		const struct conf_node_range6 *item = all->items[i];
		struct conf_interval *this = &fixed.items[fixed.count++];

		this->first = item->range.first;
		this->last = item->range.first;
		this->pos = &item->pos;
		this->node = item->owner;
		this->prefix_len = 128;
		if (!conf_intervals_find(&map->subnets, &this->first))
			conf_warn(p, this->pos,
				  "this address is in no subnet6");
		pool = conf_intervals_find(pools, &this->first);
		if (pool)
			conf_error(p, this->pos,
				   "this address lies in a prefix that is "
				   "delegated at %s:%u",
				   pool->pos->source->path, pool->pos->line);
	}
	conf_intervals_sort(&fixed);
	check_fixed_twice(p, &fixed, "address");
	return 0;
}

int conf_check_addresses6(struct conf_parser *p,
			  const struct conf_address_map *map)
{
	struct conf_intervals pools;
	int err;

	if (p->conf->family != CONF_DHCP6)
		return 0;
	err = check_prefixes(p, map, &pools);
	return err ? err : check_addresses(p, map, &pools);
}
