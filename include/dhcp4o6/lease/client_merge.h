/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_merge - what a lease means to the host: what the server sent, as
 * changed by `default', `supersede', `prepend' and `append' of a client's
 * configuration. The lease itself keeps what the server sent.
 */
#ifndef DHCP4O6_LEASE_CLIENT_MERGE_H
#define DHCP4O6_LEASE_CLIENT_MERGE_H

#include "dhcp4o6/conf/client_conf.h"
#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/lease/client_lease.h"

/*
 * Writes to out, which is another, the options of got and those that the scope
 * adds of this universe:
 *   supersede   its value, whatever the server sent;
 *   otherwise   prepend, then what the server sent or else default, then
 *               append: those of them that there are.
 * Options of got in another universe are taken as they are. Lists of domain
 * names lose their compression (RFC 1035 section 4.1.4) when they are put
 * together. A value given by an expression is that for the options of got, and
 * for the hardware, address and lifetime in about (NULL: they are not known);
 * one that is missing changes nothing. Returns how many options found no room
 * and are left out.
 */
size_t client_options_merge(const struct client_conf_scope *scope,
			    enum conf_universe universe,
			    const struct client_options *got,
			    const struct conf_packet *about,
			    struct client_options *out);

#endif /* DHCP4O6_LEASE_CLIENT_MERGE_H */
