/* SPDX-License-Identifier: BSD-2-Clause */
/* What a lease file may say to the DHCPv4 client. */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_kept_lease_is_judged_by_the_wall_clock(void **state)
{
	static const struct {
		int64_t left_s;
		bool is_good;
		int64_t most_s;
	} cases[] = {
		{ -1000000, false, 0 },
		{ -1, false, 0 },
		{ 0, false, 0 },
		{ 1, true, 1 },
		{ LEASE_S, true, LEASE_S },
		/* The clock was set back: no longer than the server said. */
		{ 100 * LEASE_S, true, LEASE_S },
		{ INT64_MAX / 4, true, LEASE_S },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct machine4 *m = &life.machine;

		life_begin(&(struct life_setup){
			.kept = kept_lease(cases[i].left_s) });
		assert_int_equal(m->has_lease, cases[i].is_good);
		if (cases[i].is_good) {
			assert_int_equal(mono_diff_ms(m->expire, life.now),
					 cases[i].most_s * 1000);
			assert_true(m->t1.ns <= m->t2.ns &&
				    m->t2.ns <= m->expire.ns);
		}
		life_event(MACHINE4_ON_START, 0);
		assert_sent(cases[i].is_good ? CLIENT4_INIT_REBOOT
					     : CLIENT4_DISCOVER);
		assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
	}
}

static void times_of_a_file_may_be_any_numbers(void **state)
{
	static const int64_t numbers[] = {
		INT64_MIN, INT64_MIN + 1, -1,       0, 1,
		WALL_S,    INT64_MAX - 1, INT64_MAX
	};
	const size_t count = sizeof(numbers) / sizeof(*numbers);

	(void)state;
	for (size_t i = 0; i < count * count * count; i++) {
		struct client_lease4 *kept =
			(struct client_lease4 *)kept_lease(0);

		kept->expire.s = numbers[i % count];
		kept->rebind.s = numbers[i / count % count];
		kept->renew.s = numbers[i / count / count];
		life_begin(&(struct life_setup){ .kept = kept });
		assert_true(life.machine.t1.ns <= life.machine.t2.ns &&
			    life.machine.t2.ns <= life.machine.expire.ns);
		life_event(MACHINE4_ON_START, 0);
		assert_true(life.step.sends);
		life_run(mono_add_s(life.now, 100));
	}
}

static void an_address_that_no_host_can_have_is_not_asked_for(void **state)
{
	static const uint32_t addrs[] = { 0, 0x7f000001, 0xe0000001,
					  0xffffffff };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct client_lease4 *kept =
			(struct client_lease4 *)kept_lease(LEASE_S);

		kept->addr.s_addr = htonl(addrs[i]);
		life_begin(&(struct life_setup){ .kept = kept });
		life_event(MACHINE4_ON_START, 0);
		assert_sent(CLIENT4_DISCOVER);
		assert_false(has(50));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kept_lease_is_judged_by_the_wall_clock),
		cmocka_unit_test(times_of_a_file_may_be_any_numbers),
		cmocka_unit_test(
			an_address_that_no_host_can_have_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
