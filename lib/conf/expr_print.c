// SPDX-License-Identifier: BSD-2-Clause
/*
 * Trees to text. Operands with operators of their own stand in parentheses,
 * so that the text parses to the same tree; only comparisons do without them
 * in `and' and `or'.
 */
#include <inttypes.h>

#include "expr_ast.h"
#include "option.h"

static const struct conf_expr_operator *find_operator(enum conf_expr_op op)
{
	const struct conf_expr_operator *row = conf_expr_operators;

	while (row->name && row->op != op)
		row++;
	return row->name ? row : NULL;
}

/* The first name, if there are several. */
static const struct conf_expr_function *find_function(enum conf_expr_op op)
{
	const struct conf_expr_function *row = conf_expr_functions;

	while (row->op != op)
		row++;
	return row;
}

static void print_operand(const struct conf_expr *expr,
			  const struct conf_expr_operator *around,
			  struct strbuf *out)
{
	const struct conf_expr_operator *own = find_operator(expr->op);
	bool is_plain = !own || (own->level == 4 && around &&
				 around->operand == CONF_EXPR_CONDITION);

	if (!is_plain)
		strbuf_add_char(out, '(');
	conf_expr_print(expr, out);
	if (!is_plain)
		strbuf_add_char(out, ')');
}

static void print_operator(const struct conf_expr *expr,
			   const struct conf_expr_operator *operator,
			   struct strbuf * out)
{
	const struct conf_expr *operand;

	for (operand = expr->first; operand; operand = operand->next) {
		if (operand != expr->first)
			strbuf_printf(out, " %s ", operator->name);
		print_operand(operand, operator, out);
	}
}

static void print_octets(const struct conf_data *data, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < data->len; i++) {
		if (data->data[i] < ' ' || data->data[i] >= 0x7f)
			break;
	}
	if (i == data->len)
		conf_print_quoted(out, data->data, data->len);
	else
		strbuf_add_hex(out, data->data, data->len, ':');
}

static void print_call(const struct conf_expr *expr, struct strbuf *out)
{
	const struct conf_expr_function *function = find_function(expr->op);
	const struct conf_expr *operand;

	strbuf_add(out, function->name);
	if (!function->operands)
		return;
	strbuf_add_char(out, '(');
	for (operand = expr->first; operand; operand = operand->next) {
		if (operand != expr->first)
			strbuf_add(out, ", ");
		conf_expr_print(operand, out);
	}
	if (expr->op == CONF_OP_ENCODE_INT || expr->op == CONF_OP_EXTRACT_INT)
		strbuf_printf(out, ", %" PRIu64, expr->u.number);
	strbuf_add_char(out, ')');
}

void conf_expr_print(const struct conf_expr *expr, struct strbuf *out)
{
	const struct conf_expr_operator *operator= find_operator(expr->op);

	if (operator) {
		print_operator(expr, operator, out);
	} else if (expr->op == CONF_OP_NOT) {
		strbuf_add(out, "not ");
		print_operand(expr->first, NULL, out);
	} else if (expr->op == CONF_OP_EXISTS) {
		strbuf_printf(out, "exists %s", expr->u.option.name);
	} else if (expr->op == CONF_OP_OPTION) {
		strbuf_printf(out, "option %s", expr->u.option.name);
	} else if (expr->op == CONF_OP_OCTETS) {
		print_octets(&expr->u.data, out);
	} else if (expr->op == CONF_OP_NUMBER) {
		strbuf_printf(out, "%" PRId64, (int64_t)expr->u.number);
	} else {
		print_call(expr, out);
	}
}
