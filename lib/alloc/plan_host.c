/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_host - host declarations by client identifier and by hardware address.
 *
 * Several declarations may name one client, each with an address on another
 * network. Of those that match, the identifier goes before the hardware, and a
 * declaration with an address on this network before one without any address.
 * One whose addresses all lie elsewhere makes the client known, and no more.
 */
#include "plan_host.h"

#include <errno.h>
#include <string.h>

static uint64_t id_hash(const struct plan *plan, const uint8_t *id, size_t len)
{
	return siphash24(&plan->key, id, len);
}

static uint64_t hardware_hash(const struct plan *plan, uint8_t htype,
			      const uint8_t *chaddr, uint8_t hlen)
{
	uint8_t hardware[1 + LEASE_CHADDR_MAX];

	hardware[0] = htype;
	memcpy(hardware + 1, chaddr, hlen);
	return siphash24(&plan->key, hardware, 1 + (size_t)hlen);
}

int plan_add_hosts(struct plan *plan)
{
	const struct conf *conf = plan->conf;
	uint32_t i;

	if (hmap_new(&plan->host_by_id, 0) ||
	    hmap_new(&plan->host_by_hardware, 0))
		return -ENOMEM;
	for (i = 0; i < conf->host_count; i++) {
		const struct conf_host *h = &conf->hosts[i];

		if (h->client_id &&
		    hmap_insert(plan->host_by_id,
				id_hash(plan, h->client_id, h->client_id_len),
				i))
			return -ENOMEM;
		if (h->htype && h->hlen <= LEASE_CHADDR_MAX &&
		    hmap_insert(
			    plan->host_by_hardware,
			    hardware_hash(plan, h->htype, h->chaddr, h->hlen),
			    i))
			return -ENOMEM;
	}
	return 0;
}

struct search {
	struct plan *plan;
	const struct alloc_network *net;
	const struct alloc_client *client;
	struct plan_host *found;
};

/* True when this declaration settles it. */
static bool consider(const struct search *s, const struct conf_host *h)
{
	struct plan_host *found = s->found;
	size_t i;

	found->is_known = true;
	for (i = 0; i < h->fixed_address_count; i++) {
		uint32_t addr = ntohl(h->fixed_addresses[i].s_addr);

		if (!plan_is_in_network(s->plan, addr, s->net))
			continue;
		found->host = h;
		found->fixed = addr;
		found->has_fixed = true;
		return true;
	}
	if (!h->fixed_address_count && !found->host)
		found->host = h;
	return false;
}

static bool match_id(const void *ctx, uint32_t index, const void *key)
{
	const struct search *s = key;
	const struct conf_host *h = &((const struct conf *)ctx)->hosts[index];

	return h->client_id_len == s->client->id_len &&
	       !memcmp(h->client_id, s->client->id, h->client_id_len) &&
	       consider(s, h);
}

static bool match_hardware(const void *ctx, uint32_t index, const void *key)
{
	const struct search *s = key;
	const struct conf_host *h = &((const struct conf *)ctx)->hosts[index];

	return h->htype == s->client->htype && h->hlen == s->client->hlen &&
	       !memcmp(h->chaddr, s->client->chaddr, h->hlen) && consider(s, h);
}

void plan_find_host(struct plan *plan, const struct alloc_network *net,
		    const struct alloc_client *client, struct plan_host *found)
{
	struct search s = {
		.plan = plan,
		.net = net,
		.client = client,
		.found = found,
	};

	*found = (struct plan_host){ 0 };
	if (!plan->conf->host_count)
		return;
	if (client->id)
		hmap_find(plan->host_by_id,
			  id_hash(plan, client->id, client->id_len), match_id,
			  plan->conf, &s);
	if (!found->has_fixed && client->hlen)
		hmap_find(plan->host_by_hardware,
			  hardware_hash(plan, client->htype, client->chaddr,
					client->hlen),
			  match_hardware, plan->conf, &s);
}
