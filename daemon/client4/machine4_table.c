/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4_table - states and events. A cell says what happens then; what is
 * sent, and what an answer means, is in the files beside this one.
 */
#include <errno.h>

#include "machine4_private.h"

typedef void machine4_handler(struct machine4_turn *turn);

/* ---- cells that do nothing, each for a reason of its own ---- */

/* Nothing is to be done about it here. */
static void ignore(struct machine4_turn *turn)
{
	(void)turn;
}

/* An answer that the state does not wait for: RFC 2131 figure 5. */
static void drop(struct machine4_turn *turn)
{
	turn->drop = DROP_NOT_AWAITED;
}

static void say_down(struct machine4_turn *turn)
{
	turn->step->error = -ENETDOWN;
}

static void say_already(struct machine4_turn *turn)
{
	turn->step->error = -EALREADY;
}

static void say_no_lease(struct machine4_turn *turn)
{
	turn->step->error = -ENOENT;
}

static void say_ended(struct machine4_turn *turn)
{
	turn->step->error = -ESHUTDOWN;
}

/* ---- down ---- */

static void poll(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (!machine4_is_due(m->poll_at, turn->now))
		return;
	turn->step->polls = true;
	m->poll_at = mono_add_s(turn->now, MACHINE4_POLL_S);
}

/* The first message of all waits a random time: RFC 2131 section 4.4.1. */
static struct mono_time first_time(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	int64_t most_ns = NS_PER_S * m->setup.scope->times.initial_delay_s;

	if (m->has_begun)
		return machine4_spaced(turn);
	m->has_begun = true;
	return (struct mono_time){
		.ns = turn->now.ns +
		      random_between(m->setup.random, 0, most_ns),
	};
}

/* A lease of the file ran out while the client waited: it is a wish. */
static bool has_good_lease(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->has_lease && machine4_is_due(m->expire, turn->now))
		machine4_forget(m, true);
	return m->has_lease;
}

/* `reboot 0': a lease is not verified, its address is only wished for. */
static bool may_verify(const struct machine4_turn *turn)
{
	return turn->machine->setup.scope->times.reboot_s > 0;
}

static void begin(struct machine4_turn *turn)
{
	struct mono_time at = first_time(turn);

	if (has_good_lease(turn) && may_verify(turn)) {
		machine4_begin_reboot(turn, at);
	} else {
		if (turn->machine->has_lease)
			machine4_forget(turn->machine, true);
		machine4_begin_init(turn, at);
		if (machine4_is_due(at, turn->now))
			machine4_send_discover(turn);
	}
}

/* RFC 2131 section 3.7: after a disconnection an address is verified. */
static bool is_to_verify(const struct machine4_turn *turn)
{
	const struct machine4 *m = turn->machine;

	return m->is_doubtful && !m->is_link_down && may_verify(turn);
}

static void verify(struct machine4_turn *turn)
{
	if (is_to_verify(turn))
		machine4_begin_reboot(turn, machine4_spaced(turn));
}

/*
 * RFC 7341 section 9: renewal goes on, at once if its time has come. What makes
 * DHCPv6 stop is often the link, which may be another one by now.
 */
static void hold_no_longer(struct machine4_turn *turn)
{
	if (is_to_verify(turn))
		machine4_begin_reboot(turn, machine4_spaced(turn));
	else
		machine4_resume(turn, machine4_spaced(turn));
}

static void wait(struct machine4_turn *turn)
{
	machine4_begin_wait(turn, MACHINE4_WAITING);
}

/* RFC 7341 section 9: no renewal; the lease runs out by itself. */
static void hold(struct machine4_turn *turn)
{
	machine4_begin_wait(turn, MACHINE4_HOLDING);
}

static void hold_or_wait(struct machine4_turn *turn)
{
	if (turn->machine->is_held)
		hold(turn);
	else
		wait(turn);
}

static void wait_to_release(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (!has_good_lease(turn)) {
		say_no_lease(turn);
		return;
	}
	machine4_begin_wait(turn, MACHINE4_RELEASING);
	turn->step->polls = true;
	m->give_up = mono_add_s(turn->now, m->setup.release_wait_s);
}

static void releasing_timer(struct machine4_turn *turn)
{
	if (!machine4_is_due(turn->machine->give_up, turn->now)) {
		poll(turn);
		return;
	}
	turn->step->change = MACHINE4_UNRELEASED;
	hold_or_wait(turn);
}

/* ---- without a lease ---- */

static void init_timer(struct machine4_turn *turn)
{
	if (machine4_is_due(turn->machine->next, turn->now))
		machine4_send_discover(turn);
}

static void init_now(struct machine4_turn *turn)
{
	machine4_send_discover(turn);
}

/*
 * A try without any OFFER. RFC 2131 section 3.2 step 4: a lease that nobody
 * answered about either is used to its end; else the next try has its time.
 */
static void give_up(struct machine4_turn *turn)
{
	if (has_good_lease(turn)) {
		machine4_use_lease(turn, MACHINE4_TIMED_OUT);
	} else {
		turn->step->change = MACHINE4_FAILED;
		machine4_retry(turn);
	}
}

static void selecting_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->has_offer) {
		if (machine4_is_due(m->select_at, turn->now))
			machine4_select(turn);
	} else if (machine4_is_due(m->give_up, turn->now)) {
		give_up(turn);
	} else if (machine4_is_due(m->next, turn->now)) {
		machine4_send_discover(turn);
	}
}

/* RFC 2131 section 3.1 step 5: from the beginning, and the user is told. */
static void requesting_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (machine4_is_due(m->give_up, turn->now)) {
		turn->step->change = MACHINE4_FAILED;
		machine4_restart(turn, 0);
	} else if (machine4_is_due(m->next, turn->now)) {
		machine4_send_request(turn);
	}
}

/*
 * No answer about a kept lease: its address is wished for. One in use stays in
 * use, as RFC 2131 section 3.2 step 4 allows.
 */
static void rebooting_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (machine4_is_due(m->nak_at, turn->now)) {
		machine4_obey_nak(turn);
	} else if (!machine4_is_due(m->give_up, turn->now)) {
		if (machine4_is_due(m->next, turn->now))
			machine4_send_request(turn);
	} else if (m->is_held) {
		m->is_doubtful = m->is_link_down;
		machine4_resume(turn, turn->now);
	} else {
		m->wish = m->lease.addr;
		machine4_begin_init(turn, turn->now);
		machine4_send_discover(turn);
	}
}

/* RFC 5227 section 2.1: what was probed without a link was not probed. */
static void probe_ok(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->is_link_down)
		return;
	m->is_held = true;
	turn->step->change = m->news;
	if (m->is_up)
		machine4_enter(m, MACHINE4_BOUND);
	else
		hold(turn);
}

/* The link is back, and may be another one. */
static void probe_again(struct machine4_turn *turn)
{
	turn->step->change = MACHINE4_PROBE;
}

static void release_unused(struct machine4_turn *turn)
{
	if (turn->machine->is_up)
		machine4_release(turn);
	else
		wait_to_release(turn);
}

static void release_kept(struct machine4_turn *turn)
{
	if (has_good_lease(turn))
		machine4_release(turn);
	else
		say_no_lease(turn);
}

/* ---- with a lease ---- */

static void bound_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (!machine4_is_due(m->t1, turn->now))
		return;
	m->restarts = 0; /* it went well for half of a lease */
	machine4_resume(turn, machine4_spaced(turn));
}

static void renewing_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (machine4_is_due(m->t2, turn->now))
		machine4_begin_renewal(turn, MACHINE4_REBINDING,
				       machine4_spaced(turn));
	else if (machine4_is_due(m->next, turn->now))
		machine4_send_request(turn);
}

static void rebinding_timer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (machine4_is_due(m->nak_at, turn->now))
		machine4_obey_nak(turn);
	else if (machine4_is_due(m->next, turn->now))
		machine4_send_request(turn);
}

/* RFC 2131 section 4.4.5: a client may renew before T1. */
static void renew_now(struct machine4_turn *turn)
{
	machine4_begin_renewal(turn, MACHINE4_RENEWING, turn->now);
}

static void request_again(struct machine4_turn *turn)
{
	machine4_send_request(turn);
}

static void in_use(struct machine4_turn *turn)
{
	machine4_decline(turn, "address is in use");
}

/* What no server confirmed is nobody's to decline: it is not used. */
static void refused(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->news != MACHINE4_TIMED_OUT) {
		machine4_decline(turn, "lease is refused by the host");
		return;
	}
	turn->step->change = MACHINE4_EXPIRED;
	machine4_forget(m, true);
	if (m->is_up)
		machine4_retry(turn);
	else
		wait(turn);
}

/* While a kept lease is only asked about, nobody uses it. */
static void in_use_if_held(struct machine4_turn *turn)
{
	if (turn->machine->is_held)
		in_use(turn);
}

static void refused_if_held(struct machine4_turn *turn)
{
	if (turn->machine->is_held)
		refused(turn);
}

static void start_again(struct machine4_turn *turn)
{
	if (turn->machine->is_up)
		begin(turn);
	else
		wait(turn);
}

static void end(struct machine4_turn *turn)
{
	if (turn->step->change != MACHINE4_EXPIRED) /* just now */
		turn->step->change = MACHINE4_ENDED;
	turn->machine->is_held = false;
	machine4_enter(turn->machine, MACHINE4_STOPPED);
}

/* In the order of enum machine4_event, a line for each kind of them. */
/* clang-format off */
static machine4_handler *const
transitions[MACHINE4_STATE_COUNT][MACHINE4_EVENT_COUNT] = {
[MACHINE4_WAITING] = {
	/* TIMER, START, STOP */
	poll, begin, ignore,
	/* OFFER, ACK, NAK */
	drop, drop, drop,
	/* PROBE_OK, IN_USE, REFUSED */
	ignore, ignore, ignore,
	/* LINK_DOWN, LINK_UP */
	ignore, ignore,
	/* RENEW, RELEASE, END */
	say_down, wait_to_release, end,
},
[MACHINE4_INIT] = {
	init_timer, ignore, wait,
	drop, drop, drop,
	ignore, ignore, ignore,
	ignore, ignore,
	init_now, release_kept, end,
},
[MACHINE4_SELECTING] = {
	selecting_timer, ignore, wait,
	machine4_take_offer, drop, drop,
	ignore, ignore, ignore,
	ignore, ignore,
	say_already, release_kept, end,
},
[MACHINE4_REQUESTING] = {
	requesting_timer, ignore, wait,
	drop, machine4_take_first_ack, machine4_take_nak,
	ignore, ignore, ignore,
	ignore, ignore,
	say_already, release_kept, end,
},
[MACHINE4_REBOOTING] = {
	rebooting_timer, ignore, hold_or_wait,
	drop, machine4_take_reboot_ack, machine4_take_any_nak,
	ignore, in_use_if_held, refused_if_held,
	ignore, ignore,
	say_already, release_kept, end,
},
[MACHINE4_PROBING] = {
	ignore, ignore, ignore,
	drop, drop, drop,
	probe_ok, in_use, ignore,
	ignore, probe_again,
	say_already, release_unused, end,
},
[MACHINE4_BOUND] = {
	bound_timer, ignore, hold,
	drop, drop, drop,
	ignore, in_use, refused,
	ignore, verify,
	renew_now, machine4_release, end,
},
[MACHINE4_RENEWING] = {
	renewing_timer, ignore, hold,
	drop, machine4_take_renewal_ack, machine4_take_nak,
	ignore, in_use, refused,
	ignore, verify,
	request_again, machine4_release, end,
},
[MACHINE4_REBINDING] = {
	rebinding_timer, ignore, hold,
	drop, machine4_take_renewal_ack, machine4_take_any_nak,
	ignore, in_use, refused,
	ignore, verify,
	request_again, machine4_release, end,
},
[MACHINE4_HOLDING] = {
	poll, hold_no_longer, ignore,
	drop, drop, drop,
	ignore, in_use, refused,
	ignore, ignore,
	say_down, wait_to_release, end,
},
[MACHINE4_RELEASING] = {
	releasing_timer, machine4_release, ignore,
	drop, drop, drop,
	ignore, in_use_if_held, refused_if_held,
	ignore, ignore,
	say_down, say_already, end,
},
[MACHINE4_RELEASED] = {
	ignore, ignore, ignore,
	drop, drop, drop,
	ignore, ignore, ignore,
	ignore, ignore,
	start_again, say_no_lease, end,
},
[MACHINE4_STOPPED] = {
	ignore, ignore, ignore,
	drop, drop, drop,
	ignore, ignore, ignore,
	ignore, ignore,
	say_ended, say_ended, ignore,
},
};
/* clang-format on */

void machine4_dispatch(struct machine4_turn *turn, enum machine4_event event)
{
	transitions[turn->machine->state][event](turn);
}
