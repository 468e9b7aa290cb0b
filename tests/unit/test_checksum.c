/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums against published examples and octet-wise definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/base/checksum.h"
#include "rng.h"

#define SEED 0x5eed0004

static void sum_is_that_of_rfc_1071(void **state)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03,
					   0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(checksum_fold(checksum_add(0, example, 8)), 0xddf2);
}

/* RFC 1071 section 1, one 16-bit word at a time. */
static uint16_t plain_sum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void sum_of_pieces_is_the_sum_of_the_whole(void **state)
{
	struct rng rng = { SEED };
	uint8_t data[300];
	size_t len, cut, i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rng_next(&rng);
	for (len = 0; len <= sizeof(data) - 3; len++) {
		uint64_t sum;

		cut = rng_below(&rng, (uint32_t)len + 1) & ~1U;
		sum = checksum_add(0, data + 3, cut);
		sum = checksum_add(sum, data + 3 + cut, len - cut);
		assert_int_equal(checksum_fold(sum), plain_sum(data + 3, len));
	}
}

static void sum_of_ones_does_not_lose_a_carry(void **state)
{
	uint8_t data[1500];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = 0xff;
	assert_int_equal(checksum_fold(checksum_add(0, data, 1500)), 0xffff);
	assert_int_equal(checksum_fold(UINT64_MAX), 0xffff);
	assert_int_equal(checksum_fold(0), 0);
}

typedef uint32_t crc_function(uint32_t crc, const void *data, size_t len);

/* RFC 3720 section B.4. */
static void check_published(crc_function *crc)
{
	uint8_t data[32];
	uint8_t i;

	assert_int_equal(crc(0, "123456789", 9), 0xe3069283);
	for (i = 0; i < 32; i++)
		data[i] = 0;
	assert_int_equal(crc(0, data, 32), 0x8a9136aa);
	for (i = 0; i < 32; i++)
		data[i] = 0xff;
	assert_int_equal(crc(0, data, 32), 0x62a8ab43);
	for (i = 0; i < 32; i++)
		data[i] = i;
	assert_int_equal(crc(0, data, 32), 0x46dd794e);
	assert_int_equal(crc(0, data, 0), 0);
}

static void crc_is_that_of_rfc_3720(void **state)
{
	(void)state;
	check_published(crc32c);
	check_published(crc32c_portable);
}

static void crc_in_pieces_is_the_same_by_either_way(void **state)
{
	struct rng rng = { SEED };
	uint8_t data[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rng_next(&rng);
	for (i = 0; i < 5000; i++) {
		uint32_t at = rng_below(&rng, 16);
		uint32_t len = rng_below(&rng, sizeof(data) - 16);
		uint32_t cut = rng_below(&rng, len + 1);
		uint32_t whole = crc32c(0, data + at, len);

		assert_int_equal(crc32c_portable(0, data + at, len), whole);
		assert_int_equal(crc32c(crc32c(0, data + at, cut),
					data + at + cut, len - cut),
				 whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_is_that_of_rfc_1071),
		cmocka_unit_test(sum_of_pieces_is_the_sum_of_the_whole),
		cmocka_unit_test(sum_of_ones_does_not_lose_a_carry),
		cmocka_unit_test(crc_is_that_of_rfc_3720),
		cmocka_unit_test(crc_in_pieces_is_the_same_by_either_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
