/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp4o6/base/age_list.h"

void age_list_init(struct age_list *list, size_t entry_size)
{
	*list = (struct age_list){
		.oldest = SLAB_NONE,
		.newest = SLAB_NONE,
	};
	slab_init(&list->slab, entry_size);
}

void age_list_fini(struct age_list *list)
{
	slab_fini(&list->slab);
}

static struct age_link *link_at(const struct age_list *list, uint32_t at)
{
	return slab_at(&list->slab, at);
}

/* What names the entry behind `at', or the first one. */
static uint32_t *newer_of(struct age_list *list, uint32_t at)
{
	return at == SLAB_NONE ? &list->oldest : &link_at(list, at)->newer;
}

static uint32_t *older_of(struct age_list *list, uint32_t at)
{
	return at == SLAB_NONE ? &list->newest : &link_at(list, at)->older;
}

static void link_behind(struct age_list *list, uint32_t at, uint32_t older)
{
	struct age_link *link = link_at(list, at);
	uint32_t *place = newer_of(list, older);

	link->older = older;
	link->newer = *place;
	*place = at;
	*older_of(list, link->newer) = at;
	list->count++;
}

void age_list_add(struct age_list *list, uint32_t at)
{
	link_at(list, at)->age = list->next_age++;
	link_behind(list, at, list->newest);
}

void age_list_remove(struct age_list *list, uint32_t at)
{
	const struct age_link *link = link_at(list, at);

	*newer_of(list, link->older) = link->newer;
	*older_of(list, link->newer) = link->older;
	list->count--;
}

void age_list_restore(struct age_list *list, uint32_t at)
{
	uint64_t age = link_at(list, at)->age;
	uint32_t older = list->newest;

	while (older != SLAB_NONE && link_at(list, older)->age > age)
		older = link_at(list, older)->older;
	link_behind(list, at, older);
}
