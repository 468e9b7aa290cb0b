// SPDX-License-Identifier: BSD-2-Clause
#include "schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_LEN = 40 }; /* longer words resemble no name of ours */

static const struct {
	enum conf_where where;
	const char *name;
} where_names[] = {
	{ CONF_IN_GLOBAL, "the global scope" },
	{ CONF_IN_NETWORK, "a shared-network declaration" },
	{ CONF_IN_SUBNET, "a subnet declaration" },
	{ CONF_IN_SUBNET6, "a subnet6 declaration" },
	{ CONF_IN_POOL, "a pool declaration" },
	{ CONF_IN_POOL6, "a pool6 declaration" },
	{ CONF_IN_GROUP, "a group declaration" },
	{ CONF_IN_HOST, "a host declaration" },
	{ CONF_IN_DHCP4O6, "a dhcp4o6 block" },
	{ CONF_IN_CLASS, "a class declaration" },
	{ CONF_IN_SUBCLASS, "a subclass declaration" },
	{ CONF_IN_BRANCH, "a branch of `if' or `switch'" },
	{ CONF_IN_INTERFACE, "an interface declaration" },
	{ CONF_IN_ALIAS, "an alias declaration" },
};

const char *conf_where_name(enum conf_where where)
{
	size_t i;

	for (i = 0; i < sizeof(where_names) / sizeof(where_names[0]); i++) {
		if (where_names[i].where == where)
			return where_names[i].name;
	}
	return "this place";
}

const char *conf_where_names(unsigned int where, char text[CONF_PLACES_SIZE])
{
	int left = __builtin_popcount(where);
	size_t len = 0, i;

	text[0] = '\0';
	if (left > CONF_PLACES_MAX)
		return text;
	for (i = 0; i < sizeof(where_names) / sizeof(where_names[0]); i++) {
		if (!(where_names[i].where & where))
			continue;
		left--;
		len += (size_t)snprintf(text + len, CONF_PLACES_SIZE - len,
					"%s%s", where_names[i].name,
					left > 1    ? ", "
					: left == 1 ? " or "
						    : "");
	}
	return text;
}

static int compare_rows(const void *a, const void *b)
{
	const struct conf_row *const *ra = a;
	const struct conf_row *const *rb = b;

	return strcmp((*ra)->name, (*rb)->name);
}

void conf_schema_init(struct conf_schema *schema,
		      const struct conf_language *language)
{
	schema->language = language;
	schema->count = 0;
	while (schema->count < language->row_count) {
		schema->sorted[schema->count] = &language->rows[schema->count];
		schema->count++;
	}
	qsort(schema->sorted, schema->count, sizeof(schema->sorted[0]),
	      compare_rows);
}

const struct conf_row *conf_schema_find(const struct conf_schema *schema,
					const char *name, size_t len)
{
	size_t low = 0, high = schema->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_row *row = schema->sorted[middle];
		int order = strncasecmp(name, row->name, len);

		if (order == 0 && row->name[len] != '\0')
			order = -1;
		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

size_t conf_row_index(const struct conf_schema *schema,
		      const struct conf_row *row)
{
	return (size_t)(row - schema->language->rows);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

size_t conf_edit_distance(const char *a, size_t a_len, const char *b,
			  size_t limit)
{
	size_t row[NAME_MAX_LEN + 1];
	size_t b_len = strlen(b);
	size_t i, j;

	if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN ||
	    a_len > b_len + limit || b_len > a_len + limit)
		return limit + 1;
	for (j = 0; j <= b_len; j++)
		row[j] = j;
	for (i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			size_t above = row[j];
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (x != y));
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *conf_schema_suggest(const struct conf_schema *schema,
				const char *name, size_t len,
				enum conf_where where)
{
	size_t best = len < 6 ? 1 : len / 3;
	const char *found = NULL;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		const struct conf_row *row = schema->sorted[i];
		size_t distance;

		if (!(row->where & where) || row->kind == CONF_ROW_REFUSED)
			continue;
		distance = conf_edit_distance(name, len, row->name, best);
		if (distance < best || (distance == best && !found)) {
			best = distance;
			found = row->name;
		}
	}
	return found;
}
