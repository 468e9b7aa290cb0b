/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simfile - what a simulated disk keeps, and what it loses.
 */
#include "simfile.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

bool sim_toss(struct simdisk *sim)
{
	return sim_below(&sim->random, 2);
}

/* ---- names ---- */

static struct sim_name *find_name(struct sim_name *names, const char *path)
{
	int i;

	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (names[i].inode >= 0 && strcmp(names[i].path, path) == 0)
			return &names[i];
	}
	return NULL;
}

int sim_look_up(struct sim_name *names, const char *path)
{
	const struct sim_name *name = find_name(names, path);

	return name ? name->inode : -1;
}

static void set_name(struct sim_name *names, const struct sim_name *to)
{
	struct sim_name *name = find_name(names, to->path);
	int i;

	for (i = 0; !name && i < SIM_INODE_MAX; i++) {
		if (names[i].inode < 0)
			name = &names[i];
	}
	assert(name);
	*name = *to;
}

static void apply(struct sim_name *names, const struct sim_dir_op *op)
{
	int i;

	for (i = 0; i < op->count; i++)
		set_name(names, &op->set[i]);
}

struct sim_name sim_make_name(const char *path, int inode)
{
	struct sim_name name = { .inode = inode };

	assert(strlen(path) < sizeof(name.path));
	strcpy(name.path, path);
	return name;
}

/* A directory is one block: a change in it writes its other names too. */
static void redo_stale(struct simdisk *sim)
{
	struct sim_dir_op *op = &sim->log[sim->log_len];
	int i;

	if (!sim->names_stale)
		return;
	op->count = 0;
	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (sim->disk_names[i].inode >= 0 &&
		    sim_look_up(sim->cache_names, sim->disk_names[i].path) < 0)
			op->set[op->count++] =
				sim_make_name(sim->disk_names[i].path, -1);
	}
	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (sim->cache_names[i].inode >= 0)
			op->set[op->count++] = sim->cache_names[i];
	}
	sim->log_len++;
	sim->names_stale = false;
}

void sim_do_op(struct simdisk *sim, const struct sim_dir_op *op)
{
	redo_stale(sim);
	apply(sim->cache_names, op);
	assert(sim->log_len < SIM_DIR_OP_MAX);
	sim->log[sim->log_len++] = *op;
}

void sim_settle_names(struct simdisk *sim, int n)
{
	int i;

	for (i = 0; i < n; i++)
		apply(sim->disk_names, &sim->log[i]);
	sim->log_len = 0;
}

/* ---- inodes ---- */

void sim_free_inode(struct sim_inode *inode)
{
	free(inode->cache.data);
	free(inode->disk.data);
	memset(inode, 0, sizeof(*inode));
}

bool sim_is_referenced(struct simdisk *sim, int inode)
{
	int i, k;

	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (sim->cache_names[i].inode == inode ||
		    sim->disk_names[i].inode == inode ||
		    (i < SIM_FD_MAX && sim->fds[i].used &&
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

static void grow(struct sim_image *image, size_t room)
{
	image->data = realloc(image->data, room);
	assert(image->data);
	memset(image->data + image->room, 0, room - image->room);
	image->room = room;
}

void sim_reserve(struct sim_inode *inode, size_t len)
{
	size_t room = inode->cache.room ? inode->cache.room : 8192;

	assert(len <= SIM_FILE_MAX);
	while (room < len)
		room *= 2;
	if (room == inode->cache.room)
		return;
	grow(&inode->cache, room);
	grow(&inode->disk, room);
}

int sim_new_inode(struct simdisk *sim, mode_t mode)
{
	int i;

	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (sim->inodes[i].used && !sim_is_referenced(sim, i))
			sim_free_inode(&sim->inodes[i]);
	}
	for (i = 0; i < SIM_INODE_MAX && sim->inodes[i].used; i++)
		;
	assert(i < SIM_INODE_MAX);
	sim->inodes[i].used = true;
	sim->inodes[i].mode = mode;
	sim_reserve(&sim->inodes[i], 8192);
	return i;
}

void sim_mark_dirty(struct sim_inode *inode, size_t from, size_t to)
{
	size_t s;

	for (s = from / SIM_SECTOR; s * SIM_SECTOR < to; s++)
		inode->dirty[s] = true;
	if (s > inode->dirty_to)
		inode->dirty_to = s;
}

static void copy_sector(struct sim_image *to, const struct sim_image *from,
			size_t s)
{
	memcpy(to->data + s * SIM_SECTOR, from->data + s * SIM_SECTOR,
	       SIM_SECTOR);
}

void sim_set_image_size(struct sim_image *image, size_t size)
{
	if (size < image->size)
		memset(image->data + size, 0, image->size - size);
	image->size = size;
}

/* Between the two sizes, where a crash may leave it. */
static size_t some_size(struct simdisk *sim, const struct sim_inode *inode)
{
	size_t a = inode->disk.size, b = inode->cache.size, sectors;

	if (!inode->size_dirty || sim_toss(sim))
		return sim_toss(sim) && inode->size_dirty ? a : b;
	if (b < a)
		return a;
	sectors = (b - a) / SIM_SECTOR;
	return a + sim_below(&sim->random, (uint32_t)sectors + 1) * SIM_SECTOR;
}

void sim_lose(struct simdisk *sim, struct sim_inode *inode, bool keep_cache)
{
	size_t s, size = some_size(sim, inode),
		  span = inode->dirty_to * SIM_SECTOR;

	if (span < inode->cache.size)
		span = inode->cache.size;
	if (span < inode->disk.size)
		span = inode->disk.size;
	for (s = 0; s < inode->dirty_to; s++) {
		if (inode->dirty[s] && sim_toss(sim))
			copy_sector(&inode->disk, &inode->cache, s);
		inode->dirty[s] = false;
	}
	/* Sectors beyond the old size are zero unless written. */
	inode->disk.size = span;
	sim_set_image_size(&inode->disk, size);
	inode->dirty_to = 0;
	inode->size_dirty = false;
	if (keep_cache)
		return;
	memcpy(inode->cache.data, inode->disk.data, span);
	inode->cache.size = inode->disk.size;
}

void sim_write_back(struct sim_inode *inode)
{
	size_t s;

	for (s = 0; s < inode->dirty_to; s++) {
		if (inode->dirty[s])
			copy_sector(&inode->disk, &inode->cache, s);
		inode->dirty[s] = false;
	}
	sim_set_image_size(&inode->disk, inode->cache.size);
	inode->dirty_to = 0;
	inode->size_dirty = false;
}

uint64_t sim_room(struct simdisk *sim, const struct sim_inode *inode,
		  uint64_t offset)
{
	uint64_t used = 0;
	int i;

	if (!sim->capacity)
		return UINT64_MAX;
	for (i = 0; i < SIM_INODE_MAX; i++) {
		if (sim->inodes[i].used && sim_is_referenced(sim, i))
			used += sim->inodes[i].cache.size;
	}
	used -= inode->cache.size;
	used += offset;
	return used < sim->capacity ? sim->capacity - used : 0;
}

void sim_put_octets(struct sim_inode *inode, const void *data, size_t len,
		    size_t offset)
{
	sim_reserve(inode, offset + len);
	memcpy(inode->cache.data + offset, data, len);
	sim_mark_dirty(inode, offset, offset + len);
	if (offset + len > inode->cache.size) {
		inode->cache.size = offset + len;
		inode->size_dirty = true;
	}
}

int sim_stat_inode(struct simdisk *sim, int i, struct stat *st)
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
