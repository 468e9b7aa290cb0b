/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_conf - a dhclient.conf, parsed, checked and ready to be used.
 *
 * The language is ISC's dhclient.conf(5); what it does not know stands in a
 * `dhcp4o6 { }' block. Findings are reported as those of conf.h: all of them,
 * each with its place, and there is a model only if none is an error. One file
 * serves both clients; each reads of it what is of its family.
 *
 * What a value's expression asks: of SEND the client's hardware alone, of the
 * others also the options that were received, the address and its lifetime.
 * gethostname() is the name when the file was read. A missing value is as if
 * the statement were not there.
 */
#ifndef DHCP4O6_CONF_CLIENT_CONF_H
#define DHCP4O6_CONF_CLIENT_CONF_H

#include "dhcp4o6/conf/conf.h"

enum client_conf_how {
	/* To servers, in every message it fits. `fqdn.NAME' is in options 81
	 * and dhcp6.39, unless these are set themselves. */
	CLIENT_CONF_SEND,
	CLIENT_CONF_DEFAULT,   /* used if the server does not send it */
	CLIENT_CONF_SUPERSEDE, /* used whatever the server sends */
	/* Put before what the server sends, or behind it. Lists of domains are
	 * not compressed here; the server's may be, with pointers that count
	 * from its own start. */
	CLIENT_CONF_PREPEND,
	CLIENT_CONF_APPEND,
	CLIENT_CONF_HOW_COUNT,
};

struct client_conf_code {
	enum conf_universe universe; /* CONF_OPTIONS_DHCP4 or _DHCP6 */
	uint16_t code;
};

/* `reject ADDRESS[/LENGTH], ...': servers that are not listened to. */
struct client_conf_reject {
	int family; /* AF_INET, AF_INET6 */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
	uint8_t prefix_len;
};

/* Seconds, `infinite' being UINT32_MAX; see dhcp4o6-client.conf(5). */
struct client_conf_times {
	uint32_t timeout_s;          /* until a try is given up; 60 */
	uint32_t retry_s;            /* until the next one; 300 */
	uint32_t select_timeout_s;   /* more OFFERs are waited for; 0 */
	uint32_t reboot_s;           /* INIT-REBOOT is given up after; 10 */
	uint32_t initial_interval_s; /* first retransmission; 4 (RFC 2131) */
	uint32_t backoff_cutoff_s;   /* longest retransmission; 64 */
	uint32_t initial_delay_s;    /* before the first message at most; 0 */
};

struct client_conf_scope {
	/* Of all: sorted by universe and code, each once. */
	const struct conf_option *options[CLIENT_CONF_HOW_COUNT];
	size_t option_count[CLIENT_CONF_HOW_COUNT];
	/* In the file's order, each once. has_request: one was given, maybe
	 * an empty one; else the client's own list applies, with these behind
	 * it (`also request'). */
	bool has_request;
	const struct client_conf_code *request;
	size_t request_count;
	const struct client_conf_code *require;
	size_t require_count;
	const struct client_conf_reject *reject;
	size_t reject_count;
	struct client_conf_times times;
	const char *script; /* NULL: none named */
	/* `alias { interface I; fixed-address A; }'; 0.0.0.0: none. */
	struct in_addr alias;
	uint8_t alias_prefix_len;
};

/*
 * `interface "NAME" { }': everything applies that is global, and this, which
 * takes the place of what it sets as well; what PREPEND has here stands before,
 * what APPEND has behind what is global, and servers are rejected by both.
 */
struct client_conf_interface {
	const char *name;
	struct client_conf_scope scope; /* what is global is merged in */
	bool has_hardware;
	uint8_t htype;
	uint8_t hlen;
	uint8_t chaddr[16];
};

/* The `dhcp4o6 { }' block; defaults where it is silent. */
struct client_conf_dhcp4o6 {
	/* `response-source any | servers': from whom DHCPV4-RESPONSEs count;
	 * servers: those in option 88, when all are unicast addresses. any. */
	bool source_check;
	/* `stop-native yes | no': RFC 7341 section 9, native DHCPv4. yes. */
	bool stop_native;
	/* Who may own the other half's socket; empty: root and own uid. */
	const char *const *peer_users;
	size_t peer_user_count;
};

struct client_model;

struct client_conf {
	struct client_conf_scope global;
	const struct client_conf_interface *interfaces;
	size_t interface_count;
	const struct conf_option_def *option_defs;
	size_t option_def_count;
	const uint8_t *default_duid; /* NULL: none */
	size_t default_duid_len;
	struct client_conf_dhcp4o6 dhcp4o6;
	const struct client_model *model; /* private */
};

/* As conf_load() and conf_parse(). A file that does not exist: -ENOENT without
 * a finding, which only the caller can tell from a mistake; what it includes
 * has to exist. */
int client_conf_load(struct client_conf **conf, const char *path,
		     conf_report *report, void *arg);
int client_conf_parse(struct client_conf **conf, const char *text, size_t len,
		      const char *path, conf_report *report, void *arg);
void client_conf_free(struct client_conf *conf); /* NULL is allowed */
/* What client_conf_parse() takes for the same model. */
void client_conf_print(const struct client_conf *conf, struct strbuf *out);

/* Never NULL: the global scope if the interface has no block. */
const struct client_conf_scope *
client_conf_scope(const struct client_conf *conf, const char *interface);

#endif /* DHCP4O6_CONF_CLIENT_CONF_H */
