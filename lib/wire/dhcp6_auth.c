/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_auth - keys and HMACs of the Reconfiguration Key protocol. */
#include "dhcp4o6/wire/dhcp6_auth.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>

#include "dhcp4o6/wire/dhcp6_proto.h"

/* RFC 9915 sections 20.3, 20.4 and 21.11. */
#define PROTOCOL_RKAP      3
#define ALGORITHM_HMAC_MD5 1
#define RDM_COUNTER        0
/* From the head of the option to its 16 octets of key or HMAC. */
#define VALUE_AT (DHCP6_OPTION_HEADER_LEN + 3 + 8 + 1)
#define BODY_LEN (VALUE_AT - DHCP6_OPTION_HEADER_LEN + DHCP6_RKAP_LEN)

bool dhcp6_decode_rkap(struct wire_reader body, struct dhcp6_rkap *rkap)
{
	struct dhcp6_rkap found;
	uint8_t type;

	if (wire_left(&body) != BODY_LEN ||
	    wire_get_u8(&body) != PROTOCOL_RKAP ||
	    wire_get_u8(&body) != ALGORITHM_HMAC_MD5 ||
	    wire_get_u8(&body) != RDM_COUNTER)
		return false;
	found.replay = wire_get_u64(&body);
	type = wire_get_u8(&body);
	if (type != DHCP6_RKAP_KEY && type != DHCP6_RKAP_HMAC)
		return false;
	found.type = (enum dhcp6_rkap_type)type;
	found.value = wire_take(&body, DHCP6_RKAP_LEN);
	*rkap = found;
	return true;
}

static void put_auth(struct wire_writer *w, uint64_t replay,
		     enum dhcp6_rkap_type type,
		     const uint8_t value[DHCP6_RKAP_LEN])
{
	wire_put_u16(w, DHCP6_OPT_AUTH);
	wire_put_u16(w, BODY_LEN);
	wire_put_u8(w, PROTOCOL_RKAP);
	wire_put_u8(w, ALGORITHM_HMAC_MD5);
	wire_put_u8(w, RDM_COUNTER);
	wire_put_u64(w, replay);
	wire_put_u8(w, (uint8_t)type);
	wire_put_mem(w, value, DHCP6_RKAP_LEN);
}

void dhcp6_put_rkap_key(struct wire_writer *w, uint64_t replay,
			const uint8_t key[DHCP6_RKAP_LEN])
{
	put_auth(w, replay, DHCP6_RKAP_KEY, key);
}

static const uint8_t zero[DHCP6_RKAP_LEN];

size_t dhcp6_put_rkap_hmac(struct wire_writer *w, uint64_t replay)
{
	size_t at = wire_len(w);

	put_auth(w, replay, DHCP6_RKAP_HMAC, zero);
	return at;
}

void dhcp6_sign_rkap(struct wire_writer *w, size_t start, size_t option_at,
		     const uint8_t key[DHCP6_RKAP_LEN])
{
	struct hmac_md5_ctx ctx;

	if (w->failed)
		return;
	hmac_md5_set_key(&ctx, DHCP6_RKAP_LEN, key);
	hmac_md5_update(&ctx, wire_len(w) - start, w->start + start);
	hmac_md5_digest(&ctx, DHCP6_RKAP_LEN, w->start + option_at + VALUE_AT);
}

bool dhcp6_verify_rkap(struct wire_reader message, const uint8_t *value,
		       const uint8_t key[DHCP6_RKAP_LEN])
{
	const uint8_t *behind = value + DHCP6_RKAP_LEN;
	uint8_t want[DHCP6_RKAP_LEN];
	struct hmac_md5_ctx ctx;

	hmac_md5_set_key(&ctx, DHCP6_RKAP_LEN, key);
	hmac_md5_update(&ctx, (size_t)(value - message.pos), message.pos);
	hmac_md5_update(&ctx, sizeof(zero), zero);
	hmac_md5_update(&ctx, (size_t)(message.end - behind), behind);
	hmac_md5_digest(&ctx, sizeof(want), want);
	return memeql_sec(want, value, sizeof(want));
}
