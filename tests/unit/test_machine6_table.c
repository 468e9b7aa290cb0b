/* SPDX-License-Identifier: BSD-2-Clause */
/* Every state of the DHCPv6 client, and every event in it. */
#include "machine6_fixture.h"

/* Short names, so that the table is one. */
#define STO MACHINE6_STOPPED
#define WAI MACHINE6_WAITING
#define SOL MACHINE6_SOLICITING
#define REQ MACHINE6_REQUESTING
#define CON MACHINE6_CONFIRMING
#define BND MACHINE6_BOUND
#define REN MACHINE6_RENEWING
#define REB MACHINE6_REBINDING
#define REL MACHINE6_RELEASING
#define DEC MACHINE6_DECLINING
#define ING MACHINE6_INFORMING
#define IED MACHINE6_INFORMED

/* The messages are the usual ones, and fit what was sent last. A timer that is
 * not due yet changes nothing. */
/* clang-format off */
static const enum machine6_state
	stateful[MACHINE6_STATE_COUNT][MACHINE6_EVENT_COUNT] = {
	/*  STA  TIM  ADV  REP  REC  DOW  UP   DAD  REN  REL  STO */
	[STO] = { SOL, STO, STO, STO, STO, STO, STO, STO, STO, STO, STO },
	[WAI] = { WAI, WAI, WAI, WAI, WAI, WAI, SOL, WAI, WAI, STO, STO },
	[SOL] = { SOL, SOL, SOL, SOL, SOL, WAI, SOL, SOL, SOL, STO, STO },
	[REQ] = { REQ, REQ, REQ, BND, REQ, WAI, SOL, REQ, REQ, STO, STO },
	[CON] = { CON, CON, CON, BND, CON, WAI, CON, DEC, CON, REL, STO },
	[BND] = { BND, BND, BND, BND, BND, WAI, CON, DEC, REN, REL, STO },
	[REN] = { REN, REN, REN, BND, REN, WAI, CON, DEC, REN, REL, STO },
	[REB] = { REB, REB, REB, BND, REB, WAI, CON, DEC, REB, REL, STO },
	[REL] = { REL, REL, REL, STO, REL, STO, REL, REL, REL, REL, STO },
	[DEC] = { DEC, DEC, DEC, SOL, DEC, WAI, SOL, DEC, DEC, STO, STO },
	[ING] = { ING, ING, ING, BND, ING, WAI, CON, DEC, ING, REL, STO },
};

static const enum machine6_state
	stateless[MACHINE6_STATE_COUNT][MACHINE6_EVENT_COUNT] = {
	/*  STA  TIM  ADV  REP  REC  DOW  UP   DAD  REN  REL  STO */
	[STO] = { ING, STO, STO, STO, STO, STO, STO, STO, STO, STO, STO },
	[WAI] = { WAI, WAI, WAI, WAI, WAI, WAI, ING, WAI, WAI, STO, STO },
	[ING] = { ING, ING, ING, IED, ING, WAI, ING, ING, ING, STO, STO },
	[IED] = { IED, IED, IED, IED, IED, WAI, ING, IED, ING, STO, STO },
};
/* clang-format on */

static const enum machine6_state states_of[3][MACHINE6_STATE_COUNT] = {
	[WORLD6_ADDRESS] = { STO, WAI, SOL, REQ, CON, BND, REN, REB, REL, DEC,
			     ING },
	[WORLD6_STATELESS] = { STO, WAI, ING, IED },
};

static void do_event(struct world6 *w, enum machine6_event_kind kind)
{
	struct said reconfigure = { .type = DHCP6_RECONFIGURE,
				    .reconfigure = DHCP6_RENEW };
	const uint8_t stranger[DHCP6_RKAP_LEN] = { 1 };

	reconfigure.signed_by = stranger;
	switch (kind) {
	case MACHINE6_ADVERTISE:
		world6_hear(w, &said_advertise);
		break;
	case MACHINE6_REPLY:
		world6_hear(w, w->config.stateless ? &said_information
						   : &said_reply);
		break;
	case MACHINE6_RECONFIGURE:
		world6_hear(w, &reconfigure);
		break;
	case MACHINE6_DAD_FAILED:
		world6_dad_failed(w, "2001:db8::100");
		break;
	default:
		world6_event(w, kind);
		break;
	}
}

/* Which messages are dropped, and why. */
static enum drop_reason drop_of(enum machine6_state state,
				enum machine6_event_kind kind)
{
	bool asks =
		state != STO && state != WAI && state != BND && state != IED;

	switch (kind) {
	case MACHINE6_ADVERTISE:
		if (!asks)
			return DROP_DHCP6_XID;
		return state == SOL ? DROP_NONE : DROP_DHCP6_UNEXPECTED;
	case MACHINE6_REPLY:
		if (!asks)
			return DROP_DHCP6_XID;
		return state == SOL ? DROP_DHCP6_NO_RAPID_COMMIT : DROP_NONE;
	case MACHINE6_RECONFIGURE:
		return state == BND || state == IED ? DROP_DHCP6_AUTH
						    : DROP_DHCP6_UNEXPECTED;
	default:
		return DROP_NONE;
	}
}

static void check_cell(enum world6_kind kind, enum machine6_state state,
		       enum machine6_event_kind event, enum machine6_state next)
{
	struct world6 *w = world6_open(kind, 1 + state * 100 + event);

	world6_enter(w, state);
	do_event(w, event);
	if (machine6_state(w->m) != next)
		fail_msg("%s, event %d: %s, not %s", machine6_state_name(state),
			 event, machine6_state_name(machine6_state(w->m)),
			 machine6_state_name(next));
	if (w->step.drop != drop_of(state, event))
		fail_msg("%s, event %d: drop %s", machine6_state_name(state),
			 event, drop_reason_name(w->step.drop));
	/* Who waits for something wakes up, and who does not sleeps. */
	if (next == STO || (next == WAI && !world6_holds(w, "2001:db8::100")))
		assert_true(w->step.wake.ns == 0);
	else
		assert_true(w->step.wake.ns != 0);
	world6_close(w);
}

static void check_all(enum world6_kind kind,
		      const enum machine6_state table[][MACHINE6_EVENT_COUNT])
{
	unsigned int i, event;

	for (i = 0; i < MACHINE6_STATE_COUNT; i++) {
		enum machine6_state state = states_of[kind][i];

		if (i && state == STO)
			break;
		for (event = 0; event < MACHINE6_EVENT_COUNT; event++)
			check_cell(kind, state, (enum machine6_event_kind)event,
				   table[state][event]);
	}
}

static void every_event_in_every_state_of_a_stateful_client(void **state)
{
	(void)state;
	check_all(WORLD6_ADDRESS, stateful);
}

static void every_event_in_every_state_of_a_stateless_client(void **state)
{
	(void)state;
	check_all(WORLD6_STATELESS, stateless);
}

static void every_state_has_a_name(void **state)
{
	unsigned int i, k;

	(void)state;
	for (i = 0; i < MACHINE6_STATE_COUNT; i++) {
		assert_non_null(machine6_state_name((enum machine6_state)i));
		for (k = 0; k < i; k++)
			assert_string_not_equal(
				machine6_state_name((enum machine6_state)i),
				machine6_state_name((enum machine6_state)k));
	}
}

/* A foreign answer is one whoever waits for what. */
static void answers_to_others_are_dropped_in_every_state(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < MACHINE6_STATE_COUNT; i++) {
		enum machine6_state in = states_of[WORLD6_ADDRESS][i];
		struct world6 *w = world6_open(WORLD6_ADDRESS, 77 + i);
		struct said said = said_reply;

		if (i == IED) {
			world6_close(w);
			continue;
		}
		world6_enter(w, in);
		said.wrong_xid = true;
		world6_hear(w, &said);
		assert_int_equal(w->step.drop, DROP_DHCP6_XID);
		said.wrong_xid = false;
		said.wrong_client = true;
		world6_hear(w, &said);
		assert_int_equal(w->step.drop, DROP_DHCP6_CLIENT_ID);
		assert_int_equal(machine6_state(w->m), in);
		world6_close(w);
	}
}

/* A server may give one address in two IAs: it is taken in both. */
static void an_address_that_is_there_twice_is_declined_twice(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 5);
	struct said said = said_reply;

	(void)state;
	w->wish[1].code = DHCP6_OPT_IA_NA;
	world6_reopen(w);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_SOLICIT);
	said.type = DHCP6_ADVERTISE;
	said.preference = 255;
	world6_hear(w, &said);
	said = said_reply;
	said.ia[1] = said.ia[0];
	said.ia[1].iaid = WORLD6_IAID_PD;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), BND);
	world6_dad_failed(w, "2001:db8::100");
	assert_int_equal(w->last.type, DHCP6_DECLINE);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 2);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_event_in_every_state_of_a_stateful_client),
		cmocka_unit_test(
			every_event_in_every_state_of_a_stateless_client),
		cmocka_unit_test(every_state_has_a_name),
		cmocka_unit_test(answers_to_others_are_dropped_in_every_state),
		cmocka_unit_test(
			an_address_that_is_there_twice_is_declined_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
