/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_option - option definitions, and values between text and octets.
 *
 * A format is a string of letters, one for each field of a record:
 *   I ip-address      6 ip6-address      f boolean        T seconds
 *   b s l  signed integer 8, 16, 32      B S L  unsigned
 *   t text            X string or octets in hex
 *   d domain name     D list of domain names     Z nothing
 * `A' at the end repeats the whole record, `a' its last field, with commas.
 * t, X, D and Z stand only at the end and are never repeated.
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/conf/conf.h"

struct conf_parser;
struct conf_pos;

enum {
	CONF_OPTION_LEN_MAX = 1024,
	CONF_OPTION_DEFS_MAX = 512, /* in one configuration */
	CONF_OPTION_ROWS_MAX = 256, /* standard ones */
	CONF_FORMAT_MAX = 32,       /* letters */
};

enum {
	CONF_OPTION_MANAGED = 1 << 0,   /* only the server can know its value */
	CONF_OPTION_EMPTY = 1 << 1,     /* means something without any value */
	CONF_OPTION_SERVER_ID = 1 << 2, /* sets server-identifier */
	CONF_OPTION_CLIENT_ID = 1 << 3, /* names a client, in a host */
};

struct conf_option_row {
	struct conf_option_def def;
	unsigned int flags;
	const char *reference;
};

extern const struct conf_option_row conf_option_rows[];
extern const size_t conf_option_row_count;

/* Definitions by name, sorted. */
struct conf_option_index {
	const struct conf_option_def **sorted;
	size_t count;
};

/* memory: CONF_OPTION_ROWS_MAX + CONF_OPTION_DEFS_MAX pointers. */
void conf_option_index_init(struct conf_option_index *index, void *memory);
const struct conf_option_def *
conf_option_index_find(const struct conf_option_index *index, const char *name,
		       size_t len);
/* A definition of the same name is replaced. The index has room. */
void conf_option_index_add(struct conf_option_index *index,
			   const struct conf_option_def *def);
/* NULL if the definition is not a standard one. */
const struct conf_option_row *
conf_option_row_of(const struct conf_option_def *def);
const struct conf_option_row *conf_option_row_find(enum conf_universe universe,
						   uint32_t code);

/* Takes the values of an option; *option has copies in the model. */
int conf_option_parse_values(struct conf_parser *p,
			     const struct conf_option_def *def,
			     struct conf_option *option);
/* Adds ` VALUES', or ` = OCTETS' if the octets do not fit the format. */
void conf_option_print_values(const struct conf_option_def *def,
			      const struct conf_option *option,
			      struct strbuf *out);
/* Numbers that clients would not take: at the keyword. */
void conf_option_check(struct conf_parser *p, const struct conf_option *option);
/* The type of a definition, as in `option NAME code N = TYPE;'. */
void conf_format_print(const char *format, struct strbuf *out);
void conf_print_quoted(struct strbuf *out, const void *text, size_t len);

#endif /* CONF_OPTION_H */
