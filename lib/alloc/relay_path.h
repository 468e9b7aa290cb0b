/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay_path - relay paths by number. Thousands of clients stand behind the
 * same relays; each path is kept once and counted.
 */
#ifndef LIB_ALLOC_RELAY_PATH_H
#define LIB_ALLOC_RELAY_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/hash.h"

#define RELAY_PATH_NONE 0U /* the empty path */

struct relay_path {
	uint8_t *octets;
	uint32_t refs; /* 0: free, len is then the next free one */
	uint32_t len;
};

struct relay_paths {
	struct siphash_key key;
	struct hmap *index;
	struct relay_path *path; /* [number]; [0] is not used */
	uint32_t used;
	uint32_t room;
	uint32_t free_head; /* 0: none */
	size_t octets;
};

int relay_paths_init(struct relay_paths *paths, const struct siphash_key *key);
void relay_paths_fini(struct relay_paths *paths);
size_t relay_paths_memory(const struct relay_paths *paths);
/* Takes a reference on the path's number. -ENOMEM. */
int relay_paths_ref(struct relay_paths *paths, const uint8_t *octets,
		    uint16_t len, uint32_t *number);
void relay_paths_unref(struct relay_paths *paths, uint32_t number);

#endif /* LIB_ALLOC_RELAY_PATH_H */
