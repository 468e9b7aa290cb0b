// SPDX-License-Identifier: BSD-2-Clause
#include "expr_node.h"

#include <errno.h>
#include <string.h>

#include "expr_regex.h"

enum { REPEATS_MAX = 256 };

const char *conf_expr_type_name(enum conf_expr_type type)
{
	static const char *const names[] = {
		[CONF_EXPR_CONDITION] = "a condition",
		[CONF_EXPR_DATA] = "data",
		[CONF_EXPR_NUMBER] = "a number",
	};

	return names[type];
}

int conf_expr_new(struct conf_expr_maker *m, enum conf_expr_op op,
		  enum conf_expr_type type, struct conf_expr **expr)
{
	if (m->nodes++ >= CONF_EXPR_NODES_MAX)
		return conf_error(m->p, &m->p->last_end,
				  "an expression has at most %d operators and "
				  "operands",
				  CONF_EXPR_NODES_MAX);
	*expr = conf_arena_alloc(m->p->model, sizeof(**expr));
	if (!*expr)
		return -ENOMEM;
	(*expr)->op = op;
	(*expr)->type = type;
	(*expr)->depth = 1;
	(*expr)->is_constant = true;
	return 0;
}

static int deepen(struct conf_expr_maker *m, struct conf_expr *parent,
		  const struct conf_expr *child)
{
	parent->is_constant = parent->is_constant && child->is_constant;
	if (child->depth < parent->depth)
		return 0;
	if (child->depth >= CONF_EXPR_DEPTH_MAX)
		return conf_error(m->p, &m->p->last_end,
				  "the expression is deeper than %d",
				  CONF_EXPR_DEPTH_MAX);
	parent->depth = (uint16_t)(child->depth + 1);
	return 0;
}

int conf_expr_append(struct conf_expr_maker *m, struct conf_expr *parent,
		     struct conf_expr *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	return deepen(m, parent, child);
}

static int prepend(struct conf_expr_maker *m, struct conf_expr *parent,
		   struct conf_expr *child)
{
	child->next = parent->first;
	parent->first = child;
	return deepen(m, parent, child);
}

/* Adds the operands of a node of the same operator. */
static int join(struct conf_expr_maker *m, struct conf_expr *parent,
		struct conf_expr *other)
{
	parent->last->next = other->first;
	parent->last = other->last;
	parent->is_constant = parent->is_constant && other->is_constant;
	if (other->depth > parent->depth)
		parent->depth = other->depth;
	m->nodes--;
	return 0;
}

static bool is_chain(const struct conf_expr *expr, enum conf_expr_op op)
{
	return expr->op == op && (op == CONF_OP_AND || op == CONF_OP_OR);
}

static int make_node(struct conf_expr_maker *m,
		     const struct conf_expr_operator *operator,
		     struct conf_expr * left, struct conf_expr *right,
		     struct conf_expr **result)
{
	int err;

	*result = is_chain(left, operator->op) ? left : right;
	if (is_chain(left, operator->op))
		return is_chain(right, operator->op)
			       ? join(m, left, right)
			       : conf_expr_append(m, left, right);
	if (is_chain(right, operator->op))
		return prepend(m, right, left);
	err = conf_expr_new(m, operator->op, operator->type, result);
	if (!err)
		err = conf_expr_append(m, *result, left);
	if (!err)
		err = conf_expr_append(m, *result, right);
	return err;
}

static int check_side(struct conf_expr_maker *m,
		      const struct conf_expr_operator *operator,
		      const struct conf_operand * side, const char *which)
{
	enum conf_expr_type type = side->expr->type;
	bool may_be_data = operator->type == CONF_EXPR_CONDITION &&
			   operator->operand == CONF_EXPR_NUMBER;

	if (type == operator->operand ||(may_be_data &&type == CONF_EXPR_DATA))
		return 0;
	return conf_error(m->p, &side->pos,
			  "%s of `%s' has to be %s%s, not %s%s",
			  which, operator->name, may_be_data ? "data or " : "",
			  conf_expr_type_name(operator->operand),
			  conf_expr_type_name(type),
			  type == CONF_EXPR_CONDITION && !side->is_closed
				  ? " (parentheses may be missing)"
				  : "");
}

static int check_sides(struct conf_expr_maker *m,
		       const struct conf_expr_operator *operator,
		       const struct conf_operand * left,
		       const struct conf_operand *right)
{
	int err;

	err = check_side(m, operator, left, "the left side");
	if (!err)
		err = check_side(m, operator, right, "the right side");
	if (!err && left->expr->type != right->expr->type)
		err = conf_error(m->p, &right->pos,
				 "`%s' compares %s with %s", operator->name,
				 conf_expr_type_name(left->expr->type),
				 conf_expr_type_name(right->expr->type));
	return err;
}

/* Of `and' and `or', and of arithmetic, the order is not what one expects. */
static bool is_surprising(const struct conf_expr_operator *operator,
			  const struct conf_operand * side)
{
	enum conf_expr_op op = side->expr->op;

	if (side->is_closed || op == operator->op)
		return false;
	if (operator->op == CONF_OP_AND || operator->op == CONF_OP_OR)
		return op == CONF_OP_AND || op == CONF_OP_OR;
	return operator->type == CONF_EXPR_NUMBER && op >= CONF_OP_ADD && !(
		(op == CONF_OP_ADD || op == CONF_OP_SUBTRACT) &&
		(operator->op == CONF_OP_ADD || operator->op ==
		 CONF_OP_SUBTRACT));
}

int conf_expr_parse_data(struct conf_parser *p, const struct conf_expr **expr,
			 uint8_t octets[CONF_EXPR_DATA_MAX], size_t *len)
{
	static const struct conf_packet nothing;
	int err, got;

	*len = 0;
	err = conf_expr_parse(p, CONF_EXPR_DATA, expr);
	if (err || !(*expr)->is_constant)
		return err;
	got = conf_expr_data(*expr, &nothing, octets, CONF_EXPR_DATA_MAX);
	if (got < 0)
		return 0;
	*len = (size_t)got;
	*expr = NULL;
	return 0;
}

/* The largest number up to the `}' of an interval; *at stands on its `{'. */
static size_t get_repeats(const struct conf_data *pattern, size_t *at)
{
	size_t number = 0, largest = 1;

	while (*at + 1 < pattern->len && pattern->data[*at + 1] != '}') {
		uint8_t c = pattern->data[++*at];

		if (c == ',')
			number = 0;
		else if (number <= REPEATS_MAX)
			number = number * 10 + (size_t)(c & 15);
		if (number > largest)
			largest = number;
	}
	return largest;
}

/*
 * What the compiler would need too much memory or time for: its intervals
 * multiply, and what it takes for back-references is no ERE.
 */
static const char *refuse_pattern(const struct conf_data *pattern)
{
	size_t repeats = 1, i;

	if (pattern->len > CONF_EXPR_REGEX_MAX)
		return "it is longer than 255 octets";
	if (memchr(pattern->data, '\0', pattern->len))
		return "it holds a NUL octet";
	for (i = 0; i < pattern->len; i++) {
		if (pattern->data[i] == '\\' && i + 1 < pattern->len) {
			uint8_t c = pattern->data[++i];

			if (c >= '0' && c <= '9')
				return "back-references are not supported";
		} else if (pattern->data[i] == '{') {
			repeats *= get_repeats(pattern, &i);
			if (repeats > REPEATS_MAX)
				return "its intervals repeat more than 256 "
				       "times";
		}
	}
	return NULL;
}

static void free_regex(void *regex)
{
	conf_regex_fini(regex);
}

static int compile(struct conf_expr_maker *m, struct conf_expr *match,
		   const struct conf_operand *right)
{
	const struct conf_data *pattern = &right->expr->u.data;
	int flags = REG_EXTENDED | REG_NOSUB;
	const char *reason;
	struct conf_regex *regex;
	char text[128];
	int err;

	if (right->expr->op != CONF_OP_OCTETS)
		return conf_error(m->p, &right->pos,
				  "a regular expression has to be a string");
	reason = refuse_pattern(pattern);
	if (reason)
		return conf_error(m->p, &right->pos,
				  "this regular expression cannot be used: %s",
				  reason);
	regex = conf_arena_alloc(m->p->model, sizeof(*regex));
	if (!regex)
		return -ENOMEM;
	if (match->op == CONF_OP_MATCH_NOCASE)
		flags |= REG_ICASE;
	/* Octets of the arena have a NUL behind them. */
	err = conf_regex_init(regex, (const char *)pattern->data, flags);
	if (err == REG_ESPACE)
		return -ENOMEM;
	if (err) {
		regerror(err, &regex->compiled, text, sizeof(text));
		return conf_error(m->p, &right->pos,
				  "this is no regular expression: %s", text);
	}
	match->u.regex = regex;
	return conf_arena_at_end(m->p->model, free_regex, regex);
}

int conf_expr_combine(struct conf_expr_maker *m,
		      const struct conf_expr_operator *operator,
		      struct conf_operand * left,
		      const struct conf_operand *right)
{
	struct conf_expr *result;
	int err;

	err = check_sides(m, operator, left, right);
	if (err)
		return err;
	if (is_surprising(operator, left) || is_surprising(operator, right))
		conf_warn(m->p, &left->pos,
			  "operators are put together as in ISC's server, "
			  "which may surprise: show by parentheses what is "
			  "meant");
	err = make_node(m, operator, left->expr, right->expr, &result);
	if (!err && operator->operand == CONF_EXPR_DATA)
		err = compile(m, result, right);
	left->expr = result;
	left->is_closed = false;
	return err;
}
