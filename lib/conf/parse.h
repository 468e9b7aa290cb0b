/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_parser - the state of one load, and the tools of statement handlers.
 *
 * A handler is called with the keyword taken; it takes what belongs to its
 * statement, but the `;' that ends a simple one. It returns 0, -EINVAL after it
 * has reported an error that leaves the rest of the statement unread, or
 * -ENOMEM. An error in the meaning of a well-formed statement is reported with
 * conf_error() and is no reason to return one: reading goes on, so that the
 * user sees all faults at once. A token that is not what was expected stays.
 */
#ifndef CONF_PARSE_H
#define CONF_PARSE_H

#include "diag.h"
#include "node.h"
#include "option.h"
#include "schema.h"

enum {
	CONF_NESTING_MAX = 32,
	CONF_INCLUDE_MAX = 16,
	CONF_FILES_MAX = 65536, /* in all */
	CONF_SHOWN_MAX = 40,    /* octets of a token that a message repeats */
};

struct conf_include {
	const struct conf_include *outer;
	uint64_t device;
	uint64_t inode;
};

/* What the statements of a file do with an option space. */
struct conf_space_use {
	struct conf_pos set_at; /* the first value in it; source NULL: none */
	bool is_sent;           /* some option or `vendor-option-space' */
	uint64_t holds[CONF_SPACES_MAX / 64 + 1]; /* spaces, as a bitmap */
};

struct conf_client;

struct conf_parser {
	struct conf *conf;          /* being filled; owned by the model arena */
	struct conf_client *client; /* NULL: a server's file */
	void *settings;             /* of the `dhcp4o6 { }' block */
	bool is_4o6;
	struct conf_arena *model; /* lives on in the model */
	struct conf_arena scratch;
	struct conf_diag diag;
	struct conf_schema schema;
	struct conf_option_index options;
	struct conf_census census;
	struct conf_space_use space_uses[CONF_SPACES_MAX];
	struct conf_vec holders; /* struct conf_option_def; while building */

	struct conf_lexer lexer;
	const struct conf_include *include; /* innermost file */
	struct conf_vec texts;              /* of files: freed at the end */
	uint32_t order;
	struct conf_token next; /* one token ahead, if has_next */
	bool has_next;
	struct conf_pos last_end; /* just behind the token taken last */

	struct conf_node *node;      /* whose statements are being read */
	enum conf_where where;       /* the block they stand in */
	const struct conf_row *row;  /* of the statement being read */
	struct conf_pos keyword_pos; /* of it */
	unsigned int nesting;
	unsigned int case_nesting; /* where labels end a list; 0: nowhere */
	uint64_t noted[CONF_ROWS_MAX / 64 + 1]; /* rows whose note was given */
	uint32_t noted_permits; /* the same, of `allow' outside pools */
	uint64_t set_4o6[CONF_ROWS_MAX / 64 + 1];
};

/* Reads statements up to the end of the source. */
int conf_parse_source(struct conf_parser *p);
/*
 * Reads `{ statements }' as the body of node, which becomes a child of the
 * current one (unless it is the current one: a block that is no scope).
 */
int conf_parse_block(struct conf_parser *p, struct conf_node *node,
		     enum conf_where where);
/*
 * Reads the statements of a `case' as a scope of its own: up to the next label,
 * `break' or `}', which stay. The caller keeps to CONF_NESTING_MAX.
 */
int conf_parse_case(struct conf_parser *p, struct conf_node *node);
/* Whether the token is `case', `default' with its colon or not, or `break'. */
bool conf_is_label(const struct conf_token *token);
int conf_fail_stray_label(struct conf_parser *p, const char *name);
struct conf_node *conf_new_node(struct conf_parser *p,
				enum conf_scope_kind kind);

/* Tokens: parse_token.c. */
const struct conf_token *conf_peek(struct conf_parser *p);
struct conf_token conf_take(struct conf_parser *p);
bool conf_accept_punct(struct conf_parser *p, char c);
bool conf_accept_word(struct conf_parser *p, const char *word);
/* 0, or -EINVAL after `expected WHAT before X' was reported. */
int conf_expect_punct(struct conf_parser *p, char c);
int conf_expect_word(struct conf_parser *p, struct conf_token *token,
		     const char *what);
int conf_fail_expected(struct conf_parser *p, const char *what);
/* The same with the form of the statement that is being read. */
int conf_fail_form(struct conf_parser *p);
/* A `;' forgotten at the end of a line is reported, and is no reason to fail.
 */
int conf_expect_semicolon(struct conf_parser *p);
/*
 * The `{' is taken: steps over all up to its `}', which is taken too; false if
 * there is none.
 */
bool conf_skip_braces(struct conf_parser *p);
/* The next token is cut anew, as it is in an expression or outside of one. */
void conf_set_lexing(struct conf_parser *p, bool in_expression);
/* The same in the label of a `case'. */
void conf_set_label(struct conf_parser *p, bool in_label);

/* Findings. All return -EINVAL, for a handler to return or to ignore. */
int conf_error(struct conf_parser *p, const struct conf_pos *pos,
	       const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int conf_warn(struct conf_parser *p, const struct conf_pos *pos,
	      const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* At the keyword, once for each row and load. */
int conf_note_once(struct conf_parser *p, enum conf_severity severity,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* CONF_PARSE_H */
