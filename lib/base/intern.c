/* SPDX-License-Identifier: BSD-2-Clause */
/* intern - counted strings under an index by content. */
#include "dhcp4o6/base/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct string_key {
	const uint8_t *octets;
	uint16_t len;
};

int intern_init(struct intern *intern, const struct siphash_key *key)
{
	*intern = (struct intern){ .key = *key, .used = 1 };
	return hmap_new(&intern->index, 0);
}

void intern_fini(struct intern *intern)
{
	uint32_t i;

	for (i = 1; i < intern->used; i++) {
		if (intern->string[i].refs)
			free(intern->string[i].octets);
	}
	free(intern->string);
	hmap_free(intern->index);
}

size_t intern_memory(const struct intern *intern)
{
	return intern->octets + intern->room * sizeof(*intern->string) +
	       hmap_memory(intern->index);
}

/* What malloc() takes for it: a size word, in steps of 16, 32 at least. */
static size_t octets_cost(size_t len)
{
	size_t cost = (len + 8 + 15) & ~(size_t)15;

	return cost < 32 ? 32 : cost;
}

static bool is_string(const void *ctx, uint32_t number, const void *key)
{
	const struct intern *intern = ctx;
	const struct intern_string *p = &intern->string[number];
	const struct string_key *k = key;

	return p->len == k->len && !memcmp(p->octets, k->octets, k->len);
}

static int take_number(struct intern *intern, uint32_t *number)
{
	uint32_t room = intern->room ? intern->room * 2 : 16;
	struct intern_string *string;

	if (intern->free_head) {
		*number = intern->free_head;
		intern->free_head = intern->string[*number].len;
		return 0;
	}
	if (intern->used >= intern->room) {
		string = realloc(intern->string, room * sizeof(*string));
		if (!string)
			return -ENOMEM;
		intern->string = string;
		intern->room = room;
	}
	*number = intern->used++;
	return 0;
}

static void give_number(struct intern *intern, uint32_t number)
{
	intern->string[number].refs = 0;
	intern->string[number].len = intern->free_head;
	intern->free_head = number;
}

static int add_string(struct intern *intern, const struct string_key *k,
		      uint64_t hash, uint32_t *number)
{
	uint8_t *octets = malloc(k->len);

	if (!octets)
		return -ENOMEM;
	if (take_number(intern, number))
		goto out_octets;
	if (hmap_insert(intern->index, hash, *number))
		goto out_number;
	memcpy(octets, k->octets, k->len);
	intern->string[*number] = (struct intern_string){
		.octets = octets,
		.refs = 1,
		.len = k->len,
	};
	intern->octets += octets_cost(k->len);
	return 0;

out_number:
	give_number(intern, *number);
out_octets:
	free(octets);
	return -ENOMEM;
}

uint32_t intern_find(const struct intern *intern, const uint8_t *octets,
		     uint16_t len)
{
	struct string_key k = { .octets = octets, .len = len };
	uint32_t number;

	if (!len)
		return INTERN_EMPTY;
	number = hmap_find(intern->index, siphash24(&intern->key, octets, len),
			   is_string, intern, &k);
	return number == HMAP_NONE ? INTERN_EMPTY : number;
}

int intern_ref(struct intern *intern, const uint8_t *octets, uint16_t len,
	       uint32_t *number)
{
	struct string_key k = { .octets = octets, .len = len };
	uint64_t hash;

	*number = INTERN_EMPTY;
	if (!len)
		return 0;
	hash = siphash24(&intern->key, octets, len);
	*number = hmap_find(intern->index, hash, is_string, intern, &k);
	if (*number == HMAP_NONE)
		return add_string(intern, &k, hash, number);
	intern->string[*number].refs++;
	return 0;
}

void intern_unref(struct intern *intern, uint32_t number)
{
	struct intern_string *p;

	if (number == INTERN_EMPTY)
		return;
	p = &intern->string[number];
	if (--p->refs)
		return;
	hmap_remove(intern->index, siphash24(&intern->key, p->octets, p->len),
		    number);
	intern->octets -= octets_cost(p->len);
	free(p->octets);
	give_number(intern, number);
}
