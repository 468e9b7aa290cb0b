/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of the `dhcp4o6 { }' block, as tables for parser and printer. */
#ifndef CONF_DHCP4O6_H
#define CONF_DHCP4O6_H

#include "dhcp4o6/conf/conf.h"
#include "value.h"

/* Each table ends with a row whose name is NULL. */
struct conf_4o6_choice {
	const char *name;
	size_t offset;        /* of an enum */
	const char *words[4]; /* by its values */
};

struct conf_4o6_number {
	const char *name;
	size_t offset;
	size_t size; /* octets: 1 or 4 */
	struct conf_number_limits limits;
};

struct conf_4o6_flag {
	const char *name;
	size_t offset;
	const char *words[2]; /* for false and true; NULL: off and on */
};

/* Offsets are those in the settings of a language: conf_parser.settings. */
struct conf_4o6_tables {
	const struct conf_4o6_choice *choices;
	const struct conf_4o6_number *numbers;
	const struct conf_4o6_flag *flags;
};

extern const struct conf_4o6_tables conf_4o6_server_tables;

void conf_4o6_defaults(struct conf_dhcp4o6 *settings);

/* The whole block, in full. */
struct conf_4o6_print {
	const struct conf_4o6_tables *tables;
	const void *settings;
	const char *const *users;
	size_t user_count;
};

void conf_print_4o6(const struct conf_4o6_print *own, struct strbuf *out);

#endif /* CONF_DHCP4O6_H */
