/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_leases6 - the file of ISC's DHCPv6 server: `ia-na' and `ia-pd'
 * declarations to leases, by tables of words.
 *
 * The addresses of an IA wait for its closing brace: dhcpd writes an IA with
 * one sync, so one that is cut short was never acknowledged, not even the part
 * of it that is whole.
 */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/lease/isc_leases.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "isc_parse.h"

#define IAID_LEN 4

/* ---- one address or prefix ---- */

static bool is_zero_behind(const struct in6_addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++) {
		if (addr->s6_addr[i / 8] & 0x80 >> i % 8)
			return false;
	}
	return true;
}

static bool parse_address6(struct isc_parser *p)
{
	const char *begin = p->lex.text;
	struct lease *lease = &p->lease;

	lease->prefix_len = 128;
	if (isc_value_ip6(&p->lex, &lease->addr6) &&
	    isc_is_unicast(&lease->addr6))
		return true;
	return isc_expected_not(p, "the IPv6 address of a host", begin,
				(size_t)(p->lex.text - begin));
}

static bool parse_prefix(struct isc_parser *p)
{
	const char *begin = p->lex.text;
	struct lease *lease = &p->lease;
	int64_t len = 0;
	bool is_good;

	is_good = isc_value_ip6(&p->lex, &lease->addr6) &&
		  isc_is_unicast(&lease->addr6);
	if (is_good && isc_lex_is_char(&p->lex, '/')) {
		isc_lex_next(&p->lex);
		is_good = isc_value_number(&p->lex, 1, 128, &len) &&
			  is_zero_behind(&lease->addr6, (unsigned int)len);
	}
	lease->prefix_len = (uint8_t)len;
	return is_good && len
		       ? true
		       : isc_expected_not(p,
					  "an IPv6 prefix, "
					  "ADDRESS/LENGTH",
					  begin, (size_t)(p->lex.text - begin));
}

static bool parse_lifetime(struct isc_parser *p, uint32_t *seconds)
{
	int64_t number;

	if (!isc_value_number(&p->lex, 0, UINT32_MAX, &number))
		return isc_expected(p, "a number of seconds");
	*seconds = (uint32_t)number;
	return true;
}

static bool parse_preferred(struct isc_parser *p)
{
	return parse_lifetime(p, &p->lease.preferred_s);
}

/* `ends' says when that is over. */
static bool parse_valid(struct isc_parser *p)
{
	uint32_t ignored;

	return parse_lifetime(p, &ignored);
}

static const struct isc_word lease_rows[] = {
	{ "binding", isc_parse_state, 0 },
	{ "preferred-life", parse_preferred, 0 },
	{ "max-life", parse_valid, 0 },
	{ "ends", isc_parse_ends, 0 },
	{ "on", NULL, ISC_LEFT_EVENT },
	{ "set", NULL, ISC_LEFT_VARIABLE },
	{ "ddns-fwd-name", NULL, ISC_LEFT_DDNS },
	{ "ddns-rev-name", NULL, ISC_LEFT_DDNS },
	{ "ddns-client-fqdn", NULL, ISC_LEFT_DDNS },
	{ "ddns-text", NULL, ISC_LEFT_DDNS },
};

#define LEASE_ROWS (sizeof(lease_rows) / sizeof(lease_rows[0]))

static void finish_lease(struct isc_parser *p, uint32_t line)
{
	const unsigned int needed = ISC_SEEN_STATE | ISC_SEEN_ENDS;

	p->report->declarations++;
	if (p->report->fault_count > p->ia.faults)
		return;
	if ((p->seen & needed) != needed)
		isc_add_fault(p, line,
			      "expected `binding state' and `ends' in an "
			      "iaaddr or iaprefix");
	else if (p->ia.count == ISC_LEASES_IA_MAX)
		isc_add_fault(p, line,
			      "expected at most 64 addresses or prefixes in "
			      "an IA");
	else
		p->ia.leases[p->ia.count++] = p->lease;
}

/* False: the text ended. */
static bool parse_lease(struct isc_parser *p, enum lease_kind kind)
{
	uint32_t line = p->lex.token_line;
	bool has_key;

	isc_lex_next(&p->lex);
	p->lease = (struct lease){ .kind = (uint8_t)kind,
				   .epoch = 1,
				   .version = 1 };
	p->seen = 0;
	has_key = kind == LEASE_NA6 ? parse_address6(p) : parse_prefix(p);
	if (!has_key || !isc_take_char(p, '{'))
		return isc_skip_statement(p);
	while (!isc_lex_is_char(&p->lex, '}')) {
		if (p->lex.token == ISC_TOKEN_END)
			return false;
		isc_parse_statement(p, lease_rows, LEASE_ROWS,
				    "a statement of an address or prefix");
	}
	isc_lex_next(&p->lex);
	finish_lease(p, line);
	return true;
}

/* ---- an IA ---- */

static bool parse_cltt(struct isc_parser *p)
{
	if (!isc_parse_cltt(p))
		return false;
	p->ia.updated = p->lease.updated;
	return true;
}

static const struct isc_word ia_rows[] = {
	{ "cltt", parse_cltt, 0 },
	{ "on", NULL, ISC_LEFT_EVENT },
	{ "set", NULL, ISC_LEFT_VARIABLE },
};

#define IA_ROWS (sizeof(ia_rows) / sizeof(ia_rows[0]))

/* The IAID, in the order of the machine that wrote it, and the DUID behind. */
static bool parse_ia_id(struct isc_parser *p)
{
	uint8_t id[IAID_LEN + DHCP6_DUID_MAX];
	size_t len;
	uint32_t iaid;

	if (!isc_value_octets(&p->lex, id, sizeof(id), &len) || len <= IAID_LEN)
		return isc_expected(p, "an IAID and a DUID (5 to 134 octets)");
	memcpy(&iaid, id, IAID_LEN);
	p->ia.iaid = p->has_swapped_iaids ? __builtin_bswap32(iaid) : iaid;
	memcpy(p->client_id, id + IAID_LEN, len - IAID_LEN);
	p->client_id_len = (uint8_t)(len - IAID_LEN);
	return true;
}

static void settle(const struct isc_parser *p, struct lease *lease)
{
	lease->iaid = p->ia.iaid;
	lease->client_id = p->client_id;
	lease->client_id_len = p->client_id_len;
	lease->updated = p->ia.updated;
	lease->starts = p->ia.updated;
	/* Only a binding, or what rests, can be without an end. */
	if (lease->expires.s == LEASE_EXPIRES_NEVER &&
	    lease->state != LEASE_ACTIVE && lease->state != LEASE_DECLINED)
		lease->expires = lease->updated;
}

static int finish_ia(struct isc_parser *p)
{
	uint32_t i;
	int ret;

	if (p->report->fault_count || !p->visit)
		return 0;
	for (i = 0; i < p->ia.count; i++) {
		settle(p, &p->ia.leases[i]);
		ret = p->visit(p->arg, &p->ia.leases[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/* True: up to the closing brace. */
static bool parse_ia_statements(struct isc_parser *p, enum lease_kind kind)
{
	const char *word = kind == LEASE_NA6 ? "iaaddr" : "iaprefix";

	while (!isc_lex_is_char(&p->lex, '}')) {
		if (p->lex.token == ISC_TOKEN_END)
			return false;
		if (!isc_lex_is(&p->lex, word))
			isc_parse_statement(p, ia_rows, IA_ROWS,
					    kind == LEASE_NA6
						    ? "`iaaddr' or another "
						      "statement of an IA"
						    : "`iaprefix' or another "
						      "statement of an IA");
		else if (!parse_lease(p, kind) && p->lex.token == ISC_TOKEN_END)
			return false;
	}
	return true;
}

static int parse_ia(struct isc_parser *p, enum lease_kind kind)
{
	uint64_t declarations = p->report->declarations;

	isc_lex_next(&p->lex);
	p->ia.count = 0;
	p->ia.updated = (struct wall_time){ 0 };
	p->ia.faults = p->report->fault_count;
	if (!parse_ia_id(p) || !isc_take_char(p, '{')) {
		p->is_whole = isc_skip_statement(p);
		return 0;
	}
	if (!parse_ia_statements(p, kind)) {
		/* It is torn: none of it counts. */
		p->report->declarations = declarations;
		return 0;
	}
	isc_lex_next(&p->lex);
	p->is_whole = true;
	return finish_ia(p);
}

static int parse_ia_na(struct isc_parser *p, const struct isc_declaration *row)
{
	(void)row;
	return parse_ia(p, LEASE_NA6);
}

static int parse_ia_pd(struct isc_parser *p, const struct isc_declaration *row)
{
	(void)row;
	return parse_ia(p, LEASE_PD6);
}

/* ---- the file ---- */

/* A statement of the file that is wrong: the fault is noted. */
static int skip_wrong(struct isc_parser *p)
{
	p->is_whole = isc_skip_statement(p);
	return 0;
}

static int parse_order(struct isc_parser *p, const struct isc_declaration *row)
{
	bool is_little;

	(void)row;
	isc_lex_next(&p->lex);
	is_little = isc_lex_is(&p->lex, "little-endian");
	if (!is_little && !isc_lex_is(&p->lex, "big-endian")) {
		isc_expected(p, "`little-endian' or `big-endian'");
		return skip_wrong(p);
	}
	isc_lex_next(&p->lex);
	if (!isc_take_char(p, ';'))
		return skip_wrong(p);
	p->has_swapped_iaids =
		is_little != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
	p->is_whole = true;
	return 0;
}

static int parse_duid(struct isc_parser *p, const struct isc_declaration *row)
{
	struct lease lease = { .kind = LEASE_DUID6, .epoch = 1, .version = 1 };
	size_t len;

	(void)row;
	isc_lex_next(&p->lex);
	if (!isc_value_octets(&p->lex, p->client_id, DHCP6_DUID_MAX, &len) ||
	    !len) {
		isc_expected(p, "a DUID (1 to 130 octets)");
		return skip_wrong(p);
	}
	if (!isc_take_char(p, ';'))
		return skip_wrong(p);
	p->is_whole = true;
	lease.client_id = p->client_id;
	lease.client_id_len = (uint8_t)len;
	p->report->has_server_duid = true;
	return p->report->fault_count || !p->visit ? 0
						   : p->visit(p->arg, &lease);
}

static int refuse_lease(struct isc_parser *p, const struct isc_declaration *row)
{
	(void)row;
	isc_lex_next(&p->lex);
	p->report->owner = isc_lex_is_char(&p->lex, '{') ? ISC_OWNER_DHCLIENT
							 : ISC_OWNER_DHCPD4;
	return -EMEDIUMTYPE;
}

static const struct isc_declaration file_rows[] = {
	{ "ia-na", parse_ia_na, ISC_LEFT_COUNT, 0 },
	{ "ia-pd", parse_ia_pd, ISC_LEFT_COUNT, 0 },
	{ "ia-ta", isc_parse_other, ISC_LEFT_TEMPORARY, 0 },
	{ "authoring-byte-order", parse_order, ISC_LEFT_COUNT, 0 },
	{ "server-duid", parse_duid, ISC_LEFT_COUNT, 0 },
	{ "host", isc_parse_other, ISC_LEFT_OMAPI, 0 },
	{ "group", isc_parse_other, ISC_LEFT_OMAPI, 0 },
	{ "class", isc_parse_other, ISC_LEFT_CLASS, 0 },
	{ "subclass", isc_parse_other, ISC_LEFT_CLASS, 0 },
	{ "lease", refuse_lease, ISC_LEFT_COUNT, 0 },
	{ "failover", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCPD4 },
	{ "lease6", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCLIENT },
	{ "default-duid", isc_refuse, ISC_LEFT_COUNT, ISC_OWNER_DHCLIENT },
};

#define FILE_ROWS (sizeof(file_rows) / sizeof(file_rows[0]))

int isc_leases6_parse(const char *text, size_t len, lease_store_visit *visit,
		      void *arg, struct isc_leases_report *report)
{
	struct isc_parser p = { .report = report, .visit = visit, .arg = arg };

	*report = (struct isc_leases_report){ .found = true,
					      .owner = ISC_OWNER_DHCPD6 };
	return isc_parse_file(&p, text, len, file_rows, FILE_ROWS);
}
