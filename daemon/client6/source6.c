/* SPDX-License-Identifier: BSD-2-Clause */
#include "source6.h"

#define ADDR_BITS 128U

static size_t find(const struct source6 *list, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (IN6_ARE_ADDR_EQUAL(&list->addr[i].addr, addr))
			break;
	}
	return i;
}

void source6_update(struct source6 *list, const struct net_addr *addr,
		    enum net_addr_state state)
{
	size_t i = find(list, &addr->v6);

	if (state != NET_ADDR_USABLE) {
		if (i < list->count)
			list->addr[i] = list->addr[--list->count];
		return;
	}
	if (i == SOURCE6_MAX)
		return;
	list->addr[i] = (struct source6_addr){ addr->v6, addr->is_deprecated };
	if (i == list->count)
		list->count++;
}

bool source6_has(const struct source6 *list, const struct in6_addr *addr)
{
	return find(list, addr) < list->count;
}

bool source6_link_local(const struct source6 *list, struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!IN6_IS_ADDR_LINKLOCAL(&list->addr[i].addr))
			continue;
		*addr = list->addr[i].addr;
		return true;
	}
	return false;
}

bool source6_is_server(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_V4MAPPED(addr) && !IN6_IS_ADDR_MC_NODELOCAL(addr);
}

bool source6_is_on_link(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_MULTICAST(addr);
}

static bool is_unique_local(const struct in6_addr *addr)
{
	return (addr->s6_addr[0] & 0xfe) == 0xfc;
}

static unsigned int common_bits(const struct in6_addr *a,
				const struct in6_addr *b)
{
	unsigned int bits;

	for (bits = 0; bits < ADDR_BITS; bits++) {
		uint8_t differ = a->s6_addr[bits / 8] ^ b->s6_addr[bits / 8];

		if (differ & 0x80 >> bits % 8)
			break;
	}
	return bits;
}

static unsigned int merit(const struct source6_addr *from,
			  const struct in6_addr *to)
{
	unsigned int merit = common_bits(&from->addr, to);

	if (is_unique_local(&from->addr) == is_unique_local(to))
		merit += 1000;
	if (!from->is_deprecated)
		merit += 10000;
	return merit;
}

bool source6_choose(const struct source6 *list, const struct in6_addr *to,
		    struct in6_addr *from)
{
	const struct source6_addr *best = NULL;
	size_t i;

	if (source6_is_on_link(to))
		return source6_link_local(list, from);
	for (i = 0; i < list->count; i++) {
		const struct source6_addr *one = &list->addr[i];

		if (!IN6_IS_ADDR_LINKLOCAL(&one->addr) &&
		    (!best || merit(one, to) > merit(best, to)))
			best = one;
	}
	if (best)
		*from = best->addr;
	return best;
}
