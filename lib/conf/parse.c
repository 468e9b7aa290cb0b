// SPDX-License-Identifier: BSD-2-Clause
/*
 * The statement loop: finds the row of each statement, checks that it may
 * stand there, calls its handler, and finds the next statement after a fault.
 */
#include "parse.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

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
	size_t index = conf_row_index(&p->schema, p->row);
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
			return conf_fail_expected(p, "`;'");
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

	if (conf_token_is_punct(conf_peek(p), '=') &&
	    p->row->kind != CONF_ROW_VALUE)
		return conf_error(p, &conf_peek(p)->pos,
				  "`%s' takes no expression: options do%s",
				  p->row->name,
				  p->client ? ""
					    : ", and filename, server-name "
					      "and next-server");
	err = p->row->handler(p);
	return err ? err : conf_expect_semicolon(p);
}

static int handle_block(struct conf_parser *p)
{
	return p->row->handler(p);
}

static int (*const handle_kind[])(struct conf_parser *p) = {
	[CONF_ROW_PLAIN] = handle_plain,
	[CONF_ROW_VALUE] = handle_plain,
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

static bool is_for_servers(const struct conf_token *keyword)
{
	const struct conf_language *language = &conf_server_language;
	size_t i;

	for (i = 0; i < language->row_count; i++) {
		if (conf_token_is_word(keyword, language->rows[i].name))
			return true;
	}
	return false;
}

static int fail_unknown(struct conf_parser *p, const struct conf_token *keyword)
{
	int shown = (int)(keyword->len < CONF_SHOWN_MAX ? keyword->len
							: CONF_SHOWN_MAX);
	const char *near = conf_schema_suggest(&p->schema, keyword->text,
					       keyword->len, p->where);

	if (conf_is_label(keyword))
		return conf_fail_stray_label(p, "default");
	if (p->client && is_for_servers(keyword))
		return conf_error(p, &keyword->pos,
				  "`%.*s' belongs into the file of a server",
				  shown, keyword->text);
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

bool conf_is_label(const struct conf_token *token)
{
	const char word[] = "default:";

	return conf_token_is_word(token, "case") ||
	       conf_token_is_word(token, "default") ||
	       conf_token_is_word(token, "break") ||
	       (token->type == CONF_TOKEN_WORD && token->len >= strlen(word) &&
		strncasecmp(token->text, word, strlen(word)) == 0);
}

static bool is_end(const struct conf_parser *p, const struct conf_token *token)
{
	return token->type == CONF_TOKEN_END ||
	       conf_token_is_punct(token, '}') ||
	       (p->case_nesting == p->nesting && p->nesting > 0 &&
		conf_is_label(token));
}

/* Up to `}', a label or the end of the source, which stay. */
static int parse_statements(struct conf_parser *p)
{
	int err;

	for (;;) {
		if (is_end(p, conf_peek(p)))
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
	unsigned int case_nesting = p->case_nesting;
	int err;

	p->case_nesting = 0; /* a label stands in the file of its `switch' */
	for (;;) {
		err = parse_statements(p);
		if (err || conf_peek(p)->type == CONF_TOKEN_END)
			break;
		conf_error(p, &conf_peek(p)->pos, "`}' closes nothing");
		conf_take(p);
	}
	p->case_nesting = case_nesting;
	return err;
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

/* The statements of node, and nothing around them. */
static int parse_inside(struct conf_parser *p, struct conf_node *node,
			enum conf_where where)
{
	struct conf_node *outer = p->node;
	enum conf_where outer_where = p->where;
	int err;

	if (node != outer)
		add_child(outer, node);
	p->node = node;
	p->where = where;
	p->nesting++;
	err = parse_statements(p);
	p->nesting--;
	p->node = outer;
	p->where = outer_where;
	return err;
}

int conf_parse_case(struct conf_parser *p, struct conf_node *node)
{
	unsigned int outer = p->case_nesting;
	int err;

	p->case_nesting = p->nesting + 1;
	err = parse_inside(p, node, CONF_IN_BRANCH);
	p->case_nesting = outer;
	return err;
}

int conf_parse_block(struct conf_parser *p, struct conf_node *node,
		     enum conf_where where)
{
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
	err = parse_inside(p, node, where);
	if (!err && !conf_accept_punct(p, '}'))
		err = conf_error(p, &keyword,
				 "the `{' of this block is never closed");
	return err;
}
