/* SPDX-License-Identifier: BSD-2-Clause */
/* choice6_private - questions that choosing and judging both ask. */
#ifndef LIB_ALLOC6_CHOICE6_PRIVATE_H
#define LIB_ALLOC6_CHOICE6_PRIVATE_H

#include "alloc6_private.h"

/* An IA on its network. */
struct choosing6 {
	const struct alloc6 *alloc;
	const struct alloc6_asker *asker;
	struct ia6 ia;
};

/* May this client have what is in the pool? All permits are decided here. */
bool choice6_permits(const struct choosing6 *c, const struct plan6_pool *pool);
/* The range on the network that gives exactly this; NULL. */
const struct plan6_range *choice6_range_of(const struct choosing6 *c,
					   const struct key6 *key);
bool lease6_is_of_ia(const struct choosing6 *c, const struct lease6 *e);
/* It is offered, and not to the IA. */
bool choice6_is_offered_to_other(const struct choosing6 *c,
				 const struct key6 *key);
/* Not held, declined, reserved, offered, nor in what somebody else has. */
bool choice6_is_free(const struct choosing6 *c, const struct key6 *key);

/* Is it one of what the asker's host has reserved? */
bool choice6_is_reserved(const struct choosing6 *c, const struct key6 *key);
/* Such a one: may the IA have it now? */
bool choice6_can_have_reserved(const struct choosing6 *c,
			       const struct key6 *key);
/* The first of those that the IA may have; one that it holds already first. */
bool choice6_find_reserved(const struct choosing6 *c, struct key6 *key);

/* Has the client left as many leases as it may? */
bool choice6_has_too_many(const struct choosing6 *c);

/* ---- search6.c ---- */

/* Something free for the IA; length_wanted: of prefixes, or 0. */
bool search6(const struct choosing6 *c, uint8_t length_wanted,
	     struct key6 *found);

#endif /* LIB_ALLOC6_CHOICE6_PRIVATE_H */
