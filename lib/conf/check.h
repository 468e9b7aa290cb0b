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
	uint8_t prefix_len;           /* of prefixes that are delegated */
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

/* Classes, and who refers to them; sorts subclasses. 0 or -ENOMEM. */
int conf_check_classes(struct conf_parser *p);
/* Subnets and ranges against each other. */
int conf_check_addresses(struct conf_parser *p, struct conf_address_map *map);
/* In a DHCPv6 server's file: what is delegated or kept for hosts. */
int conf_check_addresses6(struct conf_parser *p,
			  const struct conf_address_map *map);

/* Room for count intervals, none of which is there yet. 0 or -ENOMEM. */
int conf_intervals_new(struct conf_parser *p, size_t count,
		       struct conf_intervals *out);
void conf_intervals_sort(struct conf_intervals *intervals);
/* The interval of sorted, disjoint ones that holds addr, or NULL. */
const struct conf_interval *
conf_intervals_find(const struct conf_intervals *intervals,
		    const struct in6_addr *addr);
/* The first of sorted, disjoint ones with an address in common, or NULL. */
const struct conf_interval *
conf_intervals_meet(const struct conf_intervals *intervals,
		    const struct conf_interval *with);
/* Of two places the one that the reader meets later is at fault. */
const struct conf_pos *conf_intervals_later(const struct conf_interval *a,
					    const struct conf_interval *b,
					    const struct conf_pos **other);
struct in6_addr conf_mapped(struct in_addr addr);

#endif /* CONF_CHECK_H */
