/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc - making, loading, configuring. */
#include "dhcp4o6/alloc/alloc.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc_private.h"
#include "dhcp4o6/lease/lease_record.h"

int alloc_new(struct alloc **alloc, const struct siphash_key *key,
	      struct mono_time now, struct wall_time wall)
{
	struct alloc *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->key = *key;
	a->anchor_mono = now;
	a->anchor_wall = wall;
	a->newest_record.s = INT64_MIN;
	a->reanchor = UINT32_MAX;
	a->rank_base_s = now.ns / NS_PER_S;
	if (lease_db_init(&a->db, key))
		goto out_alloc;
	if (offers_init(&a->offers, key, ALLOC_OFFERS_MAX))
		goto out_db;
	if (ifaces_init(&a->ifaces))
		goto out_offers;
	*alloc = a;
	return 0;

out_offers:
	offers_fini(&a->offers);
out_db:
	lease_db_fini(&a->db);
out_alloc:
	free(a);
	return -ENOMEM;
}

static void free_txn(struct alloc_txn *txn)
{
	free(txn->change);
	free(txn->record);
	free(txn);
}

void alloc_free(struct alloc *alloc)
{
	struct alloc_txn *t;
	size_t i;

	if (!alloc)
		return;
	/* What is not committed holds octets of its own: give them back. */
	while (alloc->newest)
		alloc_txn_abort(alloc->newest);
	while (alloc->spare) {
		t = alloc->spare;
		alloc->spare = t->newer;
		free_txn(t);
	}
	plan_free(alloc->plan);
	ifaces_fini(&alloc->ifaces);
	offers_fini(&alloc->offers);
	lease_db_fini(&alloc->db);
	for (i = 0; i <= ALLOC_PSID_LEN_MAX; i++)
		space_free(alloc->space[i]);
	free(alloc);
}

static bool is_possible(const struct lease *lease)
{
	return lease->state < LEASE_STATE_COUNT &&
	       lease->psid_len <= ALLOC_PSID_LEN_MAX &&
	       lease->hlen <= LEASE_CHADDR_MAX &&
	       (uint32_t)lease->psid < 1U << lease->psid_len;
}

/* Gives the handle the content of the record. *e is as before on -ENOMEM. */
static int load_into(struct alloc *alloc, uint32_t handle,
		     const struct lease *lease, bool is_new)
{
	struct lease_entry *e = lease_db_entry(&alloc->db, handle);
	struct alloc_client client, former;
	struct lease_entry next;
	int err;

	err = lease_entry_fill(&alloc->db, &next, lease, NULL);
	if (err)
		return err;
	next.flags |= LEASE_FLAG_LOADED;
	next.ends_ns = mono_from_wall(alloc, next.expires_s);
	lease_entry_client(&alloc->db, &next, &client);
	err = hmap_insert(alloc->db.by_client, client.hash, handle);
	if (err)
		goto out_content;
	err = due_set(alloc, handle, &next);
	if (err)
		goto out_index;
	if (!is_new) {
		lease_entry_client(&alloc->db, e, &former);
		hmap_remove(alloc->db.by_client, former.hash, handle);
		lease_entry_drop(&alloc->db, e, false);
	}
	*e = next;
	return 0;

out_index:
	hmap_remove(alloc->db.by_client, client.hash, handle);
out_content:
	lease_entry_drop(&alloc->db, &next, false);
	return err;
}

int alloc_load(struct alloc *alloc, const struct lease *lease)
{
	struct slot_key key = { ntohl(lease->addr.s_addr), lease->psid,
				lease->psid_len };
	struct lease_entry *e;
	struct lease held;
	struct slot_ref ref;
	uint32_t handle;
	int err;

	if (!is_possible(lease))
		return -EINVAL;
	err = slot_get(alloc, key, &ref);
	if (err)
		return err;
	e = slot_entry(alloc, ref);
	if (e) {
		lease_entry_record(&alloc->db, e, &held);
		if (!lease_supersedes(lease, &held))
			return 0;
		handle = space_handle(ref);
	} else {
		handle = lease_db_take(&alloc->db);
		if (handle == LEASE_HANDLE_NONE)
			return -ENOMEM;
	}
	err = load_into(alloc, handle, lease, !e);
	if (err) {
		if (!e)
			lease_db_give(&alloc->db, handle);
		return err;
	}
	ref.block->handle[ref.index] = handle;
	if (lease->updated.s > alloc->newest_record.s)
		alloc->newest_record = lease->updated;
	slot_settle(alloc, key, ref);
	return 0;
}

/* ---- configuration ---- */

/* Reservations of a plan: makes the slots, so that marking cannot fail. */
static int touch_reserved(struct alloc *alloc, const struct conf *conf)
{
	struct slot_ref ref;
	size_t i, j;
	int err;

	for (i = 0; i < conf->host_count; i++) {
		const struct conf_host *h = &conf->hosts[i];

		for (j = 0; j < h->fixed_address_count; j++) {
			struct slot_key key = {
				ntohl(h->fixed_addresses[j].s_addr), 0, 0
			};

			err = slot_get(alloc, key, &ref);
			if (err)
				return err;
		}
	}
	return 0;
}

static void mark_reserved(struct alloc *alloc, const struct conf *conf,
			  bool is_reserved)
{
	size_t i, j;

	for (i = 0; i < conf->host_count; i++) {
		const struct conf_host *h = &conf->hosts[i];

		for (j = 0; j < h->fixed_address_count; j++) {
			struct slot_key key = {
				ntohl(h->fixed_addresses[j].s_addr), 0, 0
			};
			struct slot_ref ref = slot_find(alloc, key);

			if (is_reserved)
				bitmap_set(&ref.block->reserved, ref.index);
			else
				bitmap_clear(&ref.block->reserved, ref.index);
			slot_settle(alloc, key, ref);
		}
	}
}

int alloc_apply_conf(struct alloc *alloc, const struct conf *conf)
{
	struct plan *plan;
	int err;

	err = plan_new(&plan, conf, &alloc->key);
	if (err)
		return err;
	err = touch_reserved(alloc, conf);
	if (!err && !alloc->space[0])
		err = space_new(&alloc->space[0], 0);
	if (err) {
		plan_free(plan);
		return err;
	}
	if (alloc->plan)
		mark_reserved(alloc, alloc->plan->conf, false);
	mark_reserved(alloc, conf, true);
	plan_free(alloc->plan);
	alloc->plan = plan;
	ifaces_bind(alloc);
	return 0;
}
