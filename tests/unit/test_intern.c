/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings that are kept once, and counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "dhcp4o6/base/intern.h"

static const struct siphash_key key = { { 3, 4 } };

static uint32_t ref(struct intern *intern, const char *text)
{
	uint32_t number;

	assert_int_equal(intern_ref(intern, (const uint8_t *)text,
				    (uint16_t)strlen(text), &number),
			 0);
	return number;
}

static void assert_is(const struct intern *intern, uint32_t number,
		      const char *text)
{
	uint16_t len;
	const uint8_t *octets = intern_get(intern, number, &len);

	assert_int_equal(len, strlen(text));
	assert_memory_equal(octets, text, len);
}

static void equal_strings_have_one_number_and_one_copy(void **state)
{
	struct intern intern;
	uint32_t one, other;
	size_t octets;

	(void)state;
	assert_int_equal(intern_init(&intern, &key), 0);
	one = ref(&intern, "one");
	octets = intern.octets;
	other = ref(&intern, "other");
	assert_int_not_equal(one, other);
	assert_int_equal(ref(&intern, "one"), one);
	assert_int_equal(intern.octets, octets * 2);
	assert_is(&intern, one, "one");
	assert_is(&intern, other, "other");
	intern_unref(&intern, one);
	assert_is(&intern, one, "one");
	intern_unref(&intern, one);
	assert_int_equal(intern.octets, octets);
	assert_int_equal(ref(&intern, "third"), one); /* is used again */
	intern_fini(&intern);
}

static void the_empty_string_costs_nothing(void **state)
{
	struct intern intern;
	uint16_t len = 1;

	(void)state;
	assert_int_equal(intern_init(&intern, &key), 0);
	assert_int_equal(ref(&intern, ""), INTERN_EMPTY);
	assert_null(intern_get(&intern, INTERN_EMPTY, &len));
	assert_int_equal(len, 0);
	intern_unref(&intern, INTERN_EMPTY);
	assert_int_equal(intern.octets, 0);
	intern_fini(&intern);
}

static void thousands_come_and_go(void **state)
{
	uint32_t number[5000];
	struct intern intern;
	char text[16];
	uint32_t i;

	(void)state;
	assert_int_equal(intern_init(&intern, &key), 0);
	for (i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "%u", i);
		number[i] = ref(&intern, text);
	}
	for (i = 0; i < 5000; i += 2)
		intern_unref(&intern, number[i]);
	for (i = 1; i < 5000; i += 2) {
		snprintf(text, sizeof(text), "%u", i);
		assert_is(&intern, number[i], text);
		intern_unref(&intern, number[i]);
	}
	assert_int_equal(intern.octets, 0);
	assert_int_equal(hmap_count(intern.index), 0);
	intern_fini(&intern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_strings_have_one_number_and_one_copy),
		cmocka_unit_test(the_empty_string_costs_nothing),
		cmocka_unit_test(thousands_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
