/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * match - is a frame to port 547 addressed to this host, and is it
 * DHCPv4-over-DHCPv6? Steps return as those of parse.h do.
 *
 * The walk through relay levels runs in __noinline global functions, which
 * the verifier checks once each, with bpf_loop and masked offsets: as a plain
 * loop it would exceed a million instructions.
 */
#ifndef DHCP4O6_BPF_MATCH_H
#define DHCP4O6_BPF_MATCH_H

#include "parse.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct d4o6_config);
} d4o6_config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, D4O6_VLANS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct d4o6_vlan_key);
	__type(value, struct d4o6_vlan);
} d4o6_vlans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, D4O6_ADDRS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct d4o6_addr_key);
	__type(value, struct d4o6_local);
} d4o6_addrs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, D4O6_PREFIXES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct d4o6_prefix_key);
	__type(value, struct d4o6_local);
} d4o6_prefixes SEC(".maps");

/* ff02::1:2 and ff05::1:3 (RFC 9915 section 7.1): the words that differ. */
static __always_inline int is_dhcp_multicast(const struct in6_addr *a)
{
	__u32 last = a->in6_u.u6_addr32[3];

	if (a->in6_u.u6_addr32[1] || a->in6_u.u6_addr32[2])
		return 0;
	if (a->in6_u.u6_addr32[0] == bpf_htonl(0xff020000))
		return last == bpf_htonl(0x00010002);
	if (a->in6_u.u6_addr32[0] == bpf_htonl(0xff050000))
		return last == bpf_htonl(0x00010003);
	return 0;
}

/* Ours, or the one that RFC 2464 section 7 makes of a DHCP multicast group. */
static __always_inline enum d4o6_reason
match_mac(const struct pkt_headers *h, const struct d4o6_config *config)
{
	__u32 head = *(const __u32 *)h->eth->h_dest;
	__u16 tail = *(const __u16 *)(h->eth->h_dest + 4);
	__u32 i;

	if (head == bpf_htonl(0x33330001))
		return is_dhcp_multicast(&h->ip6->daddr) &&
				       h->ip6->daddr.in6_u.u6_addr16[7] == tail
			       ? D4O6_REDIRECTED
			       : D4O6_OTHER_MAC;

	for (i = 0; i < D4O6_MACS_MAX && i < config->mac_count; i++) {
		if (config->mac[i].head_be == head &&
		    config->mac[i].tail_be == tail)
			return D4O6_REDIRECTED;
	}
	return D4O6_OTHER_MAC;
}

/* What the kernel would refuse of addresses, and user space of both. */
static __always_inline enum d4o6_reason match_source(const struct ethhdr *eth,
						     const struct in6_addr *a)
{
	if (a->in6_u.u6_addr8[0] == 0xff || (eth->h_source[0] & 1))
		return D4O6_SOURCE;
	if (a->in6_u.u6_addr32[0] || a->in6_u.u6_addr32[1])
		return D4O6_REDIRECTED;
	if (a->in6_u.u6_addr32[2])
		return a->in6_u.u6_addr32[2] == bpf_htonl(0xffff)
			       ? D4O6_SOURCE /* IPv4-mapped */
			       : D4O6_REDIRECTED;
	return bpf_ntohl(a->in6_u.u6_addr32[3]) <= 1 ? D4O6_SOURCE
						     : D4O6_REDIRECTED;
}

static __always_inline int is_link_local(const struct in6_addr *a)
{
	return (a->in6_u.u6_addr32[0] & bpf_htonl(0xffc00000)) ==
	       bpf_htonl(0xfe800000);
}

static __always_inline int is_in_prefix(const struct in6_addr *a)
{
	struct d4o6_prefix_key key = { .prefix_len = 128 };

	__builtin_memcpy(key.addr_be, a, sizeof(key.addr_be));
	return bpf_map_lookup_elem(&d4o6_prefixes, &key) != (void *)0;
}

static __always_inline enum d4o6_reason
match_destination(const struct in6_addr *a, __u32 ifindex,
		  const struct d4o6_config *config)
{
	struct d4o6_addr_key key = {};

	if (is_dhcp_multicast(a))
		return D4O6_REDIRECTED;
	__builtin_memcpy(key.addr_be, a, sizeof(key.addr_be));
	key.ifindex = is_link_local(a) ? ifindex : 0;
	if (bpf_map_lookup_elem(&d4o6_addrs, &key))
		return D4O6_REDIRECTED;
	if (config->has_prefixes && !is_link_local(a) && is_in_prefix(a))
		return D4O6_REDIRECTED;
	return D4O6_OTHER_ADDRESS;
}

/*
 * Everything that the kernel decides from addresses alone. ifindex is of the
 * receiving interface; behind tags it becomes the VLAN device.
 */
static __always_inline enum d4o6_reason
match_addresses(const struct pkt_headers *h, __u32 ifindex)
{
	const struct d4o6_config *config;
	const struct d4o6_vlan *vlan;
	enum d4o6_reason why;
	__u32 zero = 0;

	config = bpf_map_lookup_elem(&d4o6_config, &zero);
	if (!config)
		return D4O6_OTHER_MAC;
	why = match_mac(h, config);
	if (why != D4O6_REDIRECTED)
		return why;
	if (h->vlan.outer_proto) {
		vlan = bpf_map_lookup_elem(&d4o6_vlans, &h->vlan);
		if (!vlan)
			return D4O6_VLAN_UNKNOWN;
		ifindex = vlan->ifindex;
	}
	why = match_source(h->eth, &h->ip6->saddr);
	if (why != D4O6_REDIRECTED)
		return why;
	return match_destination(&h->ip6->daddr, ifindex, config);
}

/* A walk through the options of relay levels; offsets are from the frame. */
struct relay_walk {
	struct xdp_md *ctx;
	__u32 pos;   /* of the next option */
	__u32 end;   /* of the options of this level */
	__u32 depth; /* levels entered */
	__u32 why;
	__u32 finished;
};

/*
 * A frame that gets here fits a chunk, so the mask never changes an offset;
 * it keeps the verifier's idea of one from growing.
 */
#define FRAME_OFFSET_MASK (D4O6_CHUNK_LEN - 1)

struct option_header {
	__be16 code;
	__be16 len;
	__u8 first; /* octet of the body */
};
#define OPTION_AND_TYPE_LEN (DHCP6_OPTION_HEADER_LEN + 1)

static __always_inline long walk_stop(struct relay_walk *walk,
				      enum d4o6_reason why)
{
	walk->why = why;
	walk->finished = 1;
	return 1;
}

/* A Relay Message option has len octets at pos, the first of which is type. */
static __always_inline long walk_enter(struct relay_walk *walk, __u8 type,
				       __u32 pos, __u32 len)
{
	if (type == DHCP6_DHCPV4_QUERY)
		return walk_stop(walk, D4O6_REDIRECTED);
	if (type != DHCP6_RELAY_FORW)
		return walk_stop(walk, D4O6_OTHER_MESSAGE);
	if (len < DHCP6_RELAY_HEADER_LEN)
		return walk_stop(walk, D4O6_RELAY_MALFORMED);
	if (walk->depth >= DHCP6_RELAY_DEPTH_MAX)
		return walk_stop(walk, D4O6_RELAY_DEPTH);
	walk->depth++;
	walk->end = (pos + len) & FRAME_OFFSET_MASK;
	walk->pos = (pos + DHCP6_RELAY_HEADER_LEN) & FRAME_OFFSET_MASK;
	return 0;
}

/*
 * One option; a header that straddles the end of its level fails as a body
 * that does. An option of no length may be the last one of the frame, so its
 * header is read before the first octet of the body is.
 */
static __always_inline long walk_option(struct relay_walk *walk)
{
	void *data = (void *)(long)walk->ctx->data;
	void *end = (void *)(long)walk->ctx->data_end;
	__u32 pos = walk->pos & FRAME_OFFSET_MASK;
	const struct option_header *opt = data + pos;
	__u32 len, next;

	if (pos == walk->end)
		return walk_stop(walk, D4O6_RELAY_EMPTY);
	if (data + pos + DHCP6_OPTION_HEADER_LEN > end)
		return walk_stop(walk, D4O6_RELAY_MALFORMED);
	len = bpf_ntohs(opt->len);
	next = pos + DHCP6_OPTION_HEADER_LEN + len;
	if (next > walk->end)
		return walk_stop(walk, D4O6_RELAY_MALFORMED);
	if (opt->code != bpf_htons(DHCP6_OPT_RELAY_MSG)) {
		walk->pos = next & FRAME_OFFSET_MASK;
		return 0;
	}
	if (!len || data + pos + OPTION_AND_TYPE_LEN > end)
		return walk_stop(walk, D4O6_RELAY_MALFORMED);
	return walk_enter(walk, opt->first, pos + DHCP6_OPTION_HEADER_LEN, len);
}

/*
 * Several options a call: on processors whose returns are slowed down against
 * speculation, calling costs more than an option.
 */
#define OPTIONS_PER_STEP 4
_Static_assert(DHCP6_RELAY_OPTION_STEPS % OPTIONS_PER_STEP == 0, "steps");

static long walk_step(__u32 index, struct relay_walk *walk)
{
	__u32 i;

	(void)index;
	for (i = 0; i < OPTIONS_PER_STEP; i++) {
		if (walk_option(walk))
			return 1;
	}
	return 0;
}

/*
 * pos: of the options of the outermost RELAY-FORW; end: of the UDP payload.
 * depth is 1: as an argument it is a number that the verifier does not know,
 * so that it does not follow every depth apart.
 */
__noinline int walk_relays(struct xdp_md *ctx, __u32 pos, __u32 end,
			   __u32 depth)
{
	struct relay_walk walk = {
		.ctx = ctx,
		.pos = pos & FRAME_OFFSET_MASK,
		.end = end & FRAME_OFFSET_MASK,
		.depth = depth,
		.why = D4O6_RELAY_STEPS,
	};

	bpf_loop(DHCP6_RELAY_OPTION_STEPS / OPTIONS_PER_STEP, walk_step, &walk,
		 0);
	return walk.finished ? (int)walk.why : D4O6_RELAY_STEPS;
}

/*
 * The payload at c->pos must fill IPv6 and UDP lengths and lie in one chunk.
 * start is of the frame.
 */
static __always_inline enum d4o6_reason
match_message(struct xdp_md *ctx, const struct pkt_cursor *c,
	      const struct pkt_headers *h, const void *start)
{
	__u32 pos = (__u32)(c->pos - start);
	__u32 frame_len = (__u32)(c->end - start);
	__u32 udp_len = bpf_ntohs(h->udp->len);
	const __u8 *type = c->pos;

	if (frame_len > D4O6_FRAME_LEN_MAX ||
	    bpf_xdp_get_buff_len(ctx) != frame_len)
		return D4O6_TOO_LONG;
	if (udp_len < sizeof(struct udphdr) ||
	    udp_len != bpf_ntohs(h->ip6->payload_len) ||
	    pos - sizeof(struct udphdr) + udp_len > frame_len)
		return D4O6_LENGTH;
	if (udp_len == sizeof(struct udphdr))
		return D4O6_OTHER_MESSAGE;
	if ((void *)(type + 1) > c->end)
		return D4O6_TRUNCATED;
	if (*type == DHCP6_DHCPV4_QUERY)
		return D4O6_REDIRECTED;
	if (*type != DHCP6_RELAY_FORW)
		return D4O6_OTHER_MESSAGE;
	udp_len -= sizeof(struct udphdr);
	if (udp_len < DHCP6_RELAY_HEADER_LEN)
		return D4O6_RELAY_MALFORMED;
	return walk_relays(ctx, pos + DHCP6_RELAY_HEADER_LEN, pos + udp_len, 1);
}

#endif /* DHCP4O6_BPF_MATCH_H */
