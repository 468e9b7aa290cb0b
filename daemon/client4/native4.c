/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * native4 - RFC 7341 section 9: while DHCPv4-over-DHCPv6 is on, DHCPv4 itself
 * is to be off on the interface. Nobody is stopped here; the operator is told.
 *
 * Seen is who has UDP port 68 open for all addresses, as dhclient has, or for
 * an address of this host; a client that uses packet sockets alone is not.
 */
#include <stdio.h>

#include "head4.h"

#define DHCPV4_CLIENT_PORT 68
#define LINES_MAX          65536

/* Columns of /proc/net/udp: "sl: ADDRESS:PORT ...", in hex. */
static bool has_port_68(FILE *file)
{
	unsigned int addr, port, lines = 0;
	char line[256];

	while (lines++ < LINES_MAX && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %*u: %8x:%4x", &addr, &port) == 2 &&
		    port == DHCPV4_CLIENT_PORT)
			return true;
	}
	return false;
}

void head4_look_for_native(struct head4 *head)
{
	FILE *file;

	if (head->has_warned_native || !head->conf->dhcp4o6.stop_native)
		return;
	file = fopen("/proc/net/udp", "re");
	if (!file)
		return;
	if (has_port_68(file)) {
		log_warning("another program has UDP port %d: if it does "
			    "DHCPv4 on %s, it should not (RFC 7341 section 9)",
			    DHCPV4_CLIENT_PORT, head->interface);
		head->has_warned_native = true;
	}
	fclose(file);
}
