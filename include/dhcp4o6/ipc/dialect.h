/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect - the payloads between the DHCPv6 and the DHCPv4 half of a server.
 *
 * Three are in the field and none of them tells its name: ours (native), ISC
 * DHCP's frame and Kea's vendor option; docs/ipc-protocol.md has the octets.
 * The v4 half recognises the dialect of each query and answers in the same
 * one; the v6 half is told which to speak. Every datagram is distrusted:
 * lengths, types, names and ports are checked here. Decoded values point into
 * the datagram. Nothing here allocates.
 */
#ifndef DHCP4O6_IPC_DIALECT_H
#define DHCP4O6_IPC_DIALECT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

#define IPC_IFNAME_SIZE       16 /* octets with the NUL, as Linux's IFNAMSIZ */
#define IPC_ISC_HEADER_LEN    36
#define IPC_NATIVE_VERSION    1
#define IPC_NATIVE_HEADER_LEN (2 + 8 + 16 + IPC_ISC_HEADER_LEN)
#define IPC_TOKEN_NONE        0 /* no slot has this token */
/* No dialect adds more than this to a message. */
#define IPC_OVERHEAD_MAX 80

enum ipc_dialect {
	IPC_DIALECT_NATIVE,
	IPC_DIALECT_ISC,
	IPC_DIALECT_KEA,
	IPC_DIALECT_COUNT,
};

/* Where a query came from. Both directions carry it. */
struct ipc_origin {
	enum ipc_dialect dialect;
	bool relay_port; /* outermost relay level has option 135, RFC 8357 */
	uint16_t source_port;
	char ifname[IPC_IFNAME_SIZE]; /* ingress; NUL-terminated and padded */
	struct in6_addr source;       /* UDP peer: client or last relay */
	/* Native only, :: otherwise: the address the query was sent to. */
	struct in6_addr local;
	uint64_t token; /* native only, else IPC_TOKEN_NONE */
};

struct ipc_query {
	struct ipc_origin origin; /* a value: outlives the datagram */
	/*
	 * The outermost DHCPv6 message: DHCPV4-QUERY or RELAY-FORW. In dialect
	 * kea the peer's vendor option is still inside the innermost message.
	 */
	struct wire_reader message;
};

struct ipc_answer {
	struct ipc_origin origin; /* as the v4 half echoed it */
	uint16_t port; /* UDP port the message goes to, by dialect's rule */
	/*
	 * The outermost DHCPv6 message: DHCPV4-RESPONSE, or RELAY-REPL around
	 * one. Empty (native only): the query is done and has no answer.
	 * Send what ipc_copy_message() makes of it.
	 */
	struct wire_reader message;
};

/*
 * v6 half: one query in the dialect of query->origin. query->message must have
 * passed dhcp6_unwrap(). In dialect kea a client's own suboptions 60000 to
 * 60002 of option 17/2495 are left out, so that it cannot forge its ingress
 * interface. origin.relay_port is not read. What does not fit shows as
 * w->failed. Returns DROP_NONE or the reason; what w holds then is undefined.
 */
enum drop_reason ipc_encode_query(struct wire_writer *w,
				  const struct ipc_query *query);

/*
 * v4 half: recognises the dialect by the first octet: 0 native; 12
 * (RELAY-FORW) or 20 (DHCPV4-QUERY) Kea; otherwise ISC, if the first 16 octets
 * are a valid interface name that starts at or above '!'. Whether that
 * interface is here is for the caller to see.
 */
enum drop_reason ipc_decode_query(struct wire_reader in,
				  struct ipc_query *query);

/*
 * v4 half: message is a whole DHCPV4-RESPONSE or RELAY-REPL chain; an empty
 * one says "done, no answer" and is DROP_IPC_DIALECT in dialects that cannot.
 * to comes from ipc_decode_query().
 */
enum drop_reason ipc_encode_answer(struct wire_writer *w,
				   const struct ipc_origin *to,
				   struct wire_reader message);

/* v6 half: an answer in the dialect that this half speaks. */
enum drop_reason ipc_decode_answer(enum ipc_dialect dialect,
				   struct wire_reader in,
				   struct ipc_answer *answer);

/*
 * v6 half: the message to send, without what the dialect put inside it. Never
 * longer than answer->message.
 */
void ipc_copy_message(struct wire_writer *w, const struct ipc_answer *answer);

/* "native", "isc", "kea"; NULL outside the enum. */
const char *ipc_dialect_name(enum ipc_dialect dialect);

#endif /* DHCP4O6_IPC_DIALECT_H */
