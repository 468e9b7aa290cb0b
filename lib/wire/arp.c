/* SPDX-License-Identifier: BSD-2-Clause */
/* arp - see the header. */
#include "dhcp4o6/wire/arp.h"

#include <string.h>

#define HTYPE_ETHERNET 1
#define HTYPE_IEEE802  6 /* some stations on Ethernet say so */
#define PTYPE_IPV4     0x0800
#define IPV4_LEN       4

enum drop_reason arp_decode(struct wire_reader in, struct arp_packet *arp)
{
	uint16_t htype = wire_get_u16(&in);
	uint16_t ptype = wire_get_u16(&in);
	uint8_t hlen = wire_get_u8(&in);
	uint8_t plen = wire_get_u8(&in);
	uint16_t op = wire_get_u16(&in);

	if (in.failed)
		return DROP_ARP_SHORT;
	if ((htype != HTYPE_ETHERNET && htype != HTYPE_IEEE802) ||
	    ptype != PTYPE_IPV4 || hlen != ARP_MAC_LEN || plen != IPV4_LEN ||
	    (op != ARP_REQUEST && op != ARP_REPLY))
		return DROP_ARP_KIND;
	arp->op = (enum arp_op)op;
	wire_get_mem(&in, arp->sender_mac, ARP_MAC_LEN);
	wire_get_mem(&in, &arp->sender, IPV4_LEN);
	wire_get_mem(&in, arp->target_mac, ARP_MAC_LEN);
	wire_get_mem(&in, &arp->target, IPV4_LEN);
	return in.failed ? DROP_ARP_SHORT : DROP_NONE;
}

void arp_encode(struct wire_writer *w, const struct arp_packet *arp)
{
	wire_put_u16(w, HTYPE_ETHERNET);
	wire_put_u16(w, PTYPE_IPV4);
	wire_put_u8(w, ARP_MAC_LEN);
	wire_put_u8(w, IPV4_LEN);
	wire_put_u16(w, (uint16_t)arp->op);
	wire_put_mem(w, arp->sender_mac, ARP_MAC_LEN);
	wire_put_mem(w, &arp->sender, IPV4_LEN);
	wire_put_mem(w, arp->target_mac, ARP_MAC_LEN);
	wire_put_mem(w, &arp->target, IPV4_LEN);
}

struct arp_packet arp_probe(const uint8_t mac[ARP_MAC_LEN], struct in_addr addr)
{
	struct arp_packet arp = { .op = ARP_REQUEST, .target = addr };

	memcpy(arp.sender_mac, mac, ARP_MAC_LEN);
	return arp;
}

struct arp_packet arp_announcement(const uint8_t mac[ARP_MAC_LEN],
				   struct in_addr addr)
{
	struct arp_packet arp = arp_probe(mac, addr);

	arp.sender = addr;
	return arp;
}
