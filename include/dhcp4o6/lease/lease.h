/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease - one DHCPv4 lease as it stands in the store.
 *
 * The key is (address, PSID); a whole address has psid_len 0 (shared addresses,
 * RFC 7618, use the same record). A lease names no configuration object.
 * Times are wall-clock seconds; only lib/alloc turns them into running time.
 */
#ifndef DHCP4O6_LEASE_LEASE_H
#define DHCP4O6_LEASE_LEASE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"

#define LEASE_CLIENT_ID_MAX  255
#define LEASE_CHADDR_MAX     16
#define LEASE_HOST_NAME_MAX  255
#define LEASE_RELAY_PATH_MAX 1024
#define LEASE_EXPIRES_NEVER  INT64_MAX

enum lease_state {
	LEASE_FREE, /* nobody's; a record only keeps the former client */
	LEASE_ACTIVE,
	LEASE_EXPIRED,
	LEASE_RELEASED,
	LEASE_DECLINED, /* rests until expires */
	LEASE_STATE_COUNT,
};

enum lease_flag {
	LEASE_FLAG_RESERVED = 1 << 0, /* from a fixed-address */
};

struct lease {
	struct in_addr addr;
	uint16_t psid;
	uint8_t psid_len;
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
	struct in6_addr source;   /* IPv6 source of the query; :: if unknown */
	/* Variable parts; they belong to whoever made the struct. */
	const uint8_t *client_id; /* NULL when client_id_len is 0 */
	const uint8_t *host_name; /* option 12 as it came, not text-checked */
	/*
	 * Relays from the client outward, each: link-address (16 octets),
	 * length of Interface-ID (1), Interface-ID cut at 255 octets.
	 */
	const uint8_t *relay_path;
	uint16_t relay_path_len;
	uint8_t client_id_len;
	uint8_t host_name_len;
};

const char *lease_state_name(enum lease_state state); /* "active"; never NULL */

#endif /* DHCP4O6_LEASE_LEASE_H */
