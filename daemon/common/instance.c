/* SPDX-License-Identifier: BSD-2-Clause */
#include "instance.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/ctl/ctl_server.h"

#define CTL_GROUP "dhcp4o6"

static void add_uid(struct instance_peers *peers, uid_t uid)
{
	size_t i;

	for (i = 0; i < peers->count; i++) {
		if (peers->uids[i] == uid)
			return;
	}
	if (peers->count < IPC_PEER_UIDS_MAX)
		peers->uids[peers->count++] = uid;
}

/* The users that packages of the other servers make. */
static void add_default_uids(struct instance_peers *peers,
			     const struct startup *startup)
{
	static const char *const names[] = { "_kea", "dhcpd" };
	const struct passwd *pw;
	size_t i;

	add_uid(peers, 0);
	add_uid(peers, startup->uid);
	if (startup->program->is_client)
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pw = getpwnam(names[i]);
		if (pw)
			add_uid(peers, pw->pw_uid);
	}
}

int instance_find_peers(struct instance_peers *peers,
			const struct startup *startup,
			const struct conf_dhcp4o6 *own,
			char text[INSTANCE_TEXT_SIZE])
{
	const struct passwd *pw;
	size_t i;

	peers->count = 0;
	if (!own->peer_user_count)
		add_default_uids(peers, startup);
	if (own->peer_user_count > IPC_PEER_UIDS_MAX) {
		snprintf(text, INSTANCE_TEXT_SIZE,
			 "peer-user: more than %d users", IPC_PEER_UIDS_MAX);
		return -EINVAL;
	}
	for (i = 0; i < own->peer_user_count; i++) {
		pw = getpwnam(own->peer_users[i]);
		if (!pw) {
			snprintf(text, INSTANCE_TEXT_SIZE,
				 "peer-user %.100s: there is no such user",
				 own->peer_users[i]);
			return -EINVAL;
		}
		add_uid(peers, pw->pw_uid);
	}
	return 0;
}

static void open_ctl(struct instance *instance, const struct startup *startup,
		     const char *half_name)
{
	const struct daemon_args *args = startup->args;
	const struct group *gr = getgrnam(CTL_GROUP);
	int err;

	if (mkdir(args->run_dir, 0755) < 0 && errno != EEXIST)
		log_warning("%s: %s", args->run_dir, strerror(errno));
	err = ctl_socket_path(instance->ctl_path, args->run_dir, half_name,
			      args->port);
	if (!err)
		err = ctl_listen(instance->ctl_path,
				 gr ? gr->gr_gid : (gid_t)-1);
	if (err < 0) {
		log_warning("no control socket %s: %s; dhcp4o6ctl will not "
			    "reach this one",
			    instance->ctl_path, strerror(-err));
		return;
	}
	instance->ctl_fd = err;
	instance->has_ctl_path = true;
}

enum daemon_exit instance_open(struct instance *instance,
			       const struct startup *startup,
			       const struct conf_dhcp4o6 *own,
			       const char *half_name)
{
	char text[INSTANCE_TEXT_SIZE];

	*instance = (struct instance){ .ctl_fd = -1 };
	open_ctl(instance, startup, half_name);
	if (!instance_find_peers(&instance->peers, startup, own, text))
		return DAEMON_EXIT_NONE;
	log_error("%s", text);
	return DAEMON_EXIT_CONFIG;
}

void instance_leave_to_child(struct instance *instance)
{
	if (instance->ctl_fd >= 0)
		close(instance->ctl_fd);
	instance->ctl_fd = -1;
}

void instance_close(struct instance *instance)
{
	if (instance->has_ctl_path)
		unlink(instance->ctl_path);
	instance->has_ctl_path = false;
}

int instance_open_link(const struct startup *startup, enum ipc_half half)
{
	uint16_t port = startup->args->port;
	unsigned int own = half == IPC_HALF_V6 ? port : port + 1U;
	int fd;

	fd = ipc_link_socket(half, port, IPC_LINK_BUFFER_DEFAULT);
	if (fd >= 0)
		return fd;
	log_error("UDP port %u on ::1: %s%s", own, strerror(-fd),
		  fd == -EADDRINUSE ? "; another process has it (-4o6 "
				      "chooses the port)"
				    : "");
	return -1;
}
