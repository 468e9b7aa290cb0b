/* SPDX-License-Identifier: BSD-2-Clause */
#include "script_value.h"

#include <stddef.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

#define DOMAIN_LEN_MAX 255
#define LABEL_LEN_MAX  63
#define LETTERS        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS         "0123456789"

bool script_value_is_plain(const char *value)
{
	for (; *value; value++) {
		if (*value < ' ' || *value > '~')
			return false;
	}
	return true;
}

/* Letters, digits, and inside of it `-' and `_'. */
static bool is_label(const char *text, size_t len)
{
	return len > 0 && len <= LABEL_LEN_MAX &&
	       strspn(text, LETTERS DIGITS "-_") >= len &&
	       !strchr("-_", text[0]) && !strchr("-_", text[len - 1]);
}

/* A dot at the end is allowed. */
static bool is_domain(const char *text, size_t len)
{
	size_t at = 0, n;

	if (len == 0 || len > DOMAIN_LEN_MAX)
		return false;
	while (at < len) {
		n = strcspn(text + at, ".");
		if (n > len - at)
			n = len - at;
		if (!is_label(text + at, n))
			return false;
		at += n + 1;
	}
	return true;
}

static bool is_host_name(const char *text)
{
	return is_domain(text, strlen(text));
}

/* Names with blanks between, before and behind them. */
static bool is_domain_list(const char *text)
{
	size_t n;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		n = strcspn(text, " ");
		if (!is_domain(text, n))
			return false;
		text += n;
	}
	return true;
}

static bool is_path(const char *text)
{
	return strspn(text, LETTERS DIGITS "#%+-_:.,@~\\/[]= ") == strlen(text);
}

static const struct {
	enum conf_universe universe;
	uint32_t code;
	bool (*check)(const char *text);
} checks[] = {
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_HOST_NAME, is_host_name },
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_DOMAIN_NAME, is_domain_list },
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_ROOT_PATH, is_path },
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_NIS_DOMAIN, is_host_name },
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_NETBIOS_SCOPE, is_host_name },
	{ CONF_OPTIONS_DHCP4, DHCP4_OPT_DOMAIN_SEARCH, is_domain_list },
	{ CONF_OPTIONS_DHCP6, DHCP6_OPT_SIP_SERVER_NAMES, is_domain_list },
	{ CONF_OPTIONS_DHCP6, DHCP6_OPT_DOMAIN_SEARCH, is_domain_list },
	{ CONF_OPTIONS_DHCP6, DHCP6_OPT_NIS_DOMAIN, is_domain_list },
	{ CONF_OPTIONS_DHCP6, DHCP6_OPT_NISP_DOMAIN, is_domain_list },
};

bool script_value_is_safe(enum conf_universe universe, uint32_t code,
			  const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i].universe == universe && checks[i].code == code)
			return checks[i].check(value);
	}
	return true;
}
