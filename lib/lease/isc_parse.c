/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_parse - dates, states, addresses and identifiers as ISC's dhcpd writes
 * them. Dates are in UTC.
 */
#include "isc_parse.h"

#include <arpa/inet.h>
#include <string.h>

#define DAY_S 86400

/* ---- words ---- */

bool isc_take_number(struct isc_parser *p, int64_t min, int64_t max,
		     int64_t *number)
{
	const struct isc_lex *lex = &p->lex;
	int64_t value = 0;
	size_t i;

	if (lex->token != ISC_TOKEN_WORD || lex->text_len > 12)
		return false;
	for (i = 0; i < lex->text_len; i++) {
		if (lex->text[i] < '0' || lex->text[i] > '9')
			return false;
		value = value * 10 + (lex->text[i] - '0');
	}
	if (value < min || value > max)
		return false;
	*number = value;
	isc_lex_next(&p->lex);
	return true;
}

bool isc_parse_address(struct isc_parser *p, struct in_addr *addr)
{
	char text[INET_ADDRSTRLEN];
	uint32_t host;

	if (p->lex.token == ISC_TOKEN_WORD && p->lex.text_len < sizeof(text)) {
		memcpy(text, p->lex.text, p->lex.text_len);
		text[p->lex.text_len] = '\0';
		if (inet_pton(AF_INET, text, addr) == 1) {
			host = ntohl(addr->s_addr);
			/* 0.0.0.0/8 and from 224.0.0.0 on: nobody's lease. */
			if (host >> 24 && host >> 29 != 7) {
				isc_lex_next(&p->lex);
				return true;
			}
		}
	}
	return isc_expected(p, "the IPv4 address of a host");
}

/* ---- dates ---- */

/*
 * Days since 1970-01-01 in the Gregorian calendar. Years are counted from March
 * so that the odd day is the last one of its year.
 */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 719468;
}

static bool is_date(int64_t year, int64_t month, int64_t day)
{
	int64_t next = month == 12 ? days_of(year + 1, 1, 1)
				   : days_of(year, month + 1, 1);

	return days_of(year, month, day) < next;
}

static bool take_char(struct isc_parser *p, char c)
{
	if (!isc_lex_is_char(&p->lex, c))
		return false;
	isc_lex_next(&p->lex);
	return true;
}

/* W Y/M/D H:M:S; the day of the week is not looked at, as in ISC. */
static bool take_calendar(struct isc_parser *p, struct wall_time *time)
{
	int64_t weekday, year, month, day, hour, minute, second;

	if (!isc_take_number(p, 0, 6, &weekday) ||
	    !isc_take_number(p, 1970, 9999, &year) || !take_char(p, '/') ||
	    !isc_take_number(p, 1, 12, &month) || !take_char(p, '/') ||
	    !isc_take_number(p, 1, 31, &day) ||
	    !isc_take_number(p, 0, 23, &hour) || !take_char(p, ':') ||
	    !isc_take_number(p, 0, 59, &minute) || !take_char(p, ':') ||
	    !isc_take_number(p, 0, 60, &second) || !is_date(year, month, day))
		return false;
	time->s = days_of(year, month, day) * DAY_S + hour * 3600 +
		  minute * 60 + second;
	return true;
}

/* epoch N: db-time-format local; the rest of its line is a comment. */
static bool take_epoch(struct isc_parser *p, struct wall_time *time)
{
	isc_lex_next(&p->lex);
	return isc_take_number(p, 0, 253402300799, &time->s);
}

static bool parse_date(struct isc_parser *p, struct wall_time *time)
{
	if (isc_lex_is(&p->lex, "epoch") ? take_epoch(p, time)
					 : take_calendar(p, time))
		return true;
	return isc_expected(p, "a date (W Y/M/D H:M:S or epoch N)");
}

static bool parse_end(struct isc_parser *p, struct wall_time *time)
{
	if (!isc_lex_is(&p->lex, "never"))
		return parse_date(p, time);
	time->s = LEASE_EXPIRES_NEVER;
	isc_lex_next(&p->lex);
	return true;
}

bool isc_parse_starts(struct isc_parser *p)
{
	return parse_date(p, &p->lease.starts);
}

bool isc_parse_ends(struct isc_parser *p)
{
	p->seen |= ISC_SEEN_ENDS;
	return parse_end(p, &p->lease.expires);
}

bool isc_parse_cltt(struct isc_parser *p)
{
	p->seen |= ISC_SEEN_CLTT;
	return parse_date(p, &p->lease.updated);
}

bool isc_parse_peer_time(struct isc_parser *p)
{
	struct wall_time ignored;

	return parse_end(p, &ignored);
}

/* ---- states ---- */

static const struct {
	const char *word;
	enum lease_state state;
} states[] = {
	{ "active", LEASE_ACTIVE },
	{ "free", LEASE_FREE },
	{ "expired", LEASE_EXPIRED },
	{ "released", LEASE_RELEASED },
	{ "abandoned", LEASE_DECLINED },
	{ "reset", LEASE_FREE },
	/* Free for the failover secondary, of which there is none here. */
	{ "backup", LEASE_FREE },
	/* As old versions wrote an infinite lease of a BOOTP client. */
	{ "bootp", LEASE_ACTIVE },
};

#define STATES (sizeof(states) / sizeof(states[0]))

static bool take_state(struct isc_parser *p, uint8_t *state)
{
	size_t i;

	for (i = 0; i < STATES; i++) {
		if (!isc_lex_is(&p->lex, states[i].word))
			continue;
		*state = (uint8_t)states[i].state;
		isc_lex_next(&p->lex);
		return true;
	}
	return isc_expected(p, "a binding state");
}

static bool parse_state_word(struct isc_parser *p, uint8_t *state)
{
	if (!isc_lex_is(&p->lex, "state"))
		return isc_expected(p, "`state'");
	isc_lex_next(&p->lex);
	return take_state(p, state);
}

bool isc_parse_state(struct isc_parser *p)
{
	p->seen |= ISC_SEEN_STATE;
	return parse_state_word(p, &p->lease.state);
}

/* What the lease will be, or was: it follows from what it is. */
bool isc_parse_other_state(struct isc_parser *p)
{
	uint8_t ignored;

	if (!isc_lex_is(&p->lex, "binding"))
		return isc_expected(p, "`binding'");
	isc_lex_next(&p->lex);
	return parse_state_word(p, &ignored);
}

bool isc_parse_abandoned(struct isc_parser *p)
{
	p->seen |= ISC_SEEN_STATE;
	p->lease.state = LEASE_DECLINED;
	return true;
}

/* ---- who ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Octets of one or two digits with colons between; 0 of them is a fault. */
static bool take_octets(struct isc_parser *p, uint8_t *out, size_t size,
			uint8_t *len)
{
	const struct isc_lex *lex = &p->lex;
	int high, low;
	size_t n = 0;

	do {
		if (n && !take_char(p, ':'))
			break;
		if (lex->token != ISC_TOKEN_WORD || lex->text_len > 2 ||
		    n == size)
			return false;
		high = lex->text_len == 2 ? hex_digit(lex->text[0]) : 0;
		low = hex_digit(lex->text[lex->text_len - 1]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (uint8_t)(high << 4 | low);
		isc_lex_next(&p->lex);
	} while (isc_lex_is_char(lex, ':'));
	*len = (uint8_t)n;
	return true;
}

static const struct {
	const char *word;
	uint8_t htype; /* RFC 1700, "hardware type" */
} hardware[] = {
	{ "ethernet", 1 },
	{ "token-ring", 6 },
	{ "fddi", 8 },
	{ "infiniband", 32 },
};

static bool take_hardware_type(struct isc_parser *p, uint8_t *htype)
{
	static const char unknown[] = "unknown-";
	struct isc_lex *lex = &p->lex;
	unsigned int value = 0;
	size_t i;

	for (i = 0; i < sizeof(hardware) / sizeof(hardware[0]); i++) {
		if (!isc_lex_is(lex, hardware[i].word))
			continue;
		*htype = hardware[i].htype;
		isc_lex_next(lex);
		return true;
	}
	i = sizeof(unknown) - 1;
	if (lex->token != ISC_TOKEN_WORD || lex->text_len <= i ||
	    lex->text_len > i + 3 || memcmp(lex->text, unknown, i) != 0)
		return false;
	for (; i < lex->text_len; i++) {
		if (lex->text[i] < '0' || lex->text[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(lex->text[i] - '0');
	}
	if (value > UINT8_MAX)
		return false;
	*htype = (uint8_t)value;
	isc_lex_next(lex);
	return true;
}

bool isc_parse_hardware(struct isc_parser *p)
{
	struct lease *lease = &p->lease;

	if (!take_hardware_type(p, &lease->htype))
		return isc_expected(p, "a hardware type");
	lease->hlen = 0;
	p->seen |= ISC_SEEN_HARDWARE;
	if (isc_lex_is_char(&p->lex, ';')) /* a type with no address */
		return true;
	if (take_octets(p, lease->chaddr, sizeof(lease->chaddr), &lease->hlen))
		return true;
	return isc_expected(p, "a hardware address");
}

/* A string that fits. */
static bool take_string(struct isc_parser *p, uint8_t *out, size_t size,
			uint8_t *len)
{
	if (p->lex.token != ISC_TOKEN_STRING || p->lex.value_len > size)
		return false;
	*len = (uint8_t)p->lex.value_len;
	memcpy(out, p->lex.value, *len);
	isc_lex_next(&p->lex);
	return true;
}

bool isc_take_id(struct isc_parser *p, uint8_t *out, size_t size, uint8_t *len)
{
	return p->lex.token == ISC_TOKEN_STRING
		       ? take_string(p, out, size, len)
		       : take_octets(p, out, size, len);
}

bool isc_parse_uid(struct isc_parser *p)
{
	struct lease *lease = &p->lease;

	if (!isc_take_id(p, p->client_id, sizeof(p->client_id),
			 &lease->client_id_len))
		return isc_expected(p, "a client identifier (at most 255 "
				       "octets)");
	lease->client_id = lease->client_id_len ? p->client_id : NULL;
	if (lease->client_id_len)
		p->seen |= ISC_SEEN_UID;
	return true;
}

bool isc_parse_host_name(struct isc_parser *p)
{
	struct lease *lease = &p->lease;

	if (!take_string(p, p->host_name, sizeof(p->host_name),
			 &lease->host_name_len))
		return isc_expected(p, "a host name (at most 255 octets, in "
				       "quotes)");
	lease->host_name = lease->host_name_len ? p->host_name : NULL;
	return true;
}
