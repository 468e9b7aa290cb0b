/* SPDX-License-Identifier: BSD-2-Clause */
/* option6 - scopes in order, and what of their options is sent. */
#include "option6.h"

#include <string.h>

static bool has_scope(const struct option6_scopes *scopes,
		      const struct conf_scope *scope)
{
	uint16_t i;

	for (i = 0; i < scopes->count; i++) {
		if (scopes->scope[i] == scope)
			return true;
	}
	return false;
}

/* Once each; the last place is for the global scope. */
static void add_scope(struct option6_scopes *scopes,
		      const struct conf_scope *scope)
{
	if (scopes->count < OPTION6_SCOPES_MAX - 1 && !has_scope(scopes, scope))
		scopes->scope[scopes->count++] = scope;
}

/*
 * Scope and its parents, without a global one, which is last of all, and
 * without those that are around the address as well: they keep their place.
 */
static void add_chain(struct option6_scopes *scopes,
		      const struct conf_scope *scope,
		      const struct option6_scopes *around)
{
	for (; scope && scope->kind != CONF_SCOPE_GLOBAL; scope = scope->parent)
		if (!around || !has_scope(around, scope))
			add_scope(scopes, scope);
}

/* The branches that apply count before what the scope itself says. */
static void add_branches(struct option6_scopes *scopes,
			 const struct conf_scope *scope,
			 const struct conf_packet *packet)
{
	const struct conf_scope *list[CONF_RESOLVED_MAX];
	size_t count, i;

	if (!packet || !scope->if_count)
		return;
	count = conf_resolve(scope, packet, list, CONF_RESOLVED_MAX);
	for (i = 0; i < count; i++)
		if (list[i] != scope)
			add_scope(scopes, list[i]);
}

static void add_classes(struct option6_scopes *scopes,
			const struct option6_place *place)
{
	size_t i;

	for (i = 0; i < place->class_count; i++) {
		const struct conf_membership *m = &place->classes[i];

		if (m->subclass)
			add_scope(scopes, &m->subclass->scope);
		add_scope(scopes, &m->class->scope);
	}
}

static void add_around(const struct option6_place *place,
		       struct option6_scopes *around)
{
	const struct conf_shared_network *net = place->network;

	around->count = 0;
	if (place->pool)
		add_chain(around, &place->pool->scope, NULL);
	if (place->subnet)
		add_chain(around, &place->subnet->scope, NULL);
	else if (net && net->implicit && net->subnet6_count)
		/* A subnet declared alone speaks for its network. */
		add_chain(around, &net->subnets6[0].scope, NULL);
	if (net)
		add_chain(around, &net->scope, NULL);
}

void option6_scopes_make(const struct option6_place *place,
			 struct option6_scopes *scopes)
{
	const struct conf_scope *global = &place->conf->global;
	struct option6_scopes around, plain;
	uint16_t i;

	add_around(place, &around);
	plain.count = 0;
	if (place->host)
		add_chain(&plain, &place->host->scope, &around);
	add_classes(&plain, place);
	for (i = 0; i < around.count; i++)
		add_scope(&plain, around.scope[i]);
	scopes->count = 0;
	for (i = 0; i < plain.count; i++) {
		add_branches(scopes, plain.scope[i], place->packet);
		add_scope(scopes, plain.scope[i]);
	}
	add_branches(scopes, global, place->packet);
	scopes->scope[scopes->count++] = global;
}

const struct conf_params *
option6_scopes_param(const struct option6_scopes *scopes, enum conf_param param)
{
	uint16_t i;

	for (i = 0; i < scopes->count; i++) {
		if (scopes->scope[i]->params.set & (uint32_t)param)
			return &scopes->scope[i]->params;
	}
	return NULL;
}

/* Options of a scope are sorted by universe and code. */
static const struct conf_option *find_in(const struct conf_scope *scope,
					 enum conf_universe universe,
					 uint16_t code)
{
	size_t low = 0;
	size_t high = scope->option_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_option *o = &scope->options[middle];

		if (o->universe == universe && o->code == code)
			return o;
		if (o->universe < universe ||
		    (o->universe == universe && o->code < code))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct conf_option *
option6_scopes_find(const struct option6_scopes *scopes,
		    enum conf_universe universe, uint16_t code)
{
	const struct conf_option *found = NULL;
	uint16_t i;

	for (i = 0; i < scopes->count && !found; i++)
		found = find_in(scopes->scope[i], universe, code);
	return found;
}

/* What messages are made of, and what only relays, clients or nobody sends. */
static bool is_ours(uint16_t code)
{
	static const uint8_t codes[] = {
		DHCP6_OPT_CLIENT_ID,    DHCP6_OPT_SERVER_ID,
		DHCP6_OPT_IA_NA,        DHCP6_OPT_IA_TA,
		DHCP6_OPT_IAADDR,       DHCP6_OPT_ORO,
		DHCP6_OPT_PREFERENCE,   DHCP6_OPT_ELAPSED_TIME,
		DHCP6_OPT_RELAY_MSG,    DHCP6_OPT_AUTH,
		DHCP6_OPT_UNICAST,      DHCP6_OPT_STATUS_CODE,
		DHCP6_OPT_RAPID_COMMIT, DHCP6_OPT_INTERFACE_ID,
		DHCP6_OPT_RECONF_MSG,   DHCP6_OPT_RECONF_ACCEPT,
		DHCP6_OPT_IA_PD,        DHCP6_OPT_IAPREFIX,
	};

	return code == 0 || (code < 256 && memchr(codes, code, sizeof(codes)));
}

static bool is_listed(const struct conf_option *const *list, size_t count,
		      uint16_t code)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (list[i]->code == code)
			return true;
	}
	return false;
}

size_t option6_select(const struct option6_scopes *scopes,
		      const struct dhcp6_msg *msg,
		      const struct conf_option *list[OPTION6_LIST_MAX])
{
	struct wire_reader oro = msg->oro;
	size_t count = 0;

	while (wire_left(&oro) >= 2 && count < OPTION6_LIST_MAX) {
		uint16_t code = wire_get_u16(&oro);
		const struct conf_option *o;

		if (is_ours(code) || is_listed(list, count, code))
			continue;
		/* Nothing but a REPLY to this one has it: section 21.23. */
		if (code == DHCP6_OPT_INFO_REFRESH_TIME &&
		    msg->type != DHCP6_INFORMATION_REQUEST)
			continue;
		o = option6_scopes_find(scopes, CONF_OPTIONS_DHCP6, code);
		if (o)
			list[count++] = o;
	}
	return count;
}
