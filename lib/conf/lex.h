/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_lex - text to tokens, as ISC's lexer cuts them.
 *
 * `#' starts a comment; `{ } ; , = ( )' stand alone; a string is in double
 * quotes with C-like escapes; every other run of printable ASCII is a word,
 * addresses, prefixes and colon-separated octets included: what a word means
 * is decided by the statement it stands in.
 */
#ifndef CONF_LEX_H
#define CONF_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* One text that is being read; it outlives all positions in it. */
struct conf_source {
	const char *path;
	const char *text;
	size_t len; /* below 4 GiB */
};

struct conf_pos {
	const struct conf_source *source;
	uint32_t offset;
	uint32_t line;  /* from 1 */
	uint32_t order; /* over all files, in the order they are read */
};

enum conf_token_type {
	CONF_TOKEN_END, /* of this source */
	CONF_TOKEN_WORD,
	CONF_TOKEN_STRING,
	CONF_TOKEN_PUNCT, /* text[0] says which */
	CONF_TOKEN_BAD,   /* `problem' says why */
};

struct conf_token {
	enum conf_token_type type;
	struct conf_pos pos;
	uint32_t end; /* offset just behind it */
	const char
		*text; /* of a string: decoded, NUL-terminated, in the arena */
	size_t len;
	const char *problem;
};

struct conf_lexer {
	const struct conf_source *source;
	struct conf_arena *arena; /* for decoded strings */
	size_t at;
	uint32_t line;
	/* `+ * / % & | ^ ~ !' stand alone too, and `-' unless it is in a word
	 * or before a digit. */
	bool in_expression;
	/* Of a `case': `:' stands alone but between octets, as in 1:2. */
	bool in_label;
};

/* Sets all of *token but pos.order; never fails: errors are tokens. */
void conf_lex(struct conf_lexer *lexer, struct conf_token *token);

bool conf_token_is_punct(const struct conf_token *token, char c);
/* Keywords know no case, as in ISC. */
bool conf_token_is_word(const struct conf_token *token, const char *word);

#define CONF_NO_DIGIT 99 /* above every base */
/* Value of a digit of bases up to 16, or CONF_NO_DIGIT. */
int conf_digit(char c);

#endif /* CONF_LEX_H */
