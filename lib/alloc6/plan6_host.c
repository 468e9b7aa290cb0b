/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan6_host - host declarations by what they identify a client with, and the
 * addresses and prefixes that are kept for them.
 *
 * Several declarations may name one client, each with an address on another
 * network. Of those that match, one by DUID goes before one by another option,
 * that before one by hardware, and one with an address on this network before
 * one without any. One whose addresses all lie elsewhere makes the client
 * known, and no more. Prefixes are of no link: a host without addresses has
 * its prefixes everywhere.
 */
#include <errno.h>
#include <stdlib.h>

#include "plan6.h"

/* ---- what is reserved ---- */

static bool is_key(const void *ctx, uint32_t at, const void *key)
{
	const struct alloc6_plan *plan = ctx;

	return key6_is_equal(&plan->reserved[at], key);
}

bool plan6_is_reserved(const struct alloc6_plan *plan, const struct key6 *key)
{
	return plan->reserved_count &&
	       hmap_find(plan->by_reserved, key6_hash(&plan->key, key), is_key,
			 plan, key) != HMAP_NONE;
}

static int reserve(struct alloc6_plan *plan, const struct key6 *key)
{
	if (plan6_is_reserved(plan, key))
		return 0;
	plan->reserved[plan->reserved_count] = *key;
	if (hmap_insert(plan->by_reserved, key6_hash(&plan->key, key),
			plan->reserved_count))
		return -ENOMEM;
	plan->reserved_count++;
	if (key->kind == LEASE_PD6)
		plan->has_reserved_len[key->prefix_len] = true;
	return 0;
}

static int reserve_for(struct alloc6_plan *plan, const struct conf_host *h)
{
	struct key6 key;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < h->fixed_address6_count; i++) {
		key = key6_of(LEASE_NA6, &h->fixed_addresses6[i], 128);
		err = reserve(plan, &key);
	}
	for (i = 0; !err && i < h->fixed_prefix6_count; i++) {
		key = key6_of(LEASE_PD6, &h->fixed_prefixes6[i].first,
			      h->fixed_prefixes6[i].prefix_len);
		err = reserve(plan, &key);
	}
	return err;
}

/* ---- identities ---- */

static uint64_t value_hash(const struct alloc6_plan *plan,
			   const struct plan6_selector *selector,
			   const uint8_t *data, size_t len)
{
	/* A selector has a key of its own. */
	struct siphash_key key = plan->key;

	key.k[1] ^= (uint64_t)selector->relay << 32 | selector->code;
	return siphash24(&key, data, len);
}

static struct plan6_selector selector_of(const struct conf_host *h)
{
	return (struct plan6_selector){ h->identifier->code,
					h->identifier_relay };
}

static bool is_same_selector(const struct plan6_selector *a,
			     const struct plan6_selector *b)
{
	return a->code == b->code && a->relay == b->relay;
}

static uint64_t hardware_hash(const struct alloc6_plan *plan, uint8_t htype,
			      const uint8_t *chaddr, uint8_t hlen)
{
	uint8_t hardware[1 + LEASE_CHADDR_MAX];

	hardware[0] = htype;
	memcpy(hardware + 1, chaddr, hlen);
	return siphash24(&plan->key, hardware, 1 + (size_t)hlen);
}

static int add_selector(struct alloc6_plan *plan,
			const struct plan6_selector *selector)
{
	uint32_t i;

	for (i = 0; i < plan->selector_count; i++) {
		if (is_same_selector(&plan->selector[i], selector))
			return 0;
	}
	plan->selector[plan->selector_count++] = *selector;
	return 0;
}

static int add_host(struct alloc6_plan *plan, uint32_t at)
{
	const struct conf_host *h = &plan->conf->hosts[at];
	struct plan6_selector selector;

	if (h->identifier) {
		selector = selector_of(h);
		add_selector(plan, &selector);
		if (hmap_insert(plan->host_by_identifier,
				value_hash(plan, &selector, h->identifier->data,
					   h->identifier->len),
				at))
			return -ENOMEM;
	}
	if (h->htype && h->hlen <= LEASE_CHADDR_MAX &&
	    hmap_insert(plan->host_by_hardware,
			hardware_hash(plan, h->htype, h->chaddr, h->hlen), at))
		return -ENOMEM;
	return reserve_for(plan, h);
}

/* The DUID is looked at first. */
static int compare_selectors(const void *a, const void *b)
{
	const struct plan6_selector *x = a;
	const struct plan6_selector *y = b;
	bool x_duid = x->code == DHCP6_OPT_CLIENT_ID && !x->relay;
	bool y_duid = y->code == DHCP6_OPT_CLIENT_ID && !y->relay;

	if (x_duid != y_duid)
		return y_duid - x_duid;
	if (x->relay != y->relay)
		return x->relay - y->relay;
	return (x->code > y->code) - (x->code < y->code);
}

int plan6_add_hosts(struct alloc6_plan *plan)
{
	const struct conf *conf = plan->conf;
	size_t reserved = 0;
	uint32_t i;
	int err = 0;

	if (conf->host_count >= PLAN6_NONE)
		return -ENOMEM;
	for (i = 0; i < conf->host_count; i++)
		reserved += conf->hosts[i].fixed_address6_count +
			    conf->hosts[i].fixed_prefix6_count;
	plan->reserved = calloc(reserved + 1, sizeof(*plan->reserved));
	plan->selector = calloc(conf->host_count + 1, sizeof(*plan->selector));
	if (!plan->reserved || !plan->selector ||
	    hmap_new(&plan->by_reserved, 0) ||
	    hmap_new(&plan->host_by_identifier, 0) ||
	    hmap_new(&plan->host_by_hardware, 0))
		return -ENOMEM;
	for (i = 0; !err && i < conf->host_count; i++)
		err = add_host(plan, i);
	qsort(plan->selector, plan->selector_count, sizeof(*plan->selector),
	      compare_selectors);
	return err;
}

/* ---- finding ---- */

struct search {
	struct alloc6_plan *plan;
	struct alloc6_asker *asker;
	struct plan6_selector selector;
	const uint8_t *data;
	size_t len;
	bool *settled;
};

/* True when this declaration settles it. */
static bool consider(const struct search *s, const struct conf_host *h)
{
	struct alloc6_asker *asker = s->asker;
	size_t i;

	asker->is_known = true;
	for (i = 0; i < h->fixed_address6_count; i++) {
		if (!plan6_is_in_network(s->plan, &h->fixed_addresses6[i],
					 asker->net))
			continue;
		asker->host = h;
		*s->settled = true;
		return true;
	}
	if (!h->fixed_address6_count && !asker->host)
		asker->host = h;
	return false;
}

static bool match_identifier(const void *ctx, uint32_t at, const void *key)
{
	const struct conf_host *h = &((const struct conf *)ctx)->hosts[at];
	const struct search *s = key;
	struct plan6_selector selector = selector_of(h);

	return is_same_selector(&selector, &s->selector) &&
	       h->identifier->len == s->len &&
	       (!s->len || !memcmp(h->identifier->data, s->data, s->len)) &&
	       consider(s, h);
}

static bool match_hardware(const void *ctx, uint32_t at, const void *key)
{
	const struct conf_host *h = &((const struct conf *)ctx)->hosts[at];
	const struct alloc6_client *client =
		((const struct search *)key)->asker->client;

	return h->htype == client->htype && h->hlen == client->hlen &&
	       !memcmp(h->chaddr, client->chaddr, h->hlen) && consider(key, h);
}

/* The first option of this code; false: there is none. */
static bool find_option(struct wire_reader options, struct search *s)
{
	struct dhcp6_option opt;

	while (dhcp6_next_option(&options, &opt) > 0) {
		if (opt.code != s->selector.code)
			continue;
		s->len = wire_left(&opt.body);
		s->data = wire_take(&opt.body, s->len);
		return true;
	}
	return false;
}

static bool find_value(struct search *s)
{
	const struct alloc6_client *client = s->asker->client;
	const struct dhcp6_envelope *env = client->envelope;
	uint8_t relay = s->selector.relay;

	if (relay)
		return env && relay <= env->relay_count &&
		       find_option(env->relay[relay - 1].options, s);
	if (s->selector.code == DHCP6_OPT_CLIENT_ID) {
		s->data = client->duid;
		s->len = client->duid_len;
		return true;
	}
	return client->options && find_option(*client->options, s);
}

void plan6_find_host(struct alloc6_plan *plan, struct alloc6_asker *asker)
{
	const struct alloc6_client *client = asker->client;
	bool settled = false;
	struct search s = {
		.plan = plan,
		.asker = asker,
		.settled = &settled,
	};
	uint32_t i;

	for (i = 0; i < plan->selector_count && !settled; i++) {
		s.selector = plan->selector[i];
		if (find_value(&s))
			hmap_find(plan->host_by_identifier,
				  value_hash(plan, &s.selector, s.data, s.len),
				  match_identifier, plan->conf, &s);
	}
	if (!settled && client->hlen && client->hlen <= LEASE_CHADDR_MAX)
		hmap_find(plan->host_by_hardware,
			  hardware_hash(plan, client->htype, client->chaddr,
					client->hlen),
			  match_hardware, plan->conf, &s);
}
