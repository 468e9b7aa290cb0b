/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_expr_node - nodes of an expression that is being read: their limits and
 * types. All return 0, -EINVAL after an error was reported, or -ENOMEM.
 */
#ifndef CONF_EXPR_NODE_H
#define CONF_EXPR_NODE_H

#include "expr_ast.h"
#include "parse.h"

struct conf_expr_maker {
	struct conf_parser *p;
	unsigned int depth; /* of parentheses */
	unsigned int nodes; /* made so far */
};

/* A node, and where it starts in the text. */
struct conf_operand {
	struct conf_expr *expr;
	struct conf_pos pos;
	bool is_closed; /* in parentheses, or without an operator */
};

/* "a condition", for messages */
const char *conf_expr_type_name(enum conf_expr_type type);

int conf_expr_new(struct conf_expr_maker *m, enum conf_expr_op op,
		  enum conf_expr_type type, struct conf_expr **expr);
/* The child becomes the parent's last operand. */
int conf_expr_append(struct conf_expr_maker *m, struct conf_expr *parent,
		     struct conf_expr *child);
/* left becomes `left OPERATOR right'. */
int conf_expr_combine(struct conf_expr_maker *m,
		      const struct conf_expr_operator *operator,
		      struct conf_operand * left,
		      const struct conf_operand *right);

#endif /* CONF_EXPR_NODE_H */
