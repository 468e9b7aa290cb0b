/* SPDX-License-Identifier: BSD-2-Clause */
/* rkap - keys, counter and Authentication options of RECONFIGURE. */
#include "rkap.h"

#include <string.h>

#include <nettle/hmac.h>

#include "dhcp4o6/wire/dhcp6.h"

/* RFC 9915 sections 20.3, 20.4 and 21.11. */
#define PROTOCOL_RKAP      3
#define ALGORITHM_HMAC_MD5 1
#define RDM_COUNTER        0
#define TYPE_KEY           1
#define TYPE_HMAC          2
/* From the head of the option to its 16 octets of key or HMAC. */
#define VALUE_AT (DHCP6_OPTION_HEADER_LEN + 3 + 8 + 1)
#define BODY_LEN (VALUE_AT - DHCP6_OPTION_HEADER_LEN + RKAP_KEY_LEN)

void rkap_init(struct rkap *rkap, const void *secret, size_t len)
{
	*rkap = (struct rkap){
		.secret_len = len < RKAP_SECRET_MAX ? len : RKAP_SECRET_MAX,
	};
	memcpy(rkap->secret, secret, rkap->secret_len);
}

void rkap_derive_key(const struct rkap *rkap, const uint8_t *duid,
		     size_t duid_len, uint8_t key[RKAP_KEY_LEN])
{
	static const char label[] = "dhcp4o6 reconfigure";
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, rkap->secret_len, rkap->secret);
	hmac_sha256_update(&ctx, sizeof(label) - 1, (const uint8_t *)label);
	hmac_sha256_update(&ctx, duid_len, duid);
	hmac_sha256_digest(&ctx, RKAP_KEY_LEN, key);
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

static void put_auth(struct wire_writer *w, uint64_t replay, uint8_t type,
		     const uint8_t value[RKAP_KEY_LEN])
{
	wire_put_u16(w, DHCP6_OPT_AUTH);
	wire_put_u16(w, BODY_LEN);
	wire_put_u8(w, PROTOCOL_RKAP);
	wire_put_u8(w, ALGORITHM_HMAC_MD5);
	wire_put_u8(w, RDM_COUNTER);
	wire_put_u64(w, replay);
	wire_put_u8(w, type);
	wire_put_mem(w, value, RKAP_KEY_LEN);
}

void rkap_put_key(struct wire_writer *w, uint64_t replay,
		  const uint8_t key[RKAP_KEY_LEN])
{
	put_auth(w, replay, TYPE_KEY, key);
}

size_t rkap_put_hmac(struct wire_writer *w, uint64_t replay)
{
	static const uint8_t zero[RKAP_KEY_LEN];
	size_t at = wire_len(w);

	put_auth(w, replay, TYPE_HMAC, zero);
	return at;
}

void rkap_sign(struct wire_writer *w, size_t start, size_t option_at,
	       const uint8_t key[RKAP_KEY_LEN])
{
	struct hmac_md5_ctx ctx;

	if (w->failed)
		return;
	hmac_md5_set_key(&ctx, RKAP_KEY_LEN, key);
	hmac_md5_update(&ctx, wire_len(w) - start, w->start + start);
	hmac_md5_digest(&ctx, RKAP_KEY_LEN, w->start + option_at + VALUE_AT);
}
