/* SPDX-License-Identifier: BSD-2-Clause */
/* server_args - the command line of both servers. */
#ifndef DHCP4O6_DAEMON_SERVER_ARGS_H
#define DHCP4O6_DAEMON_SERVER_ARGS_H

#include "daemon_args.h"

/*
 * Fills *args from argv, which must stay valid. DAEMON_EXIT_NONE to go on, or
 * the status to exit with; usage errors and --help have been printed then.
 */
enum daemon_exit server_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct daemon_args *args);

#endif /* DHCP4O6_DAEMON_SERVER_ARGS_H */
