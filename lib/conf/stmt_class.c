// SPDX-License-Identifier: BSD-2-Clause
/* `class' and `subclass', and what only stands in them. */
#include <errno.h>
#include <string.h>

#include "expr_ast.h"
#include "stmt.h"

static struct conf_node *new_class(struct conf_parser *p,
				   enum conf_scope_kind kind)
{
	struct conf_node *node = conf_new_node(p, kind);

	if (!node)
		return NULL;
	node->u.class = conf_arena_alloc(&p->scratch, sizeof(*node->u.class));
	return node->u.class ? node : NULL;
}

static int get_name(struct conf_parser *p, struct conf_node *node)
{
	int err;

	node->name_pos = conf_peek(p)->pos;
	err = conf_get_text(p, &node->name, "the name of a class");
	if (!err && !node->name[0])
		conf_error(p, &node->name_pos, "a class needs a name");
	return err;
}

/* Classes are global: their parent is too. */
static int parse_body(struct conf_parser *p, struct conf_node *node,
		      enum conf_where where)
{
	struct conf_node *outer = p->node;
	int err;

	while (p->node->parent)
		p->node = p->node->parent;
	err = conf_parse_block(p, node, where);
	p->node = outer;
	return err;
}

int conf_handle_class(struct conf_parser *p)
{
	struct conf_node *node = new_class(p, CONF_SCOPE_CLASS);
	int err;

	if (!node)
		return -ENOMEM;
	err = get_name(p, node);
	if (err)
		return err;
	if (p->node->kind != CONF_SCOPE_GLOBAL)
		conf_note_once(p, CONF_WARNING,
			       "classes are global: what is set around one "
			       "does not apply to its members");
	if (conf_vec_add(&p->scratch, &p->census.classes, node))
		return -ENOMEM;
	return parse_body(p, node, CONF_IN_CLASS);
}

int conf_handle_subclass(struct conf_parser *p)
{
	struct conf_node *node = new_class(p, CONF_SCOPE_SUBCLASS);
	struct conf_node_class *sub;
	int err;

	if (!node)
		return -ENOMEM;
	sub = node->u.class;
	err = get_name(p, node);
	if (!err)
		err = conf_get_octets(p, &sub->value, &sub->value_len);
	if (err)
		return err;
	if (sub->value_len == 0)
		conf_error(p, &node->name_pos,
			   "an empty value makes nobody a member");
	if (conf_vec_add(&p->scratch, &p->census.subclasses, node))
		return -ENOMEM;
	if (!conf_token_is_punct(conf_peek(p), '{'))
		return conf_expect_semicolon(p);
	return parse_body(p, node, CONF_IN_SUBCLASS);
}

static int set_match(struct conf_parser *p, bool spawn)
{
	struct conf_node_class *class = p->node->u.class;

	class->has_match = true;
	if (class->match)
		conf_error(p, &p->keyword_pos,
			   "a class has one `match' or `spawn with'");
	class->spawn = spawn;
	return conf_expr_parse(p, CONF_EXPR_DATA, &class->match);
}

int conf_handle_match(struct conf_parser *p)
{
	struct conf_node_class *class = p->node->u.class;

	if (!conf_accept_word(p, "if"))
		return set_match(p, false);
	class->has_match_if = true;
	if (class->match_if)
		conf_error(p, &p->keyword_pos, "a class has one `match if'");
	return conf_expr_parse(p, CONF_EXPR_CONDITION, &class->match_if);
}

int conf_handle_spawn(struct conf_parser *p)
{
	if (!conf_accept_word(p, "with"))
		return conf_fail_expected(p, "`with'");
	return set_match(p, true);
}

int conf_handle_lease(struct conf_parser *p)
{
	struct conf_number_limits limits = { 1, UINT32_MAX };
	struct conf_node_class *class = p->node->u.class;
	int64_t value;
	int err;

	if (!conf_accept_word(p, "limit"))
		return conf_fail_expected(p, "`limit'");
	err = conf_get_number(p, limits, &value);
	if (err)
		return err;
	if (class->lease_limit)
		conf_warn(p, &p->keyword_pos,
			  "set before in the same scope; the last one counts");
	class->lease_limit = (uint32_t)value;
	if (p->conf->family == CONF_DHCP6)
		conf_note_once(p, CONF_WARNING,
			       "`lease limit' has no effect on DHCPv6");
	return 0;
}

/* `members' is taken. The class may stand further below. */
int conf_get_members(struct conf_parser *p, struct conf_node_permit *permit)
{
	if (!conf_accept_word(p, "of"))
		return conf_fail_expected(p, "`of'");
	permit->pos = conf_peek(p)->pos;
	if (conf_vec_add(&p->scratch, &p->census.members, permit))
		return -ENOMEM;
	return conf_get_text(p, &permit->class_name, "the name of a class");
}
