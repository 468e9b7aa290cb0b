/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_value - words and strings of the configuration to values.
 *
 * conf_get_*: take the next token, or report what was expected and return
 * -EINVAL with the token still there. conf_scan_*: the same for a piece of
 * text.
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "parse.h"

struct conf_number_limits {
	int64_t min;
	int64_t max;
};

#define CONF_U32 ((struct conf_number_limits){ 0, UINT32_MAX })

int conf_get_number(struct conf_parser *p, struct conf_number_limits limits,
		    int64_t *value);
/* A number of seconds, `infinite' and -1 being 0xffffffff. */
int conf_get_seconds(struct conf_parser *p, uint32_t *seconds);
int conf_get_flag(struct conf_parser *p, bool *flag);
int conf_get_ip4(struct conf_parser *p, struct in_addr *addr);
int conf_get_ip6(struct conf_parser *p, struct in6_addr *addr);
/* An address, and /LENGTH if it follows: then *is_prefix, and *len is set. */
int conf_get_ip6_or_prefix(struct conf_parser *p, struct in6_addr *addr,
			   uint8_t *len, bool *is_prefix);
/* PREFIX/LENGTH; as above a space may stand on either side of the slash. */
int conf_get_prefix6(struct conf_parser *p, struct in6_addr *prefix,
		     uint8_t *prefix_len);
/* Text without NUL, quoted or a bare word; copied to the model. */
int conf_get_text(struct conf_parser *p, const char **text, const char *what);
/* 192.0.2.0/24, 2001:db8::/32: where another form is asked for. */
bool conf_token_is_prefix(const struct conf_token *token);
/* Whether bits behind len are set; that is reported, with the right prefix. */
bool conf_check_host_bits(struct conf_parser *p, const struct conf_pos *pos,
			  const struct in6_addr *prefix, uint8_t len);
/* A quoted string, octets as they are, or octets in hex: 01:0a:ff. */
int conf_get_octets(struct conf_parser *p, const uint8_t **data, size_t *len);

bool conf_scan_ip4(const char *text, size_t len, struct in_addr *addr);
bool conf_scan_ip6(const char *text, size_t len, struct in6_addr *addr);
/* Prefix P/L; false if it is none. */
bool conf_scan_prefix6(const char *text, size_t len, struct in6_addr *prefix,
		       uint8_t *prefix_len);
/* Octets with `:' between them; the count, or -1. */
int conf_scan_hex(const char *text, size_t len, uint8_t *out, size_t size);

static inline uint32_t conf_ip4(struct in_addr addr)
{
	return ntohl(addr.s_addr);
}

static inline struct in_addr conf_in_addr(uint32_t host_order)
{
	return (struct in_addr){ .s_addr = htonl(host_order) };
}

#endif /* CONF_VALUE_H */
