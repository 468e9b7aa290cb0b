/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_schema - the table of all statements of a language: where each may
 * stand, in which family's file, who handles it, and what the manual and
 * messages say of it.
 *
 * What ISC's program knows and ours does not is in the table too: harmless
 * statements are accepted and named once, all others are refused by name. A
 * statement without a row is unknown.
 */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_parser;
struct conf_row;

enum { CONF_ROWS_MAX = 256 };

/* The block a statement stands in. */
enum conf_where {
	CONF_IN_GLOBAL = 1 << 0,
	CONF_IN_NETWORK = 1 << 1,
	CONF_IN_SUBNET = 1 << 2,
	CONF_IN_SUBNET6 = 1 << 3,
	CONF_IN_POOL = 1 << 4,
	CONF_IN_POOL6 = 1 << 5,
	CONF_IN_GROUP = 1 << 6,
	CONF_IN_HOST = 1 << 7,
	CONF_IN_DHCP4O6 = 1 << 8,
	CONF_IN_CLASS = 1 << 9,
	CONF_IN_SUBCLASS = 1 << 10,
	CONF_IN_BRANCH = 1 << 11, /* of an `if' */
	CONF_IN_INTERFACE = 1 << 12,
	CONF_IN_ALIAS = 1 << 13,
};

enum conf_row_kind {
	CONF_ROW_PLAIN,    /* its handler does all but the `;' */
	CONF_ROW_VALUE,    /* the same; the value may be an expression */
	CONF_ROW_BLOCK,    /* its handler reads a block: no `;' */
	CONF_ROW_IGNORED,  /* accepted; text: what is lost (a note) */
	CONF_ROW_LOST,     /* the same, as a warning */
	CONF_ROW_REFUSED,  /* an error; text: why, or what to do */
	CONF_ROW_OFF_ONLY, /* accepted if off or false, else as REFUSED */
};

enum {
	CONF_FILE4 = 1 << 0,
	CONF_FILE6 = 1 << 1,
	CONF_FILES = CONF_FILE4 | CONF_FILE6,
};

typedef int conf_handler(struct conf_parser *p);

struct conf_row {
	const char *name;
	enum conf_row_kind kind;
	unsigned int where; /* of enum conf_where */
	unsigned int files;
	conf_handler *handler; /* NULL: by kind */
	const char *text;      /* form of the statement, or see the kind */
};

struct conf_4o6_tables;

/* Who reads files of it, and what may stand in them. */
struct conf_language {
	const struct conf_row *rows; /* in the order of the manual */
	size_t row_count;
	const struct conf_4o6_tables *own; /* of its `dhcp4o6 { }' block */
};

extern const struct conf_language conf_server_language;
extern const struct conf_language conf_client_language;

struct conf_schema {
	const struct conf_language *language;
	const struct conf_row *sorted[CONF_ROWS_MAX];
	size_t count;
};

void conf_schema_init(struct conf_schema *schema,
		      const struct conf_language *language);
/* NULL if there is none. */
const struct conf_row *conf_schema_find(const struct conf_schema *schema,
					const char *name, size_t len);
/* The row's place in the table, below CONF_ROWS_MAX. */
size_t conf_row_index(const struct conf_schema *schema,
		      const struct conf_row *row);
/* The nearest name for a mistyped one, or NULL. */
const char *conf_schema_suggest(const struct conf_schema *schema,
				const char *name, size_t len,
				enum conf_where where);
/* Changes that make b of a, or a number above limit. */
size_t conf_edit_distance(const char *a, size_t a_len, const char *b,
			  size_t limit);
/* "a subnet declaration" */
const char *conf_where_name(enum conf_where where);
/*
 * "a class declaration or a subclass declaration": the places of a set of at
 * most CONF_PLACES_MAX; of more of them "", for nobody would read on.
 */
#define CONF_PLACES_MAX  3
#define CONF_PLACES_SIZE 128
const char *conf_where_names(unsigned int where, char text[CONF_PLACES_SIZE]);

/* Handlers, by file. */
conf_handler conf_handle_include;        /* include.c */
conf_handler conf_handle_shared_network; /* stmt_scope.c */
conf_handler conf_handle_subnet;
conf_handler conf_handle_subnet6;
conf_handler conf_handle_group;
conf_handler conf_handle_host;
conf_handler conf_handle_hardware;
conf_handler conf_handle_fixed_address;
conf_handler conf_handle_pool; /* stmt_pool.c */
conf_handler conf_handle_range;
conf_handler conf_handle_permit;
conf_handler conf_handle_failover;
conf_handler conf_handle_pool6; /* stmt_pool6.c */
conf_handler conf_handle_range6;
conf_handler conf_handle_prefix6;
conf_handler conf_handle_host_identifier; /* stmt_host6.c */
conf_handler conf_handle_fixed_address6;
conf_handler conf_handle_fixed_prefix6;
conf_handler conf_handle_server_duid; /* stmt_duid.c */
conf_handler conf_handle_param;       /* stmt_param.c */
conf_handler conf_handle_authoritative;
conf_handler conf_handle_not;
conf_handler conf_handle_lease_hostnames;
conf_handler conf_handle_boot_unknown;
conf_handler conf_handle_server_identifier;
conf_handler conf_handle_next_server;
conf_handler conf_handle_text_param;
conf_handler conf_handle_if; /* stmt_if.c */
conf_handler conf_handle_else;
conf_handler conf_handle_switch; /* stmt_switch.c */
conf_handler conf_handle_stray_label;
conf_handler conf_handle_class; /* stmt_class.c */
conf_handler conf_handle_subclass;
conf_handler conf_handle_match;
conf_handler conf_handle_spawn;
conf_handler conf_handle_lease;
conf_handler conf_handle_option; /* stmt_option.c */
conf_handler conf_handle_declaration;
conf_handler conf_handle_vendor_space; /* stmt_space.c */
conf_handler conf_handle_site_space;
conf_handler conf_handle_dhcp4o6; /* stmt_dhcp4o6.c */
conf_handler conf_handle_4o6_choice;
conf_handler conf_handle_4o6_number;
conf_handler conf_handle_4o6_flag;
conf_handler conf_handle_4o6_users;
conf_handler conf_handle_abandon_time;

#endif /* CONF_SCHEMA_H */
