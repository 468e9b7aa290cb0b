/* SPDX-License-Identifier: BSD-2-Clause */
/* binding6 - from what a message means for a lease to the staged record. */
#include <errno.h>

#include "choice6_private.h"

static struct choosing6 choosing(const struct alloc6_txn *txn,
				 const struct alloc6_asker *asker,
				 enum lease_kind kind, uint32_t iaid)
{
	return (struct choosing6){ txn->alloc,
				   asker,
				   { asker->client, (uint8_t)kind, iaid } };
}

/* The offer of this to the IA, else what it was offered instead. */
static uint32_t offer_of(const struct choosing6 *c, const struct key6 *key)
{
	uint32_t at = offers6_find(&c->alloc->offers, key);

	if (at != OFFER6_NONE &&
	    offer6_is_of(offer6_at(&c->alloc->offers, at), &c->ia))
		return at;
	return pending6_find(c->alloc, &c->ia, c->asker->net);
}

/* In a full pool it was taken over: who was offered it has to ask again. */
static void drop_offer_to_other(const struct choosing6 *c, struct alloc6 *alloc,
				const struct key6 *key)
{
	if (choice6_is_offered_to_other(c, key))
		pending6_drop(alloc, offers6_find(&alloc->offers, key));
}

int alloc6_bind(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		const struct alloc6_binding *b)
{
	const struct choosing6 c = choosing(txn, asker, b->kind, b->iaid);
	const struct alloc6_client *client = asker->client;
	struct key6 key = key6_of(b->kind, &b->addr, b->prefix_len);
	const struct lease6 *e = db6_find_entry(&txn->alloc->db, &key);
	bool goes_on = lease6_is_held(e, b->now.mono) && lease6_is_of_ia(&c, e);
	struct lease lease = {
		.kind = (uint8_t)b->kind,
		.prefix_len = key.prefix_len,
		.addr6 = b->addr,
		.iaid = b->iaid,
		.preferred_s = b->preferred_s,
		.state = LEASE_ACTIVE,
		.flags = b->flags,
		.htype = client->htype,
		.hlen = client->hlen,
		.starts = { goes_on ? e->starts_s : b->now.wall.s },
		.expires = lease_end_wall(b->now.wall, b->valid_s),
		.updated = b->now.wall,
		.source = b->source,
		.client_id = client->duid,
		.client_id_len = client->duid_len,
		.host_name = b->host_name,
		.host_name_len = b->host_name_len,
		.relay_path = b->relay_path,
		.relay_path_len = b->relay_path_len,
		.relay_ports = b->relay_ports,
		.relay_ports_len = b->relay_ports_len,
	};
	const struct stage6 stage = {
		.lease = &lease,
		.ends_ns = lease_end_ns(b->now.mono, b->valid_s),
		.offer = offer_of(&c, &key),
	};

	if (choice6_is_reserved(&c, &key))
		lease.flags |= LEASE_FLAG_RESERVED;
	if (b->ifname)
		memcpy(lease.ifname, b->ifname,
		       strnlen(b->ifname, sizeof(lease.ifname) - 1));
	memcpy(lease.chaddr, client->chaddr, sizeof(lease.chaddr));
	if (txn6_stage(txn, &stage))
		return -ENOMEM;
	drop_offer_to_other(&c, txn->alloc, &key);
	return 0;
}

/* The lease as it is, if the IA holds it; its octets are the entry's. */
static int get_own(const struct choosing6 *c, const struct key6 *key,
		   struct mono_time now, struct lease *lease)
{
	const struct lease6 *e = db6_find_entry(&c->alloc->db, key);

	if (!lease6_is_held(e, now) || !lease6_is_of_ia(c, e))
		return -ENOENT;
	lease6_record(&c->alloc->db, e, lease);
	return 0;
}

int alloc6_release(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		   enum lease_kind kind, uint32_t iaid,
		   const struct in6_addr *addr, uint8_t prefix_len,
		   const struct alloc6_moment *now)
{
	const struct choosing6 c = choosing(txn, asker, kind, iaid);
	struct key6 key = key6_of(kind, addr, prefix_len);
	struct lease lease;
	const struct stage6 stage = {
		.lease = &lease,
		.ends_ns = now->mono.ns,
		.offer = OFFER6_NONE,
	};
	int err = get_own(&c, &key, now->mono, &lease);

	if (err)
		return err;
	lease.state = LEASE_RELEASED;
	lease.expires = now->wall;
	lease.updated = now->wall;
	return txn6_stage(txn, &stage);
}

int alloc6_decline(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		   uint32_t iaid, const struct in6_addr *addr,
		   const struct alloc6_moment *now, uint32_t hold_s)
{
	const struct choosing6 c = choosing(txn, asker, LEASE_NA6, iaid);
	struct key6 key = key6_of(LEASE_NA6, addr, 128);
	struct lease lease;
	const struct stage6 stage = {
		.lease = &lease,
		.ends_ns = mono_add_s(now->mono, hold_s).ns,
		.offer = OFFER6_NONE,
	};
	int err = get_own(&c, &key, now->mono, &lease);

	if (err)
		return err;
	lease.state = LEASE_DECLINED;
	lease.expires.s = now->wall.s + hold_s;
	lease.updated = now->wall;
	return txn6_stage(txn, &stage);
}
