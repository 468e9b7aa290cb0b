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

/* START, and nobody answers; until something comes of it. */
static void try_in_vain(int64_t left_s, bool probes)
{
	life_begin(&(struct life_setup){
		.seed = 1, .kept = kept_lease(left_s), .probes = probes });
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_INIT_REBOOT);
	do
		life_wake();
	while (!life.step.change);
	assert_silent();
	/* Ten seconds for it, a minute for any. */
	assert_int_equal(mono_diff_ms(life.now, life.machine.began), 60000);
}

static void rfc2131_3_2_a_lease_nobody_answers_about_is_used(void **state)
{
	struct mono_time last;

	(void)state;
	try_in_vain(LEASE_S, false);
	assert_change(MACHINE4_TIMED_OUT);
	assert_state(MACHINE4_BOUND);
	assert_true(life.machine.is_held);
	life_wake();
	assert_true(life.now.ns == life.machine.t1.ns);
	assert_sent(CLIENT4_RENEWING);
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_RENEWED);
	/* Its times are half over: a server is asked at once, but for the
	 * pause behind the last DISCOVER. */
	try_in_vain(LEASE_S / 4, false);
	assert_change(MACHINE4_TIMED_OUT);
	assert_int_equal(life_wait_ns() <= 0, true);
	last = life.sent_at;
	life_wake();
	if (!life.step.sends)
		life_wake();
	assert_sent(CLIENT4_RENEWING);
	assert_true(mono_diff_ms(life.now, last) >= 4000);
	assert_true(life_wait_ns() > 0);
	/* It has run out meanwhile. */
	try_in_vain(60, false);
	assert_change(MACHINE4_FAILED);
	assert_false(life.machine.has_lease);
	assert_int_equal(life_wait_ns(), 300 * NS_PER_S);
}

static void a_lease_nobody_answers_about_is_probed(void **state)
{
	(void)state;
	try_in_vain(LEASE_S, true);
	assert_change(MACHINE4_PROBE);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_change(MACHINE4_TIMED_OUT);
	assert_state(MACHINE4_BOUND);
	try_in_vain(LEASE_S, true);
	life_event(MACHINE4_ON_IN_USE, NS_PER_S);
	assert_change(MACHINE4_DECLINED);
}

/* The script of dhclient says so when it finds no router. */
static void a_lease_nobody_answers_about_may_be_refused(void **state)
{
	(void)state;
	try_in_vain(LEASE_S, false);
	life_event(MACHINE4_ON_REFUSED, NS_PER_S);
	assert_silent(); /* there is nobody to tell */
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_INIT);
	assert_int_equal(life_wait_ns(), 300 * NS_PER_S);
	life_wake();
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
	/* One that a server confirmed is declined, as any. */
	try_in_vain(LEASE_S, false);
	life_wake();
	life_take(DHCP4_ACK);
	life_event(MACHINE4_ON_REFUSED, NS_PER_S);
	assert_sent(CLIENT4_DECLINE);
	/* While it is down. */
	try_in_vain(LEASE_S, false);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_event(MACHINE4_ON_REFUSED, NS_PER_S);
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_WAITING);
}

static void what_a_server_offers_goes_before_a_lease_that_was_kept(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_START, 0);
	while (life.machine.state != MACHINE4_SELECTING)
		life_wake();
	life_take(DHCP4_OFFER);
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_NEW);
	/* Given back before there was an answer, it is given back. */
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_START, 0);
	while (life.machine.state != MACHINE4_SELECTING)
		life_wake();
	life_event(MACHINE4_ON_RELEASE, 0);
	assert_sent(CLIENT4_RELEASE);
	assert_change(MACHINE4_GIVEN_BACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kept_lease_is_judged_by_the_wall_clock),
		cmocka_unit_test(times_of_a_file_may_be_any_numbers),
		cmocka_unit_test(
			rfc2131_3_2_a_lease_nobody_answers_about_is_used),
		cmocka_unit_test(a_lease_nobody_answers_about_is_probed),
		cmocka_unit_test(a_lease_nobody_answers_about_may_be_refused),
		cmocka_unit_test(
			what_a_server_offers_goes_before_a_lease_that_was_kept),
		cmocka_unit_test(
			an_address_that_no_host_can_have_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
