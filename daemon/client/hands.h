/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hands - the privileged process of a client.
 *
 * It opens sockets, follows links and addresses, sets addresses, routes and the
 * MTU, and runs the script, of the interfaces on the command line and of no
 * others. No octet that a stranger sent is looked at here. What is to be done
 * the other process says, the head: hands_msg.h. When either ends the other one
 * ends; on SIGTERM the head is told to finish.
 */
#ifndef DHCP4O6_CLIENT_HANDS_H
#define DHCP4O6_CLIENT_HANDS_H

#include <sys/types.h>

#include "../common/startup.h"
#include "client_args.h"
#include "hands_msg.h"

#define HANDS_EVENTS_MAX 4096 /* that the head has not read */

struct hands; /* opaque */

struct hands_slot_config {
	const char *name;
	const char *script; /* NULL: none is run */
};

struct hands_config {
	struct startup *startup; /* for HANDS_READY */
	const struct hands_slot_config *slots;
	size_t slot_count;      /* 1 to CLIENT_INTERFACES_MAX */
	const char *const *env; /* `-e' variables */
	size_t env_count;
	uint16_t port;       /* of HANDS_OPEN_UDP: 546, or another for tests */
	bool waits_for_link; /* an interface may come later */
	int events_fd;       /* to the head */
	int requests_fd;     /* from the head */
	pid_t head_pid;
};

/* Tells the head what is there: DAEMON_EXIT_NONE, or why it cannot start. */
enum daemon_exit hands_new(struct hands **hands,
			   const struct hands_config *config);
/* Until the head is gone; the head's exit status, or a failure. */
int hands_run(struct hands *hands);
void hands_free(struct hands *hands); /* kills scripts; NULL is allowed */

/* The head: an exit status. */
typedef int hands_head(void *arg, int events_fd, int requests_fd);

/*
 * Both processes: forks the head, which gives up every capability, and the uid
 * with -user, before head() is called, and is the hands until it is gone.
 * config has no descriptors and no pid yet; head_fds are the head's alone. The
 * status to exit with.
 */
int hands_serve(const struct hands_config *config, const int *head_fds,
		size_t head_fd_count, hands_head *head, void *arg);

#endif /* DHCP4O6_CLIENT_HANDS_H */
