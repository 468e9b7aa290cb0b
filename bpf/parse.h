/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * parse - one header per step. A step checks its bounds, moves the cursor over
 * exactly what it read and returns D4O6_REDIRECTED for "go on", or the reason
 * to stop. Cheap questions come first: most frames are not ours.
 */
#ifndef DHCP4O6_BPF_PARSE_H
#define DHCP4O6_BPF_PARSE_H

#include <linux/bpf.h> /* before bpf/ headers */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/xdp_shared.h"

struct pkt_cursor {
	void *pos;
	void *end;
};

/* Where the headers of a frame are, once they are known to be whole. */
struct pkt_headers {
	const struct ethhdr *eth;
	const struct ipv6hdr *ip6;
	const struct udphdr *udp;
	struct d4o6_vlan_key vlan; /* zero where there is no tag */
};

/* UAPI has no struct for what follows the EtherType of a tagged frame. */
struct vlan_tag {
	__be16 tci;
	__be16 proto;
};
#define VLAN_ID_MASK 0x0fff

static __always_inline int is_vlan_proto(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

/* Steps over a tag if *proto announces one, and reads the next EtherType. */
static __always_inline enum d4o6_reason parse_vlan_tag(struct pkt_cursor *c,
						       __be16 *proto,
						       __u16 *tag_proto,
						       __u16 *tag_id)
{
	const struct vlan_tag *tag = c->pos;

	if (!is_vlan_proto(*proto))
		return D4O6_REDIRECTED;
	if ((void *)(tag + 1) > c->end)
		return D4O6_TRUNCATED;
	*tag_proto = bpf_ntohs(*proto);
	*tag_id = bpf_ntohs(tag->tci) & VLAN_ID_MASK;
	*proto = tag->proto;
	c->pos = (void *)(tag + 1);
	return D4O6_REDIRECTED;
}

static __always_inline enum d4o6_reason parse_eth(struct pkt_cursor *c,
						  struct pkt_headers *h)
{
	const struct ethhdr *eth = c->pos;
	enum d4o6_reason why;
	__be16 proto;

	if ((void *)(eth + 1) > c->end)
		return D4O6_TRUNCATED;
	h->eth = eth;
	proto = eth->h_proto;
	c->pos = (void *)(eth + 1);

	why = parse_vlan_tag(c, &proto, &h->vlan.outer_proto,
			     &h->vlan.outer_id);
	if (why != D4O6_REDIRECTED)
		return why;
	if (h->vlan.outer_proto) {
		why = parse_vlan_tag(c, &proto, &h->vlan.inner_proto,
				     &h->vlan.inner_id);
		if (why != D4O6_REDIRECTED)
			return why;
	}
	return proto == bpf_htons(ETH_P_IPV6) ? D4O6_REDIRECTED : D4O6_NOT_IPV6;
}

/* Hop-by-hop, routing, destination options, AH, mobility, HIP, shim6. */
static __always_inline int is_ext_header(__u8 nexthdr)
{
	return nexthdr == IPPROTO_HOPOPTS || nexthdr == IPPROTO_ROUTING ||
	       nexthdr == IPPROTO_DSTOPTS || nexthdr == IPPROTO_AH ||
	       nexthdr == IPPROTO_MH || nexthdr == 139 || nexthdr == 140;
}

static __always_inline enum d4o6_reason parse_ipv6(struct pkt_cursor *c,
						   struct pkt_headers *h)
{
	const struct ipv6hdr *ip6 = c->pos;

	if ((void *)(ip6 + 1) > c->end)
		return D4O6_TRUNCATED;
	if (ip6->version != 6)
		return D4O6_NOT_IPV6;
	h->ip6 = ip6;
	c->pos = (void *)(ip6 + 1);
	if (ip6->nexthdr == IPPROTO_UDP)
		return D4O6_REDIRECTED;
	if (ip6->nexthdr == IPPROTO_FRAGMENT)
		return D4O6_FRAGMENT;
	return is_ext_header(ip6->nexthdr) ? D4O6_EXT_HEADER : D4O6_NOT_UDP;
}

static __always_inline enum d4o6_reason parse_udp(struct pkt_cursor *c,
						  struct pkt_headers *h)
{
	const struct udphdr *udp = c->pos;

	if ((void *)(udp + 1) > c->end)
		return D4O6_TRUNCATED;
	h->udp = udp;
	c->pos = (void *)(udp + 1);
	return udp->dest == bpf_htons(DHCP6_PORT_SERVER) ? D4O6_REDIRECTED
							 : D4O6_OTHER_PORT;
}

#endif /* DHCP4O6_BPF_PARSE_H */
