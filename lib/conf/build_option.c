// SPDX-License-Identifier: BSD-2-Clause
/* The options of a scope, and those that hold the spaces of some of them. */
#include <stdlib.h>
#include <string.h>

#include "build.h"

static int compare_options(const void *a, const void *b)
{
	const struct conf_node_option *const *oa = a;
	const struct conf_node_option *const *ob = b;
	const struct conf_option *x = &(*oa)->option;
	const struct conf_option *y = &(*ob)->option;

	if (x->universe != y->universe)
		return x->universe < y->universe ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return (*oa)->pos.order < (*ob)->pos.order ? -1 : 1;
}

static bool is_same_option(const struct conf_option *a,
			   const struct conf_option *b)
{
	return a->universe == b->universe && a->code == b->code;
}

static size_t room_of_holders(const struct conf_parser *p,
			      const struct conf_vec *sorted)
{
	const struct conf_node_option *last = sorted->items[sorted->count - 1];

	if (last->option.universe <= CONF_OPTIONS_DHCP6)
		return 0;
	return p->conf->option_def_count + conf_option_row_count;
}

static bool has_option(const struct conf_option *options, size_t count,
		       const struct conf_option_def *def)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (options[i].universe == def->universe &&
		    options[i].code == def->code)
			return true;
	}
	return false;
}

/* Keeps the order: by universe, then by code. */
static void insert_holder(const struct conf_parser *p,
			  struct conf_option *options, size_t *count,
			  const struct conf_option_def *def)
{
	size_t at = *count;

	while (at > 0 && (options[at - 1].universe > def->universe ||
			  (options[at - 1].universe == def->universe &&
			   options[at - 1].code > def->code)))
		at--;
	memmove(&options[at + 1], &options[at],
		(*count - at) * sizeof(*options));
	(*count)++;
	options[at] = (struct conf_option){
		.universe = def->universe,
		.code = def->code,
		.data = (const uint8_t *)"",
		.space = &p->conf->spaces[def->encapsulates],
	};
}

/*
 * A scope with options of a space has the option that holds them, unless it
 * gives that one octets. False when nothing is missing.
 */
static bool add_holder(const struct conf_parser *p, struct conf_option *options,
		       size_t *count)
{
	size_t i;

	for (i = 0; i < *count; i++) {
		size_t k;

		if (options[i].universe <= CONF_OPTIONS_DHCP6)
			continue;
		for (k = 0; k < p->holders.count; k++) {
			const struct conf_option_def *def = p->holders.items[k];

			if (def->encapsulates != options[i].universe ||
			    has_option(options, *count, def))
				continue;
			insert_holder(p, options, count, def);
			return true;
		}
	}
	return false;
}

void conf_build_holders(struct conf_parser *p)
{
	const struct conf *conf = p->conf;
	size_t count = conf->option_def_count + conf_option_row_count, i;

	for (i = 0; i < count; i++) {
		const struct conf_option_def *def =
			i < conf->option_def_count
				? &conf->option_defs[i]
				: &conf_option_rows[i - conf->option_def_count]
					   .def;

		if (strcmp(def->format, "E") == 0 &&
		    conf_option_def_find(conf, def->universe, def->code) == def)
			conf_vec_add(&p->scratch, &p->holders, (void *)def);
	}
}

/* Of several values of one option the last counts. */
void conf_build_options(struct conf_parser *p, const struct conf_node *node,
			struct conf_scope *scope)
{
	const struct conf_node_option *item, *next;
	struct conf_vec sorted = { 0 };
	struct conf_option *options;
	size_t i;

	for (item = node->options; item; item = item->next) {
		if (conf_vec_add(&p->scratch, &sorted, (void *)item))
			return;
	}
	if (sorted.count == 0)
		return;
	qsort(sorted.items, sorted.count, sizeof(*sorted.items),
	      compare_options);
	options = conf_arena_array(p->model,
				   sorted.count + room_of_holders(p, &sorted),
				   sizeof(*options));
	if (!options)
		return;
	for (i = 0; i < sorted.count; i++) {
		item = sorted.items[i];
		next = i + 1 < sorted.count ? sorted.items[i + 1] : NULL;
		if (next && is_same_option(&item->option, &next->option))
			conf_warn(p, &next->pos,
				  "this option was set before in the same "
				  "scope (line %u); the last one counts",
				  item->pos.line);
		else
			options[scope->option_count++] = item->option;
	}
	while (add_holder(p, options, &scope->option_count))
		;
	scope->options = options;
}
