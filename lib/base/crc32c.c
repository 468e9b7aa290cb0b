/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crc32c - CRC-32C by the CPU's instruction where it has one, else by eight
 * tables of 256 words, which are computed once.
 */
#include <pthread.h>
#include <string.h>

#include "dhcp4o6/base/checksum.h"

#define POLYNOMIAL 0x82f63b78U /* Castagnoli, reflected */

static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void)
{
	uint32_t i, k, crc;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (k = 0; k < 8; k++)
			crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
		table[0][i] = crc;
	}
	for (i = 0; i < 256; i++) {
		for (k = 1; k < 8; k++) {
			crc = table[k - 1][i];
			table[k][i] = crc >> 8 ^ table[0][crc & 0xff];
		}
	}
}

uint32_t crc32c_portable(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	pthread_once(&table_once, fill_table);
	crc = ~crc;
	for (; len >= 8; len -= 8, p += 8)
		crc = table[7][(crc ^ p[0]) & 0xff] ^
		      table[6][(crc >> 8 ^ p[1]) & 0xff] ^
		      table[5][(crc >> 16 ^ p[2]) & 0xff] ^
		      table[4][(crc >> 24 ^ p[3]) & 0xff] ^ table[3][p[4]] ^
		      table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
	for (; len; len--, p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	return ~crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
crc32c_sse42(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t wide = ~crc;
	uint64_t word;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	for (; len; len--, p++)
		crc = __builtin_ia32_crc32qi(crc, *p);
	return ~crc;
}

uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
	if (__builtin_cpu_supports("sse4.2"))
		return crc32c_sse42(crc, data, len);
	return crc32c_portable(crc, data, len);
}
#else
uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
	return crc32c_portable(crc, data, len);
}
#endif
