/* SPDX-License-Identifier: BSD-2-Clause */
#include "server_id.h"

#include <arpa/inet.h>

static bool is_in_subnet(const struct conf_subnet *subnet, struct in_addr addr)
{
	uint32_t mask =
		subnet->prefix_len ? ~0U << (32 - subnet->prefix_len) : 0;

	return ((ntohl(addr.s_addr) ^ ntohl(subnet->network.s_addr)) & mask) ==
	       0;
}

static bool is_configured(const struct conf *conf, struct in_addr addr)
{
	const struct conf_shared_network *network;
	size_t i, k;

	for (i = 0; i < conf->network_count; i++) {
		network = &conf->networks[i];
		for (k = 0; k < network->subnet_count; k++) {
			if (is_in_subnet(&network->subnets[k], addr))
				return true;
		}
	}
	return false;
}

enum server_id_rank server_id_rank(const struct conf *conf,
				   const struct net_addr *addr,
				   enum net_link_kind kind)
{
	uint32_t host;

	if (addr->family != AF_INET)
		return SERVER_ID_NONE;
	host = ntohl(addr->v4.s_addr);
	if (host >> 24 == 127 || host == 0 || host >= 0xe0000000U)
		return SERVER_ID_NONE;
	if (is_configured(conf, addr->v4))
		return SERVER_ID_CONFIGURED_SUBNET;
	if (host >> 16 == 0xa9fe)
		return SERVER_ID_LINK_LOCAL;
	if (kind == NET_LINK_BRIDGE || kind == NET_LINK_TUN ||
	    kind == NET_LINK_VETH)
		return SERVER_ID_LIKELY_SHARED;
	return SERVER_ID_HOST;
}

struct in_addr server_id_fallback(const struct siphash_key *key)
{
	static const char label[] = "server-identifier";
	uint64_t hash = siphash24(key, label, sizeof(label));
	uint32_t host = (uint32_t)(hash % (254U * 256)) + 256;

	return (struct in_addr){ .s_addr = htonl(0xa9fe0000U | host) };
}
