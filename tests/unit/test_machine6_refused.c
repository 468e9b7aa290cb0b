/* SPDX-License-Identifier: BSD-2-Clause */
/* Servers that refuse, at once and each time, do not agree, or come too late.
 */
#include "machine6_fixture.h"

static struct world6 *in_state(enum machine6_state state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);

	world6_enter(w, state);
	return w;
}

/*
 * A server that answers at once, that the address is bound to nobody, and never
 * says a word about the prefix.
 */
static void check_no_storm(struct world6 *w)
{
	struct said said = said_reply;
	struct mono_time begin = w->now;
	unsigned int before = w->sent;

	said.ia[0].status = DHCP6_STATUS_NO_BINDING;
	while (mono_diff_ns(w->now, begin) < 600 * NS_PER_S &&
	       machine6_state(w->m) != MACHINE6_SOLICITING) {
		if (w->step.message_len)
			world6_hear(w, &said);
		else
			world6_tick(w);
	}
	/* Two messages each ten seconds, at most. */
	assert_true(w->sent - before <= 130);
	assert_true(world6_holds(w, "2001:db8:100::"));
}

static void rfc9915_14_1_what_is_refused_at_once_is_not_a_storm(void **state)
{
	struct world6 *w = in_state(MACHINE6_RENEWING);

	(void)state;
	check_no_storm(w);
	world6_close(w);
	w = in_state(MACHINE6_REBINDING);
	check_no_storm(w);
	world6_close(w);
}

/* SOLICITs of ten minutes, of a server that offers and gives not. */
static unsigned int solicits_of(struct world6 *w, const struct said *refusal)
{
	struct said offer = said_advertise;
	struct mono_time begin = w->now;
	unsigned int count = 0;

	offer.preference = 255;
	while (mono_diff_ns(w->now, begin) < 600 * NS_PER_S) {
		world6_until_sent(w);
		if (w->last.type == DHCP6_SOLICIT) {
			count++;
			world6_hear(w, &offer);
		}
		if (w->last.type == DHCP6_REQUEST)
			world6_hear(w, refusal);
	}
	return count;
}

static void
rfc9915_14_1_who_offers_and_never_gives_is_asked_ever_less_often(void **state)
{
	struct said refusal = said_reply;
	struct world6 *w;

	(void)state;
	refusal.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	w = world6_open(WORLD6_ADDRESS, 42);
	world6_event(w, MACHINE6_START);
	assert_in_range(solicits_of(w, &refusal), 8, 15);
	refusal.ia[0].status = DHCP6_STATUS_NOT_ON_LINK;
	assert_in_range(solicits_of(w, &refusal), 4, 8);
	/* What it gives at last, or another link, starts it afresh. */
	world6_event(w, MACHINE6_LINK_UP);
	assert_in_range(solicits_of(w, &refusal), 8, 15);
	world6_close(w);
}

/* ---- A server that says the same again and again ---- */

#define SERVERS 3000
#define HOUR_NS (3600 * NS_PER_S)

static void choose_ia(struct rng *rng, struct said_ia *ia, bool is_prefix)
{
	static const uint16_t status[] = { 0,
					   0,
					   0,
					   0,
					   DHCP6_STATUS_UNSPEC_FAIL,
					   DHCP6_STATUS_NO_ADDRS_AVAIL,
					   DHCP6_STATUS_NO_BINDING,
					   DHCP6_STATUS_NOT_ON_LINK };
	static const uint32_t valid_s[] = { 0, 4000, 8000, UINT32_MAX };
	static const uint32_t t1_s[] = { 0, 900, 2000 };

	ia->code = is_prefix ? DHCP6_OPT_IA_PD : DHCP6_OPT_IA_NA;
	ia->iaid = is_prefix ? WORLD6_IAID_PD : WORLD6_IAID_NA;
	ia->status = status[rng_below(rng, 8)];
	ia->t1_s = t1_s[rng_below(rng, 3)];
	ia->item[0].addr = is_prefix ? "2001:db8:100::/56" : "2001:db8::100";
	ia->item[0].valid_s = valid_s[rng_below(rng, 4)];
	ia->item[0].preferred_s = ia->item[0].valid_s;
	if (rng_below(rng, 4) == 0)
		ia->item[0].addr = NULL;
}

static void choose_answer(struct rng *rng, struct said *said)
{
	static const uint16_t status[] = { DHCP6_STATUS_UNSPEC_FAIL,
					   DHCP6_STATUS_NO_BINDING,
					   DHCP6_STATUS_NOT_ON_LINK };
	unsigned int count = 0;

	*said = (struct said){ .type = DHCP6_REPLY, .preference = 255 };
	if (rng_below(rng, 8) == 0)
		said->status = status[rng_below(rng, 3)];
	if (rng_below(rng, 4))
		choose_ia(rng, &said->ia[count++], false);
	if (rng_below(rng, 4))
		choose_ia(rng, &said->ia[count], true);
}

/* The messages of an hour, all answered at once. */
static unsigned int count_of(uint64_t seed)
{
	struct world6 *w = world6_open(WORLD6_BOTH, seed);
	struct rng rng = { .state = seed * 31 + 7 };
	struct said answer[DHCP6_INFORMATION_REQUEST + 1];
	struct mono_time begin = w->now;
	unsigned int i, sent;

	for (i = 0; i <= DHCP6_INFORMATION_REQUEST; i++)
		choose_answer(&rng, &answer[i]);
	if (rng_below(&rng, 3)) { /* else by Rapid Commit */
		answer[DHCP6_SOLICIT].type = DHCP6_ADVERTISE;
	} else {
		answer[DHCP6_SOLICIT].rapid = true;
		w->config.rapid_commit = true;
		world6_reopen(w);
	}
	world6_event(w, MACHINE6_START);
	while (mono_diff_ns(w->now, begin) < HOUR_NS && w->step.wake.ns) {
		if (w->step.message_len)
			world6_hear(w, &answer[w->last.type]);
		else
			world6_tick(w);
	}
	sent = w->sent;
	world6_close(w);
	return sent;
}

static void rfc9915_14_1_no_set_of_answers_makes_a_storm(void **state)
{
	unsigned int most = 0;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SERVERS; seed++) {
		unsigned int sent = count_of(seed);

		if (sent > most)
			most = sent;
	}
	/* Two each ten seconds, at most. */
	assert_in_range(most, 20, 720);
}

/* One server knows nothing of this link, another one prolongs the address. */
static void check_kept_by_another(const struct said *refusal)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct said other = said_reply;

	world6_enter(w, MACHINE6_CONFIRMING);
	world6_hear(w, refusal);
	assert_int_equal(machine6_state(w->m), MACHINE6_CONFIRMING);
	other.server = 2;
	world6_hear(w, &other);
	assert_int_equal(w->step.change, MACHINE6_REBOUND);
	while (machine6_state(w->m) == MACHINE6_CONFIRMING)
		world6_tick(w);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

static void
rfc9915_18_2_10_3_what_another_server_prolongs_is_not_lost(void **state)
{
	struct said refusal = { .type = DHCP6_REPLY,
				.status = DHCP6_STATUS_NOT_ON_LINK };

	(void)state;
	check_kept_by_another(&refusal);
	refusal = said_both;
	refusal.ia[0].status = DHCP6_STATUS_NOT_ON_LINK;
	refusal.ia[1].status = DHCP6_STATUS_NOT_ON_LINK;
	check_kept_by_another(&refusal);
}

/* As behind a sleep: what waited in the socket is read before the timer. */
static void check_late(enum machine6_state state, const struct said *said,
		       enum machine6_change want)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct machine6_times times;

	world6_enter(w, MACHINE6_BOUND);
	if (state == MACHINE6_CONFIRMING) { /* after a restart */
		world6_event(w, MACHINE6_STOP);
		world6_event(w, MACHINE6_START);
		world6_expect(w, DHCP6_CONFIRM);
	} else {
		world6_close(w);
		w = world6_open(WORLD6_ADDRESS, 42);
		world6_enter(w, state);
	}
	machine6_times(w->m, &times);
	w->now = times.expires;
	world6_hear(w, said);
	assert_int_equal(w->step.change, want);
	assert_false(machine6_is_in_use(w->m));
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_close(w);
}

static void what_has_ended_is_not_got_by_a_late_reply(void **state)
{
	const struct said success = { .type = DHCP6_REPLY };

	(void)state;
	check_late(MACHINE6_CONFIRMING, &success, MACHINE6_SAME);
	check_late(MACHINE6_INFORMING, &said_information, MACHINE6_EXPIRED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_14_1_what_is_refused_at_once_is_not_a_storm),
		cmocka_unit_test(
			rfc9915_14_1_who_offers_and_never_gives_is_asked_ever_less_often),
		cmocka_unit_test(
			rfc9915_18_2_10_3_what_another_server_prolongs_is_not_lost),
		cmocka_unit_test(rfc9915_14_1_no_set_of_answers_makes_a_storm),
		cmocka_unit_test(what_has_ended_is_not_got_by_a_late_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
