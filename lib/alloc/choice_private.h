/* SPDX-License-Identifier: BSD-2-Clause */
/* choice_private - questions that choosing and judging both ask. */
#ifndef LIB_ALLOC_CHOICE_PRIVATE_H
#define LIB_ALLOC_CHOICE_PRIVATE_H

#include "alloc_private.h"
#include "dhcp4o6/alloc/choice.h"

/* May the client have addresses of the pool, its classes considered? */
bool choice_is_open(const struct alloc *alloc, const struct alloc_asker *asker,
		    const struct plan_pool *pool);
/* addr in host order throughout. is_in_pool: NULL is allowed. */
bool choice_is_permitted(const struct alloc *alloc,
			 const struct alloc_asker *asker, uint32_t addr,
			 bool *is_in_pool);
bool choice_is_fixed(const struct alloc_asker *asker, uint32_t addr);
/* It has a fixed-address here that no other client holds now. */
bool choice_can_have_fixed(const struct alloc *alloc,
			   const struct alloc_asker *asker);
bool choice_is_offered_to_other(const struct alloc *alloc,
				const struct alloc_asker *asker, uint32_t addr);

#endif /* LIB_ALLOC_CHOICE_PRIVATE_H */
