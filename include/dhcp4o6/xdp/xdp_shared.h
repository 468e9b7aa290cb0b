/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * xdp_shared - what the XDP classifier and its loader agree on. Compiled by
 * both clang -target bpf and the host compiler: fixed-width types only, no
 * pointers, no hidden padding, the layout of every struct asserted.
 */
#ifndef DHCP4O6_XDP_XDP_SHARED_H
#define DHCP4O6_XDP_XDP_SHARED_H

#include <linux/types.h>

#define D4O6_QUEUES_MAX   64
#define D4O6_MACS_MAX     16
#define D4O6_VLANS_MAX    4096
#define D4O6_ADDRS_MAX    8192
#define D4O6_PREFIXES_MAX 1024

/*
 * An AF_XDP chunk and the part of it that the kernel keeps in front of a
 * received frame (XDP_PACKET_HEADROOM). A longer frame passes.
 */
#define D4O6_CHUNK_LEN     2048
#define D4O6_CHUNK_RESERVE 256
#define D4O6_FRAME_LEN_MAX (D4O6_CHUNK_LEN - D4O6_CHUNK_RESERVE)

/*
 * What the classifier did with a frame, and why; every frame counts exactly
 * once. All but the first pass to the kernel. Columns: enum suffix, field of
 * struct d4o6_stats, name shown to people, explanation.
 */
/* clang-format off */
#define D4O6_REASON_TABLE(ROW)                                                                                         \
	ROW(REDIRECTED, redirected, "redirected", "DHCPv4-over-DHCPv6, handed to the AF_XDP socket")                  \
	ROW(NO_SOCKET, no_socket, "no-socket", "DHCPv4-over-DHCPv6, but no AF_XDP socket on this receive queue")      \
	ROW(NOT_IPV6, not_ipv6, "not-ipv6", "not IPv6 behind at most two VLAN tags")                                  \
	ROW(NOT_UDP, not_udp, "not-udp", "IPv6 next header is not UDP")                                               \
	ROW(EXT_HEADER, ext_header, "ext-header", "IPv6 extension header, left to the kernel")                        \
	ROW(FRAGMENT, fragment, "fragment", "IPv6 fragment, left to the kernel to reassemble")                        \
	ROW(OTHER_PORT, other_port, "other-port", "UDP destination port is not 547")                                  \
	ROW(OTHER_MESSAGE, other_message, "other-message", "DHCPv6 message that is not DHCPv4-over-DHCPv6")           \
	ROW(TRUNCATED, truncated, "truncated", "headers run past the end of the frame")                               \
	ROW(LENGTH, length, "length", "IPv6 or UDP length disagrees with the frame")                                  \
	ROW(TOO_LONG, too_long, "too-long", "frame does not fit into an AF_XDP chunk")                                \
	ROW(OTHER_MAC, other_mac, "other-mac", "destination MAC address is not ours")                                 \
	ROW(VLAN_UNKNOWN, vlan_unknown, "vlan-unknown", "VLAN tags belong to no interface that is served")            \
	ROW(SOURCE, source, "source", "source is unspecified, multicast, loopback or IPv4-mapped, or its MAC a group")             \
	ROW(OTHER_ADDRESS, other_address, "other-address", "destination is not an address of this host")              \
	ROW(RELAY_DEPTH, relay_depth, "relay-depth", "more relay levels than the classifier unwraps")                 \
	ROW(RELAY_STEPS, relay_steps, "relay-steps", "more options around the message than the classifier walks")     \
	ROW(RELAY_MALFORMED, relay_malformed, "relay-malformed", "RELAY-FORW or an option in it is cut short")        \
	ROW(RELAY_EMPTY, relay_empty, "relay-empty", "RELAY-FORW without a Relay Message option")
/* clang-format on */

enum d4o6_reason {
#define D4O6_REASON_ENUM(suffix, field, name, text) D4O6_##suffix,
	D4O6_REASON_TABLE(D4O6_REASON_ENUM)
#undef D4O6_REASON_ENUM
		D4O6_REASON_COUNT,
};

/* Value of d4o6_stats, per CPU: frames by reason, in the table's order. */
struct d4o6_stats {
#define D4O6_REASON_FIELD(suffix, field, name, text) __u64 field;
	D4O6_REASON_TABLE(D4O6_REASON_FIELD)
#undef D4O6_REASON_FIELD
};
_Static_assert(sizeof(struct d4o6_stats) == 8 * D4O6_REASON_COUNT, "layout");

/* A MAC address in two pieces that compare fast in any byte order. */
struct d4o6_mac {
	__u32 head_be; /* octets 0 to 3 */
	__u16 tail_be; /* octets 4 and 5 */
	__u16 zero;
};
_Static_assert(sizeof(struct d4o6_mac) == 8, "layout");

/* Value of d4o6_config, one entry. */
struct d4o6_config {
	__u32 mac_count;
	__u32 has_prefixes; /* 0 saves a look-up in d4o6_prefixes */
	struct d4o6_mac mac[D4O6_MACS_MAX];
};
_Static_assert(sizeof(struct d4o6_config) == 8 + 8 * D4O6_MACS_MAX, "layout");

/* Key of d4o6_vlans: host order; proto and id 0 where there is no tag. */
struct d4o6_vlan_key {
	__u16 outer_proto; /* 0x8100 or 0x88a8 */
	__u16 outer_id;
	__u16 inner_proto;
	__u16 inner_id;
};
_Static_assert(sizeof(struct d4o6_vlan_key) == 8, "layout");

struct d4o6_vlan {
	__u32 ifindex; /* of the VLAN device */
};
_Static_assert(sizeof(struct d4o6_vlan) == 4, "layout");

/* Key of d4o6_addrs: ifindex only for link-local addresses, else 0. */
struct d4o6_addr_key {
	__u32 addr_be[4];
	__u32 ifindex;
};
_Static_assert(sizeof(struct d4o6_addr_key) == 20, "layout");

/* Key of d4o6_prefixes, an LPM trie: AnyIP prefixes. */
struct d4o6_prefix_key {
	__u32 prefix_len;
	__u32 addr_be[4];
};
_Static_assert(sizeof(struct d4o6_prefix_key) == 20, "layout");

/* Value of both; its presence is what counts. */
struct d4o6_local {
	__u32 is_local; /* 1 */
};
_Static_assert(sizeof(struct d4o6_local) == 4, "layout");

#endif /* DHCP4O6_XDP_XDP_SHARED_H */
