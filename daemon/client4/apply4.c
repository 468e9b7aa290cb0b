/* SPDX-License-Identifier: BSD-2-Clause */
/* apply4 - see the header. */
#include "apply4.h"

#include <arpa/inet.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/wire.h"

#define OPT_INTERFACE_MTU    26
#define OPT_BROADCAST        28
#define OPT_STATIC_ROUTES    33
#define OPT_CLASSLESS_ROUTES 121
#define ADDR_LEN             4
#define MTU_MIN              68   /* RFC 2132 section 5.1 */
#define MTU_MIN_IPV6         1280 /* RFC 8200 section 5 */
#define CLASSLESS_MIN        5    /* octets, RFC 3442 */

/* What is being made, and of what. Addresses are in host order. */
struct making {
	struct apply4 *apply;
	const struct client_options *options;
	const struct apply4_link *link;
	uint32_t addr;
	uint32_t mask;
};

static uint32_t mask_of(unsigned int prefix_len)
{
	return prefix_len ? UINT32_MAX << (32 - prefix_len) : 0;
}

/* Class A, B or C; everything else is a host. */
static unsigned int class_len(uint32_t addr)
{
	if (!(addr >> 31))
		return 8;
	if (addr >> 30 == 2)
		return 16;
	return addr >> 29 == 6 ? 24 : 32;
}

static bool find(const struct making *m, uint8_t code, struct wire_reader *body)
{
	const struct client_option *option =
		client_options_find(m->options, CONF_OPTIONS_DHCP4, code);

	if (option)
		*body = wire_reader(option->body, option->len);
	return option;
}

static void ignore(struct making *m, uint8_t code)
{
	struct apply4 *apply = m->apply;

	if (apply->ignored_count < APPLY4_IGNORED_MAX)
		apply->ignored[apply->ignored_count++] = code;
}

/* ---- the address ---- */

/* False if there is no such option, or it is no mask. */
static bool take_mask(struct making *m)
{
	struct wire_reader body;
	uint32_t mask, hosts;

	if (!find(m, DHCP4_OPT_SUBNET_MASK, &body))
		return false;
	mask = wire_get_u32(&body);
	hosts = ~mask;
	if (body.failed || wire_left(&body) || !mask || (hosts & (hosts + 1))) {
		ignore(m, DHCP4_OPT_SUBNET_MASK);
		return false;
	}
	m->apply->prefix_len = (uint8_t)__builtin_popcount(mask);
	return true;
}

static void find_prefix_len(struct making *m)
{
	if (!take_mask(m))
		m->apply->prefix_len = m->link->is_point_to_point
					       ? 32
					       : (uint8_t)class_len(m->addr);
	m->mask = mask_of(m->apply->prefix_len);
}

/* A broadcast address is delivered to this host, so it is not just any. */
static bool may_be_broadcast(const struct making *m, uint32_t addr)
{
	return addr == UINT32_MAX ||
	       (addr != m->addr && (addr & m->mask) == (m->addr & m->mask));
}

static void find_broadcast(struct making *m)
{
	uint32_t broadcast = m->addr | ~m->mask;
	struct wire_reader body;
	uint32_t given;

	if (m->link->is_point_to_point || m->apply->prefix_len > 30)
		return;
	if (find(m, OPT_BROADCAST, &body)) {
		given = wire_get_u32(&body);
		if (body.failed || wire_left(&body) ||
		    !may_be_broadcast(m, given))
			ignore(m, OPT_BROADCAST);
		else
			broadcast = given;
	}
	if (broadcast != m->addr)
		m->apply->broadcast.s_addr = htonl(broadcast);
}

static void find_mtu(struct making *m)
{
	struct wire_reader body;
	uint32_t mtu;

	m->apply->mtu = m->link->mtu;
	if (!find(m, OPT_INTERFACE_MTU, &body))
		return;
	mtu = wire_get_u16(&body);
	if (body.failed || wire_left(&body) || mtu < MTU_MIN) {
		ignore(m, OPT_INTERFACE_MTU);
		return;
	}
	if (m->link->keeps_ipv6 && mtu < MTU_MIN_IPV6)
		mtu = MTU_MIN_IPV6;
	if (mtu < m->link->mtu)
		m->apply->mtu = mtu;
}

/* ---- routes ---- */

static bool may_be_router(uint32_t addr)
{
	return addr >> 24 != 0 && addr >> 24 != IN_LOOPBACKNET &&
	       !IN_MULTICAST(addr) && !IN_BADCLASS(addr);
}

static bool may_be_dest(uint32_t dest, unsigned int prefix_len)
{
	return !prefix_len || dest >> 24 != IN_LOOPBACKNET;
}

/* False if the route is there already. */
static bool choose_metric(const struct making *m, struct net_conf_route4 *route)
{
	route->metric = m->link->metric;
	for (size_t i = 0; i < m->apply->route_count; i++) {
		const struct net_conf_route4 *other = &m->apply->route[i];

		if (other->dest.s_addr != route->dest.s_addr ||
		    other->prefix_len != route->prefix_len)
			continue;
		if (other->gateway.s_addr == route->gateway.s_addr)
			return false;
		if (route->metric < UINT32_MAX)
			route->metric++;
	}
	return true;
}

/* router is 0 where the destination is on the link. */
static void add_route(struct making *m, uint32_t dest, unsigned int prefix_len,
		      uint32_t router)
{
	struct apply4 *apply = m->apply;
	struct net_conf_route4 route = { .prefix_len = (uint8_t)prefix_len };

	dest &= mask_of(prefix_len);
	if ((router && !may_be_router(router)) ||
	    !may_be_dest(dest, prefix_len)) {
		apply->routes_left_out++;
		return;
	}
	if (m->link->is_point_to_point || router == m->addr)
		router = 0;
	route.dest.s_addr = htonl(dest);
	route.gateway.s_addr = htonl(router);
	route.source = apply->addr;
	route.is_onlink = router && ((router ^ m->addr) & m->mask);
	if (!choose_metric(m, &route))
		return;
	if (apply->route_count == APPLY4_ROUTES_MAX)
		apply->routes_left_out++;
	else
		apply->route[apply->route_count++] = route;
}

/* A destination and its router; the former in as few octets as it needs. */
static bool next_classless(struct wire_reader *body, uint32_t *dest,
			   unsigned int *prefix_len, uint32_t *router)
{
	uint8_t octets[ADDR_LEN] = { 0 };
	struct wire_reader whole = wire_reader(octets, sizeof(octets));

	*prefix_len = wire_get_u8(body);
	if (*prefix_len > 32)
		return false;
	wire_get_mem(body, octets, (*prefix_len + 7) / 8);
	*dest = wire_get_u32(&whole);
	*router = wire_get_u32(body);
	return !body->failed;
}

static bool is_classless(struct wire_reader body)
{
	uint32_t dest, router;
	unsigned int prefix_len;

	if (wire_left(&body) < CLASSLESS_MIN)
		return false;
	while (wire_left(&body)) {
		if (!next_classless(&body, &dest, &prefix_len, &router))
			return false;
	}
	return true;
}

/* False if there is no such option, or it can not be read to its end. */
static bool take_classless(struct making *m)
{
	struct wire_reader body;
	uint32_t dest, router;
	unsigned int prefix_len;

	if (!find(m, OPT_CLASSLESS_ROUTES, &body))
		return false;
	if (!is_classless(body)) {
		ignore(m, OPT_CLASSLESS_ROUTES);
		return false;
	}
	while (wire_left(&body) &&
	       next_classless(&body, &dest, &prefix_len, &router))
		add_route(m, dest, prefix_len, router);
	return true;
}

static void take_static(struct making *m)
{
	struct wire_reader body;

	if (!find(m, OPT_STATIC_ROUTES, &body))
		return;
	if (!wire_left(&body) || wire_left(&body) % (2 * ADDR_LEN)) {
		ignore(m, OPT_STATIC_ROUTES);
		return;
	}
	while (wire_left(&body)) {
		uint32_t dest = wire_get_u32(&body);
		uint32_t router = wire_get_u32(&body);
		unsigned int len = class_len(dest);

		if (dest & ~mask_of(len))
			len = 32;
		if (dest && router)
			add_route(m, dest, len, router);
		else
			m->apply->routes_left_out++;
	}
}

static void take_routers(struct making *m)
{
	struct wire_reader body;

	if (!find(m, DHCP4_OPT_ROUTERS, &body))
		return;
	if (!wire_left(&body) || wire_left(&body) % ADDR_LEN) {
		ignore(m, DHCP4_OPT_ROUTERS);
		return;
	}
	while (wire_left(&body)) {
		uint32_t router = wire_get_u32(&body);

		if (router)
			add_route(m, 0, 0, router);
		else
			m->apply->routes_left_out++;
	}
}

void apply4_make(struct apply4 *apply, struct in_addr addr,
		 const struct client_options *options,
		 const struct apply4_link *link)
{
	struct making m = { .apply = apply,
			    .options = options,
			    .link = link,
			    .addr = ntohl(addr.s_addr) };

	memset(apply, 0, sizeof(*apply));
	apply->addr = addr;
	find_prefix_len(&m);
	find_broadcast(&m);
	find_mtu(&m);
	if (take_classless(&m))
		return;
	take_static(&m);
	take_routers(&m);
}
