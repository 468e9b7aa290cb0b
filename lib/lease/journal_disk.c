/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_disk - the system calls under the journal, one each. An interrupted
 * call is made again; nothing else is decided here.
 */
#include "dhcp4o6/lease/journal_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int system_open(void *ctx, const char *path, int flags, mode_t mode)
{
	int fd;

	(void)ctx;
	do {
		fd = open(path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

static void system_close(void *ctx, int fd)
{
	(void)ctx;
	close(fd);
}

static ssize_t system_pread(void *ctx, int fd, void *data, size_t len,
			    uint64_t offset)
{
	ssize_t n;

	(void)ctx;
	do {
		n = pread(fd, data, len, (off_t)offset);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t system_pwrite(void *ctx, int fd, const void *data, size_t len,
			     uint64_t offset)
{
	ssize_t n;

	(void)ctx;
	do {
		n = pwrite(fd, data, len, (off_t)offset);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* An interrupted sync says nothing of what it wrote: the caller sees EINTR. */
static int system_datasync(void *ctx, int fd)
{
	(void)ctx;
	return fdatasync(fd) ? -errno : 0;
}

static int system_truncate(void *ctx, int fd, uint64_t size)
{
	int ret;

	(void)ctx;
	do {
		ret = ftruncate(fd, (off_t)size);
	} while (ret && errno == EINTR);
	return ret ? -errno : 0;
}

static int system_fstat(void *ctx, int fd, struct stat *st)
{
	(void)ctx;
	return fstat(fd, st) ? -errno : 0;
}

static int system_stat(void *ctx, const char *path, struct stat *st)
{
	(void)ctx;
	return stat(path, st) ? -errno : 0;
}

static int system_set_owner(void *ctx, int fd, uid_t uid, gid_t gid)
{
	(void)ctx;
	return fchown(fd, uid, gid) ? -errno : 0;
}

static int system_set_mode(void *ctx, int fd, mode_t mode)
{
	(void)ctx;
	return fchmod(fd, mode) ? -errno : 0;
}

static int system_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return rename(from, to) ? -errno : 0;
}

static int system_link(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return link(from, to) ? -errno : 0;
}

static int system_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path) ? -errno : 0;
}

static int system_sync_dir(void *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	int fd, err = 0;

	if (slash == path)
		slash++; /* the root directory keeps its name */
	if (slash && (size_t)(slash - path) >= sizeof(dir))
		return -ENAMETOOLONG;
	if (slash) {
		memcpy(dir, path, (size_t)(slash - path));
		dir[slash - path] = '\0';
	}
	fd = system_open(ctx, dir, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

/* flock(2) and not fcntl(2): it belongs to the file that was opened. */
static int system_lock(void *ctx, int fd)
{
	(void)ctx;
	return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

static int system_resolve(void *ctx, const char *path, char *out, size_t size)
{
	char *real;
	int n;

	(void)ctx;
	real = realpath(path, NULL);
	if (!real)
		return -errno;
	n = snprintf(out, size, "%s", real);
	free(real);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

const struct journal_disk journal_disk_system = {
	.open = system_open,
	.close = system_close,
	.pread = system_pread,
	.pwrite = system_pwrite,
	.datasync = system_datasync,
	.truncate = system_truncate,
	.fstat = system_fstat,
	.stat = system_stat,
	.set_owner = system_set_owner,
	.set_mode = system_set_mode,
	.rename = system_rename,
	.link = system_link,
	.unlink = system_unlink,
	.sync_dir = system_sync_dir,
	.lock = system_lock,
	.resolve = system_resolve,
};
