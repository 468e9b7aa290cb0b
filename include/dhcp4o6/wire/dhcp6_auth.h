/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_auth - Authentication options of the Reconfiguration Key Authentication
 * Protocol (RFC 9915 section 20.4): a server gives a client its key in a REPLY,
 * and proves with it that a RECONFIGURE is its own.
 */
#ifndef DHCP4O6_WIRE_DHCP6_AUTH_H
#define DHCP4O6_WIRE_DHCP6_AUTH_H

#include "dhcp4o6/wire/wire.h"

#define DHCP6_RKAP_LEN 16 /* of a key, and of an HMAC */

enum dhcp6_rkap_type {
	DHCP6_RKAP_KEY = 1,
	DHCP6_RKAP_HMAC = 2,
};

struct dhcp6_rkap {
	enum dhcp6_rkap_type type;
	uint64_t replay;
	const uint8_t *value; /* DHCP6_RKAP_LEN octets of the input */
};

/* Body of an Authentication option. False: of another protocol, or malformed;
 * *rkap is then as it was. */
bool dhcp6_decode_rkap(struct wire_reader body, struct dhcp6_rkap *rkap);

/* The Authentication option that gives a client its key. */
void dhcp6_put_rkap_key(struct wire_writer *w, uint64_t replay,
			const uint8_t key[DHCP6_RKAP_LEN]);

/*
 * The Authentication option of a RECONFIGURE, its HMAC zero. dhcp6_sign_rkap()
 * fills it in: HMAC-MD5 over the whole message, which starts at offset `start'
 * of w and ends with what has been written (RFC 9915 section 20.4.1). option_at
 * is what dhcp6_put_rkap_hmac() returned.
 */
size_t dhcp6_put_rkap_hmac(struct wire_writer *w, uint64_t replay);
void dhcp6_sign_rkap(struct wire_writer *w, size_t start, size_t option_at,
		     const uint8_t key[DHCP6_RKAP_LEN]);

/* Is `value', which lies within the message, the HMAC of the message? */
bool dhcp6_verify_rkap(struct wire_reader message, const uint8_t *value,
		       const uint8_t key[DHCP6_RKAP_LEN]);

#endif /* DHCP4O6_WIRE_DHCP6_AUTH_H */
