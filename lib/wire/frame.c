/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame - Ethernet II, 802.1Q/802.1ad tags, IPv6 (RFC 8200), UDP (RFC 768).
 */
#include "dhcp4o6/wire/frame.h"

#include "dhcp4o6/base/checksum.h"

#define TYPE_IPV6  0x86dd
#define TYPE_VLAN  0x8100 /* IEEE 802.1Q */
#define TYPE_QINQ  0x88a8 /* IEEE 802.1ad */
#define ETH_LEN    14
#define VLAN_LEN   4
#define IPV6_LEN   40
#define UDP_LEN    8
#define PROTO_UDP  17
#define UDP_SUM_AT 6 /* octet of the checksum in the UDP header */

static enum drop_reason decode_eth(struct wire_reader *in,
				   struct frame_addr *addr)
{
	uint16_t type;

	wire_get_mem(in, addr->dst_mac, FRAME_MAC_LEN);
	wire_get_mem(in, addr->src_mac, FRAME_MAC_LEN);
	type = wire_get_u16(in);
	addr->vlan_count = 0;
	while ((type == TYPE_VLAN || type == TYPE_QINQ) &&
	       addr->vlan_count < FRAME_VLAN_MAX) {
		addr->vlan_proto[addr->vlan_count] = type;
		addr->vlan_tci[addr->vlan_count] = wire_get_u16(in);
		addr->vlan_count++;
		type = wire_get_u16(in);
	}
	if (in->failed)
		return DROP_FRAME_TRUNCATED;
	if (type != TYPE_IPV6)
		return DROP_FRAME_ETHERTYPE;
	/* An answer to a group address would reach everybody on the link. */
	return addr->src_mac[0] & 1 ? DROP_FRAME_SOURCE : DROP_NONE;
}

/*
 * A host may not send from these (RFC 4291 sections 2.5.2, 2.5.3, 2.7), and
 * Linux takes no IPv4-mapped one from a wire.
 */
static bool is_bad_source(const struct in6_addr *src)
{
	return IN6_IS_ADDR_UNSPECIFIED(src) || IN6_IS_ADDR_LOOPBACK(src) ||
	       IN6_IS_ADDR_MULTICAST(src) || IN6_IS_ADDR_V4MAPPED(src);
}

/* *udp: the IPv6 payload, without what padding the link added. */
static enum drop_reason decode_ipv6(struct wire_reader *in,
				    struct frame_addr *addr,
				    struct wire_reader *udp)
{
	uint32_t version = wire_get_u32(in) >> 28;
	uint16_t payload_len = wire_get_u16(in);
	uint8_t next_header = wire_get_u8(in);

	wire_take(in, 1); /* hop limit: any will do for what has arrived */
	wire_get_mem(in, &addr->src, sizeof(addr->src));
	wire_get_mem(in, &addr->dst, sizeof(addr->dst));
	if (in->failed)
		return DROP_FRAME_TRUNCATED;
	if (version != 6)
		return DROP_FRAME_VERSION;
	if (next_header != PROTO_UDP)
		return DROP_FRAME_NOT_UDP;
	if (payload_len > wire_left(in))
		return DROP_FRAME_LENGTH;
	if (is_bad_source(&addr->src))
		return DROP_FRAME_SOURCE;
	*udp = wire_split(in, payload_len);
	return DROP_NONE;
}

/* RFC 8200 section 8.1. The addresses are in network order as they are. */
static uint64_t pseudo_header_sum(const struct frame_addr *addr,
				  uint16_t udp_len)
{
	uint8_t tail[8] = { 0, 0, 0, 0, 0, 0, 0, PROTO_UDP };
	uint64_t sum;

	tail[2] = (uint8_t)(udp_len >> 8);
	tail[3] = (uint8_t)udp_len;
	sum = checksum_add(0, &addr->src, sizeof(addr->src));
	sum = checksum_add(sum, &addr->dst, sizeof(addr->dst));
	return checksum_add(sum, tail, sizeof(tail));
}

static bool checksum_is_good(const uint8_t *udp, uint16_t udp_len,
			     const struct frame_addr *addr,
			     enum frame_checksum mode, bool *partial)
{
	uint16_t field = (uint16_t)(udp[UDP_SUM_AT] << 8 | udp[UDP_SUM_AT + 1]);
	uint64_t pseudo;

	if (mode == FRAME_CHECKSUM_TRUST)
		return true;
	if (field == 0) /* not allowed over IPv6: RFC 8200 section 8.1 */
		return false;
	pseudo = pseudo_header_sum(addr, udp_len);
	if (checksum_fold(checksum_add(pseudo, udp, udp_len)) == 0xffff)
		return true;
	*partial = mode == FRAME_CHECKSUM_PARTIAL_OK &&
		   field == checksum_fold(pseudo);
	return *partial;
}

enum drop_reason frame_decode(struct wire_reader in, enum frame_checksum mode,
			      struct frame_addr *addr,
			      struct wire_reader *payload, bool *was_partial)
{
	bool partial = false;
	struct wire_reader ip;
	enum drop_reason why;
	const uint8_t *udp;
	uint16_t udp_len;

	why = decode_eth(&in, addr);
	if (why)
		return why;
	why = decode_ipv6(&in, addr, &ip);
	if (why)
		return why;
	udp = ip.pos;
	addr->src_port = wire_get_u16(&ip);
	addr->dst_port = wire_get_u16(&ip);
	udp_len = wire_get_u16(&ip);
	wire_take(&ip, 2);
	if (ip.failed || udp_len < UDP_LEN ||
	    (size_t)(udp_len - UDP_LEN) > wire_left(&ip))
		return DROP_FRAME_LENGTH;
	if (!checksum_is_good(udp, udp_len, addr, mode, &partial))
		return DROP_FRAME_CHECKSUM;
	*payload = wire_split(&ip, (size_t)(udp_len - UDP_LEN));
	if (was_partial)
		*was_partial = partial;
	return DROP_NONE;
}

size_t frame_header_len(unsigned int vlan_count)
{
	return ETH_LEN + vlan_count * VLAN_LEN + IPV6_LEN + UDP_LEN;
}

void frame_encode(uint8_t *frame, const struct frame_addr *addr,
		  uint8_t hop_limit, size_t payload_len)
{
	size_t header_len = frame_header_len(addr->vlan_count);
	uint16_t udp_len = (uint16_t)(payload_len + UDP_LEN);
	struct wire_writer w = wire_writer(frame, header_len);
	uint8_t *udp = frame + header_len - UDP_LEN;
	unsigned int i;
	uint16_t sum;

	wire_put_mem(&w, addr->dst_mac, FRAME_MAC_LEN);
	wire_put_mem(&w, addr->src_mac, FRAME_MAC_LEN);
	for (i = 0; i < addr->vlan_count; i++) {
		wire_put_u16(&w, addr->vlan_proto[i]);
		wire_put_u16(&w, addr->vlan_tci[i]);
	}
	wire_put_u16(&w, TYPE_IPV6);
	wire_put_u32(&w, 6U << 28);
	wire_put_u16(&w, udp_len);
	wire_put_u8(&w, PROTO_UDP);
	wire_put_u8(&w, hop_limit);
	wire_put_mem(&w, &addr->src, sizeof(addr->src));
	wire_put_mem(&w, &addr->dst, sizeof(addr->dst));
	wire_put_u16(&w, addr->src_port);
	wire_put_u16(&w, addr->dst_port);
	wire_put_u16(&w, udp_len);
	wire_put_u16(&w, 0);
	sum = (uint16_t)~checksum_fold(
		checksum_add(pseudo_header_sum(addr, udp_len), udp, udp_len));
	if (sum == 0) /* 0 would mean "none": RFC 768 */
		sum = 0xffff;
	wire_patch_u16(&w, header_len - UDP_LEN + UDP_SUM_AT, sum);
}
