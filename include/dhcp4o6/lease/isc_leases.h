/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_leases - reads the lease file of ISC's DHCPv4 server, dhcpd.leases(5).
 *
 * The text is a log: of several declarations of one address the last stands.
 * What cannot be believed is a fault, and a text with a fault is no source of
 * leases at all. What has no meaning here is stepped over and counted by kind.
 * A last declaration that is cut short is what a crash leaves: dhcpd never
 * acknowledged it, so it is left out, and counted too.
 */
#ifndef DHCP4O6_LEASE_ISC_LEASES_H
#define DHCP4O6_LEASE_ISC_LEASES_H

#include "dhcp4o6/lease/journal_disk.h"
#include "dhcp4o6/lease/lease_store.h"

#define ISC_LEASES_FAULT_MAX 16  /* kept; all are counted */
#define ISC_LEASES_TEXT_MAX  160 /* octets of a fault's text */

/* What may stand in the file and is not taken over. */
enum isc_leases_left {
	ISC_LEFT_FAILOVER,
	ISC_LEFT_OMAPI,    /* hosts and groups */
	ISC_LEFT_CLASS,    /* classes, subclasses, and who belongs to one */
	ISC_LEFT_EVENT,    /* on expiry, on release, on commit */
	ISC_LEFT_VARIABLE, /* set NAME = VALUE */
	ISC_LEFT_OPTION,   /* of the relay agent */
	ISC_LEFT_DDNS,
	ISC_LEFT_RESERVED, /* the flag; the lease itself is taken over */
	ISC_LEFT_BOOTP,    /* likewise */
	ISC_LEFT_TORN,     /* a last declaration that is cut short */
	ISC_LEFT_COUNT,
};

/* "state of a failover peer"; never NULL. */
const char *isc_leases_left_name(enum isc_leases_left left);

/* Whose file it is. */
enum isc_leases_owner {
	ISC_OWNER_DHCPD4,
	ISC_OWNER_DHCPD6,   /* dhcpd -6 */
	ISC_OWNER_DHCLIENT, /* a client */
};

struct isc_leases_fault {
	uint32_t line; /* from 1 */
	char text[ISC_LEASES_TEXT_MAX];
};

struct isc_leases_report {
	bool found; /* there was such a file; else all the rest is 0 */
	enum isc_leases_owner owner;
	uint64_t declarations; /* of leases, superseded ones included */
	uint64_t leases;       /* taken over, one per address */
	uint64_t by_state[LEASE_STATE_COUNT]; /* of those */
	struct {
		uint64_t count;
		uint32_t line; /* of the first */
	} left[ISC_LEFT_COUNT];
	uint64_t fault_count;
	struct isc_leases_fault faults[ISC_LEASES_FAULT_MAX];
};

/*
 * Reads len octets of text. Each whole declaration of a lease is visited, in
 * order, with version 1; what it points to is valid during the call. Addresses
 * may recur: the later one stands. *report is set, but for what only a
 * take-over knows (leases, by_state).
 *   0         all of it was understood
 *   -EBADMSG  faults: report->faults says where and what; whatever was
 *             visited is to be forgotten
 *   -EMEDIUMTYPE  another program's file: report->owner
 *   other     what visit returned
 */
int isc_leases_parse(const char *text, size_t len, lease_store_visit *visit,
		     void *arg, struct isc_leases_report *report);

/*
 * What a take-over of this file would find, without a lock and without touching
 * it: as lease_journal_open() with options.take_over. 0 with report->found
 * false when there is nothing to take over; disk NULL is the real one.
 */
int lease_isc_check(const char *path, const struct journal_disk *disk,
		    struct isc_leases_report *report, char *err,
		    size_t err_size);

#endif /* DHCP4O6_LEASE_ISC_LEASES_H */
