/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease_file - the file as a whole: read at start, written beside itself
 * and renamed. A symbolic link is followed, and stays one; one that leads
 * nowhere gives way to a file.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client_lease_impl.h"
#include "journal_impl.h"

#define NEW_SUFFIX ".new"
#define NEW_MODE   0640 /* of a file that was not there */

int client_leases_read(struct client_leases *leases, const char *path,
		       client_leases_report *report, void *arg)
{
	const struct journal_disk *disk = &journal_disk_system;
	char *text = NULL;
	struct stat st;
	size_t len;
	int fd, err;

	fd = disk->open(disk->ctx, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return fd;
	err = disk->fstat(disk->ctx, fd, &st);
	if (!err && !S_ISREG(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (!err && st.st_size > CLIENT_FILE_MAX)
		err = -EFBIG;
	if (!err)
		err = journal_read_all(disk, fd, &text, &len);
	disk->close(disk->ctx, fd);
	if (!err)
		err = client_leases_parse(leases, text, len, path, report, arg);
	free(text);
	return err;
}

/* The file's own name, and whose it is to be. */
static int look_up(const struct journal_disk *disk, const char *path,
		   char real[PATH_MAX], struct journal_owner *owner)
{
	struct stat st;
	int err;

	*owner = (struct journal_owner){ .uid = geteuid(),
					 .gid = getegid(),
					 .mode = NEW_MODE };
	err = disk->resolve(disk->ctx, path, real, PATH_MAX);
	if (!err)
		err = disk->stat(disk->ctx, real, &st);
	if (err == -ENOENT)
		return snprintf(real, PATH_MAX, "%s", path) < PATH_MAX
			       ? 0
			       : -ENAMETOOLONG;
	if (err)
		return err;
	if (!S_ISREG(st.st_mode)) /* a device, say: not to be replaced */
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	*owner = (struct journal_owner){ .uid = st.st_uid,
					 .gid = st.st_gid,
					 .mode = st.st_mode & 0777 };
	return 0;
}

/* A whole file of that name, on the disk. */
static int write_new(const struct journal_disk *disk, const char *path,
		     const struct journal_owner *owner,
		     const struct strbuf *text)
{
	int fd, err;

	err = disk->unlink(disk->ctx, path); /* of an attempt that crashed */
	if (err && err != -ENOENT)
		return err;
	fd = disk->open(disk->ctx, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return fd;
	err = journal_give_owner(disk, fd, owner);
	if (!err)
		err = journal_write_all(disk, fd, (const uint8_t *)text->text,
					text->len, 0);
	if (!err)
		err = disk->datasync(disk->ctx, fd);
	disk->close(disk->ctx, fd);
	return err;
}

static int replace(const struct journal_disk *disk, const char *path,
		   const struct strbuf *text)
{
	char real[PATH_MAX], fresh[PATH_MAX + sizeof(NEW_SUFFIX)];
	struct journal_owner owner;
	int err;

	err = look_up(disk, path, real, &owner);
	if (err)
		return err;
	snprintf(fresh, sizeof(fresh), "%s" NEW_SUFFIX, real);
	err = write_new(disk, fresh, &owner, text);
	if (!err)
		err = disk->rename(disk->ctx, fresh, real);
	if (err) {
		disk->unlink(disk->ctx, fresh);
		return err;
	}
	return disk->sync_dir(disk->ctx, real);
}

int client_leases_write_on(const struct client_leases *leases, const char *path,
			   const struct journal_disk *disk)
{
	struct strbuf text = STRBUF_INIT;
	int err = 0;

	client_leases_print(leases, &text);
	if (text.failed)
		err = -ENOMEM;
	else if (text.len > CLIENT_FILE_MAX) /* nobody could read it */
		err = -EFBIG;
	if (!err)
		err = replace(disk, path, &text);
	strbuf_fini(&text);
	return err;
}

int client_leases_write(const struct client_leases *leases, const char *path)
{
	return client_leases_write_on(leases, path, &journal_disk_system);
}
