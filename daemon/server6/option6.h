/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option6 - which configured options a DHCPv6 client gets.
 *
 * Scopes, the most specific first: host and its groups, classes in the file's
 * order, pool6, subnet6, shared network and its groups, global; each with the
 * branches of its `if' statements that apply. The first that sets an option or
 * a parameter decides. Of the scopes around a host those that are around the
 * address too keep their place behind the pool, as in DHCPv4.
 */
#ifndef DHCP4O6_SERVER6_OPTION6_H
#define DHCP4O6_SERVER6_OPTION6_H

#include "dhcp4o6/alloc6/choice6.h"
#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/wire/dhcp6_msg.h"

/* Room for what `if' statements add; the least specific are left out then. */
#define OPTION6_SCOPES_MAX 256
#define OPTION6_LIST_MAX   128 /* options in one answer */

struct option6_scopes {
	const struct conf_scope *scope[OPTION6_SCOPES_MAX];
	uint16_t count;
};

/* Where a client is, what its address lies in, and which classes it is of; all
 * but conf may be NULL. */
struct option6_place {
	const struct conf *conf;
	const struct conf_shared_network *network;
	const struct conf_subnet6 *subnet; /* inside network */
	const struct conf_pool6 *pool;     /* inside network */
	const struct conf_host *host;
	const struct conf_membership *classes;
	size_t class_count;
	const struct conf_packet *packet; /* NULL: no `if' applies */
};

void option6_scopes_make(const struct option6_place *place,
			 struct option6_scopes *scopes);

/* NULL when none of the scopes sets it. */
const struct conf_params *
option6_scopes_param(const struct option6_scopes *scopes,
		     enum conf_param param);
const struct conf_option *
option6_scopes_find(const struct option6_scopes *scopes,
		    enum conf_universe universe, uint16_t code);

/*
 * The configured options that the client names in its Option Request option, in
 * its order, each once; what belongs to the protocol, and Server Unicast, is
 * left out (RFC 9915 sections 18.3.2, 21.7 and 21.12). Returns how many of list
 * were filled.
 */
size_t option6_select(const struct option6_scopes *scopes,
		      const struct dhcp6_msg *msg,
		      const struct conf_option *list[OPTION6_LIST_MAX]);

#endif /* DHCP4O6_SERVER6_OPTION6_H */
