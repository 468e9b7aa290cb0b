/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * age_list - entries of a slab, each of which begins with a struct age_link, in
 * a list by age. Who is removed can come back to its place: neither can fail.
 */
#ifndef DHCP4O6_BASE_AGE_LIST_H
#define DHCP4O6_BASE_AGE_LIST_H

#include "dhcp4o6/base/slab.h"

struct age_link {
	uint64_t age; /* grows from the oldest to the newest */
	uint32_t older;
	uint32_t newer; /* SLAB_NONE: none */
};

struct age_list {
	struct slab slab; /* entries are taken and given back here */
	uint32_t oldest;  /* SLAB_NONE: it is empty */
	uint32_t newest;
	uint32_t count; /* in the list */
	uint64_t next_age;
};

void age_list_init(struct age_list *list, size_t entry_size);
void age_list_fini(struct age_list *list);

/* An entry that is not in the list becomes the newest. */
void age_list_add(struct age_list *list, uint32_t at);
/* Its age stays. */
void age_list_remove(struct age_list *list, uint32_t at);
/* One that was removed is where it was; costs a step for each newer one. */
void age_list_restore(struct age_list *list, uint32_t at);

#endif /* DHCP4O6_BASE_AGE_LIST_H */
