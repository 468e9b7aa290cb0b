/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_extend - RENEW and REBIND: what an IA holds is prolonged, what it may
 * not hold comes back with lifetimes of zero (RFC 9915 sections 18.3.4 and
 * 18.3.5).
 *
 * A RENEW names this server: an IA that is not known, after a store was lost,
 * gets leases anew. A REBIND asks every server of the link. One that has no
 * record of the IA speaks only of what it knows to be wrong; it makes a binding
 * with Rapid Commit alone, and says NoBinding only where it is authoritative.
 */
#include "dhcp6_assign.h"

struct extension {
	struct decision6 *d;
	const struct dhcp6_ia *asked;
	enum lease_kind kind;
	bool is_rebind;
	bool is_known; /* the IA holds something, here or elsewhere */
	bool has_lease;
	enum drop_reason refusal; /* why it got nothing new */
	enum alloc6_claim claim[DHCP6_IA_ITEMS_MAX];
};

static int found(void *arg, const struct lease *lease)
{
	(void)arg;
	(void)lease;
	return 1;
}

static void judge_items(struct extension *e)
{
	struct decision6 *d = e->d;
	const struct dhcp6_ia_item *item = &d->msg->item[e->asked->first_item];
	unsigned int i;

	e->is_known = alloc6_each_of_ia(d->server->alloc, &d->asker, e->kind,
					e->asked->iaid, found, NULL) != 0;
	for (i = 0; i < e->asked->item_count; i++)
		e->claim[i] = alloc6_judge(d->server->alloc, &d->asker, e->kind,
					   e->asked->iaid, &item[i].addr,
					   item[i].prefix_len);
}

static bool prolong_items(struct extension *e)
{
	const struct dhcp6_ia_item *named =
		&e->d->msg->item[e->asked->first_item];
	unsigned int i;

	for (i = 0; i < e->asked->item_count; i++) {
		struct decide6_item item = {
			.addr = named[i].addr,
			.prefix_len = named[i].prefix_len,
		};

		if (e->claim[i] != ALLOC6_CLAIM_HELD &&
		    e->claim[i] != ALLOC6_CLAIM_RESERVED)
			continue;
		/* Named twice it is written once. */
		if (decide6_has_item(e->d, &item.addr, item.prefix_len))
			continue;
		if (!dhcp6_bind(e->d, e->asked, &item, named[i].valid_s))
			return false;
		e->has_lease = true;
		e->d->answer->renewed++;
	}
	return true;
}

/*
 * Does the client have to hear that it must stop using this? What another
 * server of the link may have given is not ours to end, unless the IA got
 * something from us.
 */
static bool is_wrong(const struct extension *e, enum alloc6_claim claim)
{
	if (e->is_known || e->has_lease || claim == ALLOC6_CLAIM_TAKEN)
		return true;
	return e->kind == LEASE_NA6 && claim == ALLOC6_CLAIM_OFF_LINK;
}

/* What is in the IA already, alive, is not added again. */
static void end_items(struct extension *e)
{
	const struct dhcp6_ia_item *named =
		&e->d->msg->item[e->asked->first_item];
	unsigned int i;

	for (i = 0; i < e->asked->item_count; i++) {
		struct decide6_item item = {
			.addr = named[i].addr,
			.prefix_len = named[i].prefix_len,
		};

		/* A wish for any, or for any of a length, is no lease. */
		if (!IN6_IS_ADDR_UNSPECIFIED(&item.addr) &&
		    is_wrong(e, e->claim[i]))
			decide6_add_item(e->d, &item);
	}
}

/* An IA with neither leases nor anything to end gets a status, or goes. */
static void settle(struct extension *e)
{
	struct decide6_answer *answer = e->d->answer;
	struct decide6_ia *ia = &answer->ia[answer->ia_count - 1];

	if (ia->item_count || ia->status != DHCP6_STATUS_SUCCESS)
		return;
	if (e->is_rebind && !e->is_known && !decide6_is_authoritative(e->d)) {
		answer->ia_count--;
		return;
	}
	if (e->refusal == DROP_LEASES_MAX)
		answer->refused_max++;
	if (e->asked->item_count)
		decide6_set_status(e->d, DHCP6_STATUS_NO_BINDING);
	else
		decide6_set_status(e->d, e->kind == LEASE_PD6
						 ? DHCP6_STATUS_NO_PREFIX_AVAIL
						 : DHCP6_STATUS_NO_ADDRS_AVAIL);
}

static void extend(struct decision6 *d, const struct dhcp6_ia *asked,
		   bool may_create)
{
	struct extension e = {
		.d = d,
		.asked = asked,
		.kind = decide6_kind(asked->code),
		.is_rebind = d->msg->type == DHCP6_REBIND,
	};

	judge_items(&e);
	decide6_add_ia(d, asked);
	if (!prolong_items(&e))
		return;
	if (!e.has_lease && (may_create || e.is_known)) {
		e.refusal = dhcp6_choose_and_bind(d, asked);
		if (e.refusal == DROP_NO_MEMORY)
			return;
		e.has_lease = e.refusal == DROP_NONE;
	}
	end_items(&e);
	settle(&e);
}

enum drop_reason dhcp6_handle_renew(struct decision6 *d)
{
	unsigned int i;

	for (i = 0; i < d->msg->ia_count; i++)
		extend(d, &d->msg->ia[i], true);
	d->answer->reply_type = DHCP6_REPLY;
	dhcp6_finish_leases(d);
	return DROP_NONE;
}

enum drop_reason dhcp6_handle_rebind(struct decision6 *d)
{
	bool is_rapid = dhcp6_is_rapid(d);
	unsigned int i;

	for (i = 0; i < d->msg->ia_count; i++)
		extend(d, &d->msg->ia[i], is_rapid);
	if (!d->answer->ia_count)
		return DROP_UNKNOWN_BINDING;
	d->answer->reply_type = DHCP6_REPLY;
	dhcp6_finish_leases(d);
	return DROP_NONE;
}
