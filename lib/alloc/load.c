/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load - leases from the store, at start. Millions come in a row, so nothing
 * here waits for memory if it can look ahead.
 */
#include <errno.h>

#include "alloc_private.h"
#include "dhcp4o6/lease/lease_record.h"

static bool is_possible(const struct lease *lease)
{
	return lease->kind == LEASE_DHCP4 && lease->state < LEASE_STATE_COUNT &&
	       lease->psid_len <= ALLOC_PSID_LEN_MAX &&
	       lease->hlen <= LEASE_CHADDR_MAX &&
	       (uint32_t)lease->psid < 1U << lease->psid_len;
}

static int index_oldest(struct alloc *alloc)
{
	struct alloc_loading *l = &alloc->loading;
	uint32_t at = l->taken % ALLOC_LOADING;
	int err = hmap_insert(alloc->db.by_client, l->hash[at], l->handle[at]);

	if (!err)
		l->taken++;
	return err;
}

int load_flush(struct alloc *alloc)
{
	int err = 0;

	while (!err && alloc->loading.taken != alloc->loading.put)
		err = index_oldest(alloc);
	return err;
}

static int index_later(struct alloc *alloc, uint64_t hash, uint32_t handle)
{
	struct alloc_loading *l = &alloc->loading;
	int err;

	if (l->put - l->taken == ALLOC_LOADING) {
		err = index_oldest(alloc);
		if (err)
			return err;
	}
	hmap_prefetch(alloc->db.by_client, hash);
	l->hash[l->put % ALLOC_LOADING] = hash;
	l->handle[l->put % ALLOC_LOADING] = handle;
	l->put++;
	return 0;
}

/* Gives the handle the content of the record. *e is as before on -ENOMEM. */
static int load_into(struct alloc *alloc, uint32_t handle,
		     const struct lease *lease, bool is_new)
{
	struct lease_entry *e = lease_db_entry(&alloc->db, handle);
	struct lease_entry next;
	int err;

	/* The index has to hold the former client to forget it. */
	if (!is_new && load_flush(alloc))
		return -ENOMEM;
	err = lease_entry_fill(&alloc->db, &next, lease, NULL);
	if (err)
		return err;
	next.flags |= LEASE_FLAG_LOADED;
	next.ends_ns = lease_clock_ends_ns(&alloc->clock, next.expires_s);
	err = due_set(alloc, handle, &next);
	if (!err)
		err = index_later(alloc, lease_entry_hash(&alloc->db, &next),
				  handle);
	if (err) {
		lease_entry_drop(&alloc->db, &next, false);
		return err;
	}
	if (!is_new) {
		hmap_remove(alloc->db.by_client,
			    lease_entry_hash(&alloc->db, e), handle);
		lease_db_bill(&alloc->db, e, -1);
		lease_entry_drop(&alloc->db, e, false);
	}
	*e = next;
	lease_db_bill(&alloc->db, e, 1);
	return 0;
}

static bool is_superseded(const struct alloc *alloc,
			  const struct lease_entry *e,
			  const struct lease *lease)
{
	struct lease held;

	lease_entry_record(&alloc->db, e, &held);
	return !lease_supersedes(lease, &held);
}

int alloc_load(struct alloc *alloc, const struct lease *lease)
{
	struct slot_key key = { ntohl(lease->addr.s_addr), lease->psid,
				lease->psid_len };
	struct lease_entry *e;
	struct slot_ref ref;
	uint32_t handle;
	int err;

	if (!is_possible(lease))
		return -EINVAL;
	err = slot_get(alloc, key, &ref);
	if (err)
		return err;
	e = slot_entry(alloc, ref);
	if (e && is_superseded(alloc, e, lease))
		return 0;
	handle = e ? space_handle(ref) : lease_db_take(&alloc->db);
	if (handle == LEASE_HANDLE_NONE)
		return -ENOMEM;
	err = load_into(alloc, handle, lease, !e);
	if (err) {
		if (!e)
			lease_db_give(&alloc->db, handle);
		return err;
	}
	ref.block->handle[ref.index] = handle;
	lease_clock_note_record(&alloc->clock, lease->updated);
	slot_settle(alloc, key, ref);
	return 0;
}

bool alloc_load_end(struct alloc *alloc)
{
	/* Should memory be out, alloc_txn_begin() tries again. */
	load_flush(alloc);
	return lease_clock_end_load(&alloc->clock);
}
