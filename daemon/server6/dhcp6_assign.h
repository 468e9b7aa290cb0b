/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_assign - what gives leases, for the handlers that do. */
#ifndef DHCP4O6_SERVER6_DHCP6_ASSIGN_H
#define DHCP4O6_SERVER6_DHCP6_ASSIGN_H

#include "decide6_private.h"

/*
 * Binds item.addr to the IA, which was added last, and adds it there with its
 * lifetimes. False: no memory, and the IA has a status that says so.
 */
bool dhcp6_bind(struct decision6 *d, const struct dhcp6_ia *asked,
		struct decide6_item *item, uint32_t hint_s);

/* Chooses for the IA and binds that; DROP_NO_MEMORY: as dhcp6_bind(). */
enum drop_reason dhcp6_choose_and_bind(struct decision6 *d,
				       const struct dhcp6_ia *asked);

/* T1, T2 and the reconfigure key of an answer with all its IAs. */
void dhcp6_finish_leases(struct decision6 *d);

/* Is `option dhcp6.rapid-commit' in force for the client? */
bool dhcp6_is_rapid(const struct decision6 *d);

#endif /* DHCP4O6_SERVER6_DHCP6_ASSIGN_H */
