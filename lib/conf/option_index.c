// SPDX-License-Identifier: BSD-2-Clause
/* Options by name and by code. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "option.h"

static int compare_names(const void *a, const void *b)
{
	const struct conf_option_def *const *da = a;
	const struct conf_option_def *const *db = b;

	return strcasecmp((*da)->name, (*db)->name);
}

void conf_option_index_init(struct conf_option_index *index, void *memory)
{
	index->sorted = memory;
	for (index->count = 0; index->count < conf_option_row_count;
	     index->count++)
		index->sorted[index->count] =
			&conf_option_rows[index->count].def;
	qsort(index->sorted, index->count, sizeof(*index->sorted),
	      compare_names);
}

/* The place of name, or where it would have to stand. */
static size_t find_place(const struct conf_option_index *index,
			 const char *name, size_t len, bool *found)
{
	size_t low = 0, high = index->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *known = index->sorted[middle]->name;
		int order = strncasecmp(name, known, len);

		if (order == 0 && known[len] != '\0')
			order = -1;
		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct conf_option_def *
conf_option_index_find(const struct conf_option_index *index, const char *name,
		       size_t len)
{
	static const char prefix[] = "dhcp.";
	size_t prefix_len = sizeof(prefix) - 1;
	size_t place;
	bool found;

	if (len > prefix_len && strncasecmp(name, prefix, prefix_len) == 0) {
		name += prefix_len;
		len -= prefix_len;
	}
	place = find_place(index, name, len, &found);
	return found ? index->sorted[place] : NULL;
}

void conf_option_index_add(struct conf_option_index *index,
			   const struct conf_option_def *def)
{
	bool found;
	size_t place = find_place(index, def->name, strlen(def->name), &found);

	if (!found) {
		memmove(&index->sorted[place + 1], &index->sorted[place],
			(index->count - place) * sizeof(*index->sorted));
		index->count++;
	}
	index->sorted[place] = def;
}

/* Of several names of a code the first. */
const struct conf_option_row *conf_option_row_find(enum conf_universe universe,
						   uint32_t code)
{
	size_t low = 0, high = conf_option_row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_option_def *def =
			&conf_option_rows[middle].def;

		if (def->universe < universe ||
		    (def->universe == universe && def->code < code))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == conf_option_row_count ||
	    conf_option_rows[low].def.universe != universe ||
	    conf_option_rows[low].def.code != code)
		return NULL;
	return &conf_option_rows[low];
}

const struct conf_option_row *
conf_option_row_of(const struct conf_option_def *def)
{
	const struct conf_option_row *row =
		conf_option_row_find(def->universe, def->code);

	for (; row && row < conf_option_rows + conf_option_row_count &&
	       row->def.universe == def->universe && row->def.code == def->code;
	     row++) {
		if (&row->def == def)
			return row;
	}
	return NULL;
}

const struct conf_option_def *conf_option_def_find(const struct conf *conf,
						   enum conf_universe universe,
						   uint32_t code)
{
	const struct conf_option_row *row;
	size_t i;

	for (i = conf->option_def_count; i > 0; i--) {
		const struct conf_option_def *def = &conf->option_defs[i - 1];

		if (def->universe == universe && def->code == code)
			return def;
	}
	row = conf_option_row_find(universe, code);
	return row ? &row->def : NULL;
}

/* By code. ISC writes them into lease files in this spelling. */
static const char *const status_names[] = {
	"success",        "UnspecFail",    "NoAddrsAvail",  "NoBinding",
	"NotOnLink",      "UseMulticast",  "NoPrefixAvail", "UnknownQueryType",
	"MalformedQuery", "NotConfigured", "NotAllowed",    "QueryTerminated",
};

#define STATUS_NAMES (sizeof(status_names) / sizeof(status_names[0]))

const char *conf_status_name(uint16_t code)
{
	return code < STATUS_NAMES ? status_names[code] : NULL;
}

bool conf_status_find(const char *name, size_t len, uint16_t *code)
{
	for (*code = 0; *code < STATUS_NAMES; ++*code) {
		if (strlen(status_names[*code]) == len &&
		    strncasecmp(name, status_names[*code], len) == 0)
			return true;
	}
	return false;
}

const char *conf_option_name(enum conf_universe universe, uint32_t code)
{
	const struct conf_option_row *row =
		conf_option_row_find(universe, code);

	return row ? row->def.name : NULL;
}
