/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_leases - the file of ISC's DHCPv4 server: `lease' declarations to leases,
 * by two tables of words.
 */
#include "dhcp4o6/lease/isc_leases.h"

#include <errno.h>

#include "isc_parse.h"

/* ---- a lease ---- */

static const struct isc_word lease_rows[] = {
	{ "starts", isc_parse_starts, 0 },
	{ "ends", isc_parse_ends, 0 },
	{ "cltt", isc_parse_cltt, 0 },
	/* What a failover peer was told; without one they say nothing. */
	{ "tstp", isc_parse_peer_time, 0 },
	{ "tsfp", isc_parse_peer_time, 0 },
	{ "atsfp", isc_parse_peer_time, 0 },
	{ "timestamp", isc_parse_peer_time, 0 },
	{ "binding", isc_parse_state, 0 },
	{ "next", isc_parse_other_state, 0 },
	{ "rewind", isc_parse_other_state, 0 },
	{ "abandoned", isc_parse_abandoned, 0 },
	{ "hardware", isc_parse_hardware, 0 },
	{ "uid", isc_parse_uid, 0 },
	{ "client-hostname", isc_parse_host_name, 0 },
	{ "reserved", NULL, ISC_LEFT_RESERVED },
	{ "dynamic-bootp", NULL, ISC_LEFT_BOOTP },
	{ "bootp", NULL, ISC_LEFT_BOOTP },
	{ "on", NULL, ISC_LEFT_EVENT },
	{ "set", NULL, ISC_LEFT_VARIABLE },
	{ "option", NULL, ISC_LEFT_OPTION },
	{ "billing", NULL, ISC_LEFT_CLASS },
	{ "ddns-fwd-name", NULL, ISC_LEFT_DDNS },
	{ "ddns-rev-name", NULL, ISC_LEFT_DDNS },
	{ "ddns-client-fqdn", NULL, ISC_LEFT_DDNS },
	{ "ddns-text", NULL, ISC_LEFT_DDNS },
};

#define LEASE_ROWS (sizeof(lease_rows) / sizeof(lease_rows[0]))

/* Does it hold together? Then the members that follow from others are set. */
static bool settle(struct isc_parser *p)
{
	struct lease *lease = &p->lease;

	if (!(p->seen & ISC_SEEN_STATE))
		lease->state =
			p->seen & ISC_SEEN_ENDS ? LEASE_ACTIVE : LEASE_FREE;
	if (!(p->seen & ISC_SEEN_CLTT))
		lease->updated = lease->starts;
	if (lease->state == LEASE_ACTIVE) {
		if (!(p->seen & ISC_SEEN_ENDS))
			return false;
		return p->seen & (ISC_SEEN_HARDWARE | ISC_SEEN_UID);
	}
	/* Only a binding, or an address that rests, can be without an end. */
	if (!(p->seen & ISC_SEEN_ENDS) ||
	    (lease->expires.s == LEASE_EXPIRES_NEVER &&
	     lease->state != LEASE_DECLINED))
		lease->expires = lease->updated;
	return true;
}

static int finish_lease(struct isc_parser *p, uint32_t line, uint64_t before)
{
	p->report->declarations++;
	if (p->report->fault_count > before) /* it says nothing more */
		return 0;
	if (!settle(p)) {
		isc_add_fault(
			p, line,
			p->seen & ISC_SEEN_ENDS
				? "expected `hardware' or `uid' in a lease "
				  "that is active"
				: "expected `ends' in a lease that is "
				  "active");
		return 0;
	}
	if (p->report->fault_count)
		return 0;
	return p->visit ? p->visit(p->arg, &p->lease) : 0;
}

static int parse_lease(struct isc_parser *p, const struct isc_declaration *row)
{
	uint64_t before = p->report->fault_count;
	uint32_t line = p->lex.token_line;

	(void)row;
	isc_lex_next(&p->lex);
	if (isc_lex_is_char(&p->lex, '{')) {
		p->report->owner = ISC_OWNER_DHCLIENT;
		return -EMEDIUMTYPE;
	}
	p->lease = (struct lease){ .epoch = 1, .version = 1 };
	p->seen = 0;
	if (!isc_parse_address(p, &p->lease.addr) || !isc_take_char(p, '{')) {
		p->is_whole = isc_skip_statement(p);
		return 0;
	}
	while (!isc_lex_is_char(&p->lex, '}')) {
		if (p->lex.token == ISC_TOKEN_END)
			return 0;
		isc_parse_statement(p, lease_rows, LEASE_ROWS,
				    "a statement of a lease");
	}
	isc_lex_next(&p->lex);
	p->is_whole = true;
	return finish_lease(p, line, before);
}

/* ---- the file ---- */

static const struct isc_declaration file_rows[] = {
	{ "lease", parse_lease, ISC_LEFT_COUNT, 0 },
	/* Both in every file; neither says anything of an IPv4 address. */
	{ "authoring-byte-order", isc_parse_other, ISC_LEFT_COUNT, 0 },
	{ "server-duid", isc_parse_other, ISC_LEFT_COUNT, 0 },
	{ "failover", isc_parse_other, ISC_LEFT_FAILOVER, 0 },
	{ "host", isc_parse_other, ISC_LEFT_OMAPI, 0 },
	{ "group", isc_parse_other, ISC_LEFT_OMAPI, 0 },
	{ "class", isc_parse_other, ISC_LEFT_CLASS, 0 },
	{ "subclass", isc_parse_other, ISC_LEFT_CLASS, 0 },
	{ "ia-na", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCPD6 },
	{ "ia-ta", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCPD6 },
	{ "ia-pd", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCPD6 },
	{ "lease6", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCLIENT },
	{ "default-duid", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCLIENT },
};

#define FILE_ROWS (sizeof(file_rows) / sizeof(file_rows[0]))

int isc_leases_parse(const char *text, size_t len, lease_store_visit *visit,
		     void *arg, struct isc_leases_report *report)
{
	struct isc_parser p = { .report = report, .visit = visit, .arg = arg };

	*report = (struct isc_leases_report){ .found = true };
	return isc_parse_file(&p, text, len, file_rows, FILE_ROWS);
}
