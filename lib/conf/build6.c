// SPDX-License-Identifier: BSD-2-Clause
/* The parts of the model that a DHCPv6 server has alone. */
#include "build.h"

static const struct conf_range6 *build_ranges6(struct conf_parser *p,
					       const struct conf_node *node,
					       size_t *count)
{
	const struct conf_node_range6 *range;
	struct conf_range6 *ranges;
	size_t at = 0;

	*count = 0;
	for (range = node->ranges6; range; range = range->next)
		(*count)++;
	if (*count == 0)
		return NULL;
	ranges = conf_arena_array(p->model, *count, sizeof(*ranges));
	for (range = node->ranges6; ranges && range; range = range->next)
		ranges[at++] = range->range;
	return ranges;
}

static const struct conf_prefix6 *build_prefixes6(struct conf_parser *p,
						  const struct conf_node *node,
						  size_t *count)
{
	const struct conf_node_prefix6 *prefix;
	struct conf_prefix6 *prefixes;
	size_t at = 0;

	*count = 0;
	for (prefix = node->prefixes6; prefix; prefix = prefix->next)
		(*count)++;
	if (*count == 0)
		return NULL;
	prefixes = conf_arena_array(p->model, *count, sizeof(*prefixes));
	for (prefix = node->prefixes6; prefixes && prefix;
	     prefix = prefix->next)
		prefixes[at++] = prefix->prefix;
	return prefixes;
}

static void build_content(struct conf_parser *p, const struct conf_node *node,
			  struct conf_pool6 *pool)
{
	pool->ranges = build_ranges6(p, node, &pool->range_count);
	pool->prefixes = build_prefixes6(p, node, &pool->prefix_count);
}

/* What stands in the subnet itself is a pool without settings. */
static void build_bare(struct conf_parser *p, const struct conf_node *node,
		       struct conf_pool6 *pool, const struct conf_scope *parent)
{
	const struct conf_pos *pos =
		node->ranges6 ? &node->ranges6->pos : &node->prefixes6->pos;

	pool->scope.kind = CONF_SCOPE_POOL6;
	pool->scope.parent = parent;
	pool->scope.line = pos->line;
	pool->scope.file = pos->source->path;
	pool->scope.order = pos->order;
	build_content(p, node, pool);
}

void conf_build_pools6(struct conf_parser *p, const struct conf_node *node,
		       struct conf_subnet6 *subnet)
{
	bool has_bare = node->ranges6 || node->prefixes6;
	size_t count = has_bare + conf_count_children(node, CONF_SCOPE_POOL6);
	const struct conf_node *child;
	struct conf_pool6 *pool;

	subnet->pools =
		conf_arena_array(p->model, count, sizeof(*subnet->pools));
	if (!subnet->pools)
		return;
	if (has_bare)
		build_bare(p, node, &subnet->pools[subnet->pool_count++],
			   &subnet->scope);
	for (child = node->first; child; child = child->next) {
		if (child->kind != CONF_SCOPE_POOL6)
			continue;
		pool = &subnet->pools[subnet->pool_count++];
		conf_build_scope(p, child, &pool->scope, &subnet->scope);
		build_content(p, child, pool);
		pool->permits =
			conf_build_permits(p, child, &pool->permit_count);
	}
}

void conf_build_fixed6(struct conf_parser *p, const struct conf_node *node,
		       struct conf_host *host)
{
	const struct conf_node_range6 *range;
	struct in6_addr *addrs;
	size_t count = 0;

	host->fixed_prefixes6 =
		build_prefixes6(p, node, &host->fixed_prefix6_count);
	for (range = node->ranges6; range; range = range->next)
		count++;
	if (count == 0)
		return;
	addrs = conf_arena_array(p->model, count, sizeof(*addrs));
	if (!addrs)
		return;
	for (range = node->ranges6; range; range = range->next)
		addrs[host->fixed_address6_count++] = range->range.first;
	host->fixed_addresses6 = addrs;
}
