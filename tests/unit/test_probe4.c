/* SPDX-License-Identifier: BSD-2-Clause */
/* Address conflict detection by a clock of straw; sections are of RFC 5227. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "../../daemon/client4/probe4.h"

#define RUNS 10000

static const uint8_t own[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t own2[1][ARP_MAC_LEN] = { { 2, 0, 0, 0, 0, 2 } };
static const uint8_t foreign[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 9 };
static const struct in_addr none = { 0 };

static struct random_source source;
static struct probe4 probe;
static struct probe4_step step;
static struct mono_time now;

static struct in_addr addr(uint8_t last)
{
	return (struct in_addr){ htonl(0xc0000200U | last) };
}

static void init_with(const struct probe4_config *config, uint64_t seed)
{
	struct probe4_setup setup = { .config = config,
				      .random = &source,
				      .other_macs = own2,
				      .other_mac_count = 1 };
	struct siphash_key key = { { seed, 1 } };

	source = random_source(&key);
	memcpy(setup.mac, own, ARP_MAC_LEN);
	probe4_init(&probe, &setup);
	now = (struct mono_time){ .ns = 1000 * NS_PER_S };
}

static void event(enum probe4_event which, uint8_t last)
{
	probe4_handle(&probe, which, last ? addr(last) : none, now, &step);
}

/* To the next timer, which has to be there. */
static void tick(void)
{
	assert_true(step.wake.ns != PROBE4_NEVER);
	assert_true(step.wake.ns >= now.ns);
	now = step.wake;
	event(PROBE4_ON_TIMER, 0);
}

static void hear(enum arp_op op, const uint8_t *mac, struct in_addr sender,
		 struct in_addr target)
{
	struct arp_packet arp = { .op = op,
				  .sender = sender,
				  .target = target };

	memcpy(arp.sender_mac, mac, ARP_MAC_LEN);
	probe4_receive(&probe, &arp, now, &step);
}

static void hear_conflict(void)
{
	hear(ARP_REPLY, foreign, addr(5), addr(77));
}

static void hear_rival(void)
{
	hear(ARP_REQUEST, foreign, none, addr(5));
}

static bool is_probe(void)
{
	return step.sends && step.packet.op == ARP_REQUEST &&
	       !memcmp(step.packet.sender_mac, own, ARP_MAC_LEN) &&
	       step.packet.sender.s_addr == 0 &&
	       step.packet.target.s_addr == addr(5).s_addr;
}

static bool is_announcement(void)
{
	return step.sends && step.packet.op == ARP_REQUEST &&
	       !memcmp(step.packet.sender_mac, own, ARP_MAC_LEN) &&
	       step.packet.sender.s_addr == addr(5).s_addr &&
	       step.packet.target.s_addr == addr(5).s_addr;
}

/* Leads a new machine to a state, with the address .5. */
static void lead_to(enum probe4_state state)
{
	init_with(&probe4_defaults, 7);
	if (state == PROBE4_IDLE)
		return;
	event(PROBE4_ON_PROBE, 5);
	while (probe.state < state && probe.state != PROBE4_FREE)
		tick();
	if (state > PROBE4_FREE)
		event(PROBE4_ON_USE, 5);
	while (probe.state < state)
		tick();
	assert_int_equal(probe.state, state);
}

/* ---- the table ---- */

enum sent { NOTHING, A_PROBE, AN_ANNOUNCEMENT };

struct cell {
	enum probe4_state to;
	enum probe4_change change;
	enum sent sent;
};
#define STAY(state)                                       \
	{                                                 \
		PROBE4_##state, PROBE4_NO_CHANGE, NOTHING \
	}
#define LOST                                         \
	{                                            \
		PROBE4_IDLE, PROBE4_IS_USED, NOTHING \
	}
#define FOUND                                        \
	{                                            \
		PROBE4_FREE, PROBE4_IS_FREE, NOTHING \
	}
#define SENDS(state, what)                             \
	{                                              \
		PROBE4_##state, PROBE4_NO_CHANGE, what \
	}

static const struct cell cells[PROBE4_STATE_COUNT][PROBE4_EVENT_COUNT] = {
	[PROBE4_IDLE] = { STAY(IDLE), STAY(WAITING),
			  SENDS(ANNOUNCING, AN_ANNOUNCEMENT), STAY(IDLE),
			  STAY(IDLE), STAY(IDLE) },
	[PROBE4_WAITING] = { SENDS(PROBING, A_PROBE), STAY(WAITING),
			     SENDS(ANNOUNCING, AN_ANNOUNCEMENT), STAY(IDLE),
			     LOST, LOST },
	[PROBE4_PROBING] = { SENDS(PROBING, A_PROBE), STAY(WAITING),
			     SENDS(ANNOUNCING, AN_ANNOUNCEMENT), STAY(IDLE),
			     LOST, LOST },
	[PROBE4_LISTENING] = { FOUND, STAY(WAITING),
			       SENDS(ANNOUNCING, AN_ANNOUNCEMENT), STAY(IDLE),
			       LOST, LOST },
	[PROBE4_FREE] = { STAY(FREE), STAY(WAITING),
			  SENDS(ANNOUNCING, AN_ANNOUNCEMENT), STAY(IDLE), LOST,
			  SENDS(FREE, AN_ANNOUNCEMENT) },
	[PROBE4_ANNOUNCING] = { SENDS(DEFENDING, AN_ANNOUNCEMENT),
				STAY(WAITING), STAY(ANNOUNCING), STAY(IDLE),
				SENDS(ANNOUNCING, AN_ANNOUNCEMENT),
				STAY(ANNOUNCING) },
	[PROBE4_DEFENDING] = { STAY(DEFENDING), STAY(WAITING), STAY(DEFENDING),
			       STAY(IDLE), SENDS(DEFENDING, AN_ANNOUNCEMENT),
			       STAY(DEFENDING) },
};

static void do_event(enum probe4_event which)
{
	switch (which) {
	case PROBE4_ON_CONFLICT:
		hear_conflict();
		break;
	case PROBE4_ON_RIVAL:
		hear_rival();
		break;
	case PROBE4_ON_TIMER:
		if (probe.next.ns != PROBE4_NEVER)
			now = probe.next;
		event(which, 0);
		break;
	default:
		event(which, 5);
	}
}

static void every_cell_of_the_table_is_as_written_here(void **state)
{
	(void)state;
	for (unsigned int s = 0; s < PROBE4_STATE_COUNT; s++) {
		for (unsigned int e = 0; e < PROBE4_EVENT_COUNT; e++) {
			const struct cell *cell = &cells[s][e];
			bool timed;

			lead_to(s);
			do_event(e);
			if (probe.state != cell->to)
				fail_msg("%s, event %u: %s, not %s",
					 probe4_state_name(s), e,
					 probe4_state_name(probe.state),
					 probe4_state_name(cell->to));
			assert_int_equal(step.change, cell->change);
			assert_int_equal(is_probe(), cell->sent == A_PROBE);
			assert_int_equal(is_announcement(),
					 cell->sent == AN_ANNOUNCEMENT);
			assert_int_equal(step.sends, cell->sent != NOTHING);
			timed = probe.state == PROBE4_WAITING ||
				probe.state == PROBE4_PROBING ||
				probe.state == PROBE4_LISTENING ||
				probe.state == PROBE4_ANNOUNCING;
			assert_int_equal(step.wake.ns != PROBE4_NEVER, timed);
			if (step.change == PROBE4_IS_USED)
				assert_memory_equal(step.mac, foreign,
						    ARP_MAC_LEN);
		}
	}
}

/* A timer that comes early changes nothing and asks to come again. */
static void a_timer_before_its_time_does_nothing(void **state)
{
	(void)state;
	for (unsigned int s = 0; s < PROBE4_STATE_COUNT; s++) {
		struct mono_time wake;

		lead_to(s);
		wake = probe.next;
		if (wake.ns == PROBE4_NEVER || wake.ns == now.ns)
			continue;
		now.ns = wake.ns - 1;
		event(PROBE4_ON_TIMER, 0);
		assert_int_equal(probe.state, s);
		assert_false(step.sends);
		assert_int_equal(step.wake.ns, wake.ns);
	}
}

/* ---- probing ---- */

static int64_t ms_since(struct mono_time then)
{
	return mono_diff_ms(now, then);
}

static void
rfc5227_2_1_1_probes_are_spaced_at_random_within_bounds(void **state)
{
	int64_t least_wait = INT64_MAX, most_wait = 0;
	int64_t least_gap = INT64_MAX, most_gap = 0;

	(void)state;
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct mono_time began, last;
		int64_t ms;

		init_with(&probe4_defaults, seed);
		began = now;
		event(PROBE4_ON_PROBE, 5);
		assert_false(step.sends);
		for (int i = 0; i < 3; i++) {
			last = i ? now : began;
			tick();
			assert_true(is_probe());
			ms = ms_since(last);
			assert_in_range(ms, i ? 1000 : 0, i ? 2000 : 1000);
			if (i == 0 && ms < least_wait)
				least_wait = ms;
			if (i == 0 && ms > most_wait)
				most_wait = ms;
			if (i && ms < least_gap)
				least_gap = ms;
			if (i && ms > most_gap)
				most_gap = ms;
		}
		last = now;
		tick();
		assert_int_equal(step.change, PROBE4_IS_FREE);
		assert_false(step.sends);
		assert_int_equal(ms_since(last), 2000);
		assert_in_range(ms_since(began), 4000, 7000);
	}
	/* All of the span is made use of. */
	assert_true(least_wait < 10 && most_wait > 990);
	assert_true(least_gap < 1010 && most_gap > 1990);
}

static void
rfc5227_2_1_1_any_packet_from_the_address_is_a_conflict(void **state)
{
	static const struct {
		enum arp_op op;
		uint8_t sender, target;
		enum probe4_change change;
	} cases[] = {
		{ ARP_REPLY, 5, 77, PROBE4_IS_USED },
		{ ARP_REQUEST, 5, 77, PROBE4_IS_USED },
		{ ARP_REQUEST, 5, 5, PROBE4_IS_USED },
		{ ARP_REQUEST, 0, 5, PROBE4_IS_USED }, /* a probe */
		{ ARP_REQUEST, 6, 5, PROBE4_NO_CHANGE },
		{ ARP_REQUEST, 0, 6, PROBE4_NO_CHANGE },
		{ ARP_REPLY, 0, 5, PROBE4_NO_CHANGE }, /* no probe */
		{ ARP_REPLY, 6, 5, PROBE4_NO_CHANGE },
	};

	(void)state;
	for (unsigned int s = PROBE4_WAITING; s <= PROBE4_LISTENING; s++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
			lead_to(s);
			hear(cases[i].op, foreign,
			     cases[i].sender ? addr(cases[i].sender) : none,
			     addr(cases[i].target));
			assert_int_equal(step.change, cases[i].change);
			assert_false(step.sends);
		}
	}
}

static void rfc5227_2_1_1_own_packets_that_come_back_are_none(void **state)
{
	static const uint8_t *const macs[] = { own, own2[0] };

	(void)state;
	for (unsigned int s = 0; s < PROBE4_STATE_COUNT; s++) {
		for (size_t i = 0; i < 2; i++) {
			struct mono_time wake;

			lead_to(s);
			wake = probe.next;
			hear(ARP_REQUEST, macs[i], none, addr(5));
			assert_false(step.sends || step.change);
			hear(ARP_REQUEST, macs[i], addr(5), addr(5));
			assert_false(step.sends || step.change);
			assert_int_equal(probe.state, s);
			assert_int_equal(step.wake.ns, wake.ns);
		}
	}
}

static void a_packet_without_a_sender_is_no_conflict_when_idle(void **state)
{
	(void)state;
	lead_to(PROBE4_IDLE);
	hear(ARP_REQUEST, foreign, none, none);
	assert_false(step.sends || step.change);
	lead_to(PROBE4_WAITING);
	event(PROBE4_ON_LEAVE, 0);
	hear_conflict();
	assert_false(step.sends || step.change);
}

static void which_address_is_in_use_can_be_told(void **state)
{
	(void)state;
	for (int s = PROBE4_WAITING; s <= PROBE4_FREE; s++) {
		lead_to((enum probe4_state)s);
		hear_conflict();
		assert_int_equal(step.change, PROBE4_IS_USED);
		assert_true(probe.addr.s_addr);
		hear_conflict(); /* it is watched no longer */
		assert_false(step.sends || step.change);
	}
}

/* They come with a packet, or not at all. */
static void conflicts_without_a_packet_are_none(void **state)
{
	(void)state;
	lead_to(PROBE4_PROBING);
	event(PROBE4_ON_CONFLICT, 0);
	event(PROBE4_ON_RIVAL, 0);
	assert_int_equal(probe.state, PROBE4_PROBING);
}

static void a_count_of_zero_finds_any_address_free_at_once(void **state)
{
	struct probe4_config config = probe4_defaults;

	(void)state;
	config.probe_count = 0;
	init_with(&config, 1);
	event(PROBE4_ON_PROBE, 5);
	assert_int_equal(step.change, PROBE4_IS_FREE);
	assert_false(step.sends);
	assert_int_equal(step.wake.ns, PROBE4_NEVER);
	event(PROBE4_ON_USE, 5);
	assert_true(is_announcement());
	config.announce_count = 0;
	init_with(&config, 1);
	event(PROBE4_ON_USE, 5);
	assert_false(step.sends);
	assert_int_equal(probe.state, PROBE4_DEFENDING);
}

/* ---- in use ---- */

static void rfc5227_2_3_an_address_is_announced_twice(void **state)
{
	struct mono_time first;

	(void)state;
	lead_to(PROBE4_FREE);
	event(PROBE4_ON_USE, 5);
	assert_true(is_announcement());
	first = now;
	tick();
	assert_true(is_announcement());
	assert_int_equal(ms_since(first), 2000);
	assert_int_equal(step.wake.ns, PROBE4_NEVER);
}

static void another_address_is_announced_anew(void **state)
{
	(void)state;
	lead_to(PROBE4_DEFENDING);
	event(PROBE4_ON_USE, 5); /* as after each renewal */
	assert_false(step.sends);
	event(PROBE4_ON_USE, 6);
	assert_true(step.sends);
	assert_int_equal(step.packet.sender.s_addr, addr(6).s_addr);
	assert_int_equal(probe.state, PROBE4_ANNOUNCING);
	hear_conflict(); /* about .5, which is not ours any more */
	assert_false(step.sends || step.change);
}

static void rfc5227_2_4_an_address_is_defended_once_in_10_s(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		lead_to(PROBE4_DEFENDING);
		now = mono_add_s(now, 100000);
		hear_conflict();
		assert_true(is_announcement());
		assert_int_equal(step.change, PROBE4_NO_CHANGE);
		now.ns += 10 * NS_PER_S - !late;
		hear_conflict();
		assert_int_equal(step.change,
				 late ? PROBE4_NO_CHANGE : PROBE4_IS_USED);
		assert_int_equal(step.sends, late);
		assert_int_equal(probe.state,
				 late ? PROBE4_DEFENDING : PROBE4_IDLE);
	}
}

static void a_defence_is_of_one_address(void **state)
{
	(void)state;
	lead_to(PROBE4_DEFENDING);
	hear_conflict();
	event(PROBE4_ON_USE, 6);
	hear(ARP_REPLY, foreign, addr(6), addr(77));
	assert_true(step.sends);
	assert_int_equal(step.change, PROBE4_NO_CHANGE);
}

/* A conflict while announcements go on does not put them off. */
static void a_defence_does_not_change_the_timer(void **state)
{
	struct mono_time wake;

	(void)state;
	lead_to(PROBE4_ANNOUNCING);
	wake = step.wake;
	now = mono_add_ms(now, 500);
	hear_conflict();
	assert_true(is_announcement());
	assert_int_equal(step.wake.ns, wake.ns);
}

static void states_have_names(void **state)
{
	(void)state;
	for (unsigned int s = 0; s < PROBE4_STATE_COUNT; s++)
		assert_non_null(probe4_state_name(s));
	assert_null(probe4_state_name(PROBE4_STATE_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_of_the_table_is_as_written_here),
		cmocka_unit_test(a_timer_before_its_time_does_nothing),
		cmocka_unit_test(
			rfc5227_2_1_1_probes_are_spaced_at_random_within_bounds),
		cmocka_unit_test(
			rfc5227_2_1_1_any_packet_from_the_address_is_a_conflict),
		cmocka_unit_test(
			rfc5227_2_1_1_own_packets_that_come_back_are_none),
		cmocka_unit_test(
			a_packet_without_a_sender_is_no_conflict_when_idle),
		cmocka_unit_test(which_address_is_in_use_can_be_told),
		cmocka_unit_test(conflicts_without_a_packet_are_none),
		cmocka_unit_test(
			a_count_of_zero_finds_any_address_free_at_once),
		cmocka_unit_test(rfc5227_2_3_an_address_is_announced_twice),
		cmocka_unit_test(another_address_is_announced_anew),
		cmocka_unit_test(
			rfc5227_2_4_an_address_is_defended_once_in_10_s),
		cmocka_unit_test(a_defence_is_of_one_address),
		cmocka_unit_test(a_defence_does_not_change_the_timer),
		cmocka_unit_test(states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
