/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4 - events come in and steps go out. What holds in every state is
 * here: whether it is up, the end of a lease, and when to come again.
 */
#include "machine4.h"

#include <string.h>

#include "machine4_private.h"

void machine4_enter(struct machine4 *machine, enum machine4_state state)
{
	const struct mono_time never = { .ns = MACHINE4_NEVER };

	machine->state = state;
	machine->next = never;
	machine->give_up = never;
	machine->select_at = never;
	machine->poll_at = never;
	machine->nak_at = never;
}

/* What is true in every state. */
static void note(struct machine4 *m, enum machine4_event event)
{
	if (event == MACHINE4_ON_START)
		m->is_up = true;
	else if (event == MACHINE4_ON_STOP)
		m->is_up = false;
	else if (event == MACHINE4_ON_LINK_DOWN)
		m->is_link_down = m->is_doubtful = true;
	else if (event == MACHINE4_ON_LINK_UP)
		m->is_link_down = false;
}

/* RFC 2131 section 4.4.5: the end of a lease is now, not at the next event. */
static void expire(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	bool is_releasing = m->state == MACHINE4_RELEASING;
	bool is_probed = m->state == MACHINE4_PROBING;
	bool is_over = m->has_lease && machine4_is_due(m->expire, turn->now);

	if (!is_over)
		return;
	if (!m->is_held && !is_probed && !is_releasing)
		return; /* of the file: looked at when it is asked for */
	if (m->is_held || is_probed)
		turn->step->change = MACHINE4_EXPIRED;
	else if (is_releasing)
		turn->step->change = MACHINE4_UNRELEASED;
	machine4_forget(m, true);
	if (m->is_up)
		machine4_begin_init(turn, machine4_spaced(turn));
	else
		machine4_begin_wait(turn, MACHINE4_WAITING);
}

static struct mono_time earlier(struct mono_time a, struct mono_time b)
{
	return a.ns < b.ns ? a : b;
}

static struct mono_time wake_of(const struct machine4 *m)
{
	struct mono_time wake = earlier(earlier(m->next, m->give_up),
					earlier(m->select_at, m->poll_at));

	wake = earlier(wake, m->nak_at);

	if (m->state == MACHINE4_BOUND)
		wake = earlier(wake, m->t1);
	if (m->state == MACHINE4_RENEWING)
		wake = earlier(wake, m->t2);
	if (m->is_held || m->state == MACHINE4_PROBING ||
	    m->state == MACHINE4_RELEASING)
		wake = earlier(wake, m->expire);
	return wake;
}

static void run(struct machine4_turn *turn, enum machine4_event event)
{
	struct machine4 *m = turn->machine;
	enum machine4_state before = m->state;

	note(m, event);
	expire(turn);
	/* What was about the lease, or only the time, is about it no more. */
	if (m->state == before || event >= MACHINE4_ON_RENEW ||
	    event == MACHINE4_ON_START)
		machine4_dispatch(turn, event);
	else if (turn->msg)
		turn->drop = DROP_NOT_AWAITED;
	turn->step->wake = wake_of(m);
}

void machine4_init(struct machine4 *machine, const struct machine4_setup *setup,
		   const struct client_lease4 *kept, struct mono_time now,
		   struct wall_time wall)
{
	memset(machine, 0, sizeof(*machine));
	machine->setup = *setup;
	client_options_clear(&machine->lease.options);
	machine4_forget(machine, false);
	if (kept && !machine4_adopt(machine, kept, now, wall))
		machine4_forget(machine, true);
	machine4_enter(machine, MACHINE4_WAITING);
	machine->poll_at = now;
}

void machine4_set_scope(struct machine4 *machine,
			const struct client_conf_scope *scope)
{
	machine->setup.scope = scope;
}

void machine4_handle(struct machine4 *machine, enum machine4_event event,
		     struct mono_time now, struct wall_time wall,
		     struct machine4_step *step)
{
	struct machine4_turn turn = {
		.machine = machine,
		.now = now,
		.wall = wall,
		.step = step,
	};

	memset(step, 0, sizeof(*step));
	/* Without a message there is no answer of a server. */
	if (event == MACHINE4_ON_OFFER || event == MACHINE4_ON_ACK ||
	    event == MACHINE4_ON_NAK)
		event = MACHINE4_ON_TIMER;
	run(&turn, event);
}

enum drop_reason machine4_receive(struct machine4 *machine,
				  const struct dhcp4_msg *msg,
				  const struct in6_addr *server6,
				  struct mono_time now, struct wall_time wall,
				  struct machine4_step *step)
{
	static const enum machine4_event events[DHCP4_MSG_TYPE_COUNT] = {
		[DHCP4_OFFER] = MACHINE4_ON_OFFER,
		[DHCP4_ACK] = MACHINE4_ON_ACK,
		[DHCP4_NAK] = MACHINE4_ON_NAK,
	};
	enum drop_reason why = machine4_judge(machine, msg, server6);
	struct machine4_turn turn = {
		.machine = machine,
		.now = now,
		.wall = wall,
		.msg = msg,
		.server6 = server6,
		.step = step,
	};

	if (why) {
		machine4_handle(machine, MACHINE4_ON_TIMER, now, wall, step);
		return why;
	}
	memset(step, 0, sizeof(*step));
	run(&turn, events[msg->type]);
	return turn.drop;
}

static const char *const state_names[MACHINE4_STATE_COUNT] = {
	"WAITING",   "INIT",     "SELECTING", "REQUESTING", "REBOOTING",
	"PROBING",   "BOUND",    "RENEWING",  "REBINDING",  "HOLDING",
	"RELEASING", "RELEASED", "STOPPED",
};

static const char *const change_names[MACHINE4_CHANGE_COUNT] = {
	"none",    "probe",    "new",        "reboot",     "timed-out",
	"renewed", "rebound",  "failed",     "unreleased", "expired",
	"naked",   "declined", "given-back", "ended",
};

const char *machine4_state_name(enum machine4_state state)
{
	if ((unsigned int)state >= MACHINE4_STATE_COUNT)
		return NULL;
	return state_names[state];
}

const char *machine4_change_name(enum machine4_change change)
{
	if ((unsigned int)change >= MACHINE4_CHANGE_COUNT)
		return NULL;
	return change_names[change];
}
