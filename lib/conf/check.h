/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults that no single statement shows; findings only, nothing is changed. */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "parse.h"

/* 0 or -ENOMEM. */
int conf_check(struct conf_parser *p);

/*
 * Intervals of addresses of either family: IPv4 as ::ffff:a.b.c.d, which no
 * configuration has in IPv6.
 */
struct conf_interval {
	struct in6_addr first;
	struct in6_addr last;
	const struct conf_pos *pos;
	const struct conf_node *node; /* subnet, or owner of a range */
};

struct conf_intervals {
	struct conf_interval *items;
	size_t count;
};

/* Both are sorted; without faults in the file both are disjoint. */
struct conf_address_map {
	struct conf_intervals subnets; /* the outermost ones */
	struct conf_intervals ranges;
};

/* Subnets and ranges against each other. */
int conf_check_addresses(struct conf_parser *p, struct conf_address_map *map);
/* The interval of sorted, disjoint ones that holds addr, or NULL. */
const struct conf_interval *
conf_intervals_find(const struct conf_intervals *intervals,
		    const struct in6_addr *addr);
struct in6_addr conf_mapped(struct in_addr addr);

#endif /* CONF_CHECK_H */
