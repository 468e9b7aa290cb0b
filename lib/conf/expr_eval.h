/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_eval - the evaluation of one expression for one message.
 *
 * Values are where they come from, or in `space', which grows while the parts
 * of a value are put together. What has no room there is a missing value.
 */
#ifndef CONF_EXPR_EVAL_H
#define CONF_EXPR_EVAL_H

#include "expr_ast.h"

struct conf_eval {
	const struct conf_packet *packet;
	unsigned int relay; /* whose options are asked; 0: the client's */
	size_t used;
	uint8_t space[CONF_EXPR_DATA_MAX];
};

/* The space is left as it is. */
static inline void conf_eval_init(struct conf_eval *eval,
				  const struct conf_packet *packet)
{
	eval->packet = packet;
	eval->relay = 0;
	eval->used = 0;
}

enum conf_truth {
	CONF_FALSE,
	CONF_TRUE,
	CONF_MISSING,
};

enum conf_truth conf_eval_condition(struct conf_eval *eval,
				    const struct conf_expr *expr);
/* All are false for a missing value. */
bool conf_eval_data(struct conf_eval *eval, const struct conf_expr *expr,
		    struct conf_data *value);
bool conf_eval_option(struct conf_eval *eval,
		      const struct conf_expr_option *option,
		      struct conf_data *value);
/* A field of option 81, whose body value is, by its code in space `fqdn'. */
bool conf_eval_fqdn(struct conf_eval *eval, uint32_t field,
		    struct conf_data *value);
bool conf_eval_number(struct conf_eval *eval, const struct conf_expr *expr,
		      uint64_t *value);

#endif /* CONF_EXPR_EVAL_H */
