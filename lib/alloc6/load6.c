/* SPDX-License-Identifier: BSD-2-Clause */
/* load6 - leases from the store, at start. */
#include <errno.h>

#include "alloc6_private.h"
#include "dhcp4o6/lease/lease_record.h"

static bool is_possible(const struct lease *lease)
{
	struct num6 addr = num6_of(&lease->addr6);

	if (lease->state >= LEASE_STATE_COUNT || !lease->client_id_len ||
	    lease->hlen > LEASE_CHADDR_MAX)
		return false;
	if (lease->kind == LEASE_NA6)
		return lease->prefix_len == 128;
	return lease->kind == LEASE_PD6 && lease->prefix_len > 0 &&
	       lease->prefix_len <= 128 &&
	       num6_is_equal(addr, num6_mask(addr, lease->prefix_len));
}

/* Gives the handle the content of the record. *e is as before on -ENOMEM. */
static int load_into(struct alloc6 *alloc, uint32_t handle,
		     const struct lease *lease, bool is_new)
{
	struct lease6 *e = db6_entry(&alloc->db, handle);
	struct lease6 next;
	int err;

	err = lease6_fill(&alloc->db, &next, lease, NULL);
	if (err)
		return err;
	next.flags |= LEASE6_LOADED;
	next.ends_ns = lease_clock_ends_ns(&alloc->clock, next.expires_s);
	err = due6_set(alloc, handle, &next);
	if (!err)
		err = db6_index(&alloc->db, handle, &next);
	if (err) {
		lease6_drop(&alloc->db, &next, false);
		return err;
	}
	if (!is_new) {
		db6_unindex(&alloc->db, handle, e);
		lease6_drop(&alloc->db, e, false);
		next.counted = e->counted;
		next.network = e->network;
	}
	*e = next;
	/* Not where its predecessor stood. */
	heap_remove(alloc->db.formers, handle);
	return 0;
}

static bool is_superseded(const struct alloc6 *alloc, const struct lease6 *e,
			  const struct lease *lease)
{
	struct lease held;

	lease6_record(&alloc->db, e, &held);
	return !lease_supersedes(lease, &held);
}

int alloc6_load(struct alloc6 *alloc, const struct lease *lease)
{
	struct key6 key;
	uint32_t handle;
	bool is_new;
	int err;

	if (!is_possible(lease))
		return -EINVAL;
	key = key6_of(lease->kind, &lease->addr6, lease->prefix_len);
	handle = db6_find(&alloc->db, &key);
	is_new = handle == LEASE6_NONE;
	if (!is_new &&
	    is_superseded(alloc, db6_entry(&alloc->db, handle), lease))
		return 0;
	if (is_new)
		handle = db6_take(&alloc->db, &key);
	if (handle == LEASE6_NONE)
		return -ENOMEM;
	err = load_into(alloc, handle, lease, is_new);
	if (!err && alloc->plan && lease->kind == LEASE_PD6 &&
	    lease->state == LEASE_ACTIVE)
		err = plan6_note_prefix(alloc->plan, &key);
	if (err && is_new)
		db6_give(&alloc->db, handle);
	if (err)
		return err;
	lease_clock_note_record(&alloc->clock, lease->updated);
	settle6(alloc, &key);
	return 0;
}

bool alloc6_load_end(struct alloc6 *alloc)
{
	return lease_clock_end_load(&alloc->clock);
}
