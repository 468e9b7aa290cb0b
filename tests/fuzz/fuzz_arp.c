/* SPDX-License-Identifier: BSD-2-Clause */
/* An ARP packet. What decodes must be the same when it is written anew. */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/arp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[ARP_PACKET_LEN];
	struct wire_writer w = wire_writer(out, sizeof(out));
	struct arp_packet arp;

	if (arp_decode(wire_reader(data, size), &arp) != DROP_NONE)
		return 0;
	arp_encode(&w, &arp);
	/* The hardware type is written as Ethernet always. */
	if (w.failed || size < ARP_PACKET_LEN ||
	    memcmp(out + 2, data + 2, ARP_PACKET_LEN - 2) != 0)
		abort();
	return 0;
}
