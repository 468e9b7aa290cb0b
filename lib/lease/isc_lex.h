/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_lex - the tokens of a dhcpd.leases text, as ISC's lexer cuts them.
 */
#ifndef DHCP4O6_LIB_LEASE_ISC_LEX_H
#define DHCP4O6_LIB_LEASE_ISC_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISC_STRING_MAX 1500 /* octets; ISC's buffer */

enum isc_token {
	ISC_TOKEN_END,    /* of the text */
	ISC_TOKEN_WORD,   /* letters, digits and -_. */
	ISC_TOKEN_STRING, /* quoted; the octets are in value */
	ISC_TOKEN_OTHER,  /* one character: *text */
	ISC_TOKEN_BAD,    /* a string that is none */
};

struct isc_lex {
	const char *pos;
	const char *end;
	uint32_t line; /* of pos */
	/* The current token. */
	enum isc_token token;
	uint32_t token_line;
	const char *text; /* as it stands in the file */
	size_t text_len;
	size_t value_len;
	uint8_t value[ISC_STRING_MAX];
};

/* Steps to the first token. */
void isc_lex_init(struct isc_lex *lex, const char *text, size_t len);
void isc_lex_next(struct isc_lex *lex);

enum isc_skip {
	ISC_SKIP_ON,   /* the statement goes on */
	ISC_SKIP_DONE, /* its `;' or its block is taken */
	ISC_SKIP_STOP, /* the brace of the block around it, or the end: stays */
};

/* Steps over one token of a statement; *depth: of its braces, 0 at first. */
enum isc_skip isc_lex_skip(struct isc_lex *lex, uint32_t *depth);
/* Is the current token this word? Case does not matter. */
bool isc_lex_is(const struct isc_lex *lex, const char *word);
/* Is it this character? */
static inline bool isc_lex_is_char(const struct isc_lex *lex, char c)
{
	return lex->token == ISC_TOKEN_OTHER && *lex->text == c;
}

#endif /* DHCP4O6_LIB_LEASE_ISC_LEX_H */
