/* SPDX-License-Identifier: BSD-2-Clause */
/* When messages of a DHCPv6 client are sent again: RFC 9915 sections 14 to 15
 * and 18.2, over many seeds. */
#include "machine6_fixture.h"

#define RUNS 10000

struct bounds {
	enum machine6_state state;
	enum world6_kind kind;
	uint8_t type;
	uint32_t delay_ms; /* at most, before the first */
	int64_t irt_ms;
	int64_t mrt_ms; /* 0: none */
	unsigned int mrc;
	int64_t mrd_ms; /* 0: none */
	bool first_is_longer;
};

/* RFC 9915 section 7.6. */
static const struct bounds all[] = {
	{ MACHINE6_SOLICITING, WORLD6_ADDRESS, DHCP6_SOLICIT, 1000, 1000,
	  3600000, 0, 0, true },
	{ MACHINE6_REQUESTING, WORLD6_ADDRESS, DHCP6_REQUEST, 0, 1000, 30000,
	  10, 0, false },
	{ MACHINE6_CONFIRMING, WORLD6_ADDRESS, DHCP6_CONFIRM, 1000, 1000, 4000,
	  0, 10000, false },
	{ MACHINE6_RENEWING, WORLD6_ADDRESS, DHCP6_RENEW, 0, 10000, 600000, 0,
	  540000, false },
	{ MACHINE6_REBINDING, WORLD6_ADDRESS, DHCP6_REBIND, 0, 10000, 600000, 0,
	  2160000, false },
	{ MACHINE6_INFORMING, WORLD6_STATELESS, DHCP6_INFORMATION_REQUEST, 1000,
	  1000, 3600000, 0, 0, false },
	{ MACHINE6_RELEASING, WORLD6_ADDRESS, DHCP6_RELEASE, 0, 1000, 0, 4, 0,
	  false },
	{ MACHINE6_DECLINING, WORLD6_ADDRESS, DHCP6_DECLINE, 0, 1000, 0, 4, 0,
	  false },
};

/* Between 0.9 and 1.1 of it. */
static bool is_near(int64_t ns, int64_t of_ns)
{
	return ns >= of_ns - of_ns / 10 - 1 && ns <= of_ns + of_ns / 10 + 1;
}

static void check_gap(const struct bounds *b, unsigned int sent, int64_t rt_ns,
		      int64_t last_ns)
{
	int64_t irt_ns = b->irt_ms * NS_PER_MS;
	int64_t mrt_ns = b->mrt_ms * NS_PER_MS;

	if (sent == 1) {
		assert_true(is_near(rt_ns, irt_ns));
		if (b->first_is_longer)
			assert_true(rt_ns > irt_ns);
		return;
	}
	if (mrt_ns && is_near(rt_ns, mrt_ns))
		return;
	assert_true(rt_ns >= last_ns * 19 / 10 - 1);
	assert_true(rt_ns <= last_ns * 21 / 10 + 1);
	if (mrt_ns)
		assert_true(rt_ns <= mrt_ns + mrt_ns / 10);
}

static void check_elapsed(const struct world6 *w, struct mono_time first)
{
	int64_t cs = mono_diff_ms(w->now, first) / 10;

	assert_true(w->last.has_elapsed);
	assert_int_equal(w->last.elapsed_cs, cs < 65535 ? cs : 65535);
}

/* From the first message to the end of the state, or for `most' messages. */
static void check_run(const struct bounds *b, uint64_t seed, unsigned int most)
{
	struct world6 *w = world6_open(b->kind, seed);
	struct mono_time first, last;
	int64_t last_rt_ns = 0;
	unsigned int sent = 1;
	uint32_t xid;

	world6_enter(w, b->state);
	assert_int_equal(w->last.type, b->type);
	first = last = w->now;
	xid = w->last.xid;
	check_elapsed(w, first);
	while (sent < most) {
		int64_t rt_ns;

		world6_tick(w);
		rt_ns = mono_diff_ns(w->now, last);
		if (machine6_state(w->m) != b->state)
			break;
		if (!w->step.message_len)
			continue;
		assert_int_equal(w->last.xid, xid);
		check_gap(b, sent, rt_ns, last_rt_ns);
		check_elapsed(w, first);
		last_rt_ns = rt_ns;
		last = w->now;
		sent++;
	}
	if (b->mrc) {
		assert_int_equal(sent, b->mrc);
		check_gap(b, sent, mono_diff_ns(w->now, last), last_rt_ns);
	} else if (b->mrd_ms) {
		assert_true(mono_diff_ns(w->now, first) ==
			    b->mrd_ms * NS_PER_MS);
	} else {
		assert_int_equal(sent, most);
	}
	world6_close(w);
}

static void check_type(uint8_t type)
{
	unsigned int i, run;

	for (i = 0; all[i].type != type; i++)
		;
	for (run = 0; run < RUNS; run++)
		check_run(&all[i], run + 1, 20);
}

static void rfc9915_18_2_1_solicit_is_repeated_within_bounds(void **state)
{
	(void)state;
	check_type(DHCP6_SOLICIT);
}

static void rfc9915_18_2_2_request_is_repeated_within_bounds(void **state)
{
	(void)state;
	check_type(DHCP6_REQUEST);
}

static void rfc9915_18_2_3_confirm_is_repeated_within_bounds(void **state)
{
	(void)state;
	check_type(DHCP6_CONFIRM);
}

static void rfc9915_18_2_4_renew_is_repeated_until_t2(void **state)
{
	(void)state;
	check_type(DHCP6_RENEW);
}

static void rfc9915_18_2_5_rebind_is_repeated_until_all_ends(void **state)
{
	(void)state;
	check_type(DHCP6_REBIND);
}

static void
rfc9915_18_2_6_information_request_is_repeated_within_bounds(void **state)
{
	(void)state;
	check_type(DHCP6_INFORMATION_REQUEST);
}

static void rfc9915_18_2_7_release_is_sent_four_times(void **state)
{
	(void)state;
	check_type(DHCP6_RELEASE);
}

static void rfc9915_18_2_8_decline_is_sent_four_times(void **state)
{
	(void)state;
	check_type(DHCP6_DECLINE);
}

/* Over the runs the delay is anywhere from none to the most. */
static void check_first_delay(enum world6_kind kind, enum machine6_state from,
			      enum machine6_event_kind event, int64_t most_ms)
{
	int64_t least_seen = INT64_MAX, most_seen = 0;
	unsigned int run;

	for (run = 0; run < RUNS; run++) {
		struct world6 *w = world6_open(kind, run + 1);
		struct mono_time before;
		int64_t ms;

		world6_enter(w, from);
		before = w->now;
		world6_event(w, event);
		if (!w->step.message_len)
			world6_until_sent(w);
		ms = mono_diff_ms(w->now, before);
		least_seen = ms < least_seen ? ms : least_seen;
		most_seen = ms > most_seen ? ms : most_seen;
		world6_close(w);
	}
	assert_true(least_seen <= most_ms / 100);
	assert_true(most_seen <= most_ms);
	assert_true(most_seen >= most_ms - most_ms / 100);
}

static void rfc9915_18_2_1_first_solicit_is_delayed_by_chance(void **state)
{
	(void)state;
	check_first_delay(WORLD6_ADDRESS, MACHINE6_STOPPED, MACHINE6_START,
			  1000);
}

static void rfc9915_18_2_3_first_confirm_is_delayed_by_chance(void **state)
{
	(void)state;
	check_first_delay(WORLD6_ADDRESS, MACHINE6_BOUND, MACHINE6_LINK_UP,
			  1000);
}

static void
rfc9915_18_2_12_first_rebind_in_place_of_confirm_is_delayed_too(void **state)
{
	(void)state;
	check_first_delay(WORLD6_BOTH, MACHINE6_BOUND, MACHINE6_LINK_UP, 1000);
}

static void
rfc9915_18_2_6_first_information_request_is_delayed_by_chance(void **state)
{
	(void)state;
	check_first_delay(WORLD6_STATELESS, MACHINE6_STOPPED, MACHINE6_START,
			  1000);
}

/* ---- SOL_MAX_RT and INF_MAX_RT ---- */

static int64_t longest_gap_s(struct world6 *w)
{
	int64_t longest_ns = 0;
	unsigned int i;

	for (i = 0; i < 40; i++) {
		struct mono_time before = w->now;
		int64_t ns;

		world6_until_sent(w);
		ns = mono_diff_ns(w->now, before);
		longest_ns = ns > longest_ns ? ns : longest_ns;
	}
	return longest_ns / NS_PER_S;
}

static void rfc9915_18_2_9_sol_max_rt_of_an_empty_advertise_counts(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 5);
	const struct said nothing = { .type = DHCP6_ADVERTISE,
				      .sol_max_rt_s = 7200 };
	int64_t s;

	(void)state;
	world6_enter(w, MACHINE6_SOLICITING);
	s = longest_gap_s(w);
	assert_true(s > 3600 && s <= 3960);
	world6_hear(w, &nothing);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_LEASE);
	s = longest_gap_s(w);
	assert_true(s > 7200 && s <= 7920);
	/* On another link nobody said so. */
	world6_event(w, MACHINE6_LINK_UP);
	s = longest_gap_s(w);
	assert_true(s > 3600 && s <= 3960);
	/* Of a REPLY that commits nothing, too. */
	world6_hear(
		w, &(struct said){ .type = DHCP6_REPLY, .sol_max_rt_s = 1000 });
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_RAPID_COMMIT);
	s = longest_gap_s(w);
	assert_true(s > 3600 - 360);
	s = longest_gap_s(w);
	assert_true(s > 900 && s <= 1100);
	world6_close(w);
}

static void rfc9915_18_2_9_servers_that_disagree_change_no_max_rt(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 5);
	struct said nothing = { .type = DHCP6_ADVERTISE };
	static const uint32_t said_s[] = { 60, 120, 60, 0 };
	int64_t s;
	size_t i;

	(void)state;
	world6_enter(w, MACHINE6_SOLICITING);
	for (i = 0; i < 4; i++) {
		nothing.sol_max_rt_s = said_s[i];
		world6_hear(w, &nothing);
	}
	s = longest_gap_s(w);
	assert_true(s > 3600 && s <= 3960);
	world6_close(w);
}

static void
rfc9915_21_25_inf_max_rt_counts_for_information_requests(void **state)
{
	struct world6 *w = world6_open(WORLD6_STATELESS, 5);
	struct said said = said_information;
	int64_t s;

	(void)state;
	said.inf_max_rt_s = 60;
	said.refresh_s = 600;
	world6_enter(w, MACHINE6_INFORMING);
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_INFORMED);
	world6_until_sent(w);
	s = longest_gap_s(w);
	assert_true(s > 54 && s <= 66);
	world6_close(w);
}

/* ---- RFC 9915 section 14.1 ---- */

/* Somebody pulls the cable and puts it back, all the time. */
static void rfc9915_14_1_no_more_than_20_messages_in_20_seconds(void **state)
{
	struct world6 *w = world6_open(WORLD6_STATELESS, 9);
	int64_t sent_ns[400];
	unsigned int i, count = 0;

	(void)state;
	world6_event(w, MACHINE6_START);
	for (i = 0; i < 4000 && count < 400; i++) {
		w->now = mono_add_ms(w->now, 50);
		world6_event(w, i % 4 ? MACHINE6_TIMER : MACHINE6_RENEW);
		if (w->step.message_len)
			sent_ns[count++] = w->now.ns;
		else if (machine6_state(w->m) == MACHINE6_INFORMING && w->sent)
			world6_hear(w, &said_information);
	}
	assert_true(count > 100); /* and it goes on all the same */
	for (i = 20; i < count; i++)
		assert_true(sent_ns[i] - sent_ns[i - 20] >= 20 * NS_PER_S);
	world6_close(w);
}

static void each_exchange_has_a_transaction_id_of_its_own(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 3);
	uint32_t solicit;

	(void)state;
	world6_enter(w, MACHINE6_SOLICITING);
	solicit = w->last.xid;
	world6_until_sent(w);
	assert_int_equal(w->last.xid, solicit);
	world6_hear(w, &said_advertise);
	world6_expect(w, DHCP6_REQUEST);
	assert_int_not_equal(w->last.xid, solicit);
	/* What was meant for the SOLICIT is late. */
	w->last.xid = solicit;
	world6_hear(w, &said_advertise);
	assert_int_equal(w->step.drop, DROP_DHCP6_XID);
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_2_1_solicit_is_repeated_within_bounds),
		cmocka_unit_test(
			rfc9915_18_2_2_request_is_repeated_within_bounds),
		cmocka_unit_test(
			rfc9915_18_2_3_confirm_is_repeated_within_bounds),
		cmocka_unit_test(rfc9915_18_2_4_renew_is_repeated_until_t2),
		cmocka_unit_test(
			rfc9915_18_2_5_rebind_is_repeated_until_all_ends),
		cmocka_unit_test(
			rfc9915_18_2_6_information_request_is_repeated_within_bounds),
		cmocka_unit_test(rfc9915_18_2_7_release_is_sent_four_times),
		cmocka_unit_test(rfc9915_18_2_8_decline_is_sent_four_times),
		cmocka_unit_test(
			rfc9915_18_2_1_first_solicit_is_delayed_by_chance),
		cmocka_unit_test(
			rfc9915_18_2_3_first_confirm_is_delayed_by_chance),
		cmocka_unit_test(
			rfc9915_18_2_12_first_rebind_in_place_of_confirm_is_delayed_too),
		cmocka_unit_test(
			rfc9915_18_2_6_first_information_request_is_delayed_by_chance),
		cmocka_unit_test(
			rfc9915_18_2_9_sol_max_rt_of_an_empty_advertise_counts),
		cmocka_unit_test(
			rfc9915_18_2_9_servers_that_disagree_change_no_max_rt),
		cmocka_unit_test(
			rfc9915_21_25_inf_max_rt_counts_for_information_requests),
		cmocka_unit_test(
			rfc9915_14_1_no_more_than_20_messages_in_20_seconds),
		cmocka_unit_test(each_exchange_has_a_transaction_id_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
