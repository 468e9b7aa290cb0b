/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When the DHCPv4 client sends, and how long a lease lasts. Times of RFC 2131
 * are checked over 10,000 seeds, each a client of its own.
 */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 10000

static void begin(uint64_t seed, const struct client_conf_times *times)
{
	life_begin(&(struct life_setup){ .seed = seed, .times = times });
}

/* Wakes until it sends; nanoseconds since it last did. */
static int64_t next_sending(void)
{
	struct mono_time last = life.sent_at;

	do {
		life_wake();
	} while (!life.step.sends);
	return mono_diff_ns(life.now, last);
}

static bool is_about(int64_t ns, int64_t s, int64_t jitter_ns)
{
	return ns >= s * NS_PER_S - jitter_ns && ns <= s * NS_PER_S + jitter_ns;
}

static const struct client_conf_times patient = {
	.timeout_s = 1000,
	.retry_s = 300,
	.reboot_s = 1000,
	.initial_interval_s = 4,
	.backoff_cutoff_s = 64,
};

static void check_backoff(enum client4_query_kind kind)
{
	static const int64_t intervals_s[] = { 4, 8, 16, 32, 64, 64, 64 };
	uint32_t xid = life.query.xid;

	for (size_t i = 0; i < sizeof(intervals_s) / sizeof(*intervals_s);
	     i++) {
		int64_t ns = next_sending();

		assert_sent(kind);
		assert_true(is_about(ns, intervals_s[i], NS_PER_S));
		assert_int_equal(life.query.xid, xid);
	}
}

static void rfc2131_4_1_delays_double_from_4_to_64_seconds(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(seed, &patient);
		life_event(MACHINE4_ON_START, 0);
		check_backoff(CLIENT4_DISCOVER);
		if (seed % 10)
			continue;
		life_take(DHCP4_OFFER);
		check_backoff(CLIENT4_SELECTING);
	}
}

static void rfc2131_4_1_delays_of_init_reboot_are_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		life_begin(&(struct life_setup){ .seed = seed,
						 .times = &patient,
						 .kept = kept_lease(LEASE_S) });
		life_event(MACHINE4_ON_START, 0);
		assert_sent(CLIENT4_INIT_REBOOT);
		check_backoff(CLIENT4_INIT_REBOOT);
	}
}

/* Not the same delays for all: uniform between -1 and +1 second. */
static void rfc2131_4_1_delays_are_random(void **state)
{
	unsigned int quarter[4] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(seed, NULL);
		life_event(MACHINE4_ON_START, 0);
		quarter[(next_sending() - 3 * NS_PER_S) / (NS_PER_S / 2) % 4]++;
	}
	for (int i = 0; i < 4; i++) {
		assert_true(quarter[i] > SEEDS / 4 - 300);
		assert_true(quarter[i] < SEEDS / 4 + 300);
	}
}

static void delays_are_those_that_are_configured(void **state)
{
	static const struct client_conf_times times = {
		.timeout_s = 100,
		.retry_s = 7,
		.initial_interval_s = 1,
		.backoff_cutoff_s = 3,
	};
	static const int64_t intervals_s[] = { 1, 2, 3, 3, 3 };

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		begin(seed, &times);
		life_event(MACHINE4_ON_START, 0);
		for (int i = 0; i < 5; i++)
			assert_true(is_about(next_sending(), intervals_s[i],
					     i ? NS_PER_S : NS_PER_S / 2));
	}
}

/* All zeros, or a cut-off below the first interval, is no flood. */
static void no_configuration_makes_it_send_without_a_pause(void **state)
{
	static const struct client_conf_times times[] = {
		{ 0 },
		{ .initial_interval_s = 5, .timeout_s = UINT32_MAX },
		{ .initial_interval_s = UINT32_MAX,
		  .backoff_cutoff_s = UINT32_MAX,
		  .timeout_s = UINT32_MAX,
		  .retry_s = UINT32_MAX,
		  .select_timeout_s = UINT32_MAX,
		  .reboot_s = UINT32_MAX },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin(1, &times[i]);
		life_event(MACHINE4_ON_START, 0);
		life_run(mono_add_s(life.now, 1000));
		assert_true(life.sent <= 1000);
		assert_true(life.sent >= 1);
		life_begin(&(struct life_setup){ .kept = kept_lease(LEASE_S),
						 .times = &times[i] });
		life_event(MACHINE4_ON_START, 0);
		life_run(mono_add_s(life.now, 1000));
		assert_true(life.sent <= 2000);
		assert_true(life.sent >= 1);
	}
}

static void rfc2131_4_4_1_the_first_message_waits_as_configured(void **state)
{
	static const struct client_conf_times times = {
		.timeout_s = 60,
		.initial_interval_s = 4,
		.backoff_cutoff_s = 64,
		.initial_delay_s = 10,
		.reboot_s = 10,
	};
	unsigned int early = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		life_begin(&(struct life_setup){
			.seed = seed,
			.times = &times,
			.kept = seed % 2 ? kept_lease(LEASE_S) : NULL,
		});
		life_event(MACHINE4_ON_START, 0);
		assert_silent();
		assert_true(life_wait_ns() <= 10 * NS_PER_S);
		early += life_wait_ns() < 5 * NS_PER_S;
		life_wake();
		assert_sent(seed % 2 ? CLIENT4_INIT_REBOOT : CLIENT4_DISCOVER);
		assert_int_equal(life.query.secs, 0);
	}
	assert_true(early > 400 && early < 600);
	begin(1, NULL); /* zero: at once */
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_DISCOVER);
}

static void
a_try_ends_after_timeout_and_the_next_comes_after_retry(void **state)
{
	struct mono_time begun;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		begin(seed, NULL);
		life_event(MACHINE4_ON_START, 0);
		begun = life.now;
		do
			life_wake();
		while (!life.step.change);
		assert_change(MACHINE4_FAILED);
		assert_silent();
		assert_int_equal(mono_diff_ms(life.now, begun), 60000);
		begun = life.now;
		life_wake();
		assert_sent(CLIENT4_DISCOVER);
		assert_int_equal(mono_diff_ms(life.now, begun), 300000);
		assert_int_equal(life.query.secs, 0); /* a new exchange */
	}
}

static void rfc2131_3_1_a_request_nobody_answers_ends_in_init(void **state)
{
	struct mono_time begun;

	(void)state;
	life_become(MACHINE4_REQUESTING, false);
	begun = life.sent_at;
	do
		life_wake();
	while (!life.step.change);
	assert_change(MACHINE4_FAILED);
	assert_state(MACHINE4_INIT);
	assert_int_equal(mono_diff_ms(life.now, begun), 60000);
	life_wake();
	assert_sent(CLIENT4_DISCOVER);
}

static void no_lease_is_verified_if_reboot_is_zero(void **state)
{
	static const struct client_conf_times times = {
		.timeout_s = 60,
		.initial_interval_s = 4,
		.backoff_cutoff_s = 64,
	};

	(void)state;
	life_begin(&(struct life_setup){ .times = &times,
					 .kept = kept_lease(LEASE_S) });
	life_event(MACHINE4_ON_START, 0);
	assert_sent(CLIENT4_DISCOVER);
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
	life_take(DHCP4_OFFER);
	life_take(DHCP4_ACK);
	life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
	life_event(MACHINE4_ON_LINK_UP, NS_PER_S);
	assert_state(MACHINE4_BOUND);
}

static void init_reboot_is_given_up_after_reboot(void **state)
{
	struct mono_time begun;

	(void)state;
	life_become(MACHINE4_REBOOTING, false);
	begun = life.sent_at;
	do
		life_wake();
	while (life.step.query.kind != CLIENT4_DISCOVER);
	assert_state(MACHINE4_SELECTING);
	assert_int_equal(mono_diff_ms(life.now, begun), 10000);
	/* RFC 2131 section 4.4.1: the address is wished for. */
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
}

/* ---- the times of a lease ---- */

static void bind_with(uint32_t lease_s, uint32_t t1_s, uint32_t t2_s)
{
	struct answer ack = answer_of(DHCP4_ACK);

	begin(1, NULL);
	life_event(MACHINE4_ON_START, 0);
	life_take(DHCP4_OFFER);
	ack.lease_s = lease_s;
	ack.t1_s = t1_s;
	ack.t2_s = t2_s;
	life.now.ns += 1500 * NS_PER_MS; /* the ACK takes its time */
	assert_int_equal(life_answer(&ack), DROP_NONE);
	assert_state(MACHINE4_BOUND);
}

static int64_t since_request_ms(struct mono_time t)
{
	return mono_diff_ms(t, life.sent_at);
}

static void rfc2131_4_4_5_t1_and_t2_are_those_of_the_server(void **state)
{
	static const struct {
		uint32_t lease_s, t1_s, t2_s;
		int64_t t1_ms, t2_ms;
	} cases[] = {
		{ 3600, 0, 0, 1800000, 3150000 },
		{ 3600, 600, 0, 600000, 3150000 },
		{ 3600, 0, 3000, 1800000, 3000000 },
		{ 3600, 600, 1200, 600000, 1200000 },
		/* What cannot be is not listened to. */
		{ 3600, 3600, 0, 1800000, 3150000 },
		{ 3600, 3200, 0, 1800000, 3150000 },
		{ 3600, 0, 3600, 1800000, 3150000 },
		{ 3600, 0, 9999, 1800000, 3150000 },
		{ 3600, 1200, 600, 300000, 600000 },
		{ 3600, UINT32_MAX, UINT32_MAX, 1800000, 3150000 },
		{ 3600, 0, 1000, 500000, 1000000 },
		{ 1, 0, 0, 500, 875 },
		{ UINT32_MAX - 1, 0, 0, 2147483647000, 3758096382250 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct machine4 *m = &life.machine;

		bind_with(cases[i].lease_s + (i == 11 ? 1 : 0), cases[i].t1_s,
			  cases[i].t2_s);
		if (i == 11) /* of two seconds: one would be over by now */
			continue;
		assert_int_equal(since_request_ms(m->t1), cases[i].t1_ms);
		assert_int_equal(since_request_ms(m->t2), cases[i].t2_ms);
		assert_int_equal(since_request_ms(m->expire),
				 cases[i].lease_s * 1000LL);
		assert_true(m->t1.ns < m->t2.ns && m->t2.ns < m->expire.ns);
	}
}

static void rfc2131_4_4_1_a_lease_counts_from_its_first_request(void **state)
{
	struct mono_time first;

	(void)state;
	begin(1, NULL);
	life_event(MACHINE4_ON_START, 0);
	life_take(DHCP4_OFFER);
	first = life.now;
	next_sending();
	next_sending();
	life_event(MACHINE4_ON_TIMER, NS_PER_S);
	life_take(DHCP4_ACK);
	assert_true(mono_diff_ns(life.machine.expire, first) ==
		    LEASE_S * NS_PER_S);
}

/* There each REQUEST has an id of its own, and one ACK fits one of them. */
static void rfc2131_4_4_5_a_renewal_counts_from_its_own_request(void **state)
{
	struct answer late = answer_of(DHCP4_ACK);
	struct mono_time last;
	uint32_t xid;

	(void)state;
	life_become(MACHINE4_RENEWING, true);
	xid = life.query.xid;
	next_sending();
	assert_sent(CLIENT4_RENEWING);
	assert_int_not_equal(life.query.xid, xid);
	last = life.now;
	late.xid_change = life.query.xid ^ xid;
	assert_int_equal(life_answer(&late), DROP_OTHER_XID);
	life.now.ns += NS_PER_S;
	life_take(DHCP4_ACK);
	assert_true(mono_diff_ns(life.machine.expire, last) ==
		    LEASE_S * NS_PER_S);
}

static void rfc2131_3_3_an_infinite_lease_never_ends(void **state)
{
	(void)state;
	bind_with(UINT32_MAX, 100, 200);
	assert_true(life.machine.expire.ns == MACHINE4_NEVER);
	assert_true(life.step.wake.ns == MACHINE4_NEVER);
	assert_true(life.machine.lease.expire.s == CLIENT_TIME_NEVER);
	assert_true(life.machine.lease.renew.s == CLIENT_TIME_NEVER);
	/* Asked for, it is renewed, and asked for again if nobody answers. */
	life_event(MACHINE4_ON_RENEW, 1000000 * NS_PER_S);
	assert_sent(CLIENT4_RENEWING);
	assert_true(life_wait_ns() >= 60 * NS_PER_S);
	life_wake();
	assert_sent(CLIENT4_RENEWING);
	life_take(DHCP4_ACK);
	assert_state(MACHINE4_BOUND);
}

/* Half of the time that is left, and at least a minute. */
static void check_renewal(struct mono_time end, enum client4_query_kind kind,
			  enum client4_query_kind next)
{
	for (;;) {
		int64_t left = mono_diff_ns(end, life.now);
		int64_t wait =
			left / 2 > 60 * NS_PER_S ? left / 2 : 60 * NS_PER_S;

		assert_true(life_wait_ns() == (wait < left ? wait : left));
		life_wake();
		if (life.now.ns >= end.ns)
			break;
		assert_sent(kind);
	}
	if (next == CLIENT4_QUERY_KIND_COUNT)
		assert_silent();
	else
		assert_sent(next);
}

static void rfc2131_4_4_5_renewals_wait_half_of_what_is_left(void **state)
{
	int64_t secs;

	(void)state;
	for (uint32_t lease_s = 60; lease_s < 10000000; lease_s *= 3) {
		bind_with(lease_s, 0, 0);
		life_wake();
		assert_true(life.now.ns == life.machine.t1.ns);
		assert_sent(CLIENT4_RENEWING);
		check_renewal(life.machine.t2, CLIENT4_RENEWING,
			      CLIENT4_REBINDING);
		assert_state(MACHINE4_REBINDING);
		/* Secs since the renewal began, whoever is asked. */
		secs = mono_diff_ns(life.machine.t2, life.machine.t1) /
		       NS_PER_S;
		assert_int_equal(life.query.secs, secs > 65535 ? 65535 : secs);
		check_renewal(life.machine.expire, CLIENT4_REBINDING,
			      CLIENT4_QUERY_KIND_COUNT);
		assert_change(MACHINE4_EXPIRED);
		assert_state(MACHINE4_INIT);
		life_wake();
		assert_sent(CLIENT4_DISCOVER);
	}
}

static void the_file_has_the_times_of_the_wall(void **state)
{
	struct client_lease4 *lease = &life.machine.lease;
	int64_t sent_s;

	(void)state;
	bind_with(3600, 600, 1200);
	/* The REQUEST was sent at a whole second. */
	sent_s = WALL_S + (life.sent_at.ns - 1000 * NS_PER_S) / NS_PER_S;
	/* 1.5 s ago; the wall clock is cut to seconds, and so is this. */
	assert_true(lease->expire.s == sent_s + 3600 - 1);
	assert_true(lease->rebind.s == sent_s + 1200 - 1);
	assert_true(lease->renew.s == sent_s + 600 - 1);
	/* What is over is over: T1 half a second ago, and that is cut, too. */
	bind_with(2, 0, 0);
	assert_true(lease->renew.s == sent_s + 1 - 1);
	assert_true(lease->expire.s == sent_s + 2 - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc2131_4_1_delays_double_from_4_to_64_seconds),
		cmocka_unit_test(
			rfc2131_4_1_delays_of_init_reboot_are_the_same),
		cmocka_unit_test(rfc2131_4_1_delays_are_random),
		cmocka_unit_test(delays_are_those_that_are_configured),
		cmocka_unit_test(
			no_configuration_makes_it_send_without_a_pause),
		cmocka_unit_test(
			rfc2131_4_4_1_the_first_message_waits_as_configured),
		cmocka_unit_test(
			a_try_ends_after_timeout_and_the_next_comes_after_retry),
		cmocka_unit_test(
			rfc2131_3_1_a_request_nobody_answers_ends_in_init),
		cmocka_unit_test(no_lease_is_verified_if_reboot_is_zero),
		cmocka_unit_test(init_reboot_is_given_up_after_reboot),
		cmocka_unit_test(
			rfc2131_4_4_5_t1_and_t2_are_those_of_the_server),
		cmocka_unit_test(
			rfc2131_4_4_1_a_lease_counts_from_its_first_request),
		cmocka_unit_test(
			rfc2131_4_4_5_a_renewal_counts_from_its_own_request),
		cmocka_unit_test(rfc2131_3_3_an_infinite_lease_never_ends),
		cmocka_unit_test(
			rfc2131_4_4_5_renewals_wait_half_of_what_is_left),
		cmocka_unit_test(the_file_has_the_times_of_the_wall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
