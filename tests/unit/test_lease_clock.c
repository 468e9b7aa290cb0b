/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in records that no clock has shown: a disk is distrusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/lease/lease_clock.h"

#define WALL  1700000000
#define START 5000

static const int64_t odd_times[] = { INT64_MIN, INT64_MIN + 1, -1, 0,
				     INT64_MAX - 1 };

static const struct mono_time start = { START * NS_PER_S };

static void a_lease_with_an_impossible_end_has_an_end(void **state)
{
	struct lease_clock clock;
	int64_t ends_ns;
	size_t i;

	(void)state;
	lease_clock_init(&clock, start, (struct wall_time){ WALL });
	for (i = 0; i < sizeof(odd_times) / sizeof(odd_times[0]); i++) {
		ends_ns = lease_clock_ends_ns(&clock, odd_times[i]);
		assert_true(odd_times[i] > WALL ? ends_ns > start.ns
						: ends_ns < start.ns);
	}
}

static void it_is_restated_when_the_wall_clock_was_set(void **state)
{
	struct lease_clock clock;
	struct lease record;
	size_t i;

	(void)state;
	lease_clock_init(&clock, start, (struct wall_time){ WALL });
	assert_true(lease_clock_tell(&clock, start,
				     (struct wall_time){ WALL + 3600 }));
	for (i = 0; i < sizeof(odd_times) / sizeof(odd_times[0]); i++) {
		record = (struct lease){
			.starts.s = odd_times[i],
			.updated.s = odd_times[i],
			.expires.s = odd_times[i],
		};
		lease_clock_restate(&clock, start.ns + 60 * NS_PER_S, true,
				    &record);
		assert_int_equal(record.expires.s, WALL + 3660);
		assert_true(record.updated.s <= WALL + 3600);
		assert_true(record.starts.s <= WALL + 3600);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_with_an_impossible_end_has_an_end),
		cmocka_unit_test(it_is_restated_when_the_wall_clock_was_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
