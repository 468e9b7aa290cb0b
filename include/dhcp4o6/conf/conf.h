/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf - a dhcpd.conf, parsed, checked and ready to be used.
 *
 * The language is ISC's; what it does not know stands in a `dhcp4o6 { }` block.
 * conf_load() reads a file and what it includes, reports every fault it finds
 * (not the first alone) and returns a model only when there is none. A model
 * never changes after that; it owns everything it points to. Option values
 * are kept as the octets that go on the wire.
 *
 * Inheritance: a scope's parameters and options that are not set there are
 * those of its parent. conf_find_param() and conf_find_option() walk the chain.
 * Of `if' statements, and what stands behind one, they know nothing: what
 * applies to a message conf_resolve() tells, scope by scope; `authoritative'
 * and `ignore-client-uids' never depend on one.
 * No default is filled in but those of the `dhcp4o6 { }' block.
 */
#ifndef DHCP4O6_CONF_CONF_H
#define DHCP4O6_CONF_CONF_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/strbuf.h"

enum conf_family {
	CONF_DHCP4, /* the file of server4 */
	CONF_DHCP6, /* the file of server6 */
};

/* Of which space an option is: an index into conf.spaces. */
enum conf_universe {
	CONF_OPTIONS_DHCP4,
	CONF_OPTIONS_DHCP6,
	CONF_OPTIONS_AGENT,        /* suboptions of option 82 */
	CONF_OPTIONS_NWIP,         /* of option 63 */
	CONF_OPTIONS_FQDN,         /* fields of option 81, by name */
	CONF_OPTIONS_VENDOR_CLASS, /* option 124, by enterprise number */
	CONF_OPTIONS_VENDOR,       /* option 125, the same */
	CONF_OPTIONS_VSIO,         /* option 17 of DHCPv6, the same */
	CONF_OPTIONS_ISC,          /* of enterprise 2495 in option 125 */
	CONF_OPTIONS_ISC6,         /* and in option 17 of DHCPv6 */
	CONF_OPTIONS_OWN,          /* the file's own follow: `option space' */
};

#define CONF_OWN_SPACES_MAX 64

/* An option space: how the options in it are written. */
struct conf_space {
	enum conf_universe universe;
	const char *name;
	uint8_t code_width; /* octets: 1, 2 or 4 */
	/* 1, 2, or 0: options go without a length, each in one of its own. */
	uint8_t length_width;
};

/* An option the file itself defined: `option NAME code N = TYPE;'. */
struct conf_option_def {
	enum conf_universe universe;
	uint32_t code;
	const char *name;   /* with its space: dhcp6.name-servers */
	const char *format; /* private */
	/* `encapsulate SPACE': that space. CONF_OPTIONS_DHCP4: none. */
	enum conf_universe encapsulates;
};

struct conf_expr; /* dhcp4o6/conf/expr.h */

/* One option with a value, in one scope. */
struct conf_option {
	enum conf_universe universe;
	uint32_t code;
	uint16_t len;
	const uint8_t *data; /* wire form; not NULL even when len is 0 */
	bool may_be_empty;   /* of a type that means something without octets */
	/* `option NAME = EXPRESSION': the value is what it gives for each
	 * message, and data is empty. NULL: data is the value. */
	const struct conf_expr *expr;
	/*
	 * The options of this space that apply follow data, which most often is
	 * empty: dhcp4o6/conf/space.h. NULL: data is all. Each scope that sets
	 * an option of an encapsulated space has the encapsulating one as well;
	 * `vendor-option-space' is option 43 with a space.
	 */
	const struct conf_space *space;
};

enum conf_scope_kind {
	CONF_SCOPE_GLOBAL,
	CONF_SCOPE_SHARED_NETWORK,
	CONF_SCOPE_SUBNET,
	CONF_SCOPE_SUBNET6,
	CONF_SCOPE_POOL,
	CONF_SCOPE_GROUP,
	CONF_SCOPE_HOST,
	CONF_SCOPE_POOL6,
	CONF_SCOPE_CLASS,
	CONF_SCOPE_SUBCLASS,
	CONF_SCOPE_BRANCH, /* of an `if' */
	CONF_SCOPE_AFTER,  /* what stands behind an `if' */
};

/* Octets of the fields; a NUL fits too: RFC 2131 section 2. */
#define CONF_FILENAME_MAX    127
#define CONF_SERVER_NAME_MAX 63

/* Parameters that any scope may set; `set` says which are. */
enum conf_param {
	CONF_PARAM_DEFAULT_LEASE_TIME = 1 << 0,
	CONF_PARAM_MIN_LEASE_TIME = 1 << 1,
	CONF_PARAM_MAX_LEASE_TIME = 1 << 2,
	CONF_PARAM_AUTHORITATIVE = 1 << 3,
	CONF_PARAM_SERVER_IDENTIFIER = 1 << 4,
	CONF_PARAM_NEXT_SERVER = 1 << 5,
	CONF_PARAM_FILENAME = 1 << 6,
	CONF_PARAM_SERVER_NAME = 1 << 7,
	CONF_PARAM_PREFERRED_LIFETIME = 1 << 8,
	CONF_PARAM_MIN_SECS = 1 << 9,
	CONF_PARAM_GET_LEASE_HOSTNAMES = 1 << 10,
	CONF_PARAM_USE_HOST_DECL_NAMES = 1 << 11,
	CONF_PARAM_BOOTING = 1 << 12,         /* allow | deny | ignore */
	CONF_PARAM_UNKNOWN_CLIENTS = 1 << 13, /* allow | deny | ignore */
	CONF_PARAM_DECLINES = 1 << 14,        /* allow | deny | ignore */
	CONF_PARAM_DUPLICATES = 1 << 15,      /* allow | deny */
	CONF_PARAM_ONE_LEASE_PER_CLIENT = 1 << 16,
	CONF_PARAM_LIMIT_ADDRS_PER_IA = 1 << 17,
	CONF_PARAM_LIMIT_PREFS_PER_IA = 1 << 18,
	CONF_PARAM_PREFIX_LENGTH_MODE = 1 << 19,
	CONF_PARAM_SET_TEE_TIMES = 1 << 20,
	CONF_PARAM_SITE_SPACE = 1 << 21,
	CONF_PARAM_IGNORE_CLIENT_UIDS = 1 << 22, /* of the global scope alone */
};

/* What the length that a client asks for (RFC 9915 section 21.22) counts. */
enum conf_prefix_mode {
	CONF_PREFIX_IGNORE,  /* nothing: whatever is free */
	CONF_PREFIX_PREFER,  /* that length, else whatever is free; default */
	CONF_PREFIX_EXACT,   /* that length or none */
	CONF_PREFIX_MINIMUM, /* that length, else a longer prefix */
	CONF_PREFIX_MAXIMUM, /* that length, else a shorter prefix */
};

struct conf_params {
	uint32_t set; /* of enum conf_param */
	uint32_t default_lease_time_s;
	uint32_t min_lease_time_s;
	uint32_t max_lease_time_s;
	bool authoritative;
	struct in_addr server_identifier;
	struct in_addr next_server;
	const char *filename;
	const char *server_name;
	/*
	 * `filename = EXPRESSION' and its like: the value is what it gives for
	 * each message, none if that is missing. NULL: the member above is it.
	 */
	const struct conf_expr *next_server_expr;
	const struct conf_expr *filename_expr;
	const struct conf_expr *server_name_expr;
	/* DHCPv6 */
	uint32_t preferred_lifetime_s;
	uint32_t limit_addrs_per_ia; /* an IA_NA has; ISC's default is 1 */
	uint32_t limit_prefs_per_ia; /* an IA_PD has; ISC's default is 1 */
	enum conf_prefix_mode prefix_length_mode;
	bool set_tee_times; /* T1 and T2 without a value: 0.5 and 0.8 */
	/* DHCPv4 */
	uint8_t min_secs;          /* clients that wait less get no answer */
	bool get_lease_hostnames;  /* option 12 from the name of the address */
	bool use_host_decl_names;  /* option 12 from the host declaration */
	bool booting;              /* false: the client is not answered */
	bool unknown_clients;      /* false: nor is one without a host */
	bool declines;             /* false: DECLINE changes nothing */
	bool duplicates;           /* false: one lease per hardware address */
	bool ignore_client_uids;   /* clients go by their hardware address */
	bool one_lease_per_client; /* a new lease ends the client's others */
	/* Whose options are those of DHCPv4 from site_code on, 128 or 224. */
	const struct conf_space *site_space;
	uint8_t site_code;
};

struct conf_scope {
	enum conf_scope_kind kind;
	const struct conf_scope *parent; /* NULL: global */
	unsigned int line;               /* where it was declared */
	const char *file;
	uint32_t order; /* grows with the place in the file */
	struct conf_params params;
	/* Of this scope alone, sorted by universe and code, each once. */
	const struct conf_option *options;
	size_t option_count;
	/* Its `if' statements, in order; most scopes have none. */
	const struct conf_if *ifs;
	size_t if_count;
};

/* One part of an `if'; its scope's parent is the scope around the `if'. */
struct conf_branch {
	struct conf_scope scope;
	const struct conf_expr *condition; /* NULL: `else' */
};

/*
 * `if EXPR { } elsif EXPR { } else { }'. The first branch whose condition holds
 * applies: over what stands before it in the scope, under what stands behind.
 */
struct conf_if {
	const struct conf_branch *branches;
	size_t branch_count;
	/* The options and parameters between this and the next one, or the
	 * end of the scope. */
	struct conf_scope after;
};

enum conf_permit_kind {
	CONF_PERMIT_KNOWN_CLIENTS,
	CONF_PERMIT_UNKNOWN_CLIENTS,
	CONF_PERMIT_ALL_CLIENTS,
	CONF_PERMIT_MEMBERS, /* of a class */
};

struct conf_permit {
	bool allow; /* false: deny */
	enum conf_permit_kind kind;
	uint32_t class_index; /* CONF_PERMIT_MEMBERS: in conf.classes */
};

struct conf_range {
	struct in_addr first;
	struct in_addr last; /* included */
};

struct conf_pool {
	struct conf_scope scope; /* parent: the subnet or shared network */
	const struct conf_range *ranges;
	size_t range_count;
	const struct conf_permit *permits; /* none: every client */
	size_t permit_count;
};

struct conf_subnet {
	struct conf_scope scope;
	struct in_addr network;
	uint8_t prefix_len;
	struct conf_pool *pools; /* bare `range' statements form pools[0] */
	size_t pool_count;
};

struct conf_range6 {
	struct in6_addr first;
	struct in6_addr last; /* included */
};

/* `prefix6 LOW HIGH /LENGTH': prefixes of that length from first to last. */
struct conf_prefix6 {
	struct in6_addr first;
	struct in6_addr last; /* included; host bits are zero */
	uint8_t prefix_len;
};

struct conf_pool6 {
	struct conf_scope scope; /* parent: the subnet6 */
	const struct conf_range6 *ranges;
	size_t range_count;
	const struct conf_prefix6 *prefixes;
	size_t prefix_count;
	const struct conf_permit *permits; /* none: every client */
	size_t permit_count;
};

struct conf_subnet6 {
	struct conf_scope scope;
	struct in6_addr prefix;
	uint8_t prefix_len;
	/* Bare `range6' and `prefix6' statements form pools[0]. */
	struct conf_pool6 *pools;
	size_t pool_count;
};

/*
 * A subnet declared alone stands in a network of its own (implicit), which
 * sets nothing: look-ups start at the subnet, for `authoritative' as well (a
 * subnet inside a shared network never sets that one).
 */
struct conf_shared_network {
	struct conf_scope scope; /* parent: group or global */
	const char *name;        /* of an implicit one: its subnet as text */
	bool implicit;
	uint32_t index; /* position in conf.networks */
	struct conf_subnet *subnets;
	size_t subnet_count;
	struct conf_subnet6 *subnets6;
	size_t subnet6_count;
	/* Pools declared directly in the shared network. */
	struct conf_pool *pools;
	size_t pool_count;
};

struct conf_group {
	struct conf_scope scope; /* parent: where it was declared */
	const char *name;        /* NULL: none */
};

/* Hosts are global whatever they are declared in; that scope is the parent. */
struct conf_host {
	struct conf_scope scope;
	const char *name;
	uint8_t htype; /* 0: no `hardware' statement */
	uint8_t hlen;
	uint8_t chaddr[16];
	const uint8_t *client_id; /* NULL: none */
	uint16_t client_id_len;
	const struct in_addr *fixed_addresses;
	size_t fixed_address_count;
	/*
	 * `host-identifier option NAME VALUE' of a DHCPv6 client, option 1 (its
	 * DUID) most often, or `v6relopt N NAME VALUE', from the relay agent
	 * that is N relays away from the client (1: the nearest). NULL: none.
	 */
	const struct conf_option *identifier;
	uint8_t identifier_relay; /* 0: the client's own option */
	const struct in6_addr *fixed_addresses6;
	size_t fixed_address6_count;
	const struct conf_prefix6 *fixed_prefixes6; /* first and last equal */
	size_t fixed_prefix6_count;
};

/* `subclass "NAME" VALUE { }': a client for which `match' gives VALUE. */
struct conf_subclass {
	struct conf_scope scope; /* parent: the class's */
	const uint8_t *value;
	size_t value_len;
	uint32_t lease_limit; /* 0: the class's */
};

/*
 * `class "NAME" { }'. A client is a member if match_if holds and a subclass has
 * the value of match, as far as there are the two; spawn: each value makes a
 * subclass of its own when it is first seen. Its options apply over those of
 * pools and under those of hosts.
 */
struct conf_class {
	struct conf_scope scope; /* parent: global */
	const char *name;
	const struct conf_expr *match_if; /* NULL: none */
	const struct conf_expr *match;    /* NULL: none; of `spawn with' too */
	bool spawn;
	uint32_t lease_limit; /* leases its members may have; 0: no limit */
	const struct conf_subclass *subclasses; /* sorted by value */
	size_t subclass_count;
};

enum conf_xdp_mode {
	CONF_XDP_AUTO,
	CONF_XDP_NATIVE,
	CONF_XDP_GENERIC,
	CONF_XDP_OFF,
};

enum conf_checksum {
	CONF_CHECKSUM_AUTO,
	CONF_CHECKSUM_VERIFY,
	CONF_CHECKSUM_TRUST,
};

enum conf_dialect {
	CONF_DIALECT_NATIVE,
	CONF_DIALECT_ISC,
	CONF_DIALECT_KEA,
};

enum conf_hints {
	CONF_HINTS_TRUST,        /* believe 82.5, 118 and giaddr of any query */
	CONF_HINTS_RELAYED_ONLY, /* only if a DHCPv6 relay passed it on */
	CONF_HINTS_IGNORE,
};

/* The `dhcp4o6 { }` block; defaults where it is silent. */
struct conf_dhcp4o6 {
	/* server6 */
	enum conf_xdp_mode xdp_mode;
	enum conf_checksum checksum;
	enum conf_dialect dialect;
	uint8_t relay_depth; /* highest hop count accepted: 1 to 32 */
	uint32_t window;     /* queries in flight to the other half */
	bool reconfigure;    /* keys are given to clients that accept them */
	uint32_t leases_max; /* DHCPv6 leases kept, see alloc6.h */
	/* server4 */
	enum conf_hints inner_hints;
	bool subnet_selection;            /* option 118 is honoured */
	bool source_address_localization; /* RFC 7341 section 11 */
	/* both */
	uint32_t offer_hold_s;        /* an OFFER keeps its address this long */
	uint32_t decline_hold_s;      /* a declined address rests this long */
	uint32_t journal_compact_mib; /* journal is rewritten beyond this */
	/* Who may own the other half's socket, by user name. */
	const char *const *peer_users; /* empty: root, own uid, _kea, dhcpd */
	size_t peer_user_count;
};

/* `server-duid' (RFC 9915 section 11); what is not given the server adds. */
enum conf_duid {
	CONF_DUID_NONE, /* no statement */
	CONF_DUID_LLT,  /* of an interface, and the time of its making */
	CONF_DUID_LL,
	CONF_DUID_EXACT, /* the octets of it */
};

struct conf {
	enum conf_family family;
	struct conf_scope global;
	struct conf_shared_network *networks;
	size_t network_count;
	struct conf_host *hosts;
	size_t host_count;
	struct conf_group *groups;
	size_t group_count;
	const struct conf_option_def *option_defs; /* in the file's order */
	size_t option_def_count;
	const struct conf_space *spaces; /* by enum conf_universe */
	size_t space_count;
	const struct conf_class *classes; /* in the file's order */
	size_t class_count;
	enum conf_duid server_duid;
	const uint8_t *server_duid_data; /* CONF_DUID_EXACT */
	size_t server_duid_len;
	struct conf_dhcp4o6 dhcp4o6;
	void *arena; /* private */
};

enum conf_severity {
	CONF_NOTE, /* accepted, has no effect: `ping-check' */
	CONF_WARNING,
	CONF_ERROR,
};

/*
 * Called for each finding, in the order of the file. text holds the whole
 * finding: `file:line:column: error: message', the line and a caret, without
 * a newline at the end. At most 100 errors and 100 others are reported.
 */
typedef void conf_report(void *arg, enum conf_severity severity,
			 const char *text);

/*
 * 0 with *conf, or *conf is NULL: -EINVAL after at least one CONF_ERROR was
 * reported; -ENOMEM. A file that cannot be read is a CONF_ERROR too. Names in
 * `include' are relative to the working directory, as in ISC. is_4o6: `-4o6'
 * was given (`subnet6' in a DHCPv4 file is allowed with it alone). report may
 * be NULL.
 */
int conf_load(struct conf **conf, const char *path, enum conf_family family,
	      bool is_4o6, conf_report *report, void *arg);
/* The same for text in memory; path is only shown in findings. */
int conf_parse(struct conf **conf, const char *text, size_t len,
	       const char *path, enum conf_family family, bool is_4o6,
	       conf_report *report, void *arg);
void conf_free(struct conf *conf); /* NULL is allowed */

/*
 * Prints a configuration that parses to the same model: one file, nothing
 * included, the `dhcp4o6 { }' block in full.
 */
void conf_print(const struct conf *conf, struct strbuf *out);

/* The nearest values, from scope upward, that set param; NULL if none does. */
const struct conf_params *conf_find_param(const struct conf_scope *scope,
					  enum conf_param param);
/* The nearest value of an option, from scope upward; NULL if there is none. */
const struct conf_option *conf_find_option(const struct conf_scope *scope,
					   enum conf_universe universe,
					   uint32_t code);

/* Name of a standard option as in the manual; NULL if it is not known. */
const char *conf_option_name(enum conf_universe universe, uint32_t code);

#endif /* DHCP4O6_CONF_CONF_H */
