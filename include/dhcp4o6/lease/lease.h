/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease - one lease as it stands in the store, of either family.
 *
 * The key of a DHCPv4 lease is (address, PSID); a whole address has psid_len 0
 * (shared addresses, RFC 7618, use the same record). That of a DHCPv6 one is
 * (kind, address or prefix, prefix length). A lease names no configuration
 * object. Times are wall-clock seconds; only lib/alloc and lib/alloc6 turn them
 * into running time.
 */
#ifndef DHCP4O6_LEASE_LEASE_H
#define DHCP4O6_LEASE_LEASE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"

#define LEASE_CLIENT_ID_MAX   255
#define LEASE_CHADDR_MAX      16
#define LEASE_HOST_NAME_MAX   255
#define LEASE_RELAY_PATH_MAX  1024
#define LEASE_RELAY_PORTS_MAX 95 /* of as many relays as a path may have */
#define LEASE_BILLING_MAX     32
#define LEASE_EXPIRES_NEVER   INT64_MAX

enum lease_kind {
	LEASE_DHCP4,
	LEASE_NA6, /* an address of an IA_NA */
	LEASE_PD6, /* a delegated prefix of an IA_PD */
	/*
	 * No lease: the DUID by which the server is known, client_id, and
	 * replay_mark. There is one in a store of the DHCPv6 server; its
	 * address is `::'.
	 */
	LEASE_DUID6,
	LEASE_KIND_COUNT,
};

enum lease_state {
	LEASE_FREE, /* nobody's; a record only keeps the former client */
	LEASE_ACTIVE,
	LEASE_EXPIRED,
	LEASE_RELEASED,
	LEASE_DECLINED, /* rests until expires */
	LEASE_STATE_COUNT,
};

enum lease_flag {
	LEASE_FLAG_RESERVED = 1 << 0, /* from a fixed-address, fixed-prefix6 */
	LEASE_FLAG_RECONFIGURE = 1 << 1, /* DHCPv6: the client accepts it */
};

struct lease {
	uint8_t kind;        /* enum lease_kind */
	struct in_addr addr; /* DHCPv4 */
	uint16_t psid;
	uint8_t psid_len;
	/* DHCPv6 */
	uint8_t prefix_len; /* of a delegated prefix; 128 for an address */
	struct in6_addr addr6;
	uint32_t iaid;            /* host order */
	uint32_t preferred_s;     /* preferred lifetime as it was given */
	char ifname[IF_NAMESIZE]; /* the message came in on; "" if unknown */
	/* LEASE_DUID6: replay values of reconfigure keys are not above this
	 * (RFC 9915 section 20.3); 0 if not known. */
	uint64_t replay_mark;
	/* Both */
	uint8_t state; /* enum lease_state */
	uint8_t flags; /* of enum lease_flag */
	uint8_t htype;
	uint8_t hlen;
	uint8_t chaddr[LEASE_CHADDR_MAX];
	uint32_t epoch;           /* of the owner; 1 with a single server */
	uint32_t version;         /* grows with each change of this key */
	struct wall_time starts;  /* of the current binding */
	struct wall_time expires; /* s == LEASE_EXPIRES_NEVER: infinite */
	struct wall_time updated; /* client's last transaction */
	/* IPv6 source of the query, its outermost relay's if there are any; ::
	 * if unknown. */
	struct in6_addr source;
	/* Variable parts; they belong to whoever made the struct. */
	const uint8_t *client_id; /* DHCPv6: DUID. NULL when its length is 0 */
	/* Option 12 as it came, or the labels of the name in DHCPv6's option
	 * 39 with dots between; not text-checked. */
	const uint8_t *host_name;
	/*
	 * Relays from the client outward, each: link-address (16 octets),
	 * DHCPv6 alone: peer-address (16), then length of Interface-ID (1),
	 * Interface-ID cut at 255 octets.
	 */
	const uint8_t *relay_path;
	/*
	 * DHCPv6: nothing, unless a relay sent option 135 (RFC 8357). Then the
	 * UDP port (2 octets) that the outermost one sent from, and for each
	 * that sent the option: which it is in relay_path, from 0 on (1), and
	 * the body (2).
	 */
	const uint8_t *relay_ports;
	const uint8_t *billing; /* DHCPv4: the class it counts to, see alloc */
	uint16_t relay_path_len;
	uint8_t client_id_len;
	uint8_t host_name_len;
	uint8_t billing_len; /* 0: none */
	uint8_t relay_ports_len;
};

const char *lease_state_name(enum lease_state state); /* "active"; never NULL */

#endif /* DHCP4O6_LEASE_LEASE_H */
