/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_parse - the statements of one lease in a dhcpd.leases text.
 *
 * Every function begins behind its keyword and ends at what should be the `;'.
 * False: a fault was noted, or the text ended.
 */
#ifndef DHCP4O6_LIB_LEASE_ISC_PARSE_H
#define DHCP4O6_LIB_LEASE_ISC_PARSE_H

#include "dhcp4o6/lease/isc_leases.h"
#include "isc_lex.h"

enum isc_seen {
	ISC_SEEN_ENDS = 1 << 0,
	ISC_SEEN_CLTT = 1 << 1,
	ISC_SEEN_STATE = 1 << 2,
	ISC_SEEN_HARDWARE = 1 << 3,
	ISC_SEEN_UID = 1 << 4,
};

struct isc_parser {
	struct isc_lex lex;
	struct isc_leases_report *report;
	lease_store_visit *visit;
	void *arg;
	bool is_whole; /* the declaration was read to its end */
	/* The lease that is being read. */
	struct lease lease;
	unsigned int seen; /* of enum isc_seen */
	uint8_t client_id[LEASE_CLIENT_ID_MAX];
	uint8_t host_name[LEASE_HOST_NAME_MAX];
};

/* ---- isc_leases.c ---- */

/* Notes that something else stands here; no fault at the end of the text. */
bool isc_expected(struct isc_parser *p, const char *what);
bool isc_take_char(struct isc_parser *p, char c);

/* ---- isc_parse.c ---- */

bool isc_parse_address(struct isc_parser *p, struct in_addr *addr);
bool isc_parse_starts(struct isc_parser *p);
bool isc_parse_ends(struct isc_parser *p);
bool isc_parse_cltt(struct isc_parser *p);
bool isc_parse_peer_time(struct isc_parser *p);
bool isc_parse_state(struct isc_parser *p);
bool isc_parse_other_state(struct isc_parser *p);
bool isc_parse_abandoned(struct isc_parser *p);
bool isc_parse_hardware(struct isc_parser *p);
bool isc_parse_uid(struct isc_parser *p);
bool isc_parse_host_name(struct isc_parser *p);

#endif /* DHCP4O6_LIB_LEASE_ISC_PARSE_H */
