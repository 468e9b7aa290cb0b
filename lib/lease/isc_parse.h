/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_parse - the declarations of a dhcpd.leases text, and the statements of
 * one lease in it.
 */
#ifndef DHCP4O6_LIB_LEASE_ISC_PARSE_H
#define DHCP4O6_LIB_LEASE_ISC_PARSE_H

#include "dhcp4o6/lease/isc_leases.h"
#include "isc_value.h"

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
	uint8_t client_id_len; /* of DHCPv6 */
	uint8_t host_name[LEASE_HOST_NAME_MAX];
	/* Of DHCPv6: the IA that is being read, whose addresses wait for its
	 * end. */
	bool has_swapped_iaids; /* in the other order than this machine's */
	struct isc_ia {
		uint32_t iaid; /* host order */
		struct wall_time updated;
		uint64_t faults; /* of the text, when it began */
		uint32_t count;
		struct lease leases[ISC_LEASES_IA_MAX];
	} ia;
};

/* A statement of a lease. */
struct isc_word {
	const char *word;
	bool (*parse)(struct isc_parser *p); /* up to the `;' */
	enum isc_leases_left left;           /* when there is no parse */
};

/* What stands in the file itself. */
struct isc_declaration {
	const char *word;
	int (*parse)(struct isc_parser *p, const struct isc_declaration *row);
	enum isc_leases_left left;   /* COUNT: not worth a word */
	enum isc_leases_owner owner; /* of isc_refuse() */
};

/* ---- isc_file.c ---- */

void isc_add_fault(struct isc_parser *p, uint32_t line, const char *text);
/* Notes that something else stands here; no fault at the end of the text. */
bool isc_expected(struct isc_parser *p, const char *what);
/* The same of what was read already. */
bool isc_expected_not(struct isc_parser *p, const char *what, const char *text,
		      size_t len);
void isc_leave(struct isc_parser *p, enum isc_leases_left left, uint32_t line);
bool isc_take_char(struct isc_parser *p, char c);
/*
 * To behind the next `;' or block: true. Or before the brace that closes this
 * block, or to the end of the text: false.
 */
bool isc_skip_statement(struct isc_parser *p);
/* One statement of a lease; what: all of them, in a fault's text. */
void isc_parse_statement(struct isc_parser *p, const struct isc_word *rows,
			 size_t count, const char *what);
/* Steps over a declaration, and counts it as left. */
int isc_parse_other(struct isc_parser *p, const struct isc_declaration *row);
/* It stands in another program's file. */
int isc_refuse(struct isc_parser *p, const struct isc_declaration *row);
/* All declarations of the text; returns as isc_leases_parse(). */
int isc_parse_file(struct isc_parser *p, const char *text, size_t len,
		   const struct isc_declaration *rows, size_t count);

/*
 * ---- isc_parse.c ----
 *
 * Every function begins behind its keyword and ends at what should be the `;'.
 * False: a fault was noted, or the text ended.
 */

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
