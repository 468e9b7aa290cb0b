/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_leases - reads the lease files of ISC's dhcpd, dhcpd.leases(5): those of
 * its DHCPv4 server and those of its DHCPv6 server (dhcpd -6).
 *
 * The text is a log: of several declarations of one address, or of one prefix,
 * the last stands. What cannot be believed is a fault, and a text with a fault
 * is no source of leases at all. What has no meaning here is stepped over and
 * counted by kind. A last declaration that is cut short is what a crash leaves:
 * dhcpd never acknowledged it, so it is left out, and counted too.
 */
#ifndef DHCP4O6_LEASE_ISC_LEASES_H
#define DHCP4O6_LEASE_ISC_LEASES_H

#include "dhcp4o6/lease/lease_store.h"

#define ISC_LEASES_FAULT_MAX 16  /* kept; all are counted */
#define ISC_LEASES_TEXT_MAX  160 /* octets of a fault's text */
#define ISC_LEASES_IA_MAX    64  /* addresses or prefixes of one IA */

/* What may stand in the file and is not taken over. */
enum isc_leases_left {
	ISC_LEFT_FAILOVER,
	ISC_LEFT_OMAPI,    /* hosts and groups */
	ISC_LEFT_CLASS,    /* classes, subclasses, and who belongs to one */
	ISC_LEFT_EVENT,    /* on expiry, on release, on commit */
	ISC_LEFT_VARIABLE, /* set NAME = VALUE */
	ISC_LEFT_OPTION,   /* of the relay agent */
	ISC_LEFT_DDNS,
	ISC_LEFT_RESERVED,  /* the flag; the lease itself is taken over */
	ISC_LEFT_BOOTP,     /* likewise */
	ISC_LEFT_TEMPORARY, /* IA_TA: obsolete (RFC 9915) */
	ISC_LEFT_TORN,      /* a last declaration that is cut short */
	ISC_LEFT_COUNT,
};

/* "state of a failover peer"; never NULL. */
const char *isc_leases_left_name(enum isc_leases_left left);

/* Whose file it is. */
enum isc_leases_owner {
	ISC_OWNER_DHCPD4,
	ISC_OWNER_DHCPD6,   /* dhcpd -6 */
	ISC_OWNER_DHCLIENT, /* a client */
	ISC_OWNER_COUNT,
};

struct isc_leases_fault {
	uint32_t line; /* from 1 */
	char text[ISC_LEASES_TEXT_MAX];
};

struct isc_leases_report {
	bool found; /* there was such a file; else all the rest is 0 */
	enum isc_leases_owner owner;
	/* Of leases, superseded ones included; of DHCPv6: each address and
	 * each prefix in an IA. */
	uint64_t declarations;
	uint64_t leases; /* taken over, one per address or prefix */
	uint64_t by_state[LEASE_STATE_COUNT]; /* of those */
	bool has_server_duid; /* of DHCPv6: it is taken over, too */
	struct {
		uint64_t count;
		uint32_t line; /* of the first */
	} left[ISC_LEFT_COUNT];
	uint64_t fault_count;
	struct isc_leases_fault faults[ISC_LEASES_FAULT_MAX];
};

/*
 * Reads len octets of text, the file of a DHCPv4 server. Each whole declaration
 * of a lease is visited, in order, with version 1; what it points to is valid
 * during the call. Addresses may recur: the later one stands. *report is set,
 * but for what only a take-over knows (leases, by_state).
 *   0         all of it was understood
 *   -EBADMSG  faults: report->faults says where and what; whatever was
 *             visited is to be forgotten
 *   -EMEDIUMTYPE  another program's file: report->owner
 *   other     what visit returned
 */
int isc_leases_parse(const char *text, size_t len, lease_store_visit *visit,
		     void *arg, struct isc_leases_report *report);

/*
 * The same for the file of a DHCPv6 server: LEASE_NA6 and LEASE_PD6, and its
 * `server-duid' as LEASE_DUID6, which may recur as well. The octets of an IAID
 * stand in the order of the machine that wrote the file, authoring-byte-order;
 * without that statement they are taken to be in the order of this one.
 */
int isc_leases6_parse(const char *text, size_t len, lease_store_visit *visit,
		      void *arg, struct isc_leases_report *report);

#endif /* DHCP4O6_LEASE_ISC_LEASES_H */
