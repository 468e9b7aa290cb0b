/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What servers, links and halves may make the DHCPv4 client do: odd times of a
 * lease are no flood, and a link that was away is not forgotten meanwhile.
 */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A server that gives such leases, for a thousand seconds. */
static uint64_t sent_for(uint32_t lease_s, uint32_t t1_s, uint32_t t2_s)
{
	const struct mono_time end = { .ns = life.now.ns + 1000 * NS_PER_S };

	while (life.step.wake.ns <= end.ns) {
		struct answer answer = answer_of(DHCP4_ACK);

		while (life.step.sends) {
			answer.type = life.query.kind == CLIENT4_DISCOVER
					      ? DHCP4_OFFER
					      : DHCP4_ACK;
			answer.lease_s = lease_s;
			answer.t1_s = t1_s;
			answer.t2_s = t2_s;
			assert_int_equal(life_answer(&answer), DROP_NONE);
		}
		life_wake();
	}
	return life.sent;
}

static void times_of_a_server_make_no_flood(void **state)
{
	static const struct {
		uint32_t lease_s, t1_s, t2_s;
	} cases[] = {
		{ 1, 0, 0 },     { 2, 0, 0 }, { 3, 1, 2 },     { 5, 1, 2 },
		{ 86400, 1, 2 }, { 9, 1, 0 }, { 86400, 0, 1 }, { 86400, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		life_begin(&(struct life_setup){ .seed = i });
		life_event(MACHINE4_ON_START, 0);
		/* An exchange of at most two messages every four seconds. */
		assert_true(sent_for(cases[i].lease_s, cases[i].t1_s,
				     cases[i].t2_s) <= 502);
	}
}

static void a_lease_of_seconds_is_renewed_all_the_same(void **state)
{
	const struct mono_time *t1 = &life.machine.t1;

	(void)state;
	life_become(MACHINE4_BOUND, true);
	for (int i = 0; i < 100; i++) {
		struct answer ack = answer_of(DHCP4_ACK);

		ack.lease_s = 8;
		life_event(MACHINE4_ON_RENEW, NS_PER_S);
		assert_int_equal(life_answer(&ack), DROP_NONE);
		assert_int_equal(mono_diff_ms(*t1, life.sent_at), 4000);
		life_wake();
		assert_sent(CLIENT4_RENEWING);
		assert_int_equal(life_answer(&ack), DROP_NONE);
		assert_change(MACHINE4_RENEWED);
	}
}

/* The host may be elsewhere by then: RFC 2131 section 3.7. */
static void
a_link_that_was_away_while_down_is_verified_after_start(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life_event(MACHINE4_ON_LINK_DOWN, 10 * NS_PER_S);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_event(MACHINE4_ON_LINK_UP, NS_PER_S);
	assert_state(MACHINE4_HOLDING);
	life_event(MACHINE4_ON_START, NS_PER_S);
	assert_state(MACHINE4_REBOOTING);
	assert_sent(CLIENT4_INIT_REBOOT);
	assert_true(life.machine.is_held);
	/* Asked about, and answered: that was that. */
	life_take(DHCP4_ACK);
	life_event(MACHINE4_ON_STOP, 10 * NS_PER_S);
	life_event(MACHINE4_ON_START, NS_PER_S);
	assert_state(MACHINE4_BOUND);
}

static void a_verification_that_stop_breaks_off_is_made_good(void **state)
{
	(void)state;
	life_become(MACHINE4_REBOOTING, true);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	assert_state(MACHINE4_HOLDING);
	life_event(MACHINE4_ON_START, 10 * NS_PER_S);
	assert_state(MACHINE4_REBOOTING);
	assert_sent(CLIENT4_INIT_REBOOT);
	/* Nobody answers: it is used, and not asked about again. */
	while (life.machine.state == MACHINE4_REBOOTING)
		life_wake();
	assert_state(MACHINE4_BOUND);
	life_event(MACHINE4_ON_STOP, 10 * NS_PER_S);
	life_event(MACHINE4_ON_START, NS_PER_S);
	assert_state(MACHINE4_BOUND);
}

static void a_link_that_is_still_away_is_verified_when_it_is_back(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life_event(MACHINE4_ON_STOP, 10 * NS_PER_S);
	life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
	life_event(MACHINE4_ON_START, NS_PER_S);
	assert_state(MACHINE4_BOUND);
	life_event(MACHINE4_ON_LINK_UP, NS_PER_S);
	assert_sent(CLIENT4_INIT_REBOOT);
	/* Away again, and an answer from before that. */
	life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
	life_take(DHCP4_ACK);
	assert_state(MACHINE4_BOUND);
	life_event(MACHINE4_ON_LINK_UP, 10 * NS_PER_S);
	assert_sent(CLIENT4_INIT_REBOOT);
}

/* Nobody was asked: RFC 5227 section 2.1. */
static void a_probe_without_a_link_finds_nothing_out(void **state)
{
	(void)state;
	life_become(MACHINE4_PROBING, false);
	life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_state(MACHINE4_PROBING);
	assert_change(MACHINE4_NO_CHANGE);
	assert_true(life.step.wake.ns == life.machine.expire.ns);
	life_event(MACHINE4_ON_LINK_UP, NS_PER_S);
	assert_change(MACHINE4_PROBE);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_change(MACHINE4_NEW);
	assert_state(MACHINE4_BOUND);
}

/* Who probes is told that there is nothing to probe for any more. */
static void a_lease_that_ends_while_it_is_probed_has_an_end(void **state)
{
	(void)state;
	life_become(MACHINE4_PROBING, false);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_wake();
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_WAITING);
	life_event(MACHINE4_ON_PROBE_OK, 0);
	assert_state(MACHINE4_WAITING);
	assert_false(life.machine.is_held);
}

/* The kernel counts no suspend: it would have the address for longer. */
static void what_ended_with_the_lease_does_not_stay_at_the_end(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life.now = mono_add_s(life.machine.expire, 1000);
	life_event(MACHINE4_ON_END, 0);
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_STOPPED);
	assert_true(life.step.wake.ns == MACHINE4_NEVER);
}

static void secs_never_run_backwards(void **state)
{
	(void)state;
	life_become(MACHINE4_RENEWING, true);
	life_event(MACHINE4_ON_RENEW, 0);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_event(MACHINE4_ON_START, NS_PER_S);
	assert_silent(); /* not yet */
	life_event(MACHINE4_ON_RENEW, 0);
	assert_sent(CLIENT4_RENEWING);
	assert_true(life.query.secs < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_a_server_make_no_flood),
		cmocka_unit_test(a_lease_of_seconds_is_renewed_all_the_same),
		cmocka_unit_test(
			a_link_that_was_away_while_down_is_verified_after_start),
		cmocka_unit_test(
			a_verification_that_stop_breaks_off_is_made_good),
		cmocka_unit_test(
			a_link_that_is_still_away_is_verified_when_it_is_back),
		cmocka_unit_test(
			a_lease_that_ends_while_it_is_probed_has_an_end),
		cmocka_unit_test(
			what_ended_with_the_lease_does_not_stay_at_the_end),
		cmocka_unit_test(a_probe_without_a_link_finds_nothing_out),
		cmocka_unit_test(secs_never_run_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
