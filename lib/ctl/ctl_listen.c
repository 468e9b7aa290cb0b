/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_listen - a listening Unix socket in place of a dead one.
 *
 * A socket file outlives a daemon that was killed. It may go when nobody
 * answers on it. Two daemons that start at the same moment could both think
 * so; what keeps two of one instance apart is the UDP port that both bind.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dhcp4o6/ctl/ctl_server.h"

#define LISTEN_BACKLOG 8

/* 0 when a daemon answers at addr, or why it does not. */
static int probe(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		err = -errno;
	close(fd);
	return err == -EAGAIN ? 0 : err; /* alive with a full backlog */
}

static int remove_dead(const struct sockaddr_un *addr)
{
	struct stat st;
	int err;

	if (lstat(addr->sun_path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	err = probe(addr);
	if (err == 0)
		return -EADDRINUSE;
	if (err != -ECONNREFUSED)
		return err;
	return unlink(addr->sun_path) && errno != ENOENT ? -errno : 0;
}

/*
 * Mode 0660 from the start: chmod(2) would follow a link that whoever owns the
 * directory put in the socket's place.
 */
static int bind_private(int fd, const struct sockaddr_un *addr)
{
	mode_t mask = umask(0117);
	int err = bind(fd, (const struct sockaddr *)addr, sizeof(*addr))
			  ? -errno
			  : 0;

	umask(mask);
	return err;
}

int ctl_listen(const char *path, gid_t group)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int err;
	int fd;

	if (len == 0 || len >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, len + 1);
	err = remove_dead(&addr);
	if (err)
		return err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = bind_private(fd, &addr);
	if (err)
		goto out_fd;
	/* Nobody can connect before listen(), so the group is in force. */
	if (group != (gid_t)-1 && lchown(path, (uid_t)-1, group))
		err = -errno;
	if (!err && listen(fd, LISTEN_BACKLOG))
		err = -errno;
	if (!err)
		return fd;

	unlink(path);
out_fd:
	close(fd);
	return err;
}
