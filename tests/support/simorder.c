/* SPDX-License-Identifier: BSD-2-Clause */
/* simorder - what a test tells a simulated disk to do, and asks it. */
#include "simfile.h"

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
		(struct sim_fault){ .in = n, .err = err, .times = times };
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

const uint8_t *simdisk_get(struct simdisk *sim, const char *path, size_t *len)
{
	int inode = sim_look_up(sim->cache_names, path);

	if (inode < 0)
		return NULL;
	*len = sim->inodes[inode].cache.size;
	return sim->inodes[inode].cache.data;
}
