/* SPDX-License-Identifier: BSD-2-Clause */
/* hands_link - what the kernel tells of the interfaces of the command line. */
#include "hands_private.h"

static struct slot *find_slot(struct hands *hands, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < hands->config.slot_count; i++) {
		if (hands->slots[i].ifindex == ifindex)
			return &hands->slots[i];
	}
	return NULL;
}

static void post(struct slot *slot, struct hands_event *event)
{
	event->slot = (uint8_t)(slot - slot->hands->slots);
	event->ifindex = slot->ifindex;
	hands_post(slot->hands, event);
}

static bool tell_addr(void *arg, const struct net_addr *addr)
{
	struct slot *slot = arg;
	struct hands_event event = { .type = addr->family == AF_INET
						     ? HANDS_ADDR4
						     : HANDS_ADDR6 };

	if (addr->ifindex != slot->ifindex)
		return true;
	event.addr = *addr;
	event.state = NET_ADDR_USABLE;
	post(slot, &event);
	return true;
}

static void tell_link(struct slot *slot, const struct net_link *link)
{
	struct hands_event event = { .type = HANDS_LINK };

	event.link = *link;
	post(slot, &event);
}

/*
 * Who has the slot's name now? An interface may be renamed, removed, and made
 * again, in one turn.
 */
static void update(struct slot *slot, uint32_t changed)
{
	struct hands *hands = slot->hands;
	struct hands_event gone = { .type = HANDS_LINK_GONE };
	const struct net_link *link;

	link = net_mon_find_link_by_name(hands->mon, slot->name);
	if (slot->ifindex && (!link || link->ifindex != slot->ifindex)) {
		slot->ifindex = 0;
		post(slot, &gone);
	}
	if (!link)
		return;
	if (slot->ifindex == 0) {
		slot->ifindex = link->ifindex;
		tell_link(slot, link);
		net_mon_each_addr(hands->mon, tell_addr, slot);
	} else if (slot->ifindex == changed) {
		tell_link(slot, link);
	}
}

static void handle_link(void *arg, enum net_change change,
			const struct net_link *link)
{
	struct hands *hands = arg;
	size_t i;

	if (!hands->is_synced)
		return;
	for (i = 0; i < hands->config.slot_count; i++)
		update(&hands->slots[i],
		       change == NET_REMOVED ? 0 : link->ifindex);
}

void hands_tell_links(struct hands *hands)
{
	size_t i;

	for (i = 0; i < hands->config.slot_count; i++)
		update(&hands->slots[i], 0);
}

static void handle_addr(void *arg, enum net_change change,
			const struct net_addr *addr)
{
	struct hands *hands = arg;
	struct hands_event event = { .type = change == NET_REMOVED
						     ? HANDS_ADDR4_GONE
						     : HANDS_ADDR4 };
	struct slot *slot = find_slot(hands, addr->ifindex);

	if (!hands->is_synced || !slot || addr->family != AF_INET)
		return;
	event.addr = *addr;
	event.state = change == NET_REMOVED ? NET_ADDR_NONE : NET_ADDR_USABLE;
	post(slot, &event);
}

static void handle_state6(void *arg, enum net_addr_state state,
			  const struct net_addr *addr)
{
	struct hands *hands = arg;
	struct hands_event event = { .type = HANDS_ADDR6 };
	struct slot *slot = find_slot(hands, addr->ifindex);

	if (!hands->is_synced || !slot)
		return;
	event.addr = *addr;
	event.state = state;
	post(slot, &event);
}

const struct net_mon_handlers hands_link_handlers = {
	.link = handle_link,
	.addr = handle_addr,
	.state6 = handle_state6,
};
