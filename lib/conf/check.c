// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stmt.h"

/* The nearest node, from node upward, that sets param; NULL if none does. */
static const struct conf_node *find_setter(const struct conf_node *node,
					   enum conf_param param)
{
	while (node && !(node->params && node->params->values.set & param))
		node = node->parent;
	return node;
}

struct lease_time {
	uint32_t seconds;
	const struct conf_node *setter; /* NULL: set nowhere */
	const struct conf_pos *pos;
};

static struct lease_time lease_time_of(const struct conf_node *node,
				       enum conf_param param)
{
	const struct conf_node *setter = find_setter(node, param);
	const struct conf_node_params *params;
	struct lease_time time = { 0 };

	if (!setter)
		return time;
	params = setter->params;
	time.setter = setter;
	time.pos = &params->pos[__builtin_ctz((unsigned int)param)];
	if (param == CONF_PARAM_MIN_LEASE_TIME)
		time.seconds = params->values.min_lease_time_s;
	else if (param == CONF_PARAM_MAX_LEASE_TIME)
		time.seconds = params->values.max_lease_time_s;
	else if (param == CONF_PARAM_PREFERRED_LIFETIME)
		time.seconds = params->values.preferred_lifetime_s;
	else
		time.seconds = params->values.default_lease_time_s;
	return time;
}

/* Only where one of the two is set: scopes below would repeat it. */
static void compare_times(struct conf_parser *p, const struct conf_node *node,
			  const struct lease_time *low,
			  const struct lease_time *high, const char *text)
{
	if (low->setter != node && high->setter != node)
		return;
	if (low->setter && high->setter && low->seconds > high->seconds)
		conf_warn(p,
			  low->pos->order > high->pos->order ? low->pos
							     : high->pos,
			  "%s (%u s, line %u; %u s, line %u)", text,
			  low->seconds, low->pos->line, high->seconds,
			  high->pos->line);
}

static void check_lease_times(struct conf_parser *p,
			      const struct conf_node *node)
{
	const unsigned int any =
		CONF_PARAM_DEFAULT_LEASE_TIME | CONF_PARAM_MIN_LEASE_TIME |
		CONF_PARAM_MAX_LEASE_TIME | CONF_PARAM_PREFERRED_LIFETIME;
	struct lease_time min, max, usual, preferred;

	if (!(node->params->values.set & any))
		return;
	min = lease_time_of(node, CONF_PARAM_MIN_LEASE_TIME);
	max = lease_time_of(node, CONF_PARAM_MAX_LEASE_TIME);
	usual = lease_time_of(node, CONF_PARAM_DEFAULT_LEASE_TIME);
	preferred = lease_time_of(node, CONF_PARAM_PREFERRED_LIFETIME);
	compare_times(p, node, &preferred, &usual,
		      "the preferred lifetime is above the lease time");
	compare_times(p, node, &usual, &max,
		      "the default lease time is above the maximum");
	compare_times(p, node, &min, &max,
		      "the minimum lease time is above the maximum");
	compare_times(p, node, &min, &usual,
		      "the minimum lease time is above the default");
}

static void check_emptiness(struct conf_parser *p)
{
	const struct conf_node *node, *child;
	size_t i;

	for (i = 0; i < p->census.networks.count; i++) {
		node = p->census.networks.items[i];
		child = node->first;
		while (child && child->kind != CONF_SCOPE_SUBNET &&
		       child->kind != CONF_SCOPE_SUBNET6)
			child = child->next;
		if (!child)
			conf_error(p, &node->pos,
				   "a shared network holds at least one "
				   "subnet");
	}
	for (i = 0; i < p->census.pools.count; i++) {
		node = p->census.pools.items[i];
		if (!node->ranges)
			conf_error(p, &node->pos,
				   "a pool holds at least one `range'");
	}
	for (i = 0; i < p->census.pools6.count; i++) {
		node = p->census.pools6.items[i];
		if (!node->ranges6 && !node->prefixes6)
			conf_warn(p, &node->pos,
				  "this pool6 has neither a `range6' nor a "
				  "`prefix6': nobody gets anything of it");
	}
}

/* Compares one kind of key of two nodes. */
typedef int compare_key(const struct conf_node *a, const struct conf_node *b);

static int compare_names(const struct conf_node *a, const struct conf_node *b)
{
	return strcmp(a->name, b->name);
}

static int compare_hardware(const struct conf_node *a,
			    const struct conf_node *b)
{
	const struct conf_host *ha = a->u.host;
	const struct conf_host *hb = b->u.host;

	if (ha->htype != hb->htype)
		return ha->htype < hb->htype ? -1 : 1;
	if (ha->hlen != hb->hlen)
		return ha->hlen < hb->hlen ? -1 : 1;
	return memcmp(ha->chaddr, hb->chaddr, ha->hlen);
}

static int compare_client_ids(const struct conf_node *a,
			      const struct conf_node *b)
{
	const struct conf_host *ha = a->u.host;
	const struct conf_host *hb = b->u.host;

	if (ha->client_id_len != hb->client_id_len)
		return ha->client_id_len < hb->client_id_len ? -1 : 1;
	return memcmp(ha->client_id, hb->client_id, ha->client_id_len);
}

static int compare_identifiers(const struct conf_node *a,
			       const struct conf_node *b)
{
	const struct conf_host *ha = a->u.host;
	const struct conf_host *hb = b->u.host;
	const struct conf_option *x = ha->identifier;
	const struct conf_option *y = hb->identifier;

	if (ha->identifier_relay != hb->identifier_relay)
		return ha->identifier_relay < hb->identifier_relay ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->data, y->data, x->len);
}

static bool has_name(const struct conf_node *node)
{
	return node->name != NULL;
}

static bool has_hardware(const struct conf_node *node)
{
	return node->u.host->hlen > 0;
}

static bool has_client_id(const struct conf_node *node)
{
	return node->u.host->client_id_len > 0;
}

static bool has_identifier(const struct conf_node *node)
{
	return node->u.host->identifier != NULL;
}

struct key {
	bool (*is_set)(const struct conf_node *node);
	compare_key *compare;
	enum conf_severity severity;
	const char *text;
};

static int compare_by_key(const void *a, const void *b, void *arg)
{
	const struct conf_node *const *na = a;
	const struct conf_node *const *nb = b;
	const struct key *key = arg;
	int order = key->compare(*na, *nb);

	if (order != 0)
		return order;
	return (*na)->pos.order < (*nb)->pos.order ? -1 : 1;
}

static int check_unique(struct conf_parser *p, const struct conf_vec *all,
			struct key *key)
{
	struct conf_vec keyed = { 0 };
	size_t i;

	for (i = 0; i < all->count; i++) {
		if (key->is_set(all->items[i]) &&
		    conf_vec_add(&p->scratch, &keyed, all->items[i]))
			return -ENOMEM;
	}
	if (keyed.count)
		qsort_r(keyed.items, keyed.count, sizeof(*keyed.items),
			compare_by_key, key);
	for (i = 1; i < keyed.count; i++) {
		const struct conf_node *before = keyed.items[i - 1];
		const struct conf_node *this = keyed.items[i];

		if (key->compare(before, this) != 0)
			continue;
		if (key->severity == CONF_ERROR)
			conf_error(p, &this->name_pos, "%s: %s:%u", key->text,
				   before->pos.source->path, before->pos.line);
		else
			conf_warn(p, &this->name_pos, "%s: %s:%u", key->text,
				  before->pos.source->path, before->pos.line);
	}
	return 0;
}

static int check_names(struct conf_parser *p)
{
	static const struct key network_name = {
		has_name,
		compare_names,
		CONF_ERROR,
		"another shared network has this name",
	};
	static const struct key host_keys[] = {
		{ has_name, compare_names, CONF_ERROR,
		  "another host has this name" },
		{ has_hardware, compare_hardware, CONF_WARNING,
		  "another host has the same hardware address" },
		{ has_client_id, compare_client_ids, CONF_WARNING,
		  "another host has the same client identifier" },
		{ has_identifier, compare_identifiers, CONF_WARNING,
		  "another host has the same host-identifier" },
	};
	struct key key = network_name;
	size_t i;
	int err;

	err = check_unique(p, &p->census.networks, &key);
	for (i = 0; !err && i < sizeof(host_keys) / sizeof(host_keys[0]); i++) {
		key = host_keys[i];
		err = check_unique(p, &p->census.hosts, &key);
	}
	return err;
}

/*
 * A host may be meant for the other family's server alone, which reads the same
 * file of hosts; but then it has nothing to give here.
 */
static void check_identities(struct conf_parser *p)
{
	bool is_dhcp6 = p->conf->family == CONF_DHCP6;
	size_t i;

	for (i = 0; i < p->census.hosts.count; i++) {
		const struct conf_node *node = p->census.hosts.items[i];
		bool is_known4 = has_client_id(node);
		bool is_known6 = has_identifier(node);
		bool gives = is_dhcp6 ? node->ranges6 || node->prefixes6
				      : node->u.host->fixed_address_count > 0;

		if (has_hardware(node) || (is_dhcp6 ? is_known6 : is_known4) ||
		    (!gives && (is_known4 || is_known6)))
			continue;
		conf_warn(p, &node->name_pos,
			  "this host matches nobody: it has neither "
			  "`hardware' nor `%s'",
			  is_dhcp6 ? "host-identifier"
				   : "option dhcp-client-identifier");
	}
}

static void check_fixed_addresses(struct conf_parser *p,
				  const struct conf_address_map *map)
{
	const struct conf_interval *range;
	size_t i, k;

	for (i = 0; i < p->census.hosts.count; i++) {
		const struct conf_node *node = p->census.hosts.items[i];
		const struct conf_host *host = node->u.host;

		for (k = 0; k < host->fixed_address_count; k++) {
			struct in6_addr addr =
				conf_mapped(host->fixed_addresses[k]);
			uint32_t ip = conf_ip4(host->fixed_addresses[k]);

			if (!conf_intervals_find(&map->subnets, &addr))
				conf_warn(p, &node->name_pos,
					  "fixed address %u.%u.%u.%u is in "
					  "no subnet",
					  ip >> 24, ip >> 16 & 255,
					  ip >> 8 & 255, ip & 255);
			range = conf_intervals_find(&map->ranges, &addr);
			if (range)
				conf_warn(p, &node->name_pos,
					  "fixed address %u.%u.%u.%u is in "
					  "the range at %s:%u as well",
					  ip >> 24, ip >> 16 & 255,
					  ip >> 8 & 255, ip & 255,
					  range->pos->source->path,
					  range->pos->line);
		}
	}
}

static bool network_has(const struct conf_node *node, enum conf_scope_kind kind)
{
	const struct conf_node *network = conf_node_network(node);
	const struct conf_node *child;

	if (!network)
		return false;
	for (child = network->first; child; child = child->next) {
		if (child->kind == kind)
			return true;
	}
	return false;
}

/*
 * Warns once for all of the subnets whose network has no subnet of the other
 * family. Those of one network follow each other, so it is looked at once.
 */
static void check_tie(struct conf_parser *p, const struct conf_vec *subnets,
		      enum conf_scope_kind other, const char *text)
{
	const struct conf_node *first = NULL;
	const struct conf_node *network = NULL;
	bool is_tied = false;
	size_t count = 0, i;

	for (i = 0; i < subnets->count; i++) {
		const struct conf_node *node = subnets->items[i];

		if (!conf_node_network(node))
			is_tied = false;
		else if (conf_node_network(node) != network)
			is_tied = network_has(node, other);
		network = conf_node_network(node);
		if (is_tied)
			continue;
		if (count++ == 0)
			first = node;
	}
	if (count == 1)
		conf_warn(p, &first->name_pos, "%s", text);
	else if (count > 1)
		conf_warn(p, &first->name_pos, "%s (and %zu more like it)",
			  text, count - 1);
}

/* Without a word of it a file for plain DHCPv4 would serve nobody. */
static void check_ties(struct conf_parser *p)
{
	if (p->conf->family != CONF_DHCP4 || !p->is_4o6)
		return;
	check_tie(p, &p->census.subnets, CONF_SCOPE_SUBNET6,
		  "no `subnet6' stands in a shared network with this subnet: "
		  "only queries that name it themselves get addresses of it");
	check_tie(p, &p->census.subnets6, CONF_SCOPE_SUBNET,
		  "no `subnet' stands in a shared network with this prefix: "
		  "its clients get no address");
}

int conf_check(struct conf_parser *p)
{
	struct conf_address_map map;
	size_t i;
	int err;

	for (i = 0; i < p->census.with_params.count; i++) {
		struct conf_node *node = p->census.with_params.items[i];

		check_lease_times(p, node);
		conf_set_site_code(p, &node->params->values);
	}
	check_emptiness(p);
	check_identities(p);
	check_ties(p);
	conf_check_spaces(p);
	err = check_names(p);
	if (!err)
		err = conf_check_classes(p);
	if (!err)
		err = conf_check_addresses(p, &map);
	if (err)
		return err;
	if (p->conf->family == CONF_DHCP4)
		check_fixed_addresses(p, &map);
	err = conf_check_addresses6(p, &map);
	if (err)
		return err;
	return p->scratch.failed ? -ENOMEM : 0;
}
