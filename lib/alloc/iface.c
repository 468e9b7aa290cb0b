/* SPDX-License-Identifier: BSD-2-Clause */
/* iface - the shared networks that interfaces belong to. */
#include <errno.h>

#include "alloc_private.h"

_Static_assert(ALLOC_IF_ADDRS_MAX == IFACE_ADDRS_MAX, "told to callers");

static struct prefix_table *networks(struct plan *plan)
{
	return plan ? &plan->prefix6 : NULL;
}

uint32_t ifaces_network(const struct alloc *alloc, const char *ifname)
{
	uint32_t network = iface_table_value(&alloc->ifaces, ifname);

	return network == PREFIX_NONE ? PLAN_NONE : network;
}

void ifaces_bind(struct alloc *alloc)
{
	iface_table_bind(&alloc->ifaces, networks(alloc->plan));
}

static void describe(const struct plan *plan,
		     const struct iface_conflict *conflict, char *text)
{
	iface_conflict_print(conflict,
			     plan->network[conflict->value].conf->name,
			     plan->network[conflict->other].conf->name, text,
			     ALLOC_CONFLICT_SIZE);
}

int alloc_set_interface(struct alloc *alloc, const char *ifname,
			const struct in6_addr *addrs, size_t count,
			char *conflict)
{
	struct prefix_table *prefixes = networks(alloc->plan);
	struct iface_conflict found;
	int err;

	err = iface_table_set(&alloc->ifaces, prefixes, ifname, addrs, count);
	if (err == -EEXIST && conflict &&
	    iface_table_conflict(&alloc->ifaces, prefixes, ifname, &found))
		describe(alloc->plan, &found, conflict);
	return err;
}

void alloc_remove_interface(struct alloc *alloc, const char *ifname)
{
	iface_table_remove(&alloc->ifaces, ifname);
}

size_t alloc_check_interfaces(const struct alloc *alloc, struct plan *plan,
			      alloc_report *report, void *arg)
{
	char text[ALLOC_CONFLICT_SIZE];
	struct iface_conflict conflict;
	size_t conflicts = 0;
	uint32_t at = 0;

	if (!plan)
		plan = alloc->plan;
	while (iface_table_next_conflict(&alloc->ifaces, networks(plan), &at,
					 &conflict)) {
		describe(plan, &conflict, text);
		report(arg, text);
		conflicts++;
	}
	return conflicts;
}
