// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rows of a client's file. What changes which address is asked for, or of
 * whom, is either done or refused; what is lost of anything else is said.
 */
#include <stddef.h>

#include "client.h"

#define GLOBAL CONF_IN_GLOBAL
#define SCOPES (CONF_IN_GLOBAL | CONF_IN_INTERFACE)
#define ALIAS  CONF_IN_ALIAS
#define OWN    CONF_IN_DHCP4O6

#define PLAIN(name_, where_, handler_, form_)                              \
	{                                                                  \
		name_, CONF_ROW_PLAIN, where_, CONF_FILES, handler_, form_ \
	}
#define BLOCK(name_, where_, handler_, form_)                              \
	{                                                                  \
		name_, CONF_ROW_BLOCK, where_, CONF_FILES, handler_, form_ \
	}
#define IGNORED(name_, where_, text_)                                    \
	{                                                                \
		name_, CONF_ROW_IGNORED, where_, CONF_FILES, NULL, text_ \
	}
#define LOST(name_, text_)                                            \
	{                                                             \
		name_, CONF_ROW_LOST, SCOPES, CONF_FILES, NULL, text_ \
	}
#define REFUSED(name_, text_)                                            \
	{                                                                \
		name_, CONF_ROW_REFUSED, SCOPES, CONF_FILES, NULL, text_ \
	}

#define NO_DNS    "DNS is not updated"
#define NO_BOOTP  "BOOTP is not spoken"
#define NO_AUTH   "DHCPv4 messages are not authenticated"
#define NO_MEDIA  "the kernel finds out the medium of an interface"
#define NO_VARS   "variables and functions are not kept"
#define ONE_FORM  "the lease file has one form"
#define NO_IF     "values of a client do not depend on conditions"
#define BARE      "an alias has an address and a subnet mask alone"
#define LEASEFILE "leases stand in the lease file alone"

static const struct conf_row rows[] = {
	/* Scopes. */
	BLOCK("interface", GLOBAL | ALIAS, client_handle_interface,
	      "interface \"NAME\" { ... }; in an alias: interface \"NAME\";"),
	BLOCK("alias", GLOBAL, client_handle_alias, "alias { ... }"),
	BLOCK("dhcp4o6", GLOBAL, conf_handle_dhcp4o6, "dhcp4o6 { ... }"),
	BLOCK("include", SCOPES | OWN, conf_handle_include,
	      "include \"FILE\";"),

	/* Options. */
	PLAIN("option", GLOBAL | ALIAS, client_handle_option,
	      "option NAME code N = TYPE; option space NAME; in an alias: "
	      "option subnet-mask MASK;"),
	PLAIN("send", SCOPES, client_handle_value,
	      "send NAME VALUE[, VALUE ...]; send NAME = DATA;"),
	PLAIN("request", SCOPES, client_handle_codes,
	      "request [NAME[, NAME ...]];"),
	PLAIN("require", SCOPES, client_handle_codes,
	      "require [NAME[, NAME ...]];"),
	PLAIN("also", SCOPES, client_handle_also,
	      "also request NAME[, NAME ...]; also require NAME[, NAME ...];"),
	PLAIN("default", SCOPES, client_handle_value,
	      "default NAME VALUE[, VALUE ...]; default NAME = DATA;"),
	PLAIN("supersede", SCOPES, client_handle_value,
	      "supersede NAME VALUE[, VALUE ...]; supersede NAME = DATA;"),
	PLAIN("prepend", SCOPES, client_handle_value,
	      "prepend NAME VALUE[, VALUE ...]; prepend NAME = DATA;"),
	PLAIN("append", SCOPES, client_handle_value,
	      "append NAME VALUE[, VALUE ...]; append NAME = DATA;"),

	/* Times. */
	PLAIN("timeout", SCOPES, client_handle_time, "timeout SECONDS;"),
	PLAIN("retry", SCOPES, client_handle_time, "retry SECONDS;"),
	PLAIN("select-timeout", SCOPES, client_handle_time,
	      "select-timeout SECONDS;"),
	PLAIN("reboot", SCOPES, client_handle_time, "reboot SECONDS;"),
	PLAIN("backoff-cutoff", SCOPES, client_handle_time,
	      "backoff-cutoff SECONDS;"),
	PLAIN("initial-interval", SCOPES, client_handle_time,
	      "initial-interval SECONDS;"),
	PLAIN("initial-delay", SCOPES, client_handle_time,
	      "initial-delay SECONDS;"),

	/* The rest. */
	PLAIN("reject", SCOPES, client_handle_reject,
	      "reject ADDRESS[/LENGTH][, ADDRESS[/LENGTH] ...];"),
	PLAIN("script", SCOPES, client_handle_script, "script \"FILE\";"),
	PLAIN("default-duid", GLOBAL, client_handle_default_duid,
	      "default-duid OCTETS;"),
	PLAIN("hardware", CONF_IN_INTERFACE, client_handle_hardware,
	      "hardware TYPE ADDRESS;"),
	PLAIN("fixed-address", ALIAS, client_handle_fixed_address,
	      "fixed-address ADDRESS;"),

	/* The dhcp4o6 block. */
	PLAIN("response-source", OWN, conf_handle_4o6_flag,
	      "response-source any | servers;"),
	PLAIN("stop-native", OWN, conf_handle_4o6_flag,
	      "stop-native yes | no;"),
	PLAIN("peer-user", OWN, conf_handle_4o6_users,
	      "peer-user NAME[, NAME ...];"),

	/* Accepted, without effect. */
	IGNORED("media", SCOPES, NO_MEDIA),
	IGNORED("anycast-mac", SCOPES, "queries travel in DHCPv6"),
	IGNORED("do-forward-updates", SCOPES, NO_DNS),
	IGNORED("accept", SCOPES, NO_BOOTP),
	IGNORED("ignore", SCOPES, NO_BOOTP),
	IGNORED("bootp-policy", SCOPES, NO_BOOTP),
	IGNORED("dont", SCOPES, NO_AUTH),
	IGNORED("db-time-format", SCOPES, ONE_FORM),
	IGNORED("lease-id-format", SCOPES, ONE_FORM),
	IGNORED("dhcp-cache-threshold", SCOPES, "it is a server's"),
	IGNORED("link-timeout", SCOPES,
		"an interface is waited for as long as its link is down"),
	IGNORED("bootp", ALIAS, BARE),
	IGNORED("medium", ALIAS, BARE),
	IGNORED("filename", ALIAS, BARE),
	IGNORED("server-name", ALIAS, BARE),
	IGNORED("renew", ALIAS, BARE),
	IGNORED("rebind", ALIAS, BARE),
	IGNORED("expire", ALIAS, BARE),
	LOST("lease", "no address is used but what a server gave"),
	LOST("prefer", "BOOTP is not spoken, nor are messages authenticated"),
	LOST("vendor", "option 43 is given to the script as its octets"),
	LOST("key", "there is neither OMAPI nor DNS update to sign"),
	LOST("zone", NO_DNS),
	LOST("omapi", "there is no OMAPI; dhcp4o6ctl does its work"),
	LOST("log", "messages of the configuration are not written"),
	LOST("on", "nothing is done when a message comes or goes"),
	LOST("execute", "commands are not run"),
	LOST("eval", "its value would not be used"),
	/* Where one is asked for, that is an error. */
	LOST("set", NO_VARS),
	LOST("unset", NO_VARS),
	LOST("define", NO_VARS),

	/* Known to ISC, not done. */
	REFUSED("pseudo", "one client runs on each interface"),
	REFUSED("if", NO_IF),
	REFUSED("elsif", NO_IF),
	REFUSED("else", NO_IF),
	REFUSED("switch", NO_IF),
	REFUSED("case", NO_IF),
	REFUSED("break", NO_IF),
	REFUSED("lease6", LEASEFILE),
	REFUSED("add", "it is a server's"),
	REFUSED("return", "functions cannot be defined"),
	REFUSED("parse-vendor-option", "option 43 is not taken apart"),
};

static const struct conf_4o6_choice choices[] = { { NULL, 0, { NULL } } };
static const struct conf_4o6_number numbers[] = { { NULL, 0, 0, { 0, 0 } } };
static const struct conf_4o6_flag flags[] = {
	{ "response-source",
	  offsetof(struct client_conf_dhcp4o6, source_check),
	  { "any", "servers" } },
	{ "stop-native",
	  offsetof(struct client_conf_dhcp4o6, stop_native),
	  { "no", "yes" } },
	{ NULL, 0, { NULL } },
};

const struct conf_4o6_tables client_4o6_tables = {
	.choices = choices,
	.numbers = numbers,
	.flags = flags,
};

const struct conf_language conf_client_language = {
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.own = &client_4o6_tables,
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= CONF_ROWS_MAX,
	       "room in struct conf_schema");
