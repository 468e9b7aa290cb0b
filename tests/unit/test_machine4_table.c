/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every state of the DHCPv4 client times every event. What is not in a table
 * here changes nothing: the state stays, nothing is sent.
 */
#include "machine4_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING CLIENT4_QUERY_KIND_COUNT

/* clang-format off */
#define S(name) MACHINE4_##name
#define E(name) MACHINE4_ON_##name
#define Q(name) CLIENT4_##name

static const struct cell {
	enum machine4_state state;
	bool is_held; /* the address is in use */
	enum machine4_event event;
	enum machine4_state next;
	enum client4_query_kind sent;
	enum machine4_change change;
	int error;
} cells[] = {
	{ S(WAITING), 0, E(START), S(SELECTING), Q(DISCOVER), S(NO_CHANGE), 0 },
	{ S(WAITING), 0, E(RENEW), S(WAITING), NOTHING, S(NO_CHANGE), -ENETDOWN },
	{ S(WAITING), 0, E(RELEASE), S(WAITING), NOTHING, S(NO_CHANGE), -ENOENT },
	{ S(WAITING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(INIT), 0, E(STOP), S(WAITING), NOTHING, S(NO_CHANGE), 0 },
	{ S(INIT), 0, E(RENEW), S(SELECTING), Q(DISCOVER), S(NO_CHANGE), 0 },
	{ S(INIT), 0, E(RELEASE), S(INIT), NOTHING, S(NO_CHANGE), -ENOENT },
	{ S(INIT), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(SELECTING), 0, E(STOP), S(WAITING), NOTHING, S(NO_CHANGE), 0 },
	{ S(SELECTING), 0, E(OFFER), S(REQUESTING), Q(SELECTING), S(NO_CHANGE), 0 },
	{ S(SELECTING), 0, E(RENEW), S(SELECTING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(SELECTING), 0, E(RELEASE), S(SELECTING), NOTHING, S(NO_CHANGE), -ENOENT },
	{ S(SELECTING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(REQUESTING), 0, E(STOP), S(WAITING), NOTHING, S(NO_CHANGE), 0 },
	{ S(REQUESTING), 0, E(ACK), S(BOUND), NOTHING, S(NEW), 0 },
	{ S(REQUESTING), 0, E(NAK), S(INIT), NOTHING, S(NO_CHANGE), 0 },
	{ S(REQUESTING), 0, E(RENEW), S(REQUESTING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(REQUESTING), 0, E(RELEASE), S(REQUESTING), NOTHING, S(NO_CHANGE), -ENOENT },
	{ S(REQUESTING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(REBOOTING), 0, E(STOP), S(WAITING), NOTHING, S(NO_CHANGE), 0 },
	{ S(REBOOTING), 0, E(ACK), S(BOUND), NOTHING, S(REBOOT), 0 },
	{ S(REBOOTING), 0, E(NAK), S(INIT), NOTHING, S(NO_CHANGE), 0 },
	{ S(REBOOTING), 0, E(RENEW), S(REBOOTING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(REBOOTING), 0, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(REBOOTING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(REBOOTING), 1, E(STOP), S(HOLDING), NOTHING, S(NO_CHANGE), 0 },
	{ S(REBOOTING), 1, E(ACK), S(BOUND), NOTHING, S(RENEWED), 0 },
	{ S(REBOOTING), 1, E(NAK), S(INIT), NOTHING, S(NAKED), 0 },
	{ S(REBOOTING), 1, E(IN_USE), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(REBOOTING), 1, E(REFUSED), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(REBOOTING), 1, E(RENEW), S(REBOOTING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(REBOOTING), 1, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(REBOOTING), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(PROBING), 0, E(PROBE_OK), S(BOUND), NOTHING, S(NEW), 0 },
	{ S(PROBING), 0, E(IN_USE), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(PROBING), 0, E(LINK_UP), S(PROBING), NOTHING, S(PROBE), 0 },
	{ S(PROBING), 0, E(RENEW), S(PROBING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(PROBING), 0, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(PROBING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(BOUND), 1, E(STOP), S(HOLDING), NOTHING, S(NO_CHANGE), 0 },
	{ S(BOUND), 1, E(IN_USE), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(BOUND), 1, E(REFUSED), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(BOUND), 1, E(RENEW), S(RENEWING), Q(RENEWING), S(NO_CHANGE), 0 },
	{ S(BOUND), 1, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(BOUND), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(RENEWING), 1, E(STOP), S(HOLDING), NOTHING, S(NO_CHANGE), 0 },
	{ S(RENEWING), 1, E(ACK), S(BOUND), NOTHING, S(RENEWED), 0 },
	{ S(RENEWING), 1, E(NAK), S(INIT), NOTHING, S(NAKED), 0 },
	{ S(RENEWING), 1, E(IN_USE), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(RENEWING), 1, E(REFUSED), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(RENEWING), 1, E(RENEW), S(RENEWING), Q(RENEWING), S(NO_CHANGE), 0 },
	{ S(RENEWING), 1, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(RENEWING), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(REBINDING), 1, E(STOP), S(HOLDING), NOTHING, S(NO_CHANGE), 0 },
	{ S(REBINDING), 1, E(ACK), S(BOUND), NOTHING, S(REBOUND), 0 },
	{ S(REBINDING), 1, E(NAK), S(INIT), NOTHING, S(NAKED), 0 },
	{ S(REBINDING), 1, E(IN_USE), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(REBINDING), 1, E(REFUSED), S(INIT), Q(DECLINE), S(DECLINED), 0 },
	{ S(REBINDING), 1, E(RENEW), S(REBINDING), Q(REBINDING), S(NO_CHANGE), 0 },
	{ S(REBINDING), 1, E(RELEASE), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(REBINDING), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(HOLDING), 1, E(START), S(BOUND), NOTHING, S(NO_CHANGE), 0 },
	{ S(HOLDING), 1, E(IN_USE), S(WAITING), NOTHING, S(DECLINED), 0 },
	{ S(HOLDING), 1, E(REFUSED), S(WAITING), NOTHING, S(DECLINED), 0 },
	{ S(HOLDING), 1, E(RENEW), S(HOLDING), NOTHING, S(NO_CHANGE), -ENETDOWN },
	{ S(HOLDING), 1, E(RELEASE), S(RELEASING), NOTHING, S(NO_CHANGE), 0 },
	{ S(HOLDING), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(RELEASING), 0, E(START), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(RELEASING), 0, E(RENEW), S(RELEASING), NOTHING, S(NO_CHANGE), -ENETDOWN },
	{ S(RELEASING), 0, E(RELEASE), S(RELEASING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(RELEASING), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(RELEASING), 1, E(START), S(RELEASED), Q(RELEASE), S(GIVEN_BACK), 0 },
	{ S(RELEASING), 1, E(IN_USE), S(WAITING), NOTHING, S(DECLINED), 0 },
	{ S(RELEASING), 1, E(REFUSED), S(WAITING), NOTHING, S(DECLINED), 0 },
	{ S(RELEASING), 1, E(RENEW), S(RELEASING), NOTHING, S(NO_CHANGE), -ENETDOWN },
	{ S(RELEASING), 1, E(RELEASE), S(RELEASING), NOTHING, S(NO_CHANGE), -EALREADY },
	{ S(RELEASING), 1, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	/* It was released half a second ago: the next exchange waits. */
	{ S(RELEASED), 0, E(RENEW), S(INIT), NOTHING, S(NO_CHANGE), 0 },
	{ S(RELEASED), 0, E(RELEASE), S(RELEASED), NOTHING, S(NO_CHANGE), -ENOENT },
	{ S(RELEASED), 0, E(END), S(STOPPED), NOTHING, S(ENDED), 0 },

	{ S(STOPPED), 0, E(RENEW), S(STOPPED), NOTHING, S(NO_CHANGE), -ESHUTDOWN },
	{ S(STOPPED), 0, E(RELEASE), S(STOPPED), NOTHING, S(NO_CHANGE), -ESHUTDOWN },
};
/* clang-format on */

static bool can_be_held(enum machine4_state state, bool is_held)
{
	switch (state) {
	case MACHINE4_REBOOTING:
	case MACHINE4_RELEASING:
		return true;
	case MACHINE4_BOUND:
	case MACHINE4_RENEWING:
	case MACHINE4_REBINDING:
	case MACHINE4_HOLDING:
		return is_held;
	default:
		return !is_held;
	}
}

static struct cell cell_of(enum machine4_state state, bool is_held,
			   enum machine4_event event)
{
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		if (cells[i].state == state && cells[i].is_held == is_held &&
		    cells[i].event == event)
			return cells[i];
	}
	return (struct cell){ state, is_held, event, state, NOTHING, 0, 0 };
}

/* DROP_NONE if the event is none of a server's. */
static enum drop_reason act(enum machine4_event event)
{
	static const uint8_t types[MACHINE4_EVENT_COUNT] = {
		[MACHINE4_ON_OFFER] = DHCP4_OFFER,
		[MACHINE4_ON_ACK] = DHCP4_ACK,
		[MACHINE4_ON_NAK] = DHCP4_NAK,
	};
	struct answer answer;

	if (types[event] == 0) {
		life_event(event, 0);
		return DROP_NONE;
	}
	answer = answer_of(types[event]);
	/* Of a state that sent nothing yet the number is not known. */
	answer.xid_change = life.query.xid ^ life.machine.xid;
	return life_answer(&answer);
}

static bool is_of_server(enum machine4_event event)
{
	return event == MACHINE4_ON_OFFER || event == MACHINE4_ON_ACK ||
	       event == MACHINE4_ON_NAK;
}

static void check_cell(const struct cell *want, struct machine4 *before)
{
	enum drop_reason why;
	bool is_taken;

	life_become(want->state, want->is_held);
	*before = life.machine;
	why = act(want->event);
	if (life.machine.state != want->next)
		print_error("%s, event %d, held %d\n",
			    machine4_state_name(want->state), want->event,
			    want->is_held);
	assert_state(want->next);
	if (want->sent == NOTHING)
		assert_silent();
	else
		assert_sent(want->sent);
	assert_change(want->change);
	assert_int_equal(life.step.error, want->error);
	is_taken = want->next != want->state || want->change ||
		   want->sent != NOTHING;
	if (is_of_server(want->event))
		assert_int_equal(why, is_taken ? DROP_NONE : DROP_NOT_AWAITED);
}

static void rfc2131_4_4_every_state_knows_every_event(void **state)
{
	unsigned int checked = 0;

	(void)state;
	for (unsigned int s = 0; s < MACHINE4_STATE_COUNT; s++) {
		for (unsigned int e = 0; e < 2 * MACHINE4_EVENT_COUNT; e++) {
			struct cell want =
				cell_of((enum machine4_state)s, e & 1,
					(enum machine4_event)(e / 2));
			static struct machine4 before;

			if (!can_be_held(want.state, want.is_held))
				continue;
			check_cell(&want, &before);
			checked++;
		}
	}
	assert_int_equal(checked,
			 (MACHINE4_STATE_COUNT + 2) * MACHINE4_EVENT_COUNT);
}

/* A timer that comes too early, or twice, does nothing. */
static void an_early_timer_does_nothing(void **state)
{
	static struct machine4 before;

	(void)state;
	for (unsigned int s = 0; s < MACHINE4_STATE_COUNT; s++) {
		for (int held = 0; held < 2; held++) {
			struct mono_time wake;

			if (!can_be_held((enum machine4_state)s, held))
				continue;
			life_become((enum machine4_state)s, held);
			before = life.machine;
			wake = life.step.wake;
			life_event(MACHINE4_ON_TIMER, 0);
			assert_memory_equal(&before, &life.machine,
					    sizeof(before));
			assert_silent();
			assert_false(life.step.polls);
			assert_true(wake.ns == life.step.wake.ns);
		}
	}
}

/* What a stranger says is dropped in every state and changes nothing. */
static void strangers_change_nothing_in_any_state(void **state)
{
	static struct machine4 before;

	(void)state;
	for (unsigned int s = 0; s < MACHINE4_STATE_COUNT; s++) {
		for (unsigned int type = 2; type < 7; type++) {
			struct answer answer = answer_of((uint8_t)type);

			if (type != DHCP4_OFFER && type != DHCP4_ACK &&
			    type != DHCP4_NAK)
				continue;
			life_become((enum machine4_state)s, false);
			before = life.machine;
			answer.xid_change = 1;
			answer.xid_change ^= life.query.xid ^ life.machine.xid;
			assert_int_equal(life_answer(&answer), DROP_OTHER_XID);
			assert_memory_equal(&before, &life.machine,
					    sizeof(before));
		}
	}
}

static void events_of_servers_need_a_message(void **state)
{
	(void)state;
	life_become(MACHINE4_REQUESTING, false);
	life_event(MACHINE4_ON_ACK, 0);
	assert_state(MACHINE4_REQUESTING);
	life_event(MACHINE4_ON_NAK, 0);
	assert_state(MACHINE4_REQUESTING);
	life_become(MACHINE4_SELECTING, false);
	life_event(MACHINE4_ON_OFFER, 0);
	assert_state(MACHINE4_SELECTING);
}

static void everything_has_a_name(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MACHINE4_STATE_COUNT; i++)
		assert_non_null(machine4_state_name((enum machine4_state)i));
	assert_null(machine4_state_name(MACHINE4_STATE_COUNT));
	for (unsigned int i = 0; i < MACHINE4_CHANGE_COUNT; i++)
		assert_non_null(machine4_change_name((enum machine4_change)i));
	assert_null(machine4_change_name(MACHINE4_CHANGE_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc2131_4_4_every_state_knows_every_event),
		cmocka_unit_test(an_early_timer_does_nothing),
		cmocka_unit_test(strangers_change_nothing_in_any_state),
		cmocka_unit_test(events_of_servers_need_a_message),
		cmocka_unit_test(everything_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
