/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease_parse - the text of a client's lease file, by tables of words.
 *
 * dhclient appends to its file and may be killed at it: a block may be cut
 * short, at the end or, where a later run went on, in front of another one. So
 * the text is first cut where a line starts a block, and nothing that is wrong
 * in one of these parts can reach into the next.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client_lease_impl.h"

/* ---- statements ---- */

struct conf_span client_span(const struct client_parser *p)
{
	return (struct conf_span){
		.offset = (size_t)(p->lex.text - p->text),
		.len = p->lex.text_len,
		.line = p->lex.token_line,
	};
}

static void skip_statement(struct client_parser *p)
{
	enum isc_skip skip = ISC_SKIP_ON;
	uint32_t depth = 0;

	while (skip == ISC_SKIP_ON)
		skip = isc_lex_skip(&p->lex, &depth);
}

static void note_wrong(struct client_parser *p, const struct client_word *row)
{
	if (p->lex.token == ISC_TOKEN_END)
		return; /* it is cut short, which is found by the block */
	if (row->kind == CLIENT_NEEDED) {
		p->is_wrong = true;
		conf_text_find(p->reader, CONF_WARNING, client_span(p),
			       "expected %s; the lease is left out",
			       row->expected);
	} else {
		conf_text_find(p->reader, CONF_WARNING, client_span(p),
			       "expected %s; `%s' is left out", row->expected,
			       row->word);
	}
}

static void parse_row(struct client_parser *p, const struct client_word *row)
{
	isc_lex_next(&p->lex);
	if (!row->parse) {
		if (row->expected)
			conf_text_find_once(p->reader, CONF_WARNING, p->keyword,
					    "%s", row->expected);
		skip_statement(p);
		return;
	}
	if (row->parse(p) &&
	    (row->kind == CLIENT_BLOCK || isc_value_char(&p->lex, ';')))
		return;
	note_wrong(p, row);
	skip_statement(p);
}

static void parse_statement(struct client_parser *p,
			    const struct client_word *rows, size_t count)
{
	size_t i;

	p->keyword = client_span(p);
	if (isc_value_char(&p->lex, ';'))
		return;
	for (i = 0; i < count; i++) {
		if (isc_lex_is(&p->lex, rows[i].word)) {
			parse_row(p, &rows[i]);
			return;
		}
	}
	conf_text_find_once(p->reader, CONF_WARNING, p->keyword,
			    "this statement is not known here, and stepped "
			    "over");
	skip_statement(p);
}

bool client_parse_block(struct client_parser *p, const struct client_word *rows,
			size_t count)
{
	while (!isc_lex_is_char(&p->lex, '}')) {
		if (p->lex.token == ISC_TOKEN_END)
			return false;
		parse_statement(p, rows, count);
	}
	isc_lex_next(&p->lex);
	return true;
}

/* ---- what leases of both families have ---- */

/* A string that fits, without a NUL. */
static bool take_text(struct isc_lex *lex, char *out, size_t size)
{
	if (lex->token != ISC_TOKEN_STRING || lex->value_len >= size ||
	    memchr(lex->value, '\0', lex->value_len))
		return false;
	memcpy(out, lex->value, lex->value_len);
	out[lex->value_len] = '\0';
	isc_lex_next(lex);
	return true;
}

bool client_parse_interface(struct client_parser *p)
{
	p->seen |= CLIENT_SEEN_INTERFACE;
	return take_text(&p->lex, p->interface, IF_NAMESIZE) && *p->interface;
}

/* Another lease on the same interface, that of a state machine by this name. */
bool client_parse_pseudo(struct client_parser *p)
{
	(void)p;
	return false;
}

static void store(struct client_parser *p, const struct conf_option *option)
{
	struct conf_span place = p->keyword;

	if (option->universe == CONF_OPTIONS_ISC6 &&
	    option->code == CLIENT_SOURCE_CODE && p->server6 &&
	    option->len == sizeof(*p->server6))
		memcpy(p->server6, option->data, option->len);
	/* One of another space is in the option that holds the space, too. */
	if (option->universe > CONF_OPTIONS_DHCP6)
		return;
	if (client_options_set(p->options, option->universe,
			       (uint16_t)option->code, option->data,
			       option->len))
		conf_text_find_once(p->reader, CONF_WARNING, place,
				    "a lease has at most %d options of %d "
				    "octets; the others are left out",
				    CLIENT_OPTIONS_MAX, CLIENT_OPTION_OCTETS);
}

/* The number of an option that is named octets-N. */
static bool scan_octets_name(const struct isc_lex *lex,
			     struct conf_option *option)
{
	static const char space[] = "dhcp6.", name[] = CLIENT_OCTETS;
	const char *at = lex->text, *end = at + lex->text_len;
	uint32_t max = 254;

	*option = (struct conf_option){ .universe = CONF_OPTIONS_DHCP4 };
	if (lex->token != ISC_TOKEN_WORD)
		return false;
	if (lex->text_len > strlen(space) &&
	    memcmp(at, space, strlen(space)) == 0) {
		option->universe = CONF_OPTIONS_DHCP6;
		max = UINT16_MAX;
		at += strlen(space);
	}
	if ((size_t)(end - at) <= strlen(name) ||
	    memcmp(at, name, strlen(name)) != 0)
		return false;
	for (at += strlen(name); at < end; at++) {
		if (*at < '0' || *at > '9' || option->code > UINT16_MAX)
			return false;
		option->code = option->code * 10 + (uint32_t)(*at - '0');
	}
	return option->code >= 1 && option->code <= max;
}

static bool parse_octets(struct client_parser *p, struct conf_option *option)
{
	size_t len;

	isc_lex_next(&p->lex);
	if (!isc_value_octets(&p->lex, p->octets, sizeof(p->octets), &len))
		return false;
	option->data = p->octets;
	option->len = (uint16_t)len;
	if (isc_lex_is_char(&p->lex, ';'))
		store(p, option);
	return true;
}

bool client_parse_option(struct client_parser *p)
{
	struct conf_span span = client_span(p);
	struct conf_option option;
	int err;

	if (scan_octets_name(&p->lex, &option))
		return parse_octets(p, &option);
	while (p->lex.token != ISC_TOKEN_OTHER ||
	       !strchr(";{}", *p->lex.text)) {
		if (p->lex.token == ISC_TOKEN_END)
			return false;
		isc_lex_next(&p->lex);
	}
	if (!isc_lex_is_char(&p->lex, ';'))
		return false;
	span.len = (size_t)(p->lex.text - p->text) - span.offset;
	err = conf_text_option(p->reader, span, &option);
	if (!err)
		store(p, &option);
	else if (err == -ENOMEM)
		p->err = err;
	return true;
}

void client_note_put(struct client_parser *p, struct conf_span place, int err)
{
	if (err == -ENOMEM)
		p->err = err;
	else if (err)
		conf_text_find_once(p->reader, CONF_WARNING, place,
				    "there are leases of %d interfaces; this "
				    "one is left out",
				    CLIENT_LEASES_MAX);
}

/* ---- a lease of DHCPv4 ---- */

static bool parse_address(struct client_parser *p)
{
	p->seen |= CLIENT_SEEN_ADDRESS;
	return isc_value_ip4(&p->lex, &p->lease4.addr);
}

static bool parse_filename(struct client_parser *p)
{
	return take_text(&p->lex, p->lease4.filename,
			 sizeof(p->lease4.filename));
}

static bool parse_server_name(struct client_parser *p)
{
	return take_text(&p->lex, p->lease4.server_name,
			 sizeof(p->lease4.server_name));
}

static bool parse_next_server(struct client_parser *p)
{
	return isc_value_ip4(&p->lex, &p->lease4.next_server);
}

static bool parse_renew(struct client_parser *p)
{
	return isc_value_end(&p->lex, &p->lease4.renew);
}

static bool parse_rebind(struct client_parser *p)
{
	return isc_value_end(&p->lex, &p->lease4.rebind);
}

static bool parse_expire(struct client_parser *p)
{
	p->seen |= CLIENT_SEEN_EXPIRE;
	return isc_value_end(&p->lex, &p->lease4.expire);
}

static const char a_date[] = "a date (W Y/M/D H:M:S, epoch N, or never)";

static const struct client_word lease4_rows[] = {
	{ "interface", client_parse_interface, "the name of an interface",
	  CLIENT_NEEDED },
	{ "name", client_parse_pseudo, "no `name' of a pseudo interface",
	  CLIENT_NEEDED },
	{ "fixed-address", parse_address, "the IPv4 address of a host",
	  CLIENT_NEEDED },
	{ "filename", parse_filename, "a string of at most 128 octets",
	  CLIENT_PLAIN },
	{ "server-name", parse_server_name, "a string of at most 64 octets",
	  CLIENT_PLAIN },
	{ "next-server", parse_next_server, "the IPv4 address of a host",
	  CLIENT_PLAIN },
	{ "option", client_parse_option, "an option and its `;'",
	  CLIENT_PLAIN },
	{ "renew", parse_renew, a_date, CLIENT_NEEDED },
	{ "rebind", parse_rebind, a_date, CLIENT_NEEDED },
	{ "expire", parse_expire, a_date, CLIENT_NEEDED },
	/* The times say it. */
	{ "bootp", NULL, NULL, CLIENT_PLAIN },
	{ "medium", NULL, NULL, CLIENT_PLAIN },
	{ "key", NULL, NULL, CLIENT_PLAIN },
};

#define LEASE4_ROWS (sizeof(lease4_rows) / sizeof(lease4_rows[0]))

static void parse_lease4(struct client_parser *p, struct conf_span place)
{
	const unsigned int needed = CLIENT_SEEN_INTERFACE |
				    CLIENT_SEEN_ADDRESS | CLIENT_SEEN_EXPIRE;

	memset(&p->lease4, 0, offsetof(struct client_lease4, options));
	client_options_clear(&p->lease4.options);
	p->options = &p->lease4.options;
	p->server6 = &p->lease4.server6;
	p->interface = p->lease4.interface;
	if (!client_parse_block(p, lease4_rows, LEASE4_ROWS))
		conf_text_find(p->reader, CONF_WARNING, place,
			       "this lease is cut short and does not count");
	else if (!p->is_wrong && (p->seen & needed) != needed)
		conf_text_find(p->reader, CONF_WARNING, place,
			       "expected `interface', `fixed-address' and "
			       "`expire'; the lease is left out");
	else if (!p->is_wrong)
		client_note_put(p, place,
				client_leases_put4(p->leases, &p->lease4));
}

/* ---- the file ---- */

static void parse_duid(struct client_parser *p, struct conf_span place)
{
	size_t len;

	(void)place;
	if (!isc_value_octets(&p->lex, p->octets, CLIENT_DUID_MAX, &len) ||
	    !len || !isc_lex_is_char(&p->lex, ';')) {
		conf_text_find(p->reader, CONF_WARNING, client_span(p),
			       "expected a DUID of 1 to %d octets, and `;'",
			       CLIENT_DUID_MAX);
		skip_statement(p);
		return;
	}
	isc_lex_next(&p->lex);
	client_leases_set_duid(p->leases, p->octets, len);
}

static void parse_block4(struct client_parser *p, struct conf_span place)
{
	parse_lease4(p, place);
}

static void parse_nothing(struct client_parser *p, struct conf_span place)
{
	(void)place;
	skip_statement(p);
}

static const struct {
	const char *word;
	void (*parse)(struct client_parser *p, struct conf_span place);
	bool is_block;
} file_rows[] = {
	{ "lease", parse_block4, true },
	{ "lease6", client_parse_lease6, true },
	{ "default-duid", parse_duid, false },
	/* Of a server's file. The octets of an IAID are in the order of the
	 * network in a client's. */
	{ "authoring-byte-order", parse_nothing, false },
	{ "server-duid", parse_nothing, false },
};

#define FILE_ROWS (sizeof(file_rows) / sizeof(file_rows[0]))

static void parse_declaration(struct client_parser *p)
{
	struct conf_span place = client_span(p);
	size_t i;

	p->keyword = place;
	p->is_wrong = false;
	p->seen = 0;
	for (i = 0; i < FILE_ROWS; i++) {
		if (isc_lex_is(&p->lex, file_rows[i].word))
			break;
	}
	if (i == FILE_ROWS) {
		conf_text_find_once(p->reader, CONF_WARNING, place,
				    "expected `lease', `lease6' or "
				    "`default-duid'; this is stepped over");
		/* A `}' that closes nothing would stay. */
		if (!isc_value_char(&p->lex, '}'))
			skip_statement(p);
		return;
	}
	isc_lex_next(&p->lex);
	if (file_rows[i].is_block && !isc_value_char(&p->lex, '{')) {
		conf_text_find(p->reader, CONF_WARNING, client_span(p),
			       "expected `{' (a lease of a server has an "
			       "address here); the lease is left out");
		skip_statement(p);
	} else {
		file_rows[i].parse(p, place);
	}
}

/* Does a line that starts a block start here? */
static bool is_start(const char *text, const char *end)
{
	static const char *const words[] = { "lease", "lease6",
					     "default-duid" };
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		len = strlen(words[i]);
		if ((size_t)(end - text) > len &&
		    memcmp(text, words[i], len) == 0 &&
		    strchr(" \t\"{", text[len]) && text[len])
			return true;
	}
	return false;
}

/* The next line that starts a block, or the end; lines are counted. */
static const char *find_start(const char *text, const char *end, uint32_t *line)
{
	for (;;) {
		text = memchr(text, '\n', (size_t)(end - text));
		if (!text)
			return end;
		text++;
		++*line;
		if (is_start(text, end))
			return text;
	}
}

static void parse_part(struct client_parser *p, const char *begin,
		       const char *end, uint32_t line)
{
	isc_lex_init(&p->lex, begin, (size_t)(end - begin));
	p->lex.line += line - 1;
	p->lex.token_line += line - 1;
	while (p->lex.token != ISC_TOKEN_END && !p->err)
		parse_declaration(p);
}

static void parse_text(struct client_parser *p, const char *text, size_t len)
{
	const char *end = text + len, *next;
	uint32_t line = 1, next_line = 1;

	for (; text < end && !p->err; text = next, line = next_line) {
		next = find_start(text, end, &next_line);
		parse_part(p, text, next, line);
	}
}

struct reporter {
	client_leases_report *report;
	void *arg;
};

static void pass_on(void *arg, enum conf_severity severity, const char *text)
{
	const struct reporter *reporter = arg;

	(void)severity;
	if (reporter->report)
		reporter->report(reporter->arg, text);
}

int client_leases_parse(struct client_leases *leases, const char *text,
			size_t len, const char *path,
			client_leases_report *report, void *arg)
{
	struct reporter reporter = { .report = report, .arg = arg };
	struct client_parser *p;
	int err;

	if (len > CLIENT_FILE_MAX)
		return -EFBIG;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	err = conf_text_new(&p->reader, text, len, path);
	if (err)
		goto out_parser;
	p->text = text;
	p->leases = leases;
	/* Octets that a crash made room for and did not write. */
	while (len && !text[len - 1])
		len--;
	parse_text(p, text, len);
	err = conf_text_report(p->reader, pass_on, &reporter);
	if (p->err)
		err = p->err;
	conf_text_free(p->reader);
out_parser:
	free(p);
	return err;
}
