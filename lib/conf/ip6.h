/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic of IPv6 addresses and prefixes. */
#ifndef CONF_IP6_H
#define CONF_IP6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

static inline int conf_ip6_compare(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return memcmp(a->s6_addr, b->s6_addr, sizeof(a->s6_addr));
}

/* All bits behind the first len: to 1, to 0, or whether one is 1. */
static inline void conf_ip6_set_tail(struct in6_addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++)
		addr->s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

static inline void conf_ip6_clear_tail(struct in6_addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++)
		addr->s6_addr[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

static inline bool conf_ip6_has_host_bits(const struct in6_addr *addr,
					  unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++) {
		if (addr->s6_addr[i / 8] & 0x80 >> i % 8)
			return true;
	}
	return false;
}

#endif /* CONF_IP6_H */
