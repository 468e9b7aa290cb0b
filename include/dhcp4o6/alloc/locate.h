/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * locate - which shared network a query belongs to (RFC 7341 section 11).
 *
 * ISC's order, one row a step; the first step that has something to go by
 * decides, and a hint that is there but matches nothing means "unknown", never
 * "guess on":
 *
 *   1 link-selection    suboption 5 of option 82 (RFC 3527)
 *   2 subnet-selection  option 118 (RFC 3011), unless switched off
 *   3 giaddr            of the DHCPv4 message
 *   4 relay             first usable link-address from the client outward
 *   5 source-address    global IPv6 source in a subnet6; off by default
 *   6 interface         the query came in on
 *
 * 1 to 3 are written by the client itself unless a relay added them:
 * `inner-hints' says whether they are believed; those that are not count as
 * absent. In step 4 `::' is skipped, and so is a link-local link-address,
 * unless a subnet6 of exactly that address, a /128, is declared (RFC 7969
 * section 3.2).
 */
#ifndef DHCP4O6_ALLOC_LOCATE_H
#define DHCP4O6_ALLOC_LOCATE_H

#include "dhcp4o6/alloc/alloc.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

struct alloc_network; /* a shared network; until the next alloc_apply_conf() */

enum locate_step {
	LOCATE_NONE, /* nothing to go by */
	LOCATE_LINK_SELECTION,
	LOCATE_SUBNET_SELECTION,
	LOCATE_GIADDR,
	LOCATE_RELAY,
	LOCATE_SOURCE_ADDRESS,
	LOCATE_INTERFACE,
	LOCATE_STEP_COUNT,
};

struct locate_query {
	const struct dhcp4_msg *msg;
	const struct dhcp6_envelope *envelope;
	const char *ifname; /* NULL or "": unknown */
	struct in6_addr source;
};

struct locate_result {
	const struct alloc_network *network; /* NULL: no subnet */
	enum locate_step step;               /* that decided */
	/* Option 118 is honoured here, hence echoed (RFC 3011 section 2). */
	bool has_subnet_selection;
};

void alloc_locate(const struct alloc *alloc, const struct locate_query *query,
		  struct locate_result *result);
const char *locate_step_name(enum locate_step step); /* never NULL */

const struct conf_shared_network *
alloc_network_conf(const struct alloc_network *net);
/* The subnet that holds addr, wherever it is; NULL. *net (NULL is allowed): its
 * network. */
const struct conf_subnet *alloc_find_subnet(const struct alloc *alloc,
					    struct in_addr addr,
					    const struct alloc_network **net);
/* The pool of the network that has addr in a range; NULL. */
const struct conf_pool *alloc_find_pool(const struct alloc *alloc,
					const struct alloc_network *net,
					struct in_addr addr);
/* The `dhcp4o6 { }' block in force. */
const struct conf_dhcp4o6 *alloc_settings(const struct alloc *alloc);
/* The configuration in force. */
const struct conf *alloc_conf(const struct alloc *alloc);
/* Does anything in it depend on what a message says: a class, an `if', an
 * option by an expression? */
bool alloc_is_conditional(const struct alloc *alloc);
/* Is it a `server-identifier' of any scope? */
bool alloc_has_server_id(const struct alloc *alloc, struct in_addr addr);
/* Prefix places looked at so far, for tests that count steps. */
uint64_t alloc_locate_steps(const struct alloc *alloc);

#endif /* DHCP4O6_ALLOC_LOCATE_H */
