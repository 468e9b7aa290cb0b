/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_record - a lease as octets: what the journal and other servers store.
 *
 * A record says its own length and kind, so a reader steps over trailing fields
 * that a later version appended. The layout is in docs/lease-format.md.
 */
#ifndef DHCP4O6_LEASE_LEASE_RECORD_H
#define DHCP4O6_LEASE_LEASE_RECORD_H

#include <string.h>

#include "dhcp4o6/lease/lease.h"
#include "dhcp4o6/wire/wire.h"

/* Octets of what lease_encode() writes, the length field included. */
#define LEASE_RECORD_MIN 21   /* a DUID of one octet */
#define LEASE_RECORD_MAX 1747 /* a DHCPv6 lease with all its parts full */

/*
 * Appends one record. -EINVAL for a value that no lease may have (a state or
 * length out of range, a length without its octets, a DHCPv6 lease without a
 * DUID, a prefix with bits behind its length), -EMSGSIZE when the writer
 * has no room; in both cases nothing was written and w is as before.
 */
int lease_encode(const struct lease *lease, struct wire_writer *w);

/*
 * Reads one record; the variable parts point into the reader's octets.
 *   0             *lease is set
 *   -ENOMSG       a kind that an older reader may skip; r stands behind it
 *   -EPROTONOSUPPORT  a kind that must be understood, and is not
 *   -EBADMSG      not a record
 */
int lease_decode(struct wire_reader *r, struct lease *lease);

/* Are they records of the same thing? */
static inline bool lease_is_same_key(const struct lease *a,
				     const struct lease *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case LEASE_DHCP4:
		return a->addr.s_addr == b->addr.s_addr && a->psid == b->psid &&
		       a->psid_len == b->psid_len;
	case LEASE_DUID6:
		return true;
	default:
		return a->prefix_len == b->prefix_len &&
		       !memcmp(&a->addr6, &b->addr6, sizeof(a->addr6));
	}
}

/*
 * Does a record of the same key take the place of the one held? By (epoch,
 * version); of two equal ones the later seen stands. Versions go round, and
 * are compared as serial numbers (RFC 1982): a client that renews as fast as it
 * can uses all of them up within hours.
 */
static inline bool lease_supersedes(const struct lease *later,
				    const struct lease *held)
{
	if (later->epoch != held->epoch)
		return later->epoch > held->epoch;
	return (int32_t)(later->version - held->version) >= 0;
}

#endif /* DHCP4O6_LEASE_LEASE_RECORD_H */
