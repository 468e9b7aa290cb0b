/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6 - the DHCPv6 side of a query: relay nests and DHCPv4-over-DHCPv6.
 *
 * Decoded values point into the input and live as long as it does. Decoding
 * is iterative and bounded; repeated singletons reject the message (RFC 9915
 * section 21; RFC 7341 sections 6 and 7).
 */
#ifndef DHCP4O6_WIRE_DHCP6_H
#define DHCP4O6_WIRE_DHCP6_H

#include <netinet/in.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

struct dhcp6_option {
	uint16_t code;
	struct wire_reader body;
};

/* One RELAY-FORW level. */
struct dhcp6_relay {
	uint8_t hop_count;
	bool has_interface_id;
	bool has_relay_port; /* option 135 was there */
	struct in6_addr link_address;
	struct in6_addr peer_address;
	struct wire_reader interface_id; /* body of option 18 */
	struct wire_reader relay_port;   /* body of option 135 */
	struct wire_reader options;      /* whole options area of the level */
	struct wire_reader ero; /* body of option 43; empty if there is none */
};

/* A message as it reached the server. */
struct dhcp6_envelope {
	uint8_t relay_count;
	/* [0] is closest to the client (innermost), as localization wants. */
	struct dhcp6_relay relay[DHCP6_RELAY_DEPTH_MAX];
	uint8_t inner_type; /* enum dhcp6_msg_type of the innermost message */
	/* The innermost message, type octet included. */
	struct wire_reader inner;
};

/* A DHCPV4-QUERY or DHCPV4-RESPONSE. */
struct dhcp4o6_msg {
	uint8_t type;
	bool unicast;               /* U flag; only meaningful in a query */
	struct wire_reader dhcpv4;  /* body of the one option 87 */
	struct wire_reader options; /* all options beside and around it */
};

/*
 * Reads one option. Returns 1 with *opt filled, 0 at a clean end of the area,
 * or -EBADMSG when a header or body runs past it: a truncated option is an
 * error, never a quiet end of the list.
 */
int dhcp6_next_option(struct wire_reader *area, struct dhcp6_option *opt);

/*
 * Unwraps every RELAY-FORW of a datagram sent to a server. hop_limit is the
 * highest hop count accepted; hop_limit + 1 levels, and never more than
 * DHCP6_RELAY_DEPTH_MAX, may be nested. Returns DROP_NONE, or why not; the
 * innermost type is any that is not RELAY-FORW or RELAY-REPL. The innermost
 * message has at least its type octet and is not looked into. *env is valid
 * only after DROP_NONE.
 */
enum drop_reason dhcp6_unwrap(struct wire_reader in, unsigned int hop_limit,
			      struct dhcp6_envelope *env);

/* As dhcp6_unwrap(), for RELAY-REPL chains: clients, relays and tests. */
enum drop_reason dhcp6_unwrap_reply(struct wire_reader in,
				    struct dhcp6_envelope *env);

/*
 * Decodes the innermost message of type `type` (20 or 21). Another type is
 * DROP_DHCP6_NOT_SERVED if 20 was asked for and it is one of the other
 * messages of clients, else DROP_DHCP6_TYPE.
 */
enum drop_reason dhcp4o6_decode(struct wire_reader in, uint8_t type,
				struct dhcp4o6_msg *msg);

/*
 * Begins a DHCPV4-RESPONSE inside the RELAY-REPL chain that mirrors env
 * (RFC 9915 section 19.3, RFC 7341 section 11): hop count and addresses copied,
 * Interface-ID and option 135 each at its own level, options named in an Echo
 * Request option copied (RFC 4994), flags 0. Order within a level:
 * Interface-ID, 135, echoed options as they came, Relay Message. The caller
 * then writes the DHCPv4 message itself to w and calls dhcp4o6_end_response(),
 * which closes all lengths. Bodies in env must still be valid. Errors show as
 * w->failed.
 */
struct dhcp4o6_response {
	uint8_t open_count; /* lengths still to be patched */
	uint16_t length_at[DHCP6_RELAY_DEPTH_MAX + 1]; /* offsets in w */
};

void dhcp4o6_begin_response(struct wire_writer *w,
			    const struct dhcp6_envelope *env,
			    struct dhcp4o6_response *resp);
void dhcp4o6_end_response(struct wire_writer *w,
			  const struct dhcp4o6_response *resp);

/* True for ::, and for fe80::/10: a link-address that names no link. */
bool dhcp6_link_is_unusable(const struct in6_addr *link_address);

/* Writes one option; a body over 65,535 octets sets w->failed. */
void dhcp6_put_option(struct wire_writer *w, uint16_t code, const void *body,
		      size_t len);

/* "DHCPV4-QUERY", "RELAY-FORW", ...; "type-N" style is the caller's: NULL. */
const char *dhcp6_msg_type_name(uint8_t type);

#endif /* DHCP4O6_WIRE_DHCP6_H */
