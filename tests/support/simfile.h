/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simfile - names and files of a simdisk, for its own files only.
 */
#ifndef DHCP4O6_TESTS_SIMFILE_H
#define DHCP4O6_TESTS_SIMFILE_H

#include <pthread.h>

#include "simdisk.h"

#define SIM_SECTOR     512
#define SIM_INODE_MAX  16
#define SIM_NAME_MAX   32
#define SIM_FD_MAX     16
#define SIM_FILE_MAX   (2U << 20)
#define SIM_DIR_OP_MAX 256

struct sim_image {
	uint8_t *data; /* zero behind size */
	size_t size;
	size_t room;
};

struct sim_inode {
	bool used;
	bool locked;
	struct sim_image cache;
	struct sim_image disk;
	bool dirty[SIM_FILE_MAX / SIM_SECTOR];
	size_t dirty_to; /* no dirty sector from here on */
	bool size_dirty;
	mode_t mode;
};

struct sim_name {
	char path[SIM_NAME_MAX];
	int inode; /* -1: no such name */
};

/* One change of the directory, atomic. */
struct sim_dir_op {
	struct sim_name set[2 * SIM_INODE_MAX];
	int count;
};

struct sim_fault {
	uint32_t in; /* calls until then; 0: none */
	int err;
	uint32_t times;
};

struct simdisk {
	struct journal_disk disk;
	pthread_mutex_t lock;
	uint64_t random;
	struct sim_inode inodes[SIM_INODE_MAX];
	struct sim_name cache_names[SIM_INODE_MAX];
	struct sim_name disk_names[SIM_INODE_MAX];
	struct sim_dir_op log[SIM_DIR_OP_MAX];
	int log_len;
	bool names_stale; /* the cache shows what a failed sync did not write */
	struct {
		bool used;
		bool has_lock;
		int inode;
	} fds[SIM_FD_MAX];
	uint64_t capacity;
	struct sim_fault faults[SIM_CALL_COUNT];
	uint32_t calls[SIM_CALL_COUNT];
	uint32_t crash_in;
	bool dead;
};

/* ---- names: the cache has them at once, the disk when they are settled ----
 */

int sim_look_up(struct sim_name *names, const char *path); /* -1: none */
struct sim_name sim_make_name(const char *path, int inode);
void sim_do_op(struct simdisk *sim, const struct sim_dir_op *op);
/* The first n changes of names become durable, the others are forgotten. */
void sim_settle_names(struct simdisk *sim, int n);

/* ---- inodes ---- */

int sim_new_inode(struct simdisk *sim, mode_t mode);
void sim_free_inode(struct sim_inode *inode);
bool sim_is_referenced(struct simdisk *sim, int inode);
/* Room for len octets in both images, in whole sectors. */
void sim_reserve(struct sim_inode *inode, size_t len);
void sim_mark_dirty(struct sim_inode *inode, size_t from, size_t to);
void sim_set_image_size(struct sim_image *image, size_t size);
/* Octets that still fit behind offset of this file. */
uint64_t sim_room(struct simdisk *sim, const struct sim_inode *inode,
		  uint64_t offset);
void sim_put_octets(struct sim_inode *inode, const void *data, size_t len,
		    size_t offset);
int sim_stat_inode(struct simdisk *sim, int i, struct stat *st);
void sim_write_back(struct sim_inode *inode);
/*
 * What is dirty reaches the disk by chance. In a crash the cache follows the
 * disk; after a failed sync it may go on showing what is not there.
 */
void sim_lose(struct simdisk *sim, struct sim_inode *inode, bool keep_cache);

bool sim_toss(struct simdisk *sim);

#endif /* DHCP4O6_TESTS_SIMFILE_H */
