/* SPDX-License-Identifier: BSD-2-Clause */
/* states6 - the ways into a state of machine6 (RFC 9915 section 18.2). */
#include "machine6_private.h"

#include <string.h>

void states6_set_server(struct machine6 *m, const uint8_t *duid, size_t len)
{
	m->server.len = len;
	memcpy(m->server.duid, duid, len);
}

void states6_set_server_in_use(struct machine6 *m)
{
	const struct client_option *id = client_options_find(
		&m->options, CONF_OPTIONS_DHCP6, DHCP6_OPT_SERVER_ID);

	if (id && id->len && id->len <= CLIENT_DUID_MAX)
		states6_set_server(m, id->body, id->len);
	else
		m->server.len = 0;
}

/* Nothing is held any more, nor what came with it. */
static void forget(struct machine6 *m)
{
	held6_clear(m);
	client_options_clear(&m->options);
	m->is_in_use = false;
}

/* Whoever does not use it yet has lost nothing. */
void states6_lose(struct turn *t, enum machine6_change change)
{
	if (t->m->is_in_use)
		t->step->change = change;
	forget(t->m);
	states6_solicit(t);
}

/* RFC 9915 section 18.2.1. */
void states6_solicit(struct turn *t)
{
	forget(t->m);
	t->m->offer_count = 0;
	t->m->advertised_sol_s = 0;
	t->m->advertised_inf_s = 0;
	t->m->state = MACHINE6_SOLICITING;
	exchange6_begin(t, DHCP6_SOLICIT, TIMING_SOLICIT);
}

/*
 * Servers that refuse what they offered, at once and each time, would see a
 * message a second for ever: RFC 9915 section 14.1.
 */
void states6_back_off(struct turn *t)
{
	struct machine6 *m = t->m;

	exchange6_put_off(t, m->back_off_s);
	m->back_off_s = m->back_off_s ? 2 * m->back_off_s : 1;
	if (m->back_off_s > BACK_OFF_MAX)
		m->back_off_s = BACK_OFF_MAX;
}

/* The best one. */
void states6_drop_offer(struct machine6 *m)
{
	if (m->offer_count)
		memmove(&m->offer[0], &m->offer[1],
			--m->offer_count * sizeof(m->offer[0]));
}

/* RFC 9915 section 18.2.2. */
void states6_request(struct turn *t)
{
	struct machine6 *m = t->m;

	if (!held6_has_any(m)) {
		if (m->offer_count == 0) {
			states6_solicit(t);
			return;
		}
		states6_set_server(m, m->offer[0].server.duid,
				   m->offer[0].server.len);
	}
	m->state = MACHINE6_REQUESTING;
	exchange6_begin(t, DHCP6_REQUEST, TIMING_REQUEST);
	m->exchange.names_server = true;
}

/* RFC 9915 sections 18.2.3 and 18.2.12. */
void states6_confirm(struct turn *t)
{
	bool by_rebind = held6_has_prefix(t->m);

	t->m->state = MACHINE6_CONFIRMING;
	t->m->is_refuted = false;
	exchange6_begin(t, by_rebind ? DHCP6_REBIND : DHCP6_CONFIRM,
			TIMING_CONFIRM);
}

void states6_bound(struct turn *t)
{
	exchange6_end(t->m);
	t->m->offer_count = 0;
	t->m->has_no_hints = false;
	t->m->back_off_s = 0;
	t->m->state = MACHINE6_BOUND;
	if (!t->m->is_in_use)
		t->step->change = MACHINE6_GOT;
	t->m->is_in_use = true;
}

/* RFC 9915 section 18.2.4. Who gave it is not known of a lease that somebody
 * else wrote without: any server is asked. */
void states6_renew(struct turn *t)
{
	states6_set_server_in_use(t->m);
	if (!t->m->server.len) {
		states6_rebind(t);
		return;
	}
	t->m->state = MACHINE6_RENEWING;
	exchange6_begin(t, DHCP6_RENEW, TIMING_RENEW);
	t->m->exchange.names_server = true;
}

/* RFC 9915 section 18.2.5. */
void states6_rebind(struct turn *t)
{
	t->m->state = MACHINE6_REBINDING;
	exchange6_begin(t, DHCP6_REBIND, TIMING_REBIND);
}

void states6_extend_in(struct turn *t, uint32_t s)
{
	if (held6_t2_ns(t->m) <= t->now.ns)
		states6_rebind(t);
	else
		states6_renew(t);
	exchange6_put_off(t, s);
}

/* RFC 9915 section 18.2.6. One that a server asks for goes to it, at once. */
void states6_inform(struct turn *t, bool is_delayed)
{
	t->m->state = MACHINE6_INFORMING;
	exchange6_begin(t, DHCP6_INFORMATION_REQUEST, TIMING_INFORM);
	if (!is_delayed)
		exchange6_hurry(t);
}

void states6_begin(struct turn *t)
{
	struct machine6 *m = t->m;

	m->back_off_s = 0;
	if (m->is_link_down) {
		m->state = MACHINE6_WAITING;
		exchange6_end(m);
	} else if (m->conf.stateless) {
		states6_inform(t, true);
	} else if (held6_has_any(m)) {
		states6_confirm(t);
	} else {
		states6_solicit(t);
	}
}

void states6_stop(struct turn *t)
{
	exchange6_end(t->m);
	t->m->offer_count = 0;
	t->m->state = MACHINE6_STOPPED;
	t->m->is_in_use = false;
	t->step->change = MACHINE6_ENDED;
}

/*
 * What is left is renewed, so that something comes in place of what went. Both
 * may be taken again, and so on: neither is at once.
 */
void states6_after_decline(struct turn *t)
{
	uint32_t wait_s = t->m->conf.decline_wait_s;

	t->m->leaving.ia_count = 0;
	if (held6_has_any(t->m)) {
		states6_extend_in(t, wait_s);
	} else {
		states6_solicit(t);
		exchange6_put_off(t, wait_s);
	}
}
