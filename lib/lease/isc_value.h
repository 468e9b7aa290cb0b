/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isc_value - values in ISC's lease texts, those of servers and of the client.
 *
 * Each takes what stands next, true; or it returns false, and whoever called
 * says what was expected. Of a value of several tokens some may then be taken.
 */
#ifndef DHCP4O6_LIB_LEASE_ISC_VALUE_H
#define DHCP4O6_LIB_LEASE_ISC_VALUE_H

#include <netinet/in.h>

#include "dhcp4o6/base/clock.h"
#include "isc_lex.h"

#define ISC_TIME_MAX 253402300799 /* the last second of the year 9999, UTC */

bool isc_value_char(struct isc_lex *lex, char c);
bool isc_value_word(struct isc_lex *lex, const char *word);
bool isc_value_number(struct isc_lex *lex, int64_t min, int64_t max,
		      int64_t *number);
/* W Y/M/D H:M:S or epoch N. */
bool isc_value_date(struct isc_lex *lex, struct wall_time *time);
/* The same, or `never': INT64_MAX. */
bool isc_value_end(struct isc_lex *lex, struct wall_time *time);
/* Can a host have it? */
bool isc_ip4_is_host(struct in_addr addr);
/* Such an address. */
bool isc_value_ip4(struct isc_lex *lex, struct in_addr *addr);
/* Any address. */
bool isc_value_ip6(struct isc_lex *lex, struct in6_addr *addr);
/* Can a client on another link, or another network, have been given it? */
bool isc_is_unicast(const struct in6_addr *addr);
/* A string of at most size octets. */
bool isc_value_string(struct isc_lex *lex, uint8_t *out, size_t size,
		      size_t *len);
/* Octets of one or two digits with colons between; 1 to size of them. */
bool isc_value_hex(struct isc_lex *lex, uint8_t *out, size_t size, size_t *len);
/* One or the other; of the former there may be none. */
bool isc_value_octets(struct isc_lex *lex, uint8_t *out, size_t size,
		      size_t *len);

#endif /* DHCP4O6_LIB_LEASE_ISC_VALUE_H */
