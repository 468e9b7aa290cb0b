// SPDX-License-Identifier: BSD-2-Clause
/*
 * `if': conditions, and the options and parameters that depend on them. What
 * stands behind an `if' in the same scope is kept apart from what stands
 * before it, because the branch that applies counts in between.
 */
#include <errno.h>

#include "expr_ast.h"
#include "stmt.h"

struct conf_node_if *conf_chain_new(struct conf_parser *p)
{
	return conf_arena_alloc(&p->scratch, sizeof(struct conf_node_if));
}

int conf_chain_add(struct conf_parser *p, struct conf_node_if *chain,
		   const struct conf_expr *condition, struct conf_node *node)
{
	struct conf_node_branch *branch =
		conf_arena_alloc(&p->scratch, sizeof(*branch));

	if (!branch)
		return -ENOMEM;
	branch->node = node;
	branch->condition = condition;
	if (chain->last)
		chain->last->next = branch;
	else
		chain->first = branch;
	chain->last = branch;
	if (node->resolved_max + 2 > chain->resolved_max)
		chain->resolved_max = node->resolved_max + 2;
	return 0;
}

static int parse_branch(struct conf_parser *p, struct conf_node_if *chain,
			bool has_condition)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_BRANCH);
	const struct conf_expr *condition = NULL;
	int err = 0;

	if (!node)
		return -ENOMEM;
	if (has_condition)
		err = conf_expr_parse(p, CONF_EXPR_CONDITION, &condition);
	if (!err)
		err = conf_parse_block(p, node, CONF_IN_BRANCH);
	return err ? err : conf_chain_add(p, chain, condition, node);
}

/* `else' and what may stand behind it; false: the chain ends here. */
static bool accept_else(struct conf_parser *p, bool *has_condition)
{
	*has_condition = conf_accept_word(p, "elsif");
	if (*has_condition)
		return true;
	if (!conf_accept_word(p, "else"))
		return false;
	*has_condition = conf_accept_word(p, "if");
	return true;
}

/* All the scopes that its `if' statements may add to one scope. */
static void count_resolved(struct conf_parser *p, const struct conf_pos *pos,
			   const struct conf_node_if *chain)
{
	bool was_above = p->node->resolved_max >= CONF_RESOLVED_MAX;

	p->node->resolved_max += chain->resolved_max;
	if (!was_above && p->node->resolved_max >= CONF_RESOLVED_MAX)
		conf_error(p, pos,
			   "more `if' statements in one scope than can be "
			   "followed: at most %d of them one behind the other",
			   CONF_RESOLVED_MAX / 2 - 1);
}

static void add_chain(struct conf_node *node, struct conf_node_if *chain)
{
	if (node->last_if)
		node->last_if->next = chain;
	else
		node->ifs = chain;
	node->last_if = chain;
	chain->after->parent = node;
}

int conf_chain_end(struct conf_parser *p, struct conf_node_if *chain,
		   const struct conf_pos *pos)
{
	chain->after = conf_new_node(p, CONF_SCOPE_AFTER);
	if (!chain->after)
		return -ENOMEM;
	add_chain(p->node, chain);
	count_resolved(p, pos, chain);
	return 0;
}

int conf_handle_if(struct conf_parser *p)
{
	struct conf_pos pos = p->keyword_pos;
	struct conf_node_if *chain;
	bool has_condition = true, has_more = true;
	int err = 0;

	chain = conf_chain_new(p);
	if (!chain)
		return -ENOMEM;
	while (!err && has_more) {
		err = parse_branch(p, chain, has_condition);
		has_more =
			has_condition && !err && accept_else(p, &has_condition);
	}
	return err ? err : conf_chain_end(p, chain, &pos);
}

int conf_handle_else(struct conf_parser *p)
{
	return conf_error(p, &p->keyword_pos, "no `if' ends before this `%s'",
			  p->row->name);
}
