/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_lex - see the header. A string or a word that the end of the text cuts is
 * the end: nobody can say what it would have been.
 */
#include "isc_lex.h"

#include <string.h>
#include <strings.h>

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static void skip_blanks(struct isc_lex *lex)
{
	bool is_comment = false;

	for (; lex->pos < lex->end; lex->pos++) {
		if (*lex->pos == '\n') {
			lex->line++;
			is_comment = false;
		} else if (*lex->pos == '#') {
			is_comment = true;
		} else if (!is_comment &&
			   (!*lex->pos || !strchr(" \t\r\f\v", *lex->pos))) {
			return;
		}
	}
}

/* Up to three octal digits, of which the first is behind the backslash. */
static bool take_octal(struct isc_lex *lex, uint8_t *octet)
{
	unsigned int value = 0;
	int i;

	for (i = 0; i < 3; i++, lex->pos++) {
		if (lex->pos == lex->end)
			return true; /* the caller finds the end, too */
		if (*lex->pos < '0' || *lex->pos > '7')
			return false;
		value = value * 8 + (unsigned int)(*lex->pos - '0');
	}
	*octet = (uint8_t)value;
	return value <= UINT8_MAX;
}

/* One octet of a string, escaped or not. */
static bool take_octet(struct isc_lex *lex, uint8_t *octet)
{
	static const char names[] = "trnb", values[] = "\t\r\n\b";
	const char *name;

	*octet = 0;
	if (*lex->pos != '\\') {
		*octet = (uint8_t)*lex->pos;
		lex->line += *lex->pos++ == '\n';
		return true;
	}
	lex->pos++;
	if (lex->pos == lex->end)
		return true;
	if (*lex->pos >= '0' && *lex->pos <= '7')
		return take_octal(lex, octet);
	*octet = (uint8_t)*lex->pos;
	name = *octet ? strchr(names, *octet) : NULL;
	if (name)
		*octet = (uint8_t)values[name - names];
	if (*lex->pos == 'x') /* in hexadecimal: dhcpd never writes it */
		return false;
	lex->line += *lex->pos++ == '\n';
	return true;
}

/* One that is wrong is read on to its end, so that what follows is not taken
 * for a part of it, nor a part of it for what follows. */
static enum isc_token take_string(struct isc_lex *lex)
{
	bool is_good = true;
	uint8_t octet;

	lex->value_len = 0;
	lex->pos++;
	while (lex->pos < lex->end && *lex->pos != '"') {
		is_good = take_octet(lex, &octet) && is_good &&
			  lex->value_len < sizeof(lex->value);
		if (is_good)
			lex->value[lex->value_len++] = octet;
	}
	if (lex->pos == lex->end)
		return ISC_TOKEN_END;
	lex->pos++;
	return is_good ? ISC_TOKEN_STRING : ISC_TOKEN_BAD;
}

void isc_lex_next(struct isc_lex *lex)
{
	skip_blanks(lex);
	lex->token_line = lex->line;
	lex->text = lex->pos;
	if (lex->pos == lex->end) {
		lex->token = ISC_TOKEN_END;
	} else if (*lex->pos == '"') {
		lex->token = take_string(lex);
	} else if (is_word(*lex->pos)) {
		while (lex->pos < lex->end && is_word(*lex->pos))
			lex->pos++;
		lex->token =
			lex->pos < lex->end ? ISC_TOKEN_WORD : ISC_TOKEN_END;
	} else {
		lex->token = ISC_TOKEN_OTHER;
		lex->pos++;
	}
	lex->text_len = (size_t)(lex->pos - lex->text);
}

void isc_lex_init(struct isc_lex *lex, const char *text, size_t len)
{
	lex->pos = text;
	lex->end = text + len;
	lex->line = 1;
	isc_lex_next(lex);
}

enum isc_skip isc_lex_skip(struct isc_lex *lex, uint32_t *depth)
{
	enum isc_skip skip = ISC_SKIP_ON;

	if (lex->token == ISC_TOKEN_END ||
	    (isc_lex_is_char(lex, '}') && !*depth))
		return ISC_SKIP_STOP;
	*depth += isc_lex_is_char(lex, '{');
	if ((isc_lex_is_char(lex, '}') && !--*depth) ||
	    (isc_lex_is_char(lex, ';') && !*depth))
		skip = ISC_SKIP_DONE;
	isc_lex_next(lex);
	return skip;
}

bool isc_lex_is(const struct isc_lex *lex, const char *word)
{
	return lex->token == ISC_TOKEN_WORD && lex->text_len == strlen(word) &&
	       strncasecmp(lex->text, word, lex->text_len) == 0;
}
