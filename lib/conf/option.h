/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_option - option definitions, and values between text and octets.
 *
 * A format is a string of letters, one for each field of a record:
 *   I ip-address      6 ip6-address      f boolean        T seconds
 *   b s l  signed integer 8, 16, 32      B S L  unsigned
 *   t text            o text that may be missing
 *   X string or octets in hex            E options of a space, or as X
 *   d domain name     D list of domain names     C the same, compressed
 *   P list of texts, each behind its length in 16 bits     Z nothing
 *   N status code of DHCPv6, 16 bits, by name or number
 * `A' at the end repeats the whole record, `a' its last field, with commas.
 * Those of CONF_FORMAT_LAST stand only at the end and are never repeated.
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/conf/text.h"
#include "dhcp4o6/wire/wire.h"

#define CONF_FORMAT_LAST "toXEDCPZ"

struct conf_parser;
struct conf_pos;

enum {
	CONF_OPTION_LEN_MAX = 1024,
	CONF_OPTION_DEFS_MAX = 512, /* in one configuration */
	CONF_OPTION_ROWS_MAX = 384, /* standard ones */
	CONF_FORMAT_MAX = 32,       /* letters */
	CONF_SPACES_MAX = CONF_OPTIONS_OWN + CONF_OWN_SPACES_MAX,
};

enum {
	CONF_OPTION_MANAGED = 1 << 0,   /* only the server can know its value */
	CONF_OPTION_EMPTY = 1 << 1,     /* means something without any value */
	CONF_OPTION_SERVER_ID = 1 << 2, /* sets server-identifier */
	CONF_OPTION_CLIENT_ID = 1 << 3, /* names a client, in a host */
	CONF_OPTION_OBSOLETE = 1 << 4,  /* no longer to be sent */
	CONF_OPTION_NESTED = 1 << 5,    /* stands in another option only */
	CONF_OPTION_ALIAS = 1 << 6,     /* another name of the row before */
};

struct conf_option_row {
	struct conf_option_def def;
	unsigned int flags;
	const char *reference;
};

extern const struct conf_option_row conf_option_rows[];
extern const size_t conf_option_row_count;

/* By enum conf_universe, CONF_OPTIONS_OWN of them. */
extern const struct conf_space conf_standard_spaces[];

/* Definitions by name, sorted. */
struct conf_option_index {
	const struct conf_option_def **sorted;
	size_t count;
};

/* memory: CONF_OPTION_ROWS_MAX + CONF_OPTION_DEFS_MAX pointers. */
void conf_option_index_init(struct conf_option_index *index, void *memory);
/* Names of DHCPv4 options may have `dhcp.' in front. */
const struct conf_option_def *
conf_option_index_find(const struct conf_option_index *index, const char *name,
		       size_t len);
/* A definition of the same name is replaced. The index has room. */
void conf_option_index_add(struct conf_option_index *index,
			   const struct conf_option_def *def);
/*
 * The definition in force at the end of the file for a code, its last one or
 * the standard one; NULL if there is none.
 */
const struct conf_option_def *conf_option_def_find(const struct conf *conf,
						   enum conf_universe universe,
						   uint32_t code);
/* NULL if the definition is not a standard one. */
const struct conf_option_row *
conf_option_row_of(const struct conf_option_def *def);
const struct conf_option_row *conf_option_row_find(enum conf_universe universe,
						   uint32_t code);

/* Takes the values of an option; *option has copies in the model. */
int conf_option_parse_values(struct conf_parser *p,
			     const struct conf_option_def *def,
			     struct conf_option *option);
/* Adds `NAME VALUES', or `NAME = OCTETS' if they do not fit the format. */
void conf_option_print(const struct conf *conf,
		       const struct conf_option *option, struct strbuf *out);
/* Numbers that clients would not take: at the keyword. */
void conf_option_check(struct conf_parser *p, const struct conf_option *option);
/* The type of a definition, as in `option NAME code N = TYPE;'. */
void conf_format_print(const struct conf *conf,
		       const struct conf_option_def *def, struct strbuf *out);
/* Domain names: RFC 1035 section 3.1, pointers of section 4.1.4. */
struct conf_domains {
	const uint8_t *start; /* of the option */
	uint16_t labels[128]; /* where labels stand: targets of pointers */
	size_t label_count;
	bool is_compressed;
};
/* False if it is no domain name; what finds no room fails the writer. */
bool conf_domain_put(struct conf_domains *domains, struct wire_writer *w,
		     const char *name, size_t len);
/* Adds the name with a dot at its end; false if the octets are none. */
bool conf_domain_get(const struct conf_domains *domains, struct wire_reader *r,
		     struct strbuf *out);
/* Status codes of DHCPv6 by ISC's names; NULL, and false: it has none. */
const char *conf_status_name(uint16_t code);
bool conf_status_find(const char *name, size_t len, uint16_t *code);

#endif /* CONF_OPTION_H */
