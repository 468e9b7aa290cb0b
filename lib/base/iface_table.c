/* SPDX-License-Identifier: BSD-2-Clause */
/* iface_table - an array with an index by name. */
#include "dhcp4o6/base/iface_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int iface_table_init(struct iface_table *table, const struct siphash_key *key)
{
	*table = (struct iface_table){ .key = *key };
	return hmap_new(&table->by_name, 0);
}

void iface_table_fini(struct iface_table *table)
{
	uint32_t i;

	for (i = 0; i < table->used; i++)
		free(table->entry[i].addrs);
	free(table->entry);
	hmap_free(table->by_name);
}

static uint64_t name_hash(const struct iface_table *table, const char *name)
{
	return siphash24(&table->key, name, strnlen(name, IF_NAMESIZE));
}

static bool is_named(const void *ctx, uint32_t at, const void *key)
{
	const struct iface_table *table = ctx;

	return !strncmp(table->entry[at].name, key, IF_NAMESIZE);
}

static uint32_t find(const struct iface_table *table, const char *ifname)
{
	return hmap_find(table->by_name, name_hash(table, ifname), is_named,
			 table, ifname);
}

uint32_t iface_table_value(const struct iface_table *table, const char *ifname)
{
	uint32_t at = find(table, ifname);

	return at == HMAP_NONE ? PREFIX_NONE : table->entry[at].value;
}

/* The value of all addresses that have one; false: one disagrees. */
static bool agree(const struct iface_entry *e, struct prefix_table *prefixes,
		  struct iface_conflict *conflict)
{
	uint32_t i;

	*conflict = (struct iface_conflict){
		.ifname = e->name,
		.value = PREFIX_NONE,
		.other = PREFIX_NONE,
	};
	for (i = 0; prefixes && i < e->addr_count; i++) {
		uint32_t value =
			prefix_table_find(prefixes, e->addrs[i].s6_addr, 16);

		if (value == PREFIX_NONE || value == conflict->value)
			continue;
		if (conflict->value != PREFIX_NONE) {
			conflict->other = value;
			conflict->other_addr = &e->addrs[i];
			return false;
		}
		conflict->value = value;
	}
	return true;
}

static int bind_one(struct iface_entry *e, struct prefix_table *prefixes)
{
	struct iface_conflict conflict;

	if (!agree(e, prefixes, &conflict)) {
		e->value = PREFIX_NONE;
		return -EEXIST;
	}
	e->value = conflict.value;
	return 0;
}

void iface_table_bind(struct iface_table *table, struct prefix_table *prefixes)
{
	uint32_t i;

	for (i = 0; i < table->used; i++) {
		if (table->entry[i].name[0])
			bind_one(&table->entry[i], prefixes);
	}
}

static int add(struct iface_table *table, const char *ifname, uint32_t *at)
{
	uint32_t room = table->room ? table->room * 2 : 16;
	struct iface_entry *entry;

	for (*at = 0; *at < table->used; (*at)++) {
		if (!table->entry[*at].name[0])
			break;
	}
	if (*at == table->room) {
		entry = realloc(table->entry, room * sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		table->entry = entry;
		table->room = room;
	}
	if (hmap_insert(table->by_name, name_hash(table, ifname), *at))
		return -ENOMEM;
	if (*at == table->used)
		table->used++;
	entry = &table->entry[*at];
	*entry = (struct iface_entry){ .value = PREFIX_NONE };
	memcpy(entry->name, ifname, strnlen(ifname, IF_NAMESIZE - 1));
	return 0;
}

int iface_table_set(struct iface_table *table, struct prefix_table *prefixes,
		    const char *ifname, const struct in6_addr *addrs,
		    size_t count)
{
	struct iface_entry *entry;
	struct in6_addr *copy;
	uint32_t at;

	if (count > IFACE_ADDRS_MAX)
		return -E2BIG;
	if (!ifname[0] || strnlen(ifname, IF_NAMESIZE) == IF_NAMESIZE)
		return -EINVAL;
	copy = calloc(count + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	at = find(table, ifname);
	if (at == HMAP_NONE && add(table, ifname, &at)) {
		free(copy);
		return -ENOMEM;
	}
	if (count)
		memcpy(copy, addrs, count * sizeof(*copy));
	entry = &table->entry[at];
	free(entry->addrs);
	entry->addrs = copy;
	entry->addr_count = (uint32_t)count;
	return bind_one(entry, prefixes);
}

void iface_table_remove(struct iface_table *table, const char *ifname)
{
	uint32_t at = find(table, ifname);

	if (at == HMAP_NONE)
		return;
	hmap_remove(table->by_name, name_hash(table, ifname), at);
	free(table->entry[at].addrs);
	table->entry[at] = (struct iface_entry){ .value = PREFIX_NONE };
}

bool iface_table_next_conflict(const struct iface_table *table,
			       struct prefix_table *prefixes, uint32_t *at,
			       struct iface_conflict *conflict)
{
	while (*at < table->used) {
		const struct iface_entry *e = &table->entry[(*at)++];

		if (e->name[0] && !agree(e, prefixes, conflict))
			return true;
	}
	return false;
}

bool iface_table_conflict(const struct iface_table *table,
			  struct prefix_table *prefixes, const char *ifname,
			  struct iface_conflict *conflict)
{
	uint32_t at = find(table, ifname);

	return at != HMAP_NONE && !agree(&table->entry[at], prefixes, conflict);
}

void iface_conflict_print(const struct iface_conflict *conflict,
			  const char *network, const char *other, char *text,
			  size_t size)
{
	char addr[INET6_ADDRSTRLEN] = "?";

	inet_ntop(AF_INET6, conflict->other_addr, addr, sizeof(addr));
	snprintf(text, size,
		 "interface %s is in two shared networks: %.160s, and by its "
		 "address %s in %.160s",
		 conflict->ifname, network, addr, other);
}
