/* SPDX-License-Identifier: BSD-2-Clause */
/* num6 - IPv6 addresses as numbers of 128 bits. */
#ifndef LIB_ALLOC6_NUM6_H
#define LIB_ALLOC6_NUM6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct num6 {
	uint64_t high;
	uint64_t low;
};

static inline struct num6 num6_of(const struct in6_addr *addr)
{
	struct num6 n = { 0, 0 };
	unsigned int i;

	for (i = 0; i < 8; i++) {
		n.high = n.high << 8 | addr->s6_addr[i];
		n.low = n.low << 8 | addr->s6_addr[8 + i];
	}
	return n;
}

static inline struct in6_addr num6_addr(struct num6 n)
{
	struct in6_addr addr;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		addr.s6_addr[i] = (uint8_t)(n.high >> (56 - 8 * i));
		addr.s6_addr[8 + i] = (uint8_t)(n.low >> (56 - 8 * i));
	}
	return addr;
}

static inline int num6_compare(struct num6 a, struct num6 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static inline bool num6_is_equal(struct num6 a, struct num6 b)
{
	return a.high == b.high && a.low == b.low;
}

static inline struct num6 num6_add(struct num6 a, struct num6 b)
{
	struct num6 sum = { a.high + b.high, a.low + b.low };

	sum.high += sum.low < a.low;
	return sum;
}

static inline struct num6 num6_sub(struct num6 a, struct num6 b)
{
	return (struct num6){ a.high - b.high - (a.low < b.low),
			      a.low - b.low };
}

/* bits < 128 in both. */
static inline struct num6 num6_shift_left(struct num6 n, unsigned int bits)
{
	if (bits >= 64)
		return (struct num6){ n.low << (bits - 64), 0 };
	if (!bits)
		return n;
	return (struct num6){ n.high << bits | n.low >> (64 - bits),
			      n.low << bits };
}

static inline struct num6 num6_shift_right(struct num6 n, unsigned int bits)
{
	if (bits >= 64)
		return (struct num6){ 0, n.high >> (bits - 64) };
	if (!bits)
		return n;
	return (struct num6){ n.high >> bits,
			      n.low >> bits | n.high << (64 - bits) };
}

/* The prefix of this length; prefix_len <= 128. */
static inline struct num6 num6_mask(struct num6 n, unsigned int prefix_len)
{
	unsigned int bits = 128 - prefix_len;

	if (bits == 128)
		return (struct num6){ 0, 0 };
	return num6_shift_left(num6_shift_right(n, bits), bits);
}

#endif /* LIB_ALLOC6_NUM6_H */
