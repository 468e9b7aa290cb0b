/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc6 - making and configuring. */
#include <errno.h>
#include <stdlib.h>

#include "alloc6_private.h"

static int make_scratch(struct alloc6 *a)
{
	a->scratch = calloc(1, sizeof(*a->scratch));
	if (!a->scratch)
		return -ENOMEM;
	if (!blocks6_init(&a->scratch->blocks, &a->key))
		return 0;
	free(a->scratch);
	return -ENOMEM;
}

static void free_scratch(struct alloc6 *a)
{
	blocks6_fini(&a->scratch->blocks);
	free(a->scratch);
}

int alloc6_new(struct alloc6 **alloc, const struct siphash_key *key,
	       struct mono_time now, struct wall_time wall)
{
	struct alloc6 *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->key = *key;
	lease_clock_init(&a->clock, now, wall);
	if (db6_init(&a->db, key))
		goto out_alloc;
	if (offers6_init(&a->offers, key))
		goto out_db;
	if (make_scratch(a))
		goto out_offers;
	if (iface_table_init(&a->ifaces, key))
		goto out_scratch;
	*alloc = a;
	return 0;

out_scratch:
	free_scratch(a);
out_offers:
	offers6_fini(&a->offers);
out_db:
	db6_fini(&a->db);
out_alloc:
	free(a);
	return -ENOMEM;
}

static void free_txn(struct alloc6_txn *txn)
{
	free(txn->change);
	free(txn->record);
	free(txn);
}

void alloc6_free(struct alloc6 *alloc)
{
	struct alloc6_txn *t;

	if (!alloc)
		return;
	/* What is not committed holds octets of its own: give them back. */
	while (alloc->newest)
		alloc6_txn_abort(alloc->newest);
	while (alloc->spare) {
		t = alloc->spare;
		alloc->spare = t->newer;
		free_txn(t);
	}
	plan6_free(alloc->plan);
	iface_table_fini(&alloc->ifaces);
	free_scratch(alloc);
	offers6_fini(&alloc->offers);
	db6_fini(&alloc->db);
	free(alloc);
}

/* ---- configuration ---- */

int alloc6_plan_new(const struct alloc6 *alloc, const struct conf *conf,
		    struct alloc6_plan **plan)
{
	return plan6_new(plan, conf, &alloc->key);
}

void alloc6_plan_free(struct alloc6_plan *plan)
{
	plan6_free(plan);
}

/* Delegated by a former configuration, and not yet given back. */
static int note_prefixes(const struct alloc6 *alloc, struct alloc6_plan *plan)
{
	uint32_t handle;
	int err = 0;

	for (handle = 0; !err && handle < alloc->db.entries.used; handle++) {
		const struct lease6 *e = db6_entry(&alloc->db, handle);

		if (e->state == LEASE_ACTIVE && e->key.kind == LEASE_PD6)
			err = plan6_note_prefix(plan, &e->key);
	}
	return err;
}

int alloc6_apply_plan(struct alloc6 *alloc, struct alloc6_plan **plan)
{
	struct alloc6_plan *former = alloc->plan;

	if (note_prefixes(alloc, *plan))
		return -ENOMEM;
	alloc->plan = *plan;
	*plan = former;
	blocks6_clear(&alloc->scratch->blocks);
	settle6_count_all(alloc);
	iface_table_bind(&alloc->ifaces, &alloc->plan->networks);
	return 0;
}

int alloc6_apply_conf(struct alloc6 *alloc, const struct conf *conf)
{
	struct alloc6_plan *plan;
	int err;

	err = alloc6_plan_new(alloc, conf, &plan);
	if (err)
		return err;
	err = alloc6_apply_plan(alloc, &plan);
	plan6_free(plan); /* the former one, or what cannot be applied */
	return err;
}

/* ---- interfaces ---- */

static void describe(const struct alloc6_plan *plan,
		     const struct iface_conflict *conflict, char *text)
{
	iface_conflict_print(conflict,
			     plan->network[conflict->value].conf->name,
			     plan->network[conflict->other].conf->name, text,
			     ALLOC6_CONFLICT_SIZE);
}

int alloc6_set_interface(struct alloc6 *alloc, const char *ifname,
			 const struct in6_addr *addrs, size_t count,
			 char *conflict)
{
	struct iface_conflict found;
	int err;

	err = iface_table_set(&alloc->ifaces, alloc6_networks(alloc), ifname,
			      addrs, count);
	if (err == -EEXIST && conflict &&
	    iface_table_conflict(&alloc->ifaces, alloc6_networks(alloc), ifname,
				 &found))
		describe(alloc->plan, &found, conflict);
	return err;
}

void alloc6_remove_interface(struct alloc6 *alloc, const char *ifname)
{
	iface_table_remove(&alloc->ifaces, ifname);
}

size_t alloc6_check_interfaces(const struct alloc6 *alloc,
			       struct alloc6_plan *plan, alloc6_report *report,
			       void *arg)
{
	char text[ALLOC6_CONFLICT_SIZE];
	struct iface_conflict conflict;
	size_t conflicts = 0;
	uint32_t at = 0;

	if (!plan)
		plan = alloc->plan;
	while (plan &&
	       iface_table_next_conflict(&alloc->ifaces, &plan->networks, &at,
					 &conflict)) {
		describe(plan, &conflict, text);
		report(arg, text);
		conflicts++;
	}
	return conflicts;
}
