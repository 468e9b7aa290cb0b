/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simdisk - see the header. Every call is under one lock, since the journal's
 * thread and a test may be at it together.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simfile.h"

#define FD_BASE 1000 /* so that no real descriptor is mistaken for one */

/* ---- faults ---- */

/* Counts the call; 0, or the error that is due. The call may kill the disk. */
static int begin_call(struct simdisk *sim, enum sim_call call, bool *is_short)
{
	struct sim_fault *fault = &sim->faults[call];

	*is_short = false;
	if (sim->dead)
		return -EIO;
	sim->calls[call]++;
	if (call != SIM_READ && sim->crash_in && --sim->crash_in == 0) {
		sim->dead = true;
		return -EIO;
	}
	if (!fault->in || --fault->in)
		return 0;
	if (fault->times > 1) {
		fault->times--;
		fault->in = 1;
	}
	*is_short = fault->err == 0;
	return -fault->err;
}

static int inode_of(const struct simdisk *sim, int fd)
{
	assert(fd >= FD_BASE && fd < FD_BASE + SIM_FD_MAX);
	assert(sim->fds[fd - FD_BASE].used);
	return sim->fds[fd - FD_BASE].inode;
}

static struct sim_inode *file_of(struct simdisk *sim, int fd)
{
	return &sim->inodes[inode_of(sim, fd)];
}

/* ---- calls ---- */

static int new_fd(struct simdisk *sim, int inode)
{
	int i;

	for (i = 0; i < SIM_FD_MAX && sim->fds[i].used; i++)
		;
	assert(i < SIM_FD_MAX);
	sim->fds[i].used = true;
	sim->fds[i].has_lock = false;
	sim->fds[i].inode = inode;
	return FD_BASE + i;
}

static int open_locked(struct simdisk *sim, const char *path, int flags,
		       mode_t mode)
{
	int inode = sim_look_up(sim->cache_names, path), err;
	struct sim_dir_op op = { .count = 1 };
	bool is_short;

	if (sim->dead)
		return -EIO;
	if (inode >= 0)
		return (flags & O_EXCL) ? -EEXIST : new_fd(sim, inode);
	if (!(flags & O_CREAT))
		return -ENOENT;
	err = begin_call(sim, SIM_CREATE, &is_short);
	if (err)
		return err;
	inode = sim_new_inode(sim, S_IFREG | mode);
	op.set[0] = sim_make_name(path, inode);
	sim_do_op(sim, &op);
	return new_fd(sim, inode);
}

static int sim_open(void *ctx, const char *path, int flags, mode_t mode)
{
	struct simdisk *sim = ctx;
	int ret;

	pthread_mutex_lock(&sim->lock);
	ret = open_locked(sim, path, flags, mode);
	pthread_mutex_unlock(&sim->lock);
	return ret;
}

static void drop_fd(struct simdisk *sim, int i)
{
	if (sim->fds[i].used && sim->fds[i].has_lock)
		sim->inodes[sim->fds[i].inode].locked = false;
	sim->fds[i].used = false;
}

static void sim_close(void *ctx, int fd)
{
	struct simdisk *sim = ctx;

	pthread_mutex_lock(&sim->lock);
	inode_of(sim, fd);
	drop_fd(sim, fd - FD_BASE);
	pthread_mutex_unlock(&sim->lock);
}

static ssize_t sim_pread(void *ctx, int fd, void *data, size_t len,
			 uint64_t offset)
{
	struct simdisk *sim = ctx;
	const struct sim_inode *inode;
	bool is_short;
	ssize_t ret;

	pthread_mutex_lock(&sim->lock);
	inode = file_of(sim, fd);
	ret = begin_call(sim, SIM_READ, &is_short);
	if (ret)
		goto out_unlock;
	if (offset >= inode->cache.size)
		goto out_unlock;
	if (inode->cache.size - offset < len)
		len = inode->cache.size - offset;
	memcpy(data, inode->cache.data + offset, len);
	ret = (ssize_t)len;
out_unlock:
	pthread_mutex_unlock(&sim->lock);
	return ret;
}

static ssize_t write_locked(struct simdisk *sim, int fd, const void *data,
			    size_t len, uint64_t offset)
{
	struct sim_inode *inode = file_of(sim, fd);
	bool was_dead = sim->dead, is_short;
	uint64_t fits = sim_room(sim, inode, offset);
	int err;

	err = begin_call(sim, SIM_WRITE, &is_short);
	if (was_dead)
		return err;
	if (!err && fits == 0)
		return -ENOSPC;
	if (err || is_short) /* some of it happened, all of it at most */
		len = 1 + sim_below(&sim->random, (uint32_t)len);
	if (fits < len)
		len = (size_t)fits;
	if (len && (!err || sim_toss(sim)))
		sim_put_octets(inode, data, len, (size_t)offset);
	return err ? err : (ssize_t)len;
}

static ssize_t sim_pwrite(void *ctx, int fd, const void *data, size_t len,
			  uint64_t offset)
{
	struct simdisk *sim = ctx;
	ssize_t ret;

	pthread_mutex_lock(&sim->lock);
	ret = write_locked(sim, fd, data, len, offset);
	pthread_mutex_unlock(&sim->lock);
	return ret;
}

static int sim_datasync(void *ctx, int fd)
{
	struct simdisk *sim = ctx;
	bool is_short;
	int err;

	pthread_mutex_lock(&sim->lock);
	err = begin_call(sim, SIM_SYNC, &is_short);
	if (!err)
		sim_write_back(file_of(sim, fd));
	else if (!sim->dead)
		sim_lose(sim, file_of(sim, fd), sim_toss(sim));
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_truncate(void *ctx, int fd, uint64_t size)
{
	struct simdisk *sim = ctx;
	bool was_dead = sim->dead, is_short;
	struct sim_inode *inode;
	size_t old;
	int err;

	pthread_mutex_lock(&sim->lock);
	inode = file_of(sim, fd);
	err = begin_call(sim, SIM_TRUNCATE, &is_short);
	/* A crash in the midst of it may still have done it. */
	if (!err || (sim->dead && !was_dead && sim_toss(sim))) {
		old = inode->cache.size;
		sim_reserve(inode, (size_t)size);
		sim_set_image_size(&inode->cache, (size_t)size);
		sim_mark_dirty(inode, (size_t)size, old);
		inode->size_dirty = true;
	}
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_fstat(void *ctx, int fd, struct stat *st)
{
	struct simdisk *sim = ctx;
	int err;

	pthread_mutex_lock(&sim->lock);
	err = sim_stat_inode(sim, inode_of(sim, fd), st);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_stat(void *ctx, const char *path, struct stat *st)
{
	struct simdisk *sim = ctx;
	int err;

	pthread_mutex_lock(&sim->lock);
	err = sim_stat_inode(sim, sim_look_up(sim->cache_names, path), st);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_set_owner(void *ctx, int fd, uid_t uid, gid_t gid)
{
	(void)ctx;
	(void)fd;
	(void)uid;
	(void)gid;
	return 0;
}

static int sim_set_mode(void *ctx, int fd, mode_t mode)
{
	struct simdisk *sim = ctx;

	pthread_mutex_lock(&sim->lock);
	file_of(sim, fd)->mode = S_IFREG | mode;
	pthread_mutex_unlock(&sim->lock);
	return 0;
}

static int change_names(struct simdisk *sim, enum sim_call call,
			const struct sim_dir_op *op)
{
	bool was_dead, is_short;
	int err;

	was_dead = sim->dead;
	err = begin_call(sim, call, &is_short);
	if (!err || (sim->dead && !was_dead && sim_toss(sim)))
		sim_do_op(sim, op);
	return err;
}

static int sim_rename(void *ctx, const char *from, const char *to)
{
	struct simdisk *sim = ctx;
	struct sim_dir_op op = { .count = 2 };
	int inode, err = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	inode = sim_look_up(sim->cache_names, from);
	op.set[0] = sim_make_name(to, inode);
	op.set[1] = sim_make_name(from, -1);
	if (inode >= 0)
		err = change_names(sim, SIM_RENAME, &op);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_link(void *ctx, const char *from, const char *to)
{
	struct simdisk *sim = ctx;
	struct sim_dir_op op = { .count = 1 };
	int inode, err = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	inode = sim_look_up(sim->cache_names, from);
	op.set[0] = sim_make_name(to, inode);
	if (sim_look_up(sim->cache_names, to) >= 0)
		err = -EEXIST;
	else if (inode >= 0)
		err = change_names(sim, SIM_LINK, &op);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_unlink(void *ctx, const char *path)
{
	struct simdisk *sim = ctx;
	struct sim_dir_op op = { .count = 1 };
	int err = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	op.set[0] = sim_make_name(path, -1);
	if (sim_look_up(sim->cache_names, path) >= 0)
		err = change_names(sim, SIM_UNLINK, &op);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_sync_dir(void *ctx, const char *path)
{
	struct simdisk *sim = ctx;
	bool is_short;
	int err;

	(void)path; /* there is one directory */
	pthread_mutex_lock(&sim->lock);
	err = begin_call(sim, SIM_SYNC_DIR, &is_short);
	if (!err)
		sim_settle_names(sim, sim->log_len);
	else if (!sim->dead) {
		sim_settle_names(sim,
				 (int)sim_below(&sim->random,
						(uint32_t)sim->log_len + 1));
		sim->names_stale = true;
	}
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_lock(void *ctx, int fd)
{
	struct simdisk *sim = ctx;
	struct sim_inode *inode;
	int err = 0;

	pthread_mutex_lock(&sim->lock);
	inode = file_of(sim, fd);
	if (inode->locked && !sim->fds[fd - FD_BASE].has_lock) {
		err = -EWOULDBLOCK;
	} else {
		inode->locked = true;
		sim->fds[fd - FD_BASE].has_lock = true;
	}
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_resolve(void *ctx, const char *path, char *out, size_t size)
{
	(void)ctx;
	return snprintf(out, size, "%s", path) < (int)size ? 0 : -ENAMETOOLONG;
}

static const struct journal_disk sim_calls = {
	.open = sim_open,
	.close = sim_close,
	.pread = sim_pread,
	.pwrite = sim_pwrite,
	.datasync = sim_datasync,
	.truncate = sim_truncate,
	.fstat = sim_fstat,
	.stat = sim_stat,
	.set_owner = sim_set_owner,
	.set_mode = sim_set_mode,
	.rename = sim_rename,
	.link = sim_link,
	.unlink = sim_unlink,
	.sync_dir = sim_sync_dir,
	.lock = sim_lock,
	.resolve = sim_resolve,
};

/* ---- the machine ---- */

struct simdisk *simdisk_new(uint64_t seed)
{
	struct simdisk *sim = calloc(1, sizeof(*sim));
	int i;

	assert(sim);
	pthread_mutex_init(&sim->lock, NULL);
	sim->random = seed;
	sim->disk = sim_calls;
	sim->disk.ctx = sim;
	for (i = 0; i < SIM_INODE_MAX; i++)
		sim->cache_names[i].inode = sim->disk_names[i].inode = -1;
	return sim;
}

void simdisk_free(struct simdisk *sim)
{
	int i;

	for (i = 0; i < SIM_INODE_MAX; i++)
		sim_free_inode(&sim->inodes[i]);
	pthread_mutex_destroy(&sim->lock);
	free(sim);
}

const struct journal_disk *simdisk_disk(struct simdisk *sim)
{
	return &sim->disk;
}

void simdisk_restart(struct simdisk *sim)
{
	int i;

	for (i = 0; i < SIM_FD_MAX; i++)
		drop_fd(sim, i);
	memset(sim->faults, 0, sizeof(sim->faults));
	sim->crash_in = 0;
	sim->dead = false;
}

void simdisk_reboot(struct simdisk *sim)
{
	int i;

	simdisk_restart(sim);
	sim_settle_names(
		sim, (int)sim_below(&sim->random, (uint32_t)sim->log_len + 1));
	memcpy(sim->cache_names, sim->disk_names, sizeof(sim->disk_names));
	sim->names_stale = false;
	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (!sim->inodes[i].used)
			continue;
		if (sim_is_referenced(sim, i))
			sim_lose(sim, &sim->inodes[i], false);
		else
			sim_free_inode(&sim->inodes[i]);
	}
}

void simdisk_put(struct simdisk *sim, const char *path, const void *data,
		 size_t len)
{
	int fd = sim_open(sim, path, O_RDWR | O_CREAT, 0640);
	struct sim_inode *inode = file_of(sim, fd);

	sim_set_image_size(&inode->cache, 0);
	sim_mark_dirty(inode, 0, inode->disk.size);
	sim_put_octets(inode, data, len, 0);
	inode->cache.size = len;
	sim_write_back(inode);
	sim_settle_names(sim, sim->log_len);
	sim_close(sim, fd);
}
