/* SPDX-License-Identifier: BSD-2-Clause */
/* script_value - which values a script may see. */
#ifndef DHCP4O6_CLIENT_SCRIPT_VALUE_H
#define DHCP4O6_CLIENT_SCRIPT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/conf/conf.h"

#define SCRIPT_NAME_CHARS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"

/* Printable ASCII alone. */
bool script_value_is_plain(const char *value);

/*
 * What dhclient checks of some options, which scripts take for names of hosts
 * or of domains, or for a path; of all others true. Labels have 63 characters
 * at most, also the last one, which dhclient does not look at.
 */
bool script_value_is_safe(enum conf_universe universe, uint32_t code,
			  const char *value);

/*
 * The same by the name of a variable without its prefix, `name_len' octets, for
 * who knows no options; and what the client says of a lease itself has to be
 * numbers and addresses.
 */
bool script_value_fits_name(const char *name, size_t name_len,
			    const char *value);

#endif /* DHCP4O6_CLIENT_SCRIPT_VALUE_H */
