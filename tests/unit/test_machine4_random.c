/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCPv4 client for 1,000 days beside two servers that lose messages and
 * go away, and under events in any order. What holds after each step is in the
 * fixture; here is what holds in the long run.
 */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "rng.h"

#define DAY_S 86400

/* Two servers, each with an address for the client. */
struct server {
	uint32_t id;
	uint32_t addr;
	bool is_down;
	bool is_bound; /* it gave the address to the client */
};

struct world {
	struct rng rng;
	struct server server[2];
	unsigned int lost_percent;
	uint64_t taken; /* ACKs */
};

/* What RFC 2131 section 4.3 lets the server say; 0: nothing. */
static uint8_t reply_of(struct server *s)
{
	uint32_t addr = ntohl(life.query.addr.s_addr);

	switch (life.query.kind) {
	case CLIENT4_DISCOVER:
		return DHCP4_OFFER;
	case CLIENT4_SELECTING:
		s->is_bound =
			ntohl(dhcp4_get_addr(&got.dhcp4, 54).s_addr) == s->id;
		return s->is_bound ? DHCP4_ACK : 0;
	case CLIENT4_INIT_REBOOT:
	case CLIENT4_RENEWING:
	case CLIENT4_REBINDING:
		return s->is_bound && addr == s->addr ? DHCP4_ACK : 0;
	case CLIENT4_RELEASE:
	case CLIENT4_DECLINE:
		s->is_bound = false;
		return 0;
	default:
		return 0;
	}
}

/* Each server gets the query, and may answer it, in any order. */
static void serve(struct world *w)
{
	const struct client4_query query = life.query;
	unsigned int first = rng_below(&w->rng, 2);

	for (unsigned int i = 0; i < 2 && life.step.sends; i++) {
		struct server *s = &w->server[(first + i) % 2];
		struct answer answer = answer_of(0);

		if (s->is_down || rng_below(&w->rng, 100) < w->lost_percent)
			continue;
		answer.type = reply_of(s);
		answer.addr = s->addr;
		answer.server = s->id;
		answer.lease_s = 3600;
		if (!answer.type || rng_below(&w->rng, 100) < w->lost_percent)
			continue;
		life.now.ns += rng_below(&w->rng, 200) * NS_PER_MS;
		if (life_answer(&answer) == DROP_NONE)
			w->taken += answer.type == DHCP4_ACK;
		if (life.query.xid != query.xid ||
		    life.query.kind != query.kind)
			i = UINT32_MAX; /* both get the new one */
	}
}

static struct world new_world(uint64_t seed)
{
	return (struct world){
		.rng = { .state = seed * 2 + 1 },
		.server = { { .id = SERVER_A, .addr = ADDR },
			    { .id = SERVER_B, .addr = ADDR + 1 } },
	};
}

/* Until then, with servers. */
static void live(struct world *w, struct mono_time until)
{
	while (life.step.wake.ns <= until.ns) {
		life_wake();
		if (life.step.sends)
			serve(w);
		if (life.step.change == MACHINE4_PROBE)
			life_event(MACHINE4_ON_PROBE_OK, 0);
	}
	if (life.now.ns < until.ns)
		life.now = until;
}

static void check_times(void)
{
	const struct machine4 *m = &life.machine;
	int64_t left_s = mono_diff_ns(m->expire, life.now) / NS_PER_S;
	int64_t wall_s = m->lease.expire.s - life_wall().s;

	/* In the file and in the machine it ends at the same time. */
	assert_true(left_s - wall_s >= 0 && left_s - wall_s <= 2);
	assert_true(left_s <= 3600);
	assert_int_equal(m->lease.options.count, 4);
	assert_int_equal(m->lease.options.used, 4 + 1 + 4 + identity.id_len);
}

static void a_thousand_days_pass_without_drift_or_leak(void **state)
{
	struct world w = new_world(1);
	uint64_t sent;

	(void)state;
	life_begin(&(struct life_setup){ .seed = 1 });
	life_event(MACHINE4_ON_START, 0);
	serve(&w);
	assert_state(MACHINE4_BOUND);
	sent = life.sent;
	for (int day = 1; day <= 1000; day++) {
		live(&w, mono_add_s((struct mono_time){ 1000 * NS_PER_S },
				    (int64_t)day * DAY_S));
		assert_state(MACHINE4_BOUND);
		check_times();
	}
	/* A REQUEST every half hour, less what an answer takes. */
	sent = life.sent - sent;
	assert_true(sent <= 48000 && sent >= 47950);
	assert_int_equal(w.taken, sent + 1);
	assert_int_equal(life.machine.restarts, 0);
}

static void
a_thousand_days_of_losses_and_outages_are_lived_through(void **state)
{
	struct world w = new_world(2);
	int64_t bound = 0, checks = 0;

	(void)state;
	life_begin(&(struct life_setup){ .seed = 2, .probes = true });
	w.lost_percent = 10;
	life_event(MACHINE4_ON_START, 0);
	serve(&w);
	for (int hour = 1; hour <= 24 * 1000; hour++) {
		live(&w, mono_add_s((struct mono_time){ 1000 * NS_PER_S },
				    (int64_t)hour * 3600));
		bound += life.machine.is_held;
		checks++;
		if (life.machine.is_held)
			check_times();
		/* A server is away for a tenth of the hours. */
		for (int i = 0; i < 2; i++)
			w.server[i].is_down = rng_below(&w.rng, 10) == 0;
		if (rng_below(&w.rng, 100) == 0) {
			life_event(MACHINE4_ON_STOP, 0);
			live(&w, mono_add_s(life.now, 600));
			life_event(MACHINE4_ON_START, 0);
			if (life.step.sends)
				serve(&w);
		}
	}
	/* It has an address nearly always, and never more than it may. */
	assert_true(bound * 100 > checks * 90);
	assert_true(life.sent < 200000);
}

static enum machine4_event any_event(struct rng *rng)
{
	static const enum machine4_event events[] = {
		MACHINE4_ON_TIMER,    MACHINE4_ON_TIMER,
		MACHINE4_ON_TIMER,    MACHINE4_ON_START,
		MACHINE4_ON_START,    MACHINE4_ON_STOP,
		MACHINE4_ON_PROBE_OK, MACHINE4_ON_PROBE_OK,
		MACHINE4_ON_IN_USE,   MACHINE4_ON_REFUSED,
		MACHINE4_ON_LINK_UP,  MACHINE4_ON_LINK_DOWN,
		MACHINE4_ON_RENEW,    MACHINE4_ON_RELEASE,
	};

	return events[rng_below(rng, sizeof(events) / sizeof(*events))];
}

static void any_answer(struct rng *rng)
{
	static const uint8_t types[] = { DHCP4_OFFER, DHCP4_ACK, DHCP4_NAK };
	struct answer answer = answer_of(types[rng_below(rng, 3)]);

	if (rng_below(rng, 8) == 0)
		answer.xid_change = 1;
	if (rng_below(rng, 8) == 0)
		answer.server = SERVER_B;
	if (rng_below(rng, 8) == 0)
		answer.addr = rng_below(rng, UINT32_MAX);
	if (rng_below(rng, 2) == 0)
		answer.lease_s = rng_below(rng, 100) + 1;
	if (rng_below(rng, 4) == 0)
		answer.t1_s = rng_below(rng, 200);
	if (rng_below(rng, 4) == 0)
		answer.t2_s = rng_below(rng, 200);
	life_answer(&answer);
}

/* A link and right servers: within ten minutes it has an address again. */
static void check_recovery(uint64_t seed)
{
	struct world w = new_world(seed);

	w.server[0].is_bound = true; /* of what the storm left */
	life_event(MACHINE4_ON_LINK_UP, 0);
	life_event(MACHINE4_ON_STOP, 0);
	life_event(MACHINE4_ON_START, 0);
	if (life.machine.state == MACHINE4_RELEASED)
		life_event(MACHINE4_ON_RENEW, 0);
	if (life.machine.state == MACHINE4_PROBING)
		life_event(MACHINE4_ON_PROBE_OK, 0);
	live(&w, mono_add_s(life.now, 600));
	if (!life.machine.is_held)
		print_error("seed %u\n", (unsigned int)seed);
	assert_true(life.machine.is_held);
	assert_true(life.machine.is_up);
}

static void any_events_in_any_order_leave_a_client_that_works(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct rng rng = { .state = seed };

		life_begin(&(struct life_setup){
			.seed = seed,
			.probes = seed % 2,
			.kept = seed % 3 ? NULL : kept_lease(100),
		});
		for (int i = 0; i < 300; i++) {
			life.now.ns += (int64_t)rng_below(&rng, 1U << 31) *
				       (rng_below(&rng, 8) ? 1 : 30);
			if (life.sent && rng_below(&rng, 3) == 0)
				any_answer(&rng);
			else if (rng_below(&rng, 3) == 0 &&
				 life.step.wake.ns != MACHINE4_NEVER)
				life_wake();
			else
				life_event(any_event(&rng), 0);
		}
		check_recovery(seed);
	}
}

static void the_end_is_the_end(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct rng rng = { .state = seed };

		life_become((enum machine4_state)(seed % MACHINE4_STATE_COUNT),
			    false);
		if (life.machine.state != MACHINE4_STOPPED)
			life_event(MACHINE4_ON_END, 0);
		for (int i = 0; i < 100; i++) {
			life_event(any_event(&rng), NS_PER_S);
			assert_state(MACHINE4_STOPPED);
			assert_silent();
			assert_change(MACHINE4_NO_CHANGE);
			assert_true(life.step.wake.ns == MACHINE4_NEVER);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_days_pass_without_drift_or_leak),
		cmocka_unit_test(
			a_thousand_days_of_losses_and_outages_are_lived_through),
		cmocka_unit_test(
			any_events_in_any_order_leave_a_client_that_works),
		cmocka_unit_test(the_end_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
