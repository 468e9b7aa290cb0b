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

/*
 * A client refuses what is not greater than the last it saw. Seconds in the
 * upper half leave room for 2^32 uses in each of them.
 */
uint64_t rkap_next_replay(struct rkap *rkap, struct wall_time wall)
{
	uint64_t now = wall.s > 0 ? (uint64_t)wall.s << 32 : 0;

	rkap->last_replay++;
	if (rkap->last_replay < now)
		rkap->last_replay = now;
	return rkap->last_replay;
}

void rkap_note_use(struct rkap *rkap, struct wall_time wall)
{
	uint64_t behind;

	if (wall.s < 0 || wall.s >= UINT32_MAX)
		return;
	behind = ((uint64_t)wall.s + 1) << 32;
	if (rkap->last_replay < behind)
		rkap->last_replay = behind;
}
