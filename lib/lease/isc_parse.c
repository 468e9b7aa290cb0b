/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_parse - the statements of a lease in ISC's dhcpd's words.
 */
#include "isc_parse.h"

#include <string.h>

/* ---- addresses and dates ---- */

bool isc_parse_address(struct isc_parser *p, struct in_addr *addr)
{
	if (isc_value_ip4(&p->lex, addr))
		return true;
	return isc_expected(p, "the IPv4 address of a host");
}

static bool expected_date(struct isc_parser *p)
{
	return isc_expected(p, "a date (W Y/M/D H:M:S or epoch N)");
}

static bool parse_date(struct isc_parser *p, struct wall_time *time)
{
	return isc_value_date(&p->lex, time) || expected_date(p);
}

/* INT64_MAX is LEASE_EXPIRES_NEVER. */
static bool parse_end(struct isc_parser *p, struct wall_time *time)
{
	return isc_value_end(&p->lex, time) || expected_date(p);
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
	size_t len;

	if (!take_hardware_type(p, &lease->htype))
		return isc_expected(p, "a hardware type");
	lease->hlen = 0;
	p->seen |= ISC_SEEN_HARDWARE;
	if (isc_lex_is_char(&p->lex, ';')) /* a type with no address */
		return true;
	if (!isc_value_hex(&p->lex, lease->chaddr, sizeof(lease->chaddr), &len))
		return isc_expected(p, "a hardware address");
	lease->hlen = (uint8_t)len;
	return true;
}

bool isc_parse_uid(struct isc_parser *p)
{
	struct lease *lease = &p->lease;
	size_t len;

	if (!isc_value_octets(&p->lex, p->client_id, sizeof(p->client_id),
			      &len))
		return isc_expected(p, "a client identifier (at most 255 "
				       "octets)");
	lease->client_id_len = (uint8_t)len;
	lease->client_id = lease->client_id_len ? p->client_id : NULL;
	if (lease->client_id_len)
		p->seen |= ISC_SEEN_UID;
	return true;
}

bool isc_parse_host_name(struct isc_parser *p)
{
	struct lease *lease = &p->lease;
	size_t len;

	if (!isc_value_string(&p->lex, p->host_name, sizeof(p->host_name),
			      &len))
		return isc_expected(p, "a host name (at most 255 octets, in "
				       "quotes)");
	lease->host_name_len = (uint8_t)len;
	lease->host_name = lease->host_name_len ? p->host_name : NULL;
	return true;
}
