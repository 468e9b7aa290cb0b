/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * startup - what every daemon does between its command line and its loop, in
 * this order: startup_background(), startup_pid_file(), open what needs
 * privilege, startup_drop_privileges(), startup_ready().
 */
#ifndef DHCP4O6_DAEMON_STARTUP_H
#define DHCP4O6_DAEMON_STARTUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon_args.h"
#include "dhcp4o6/conf/conf.h"

struct startup {
	const struct daemon_program *program;
	const struct daemon_args *args;
	int ready_fd; /* to the waiting parent; -1 in the foreground */
	uid_t uid;    /* who will serve */
	gid_t gid;
	bool has_pid_file; /* ours, to be removed at the end */
};

/* Opens the log, resolves -user and -group: DAEMON_EXIT_NONE or a status. */
enum daemon_exit startup_init(struct startup *startup,
			      const struct daemon_program *program,
			      const struct daemon_args *args);

/*
 * Reads the configuration and shows every finding. DAEMON_EXIT_CONFIG when
 * there is an error; *conf is the caller's otherwise.
 */
enum daemon_exit startup_load_conf(const struct startup *startup,
				   struct conf **conf);

/*
 * --print-config: prints it to standard output. DAEMON_EXIT_NONE to go on with
 * -t or -T, else DAEMON_EXIT_OK, or DAEMON_EXIT_FAILURE.
 */
enum daemon_exit startup_print_conf(const struct startup *startup,
				    const struct conf *conf);

/* What both are made of, for other kinds of configuration. A conf_report: */
void startup_show_finding(void *startup, enum conf_severity severity,
			  const char *text);
/* Of a load that returned err: says so if it is not 0. */
enum daemon_exit startup_end_load(const struct startup *startup, int err);
/* Prints text and frees it. */
enum daemon_exit startup_print_text(const struct startup *startup,
				    struct strbuf *text);

/*
 * Opens files as who will serve, with its uid and groups alone, until the
 * matching call with false: a file in a directory of its own is not to be read
 * with more rights than it has. 0 or a negative errno; nothing to do without
 * -user. Only while there is one thread.
 */
int startup_act_as_server(const struct startup *startup, bool on);

/*
 * Checks that who will serve can create and replace `path` in its directory:
 * a journal that can not be rewritten later is better refused now.
 */
enum daemon_exit startup_check_writable(const struct startup *startup,
					const char *path);

/*
 * Leaves the terminal unless -f or -d was given. The parent waits inside and
 * exits 0 when the child calls startup_ready(), else with the child's status.
 */
enum daemon_exit startup_background(struct startup *startup);

/* A pid file of a live process is an error; a stale one is replaced. */
enum daemon_exit startup_pid_file(struct startup *startup);

/*
 * Gives up all capabilities but `keep` (a libcap-ng number, -1: none) and, if
 * -user was given, the uid and groups; no way back (no_new_privs).
 */
int startup_drop_privileges(const struct startup *startup, int keep);

/* Tells the waiting parent and the service manager that the daemon serves. */
void startup_ready(struct startup *startup);

/*
 * In a second process of the daemon: the first one tells the parent. Logging
 * goes where the daemon's goes in the end.
 */
void startup_leave_to_parent(struct startup *startup);

/*
 * How often the service manager wants to hear WATCHDOG=1, halved, as
 * sd_watchdog_enabled(3) advises; 0: never. From whichever process can hang.
 */
int64_t startup_watchdog_ms(void);

/* sd_notify(3) without libsystemd: no effect without NOTIFY_SOCKET. Waits a
 * second at most, and for WATCHDOG=1 not at all. */
void startup_notify(const char *state);

/* Removes the pid file and says STOPPING=1. */
void startup_fini(struct startup *startup);

#endif /* DHCP4O6_DAEMON_STARTUP_H */
