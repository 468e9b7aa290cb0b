/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of the `dhcp4o6 { }' block, as tables for parser and printer. */
#ifndef CONF_DHCP4O6_H
#define CONF_DHCP4O6_H

#include "dhcp4o6/conf/conf.h"
#include "value.h"

/* Each table ends with a row whose name is NULL. */
struct conf_4o6_choice {
	const char *name;
	size_t offset;        /* of an enum in struct conf_dhcp4o6 */
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
};

extern const struct conf_4o6_choice *const conf_4o6_choices;
extern const struct conf_4o6_number *const conf_4o6_numbers;
extern const struct conf_4o6_flag *const conf_4o6_flags;

void conf_4o6_defaults(struct conf_dhcp4o6 *settings);

#endif /* CONF_DHCP4O6_H */
