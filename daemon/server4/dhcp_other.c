/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp_other - DECLINE and RELEASE, which are not answered, and INFORM. */
#include <errno.h>

#include "decide_private.h"

static enum drop_reason drop_of(int err)
{
	if (err == -ENOENT)
		return DROP_NOT_OWNER;
	return err ? DROP_NO_MEMORY : DROP_NONE;
}

/* `deny declines' where the address is. */
static bool ignores_declines(struct decision *d, struct in_addr addr)
{
	const struct alloc_network *home;
	const struct conf_params *params;

	if (!alloc_find_subnet(d->server->alloc, addr, &home))
		return false;
	decide_ask(d, home);
	decide_set_scopes(d, home, addr);
	params = option_scopes_param(&d->answer->scopes, CONF_PARAM_DECLINES);
	return params && !params->declines;
}

/* RFC 2131 section 4.3.3. The address is in option 50, ciaddr is 0. */
enum drop_reason dhcp_handle_decline(struct decision *d)
{
	struct in_addr addr =
		dhcp4_get_addr(d->msg, DHCP4_OPT_REQUESTED_ADDRESS);
	int err;

	d->answer->addr = addr;
	if (!decide_is_for_us(d))
		return DROP_OTHER_SERVER;
	if (!addr.s_addr)
		return DROP_NO_ADDRESS_NAMED;
	if (ignores_declines(d, addr))
		return DROP_DECLINE_IGNORED;
	err = alloc_decline(d->txn, &d->client, addr, &d->now,
			    decide_settings(d)->decline_hold_s);
	d->answer->staged = !err;
	return drop_of(err);
}

/* RFC 2131 section 4.3.4. The address is in ciaddr. */
enum drop_reason dhcp_handle_release(struct decision *d)
{
	struct in_addr addr = d->msg->ciaddr;
	int err;

	d->answer->addr = addr;
	if (!decide_is_for_us(d))
		return DROP_OTHER_SERVER;
	if (!addr.s_addr)
		return DROP_NO_ADDRESS_NAMED;
	err = alloc_release(d->txn, &d->client, addr, &d->now);
	d->answer->staged = !err;
	return drop_of(err);
}

/*
 * RFC 2131 section 4.3.5. The network is found as for any other message, not
 * by ciaddr. As ISC has it, ciaddr must be there and only who is authoritative
 * answers.
 */
enum drop_reason dhcp_handle_inform(struct decision *d)
{
	d->answer->addr = d->msg->ciaddr;
	if (!d->where.network)
		return DROP_NO_SUBNET;
	if (!d->msg->ciaddr.s_addr)
		return DROP_NO_ADDRESS_NAMED;
	if (!decide_is_authoritative(d->where.network))
		return DROP_NOT_AUTHORITATIVE;
	decide_set_scopes(d, d->where.network, d->msg->ciaddr);
	d->answer->reply_type = DHCP4_ACK;
	return DROP_NONE;
}
