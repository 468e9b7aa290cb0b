/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rkap - the Reconfiguration Key Authentication Protocol of a server (RFC 9915
 * section 20.4).
 *
 * A key is derived from a secret and the DUID of the client, never stored: it
 * is the same for as long as the secret is. The replay counter grows with every
 * use, over restarts by the wall clock and by what the store remembers (RFC
 * 9915 section 20.3).
 */
#ifndef DHCP4O6_SERVER6_RKAP_H
#define DHCP4O6_SERVER6_RKAP_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/wire/dhcp6_auth.h"

#define RKAP_SECRET_MAX 64

struct rkap {
	uint8_t secret[RKAP_SECRET_MAX];
	size_t secret_len;
	uint64_t last_replay; /* 0 at first */
};

/* Longer secrets are cut at RKAP_SECRET_MAX octets. */
void rkap_init(struct rkap *rkap, const void *secret, size_t len);

/* First half of HMAC-SHA256(secret, "dhcp4o6 reconfigure" DUID). */
void rkap_derive_key(const struct rkap *rkap, const uint8_t *duid,
		     size_t duid_len, uint8_t key[DHCP6_RKAP_LEN]);

/*
 * Before a restart the counter was used when it was this time. What is used
 * from now on is greater, whatever the wall clock says. A time that no clock
 * has is ignored.
 */
void rkap_note_use(struct rkap *rkap, struct wall_time wall);

/* Greater than any value before it. */
uint64_t rkap_next_replay(struct rkap *rkap, struct wall_time wall);

#endif /* DHCP4O6_SERVER6_RKAP_H */
