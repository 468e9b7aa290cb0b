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

/* Numbers, addresses, prefixes, an IAID. */
static bool is_figure(const char *text)
{
	return strspn(text, DIGITS "abcdefABCDEF:./") == strlen(text);
}

static bool is_integer(const char *text)
{
	text += *text == '-';
	return *text && strspn(text, DIGITS) == strlen(text);
}

static bool is_list_of_figures(const char *text)
{
	return strspn(text, DIGITS "abcdefABCDEF:./ ") == strlen(text);
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

static const struct {
	const char *name;
	bool (*check)(const char *text);
} named[] = {
	{ "host_name", is_host_name },
	{ "domain_name", is_domain_list },
	{ "root_path", is_path },
	{ "nis_domain", is_host_name },
	{ "netbios_scope", is_host_name },
	{ "domain_search", is_domain_list },
	{ "dhcp6_sip_servers_names", is_domain_list },
	{ "dhcp6_domain_search", is_domain_list },
	{ "dhcp6_nis_domain_name", is_domain_list },
	{ "dhcp6_nisp_domain_name", is_domain_list },
	{ "filename", is_path },
	{ "server_name", is_host_name },
	{ "subnet_mask", is_figure },
	{ "routers", is_list_of_figures },
	{ "domain_name_servers", is_list_of_figures },
	{ "static_routes", is_list_of_figures },
	{ "rfc3442_classless_static_routes", is_list_of_figures },
	{ "interface_mtu", is_figure },
	{ "dhcp6_name_servers", is_list_of_figures },
	/* What hooks of distributions write into files of services. */
	{ "ntp_servers", is_list_of_figures },
	{ "time_servers", is_list_of_figures },
	{ "log_servers", is_list_of_figures },
	{ "lpr_servers", is_list_of_figures },
	{ "nis_servers", is_list_of_figures },
	{ "netbios_name_servers", is_list_of_figures },
	{ "netbios_dd_server", is_list_of_figures },
	{ "netbios_node_type", is_figure },
	{ "smtp_server", is_list_of_figures },
	{ "tftp_server_address", is_list_of_figures },
	{ "time_offset", is_integer },
	{ "dhcp_server_identifier", is_figure },
	{ "dhcp_lease_time", is_figure },
	{ "dhcp6_sntp_servers", is_list_of_figures },
	{ "dhcp6_nis_servers", is_list_of_figures },
	{ "dhcp6_nisp_servers", is_list_of_figures },
	{ "dhcp6_sip_servers_addresses", is_list_of_figures },
	{ "ip_address", is_figure },
	{ "network_number", is_figure },
	{ "broadcast_address", is_figure },
	{ "next_server", is_figure },
	{ "expiry", is_figure },
	{ "dhcp4o6", is_figure },
	{ "dhcp4o6_server", is_figure },
	{ "ip6_address", is_figure },
	{ "ip6_prefix", is_figure },
	{ "ip6_prefixlen", is_figure },
	{ "life_starts", is_figure },
	{ "preferred_life", is_figure },
	{ "max_life", is_figure },
	{ "iaid", is_figure },
	{ "starts", is_figure },
	{ "renew", is_figure },
	{ "rebind", is_figure },
};

bool script_value_fits_name(const char *name, size_t name_len,
			    const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strlen(named[i].name) == name_len &&
		    strncmp(named[i].name, name, name_len) == 0)
			return named[i].check(value);
	}
	return true;
}
