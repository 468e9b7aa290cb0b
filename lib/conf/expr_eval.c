// SPDX-License-Identifier: BSD-2-Clause
/* Conditions and numbers; what is missing, and what follows from it. */
#include "expr_eval.h"

#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/wire.h"
#include "expr_regex.h"

static enum conf_truth truth(bool value)
{
	return value ? CONF_TRUE : CONF_FALSE;
}

/* An `and' whose left side does not hold is missing, as in ISC's server. */
static enum conf_truth eval_and(struct conf_eval *eval,
				const struct conf_expr *expr)
{
	const struct conf_expr *operand;
	enum conf_truth value = CONF_MISSING;

	for (operand = expr->first; operand; operand = operand->next) {
		value = conf_eval_condition(eval, operand);
		if (value != CONF_TRUE)
			return operand->next ? CONF_MISSING : value;
	}
	return value;
}

static enum conf_truth eval_or(struct conf_eval *eval,
			       const struct conf_expr *expr)
{
	const struct conf_expr *operand;
	enum conf_truth value, result = CONF_MISSING;

	for (operand = expr->first; operand; operand = operand->next) {
		value = conf_eval_condition(eval, operand);
		if (value == CONF_TRUE)
			return value;
		if (value == CONF_FALSE)
			result = value;
	}
	return result;
}

static enum conf_truth eval_not(struct conf_eval *eval,
				const struct conf_expr *expr)
{
	enum conf_truth value = conf_eval_condition(eval, expr->first);

	return value == CONF_MISSING ? value : truth(value == CONF_FALSE);
}

/* Two missing values are equal; one is equal to nothing else. */
static bool is_equal(struct conf_eval *eval, const struct conf_expr *expr)
{
	const struct conf_expr *left = expr->first, *right = left->next;
	struct conf_data a = { 0 }, b = { 0 };
	uint64_t x = 0, y = 0;
	bool has_left, has_right;

	if (left->type == CONF_EXPR_NUMBER) {
		has_left = conf_eval_number(eval, left, &x);
		has_right = conf_eval_number(eval, right, &y);
	} else {
		has_left = conf_eval_data(eval, left, &a);
		has_right = conf_eval_data(eval, right, &b);
	}
	if (!has_left || !has_right)
		return has_left == has_right;
	return x == y && a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static enum conf_truth eval_equal(struct conf_eval *eval,
				  const struct conf_expr *expr)
{
	return truth(is_equal(eval, expr) == (expr->op == CONF_OP_EQUAL));
}

/* As in ISC a value ends at its first NUL octet. */
static enum conf_truth eval_match(struct conf_eval *eval,
				  const struct conf_expr *expr)
{
	char text[CONF_EXPR_REGEX_VALUE + 1];
	struct conf_data value;
	bool matches;

	if (!conf_eval_data(eval, expr->first, &value) ||
	    value.len > CONF_EXPR_REGEX_VALUE)
		return CONF_MISSING;
	if (value.len)
		memcpy(text, value.data, value.len);
	text[value.len] = '\0';
	if (conf_regex_try(expr->u.regex, text, value.len, &matches))
		return CONF_MISSING;
	return truth(matches);
}

static enum conf_truth eval_exists(struct conf_eval *eval,
				   const struct conf_expr *expr)
{
	struct conf_data value;

	return truth(conf_eval_option(eval, &expr->u.option, &value));
}

static enum conf_truth eval_known(struct conf_eval *eval,
				  const struct conf_expr *expr)
{
	(void)expr;
	return truth(eval->packet->is_known);
}

static enum conf_truth eval_static(struct conf_eval *eval,
				   const struct conf_expr *expr)
{
	(void)expr;
	return truth(eval->packet->is_static);
}

enum conf_truth conf_eval_condition(struct conf_eval *eval,
				    const struct conf_expr *expr)
{
	static enum conf_truth (*const evaluate[])(
		struct conf_eval * eval, const struct conf_expr *expr) = {
		[CONF_OP_AND] = eval_and,
		[CONF_OP_OR] = eval_or,
		[CONF_OP_NOT] = eval_not,
		[CONF_OP_EQUAL] = eval_equal,
		[CONF_OP_NOT_EQUAL] = eval_equal,
		[CONF_OP_MATCH] = eval_match,
		[CONF_OP_MATCH_NOCASE] = eval_match,
		[CONF_OP_EXISTS] = eval_exists,
		[CONF_OP_KNOWN] = eval_known,
		[CONF_OP_STATIC] = eval_static,
	};
	size_t used = eval->used;
	enum conf_truth value = evaluate[expr->op](eval, expr);

	eval->used = used;
	return value;
}

static bool extract_int(struct conf_eval *eval, const struct conf_expr *expr,
			uint64_t *value)
{
	size_t used = eval->used;
	struct wire_reader r;
	struct conf_data data;

	if (!conf_eval_data(eval, expr->first, &data))
		return false;
	r = wire_reader(data.data, data.len);
	if (expr->u.number == 8)
		*value = wire_get_u8(&r);
	else if (expr->u.number == 16)
		*value = wire_get_u16(&r);
	else
		*value = wire_get_u32(&r);
	eval->used = used;
	return !r.failed;
}

static bool calculate(enum conf_expr_op op, uint64_t a, uint64_t b,
		      uint64_t *value)
{
	bool divides = op == CONF_OP_DIVIDE || op == CONF_OP_REMAINDER;

	if (divides && b == 0)
		return false;
	if (op == CONF_OP_ADD)
		*value = a + b;
	else if (op == CONF_OP_SUBTRACT)
		*value = a - b;
	else if (op == CONF_OP_MULTIPLY)
		*value = a * b;
	else if (op == CONF_OP_DIVIDE)
		*value = a / b;
	else if (op == CONF_OP_REMAINDER)
		*value = a % b;
	else if (op == CONF_OP_BIT_AND)
		*value = a & b;
	else if (op == CONF_OP_BIT_OR)
		*value = a | b;
	else
		*value = a ^ b;
	return true;
}

bool conf_eval_number(struct conf_eval *eval, const struct conf_expr *expr,
		      uint64_t *value)
{
	uint64_t a, b;

	if (expr->op == CONF_OP_NUMBER) {
		*value = expr->u.number;
		return true;
	}
	if (expr->op == CONF_OP_EXTRACT_INT)
		return extract_int(eval, expr, value);
	if (expr->op == CONF_OP_LEASE_TIME) {
		*value = eval->packet->lease_time_s;
		return *value > 0;
	}
	return conf_eval_number(eval, expr->first, &a) &&
	       conf_eval_number(eval, expr->first->next, &b) &&
	       calculate(expr->op, a, b, value);
}

bool conf_expr_is_true(const struct conf_expr *expr,
		       const struct conf_packet *packet)
{
	struct conf_eval eval;

	conf_eval_init(&eval, packet);
	return conf_eval_condition(&eval, expr) == CONF_TRUE;
}

int conf_expr_data(const struct conf_expr *expr,
		   const struct conf_packet *packet, uint8_t *out, size_t size)
{
	struct conf_eval eval;
	struct conf_data value;

	conf_eval_init(&eval, packet);
	if (!conf_eval_data(&eval, expr, &value))
		return -ENODATA;
	if (value.len > size)
		return -EMSGSIZE;
	if (value.len)
		memcpy(out, value.data, value.len);
	return (int)value.len;
}
