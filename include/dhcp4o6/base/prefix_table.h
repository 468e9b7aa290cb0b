/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prefix_table - longest-prefix match by one hash look-up per prefix length
 * that occurs. Configurations use two or three lengths, so the cost does not
 * grow with the number of prefixes; it is never more than 129 look-ups.
 */
#ifndef DHCP4O6_BASE_PREFIX_TABLE_H
#define DHCP4O6_BASE_PREFIX_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/hash.h"

#define PREFIX_NONE UINT32_MAX /* no value */

struct prefix_entry {
	uint8_t key[16]; /* masked; an IPv4 prefix is in the first 4 octets */
	uint32_t value;  /* PREFIX_NONE: empty place */
	uint8_t len;
};

struct prefix_table {
	struct siphash_key key;
	struct prefix_entry *entry; /* open addressing; size is a power of 2 */
	size_t size;
	size_t count;
	uint8_t len_count;
	uint8_t len[129]; /* those that occur, longest first */
	uint64_t steps;   /* places looked at by prefix_table_find() */
};

/* Zeroed memory with a key is an empty table. */
void prefix_table_fini(struct prefix_table *table);
/* -EEXIST for a prefix that is there (its value stays); -ENOMEM. */
int prefix_table_add(struct prefix_table *table, const uint8_t *addr,
		     size_t addr_len, uint8_t prefix_len, uint32_t value);
/* Value of the longest prefix of addr, or PREFIX_NONE. */
uint32_t prefix_table_find(struct prefix_table *table, const uint8_t *addr,
			   size_t addr_len);
/* Value of exactly this prefix, or PREFIX_NONE. */
uint32_t prefix_table_get(struct prefix_table *table, const uint8_t *addr,
			  size_t addr_len, uint8_t prefix_len);

#endif /* DHCP4O6_BASE_PREFIX_TABLE_H */
