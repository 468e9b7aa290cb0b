/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long lives of a DHCPv6 client: a thousand days with a good server, and many
 * weeks with one that loses, forgets and lies, on a link that comes and goes.
 */
#include "machine6_fixture.h"

#include <stdlib.h>
#include <string.h>

#define DAYS     1000
#define LIVES    400
#define STEPS    600
#define SAME_MAX 8 /* calls in a row without time going on */

static struct client_lease6 before, after;

static void export(const struct world6 *w, struct client_lease6 *lease)
{
	machine6_lease(w->m, w->now, (struct wall_time){ 0 }, lease);
}

/* ---- A thousand days ---- */

/* 20 ms on the way there and back. */
static void answer_at_once(struct world6 *w)
{
	struct said said = said_both;

	if (!w->step.message_len)
		return;
	w->now = mono_add_ms(w->now, 20);
	if (w->last.type == DHCP6_SOLICIT) {
		said.type = DHCP6_ADVERTISE;
		said.preference = 255;
	}
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_NONE);
	if (said.type == DHCP6_ADVERTISE)
		answer_at_once(w);
}

static void a_thousand_days_of_renewals_drift_nowhere(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 7);
	struct mono_time bound, end;
	int64_t renewals = 0;

	(void)state;
	world6_event(w, MACHINE6_START);
	if (!w->step.message_len)
		world6_until_sent(w);
	answer_at_once(w);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	bound = w->now;
	export(w, &before);
	end = mono_add_s(w->now, DAYS * 86400LL);
	while (w->now.ns < end.ns) {
		world6_tick(w);
		assert_int_equal(w->last.type, DHCP6_RENEW);
		assert_int_equal(w->step.change, MACHINE6_SAME);
		answer_at_once(w);
		assert_int_equal(w->step.change, MACHINE6_RENEWED);
		assert_false(w->step.servers_changed);
		renewals++;
		assert_true(mono_diff_ns(w->now, bound) ==
			    renewals * (900 * NS_PER_S + 20 * NS_PER_MS));
	}
	assert_true(renewals >= DAYS * 86400LL / 901);
	assert_int_equal(w->sent, renewals + 2);
	/* Nothing has grown, and nothing was lost. */
	export(w, &after);
	assert_int_equal(after.ia_count, before.ia_count);
	assert_int_equal(after.ia[0].item_count, before.ia[0].item_count);
	assert_int_equal(after.options.count, before.options.count);
	assert_int_equal(after.options.used, before.options.used);
	world6_close(w);
}

/* ---- Lives that nobody planned ---- */

struct life {
	struct world6 *w;
	struct rng rng;
	int64_t sent_ns[20]; /* a ring */
	unsigned int sent;
	bool was_given;
};

static bool chance(struct life *l, uint32_t percent)
{
	return rng_below(&l->rng, 100) < percent;
}

static bool has_item(const struct client_lease6 *lease,
		     const struct client_item *item)
{
	size_t i, k;

	for (i = 0; i < lease->ia_count; i++)
		for (k = 0; k < lease->ia[i].item_count; k++)
			if (!memcmp(&lease->ia[i].item[k].addr, &item->addr,
				    sizeof(item->addr)))
				return true;
	return false;
}

static bool has_all(const struct client_lease6 *a,
		    const struct client_lease6 *b)
{
	size_t i, k;

	for (i = 0; i < b->ia_count; i++)
		for (k = 0; k < b->ia[i].item_count; k++)
			if (!has_item(a, &b->ia[i].item[k]))
				return false;
	return true;
}

/* Whatever differs is told, in words that fit. */
static void check_change(const struct life *l, bool was_in_use)
{
	bool lost = !has_all(&after, &before);
	bool got = !has_all(&before, &after);

	if (!was_in_use && !machine6_is_in_use(l->w->m))
		return;
	if (lost || got)
		assert_int_not_equal(l->w->step.change, MACHINE6_SAME);
	if (was_in_use != machine6_is_in_use(l->w->m))
		assert_int_not_equal(l->w->step.change, MACHINE6_SAME);
	if (l->w->step.change == MACHINE6_DEPRECATED)
		assert_false(lost || got);
	if (l->w->step.change == MACHINE6_DECLINED ||
	    l->w->step.change == MACHINE6_RELEASED)
		assert_true(lost && !got);
}

static void check_items(const struct life *l)
{
	bool is_stopped = machine6_state(l->w->m) == MACHINE6_STOPPED;
	size_t i, k;

	for (i = 0; i < after.ia_count; i++) {
		assert_true(after.ia[i].item_count > 0);
		assert_true(after.ia[i].t1_s <= after.ia[i].t2_s);
		for (k = 0; k < after.ia[i].item_count; k++) {
			const struct client_item *item = &after.ia[i].item[k];

			/* The wall is at 0: what has ended began before. */
			assert_true(is_stopped || item->valid_s == UINT32_MAX ||
				    item->starts.s + item->valid_s >= 0);
		}
	}
}

/* Who is never called again has a lease that never ends, or no link. */
static void check_sleep(enum machine6_state state)
{
	size_t i, k;

	assert_true(state == MACHINE6_BOUND || state == MACHINE6_WAITING);
	for (i = 0; i < after.ia_count; i++)
		for (k = 0; k < after.ia[i].item_count; k++)
			assert_true(after.ia[i].item[k].valid_s == UINT32_MAX);
}

static void check_state(const struct life *l)
{
	enum machine6_state state = machine6_state(l->w->m);
	bool holds = after.ia_count > 0;
	const struct dhcp4o6_servers *servers = machine6_servers(l->w->m);

	switch (state) {
	case MACHINE6_SOLICITING:
	case MACHINE6_RELEASING:
		assert_false(holds);
		break;
	case MACHINE6_CONFIRMING:
	case MACHINE6_BOUND:
	case MACHINE6_RENEWING:
	case MACHINE6_REBINDING:
		assert_true(holds);
		break;
	default:
		break;
	}
	assert_true(!servers->is_given ||
		    (holds && machine6_is_in_use(l->w->m)));
	assert_true(!machine6_is_in_use(l->w->m) || holds);
	assert_int_equal(l->w->step.servers_changed,
			 l->was_given != servers->is_given);
	if (state == MACHINE6_STOPPED)
		assert_true(l->w->step.wake.ns == 0);
	else if (l->w->step.wake.ns == 0)
		check_sleep(state);
}

static void check_rate(struct life *l)
{
	int64_t *slot = &l->sent_ns[l->sent % 20];

	if (!l->w->step.message_len)
		return;
	if (l->sent >= 20)
		assert_true(l->w->now.ns - *slot >= 20 * NS_PER_S);
	*slot = l->w->now.ns;
	l->sent++;
	assert_true(l->w->last.has_client_id && l->w->last.has_elapsed);
}

static void random_item(struct life *l, struct said_item *item)
{
	static const char *const addr[] = { "2001:db8::100", "2001:db8::101",
					    "2001:db8::102", "2001:db8::103" };
	static const uint32_t valid_s[] = { 0,    1,     30,        300,
					    3600, 90000, UINT32_MAX };

	item->addr = addr[rng_below(&l->rng, 4)];
	item->valid_s = valid_s[rng_below(&l->rng, 7)];
	item->preferred_s = chance(l, 20) ? 0 : item->valid_s;
	if (chance(l, 50) && item->valid_s != UINT32_MAX)
		item->preferred_s /= 2;
	if (chance(l, 5))
		item->status = DHCP6_STATUS_UNSPEC_FAIL;
}

static void random_ia(struct life *l, struct said_ia *ia, bool is_prefix)
{
	static const uint32_t t_s[] = { 0, 0, 1, 20, 900, UINT32_MAX };
	static const uint16_t status[] = { DHCP6_STATUS_UNSPEC_FAIL,
					   DHCP6_STATUS_NO_ADDRS_AVAIL,
					   DHCP6_STATUS_NO_BINDING,
					   DHCP6_STATUS_NOT_ON_LINK };
	uint32_t i, count = rng_below(&l->rng, 4);

	ia->code = is_prefix ? DHCP6_OPT_IA_PD : DHCP6_OPT_IA_NA;
	ia->iaid = is_prefix ? WORLD6_IAID_PD : WORLD6_IAID_NA;
	ia->t1_s = t_s[rng_below(&l->rng, 6)];
	ia->t2_s = t_s[rng_below(&l->rng, 6)];
	if (chance(l, 10))
		ia->status = status[rng_below(&l->rng, 4)];
	for (i = 0; i < count; i++) {
		random_item(l, &ia->item[i]);
		if (is_prefix)
			ia->item[i].addr =
				i ? "2001:db8:100::/56" : "2001:db8:200::/60";
	}
}

static void random_answer(struct life *l)
{
	static const uint8_t key[DHCP6_RKAP_LEN] = "a random key!!!";
	static const uint8_t wish[] = { DHCP6_RENEW, DHCP6_REBIND,
					DHCP6_INFORMATION_REQUEST };
	struct said said = { .type = DHCP6_REPLY, .has_88 = chance(l, 80) };

	if (l->w->last.type == DHCP6_SOLICIT && chance(l, 80))
		said.type = DHCP6_ADVERTISE;
	said.server = (uint8_t)(1 + rng_below(&l->rng, 2));
	said.rapid = chance(l, 30);
	said.preference = (uint8_t)(chance(l, 50) ? 255 : 0);
	said.wrong_xid = chance(l, 5);
	if (chance(l, 5))
		said.status = (uint16_t)rng_below(&l->rng, 7);
	random_ia(l, &said.ia[0], chance(l, 10));
	if (chance(l, 60))
		random_ia(l, &said.ia[1], true);
	if (chance(l, 60)) {
		said.key = key;
		said.replay = 1000 + l->w->sent;
	}
	if (chance(l, 5)) {
		said.type = DHCP6_RECONFIGURE;
		said.key = NULL;
		said.signed_by = key;
		said.replay = 1001 + l->w->sent;
		said.reconfigure = wish[rng_below(&l->rng, 3)];
	}
	world6_hear(l->w, &said);
}

static void do_something(struct life *l)
{
	static const enum machine6_event_kind kinds[] = {
		MACHINE6_LINK_DOWN, MACHINE6_LINK_UP, MACHINE6_LINK_UP,
		MACHINE6_RENEW,     MACHINE6_STOP,    MACHINE6_RELEASE,
		MACHINE6_START
	};
	struct world6 *w = l->w;
	uint32_t dice = rng_below(&l->rng, 100);

	if (machine6_state(w->m) == MACHINE6_STOPPED && dice < 50)
		world6_event(w, MACHINE6_START);
	else if (w->step.message_len && dice < 70)
		random_answer(l);
	else if (dice < 5)
		world6_event(w, kinds[rng_below(&l->rng, 7)]);
	else if (dice < 8)
		world6_dad_failed(w, "2001:db8::100");
	else if (dice < 12)
		world6_wait_s(w, rng_below(&l->rng, 5000));
	else if (dice < 14 && w->sent)
		random_answer(l);
	else if (w->step.wake.ns)
		world6_tick(w);
	else
		world6_event(w, MACHINE6_LINK_UP);
}

static void live(uint64_t seed)
{
	struct life l = { .w = world6_open(WORLD6_BOTH, seed),
			  .rng.state = seed * 77 + 1 };
	unsigned int i;

	l.w->config.rapid_commit = seed % 2;
	world6_reopen(l.w);
	world6_event(l.w, MACHINE6_START);
	check_rate(&l);
	for (i = 0; i < STEPS; i++) {
		bool was_in_use = machine6_is_in_use(l.w->m);

		export(l.w, &before);
		l.was_given = machine6_servers(l.w->m)->is_given;
		do_something(&l);
		export(l.w, &after);
		check_change(&l, was_in_use);
		check_items(&l);
		check_state(&l);
		check_rate(&l);
	}
	world6_close(l.w);
}

static void whatever_happens_what_is_said_is_true(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= LIVES; seed++)
		live(seed);
}

/* A timer that rings and rings without anything to do would eat a processor. */
static void time_goes_on_between_two_wakes(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= LIVES; seed++) {
		struct life l = { .w = world6_open(WORLD6_BOTH, seed),
				  .rng.state = seed };
		unsigned int i, same = 0;

		world6_event(l.w, MACHINE6_START);
		for (i = 0; i < STEPS && l.w->step.wake.ns; i++) {
			struct mono_time then = l.w->now;

			if (l.w->step.message_len && chance(&l, 60))
				random_answer(&l);
			if (!l.w->step.wake.ns)
				break;
			world6_tick(l.w);
			same = l.w->now.ns == then.ns ? same + 1 : 0;
			assert_true(same < SAME_MAX);
		}
		world6_close(l.w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_days_of_renewals_drift_nowhere),
		cmocka_unit_test(whatever_happens_what_is_said_is_true),
		cmocka_unit_test(time_goes_on_between_two_wakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
