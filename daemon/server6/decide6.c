/* SPDX-License-Identifier: BSD-2-Clause */
/* decide6 - who asks from where, and the table of message handlers. */
#include "decide6.h"

#include <string.h>

#include "decide6_private.h"

#define DUID_LLT         1
#define DUID_LL          3
#define DUID_LLT_ADDR_AT 8 /* behind two types and a time */
#define DUID_LL_ADDR_AT  4

static const struct {
	decide6_handler *handler;
	bool is_located; /* nothing is said to who is nowhere known */
} handlers[] = {
	[DHCP6_SOLICIT] = { dhcp6_handle_solicit, true },
	[DHCP6_REQUEST] = { dhcp6_handle_request, true },
	[DHCP6_CONFIRM] = { dhcp6_handle_confirm, true },
	[DHCP6_RENEW] = { dhcp6_handle_renew, true },
	[DHCP6_REBIND] = { dhcp6_handle_rebind, true },
	[DHCP6_RELEASE] = { dhcp6_handle_release, false },
	[DHCP6_DECLINE] = { dhcp6_handle_decline, false },
	[DHCP6_INFORMATION_REQUEST] = { dhcp6_handle_information_request,
					false },
};

bool decide6_is_authoritative(const struct decision6 *d)
{
	const struct conf_params *params = option6_scopes_param(
		&d->answer->scopes, CONF_PARAM_AUTHORITATIVE);

	return params && params->authoritative;
}

enum lease_kind decide6_kind(uint16_t ia_code)
{
	return ia_code == DHCP6_OPT_IA_PD ? LEASE_PD6 : LEASE_NA6;
}

struct decide6_ia *decide6_add_ia(struct decision6 *d,
				  const struct dhcp6_ia *asked)
{
	struct decide6_answer *answer = d->answer;
	struct decide6_ia *ia = &answer->ia[answer->ia_count++];

	*ia = (struct decide6_ia){
		.code = asked->code,
		.iaid = asked->iaid,
		.first_item = answer->item_count,
	};
	return ia;
}

bool decide6_has_item(const struct decision6 *d, const struct in6_addr *addr,
		      uint8_t prefix_len)
{
	const struct decide6_answer *answer = d->answer;
	const struct decide6_ia *ia = &answer->ia[answer->ia_count - 1];
	uint16_t i;

	for (i = ia->first_item; i < answer->item_count; i++) {
		if (IN6_ARE_ADDR_EQUAL(&answer->item[i].addr, addr) &&
		    answer->item[i].prefix_len == prefix_len)
			return true;
	}
	return false;
}

bool decide6_add_item(struct decision6 *d, const struct decide6_item *item)
{
	struct decide6_answer *answer = d->answer;
	struct decide6_ia *ia = &answer->ia[answer->ia_count - 1];

	if (answer->item_count == DECIDE6_ITEMS_MAX ||
	    decide6_has_item(d, &item->addr, item->prefix_len))
		return false;
	answer->item[answer->item_count++] = *item;
	ia->item_count++;
	return true;
}

void decide6_set_status(struct decision6 *d, enum dhcp6_status status)
{
	d->answer->ia[d->answer->ia_count - 1].status = status;
	d->answer->refused++;
}

/* As in ISC what is fixed is of no pool, whatever range it is in. */
static bool is_fixed(const struct conf_host *host, enum lease_kind kind,
		     const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; kind == LEASE_NA6 && i < host->fixed_address6_count; i++) {
		if (!memcmp(&host->fixed_addresses6[i], addr, sizeof(*addr)))
			return true;
	}
	for (i = 0; kind == LEASE_PD6 && i < host->fixed_prefix6_count; i++) {
		if (!memcmp(&host->fixed_prefixes6[i].first, addr,
			    sizeof(*addr)))
			return true;
	}
	return false;
}

void decide6_scopes_of(const struct decision6 *d, enum lease_kind kind,
		       const struct in6_addr *addr,
		       struct option6_scopes *scopes)
{
	const struct alloc6 *alloc = d->server->alloc;
	const struct alloc6_network *home = NULL;
	struct conf_packet packet = d->packet;
	struct option6_place place = {
		.conf = d->server->conf,
		.network = alloc6_network_conf(d->net),
		.host = d->asker.host,
		.classes = d->classes,
		.class_count = d->class_count,
		.packet = &packet,
	};

	packet.leased_address = (struct conf_data){ addr->s6_addr, 16 };
	if (!place.host || !is_fixed(place.host, kind, addr))
		place.pool = alloc6_find_pool(alloc, d->net, kind, addr);
	if (kind == LEASE_NA6) {
		place.subnet = alloc6_find_subnet(alloc, addr, &home);
		if (home != d->net)
			place.subnet = NULL;
	}
	option6_scopes_make(&place, scopes);
}

/* RFC 6939: what the relay next to the client saw. */
static bool find_linklayer(const struct dhcp6_envelope *env,
			   struct wire_reader *body)
{
	struct dhcp6_option opt;
	struct wire_reader area;

	if (!env->relay_count)
		return false;
	area = env->relay[0].options;
	while (dhcp6_next_option(&area, &opt) > 0) {
		if (opt.code == DHCP6_OPT_CLIENT_LINKLAYER) {
			*body = opt.body;
			return true;
		}
	}
	return false;
}

/* For `hardware' of reservations: of the relay, or out of the DUID. */
static void find_hardware(const struct decision6 *d,
			  struct alloc6_client *client)
{
	struct wire_reader r = d->msg->client_id;
	uint16_t htype;

	if (find_linklayer(d->query->envelope, &r)) {
		htype = wire_get_u16(&r);
	} else {
		uint16_t type = wire_get_u16(&r);

		if (type != DUID_LLT && type != DUID_LL)
			return;
		htype = wire_get_u16(&r);
		wire_take(&r, type == DUID_LLT ? DUID_LLT_ADDR_AT - 4
					       : DUID_LL_ADDR_AT - 4);
	}
	if (r.failed || htype > UINT8_MAX || wire_left(&r) > LEASE_CHADDR_MAX)
		return;
	client->htype = (uint8_t)htype;
	client->hlen = (uint8_t)wire_left(&r);
	wire_get_mem(&r, client->chaddr, client->hlen);
}

/* The labels of option 39 with dots between; nothing if it is malformed. */
static void find_host_name(struct decision6 *d)
{
	struct wire_writer w = wire_writer(d->host_name, sizeof(d->host_name));
	struct wire_reader r = d->msg->fqdn;

	wire_take(&r, 1); /* flags */
	while (!r.failed && wire_left(&r)) {
		uint8_t len = wire_get_u8(&r);
		const uint8_t *label = wire_take(&r, len);

		if (!len)
			break;
		if (len > 63 || !label)
			return;
		if (wire_len(&w))
			wire_put_u8(&w, '.');
		wire_put_mem(&w, label, len);
	}
	if (!r.failed && !w.failed)
		d->host_name_len = (uint8_t)wire_len(&w);
}

/* Relays from the client outward, in the form of struct lease. */
static void make_relay_path(struct decision6 *d)
{
	struct wire_writer w =
		wire_writer(d->relay_path, sizeof(d->relay_path));
	const struct dhcp6_envelope *env = d->query->envelope;
	uint8_t i;

	d->is_path_whole = true;
	for (i = 0; i < env->relay_count; i++) {
		const struct dhcp6_relay *relay = &env->relay[i];
		size_t id_len = 0;

		if (relay->has_interface_id)
			id_len = wire_left(&relay->interface_id);
		if (id_len > 255) {
			id_len = 255;
			d->is_path_whole = false;
		}
		if (wire_room(&w) < 2 * sizeof(struct in6_addr) + 1 + id_len)
			break;
		wire_put_mem(&w, &relay->link_address, sizeof(struct in6_addr));
		wire_put_mem(&w, &relay->peer_address, sizeof(struct in6_addr));
		wire_put_u8(&w, (uint8_t)id_len);
		if (id_len)
			wire_put_mem(&w, relay->interface_id.pos, id_len);
	}
	d->is_path_whole &= i == env->relay_count;
	d->relay_path_len = (uint16_t)wire_len(&w);
}

/* RFC 8357: without them a RECONFIGURE would not get through. */
static void make_relay_ports(struct decision6 *d)
{
	struct wire_writer w =
		wire_writer(d->relay_ports, sizeof(d->relay_ports));
	const struct dhcp6_envelope *env = d->query->envelope;
	uint8_t i;

	_Static_assert(LEASE_RELAY_PORTS_MAX >=
			       2 + 3 * (LEASE_RELAY_PATH_MAX / 33),
		       "room for the ports of a whole path");
	for (i = 0; d->is_path_whole && i < env->relay_count; i++) {
		if (!env->relay[i].has_relay_port)
			continue;
		if (!wire_len(&w))
			wire_put_u16(&w, d->query->source_port);
		wire_put_u8(&w, i);
		wire_put_mem(&w, env->relay[i].relay_port.pos, 2);
	}
	d->relay_ports_len = (uint8_t)wire_len(&w);
}

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	const struct dhcp6_msg *msg = ctx;
	struct wire_reader area = msg->options;
	struct dhcp6_option opt;

	if (universe != CONF_OPTIONS_DHCP6)
		return false;
	while (dhcp6_next_option(&area, &opt) > 0) {
		if (opt.code != code)
			continue;
		*value = (struct conf_data){ opt.body.pos,
					     wire_left(&opt.body) };
		return true;
	}
	return false;
}

void decide6_describe(const struct decide6_query *query,
		      const struct decide6_facts *facts,
		      const struct decide6_item *leased,
		      struct conf_packet *packet)
{
	const struct wire_reader *inner = &query->envelope->inner;
	const struct conf_host *host = facts->host;

	*packet = (struct conf_packet){
		.ctx = query->msg,
		.find_option = find_option,
		.message = { inner->pos, wire_left(inner) },
		.htype = facts->htype,
		.chaddr = { facts->chaddr, facts->hlen },
		.is_known = facts->is_known,
		.is_static = host && (host->fixed_address6_count ||
				      host->fixed_prefix6_count),
		.host_decl_name = host ? host->name : NULL,
	};
	if (leased) {
		packet->leased_address =
			(struct conf_data){ leased->addr.s6_addr, 16 };
		packet->lease_time_s = leased->valid_s;
	}
}

static void find_client(struct decision6 *d)
{
	struct decide6_facts *facts = &d->answer->facts;
	struct alloc6 *alloc = d->server->alloc;

	decide6_describe(d->query, facts, NULL, &d->packet);
	d->net = alloc6_locate(alloc, d->query->envelope, d->query->ifname,
			       &d->query->source);
	if (d->net)
		d->answer->network = alloc6_network_conf(d->net)->name;
	if (!d->msg->has_client_id)
		return;
	d->client = (struct alloc6_client){
		.duid = d->msg->client_id.pos,
		.duid_len = (uint8_t)wire_left(&d->msg->client_id),
		.envelope = d->query->envelope,
		.options = &d->msg->options,
	};
	find_hardware(d, &d->client);
	alloc6_ask(alloc, d->net, &d->client, d->now.mono, &d->asker);
	find_host_name(d);
	make_relay_path(d);
	make_relay_ports(d);
	facts->htype = d->client.htype;
	facts->hlen = d->client.hlen;
	memcpy(facts->chaddr, d->client.chaddr, sizeof(facts->chaddr));
	facts->host = d->asker.host;
	facts->is_known = d->asker.is_known;
	decide6_describe(d->query, facts, NULL, &d->packet);
}

/* Scopes of a client that has no address yet. */
static void set_first_scopes(struct decision6 *d)
{
	struct option6_place place = {
		.conf = d->server->conf,
		.network = d->net ? alloc6_network_conf(d->net) : NULL,
		.host = d->asker.host,
		.classes = d->classes,
		.packet = &d->packet,
	};

	d->class_count = conf_classify(d->server->conf, &d->packet, d->classes,
				       d->spawned, sizeof(d->spawned));
	place.class_count = d->class_count;
	d->asker.classes = d->classes;
	d->asker.class_count = d->class_count;
	option6_scopes_make(&place, &d->answer->scopes);
}

/* `deny booting' and `deny unknown-clients', as in DHCPv4. */
static enum drop_reason judge_client(const struct decision6 *d)
{
	const struct option6_scopes *scopes = &d->answer->scopes;
	const struct conf_params *params;

	params = option6_scopes_param(scopes, CONF_PARAM_BOOTING);
	if (params && !params->booting)
		return DROP_BOOTING_DENIED;
	params = option6_scopes_param(scopes, CONF_PARAM_UNKNOWN_CLIENTS);
	if (params && !params->unknown_clients && !d->asker.is_known)
		return DROP_UNKNOWN_CLIENT;
	return DROP_NONE;
}

static enum drop_reason judge_message(const struct decision6 *d)
{
	/* RFC 9915 section 16: clients use multicast, relays need not. */
	if (d->query->is_unicast && !d->query->envelope->relay_count)
		return DROP_DHCP6_UNICAST;
	return dhcp6_validate_for_server(d->msg, d->server->duid,
					 d->server->duid_len);
}

static enum drop_reason handle(struct decision6 *d)
{
	enum drop_reason drop = judge_message(d);

	if (drop != DROP_NONE &&
	    (drop != DROP_OTHER_SERVER || d->msg->type != DHCP6_REQUEST))
		return drop;
	find_client(d);
	if (drop != DROP_NONE) {
		/* It chose another server: what we offered is free again. */
		if (d->net)
			alloc6_withdraw_offers(d->server->alloc, &d->asker);
		return drop;
	}
	set_first_scopes(d);
	if (handlers[d->msg->type].is_located) {
		if (!d->net)
			return DROP_NO_SUBNET;
		drop = judge_client(d);
		if (drop != DROP_NONE)
			return drop;
	}
	return handlers[d->msg->type].handler(d);
}

void decide6(const struct decide6_server *server,
	     const struct decide6_query *query, struct alloc6_txn *txn,
	     struct decide6_answer *answer)
{
	struct decision6 d;

	/* The long parts of both are written before they are read. */
	memset(answer, 0, offsetof(struct decide6_answer, ia));
	memset(&d, 0, offsetof(struct decision6, relay_path));
	d.server = server;
	d.query = query;
	d.msg = query->msg;
	d.txn = txn;
	d.answer = answer;
	d.now = (struct alloc6_moment){ query->now, query->wall };
	answer->drop = handle(&d);
	if (answer->drop != DROP_NONE)
		answer->reply_type = 0;
}
