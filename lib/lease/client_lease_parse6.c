/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease_parse6 - a `lease6' block. An IA, or an address in it, that is
 * wrong is left out by itself: what else the server gave goes on.
 */
#include <string.h>

#include "client_lease_impl.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

#define IAID_LEN 4

static bool take_u32(struct client_parser *p, uint32_t *number)
{
	int64_t value;

	if (!isc_value_number(&p->lex, 0, UINT32_MAX, &value))
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool take_time(struct client_parser *p, struct wall_time *time)
{
	p->seen |= CLIENT_SEEN_STARTS;
	return isc_value_number(&p->lex, 0, ISC_TIME_MAX, &time->s);
}

/* ---- an address or a prefix ---- */

static bool parse_item_starts(struct client_parser *p)
{
	return take_time(p, &p->item.starts);
}

static bool parse_preferred(struct client_parser *p)
{
	p->seen |= CLIENT_SEEN_PREFERRED;
	return take_u32(p, &p->item.preferred_s);
}

static bool parse_valid(struct client_parser *p)
{
	p->seen |= CLIENT_SEEN_VALID;
	return take_u32(p, &p->item.valid_s);
}

static const char seconds[] = "a number of seconds";
static const char epoch[] = "a number of seconds since 1970";

static const struct client_word item_rows[] = {
	{ "starts", parse_item_starts, epoch, CLIENT_NEEDED },
	{ "preferred-life", parse_preferred, seconds, CLIENT_NEEDED },
	{ "max-life", parse_valid, seconds, CLIENT_NEEDED },
	/* A status, once told. */
	{ "option", NULL, NULL, CLIENT_PLAIN },
};

/* Bits behind the length mean nothing (RFC 9915 section 21.22). */
static void clear_behind(struct in6_addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++)
		addr->s6_addr[i / 8] &= (uint8_t) ~(0x80U >> i % 8);
}

static bool take_prefix(struct client_parser *p)
{
	int64_t len;

	if (!isc_value_ip6(&p->lex, &p->item.addr) ||
	    !isc_value_char(&p->lex, '/') ||
	    !isc_value_number(&p->lex, 1, 128, &len))
		return false;
	p->item.prefix_len = (uint8_t)len;
	clear_behind(&p->item.addr, (unsigned int)len);
	return true;
}

static void finish_item(struct client_parser *p, struct conf_span place)
{
	const unsigned int needed =
		CLIENT_SEEN_STARTS | CLIENT_SEEN_PREFERRED | CLIENT_SEEN_VALID;

	if (p->is_wrong)
		return;
	if ((p->seen & needed) != needed ||
	    !client_item_is_good(p->ia.code, &p->item))
		conf_text_find(p->reader, CONF_WARNING, place,
			       "expected the unicast address of a host, or a "
			       "prefix, with `starts', `preferred-life', and "
			       "a `max-life' that is not shorter; it is left "
			       "out");
	else if (p->ia.item_count == CLIENT_IA_ITEMS_MAX)
		conf_text_find_once(p->reader, CONF_WARNING, place,
				    "an IA has at most %d addresses or "
				    "prefixes; the others are left out",
				    CLIENT_IA_ITEMS_MAX);
	else
		p->ia.item[p->ia.item_count++] = p->item;
}

/* What the block around it had is put back behind it. */
static bool parse_item(struct client_parser *p)
{
	struct conf_span place = p->keyword;
	unsigned int seen = p->seen;
	bool is_wrong = p->is_wrong, is_good;

	p->item = (struct client_item){ .prefix_len = 128 };
	is_good = p->ia.code == DHCP6_OPT_IA_PD
			  ? take_prefix(p)
			  : isc_value_ip6(&p->lex, &p->item.addr);
	if (!is_good || !isc_value_char(&p->lex, '{'))
		return false;
	p->seen = 0;
	p->is_wrong = false;
	if (client_parse_block(p, item_rows,
			       sizeof(item_rows) / sizeof(item_rows[0])))
		finish_item(p, place);
	p->seen = seen;
	p->is_wrong = is_wrong;
	return true;
}

/* ---- an IA ---- */

static bool parse_ia_starts(struct client_parser *p)
{
	return take_time(p, &p->ia.starts);
}

static bool parse_t1(struct client_parser *p)
{
	return take_u32(p, &p->ia.t1_s);
}

static bool parse_t2(struct client_parser *p)
{
	return take_u32(p, &p->ia.t2_s);
}

static const struct client_word na_rows[] = {
	{ "starts", parse_ia_starts, epoch, CLIENT_NEEDED },
	{ "renew", parse_t1, seconds, CLIENT_NEEDED },
	{ "rebind", parse_t2, seconds, CLIENT_NEEDED },
	{ "iaaddr", parse_item, "an IPv6 address and `{'", CLIENT_BLOCK },
	{ "option", NULL, NULL, CLIENT_PLAIN },
};

static const struct client_word pd_rows[] = {
	{ "starts", parse_ia_starts, epoch, CLIENT_NEEDED },
	{ "renew", parse_t1, seconds, CLIENT_NEEDED },
	{ "rebind", parse_t2, seconds, CLIENT_NEEDED },
	{ "iaprefix", parse_item, "an IPv6 prefix, PREFIX/LENGTH, and `{'",
	  CLIENT_BLOCK },
	{ "option", NULL, NULL, CLIENT_PLAIN },
};

/*
 * dhclient puts four octets that are all printable in quotes as they are, even
 * a quote or a backslash: what is read then is not what its lexer would read.
 */
static bool take_raw_iaid(struct isc_lex *lex, uint8_t octets[IAID_LEN])
{
	const char *text = lex->text;

	if (lex->end - text < IAID_LEN + 3 || *text != '"' ||
	    text[IAID_LEN + 1] != '"' || !strchr(" \t{", text[IAID_LEN + 2]) ||
	    !text[IAID_LEN + 2])
		return false;
	memcpy(octets, text + 1, IAID_LEN);
	lex->pos = text + IAID_LEN + 2;
	lex->line = lex->token_line;
	isc_lex_next(lex);
	return true;
}

static bool take_iaid(struct client_parser *p)
{
	uint8_t octets[IAID_LEN];
	size_t len = IAID_LEN;

	if (!take_raw_iaid(&p->lex, octets) &&
	    !isc_value_octets(&p->lex, octets, sizeof(octets), &len))
		return false;
	p->ia.iaid = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
		     (uint32_t)octets[2] << 8 | octets[3];
	return len == IAID_LEN;
}

static void finish_ia(struct client_parser *p, struct conf_span place)
{
	struct client_lease6 *lease = &p->lease6;

	if (p->is_wrong)
		return;
	if (!(p->seen & CLIENT_SEEN_STARTS))
		conf_text_find(p->reader, CONF_WARNING, place,
			       "expected `starts' in an IA; it is left out");
	else if (lease->ia_count == CLIENT_IA_MAX)
		conf_text_find_once(p->reader, CONF_WARNING, place,
				    "an interface has at most %d IAs; the "
				    "others are left out",
				    CLIENT_IA_MAX);
	else
		lease->ia[lease->ia_count++] = p->ia;
}

static bool parse_ia(struct client_parser *p, uint16_t code)
{
	bool is_na = code == DHCP6_OPT_IA_NA, is_wrong = p->is_wrong;
	struct conf_span place = p->keyword;
	unsigned int seen = p->seen;

	p->ia = (struct client_ia){ .code = code };
	if (!take_iaid(p) || !isc_value_char(&p->lex, '{'))
		return false;
	p->seen = 0;
	p->is_wrong = false;
	if (client_parse_block(p, is_na ? na_rows : pd_rows,
			       is_na ? sizeof(na_rows) / sizeof(na_rows[0])
				     : sizeof(pd_rows) / sizeof(pd_rows[0])))
		finish_ia(p, place);
	p->seen = seen;
	p->is_wrong = is_wrong;
	return true;
}

static bool parse_ia_na(struct client_parser *p)
{
	return parse_ia(p, DHCP6_OPT_IA_NA);
}

static bool parse_ia_pd(struct client_parser *p)
{
	return parse_ia(p, DHCP6_OPT_IA_PD);
}

/* ---- all of it ---- */

static bool parse_released(struct client_parser *p)
{
	p->lease6.released = true;
	return true;
}

static const char an_iaid[] = "an IAID (4 octets) and `{'";

static const struct client_word lease6_rows[] = {
	{ "interface", client_parse_interface, "the name of an interface",
	  CLIENT_NEEDED },
	{ "name", client_parse_pseudo, "no `name' of a pseudo interface",
	  CLIENT_NEEDED },
	{ "ia-na", parse_ia_na, an_iaid, CLIENT_BLOCK },
	{ "ia-pd", parse_ia_pd, an_iaid, CLIENT_BLOCK },
	{ "ia-ta", NULL, "temporary addresses (IA_TA) are left out",
	  CLIENT_PLAIN },
	{ "released", parse_released, "`;'", CLIENT_NEEDED },
	{ "abandoned", parse_released, "`;'", CLIENT_NEEDED },
	{ "option", client_parse_option, "an option and its `;'",
	  CLIENT_PLAIN },
};

void client_parse_lease6(struct client_parser *p, struct conf_span place)
{
	memset(&p->lease6, 0, offsetof(struct client_lease6, options));
	client_options_clear(&p->lease6.options);
	p->options = &p->lease6.options;
	p->server6 = NULL;
	p->interface = p->lease6.interface;
	if (!client_parse_block(p, lease6_rows,
				sizeof(lease6_rows) / sizeof(lease6_rows[0])))
		conf_text_find(p->reader, CONF_WARNING, place,
			       "this lease is cut short and does not count");
	else if (!p->is_wrong && !(p->seen & CLIENT_SEEN_INTERFACE))
		conf_text_find(p->reader, CONF_WARNING, place,
			       "expected `interface'; the lease is left out");
	else if (!p->is_wrong)
		client_note_put(p, place,
				client_leases_put6(p->leases, &p->lease6));
}
