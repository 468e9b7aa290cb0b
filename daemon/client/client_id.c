/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/wire/wire.h"

#define DUID_UUID        4 /* RFC 6355 */
#define DUID_UUID_OCTETS 16
#define DUID_EPOCH       946684800 /* 2000-01-01 00:00 UTC */

int client_duid_make(struct client_duid *duid, enum client_duid_type type,
		     const struct net_link *link, struct wall_time now)
{
	struct wire_writer w = wire_writer(duid->octets, sizeof(duid->octets));
	uint8_t random[DUID_UUID_OCTETS];

	if (link && link->has_mac) {
		wire_put_u16(&w, (uint16_t)type);
		wire_put_u16(&w, link->hw_type);
		if (type == CLIENT_DUID_LLT)
			wire_put_u32(&w, (uint32_t)(now.s - DUID_EPOCH));
		wire_put_mem(&w, link->mac, sizeof(link->mac));
	} else {
		if (getrandom(random, sizeof(random), 0) !=
		    (ssize_t)sizeof(random))
			return -errno;
		/* RFC 9562 section 5.4: version 4, and the variant. */
		random[6] = (uint8_t)((random[6] & 0x0f) | 0x40);
		random[8] = (uint8_t)((random[8] & 0x3f) | 0x80);
		wire_put_u16(&w, DUID_UUID);
		wire_put_mem(&w, random, sizeof(random));
	}
	duid->len = wire_len(&w);
	return 0;
}

uint32_t client_iaid(const struct net_link *link)
{
	static const struct siphash_key key = { { 0, 0 } };
	const uint8_t *mac = link->mac + sizeof(link->mac) - 4;
	uint64_t hash;

	if (link->has_mac)
		return (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 |
		       (uint32_t)mac[2] << 8 | mac[3];
	hash = siphash24(&key, link->name, strlen(link->name));
	return (uint32_t)(hash ^ hash >> 32);
}
