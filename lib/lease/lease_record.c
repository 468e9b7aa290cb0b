/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_record - encodes and decodes one lease. Octets that come back from a
 * disk are distrusted as those from a network are.
 */
#include "dhcp4o6/lease/lease_record.h"

#include <errno.h>
#include <string.h>

#define RECORD_KIND_LEASE     1
#define RECORD_KIND_LEASE6    2
#define RECORD_KIND_DUID6     3
#define RECORD_KIND_SKIPPABLE 0x80 /* set: an older reader may step over */
#define PSID_LEN_MAX          16
#define PREFIX_LEN_MAX        128

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

/* ---- what a lease may be, by its kind ---- */

static bool is_valid_dhcp4(const struct lease *lease)
{
	return lease->psid_len <= PSID_LEN_MAX &&
	       lease->billing_len <= LEASE_BILLING_MAX &&
	       (!lease->billing_len || lease->billing);
}

static bool is_valid_ifname(const struct lease *lease)
{
	return memchr(lease->ifname, '\0', sizeof(lease->ifname)) != NULL;
}

static bool is_valid_ports(const struct lease *lease)
{
	return lease->relay_ports_len <= LEASE_RELAY_PORTS_MAX &&
	       (!lease->relay_ports_len || lease->relay_ports);
}

static bool is_valid_na6(const struct lease *lease)
{
	return lease->prefix_len == PREFIX_LEN_MAX && lease->client_id_len &&
	       is_valid_ifname(lease) && is_valid_ports(lease);
}

/* One prefix has one key: bits behind its length are zero. */
static bool is_valid_pd6(const struct lease *lease)
{
	unsigned int bit = lease->prefix_len;

	if (!bit || bit > PREFIX_LEN_MAX || !lease->client_id_len ||
	    !is_valid_ifname(lease) || !is_valid_ports(lease))
		return false;
	for (; bit < PREFIX_LEN_MAX; bit++) {
		if (lease->addr6.s6_addr[bit / 8] & 0x80 >> bit % 8)
			return false;
	}
	return true;
}

static bool is_valid_duid6(const struct lease *lease)
{
	return lease->client_id_len != 0;
}

static bool (*const is_valid_kind[LEASE_KIND_COUNT])(const struct lease *) = {
	[LEASE_DHCP4] = is_valid_dhcp4,
	[LEASE_NA6] = is_valid_na6,
	[LEASE_PD6] = is_valid_pd6,
	[LEASE_DUID6] = is_valid_duid6,
};

static bool is_valid(const struct lease *lease)
{
	return lease->kind < LEASE_KIND_COUNT &&
	       lease->state < LEASE_STATE_COUNT &&
	       lease->hlen <= LEASE_CHADDR_MAX &&
	       lease->relay_path_len <= LEASE_RELAY_PATH_MAX &&
	       (!lease->client_id_len || lease->client_id) &&
	       (!lease->host_name_len || lease->host_name) &&
	       (!lease->relay_path_len || lease->relay_path) &&
	       is_valid_kind[lease->kind](lease);
}

/* ---- to octets ---- */

/* What leases of both families have, in this order. */
static void put_common(const struct lease *lease, struct wire_writer *w)
{
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

static void put_lease4(const struct lease *lease, struct wire_writer *w)
{
	wire_put_u8(w, RECORD_KIND_LEASE);
	wire_put_u8(w, lease->state);
	wire_put_u8(w, lease->flags);
	wire_put_u8(w, lease->psid_len);
	wire_put_u16(w, lease->psid);
	wire_put_mem(w, &lease->addr.s_addr, sizeof(lease->addr.s_addr));
	put_common(lease, w);
	if (!lease->billing_len)
		return;
	wire_put_u8(w, lease->billing_len);
	wire_put_mem(w, lease->billing, lease->billing_len);
}

static void put_lease6(const struct lease *lease, struct wire_writer *w)
{
	size_t ifname_len = strlen(lease->ifname);

	wire_put_u8(w, RECORD_KIND_LEASE6);
	wire_put_u8(w, lease->state);
	wire_put_u8(w, lease->flags);
	wire_put_u8(w, lease->kind);
	wire_put_u8(w, lease->prefix_len);
	wire_put_u32(w, lease->iaid);
	wire_put_u32(w, lease->preferred_s);
	wire_put_mem(w, &lease->addr6, sizeof(lease->addr6));
	put_common(lease, w);
	wire_put_u8(w, (uint8_t)ifname_len);
	wire_put_mem(w, lease->ifname, ifname_len);
	if (!lease->relay_ports_len)
		return;
	wire_put_u8(w, lease->relay_ports_len);
	wire_put_mem(w, lease->relay_ports, lease->relay_ports_len);
}

static void put_duid6(const struct lease *lease, struct wire_writer *w)
{
	wire_put_u8(w, RECORD_KIND_DUID6);
	wire_put_u32(w, lease->epoch);
	wire_put_u32(w, lease->version);
	wire_put_u64(w, (uint64_t)lease->updated.s);
	wire_put_u8(w, lease->client_id_len);
	wire_put_mem(w, lease->client_id, lease->client_id_len);
	if (lease->replay_mark)
		wire_put_u64(w, lease->replay_mark);
}

static void (*const put_kind[LEASE_KIND_COUNT])(const struct lease *,
						struct wire_writer *) = {
	[LEASE_DHCP4] = put_lease4,
	[LEASE_NA6] = put_lease6,
	[LEASE_PD6] = put_lease6,
	[LEASE_DUID6] = put_duid6,
};

int lease_encode(const struct lease *lease, struct wire_writer *w)
{
	struct wire_writer before = *w;
	size_t at = wire_len(w);

	if (!is_valid(lease))
		return -EINVAL;
	wire_put_u16(w, 0);
	put_kind[lease->kind](lease, w);
	wire_patch_u16(w, at, (uint16_t)(wire_len(w) - at - 2));
	if (w->failed) {
		*w = before;
		return -EMSGSIZE;
	}
	return 0;
}

/* ---- and back ---- */

/* The octets of a part, or NULL when it is empty. */
static const uint8_t *take_part(struct wire_reader *r, size_t len)
{
	return len ? wire_take(r, len) : NULL;
}

static void get_common(struct wire_reader *r, struct lease *lease)
{
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

static bool get_lease4(struct wire_reader *r, struct lease *lease)
{
	lease->state = wire_get_u8(r);
	lease->flags = wire_get_u8(r);
	lease->psid_len = wire_get_u8(r);
	lease->psid = wire_get_u16(r);
	wire_get_mem(r, &lease->addr.s_addr, sizeof(lease->addr.s_addr));
	get_common(r, lease);
	/* Records of most leases, and all of an older version, end here. */
	if (r->failed || !wire_left(r))
		return true;
	lease->billing_len = wire_get_u8(r);
	lease->billing = take_part(r, lease->billing_len);
	return true;
}

/* A name that ends before its length would not come back as it is here. */
static bool get_ifname(struct wire_reader *r, struct lease *lease)
{
	size_t len = wire_get_u8(r);

	if (len >= sizeof(lease->ifname))
		return false;
	wire_get_mem(r, lease->ifname, len);
	return strlen(lease->ifname) == len;
}

static bool get_lease6(struct wire_reader *r, struct lease *lease)
{
	lease->state = wire_get_u8(r);
	lease->flags = wire_get_u8(r);
	lease->kind = wire_get_u8(r);
	lease->prefix_len = wire_get_u8(r);
	lease->iaid = wire_get_u32(r);
	lease->preferred_s = wire_get_u32(r);
	wire_get_mem(r, &lease->addr6, sizeof(lease->addr6));
	get_common(r, lease);
	if (!get_ifname(r, lease) ||
	    (lease->kind != LEASE_NA6 && lease->kind != LEASE_PD6))
		return false;
	/* Records of most leases, and all of an older version, end here. */
	if (r->failed || !wire_left(r))
		return true;
	lease->relay_ports_len = wire_get_u8(r);
	lease->relay_ports = take_part(r, lease->relay_ports_len);
	return true;
}

static bool get_duid6(struct wire_reader *r, struct lease *lease)
{
	lease->kind = LEASE_DUID6;
	lease->epoch = wire_get_u32(r);
	lease->version = wire_get_u32(r);
	lease->updated.s = (int64_t)wire_get_u64(r);
	lease->client_id_len = wire_get_u8(r);
	lease->client_id = take_part(r, lease->client_id_len);
	/* What an older version wrote, or dhcpd had, ends here. */
	if (!r->failed && wire_left(r))
		lease->replay_mark = wire_get_u64(r);
	return true;
}

static bool (*const get_kind[])(struct wire_reader *, struct lease *) = {
	[RECORD_KIND_LEASE] = get_lease4,
	[RECORD_KIND_LEASE6] = get_lease6,
	[RECORD_KIND_DUID6] = get_duid6,
};

#define KNOWN_COUNT (sizeof(get_kind) / sizeof(get_kind[0]))

int lease_decode(struct wire_reader *r, struct lease *lease)
{
	struct wire_reader body = wire_split(r, wire_get_u16(r));
	uint8_t kind = wire_get_u8(&body);

	if (body.failed)
		return -EBADMSG;
	if (kind >= KNOWN_COUNT || !get_kind[kind])
		return kind & RECORD_KIND_SKIPPABLE ? -ENOMSG
						    : -EPROTONOSUPPORT;
	*lease = (struct lease){ 0 };
	if (!get_kind[kind](&body, lease))
		return -EBADMSG;
	return body.failed || !is_valid(lease) ? -EBADMSG : 0;
}
