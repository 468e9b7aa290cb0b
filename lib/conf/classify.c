// SPDX-License-Identifier: BSD-2-Clause
/* What applies to one message: branches of `if', and classes. */
#include <string.h>

#include "expr_eval.h"

/* Shorter values first, so that most comparisons look at a length alone. */
int conf_compare_data(const struct conf_data *a, const struct conf_data *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return a->len ? memcmp(a->data, b->data, a->len) : 0;
}

static const struct conf_branch *find_branch(const struct conf_if *chain,
					     const struct conf_packet *packet)
{
	size_t i;

	for (i = 0; i < chain->branch_count; i++) {
		const struct conf_branch *branch = &chain->branches[i];

		if (!branch->condition ||
		    conf_expr_is_true(branch->condition, packet))
			return branch;
	}
	return NULL;
}

/* From the last statement of the scope to the first. */
size_t conf_resolve(const struct conf_scope *scope,
		    const struct conf_packet *packet,
		    const struct conf_scope **list, size_t room)
{
	const struct conf_branch *branch;
	size_t count = 0, i;

	for (i = scope->if_count; i > 0; i--) {
		const struct conf_if *chain = &scope->ifs[i - 1];

		if (count < room &&
		    (chain->after.params.set || chain->after.option_count > 0))
			list[count++] = &chain->after;
		branch = find_branch(chain, packet);
		if (branch)
			count += conf_resolve(&branch->scope, packet,
					      list + count, room - count);
	}
	if (count < room)
		list[count++] = scope;
	return count;
}

static const struct conf_subclass *find_subclass(const struct conf_class *class,
						 const struct conf_data *value)
{
	size_t low = 0, high = class->subclass_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_subclass *sub = &class->subclasses[middle];
		struct conf_data known = { sub->value, sub->value_len };
		int order = conf_compare_data(value, &known);

		if (order == 0)
			return sub;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

struct space {
	uint8_t *at;
	size_t left;
};

/* An empty value makes nobody a member, as in ISC. */
static bool is_submember(const struct conf_class *class,
			 const struct conf_packet *packet, struct space *space,
			 struct conf_membership *member)
{
	struct conf_eval eval;
	struct conf_data value;

	conf_eval_init(&eval, packet);
	if (!conf_eval_data(&eval, class->match, &value) || value.len == 0)
		return false;
	*member = (struct conf_membership){ .class = class };
	member->subclass = find_subclass(class, &value);
	if (member->subclass)
		return true;
	if (!class->spawn || value.len > space->left)
		return false;
	memcpy(space->at, value.data, value.len);
	member->spawned = (struct conf_data){ space->at, value.len };
	space->at += value.len;
	space->left -= value.len;
	return true;
}

/* As in ISC a condition beside `match' or `spawn with' is a guard of it. */
static bool is_member(const struct conf_class *class,
		      const struct conf_packet *packet, struct space *space,
		      struct conf_membership *member)
{
	if (class->match_if && !conf_expr_is_true(class->match_if, packet))
		return false;
	if (class->match)
		return is_submember(class, packet, space, member);
	*member = (struct conf_membership){ .class = class };
	return class->match_if != NULL;
}

size_t conf_classify(const struct conf *conf, const struct conf_packet *packet,
		     struct conf_membership list[CONF_CLASSES_MAX],
		     uint8_t *space, size_t space_size)
{
	struct space left = { space, space_size };
	size_t count = 0, i;

	for (i = 0; i < conf->class_count && count < CONF_CLASSES_MAX; i++) {
		if (is_member(&conf->classes[i], packet, &left, &list[count]))
			count++;
	}
	return count;
}
