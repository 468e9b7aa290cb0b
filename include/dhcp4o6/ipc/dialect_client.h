/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect_client - what the two halves of a DHCPv4-over-DHCPv6 client tell
 * each other: the datagrams of ISC's dhclient, so that either of our halves
 * can stand beside one of ISC's. docs/ipc-protocol.md has the octets.
 *
 * There is no header. Texts are told from messages by their length, and who
 * receives decides which messages there are: the v6 half takes POLL and
 * queries, the v4 half START, STOP and responses. Decoded values point into
 * the datagram. Nothing here allocates.
 */
#ifndef DHCP4O6_IPC_DIALECT_CLIENT_H
#define DHCP4O6_IPC_DIALECT_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>

#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

/* A response adds this to the DHCPv4 message: whom it came from. */
#define IPC_CLIENT_SOURCE_LEN 16

enum ipc_client_kind {
	IPC_CLIENT_POLL,     /* v4 to v6: is DHCPv4-over-DHCPv6 on? */
	IPC_CLIENT_QUERY,    /* v4 to v6: a DHCPV4-QUERY to be sent as it is */
	IPC_CLIENT_START,    /* v6 to v4: it is on */
	IPC_CLIENT_STOP,     /* v6 to v4: it is not, or no longer */
	IPC_CLIENT_RESPONSE, /* v6 to v4: a DHCPv4 message of a server */
	IPC_CLIENT_KIND_COUNT,
};

struct ipc_client_datagram {
	enum ipc_client_kind kind;
	bool unicast; /* QUERY: the U flag */
	/* QUERY: the whole DHCPV4-QUERY. RESPONSE: the DHCPv4 message. */
	struct wire_reader message;
	struct in6_addr source; /* RESPONSE: of the DHCPV4-RESPONSE */
};

/*
 * v6 half. A query that passes may go to the network: flags other than U are
 * zero, one option 87 holds a DHCPv4 message of at least 236 octets, and beside
 * it there is at most an Option Request option that does not ask for option 88
 * (RFC 7341 sections 6.2, 6.3 and 9). DROP_NONE, or why not.
 */
enum drop_reason ipc_client_decode_at_v6(struct wire_reader in,
					 struct ipc_client_datagram *datagram);

/*
 * v4 half. The message of a response is at least 236 octets long and not looked
 * into; its source is a unicast address.
 */
enum drop_reason ipc_client_decode_at_v4(struct wire_reader in,
					 struct ipc_client_datagram *datagram);

/* Writes POLL, START or STOP; another kind sets w->failed. */
void ipc_client_put_text(struct wire_writer *w, enum ipc_client_kind kind);

/* v6 half: message is the body of the option 87 of a DHCPV4-RESPONSE. */
void ipc_client_put_response(struct wire_writer *w, struct wire_reader message,
			     const struct in6_addr *source);

/* "POLL", "query", "START", "STOP", "response"; NULL outside the enum. */
const char *ipc_client_kind_name(enum ipc_client_kind kind);

#endif /* DHCP4O6_IPC_DIALECT_CLIENT_H */
