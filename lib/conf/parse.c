// SPDX-License-Identifier: BSD-2-Clause
/*
 * The statement loop: finds the row of each statement, checks that it may
 * stand there, calls its handler, and finds the next statement after a fault.
 */
#include "parse.h"

#include <errno.h>
#include <string.h>

enum { SHOWN_MAX = 40 }; /* octets of a token that a message repeats */

static int __attribute__((format(printf, 4, 0)))
add_finding(struct conf_parser *p, enum conf_severity severity,
	    const struct conf_pos *pos, const char *fmt, va_list args)
{
	struct conf_place place = { .pos = pos };

	if (conf_diag_add(&p->diag, severity, place, fmt, args))
		p->scratch.failed = true;
	return -EINVAL;
}

int conf_error(struct conf_parser *p, const struct conf_pos *pos,
	       const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = add_finding(p, CONF_ERROR, pos, fmt, args);
	va_end(args);
	return err;
}

int conf_warn(struct conf_parser *p, const struct conf_pos *pos,
	      const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = add_finding(p, CONF_WARNING, pos, fmt, args);
	va_end(args);
	return err;
}

int conf_note_once(struct conf_parser *p, enum conf_severity severity,
		   const char *fmt, ...)
{
	size_t index = conf_row_index(p->row);
	uint64_t bit = 1ULL << index % 64;
	va_list args;
	int err;

	if (p->noted[index / 64] & bit)
		return -EINVAL;
	p->noted[index / 64] |= bit;
	va_start(args, fmt);
	err = add_finding(p, severity, &p->keyword_pos, fmt, args);
	va_end(args);
	return err;
}

const struct conf_token *conf_peek(struct conf_parser *p)
{
	if (!p->has_next) {
		conf_lex(&p->lexer, &p->next);
		p->next.pos.order = ++p->order;
		p->has_next = true;
	}
	return &p->next;
}

void conf_set_lexing(struct conf_parser *p, bool in_expression)
{
	if (p->has_next) {
		p->lexer.at = p->next.pos.offset;
		p->lexer.line = p->next.pos.line;
		p->order--;
		p->has_next = false;
	}
	p->lexer.in_expression = in_expression;
}

struct conf_token conf_take(struct conf_parser *p)
{
	struct conf_token token = *conf_peek(p);

	p->has_next = false;
	p->last_end = token.pos;
	p->last_end.offset = token.end;
	return token;
}

bool conf_accept_punct(struct conf_parser *p, char c)
{
	if (!conf_token_is_punct(conf_peek(p), c))
		return false;
	conf_take(p);
	return true;
}

bool conf_accept_word(struct conf_parser *p, const char *word)
{
	if (!conf_token_is_word(conf_peek(p), word))
		return false;
	conf_take(p);
	return true;
}

static int fail_bad_token(struct conf_parser *p, const struct conf_token *token)
{
	unsigned char c = (unsigned char)token->text[0];

	if (token->len == 0)
		return conf_error(p, &token->pos, "%s", token->problem);
	return conf_error(p, &token->pos, "%s 0x%02x", token->problem, c);
}

int conf_fail_expected(struct conf_parser *p, const char *what)
{
	const struct conf_token *token = conf_peek(p);
	int shown = (int)(token->len < SHOWN_MAX ? token->len : SHOWN_MAX);

	switch (token->type) {
	case CONF_TOKEN_BAD:
		return fail_bad_token(p, token);
	case CONF_TOKEN_END:
		return conf_error(p, &token->pos,
				  "expected %s before the end of the file",
				  what);
	case CONF_TOKEN_STRING:
		return conf_error(p, &token->pos, "expected %s, not a string",
				  what);
	default:
		return conf_error(p, &token->pos, "expected %s, not `%.*s'",
				  what, shown, token->text);
	}
}

int conf_fail_form(struct conf_parser *p)
{
	return conf_error(p, &conf_peek(p)->pos, "the form is: %s",
			  p->row->text);
}

int conf_expect_punct(struct conf_parser *p, char c)
{
	char what[] = { '`', c, '\'', '\0' };

	if (conf_accept_punct(p, c))
		return 0;
	return conf_fail_expected(p, what);
}

int conf_expect_word(struct conf_parser *p, struct conf_token *token,
		     const char *what)
{
	if (conf_peek(p)->type != CONF_TOKEN_WORD)
		return conf_fail_expected(p, what);
	*token = conf_take(p);
	return 0;
}

bool conf_skip_braces(struct conf_parser *p)
{
	size_t depth = 1;

	while (depth > 0 && conf_peek(p)->type != CONF_TOKEN_END) {
		struct conf_token token = conf_take(p);

		if (conf_token_is_punct(&token, '{'))
			depth++;
		else if (conf_token_is_punct(&token, '}'))
			depth--;
	}
	return depth == 0;
}

static bool is_else(const struct conf_token *token)
{
	return conf_token_is_word(token, "else") ||
	       conf_token_is_word(token, "elsif");
}

/*
 * To the end of a statement that was not understood: its `;', or its block and
 * the `else' parts behind it. A `}' that closes the block around it stays.
 */
static void skip_statement(struct conf_parser *p)
{
	for (;;) {
		const struct conf_token *token = conf_peek(p);

		if (token->type == CONF_TOKEN_END ||
		    conf_token_is_punct(token, '}'))
			return;
		if (conf_accept_punct(p, ';'))
			return;
		if (token->type == CONF_TOKEN_BAD && token->len == 0) {
			conf_take(p); /* an open string: it ate the `;' */
			return;
		}
		if (conf_accept_punct(p, '{')) {
			conf_skip_braces(p);
			if (!is_else(conf_peek(p)))
				return;
		}
		conf_take(p);
	}
}

int conf_expect_semicolon(struct conf_parser *p)
{
	const struct conf_token *token;
	uint32_t line = p->last_end.line;

	if (conf_accept_punct(p, ';'))
		return 0;
	token = conf_peek(p);
	if (token->type == CONF_TOKEN_BAD || token->pos.line == line)
		return conf_fail_expected(p, "`;'");
	conf_error(p, &p->last_end, "missing `;'");
	if (conf_token_is_punct(token, '{'))
		return -EINVAL;
	return 0;
}

/* Whether a statement begins here and the `;' of the last one is missing. */
static bool is_next_statement(struct conf_parser *p,
			      const struct conf_token *before)
{
	const struct conf_token *token = conf_peek(p);

	return token->type == CONF_TOKEN_WORD &&
	       token->pos.line > p->last_end.line &&
	       (before->type != CONF_TOKEN_PUNCT ||
		conf_token_is_punct(before, ')')) &&
	       conf_schema_find(&p->schema, token->text, token->len);
}

/*
 * To the end of a statement that is accepted unread: its `;', or its block. One
 * without its `;' would take the next statement with it, in silence.
 */
static int skip_accepted(struct conf_parser *p)
{
	struct conf_token before = { .type = CONF_TOKEN_WORD };
	struct conf_pos keyword = p->keyword_pos;
	size_t parentheses = 0;

	for (;;) {
		const struct conf_token *token = conf_peek(p);

		if (token->type == CONF_TOKEN_BAD)
			return fail_bad_token(p, token);
		if (token->type == CONF_TOKEN_END ||
		    conf_token_is_punct(token, '}') ||
		    (parentheses == 0 && is_next_statement(p, &before)))
			return conf_expect_semicolon(p);
		if (conf_accept_punct(p, ';'))
			return 0;
		before = conf_take(p);
		if (conf_token_is_punct(&before, '('))
			parentheses++;
		else if (conf_token_is_punct(&before, ')') && parentheses > 0)
			parentheses--;
		if (!conf_token_is_punct(&before, '{'))
			continue;
		if (conf_skip_braces(p))
			return 0;
		return conf_error(p, &keyword,
				  "the `{' of this block is never closed");
	}
}

static int handle_accepted(struct conf_parser *p)
{
	const struct conf_row *row = p->row;

	if (row->kind == CONF_ROW_IGNORED)
		conf_note_once(p, CONF_NOTE, "`%s' has no effect: %s",
			       row->name, row->text);
	else
		conf_note_once(p, CONF_WARNING, "`%s' is not followed: %s",
			       row->name, row->text);
	return skip_accepted(p);
}

static int handle_refused(struct conf_parser *p)
{
	return conf_error(p, &p->keyword_pos, "`%s' is not supported: %s",
			  p->row->name, p->row->text);
}

static int handle_off_only(struct conf_parser *p)
{
	if (!conf_accept_word(p, "off") && !conf_accept_word(p, "false"))
		return handle_refused(p);
	return conf_expect_semicolon(p);
}

static int handle_plain(struct conf_parser *p)
{
	int err;

	if (conf_token_is_punct(conf_peek(p), '='))
		return conf_error(p, &conf_peek(p)->pos,
				  "`%s' takes no expression: options alone do",
				  p->row->name);
	err = p->row->handler(p);
	return err ? err : conf_expect_semicolon(p);
}

static int handle_block(struct conf_parser *p)
{
	return p->row->handler(p);
}

static int (*const handle_kind[])(struct conf_parser *p) = {
	[CONF_ROW_PLAIN] = handle_plain,
	[CONF_ROW_BLOCK] = handle_block,
	[CONF_ROW_IGNORED] = handle_accepted,
	[CONF_ROW_LOST] = handle_accepted,
	[CONF_ROW_REFUSED] = handle_refused,
	[CONF_ROW_OFF_ONLY] = handle_off_only,
};

static int check_row(struct conf_parser *p, const struct conf_token *keyword)
{
	const struct conf_row *row = p->row;
	bool is_file6 = p->conf->family == CONF_DHCP6;
	char places[CONF_PLACES_SIZE];

	if (!(row->files & (is_file6 ? CONF_FILE6 : CONF_FILE4)))
		return conf_error(p, &keyword->pos,
				  "`%s' belongs into the file of the %s server",
				  row->name, is_file6 ? "DHCPv4" : "DHCPv6");
	if ((row->where & p->where) || row->kind == CONF_ROW_REFUSED)
		return 0;
	conf_where_names(row->where, places);
	return conf_error(p, &keyword->pos, "`%s' is not allowed in %s%s%s",
			  row->name, conf_where_name(p->where),
			  places[0] ? ", but in " : "", places);
}

static int fail_unknown(struct conf_parser *p, const struct conf_token *keyword)
{
	int shown = (int)(keyword->len < SHOWN_MAX ? keyword->len : SHOWN_MAX);
	const char *near = conf_schema_suggest(&p->schema, keyword->text,
					       keyword->len, p->where);

	if (near)
		return conf_error(p, &keyword->pos,
				  "unknown statement `%.*s'; "
				  "did you mean `%s'?",
				  shown, keyword->text, near);
	return conf_error(p, &keyword->pos, "unknown statement `%.*s'", shown,
			  keyword->text);
}

static int parse_statement(struct conf_parser *p)
{
	struct conf_token keyword;
	int err;

	err = conf_expect_word(p, &keyword, "a statement");
	if (err)
		return err;
	p->keyword_pos = keyword.pos;
	p->row = conf_schema_find(&p->schema, keyword.text, keyword.len);
	if (!p->row)
		return fail_unknown(p, &keyword);
	err = check_row(p, &keyword);
	if (err)
		return err;
	return handle_kind[p->row->kind](p);
}

static bool has_failed(const struct conf_parser *p)
{
	return p->scratch.failed || p->model->failed;
}

/* Up to `}' or the end of the source, which stay. */
static int parse_statements(struct conf_parser *p)
{
	const struct conf_token *token;
	int err;

	for (;;) {
		token = conf_peek(p);
		if (token->type == CONF_TOKEN_END ||
		    conf_token_is_punct(token, '}'))
			return 0;
		if (conf_accept_punct(p, ';'))
			continue;
		err = parse_statement(p);
		if (err == -ENOMEM || has_failed(p))
			return -ENOMEM;
		if (err)
			skip_statement(p);
		if (conf_diag_is_full(&p->diag))
			return -ECANCELED;
	}
}

int conf_parse_source(struct conf_parser *p)
{
	int err;

	for (;;) {
		err = parse_statements(p);
		if (err || conf_peek(p)->type == CONF_TOKEN_END)
			return err;
		conf_error(p, &conf_peek(p)->pos, "`}' closes nothing");
		conf_take(p);
	}
}

struct conf_node *conf_new_node(struct conf_parser *p,
				enum conf_scope_kind kind)
{
	struct conf_node *node = conf_arena_alloc(&p->scratch, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = kind;
	node->pos = p->keyword_pos;
	node->name_pos = p->keyword_pos;
	return node;
}

static void add_child(struct conf_node *parent, struct conf_node *node)
{
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
}

int conf_parse_block(struct conf_parser *p, struct conf_node *node,
		     enum conf_where where)
{
	struct conf_node *outer = p->node;
	enum conf_where outer_where = p->where;
	struct conf_pos keyword = p->keyword_pos;
	int err;

	err = conf_expect_punct(p, '{');
	if (err)
		return err;
	if (p->nesting >= CONF_NESTING_MAX) {
		conf_skip_braces(p);
		conf_error(p, &keyword, "blocks are nested deeper than %d",
			   CONF_NESTING_MAX);
		return 0;
	}
	if (node != outer)
		add_child(outer, node);
	p->node = node;
	p->where = where;
	p->nesting++;
	err = parse_statements(p);
	p->nesting--;
	p->node = outer;
	p->where = outer_where;
	if (!err && !conf_accept_punct(p, '}'))
		err = conf_error(p, &keyword,
				 "the `{' of this block is never closed");
	return err;
}
