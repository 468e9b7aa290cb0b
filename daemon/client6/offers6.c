/* SPDX-License-Identifier: BSD-2-Clause */
/* offers6 - ADVERTISEs and the choice among them (RFC 9915 section 18.2.9). */
#include "machine6_private.h"

#include <string.h>

#define PREFERENCE_MOST 255
#define DISAGREED       UINT32_MAX

/* The items of one IA of an ADVERTISE that can be had. */
static void take_ia(const struct turn *t, const struct dhcp6_ia *ia,
		    const struct machine6_wish *wish, struct ia_list *list)
{
	const struct dhcp6_ia_item *item = &t->msg->item[ia->first_item];
	size_t i, taken = 0;

	for (i = 0; i < ia->item_count; i++) {
		if (item[i].status != DHCP6_STATUS_SUCCESS ||
		    item[i].valid_s == 0 || taken == CLIENT_IA_ITEMS_MAX)
			continue;
		if (taken++ == 0)
			held6_list_add(list, wish);
		held6_list_add_item(list, &item[i]);
	}
}

static void take_wish(const struct turn *t, size_t wish, struct offer *offer)
{
	size_t i, before = offer->list.ia_count;

	for (i = 0; i < t->msg->ia_count; i++) {
		const struct dhcp6_ia *ia = &t->msg->ia[i];

		if (ia->status != DHCP6_STATUS_SUCCESS ||
		    held6_find_wish(t->m, ia) != wish)
			continue;
		take_ia(t, ia, &t->m->conf.wish[wish], &offer->list);
		if (offer->list.ia_count > before)
			break;
	}
	if (offer->list.ia_count > before)
		offer->ias++;
	else /* asked for all the same: section 18.2.2 */
		held6_list_add(&offer->list, &t->m->conf.wish[wish]);
}

static void take_offer(const struct turn *t, struct offer *offer)
{
	const struct dhcp6_server_msg *msg = t->msg;
	size_t wish;

	offer->server.len = wire_left(&msg->server_id);
	memcpy(offer->server.duid, msg->server_id.pos, offer->server.len);
	offer->preference = msg->preference;
	offer->has_dhcp4o6 = msg->dhcp4o6.is_given;
	offer->ias = 0;
	offer->list.ia_count = 0;
	offer->list.item_count = 0;
	if (msg->status != DHCP6_STATUS_SUCCESS)
		return;
	for (wish = 0; wish < t->m->conf.wish_count; wish++)
		take_wish(t, wish, offer);
}

/*
 * Preference first; then who has 4o6, which this client is there for; then who
 * has more. Of equals the one that came first stays the first.
 */
static bool is_better(const struct offer *a, const struct offer *b)
{
	if (a->preference != b->preference)
		return a->preference > b->preference;
	if (a->has_dhcp4o6 != b->has_dhcp4o6)
		return a->has_dhcp4o6;
	if (a->ias != b->ias)
		return a->ias > b->ias;
	return a->list.item_count > b->list.item_count;
}

/* A server that advertises again is taken at its last word. */
static void forget_offer(struct machine6 *m, const struct server_id *server)
{
	size_t i;

	for (i = 0; i < m->offer_count; i++)
		if (m->offer[i].server.len == server->len &&
		    memcmp(m->offer[i].server.duid, server->duid,
			   server->len) == 0)
			break;
	if (i == m->offer_count)
		return;
	m->offer_count--;
	memmove(&m->offer[i], &m->offer[i + 1],
		(m->offer_count - i) * sizeof(m->offer[0]));
}

static void keep_offer(struct machine6 *m, const struct offer *offer)
{
	size_t i = 0;

	forget_offer(m, &offer->server);
	while (i < m->offer_count && !is_better(offer, &m->offer[i]))
		i++;
	if (i == OFFERS_MAX)
		return;
	if (m->offer_count == OFFERS_MAX)
		m->offer_count--;
	memmove(&m->offer[i + 1], &m->offer[i],
		(m->offer_count - i) * sizeof(m->offer[0]));
	m->offer[i] = *offer;
	m->offer_count++;
}

/* Servers that do not agree leave it at what RFC 9915 says. */
static void hear_max_rt(uint32_t said_s, uint32_t *advertised_s,
			uint32_t *max_rt_s, uint32_t default_s)
{
	if (!said_s)
		return;
	if (*advertised_s && *advertised_s != said_s) {
		*advertised_s = DISAGREED;
		*max_rt_s = default_s;
		return;
	}
	*advertised_s = said_s;
	*max_rt_s = said_s;
}

/* SOL_MAX_RT counts also of one that offers nothing. */
void replies6_advertise(struct turn *t)
{
	struct machine6 *m = t->m;
	struct offer offer;

	hear_max_rt(t->msg->sol_max_rt_s, &m->advertised_sol_s,
		    &m->sol_max_rt_s, SOL_MAX_RT_S);
	hear_max_rt(t->msg->inf_max_rt_s, &m->advertised_inf_s,
		    &m->inf_max_rt_s, INF_MAX_RT_S);
	take_offer(t, &offer);
	if (offer.ias == 0 ||
	    (m->conf.require_all && offer.ias < m->conf.wish_count)) {
		t->step->drop = DROP_DHCP6_NO_LEASE;
		return;
	}
	keep_offer(m, &offer);
	if (offer.preference == PREFERENCE_MOST || !exchange6_is_collecting(t))
		states6_request(t);
}
