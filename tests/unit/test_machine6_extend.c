/* SPDX-License-Identifier: BSD-2-Clause */
/* How a DHCPv6 client keeps a lease: RENEW, REBIND, and when it ends. */
#include "machine6_fixture.h"

#include <string.h>

static struct machine6_times times_of(const struct world6 *w)
{
	struct machine6_times times;

	machine6_times(w->m, &times);
	return times;
}

static int64_t from_now_s(const struct world6 *w, struct mono_time t)
{
	return t.ns ? mono_diff_ns(t, w->now) / NS_PER_S : -1;
}

static struct world6 *in_state(enum world6_kind kind, enum machine6_state state)
{
	struct world6 *w = world6_open(kind, 42);

	world6_enter(w, state);
	return w;
}

/* ---- T1 and T2 ---- */

static struct world6 *bound_by(struct said *said)
{
	struct world6 *w = in_state(WORLD6_BOTH, MACHINE6_REQUESTING);

	world6_hear(w, said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	return w;
}

static void check_times(uint32_t t1_s, uint32_t t2_s, const uint32_t life_s[2],
			int64_t want_t1_s, int64_t want_t2_s)
{
	struct said said = said_reply;
	struct world6 *w;

	said.ia[0].t1_s = t1_s;
	said.ia[0].t2_s = t2_s;
	said.ia[0].item[0].preferred_s = life_s[0];
	said.ia[0].item[0].valid_s = life_s[1];
	w = bound_by(&said);
	assert_int_equal(from_now_s(w, times_of(w).t1), want_t1_s);
	assert_int_equal(from_now_s(w, times_of(w).t2), want_t2_s);
	world6_close(w);
}

static void
rfc9915_21_4_client_chooses_what_the_server_leaves_open(void **state)
{
	static const uint32_t usual[2] = { 1800, 3600 };
	static const uint32_t infinite[2] = { UINT32_MAX, UINT32_MAX };
	static const uint32_t old[2] = { 0, 1000 };
	static const uint32_t tiny[2] = { 1, 2 };

	(void)state;
	check_times(900, 1440, usual, 900, 1440);
	check_times(0, 0, usual, 900, 1440);
	check_times(0, 600, usual, 600, 600);
	check_times(0, 1700, usual, 900, 1700);
	check_times(100, 0, usual, 100, 1440);
	check_times(1700, 0, usual, 1700, 1700);
	check_times(0, 0, infinite, -1, -1);
	check_times(500, 0, infinite, 500, -1);
	check_times(UINT32_MAX, UINT32_MAX, usual, -1, -1);
	/* What is not preferred any more ends at last: not at once. */
	check_times(0, 0, old, 500, 800);
	check_times(0, 0, tiny, 1, 1);
	/* Nobody renews what has ended by then; at the end: not at all. */
	check_times(3601, 5000, usual, 900, 1440);
	check_times(900, 3601, usual, 900, 1440);
	check_times(3600, 3600, usual, 3600, 3600);
}

static void the_earliest_of_all_ias_counts(void **state)
{
	struct said said = said_both;
	struct world6 *w;

	(void)state;
	said.ia[1].t1_s = 500;
	said.ia[0].t2_s = 1000;
	w = bound_by(&said);
	assert_int_equal(from_now_s(w, times_of(w).t1), 500);
	assert_int_equal(from_now_s(w, times_of(w).t2), 1000);
	assert_int_equal(from_now_s(w, times_of(w).expires), 3600);
	world6_close(w);
}

static void an_infinite_lease_is_never_renewed(void **state)
{
	struct said said = said_reply;
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REQUESTING);

	(void)state;
	said.ia[0].t1_s = said.ia[0].t2_s = 0;
	said.ia[0].item[0].preferred_s = UINT32_MAX;
	said.ia[0].item[0].valid_s = UINT32_MAX;
	world6_hear(w, &said);
	assert_true(w->step.wake.ns == 0);
	world6_wait_s(w, 10LL * 365 * 86400);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_int_equal(w->step.message_len, 0);
	world6_close(w);
}

/* ---- RENEW ---- */

static void rfc9915_18_2_4_renew_goes_to_the_server_at_t1(void **state)
{
	struct world6 *w = in_state(WORLD6_BOTH, MACHINE6_BOUND);
	struct mono_time bound = w->now;

	(void)state;
	world6_tick(w);
	assert_true(mono_diff_ns(w->now, bound) == 900 * NS_PER_S);
	world6_expect(w, DHCP6_RENEW);
	assert_true(w->last.has_server_id);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 2);
	world6_hear(w, &said_both);
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_int_equal(from_now_s(w, times_of(w).t1), 900);
	assert_int_equal(from_now_s(w, times_of(w).expires), 3600);
	world6_close(w);
}

static void whoever_wants_it_renews_before_t1(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);

	(void)state;
	world6_wait_s(w, 10);
	world6_event(w, MACHINE6_RENEW);
	assert_int_equal(w->last.type, DHCP6_RENEW);
	world6_hear(w, &said_reply);
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	assert_int_equal(from_now_s(w, times_of(w).t1), 900);
	world6_close(w);
}

static void
rfc9915_18_2_10_1_item_with_lifetime_zero_is_gone_at_once(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct said said = said_reply;

	(void)state;
	said.ia[0].item[0].preferred_s = said.ia[0].item[0].valid_s = 0;
	said.ia[0].item[1] = (struct said_item){ "2001:db8::200", 100, 200, 0 };
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	assert_false(world6_holds(w, "2001:db8::100"));
	assert_true(world6_holds(w, "2001:db8::200"));
	world6_close(w);
}

static void rfc9915_18_2_10_1_when_nothing_is_left_it_begins_again(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct said said = said_reply;

	(void)state;
	said.ia[0].item[0].preferred_s = said.ia[0].item[0].valid_s = 0;
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_true(w->step.servers_changed);
	assert_false(machine6_servers(w->m)->is_given);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_close(w);
}

static void rfc9915_18_2_10_1_what_a_reply_leaves_out_stays(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct said said = said_reply;

	(void)state;
	said.ia[0].item[0].addr = "2001:db8::200";
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_true(world6_holds(w, "2001:db8::200"));
	/* Until it ends by itself. */
	world6_wait_s(w, 2700);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_false(world6_holds(w, "2001:db8::100"));
	assert_true(world6_holds(w, "2001:db8::200"));
	world6_close(w);
}

static void
rfc9915_18_2_10_1_an_ia_that_is_passed_over_is_asked_for_again(void **state)
{
	struct world6 *w = in_state(WORLD6_BOTH, MACHINE6_RENEWING);
	struct mono_time wake = w->step.wake;

	(void)state;
	world6_hear(w, &said_reply); /* without the prefix */
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	assert_int_equal(machine6_state(w->m), MACHINE6_RENEWING);
	assert_true(w->step.wake.ns == wake.ns); /* as if it had not come */
	world6_tick(w);
	assert_int_equal(w->last.type, DHCP6_RENEW);
	assert_int_equal(w->last.ia_count, 2);
	world6_hear(w, &said_both);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	world6_close(w);
}

static void check_useless(struct world6 *w, const struct said *said,
			  enum drop_reason want)
{
	enum machine6_state before = machine6_state(w->m);

	world6_hear(w, said);
	assert_int_equal(w->step.drop, want);
	assert_int_equal(w->step.change, MACHINE6_SAME);
	assert_int_equal(machine6_state(w->m), before);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(w->step.servers_changed);
}

static void a_reply_that_gives_nothing_changes_nothing(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct said said = said_reply;

	(void)state;
	said.status = DHCP6_STATUS_UNSPEC_FAIL;
	check_useless(w, &said, DROP_DHCP6_STATUS);
	said = said_reply;
	said.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	check_useless(w, &said, DROP_DHCP6_NO_LEASE);
	said = said_reply;
	said.ia[0].code = 0;
	check_useless(w, &said, DROP_DHCP6_NO_LEASE);
	said = said_reply;
	said.ia[0].item[0].addr = NULL;
	check_useless(w, &said, DROP_DHCP6_NO_LEASE);
	said = said_reply;
	said.ia[0].iaid++;
	check_useless(w, &said, DROP_DHCP6_NO_LEASE);
	world6_close(w);
}

/* ---- NoBinding ---- */

static struct world6 *forgotten(enum machine6_state from)
{
	struct world6 *w = in_state(WORLD6_BOTH, from);
	struct said said = said_both;

	said.ia[1].status = DHCP6_STATUS_NO_BINDING;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_REQUESTING);
	assert_int_equal(w->last.type, DHCP6_REQUEST);
	return w;
}

static void rfc9915_18_2_10_1_no_binding_is_answered_by_a_request(void **state)
{
	struct world6 *w = forgotten(MACHINE6_RENEWING);
	struct said said = said_both;

	(void)state;
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 2);
	assert_int_equal(w->last.server_id.pos[9], 1);
	assert_true(world6_holds(w, "2001:db8:100::"));
	/* What comes in its place takes its place. */
	said.ia[1].item[0].addr = "2001:db8:200::/56";
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(world6_holds(w, "2001:db8:100::"));
	assert_true(world6_holds(w, "2001:db8:200::"));
	world6_close(w);
}

static void what_is_forgotten_and_not_given_again_is_gone(void **state)
{
	struct world6 *w = forgotten(MACHINE6_REBINDING);
	struct said said = said_both;

	(void)state;
	said.ia[1].status = DHCP6_STATUS_NO_PREFIX_AVAIL;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(world6_holds(w, "2001:db8:100::"));
	world6_close(w);
	w = forgotten(MACHINE6_RENEWING);
	said.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(world6_holds(w, "2001:db8:100::"));
	world6_close(w);
}

static void who_forgot_and_falls_silent_is_not_the_only_one(void **state)
{
	struct world6 *w = forgotten(MACHINE6_RENEWING);
	int i;

	(void)state;
	for (i = 1; i < 10; i++) {
		world6_until_sent(w);
		assert_int_equal(w->last.type, DHCP6_REQUEST);
	}
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_REBIND);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

static void all_that_a_client_has_may_be_forgotten(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct said said = said_reply;

	(void)state;
	said.ia[0].status = DHCP6_STATUS_NO_BINDING;
	world6_hear(w, &said);
	assert_int_equal(w->last.type, DHCP6_REQUEST);
	assert_true(machine6_servers(w->m)->is_given); /* still its time */
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	assert_false(machine6_servers(w->m)->is_given);
	world6_close(w);
}

/* ---- REBIND ---- */

static void rfc9915_18_2_5_rebind_asks_any_server_from_t2_on(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RENEWING);
	struct mono_time t2 = times_of(w).t2;
	struct said other = said_reply;

	(void)state;
	while (machine6_state(w->m) == MACHINE6_RENEWING)
		world6_tick(w);
	assert_true(w->now.ns == t2.ns);
	world6_expect(w, DHCP6_REBIND);
	assert_false(w->last.has_server_id);
	other.server = 9;
	world6_hear(w, &other);
	assert_int_equal(w->step.change, MACHINE6_REBOUND);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	/* From now on it is that one's lease. */
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_RENEW);
	assert_int_equal(w->last.server_id.pos[9], 9);
	world6_close(w);
}

static void rfc9915_18_2_5_when_all_has_ended_it_begins_again(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REBINDING);
	struct mono_time expires = times_of(w).expires;

	(void)state;
	while (machine6_state(w->m) == MACHINE6_REBINDING)
		world6_tick(w);
	assert_true(w->now.ns == expires.ns);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

/* A computer that slept wakes up behind both. */
static void who_slept_over_t1_and_t2_rebinds(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);

	(void)state;
	world6_wait_s(w, 2000);
	assert_int_equal(w->last.type, DHCP6_REBIND);
	world6_close(w);
	w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);
	world6_wait_s(w, 4000);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_close(w);
}

static void a_reply_in_the_last_moment_prolongs(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REBINDING);

	(void)state;
	w->now = times_of(w).expires;
	world6_hear(w, &said_reply);
	assert_int_equal(w->step.change, MACHINE6_REBOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

/* ---- What ends by itself ---- */

static void each_item_ends_at_its_own_time(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REQUESTING);
	struct said said = said_reply;
	struct mono_time bound;

	(void)state;
	said.ia[0].t1_s = said.ia[0].t2_s = UINT32_MAX;
	said.ia[0].item[1] = (struct said_item){ "2001:db8::200", 50, 60, 0 };
	said.ia[0].item[2] = (struct said_item){ "2001:db8::300", 0, 70, 0 };
	world6_hear(w, &said);
	bound = w->now;
	world6_tick(w);
	assert_true(mono_diff_ns(w->now, bound) == 50 * NS_PER_S);
	assert_int_equal(w->step.change, MACHINE6_DEPRECATED);
	world6_tick(w);
	assert_true(mono_diff_ns(w->now, bound) == 60 * NS_PER_S);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_false(world6_holds(w, "2001:db8::200"));
	world6_tick(w);
	assert_false(world6_holds(w, "2001:db8::300"));
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_tick(w);
	assert_int_equal(w->step.change, MACHINE6_DEPRECATED);
	world6_tick(w);
	assert_true(mono_diff_ns(w->now, bound) == 3600 * NS_PER_S);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_close(w);
}

static void lifetimes_run_on_while_the_link_is_down(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);

	(void)state;
	world6_event(w, MACHINE6_LINK_DOWN);
	assert_true(machine6_servers(w->m)->is_given);
	world6_tick(w);
	assert_int_equal(w->step.change, MACHINE6_DEPRECATED);
	world6_tick(w);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_int_equal(machine6_state(w->m), MACHINE6_WAITING);
	assert_true(w->step.servers_changed);
	assert_true(w->step.wake.ns == 0);
	world6_event(w, MACHINE6_LINK_UP);
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_21_4_client_chooses_what_the_server_leaves_open),
		cmocka_unit_test(the_earliest_of_all_ias_counts),
		cmocka_unit_test(an_infinite_lease_is_never_renewed),
		cmocka_unit_test(rfc9915_18_2_4_renew_goes_to_the_server_at_t1),
		cmocka_unit_test(whoever_wants_it_renews_before_t1),
		cmocka_unit_test(
			rfc9915_18_2_10_1_item_with_lifetime_zero_is_gone_at_once),
		cmocka_unit_test(
			rfc9915_18_2_10_1_when_nothing_is_left_it_begins_again),
		cmocka_unit_test(
			rfc9915_18_2_10_1_what_a_reply_leaves_out_stays),
		cmocka_unit_test(
			rfc9915_18_2_10_1_an_ia_that_is_passed_over_is_asked_for_again),
		cmocka_unit_test(a_reply_that_gives_nothing_changes_nothing),
		cmocka_unit_test(
			rfc9915_18_2_10_1_no_binding_is_answered_by_a_request),
		cmocka_unit_test(what_is_forgotten_and_not_given_again_is_gone),
		cmocka_unit_test(
			who_forgot_and_falls_silent_is_not_the_only_one),
		cmocka_unit_test(all_that_a_client_has_may_be_forgotten),
		cmocka_unit_test(
			rfc9915_18_2_5_rebind_asks_any_server_from_t2_on),
		cmocka_unit_test(
			rfc9915_18_2_5_when_all_has_ended_it_begins_again),
		cmocka_unit_test(who_slept_over_t1_and_t2_rebinds),
		cmocka_unit_test(a_reply_in_the_last_moment_prolongs),
		cmocka_unit_test(each_item_ends_at_its_own_time),
		cmocka_unit_test(lifetimes_run_on_while_the_link_is_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
