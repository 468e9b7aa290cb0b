/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash-2-4 against the vectors that its authors published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dhcp4o6/base/hash.h"

/* Key 00 01 .. 0f; message 00 01 .. of as many octets as the index says. */
static const uint64_t published[] = {
	0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
	0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
	0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462,
};

static struct siphash_key counting_key(void)
{
	return (struct siphash_key){ { 0x0706050403020100,
				       0x0f0e0d0c0b0a0908 } };
}

static void siphash_gives_the_published_values(void **state)
{
	struct siphash_key key = counting_key();
	uint8_t message[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	for (i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		assert_true(siphash24(&key, message, i) == published[i]);
	/* The example of the paper's appendix A. */
	assert_true(siphash24(&key, message, 15) == 0xa129ca6149be45e5);
}

static void siphash_reads_from_any_alignment(void **state)
{
	struct siphash_key key = counting_key();
	uint8_t message[64 + 8];
	uint64_t expected;
	size_t shift, i;

	(void)state;
	for (i = 0; i < 61; i++)
		message[i] = (uint8_t)(i * 7);
	expected = siphash24(&key, message, 61);
	for (shift = 1; shift < 8; shift++) {
		memmove(message + shift, message + shift - 1, 61);
		assert_true(siphash24(&key, message + shift, 61) == expected);
	}
}

static void random_keys_differ(void **state)
{
	struct siphash_key a, b;

	(void)state;
	assert_int_equal(siphash_key_random(&a), 0);
	assert_int_equal(siphash_key_random(&b), 0);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_gives_the_published_values),
		cmocka_unit_test(siphash_reads_from_any_alignment),
		cmocka_unit_test(random_keys_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
