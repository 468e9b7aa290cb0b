/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slot - entries in an array, linked by age. A token is the use's number (it
 * starts at a random one, so tokens of an earlier run do not fit) above the
 * entry's index. Queries in flight are always the youngest of the used
 * entries: answers and timeouts move the border towards the young end only.
 */
#include "dhcp4o6/ipc/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define INDEX_BITS 24
#define INDEX_MASK ((1U << INDEX_BITS) - 1)
#define COUNT_MAX  (1U << INDEX_BITS)
#define NIL        UINT32_MAX

struct entry {
	uint64_t use; /* number of this use; 0 while free */
	uint32_t older;
	uint32_t younger; /* the next free one, while free */
	struct ipc_slot slot;
};

struct ipc_slots {
	struct entry *entry;
	uint32_t count;
	uint32_t window;
	uint32_t oldest;
	uint32_t youngest;
	uint32_t free;
	uint32_t border; /* oldest entry in flight, or NIL */
	uint32_t in_flight;
	uint64_t next_use;
	struct ipc_slot_stats stats;
};

int ipc_slots_new(struct ipc_slots **slots, uint32_t count, uint32_t window)
{
	struct ipc_slots *s;
	uint32_t start;

	if (count == 0 || count > COUNT_MAX || window == 0 || window > count)
		return -EINVAL;
	if (getrandom(&start, sizeof(start), 0) != (ssize_t)sizeof(start))
		return -EIO;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->entry = calloc(count, sizeof(*s->entry));
	if (!s->entry) {
		free(s);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < count; i++)
		s->entry[i].younger = i + 1 < count ? i + 1 : NIL;
	s->count = count;
	s->window = window;
	s->oldest = s->youngest = s->border = NIL;
	s->next_use = (uint64_t)start + 1;
	*slots = s;
	return 0;
}

void ipc_slots_free(struct ipc_slots *slots)
{
	if (!slots)
		return;
	free(slots->entry);
	free(slots);
}

bool ipc_slots_is_window_full(const struct ipc_slots *slots)
{
	return slots->in_flight >= slots->window;
}

uint32_t ipc_slots_in_flight(const struct ipc_slots *slots)
{
	return slots->in_flight;
}

/* The token carries the low 40 bits of the number; 0 is never a use. */
static uint64_t token_of(const struct ipc_slots *slots, uint32_t i)
{
	return slots->entry[i].use << INDEX_BITS | i;
}

static uint64_t next_use(struct ipc_slots *slots)
{
	uint64_t use = slots->next_use++ & (UINT64_MAX >> INDEX_BITS);

	return use ? use : next_use(slots);
}

static void unlink_entry(struct ipc_slots *slots, uint32_t i)
{
	struct entry *e = &slots->entry[i];

	if (e->older != NIL)
		slots->entry[e->older].younger = e->younger;
	else
		slots->oldest = e->younger;
	if (e->younger != NIL)
		slots->entry[e->younger].older = e->older;
	else
		slots->youngest = e->older;
}

static void push_free(struct ipc_slots *slots, uint32_t i)
{
	slots->entry[i].use = 0;
	slots->entry[i].younger = slots->free;
	slots->free = i;
}

/* The oldest query in flight is not any more. */
static void move_border(struct ipc_slots *slots)
{
	slots->border = slots->entry[slots->border].younger;
	slots->in_flight--;
}

static void evict_oldest(struct ipc_slots *slots)
{
	uint32_t i = slots->oldest;

	if (slots->border == i)
		move_border(slots);
	unlink_entry(slots, i);
	push_free(slots, i);
	slots->stats.evicted++;
}

uint64_t ipc_slots_put(struct ipc_slots *slots, const struct ipc_slot *slot)
{
	struct entry *e;
	uint32_t i;

	if (slots->free == NIL)
		evict_oldest(slots);
	i = slots->free;
	e = &slots->entry[i];
	slots->free = e->younger;
	e->use = next_use(slots);
	e->slot = *slot;
	e->older = slots->youngest;
	e->younger = NIL;
	if (slots->youngest != NIL)
		slots->entry[slots->youngest].younger = i;
	else
		slots->oldest = i;
	slots->youngest = i;
	if (slots->border == NIL)
		slots->border = i;
	slots->in_flight++;
	slots->stats.put++;
	return token_of(slots, i);
}

/* Was entry i used at or after the border? Uses are compared as they wrap. */
static bool is_in_flight(const struct ipc_slots *slots, uint32_t i)
{
	uint64_t age;

	if (slots->border == NIL)
		return false;
	age = slots->entry[i].use - slots->entry[slots->border].use;
	return (int64_t)(age << INDEX_BITS) >= 0;
}

int ipc_slots_take(struct ipc_slots *slots, uint64_t token,
		   struct ipc_slot *slot)
{
	uint32_t i = (uint32_t)(token & INDEX_MASK);

	if (i >= slots->count || slots->entry[i].use == 0 ||
	    token_of(slots, i) != token) {
		slots->stats.unknown++;
		return -ENOENT;
	}
	if (is_in_flight(slots, i)) {
		while (slots->border != i)
			move_border(slots);
		move_border(slots);
	}
	*slot = slots->entry[i].slot;
	unlink_entry(slots, i);
	push_free(slots, i);
	slots->stats.taken++;
	return 0;
}

void ipc_slots_cancel(struct ipc_slots *slots, uint64_t token)
{
	uint32_t i = slots->youngest;

	if (i == NIL || token_of(slots, i) != token)
		return;
	/* Just put, so it is in flight, and the last that is. */
	if (slots->border == i)
		slots->border = NIL;
	slots->in_flight--;
	unlink_entry(slots, i);
	push_free(slots, i);
	slots->stats.put--;
}

void ipc_slots_ack_oldest(struct ipc_slots *slots)
{
	uint32_t i = slots->border;

	if (i == NIL)
		return;
	move_border(slots);
	unlink_entry(slots, i);
	push_free(slots, i);
	slots->stats.taken++;
}

uint32_t ipc_slots_expire(struct ipc_slots *slots, struct mono_time before)
{
	uint32_t expired = 0;

	while (slots->border != NIL &&
	       slots->entry[slots->border].slot.sent.ns < before.ns) {
		move_border(slots);
		expired++;
	}
	slots->stats.expired += expired;
	return expired;
}

struct mono_time ipc_slots_oldest(const struct ipc_slots *slots)
{
	if (slots->border == NIL)
		return (struct mono_time){ 0 };
	return slots->entry[slots->border].slot.sent;
}

const struct ipc_slot_stats *ipc_slots_stats(const struct ipc_slots *slots)
{
	return &slots->stats;
}
