/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_walk - a walk over the options of one message, those inside others
 * included, and the IAs in it: the same for messages of clients and of servers.
 */
#ifndef DHCP4O6_LIB_WIRE_DHCP6_WALK_H
#define DHCP4O6_LIB_WIRE_DHCP6_WALK_H

#include "dhcp4o6/wire/dhcp6_msg.h"

#define DHCP6_IA_HEAD    12 /* IAID, T1, T2 */
#define DHCP6_PREFIX_MAX 128
#define DHCP6_ANY_LEN    UINT16_MAX

struct dhcp6_walk {
	unsigned int steps; /* options seen, on all levels together */
	uint32_t seen;      /* bits by row of the message's table */
	/* Where IAs go: arrays of DHCP6_IA_MAX and DHCP6_IA_ITEMS_MAX. */
	struct dhcp6_ia *ia;
	unsigned int *ia_count;
	struct dhcp6_ia_item *item;
	unsigned int *item_count;
};

/* A row of a message's table; lengths are those of the body. */
struct dhcp6_rule {
	uint16_t code;
	uint16_t min_len;
	uint16_t max_len;
	bool is_repeatable;
};

/* dhcp6_next_option() that counts: true, or false at the end with *why. */
bool dhcp6_walk_next(struct dhcp6_walk *walk, struct wire_reader *area,
		     struct dhcp6_option *opt, enum drop_reason *why);

/* Judges the option by row number `row' of a table of at most 32. */
enum drop_reason dhcp6_walk_judge(struct dhcp6_walk *walk, unsigned int row,
				  const struct dhcp6_rule *rule,
				  const struct dhcp6_option *opt);

/* An IA_NA or IA_PD with all that is inside. An address in an IA_PD, or a
 * prefix in an IA_NA, is stepped over. */
enum drop_reason dhcp6_walk_ia(struct dhcp6_walk *walk,
			       const struct dhcp6_option *opt);

#endif /* DHCP4O6_LIB_WIRE_DHCP6_WALK_H */
