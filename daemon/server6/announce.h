/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * announce - whom a configuration tells of which DHCPv4-over-DHCPv6 servers:
 * option 88 (RFC 7341 section 7), wherever a scope sets it.
 */
#ifndef DHCP4O6_SERVER6_ANNOUNCE_H
#define DHCP4O6_SERVER6_ANNOUNCE_H

#include "dhcp4o6/conf/conf.h"

/*
 * Do two configurations tell some client different things? False only if every
 * scope that sets the option in one is there in the other and sets the same.
 * Without memory it is true: to ask again does no harm.
 */
bool announce_differs(const struct conf *a, const struct conf *b);

#endif /* DHCP4O6_SERVER6_ANNOUNCE_H */
