/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text - options in a text that is no configuration, such as a lease file:
 * one statement is read, or printed, at a time, in the configuration's syntax.
 * What is found wrong is kept until all of it is reported, as that of a
 * configuration is.
 */
#ifndef DHCP4O6_CONF_TEXT_H
#define DHCP4O6_CONF_TEXT_H

#include "dhcp4o6/conf/conf.h"

struct conf_text; /* opaque */

/* A part of the text. */
struct conf_span {
	size_t offset;
	size_t len;
	uint32_t line; /* where it begins; from 1 */
};

/*
 * text is not copied and outlives *reader; path is only shown. 0, -ENOMEM, or
 * -EFBIG from 4 GiB on.
 */
int conf_text_new(struct conf_text **reader, const char *text, size_t len,
		  const char *path);
void conf_text_free(struct conf_text *reader); /* NULL is allowed */

/*
 * Reads `NAME VALUES', of which the span holds no more and no less, of standard
 * options and `unknown-N'. As dhclient writes them, too: `<error>' is what it
 * makes of a value that is shorter than its type, and stands for none if the
 * option may be empty. *option is valid until the next call.
 *   0        a constant value
 *   -EINVAL  it is none; a finding says why, once for each name
 *   -ENOMEM
 */
int conf_text_option(struct conf_text *reader, struct conf_span span,
		     struct conf_option *option);

/* Adds a finding at the span; nothing is returned that matters there. */
void conf_text_find(struct conf_text *reader, enum conf_severity severity,
		    struct conf_span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same, but once for the same words in the span. */
void conf_text_find_once(struct conf_text *reader, enum conf_severity severity,
			 struct conf_span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Reports all findings in the order of the text. 0 or -ENOMEM, also when a
 * finding was lost for want of memory. */
int conf_text_report(struct conf_text *reader, conf_report *report, void *arg);

/*
 * Adds `NAME VALUES', which conf_text_option() reads back and, where it knows
 * the name, dhclient. False, and nothing is added, if that has no such form:
 * no value at all of a type that has octets, or one that is not of its type or
 * would have other octets when it is read back.
 */
bool conf_text_print_option(const struct conf_option *option,
			    struct strbuf *out);
/*
 * Options as dhclient's script gets them: names with `_' for what no shell
 * knows, and `dhcp6_' before those of DHCPv6; values of several fields with
 * blanks between them, texts with a backslash before what a shell would look
 * at, octets in hex. defs: definitions of a configuration, which go before the
 * standard ones.
 */
void conf_text_shell_name(const struct conf_option_def *defs, size_t def_count,
			  enum conf_universe universe, uint32_t code,
			  struct strbuf *out);
/* False, and nothing is added, if there is no value, or not of its type. */
bool conf_text_shell_value(const struct conf_option_def *defs, size_t def_count,
			   const struct conf_option *option,
			   struct strbuf *out);
/* In double quotes, what is not printable in octal. */
void conf_print_quoted(struct strbuf *out, const void *text, size_t len);

#endif /* DHCP4O6_CONF_TEXT_H */
