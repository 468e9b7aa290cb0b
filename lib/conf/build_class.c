// SPDX-License-Identifier: BSD-2-Clause
/* `if' statements and classes of the model. */
#include "build.h"

static void build_chain(struct conf_parser *p, const struct conf_node_if *from,
			struct conf_if *chain, const struct conf_scope *scope)
{
	const struct conf_node_branch *branch;
	struct conf_branch *branches;
	size_t count = 0;

	for (branch = from->first; branch; branch = branch->next)
		count++;
	branches = conf_arena_array(p->model, count, sizeof(*branches));
	if (!branches)
		return;
	chain->branches = branches;
	for (branch = from->first; branch; branch = branch->next) {
		branches->condition = branch->condition;
		conf_build_scope(p, branch->node, &branches->scope, scope);
		branches++;
	}
	chain->branch_count = count;
	conf_build_scope(p, from->after, &chain->after, scope);
}

void conf_build_ifs(struct conf_parser *p, const struct conf_node *node,
		    struct conf_scope *scope)
{
	const struct conf_node_if *from;
	struct conf_if *ifs;
	size_t count = 0;

	for (from = node->ifs; from; from = from->next)
		count++;
	if (count == 0)
		return;
	ifs = conf_arena_array(p->model, count, sizeof(*ifs));
	if (!ifs)
		return;
	scope->ifs = ifs;
	for (from = node->ifs; from; from = from->next)
		build_chain(p, from, &ifs[scope->if_count++], scope);
}

static void build_subclasses(struct conf_parser *p,
			     const struct conf_vec *nodes,
			     struct conf_class *class)
{
	struct conf_subclass *subs;
	size_t i;

	if (nodes->count == 0)
		return;
	subs = conf_arena_array(p->model, nodes->count, sizeof(*subs));
	if (!subs)
		return;
	for (i = 0; i < nodes->count; i++) {
		const struct conf_node *node = nodes->items[i];

		subs[i].value = node->u.class->value;
		subs[i].value_len = node->u.class->value_len;
		subs[i].lease_limit = node->u.class->lease_limit;
		conf_build_scope(p, node, &subs[i].scope, &class->scope);
	}
	class->subclasses = subs;
	class->subclass_count = nodes->count;
}

void conf_build_classes(struct conf_parser *p)
{
	const struct conf_vec *nodes = &p->census.classes;
	struct conf_class *classes;
	size_t i;

	classes = conf_arena_array(p->model, nodes->count, sizeof(*classes));
	if (!classes)
		return;
	p->conf->classes = classes;
	p->conf->class_count = nodes->count;
	for (i = 0; i < nodes->count; i++) {
		const struct conf_node *node = nodes->items[i];
		const struct conf_node_class *from = node->u.class;

		classes[i].name = node->name;
		classes[i].match_if = from->match_if;
		classes[i].match = from->match;
		classes[i].spawn = from->spawn;
		classes[i].lease_limit = from->lease_limit;
		conf_build_scope(p, node, &classes[i].scope, &p->conf->global);
		build_subclasses(p, &from->subclasses, &classes[i]);
	}
}
