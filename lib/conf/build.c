// SPDX-License-Identifier: BSD-2-Clause
#include "build.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations fail into the arena's flag, which conf_build() looks at. */

void conf_build_scope(struct conf_parser *p, const struct conf_node *node,
		      struct conf_scope *scope, const struct conf_scope *parent)
{
	scope->kind = node->kind;
	scope->parent = parent;
	scope->line = node->pos.line;
	scope->order = node->pos.order;
	if (node->pos.source)
		scope->file = node->pos.source->path;
	if (node->params)
		scope->params = node->params->values;
	conf_build_options(p, node, scope);
	conf_build_ifs(p, node, scope);
}

static void build_ranges(struct conf_parser *p, const struct conf_node *node,
			 struct conf_pool *pool)
{
	const struct conf_node_range *range;
	struct conf_range *ranges;
	size_t count = 0;

	for (range = node->ranges; range; range = range->next)
		count++;
	ranges = conf_arena_array(p->model, count, sizeof(*ranges));
	if (!ranges)
		return;
	for (range = node->ranges; range; range = range->next)
		ranges[pool->range_count++] = range->range;
	pool->ranges = ranges;
}

const struct conf_permit *conf_build_permits(struct conf_parser *p,
					     const struct conf_node *node,
					     size_t *count)
{
	const struct conf_node_permit *permit;
	struct conf_permit *permits;
	size_t at = 0;

	*count = 0;
	for (permit = node->u.pool.permits; permit; permit = permit->next)
		(*count)++;
	if (*count == 0)
		return NULL;
	permits = conf_arena_array(p->model, *count, sizeof(*permits));
	for (permit = node->u.pool.permits; permits && permit;
	     permit = permit->next)
		permits[at++] = permit->permit;
	return permits;
}

static void build_pool(struct conf_parser *p, const struct conf_node *node,
		       struct conf_pool *pool, const struct conf_scope *parent)
{
	conf_build_scope(p, node, &pool->scope, parent);
	build_ranges(p, node, pool);
	pool->permits = conf_build_permits(p, node, &pool->permit_count);
}

/* The ranges that stand in the subnet itself are a pool without settings. */
static void build_bare_pool(struct conf_parser *p, const struct conf_node *node,
			    struct conf_pool *pool,
			    const struct conf_scope *parent)
{
	pool->scope.kind = CONF_SCOPE_POOL;
	pool->scope.parent = parent;
	pool->scope.line = node->ranges->pos.line;
	pool->scope.file = node->ranges->pos.source->path;
	pool->scope.order = node->ranges->pos.order;
	build_ranges(p, node, pool);
}

size_t conf_count_children(const struct conf_node *node,
			   enum conf_scope_kind kind)
{
	const struct conf_node *child;
	size_t count = 0;

	for (child = node->first; child; child = child->next)
		count += child->kind == kind;
	return count;
}

static void build_inner(struct conf_parser *p, const struct conf_node *node,
			const struct conf_scope *scope);

static void build_subnet(struct conf_parser *p, const struct conf_node *node,
			 struct conf_subnet *subnet,
			 const struct conf_scope *parent)
{
	size_t count = conf_count_children(node, CONF_SCOPE_POOL);
	const struct conf_node *child;

	conf_build_scope(p, node, &subnet->scope, parent);
	subnet->network = node->u.subnet.network;
	subnet->prefix_len = node->u.subnet.prefix_len;
	count += node->ranges != NULL;
	subnet->pools =
		conf_arena_array(p->model, count, sizeof(*subnet->pools));
	if (!subnet->pools)
		return;
	if (node->ranges)
		build_bare_pool(p, node, &subnet->pools[subnet->pool_count++],
				&subnet->scope);
	for (child = node->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_POOL)
			build_pool(p, child,
				   &subnet->pools[subnet->pool_count++],
				   &subnet->scope);
	}
	build_inner(p, node, &subnet->scope);
}

static void build_subnet6(struct conf_parser *p, const struct conf_node *node,
			  struct conf_subnet6 *subnet,
			  const struct conf_scope *parent)
{
	conf_build_scope(p, node, &subnet->scope, parent);
	subnet->prefix = node->u.subnet6.prefix;
	subnet->prefix_len = node->u.subnet6.prefix_len;
	conf_build_pools6(p, node, subnet);
	build_inner(p, node, &subnet->scope);
}

static struct conf_shared_network *next_network(struct conf_parser *p)
{
	size_t index = p->conf->network_count++;
	struct conf_shared_network *network = &p->conf->networks[index];

	network->index = (uint32_t)index;
	return network;
}

static void build_network(struct conf_parser *p, const struct conf_node *node,
			  const struct conf_scope *parent)
{
	struct conf_shared_network *net = next_network(p);
	const struct conf_node *child;

	conf_build_scope(p, node, &net->scope, parent);
	net->name = node->name;
	net->subnets = conf_arena_array(
		p->model, conf_count_children(node, CONF_SCOPE_SUBNET),
		sizeof(*net->subnets));
	net->subnets6 = conf_arena_array(
		p->model, conf_count_children(node, CONF_SCOPE_SUBNET6),
		sizeof(*net->subnets6));
	net->pools = conf_arena_array(
		p->model, conf_count_children(node, CONF_SCOPE_POOL),
		sizeof(*net->pools));
	if (!net->subnets || !net->subnets6 || !net->pools)
		return;
	for (child = node->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_SUBNET)
			build_subnet(p, child,
				     &net->subnets[net->subnet_count++],
				     &net->scope);
		else if (child->kind == CONF_SCOPE_SUBNET6)
			build_subnet6(p, child,
				      &net->subnets6[net->subnet6_count++],
				      &net->scope);
		else if (child->kind == CONF_SCOPE_POOL)
			build_pool(p, child, &net->pools[net->pool_count++],
				   &net->scope);
	}
	build_inner(p, node, &net->scope);
}

static const char *subnet_name(struct conf_parser *p,
			       const struct conf_node *node)
{
	char addr[INET6_ADDRSTRLEN];
	char text[INET6_ADDRSTRLEN + 4];

	if (node->kind == CONF_SCOPE_SUBNET) {
		inet_ntop(AF_INET, &node->u.subnet.network, addr, sizeof(addr));
		snprintf(text, sizeof(text), "%s/%u", addr,
			 node->u.subnet.prefix_len);
	} else {
		inet_ntop(AF_INET6, &node->u.subnet6.prefix, addr,
			  sizeof(addr));
		snprintf(text, sizeof(text), "%s/%u", addr,
			 node->u.subnet6.prefix_len);
	}
	return conf_arena_dup(p->model, text, strlen(text));
}

/* A subnet declared alone. */
static void build_implicit(struct conf_parser *p, const struct conf_node *node,
			   const struct conf_scope *parent)
{
	struct conf_shared_network *net = next_network(p);

	net->scope.kind = CONF_SCOPE_SHARED_NETWORK;
	net->scope.parent = parent;
	net->scope.line = node->pos.line;
	net->scope.file = node->pos.source->path;
	net->scope.order = node->pos.order;
	net->implicit = true;
	net->name = subnet_name(p, node);
	if (node->kind == CONF_SCOPE_SUBNET) {
		net->subnets =
			conf_arena_alloc(p->model, sizeof(*net->subnets));
		if (!net->subnets)
			return;
		net->subnet_count = 1;
		build_subnet(p, node, net->subnets, &net->scope);
	} else {
		net->subnets6 =
			conf_arena_alloc(p->model, sizeof(*net->subnets6));
		if (!net->subnets6)
			return;
		net->subnet6_count = 1;
		build_subnet6(p, node, net->subnets6, &net->scope);
	}
}

static void build_host(struct conf_parser *p, const struct conf_node *node,
		       const struct conf_scope *parent)
{
	struct conf_host *host = &p->conf->hosts[p->conf->host_count++];

	*host = *node->u.host;
	host->name = node->name;
	conf_build_scope(p, node, &host->scope, parent);
	conf_build_fixed6(p, node, host);
}

static void build_group(struct conf_parser *p, const struct conf_node *node,
			const struct conf_scope *parent)
{
	struct conf_group *group = &p->conf->groups[p->conf->group_count++];
	const struct conf_node *child;

	group->name = node->name;
	conf_build_scope(p, node, &group->scope, parent);
	for (child = node->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_SHARED_NETWORK)
			build_network(p, child, &group->scope);
		else if (child->kind == CONF_SCOPE_SUBNET ||
			 child->kind == CONF_SCOPE_SUBNET6)
			build_implicit(p, child, &group->scope);
	}
	build_inner(p, node, &group->scope);
}

/* Hosts and groups, which may stand in any of the others. */
static void build_inner(struct conf_parser *p, const struct conf_node *node,
			const struct conf_scope *scope)
{
	const struct conf_node *child;

	for (child = node->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_HOST)
			build_host(p, child, scope);
		else if (child->kind == CONF_SCOPE_GROUP)
			build_group(p, child, scope);
	}
}

static size_t count_implicit(const struct conf_vec *subnets)
{
	size_t count = 0, i;

	for (i = 0; i < subnets->count; i++)
		count += !conf_node_network(subnets->items[i]);
	return count;
}

int conf_build(struct conf_parser *p, const struct conf_node *global)
{
	struct conf *conf = p->conf;
	size_t networks = p->census.networks.count +
			  count_implicit(&p->census.subnets) +
			  count_implicit(&p->census.subnets6);
	const struct conf_node *child;

	conf->networks =
		conf_arena_array(p->model, networks, sizeof(*conf->networks));
	conf->hosts = conf_arena_array(p->model, p->census.hosts.count,
				       sizeof(*conf->hosts));
	conf->groups = conf_arena_array(p->model, p->census.groups.count,
					sizeof(*conf->groups));
	if (!conf->networks || !conf->hosts || !conf->groups)
		return -ENOMEM;
	conf_build_holders(p);
	conf_build_scope(p, global, &conf->global, NULL);
	conf_build_classes(p);
	for (child = global->first; child; child = child->next) {
		if (child->kind == CONF_SCOPE_SHARED_NETWORK)
			build_network(p, child, &conf->global);
		else if (child->kind == CONF_SCOPE_SUBNET ||
			 child->kind == CONF_SCOPE_SUBNET6)
			build_implicit(p, child, &conf->global);
	}
	build_inner(p, global, &conf->global);
	return p->model->failed || p->scratch.failed ? -ENOMEM : 0;
}
