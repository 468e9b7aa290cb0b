/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netmon_apply - messages of the kernel become rows of the monitor's tables,
 * and what differs is told.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "netmon_internal.h"

static void tell_link(const struct net_mon *mon, enum net_change change,
		      const struct net_link *link)
{
	if (mon->handlers.link)
		mon->handlers.link(mon->handlers.arg, change, link);
}

static void tell_addr(const struct net_mon *mon, enum net_change change,
		      const struct net_addr *addr)
{
	if (mon->handlers.addr)
		mon->handlers.addr(mon->handlers.arg, change, addr);
}

static void tell_state(const struct net_mon *mon, enum net_addr_state state,
		       const struct net_addr *addr)
{
	if (mon->handlers.state6 && addr->family == AF_INET6)
		mon->handlers.state6(mon->handlers.arg, state, addr);
}

static void tell_local(const struct net_mon *mon, enum net_change change,
		       const struct net_local *local)
{
	if (mon->handlers.local)
		mon->handlers.local(mon->handlers.arg, change, local);
}

static void remove_link(struct net_mon *mon, size_t i)
{
	struct link_row row = *(struct link_row *)net_table_row(&mon->links, i);

	net_table_remove(&mon->links, i);
	mon->order->is_fresh = false;
	mon->locals_stale = true;
	tell_link(mon, NET_REMOVED, &row.link);
}

static void remove_addr(struct net_mon *mon, size_t i)
{
	struct addr_row row = *(struct addr_row *)net_table_row(&mon->addrs, i);

	net_table_remove(&mon->addrs, i);
	tell_addr(mon, NET_REMOVED, &row.addr);
	tell_state(mon, NET_ADDR_NONE, &row.addr);
}

static void remove_pending(struct net_mon *mon, size_t i)
{
	struct pending_row row =
		*(struct pending_row *)net_table_row(&mon->pending, i);

	net_table_remove(&mon->pending, i);
	tell_state(mon, NET_ADDR_NONE, &row.addr);
}

static void remove_local(struct net_mon *mon, size_t i)
{
	struct local_row row =
		*(struct local_row *)net_table_row(&mon->locals, i);

	net_table_remove(&mon->locals, i);
	mon->locals_by_len[row.local.prefix_len]--;
	tell_local(mon, NET_REMOVED, &row.local);
}

static void remove_equal(struct net_mon *mon, struct net_table *table,
			 const void *key,
			 void (*remove)(struct net_mon *mon, size_t i))
{
	size_t i = net_table_lower(table, key);

	if (i < table->count && !table->compare(net_table_row(table, i), key))
		remove(mon, i);
}

/* struct net_link is zeroed before it is filled, padding included. */
static bool is_same_link(const struct net_link *a, const struct net_link *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static int put_link(struct net_mon *mon, struct link_row *row)
{
	struct link_row *old = net_table_find(&mon->links, row);
	int err;

	if (!old) {
		err = net_table_insert(&mon->links, row);
		mon->order->is_fresh = false;
		if (!err)
			tell_link(mon, NET_ADDED, &row->link);
		return err;
	}
	old->row.round = mon->round;
	if (is_same_link(&old->link, &row->link))
		return 0;
	if (old->link.is_up && !row->link.is_up)
		mon->locals_stale = true;
	old->link = row->link;
	mon->order->is_fresh = false;
	tell_link(mon, NET_CHANGED, &old->link);
	return 0;
}

static int put_addr(struct net_mon *mon, struct addr_row *row)
{
	struct addr_row *old = net_table_find(&mon->addrs, row);
	int err;

	if (old) {
		*old = *row;
		return 0;
	}
	err = net_table_insert(&mon->addrs, row);
	if (err)
		return err;
	tell_addr(mon, NET_ADDED, &row->addr);
	tell_state(mon, NET_ADDR_USABLE, &row->addr);
	return 0;
}

static int put_pending(struct net_mon *mon, struct pending_row *row)
{
	struct pending_row *old = net_table_find(&mon->pending, row);
	bool is_news = !old || old->state != row->state;
	int err = 0;

	if (old)
		*old = *row;
	else
		err = net_table_insert(&mon->pending, row);
	if (!err && is_news)
		tell_state(mon, row->state, &row->addr);
	return err;
}

static int put_local(struct net_mon *mon, struct local_row *row)
{
	struct local_row *old = net_table_find(&mon->locals, row);
	int err;

	if (old) {
		*old = *row;
		return 0;
	}
	err = net_table_insert(&mon->locals, row);
	if (err)
		return err;
	mon->locals_by_len[row->local.prefix_len]++;
	tell_local(mon, NET_ADDED, &row->local);
	return 0;
}

static int apply_link(struct net_mon *mon, const struct nlmsghdr *head)
{
	struct link_row row;

	memset(&row, 0, sizeof(row));
	row.row.round = mon->round;
	if (net_parse_link(head, &row.link))
		return 0;
	if (head->nlmsg_type == RTM_NEWLINK)
		return put_link(mon, &row);
	remove_equal(mon, &mon->links, &row, remove_link);
	return 0;
}

/*
 * An address is in one of the two tables at most. Its last message in one of
 * them is forgotten without a word when it comes into the other one, whose
 * handler tells what is new.
 */
static void forget(struct net_table *table, const void *key)
{
	size_t i = net_table_lower(table, key);

	if (i < table->count && !table->compare(net_table_row(table, i), key))
		net_table_remove(table, i);
}

static int apply_pending(struct net_mon *mon, const struct net_addr *addr,
			 enum net_addr_state state)
{
	struct pending_row row = { .row.round = mon->round,
				   .addr = *addr,
				   .state = state };
	struct addr_row *usable = net_table_find(&mon->addrs, &row);

	if (usable) {
		struct net_addr was = usable->addr;

		forget(&mon->addrs, &row);
		tell_addr(mon, NET_REMOVED, &was);
	}
	return put_pending(mon, &row);
}

static void apply_no_addr(struct net_mon *mon, struct addr_row *row,
			  enum net_addr_state state)
{
	struct pending_row *pending = net_table_find(&mon->pending, row);
	bool is_known = pending || net_table_find(&mon->addrs, row);

	/* With a limited lifetime, what fails is removed at once. */
	if (state == NET_ADDR_DUPLICATE && is_known &&
	    !(pending && pending->state == NET_ADDR_DUPLICATE))
		tell_state(mon, NET_ADDR_DUPLICATE, &row->addr);
	remove_equal(mon, &mon->addrs, row, remove_addr);
	remove_equal(mon, &mon->pending, row, remove_pending);
}

static int apply_addr(struct net_mon *mon, const struct nlmsghdr *head)
{
	struct addr_row row = { .row.round = mon->round };
	enum net_addr_state state;

	if (net_parse_addr(head, &row.addr, &state))
		return 0;
	if (head->nlmsg_type == RTM_DELADDR) {
		apply_no_addr(mon, &row, state);
		return 0;
	}
	if (state != NET_ADDR_USABLE)
		return apply_pending(mon, &row.addr, state);
	forget(&mon->pending, &row);
	return put_addr(mon, &row);
}

static int apply_local(struct net_mon *mon, const struct nlmsghdr *head)
{
	struct local_row row = { .row.round = mon->round };

	if (net_parse_local(head, &row.local))
		return 0;
	if (head->nlmsg_type == RTM_NEWROUTE)
		return put_local(mon, &row);
	remove_equal(mon, &mon->locals, &row, remove_local);
	return 0;
}

int net_mon_take(const struct nlmsghdr *head, void *arg)
{
	struct net_mon *mon = arg;
	int err = 0;

	switch (head->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		err = apply_link(mon, head);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		err = apply_addr(mon, head);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		err = apply_local(mon, head);
		break;
	default:
		break;
	}
	if (err && !mon->err)
		mon->err = err;
	return MNL_CB_OK;
}

static void sweep(struct net_mon *mon, struct net_table *table,
		  void (*remove)(struct net_mon *mon, size_t i))
{
	for (size_t i = table->count; i-- > 0;) {
		struct net_row *row = net_table_row(table, i);

		if (row->round != mon->round)
			remove(mon, i);
	}
}

void net_mon_sweep(struct net_mon *mon, uint16_t dump_type)
{
	switch (dump_type) {
	case RTM_GETLINK:
		sweep(mon, &mon->links, remove_link);
		break;
	case RTM_GETADDR:
		sweep(mon, &mon->addrs, remove_addr);
		sweep(mon, &mon->pending, remove_pending);
		break;
	default:
		sweep(mon, &mon->locals, remove_local);
	}
}
