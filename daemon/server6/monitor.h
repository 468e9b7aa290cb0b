/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor - the privileged process of server6.
 *
 * It follows links and addresses, joins multicast groups, attaches the
 * classifier and feeds its maps, and makes AF_XDP sockets for the front. No
 * octet that a stranger sent ever reaches it.
 */
#ifndef DHCP4O6_SERVER6_MONITOR_H
#define DHCP4O6_SERVER6_MONITOR_H

#include <sys/types.h>

#include "../common/startup.h"
#include "dhcp4o6/conf/conf.h"

struct monitor; /* opaque */

struct monitor_config {
	struct startup *startup;
	const struct conf *conf;
	int udp_fd;      /* the socket on port 547, shared with the front */
	int events_fd;   /* to the front */
	int requests_fd; /* from the front */
	pid_t front_pid;
};

/* Finds out what to serve: DAEMON_EXIT_NONE, or why it cannot start. */
enum daemon_exit monitor_new(struct monitor **monitor,
			     const struct monitor_config *config);
/* Serves until a signal, or until the front is gone; an exit status. */
int monitor_run(struct monitor *monitor);
void monitor_free(struct monitor *monitor); /* detaches; NULL is allowed */

#endif /* DHCP4O6_SERVER6_MONITOR_H */
