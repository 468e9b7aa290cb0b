/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4_exchange - what is sent, and when again (RFC 2131 sections 4.1 and
 * 4.4). A DISCOVER and the REQUEST that follows it share transaction id and
 * secs; each REQUEST of a renewal has an id of its own, so that its ACK tells
 * from when the lease counts.
 */
#include <string.h>

#include "machine4_private.h"

static const struct client_conf_times *times_of(const struct machine4 *m)
{
	return &m->setup.scope->times;
}

static struct mono_time later(struct mono_time a, struct mono_time b)
{
	return a.ns > b.ns ? a : b;
}

struct mono_time machine4_spaced(const struct machine4_turn *turn)
{
	const struct machine4 *m = turn->machine;

	if (!m->last_sent.ns)
		return turn->now;
	return later(turn->now, mono_add_s(m->last_sent, MACHINE4_SPACING_S));
}

/*
 * RFC 2131 section 4.1: 4, 8, 16, 32 and 64 seconds, or as configured, each
 * with a random part of up to a second; of short ones up to a half.
 */
static int64_t backoff_ns(struct machine4 *m, unsigned int doublings)
{
	const struct client_conf_times *times = times_of(m);
	uint64_t interval_s = times->initial_interval_s;
	uint64_t most_s = times->backoff_cutoff_s;
	int64_t jitter_ns = NS_PER_S;
	int64_t interval_ns;

	if (interval_s == 0)
		interval_s = 1;
	if (most_s < interval_s)
		most_s = interval_s;
	while (doublings-- && interval_s < most_s)
		interval_s *= 2;
	if (interval_s > most_s)
		interval_s = most_s;
	interval_ns = (int64_t)interval_s * NS_PER_S;
	if (jitter_ns > interval_ns / 2)
		jitter_ns = interval_ns / 2;
	return interval_ns +
	       random_between(m->setup.random, -jitter_ns, jitter_ns);
}

static struct mono_time after_ns(struct mono_time t, int64_t ns)
{
	return (struct mono_time){ .ns = t.ns + ns };
}

/* Secs since the exchange began, as far as the field goes. */
static uint16_t secs_of(const struct machine4_turn *turn)
{
	int64_t s = mono_diff_ns(turn->now, turn->machine->began) / NS_PER_S;

	/* Who is in haste may ask before the exchange was to begin. */
	if (s < 0)
		return 0;
	return s > UINT16_MAX ? UINT16_MAX : (uint16_t)s;
}

static void new_exchange(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	m->xid = (uint32_t)random_next(m->setup.random);
	m->began = turn->now;
	m->tries = 0;
}

static void put_query(struct machine4_turn *turn, enum client4_query_kind kind,
		      struct in_addr addr)
{
	struct machine4 *m = turn->machine;

	turn->step->sends = true;
	turn->step->query = (struct client4_query){
		.kind = kind,
		.xid = m->xid,
		.secs = m->secs,
		.addr = addr,
		.server_id = m->server_id,
	};
	m->last_sent = turn->now;
}

/* ---- INIT and SELECTING ---- */

void machine4_begin_init(struct machine4_turn *turn, struct mono_time at)
{
	machine4_enter(turn->machine, MACHINE4_INIT);
	turn->machine->next = at;
}

/* Nothing in a configuration makes it send without a pause. */
static int64_t at_least_1(uint32_t s)
{
	return s ? s : 1;
}

void machine4_retry(struct machine4_turn *turn)
{
	int64_t s = at_least_1(times_of(turn->machine)->retry_s);

	machine4_begin_init(turn, mono_add_s(turn->now, s));
}

void machine4_restart(struct machine4_turn *turn, int64_t least_s)
{
	struct machine4 *m = turn->machine;
	struct mono_time at = mono_add_s(turn->now, least_s);

	/* The first time at once: a NAK most often says that we moved. */
	if (m->restarts)
		at = later(at,
			   after_ns(turn->now, backoff_ns(m, m->restarts - 1)));
	if (m->restarts < 32)
		m->restarts++;
	machine4_begin_init(turn, at);
}

void machine4_send_discover(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->state != MACHINE4_SELECTING) {
		machine4_enter(m, MACHINE4_SELECTING);
		new_exchange(turn);
		m->has_offer = false;
		m->give_up = mono_add_s(turn->now,
					at_least_1(times_of(m)->timeout_s));
	}
	m->server_id.s_addr = 0;
	m->secs = secs_of(turn);
	put_query(turn, CLIENT4_DISCOVER, m->wish);
	m->next = after_ns(turn->now, backoff_ns(m, m->tries++));
}

void machine4_select(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	machine4_enter(m, MACHINE4_REQUESTING);
	m->tries = 0;
	m->give_up = mono_add_s(turn->now, at_least_1(times_of(m)->timeout_s));
	machine4_send_request(turn);
}

/* ---- REQUEST in all its states ---- */

static const struct request_row {
	enum client4_query_kind kind;
	bool is_renewal;
} requests[MACHINE4_STATE_COUNT] = {
	[MACHINE4_REQUESTING] = { CLIENT4_SELECTING, false },
	[MACHINE4_REBOOTING] = { CLIENT4_INIT_REBOOT, false },
	[MACHINE4_RENEWING] = { CLIENT4_RENEWING, true },
	[MACHINE4_REBINDING] = { CLIENT4_REBINDING, true },
};

/* RFC 2131 section 4.4.5: half of what is left, and at least a minute. */
static struct mono_time next_renewal(const struct machine4_turn *turn)
{
	const struct machine4 *m = turn->machine;
	struct mono_time end =
		m->state == MACHINE4_RENEWING ? m->t2 : m->expire;
	struct mono_time least = mono_add_s(turn->now, MACHINE4_RENEW_MIN_S);

	if (end.ns == MACHINE4_NEVER) /* asked for by the operator */
		return mono_add_s(turn->now, 3600);
	return later(least,
		     after_ns(turn->now, mono_diff_ns(end, turn->now) / 2));
}

void machine4_send_request(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	const struct request_row *row = &requests[m->state];

	if (row->is_renewal)
		m->xid = (uint32_t)random_next(m->setup.random);
	/* An ACK may be for the first one: RFC 2131 section 4.4.1. */
	if (row->is_renewal || m->tries == 0)
		m->requested = turn->now;
	/* RFC 2131 section 3.1 step 3: as in the DISCOVER. */
	if (m->state != MACHINE4_REQUESTING)
		m->secs = secs_of(turn);
	put_query(turn, row->kind, m->addr);
	m->next = row->is_renewal
			  ? next_renewal(turn)
			  : after_ns(turn->now, backoff_ns(m, m->tries));
	m->tries++;
}

/* Of the lease, its address and its server. */
static void aim_at_lease(struct machine4 *m)
{
	const struct client_option *id =
		client_options_find(&m->lease.options, CONF_OPTIONS_DHCP4,
				    DHCP4_OPT_SERVER_IDENTIFIER);

	m->addr = m->lease.addr;
	m->server_id.s_addr = 0;
	if (id && id->len == sizeof(m->server_id))
		memcpy(&m->server_id, id->body, sizeof(m->server_id));
}

void machine4_begin_reboot(struct machine4_turn *turn, struct mono_time at)
{
	struct machine4 *m = turn->machine;

	machine4_enter(m, MACHINE4_REBOOTING);
	aim_at_lease(m);
	new_exchange(turn);
	m->began = at;
	m->next = at;
	m->give_up = mono_add_s(at, times_of(m)->reboot_s);
	if (machine4_is_due(at, turn->now))
		machine4_send_request(turn);
}

void machine4_begin_renewal(struct machine4_turn *turn,
			    enum machine4_state state, struct mono_time at)
{
	struct machine4 *m = turn->machine;
	bool goes_on = m->state == MACHINE4_RENEWING;

	machine4_enter(m, state);
	aim_at_lease(m);
	if (!goes_on)
		m->began = at;
	m->next = at;
	if (machine4_is_due(at, turn->now))
		machine4_send_request(turn);
}

void machine4_resume(struct machine4_turn *turn, struct mono_time at)
{
	struct machine4 *m = turn->machine;

	if (machine4_is_due(m->t2, turn->now))
		machine4_begin_renewal(turn, MACHINE4_REBINDING, at);
	else if (machine4_is_due(m->t1, turn->now))
		machine4_begin_renewal(turn, MACHINE4_RENEWING, at);
	else
		machine4_enter(m, MACHINE4_BOUND);
}

void machine4_begin_wait(struct machine4_turn *turn, enum machine4_state state)
{
	struct machine4 *m = turn->machine;

	machine4_enter(m, state);
	m->poll_at = mono_add_s(turn->now, MACHINE4_POLL_S);
}

/* ---- DECLINE and RELEASE ---- */

static void send_last(struct machine4_turn *turn, enum client4_query_kind kind,
		      const char *text)
{
	struct machine4 *m = turn->machine;

	aim_at_lease(m);
	new_exchange(turn);
	m->secs = 0;
	put_query(turn, kind, m->addr);
	turn->step->query.text = text;
}

/* RFC 2131 sections 3.1 step 5 and 4.4.1. */
void machine4_decline(struct machine4_turn *turn, const char *text)
{
	struct machine4 *m = turn->machine;

	turn->step->change = MACHINE4_DECLINED;
	if (m->is_up)
		send_last(turn, CLIENT4_DECLINE, text);
	machine4_forget(m, false);
	if (m->is_up)
		machine4_restart(turn, MACHINE4_DECLINE_PAUSE_S);
	else
		machine4_begin_wait(turn, MACHINE4_WAITING);
}

void machine4_release(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	turn->step->change = MACHINE4_GIVEN_BACK;
	send_last(turn, CLIENT4_RELEASE, NULL);
	machine4_forget(m, true);
	machine4_enter(m, MACHINE4_RELEASED);
}
