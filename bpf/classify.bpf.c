// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * classify - hands DHCPv4-over-DHCPv6 frames to the AF_XDP socket of their
 * queue. It is no validator: user space checks every byte again. It never
 * drops: what it is not sure of, the kernel gets, and the socket answers.
 */
#include "match.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, D4O6_QUEUES_MAX);
	__type(key, __u32);
	__type(value, __u32);
} d4o6_xsks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct d4o6_stats);
} d4o6_stats SEC(".maps");

static __always_inline void count(__u32 why)
{
	struct d4o6_stats *stats;
	__u32 zero = 0;

	stats = bpf_map_lookup_elem(&d4o6_stats, &zero);
	if (stats && why < D4O6_REASON_COUNT)
		((__u64 *)stats)[why]++;
}

static __always_inline enum d4o6_reason classify(struct xdp_md *ctx)
{
	void *start = (void *)(long)ctx->data;
	struct pkt_cursor c = {
		.pos = start,
		.end = (void *)(long)ctx->data_end,
	};
	struct pkt_headers h = {};
	enum d4o6_reason why;

	why = parse_eth(&c, &h);
	if (why != D4O6_REDIRECTED)
		return why;
	why = parse_ipv6(&c, &h);
	if (why != D4O6_REDIRECTED)
		return why;
	why = parse_udp(&c, &h);
	if (why != D4O6_REDIRECTED)
		return why;
	why = match_addresses(&h, ctx->ingress_ifindex);
	if (why != D4O6_REDIRECTED)
		return why;
	return match_message(ctx, &c, &h, start);
}

SEC("xdp.frags")
int d4o6_classify(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;
	enum d4o6_reason why = classify(ctx);

	if (why == D4O6_REDIRECTED && !bpf_map_lookup_elem(&d4o6_xsks, &queue))
		why = D4O6_NO_SOCKET;
	count(why);
	if (why != D4O6_REDIRECTED)
		return XDP_PASS;
	return (int)bpf_redirect_map(&d4o6_xsks, queue, XDP_PASS);
}

/* Some helpers are for GPL-compatible programs alone; the dual licence is. */
char d4o6_license[] SEC("license") = "Dual BSD/GPL";
