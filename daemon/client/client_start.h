/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_start - what both clients do between their command line and their
 * loop, beside startup.h: configuration, lease file, control socket, and the
 * end of the client that runs already.
 */
#ifndef DHCP4O6_CLIENT_CLIENT_START_H
#define DHCP4O6_CLIENT_CLIENT_START_H

#include "../common/instance.h"
#include "client_args.h"
#include "dhcp4o6/conf/client_conf.h"

/*
 * Reads the configuration and shows every finding. That there is none in the
 * default place is not an error. DAEMON_EXIT_NONE, or DAEMON_EXIT_CONFIG.
 */
enum daemon_exit client_load_conf(const struct startup *startup,
				  struct client_conf **conf);
/* As startup_print_conf(). */
enum daemon_exit client_print_conf(const struct startup *startup,
				   const struct client_conf *conf);

/*
 * The lease file, or no lease where there is none yet; it can be written by who
 * will serve. DAEMON_EXIT_NONE, DAEMON_EXIT_CONFIG or DAEMON_EXIT_NOPERM.
 */
enum daemon_exit client_read_leases(const struct startup *startup,
				    struct client_leases **leases);

/* As instance_open(); half_name: "client4", "client6". */
enum daemon_exit client_open_instance(struct instance *instance,
				      const struct startup *startup,
				      const struct client_conf *conf,
				      const char *half_name);

/* Whom `peer-user' names, or the default: instance_find_peers(). */
int client_find_peers(struct instance_peers *peers,
		      const struct startup *startup,
		      const struct client_conf *conf,
		      char text[INSTANCE_TEXT_SIZE]);

/*
 * -r and -x: ends the client that the pid file names and waits until it is
 * gone. A process of another name is left alone, and is as if there were none.
 * DAEMON_EXIT_NONE, or a status after a line that says why.
 */
enum daemon_exit client_end_running(const struct startup *startup);

/* An interface is changed by who may: DAEMON_EXIT_NONE or _NOPERM. */
enum daemon_exit client_check_capabilities(void);

/* A script that was asked for by name can be run: DAEMON_EXIT_NONE. */
enum daemon_exit client_check_script(const char *script);

#endif /* DHCP4O6_CLIENT_CLIENT_START_H */
