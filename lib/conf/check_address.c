// SPDX-License-Identifier: BSD-2-Clause
/*
 * Subnets that repeat or nest, ranges outside their subnet or over each other.
 * All by sorting: a configuration may have 100,000 subnets.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip6.h"
#include "value.h"

struct in6_addr conf_mapped(struct in_addr addr)
{
	struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&mapped.s6_addr[12], &addr, sizeof(addr));
	return mapped;
}

/* By start; of those that start together the largest, then the first, leads. */
static int compare_intervals(const void *a, const void *b)
{
	const struct conf_interval *ia = a;
	const struct conf_interval *ib = b;
	int order = conf_ip6_compare(&ia->first, &ib->first);

	if (order == 0)
		order = conf_ip6_compare(&ib->last, &ia->last);
	if (order != 0)
		return order;
	return ia->pos->order < ib->pos->order ? -1 : 1;
}

int conf_intervals_new(struct conf_parser *p, size_t count,
		       struct conf_intervals *out)
{
	out->items = conf_arena_array(&p->scratch, count, sizeof(*out->items));
	out->count = 0;
	return out->items ? 0 : -ENOMEM;
}

void conf_intervals_sort(struct conf_intervals *intervals)
{
	if (intervals->count)
		qsort(intervals->items, intervals->count,
		      sizeof(*intervals->items), compare_intervals);
}

static struct conf_interval interval_of(const struct conf_node *node)
{
	struct conf_interval interval = { .pos = &node->name_pos,
					  .node = node };

	if (node->kind == CONF_SCOPE_SUBNET) {
		interval.first = conf_mapped(node->u.subnet.network);
		interval.last = interval.first;
		conf_ip6_set_tail(&interval.last,
				  96u + node->u.subnet.prefix_len);
	} else {
		interval.first = node->u.subnet6.prefix;
		interval.last = interval.first;
		conf_ip6_set_tail(&interval.last, node->u.subnet6.prefix_len);
	}
	return interval;
}

const struct conf_interval *
conf_intervals_find(const struct conf_intervals *intervals,
		    const struct in6_addr *addr)
{
	size_t low = 0, high = intervals->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (conf_ip6_compare(&intervals->items[middle].first, addr) <=
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 ||
	    conf_ip6_compare(addr, &intervals->items[low - 1].last) > 0)
		return NULL;
	return &intervals->items[low - 1];
}

const struct conf_interval *
conf_intervals_meet(const struct conf_intervals *intervals,
		    const struct conf_interval *with)
{
	const struct conf_interval *found =
		conf_intervals_find(intervals, &with->first);
	size_t low = 0, high = intervals->count;

	while (!found && low < high) {
		size_t middle = low + (high - low) / 2;

		if (conf_ip6_compare(&intervals->items[middle].first,
				     &with->first) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!found && low < intervals->count &&
	    conf_ip6_compare(&intervals->items[low].first, &with->last) <= 0)
		found = &intervals->items[low];
	return found;
}

const struct conf_pos *conf_intervals_later(const struct conf_interval *a,
					    const struct conf_interval *b,
					    const struct conf_pos **other)
{
	bool b_is_later = b->pos->order > a->pos->order;

	*other = b_is_later ? a->pos : b->pos;
	return b_is_later ? b->pos : a->pos;
}

static void report_subnets(struct conf_parser *p,
			   const struct conf_interval *outer,
			   const struct conf_interval *inner)
{
	const struct conf_pos *other;
	const struct conf_pos *pos = conf_intervals_later(outer, inner, &other);

	if (conf_ip6_compare(&outer->first, &inner->first) == 0 &&
	    conf_ip6_compare(&outer->last, &inner->last) == 0)
		conf_error(p, pos, "this subnet was declared before at %s:%u",
			   other->source->path, other->line);
	else
		conf_warn(p, pos,
			  "this subnet overlaps the one at %s:%u; "
			  "the longer prefix counts",
			  other->source->path, other->line);
}

/*
 * Subnets nest or are apart, so one that starts before the last outermost one
 * ends lies in it. Leaves the outermost ones in place.
 */
static void check_nesting(struct conf_parser *p,
			  struct conf_intervals *intervals)
{
	size_t i, kept = 0;

	for (i = 0; i < intervals->count; i++) {
		const struct conf_interval *this = &intervals->items[i];
		const struct conf_interval *top = NULL;

		if (kept > 0)
			top = &intervals->items[kept - 1];
		if (top && conf_ip6_compare(&this->first, &top->last) <= 0)
			report_subnets(p, top, this);
		else
			intervals->items[kept++] = *this;
	}
	intervals->count = kept;
}

/* Twins inside a larger subnet: next to each other once sorted. */
static bool is_twin(const struct conf_interval *a,
		    const struct conf_interval *b)
{
	return conf_ip6_compare(&a->first, &b->first) == 0 &&
	       conf_ip6_compare(&a->last, &b->last) == 0;
}

static void check_twins(struct conf_parser *p,
			const struct conf_intervals *intervals)
{
	const struct in6_addr *end = NULL;
	size_t i;

	for (i = 1; i < intervals->count; i++) {
		const struct conf_interval *before = &intervals->items[i - 1];
		const struct conf_interval *this = &intervals->items[i];

		if (!end || conf_ip6_compare(&before->first, end) > 0)
			end = &before->last; /* reported by check_nesting */
		else if (is_twin(before, this))
			report_subnets(p, before, this);
	}
}

static int check_subnets(struct conf_parser *p, struct conf_intervals *tops)
{
	const struct conf_vec *v4 = &p->census.subnets;
	const struct conf_vec *v6 = &p->census.subnets6;
	size_t i;

	if (conf_intervals_new(p, v4->count + v6->count, tops))
		return -ENOMEM;
	for (i = 0; i < v4->count; i++)
		tops->items[tops->count++] = interval_of(v4->items[i]);
	for (i = 0; i < v6->count; i++)
		tops->items[tops->count++] = interval_of(v6->items[i]);
	conf_intervals_sort(tops);
	check_twins(p, tops);
	check_nesting(p, tops);
	return 0;
}

static bool is_within(const struct conf_interval *inner,
		      const struct conf_interval *outer)
{
	return outer && conf_ip6_compare(&inner->first, &outer->first) >= 0 &&
	       conf_ip6_compare(&inner->last, &outer->last) <= 0;
}

/* A range that holds .0 or the broadcast address is rarely meant. */
static void check_ends(struct conf_parser *p, const struct conf_interval *range,
		       const struct conf_interval *subnet)
{
	const struct conf_node *node = subnet->node;

	if (node->kind != CONF_SCOPE_SUBNET || node->u.subnet.prefix_len >= 31)
		return;
	if (conf_ip6_compare(&range->first, &subnet->first) == 0)
		conf_warn(p, range->pos,
			  "the range holds the address of its subnet");
	if (conf_ip6_compare(&range->last, &subnet->last) == 0)
		conf_warn(p, range->pos,
			  "the range holds the broadcast address of its "
			  "subnet");
}

static void check_inside(struct conf_parser *p,
			 const struct conf_interval *range,
			 const struct conf_intervals *own)
{
	const struct conf_interval *subnet;

	subnet = conf_intervals_find(own, &range->first);
	if (is_within(range, subnet))
		check_ends(p, range, subnet);
	else
		conf_error(p, range->pos, "the range is outside its subnet");
}

/* The outermost IPv4 subnets of a shared network. */
static int subnets_of(struct conf_parser *p, const struct conf_node *network,
		      struct conf_intervals *out)
{
	const struct conf_node *child;
	size_t i, kept = 0;

	for (child = network->first; child; child = child->next)
		kept++;
	if (conf_intervals_new(p, kept, out))
		return -ENOMEM;
	for (child = network->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_SUBNET)
			out->items[out->count++] = interval_of(child);
	}
	conf_intervals_sort(out);
	for (i = 0, kept = 0; i < out->count; i++) {
		if (kept == 0 ||
		    conf_ip6_compare(&out->items[i].first,
				     &out->items[kept - 1].last) > 0)
			out->items[kept++] = out->items[i];
	}
	out->count = kept;
	return 0;
}

static struct conf_interval range_interval(const struct conf_node_range *range)
{
	return (struct conf_interval){
		.first = conf_mapped(range->range.first),
		.last = conf_mapped(range->range.last),
		.pos = &range->pos,
		.node = range->owner,
	};
}

/*
 * Ranges come in the order of the file, so those of one shared network's pools
 * follow each other (hosts aside) and its subnets are sorted once.
 */
static int check_ranges_inside(struct conf_parser *p)
{
	const struct conf_node *network = NULL;
	struct conf_intervals own = { 0 };
	struct conf_interval subnet;
	size_t i;

	for (i = 0; i < p->census.ranges.count; i++) {
		const struct conf_node_range *range = p->census.ranges.items[i];
		struct conf_interval interval = range_interval(range);
		const struct conf_node *owner = range->owner;

		if (owner->kind == CONF_SCOPE_POOL)
			owner = owner->parent;
		if (owner->kind == CONF_SCOPE_SUBNET) {
			subnet = interval_of(owner);
			check_inside(p, &interval,
				     &(struct conf_intervals){ &subnet, 1 });
			continue;
		}
		if (owner != network && subnets_of(p, owner, &own))
			return -ENOMEM;
		network = owner;
		check_inside(p, &interval, &own);
	}
	return 0;
}

static void check_ranges6_inside(struct conf_parser *p)
{
	size_t i;

	for (i = 0; i < p->census.ranges6.count; i++) {
		const struct conf_node_range6 *range =
			p->census.ranges6.items[i];
		const struct conf_node *owner = range->owner;
		struct conf_interval subnet;

		if (owner->kind == CONF_SCOPE_POOL6)
			owner = owner->parent;
		subnet = interval_of(owner);
		if (conf_ip6_compare(&range->range.first, &subnet.first) < 0 ||
		    conf_ip6_compare(&range->range.last, &subnet.last) > 0)
			conf_error(p, &range->pos,
				   "the range is outside its subnet");
	}
}

static int check_ranges_overlap(struct conf_parser *p,
				struct conf_intervals *all)
{
	const struct conf_interval *widest = NULL;
	const struct conf_pos *pos, *other;
	size_t i;

	if (conf_intervals_new(
		    p, p->census.ranges.count + p->census.ranges6.count, all))
		return -ENOMEM;
	for (i = 0; i < p->census.ranges.count; i++)
		all->items[all->count++] =
			range_interval(p->census.ranges.items[i]);
	for (i = 0; i < p->census.ranges6.count; i++) {
		const struct conf_node_range6 *range =
			p->census.ranges6.items[i];

		all->items[all->count++] = (struct conf_interval){
			.first = range->range.first,
			.last = range->range.last,
			.pos = &range->pos,
			.node = range->owner,
		};
	}
	conf_intervals_sort(all);
	for (i = 0; i < all->count; i++) {
		const struct conf_interval *this = &all->items[i];

		if (widest &&
		    conf_ip6_compare(&this->first, &widest->last) <= 0) {
			pos = conf_intervals_later(widest, this, &other);
			conf_error(p, pos, "overlaps the range at %s:%u",
				   other->source->path, other->line);
		}
		if (!widest || conf_ip6_compare(&this->last, &widest->last) > 0)
			widest = this;
	}
	return 0;
}

int conf_check_addresses(struct conf_parser *p, struct conf_address_map *map)
{
	int err;

	err = check_subnets(p, &map->subnets);
	if (!err)
		err = check_ranges_inside(p);
	if (err)
		return err;
	check_ranges6_inside(p);
	return check_ranges_overlap(p, &map->ranges);
}
