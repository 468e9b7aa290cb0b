/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_assign - SOLICIT and REQUEST: each IA gets a lease, or a status that
 * says why not (RFC 9915 sections 18.3.1, 18.3.2 and 18.3.9).
 */
#include "dhcp6_assign.h"

static enum dhcp6_status nothing_to_give(struct decision6 *d,
					 const struct dhcp6_ia *asked,
					 enum drop_reason why)
{
	if (why == DROP_LEASES_MAX)
		d->answer->refused_max++;
	return asked->code == DHCP6_OPT_IA_PD ? DHCP6_STATUS_NO_PREFIX_AVAIL
					      : DHCP6_STATUS_NO_ADDRS_AVAIL;
}

static void note(struct decision6 *d, const struct decide6_item *item,
		 const struct option6_scopes *scopes)
{
	/* Options are those of the first lease of the answer, as in ISC. */
	if (decide6_add_item(d, item) && !d->answer->has_lease) {
		d->answer->has_lease = true;
		d->answer->scopes = *scopes;
	}
}

/* A RECONFIGURE goes back through the relays that the lease remembers. */
static bool is_reconfigurable(const struct decision6 *d)
{
	return d->msg->reconfigure_accept && d->server->rkap &&
	       rkap_can_wait(d->server->rkap) &&
	       d->server->conf->dhcp4o6.reconfigure && d->is_path_whole;
}

bool dhcp6_bind(struct decision6 *d, const struct dhcp6_ia *asked,
		struct decide6_item *item, uint32_t hint_s)
{
	struct alloc6_binding binding = {
		.kind = decide6_kind(asked->code),
		.iaid = asked->iaid,
		.addr = item->addr,
		.prefix_len = item->prefix_len,
		.now = d->now,
		.source = d->query->source,
		.ifname = d->query->ifname,
		.host_name = d->host_name,
		.host_name_len = d->host_name_len,
		.relay_path = d->relay_path,
		.relay_path_len = d->relay_path_len,
		.relay_ports = d->relay_ports,
		.relay_ports_len = d->relay_ports_len,
	};
	struct option6_scopes scopes;

	decide6_scopes_of(d, binding.kind, &item->addr, &scopes);
	decide6_lifetimes(&scopes, hint_s, item);
	binding.preferred_s = item->preferred_s;
	binding.valid_s = item->valid_s;
	if (is_reconfigurable(d))
		binding.flags = LEASE_FLAG_RECONFIGURE;
	if (alloc6_bind(d->txn, &d->asker, &binding)) {
		decide6_set_status(d, DHCP6_STATUS_UNSPEC_FAIL);
		return false;
	}
	d->answer->staged = true;
	note(d, item, &scopes);
	return true;
}

/* The wish of an IA: the first of what it names. */
static struct alloc6_want want_of(const struct decision6 *d,
				  const struct dhcp6_ia *asked)
{
	struct alloc6_want want = {
		.kind = decide6_kind(asked->code),
		.iaid = asked->iaid,
	};

	if (asked->item_count) {
		want.hint = d->msg->item[asked->first_item].addr;
		if (want.kind == LEASE_PD6)
			want.hint_prefix_len =
				d->msg->item[asked->first_item].prefix_len;
	}
	return want;
}

static uint32_t hint_of(const struct decision6 *d, const struct dhcp6_ia *asked)
{
	return asked->item_count ? d->msg->item[asked->first_item].valid_s : 0;
}

/* `limit-addrs-per-ia' and `limit-prefs-per-ia'; one is ISC's default. */
static uint32_t limit_of(const struct option6_scopes *scopes,
			 enum lease_kind kind)
{
	const struct conf_params *params = option6_scopes_param(
		scopes, kind == LEASE_PD6 ? CONF_PARAM_LIMIT_PREFS_PER_IA
					  : CONF_PARAM_LIMIT_ADDRS_PER_IA);

	if (!params)
		return 1;
	return kind == LEASE_PD6 ? params->limit_prefs_per_ia
				 : params->limit_addrs_per_ia;
}

static bool is_in_answer(const struct decide6_answer *answer,
			 const struct dhcp6_ia_item *named)
{
	uint16_t i;

	for (i = 0; i < answer->item_count; i++) {
		if (IN6_ARE_ADDR_EQUAL(&answer->item[i].addr, &named->addr) &&
		    answer->item[i].prefix_len == named->prefix_len)
			return true;
	}
	return false;
}

/* One more of what the IA names; without binding it is not held for it. */
static bool give_named(struct decision6 *d, const struct dhcp6_ia *asked,
		       const struct dhcp6_ia_item *named, bool may_bind)
{
	enum lease_kind kind = decide6_kind(asked->code);
	struct decide6_item item = {
		.addr = named->addr,
		.prefix_len = named->prefix_len,
	};
	enum alloc6_claim claim =
		alloc6_judge(d->server->alloc, &d->asker, kind, asked->iaid,
			     &named->addr, named->prefix_len);
	struct option6_scopes scopes;

	if (claim != ALLOC6_CLAIM_HELD && claim != ALLOC6_CLAIM_RESERVED &&
	    claim != ALLOC6_CLAIM_OFFERED && claim != ALLOC6_CLAIM_FREE)
		return true;
	if (may_bind) {
		if (!dhcp6_bind(d, asked, &item, named->valid_s))
			return false;
		if (claim == ALLOC6_CLAIM_HELD)
			d->answer->renewed++;
		else
			d->answer->created++;
		return true;
	}
	decide6_scopes_of(d, kind, &item.addr, &scopes);
	decide6_lifetimes(&scopes, named->valid_s, &item);
	note(d, &item, &scopes);
	return true;
}

/* Beside what was chosen, where an IA may have more than one. */
static void give_more(struct decision6 *d, const struct dhcp6_ia *asked,
		      bool may_bind)
{
	const struct dhcp6_ia_item *named = &d->msg->item[asked->first_item];
	const struct decide6_ia *ia = &d->answer->ia[d->answer->ia_count - 1];
	uint32_t limit =
		limit_of(&d->answer->scopes, decide6_kind(asked->code));
	unsigned int i;

	for (i = 0; i < asked->item_count && ia->item_count < limit; i++) {
		if (is_in_answer(d->answer, &named[i]))
			continue;
		if (!give_named(d, asked, &named[i], may_bind))
			return;
	}
}

/* What an IA is offered; status: why nothing is. */
struct offering {
	struct alloc6_choice choice;
	enum dhcp6_status status;
};

static enum dhcp6_status hold(struct decision6 *d, const struct dhcp6_ia *asked,
			      struct alloc6_choice *choice)
{
	struct alloc6_want want = want_of(d, asked);
	struct mono_time until =
		mono_add_s(d->now.mono, d->server->conf->dhcp4o6.offer_hold_s);
	enum drop_reason drop =
		alloc6_choose(d->server->alloc, &d->asker, &want, choice);

	if (drop != DROP_NONE)
		return nothing_to_give(d, asked, drop);
	if (alloc6_offer(d->server->alloc, &d->asker, &want, choice, until))
		return DHCP6_STATUS_UNSPEC_FAIL;
	return DHCP6_STATUS_SUCCESS;
}

static void offer(struct decision6 *d, const struct dhcp6_ia *asked,
		  const struct offering *offering)
{
	struct decide6_item item = {
		.addr = offering->choice.addr,
		.prefix_len = offering->choice.prefix_len,
	};
	struct option6_scopes scopes;

	decide6_add_ia(d, asked);
	if (offering->status != DHCP6_STATUS_SUCCESS) {
		decide6_set_status(d, offering->status);
		return;
	}
	decide6_scopes_of(d, decide6_kind(asked->code), &item.addr, &scopes);
	decide6_lifetimes(&scopes, hint_of(d, asked), &item);
	note(d, &item, &scopes);
	d->answer->offered++;
	give_more(d, asked, false);
}

/* What is held for one IA is not free for another any more. */
static void offer_all(struct decision6 *d)
{
	struct offering offering[DHCP6_IA_MAX];
	unsigned int i;

	for (i = 0; i < d->msg->ia_count; i++)
		offering[i].status =
			hold(d, &d->msg->ia[i], &offering[i].choice);
	for (i = 0; i < d->msg->ia_count; i++)
		offer(d, &d->msg->ia[i], &offering[i]);
}

enum drop_reason dhcp6_choose_and_bind(struct decision6 *d,
				       const struct dhcp6_ia *asked)
{
	struct alloc6_want want = want_of(d, asked);
	struct alloc6_choice choice;
	struct decide6_item item;
	enum drop_reason drop =
		alloc6_choose(d->server->alloc, &d->asker, &want, &choice);

	if (drop != DROP_NONE)
		return drop;
	item.addr = choice.addr;
	item.prefix_len = choice.prefix_len;
	if (!dhcp6_bind(d, asked, &item, hint_of(d, asked)))
		return DROP_NO_MEMORY;
	if (choice.by == ALLOC6_BY_BINDING)
		d->answer->renewed++;
	else
		d->answer->created++;
	return DROP_NONE;
}

static void assign(struct decision6 *d, const struct dhcp6_ia *asked)
{
	enum drop_reason drop = dhcp6_choose_and_bind(d, asked);

	/* Out of memory has been said in the IA already. */
	if (drop == DROP_NONE)
		give_more(d, asked, true);
	else if (drop != DROP_NO_MEMORY)
		decide6_set_status(d, nothing_to_give(d, asked, drop));
}

void dhcp6_finish_leases(struct decision6 *d)
{
	struct decide6_answer *answer = d->answer;

	decide6_set_times(d);
	answer->reconfigure = is_reconfigurable(d);
	/* RFC 9915 section 20.4.1: the key, with a lease to find it by. */
	answer->reconfigure_key = answer->reconfigure && answer->staged;
	if (answer->reconfigure_key)
		answer->replay = rkap_next_replay(d->server->rkap);
}

bool dhcp6_is_rapid(const struct decision6 *d)
{
	return option6_scopes_find(&d->answer->scopes, CONF_OPTIONS_DHCP6,
				   DHCP6_OPT_RAPID_COMMIT) != NULL;
}

/* RFC 9915 section 18.3.1; with nothing to commit an ADVERTISE says why. */
enum drop_reason dhcp6_handle_solicit(struct decision6 *d)
{
	struct decide6_answer *answer = d->answer;
	bool is_rapid = d->msg->rapid_commit && dhcp6_is_rapid(d);
	unsigned int i;

	for (i = 0; is_rapid && i < d->msg->ia_count; i++) {
		decide6_add_ia(d, &d->msg->ia[i]);
		assign(d, &d->msg->ia[i]);
	}
	if (!is_rapid)
		offer_all(d);
	answer->rapid_commit = is_rapid && answer->staged;
	answer->reply_type =
		answer->rapid_commit ? DHCP6_REPLY : DHCP6_ADVERTISE;
	dhcp6_finish_leases(d);
	return DROP_NONE;
}

/* Delegated prefixes lie on no link. */
static bool is_off_link(const struct decision6 *d, const struct dhcp6_ia *asked)
{
	const struct dhcp6_ia_item *item = &d->msg->item[asked->first_item];
	unsigned int i;

	if (asked->code != DHCP6_OPT_IA_NA)
		return false;
	for (i = 0; i < asked->item_count; i++) {
		if (!IN6_IS_ADDR_UNSPECIFIED(&item[i].addr) &&
		    alloc6_judge(d->server->alloc, &d->asker, LEASE_NA6,
				 asked->iaid, &item[i].addr,
				 item[i].prefix_len) == ALLOC6_CLAIM_OFF_LINK)
			return true;
	}
	return false;
}

/* RFC 9915 section 18.3.2. */
enum drop_reason dhcp6_handle_request(struct decision6 *d)
{
	unsigned int i;

	for (i = 0; i < d->msg->ia_count; i++) {
		const struct dhcp6_ia *asked = &d->msg->ia[i];

		decide6_add_ia(d, asked);
		if (is_off_link(d, asked))
			decide6_set_status(d, DHCP6_STATUS_NOT_ON_LINK);
		else
			assign(d, asked);
	}
	d->answer->reply_type = DHCP6_REPLY;
	dhcp6_finish_leases(d);
	return DROP_NONE;
}
