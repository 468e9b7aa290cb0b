/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_value - dates, addresses, numbers and octets as ISC writes them. Dates
 * are in UTC.
 */
#include "isc_value.h"

#include <arpa/inet.h>
#include <string.h>

#define DAY_S 86400

/* ---- words ---- */

bool isc_value_char(struct isc_lex *lex, char c)
{
	if (!isc_lex_is_char(lex, c))
		return false;
	isc_lex_next(lex);
	return true;
}

bool isc_value_word(struct isc_lex *lex, const char *word)
{
	if (!isc_lex_is(lex, word))
		return false;
	isc_lex_next(lex);
	return true;
}

bool isc_value_number(struct isc_lex *lex, int64_t min, int64_t max,
		      int64_t *number)
{
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
	isc_lex_next(lex);
	return true;
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

/* A number behind a date is added to it, in seconds, as in ISC. */
static bool take_offset(struct isc_lex *lex, struct wall_time *time)
{
	int64_t offset = 0, sign = 1;

	if (lex->token != ISC_TOKEN_WORD)
		return true;
	if (*lex->text == '-') {
		sign = -1;
		lex->text++;
		lex->text_len--;
	}
	if (!lex->text_len || !isc_value_number(lex, 0, DAY_S, &offset))
		return false;
	time->s += sign * offset;
	return time->s >= 0 && time->s <= ISC_TIME_MAX;
}

/* The day of the week is not looked at, as in ISC. */
static bool take_calendar(struct isc_lex *lex, struct wall_time *time)
{
	int64_t weekday, year, month, day, hour, minute, second;

	if (!isc_value_number(lex, 0, 6, &weekday) ||
	    !isc_value_number(lex, 1970, 9999, &year) ||
	    !isc_value_char(lex, '/') ||
	    !isc_value_number(lex, 1, 12, &month) ||
	    !isc_value_char(lex, '/') || !isc_value_number(lex, 1, 31, &day) ||
	    !isc_value_number(lex, 0, 23, &hour) || !isc_value_char(lex, ':') ||
	    !isc_value_number(lex, 0, 59, &minute) ||
	    !isc_value_char(lex, ':') ||
	    !isc_value_number(lex, 0, 60, &second) ||
	    !is_date(year, month, day))
		return false;
	time->s = days_of(year, month, day) * DAY_S + hour * 3600 +
		  minute * 60 + second;
	return take_offset(lex, time);
}

/* db-time-format local; the rest of its line is a comment. */
bool isc_value_date(struct isc_lex *lex, struct wall_time *time)
{
	if (isc_value_word(lex, "epoch"))
		return isc_value_number(lex, 0, ISC_TIME_MAX, &time->s);
	return take_calendar(lex, time);
}

bool isc_value_end(struct isc_lex *lex, struct wall_time *time)
{
	if (!isc_value_word(lex, "never"))
		return isc_value_date(lex, time);
	time->s = INT64_MAX;
	return true;
}

/* ---- addresses ---- */

/* 0.0.0.0/8 and from 224.0.0.0 on: nobody's. */
bool isc_ip4_is_host(struct in_addr addr)
{
	uint32_t host = ntohl(addr.s_addr);

	return host >> 24 && host >> 29 != 7;
}

bool isc_value_ip4(struct isc_lex *lex, struct in_addr *addr)
{
	char text[INET_ADDRSTRLEN];

	if (lex->token != ISC_TOKEN_WORD || lex->text_len >= sizeof(text))
		return false;
	memcpy(text, lex->text, lex->text_len);
	text[lex->text_len] = '\0';
	if (inet_pton(AF_INET, text, addr) != 1 || !isc_ip4_is_host(*addr))
		return false;
	isc_lex_next(lex);
	return true;
}

/* Words and colons without a gap. */
bool isc_value_ip6(struct isc_lex *lex, struct in6_addr *addr)
{
	const char *begin = lex->text, *end = begin;
	char text[INET6_ADDRSTRLEN];
	size_t len;

	while (lex->text == end &&
	       (lex->token == ISC_TOKEN_WORD || isc_lex_is_char(lex, ':'))) {
		end = lex->text + lex->text_len;
		isc_lex_next(lex);
	}
	len = (size_t)(end - begin);
	if (len >= sizeof(text))
		return false;
	memcpy(text, begin, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, addr) == 1;
}

bool isc_is_unicast(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_MULTICAST(addr) && !IN6_IS_ADDR_LINKLOCAL(addr);
}

/* ---- octets ---- */

bool isc_value_string(struct isc_lex *lex, uint8_t *out, size_t size,
		      size_t *len)
{
	if (lex->token != ISC_TOKEN_STRING || lex->value_len > size)
		return false;
	*len = lex->value_len;
	memcpy(out, lex->value, *len);
	isc_lex_next(lex);
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool isc_value_hex(struct isc_lex *lex, uint8_t *out, size_t size, size_t *len)
{
	int high, low;
	size_t n = 0;

	do {
		if (n && !isc_value_char(lex, ':'))
			break;
		if (lex->token != ISC_TOKEN_WORD || lex->text_len > 2 ||
		    n == size)
			return false;
		high = lex->text_len == 2 ? hex_digit(lex->text[0]) : 0;
		low = hex_digit(lex->text[lex->text_len - 1]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (uint8_t)(high << 4 | low);
		isc_lex_next(lex);
	} while (isc_lex_is_char(lex, ':'));
	*len = n;
	return true;
}

bool isc_value_octets(struct isc_lex *lex, uint8_t *out, size_t size,
		      size_t *len)
{
	return lex->token == ISC_TOKEN_STRING
		       ? isc_value_string(lex, out, size, len)
		       : isc_value_hex(lex, out, size, len);
}
