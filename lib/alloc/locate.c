/* SPDX-License-Identifier: BSD-2-Clause */
/* locate - the decision table of localization; locate.h has it in words. */
#include "dhcp4o6/alloc/locate.h"

#include <string.h>

#include "alloc_private.h"

struct locating {
	const struct alloc *alloc;
	const struct locate_query *query;
	bool believes_hints;
	bool has_subnet_selection;
	struct locate_result *result;
};

/*
 * A step returns false when it has nothing to go by. Otherwise it has decided,
 * and result->network says how.
 */
typedef bool locate_fn(const struct locating *l);

static void by_addr4(const struct locating *l, const void *addr_be)
{
	uint32_t be;

	memcpy(&be, addr_be, sizeof(be));
	alloc_find_subnet(l->alloc, (struct in_addr){ .s_addr = be },
			  &l->result->network);
}

static bool by_link_selection(const struct locating *l)
{
	const struct dhcp4_option *opt = &l->query->msg->link_selection;

	if (!l->believes_hints || !opt->data)
		return false;
	if (opt->len == 4)
		by_addr4(l, opt->data);
	return true;
}

static bool by_subnet_selection(const struct locating *l)
{
	struct dhcp4_option opt =
		dhcp4_option(l->query->msg, DHCP4_OPT_SUBNET_SELECTION);

	if (!l->has_subnet_selection)
		return false;
	if (opt.len == 4)
		by_addr4(l, opt.data);
	return true;
}

static bool by_giaddr(const struct locating *l)
{
	if (!l->believes_hints || !l->query->msg->giaddr.s_addr)
		return false;
	by_addr4(l, &l->query->msg->giaddr);
	return true;
}

static void by_network(const struct locating *l, uint32_t network)
{
	if (network != PLAN_NONE)
		l->result->network = &l->alloc->plan->network[network];
}

static bool by_relay(const struct locating *l)
{
	const struct dhcp6_envelope *env = l->query->envelope;
	struct prefix_table *prefix6 = &l->alloc->plan->prefix6;
	uint8_t i;

	for (i = 0; i < env->relay_count; i++) {
		const struct in6_addr *link = &env->relay[i].link_address;
		uint32_t found;

		if (IN6_IS_ADDR_UNSPECIFIED(link))
			continue;
		if (!dhcp6_link_is_unusable(link)) {
			by_network(l, prefix_table_find(prefix6, link->s6_addr,
							16));
			return true;
		}
		found = prefix_table_get(prefix6, link->s6_addr, 16, 128);
		if (found != PREFIX_NONE) {
			by_network(l, found);
			return true;
		}
	}
	return false;
}

static bool is_global(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(addr) && !IN6_IS_ADDR_MULTICAST(addr);
}

/* Of a query that no relay passed on: a relay's address is not the client's. */
static bool by_source_address(const struct locating *l)
{
	const struct in6_addr *source = &l->query->source;
	uint32_t found;

	if (!l->alloc->plan->conf->dhcp4o6.source_address_localization ||
	    l->query->envelope->relay_count || !is_global(source))
		return false;
	found = prefix_table_find(&l->alloc->plan->prefix6, source->s6_addr,
				  16);
	by_network(l, found);
	return found != PREFIX_NONE;
}

static bool by_interface(const struct locating *l)
{
	if (!l->query->ifname || !l->query->ifname[0])
		return false;
	by_network(l, ifaces_network(l->alloc, l->query->ifname));
	return true;
}

static const struct {
	enum locate_step step;
	locate_fn *fn;
} steps[] = {
	{ LOCATE_LINK_SELECTION, by_link_selection },
	{ LOCATE_SUBNET_SELECTION, by_subnet_selection },
	{ LOCATE_GIADDR, by_giaddr },
	{ LOCATE_RELAY, by_relay },
	{ LOCATE_SOURCE_ADDRESS, by_source_address },
	{ LOCATE_INTERFACE, by_interface },
};

static const char *const step_names[LOCATE_STEP_COUNT] = {
	[LOCATE_NONE] = "none",
	[LOCATE_LINK_SELECTION] = "link-selection",
	[LOCATE_SUBNET_SELECTION] = "subnet-selection",
	[LOCATE_GIADDR] = "giaddr",
	[LOCATE_RELAY] = "relay",
	[LOCATE_SOURCE_ADDRESS] = "source-address",
	[LOCATE_INTERFACE] = "interface",
};

const char *locate_step_name(enum locate_step step)
{
	return step < LOCATE_STEP_COUNT ? step_names[step] : "unknown";
}

static bool believes_hints(const struct conf *conf,
			   const struct locate_query *query)
{
	switch (conf->dhcp4o6.inner_hints) {
	case CONF_HINTS_TRUST:
		return true;
	case CONF_HINTS_RELAYED_ONLY:
		return query->envelope->relay_count > 0;
	case CONF_HINTS_IGNORE:
		break;
	}
	return false;
}

void alloc_locate(const struct alloc *alloc, const struct locate_query *query,
		  struct locate_result *result)
{
	struct locating l = {
		.alloc = alloc,
		.query = query,
		.result = result,
	};
	size_t i;

	*result = (struct locate_result){ .step = LOCATE_NONE };
	if (!alloc->plan)
		return;
	l.believes_hints = believes_hints(alloc->plan->conf, query);
	l.has_subnet_selection =
		l.believes_hints &&
		alloc->plan->conf->dhcp4o6.subnet_selection &&
		dhcp4_has_option(query->msg, DHCP4_OPT_SUBNET_SELECTION);
	result->has_subnet_selection = l.has_subnet_selection;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (!steps[i].fn(&l))
			continue;
		result->step = steps[i].step;
		break;
	}
	/* A subnet6 that shares its network with no subnet has no IPv4. */
	if (result->network && !result->network->conf->subnet_count)
		result->network = NULL;
}

const struct conf_shared_network *
alloc_network_conf(const struct alloc_network *net)
{
	return net->conf;
}

const struct conf_subnet *alloc_find_subnet(const struct alloc *alloc,
					    struct in_addr addr,
					    const struct alloc_network **net)
{
	const struct plan_subnet *subnet = NULL;

	if (alloc->plan)
		subnet = plan_find_subnet(alloc->plan, ntohl(addr.s_addr));
	if (net)
		*net = subnet ? &alloc->plan->network[subnet->network] : NULL;
	return subnet ? subnet->conf : NULL;
}

const struct conf_pool *alloc_find_pool(const struct alloc *alloc,
					const struct alloc_network *net,
					struct in_addr addr)
{
	const struct plan_range *range =
		plan_find_range(alloc->plan, net, ntohl(addr.s_addr));

	return range ? alloc->plan->pool[range->pool].conf : NULL;
}

const struct conf_dhcp4o6 *alloc_settings(const struct alloc *alloc)
{
	return &alloc->plan->conf->dhcp4o6;
}

const struct conf *alloc_conf(const struct alloc *alloc)
{
	return alloc->plan->conf;
}

bool alloc_is_conditional(const struct alloc *alloc)
{
	return alloc->plan && alloc->plan->is_conditional;
}

bool alloc_has_server_id(const struct alloc *alloc, struct in_addr addr)
{
	uint32_t low = 0;
	uint32_t high = alloc->plan ? alloc->plan->server_id_count : 0;
	uint32_t want = ntohl(addr.s_addr);

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (alloc->plan->server_id[mid] == want)
			return true;
		if (alloc->plan->server_id[mid] < want)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

uint64_t alloc_locate_steps(const struct alloc *alloc)
{
	return alloc->plan
		       ? alloc->plan->prefix4.steps + alloc->plan->prefix6.steps
		       : 0;
}
