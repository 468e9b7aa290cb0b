/* SPDX-License-Identifier: BSD-2-Clause */
/* relay_path - counted strings under an index by content. */
#include "relay_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct path_key {
	const uint8_t *octets;
	uint16_t len;
};

int relay_paths_init(struct relay_paths *paths, const struct siphash_key *key)
{
	*paths = (struct relay_paths){ .key = *key, .used = 1 };
	return hmap_new(&paths->index, 0);
}

void relay_paths_fini(struct relay_paths *paths)
{
	uint32_t i;

	for (i = 1; i < paths->used; i++) {
		if (paths->path[i].refs)
			free(paths->path[i].octets);
	}
	free(paths->path);
	hmap_free(paths->index);
}

size_t relay_paths_memory(const struct relay_paths *paths)
{
	return paths->octets + paths->room * sizeof(*paths->path) +
	       hmap_memory(paths->index);
}

static bool is_path(const void *ctx, uint32_t number, const void *key)
{
	const struct relay_paths *paths = ctx;
	const struct relay_path *p = &paths->path[number];
	const struct path_key *k = key;

	return p->len == k->len && !memcmp(p->octets, k->octets, k->len);
}

static int take_number(struct relay_paths *paths, uint32_t *number)
{
	uint32_t room = paths->room ? paths->room * 2 : 16;
	struct relay_path *path;

	if (paths->free_head) {
		*number = paths->free_head;
		paths->free_head = paths->path[*number].len;
		return 0;
	}
	if (paths->used >= paths->room) {
		path = realloc(paths->path, room * sizeof(*path));
		if (!path)
			return -ENOMEM;
		paths->path = path;
		paths->room = room;
	}
	*number = paths->used++;
	return 0;
}

static void give_number(struct relay_paths *paths, uint32_t number)
{
	paths->path[number].refs = 0;
	paths->path[number].len = paths->free_head;
	paths->free_head = number;
}

static int add_path(struct relay_paths *paths, const struct path_key *k,
		    uint64_t hash, uint32_t *number)
{
	uint8_t *octets = malloc(k->len);

	if (!octets)
		return -ENOMEM;
	if (take_number(paths, number))
		goto out_octets;
	if (hmap_insert(paths->index, hash, *number))
		goto out_number;
	memcpy(octets, k->octets, k->len);
	paths->path[*number] = (struct relay_path){
		.octets = octets,
		.refs = 1,
		.len = k->len,
	};
	paths->octets += k->len;
	return 0;

out_number:
	give_number(paths, *number);
out_octets:
	free(octets);
	return -ENOMEM;
}

int relay_paths_ref(struct relay_paths *paths, const uint8_t *octets,
		    uint16_t len, uint32_t *number)
{
	struct path_key k = { .octets = octets, .len = len };
	uint64_t hash;

	*number = RELAY_PATH_NONE;
	if (!len)
		return 0;
	hash = siphash24(&paths->key, octets, len);
	*number = hmap_find(paths->index, hash, is_path, paths, &k);
	if (*number == HMAP_NONE)
		return add_path(paths, &k, hash, number);
	paths->path[*number].refs++;
	return 0;
}

void relay_paths_unref(struct relay_paths *paths, uint32_t number)
{
	struct relay_path *p;

	if (number == RELAY_PATH_NONE)
		return;
	p = &paths->path[number];
	if (--p->refs)
		return;
	hmap_remove(paths->index, siphash24(&paths->key, p->octets, p->len),
		    number);
	paths->octets -= p->len;
	free(p->octets);
	give_number(paths, number);
}
