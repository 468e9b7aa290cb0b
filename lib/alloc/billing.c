/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * billing - how many leases the members of a class hold. A lease says in its
 * record to which class it counts, so that the count outlives a restart and
 * needs no class to be there.
 */
#include "dhcp4o6/alloc/billing.h"

#include <string.h>

#include "alloc_private.h"

void alloc_bill_to(const struct alloc *alloc,
		   const struct conf_membership *member,
		   struct alloc_billing *billing)
{
	const struct conf_class *class = member->class;
	struct siphash_key key = alloc->key;
	const uint8_t *value = member->spawned.data;
	size_t len = member->spawned.len;
	uint64_t name, hash;
	size_t i;

	if (member->subclass) {
		value = member->subclass->value;
		len = member->subclass->value_len;
	}
	/* By the name first, and then by the value, or without one. */
	name = siphash24(&key, class->name, strlen(class->name));
	key.k[0] ^= name;
	key.k[1] ^= value ? 1 : 0;
	hash = siphash24(&key, value ? value : (const uint8_t *)"", len);
	for (i = 0; i < sizeof(billing->octets); i++)
		billing->octets[i] = (uint8_t)(hash >> 8 * i);
}

uint64_t alloc_billed(const struct alloc *alloc,
		      const struct alloc_billing *billing)
{
	uint32_t number = intern_find(&alloc->db.billings, billing->octets,
				      sizeof(billing->octets));

	return number == INTERN_EMPTY ? 0 : alloc->db.billed[number];
}

bool alloc_is_billed_to(const struct alloc *alloc, struct in_addr addr,
			const struct alloc_client *client, struct mono_time now,
			const struct alloc_billing *billing)
{
	struct slot_key key = { ntohl(addr.s_addr), 0, 0 };
	const struct lease_entry *e = slot_entry(alloc, slot_find(alloc, key));

	return entry_is_held(e, now) && lease_entry_is_client(e, client) &&
	       e->billing != INTERN_EMPTY &&
	       e->billing == intern_find(&alloc->db.billings, billing->octets,
					 sizeof(billing->octets));
}
