/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iface_table - interfaces and what they are bound to, by their global IPv6
 * addresses: the value of the prefix that holds one of them. Addresses come
 * from netlink, prefixes from a configuration; either may change.
 */
#ifndef DHCP4O6_BASE_IFACE_TABLE_H
#define DHCP4O6_BASE_IFACE_TABLE_H

#include <net/if.h>
#include <netinet/in.h>

#include "dhcp4o6/base/prefix_table.h"

#define IFACE_ADDRS_MAX 64U /* addresses of one interface */

struct iface_entry {
	char name[IF_NAMESIZE]; /* "": free */
	uint32_t addr_count;
	uint32_t value; /* PREFIX_NONE: bound to nothing */
	struct in6_addr *addrs;
};

struct iface_table {
	struct siphash_key key;
	struct iface_entry *entry;
	uint32_t used;
	uint32_t room;
	struct hmap *by_name;
};

int iface_table_init(struct iface_table *table, const struct siphash_key *key);
void iface_table_fini(struct iface_table *table);
/*
 * prefixes: NULL binds to nothing. 0; -EEXIST when the addresses have two
 * values: it is then bound to nothing; -E2BIG over IFACE_ADDRS_MAX; -EINVAL for
 * a name no interface can have; -ENOMEM.
 */
int iface_table_set(struct iface_table *table, struct prefix_table *prefixes,
		    const char *ifname, const struct in6_addr *addrs,
		    size_t count);
void iface_table_remove(struct iface_table *table, const char *ifname);
/* Binds all of them anew. */
void iface_table_bind(struct iface_table *table, struct prefix_table *prefixes);
/* PREFIX_NONE for one that is not known or bound to nothing. */
uint32_t iface_table_value(const struct iface_table *table, const char *ifname);

/* An interface whose addresses have two values with these prefixes. */
struct iface_conflict {
	const char *ifname;
	uint32_t value;
	uint32_t other;
	const struct in6_addr *other_addr; /* that has it */
};

/* The next one from *at on (0 at first), which is moved; false: no more. */
bool iface_table_next_conflict(const struct iface_table *table,
			       struct prefix_table *prefixes, uint32_t *at,
			       struct iface_conflict *conflict);
/* That of one interface. */
bool iface_table_conflict(const struct iface_table *table,
			  struct prefix_table *prefixes, const char *ifname,
			  struct iface_conflict *conflict);

/* Says it in words; the names are those of the two values. */
void iface_conflict_print(const struct iface_conflict *conflict,
			  const char *network, const char *other, char *text,
			  size_t size);

#endif /* DHCP4O6_BASE_IFACE_TABLE_H */
