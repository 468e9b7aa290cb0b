// SPDX-License-Identifier: BSD-2-Clause
/*
 * `switch', which is read as `if' and `elsif': each part of it, from labels to
 * the next label, is a branch whose condition compares the value with those of
 * all labels that lead there. Behind a part without `break' another `if'
 * begins, because what follows counts over it. As in ISC's server a missing
 * value is that of no `case'.
 */
#include <errno.h>
#include <string.h>

#include "expr_node.h"
#include "stmt.h"

enum { LABELS_MAX = 1024 }; /* of one `switch' */

struct label {
	const struct conf_expr *value; /* NULL: `default' */
	struct conf_pos pos;
};

/* What stands behind some labels. */
struct part {
	struct conf_node *node;
	size_t first_label;
	size_t labels_end; /* behind its last one */
	bool has_break;
};

struct reader {
	struct conf_parser *p;
	const struct conf_expr *subject;
	struct conf_vec labels;       /* struct label */
	struct conf_vec parts;        /* struct part */
	struct conf_expr_maker maker; /* of all conditions: one limit */
};

static const struct conf_expr *value_of(const struct reader *r, size_t i)
{
	return ((const struct label *)r->labels.items[i])->value;
}

static bool is_same_value(const struct conf_expr *a, const struct conf_expr *b)
{
	if (!a || !b)
		return a == b;
	return a->op == CONF_OP_NUMBER
		       ? a->u.number == b->u.number
		       : conf_compare_data(&a->u.data, &b->u.data) == 0;
}

static int add_label(struct reader *r, struct label *label)
{
	size_t i;

	for (i = 0; i < r->labels.count; i++) {
		const struct label *other = r->labels.items[i];

		if (is_same_value(other->value, label->value))
			return conf_error(r->p, &label->pos,
					  "there is a label for the same "
					  "value before (line %u)",
					  other->pos.line);
	}
	if (r->labels.count >= LABELS_MAX)
		return conf_error(r->p, &label->pos,
				  "a `switch' has at most %d labels",
				  LABELS_MAX);
	return conf_vec_add(&r->p->scratch, &r->labels, label);
}

static int get_value(struct reader *r, const struct conf_expr **value)
{
	struct conf_pos pos = conf_peek(r->p)->pos;
	int err;

	err = conf_expr_parse(r->p, r->subject->type, value);
	if (err || (*value)->op == CONF_OP_OCTETS ||
	    (*value)->op == CONF_OP_NUMBER)
		return err;
	return conf_error(r->p, &pos,
			  "the value of a `case' has to be a string, octets "
			  "or a number");
}

static int parse_label(struct reader *r)
{
	struct label *label = conf_arena_alloc(&r->p->scratch, sizeof(*label));
	struct conf_token token;
	int err = 0;

	if (!label)
		return -ENOMEM;
	conf_set_label(r->p, true);
	token = conf_take(r->p);
	label->pos = token.pos;
	if (conf_token_is_word(&token, "case"))
		err = get_value(r, &label->value);
	if (!err)
		err = conf_expect_punct(r->p, ':');
	conf_set_label(r->p, false);
	return err ? err : add_label(r, label);
}

static bool is_break(struct conf_parser *p)
{
	return conf_token_is_word(conf_peek(p), "break");
}

/* Most often it is forgotten, as in an example of ISC's manual. */
static void warn_no_break(struct conf_parser *p, const struct part *part)
{
	const struct conf_node *node = part->node;

	if (!part->has_break && conf_is_label(conf_peek(p)) &&
	    (node->params || node->options || node->ifs))
		conf_warn(p, &conf_peek(p)->pos,
			  "there is no `break' before this: what stands behind "
			  "it is for the `case' before as well");
}

static int parse_part(struct reader *r)
{
	struct conf_parser *p = r->p;
	struct part *part = conf_arena_alloc(&p->scratch, sizeof(*part));
	int err = 0;

	if (!part)
		return -ENOMEM;
	p->keyword_pos = conf_peek(p)->pos;
	part->node = conf_new_node(p, CONF_SCOPE_BRANCH);
	if (!part->node)
		return -ENOMEM;
	part->first_label = r->labels.count;
	while (!err && conf_is_label(conf_peek(p)) && !is_break(p))
		err = parse_label(r);
	part->labels_end = r->labels.count;
	if (!err)
		err = conf_parse_case(p, part->node);
	if (err)
		return err;
	part->has_break = conf_accept_word(p, "break");
	if (part->has_break && conf_expect_semicolon(p))
		return -EINVAL;
	warn_no_break(p, part);
	return conf_vec_add(&p->scratch, &r->parts, part);
}

/* The `{' is taken. */
static int parse_parts(struct reader *r)
{
	while (!conf_accept_punct(r->p, '}')) {
		int err;

		if (!conf_is_label(conf_peek(r->p)) || is_break(r->p))
			return conf_fail_expected(r->p,
						  "`case', `default' or `}'");
		err = parse_part(r);
		if (err)
			return err;
	}
	return 0;
}

/* A node for another place in a tree, with the same operands. */
static int copy_node(struct conf_expr_maker *m, const struct conf_expr *from,
		     struct conf_expr **expr)
{
	int err = conf_expr_new(m, from->op, from->type, expr);

	if (err)
		return err;
	**expr = *from;
	(*expr)->next = NULL;
	return 0;
}

static int make_equal(struct conf_expr_maker *m, const struct reader *r,
		      const struct conf_expr *value, struct conf_expr **expr)
{
	struct conf_expr *left, *right;
	int err;

	err = conf_expr_new(m, CONF_OP_EQUAL, CONF_EXPR_CONDITION, expr);
	if (!err)
		err = copy_node(m, r->subject, &left);
	if (!err)
		err = copy_node(m, value, &right);
	if (!err)
		err = conf_expr_append(m, *expr, left);
	return err ? err : conf_expr_append(m, *expr, right);
}

/* *any becomes `*any or other', or other if it is NULL. */
static int join_any(struct conf_expr_maker *m, struct conf_expr **any,
		    struct conf_expr *other)
{
	struct conf_expr *first = *any;
	int err = 0;

	if (!first) {
		*any = other;
		return 0;
	}
	if (first->op != CONF_OP_OR) {
		err = conf_expr_new(m, CONF_OP_OR, CONF_EXPR_CONDITION, any);
		if (!err)
			err = conf_expr_append(m, *any, first);
	}
	return err ? err : conf_expr_append(m, *any, other);
}

/* The value is one of labels[from..end); *any stays NULL if none has one. */
static int make_any(struct conf_expr_maker *m, const struct reader *r,
		    size_t from, size_t end, struct conf_expr **any)
{
	int err = 0;

	*any = NULL;
	for (; !err && from < end; from++) {
		struct conf_expr *equal;

		if (!value_of(r, from))
			continue;
		err = make_equal(m, r, value_of(r, from), &equal);
		if (!err)
			err = join_any(m, any, equal);
	}
	return err;
}

static bool has_default(const struct reader *r, size_t from, size_t end)
{
	while (from < end && value_of(r, from))
		from++;
	return from < end;
}

/* That one of labels[from..end) applies. */
static int make_condition(struct reader *r, size_t from, size_t end,
			  const struct conf_expr **condition)
{
	struct conf_expr_maker *m = &r->maker;
	struct conf_expr *any, *of_all, *none;
	int err;

	err = make_any(m, r, from, end, &any);
	if (!err && has_default(r, from, end)) {
		err = make_any(m, r, 0, r->labels.count, &of_all);
		if (!err)
			err = conf_expr_new(m, CONF_OP_NOT, CONF_EXPR_CONDITION,
					    &none);
		if (!err)
			err = conf_expr_append(m, none, of_all);
		if (!err)
			err = join_any(m, &any, none);
	}
	*condition = any;
	return err;
}

static bool is_last(const struct reader *r, size_t i)
{
	return i + 1 == r->parts.count;
}

/* Whether each part ends before the next one. */
static bool is_plain(const struct reader *r)
{
	size_t i;

	for (i = 0; i < r->parts.count; i++) {
		const struct part *part = r->parts.items[i];

		if (!part->has_break && !is_last(r, i))
			return false;
	}
	return r->parts.count > 1;
}

static int build_plain(struct reader *r, const struct conf_pos *pos)
{
	struct conf_node_if *chain = conf_chain_new(r->p);
	const struct part *otherwise = NULL;
	int err = chain ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !err && i < r->parts.count; i++) {
		const struct part *part = r->parts.items[i];
		const struct conf_expr *condition;

		if (has_default(r, part->first_label, part->labels_end)) {
			otherwise = part;
			continue;
		}
		err = make_condition(r, part->first_label, part->labels_end,
				     &condition);
		if (!err)
			err = conf_chain_add(r->p, chain, condition,
					     part->node);
	}
	if (!err && otherwise)
		err = conf_chain_add(r->p, chain, NULL, otherwise->node);
	return err ? err : conf_chain_end(r->p, chain, pos);
}

/* One chain up to a part that goes on in the next one; *i is behind it then. */
static int build_chain(struct reader *r, size_t *i, size_t *first_label,
		       const struct conf_pos *pos)
{
	struct conf_node_if *chain = conf_chain_new(r->p);
	int err = chain ? 0 : -ENOMEM;
	bool has_break = true;

	for (; !err && has_break && *i < r->parts.count; (*i)++) {
		const struct part *part = r->parts.items[*i];
		const struct conf_expr *condition;

		has_break = part->has_break;
		err = make_condition(r, *first_label, part->labels_end,
				     &condition);
		if (!err)
			err = conf_chain_add(r->p, chain, condition,
					     part->node);
		if (has_break)
			*first_label = part->labels_end;
	}
	return err ? err : conf_chain_end(r->p, chain, pos);
}

static int build(struct reader *r, const struct conf_pos *pos)
{
	size_t first_label = 0, i = 0;
	int err = 0;

	if (r->labels.count == has_default(r, 0, r->labels.count))
		return conf_error(r->p, pos, "a `switch' without a `case'");
	if (is_plain(r))
		return build_plain(r, pos);
	while (!err && i < r->parts.count &&
	       r->p->node->resolved_max < CONF_RESOLVED_MAX)
		err = build_chain(r, &i, &first_label, pos);
	return err;
}

static int parse_head(struct reader *r)
{
	int err = conf_expect_punct(r->p, '(');

	if (!err)
		err = conf_expr_parse_value(r->p, &r->subject);
	if (!err)
		err = conf_expect_punct(r->p, ')');
	return err ? err : conf_expect_punct(r->p, '{');
}

int conf_handle_switch(struct conf_parser *p)
{
	struct conf_pos pos = p->keyword_pos;
	struct reader r = { .p = p, .maker.p = p };
	int err;

	err = parse_head(&r);
	if (err)
		return err;
	if (p->nesting >= CONF_NESTING_MAX)
		err = conf_error(p, &pos, "blocks are nested deeper than %d",
				 CONF_NESTING_MAX);
	else
		err = parse_parts(&r);
	if (err == -EINVAL)
		conf_skip_braces(p);
	else if (!err)
		err = build(&r, &pos);
	return err == -EINVAL ? 0 : err;
}

int conf_fail_stray_label(struct conf_parser *p, const char *name)
{
	return conf_error(p, &p->keyword_pos,
			  "`%s' belongs into a `switch', and into no other "
			  "block in it",
			  name);
}

int conf_handle_stray_label(struct conf_parser *p)
{
	return conf_fail_stray_label(p, p->row->name);
}
