/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp_discover - DISCOVER: an OFFER, kept in memory for a while. */
#include "decide_private.h"

enum drop_reason dhcp_handle_discover(struct decision *d)
{
	struct alloc *alloc = d->server->alloc;
	struct decide_answer *answer = d->answer;
	struct alloc_billing billing;
	struct alloc_choice choice;
	bool is_billed;
	struct mono_time until;
	enum drop_reason drop;

	if (!d->where.network)
		return DROP_NO_SUBNET;
	drop = alloc_choose(alloc, &d->asker,
			    dhcp4_get_addr(d->msg, DHCP4_OPT_REQUESTED_ADDRESS),
			    &choice);
	if (drop != DROP_NONE)
		return drop;
	answer->addr = choice.addr;
	decide_set_scopes(d, d->where.network, choice.addr);
	drop = decide_admit(d);
	if (drop == DROP_NONE)
		drop = decide_bill(d, choice.addr, &billing, &is_billed);
	if (drop != DROP_NONE)
		return drop;
	until = mono_add_s(d->now.mono, decide_settings(d)->offer_hold_s);
	if (alloc_offer(alloc, &d->asker, &choice, until))
		return DROP_NO_MEMORY;
	answer->reply_type = DHCP4_OFFER;
	answer->lease_s = decide_lease_time(d);
	return DROP_NONE;
}
