/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_args - the command lines of both clients: dhclient's flags, and the
 * environment variables that dhclient reads.
 *
 * Exit statuses are those of enum daemon_exit; 2 is what dhclient's `-1' says,
 * DAEMON_EXIT_NO_LEASE, so that a usage error is 64.
 */
#ifndef DHCP4O6_CLIENT_CLIENT_ARGS_H
#define DHCP4O6_CLIENT_CLIENT_ARGS_H

#include "../common/daemon_args.h"
#include "dhcp4o6/lease/client_lease.h"

#define CLIENT_INTERFACES_MAX 16
#define CLIENT_ARG_ENV_MAX    32
#define CLIENT_ARG_ENV_LEN    1024 /* of VAR=val */
#define CLIENT_DECLINE_WAIT_S 10

enum client_duid_type {
	CLIENT_DUID_LLT = 1, /* RFC 9915 section 11.2 */
	CLIENT_DUID_LL = 3,  /* section 11.4 */
};

/* What is to be done. */
enum client_task {
	CLIENT_TASK_LEASE,   /* get a lease and keep it */
	CLIENT_TASK_RELEASE, /* -r: end who runs, give the lease back */
	CLIENT_TASK_STOP,    /* -x: end who runs, keep the lease */
};

struct client_args {
	struct daemon_args common; /* first: common handlers know no more */
	enum client_task task;
	const char *duid_file; /* -df; NULL: not given */
	const char *script;    /* -sf, or the environment's; NULL */
	bool no_script;
	bool one_try;        /* -1 */
	bool waits_not;      /* -nw: to the background at once */
	bool waits_for_link; /* -w: an interface may come later */
	bool has_duid_type;
	enum client_duid_type duid_type; /* -D; LLT if it is not given */
	/* DHCPv6. Without -S, -N and -P an address is asked for. */
	bool stateless;        /* -S */
	uint32_t na_count;     /* -N, as often as it is given */
	uint32_t pd_count;     /* -P */
	bool require_all;      /* -R */
	uint8_t prefix_hint;   /* --prefix-len-hint; 0: none */
	uint8_t addr_len;      /* --address-prefix-len; 128 */
	uint32_t dad_wait_s;   /* --dad-wait-time; 0 */
	uint32_t decline_wait; /* --decline-wait-time, seconds */
	uint32_t timeout_s;    /* --timeout; 0: the configuration's */
	/* -e VAR=val, in order, each VAR once; they are argv's. */
	const char *env[CLIENT_ARG_ENV_MAX];
	size_t env_count;
};

extern const struct daemon_program client_program4;
extern const struct daemon_program client_program6;

/*
 * Fills *args from argv and the environment, which must stay valid.
 * DAEMON_EXIT_NONE to go on, or the status to exit with; usage errors and
 * --help have been printed then.
 */
enum daemon_exit client_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct client_args *args);

/*
 * The script of an interface, for which the configuration has `conf' (NULL:
 * nothing): --no-script, then -sf, the configuration, the environment, the one
 * that `make install' puts beside the program, if it is there. NULL: none.
 */
const char *client_args_script(const struct client_args *args,
			       const char *conf);

/* VAR=val: a shell's name, and a value without line ends. */
bool client_env_is_sound(const char *text);

#endif /* DHCP4O6_CLIENT_CLIENT_ARGS_H */
