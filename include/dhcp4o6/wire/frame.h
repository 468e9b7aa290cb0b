/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame - Ethernet, VLAN, IPv6 and UDP around a DHCPv6 message.
 *
 * AF_XDP hands over frames that no kernel has looked at. frame_decode() checks
 * every byte as if there were no classifier either: what the classifier calls
 * a match must decode here. It does not know the host's addresses; the caller
 * compares destination, ports and VLAN tags with what it serves.
 */
#ifndef DHCP4O6_WIRE_FRAME_H
#define DHCP4O6_WIRE_FRAME_H

#include <netinet/in.h>

#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

#define FRAME_MAC_LEN    6
#define FRAME_VLAN_MAX   2
#define FRAME_HEADER_MAX (14 + 4 * FRAME_VLAN_MAX + 40 + 8)

struct frame_addr {
	uint8_t src_mac[FRAME_MAC_LEN];
	uint8_t dst_mac[FRAME_MAC_LEN];
	uint8_t vlan_count;
	uint16_t vlan_proto[FRAME_VLAN_MAX]; /* 0x8100 or 0x88a8; [0] outer */
	uint16_t vlan_tci[FRAME_VLAN_MAX];   /* priority, DEI and id */
	struct in6_addr src;
	struct in6_addr dst;
	uint16_t src_port;
	uint16_t dst_port;
};

enum frame_checksum {
	FRAME_CHECKSUM_VERIFY, /* wrong or zero: DROP_FRAME_CHECKSUM */
	/*
	 * Also accepts a field that holds exactly the folded pseudo-header
	 * sum: what a virtual link delivers when the sender left the rest to
	 * hardware that is not there (CHECKSUM_PARTIAL).
	 */
	FRAME_CHECKSUM_PARTIAL_OK,
	FRAME_CHECKSUM_TRUST, /* not looked at */
};

/*
 * payload: the UDP payload, by the UDP length (Ethernet padding is not part of
 * it). The IPv6 payload may be longer than the UDP length says, as the kernel
 * has it too. Extension headers and fragments are DROP_FRAME_NOT_UDP: they
 * never come this way. *was_partial (NULL is allowed) tells that the checksum
 * was accepted as partial. DROP_NONE, or the reason.
 */
enum drop_reason frame_decode(struct wire_reader in, enum frame_checksum mode,
			      struct frame_addr *addr,
			      struct wire_reader *payload, bool *was_partial);

/* Octets in front of the payload for this number of VLAN tags. */
size_t frame_header_len(unsigned int vlan_count);

/*
 * Writes headers into the frame_header_len() octets in front of payload, which
 * the caller has placed there, and the UDP checksum over both. Hop limit as
 * given. payload_len <= 65,527.
 */
void frame_encode(uint8_t *frame, const struct frame_addr *addr,
		  uint8_t hop_limit, size_t payload_len);

#endif /* DHCP4O6_WIRE_FRAME_H */
