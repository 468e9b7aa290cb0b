/* SPDX-License-Identifier: BSD-2-Clause */
/* option_select - scopes in order, and what of their options is sent. */
#include "dhcp4o6/alloc/option_select.h"

#include <string.h>

/* Blocks nest 32 deep around an address and around a host. */
#define CHAIN_MAX (2 * 34 + 2 * CONF_CLASSES_MAX)

/* The scopes in order, before anything is said of their `if'. */
struct chain {
	size_t count;
	const struct conf_scope *scope[CHAIN_MAX];
};

static bool has_scope(const struct chain *chain, const struct conf_scope *scope)
{
	size_t i;

	for (i = 0; i < chain->count; i++) {
		if (chain->scope[i] == scope)
			return true;
	}
	return false;
}

/* Once each. */
static void add_scope(struct chain *chain, const struct conf_scope *scope)
{
	if (chain->count < CHAIN_MAX && !has_scope(chain, scope))
		chain->scope[chain->count++] = scope;
}

/* Scope and its parents, without a global one: that one is last of all. */
static void add_parents(struct chain *chain, const struct conf_scope *scope)
{
	for (; scope && scope->kind != CONF_SCOPE_GLOBAL; scope = scope->parent)
		add_scope(chain, scope);
}

/*
 * The scopes of a host that are not around the address as well: a network that
 * both stand in is outside the pool and the subnet, as in ISC.
 */
static void add_host(struct chain *chain, const struct conf_scope *scope,
		     const struct chain *around)
{
	for (; scope && scope->kind != CONF_SCOPE_GLOBAL &&
	       !has_scope(around, scope);
	     scope = scope->parent)
		add_scope(chain, scope);
}

static void add_classes(struct chain *chain, const struct alloc_asker *asker)
{
	size_t i;

	for (i = 0; i < asker->class_count; i++) {
		const struct conf_membership *member = &asker->classes[i];

		add_parents(chain, member->subclass ? &member->subclass->scope
						    : &member->class->scope);
	}
}

static void resolve(struct option_scopes *scopes,
		    const struct conf_scope *scope,
		    const struct conf_packet *packet)
{
	/* The last places are for the global scope and an added one. */
	size_t room = OPTION_SCOPES_MAX - 2 - scopes->count;

	if (!room)
		return;
	if (scope->if_count && packet)
		scopes->count =
			(uint16_t)(scopes->count +
				   conf_resolve(scope, packet,
						scopes->scope + scopes->count,
						room));
	else
		scopes->scope[scopes->count++] = scope;
}

/* As in ISC a fixed address is of no pool, whatever range it is in. */
static const struct conf_pool *find_pool(const struct alloc *alloc,
					 const struct alloc_asker *asker,
					 const struct alloc_network *net,
					 struct in_addr addr)
{
	if (asker->has_fixed && asker->fixed.s_addr == addr.s_addr)
		return NULL;
	return alloc_find_pool(alloc, net, addr);
}

void option_scopes_make(const struct alloc *alloc,
			const struct alloc_asker *asker,
			const struct alloc_network *net, struct in_addr addr,
			const struct conf_packet *packet,
			struct option_scopes *scopes)
{
	const struct conf_shared_network *conf = alloc_network_conf(net);
	const struct alloc_network *home = NULL;
	const struct conf_subnet *subnet =
		alloc_find_subnet(alloc, addr, &home);
	const struct conf_pool *pool = find_pool(alloc, asker, net, addr);
	const struct conf_scope *top = &conf->scope;
	struct chain around, chain;
	size_t i;

	around.count = 0;
	/* The subnet stands between a pool of the network and the network. */
	if (pool)
		add_scope(&around, &pool->scope);
	if (subnet && home == net)
		add_parents(&around, &subnet->scope);
	add_parents(&around, top);
	chain.count = 0;
	if (asker->host)
		add_host(&chain, &asker->host->scope, &around);
	add_classes(&chain, asker);
	scopes->count = 0;
	for (i = 0; i < chain.count; i++)
		resolve(scopes, chain.scope[i], packet);
	for (i = 0; i < around.count; i++)
		resolve(scopes, around.scope[i], packet);
	while (top->parent)
		top = top->parent;
	resolve(scopes, top, packet);
	if (scopes->scope[scopes->count - 1] != top)
		scopes->scope[scopes->count++] = top;
}

void option_scopes_add_last(struct option_scopes *scopes,
			    const struct conf_scope *scope)
{
	scopes->scope[scopes->count++] = scope;
}

const struct conf_params *
option_scopes_param(const struct option_scopes *scopes, enum conf_param param)
{
	size_t i;

	for (i = 0; i < scopes->count; i++) {
		if (scopes->scope[i]->params.set & (uint32_t)param)
			return &scopes->scope[i]->params;
	}
	return NULL;
}

static bool is_dhcp4(const struct conf_option *option)
{
	return option->universe == CONF_OPTIONS_DHCP4 && option->code < 256;
}

const struct conf_option *option_scopes_find(const struct option_scopes *scopes,
					     uint8_t code)
{
	size_t i;
	size_t j;

	for (i = 0; i < scopes->count; i++) {
		for (j = 0; j < scopes->scope[i]->option_count; j++) {
			const struct conf_option *o =
				&scopes->scope[i]->options[j];

			if (is_dhcp4(o) && o->code == code)
				return o;
		}
	}
	return NULL;
}

/* Computed, echoed, or never sent by a server (RFC 2131 Table 3). */
static bool is_ours(uint8_t code)
{
	static const uint8_t codes[] = {
		DHCP4_OPT_PAD,
		DHCP4_OPT_REQUESTED_ADDRESS,
		DHCP4_OPT_LEASE_TIME,
		DHCP4_OPT_OVERLOAD,
		DHCP4_OPT_MESSAGE_TYPE,
		DHCP4_OPT_SERVER_IDENTIFIER,
		DHCP4_OPT_PARAMETER_REQUEST_LIST,
		DHCP4_OPT_MESSAGE,
		DHCP4_OPT_MAX_MESSAGE_SIZE,
		DHCP4_OPT_RENEWAL_TIME,
		DHCP4_OPT_REBINDING_TIME,
		DHCP4_OPT_CLIENT_IDENTIFIER,
		DHCP4_OPT_RELAY_AGENT_INFORMATION,
		DHCP4_OPT_SUBNET_SELECTION,
		DHCP4_OPT_END,
	};

	return memchr(codes, code, sizeof(codes)) != NULL;
}

struct selection {
	const struct conf_option *best[256]; /* by code; taken: NULL */
	const struct conf_option **list;
	size_t count;
};

/* It has no value but what options of the space make. */
static bool is_space_alone(const struct conf_option *o)
{
	return o->space && o->len == 0;
}

/* Over what a scope further out says; of an option itself, as in ISC, more
 * counts than options of a space in it, wherever the two stand. */
static void set_best(struct selection *s, const struct conf_option *o)
{
	const struct conf_option **best = &s->best[o->code];

	if (!*best || !is_space_alone(o) || is_space_alone(*best))
		*best = o;
}

/* `site-option-space': who says what options of the site's codes are. */
static bool is_sent(const struct conf_option *o, const struct conf_params *site)
{
	if (!site || o->code < site->site_code)
		return is_dhcp4(o);
	return o->universe == site->site_space->universe && o->code < 256;
}

static void collect(struct selection *s, const struct option_scopes *scopes)
{
	const struct conf_params *site =
		option_scopes_param(scopes, CONF_PARAM_SITE_SPACE);
	size_t i;
	size_t j;

	memset(s->best, 0, sizeof(s->best));
	for (i = scopes->count; i > 0; i--) {
		const struct conf_scope *scope = scopes->scope[i - 1];

		for (j = 0; j < scope->option_count; j++) {
			const struct conf_option *o = &scope->options[j];

			if (is_sent(o, site) && !is_ours((uint8_t)o->code))
				set_best(s, o);
		}
	}
}

static void take(struct selection *s, uint8_t code)
{
	if (!s->best[code])
		return;
	s->list[s->count++] = s->best[code];
	s->best[code] = NULL;
}

size_t option_select(const struct option_scopes *scopes,
		     struct dhcp4_option prl,
		     const struct conf_option *list[256])
{
	static const uint8_t first[] = {
		DHCP4_OPT_SUBNET_MASK,
		DHCP4_OPT_ROUTERS,
		DHCP4_OPT_DOMAIN_NAME_SERVERS,
		DHCP4_OPT_HOST_NAME,
	};
	struct selection s = { .list = list };
	size_t i;

	collect(&s, scopes);
	if (prl.data) {
		for (i = 0; i < prl.len; i++) {
			/* RFC 2132 section 3.3: the mask MUST be first. */
			if (prl.data[i] == DHCP4_OPT_ROUTERS &&
			    memchr(prl.data, DHCP4_OPT_SUBNET_MASK, prl.len))
				take(&s, DHCP4_OPT_SUBNET_MASK);
			take(&s, prl.data[i]);
		}
		return s.count;
	}
	for (i = 0; i < sizeof(first); i++)
		take(&s, first[i]);
	for (i = 1; i < 255; i++)
		take(&s, (uint8_t)i);
	return s.count;
}
