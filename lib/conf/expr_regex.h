/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_regex - a regular expression that clients' octets are tried on.
 *
 * The C library keeps what it has worked out for the texts it saw, for as long
 * as the expression lives: for some expressions that are tens of kilobytes for
 * each octet of a text, and clients choose the texts. So the expression is
 * compiled again after every so many octets, which bounds what is kept and, for
 * common ones, takes no time that counts.
 */
#ifndef CONF_EXPR_REGEX_H
#define CONF_EXPR_REGEX_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* Octets, each text's NUL counted, until it is compiled again. */
enum { CONF_REGEX_TRIED_MAX = 1024 };

struct conf_regex {
	regex_t compiled;
	const char *pattern; /* not owned */
	int flags;           /* of regcomp() */
	bool is_compiled;    /* false after a failure: tried again */
	size_t tried;        /* octets since it was compiled */
};

/* 0 or an error of regcomp(). */
int conf_regex_init(struct conf_regex *regex, const char *pattern, int flags);
void conf_regex_fini(struct conf_regex *regex);
/* 0 and *matches, or -ENOMEM. text: a NUL behind its len octets. */
int conf_regex_try(struct conf_regex *regex, const char *text, size_t len,
		   bool *matches);

#endif /* CONF_EXPR_REGEX_H */
