/* SPDX-License-Identifier: BSD-2-Clause */
/* privileges - startup's part about who may do what while serving. */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "startup.h"

#define NOTIFY_PATIENCE_S 1

static int change_user(const struct startup *startup)
{
	if (!startup->args->user || startup->uid == getuid())
		return 0;
	if (setgroups(1, &startup->gid) < 0 ||
	    setresgid(startup->gid, startup->gid, startup->gid) < 0)
		return -errno;
	/* Keeps the permitted set; capng_apply() below says what remains. */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -errno;
	if (setresuid(startup->uid, startup->uid, startup->uid) < 0)
		return -errno;
	return 0;
}

int startup_act_as_server(const struct startup *startup, bool on)
{
	static gid_t groups[NGROUPS_MAX];
	static int count;
	static gid_t gid;

	if (!startup->args->user || startup->uid == getuid())
		return 0;
	if (!on)
		return seteuid(getuid()) < 0 || setegid(gid) < 0 ||
				       setgroups((size_t)count, groups) < 0
			       ? -errno
			       : 0;
	gid = getegid();
	count = getgroups(NGROUPS_MAX, groups);
	if (count < 0 || setgroups(1, &startup->gid) < 0 ||
	    setegid(startup->gid) < 0 || seteuid(startup->uid) < 0)
		return -errno;
	return 0;
}

int startup_drop_privileges(const struct startup *startup, int keep)
{
	const capng_type_t sets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;
	bool had_setpcap;
	int err;

	capng_get_caps_process();
	had_setpcap = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	err = 0;
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep >= 0)
		capng_update(CAPNG_ADD, sets, (unsigned int)keep);
	/* The bounding set can only be cleared while CAP_SETPCAP is there. */
	if (had_setpcap)
		err = capng_apply(CAPNG_SELECT_BOUNDS);
	if (err)
		return -EPERM;
	err = change_user(startup);
	if (err)
		return err;
	if (capng_apply(CAPNG_SELECT_CAPS))
		return -EPERM;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/* Runs as who will serve: 0, or an errno as exit status. */
static int probe_directory(const char *path)
{
	char copy[PATH_MAX], probe[PATH_MAX + 32];
	int fd;

	if (strlen(path) >= sizeof(copy))
		return ENAMETOOLONG;
	strcpy(copy, path);
	snprintf(probe, sizeof(probe), "%s/.dhcp4o6-probe-%d", dirname(copy),
		 (int)getpid());
	fd = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	if (unlink(probe) < 0)
		return errno;
	if (access(path, F_OK) == 0) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return errno;
		close(fd);
	}
	return 0;
}

static void log_unwritable(const struct startup *startup, const char *path,
			   int err)
{
	char copy[PATH_MAX], of[64] = "";
	struct stat st;

	if (err == ENOENT || err == ENOTDIR) {
		log_error("lease file %s: there is no such directory", path);
		return;
	}
	if (err == EISDIR) {
		log_error("lease file %s: it is a directory", path);
		return;
	}
	snprintf(copy, sizeof(copy), "%s", path);
	if (stat(dirname(copy), &st) == 0)
		snprintf(of, sizeof(of), " (of uid %u, mode %03o)",
			 (unsigned int)st.st_uid, st.st_mode & 0777U);
	log_error("lease file %s: uid %u, which will serve without "
		  "capabilities, cannot write it or replace it in its "
		  "directory%s: %s",
		  path, (unsigned int)startup->uid, of, strerror(err));
}

enum daemon_exit startup_check_writable(const struct startup *startup,
					const char *path)
{
	int status, err;
	pid_t child;

	child = fork();
	if (child < 0) {
		log_error("fork: %s", strerror(errno));
		return DAEMON_EXIT_FAILURE;
	}
	if (child == 0) {
		err = startup_drop_privileges(startup, -1);
		_exit(err ? -err : probe_directory(path));
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	err = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
	if (!err)
		return DAEMON_EXIT_NONE;
	log_unwritable(startup, path, err);
	return err == EACCES || err == EPERM || err == EROFS
		       ? DAEMON_EXIT_NOPERM
		       : DAEMON_EXIT_FAILURE;
}

int64_t startup_watchdog_ms(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	char *end;
	long long us;

	if (!text || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	us = strtoll(text, &end, 10);
	return errno || *end ? 0 : us / 2000;
}

void startup_notify(const char *state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = NOTIFY_PATIENCE_S };
	const char *path = getenv("NOTIFY_SOCKET");
	bool is_sign = strcmp(state, "WATCHDOG=1") == 0;
	socklen_t len;
	int fd;

	if (!path || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(sun.sun_path))
		return;
	strcpy(sun.sun_path, path);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			  strlen(path));
	if (sun.sun_path[0] == '@') /* abstract */
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/*
	 * A service manager that does not listen is no reason to stop, nor, in
	 * the loop of packets, to wait: the next sign of life comes by itself.
	 */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
			 sizeof(patience));
	(void)sendto(fd, state, strlen(state),
		     MSG_NOSIGNAL | (is_sign ? MSG_DONTWAIT : 0),
		     (struct sockaddr *)&sun, len);
	close(fd);
}
