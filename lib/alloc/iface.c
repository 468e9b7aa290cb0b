/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iface - interfaces and the shared networks they belong to, by their global
 * IPv6 addresses. Addresses come from netlink, networks from the plan; either
 * may change and the binding is made anew.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc_private.h"

#define NOT_FOUND UINT32_MAX

int ifaces_init(struct alloc_ifaces *ifaces)
{
	*ifaces = (struct alloc_ifaces){ 0 };
	return hmap_new(&ifaces->by_name, 0);
}

void ifaces_fini(struct alloc_ifaces *ifaces)
{
	uint32_t i;

	for (i = 0; i < ifaces->used; i++)
		free(ifaces->iface[i].addrs);
	free(ifaces->iface);
	hmap_free(ifaces->by_name);
}

static uint64_t name_hash(const struct alloc *alloc, const char *name)
{
	return siphash24(&alloc->key, name, strnlen(name, IF_NAMESIZE));
}

static bool is_named(const void *ctx, uint32_t at, const void *key)
{
	const struct alloc_ifaces *ifaces = ctx;

	return !strncmp(ifaces->iface[at].name, key, IF_NAMESIZE);
}

static uint32_t find(const struct alloc *alloc, const char *ifname)
{
	return hmap_find(alloc->ifaces.by_name, name_hash(alloc, ifname),
			 is_named, &alloc->ifaces, ifname);
}

uint32_t ifaces_network(const struct alloc *alloc, const char *ifname)
{
	uint32_t at = find(alloc, ifname);

	return at == HMAP_NONE ? PLAN_NONE : alloc->ifaces.iface[at].network;
}

static uint32_t network_of(struct plan *plan, const struct in6_addr *addr)
{
	uint32_t found;

	if (!plan)
		return PLAN_NONE;
	found = prefix_table_find(&plan->prefix6, addr->s6_addr, 16);
	return found == PREFIX_NONE ? PLAN_NONE : found;
}

/* The network of all addresses that have one; *other: one that disagrees. */
static uint32_t common_network(struct plan *plan,
			       const struct alloc_iface *iface, uint32_t *other)
{
	uint32_t network = PLAN_NONE;
	uint32_t i;

	*other = NOT_FOUND;
	for (i = 0; i < iface->addr_count; i++) {
		uint32_t n = network_of(plan, &iface->addrs[i]);

		if (n == PLAN_NONE || n == network)
			continue;
		if (network != PLAN_NONE) {
			*other = i;
			return network;
		}
		network = n;
	}
	return network;
}

/* -EEXIST when it would belong to two; it is then bound to none. */
static int bind_one(const struct alloc *alloc, struct alloc_iface *iface)
{
	uint32_t other;

	iface->network = common_network(alloc->plan, iface, &other);
	if (other == NOT_FOUND)
		return 0;
	iface->network = PLAN_NONE;
	return -EEXIST;
}

void ifaces_bind(struct alloc *alloc)
{
	uint32_t i;

	for (i = 0; i < alloc->ifaces.used; i++) {
		if (alloc->ifaces.iface[i].name[0])
			bind_one(alloc, &alloc->ifaces.iface[i]);
	}
}

/* Writes nothing when the interface is in one network at most. */
static bool describe(struct plan *plan, const struct alloc_iface *iface,
		     char *text)
{
	char addr[INET6_ADDRSTRLEN] = "?";
	uint32_t other, network;

	network = common_network(plan, iface, &other);
	if (other == NOT_FOUND)
		return false;
	inet_ntop(AF_INET6, &iface->addrs[other], addr, sizeof(addr));
	snprintf(text, ALLOC_CONFLICT_SIZE,
		 "interface %s is in two shared networks: %.160s, and by its "
		 "address %s in %.160s",
		 iface->name, plan->network[network].conf->name, addr,
		 plan->network[network_of(plan, &iface->addrs[other])]
			 .conf->name);
	return true;
}

static int add_iface(struct alloc *alloc, const char *ifname, uint32_t *at)
{
	struct alloc_ifaces *ifaces = &alloc->ifaces;
	uint32_t room = ifaces->room ? ifaces->room * 2 : 16;
	struct alloc_iface *iface;

	for (*at = 0; *at < ifaces->used; (*at)++) {
		if (!ifaces->iface[*at].name[0])
			break;
	}
	if (*at == ifaces->room) {
		iface = realloc(ifaces->iface, room * sizeof(*iface));
		if (!iface)
			return -ENOMEM;
		ifaces->iface = iface;
		ifaces->room = room;
	}
	if (hmap_insert(ifaces->by_name, name_hash(alloc, ifname), *at))
		return -ENOMEM;
	if (*at == ifaces->used)
		ifaces->used++;
	iface = &ifaces->iface[*at];
	*iface = (struct alloc_iface){ .network = PLAN_NONE };
	memcpy(iface->name, ifname, strnlen(ifname, IF_NAMESIZE - 1));
	return 0;
}

int alloc_set_interface(struct alloc *alloc, const char *ifname,
			const struct in6_addr *addrs, size_t count,
			char *conflict)
{
	struct alloc_iface *iface;
	struct in6_addr *copy;
	uint32_t at;
	int err;

	if (count > ALLOC_IF_ADDRS_MAX)
		return -E2BIG;
	if (!ifname[0] || strnlen(ifname, IF_NAMESIZE) == IF_NAMESIZE)
		return -EINVAL;
	copy = calloc(count + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	at = find(alloc, ifname);
	if (at == HMAP_NONE && add_iface(alloc, ifname, &at)) {
		free(copy);
		return -ENOMEM;
	}
	if (count)
		memcpy(copy, addrs, count * sizeof(*copy));
	iface = &alloc->ifaces.iface[at];
	free(iface->addrs);
	iface->addrs = copy;
	iface->addr_count = (uint32_t)count;
	err = bind_one(alloc, iface);
	if (err && conflict)
		describe(alloc->plan, iface, conflict);
	return err;
}

void alloc_remove_interface(struct alloc *alloc, const char *ifname)
{
	uint32_t at = find(alloc, ifname);

	if (at == HMAP_NONE)
		return;
	hmap_remove(alloc->ifaces.by_name, name_hash(alloc, ifname), at);
	free(alloc->ifaces.iface[at].addrs);
	alloc->ifaces.iface[at] = (struct alloc_iface){ .network = PLAN_NONE };
}

size_t alloc_check_interfaces(const struct alloc *alloc, struct plan *plan,
			      alloc_report *report, void *arg)
{
	char text[ALLOC_CONFLICT_SIZE];
	size_t conflicts = 0;
	uint32_t i;

	if (!plan)
		plan = alloc->plan;
	for (i = 0; i < alloc->ifaces.used; i++) {
		if (!alloc->ifaces.iface[i].name[0] ||
		    !describe(plan, &alloc->ifaces.iface[i], text))
			continue;
		report(arg, text);
		conflicts++;
	}
	return conflicts;
}
