/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simdisk - a disk in memory that crashes, fails and forgets, for the journal.
 *
 * Files have a page cache and a durable image, in sectors of 512 octets. A
 * sector written and not synced is, after a crash, old or new at random; so are
 * the file's size, and names until their directory was synced (a rename is
 * whole, and names come back in the order they were changed). A sync that fails
 * writes some sectors and forgets that the others are dirty; the cache keeps
 * them or shows the old ones. All chance comes from the seed.
 */
#ifndef DHCP4O6_TESTS_SIMDISK_H
#define DHCP4O6_TESTS_SIMDISK_H

#include <stdbool.h>

#include "dhcp4o6/lease/journal_disk.h"

enum sim_call {
	SIM_READ,
	SIM_WRITE,
	SIM_SYNC,
	SIM_TRUNCATE,
	SIM_RENAME,
	SIM_LINK,
	SIM_UNLINK,
	SIM_CREATE,
	SIM_SYNC_DIR,
	SIM_CALL_COUNT,
};

struct simdisk; /* opaque */

struct simdisk *simdisk_new(uint64_t seed);
void simdisk_free(struct simdisk *sim);
const struct journal_disk *simdisk_disk(struct simdisk *sim);

/* Octets that all files together may hold; 0 is no limit. */
void simdisk_set_capacity(struct simdisk *sim, uint64_t octets);
/*
 * The n-th call of this kind from now (1 is the next), and `times - 1` after
 * it, fail with err; err 0 makes a write short instead. n 0 disarms.
 */
void simdisk_fail(struct simdisk *sim, enum sim_call call, uint32_t n, int err,
		  uint32_t times);
uint32_t simdisk_calls(struct simdisk *sim, enum sim_call call);
/* The machine dies in the n-th changing call from now; 0: it does not. */
void simdisk_crash_at(struct simdisk *sim, uint32_t n);
/* From now on nothing works and nothing changes. */
void simdisk_kill(struct simdisk *sim);
bool simdisk_is_dead(struct simdisk *sim);
/* Power comes back: caches are lost, at random. */
void simdisk_reboot(struct simdisk *sim);
/* Only the process has ended: its descriptors and locks are gone. */
void simdisk_restart(struct simdisk *sim);

/* A durable file with this content; and the content of one, or NULL. */
void simdisk_put(struct simdisk *sim, const char *path, const void *data,
		 size_t len);
const uint8_t *simdisk_get(struct simdisk *sim, const char *path, size_t *len);

/* A generator for tests, so that a seed is all that a failure needs. */
uint64_t sim_random(uint64_t *state);
uint32_t sim_below(uint64_t *state, uint32_t bound);

#endif /* DHCP4O6_TESTS_SIMDISK_H */
