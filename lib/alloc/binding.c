/* SPDX-License-Identifier: BSD-2-Clause */
/* binding - from what a message means for a lease to the staged record. */
#include "dhcp4o6/alloc/binding.h"

#include <errno.h>
#include <string.h>

#include "alloc_private.h"

int alloc_bind(struct alloc_txn *txn, const struct alloc_asker *asker,
	       const struct alloc_binding *b)
{
	struct alloc *alloc = txn->alloc;
	const struct alloc_client *client = asker->client;
	struct slot_key key = { ntohl(b->addr.s_addr), 0, 0 };
	const struct lease_entry *e = slot_entry(alloc, slot_find(alloc, key));
	bool goes_on = entry_is_held(e, b->now.mono) &&
		       lease_entry_is_client(e, client);
	struct lease lease = {
		.addr = b->addr,
		.state = LEASE_ACTIVE,
		.htype = client->htype,
		.hlen = client->hlen,
		.starts = { goes_on ? e->starts_s : b->now.wall.s },
		.expires = lease_end_wall(b->now.wall, b->lease_s),
		.updated = b->now.wall,
		.source = b->source,
		.client_id = client->by_hardware ? NULL : client->id,
		.client_id_len = client->by_hardware ? 0 : client->id_len,
		.host_name = b->host_name,
		.host_name_len = b->host_name_len,
		.relay_path = b->relay_path,
		.relay_path_len = b->relay_path_len,
	};
	struct stage stage = {
		.lease = &lease,
		.client = client,
		.ends_ns = lease_end_ns(b->now.mono, b->lease_s),
		.offer = pending_find(alloc, client, asker->net),
	};

	if (b->billing) {
		lease.billing = b->billing->octets;
		lease.billing_len = sizeof(b->billing->octets);
	}
	if (asker->has_fixed && asker->fixed.s_addr == b->addr.s_addr)
		lease.flags |= LEASE_FLAG_RESERVED;
	memcpy(lease.chaddr, client->chaddr, sizeof(lease.chaddr));
	return txn_stage(txn, &stage);
}

/* The lease as it is, if the client holds it; its octets are the entry's. */
static int get_own(const struct alloc *alloc, const struct alloc_client *client,
		   struct in_addr addr, struct mono_time now,
		   struct lease *lease)
{
	struct slot_key key = { ntohl(addr.s_addr), 0, 0 };
	const struct lease_entry *e = slot_entry(alloc, slot_find(alloc, key));

	if (!entry_is_held(e, now) || !lease_entry_is_client(e, client))
		return -ENOENT;
	lease_entry_record(&alloc->db, e, lease);
	return 0;
}

int alloc_release(struct alloc_txn *txn, const struct alloc_client *client,
		  struct in_addr addr, const struct alloc_moment *now)
{
	struct lease lease;
	struct stage stage = {
		.lease = &lease,
		.client = client,
		.ends_ns = now->mono.ns,
		.offer = OFFER_NONE,
	};
	int err = get_own(txn->alloc, client, addr, now->mono, &lease);

	if (err)
		return err;
	lease.state = LEASE_RELEASED;
	lease.expires = now->wall;
	lease.updated = now->wall;
	return txn_stage(txn, &stage);
}

struct others {
	struct mono_time now;
	uint32_t keep;
	uint32_t count;
	uint32_t addr[ALLOC_RELEASE_MAX];
};

static bool note_other(void *arg, uint32_t handle, const struct lease_entry *e)
{
	struct others *o = arg;

	(void)handle;
	if (entry_is_held(e, o->now) && !e->psid_len && e->addr != o->keep)
		o->addr[o->count++] = e->addr;
	return o->count == ALLOC_RELEASE_MAX;
}

int alloc_release_others(struct alloc_txn *txn,
			 const struct alloc_client *client, struct in_addr keep,
			 const struct alloc_moment *now)
{
	struct others others = { .now = now->mono, .keep = ntohl(keep.s_addr) };
	uint32_t i;
	int err = 0;

	lease_db_each(&txn->alloc->db, client, note_other, &others);
	for (i = 0; i < others.count && !err; i++) {
		struct in_addr addr = { .s_addr = htonl(others.addr[i]) };

		err = alloc_release(txn, client, addr, now);
	}
	return err;
}

int alloc_decline(struct alloc_txn *txn, const struct alloc_client *client,
		  struct in_addr addr, const struct alloc_moment *now,
		  uint32_t hold_s)
{
	struct lease lease;
	struct stage stage = {
		.lease = &lease,
		.client = client,
		.ends_ns = mono_add_s(now->mono, hold_s).ns,
		.offer = OFFER_NONE,
	};
	int err = get_own(txn->alloc, client, addr, now->mono, &lease);

	if (err)
		return err;
	lease.state = LEASE_DECLINED;
	lease.expires.s = now->wall.s + hold_s;
	lease.updated = now->wall;
	return txn_stage(txn, &stage);
}
