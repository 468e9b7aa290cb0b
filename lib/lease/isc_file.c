/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_file - what the lease files of both of ISC's servers have in common:
 * declarations and statements picked from tables of words. A fault ends its
 * statement; the next one is read on, so that an operator sees all of them at
 * once. The end of the text inside a declaration is no fault: a crash cuts
 * there.
 */
#include <errno.h>
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
	[ISC_LEFT_TEMPORARY] = "temporary address (IA_TA)",
	[ISC_LEFT_TORN] = "declaration cut short at the end of the file",
};

const char *isc_leases_left_name(enum isc_leases_left left)
{
	return (unsigned int)left < ISC_LEFT_COUNT ? left_names[left]
						   : "unknown";
}

/* ---- faults and what is left ---- */

void isc_add_fault(struct isc_parser *p, uint32_t line, const char *text)
{
	struct isc_leases_report *report = p->report;
	struct isc_leases_fault *fault;

	if (report->fault_count++ >= ISC_LEASES_FAULT_MAX)
		return;
	fault = &report->faults[report->fault_count - 1];
	fault->line = line;
	snprintf(fault->text, sizeof(fault->text), "%s", text);
}

bool isc_expected_not(struct isc_parser *p, const char *what, const char *text,
		      size_t len)
{
	char message[ISC_LEASES_TEXT_MAX], shown[SHOWN_MAX + 1];
	size_t i;

	if (p->lex.token == ISC_TOKEN_END)
		return false;
	/* What was taken of an address may end in what stands behind it. */
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t' ||
			   text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	for (i = 0; i < len && i < SHOWN_MAX; i++)
		shown[i] = text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?';
	shown[i] = '\0';
	snprintf(message, sizeof(message), "expected %s, not `%s'", what,
		 shown);
	isc_add_fault(p, p->lex.token_line, message);
	return false;
}

bool isc_expected(struct isc_parser *p, const char *what)
{
	return isc_expected_not(p, what, p->lex.text, p->lex.text_len);
}

void isc_leave(struct isc_parser *p, enum isc_leases_left left, uint32_t line)
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

bool isc_skip_statement(struct isc_parser *p)
{
	enum isc_skip skip = ISC_SKIP_ON;
	uint32_t depth = 0;

	while (skip == ISC_SKIP_ON) {
		if (p->lex.token == ISC_TOKEN_BAD)
			isc_expected(p, "a string");
		skip = isc_lex_skip(&p->lex, &depth);
	}
	return skip == ISC_SKIP_DONE;
}

void isc_parse_statement(struct isc_parser *p, const struct isc_word *rows,
			 size_t count, const char *what)
{
	uint32_t line = p->lex.token_line;
	size_t i;

	for (i = 0; i < count; i++) {
		if (isc_lex_is(&p->lex, rows[i].word))
			break;
	}
	if (i == count) {
		isc_expected(p, what);
		isc_skip_statement(p);
		return;
	}
	if (!rows[i].parse) {
		if (isc_skip_statement(p))
			isc_leave(p, rows[i].left, line);
		return;
	}
	isc_lex_next(&p->lex);
	if (!rows[i].parse(p) || !isc_take_char(p, ';'))
		isc_skip_statement(p);
}

/* ---- the file ---- */

int isc_parse_other(struct isc_parser *p, const struct isc_declaration *row)
{
	uint32_t line = p->lex.token_line;

	p->is_whole = isc_skip_statement(p);
	if (p->is_whole && row->left != ISC_LEFT_COUNT)
		isc_leave(p, row->left, line);
	return 0;
}

int isc_refuse(struct isc_parser *p, const struct isc_declaration *row)
{
	p->report->owner = row->owner;
	return -EMEDIUMTYPE;
}

static int parse_declaration(struct isc_parser *p,
			     const struct isc_declaration *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (isc_lex_is(&p->lex, rows[i].word))
			return rows[i].parse(p, &rows[i]);
	}
	isc_expected(p, "`lease' or another declaration");
	if (isc_lex_is_char(&p->lex, '}'))
		isc_lex_next(&p->lex);
	else
		isc_skip_statement(p);
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
		isc_add_fault(p, line, "expected this declaration to end");
	else
		isc_leave(p, ISC_LEFT_TORN, line);
}

int isc_parse_file(struct isc_parser *p, const char *text, size_t len,
		   const struct isc_declaration *rows, size_t count)
{
	size_t full = len;
	const char *begin;
	uint32_t line;
	int ret = 0;

	/* Octets that a crash made room for and did not write. */
	while (len && !text[len - 1])
		len--;
	isc_lex_init(&p->lex, text, len);
	while (!is_at_end(&p->lex)) {
		begin = p->lex.text;
		line = p->lex.token_line;
		p->is_whole = false;
		if (p->lex.token != ISC_TOKEN_END)
			ret = parse_declaration(p, rows, count);
		if (ret)
			return ret;
		if (p->is_whole)
			continue;
		note_torn(p, begin, line);
		break;
	}
	if (len < full && !p->report->left[ISC_LEFT_TORN].count)
		isc_leave(p, ISC_LEFT_TORN, p->lex.line);
	return p->report->fault_count ? -EBADMSG : 0;
}
