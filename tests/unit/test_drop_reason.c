/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of reasons are an interface: metrics, logs and tests carry them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dhcp4o6/wire/drop_reason.h"

static void every_reason_has_a_name_of_its_own(void **state)
{
	unsigned int a, b;

	(void)state;
	for (a = 0; a < DROP_REASON_COUNT; a++) {
		const char *name = drop_reason_name((enum drop_reason)a);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz"
					      "0123456789-"),
				 strlen(name));
		assert_true(strlen(name) >= 4);
		assert_true(strlen(drop_reason_text((enum drop_reason)a)) > 8);
		for (b = 0; b < a; b++)
			assert_string_not_equal(
				name, drop_reason_name((enum drop_reason)b));
	}
}

static void none_and_strangers_have_names_too(void **state)
{
	(void)state;
	assert_string_equal(drop_reason_name(DROP_NONE), "none");
	assert_string_equal(drop_reason_name(DROP_REASON_COUNT), "unknown");
	assert_string_equal(drop_reason_name((enum drop_reason) - 1),
			    "unknown");
	assert_non_null(drop_reason_text((enum drop_reason) - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
		cmocka_unit_test(none_and_strangers_have_names_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
