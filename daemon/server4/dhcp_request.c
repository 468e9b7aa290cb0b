/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_request - REQUEST: four states of the client times what the address is
 * to it, in one table (RFC 2131 sections 4.3.2 and 4.3.6, Table 4).
 */
#include <string.h>

#include "decide_private.h"

enum request_state {
	REQUEST_SELECTING,
	REQUEST_INIT_REBOOT,
	REQUEST_RENEWING, /* the U flag tells it from REBINDING */
	REQUEST_REBINDING,
	REQUEST_STATE_COUNT,
};

enum verdict {
	ACK,
	NAK,
	/*
	 * NAK if there is a record of the client on the network, which tells
	 * that it is wrong. Without one a server MUST remain silent (RFC 2131
	 * section 4.3.2); `authoritative' lifts that.
	 */
	NAK_KNOWN,
	NAK_AUTHORITATIVE, /* only with `authoritative' */
	SILENT,
};

static const enum verdict verdicts[ALLOC_CLAIM_COUNT][REQUEST_STATE_COUNT] = {
	/* SELECTING, INIT-REBOOT, RENEWING, REBINDING */
	[ALLOC_CLAIM_HELD] = { ACK, ACK, ACK, ACK },
	[ALLOC_CLAIM_RESERVED] = { ACK, ACK, ACK, ACK },
	[ALLOC_CLAIM_OFFERED] = { ACK, ACK, ACK, ACK },
	/* SELECTING: offered before a restart, and free as it was then. */
	[ALLOC_CLAIM_FREE] = { ACK, NAK_KNOWN, NAK_KNOWN, NAK_KNOWN },
	[ALLOC_CLAIM_ELSEWHERE] = { NAK, NAK_KNOWN, NAK_KNOWN, NAK_KNOWN },
	[ALLOC_CLAIM_TAKEN] = { NAK, NAK_KNOWN, NAK_KNOWN, NAK_KNOWN },
	[ALLOC_CLAIM_LOST] = { NAK, NAK, NAK, NAK },
	[ALLOC_CLAIM_OUTSIDE] = { NAK, NAK_KNOWN, NAK_KNOWN, NAK_KNOWN },
	[ALLOC_CLAIM_DENIED] = { NAK, NAK_KNOWN, NAK_KNOWN, NAK_KNOWN },
	/* It will ask again in REBINDING, when a NAK is in order. */
	[ALLOC_CLAIM_WRONG_NETWORK] = { NAK, NAK_AUTHORITATIVE, SILENT,
					NAK_AUTHORITATIVE },
};

static const char *const nak_texts[ALLOC_CLAIM_COUNT] = {
	[ALLOC_CLAIM_FREE] = "no such lease",
	[ALLOC_CLAIM_ELSEWHERE] = "another address is yours",
	[ALLOC_CLAIM_TAKEN] = "address not available",
	[ALLOC_CLAIM_LOST] = "address no longer yours",
	[ALLOC_CLAIM_OUTSIDE] = "address not available",
	[ALLOC_CLAIM_DENIED] = "address not available",
	[ALLOC_CLAIM_WRONG_NETWORK] = "wrong network",
};

/* Option 54 without 50, but with ciaddr: a renewal that says too much. */
static enum request_state find_state(const struct decision *d)
{
	const struct dhcp4_msg *msg = d->msg;

	if (dhcp4_has_option(msg, DHCP4_OPT_SERVER_IDENTIFIER) &&
	    (!msg->ciaddr.s_addr ||
	     dhcp4_has_option(msg, DHCP4_OPT_REQUESTED_ADDRESS)))
		return REQUEST_SELECTING;
	if (!msg->ciaddr.s_addr)
		return REQUEST_INIT_REBOOT;
	return d->query->query->unicast ? REQUEST_RENEWING : REQUEST_REBINDING;
}

/* Relays from the client outward, in the form of struct lease. */
static uint16_t make_relay_path(const struct dhcp6_envelope *env,
				uint8_t path[LEASE_RELAY_PATH_MAX])
{
	struct wire_writer w = wire_writer(path, LEASE_RELAY_PATH_MAX);
	uint8_t i;

	for (i = 0; i < env->relay_count; i++) {
		const struct dhcp6_relay *relay = &env->relay[i];
		size_t id_len = 0;

		if (relay->has_interface_id)
			id_len = wire_left(&relay->interface_id);
		if (id_len > 255)
			id_len = 255;
		if (wire_room(&w) < sizeof(relay->link_address) + 1 + id_len)
			break;
		wire_put_mem(&w, &relay->link_address,
			     sizeof(relay->link_address));
		wire_put_u8(&w, (uint8_t)id_len);
		if (id_len)
			wire_put_mem(&w, relay->interface_id.pos, id_len);
	}
	return (uint16_t)wire_len(&w);
}

/* `one-lease-per-client'. */
static enum drop_reason release_others(struct decision *d)
{
	const struct conf_params *params = option_scopes_param(
		&d->answer->scopes, CONF_PARAM_ONE_LEASE_PER_CLIENT);

	if (!params || !params->one_lease_per_client)
		return DROP_NONE;
	return alloc_release_others(d->txn, &d->client, d->answer->addr,
				    &d->now)
		       ? DROP_NO_MEMORY
		       : DROP_NONE;
}

static enum drop_reason acknowledge(struct decision *d, struct in_addr addr)
{
	struct dhcp4_option name = dhcp4_option(d->msg, DHCP4_OPT_HOST_NAME);
	uint8_t path[LEASE_RELAY_PATH_MAX];
	struct alloc_billing billing;
	enum drop_reason drop;
	bool is_billed;
	struct alloc_binding binding = {
		.addr = addr,
		.now = d->now,
		.source = d->query->source,
		.host_name = name.data,
		.relay_path = path,
	};

	decide_set_scopes(d, d->where.network, addr);
	drop = decide_admit(d);
	if (drop == DROP_NONE)
		drop = decide_bill(d, addr, &billing, &is_billed);
	if (drop != DROP_NONE)
		return drop;
	binding.billing = is_billed ? &billing : NULL;
	d->answer->lease_s = decide_lease_time(d);
	binding.lease_s = d->answer->lease_s;
	binding.host_name_len = name.len > LEASE_HOST_NAME_MAX
					? LEASE_HOST_NAME_MAX
					: (uint8_t)name.len;
	binding.relay_path_len = make_relay_path(d->query->envelope, path);
	if (alloc_bind(d->txn, &d->asker, &binding))
		return DROP_NO_MEMORY;
	d->answer->reply_type = DHCP4_ACK;
	d->answer->staged = true;
	return release_others(d);
}

static enum drop_reason refuse(struct decision *d,
			       const struct alloc_network *net,
			       struct in_addr addr, const char *text)
{
	decide_set_scopes(d, net, addr);
	d->answer->reply_type = DHCP4_NAK;
	d->answer->nak_text = text;
	return DROP_NONE;
}

/*
 * From nowhere known. An address of ours is then not where it claims to be,
 * and who has authority there may say so.
 */
static enum drop_reason refuse_unlocated(struct decision *d,
					 enum request_state state,
					 struct in_addr addr)
{
	const struct alloc_network *home;

	if (!alloc_find_subnet(d->server->alloc, addr, &home))
		return DROP_NO_SUBNET;
	if (state == REQUEST_RENEWING)
		return DROP_WRONG_LINK;
	if (!decide_is_authoritative(home))
		return DROP_NOT_AUTHORITATIVE;
	return refuse(d, home, addr, nak_texts[ALLOC_CLAIM_WRONG_NETWORK]);
}

static enum drop_reason settle(struct decision *d, enum request_state state,
			       struct in_addr addr)
{
	const struct alloc_network *net = d->where.network;
	bool has_record;
	enum alloc_claim claim =
		alloc_judge(d->server->alloc, &d->asker, addr, &has_record);

	switch (verdicts[claim][state]) {
	case ACK:
		return acknowledge(d, addr);
	case NAK:
		break;
	case NAK_KNOWN:
		if (!has_record && !decide_is_authoritative(net))
			return DROP_UNKNOWN_BINDING;
		break;
	case NAK_AUTHORITATIVE:
		if (!decide_is_authoritative(net))
			return DROP_NOT_AUTHORITATIVE;
		break;
	case SILENT:
		return DROP_WRONG_LINK;
	}
	return refuse(d, net, addr, nak_texts[claim]);
}

enum drop_reason dhcp_handle_request(struct decision *d)
{
	enum request_state state = find_state(d);
	struct in_addr addr = d->msg->ciaddr;

	/* RFC 2131 section 3.1 step 4: our offer, if any, is declined. */
	if (!decide_is_for_us(d)) {
		if (d->where.network)
			alloc_withdraw_offer(d->server->alloc, &d->asker);
		return DROP_OTHER_SERVER;
	}
	if (state == REQUEST_SELECTING || state == REQUEST_INIT_REBOOT)
		addr = dhcp4_get_addr(d->msg, DHCP4_OPT_REQUESTED_ADDRESS);
	if (!addr.s_addr)
		return DROP_NO_ADDRESS_NAMED;
	d->answer->addr = addr;
	if (!d->where.network)
		return refuse_unlocated(d, state, addr);
	return settle(d, state, addr);
}
