/* SPDX-License-Identifier: BSD-2-Clause */
/* netmon_table - see the header. */
#include "netmon_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void net_table_fini(struct net_table *table)
{
	free(table->rows);
	table->rows = NULL;
	table->count = table->capacity = 0;
}

size_t net_table_lower(const struct net_table *table, const void *key)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (table->compare(net_table_row(table, mid), key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void *net_table_find(const struct net_table *table, const void *key)
{
	size_t i = net_table_lower(table, key);

	if (i == table->count || table->compare(net_table_row(table, i), key))
		return NULL;
	return net_table_row(table, i);
}

int net_table_insert(struct net_table *table, const void *row)
{
	size_t i = net_table_lower(table, row);
	uint8_t *at;

	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 16;
		uint8_t *rows =
			reallocarray(table->rows, capacity, table->row_size);

		if (!rows)
			return -ENOMEM;
		table->rows = rows;
		table->capacity = capacity;
	}
	at = net_table_row(table, i);
	memmove(at + table->row_size, at, (table->count - i) * table->row_size);
	memcpy(at, row, table->row_size);
	table->count++;
	return 0;
}

void net_table_remove(struct net_table *table, size_t i)
{
	uint8_t *at = net_table_row(table, i);

	table->count--;
	memmove(at, at + table->row_size, (table->count - i) * table->row_size);
}
