/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_select - which configured options a client gets, and in which order.
 *
 * Scopes, the most specific first: host and its groups, the classes of the
 * client (the first of the file counts most, as in ISC), pool, subnet, shared
 * network and its groups, global; of each what its `if' statements add goes
 * before it. The first that sets an option or a parameter
 * decides. Of the scopes around a host those that are around the address too
 * keep their place behind the pool.
 */
#ifndef DHCP4O6_ALLOC_OPTION_SELECT_H
#define DHCP4O6_ALLOC_OPTION_SELECT_H

#include "dhcp4o6/alloc/choice.h"

/* Of what is more the least specific is left out, but for the global scope. */
#define OPTION_SCOPES_MAX 512

struct option_scopes {
	uint16_t count;
	const struct conf_scope *scope[OPTION_SCOPES_MAX];
};

/*
 * addr: whose pool and subnet count. Host and classes are those of the asker;
 * packet: what `if' asks, NULL when nothing is conditional.
 */
void option_scopes_make(const struct alloc *alloc,
			const struct alloc_asker *asker,
			const struct alloc_network *net, struct in_addr addr,
			const struct conf_packet *packet,
			struct option_scopes *scopes);

/* One more, behind all others; there is room for one after a make. */
void option_scopes_add_last(struct option_scopes *scopes,
			    const struct conf_scope *scope);

/* NULL when none of the scopes sets it. */
const struct conf_params *
option_scopes_param(const struct option_scopes *scopes, enum conf_param param);
const struct conf_option *option_scopes_find(const struct option_scopes *scopes,
					     uint8_t code);

/*
 * The configured options to send, in the order of importance, what a server
 * computes itself left out. prl: option 55, or what the configuration has in
 * its place, whose order is kept but for a subnet mask behind the routers; data
 * NULL when there was none; then all that is configured is sent, as ISC does,
 * the subnet mask, routers, name servers and host name first. Returns how many
 * of list were filled; each code is there once.
 */
size_t option_select(const struct option_scopes *scopes,
		     struct dhcp4_option prl,
		     const struct conf_option *list[256]);

#endif /* DHCP4O6_ALLOC_OPTION_SELECT_H */
