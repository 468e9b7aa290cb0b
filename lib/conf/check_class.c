// SPDX-License-Identifier: BSD-2-Clause
/* Classes by name: who refers to which, wherever it stands in the file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "expr_ast.h"

static int compare_names(const void *a, const void *b)
{
	const struct conf_node *const *na = a;
	const struct conf_node *const *nb = b;
	int order = strcmp((*na)->name, (*nb)->name);

	if (order != 0)
		return order;
	return (*na)->pos.order < (*nb)->pos.order ? -1 : 1;
}

/* The first of that name, or NULL. */
static struct conf_node *find_class(const struct conf_vec *sorted,
				    const char *name)
{
	size_t low = 0, high = sorted->count;
	struct conf_node *node;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		node = sorted->items[middle];
		if (strcmp(node->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sorted->count)
		return NULL;
	node = sorted->items[low];
	return strcmp(node->name, name) == 0 ? node : NULL;
}

static void check_class(struct conf_parser *p, struct conf_node *node,
			const struct conf_vec *sorted)
{
	const struct conf_node *first = find_class(sorted, node->name);
	const struct conf_node_class *class = node->u.class;

	if (first != node)
		conf_error(p, &node->name_pos,
			   "another class has this name: %s:%u",
			   first->pos.source->path, first->pos.line);
	if (!class->has_match && !class->has_match_if)
		conf_warn(p, &node->name_pos,
			  "nobody is a member of this class: it has neither "
			  "`match if' nor `match' nor `spawn with'");
}

static int check_subclass(struct conf_parser *p, struct conf_node *node,
			  const struct conf_vec *sorted)
{
	struct conf_node *class = find_class(sorted, node->name);

	if (!class) {
		conf_error(p, &node->name_pos, "there is no class `%.60s'",
			   node->name);
		return 0;
	}
	if (!class->u.class->has_match)
		conf_error(p, &node->name_pos,
			   "class `%.60s' has neither `match' nor `spawn "
			   "with', which would give the value to compare",
			   node->name);
	return conf_vec_add(&p->scratch, &class->u.class->subclasses, node);
}

static int compare_values(const void *a, const void *b)
{
	const struct conf_node *const *na = a;
	const struct conf_node *const *nb = b;
	const struct conf_node_class *ca = (*na)->u.class;
	const struct conf_node_class *cb = (*nb)->u.class;
	struct conf_data va = { ca->value, ca->value_len };
	struct conf_data vb = { cb->value, cb->value_len };
	int order = conf_compare_data(&va, &vb);

	if (order != 0)
		return order;
	return (*na)->pos.order < (*nb)->pos.order ? -1 : 1;
}

/* Of several subclasses with the same value the last counts. */
static void sort_subclasses(struct conf_parser *p, struct conf_vec *all)
{
	size_t kept = 0, i;

	if (all->count)
		qsort(all->items, all->count, sizeof(*all->items),
		      compare_values);
	for (i = 0; i < all->count; i++) {
		struct conf_node *node = all->items[i];
		struct conf_node *last = kept ? all->items[kept - 1] : NULL;

		if (last &&
		    last->u.class->value_len == node->u.class->value_len &&
		    memcmp(last->u.class->value, node->u.class->value,
			   node->u.class->value_len) == 0) {
			conf_warn(p, &node->pos,
				  "the class has a subclass of this value "
				  "(line %u); the last one counts",
				  last->pos.line);
			kept--;
		}
		all->items[kept++] = node;
	}
	all->count = kept;
}

static void check_members(struct conf_parser *p,
			  struct conf_node_permit *permit,
			  const struct conf_vec *sorted)
{
	const struct conf_node *class;

	if (!permit->class_name)
		return; /* a fault that was reported */
	class = find_class(sorted, permit->class_name);
	if (class)
		permit->permit.class_index = class->u.class->index;
	else
		conf_error(p, &permit->pos, "there is no class `%.60s'",
			   permit->class_name);
}

int conf_check_classes(struct conf_parser *p)
{
	const struct conf_vec *classes = &p->census.classes;
	const struct conf_vec *subs = &p->census.subclasses;
	const struct conf_vec *members = &p->census.members;
	struct conf_vec sorted = { 0 };
	size_t i;

	for (i = 0; i < classes->count; i++) {
		struct conf_node *node = classes->items[i];

		node->u.class->index = (uint32_t)i;
		if (conf_vec_add(&p->scratch, &sorted, node))
			return -ENOMEM;
	}
	if (sorted.count)
		qsort(sorted.items, sorted.count, sizeof(*sorted.items),
		      compare_names);
	for (i = 0; i < classes->count; i++)
		check_class(p, classes->items[i], &sorted);
	for (i = 0; i < subs->count; i++) {
		if (check_subclass(p, subs->items[i], &sorted))
			return -ENOMEM;
	}
	for (i = 0; i < classes->count; i++) {
		struct conf_node *node = classes->items[i];

		sort_subclasses(p, &node->u.class->subclasses);
	}
	for (i = 0; i < members->count; i++)
		check_members(p, members->items[i], &sorted);
	return 0;
}
