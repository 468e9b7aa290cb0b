// SPDX-License-Identifier: BSD-2-Clause
#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "ip6.h"

enum { WORD_MAX = 64 }; /* longest address in text, and a NUL */

/* C's bases, as in ISC: 0x1f, 017, 15. -ERANGE far above any limit of ours. */
static int scan_number(const char *text, size_t len, int64_t *value)
{
	bool is_negative = len > 0 && text[0] == '-';
	size_t i = is_negative;
	int base = 10;

	if (len - i > 2 && text[i] == '0' && (text[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	} else if (len - i > 1 && text[i] == '0') {
		base = 8;
	}
	if (i >= len)
		return -EINVAL;
	*value = 0;
	for (; i < len; i++) {
		int digit = conf_digit(text[i]);

		if (digit >= base)
			return -EINVAL;
		if (*value < INT64_MAX / 32)
			*value = *value * base + digit;
	}
	if (is_negative)
		*value = -*value;
	return 0;
}

static bool is_octal(const struct conf_token *token)
{
	return token->len > 1 && token->text[0] == '0' &&
	       conf_digit(token->text[1]) < 10;
}

int conf_get_number(struct conf_parser *p, struct conf_number_limits limits,
		    int64_t *value)
{
	const struct conf_token *token = conf_peek(p);
	int shown = (int)(token->len < 40 ? token->len : 40);

	if (token->type != CONF_TOKEN_WORD ||
	    scan_number(token->text, token->len, value))
		return conf_fail_expected(
			p, is_octal(token) ? "octal digits behind a first 0"
					   : "a number");
	if (*value < limits.min || *value > limits.max) {
		conf_error(p, &token->pos,
			   "%.*s is out of range: %" PRId64 " to %" PRId64,
			   shown, token->text, limits.min, limits.max);
		*value = *value < limits.min ? limits.min : limits.max;
	} else if (is_octal(token)) {
		conf_warn(p, &token->pos,
			  "a number that starts with 0 is octal: %.*s is "
			  "%" PRId64,
			  shown, token->text, *value);
	}
	conf_take(p);
	return 0;
}

int conf_get_seconds(struct conf_parser *p, uint32_t *seconds)
{
	int64_t value;
	int err;

	*seconds = UINT32_MAX;
	if (conf_accept_word(p, "infinite") || conf_accept_word(p, "-1"))
		return 0;
	err = conf_get_number(p, CONF_U32, &value);
	if (!err)
		*seconds = (uint32_t)value;
	return err;
}

int conf_get_flag(struct conf_parser *p, bool *flag)
{
	if (conf_accept_word(p, "on") || conf_accept_word(p, "true")) {
		*flag = true;
		return 0;
	}
	if (conf_accept_word(p, "off") || conf_accept_word(p, "false")) {
		*flag = false;
		return 0;
	}
	return conf_fail_expected(p, "`on' or `off'");
}

static bool copy_word(char *word, const char *text, size_t len)
{
	if (len >= WORD_MAX)
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	return memchr(word, '\0', len) == NULL;
}

bool conf_scan_ip4(const char *text, size_t len, struct in_addr *addr)
{
	char word[WORD_MAX];

	return copy_word(word, text, len) &&
	       inet_pton(AF_INET, word, addr) == 1;
}

bool conf_scan_ip6(const char *text, size_t len, struct in6_addr *addr)
{
	char word[WORD_MAX];

	return copy_word(word, text, len) &&
	       inet_pton(AF_INET6, word, addr) == 1;
}

static bool scan_prefix_len(const char *text, size_t len, uint8_t *prefix_len)
{
	unsigned int value = 0;
	size_t i;

	if (len < 1 || len > 3)
		return false;
	for (i = 0; i < len; i++) {
		if (conf_digit(text[i]) > 9)
			return false;
		value = value * 10 + (unsigned int)conf_digit(text[i]);
	}
	*prefix_len = (uint8_t)value;
	return value <= 128;
}

bool conf_scan_prefix6(const char *text, size_t len, struct in6_addr *prefix,
		       uint8_t *prefix_len)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len;

	if (!slash)
		return false;
	addr_len = (size_t)(slash - text);
	return scan_prefix_len(slash + 1, len - addr_len - 1, prefix_len) &&
	       conf_scan_ip6(text, addr_len, prefix);
}

int conf_scan_hex(const char *text, size_t len, uint8_t *out, size_t size)
{
	size_t count = 0, i = 0;

	while (i < len) {
		size_t digits = 0;
		unsigned int value = 0;

		for (; i < len && text[i] != ':'; i++, digits++) {
			if (conf_digit(text[i]) > 15)
				return -1;
			value = (value << 4 |
				 (unsigned int)conf_digit(text[i])) &
				0xfff;
		}
		if (digits < 1 || digits > 2 || count == size)
			return -1;
		out[count++] = (uint8_t)value;
		if (i < len && ++i == len)
			return -1; /* a `:' with nothing behind it */
	}
	return count ? (int)count : -1;
}

/* Letters and what else host names have; no octets, which stand for digits. */
static bool is_host_name(const struct conf_token *token)
{
	bool has_letter = false;
	size_t i;

	for (i = 0; i < token->len; i++) {
		char c = token->text[i];
		bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		has_letter = has_letter || is_letter;
		if (!is_letter && conf_digit(c) > 9 && c != '-' && c != '.')
			return false;
	}
	return token->type == CONF_TOKEN_WORD && has_letter;
}

/*
 * What clients get does not depend on what DNS says, or does not say, when the
 * configuration is read: of a name it is said how to find what to write.
 */
static int fail_address(struct conf_parser *p, int version)
{
	const struct conf_token *token = conf_peek(p);
	int shown = (int)(token->len < CONF_SHOWN_MAX ? token->len
						      : CONF_SHOWN_MAX);

	if (!is_host_name(token))
		return conf_fail_expected(p, version == 4 ? "an IPv4 address"
							  : "an IPv6 address");
	return conf_error(
		p, &token->pos,
		"expected an IPv%d address, not `%.*s': names are not "
		"looked up; write the addresses that `getent "
		"ahostsv%d %.*s' shows",
		version, shown, token->text, version, shown, token->text);
}

int conf_get_ip4(struct conf_parser *p, struct in_addr *addr)
{
	const struct conf_token *token = conf_peek(p);

	if (token->type != CONF_TOKEN_WORD ||
	    !conf_scan_ip4(token->text, token->len, addr))
		return fail_address(p, 4);
	conf_take(p);
	return 0;
}

int conf_get_ip6(struct conf_parser *p, struct in6_addr *addr)
{
	const struct conf_token *token = conf_peek(p);

	if (token->type != CONF_TOKEN_WORD ||
	    !conf_scan_ip6(token->text, token->len, addr))
		return fail_address(p, 6);
	conf_take(p);
	return 0;
}

bool conf_token_is_prefix(const struct conf_token *token)
{
	return token->type == CONF_TOKEN_WORD && token->len > 0 &&
	       memchr(token->text, '/', token->len);
}

bool conf_check_host_bits(struct conf_parser *p, const struct conf_pos *pos,
			  const struct in6_addr *prefix, uint8_t len)
{
	struct in6_addr network = *prefix;
	char text[INET6_ADDRSTRLEN];

	if (!conf_ip6_has_host_bits(prefix, len))
		return false;
	conf_ip6_clear_tail(&network, len);
	inet_ntop(AF_INET6, &network, text, sizeof(text));
	conf_error(p, pos, "host bits are set behind the /%u: the prefix is %s",
		   len, text);
	return true;
}

/* The slash is taken, and ends a word. */
static int get_prefix_len(struct conf_parser *p, uint8_t *len)
{
	const struct conf_number_limits limits = { 0, 128 };
	int64_t value = 0;
	int err = conf_get_number(p, limits, &value);

	*len = (uint8_t)value;
	return err;
}

int conf_get_ip6_or_prefix(struct conf_parser *p, struct in6_addr *addr,
			   uint8_t *len, bool *is_prefix)
{
	const struct conf_token *token = conf_peek(p);
	const char *slash = NULL;
	int err;

	if (token->type == CONF_TOKEN_WORD)
		slash = memchr(token->text, '/', token->len);
	*is_prefix = true;
	if (slash && slash + 1 == token->text + token->len &&
	    conf_scan_ip6(token->text, token->len - 1, addr)) {
		conf_take(p);
		return get_prefix_len(p, len);
	}
	if (slash) {
		if (!conf_scan_prefix6(token->text, token->len, addr, len))
			return conf_fail_expected(
				p, "an IPv6 prefix PREFIX/LENGTH");
		conf_take(p);
		return 0;
	}
	err = conf_get_ip6(p, addr);
	if (err)
		return err;
	if (conf_accept_word(p, "/"))
		return get_prefix_len(p, len);
	token = conf_peek(p);
	*is_prefix = token->type == CONF_TOKEN_WORD && token->text[0] == '/';
	if (!*is_prefix)
		return 0;
	if (!scan_prefix_len(token->text + 1, token->len - 1, len))
		return conf_fail_expected(p, "a prefix length, 0 to 128");
	conf_take(p);
	return 0;
}

int conf_get_prefix6(struct conf_parser *p, struct in6_addr *prefix,
		     uint8_t *prefix_len)
{
	bool is_prefix;
	int err;

	err = conf_get_ip6_or_prefix(p, prefix, prefix_len, &is_prefix);
	if (!err && !is_prefix)
		return conf_fail_expected(p, "/LENGTH");
	return err;
}

int conf_get_text(struct conf_parser *p, const char **text, const char *what)
{
	const struct conf_token *token = conf_peek(p);

	if (token->type != CONF_TOKEN_WORD && token->type != CONF_TOKEN_STRING)
		return conf_fail_expected(p, what);
	if (memchr(token->text, '\0', token->len))
		return conf_error(p, &token->pos,
				  "%s must not hold a NUL octet", what);
	*text = conf_arena_dup(p->model, token->text, token->len);
	if (!*text)
		return -ENOMEM;
	conf_take(p);
	return 0;
}

/* Where octets are broken the `:' stands at the end, or at the start. */
static bool starts_with_colon(const struct conf_token *token)
{
	return token->type == CONF_TOKEN_WORD && token->len > 1 &&
	       token->text[0] == ':';
}

/* One word of octets, and whether another one follows. */
static int get_piece(struct conf_parser *p, uint8_t *out, size_t size,
		     size_t *len, bool *more)
{
	const struct conf_token *token = conf_peek(p);
	size_t from = *len > 0 && !*more && starts_with_colon(token);
	size_t count = token->len - from;
	int got = -1;

	*more = count > 1 && token->text[token->len - 1] == ':';
	if (token->type == CONF_TOKEN_WORD)
		got = conf_scan_hex(token->text + from, count - *more,
				    out + *len, size - *len);
	if (got < 0)
		return conf_fail_expected(
			p, "a string, or octets in hex with `:' between them");
	*len += (size_t)got;
	conf_take(p);
	return 0;
}

int conf_get_octets(struct conf_parser *p, const uint8_t **data, size_t *len)
{
	const struct conf_token *token = conf_peek(p);
	uint8_t octets[CONF_OPTION_LEN_MAX];
	bool more = false;
	int err;

	*len = 0;
	if (token->type == CONF_TOKEN_STRING) {
		*data = (const uint8_t *)token->text; /* decoded in the model */
		*len = token->len;
		conf_take(p);
		return 0;
	}
	do {
		err = get_piece(p, octets, sizeof(octets), len, &more);
		if (err)
			return err;
	} while (more || starts_with_colon(conf_peek(p)));
	*data = (const uint8_t *)conf_arena_dup(p->model, octets, *len);
	return *data ? 0 : -ENOMEM;
}
