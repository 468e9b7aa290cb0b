// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rows. A statement that changes who gets which address, which packets are
 * answered, or where files and sockets are, is either done or refused; only
 * what is harmless to lose is accepted without effect, and named.
 */
#include "dhcp4o6.h"
#include "schema.h"

#define NETS    (CONF_IN_GLOBAL | CONF_IN_GROUP | CONF_IN_NETWORK)
#define SUBNETS (CONF_IN_SUBNET | CONF_IN_SUBNET6)
#define POOLS   (CONF_IN_POOL | CONF_IN_POOL6)
#define MEMBERS (CONF_IN_CLASS | CONF_IN_SUBCLASS)
#define SCOPES \
	(NETS | SUBNETS | POOLS | CONF_IN_HOST | MEMBERS | CONF_IN_BRANCH)
#define GLOBAL (CONF_IN_GLOBAL | CONF_IN_GROUP)
#define OWN    CONF_IN_DHCP4O6

#define PLAIN(name_, where_, handler_, form_)              \
	{                                                  \
		name_, CONF_ROW_PLAIN, where_, CONF_FILES, \
			conf_handle_##handler_, form_      \
	}
#define VALUE(name_, where_, handler_, form_)              \
	{                                                  \
		name_, CONF_ROW_VALUE, where_, CONF_FILES, \
			conf_handle_##handler_, form_      \
	}
#define BLOCK(name_, where_, files_, handler_, form_)                          \
	{                                                                      \
		name_, CONF_ROW_BLOCK, where_, files_, conf_handle_##handler_, \
			form_                                                  \
	}
#define ONLY6(name_, where_, handler_, form_)              \
	{                                                  \
		name_, CONF_ROW_PLAIN, where_, CONF_FILE6, \
			conf_handle_##handler_, form_      \
	}
#define IGNORED(name_, text_)                                            \
	{                                                                \
		name_, CONF_ROW_IGNORED, SCOPES, CONF_FILES, NULL, text_ \
	}
#define LOST(name_, text_)                                            \
	{                                                             \
		name_, CONF_ROW_LOST, SCOPES, CONF_FILES, NULL, text_ \
	}
#define REFUSED(name_, text_)                                            \
	{                                                                \
		name_, CONF_ROW_REFUSED, SCOPES, CONF_FILES, NULL, text_ \
	}
#define OFF_ONLY(name_, text_)                                            \
	{                                                                 \
		name_, CONF_ROW_OFF_ONLY, SCOPES, CONF_FILES, NULL, text_ \
	}

#define NO_DNS      "DNS is not updated"
#define NO_BOOTP    "BOOTP clients are not served"
#define NO_PROBE    "addresses are not probed before they are offered"
#define NO_VARS     "variables and functions are not kept"
#define NO_OMAPI    "there is no OMAPI; dhcp4o6ctl does its work"
#define LEASES      "name the file with -lf on the command line"
#define PIDFILE     "name the file with -pf on the command line"
#define NO_LQ       "leasequeries are not answered"
#define FIXED_PORTS "DHCPv6 ports are fixed, and IPv4 sockets are not opened"
#define NO_LOG      "levels and targets of the log are command-line options"

static const struct conf_row rows[] = {
	/* Declarations. */
	BLOCK("shared-network", GLOBAL, CONF_FILES, shared_network,
	      "shared-network NAME { ... }"),
	BLOCK("subnet", NETS, CONF_FILES, subnet,
	      "subnet ADDRESS netmask MASK { ... }"),
	BLOCK("subnet6", NETS, CONF_FILES, subnet6,
	      "subnet6 PREFIX/LENGTH { ... }"),
	BLOCK("pool", CONF_IN_NETWORK | CONF_IN_SUBNET, CONF_FILES, pool,
	      "pool { ... }"),
	BLOCK("pool6", CONF_IN_SUBNET6, CONF_FILE6, pool6, "pool6 { ... }"),
	BLOCK("group", NETS | CONF_IN_SUBNET, CONF_FILES, group,
	      "group [NAME] { ... }"),
	BLOCK("host", NETS | SUBNETS, CONF_FILES, host, "host NAME { ... }"),
	BLOCK("class", NETS | SUBNETS, CONF_FILES, class,
	      "class \"NAME\" { ... }"),
	BLOCK("subclass", NETS | SUBNETS, CONF_FILES, subclass,
	      "subclass \"CLASS\" VALUE; subclass \"CLASS\" VALUE { ... }"),
	BLOCK("if", SCOPES, CONF_FILES, if,
	      "if CONDITION { ... } [elsif CONDITION { ... }] [else { ... }]"),
	BLOCK("elsif", SCOPES, CONF_FILES, else, "see if"),
	BLOCK("else", SCOPES, CONF_FILES, else, "see if"),
	BLOCK("switch", SCOPES, CONF_FILES, switch,
	      "switch (VALUE) { case VALUE: ... break; ... default: ... }"),
	BLOCK("case", SCOPES, CONF_FILES, stray_label, "see switch"),
	BLOCK("break", SCOPES, CONF_FILES, stray_label, "see switch"),
	BLOCK("dhcp4o6", CONF_IN_GLOBAL, CONF_FILES, dhcp4o6,
	      "dhcp4o6 { ... }"),
	BLOCK("include", SCOPES | OWN, CONF_FILES, include,
	      "include \"FILE\";"),

	/* Addresses and who may have them. */
	PLAIN("range", CONF_IN_SUBNET | CONF_IN_POOL, range,
	      "range [dynamic-bootp] LOW [HIGH];"),
	ONLY6("range6", CONF_IN_SUBNET6 | CONF_IN_POOL6, range6,
	      "range6 LOW HIGH | PREFIX/LENGTH;"),
	ONLY6("prefix6", CONF_IN_SUBNET6 | CONF_IN_POOL6, prefix6,
	      "prefix6 LOW HIGH /LENGTH;"),
	BLOCK("failover", SCOPES, CONF_FILES, failover,
	      "failover peer NAME { ... }"),
	PLAIN("allow", SCOPES, permit, "allow CLIENTS;"),
	PLAIN("deny", SCOPES, permit, "deny CLIENTS;"),
	PLAIN("ignore", SCOPES, permit, "ignore CLIENTS;"),
	PLAIN("match", CONF_IN_CLASS, match, "match if CONDITION; match DATA;"),
	PLAIN("spawn", CONF_IN_CLASS, spawn, "spawn with DATA;"),
	PLAIN("lease", MEMBERS, lease, "lease limit LEASES;"),
	PLAIN("hardware", CONF_IN_HOST, hardware, "hardware TYPE ADDRESS;"),
	PLAIN("fixed-address", CONF_IN_HOST, fixed_address,
	      "fixed-address ADDRESS[, ADDRESS ...];"),
	PLAIN("host-identifier", CONF_IN_HOST, host_identifier,
	      "host-identifier option NAME VALUE | v6relopt N NAME VALUE;"),
	PLAIN("fixed-address6", CONF_IN_HOST, fixed_address6,
	      "fixed-address6 ADDRESS[, ADDRESS ...];"),
	PLAIN("fixed-prefix6", CONF_IN_HOST, fixed_prefix6,
	      "fixed-prefix6 PREFIX/LENGTH;"),

	/* Parameters and options. */
	PLAIN("authoritative", SCOPES & ~CONF_IN_BRANCH, authoritative,
	      "authoritative;"),
	PLAIN("not", SCOPES & ~CONF_IN_BRANCH, not, "not authoritative;"),
	PLAIN("default-lease-time", SCOPES, param,
	      "default-lease-time SECONDS;"),
	PLAIN("min-lease-time", SCOPES, param, "min-lease-time SECONDS;"),
	PLAIN("max-lease-time", SCOPES, param, "max-lease-time SECONDS;"),
	PLAIN("preferred-lifetime", SCOPES, param,
	      "preferred-lifetime SECONDS;"),
	PLAIN("limit-addrs-per-ia", SCOPES, param, "limit-addrs-per-ia COUNT;"),
	PLAIN("limit-prefs-per-ia", SCOPES, param, "limit-prefs-per-ia COUNT;"),
	PLAIN("prefix-length-mode", SCOPES, param,
	      "prefix-length-mode ignore | prefer | exact | minimum | "
	      "maximum;"),
	PLAIN("dhcpv6-set-tee-times", SCOPES, param,
	      "dhcpv6-set-tee-times on | off;"),
	PLAIN("server-duid", CONF_IN_GLOBAL, server_duid,
	      "server-duid LLT [TYPE TIME ADDRESS] | LL [TYPE ADDRESS] | "
	      "EN NUMBER OCTETS | UUID OCTETS | NUMBER OCTETS;"),
	PLAIN("abandon-lease-time", CONF_IN_GLOBAL, abandon_time,
	      "abandon-lease-time SECONDS;"),
	PLAIN("server-identifier", SCOPES, server_identifier,
	      "server-identifier ADDRESS;"),
	VALUE("next-server", SCOPES, next_server,
	      "next-server ADDRESS; next-server = DATA;"),
	VALUE("filename", SCOPES, text_param,
	      "filename \"FILE\"; filename = DATA;"),
	VALUE("server-name", SCOPES, text_param,
	      "server-name \"NAME\"; server-name = DATA;"),
	PLAIN("min-secs", SCOPES, param, "min-secs SECONDS;"),
	PLAIN("use-host-decl-names", SCOPES, param,
	      "use-host-decl-names on | off;"),
	PLAIN("get-lease-hostnames", SCOPES, lease_hostnames,
	      "get-lease-hostnames on | off;"),
	PLAIN("ignore-client-uids", CONF_IN_GLOBAL, param,
	      "ignore-client-uids on | off;"),
	PLAIN("one-lease-per-client", SCOPES, param,
	      "one-lease-per-client on | off;"),
	PLAIN("boot-unknown-clients", SCOPES, boot_unknown,
	      "boot-unknown-clients on | off;"),
	PLAIN("option", SCOPES, option,
	      "option NAME VALUE[, VALUE ...]; option NAME = DATA; "
	      "option NAME code N = TYPE; option space NAME;"),
	PLAIN("vendor-option-space", SCOPES, vendor_space,
	      "vendor-option-space SPACE;"),
	PLAIN("site-option-space", SCOPES, site_space,
	      "site-option-space \"SPACE\";"),

	/* The dhcp4o6 block. */
	PLAIN("xdp", OWN, 4o6_choice, "xdp auto | native | generic | off;"),
	PLAIN("checksum", OWN, 4o6_choice, "checksum auto | verify | trust;"),
	PLAIN("dialect", OWN, 4o6_choice, "dialect native | isc | kea;"),
	PLAIN("inner-hints", OWN, 4o6_choice,
	      "inner-hints trust | relayed-only | ignore;"),
	PLAIN("relay-depth", OWN, 4o6_number, "relay-depth HOPS;"),
	PLAIN("window", OWN, 4o6_number, "window QUERIES;"),
	PLAIN("offer-hold", OWN, 4o6_number, "offer-hold SECONDS;"),
	PLAIN("decline-hold", OWN, 4o6_number, "decline-hold SECONDS;"),
	PLAIN("journal-compact", OWN, 4o6_number, "journal-compact MEBIBYTES;"),
	PLAIN("leases-max", OWN, 4o6_number, "leases-max LEASES;"),
	PLAIN("subnet-selection", OWN, 4o6_flag, "subnet-selection on | off;"),
	PLAIN("source-address-localization", OWN, 4o6_flag,
	      "source-address-localization on | off;"),
	PLAIN("reconfigure", OWN, 4o6_flag, "reconfigure on | off;"),
	PLAIN("peer-user", OWN, 4o6_users, "peer-user NAME[, NAME ...];"),

	/* Accepted, without effect. */
	IGNORED("ping-check", NO_PROBE),
	IGNORED("ping-timeout", NO_PROBE),
	IGNORED("ping-timeout-ms", NO_PROBE),
	IGNORED("ping-cltt-secs", NO_PROBE),
	IGNORED("ddns-update-style", NO_DNS),
	IGNORED("ddns-updates", NO_DNS),
	IGNORED("ddns-domainname", NO_DNS),
	IGNORED("ddns-hostname", NO_DNS),
	IGNORED("ddns-rev-domainname", NO_DNS),
	IGNORED("ddns-ttl", NO_DNS),
	IGNORED("ddns-local-address4", NO_DNS),
	IGNORED("ddns-local-address6", NO_DNS),
	IGNORED("ddns-dual-stack-mixed-mode", NO_DNS),
	IGNORED("ddns-guard-id-must-match", NO_DNS),
	IGNORED("ddns-other-guard-is-dynamic", NO_DNS),
	IGNORED("do-forward-updates", NO_DNS),
	IGNORED("do-reverse-updates", NO_DNS),
	IGNORED("update-optimization", NO_DNS),
	IGNORED("update-static-leases", NO_DNS),
	IGNORED("update-conflict-detection", NO_DNS),
	IGNORED("fqdn-reply", NO_DNS),
	IGNORED("log-facility", NO_LOG),
	IGNORED("log-threshold-low", "pools are watched through the metrics"),
	IGNORED("log-threshold-high", "pools are watched through the metrics"),
	IGNORED("always-broadcast", "answers travel in DHCPv6"),
	IGNORED("always-reply-rfc1048", NO_BOOTP),
	IGNORED("dynamic-bootp-lease-cutoff", NO_BOOTP),
	IGNORED("dynamic-bootp-lease-length", NO_BOOTP),
	IGNORED("limited-broadcast-address", FIXED_PORTS),
	IGNORED("stash-agent-options", "every query is looked at for itself"),
	IGNORED("delayed-ack", "leases are written in batches by themselves"),
	IGNORED("max-ack-delay", "leases are written in batches by themselves"),
	IGNORED("dhcp-cache-threshold", "every renewal is written"),
	IGNORED("dont-use-fsync", "no ACK leaves before its lease is on disk"),
	IGNORED("echo-client-id", "it is always echoed, RFC 6842"),
	IGNORED("server-id-check", "it is always checked, RFC 2131"),
	IGNORED("check-secs-byte-order", "`secs' is taken as it stands"),
	IGNORED("leasequery", NO_LQ),
	IGNORED("lease-id-format", "the lease journal is not ISC's file"),
	IGNORED("db-time-format", "the lease journal is not ISC's file"),
	IGNORED("authoring-byte-order", "the lease journal is not ISC's file"),
	IGNORED("persist-eui-64-leases", "EUI-64 addresses are not assigned"),
	IGNORED("release-on-roam", "old bindings expire by themselves"),
	LOST("pid-file-name", PIDFILE),
	LOST("dhcpv6-pid-file-name", PIDFILE),
	LOST("key", "there is neither OMAPI nor DNS update to sign"),
	LOST("zone", NO_DNS),
	LOST("omapi-port", NO_OMAPI),
	LOST("omapi-key", NO_OMAPI),
	LOST("adaptive-lease-time-threshold",
	     "lease times do not shrink in a full pool"),
	LOST("log", "messages of the configuration are not written"),
	LOST("on", "nothing is done when a lease begins or ends"),
	LOST("execute", "commands are not run"),
	LOST("eval", "its value would not be used"),
	/* Where one is asked for, that is an error. */
	LOST("set", NO_VARS),
	LOST("unset", NO_VARS),
	LOST("define", NO_VARS),

	/* Harmless only when switched off. */
	OFF_ONLY("infinite-is-reserved", "leases are not reserved"),
	OFF_ONLY("use-eui-64", "EUI-64 addresses are not assigned"),
	OFF_ONLY("use-lease-addr-for-default-route",
		 "set `option routers' instead"),
	/* Known to ISC, not done. */
	REFUSED("send", "write `option'"),
	REFUSED("supersede", "write `option'"),
	REFUSED("append", "write `option'"),
	REFUSED("prepend", "write `option'"),
	REFUSED("default", "write `option'"),
	REFUSED("allow-booting", "write `allow' or `deny booting'"),
	REFUSED("allow-bootp", "write `allow' or `deny bootp'"),
	REFUSED("dynamic-bootp", "write `allow' or `deny bootp'"),
	REFUSED("client-updates", "write `allow' or `deny client-updates'"),
	REFUSED("declines", "write `allow' or `deny declines'"),
	REFUSED("duplicates", "write `allow duplicates'"),
	REFUSED("add", "write into the class what makes a client a member"),
	REFUSED("user-class", "write `class'"),
	REFUSED("vendor-class", "write `class'"),
	REFUSED("return", "functions cannot be defined"),
	REFUSED("parse-vendor-option",
		"option 43 of clients is not taken apart"),
	REFUSED("dynamic", "host declarations stand in this file alone"),
	REFUSED("deleted", "host declarations stand in this file alone"),
	REFUSED("interface", "a network is found by the addresses in it"),
	REFUSED("lease-file-name", LEASES),
	REFUSED("dhcpv6-lease-file-name", LEASES),
	REFUSED("local-port", FIXED_PORTS),
	REFUSED("remote-port", FIXED_PORTS),
	REFUSED("local-address", FIXED_PORTS),
	REFUSED("local-address6", FIXED_PORTS),
	REFUSED("bind-local-address6", FIXED_PORTS),
};

const struct conf_language conf_server_language = {
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.own = &conf_4o6_server_tables,
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= CONF_ROWS_MAX,
	       "room in struct conf_schema");
