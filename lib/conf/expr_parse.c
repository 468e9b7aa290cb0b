// SPDX-License-Identifier: BSD-2-Clause
/*
 * Text to trees. Operators are put together as ISC's parser does it, so that
 * a file means here what it meant there: of two operators the one that binds
 * closer takes all that follows it as its right side, `a and b = c or d'
 * being `a and ((b = c) or d)'. Where that may surprise it is warned about.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "expr_node.h"
#include "stmt.h"

/* What stands to the left of a right side that is still being read. */
struct pending {
	struct pending *outer;
	const struct conf_expr_operator *operator;
	struct conf_operand left;
};

static const char *const expected[] = {
	[CONF_EXPR_CONDITION] = "a condition",
	[CONF_EXPR_DATA] = "a string, octets in hex, an option, or a function",
	[CONF_EXPR_NUMBER] = "a number",
};

static int parse_operators(struct conf_expr_maker *m, enum conf_expr_type want,
			   struct conf_operand *result);

static int parse_typed(struct conf_expr_maker *m, enum conf_expr_type want,
		       struct conf_expr **expr)
{
	struct conf_operand operand;
	int err;

	err = parse_operators(m, want, &operand);
	if (err)
		return err;
	if (operand.expr->type != want)
		return conf_error(m->p, &operand.pos, "expected %s, not %s",
				  conf_expr_type_name(want),
				  conf_expr_type_name(operand.expr->type));
	*expr = operand.expr;
	return 0;
}

/* Decimal, or hexadecimal behind 0x; an int, or unsigned. */
static bool scan_number(const struct conf_token *token, uint64_t *value)
{
	bool is_negative = token->len > 1 && token->text[0] == '-';
	size_t i = is_negative;
	uint64_t number = 0;
	int base = 10;

	if (token->len > i + 2 && token->text[i] == '0' &&
	    (token->text[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	}
	if (i == token->len)
		return false;
	for (; i < token->len; i++) {
		int digit = conf_digit(token->text[i]);

		if (digit >= base || number > UINT32_MAX)
			return false;
		number = number * (uint64_t)base + (uint64_t)digit;
	}
	*value = is_negative ? -number : number;
	return number <= (is_negative ? (uint64_t)INT_MAX + 1 : UINT32_MAX);
}

/* The width of an integer is no operand: its node has it. */
static int parse_bits(struct conf_expr_maker *m, struct conf_expr *call)
{
	static const struct {
		const char *word;
		unsigned int bits;
	} widths[] = { { "8", 8 }, { "16", 16 }, { "32", 32 } };
	size_t i;

	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		if (conf_accept_word(m->p, widths[i].word)) {
			call->u.number = widths[i].bits;
			return 0;
		}
	}
	return conf_fail_expected(m->p, "8, 16 or 32 bits");
}

static int parse_argument(struct conf_expr_maker *m, struct conf_expr *call,
			  char kind)
{
	struct conf_expr *argument = NULL;
	int err;

	if (kind == 'b')
		return parse_bits(m, call);
	err = parse_typed(m, kind == 'n' ? CONF_EXPR_NUMBER : CONF_EXPR_DATA,
			  &argument);
	return err ? err : conf_expr_append(m, call, argument);
}

/* What a call looks like, for who has written another one. */
static int expect_punct(struct conf_expr_maker *m, char c,
			const struct conf_expr_function *function)
{
	const char *kind;
	char what[128];
	size_t len;

	if (conf_accept_punct(m->p, c))
		return 0;
	len = (size_t)snprintf(what, sizeof(what), "`%c' in %s(", c,
			       function->name);
	for (kind = function->operands; *kind; kind++)
		len += (size_t)snprintf(what + len, sizeof(what) - len, "%s%s",
					kind > function->operands ? ", " : "",
					*kind == 'd'   ? "DATA"
					: *kind == 'n' ? "NUMBER"
					: *kind == 'b' ? "BITS"
						       : "...");
	snprintf(what + len, sizeof(what) - len, ")");
	return conf_fail_expected(m->p, what);
}

static int parse_arguments(struct conf_expr_maker *m, struct conf_expr *call,
			   const struct conf_expr_function *function)
{
	const char *kinds = function->operands;
	size_t i;
	int err;

	err = expect_punct(m, '(', function);
	for (i = 0; !err && kinds[i] && kinds[i] != '+'; i++) {
		if (i > 0)
			err = expect_punct(m, ',', function);
		if (!err)
			err = parse_argument(m, call, kinds[i]);
	}
	while (!err && kinds[i] == '+' && conf_accept_punct(m->p, ','))
		err = parse_argument(m, call, kinds[i - 1]);
	return err ? err : expect_punct(m, ')', function);
}

/* The name of this machine, as it is when the configuration is read. */
static int set_host_name(struct conf_expr_maker *m, struct conf_expr *call)
{
	char name[HOST_NAME_MAX + 1] = "";

	if (gethostname(name, sizeof(name) - 1))
		name[0] = '\0';
	call->u.data.len = strlen(name);
	call->u.data.data = (const uint8_t *)conf_arena_dup(m->p->model, name,
							    strlen(name));
	return call->u.data.data ? 0 : -ENOMEM;
}

/* Its name is taken. */
static int parse_call(struct conf_expr_maker *m,
		      const struct conf_expr_function *function,
		      struct conf_expr **expr)
{
	int err;

	err = conf_expr_new(m, function->op, function->type, expr);
	if (err)
		return err;
	(*expr)->is_constant = function->is_constant;
	if (function->op == CONF_OP_GETHOSTNAME)
		err = set_host_name(m, *expr);
	if (!err && function->operands)
		err = parse_arguments(m, *expr, function);
	return err;
}

/* `option' or `exists' is taken. */
static int parse_reference(struct conf_expr_maker *m, enum conf_expr_op op,
			   struct conf_expr **expr)
{
	int err;

	err = conf_expr_new(m, op,
			    op == CONF_OP_EXISTS ? CONF_EXPR_CONDITION
						 : CONF_EXPR_DATA,
			    expr);
	if (err)
		return err;
	(*expr)->is_constant = false;
	return conf_expr_get_option(m->p, &(*expr)->u.option);
}

static int parse_operand(struct conf_expr_maker *m, enum conf_expr_type want,
			 struct conf_operand *result);

/* `not' is taken; as in ISC it takes no operator with it. */
static int parse_not(struct conf_expr_maker *m, struct conf_expr **expr)
{
	struct conf_operand operand;
	int err;

	err = parse_operand(m, CONF_EXPR_CONDITION, &operand);
	if (err)
		return err;
	if (operand.expr->type != CONF_EXPR_CONDITION)
		return conf_error(m->p, &operand.pos,
				  "expected a condition behind `not', not %s "
				  "(parentheses may be missing)",
				  conf_expr_type_name(operand.expr->type));
	if (operand.expr->op == CONF_OP_AND)
		conf_warn(m->p, &operand.pos,
			  "as in ISC's server, `not (A and B)' holds only if "
			  "A holds and B does not");
	err = conf_expr_new(m, CONF_OP_NOT, CONF_EXPR_CONDITION, expr);
	return err ? err : conf_expr_append(m, *expr, operand.expr);
}

/* No operand: perhaps a function whose name is mistyped. */
static int fail_word(struct conf_expr_maker *m, enum conf_expr_type want)
{
	const struct conf_expr_function *function = conf_expr_functions;
	const struct conf_token *token = conf_peek(m->p);
	size_t best = token->len < 6 ? 1 : 2, distance;
	const char *near = NULL;

	if (token->type != CONF_TOKEN_WORD)
		return conf_fail_expected(m->p, expected[want]);
	for (; function->name; function++) {
		distance = conf_edit_distance(token->text, token->len,
					      function->name, best);
		if (distance < best || (distance == best && !near)) {
			best = distance;
			near = function->name;
		}
	}
	if (!near)
		return conf_fail_expected(m->p, expected[want]);
	return conf_error(m->p, &token->pos,
			  "unknown function `%.*s'; did you mean `%s'?",
			  (int)token->len, token->text, near);
}

static int parse_word(struct conf_expr_maker *m, enum conf_expr_type want,
		      struct conf_expr **expr)
{
	const struct conf_expr_function *function = conf_expr_functions;
	const struct conf_expr_refused *refused = conf_expr_refusals;

	if (conf_accept_word(m->p, "not"))
		return parse_not(m, expr);
	if (conf_accept_word(m->p, "exists"))
		return parse_reference(m, CONF_OP_EXISTS, expr);
	if (conf_accept_word(m->p, "option"))
		return parse_reference(m, CONF_OP_OPTION, expr);
	for (; function->name; function++) {
		if (conf_accept_word(m->p, function->name))
			return parse_call(m, function, expr);
	}
	for (; refused->name; refused++) {
		if (conf_token_is_word(conf_peek(m->p), refused->name))
			return conf_error(m->p, &conf_peek(m->p)->pos,
					  "`%s' is not supported: %s",
					  refused->name, refused->reason);
	}
	return fail_word(m, want);
}

/* A number where one is wanted; else octets, as in ISC. */
static int parse_literal(struct conf_expr_maker *m, enum conf_expr_type want,
			 struct conf_expr **expr, bool *is_literal)
{
	const struct conf_token *token = conf_peek(m->p);
	uint8_t octets[CONF_OPTION_LEN_MAX];
	struct conf_data data;
	uint64_t number;
	int err;

	*is_literal = true;
	if (want == CONF_EXPR_NUMBER && token->type == CONF_TOKEN_WORD &&
	    scan_number(token, &number)) {
		conf_take(m->p);
		err = conf_expr_new(m, CONF_OP_NUMBER, CONF_EXPR_NUMBER, expr);
		if (!err)
			(*expr)->u.number = number;
		return err;
	}
	*is_literal = token->type == CONF_TOKEN_STRING ||
		      (token->type == CONF_TOKEN_WORD &&
		       conf_scan_hex(token->text, token->len, octets,
				     sizeof(octets)) >= 0);
	if (!*is_literal)
		return 0;
	err = conf_get_octets(m->p, &data.data, &data.len);
	if (!err)
		err = conf_expr_new(m, CONF_OP_OCTETS, CONF_EXPR_DATA, expr);
	if (!err)
		(*expr)->u.data = data;
	return err;
}

/* The `(' is taken. */
static int parse_parentheses(struct conf_expr_maker *m,
			     enum conf_expr_type want, struct conf_expr **expr)
{
	struct conf_operand inner;
	int err;

	err = parse_operators(m, want, &inner);
	if (err)
		return err;
	*expr = inner.expr;
	return conf_expect_punct(m->p, ')');
}

static int parse_operand(struct conf_expr_maker *m, enum conf_expr_type want,
			 struct conf_operand *result)
{
	bool is_literal;
	int err;

	result->pos = conf_peek(m->p)->pos;
	result->is_closed = true;
	if (m->depth >= CONF_EXPR_DEPTH_MAX)
		return conf_error(m->p, &result->pos,
				  "the expression is deeper than %d",
				  CONF_EXPR_DEPTH_MAX);
	m->depth++;
	err = parse_literal(m, want, &result->expr, &is_literal);
	if (!err && !is_literal)
		err = conf_accept_punct(m->p, '(')
			      ? parse_parentheses(m, want, &result->expr)
			      : parse_word(m, want, &result->expr);
	m->depth--;
	return err;
}

/* Of operators that start with this octet; it is taken. */
static int accept_rest(struct conf_expr_maker *m, char first,
		       const struct conf_expr_operator **operator)
{
	const struct conf_expr_operator *row = conf_expr_operators;

	for (; row->name; row++) {
		if (row->name[0] != first)
			continue;
		if (row->name[1] && !conf_accept_punct(m->p, row->name[1]))
			continue;
		if (first == '=')
			conf_accept_punct(m->p, '='); /* `==' is `=' */
		*operator= row;
		return 0;
	}
	return conf_fail_expected(m->p, first == '!' ? "`!='" : "`~=' or `~~'");
}

/* The operator at hand, taken; NULL: none. */
static int accept_operator(struct conf_expr_maker *m,
			   const struct conf_expr_operator **operator)
{
	const struct conf_expr_operator *row = conf_expr_operators;
	const struct conf_token *token = conf_peek(m->p);
	bool is_punct = token->type == CONF_TOKEN_PUNCT;
	char first = token->text[0];

	*operator= NULL;
	for (; row->name; row++) {
		if (conf_accept_word(m->p, row->name)) {
			*operator= row;
			return 0;
		}
		if (is_punct && row->name[0] == first) {
			conf_take(m->p);
			return accept_rest(m, first, operator);
		}
	}
	return 0;
}

static int finish(struct conf_expr_maker *m, struct pending *pending,
		  struct conf_operand *result)
{
	int err = 0;

	for (; !err && pending; pending = pending->outer) {
		err = conf_expr_combine(m, pending->operator, & pending->left,
					result);
		*result = pending->left;
	}
	return err;
}

/* An operand, and the operator behind it. */
static int parse_step(struct conf_expr_maker *m, enum conf_expr_type want,
		      struct conf_operand *operand,
		      const struct conf_expr_operator **operator)
{
	int err = parse_operand(m, want, operand);

	return err ? err : accept_operator(m, operator);
}

/*
 * One operand after the other. Behind an operator that binds closer than the
 * one before it everything belongs to the right side of that one.
 */
static int parse_operators(struct conf_expr_maker *m, enum conf_expr_type want,
			   struct conf_operand *result)
{
	const struct conf_expr_operator *operator, * next;
	struct pending *pending = NULL, *inner;
	struct conf_operand right;
	int err;

	err = parse_step(m, want, result, &operator);
	while (!err && operator) {
		err = parse_step(m, result->expr->type, &right, &next);
		if (err)
			return err;
		if (next && next->level > operator->level) {
			inner = conf_arena_alloc(&m->p->scratch,
						 sizeof(*inner));
			if (!inner)
				return -ENOMEM;
			*inner =
				(struct pending){ pending, operator, * result };
			pending = inner;
			*result = right;
		} else {
			err = conf_expr_combine(m, operator, result, &right);
		}
		operator= next;
	}
	return err ? err : finish(m, pending, result);
}

int conf_expr_parse_value(struct conf_parser *p, const struct conf_expr **expr)
{
	struct conf_expr_maker m = { .p = p };
	struct conf_operand operand;
	int err;

	conf_set_lexing(p, true);
	err = parse_operators(&m, CONF_EXPR_DATA, &operand);
	conf_set_lexing(p, false);
	if (!err && operand.expr->type == CONF_EXPR_CONDITION)
		err = conf_error(p, &operand.pos,
				 "expected data or a number, not %s",
				 conf_expr_type_name(operand.expr->type));
	if (!err)
		*expr = operand.expr;
	return err;
}

int conf_expr_parse(struct conf_parser *p, enum conf_expr_type type,
		    const struct conf_expr **expr)
{
	struct conf_expr_maker m = { .p = p };
	struct conf_expr *made = NULL;
	int err;

	conf_set_lexing(p, true);
	err = parse_typed(&m, type, &made);
	conf_set_lexing(p, false);
	*expr = made;
	return err;
}
