/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instance - what a daemon opens for its instance (the port of the pair): the
 * run directory, the control socket, the socket to the other half, and whom
 * to trust there.
 */
#ifndef DHCP4O6_DAEMON_INSTANCE_H
#define DHCP4O6_DAEMON_INSTANCE_H

#include "dhcp4o6/ctl/ctl.h"
#include "dhcp4o6/ipc/link.h"
#include "dhcp4o6/ipc/peer.h"
#include "startup.h"

#define INSTANCE_TEXT_SIZE 160

/* Who may own the other half's socket. */
struct instance_peers {
	uid_t uids[IPC_PEER_UIDS_MAX];
	size_t count;
};

struct instance {
	int ctl_fd; /* listening; -1: there is none, which was said */
	char ctl_path[CTL_PATH_MAX];
	bool has_ctl_path; /* to be unlinked at the end */
	struct instance_peers peers;
};

/* half_name: "server4", "client6", ... */
enum daemon_exit instance_open(struct instance *instance,
			       const struct startup *startup,
			       const struct conf_dhcp4o6 *own,
			       const char *half_name);
/*
 * Whom `peer-user' names, or the default. -EINVAL, with text, for a user that
 * does not exist, or too many of them. May wait for the user database.
 */
int instance_find_peers(struct instance_peers *peers,
			const struct startup *startup,
			const struct conf_dhcp4o6 *own,
			char text[INSTANCE_TEXT_SIZE]);
/* After fork: the child serves the control socket; this process unlinks it. */
void instance_leave_to_child(struct instance *instance);
void instance_close(struct instance *instance);

/* The socket to the other half, or -1 after saying why. */
int instance_open_link(const struct startup *startup, enum ipc_half half);

#endif /* DHCP4O6_DAEMON_INSTANCE_H */
