/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc - making and configuring. */
#include "dhcp4o6/alloc/alloc.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc_private.h"

int alloc_new(struct alloc **alloc, const struct siphash_key *key,
	      struct mono_time now, struct wall_time wall)
{
	struct alloc *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->key = *key;
	lease_clock_init(&a->clock, now, wall);
	a->rank_base_s = now.ns / NS_PER_S;
	if (lease_db_init(&a->db, key))
		goto out_alloc;
	if (offers_init(&a->offers, key, ALLOC_OFFERS_MAX))
		goto out_db;
	if (iface_table_init(&a->ifaces, key))
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
	iface_table_fini(&alloc->ifaces);
	offers_fini(&alloc->offers);
	lease_db_fini(&alloc->db);
	for (i = 0; i <= ALLOC_PSID_LEN_MAX; i++)
		space_free(alloc->space[i]);
	free(alloc);
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

int alloc_plan_new(const struct alloc *alloc, const struct conf *conf,
		   struct plan **plan)
{
	return plan_new(plan, conf, &alloc->key);
}

void alloc_plan_free(struct plan *plan)
{
	plan_free(plan);
}

int alloc_apply_plan(struct alloc *alloc, struct plan **plan)
{
	struct plan *former = alloc->plan;
	int err;

	err = touch_reserved(alloc, (*plan)->conf);
	if (!err && !alloc->space[0])
		err = space_new(&alloc->space[0], 0);
	if (err)
		return err;
	if (former)
		mark_reserved(alloc, former->conf, false);
	mark_reserved(alloc, (*plan)->conf, true);
	alloc->plan = *plan;
	*plan = former;
	ifaces_bind(alloc);
	return 0;
}

int alloc_apply_conf(struct alloc *alloc, const struct conf *conf)
{
	struct plan *plan;
	int err;

	err = alloc_plan_new(alloc, conf, &plan);
	if (err)
		return err;
	err = alloc_apply_plan(alloc, &plan);
	plan_free(plan); /* the former one, or what cannot be applied */
	return err;
}
