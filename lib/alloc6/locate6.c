/* SPDX-License-Identifier: BSD-2-Clause */
/* locate6 - where a client is; alloc6.h has the order in words. */
#include "alloc6_private.h"

struct locating {
	const struct alloc6 *alloc;
	const struct dhcp6_envelope *env;
	const char *ifname;
	const struct in6_addr *source;
};

/*
 * A step returns false when it has nothing to go by. Otherwise it has decided:
 * *network is what it found, or PREFIX_NONE.
 */
typedef bool locate_fn(const struct locating *l, uint32_t *network);

/* A link-local link-address names no link, unless a subnet6 of exactly that
 * address, a /128, is declared (RFC 7969 section 3.2). */
static bool by_relay(const struct locating *l, uint32_t *network)
{
	struct prefix_table *networks = &l->alloc->plan->networks;
	uint8_t i;

	for (i = 0; i < l->env->relay_count; i++) {
		const struct in6_addr *link = &l->env->relay[i].link_address;

		if (IN6_IS_ADDR_UNSPECIFIED(link))
			continue;
		if (!dhcp6_link_is_unusable(link)) {
			*network =
				prefix_table_find(networks, link->s6_addr, 16);
			return true;
		}
		*network = prefix_table_get(networks, link->s6_addr, 16, 128);
		if (*network != PREFIX_NONE)
			return true;
	}
	return false;
}

static bool is_global(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(addr) && !IN6_IS_ADDR_MULTICAST(addr);
}

/* Of a message that no relay passed on: its address is not the client's. */
static bool by_source(const struct locating *l, uint32_t *network)
{
	if (l->env->relay_count || !is_global(l->source))
		return false;
	*network = prefix_table_find(&l->alloc->plan->networks,
				     l->source->s6_addr, 16);
	return *network != PREFIX_NONE;
}

static bool by_interface(const struct locating *l, uint32_t *network)
{
	if (!l->ifname || !l->ifname[0])
		return false;
	*network = iface_table_value(&l->alloc->ifaces, l->ifname);
	return true;
}

const struct alloc6_network *alloc6_locate(const struct alloc6 *alloc,
					   const struct dhcp6_envelope *env,
					   const char *ifname,
					   const struct in6_addr *source)
{
	static locate_fn *const steps[] = { by_relay, by_source, by_interface };
	const struct locating l = { alloc, env, ifname, source };
	uint32_t network = PREFIX_NONE;
	size_t i;

	if (!alloc->plan)
		return NULL;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i](&l, &network))
			break;
	}
	return network == PREFIX_NONE ? NULL : &alloc->plan->network[network];
}

const struct conf_shared_network *
alloc6_network_conf(const struct alloc6_network *net)
{
	return net->conf;
}

const struct conf_subnet6 *alloc6_find_subnet(const struct alloc6 *alloc,
					      const struct in6_addr *addr,
					      const struct alloc6_network **net)
{
	const struct plan6_subnet *subnet = NULL;

	if (alloc->plan)
		subnet = plan6_find_subnet(alloc->plan, addr);
	if (net)
		*net = subnet ? &alloc->plan->network[subnet->network] : NULL;
	return subnet ? subnet->conf : NULL;
}

const struct conf_pool6 *alloc6_find_pool(const struct alloc6 *alloc,
					  const struct alloc6_network *net,
					  enum lease_kind kind,
					  const struct in6_addr *addr)
{
	const struct plan6_ranges *ranges =
		&net->ranges[plan6_kind((uint8_t)kind)];
	const struct plan6_range *range =
		plan6_find_range(ranges, num6_of(addr));

	return range ? alloc->plan->pool[range->pool].conf : NULL;
}
