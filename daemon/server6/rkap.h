/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rkap - the Reconfiguration Key Authentication Protocol of a server (RFC 9915
 * section 20.4).
 *
 * A key is derived from a secret and the DUID of the client, never stored: it
 * is the same for as long as the secret is.
 *
 * The replay counter grows with every use (RFC 9915 section 20.3), over
 * restarts by a mark in the store: no value above it was ever used. The mark is
 * written far ahead of the values, so hardly ever but at start. Where the store
 * has none, or an old copy of it was put back, the wall clock at start and the
 * newest lease say where to go on.
 */
#ifndef DHCP4O6_SERVER6_RKAP_H
#define DHCP4O6_SERVER6_RKAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/wire/dhcp6_auth.h"

#define RKAP_SECRET_MAX 64
#define RKAP_MARK_AHEAD (1ULL << 32) /* values that one mark is good for */

struct rkap {
	uint8_t secret[RKAP_SECRET_MAX];
	size_t secret_len;
	uint64_t last_replay; /* 0 at first */
	uint64_t reserved;    /* the mark that was last given to the store */
	uint64_t durable;     /* the one that the store has for sure */
};

/* Longer secrets are cut at RKAP_SECRET_MAX octets. */
void rkap_init(struct rkap *rkap, const void *secret, size_t len);

/* First half of HMAC-SHA256(secret, "dhcp4o6 reconfigure" DUID). */
void rkap_derive_key(const struct rkap *rkap, const uint8_t *duid,
		     size_t duid_len, uint8_t key[DHCP6_RKAP_LEN]);

/*
 * ---- the replay counter ----
 *
 * At start what the store has is noted, in any order; then rkap_start(). Times
 * that no clock has are ignored.
 */
void rkap_note_mark(struct rkap *rkap, uint64_t mark);
/* A key may have been given at that time, by a server without marks, too. */
void rkap_note_use(struct rkap *rkap, struct wall_time wall);
void rkap_start(struct rkap *rkap, struct wall_time wall);

/* Has the store to be given a new mark, before the last one is used up? */
bool rkap_wants_mark(const struct rkap *rkap);
uint64_t rkap_next_mark(const struct rkap *rkap);
/* It was handed to the store; then, what became of it. */
void rkap_reserve(struct rkap *rkap, uint64_t mark);
void rkap_end_reserve(struct rkap *rkap, bool is_durable);

/* May a value be used in what leaves behind the mark: after it is durable? */
static inline bool rkap_can_wait(const struct rkap *rkap)
{
	return rkap->last_replay < rkap->reserved;
}

/* May one be used in what leaves at once? */
static inline bool rkap_can_send(const struct rkap *rkap)
{
	return rkap->last_replay < rkap->durable;
}

/* Greater than any value before it; only when one of the two holds. */
uint64_t rkap_next_replay(struct rkap *rkap);

#endif /* DHCP4O6_SERVER6_RKAP_H */
