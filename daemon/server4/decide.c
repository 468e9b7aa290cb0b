/* SPDX-License-Identifier: BSD-2-Clause */
/* decide - who asks from where, and the table of message handlers. */
#include "decide.h"

#include <string.h>

#include "decide_private.h"

static const struct {
	decide_handler *handler;
	bool is_located; /* where the client is matters */
} handlers[DHCP4_MSG_TYPE_COUNT] = {
	[DHCP4_DISCOVER] = { dhcp_handle_discover, true },
	[DHCP4_REQUEST] = { dhcp_handle_request, true },
	[DHCP4_DECLINE] = { dhcp_handle_decline, false },
	[DHCP4_RELEASE] = { dhcp_handle_release, false },
	[DHCP4_INFORM] = { dhcp_handle_inform, true },
};

static bool is_server_id(const struct decision *d, struct in_addr addr)
{
	const struct decide_server *server = d->server;
	const struct dhcp4_option *override = &d->msg->server_id_override;
	size_t i;

	if (!addr.s_addr)
		return false;
	if (addr.s_addr == server->server_id.s_addr)
		return true;
	/* RFC 5107 section 4: what the relay told the client to say. */
	if (override->data && override->len == sizeof(addr) &&
	    !memcmp(override->data, &addr, sizeof(addr)))
		return true;
	for (i = 0; i < server->addr_count; i++) {
		if (addr.s_addr == server->addrs[i].s_addr)
			return true;
	}
	return alloc_has_server_id(server->alloc, addr);
}

bool decide_is_for_us(const struct decision *d)
{
	return !dhcp4_has_option(d->msg, DHCP4_OPT_SERVER_IDENTIFIER) ||
	       is_server_id(
		       d, dhcp4_get_addr(d->msg, DHCP4_OPT_SERVER_IDENTIFIER));
}

bool decide_is_authoritative(const struct alloc_network *net)
{
	const struct conf_shared_network *conf = alloc_network_conf(net);
	const struct conf_scope *scope = &conf->scope;
	const struct conf_params *params;

	/* A subnet declared alone speaks for its network. */
	if (conf->implicit && conf->subnet_count)
		scope = &conf->subnets[0].scope;
	params = conf_find_param(scope, CONF_PARAM_AUTHORITATIVE);
	return params && params->authoritative;
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

	option_scopes_make(d->server->alloc, net, addr, d->asker.host,
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
	if (params && !params->unknown_clients && !d->asker.is_known)
		return DROP_UNKNOWN_CLIENT;
	params = option_scopes_param(scopes, CONF_PARAM_BOOTING);
	if (params && !params->booting)
		return DROP_BOOTING_DENIED;
	return DROP_NONE;
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

const struct conf_dhcp4o6 *decide_settings(const struct decision *d)
{
	return alloc_settings(d->server->alloc);
}

static enum drop_reason find_client(struct decision *d)
{
	struct dhcp4_option id =
		dhcp4_option(d->msg, DHCP4_OPT_CLIENT_IDENTIFIER);

	if (id.len > LEASE_CLIENT_ID_MAX || d->msg->hlen > LEASE_CHADDR_MAX)
		return DROP_DHCP4_OPTION_LENGTH;
	d->client = (struct alloc_client){
		.id = id.len ? id.data : NULL,
		.id_len = (uint8_t)id.len,
		.htype = d->msg->htype,
		.hlen = d->msg->hlen,
	};
	if (!d->client.id && !d->client.hlen)
		return DROP_DHCP4_NO_CLIENT;
	memcpy(d->client.chaddr, d->msg->chaddr, d->client.hlen);
	alloc_seal_client(d->server->alloc, &d->client);
	return DROP_NONE;
}

static void find_network(struct decision *d)
{
	struct locate_query query = {
		.msg = d->msg,
		.envelope = d->query->envelope,
		.ifname = d->query->ifname,
		.source = d->query->source,
	};

	alloc_locate(d->server->alloc, &query, &d->where);
	d->answer->echo_subnet_selection = d->where.has_subnet_selection;
	if (!d->where.network)
		return;
	d->answer->network = alloc_network_conf(d->where.network)->name;
	alloc_ask(d->server->alloc, d->where.network, &d->client, d->now.mono,
		  &d->asker);
}

void decide(const struct decide_server *server,
	    const struct decide_query *query, struct alloc_txn *txn,
	    struct decide_answer *answer)
{
	uint8_t type = query->msg->type;
	struct decision d = {
		.server = server,
		.query = query,
		.msg = query->msg,
		.txn = txn,
		.answer = answer,
		.now = { query->now, query->wall },
	};

	*answer = (struct decide_answer){ .drop = DROP_DHCP4_TYPE };
	if (type >= DHCP4_MSG_TYPE_COUNT || !handlers[type].handler)
		return;
	answer->drop = find_client(&d);
	if (answer->drop != DROP_NONE)
		return;
	if (handlers[type].is_located)
		find_network(&d);
	answer->drop = handlers[type].handler(&d);
	if (answer->drop != DROP_NONE)
		answer->reply_type = 0;
}
