/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arp - ARP for IPv4 on Ethernet (RFC 826), as address conflict detection has
 * it (RFC 5227): the packet behind the Ethernet header.
 */
#ifndef DHCP4O6_WIRE_ARP_H
#define DHCP4O6_WIRE_ARP_H

#include <netinet/in.h>

#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

#define ARP_MAC_LEN    6
#define ARP_PACKET_LEN 28

enum arp_op {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

struct arp_packet {
	enum arp_op op;
	uint8_t sender_mac[ARP_MAC_LEN];
	struct in_addr sender; /* 0.0.0.0: of an ARP Probe */
	uint8_t target_mac[ARP_MAC_LEN];
	struct in_addr target;
};

/*
 * DROP_NONE, or why it is no request and no reply about IPv4 addresses on
 * Ethernet. What follows the packet is padding.
 */
enum drop_reason arp_decode(struct wire_reader in, struct arp_packet *arp);
/* ARP_PACKET_LEN octets; errors show as w->failed. */
void arp_encode(struct wire_writer *w, const struct arp_packet *arp);

/* RFC 5227 section 1.1: who asks for addr, and has none yet. */
struct arp_packet arp_probe(const uint8_t mac[ARP_MAC_LEN],
			    struct in_addr addr);
/* The same section: I have addr. A request (section 3). */
struct arp_packet arp_announcement(const uint8_t mac[ARP_MAC_LEN],
				   struct in_addr addr);

#endif /* DHCP4O6_WIRE_ARP_H */
