// SPDX-License-Identifier: BSD-2-Clause
#include "lex.h"

#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
	       c == '\v';
}

static bool is_punct(char c)
{
	return c != '\0' && strchr("{};,=()", c) != NULL;
}

static bool is_operator(char c)
{
	return c != '\0' && strchr("+*/%&|^~!", c) != NULL;
}

/* A `:' with an octet in hex behind it, which is at its end there. */
static bool is_between_octets(const struct conf_lexer *lexer, size_t at)
{
	const struct conf_source *source = lexer->source;
	size_t digits = 0;
	char c = ' ';

	while (++at < source->len && conf_digit(source->text[at]) <= 15)
		digits++;
	if (at < source->len)
		c = source->text[at];
	return digits > 0 && digits <= 2 &&
	       (c == ':' || is_space(c) || is_punct(c) || is_operator(c));
}

static bool is_colon(const struct conf_lexer *lexer, size_t at)
{
	return lexer->in_label && lexer->source->text[at] == ':' &&
	       !is_between_octets(lexer, at);
}

static bool is_word(const struct conf_lexer *lexer, char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '#' && !is_punct(c) &&
	       !(lexer->in_expression && is_operator(c));
}

/* In an expression, a `-' with no number behind it. */
static bool is_minus(const struct conf_lexer *lexer)
{
	const char *at = lexer->source->text + lexer->at;

	return lexer->in_expression && *at == '-' &&
	       (lexer->at + 1 == lexer->source->len || conf_digit(at[1]) > 9);
}

/* Of what may be in words: here it stands alone. */
static bool is_single(const struct conf_lexer *lexer)
{
	return is_minus(lexer) || is_colon(lexer, lexer->at);
}

static void skip_blanks(struct conf_lexer *lexer)
{
	const char *text = lexer->source->text;
	bool in_comment = false;

	for (; lexer->at < lexer->source->len; lexer->at++) {
		char c = text[lexer->at];

		if (c == '\n') {
			lexer->line++;
			in_comment = false;
		} else if (c == '#') {
			in_comment = true;
		} else if (!in_comment && !is_space(c)) {
			return;
		}
	}
}

int conf_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return CONF_NO_DIGIT;
}

/* Up to max digits of base 8 or 16 from *at on; stops at the first other. */
static char decode_digits(const char **at, const char *end, int base, int max)
{
	int value = 0;

	for (; max > 0 && *at < end; max--, (*at)++) {
		int digit = conf_digit(**at);

		if (digit >= base)
			break;
		value = value * base + digit;
	}
	return (char)(value & 0xff);
}

/* *at stands behind a backslash that is not the last character. */
static char decode_escape(const char **at, const char *end)
{
	char c = **at;

	if (c >= '0' && c <= '7')
		return decode_digits(at, end, 8, 3);
	(*at)++;
	switch (c) {
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 'b':
		return '\b';
	case 'x':
		return decode_digits(at, end, 16, 2);
	default:
		return c;
	}
}

/* The closing quote of a string that starts at start, or NULL. */
static const char *find_quote(const char *start, const char *end)
{
	const char *p;

	for (p = start; p < end && *p != '\n'; p++) {
		if (*p == '"')
			return p;
		if (*p == '\\' && p + 1 < end && p[1] != '\n')
			p++;
	}
	return NULL;
}

static void lex_string(struct conf_lexer *lexer, struct conf_token *token)
{
	const char *at = lexer->source->text + lexer->at + 1;
	const char *end = lexer->source->text + lexer->source->len;
	const char *quote = find_quote(at, end);
	const char *newline;
	char *out;

	if (!quote) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline)
			end = newline;
		lexer->at = (size_t)(end - lexer->source->text);
		token->type = CONF_TOKEN_BAD;
		token->problem = "this string is not closed on its line";
		return;
	}
	lexer->at = (size_t)(quote + 1 - lexer->source->text);
	out = conf_arena_alloc(lexer->arena, (size_t)(quote - at) + 1);
	token->type = CONF_TOKEN_STRING;
	token->text = out;
	token->len = 0;
	if (!out) { /* the arena remembers */
		token->text = "";
		return;
	}
	while (at < quote) {
		char c = *at++;

		out[token->len++] = c == '\\' ? decode_escape(&at, quote) : c;
	}
}

static void lex_word(struct conf_lexer *lexer, struct conf_token *token)
{
	const char *text = lexer->source->text;

	token->type = CONF_TOKEN_WORD;
	token->text = text + lexer->at;
	while (lexer->at < lexer->source->len &&
	       is_word(lexer, text[lexer->at]) && !is_colon(lexer, lexer->at))
		lexer->at++;
	token->len = (size_t)(text + lexer->at - token->text);
}

void conf_lex(struct conf_lexer *lexer, struct conf_token *token)
{
	char c;

	skip_blanks(lexer);
	*token = (struct conf_token){
		.type = CONF_TOKEN_END,
		.pos = { .source = lexer->source,
			 .offset = (uint32_t)lexer->at,
			 .line = lexer->line },
		.text = "",
	};
	if (lexer->at < lexer->source->len) {
		c = lexer->source->text[lexer->at];
		if (c == '"') {
			lex_string(lexer, token);
		} else if (is_word(lexer, c) && !is_single(lexer)) {
			lex_word(lexer, token);
		} else {
			token->type = is_punct(c) || is_single(lexer) ||
						      (lexer->in_expression &&
						       is_operator(c))
					      ? CONF_TOKEN_PUNCT
					      : CONF_TOKEN_BAD;
			token->problem = "unexpected character";
			token->text = lexer->source->text + lexer->at++;
			token->len = 1;
		}
	}
	token->end = (uint32_t)lexer->at;
}

bool conf_token_is_punct(const struct conf_token *token, char c)
{
	return token->type == CONF_TOKEN_PUNCT && token->text[0] == c;
}

bool conf_token_is_word(const struct conf_token *token, const char *word)
{
	return token->type == CONF_TOKEN_WORD && strlen(word) == token->len &&
	       strncasecmp(token->text, word, token->len) == 0;
}
