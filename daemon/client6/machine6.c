/* SPDX-License-Identifier: BSD-2-Clause */
/* machine6 - states times events of a DHCPv6 client. */
#include "machine6_private.h"

/* ---- Cells that are no messages ---- */

static void keep(struct turn *t)
{
	(void)t;
}

static void unexpected(struct turn *t)
{
	t->step->drop = DROP_DHCP6_UNEXPECTED;
}

static void start(struct turn *t)
{
	t->m->is_in_use = false;
	held6_expire(t);
	states6_begin(t);
}

static void note_down(struct turn *t)
{
	t->m->is_link_down = true;
}

static void note_up(struct turn *t)
{
	t->m->is_link_down = false;
}

static void link_down(struct turn *t)
{
	t->m->is_link_down = true;
	t->m->offer_count = 0;
	states6_begin(t);
}

static void release_fails(struct turn *t)
{
	t->m->is_link_down = true;
	states6_stop(t);
}

/* It may be another link: RFC 9915 section 18.2.12. */
static void link_up(struct turn *t)
{
	t->m->is_link_down = false;
	machine6_reset_max_rt(t->m);
	states6_begin(t);
}

/*
 * RFC 9915 section 18.2.8. Another address that turns out to be taken joins the
 * exchange, which starts again; the server is the one of the first.
 */
static void decline(struct turn *t)
{
	struct machine6 *m = t->m;

	if (m->state != MACHINE6_DECLINING) {
		m->leaving.ia_count = 0;
		states6_set_server_in_use(m);
	}
	if (!held6_leave_address(m, &t->event->addr))
		return;
	t->step->change = MACHINE6_DECLINED;
	if (!held6_has_any(m)) {
		client_options_clear(&m->options);
		m->is_in_use = false;
	}
	if (m->is_link_down)
		return;
	if (!m->server.len) {
		states6_after_decline(t);
		return;
	}
	m->state = MACHINE6_DECLINING;
	exchange6_begin(t, DHCP6_DECLINE, TIMING_DECLINE);
	m->exchange.names_server = true;
}

/* RFC 9915 section 18.2.7: what is released is not used any more. */
static void release(struct turn *t)
{
	struct machine6 *m = t->m;
	bool is_held = held6_has_any(m);

	states6_set_server_in_use(m);
	held6_leave(m);
	client_options_clear(&m->options);
	if (!is_held || !m->server.len || m->is_link_down) {
		states6_stop(t);
		if (is_held)
			t->step->change = MACHINE6_RELEASED;
		return;
	}
	m->is_in_use = false;
	m->offer_count = 0;
	t->step->change = MACHINE6_RELEASED;
	m->state = MACHINE6_RELEASING;
	exchange6_begin(t, DHCP6_RELEASE, TIMING_RELEASE);
	m->exchange.names_server = true;
}

static void inform_now(struct turn *t)
{
	states6_inform(t, false);
}

/* ---- Cells of the timer ---- */

static void tick_soliciting(struct turn *t)
{
	if (t->m->offer_count && !exchange6_is_collecting(t))
		states6_request(t);
}

/* RFC 9915 section 18.2.2: another server, or all over again. */
static void tick_requesting(struct turn *t)
{
	struct machine6 *m = t->m;

	if (!exchange6_is_over(t))
		return;
	if (held6_has_any(m)) {
		states6_rebind(t);
		return;
	}
	states6_drop_offer(m);
	states6_request(t);
}

/* RFC 9915 section 18.2.3: without an answer it goes on as it was. */
static void tick_confirming(struct turn *t)
{
	if (t->m->is_refuted && exchange6_is_due(t))
		replies6_off_link(t);
	else if (exchange6_is_over(t))
		states6_bound(t);
}

static void tick_renewing(struct turn *t)
{
	if (held6_t2_ns(t->m) <= t->now.ns)
		states6_rebind(t);
}

static void tick_bound(struct turn *t)
{
	if (held6_t2_ns(t->m) <= t->now.ns)
		states6_rebind(t);
	else if (held6_t1_ns(t->m) <= t->now.ns)
		states6_renew(t);
}

static void tick_releasing(struct turn *t)
{
	if (exchange6_is_over(t))
		states6_stop(t);
}

static void tick_declining(struct turn *t)
{
	if (exchange6_is_over(t))
		states6_after_decline(t);
}

static void tick_informed(struct turn *t)
{
	if (t->m->refresh.ns && t->m->refresh.ns <= t->now.ns)
		states6_inform(t, true);
}

/*
 * What has to be renewed goes before what a server wants: that one may never be
 * seen again.
 */
static void tick_informing(struct turn *t)
{
	if (!t->m->conf.stateless)
		tick_bound(t);
	else if (t->m->exchange.names_server)
		tick_informed(t);
}

typedef void cell_fn(struct turn *t);

/* clang-format off */
static cell_fn *const transitions[MACHINE6_STATE_COUNT][MACHINE6_EVENT_COUNT] = {
	/* START, TIMER, ADVERTISE, REPLY, RECONFIGURE,
	 * LINK_DOWN, LINK_UP, DAD_FAILED, RENEW, RELEASE, STOP */
	[MACHINE6_STOPPED] = {
		start, keep, unexpected, unexpected, unexpected,
		note_down, note_up, keep, keep, release, keep },
	[MACHINE6_WAITING] = {
		keep, keep, unexpected, unexpected, unexpected,
		keep, link_up, decline, keep, release, states6_stop },
	[MACHINE6_SOLICITING] = {
		keep, tick_soliciting, replies6_advertise, replies6_to_solicit,
		unexpected,
		link_down, link_up, keep, keep, release, states6_stop },
	[MACHINE6_REQUESTING] = {
		keep, tick_requesting, unexpected, replies6_to_request,
		unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_CONFIRMING] = {
		keep, tick_confirming, unexpected, replies6_to_confirm,
		unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_BOUND] = {
		keep, tick_bound, unexpected, unexpected, replies6_reconfigure,
		link_down, link_up, decline, states6_renew, release,
		states6_stop },
	[MACHINE6_RENEWING] = {
		keep, tick_renewing, unexpected, replies6_to_extend, unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_REBINDING] = {
		keep, keep, unexpected, replies6_to_extend, unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_RELEASING] = {
		keep, tick_releasing, unexpected, replies6_to_release,
		unexpected,
		release_fails, keep, keep, keep, keep, states6_stop },
	[MACHINE6_DECLINING] = {
		keep, tick_declining, unexpected, replies6_to_decline,
		unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_INFORMING] = {
		keep, tick_informing, unexpected, replies6_to_inform,
		unexpected,
		link_down, link_up, decline, keep, release, states6_stop },
	[MACHINE6_INFORMED] = {
		keep, tick_informed, unexpected, unexpected,
		replies6_reconfigure,
		link_down, link_up, keep, inform_now, release, states6_stop },
};
/* clang-format on */

/* ---- One event ---- */

static bool is_message(enum machine6_event_kind kind)
{
	return kind == MACHINE6_ADVERTISE || kind == MACHINE6_REPLY ||
	       kind == MACHINE6_RECONFIGURE;
}

/* The transaction id of a RECONFIGURE says nothing: section 18.2.11. */
static enum drop_reason judge(const struct turn *t)
{
	const struct exchange *x = &t->m->exchange;
	enum drop_reason why;

	why = dhcp6_validate_for_client(t->msg, t->m->conf.duid,
					t->m->conf.duid_len);
	if (why || t->event->kind == MACHINE6_RECONFIGURE)
		return why;
	if (!x->type || x->sent == 0 || x->xid != t->msg->xid)
		return DROP_DHCP6_XID;
	return DROP_NONE;
}

/*
 * Items end by themselves in every state but those without any. What a message
 * has just told of a lease that is over by now has never been.
 */
static void expire(struct turn *t)
{
	struct machine6 *m = t->m;

	if (m->state == MACHINE6_STOPPED || m->state == MACHINE6_RELEASING)
		return;
	if (!held6_expire(t))
		return;
	if (t->step->change == MACHINE6_GOT)
		t->step->change = MACHINE6_SAME;
	else if (m->is_in_use)
		t->step->change = MACHINE6_EXPIRED;
	client_options_clear(&m->options);
	m->is_in_use = false;
	if (m->state != MACHINE6_WAITING && m->state != MACHINE6_DECLINING)
		states6_solicit(t);
}

static void find_servers(const struct machine6 *m,
			 struct dhcp4o6_servers *servers)
{
	const struct client_option *option = client_options_find(
		&m->options, CONF_OPTIONS_DHCP6, DHCP6_OPT_DHCP4O6_SERVER);

	*servers = (struct dhcp4o6_servers){ 0 };
	if (m->is_in_use && option)
		dhcp4o6_decode_servers(wire_reader(option->body, option->len),
				       servers);
}

/* Whatever the reason: what is not in use has no option 88. */
static void tell_servers(struct turn *t)
{
	struct dhcp4o6_servers servers;

	find_servers(t->m, &servers);
	t->step->servers_changed =
		!dhcp4o6_servers_equal(&servers, &t->m->servers);
	t->m->servers = servers;
}

static int64_t earlier_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static struct mono_time next_wake(const struct machine6 *m)
{
	int64_t wake_ns = INT64_MAX;
	bool may_renew = m->state == MACHINE6_BOUND ||
			 (m->state == MACHINE6_INFORMING && !m->conf.stateless);
	bool may_refresh = m->state == MACHINE6_INFORMED ||
			   (m->state == MACHINE6_INFORMING &&
			    m->conf.stateless && m->exchange.names_server);

	if (m->exchange.type)
		wake_ns = m->exchange.next.ns;
	if (m->state != MACHINE6_STOPPED && m->state != MACHINE6_RELEASING)
		wake_ns = earlier_ns(wake_ns, held6_next_ns(m));
	if (may_renew)
		wake_ns = earlier_ns(wake_ns, held6_t1_ns(m));
	if (may_renew || m->state == MACHINE6_RENEWING)
		wake_ns = earlier_ns(wake_ns, held6_t2_ns(m));
	if (may_refresh && m->refresh.ns)
		wake_ns = earlier_ns(wake_ns, m->refresh.ns);
	if (wake_ns == INT64_MAX)
		wake_ns = 0;
	else if (wake_ns <= 0) /* before boot: at once, and not never */
		wake_ns = 1;
	return (struct mono_time){ wake_ns };
}

/*
 * A message comes before the clock: a REPLY that prolongs what ends in this
 * moment prolongs it. All else comes after it.
 */
void machine6_handle(struct machine6 *m, struct mono_time now,
		     const struct machine6_event *event,
		     struct machine6_step *step)
{
	struct turn t = {
		.m = m,
		.now = now,
		.event = event,
		.msg = event->msg,
		.step = step,
	};

	step->drop = DROP_NONE;
	step->change = MACHINE6_SAME;
	step->message_len = 0;
	if (is_message(event->kind))
		step->drop = judge(&t);
	else
		expire(&t);
	if (!step->drop)
		transitions[m->state][event->kind](&t);
	/* What is due is due, whatever else happened. */
	expire(&t);
	transitions[m->state][MACHINE6_TIMER](&t);
	exchange6_send_due(&t);
	tell_servers(&t);
	step->wake = next_wake(m);
}

enum machine6_event_kind machine6_kind_of(const struct dhcp6_server_msg *msg)
{
	if (msg->type == DHCP6_RECONFIGURE)
		return MACHINE6_RECONFIGURE;
	return msg->type == DHCP6_ADVERTISE ? MACHINE6_ADVERTISE
					    : MACHINE6_REPLY;
}
