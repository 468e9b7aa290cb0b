/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client - who a client is: its client identifier when it sent one, else
 * hardware type and address (RFC 2131 section 4.2, RFC 4361 section 6.4), as
 * always if it is to be known by them.
 */
#ifndef DHCP4O6_ALLOC_CLIENT_H
#define DHCP4O6_ALLOC_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/lease/lease.h"

struct alloc_client {
	const uint8_t *id; /* the caller's octets; NULL: none was sent */
	uint8_t id_len;
	bool by_hardware; /* the identifier is for host declarations alone */
	uint8_t htype;
	uint8_t hlen;
	uint8_t chaddr[LEASE_CHADDR_MAX];
	uint64_t hash;  /* keyed, of the identity */
	uint64_t check; /* keyed otherwise; both equal: the same client */
};

/* Fills hash and check from the rest. */
void alloc_client_seal(struct alloc_client *client,
		       const struct siphash_key *key);

#endif /* DHCP4O6_ALLOC_CLIENT_H */
