/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange6 - when a message is sent, and sent again (RFC 9915 sections 14.1
 * and 15).
 */
#include "machine6_private.h"

#define MS        1000U
#define RAND_UNIT 100000 /* of 0.1 */

/* RFC 9915 section 7.6. max_rt_s of the first and of INFORM: see max_rt_ns. */
static const struct parameters {
	uint32_t delay_ms;
	uint32_t initial_ms; /* IRT */
	uint32_t max_rt_s;   /* MRT; 0: none */
	uint32_t max_count;  /* MRC; 0: none */
	uint32_t max_time_s; /* MRD; 0: none, or that of a lease */
} parameters[] = {
	[TIMING_SOLICIT] = { 1 * MS, 1 * MS, 3600, 0, 0 },
	[TIMING_REQUEST] = { 0, 1 * MS, 30, 10, 0 },
	[TIMING_CONFIRM] = { 1 * MS, 1 * MS, 4, 0, 10 },
	[TIMING_RENEW] = { 0, 10 * MS, 600, 0, 0 },
	[TIMING_REBIND] = { 0, 10 * MS, 600, 0, 0 },
	[TIMING_INFORM] = { 1 * MS, 1 * MS, 3600, 0, 0 },
	[TIMING_RELEASE] = { 0, 1 * MS, 0, 4, 0 },
	[TIMING_DECLINE] = { 0, 1 * MS, 0, 4, 0 },
};

static uint32_t draw(struct machine6 *m)
{
	return m->conf.random(m->conf.random_arg);
}

/* Servers may change MRT: RFC 9915 sections 21.24 and 21.25. */
static int64_t max_rt_ns(const struct machine6 *m)
{
	switch (m->exchange.timing) {
	case TIMING_SOLICIT:
		return m->sol_max_rt_s * NS_PER_S;
	case TIMING_INFORM:
		return m->inf_max_rt_s * NS_PER_S;
	default:
		return parameters[m->exchange.timing].max_rt_s * NS_PER_S;
	}
}

/* ns times RAND: a share between -0.1 and 0.1; above 0 if it must be. */
static int64_t spread(struct machine6 *m, int64_t ns, bool is_positive)
{
	int64_t share;

	if (is_positive)
		share = 1 + draw(m) % RAND_UNIT;
	else
		share = (int64_t)(draw(m) % (2 * RAND_UNIT + 1)) - RAND_UNIT;
	return ns / RAND_UNIT * share / 10;
}

/*
 * RFC 9915 section 15. The first SOLICIT waits longer than IRT, never shorter
 * (section 18.2.1).
 */
static void set_rt(struct machine6 *m)
{
	struct exchange *x = &m->exchange;
	int64_t initial = parameters[x->timing].initial_ms * NS_PER_MS;
	int64_t max = max_rt_ns(m);

	if (x->sent == 0) {
		x->rt_ns = initial +
			   spread(m, initial, x->timing == TIMING_SOLICIT);
		return;
	}
	x->rt_ns = 2 * x->rt_ns + spread(m, x->rt_ns, false);
	if (max && x->rt_ns > max)
		x->rt_ns = max + spread(m, max, false);
}

void exchange6_begin(struct turn *t, uint8_t type, enum timing timing)
{
	const struct parameters *row = &parameters[timing];
	struct exchange *x = &t->m->exchange;
	uint32_t delay_ms = 0;
	uint32_t xid = draw(t->m) & 0xffffff;

	if (xid == x->xid) /* late answers to the last one are told apart */
		xid ^= 1;
	if (row->delay_ms)
		delay_ms = draw(t->m) % (row->delay_ms + 1);
	*x = (struct exchange){
		.type = type,
		.timing = timing,
		.xid = xid,
		.next = mono_add_ms(t->now, delay_ms),
	};
}

void exchange6_hurry(struct turn *t)
{
	t->m->exchange.next = t->now;
}

void exchange6_put_off(struct turn *t, uint32_t s)
{
	t->m->exchange.next = mono_add_s(t->m->exchange.next, s);
}

/* The transaction id stays, so that the next one is another. */
void exchange6_end(struct machine6 *m)
{
	m->exchange.type = 0;
}

bool exchange6_is_due(const struct turn *t)
{
	const struct exchange *x = &t->m->exchange;

	return x->type && t->now.ns >= x->next.ns;
}

static int64_t earlier_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When MRD is over; INT64_MAX: never. */
static int64_t end_ns(const struct exchange *x)
{
	uint32_t max_time_s = parameters[x->timing].max_time_s;

	if (!max_time_s || x->sent == 0)
		return INT64_MAX;
	return mono_add_s(x->first, max_time_s).ns;
}

bool exchange6_is_over(const struct turn *t)
{
	const struct exchange *x = &t->m->exchange;
	uint32_t max_count = parameters[x->timing].max_count;

	if (!exchange6_is_due(t) || x->sent == 0)
		return false;
	return (max_count && x->sent >= max_count) || t->now.ns >= end_ns(x);
}

bool exchange6_is_collecting(const struct turn *t)
{
	const struct exchange *x = &t->m->exchange;

	return x->sent == 1 && t->now.ns < x->first.ns + x->rt_ns;
}

/* True, and it is put off, if too many were sent of late. */
static bool is_too_fast(struct turn *t)
{
	struct machine6 *m = t->m;
	struct mono_time oldest = m->sent[m->sent_count % RATE_MESSAGES];

	if (m->sent_count < RATE_MESSAGES)
		return false;
	oldest = mono_add_s(oldest, RATE_S);
	if (t->now.ns >= oldest.ns)
		return false;
	m->exchange.next.ns = earlier_ns(oldest.ns, end_ns(&m->exchange));
	return true;
}

void exchange6_send_due(struct turn *t)
{
	struct machine6 *m = t->m;
	struct exchange *x = &m->exchange;

	if (!exchange6_is_due(t) || exchange6_is_over(t) || is_too_fast(t))
		return;
	if (x->sent == 0)
		x->first = t->now;
	messages6_encode(t);
	set_rt(m);
	x->sent++;
	m->sent[m->sent_count % RATE_MESSAGES] = t->now;
	m->sent_count++;
	x->next.ns = earlier_ns(t->now.ns + x->rt_ns, end_ns(x));
}
