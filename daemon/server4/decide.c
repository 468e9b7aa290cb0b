/* SPDX-License-Identifier: BSD-2-Clause */
/* decide - who asks from where, and the table of message handlers. */
#include "decide.h"

#include <stddef.h>
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

const struct conf_dhcp4o6 *decide_settings(const struct decision *d)
{
	return alloc_settings(d->server->alloc);
}

/* `ignore-client-uids': of all clients, or of none. */
static bool ignores_ids(const struct decision *d)
{
	const struct conf *conf = alloc_conf(d->server->alloc);
	const struct conf_params *params =
		conf_find_param(&conf->global, CONF_PARAM_IGNORE_CLIENT_UIDS);

	return params && params->ignore_client_uids;
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
		.by_hardware = d->msg->hlen && ignores_ids(d),
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
	decide_ask(d, d->where.network);
}

void decide(const struct decide_server *server,
	    const struct decide_query *query, struct alloc_txn *txn,
	    struct decide_answer *answer)
{
	uint8_t type = query->msg->type;
	struct decide_classes classes;
	struct decision d = {
		.classes = &classes,
		.server = server,
		.query = query,
		.msg = query->msg,
		.txn = txn,
		.answer = answer,
		.now = { query->now, query->wall },
	};

	/* Not the scopes, of which count says how many there are. */
	memset(answer, 0, offsetof(struct decide_answer, scopes));
	answer->scopes.count = 0;
	answer->drop = DROP_DHCP4_TYPE;
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
