/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script_env - the environment of the client's script: dhclient-script(8)'s
 * contract, and variables that tell DHCPv4 over DHCPv6 (new_dhcp4o6=1,
 * new_dhcp4o6_server=ADDRESS).
 *
 * Pure: from a lease to a bounded list of NAME=VALUE. Values are printed as
 * dhclient prints them, and what it keeps from its script is kept from ours:
 * names of hosts and domains that are none, root paths that a shell would read.
 * Every value is printable ASCII in one line. What was left out is counted.
 *
 * The list goes to the hands, which check it again, by script_env_parse(),
 * and add what is theirs: PATH and `-e' variables.
 */
#ifndef DHCP4O6_CLIENT_SCRIPT_ENV_H
#define DHCP4O6_CLIENT_SCRIPT_ENV_H

#include <sys/types.h>

#include "dhcp4o6/conf/client_conf.h"
#include "dhcp4o6/lease/client_lease.h"

#define SCRIPT_ENV_MAX      640        /* variables */
#define SCRIPT_ENV_OCTETS   49152      /* of all, each with a NUL behind */
#define SCRIPT_ENV_NEVER    UINT32_MAX /* new_expiry of a lease without end */
#define SCRIPT_DAD_WAIT_MAX 600

enum script_reason {
	SCRIPT_PREINIT,
	SCRIPT_BOUND,
	SCRIPT_RENEW,
	SCRIPT_REBIND,
	SCRIPT_REBOOT,
	SCRIPT_EXPIRE,
	SCRIPT_FAIL,
	SCRIPT_TIMEOUT,
	SCRIPT_RELEASE,
	SCRIPT_STOP,
	SCRIPT_PREINIT6,
	SCRIPT_BOUND6,
	SCRIPT_RENEW6, /* also: options alone, of a stateless client */
	SCRIPT_REBIND6,
	SCRIPT_DEPREF6, /* of a lease: cur_ variables */
	SCRIPT_EXPIRE6,
	SCRIPT_RELEASE6,
	SCRIPT_STOP6,
	SCRIPT_REASON_COUNT,
};

const char *script_reason_name(enum script_reason reason); /* "BOUND" */

struct script_env {
	size_t count;
	size_t used;       /* octets of text */
	uint32_t unsafe;   /* values left out: not of their type, or not safe */
	uint32_t unroomed; /* left out for want of room */
	char text[SCRIPT_ENV_OCTETS]; /* NAME=VALUE, NUL, ... */
};

/* What a call of the script is about; all of it the caller's. */
struct script_call {
	enum script_reason reason;
	const char *interface;
	pid_t pid;
	uint32_t dad_wait_s;
	/* The client's own option definitions: struct client_conf has them. */
	const struct conf_option_def *defs;
	size_t def_count;
	/* Codes that were asked for: requested_ variables. */
	const struct client_conf_code *requested;
	size_t requested_count;
};

/* A DHCPv4 lease; options: what applies, NULL: the lease's own. */
struct script_lease4 {
	const struct client_lease4 *lease;
	const struct client_options *options;
};

/* An address or prefix; stateless: neither ia nor item. */
struct script_lease6 {
	const struct client_lease6 *lease;
	const struct client_options *options; /* NULL: the lease's own */
	const struct client_ia *ia;
	const struct client_item *item;
	uint8_t addr_len; /* new_ip6_prefixlen */
};

/*
 * The environment of a call about the lease `now', which had been `before'
 * (NULL: none); variables have the prefixes that dhclient gives them for this
 * reason. What is most needed comes first and finds room first.
 */
void script_env_fill4(struct script_env *env, const struct script_call *call,
		      const struct script_lease4 *now,
		      const struct script_lease4 *before);
void script_env_fill6(struct script_env *env, const struct script_call *call,
		      const struct script_lease6 *now,
		      const struct script_lease6 *before);

/* The next variable after `at' (NULL: the first), or NULL. */
const char *script_env_next(const struct script_env *env, const char *at);

/*
 * Takes octets that somebody else filled. 0; -EINVAL unless it is a list of
 * variables that this module makes, each in its form, `reason' one of the above
 * and `interface' this one.
 */
int script_env_parse(struct script_env *env, const char *interface,
		     const void *text, size_t len);

#endif /* DHCP4O6_CLIENT_SCRIPT_ENV_H */
