/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options as they stand in a DHCPv4 message, behind an octet that says what the
 * link is and the four of the address. What comes out has to be what the
 * kernel can be asked for.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "../../daemon/client4/apply4.h"
#include "dhcp4o6/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_route(const struct apply4 *apply, size_t i)
{
	const struct net_conf_route4 *r = &apply->route[i];
	uint32_t dest = ntohl(r->dest.s_addr);

	if (r->prefix_len > 32 || (r->is_onlink && !r->gateway.s_addr) ||
	    (r->prefix_len < 32 && dest << r->prefix_len) ||
	    r->source.s_addr != apply->addr.s_addr)
		abort();
	for (size_t k = 0; k < i; k++) {
		const struct net_conf_route4 *other = &apply->route[k];

		if (other->dest.s_addr == r->dest.s_addr &&
		    other->prefix_len == r->prefix_len &&
		    other->metric == r->metric)
			abort();
	}
}

static void check(const struct apply4 *apply, const struct apply4_link *link)
{
	if (apply->prefix_len == 0 || apply->prefix_len > 32 ||
	    apply->mtu > link->mtu || apply->mtu < 68 ||
	    (link->keeps_ipv6 && apply->mtu < 1280) ||
	    apply->route_count > APPLY4_ROUTES_MAX ||
	    apply->ignored_count > APPLY4_IGNORED_MAX)
		abort();
	for (size_t i = 0; i < apply->route_count; i++)
		check_route(apply, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct client_options options;
	static struct apply4 apply;
	struct wire_reader in = wire_reader(data, size);
	uint8_t flags = wire_get_u8(&in);
	struct apply4_link link = { .is_point_to_point = flags & 1,
				    .keeps_ipv6 = flags & 2,
				    .mtu = 1500 };
	struct in_addr addr = { htonl(wire_get_u32(&in)) };

	client_options_clear(&options);
	while (!in.failed && wire_left(&in)) {
		uint8_t code = wire_get_u8(&in);
		struct wire_reader body = wire_split(&in, wire_get_u8(&in));

		if (!in.failed)
			(void)client_options_set(&options, CONF_OPTIONS_DHCP4,
						 code, body.pos,
						 wire_left(&body));
	}
	if (!addr.s_addr)
		return 0;
	apply4_make(&apply, addr, &options, &link);
	check(&apply, &link);
	return 0;
}
