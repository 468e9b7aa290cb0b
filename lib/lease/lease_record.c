/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_record - encodes and decodes one lease. Octets that come back from a
 * disk are distrusted as those from a network are.
 */
#include "dhcp4o6/lease/lease_record.h"

#include <errno.h>

#define RECORD_KIND_LEASE     1
#define RECORD_KIND_SKIPPABLE 0x80 /* set: an older reader may step over */
#define PSID_LEN_MAX          16

static const char *const state_names[LEASE_STATE_COUNT] = {
	[LEASE_FREE] = "free",         [LEASE_ACTIVE] = "active",
	[LEASE_EXPIRED] = "expired",   [LEASE_RELEASED] = "released",
	[LEASE_DECLINED] = "declined",
};

const char *lease_state_name(enum lease_state state)
{
	if ((unsigned int)state >= LEASE_STATE_COUNT)
		return "unknown";
	return state_names[state];
}

static bool is_valid(const struct lease *lease)
{
	return lease->state < LEASE_STATE_COUNT &&
	       lease->psid_len <= PSID_LEN_MAX &&
	       lease->hlen <= LEASE_CHADDR_MAX &&
	       lease->relay_path_len <= LEASE_RELAY_PATH_MAX &&
	       (!lease->client_id_len || lease->client_id) &&
	       (!lease->host_name_len || lease->host_name) &&
	       (!lease->relay_path_len || lease->relay_path);
}

static void put_lease(const struct lease *lease, struct wire_writer *w)
{
	wire_put_u8(w, RECORD_KIND_LEASE);
	wire_put_u8(w, lease->state);
	wire_put_u8(w, lease->flags);
	wire_put_u8(w, lease->psid_len);
	wire_put_u16(w, lease->psid);
	wire_put_mem(w, &lease->addr.s_addr, sizeof(lease->addr.s_addr));
	wire_put_u32(w, lease->epoch);
	wire_put_u32(w, lease->version);
	wire_put_u64(w, (uint64_t)lease->starts.s);
	wire_put_u64(w, (uint64_t)lease->expires.s);
	wire_put_u64(w, (uint64_t)lease->updated.s);
	wire_put_mem(w, &lease->source, sizeof(lease->source));
	wire_put_u8(w, lease->htype);
	wire_put_u8(w, lease->hlen);
	wire_put_mem(w, lease->chaddr, lease->hlen);
	wire_put_u8(w, lease->client_id_len);
	wire_put_mem(w, lease->client_id, lease->client_id_len);
	wire_put_u8(w, lease->host_name_len);
	wire_put_mem(w, lease->host_name, lease->host_name_len);
	wire_put_u16(w, lease->relay_path_len);
	wire_put_mem(w, lease->relay_path, lease->relay_path_len);
}

int lease_encode(const struct lease *lease, struct wire_writer *w)
{
	struct wire_writer before = *w;
	size_t at = wire_len(w);

	if (!is_valid(lease))
		return -EINVAL;
	wire_put_u16(w, 0);
	put_lease(lease, w);
	wire_patch_u16(w, at, (uint16_t)(wire_len(w) - at - 2));
	if (w->failed) {
		*w = before;
		return -EMSGSIZE;
	}
	return 0;
}

/* The octets of a part, or NULL when it is empty. */
static const uint8_t *take_part(struct wire_reader *r, size_t len)
{
	return len ? wire_take(r, len) : NULL;
}

static void get_lease(struct wire_reader *r, struct lease *lease)
{
	lease->state = wire_get_u8(r);
	lease->flags = wire_get_u8(r);
	lease->psid_len = wire_get_u8(r);
	lease->psid = wire_get_u16(r);
	wire_get_mem(r, &lease->addr.s_addr, sizeof(lease->addr.s_addr));
	lease->epoch = wire_get_u32(r);
	lease->version = wire_get_u32(r);
	lease->starts.s = (int64_t)wire_get_u64(r);
	lease->expires.s = (int64_t)wire_get_u64(r);
	lease->updated.s = (int64_t)wire_get_u64(r);
	wire_get_mem(r, &lease->source, sizeof(lease->source));
	lease->htype = wire_get_u8(r);
	lease->hlen = wire_get_u8(r);
	if (lease->hlen <= LEASE_CHADDR_MAX)
		wire_get_mem(r, lease->chaddr, lease->hlen);
	lease->client_id_len = wire_get_u8(r);
	lease->client_id = take_part(r, lease->client_id_len);
	lease->host_name_len = wire_get_u8(r);
	lease->host_name = take_part(r, lease->host_name_len);
	lease->relay_path_len = wire_get_u16(r);
	lease->relay_path = take_part(r, lease->relay_path_len);
}

int lease_decode(struct wire_reader *r, struct lease *lease)
{
	struct wire_reader body = wire_split(r, wire_get_u16(r));
	uint8_t kind = wire_get_u8(&body);

	if (body.failed)
		return -EBADMSG;
	if (kind != RECORD_KIND_LEASE)
		return kind & RECORD_KIND_SKIPPABLE ? -ENOMSG
						    : -EPROTONOSUPPORT;
	*lease = (struct lease){ 0 };
	get_lease(&body, lease);
	return body.failed || !is_valid(lease) ? -EBADMSG : 0;
}
