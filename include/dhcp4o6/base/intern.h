/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intern - strings of octets that many records share, kept once and counted. A
 * million leases have some thousand relay paths; a client has one DUID.
 */
#ifndef DHCP4O6_BASE_INTERN_H
#define DHCP4O6_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/hash.h"

#define INTERN_EMPTY 0U /* number of the empty string */

struct intern_string {
	uint8_t *octets;
	uint32_t refs; /* 0: free, len is then the next free one */
	uint32_t len;
};

struct intern {
	struct siphash_key key;
	struct hmap *index;
	struct intern_string *string; /* [number]; [0] is not used */
	uint32_t used;
	uint32_t room;
	uint32_t free_head; /* 0: none */
	size_t octets;      /* of all strings, as malloc() takes them */
};

int intern_init(struct intern *intern, const struct siphash_key *key);
void intern_fini(struct intern *intern);
size_t intern_memory(const struct intern *intern);
/* Takes a reference on the string's number. -ENOMEM. */
int intern_ref(struct intern *intern, const uint8_t *octets, uint16_t len,
	       uint32_t *number);
/* The string's number without a reference; INTERN_EMPTY: it is not there. */
uint32_t intern_find(const struct intern *intern, const uint8_t *octets,
		     uint16_t len);
void intern_unref(struct intern *intern, uint32_t number);

/* NULL when it is empty. Valid as long as a reference is held. */
static inline const uint8_t *intern_get(const struct intern *intern,
					uint32_t number, uint16_t *len)
{
	*len = 0;
	if (number == INTERN_EMPTY)
		return NULL;
	*len = (uint16_t)intern->string[number].len;
	return intern->string[number].octets;
}

#endif /* DHCP4O6_BASE_INTERN_H */
