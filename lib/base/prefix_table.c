/* SPDX-License-Identifier: BSD-2-Clause */
/* prefix_table - open addressing, half full at most, nothing ever removed. */
#include "dhcp4o6/base/prefix_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MIN 16

void prefix_table_fini(struct prefix_table *table)
{
	free(table->entry);
	table->entry = NULL;
	table->size = 0;
	table->count = 0;
}

static void mask_key(uint8_t key[16], const uint8_t *addr, size_t addr_len,
		     uint8_t prefix_len)
{
	size_t whole = prefix_len / 8;
	uint8_t rest = prefix_len % 8;

	memset(key, 0, 16);
	memcpy(key, addr, whole < addr_len ? whole : addr_len);
	if (rest && whole < addr_len)
		key[whole] = addr[whole] & (uint8_t)(0xff00 >> rest);
}

/* The place of this prefix, or the empty one where it would stand. */
static struct prefix_entry *place(struct prefix_table *table,
				  const uint8_t key[16], uint8_t len)
{
	uint8_t hashed[17];
	size_t at;

	memcpy(hashed, key, 16);
	hashed[16] = len;
	at = siphash24(&table->key, hashed, sizeof(hashed)) & (table->size - 1);
	for (;;) {
		struct prefix_entry *e = &table->entry[at];

		table->steps++;
		if (e->value == PREFIX_NONE)
			return e;
		if (e->len == len && !memcmp(e->key, key, 16))
			return e;
		at = (at + 1) & (table->size - 1);
	}
}

static int grow(struct prefix_table *table)
{
	struct prefix_entry *old = table->entry;
	size_t old_size = table->size;
	size_t size = old_size ? old_size * 2 : SIZE_MIN;
	size_t i;

	table->entry = malloc(size * sizeof(*table->entry));
	if (!table->entry) {
		table->entry = old;
		return -ENOMEM;
	}
	table->size = size;
	for (i = 0; i < size; i++)
		table->entry[i].value = PREFIX_NONE;
	for (i = 0; i < old_size; i++) {
		if (old[i].value != PREFIX_NONE)
			*place(table, old[i].key, old[i].len) = old[i];
	}
	free(old);
	return 0;
}

static void note_length(struct prefix_table *table, uint8_t len)
{
	uint8_t i;

	for (i = 0; i < table->len_count && table->len[i] > len; i++)
		;
	if (i < table->len_count && table->len[i] == len)
		return;
	memmove(&table->len[i + 1], &table->len[i], table->len_count - i);
	table->len[i] = len;
	table->len_count++;
}

int prefix_table_add(struct prefix_table *table, const uint8_t *addr,
		     size_t addr_len, uint8_t prefix_len, uint32_t value)
{
	struct prefix_entry *e;
	uint8_t key[16];

	if (table->count * 2 >= table->size && grow(table))
		return -ENOMEM;
	mask_key(key, addr, addr_len, prefix_len);
	e = place(table, key, prefix_len);
	if (e->value != PREFIX_NONE)
		return -EEXIST;
	memcpy(e->key, key, sizeof(e->key));
	e->len = prefix_len;
	e->value = value;
	table->count++;
	note_length(table, prefix_len);
	return 0;
}

uint32_t prefix_table_get(struct prefix_table *table, const uint8_t *addr,
			  size_t addr_len, uint8_t prefix_len)
{
	uint8_t key[16];

	if (!table->size)
		return PREFIX_NONE;
	mask_key(key, addr, addr_len, prefix_len);
	return place(table, key, prefix_len)->value;
}

uint32_t prefix_table_find(struct prefix_table *table, const uint8_t *addr,
			   size_t addr_len)
{
	uint8_t i;

	for (i = 0; i < table->len_count; i++) {
		uint32_t value =
			prefix_table_get(table, addr, addr_len, table->len[i]);

		if (value != PREFIX_NONE)
			return value;
	}
	return PREFIX_NONE;
}
