/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_leases - declarations of dhcpd.leases(5) to leases, by two tables of
 * words. A fault ends its statement; the next one is read on, so that an
 * operator sees all of them at once. The end of the text inside a declaration
 * is no fault: a crash cuts there.
 */
#include "dhcp4o6/lease/isc_leases.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isc_parse.h"

#define TORN_MAX  (64U << 10) /* octets of one declaration at the most */
#define SHOWN_MAX 40          /* octets of a token in a fault's text */

static const char *const left_names[ISC_LEFT_COUNT] = {
	[ISC_LEFT_FAILOVER] = "state of a failover peer",
	[ISC_LEFT_OMAPI] = "host or group that OMAPI made",
	[ISC_LEFT_CLASS] = "class, or membership of one",
	[ISC_LEFT_EVENT] = "`on' statement",
	[ISC_LEFT_VARIABLE] = "`set' variable",
	[ISC_LEFT_OPTION] = "relay agent's option",
	[ISC_LEFT_DDNS] = "name in the DNS",
	[ISC_LEFT_RESERVED] = "`reserved' flag of a lease",
	[ISC_LEFT_BOOTP] = "`bootp' flag of a lease",
	[ISC_LEFT_TORN] = "declaration cut short at the end of the file",
};

const char *isc_leases_left_name(enum isc_leases_left left)
{
	return (unsigned int)left < ISC_LEFT_COUNT ? left_names[left]
						   : "unknown";
}

/* ---- faults and what is left ---- */

static void add_fault(struct isc_parser *p, uint32_t line, const char *text)
{
	struct isc_leases_report *report = p->report;
	struct isc_leases_fault *fault;

	if (report->fault_count++ >= ISC_LEASES_FAULT_MAX)
		return;
	fault = &report->faults[report->fault_count - 1];
	fault->line = line;
	snprintf(fault->text, sizeof(fault->text), "%s", text);
}

bool isc_expected(struct isc_parser *p, const char *what)
{
	const struct isc_lex *lex = &p->lex;
	char text[ISC_LEASES_TEXT_MAX], shown[SHOWN_MAX + 1];
	size_t i;

	if (lex->token == ISC_TOKEN_END)
		return false;
	for (i = 0; i < lex->text_len && i < SHOWN_MAX; i++)
		shown[i] = lex->text[i] >= ' ' && lex->text[i] < 0x7f
				   ? lex->text[i]
				   : '?';
	shown[i] = '\0';
	snprintf(text, sizeof(text), "expected %s, not `%s'", what, shown);
	add_fault(p, lex->token_line, text);
	return false;
}

static void leave(struct isc_parser *p, enum isc_leases_left left,
		  uint32_t line)
{
	if (!p->report->left[left].count++)
		p->report->left[left].line = line;
}

bool isc_take_char(struct isc_parser *p, char c)
{
	const char what[] = { '`', c, '\'', '\0' };

	if (!isc_lex_is_char(&p->lex, c))
		return isc_expected(p, what);
	isc_lex_next(&p->lex);
	return true;
}

/*
 * To behind the next `;' or block: true. Or before the brace that closes this
 * block, or to the end of the text: false.
 */
static bool skip_statement(struct isc_parser *p)
{
	struct isc_lex *lex = &p->lex;
	uint32_t depth = 0;
	bool is_end;

	while (lex->token != ISC_TOKEN_END) {
		if (lex->token == ISC_TOKEN_BAD)
			isc_expected(p, "a string");
		if (isc_lex_is_char(lex, '}') && !depth)
			return false;
		depth += isc_lex_is_char(lex, '{');
		is_end = (isc_lex_is_char(lex, '}') && !--depth) ||
			 (isc_lex_is_char(lex, ';') && !depth);
		isc_lex_next(lex);
		if (is_end)
			return true;
	}
	return false;
}

/* ---- a lease ---- */

static const struct {
	const char *word;
	bool (*parse)(struct isc_parser *p); /* up to the `;' */
	enum isc_leases_left left;           /* when there is no parse */
} lease_rows[] = {
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

static void parse_statement(struct isc_parser *p)
{
	uint32_t line = p->lex.token_line;
	size_t i;

	for (i = 0; i < LEASE_ROWS; i++) {
		if (isc_lex_is(&p->lex, lease_rows[i].word))
			break;
	}
	if (i == LEASE_ROWS) {
		isc_expected(p, "a statement of a lease");
		skip_statement(p);
		return;
	}
	if (!lease_rows[i].parse) {
		if (skip_statement(p))
			leave(p, lease_rows[i].left, line);
		return;
	}
	isc_lex_next(&p->lex);
	if (!lease_rows[i].parse(p) || !isc_take_char(p, ';'))
		skip_statement(p);
}

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
		add_fault(p, line,
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

static int parse_lease(struct isc_parser *p, enum isc_leases_left left)
{
	uint64_t before = p->report->fault_count;
	uint32_t line = p->lex.token_line;

	(void)left;
	isc_lex_next(&p->lex);
	if (isc_lex_is_char(&p->lex, '{')) {
		p->report->owner = ISC_OWNER_DHCLIENT;
		return -EMEDIUMTYPE;
	}
	p->lease = (struct lease){ .epoch = 1, .version = 1 };
	p->seen = 0;
	if (!isc_parse_address(p, &p->lease.addr) || !isc_take_char(p, '{')) {
		p->is_whole = skip_statement(p);
		return 0;
	}
	while (!isc_lex_is_char(&p->lex, '}')) {
		if (p->lex.token == ISC_TOKEN_END)
			return 0;
		parse_statement(p);
	}
	isc_lex_next(&p->lex);
	p->is_whole = true;
	return finish_lease(p, line, before);
}

/* ---- the file ---- */

static int parse_other(struct isc_parser *p, enum isc_leases_left left)
{
	uint32_t line = p->lex.token_line;

	p->is_whole = skip_statement(p);
	if (p->is_whole && left != ISC_LEFT_COUNT)
		leave(p, left, line);
	return 0;
}

static int refuse_dhcpd6(struct isc_parser *p, enum isc_leases_left left)
{
	(void)left;
	p->report->owner = ISC_OWNER_DHCPD6;
	return -EMEDIUMTYPE;
}

static int refuse_dhclient(struct isc_parser *p, enum isc_leases_left left)
{
	(void)left;
	p->report->owner = ISC_OWNER_DHCLIENT;
	return -EMEDIUMTYPE;
}

static const struct {
	const char *word;
	int (*parse)(struct isc_parser *p, enum isc_leases_left left);
	enum isc_leases_left left; /* COUNT: not worth a word */
} file_rows[] = {
	{ "lease", parse_lease, ISC_LEFT_COUNT },
	/* Both in every file; neither says anything of an IPv4 address. */
	{ "authoring-byte-order", parse_other, ISC_LEFT_COUNT },
	{ "server-duid", parse_other, ISC_LEFT_COUNT },
	{ "failover", parse_other, ISC_LEFT_FAILOVER },
	{ "host", parse_other, ISC_LEFT_OMAPI },
	{ "group", parse_other, ISC_LEFT_OMAPI },
	{ "class", parse_other, ISC_LEFT_CLASS },
	{ "subclass", parse_other, ISC_LEFT_CLASS },
	{ "ia-na", refuse_dhcpd6, ISC_LEFT_COUNT },
	{ "ia-ta", refuse_dhcpd6, ISC_LEFT_COUNT },
	{ "ia-pd", refuse_dhcpd6, ISC_LEFT_COUNT },
	{ "lease6", refuse_dhclient, ISC_LEFT_COUNT },
	{ "default-duid", refuse_dhclient, ISC_LEFT_COUNT },
};

#define FILE_ROWS (sizeof(file_rows) / sizeof(file_rows[0]))

static int parse_declaration(struct isc_parser *p)
{
	size_t i;

	for (i = 0; i < FILE_ROWS; i++) {
		if (isc_lex_is(&p->lex, file_rows[i].word))
			return file_rows[i].parse(p, file_rows[i].left);
	}
	isc_expected(p, "`lease' or another declaration");
	if (isc_lex_is_char(&p->lex, '}'))
		isc_lex_next(&p->lex);
	else
		skip_statement(p);
	p->is_whole = true; /* the fault says it all */
	return 0;
}

/* Is what is left of the text, from here on, nothing? */
static bool is_at_end(const struct isc_lex *lex)
{
	return lex->token == ISC_TOKEN_END && lex->text == lex->end;
}

static void note_torn(struct isc_parser *p, const char *begin, uint32_t line)
{
	if (p->lex.end - begin > TORN_MAX)
		add_fault(p, line, "expected this declaration to end");
	else
		leave(p, ISC_LEFT_TORN, line);
}

int isc_leases_parse(const char *text, size_t len, lease_store_visit *visit,
		     void *arg, struct isc_leases_report *report)
{
	struct isc_parser p = { .report = report, .visit = visit, .arg = arg };
	const char *begin;
	uint32_t line;
	size_t full = len;
	int ret = 0;

	*report = (struct isc_leases_report){ .found = true };
	/* Octets that a crash made room for and did not write. */
	while (len && !text[len - 1])
		len--;
	isc_lex_init(&p.lex, text, len);
	while (!is_at_end(&p.lex)) {
		begin = p.lex.text;
		line = p.lex.token_line;
		p.is_whole = false;
		if (p.lex.token != ISC_TOKEN_END)
			ret = parse_declaration(&p);
		if (ret)
			return ret;
		if (p.is_whole)
			continue;
		note_torn(&p, begin, line);
		break;
	}
	if (len < full && !report->left[ISC_LEFT_TORN].count)
		leave(&p, ISC_LEFT_TORN, p.lex.line);
	return report->fault_count ? -EBADMSG : 0;
}
