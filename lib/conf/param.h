/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of scopes, as a table for parser and printer. */
#ifndef CONF_PARAM_H
#define CONF_PARAM_H

#include "value.h"

enum conf_param_kind {
	CONF_PARAM_AS_SECONDS, /* uint32_t */
	CONF_PARAM_AS_NUMBER8, /* uint8_t */
	CONF_PARAM_AS_NUMBER,  /* uint32_t */
	CONF_PARAM_AS_FLAG,    /* bool */
	CONF_PARAM_AS_NOT,     /* bool: `NAME;' or `not NAME;' */
	CONF_PARAM_AS_CHOICE,  /* enum: one of words */
	CONF_PARAM_AS_ADDRESS, /* struct in_addr */
	CONF_PARAM_AS_TEXT,    /* char pointer */
	CONF_PARAM_AS_PERMIT,  /* bool: `allow NAME;' or `deny NAME;' */
	CONF_PARAM_AS_SPACE,   /* struct conf_space pointer */
};

enum { CONF_PARAM_WORDS_MAX = 6 };

struct conf_param_row {
	const char *name; /* of the statement */
	enum conf_param param;
	enum conf_param_kind kind;
	size_t offset;                    /* in struct conf_params */
	struct conf_number_limits limits; /* of numbers */
	const char *words[CONF_PARAM_WORDS_MAX];
	size_t expr_offset; /* of an expression for it; 0: it takes none */
};

/* The row of `allow NAME;' and its like, or NULL. */
const struct conf_param_row *conf_param_find_permit(const char *name,
						    size_t len);

/* In the order they are printed in. */
extern const struct conf_param_row conf_param_rows[];
extern const size_t conf_param_row_count;

/* Prints those that are set, each on a line of its own. */
void conf_print_params(const struct conf_params *params, unsigned int indent,
		       struct strbuf *out);

#endif /* CONF_PARAM_H */
