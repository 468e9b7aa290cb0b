/* SPDX-License-Identifier: BSD-2-Clause */
/* replies6 - what the machine does with REPLY and RECONFIGURE. */
#include "machine6_private.h"

#include <string.h>

static bool is_from(const struct server_id *server,
		    const struct dhcp6_server_msg *msg)
{
	return server->len == wire_left(&msg->server_id) &&
	       memcmp(server->duid, msg->server_id.pos, server->len) == 0;
}

/* Also of whom its status says that it gives nothing. */
static bool is_refused(struct turn *t)
{
	if (t->m->exchange.names_server && !is_from(&t->m->server, t->msg))
		t->step->drop = DROP_OTHER_SERVER;
	else if (t->msg->status != DHCP6_STATUS_SUCCESS)
		t->step->drop = DROP_DHCP6_STATUS;
	return t->step->drop != DROP_NONE;
}

/* Something is held by this message. */
static void take_grant(struct turn *t)
{
	grant6_take_options(t);
	grant6_take_key(t);
}

void replies6_to_solicit(struct turn *t)
{
	struct grant grant;

	grant6_take_max_rt(t);
	if (!t->m->conf.rapid_commit || !t->msg->rapid_commit) {
		t->step->drop = DROP_DHCP6_NO_RAPID_COMMIT;
		return;
	}
	if (is_refused(t))
		return;
	grant6_apply(t, &grant);
	if (!held6_has_any(t->m)) {
		t->step->drop = DROP_DHCP6_NO_LEASE;
		return;
	}
	take_grant(t);
	states6_bound(t);
}

void replies6_off_link(struct turn *t)
{
	t->m->has_no_hints = true;
	states6_lose(t, MACHINE6_LOST);
}

/* Of an IA that the REPLY did not prolong T1 is over, as it was. */
static bool is_all_prolonged(const struct turn *t)
{
	return held6_t1_ns(t->m) > t->now.ns;
}

/* A server that passes over an IA again and again, and forgets another one each
 * time, is not asked as fast as it answers: RFC 9915 section 14.1. */
static void bound_by_request(struct turn *t)
{
	states6_bound(t);
	if (!is_all_prolonged(t))
		states6_extend_in(t, EXTEND_HOLD_S);
}

/* The server that was chosen has nothing, or what it has is of another link. */
static void request_failed(struct turn *t, const struct grant *grant)
{
	struct machine6 *m = t->m;

	if (!m->is_in_use)
		t->step->drop = DROP_DHCP6_NO_LEASE;
	if (grant->is_off_link) {
		replies6_off_link(t);
		states6_back_off(t);
		return;
	}
	if (!held6_has_any(m) && m->is_in_use) { /* it was all ended */
		states6_lose(t, MACHINE6_EXPIRED);
		return;
	}
	if (!held6_has_any(m)) {
		states6_drop_offer(m);
		states6_request(t);
		if (m->state == MACHINE6_SOLICITING)
			states6_back_off(t);
		return;
	}
	held6_drop_forgotten(m);
	if (!held6_has_any(m)) {
		states6_lose(t, MACHINE6_EXPIRED);
		return;
	}
	if (m->is_in_use)
		t->step->change = MACHINE6_EXPIRED;
	bound_by_request(t);
}

void replies6_to_request(struct turn *t)
{
	struct grant grant;
	bool was_in_use = t->m->is_in_use;

	grant6_take_max_rt(t);
	if (t->msg->status == DHCP6_STATUS_NOT_ON_LINK &&
	    is_from(&t->m->server, t->msg)) {
		grant = (struct grant){ .is_off_link = true };
		request_failed(t, &grant);
		return;
	}
	if (is_refused(t))
		return;
	grant6_apply(t, &grant);
	if (grant.taken)
		held6_drop_forgotten(t->m);
	if (grant.taken == 0 || !held6_has_any(t->m)) {
		request_failed(t, &grant);
		return;
	}
	take_grant(t);
	bound_by_request(t);
	if (was_in_use)
		t->step->change = MACHINE6_RENEWED;
}

/*
 * RFC 9915 section 18.2.10.3. Success says nothing of lifetimes. NotOnLink
 * counts if no other server says Success before the message is due again.
 */
void replies6_to_confirm(struct turn *t)
{
	grant6_take_max_rt(t);
	if (t->msg->status == DHCP6_STATUS_NOT_ON_LINK)
		t->m->is_refuted = true;
	else if (t->m->exchange.type == DHCP6_REBIND)
		replies6_to_extend(t);
	else if (!is_refused(t))
		states6_bound(t);
}

/*
 * RFC 9915 section 18.2.10.1. An IA that the server passes over is asked for
 * again when it would be without this REPLY: the exchange goes on. What it
 * forgot is asked for by a REQUEST, with all that is wanted.
 */
void replies6_to_extend(struct turn *t)
{
	struct machine6 *m = t->m;
	enum machine6_change change = m->state == MACHINE6_RENEWING
					      ? MACHINE6_RENEWED
					      : MACHINE6_REBOUND;
	bool was_in_use = m->is_in_use;
	struct grant grant;

	grant6_take_max_rt(t);
	if (is_refused(t))
		return;
	grant6_apply(t, &grant);
	if (grant.taken == 0 && grant.is_off_link &&
	    m->state == MACHINE6_CONFIRMING) {
		m->is_refuted = true;
		return;
	}
	if (grant.taken == 0 && !grant.has_forgotten) {
		t->step->drop = DROP_DHCP6_NO_LEASE;
		return;
	}
	if (!held6_has_any(m)) { /* its lifetimes were 0 */
		states6_lose(t, MACHINE6_EXPIRED);
		return;
	}
	if (grant.taken) {
		take_grant(t);
		t->step->change = was_in_use ? change : MACHINE6_GOT;
		m->is_in_use = true;
	}
	if (grant.has_forgotten) {
		states6_set_server(m, t->msg->server_id.pos,
				   wire_left(&t->msg->server_id));
		states6_request(t);
	} else if (is_all_prolonged(t) || m->state == MACHINE6_CONFIRMING) {
		states6_bound(t); /* which has its T1 and T2 */
	}
}

/* Whatever the status: RFC 9915 section 18.2.10.2. */
void replies6_to_release(struct turn *t)
{
	if (!is_from(&t->m->server, t->msg))
		t->step->drop = DROP_OTHER_SERVER;
	else
		states6_stop(t);
}

void replies6_to_decline(struct turn *t)
{
	if (!is_from(&t->m->server, t->msg))
		t->step->drop = DROP_OTHER_SERVER;
	else
		states6_after_decline(t);
}

void replies6_to_inform(struct turn *t)
{
	struct machine6 *m = t->m;

	grant6_take_max_rt(t);
	if (is_refused(t))
		return;
	take_grant(t);
	t->step->change = MACHINE6_GOT_INFORMATION;
	if (!m->conf.stateless) {
		states6_bound(t);
		return;
	}
	exchange6_end(m);
	m->state = MACHINE6_INFORMED;
	m->is_in_use = true;
	m->refresh.ns = 0;
	if (t->msg->refresh_s != DHCP6_INFINITE)
		m->refresh = mono_add_s(t->now, t->msg->refresh_s);
}

/* RFC 9915 sections 18.2.11, 20.3 and 20.4.3. */
static enum drop_reason judge_key(const struct turn *t)
{
	const struct reconfigure_key *key = &t->m->key;
	const struct dhcp6_rkap *rkap = &t->msg->rkap;

	if (!key->is_known || !is_from(&key->server, t->msg) ||
	    !dhcp6_verify_rkap(t->msg->whole, rkap->value, key->key))
		return DROP_DHCP6_AUTH;
	return rkap->replay > key->replay ? DROP_NONE : DROP_DHCP6_REPLAY;
}

void replies6_reconfigure(struct turn *t)
{
	struct machine6 *m = t->m;
	uint8_t type = t->msg->reconfigure_type;

	t->step->drop = judge_key(t);
	if (t->step->drop)
		return;
	m->key.replay = t->msg->rkap.replay;
	if (type == DHCP6_INFORMATION_REQUEST) {
		states6_set_server(m, t->msg->server_id.pos,
				   wire_left(&t->msg->server_id));
		states6_inform(t, false);
		m->exchange.names_server = true;
	} else if (m->conf.stateless) {
		t->step->drop = DROP_DHCP6_UNEXPECTED;
	} else if (type == DHCP6_RENEW) {
		states6_renew(t);
	} else {
		states6_rebind(t);
	}
}
