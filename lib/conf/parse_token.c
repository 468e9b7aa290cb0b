// SPDX-License-Identifier: BSD-2-Clause
/* Tokens for statement handlers: one ahead, and what stands in its place. */
#include <errno.h>
#include <string.h>

#include "parse.h"

const struct conf_token *conf_peek(struct conf_parser *p)
{
	if (!p->has_next) {
		conf_lex(&p->lexer, &p->next);
		p->next.pos.order = ++p->order;
		p->has_next = true;
	}
	return &p->next;
}

static void cut_anew(struct conf_parser *p)
{
	if (p->has_next) {
		p->lexer.at = p->next.pos.offset;
		p->lexer.line = p->next.pos.line;
		p->order--;
		p->has_next = false;
	}
}

void conf_set_lexing(struct conf_parser *p, bool in_expression)
{
	cut_anew(p);
	p->lexer.in_expression = in_expression;
}

void conf_set_label(struct conf_parser *p, bool in_label)
{
	cut_anew(p);
	p->lexer.in_label = in_label;
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
	int shown = (int)(token->len < CONF_SHOWN_MAX ? token->len
						      : CONF_SHOWN_MAX);

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
