/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space - the value of an option that holds options of a space, as octets:
 * `vendor-option-space' and `encapsulate', one in another as well.
 */
#ifndef DHCP4O6_CONF_SPACE_H
#define DHCP4O6_CONF_SPACE_H

#include "dhcp4o6/conf/expr.h"

#define CONF_SPACE_VALUE_MAX 4096 /* octets of one option in a space */
#define CONF_SPACE_DEPTH_MAX 8    /* spaces in spaces */

struct conf_encoding {
	/* The first that sets an option of the space decides about it. */
	const struct conf_scope *const *scopes;
	size_t scope_count;
	/* What options given by an expression ask; NULL: they are left out. */
	const struct conf_packet *packet;
	/* DHCPv4, as in ISC: an empty option of a type that has octets is not
	 * sent. */
	bool skips_empty;
	/* Start at 0: the code to go on from, UINT64_MAX at the end. */
	uint64_t next;
	/* Counted up: options that were left out for want of room. */
	size_t dropped;
};

/*
 * Writes the value of option, whose space is not NULL, to out: its data, then
 * the options of the space in the order of their codes, each once. What finds
 * no room is left out whole. Returns the octets, or -ENODATA when there is
 * nothing (more) to send. Of a space whose options have no length (RFC 9915
 * section 21.17) each call gives one option, for an option of its own: call
 * until -ENODATA.
 */
int conf_space_encode(struct conf_encoding *e, const struct conf_option *option,
		      uint8_t *out, size_t size);

#endif /* DHCP4O6_CONF_SPACE_H */
