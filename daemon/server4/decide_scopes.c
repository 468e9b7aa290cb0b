/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide_scopes - what the configuration says of an answer: the client's
 * classes, the scopes in force, and the parameters of them.
 */
#include <string.h>

#include "decide_private.h"

/* A conf_packet's; ctx is the message. */
static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	const struct dhcp4_msg *msg = ctx;
	struct dhcp4_option option;

	if (universe != CONF_OPTIONS_DHCP4 || code > UINT8_MAX)
		return false;
	option = dhcp4_option(msg, (uint8_t)code);
	*value = (struct conf_data){ option.data, option.len };
	return option.data != NULL;
}

/* What conditions and expressions ask of the query. */
static void fill_packet(const struct decision *d, struct conf_packet *packet)
{
	const struct wire_reader *message = &d->query->query->dhcpv4;

	*packet = (struct conf_packet){
		.ctx = d->msg,
		.find_option = find_option,
		.message = { message->pos, wire_left(message) },
		.htype = d->msg->htype,
		.chaddr = { d->msg->chaddr, d->msg->hlen },
		.is_known = d->asker.is_known,
		.is_static = d->asker.has_fixed,
		.host_decl_name = d->asker.host ? d->asker.host->name : NULL,
	};
}

void decide_ask(struct decision *d, const struct alloc_network *net)
{
	struct alloc *alloc = d->server->alloc;
	struct conf_packet *packet = &d->answer->packet;

	alloc_ask(alloc, net, &d->client, d->now.mono, &d->asker);
	if (!alloc_is_conditional(alloc))
		return;
	fill_packet(d, packet);
	d->asker.class_count =
		conf_classify(alloc_conf(alloc), packet, d->classes->list,
			      d->classes->space, sizeof(d->classes->space));
	d->asker.classes = d->classes->list;
	packet->leased_address =
		(struct conf_data){ (const uint8_t *)&d->answer->leased,
				    sizeof(d->answer->leased) };
}

/* `use-host-decl-names': unless a scope says it. */
static void derive_host_name(struct decision *d)
{
	struct decide_answer *answer = d->answer;
	const struct conf_host *host = d->asker.host;
	const struct conf_params *params;

	if (!host || !host->name)
		return;
	params = option_scopes_param(&answer->scopes,
				     CONF_PARAM_USE_HOST_DECL_NAMES);
	if (!params || !params->use_host_decl_names ||
	    option_scopes_find(&answer->scopes, DHCP4_OPT_HOST_NAME))
		return;
	answer->host_name = (struct conf_option){
		.universe = CONF_OPTIONS_DHCP4,
		.code = DHCP4_OPT_HOST_NAME,
		.len = (uint16_t)strnlen(host->name, 255),
		.data = (const uint8_t *)host->name,
	};
	answer->derived = (struct conf_scope){
		.kind = CONF_SCOPE_GLOBAL,
		.options = &answer->host_name,
		.option_count = 1,
	};
	option_scopes_add_last(&answer->scopes, &answer->derived);
}

void decide_set_scopes(struct decision *d, const struct alloc_network *net,
		       struct in_addr addr)
{
	const struct dhcp4_option *override = &d->msg->server_id_override;
	struct decide_answer *answer = d->answer;
	const struct alloc_network *home;
	const struct conf_params *params;

	answer->leased = addr;
	option_scopes_make(d->server->alloc, &d->asker, net, addr,
			   answer->packet.find_option ? &answer->packet : NULL,
			   &answer->scopes);
	answer->subnet = alloc_find_subnet(d->server->alloc, addr, &home);
	if (home != net)
		answer->subnet = NULL;
	answer->network = alloc_network_conf(net)->name;
	params = option_scopes_param(&answer->scopes,
				     CONF_PARAM_SERVER_IDENTIFIER);
	if (override->data && override->len == sizeof(answer->server_id))
		memcpy(&answer->server_id, override->data,
		       sizeof(answer->server_id));
	else if (params)
		answer->server_id = params->server_identifier;
	else
		answer->server_id = d->server->server_id;
	derive_host_name(d);
}

enum drop_reason decide_admit(const struct decision *d)
{
	const struct option_scopes *scopes = &d->answer->scopes;
	const struct conf_params *params;

	params = option_scopes_param(scopes, CONF_PARAM_MIN_SECS);
	if (params && d->msg->type == DHCP4_DISCOVER &&
	    d->msg->secs < params->min_secs)
		return DROP_MIN_SECS;
	params = option_scopes_param(scopes, CONF_PARAM_UNKNOWN_CLIENTS);
	/* As in ISC a host of which all addresses are elsewhere is no help. */
	if (params && !params->unknown_clients && !d->asker.host)
		return DROP_UNKNOWN_CLIENT;
	params = option_scopes_param(scopes, CONF_PARAM_BOOTING);
	if (params && !params->booting)
		return DROP_BOOTING_DENIED;
	return DROP_NONE;
}

static uint32_t limit_of(const struct conf_membership *member)
{
	if (member->subclass && member->subclass->lease_limit)
		return member->subclass->lease_limit;
	return member->class->lease_limit;
}

enum drop_reason decide_bill(const struct decision *d, struct in_addr addr,
			     struct alloc_billing *billing, bool *is_billed)
{
	const struct alloc_asker *asker = &d->asker;
	const struct alloc *alloc = d->server->alloc;
	struct alloc_billing candidate;
	bool is_limited = false;
	size_t i;

	*is_billed = false;
	/* As in ISC a fixed-address counts nowhere. */
	if (asker->has_fixed && asker->fixed.s_addr == addr.s_addr)
		return DROP_NONE;
	for (i = 0; i < asker->class_count; i++) {
		const struct conf_membership *member = &asker->classes[i];
		uint32_t limit = limit_of(member);

		if (!limit)
			continue;
		is_limited = true;
		alloc_bill_to(alloc, member, &candidate);
		if (alloc_is_billed_to(alloc, addr, &d->client, d->now.mono,
				       &candidate)) {
			*billing = candidate;
			*is_billed = true;
			break;
		}
		if (*is_billed || alloc_billed(alloc, &candidate) >= limit)
			continue;
		*billing = candidate;
		*is_billed = true;
	}
	return is_limited && !*is_billed ? DROP_CLASS_LIMIT : DROP_NONE;
}

uint32_t decide_lease_time(const struct decision *d)
{
	const struct option_scopes *scopes = &d->answer->scopes;
	const struct conf_params *params;
	uint32_t usual = LEASE_TIME_DEFAULT_S;
	uint32_t most = LEASE_TIME_MAX_S;
	uint32_t least = LEASE_TIME_MIN_S;
	uint32_t wanted;

	params = option_scopes_param(scopes, CONF_PARAM_DEFAULT_LEASE_TIME);
	if (params)
		usual = params->default_lease_time_s;
	params = option_scopes_param(scopes, CONF_PARAM_MAX_LEASE_TIME);
	if (params)
		most = params->max_lease_time_s;
	/* What is configured is meant, also when it is shorter. */
	if (least > most)
		least = most;
	if (least > usual)
		least = usual;
	params = option_scopes_param(scopes, CONF_PARAM_MIN_LEASE_TIME);
	if (params)
		least = params->min_lease_time_s;

	wanted = dhcp4_get_u32(d->msg, DHCP4_OPT_LEASE_TIME, 0);
	if (!wanted)
		wanted = usual;
	if (wanted > most)
		wanted = most;
	if (wanted < least)
		wanted = least;
	return wanted ? wanted : 1;
}
