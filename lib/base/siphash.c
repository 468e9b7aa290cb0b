/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash - SipHash-2-4 (Aumasson, Bernstein: "SipHash", 2012), 64-bit tag. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "dhcp4o6/base/hash.h"

struct sip_state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip_state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void sip_compress(struct sip_state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

uint64_t siphash24(const struct siphash_key *key, const void *data, size_t len)
{
	struct sip_state s = {
		.v0 = key->k[0] ^ 0x736f6d6570736575,
		.v1 = key->k[1] ^ 0x646f72616e646f6d,
		.v2 = key->k[0] ^ 0x6c7967656e657261,
		.v3 = key->k[1] ^ 0x7465646279746573,
	};
	uint64_t last = (uint64_t)len << 56;
	const uint8_t *p = data;
	uint64_t word;
	size_t i;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		sip_compress(&s, le64toh(word));
	}
	for (i = 0; i < len; i++)
		last |= (uint64_t)p[i] << (8 * i);
	sip_compress(&s, last);
	s.v2 ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

int siphash_key_random(struct siphash_key *key)
{
	ssize_t got;

	do {
		got = getrandom(key->k, sizeof(key->k), 0);
	} while (got < 0 && errno == EINTR);
	if (got == (ssize_t)sizeof(key->k))
		return 0;
	memset(key, 0, sizeof(*key));
	return got < 0 ? -errno : -EIO;
}
