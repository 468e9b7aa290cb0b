/* SPDX-License-Identifier: BSD-2-Clause */
/* rkap - keys and counter of RECONFIGURE. */
#include "rkap.h"

#include <string.h>

#include <nettle/hmac.h>

void rkap_init(struct rkap *rkap, const void *secret, size_t len)
{
	*rkap = (struct rkap){
		.secret_len = len < RKAP_SECRET_MAX ? len : RKAP_SECRET_MAX,
	};
	memcpy(rkap->secret, secret, rkap->secret_len);
}

void rkap_derive_key(const struct rkap *rkap, const uint8_t *duid,
		     size_t duid_len, uint8_t key[DHCP6_RKAP_LEN])
{
	static const char label[] = "dhcp4o6 reconfigure";
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, rkap->secret_len, rkap->secret);
	hmac_sha256_update(&ctx, sizeof(label) - 1, (const uint8_t *)label);
	hmac_sha256_update(&ctx, duid_len, duid);
	hmac_sha256_digest(&ctx, DHCP6_RKAP_LEN, key);
}

/* ---- the replay counter ---- */

static void raise_to(struct rkap *rkap, uint64_t at_least)
{
	if (rkap->last_replay < at_least)
		rkap->last_replay = at_least;
}

/* Seconds are the upper half: the clock outruns 2^32 uses in each of them. */
static void raise_to_time(struct rkap *rkap, int64_t seconds)
{
	if (seconds > 0 && seconds < UINT32_MAX)
		raise_to(rkap, (uint64_t)seconds << 32);
}

void rkap_note_mark(struct rkap *rkap, uint64_t mark)
{
	raise_to(rkap, mark);
	if (rkap->durable < mark)
		rkap->durable = mark;
}

void rkap_note_use(struct rkap *rkap, struct wall_time wall)
{
	if (wall.s >= 0 && wall.s < UINT32_MAX)
		raise_to_time(rkap, wall.s + 1);
}

void rkap_start(struct rkap *rkap, struct wall_time wall)
{
	raise_to_time(rkap, wall.s);
	rkap->reserved = rkap->durable;
}

bool rkap_wants_mark(const struct rkap *rkap)
{
	return rkap_next_mark(rkap) > rkap->reserved &&
	       rkap_next_mark(rkap) - rkap->reserved >= RKAP_MARK_AHEAD / 2;
}

/* After the last of all values there is none: nobody gets a key any more. */
uint64_t rkap_next_mark(const struct rkap *rkap)
{
	if (rkap->last_replay > UINT64_MAX - RKAP_MARK_AHEAD)
		return UINT64_MAX;
	return rkap->last_replay + RKAP_MARK_AHEAD;
}

void rkap_reserve(struct rkap *rkap, uint64_t mark)
{
	rkap->reserved = mark;
}

void rkap_end_reserve(struct rkap *rkap, bool is_durable)
{
	if (is_durable)
		rkap->durable = rkap->reserved;
	else
		rkap->reserved = rkap->durable;
}

uint64_t rkap_next_replay(struct rkap *rkap)
{
	return ++rkap->last_replay;
}
