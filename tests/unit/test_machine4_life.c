/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole lives of the DHCPv4 client: from START to RELEASE, with what goes
 * wrong in between.
 */
#include "machine4_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void an_address_is_got_renewed_and_given_back(void **state)
{
	uint32_t xid;

	(void)state;
	life_begin(&(struct life_setup){ .seed = 1, .probes = true });
	life_bind();
	assert_state(MACHINE4_PROBING);
	assert_change(MACHINE4_PROBE);
	assert_false(life.machine.is_held);
	life_event(MACHINE4_ON_PROBE_OK, 6 * NS_PER_S);
	assert_change(MACHINE4_NEW);
	assert_true(life.machine.is_held);
	for (int i = 0; i < 10; i++) {
		life_wake();
		assert_sent(CLIENT4_RENEWING);
		assert_true(got.msg.unicast);
		life.now.ns += NS_PER_S / 10;
		life_take(DHCP4_ACK);
		assert_change(MACHINE4_RENEWED);
	}
	xid = life.query.xid;
	life_event(MACHINE4_ON_RELEASE, NS_PER_S);
	assert_sent(CLIENT4_RELEASE);
	assert_change(MACHINE4_GIVEN_BACK);
	assert_int_not_equal(life.query.xid, xid);
	assert_int_equal(ntohl(got.dhcp4.ciaddr.s_addr), ADDR);
	assert_true(got.msg.unicast);
	assert_true(life.step.wake.ns == MACHINE4_NEVER);
	/* Whoever asks for a lease again gets one. */
	life_event(MACHINE4_ON_RENEW, NS_PER_S);
	life_wake();
	assert_sent(CLIENT4_DISCOVER);
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
}

static void rfc2131_3_2_a_kept_lease_is_verified(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_START, 3 * NS_PER_S);
	assert_sent(CLIENT4_INIT_REBOOT);
	assert_false(has(54));
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_REBOOT);
	assert_state(MACHINE4_BOUND);
	/* With a probe the address is probed. */
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S),
					 .probes = true });
	life_event(MACHINE4_ON_START, 0);
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_PROBE);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_change(MACHINE4_REBOOT);
}

/* It ran out while it was asked about; the server may know better. */
static void a_kept_lease_may_be_renewed_while_it_is_verified(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(5) });
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_INIT_REBOOT);
	life_event(MACHINE4_ON_LINK_DOWN, 6 * NS_PER_S);
	assert_state(MACHINE4_REBOOTING);
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_REBOOT);
	assert_state(MACHINE4_BOUND);
}

static void rfc2131_3_2_a_nak_ends_a_kept_lease(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_START, 0);
	life_take(DHCP4_NAK);
	assert_state(MACHINE4_INIT);
	assert_change(MACHINE4_NO_CHANGE); /* it was not in use */
	assert_int_equal(life_wait_ns(), 0);
	life_wake();
	assert_sent(CLIENT4_DISCOVER);
	assert_false(has(50)); /* nobody wants it */
}

static void rfc2131_4_4_a_nak_ends_a_lease_in_use_at_once(void **state)
{
	static const enum machine4_state states[] = { MACHINE4_RENEWING,
						      MACHINE4_REBINDING };

	(void)state;
	for (int i = 0; i < 2; i++) {
		life_become(states[i], true);
		life_take(DHCP4_NAK);
		assert_change(MACHINE4_NAKED);
		assert_int_equal(life_wait_ns(), 0);
		life_wake();
		assert_sent(CLIENT4_DISCOVER);
		assert_false(has(50));
		assert_int_equal(life.query.server_id.s_addr, 0);
	}
}

/* A server that offers and then refuses is asked more and more slowly. */
static void naks_one_after_the_other_slow_it_down(void **state)
{
	struct mono_time begun;

	(void)state;
	life_become(MACHINE4_REQUESTING, false);
	begun = life.now;
	for (int i = 0; i < 20; i++) {
		life_take(DHCP4_NAK);
		life_wake();
		assert_sent(CLIENT4_DISCOVER);
		life_take(DHCP4_OFFER);
	}
	/* 0, 4, 8, 16, 32, 64, 64, ... */
	assert_true(mono_diff_ns(life.now, begun) > 900 * NS_PER_S);
	assert_true(mono_diff_ns(life.now, begun) < 1100 * NS_PER_S);
	/* Until half of a lease went well. */
	life_take(DHCP4_ACK);
	life_wake();
	assert_sent(CLIENT4_RENEWING);
	life_take(DHCP4_NAK);
	assert_int_equal(life_wait_ns(), 0);
}

static void rfc2131_3_1_after_a_decline_it_waits_ten_seconds(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		life_begin(&(struct life_setup){ .probes = i == 0 });
		life_bind();
		life_event(i ? MACHINE4_ON_REFUSED : MACHINE4_ON_IN_USE,
			   2 * NS_PER_S);
		assert_sent(CLIENT4_DECLINE);
		assert_change(MACHINE4_DECLINED);
		assert_int_equal(ntohl(dhcp4_get_addr(&got.dhcp4, 50).s_addr),
				 ADDR);
		assert_int_equal(ntohl(dhcp4_get_addr(&got.dhcp4, 54).s_addr),
				 SERVER_A);
		assert_false(got.msg.unicast);
		assert_int_equal(got.dhcp4.ciaddr.s_addr, 0);
		assert_true(has(56));
		assert_int_equal(life_wait_ns(), 10 * NS_PER_S);
		life_wake();
		assert_sent(CLIENT4_DISCOVER);
		assert_false(has(50));
	}
}

/* RFC 5227 section 2.1.1 wants one try in a minute after ten conflicts. */
static void rfc5227_2_1_1_conflicts_slow_it_down(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .seed = 5, .probes = true });
	life_bind();
	for (int i = 0; i < 15; i++) {
		life_event(MACHINE4_ON_IN_USE, NS_PER_S);
		assert_sent(CLIENT4_DECLINE);
		assert_true(life_wait_ns() >= 10 * NS_PER_S);
		if (i >= 10)
			assert_true(life_wait_ns() >= 60 * NS_PER_S);
		life_wake();
		life_take(DHCP4_OFFER);
		life_take(DHCP4_ACK);
		assert_state(MACHINE4_PROBING);
	}
}

static void rfc2131_4_4_5_a_lease_that_ran_out_ends_at_once(void **state)
{
	static const enum machine4_event events[] = {
		MACHINE4_ON_TIMER,   MACHINE4_ON_START,     MACHINE4_ON_STOP,
		MACHINE4_ON_IN_USE,  MACHINE4_ON_LINK_DOWN, MACHINE4_ON_RENEW,
		MACHINE4_ON_RELEASE,
	};

	(void)state;
	for (unsigned int s = MACHINE4_BOUND; s <= MACHINE4_RELEASING; s++) {
		for (int e = 0; e < 7; e++) {
			life_become((enum machine4_state)s, true);
			/* Suspended over the end of it. */
			life.now = mono_add_s(life.machine.expire, 1000);
			life_event(events[e], 0);
			assert_change(MACHINE4_EXPIRED);
			assert_false(life.machine.has_lease);
		}
	}
}

static void an_ack_that_comes_after_the_end_comes_too_late(void **state)
{
	struct answer ack = answer_of(DHCP4_ACK);

	(void)state;
	life_become(MACHINE4_REBINDING, true);
	life.now = life.machine.expire;
	assert_int_equal(life_answer(&ack), DROP_NOT_AWAITED);
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_INIT);
	assert_int_equal(life_wait_ns(), 0);
}

static void a_suspend_over_t1_or_t2_is_made_good(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life.now = mono_add_s(life.machine.t1, 10);
	life_event(MACHINE4_ON_TIMER, 0);
	assert_sent(CLIENT4_RENEWING);
	life_become(MACHINE4_BOUND, true);
	life.now = mono_add_s(life.machine.t2, 10);
	life_event(MACHINE4_ON_TIMER, 0);
	assert_sent(CLIENT4_REBINDING);
	life_become(MACHINE4_RENEWING, true);
	life.now = mono_add_s(life.machine.t2, 10);
	life_event(MACHINE4_ON_TIMER, 0);
	assert_sent(CLIENT4_REBINDING);
}

/* ---- DHCPv4-over-DHCPv6 comes and goes ---- */

static void rfc7341_9_nothing_is_sent_before_start(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_run(mono_add_s(life.now, 36000)); /* hours */
	assert_int_equal(life.sent, 0);
	assert_int_equal(life.polled, 601); /* and one at once */
	assert_state(MACHINE4_WAITING);
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_INIT_REBOOT);
}

/* It is told by STOP that it is down: to each POLL, over and over. */
static void an_answer_to_a_poll_brings_no_other_poll(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .seed = 1 });
	for (int i = 0; i < 1000; i++) {
		life_event(MACHINE4_ON_STOP, NS_PER_S);
		assert_false(life.step.polls);
		life_run(life.now);
	}
	assert_true(life.polled >= 16 && life.polled <= 18);
	life_become(MACHINE4_HOLDING, true);
	life.polled = 0;
	for (int i = 0; i < 1000; i++) {
		life_event(MACHINE4_ON_STOP, NS_PER_S);
		assert_false(life.step.polls);
		life_run(life.now);
	}
	assert_true(life.polled >= 16 && life.polled <= 18);
}

static void rfc7341_9_after_stop_an_address_runs_out(void **state)
{
	uint64_t sent;

	(void)state;
	life_become(MACHINE4_BOUND, true);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	assert_state(MACHINE4_HOLDING);
	assert_true(life.machine.is_held);
	sent = life.sent;
	life_run((struct mono_time){ life.machine.expire.ns - 1 });
	assert_state(MACHINE4_HOLDING);
	assert_int_equal(life.sent, sent); /* no renewal, no RELEASE */
	life_wake();
	assert_change(MACHINE4_EXPIRED);
	assert_state(MACHINE4_WAITING);
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_DISCOVER);
	assert_true(has(50));
}

static void rfc7341_9_after_start_renewal_goes_on(void **state)
{
	static const struct {
		int after; /* 0: before T1, 1: T1, 2: T2 */
		enum machine4_state next;
	} cases[] = {
		{ 0, MACHINE4_BOUND },
		{ 1, MACHINE4_RENEWING },
		{ 2, MACHINE4_REBINDING },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct machine4 *m = &life.machine;

		life_become(MACHINE4_HOLDING, true);
		life_run(i == 0 ? mono_add_s(life.now, 100)
				: mono_add_s(i == 1 ? m->t1 : m->t2, 100));
		assert_state(MACHINE4_HOLDING);
		life_event(MACHINE4_ON_START, 0);
		assert_state(cases[i].next);
		if (i == 0) {
			assert_silent();
			assert_true(life.step.wake.ns == m->t1.ns);
			continue;
		}
		assert_sent(i == 1 ? CLIENT4_RENEWING : CLIENT4_REBINDING);
		life_take(DHCP4_ACK);
		assert_state(MACHINE4_BOUND);
	}
}

/* A v6 half that cannot make up its mind costs no flood. */
static void start_and_stop_in_turn_make_no_flood(void **state)
{
	static const enum machine4_state states[] = { MACHINE4_WAITING,
						      MACHINE4_REBOOTING,
						      MACHINE4_RENEWING };

	(void)state;
	for (int i = 0; i < 3; i++) {
		life_become(states[i], states[i] == MACHINE4_RENEWING);
		life.sent = 0;
		for (int n = 0; n < 10000; n++) {
			life_event(MACHINE4_ON_START, 50 * NS_PER_MS);
			life_run(life.now);
			life_event(MACHINE4_ON_STOP, 50 * NS_PER_MS);
		}
		/* A thousand seconds. */
		assert_true(life.sent <= 251);
	}
}

static void a_stop_while_an_address_is_probed_does_not_lose_it(void **state)
{
	(void)state;
	life_become(MACHINE4_PROBING, false);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	assert_state(MACHINE4_PROBING);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_change(MACHINE4_NEW);
	assert_state(MACHINE4_HOLDING);
	/* In use: nobody can be told. */
	life_become(MACHINE4_PROBING, false);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_event(MACHINE4_ON_IN_USE, NS_PER_S);
	assert_change(MACHINE4_DECLINED);
	assert_silent();
	assert_state(MACHINE4_WAITING);
	/* And back again before the probe was over. */
	life_become(MACHINE4_PROBING, false);
	life_event(MACHINE4_ON_STOP, NS_PER_S);
	life_event(MACHINE4_ON_START, NS_PER_S);
	life_event(MACHINE4_ON_PROBE_OK, NS_PER_S);
	assert_state(MACHINE4_BOUND);
}

/* ---- giving back ---- */

static void a_release_waits_for_start(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_RELEASE, 0);
	assert_state(MACHINE4_RELEASING);
	assert_int_equal(life.step.error, 0);
	assert_true(life.step.polls);
	life_event(MACHINE4_ON_START, 20 * NS_PER_S);
	assert_sent(CLIENT4_RELEASE);
	assert_change(MACHINE4_GIVEN_BACK);
	assert_option(54, "\12\12\12\1", 4);
	assert_state(MACHINE4_RELEASED);
}

static void a_release_does_not_wait_for_ever(void **state)
{
	(void)state;
	for (int held = 0; held < 2; held++) {
		life_become(MACHINE4_RELEASING, held);
		do
			life_wake();
		while (!life.step.change);
		assert_change(MACHINE4_UNRELEASED);
		assert_silent();
		assert_true(life.machine.has_lease);
		assert_int_equal(life.machine.is_held, held);
		assert_state(held ? MACHINE4_HOLDING : MACHINE4_WAITING);
	}
}

static void a_release_of_nothing_says_so(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .seed = 1 });
	life_event(MACHINE4_ON_RELEASE, 0);
	assert_int_equal(life.step.error, -ENOENT);
	/* What was kept ran out, before or while it waited. */
	life_begin(&(struct life_setup){ .kept = kept_lease(-1) });
	life_event(MACHINE4_ON_RELEASE, 0);
	assert_int_equal(life.step.error, -ENOENT);
	life_begin(&(struct life_setup){ .kept = kept_lease(10) });
	life_event(MACHINE4_ON_RELEASE, 10 * NS_PER_S);
	assert_int_equal(life.step.error, -ENOENT);
	life_begin(&(struct life_setup){ .kept = kept_lease(10) });
	life_event(MACHINE4_ON_RELEASE, 0);
	life_wake();
	assert_change(MACHINE4_UNRELEASED);
	assert_false(life.machine.has_lease);
}

/* ---- the interface ---- */

static void rfc2131_3_7_a_lease_is_verified_when_the_link_is_back(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life_event(MACHINE4_ON_LINK_UP, 100 * NS_PER_S);
	assert_state(MACHINE4_BOUND); /* it was never away */
	life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
	assert_state(MACHINE4_BOUND);
	life_event(MACHINE4_ON_LINK_UP, NS_PER_S);
	assert_sent(CLIENT4_INIT_REBOOT);
	assert_true(life.machine.is_held); /* meanwhile it is used */
	life_take(DHCP4_ACK);
	assert_change(MACHINE4_RENEWED);
	assert_state(MACHINE4_BOUND);
	/* A link that comes and goes is asked about every four seconds. */
	life.sent = 0;
	for (int i = 0; i < 1000; i++) {
		life_event(MACHINE4_ON_LINK_DOWN, 5 * NS_PER_MS);
		life_event(MACHINE4_ON_LINK_UP, 5 * NS_PER_MS);
		life_run(life.now);
		if (life.step.sends)
			life_take(DHCP4_ACK);
	}
	assert_true(life.sent <= 3);
}

static void rfc2131_3_2_a_lease_in_use_outlives_a_silent_server(void **state)
{
	(void)state;
	life_become(MACHINE4_REBOOTING, true);
	while (life.machine.state == MACHINE4_REBOOTING)
		life_wake();
	assert_state(MACHINE4_BOUND);
	assert_true(life.machine.is_held);
	assert_true(life.step.wake.ns == life.machine.t1.ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_got_renewed_and_given_back),
		cmocka_unit_test(rfc2131_3_2_a_kept_lease_is_verified),
		cmocka_unit_test(
			a_kept_lease_may_be_renewed_while_it_is_verified),
		cmocka_unit_test(rfc2131_3_2_a_nak_ends_a_kept_lease),
		cmocka_unit_test(rfc2131_4_4_a_nak_ends_a_lease_in_use_at_once),
		cmocka_unit_test(naks_one_after_the_other_slow_it_down),
		cmocka_unit_test(
			rfc2131_3_1_after_a_decline_it_waits_ten_seconds),
		cmocka_unit_test(rfc5227_2_1_1_conflicts_slow_it_down),
		cmocka_unit_test(
			rfc2131_4_4_5_a_lease_that_ran_out_ends_at_once),
		cmocka_unit_test(
			an_ack_that_comes_after_the_end_comes_too_late),
		cmocka_unit_test(a_suspend_over_t1_or_t2_is_made_good),
		cmocka_unit_test(rfc7341_9_nothing_is_sent_before_start),
		cmocka_unit_test(an_answer_to_a_poll_brings_no_other_poll),
		cmocka_unit_test(rfc7341_9_after_stop_an_address_runs_out),
		cmocka_unit_test(rfc7341_9_after_start_renewal_goes_on),
		cmocka_unit_test(start_and_stop_in_turn_make_no_flood),
		cmocka_unit_test(
			a_stop_while_an_address_is_probed_does_not_lose_it),
		cmocka_unit_test(a_release_waits_for_start),
		cmocka_unit_test(a_release_does_not_wait_for_ever),
		cmocka_unit_test(a_release_of_nothing_says_so),
		cmocka_unit_test(
			rfc2131_3_7_a_lease_is_verified_when_the_link_is_back),
		cmocka_unit_test(
			rfc2131_3_2_a_lease_in_use_outlives_a_silent_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
