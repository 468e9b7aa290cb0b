/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_args - the command line of a daemon: ISC's flags, with one dash, and
 * GNU long names beside them. One table per daemon drives parsing and --help.
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
	DAEMON_EXIT_USAGE = 2,
	DAEMON_EXIT_NOPERM = 77, /* EX_NOPERM */
	DAEMON_EXIT_CONFIG = 78, /* EX_CONFIG */
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
};

struct daemon_args {
	uint16_t port; /* P of -4o6 P; 0: not given */
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

/*
 * Fills *args from argv, which must stay valid. DAEMON_EXIT_NONE to go on, or
 * the status to exit with; usage errors and --help have been printed then.
 */
enum daemon_exit daemon_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct daemon_args *args);

#endif /* DHCP4O6_DAEMON_DAEMON_ARGS_H */
