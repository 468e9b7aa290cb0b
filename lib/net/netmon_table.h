/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netmon_table - rows in ascending order in one array. Every row begins with
 * struct net_row; a round of marking finds the rows that are no more.
 */
#ifndef DHCP4O6_LIB_NET_NETMON_TABLE_H
#define DHCP4O6_LIB_NET_NETMON_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_row {
	uint32_t round; /* of the last sync that saw it */
};

struct net_table {
	uint8_t *rows;
	size_t row_size;
	size_t count;
	size_t capacity;
	int (*compare)(const void *row_a, const void *row_b); /* keys only */
};

void net_table_fini(struct net_table *table);

static inline void *net_table_row(const struct net_table *table, size_t i)
{
	return table->rows + i * table->row_size;
}

/* Index of the first row that is not below key. */
size_t net_table_lower(const struct net_table *table, const void *key);
/* The row equal to key, or NULL. */
void *net_table_find(const struct net_table *table, const void *key);
/* The row, which must not be there yet, is copied in. 0 or -ENOMEM. */
int net_table_insert(struct net_table *table, const void *row);
void net_table_remove(struct net_table *table, size_t i);

#endif /* DHCP4O6_LIB_NET_NETMON_TABLE_H */
