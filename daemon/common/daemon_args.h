/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_args - what the command lines of all daemons have in common: the
 * flags, and what an exit status means.
 */
#ifndef DHCP4O6_DAEMON_DAEMON_ARGS_H
#define DHCP4O6_DAEMON_DAEMON_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a daemon's exit status tells a service manager. */
enum daemon_exit {
	DAEMON_EXIT_OK = 0,
	DAEMON_EXIT_FAILURE = 1,
	DAEMON_EXIT_USAGE = 2,    /* of a server */
	DAEMON_EXIT_NO_LEASE = 2, /* of a client, as dhclient's: -1 got none */
	DAEMON_EXIT_CLIENT_USAGE = 64, /* EX_USAGE */
	DAEMON_EXIT_NOPERM = 77,       /* EX_NOPERM */
	DAEMON_EXIT_CONFIG = 78,       /* EX_CONFIG */
	/* Not an exit status: the arguments are good, go on. */
	DAEMON_EXIT_NONE = -1,
};

enum daemon_family {
	DAEMON_DHCP4,
	DAEMON_DHCP6,
};

/* What differs between the programs. */
struct daemon_program {
	const char *name; /* "dhcp4o6-server6" */
	const char *purpose;
	enum daemon_family family;
	const char *other_name; /* the program of the other family */
	const char *conf_file;  /* default paths */
	const char *lease_file;
	const char *pid_file;
	bool takes_interfaces;
	bool is_client;
};

struct daemon_args {
	uint16_t port; /* P of -4o6 P */
	const char *conf_file;
	const char *lease_file;
	const char *pid_file; /* NULL: --no-pid */
	const char *run_dir;  /* control sockets */
	const char *bpf_dir;  /* root of pinned maps */
	const char *user;     /* NULL: the uid stays */
	const char *group;
	bool foreground;    /* -f or -d */
	bool log_to_stderr; /* -d, -t */
	bool test_config;   /* -t, -T */
	bool test_leases;   /* -T */
	bool print_config;  /* --print-config: like -t */
	bool quiet;
	int log_level; /* enum log_level */
	char *const *interfaces;
	size_t interface_count;
};

struct arg_block;
struct arg_state;

/* Rows for arg_table.h: what stands before a program's own, and behind. */
extern const struct arg_block daemon_args_first;
extern const struct arg_block daemon_args_last;

/* The handler of -t, for flags that imply it. */
enum daemon_exit daemon_args_handle_test(struct arg_state *state,
					 const char *value);

/* The status of a usage error. */
enum daemon_exit daemon_usage_status(const struct daemon_program *program);

/* Defaults, before the flags. */
void daemon_args_init(struct daemon_args *args,
		      const struct daemon_program *program);
/* What flags have to do with each other, after them: DAEMON_EXIT_NONE, or the
 * status to exit with after an error was printed. */
enum daemon_exit daemon_args_check(const struct daemon_args *args,
				   const struct daemon_program *program);

#endif /* DHCP4O6_DAEMON_DAEMON_ARGS_H */
