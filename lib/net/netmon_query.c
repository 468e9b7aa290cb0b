/* SPDX-License-Identifier: BSD-2-Clause */
/* netmon_query - looking things up in the monitor's tables. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "netmon_internal.h"

static int compare_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

int net_compare_links(const void *a, const void *b)
{
	const struct link_row *x = a, *y = b;

	return compare_u32(x->link.ifindex, y->link.ifindex);
}

int net_compare_addrs(const void *a, const void *b)
{
	const struct net_addr *x = &((const struct addr_row *)a)->addr;
	const struct net_addr *y = &((const struct addr_row *)b)->addr;
	int c = compare_u32((uint32_t)x->family, (uint32_t)y->family);

	if (!c)
		c = compare_u32(x->ifindex, y->ifindex);
	if (!c)
		c = memcmp(&x->v6, &y->v6, sizeof(x->v6));
	return c ? c : compare_u32(x->prefix_len, y->prefix_len);
}

int net_compare_locals(const void *a, const void *b)
{
	const struct net_local *x = &((const struct local_row *)a)->local;
	const struct net_local *y = &((const struct local_row *)b)->local;
	int c = memcmp(&x->prefix, &y->prefix, sizeof(x->prefix));

	if (!c)
		c = compare_u32(x->prefix_len, y->prefix_len);
	if (!c)
		c = compare_u32(x->ifindex, y->ifindex);
	return c ? c : compare_u32(x->is_anycast, y->is_anycast);
}

static int compare_names(const void *a, const void *b)
{
	const struct net_link *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int compare_tags(const void *a, const void *b)
{
	const struct net_link *x = *(const struct net_link *const *)a;
	const struct net_link *y = *(const struct net_link *const *)b;
	int c = compare_u32(x->parent_ifindex, y->parent_ifindex);

	if (!c)
		c = compare_u32(x->vlan_proto, y->vlan_proto);
	return c ? c : compare_u32(x->vlan_id, y->vlan_id);
}

static bool grow_order(struct link_order *order, size_t count)
{
	const struct net_link **by_name, **by_tag;

	if (order->capacity >= count && order->by_name)
		return true;
	by_name = calloc(count, sizeof(const struct net_link *));
	by_tag = calloc(count, sizeof(const struct net_link *));
	if (!by_name || !by_tag) {
		free(by_name);
		free(by_tag);
		return false;
	}
	free(order->by_name);
	free(order->by_tag);
	order->by_name = by_name;
	order->by_tag = by_tag;
	order->capacity = count;
	return true;
}

static bool make_order(const struct net_mon *mon)
{
	struct link_order *order = mon->order;

	if (order->is_fresh)
		return true;
	if (!grow_order(order, mon->links.count + 1))
		return false;
	order->count = mon->links.count;
	for (size_t i = 0; i < order->count; i++) {
		struct link_row *row = net_table_row(&mon->links, i);

		order->by_name[i] = order->by_tag[i] = &row->link;
	}
	qsort(order->by_name, order->count, sizeof(*order->by_name),
	      compare_names);
	qsort(order->by_tag, order->count, sizeof(*order->by_tag),
	      compare_tags);
	order->is_fresh = true;
	return true;
}

const struct net_link *net_mon_find_link(const struct net_mon *mon,
					 uint32_t ifindex)
{
	struct link_row key = { .link.ifindex = ifindex };
	struct link_row *row = net_table_find(&mon->links, &key);

	return row ? &row->link : NULL;
}

const struct net_link *net_mon_find_link_by_name(const struct net_mon *mon,
						 const char *name)
{
	struct net_link key = { 0 };
	const struct net_link *key_at = &key, **found;
	size_t len = strlen(name);

	if (len >= sizeof(key.name) || !make_order(mon))
		return NULL;
	memcpy(key.name, name, len);
	found = bsearch(&key_at, mon->order->by_name, mon->order->count,
			sizeof(*mon->order->by_name), compare_names);
	return found ? *found : NULL;
}

const struct net_link *net_mon_find_vlan(const struct net_mon *mon,
					 uint32_t parent_ifindex,
					 uint16_t vlan_proto, uint16_t vlan_id)
{
	struct net_link key = { .parent_ifindex = parent_ifindex,
				.vlan_proto = vlan_proto,
				.vlan_id = vlan_id };
	const struct net_link *key_at = &key, **found;

	if (parent_ifindex == 0 || !make_order(mon))
		return NULL;
	found = bsearch(&key_at, mon->order->by_tag, mon->order->count,
			sizeof(*mon->order->by_tag), compare_tags);
	return found ? *found : NULL;
}

void net_mon_each_link(const struct net_mon *mon,
		       bool (*visit)(void *arg, const struct net_link *link),
		       void *arg)
{
	for (size_t i = 0; i < mon->links.count; i++) {
		struct link_row *row = net_table_row(&mon->links, i);

		if (!visit(arg, &row->link))
			return;
	}
}

void net_mon_each_addr(const struct net_mon *mon,
		       bool (*visit)(void *arg, const struct net_addr *addr),
		       void *arg)
{
	for (size_t i = 0; i < mon->addrs.count; i++) {
		struct addr_row *row = net_table_row(&mon->addrs, i);

		if (!visit(arg, &row->addr))
			return;
	}
}

void net_mon_each_local(const struct net_mon *mon,
			bool (*visit)(void *arg, const struct net_local *local),
			void *arg)
{
	for (size_t i = 0; i < mon->locals.count; i++) {
		struct local_row *row = net_table_row(&mon->locals, i);

		if (!visit(arg, &row->local))
			return;
	}
}

typedef bool addr_filter(const struct net_addr *addr);

static bool is_preferred_ipv4(const struct net_addr *addr)
{
	return addr->family == AF_INET && !addr->is_secondary &&
	       ntohl(addr->v4.s_addr) >> 24 != IN_LOOPBACKNET;
}

static bool is_second_ipv4(const struct net_addr *addr)
{
	return addr->family == AF_INET && addr->is_secondary &&
	       ntohl(addr->v4.s_addr) >> 24 != IN_LOOPBACKNET;
}

static bool is_global6(const struct net_addr *addr)
{
	return addr->family == AF_INET6 && !addr->is_deprecated &&
	       addr->scope == RT_SCOPE_UNIVERSE;
}

static bool is_deprecated6(const struct net_addr *addr)
{
	return addr->family == AF_INET6 && addr->is_deprecated &&
	       addr->scope == RT_SCOPE_UNIVERSE;
}

/* Calls found for what passes, with the number of those before it. */
static size_t
collect(const struct net_mon *mon, uint32_t ifindex, addr_filter *filter,
	void (*found)(void *out, size_t i, const struct net_addr *addr),
	void *out, size_t n, size_t max)
{
	for (size_t i = 0; i < mon->addrs.count; i++) {
		struct addr_row *row = net_table_row(&mon->addrs, i);

		if ((ifindex && row->addr.ifindex != ifindex) ||
		    !filter(&row->addr))
			continue;
		if (n < max)
			found(out, n, &row->addr);
		n++;
	}
	return n;
}

static void put_v4(void *out, size_t i, const struct net_addr *addr)
{
	((struct in_addr *)out)[i] = addr->v4;
}

static void put_v6(void *out, size_t i, const struct net_addr *addr)
{
	((struct in6_addr *)out)[i] = addr->v6;
}

size_t net_mon_ipv4(const struct net_mon *mon, uint32_t ifindex,
		    struct in_addr out[], size_t max)
{
	size_t n =
		collect(mon, ifindex, is_preferred_ipv4, put_v4, out, 0, max);

	return collect(mon, ifindex, is_second_ipv4, put_v4, out, n, max);
}

size_t net_mon_global6(const struct net_mon *mon, uint32_t ifindex,
		       struct in6_addr out[], size_t max)
{
	size_t n = collect(mon, ifindex, is_global6, put_v6, out, 0, max);

	return collect(mon, ifindex, is_deprecated6, put_v6, out, n, max);
}

int net_mon_linklocal6(const struct net_mon *mon, uint32_t ifindex,
		       struct in6_addr *out)
{
	for (size_t i = 0; i < mon->addrs.count; i++) {
		struct addr_row *row = net_table_row(&mon->addrs, i);

		if (row->addr.family == AF_INET6 &&
		    row->addr.ifindex == ifindex &&
		    IN6_IS_ADDR_LINKLOCAL(&row->addr.v6)) {
			*out = row->addr.v6;
			return 0;
		}
	}
	return -ENOENT;
}

static size_t first_of_addr(const struct net_table *table, uint32_t ifindex,
			    const struct in6_addr *addr)
{
	struct addr_row key = { .addr.family = AF_INET6,
				.addr.ifindex = ifindex };

	key.addr.v6 = *addr;
	return net_table_lower(table, &key);
}

static bool is_row_of(const struct net_table *table, size_t i, uint32_t ifindex,
		      const struct in6_addr *addr)
{
	const struct addr_row *row;

	if (i == table->count)
		return false;
	row = net_table_row(table, i);
	return row->addr.family == AF_INET6 && row->addr.ifindex == ifindex &&
	       IN6_ARE_ADDR_EQUAL(&row->addr.v6, addr);
}

enum net_addr_state net_mon_addr6_state(const struct net_mon *mon,
					uint32_t ifindex,
					const struct in6_addr *addr)
{
	size_t i = first_of_addr(&mon->addrs, ifindex, addr);
	const struct pending_row *row;

	if (is_row_of(&mon->addrs, i, ifindex, addr))
		return NET_ADDR_USABLE;
	i = first_of_addr(&mon->pending, ifindex, addr);
	if (!is_row_of(&mon->pending, i, ifindex, addr))
		return NET_ADDR_NONE;
	row = net_table_row(&mon->pending, i);
	return row->state;
}

static void mask_addr(struct in6_addr *addr, unsigned int len)
{
	if (len % 8)
		addr->s6_addr[len / 8] &= (uint8_t)(0xff << (8 - len % 8));
	for (unsigned int i = (len + 7) / 8; i < 16; i++)
		addr->s6_addr[i] = 0;
}

static bool has_local(const struct net_mon *mon, struct local_row *key,
		      uint32_t ifindex, bool any_ifindex)
{
	size_t i = net_table_lower(&mon->locals, key);

	for (; i < mon->locals.count; i++) {
		struct local_row *row = net_table_row(&mon->locals, i);

		if (row->local.prefix_len != key->local.prefix_len ||
		    memcmp(&row->local.prefix, &key->local.prefix,
			   sizeof(key->local.prefix)) != 0)
			return false;
		if (any_ifindex || row->local.ifindex == ifindex)
			return true;
	}
	return false;
}

bool net_mon_is_local6(const struct net_mon *mon, const struct in6_addr *addr,
		       uint32_t ifindex)
{
	for (unsigned int len = 129; len-- > 0;) {
		struct local_row key = { .local.prefix = *addr,
					 .local.prefix_len = (uint8_t)len };

		if (!mon->locals_by_len[len])
			continue;
		mask_addr(&key.local.prefix, len);
		if (has_local(mon, &key, ifindex, !IN6_IS_ADDR_LINKLOCAL(addr)))
			return true;
	}
	return false;
}
