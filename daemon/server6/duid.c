/* SPDX-License-Identifier: BSD-2-Clause */
#include "duid.h"

#include <string.h>

#include "dhcp4o6/wire/wire.h"

#define DUID_TYPE_LLT  1
#define DUID_TYPE_LL   3
#define DUID_TYPE_UUID 4
#define HTYPE_ETHERNET 1
#define DUID_EPOCH_S   946684800 /* 2000-01-01, UTC */

bool duid_is_same(const struct duid *a, const struct duid *b)
{
	return a->len == b->len && !memcmp(a->octets, b->octets, a->len);
}

/* Version 4, variant 1 of RFC 9562. */
static void put_uuid(struct wire_writer *w, const struct duid_source *source)
{
	uint8_t uuid[DUID_RANDOM];

	memcpy(uuid, source->random, sizeof(uuid));
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
	wire_put_u16(w, DUID_TYPE_UUID);
	wire_put_mem(w, uuid, sizeof(uuid));
}

static void make(enum conf_duid kind, const struct duid_source *source,
		 struct duid *made)
{
	struct wire_writer w = wire_writer(made->octets, sizeof(made->octets));

	if (!source->mac) {
		put_uuid(&w, source);
	} else {
		wire_put_u16(&w, kind == CONF_DUID_LL ? DUID_TYPE_LL
						      : DUID_TYPE_LLT);
		wire_put_u16(&w, HTYPE_ETHERNET);
		if (kind != CONF_DUID_LL) /* modulo 2^32, as the RFC says */
			wire_put_u32(&w,
				     (uint32_t)(source->now.s - DUID_EPOCH_S));
		wire_put_mem(&w, source->mac, DUID_MAC_LEN);
	}
	made->len = (uint8_t)wire_len(&w);
}

/* The type of a DUID that is made for this statement; 0: any will do. */
static unsigned int stated_type(enum conf_duid kind)
{
	switch (kind) {
	case CONF_DUID_LLT:
		return DUID_TYPE_LLT;
	case CONF_DUID_LL:
		return DUID_TYPE_LL;
	default:
		return 0;
	}
}

enum duid_verdict duid_choose(const struct conf *conf, const struct duid *kept,
			      const struct duid_source *source,
			      struct duid *chosen)
{
	unsigned int type = stated_type(conf->server_duid);

	if (conf->server_duid == CONF_DUID_EXACT && conf->server_duid_len &&
	    conf->server_duid_len <= DUID_MAX) {
		chosen->len = (uint8_t)conf->server_duid_len;
		memcpy(chosen->octets, conf->server_duid_data, chosen->len);
		return duid_is_same(chosen, kept) ? DUID_KEPT : DUID_STATED;
	}
	if (kept->len) {
		*chosen = *kept;
		if (type && (kept->octets[0] || kept->octets[1] != type))
			return DUID_KEPT_DIFFER;
		return DUID_KEPT;
	}
	make(conf->server_duid, source, chosen);
	return DUID_MADE;
}
