/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * billing - to which class a lease counts, of those with a `lease limit'. As
 * in ISC a lease counts to one: the first of its client's that has room.
 *
 * A class without subclass counts as a whole; each subclass, and each value of
 * `spawn with', counts by itself.
 */
#ifndef DHCP4O6_ALLOC_BILLING_H
#define DHCP4O6_ALLOC_BILLING_H

#include "dhcp4o6/alloc/alloc.h"
#include "dhcp4o6/alloc/client.h"
#include "dhcp4o6/conf/expr.h"

/* A keyed hash of the class's name and the value; octets of the record. */
struct alloc_billing {
	uint8_t octets[8];
};

void alloc_bill_to(const struct alloc *alloc,
		   const struct conf_membership *member,
		   struct alloc_billing *billing);
/* Leases that clients hold now, changes not yet committed included. */
uint64_t alloc_billed(const struct alloc *alloc,
		      const struct alloc_billing *billing);
/* Does the client hold the address, counted to that? */
bool alloc_is_billed_to(const struct alloc *alloc, struct in_addr addr,
			const struct alloc_client *client, struct mono_time now,
			const struct alloc_billing *billing);

#endif /* DHCP4O6_ALLOC_BILLING_H */
