/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simdisk - see the header. Every call is under one lock, since the journal's
 * thread and a test may be at it together.
 */
#include "simdisk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR     512
#define INODE_MAX  16
#define NAME_MAX_  32
#define FD_MAX     16
#define FD_BASE    1000 /* so that no real descriptor is mistaken for one */
#define FILE_MAX   (2U << 20)
#define DIR_OP_MAX 256

struct image {
	uint8_t *data; /* zero behind size */
	size_t size;
	size_t room;
};

struct inode {
	bool used;
	bool locked;
	struct image cache;
	struct image disk;
	bool dirty[FILE_MAX / SECTOR];
	size_t dirty_to; /* no dirty sector from here on */
	bool size_dirty;
	mode_t mode;
};

struct name {
	char path[NAME_MAX_];
	int inode; /* -1: no such name */
};

/* One change of the directory, atomic. */
struct dir_op {
	struct name set[2 * INODE_MAX];
	int count;
};

struct fault {
	uint32_t in; /* calls until then; 0: none */
	int err;
	uint32_t times;
};

struct simdisk {
	struct journal_disk disk;
	pthread_mutex_t lock;
	uint64_t random;
	struct inode inodes[INODE_MAX];
	struct name cache_names[INODE_MAX];
	struct name disk_names[INODE_MAX];
	struct dir_op log[DIR_OP_MAX];
	int log_len;
	bool names_stale; /* the cache shows what a failed sync did not write */
	struct {
		bool used;
		bool has_lock;
		int inode;
	} fds[FD_MAX];
	uint64_t capacity;
	struct fault faults[SIM_CALL_COUNT];
	uint32_t calls[SIM_CALL_COUNT];
	uint32_t crash_in;
	bool dead;
};

uint64_t sim_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

uint32_t sim_below(uint64_t *state, uint32_t bound)
{
	return (uint32_t)(sim_random(state) % bound);
}

static bool toss(struct simdisk *sim)
{
	return sim_below(&sim->random, 2);
}

/* ---- names ---- */

static struct name *find_name(struct name *names, const char *path)
{
	int i;

	for (i = 0; i < INODE_MAX; i++) {
		if (names[i].inode >= 0 && strcmp(names[i].path, path) == 0)
			return &names[i];
	}
	return NULL;
}

static int look_up(struct name *names, const char *path)
{
	const struct name *name = find_name(names, path);

	return name ? name->inode : -1;
}

static void set_name(struct name *names, const struct name *to)
{
	struct name *name = find_name(names, to->path);
	int i;

	for (i = 0; !name && i < INODE_MAX; i++) {
		if (names[i].inode < 0)
			name = &names[i];
	}
	assert(name);
	*name = *to;
}

static void apply(struct name *names, const struct dir_op *op)
{
	int i;

	for (i = 0; i < op->count; i++)
		set_name(names, &op->set[i]);
}

static struct name make_name(const char *path, int inode)
{
	struct name name = { .inode = inode };

	assert(strlen(path) < sizeof(name.path));
	strcpy(name.path, path);
	return name;
}

/* A directory is one block: a change in it writes its other names too. */
static void redo_stale(struct simdisk *sim)
{
	struct dir_op *op = &sim->log[sim->log_len];
	int i;

	if (!sim->names_stale)
		return;
	op->count = 0;
	for (i = 0; i < INODE_MAX; i++) {
		if (sim->disk_names[i].inode >= 0 &&
		    look_up(sim->cache_names, sim->disk_names[i].path) < 0)
			op->set[op->count++] =
				make_name(sim->disk_names[i].path, -1);
	}
	for (i = 0; i < INODE_MAX; i++) {
		if (sim->cache_names[i].inode >= 0)
			op->set[op->count++] = sim->cache_names[i];
	}
	sim->log_len++;
	sim->names_stale = false;
}

static void do_op(struct simdisk *sim, const struct dir_op *op)
{
	redo_stale(sim);
	apply(sim->cache_names, op);
	assert(sim->log_len < DIR_OP_MAX);
	sim->log[sim->log_len++] = *op;
}

/* The first n changes of names become durable, the others are forgotten. */
static void settle_names(struct simdisk *sim, int n)
{
	int i;

	for (i = 0; i < n; i++)
		apply(sim->disk_names, &sim->log[i]);
	sim->log_len = 0;
}

/* ---- inodes ---- */

static void free_inode(struct inode *inode)
{
	free(inode->cache.data);
	free(inode->disk.data);
	memset(inode, 0, sizeof(*inode));
}

static bool is_referenced(struct simdisk *sim, int inode)
{
	int i, k;

	for (i = 0; i < INODE_MAX; i++) {
		if (sim->cache_names[i].inode == inode ||
		    sim->disk_names[i].inode == inode ||
		    (i < FD_MAX && sim->fds[i].used &&
		     sim->fds[i].inode == inode))
			return true;
	}
	for (i = 0; i < sim->log_len; i++) {
		for (k = 0; k < sim->log[i].count; k++) {
			if (sim->log[i].set[k].inode == inode)
				return true;
		}
	}
	return false;
}

static void grow(struct image *image, size_t room)
{
	image->data = realloc(image->data, room);
	assert(image->data);
	memset(image->data + image->room, 0, room - image->room);
	image->room = room;
}

/* Room for len octets in both images, in whole sectors. */
static void reserve(struct inode *inode, size_t len)
{
	size_t room = inode->cache.room ? inode->cache.room : 8192;

	assert(len <= FILE_MAX);
	while (room < len)
		room *= 2;
	if (room == inode->cache.room)
		return;
	grow(&inode->cache, room);
	grow(&inode->disk, room);
}

static int new_inode(struct simdisk *sim, mode_t mode)
{
	int i;

	for (i = 0; i < INODE_MAX; i++) {
		if (sim->inodes[i].used && !is_referenced(sim, i))
			free_inode(&sim->inodes[i]);
	}
	for (i = 0; i < INODE_MAX && sim->inodes[i].used; i++)
		;
	assert(i < INODE_MAX);
	sim->inodes[i].used = true;
	sim->inodes[i].mode = mode;
	reserve(&sim->inodes[i], 8192);
	return i;
}

static void mark_dirty(struct inode *inode, size_t from, size_t to)
{
	size_t s;

	for (s = from / SECTOR; s * SECTOR < to; s++)
		inode->dirty[s] = true;
	if (s > inode->dirty_to)
		inode->dirty_to = s;
}

static void copy_sector(struct image *to, const struct image *from, size_t s)
{
	memcpy(to->data + s * SECTOR, from->data + s * SECTOR, SECTOR);
}

static void set_image_size(struct image *image, size_t size)
{
	if (size < image->size)
		memset(image->data + size, 0, image->size - size);
	image->size = size;
}

/* Between the two sizes, where a crash may leave it. */
static size_t some_size(struct simdisk *sim, const struct inode *inode)
{
	size_t a = inode->disk.size, b = inode->cache.size, sectors;

	if (!inode->size_dirty || toss(sim))
		return toss(sim) && inode->size_dirty ? a : b;
	if (b < a)
		return a;
	sectors = (b - a) / SECTOR;
	return a + sim_below(&sim->random, (uint32_t)sectors + 1) * SECTOR;
}

/*
 * What is dirty reaches the disk by chance. In a crash the cache follows the
 * disk; after a failed sync it may go on showing what is not there.
 */
static void lose(struct simdisk *sim, struct inode *inode, bool keep_cache)
{
	size_t s, size = some_size(sim, inode), span = inode->dirty_to * SECTOR;

	if (span < inode->cache.size)
		span = inode->cache.size;
	if (span < inode->disk.size)
		span = inode->disk.size;
	for (s = 0; s < inode->dirty_to; s++) {
		if (inode->dirty[s] && toss(sim))
			copy_sector(&inode->disk, &inode->cache, s);
		inode->dirty[s] = false;
	}
	/* Sectors beyond the old size are zero unless written. */
	inode->disk.size = span;
	set_image_size(&inode->disk, size);
	inode->dirty_to = 0;
	inode->size_dirty = false;
	if (keep_cache)
		return;
	memcpy(inode->cache.data, inode->disk.data, span);
	inode->cache.size = inode->disk.size;
}

static void write_back(struct inode *inode)
{
	size_t s;

	for (s = 0; s < inode->dirty_to; s++) {
		if (inode->dirty[s])
			copy_sector(&inode->disk, &inode->cache, s);
		inode->dirty[s] = false;
	}
	set_image_size(&inode->disk, inode->cache.size);
	inode->dirty_to = 0;
	inode->size_dirty = false;
}

/* ---- faults ---- */

/* Counts the call; 0, or the error that is due. The call may kill the disk. */
static int begin_call(struct simdisk *sim, enum sim_call call, bool *is_short)
{
	struct fault *fault = &sim->faults[call];

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
	assert(fd >= FD_BASE && fd < FD_BASE + FD_MAX);
	assert(sim->fds[fd - FD_BASE].used);
	return sim->fds[fd - FD_BASE].inode;
}

static struct inode *file_of(struct simdisk *sim, int fd)
{
	return &sim->inodes[inode_of(sim, fd)];
}

/* ---- calls ---- */

static int new_fd(struct simdisk *sim, int inode)
{
	int i;

	for (i = 0; i < FD_MAX && sim->fds[i].used; i++)
		;
	assert(i < FD_MAX);
	sim->fds[i].used = true;
	sim->fds[i].has_lock = false;
	sim->fds[i].inode = inode;
	return FD_BASE + i;
}

static int open_locked(struct simdisk *sim, const char *path, int flags,
		       mode_t mode)
{
	int inode = look_up(sim->cache_names, path), err;
	struct dir_op op = { .count = 1 };
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
	inode = new_inode(sim, S_IFREG | mode);
	op.set[0] = make_name(path, inode);
	do_op(sim, &op);
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
	const struct inode *inode;
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

static uint64_t room(struct simdisk *sim, const struct inode *inode,
		     uint64_t offset)
{
	uint64_t used = 0;
	int i;

	if (!sim->capacity)
		return UINT64_MAX;
	for (i = 0; i < INODE_MAX; i++) {
		if (sim->inodes[i].used && is_referenced(sim, i))
			used += sim->inodes[i].cache.size;
	}
	used -= inode->cache.size;
	used += offset;
	return used < sim->capacity ? sim->capacity - used : 0;
}

static void put_octets(struct inode *inode, const void *data, size_t len,
		       size_t offset)
{
	reserve(inode, offset + len);
	memcpy(inode->cache.data + offset, data, len);
	mark_dirty(inode, offset, offset + len);
	if (offset + len > inode->cache.size) {
		inode->cache.size = offset + len;
		inode->size_dirty = true;
	}
}

static ssize_t write_locked(struct simdisk *sim, int fd, const void *data,
			    size_t len, uint64_t offset)
{
	struct inode *inode = file_of(sim, fd);
	bool was_dead = sim->dead, is_short;
	uint64_t fits = room(sim, inode, offset);
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
	if (len && (!err || toss(sim)))
		put_octets(inode, data, len, (size_t)offset);
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
		write_back(file_of(sim, fd));
	else if (!sim->dead)
		lose(sim, file_of(sim, fd), toss(sim));
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_truncate(void *ctx, int fd, uint64_t size)
{
	struct simdisk *sim = ctx;
	bool was_dead = sim->dead, is_short;
	struct inode *inode;
	size_t old;
	int err;

	pthread_mutex_lock(&sim->lock);
	inode = file_of(sim, fd);
	err = begin_call(sim, SIM_TRUNCATE, &is_short);
	/* A crash in the midst of it may still have done it. */
	if (!err || (sim->dead && !was_dead && toss(sim))) {
		old = inode->cache.size;
		reserve(inode, (size_t)size);
		set_image_size(&inode->cache, (size_t)size);
		mark_dirty(inode, (size_t)size, old);
		inode->size_dirty = true;
	}
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int stat_inode(struct simdisk *sim, int i, struct stat *st)
{
	if (sim->dead)
		return -EIO;
	if (i < 0)
		return -ENOENT;
	*st = (struct stat){ 0 };
	st->st_ino = (ino_t)i + 1;
	st->st_mode = sim->inodes[i].mode;
	st->st_size = (off_t)sim->inodes[i].cache.size;
	return 0;
}

static int sim_fstat(void *ctx, int fd, struct stat *st)
{
	struct simdisk *sim = ctx;
	int err;

	pthread_mutex_lock(&sim->lock);
	err = stat_inode(sim, inode_of(sim, fd), st);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_stat(void *ctx, const char *path, struct stat *st)
{
	struct simdisk *sim = ctx;
	int err;

	pthread_mutex_lock(&sim->lock);
	err = stat_inode(sim, look_up(sim->cache_names, path), st);
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
			const struct dir_op *op)
{
	bool was_dead, is_short;
	int err;

	was_dead = sim->dead;
	err = begin_call(sim, call, &is_short);
	if (!err || (sim->dead && !was_dead && toss(sim)))
		do_op(sim, op);
	return err;
}

static int sim_rename(void *ctx, const char *from, const char *to)
{
	struct simdisk *sim = ctx;
	struct dir_op op = { .count = 2 };
	int inode, err = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	inode = look_up(sim->cache_names, from);
	op.set[0] = make_name(to, inode);
	op.set[1] = make_name(from, -1);
	if (inode >= 0)
		err = change_names(sim, SIM_RENAME, &op);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_unlink(void *ctx, const char *path)
{
	struct simdisk *sim = ctx;
	struct dir_op op = { .count = 1 };
	int err = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	op.set[0] = make_name(path, -1);
	if (look_up(sim->cache_names, path) >= 0)
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
		settle_names(sim, sim->log_len);
	else if (!sim->dead) {
		settle_names(sim, (int)sim_below(&sim->random,
						 (uint32_t)sim->log_len + 1));
		sim->names_stale = true;
	}
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static int sim_lock(void *ctx, int fd)
{
	struct simdisk *sim = ctx;
	struct inode *inode;
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
	for (i = 0; i < INODE_MAX; i++)
		sim->cache_names[i].inode = sim->disk_names[i].inode = -1;
	return sim;
}

void simdisk_free(struct simdisk *sim)
{
	int i;

	for (i = 0; i < INODE_MAX; i++)
		free_inode(&sim->inodes[i]);
	pthread_mutex_destroy(&sim->lock);
	free(sim);
}

const struct journal_disk *simdisk_disk(struct simdisk *sim)
{
	return &sim->disk;
}

void simdisk_set_capacity(struct simdisk *sim, uint64_t octets)
{
	pthread_mutex_lock(&sim->lock);
	sim->capacity = octets;
	pthread_mutex_unlock(&sim->lock);
}

void simdisk_fail(struct simdisk *sim, enum sim_call call, uint32_t n, int err,
		  uint32_t times)
{
	pthread_mutex_lock(&sim->lock);
	sim->faults[call] =
		(struct fault){ .in = n, .err = err, .times = times };
	pthread_mutex_unlock(&sim->lock);
}

uint32_t simdisk_calls(struct simdisk *sim, enum sim_call call)
{
	uint32_t n;

	pthread_mutex_lock(&sim->lock);
	n = sim->calls[call];
	pthread_mutex_unlock(&sim->lock);
	return n;
}

void simdisk_crash_at(struct simdisk *sim, uint32_t n)
{
	pthread_mutex_lock(&sim->lock);
	sim->crash_in = n;
	pthread_mutex_unlock(&sim->lock);
}

void simdisk_kill(struct simdisk *sim)
{
	pthread_mutex_lock(&sim->lock);
	sim->dead = true;
	pthread_mutex_unlock(&sim->lock);
}

bool simdisk_is_dead(struct simdisk *sim)
{
	bool dead;

	pthread_mutex_lock(&sim->lock);
	dead = sim->dead;
	pthread_mutex_unlock(&sim->lock);
	return dead;
}

void simdisk_restart(struct simdisk *sim)
{
	int i;

	for (i = 0; i < FD_MAX; i++)
		drop_fd(sim, i);
	memset(sim->faults, 0, sizeof(sim->faults));
	sim->crash_in = 0;
	sim->dead = false;
}

void simdisk_reboot(struct simdisk *sim)
{
	int i;

	simdisk_restart(sim);
	settle_names(sim,
		     (int)sim_below(&sim->random, (uint32_t)sim->log_len + 1));
	memcpy(sim->cache_names, sim->disk_names, sizeof(sim->disk_names));
	sim->names_stale = false;
	for (i = 0; i < INODE_MAX; i++) {
		if (!sim->inodes[i].used)
			continue;
		if (is_referenced(sim, i))
			lose(sim, &sim->inodes[i], false);
		else
			free_inode(&sim->inodes[i]);
	}
}

void simdisk_put(struct simdisk *sim, const char *path, const void *data,
		 size_t len)
{
	int fd = sim_open(sim, path, O_RDWR | O_CREAT, 0640);
	struct inode *inode = file_of(sim, fd);

	set_image_size(&inode->cache, 0);
	mark_dirty(inode, 0, inode->disk.size);
	put_octets(inode, data, len, 0);
	inode->cache.size = len;
	write_back(inode);
	settle_names(sim, sim->log_len);
	sim_close(sim, fd);
}

const uint8_t *simdisk_get(struct simdisk *sim, const char *path, size_t *len)
{
	int inode = look_up(sim->cache_names, path);

	if (inode < 0)
		return NULL;
	*len = sim->inodes[inode].cache.size;
	return sim->inodes[inode].cache.data;
}
