/* SPDX-License-Identifier: BSD-2-Clause */
/* held6 - the IAs of a machine, what is in them, and when that ends. */
#include "machine6_private.h"

#include <string.h>

#define NEVER_NS INT64_MAX

/* DHCP6_INFINITE is never. */
static int64_t after_ns(struct mono_time since, uint32_t s)
{
	return s == DHCP6_INFINITE ? NEVER_NS : mono_add_s(since, s).ns;
}

static int64_t earlier_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool held6_has_any(const struct machine6 *m)
{
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++)
		if (m->held[i].count)
			return true;
	return false;
}

bool held6_has_prefix(const struct machine6 *m)
{
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++)
		if (m->held[i].count && m->conf.wish[i].code == DHCP6_OPT_IA_PD)
			return true;
	return false;
}

void held6_clear(struct machine6 *m)
{
	size_t i;

	for (i = 0; i < CLIENT_IA_MAX; i++) {
		m->held[i].count = 0;
		m->held[i].is_forgotten = false;
	}
}

void held6_drop_forgotten(struct machine6 *m)
{
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++) {
		if (m->held[i].is_forgotten)
			m->held[i].count = 0;
		m->held[i].is_forgotten = false;
	}
}

size_t held6_find_wish(const struct machine6 *m, const struct dhcp6_ia *ia)
{
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++)
		if (m->conf.wish[i].code == ia->code &&
		    m->conf.wish[i].iaid == ia->iaid)
			break;
	return i;
}

int64_t held6_t1_ns(const struct machine6 *m)
{
	int64_t t1_ns = NEVER_NS;
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++)
		if (m->held[i].count)
			t1_ns = earlier_ns(t1_ns, after_ns(m->held[i].since,
							   m->held[i].t1_s));
	return t1_ns;
}

int64_t held6_t2_ns(const struct machine6 *m)
{
	int64_t t2_ns = NEVER_NS;
	size_t i;

	for (i = 0; i < m->conf.wish_count; i++)
		if (m->held[i].count)
			t2_ns = earlier_ns(t2_ns, after_ns(m->held[i].since,
							   m->held[i].t2_s));
	return t2_ns;
}

static int64_t valid_end_ns(const struct held_item *held)
{
	return after_ns(held->since, held->item.valid_s);
}

static int64_t preferred_end_ns(const struct held_item *held)
{
	return after_ns(held->since, held->item.preferred_s);
}

/* Behind whatever else changed; what nobody uses yet changes nothing. */
static void tell(struct turn *t, enum machine6_change change)
{
	enum machine6_change told = t->step->change;

	if (t->m->is_in_use &&
	    (told == MACHINE6_SAME || told == MACHINE6_DEPRECATED))
		t->step->change = change;
}

static void expire_ia(struct held_ia *ia, struct turn *t)
{
	size_t i, kept = 0;

	for (i = 0; i < ia->count; i++) {
		struct held_item *held = &ia->item[i];

		if (valid_end_ns(held) <= t->now.ns) {
			tell(t, MACHINE6_EXPIRED);
			continue;
		}
		if (!held->is_deprecated &&
		    preferred_end_ns(held) <= t->now.ns) {
			held->is_deprecated = true;
			tell(t, MACHINE6_DEPRECATED);
		}
		ia->item[kept++] = *held;
	}
	ia->count = kept;
}

bool held6_expire(struct turn *t)
{
	bool was_any = held6_has_any(t->m);
	size_t i;

	for (i = 0; i < t->m->conf.wish_count; i++)
		expire_ia(&t->m->held[i], t);
	return was_any && !held6_has_any(t->m);
}

int64_t held6_next_ns(const struct machine6 *m)
{
	int64_t next_ns = NEVER_NS;
	size_t i, k;

	for (i = 0; i < m->conf.wish_count; i++) {
		for (k = 0; k < m->held[i].count; k++) {
			const struct held_item *held = &m->held[i].item[k];

			next_ns = earlier_ns(next_ns, valid_end_ns(held));
			if (!held->is_deprecated)
				next_ns = earlier_ns(next_ns,
						     preferred_end_ns(held));
		}
	}
	return next_ns;
}

int64_t held6_last_ns(const struct machine6 *m)
{
	int64_t last_ns = INT64_MIN;
	size_t i, k;

	for (i = 0; i < m->conf.wish_count; i++)
		for (k = 0; k < m->held[i].count; k++)
			if (valid_end_ns(&m->held[i].item[k]) > last_ns)
				last_ns = valid_end_ns(&m->held[i].item[k]);
	return last_ns == INT64_MIN ? NEVER_NS : last_ns;
}

/* ---- As lists for messages ---- */

void held6_list_add(struct ia_list *list, const struct machine6_wish *wish)
{
	list->ia[list->ia_count++] = (struct dhcp6_ia){
		.code = wish->code,
		.iaid = wish->iaid,
		.first_item = (uint16_t)list->item_count,
	};
}

void held6_list_add_item(struct ia_list *list, const struct dhcp6_ia_item *item)
{
	struct dhcp6_ia_item *added = &list->item[list->item_count++];

	/* Lifetimes of a client say nothing: RFC 9915 section 21.6. */
	*added = (struct dhcp6_ia_item){ .addr = item->addr,
					 .prefix_len = item->prefix_len };
	list->ia[list->ia_count - 1].item_count++;
}

void held6_list(const struct machine6 *m, bool with_empty, struct ia_list *list)
{
	size_t i, k;

	list->ia_count = 0;
	list->item_count = 0;
	for (i = 0; i < m->conf.wish_count; i++) {
		if (!m->held[i].count && !with_empty)
			continue;
		held6_list_add(list, &m->conf.wish[i]);
		for (k = 0; k < m->held[i].count; k++)
			held6_list_add_item(list, &m->held[i].item[k].item);
	}
}

void held6_leave(struct machine6 *m)
{
	held6_list(m, false, &m->leaving);
	held6_clear(m);
}

/* Index of the address in the IA, or ia->count. */
static size_t find_address(const struct held_ia *ia,
			   const struct in6_addr *addr)
{
	size_t k;

	for (k = 0; k < ia->count; k++)
		if (IN6_ARE_ADDR_EQUAL(&ia->item[k].item.addr, addr))
			break;
	return k;
}

/* The items of an IA stand together in a list: one more makes a new list. */
static void add_leaving(struct machine6 *m, size_t wish,
			const struct dhcp6_ia_item *item)
{
	struct ia_list old = m->leaving;
	size_t i, k;

	m->leaving.ia_count = 0;
	m->leaving.item_count = 0;
	for (i = 0; i < m->conf.wish_count; i++) {
		const struct dhcp6_ia *ia = NULL;

		for (k = 0; k < old.ia_count; k++)
			if (held6_find_wish(m, &old.ia[k]) == i)
				ia = &old.ia[k];
		if (!ia && i != wish)
			continue;
		held6_list_add(&m->leaving, &m->conf.wish[i]);
		for (k = 0; ia && k < ia->item_count; k++)
			held6_list_add_item(&m->leaving,
					    &old.item[ia->first_item + k]);
		if (i == wish && (!ia || ia->item_count < CLIENT_IA_ITEMS_MAX))
			held6_list_add_item(&m->leaving, item);
	}
}

/* Of every IA: a server may have given it twice. */
bool held6_leave_address(struct machine6 *m, const struct in6_addr *addr)
{
	bool is_held = false;
	size_t i, k;

	for (i = 0; i < m->conf.wish_count; i++) {
		struct held_ia *ia = &m->held[i];

		if (m->conf.wish[i].code != DHCP6_OPT_IA_NA)
			continue;
		k = find_address(ia, addr);
		if (k == ia->count)
			continue;
		add_leaving(m, i, &ia->item[k].item);
		ia->count--;
		memmove(&ia->item[k], &ia->item[k + 1],
			(ia->count - k) * sizeof(ia->item[0]));
		is_held = true;
	}
	return is_held;
}
