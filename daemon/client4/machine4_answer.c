/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4_answer - whether an answer is for us, and what it leads to. Every
 * server of option 88 gets every query, so that for one question there may be
 * several answers: who is not the server that is asked is not listened to.
 */
#include <string.h>

#include "machine4_private.h"

static bool is_in_prefix(const void *addr, const void *prefix, unsigned int len)
{
	const uint8_t *a = addr;
	const uint8_t *p = prefix;
	unsigned int whole = len / 8;
	uint8_t mask = (uint8_t)(0xff00 >> len % 8);

	return memcmp(a, p, whole) == 0 &&
	       (len % 8 == 0 || ((a[whole] ^ p[whole]) & mask) == 0);
}

/* `reject': by what the server calls itself, or where it sends from. */
static bool is_rejected(const struct client_conf_scope *scope,
			struct in_addr server_id,
			const struct in6_addr *server6)
{
	size_t i;

	for (i = 0; i < scope->reject_count; i++) {
		const struct client_conf_reject *r = &scope->reject[i];
		bool is_v6 = r->family == AF_INET6;

		if (is_v6 ? is_in_prefix(server6, &r->v6, r->prefix_len)
			  : is_in_prefix(&server_id, &r->v4, r->prefix_len))
			return true;
	}
	return false;
}

enum drop_reason machine4_judge(const struct machine4 *machine,
				const struct dhcp4_msg *msg,
				const struct in6_addr *server6)
{
	const struct client4_identity *own = machine->setup.identity;
	struct dhcp4_option id = dhcp4_option(msg, DHCP4_OPT_CLIENT_IDENTIFIER);

	if (msg->xid != machine->xid)
		return DROP_OTHER_XID;
	if (msg->hlen != own->hlen ||
	    memcmp(msg->chaddr, own->chaddr, own->hlen) != 0)
		return DROP_OTHER_CHADDR;
	/* RFC 6842 section 3; servers older than that send none. */
	if (id.data && (id.len != own->id_len ||
			memcmp(id.data, own->id, own->id_len) != 0))
		return DROP_OTHER_CLIENT_ID;
	if (is_rejected(machine->setup.scope,
			dhcp4_get_addr(msg, DHCP4_OPT_SERVER_IDENTIFIER),
			server6))
		return DROP_SERVER_REJECTED;
	return DROP_NONE;
}

/* RFC 3011 section 4: who asks for a subnet is told about it. */
static bool has_subnet(const struct client_conf_scope *scope,
		       const struct dhcp4_msg *msg)
{
	size_t i;

	for (i = 0; i < scope->option_count[CLIENT_CONF_SEND]; i++) {
		const struct conf_option *o =
			&scope->options[CLIENT_CONF_SEND][i];

		if (o->universe == CONF_OPTIONS_DHCP4 &&
		    o->code == DHCP4_OPT_SUBNET_SELECTION)
			return dhcp4_has_option(msg, (uint8_t)o->code);
	}
	return true;
}

static bool has_required(const struct client_conf_scope *scope,
			 const struct dhcp4_msg *msg)
{
	size_t i;

	for (i = 0; i < scope->require_count; i++) {
		const struct client_conf_code *code = &scope->require[i];

		if (code->universe == CONF_OPTIONS_DHCP4 && code->code <= 255 &&
		    !dhcp4_has_option(msg, (uint8_t)code->code))
			return false;
	}
	return has_subnet(scope, msg);
}

/* May this be a lease of ours? */
static enum drop_reason judge_lease(const struct machine4 *machine,
				    const struct dhcp4_msg *msg)
{
	if (!machine4_is_usable(msg->yiaddr))
		return DROP_BAD_ADDRESS;
	if (dhcp4_get_u32(msg, DHCP4_OPT_LEASE_TIME, 0) == 0)
		return DROP_NO_LEASE_TIME;
	if (!has_required(machine->setup.scope, msg))
		return DROP_MISSING_OPTION;
	return machine4_has_room(msg) ? DROP_NONE : DROP_NO_MEMORY;
}

/* The address that was held goes before all, then who says who it is. */
static unsigned int rank_of(const struct machine4 *m,
			    const struct dhcp4_msg *msg)
{
	unsigned int rank = 1;

	if (m->wish.s_addr && msg->yiaddr.s_addr == m->wish.s_addr)
		rank += 2;
	if (dhcp4_get_addr(msg, DHCP4_OPT_SERVER_IDENTIFIER).s_addr)
		rank += 1;
	return rank;
}

/* RFC 2131 section 4.4.1: until select-timeout the best OFFER is kept. */
void machine4_take_offer(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	const struct dhcp4_msg *msg = turn->msg;
	unsigned int rank = rank_of(m, msg);

	turn->drop = judge_lease(m, msg);
	if (!turn->drop && m->has_offer && rank <= m->offer_rank)
		turn->drop = DROP_OFFER_NOT_TAKEN;
	if (turn->drop)
		return;
	if (!m->has_offer)
		m->select_at = mono_add_s(
			m->began, m->setup.scope->times.select_timeout_s);
	m->has_offer = true;
	m->offer_rank = rank;
	m->addr = msg->yiaddr;
	m->server_id = dhcp4_get_addr(msg, DHCP4_OPT_SERVER_IDENTIFIER);
	m->next.ns = m->give_up.ns = MACHINE4_NEVER; /* one is enough */
	if (machine4_is_due(m->select_at, turn->now))
		machine4_select(turn);
}

/* Of the server that is asked: where one is, and it says who it is. */
static bool is_other_server(const struct machine4 *m,
			    const struct dhcp4_msg *msg)
{
	struct in_addr id = dhcp4_get_addr(msg, DHCP4_OPT_SERVER_IDENTIFIER);

	switch (m->state) {
	case MACHINE4_REQUESTING:
		return id.s_addr != m->server_id.s_addr;
	case MACHINE4_RENEWING:
		return m->server_id.s_addr && id.s_addr != m->server_id.s_addr;
	default: /* any server may answer */
		return false;
	}
}

/* A short lease that is counted from a REQUEST of long ago. */
static bool is_over(const struct machine4_turn *turn)
{
	uint32_t lease_s = dhcp4_get_u32(turn->msg, DHCP4_OPT_LEASE_TIME, 0);

	return machine4_is_due(mono_add_s(turn->machine->requested, lease_s),
			       turn->now);
}

static bool take_ack(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (is_other_server(m, turn->msg))
		turn->drop = DROP_OTHER_SERVER;
	else
		turn->drop = judge_lease(m, turn->msg);
	if (!turn->drop && turn->msg->yiaddr.s_addr != m->addr.s_addr)
		turn->drop = DROP_OTHER_ADDRESS;
	if (!turn->drop && is_over(turn))
		turn->drop = DROP_LEASE_OVER;
	if (turn->drop)
		return false;
	machine4_fill_lease(turn);
	return true;
}

void machine4_use_lease(struct machine4_turn *turn, enum machine4_change news)
{
	struct machine4 *m = turn->machine;

	m->news = news;
	if (m->setup.probes) {
		machine4_enter(m, MACHINE4_PROBING);
		turn->step->change = MACHINE4_PROBE;
		return;
	}
	m->is_held = true;
	turn->step->change = news;
	machine4_enter(m, MACHINE4_BOUND);
}

void machine4_take_first_ack(struct machine4_turn *turn)
{
	if (take_ack(turn))
		machine4_use_lease(turn, MACHINE4_NEW);
}

void machine4_take_reboot_ack(struct machine4_turn *turn)
{
	if (turn->machine->is_held)
		machine4_take_renewal_ack(turn);
	else if (take_ack(turn))
		machine4_use_lease(turn, MACHINE4_REBOOT);
}

void machine4_take_renewal_ack(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	enum machine4_change change = m->state == MACHINE4_REBINDING
					      ? MACHINE4_REBOUND
					      : MACHINE4_RENEWED;

	if (!take_ack(turn))
		return;
	m->news = change; /* whatever it was, a server confirmed it */
	machine4_enter(m, MACHINE4_BOUND);
	turn->step->change = change;
}

/*
 * RFC 2131 section 4.4: back to INIT. What a NAK is about is not asked for
 * again; if it is in use, it is in use no longer.
 */
void machine4_obey_nak(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (m->is_held)
		turn->step->change = MACHINE4_NAKED;
	machine4_forget(m, false);
	machine4_restart(turn, 0);
}

void machine4_take_nak(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;

	if (is_other_server(m, turn->msg))
		turn->drop = DROP_OTHER_SERVER;
	else
		machine4_obey_nak(turn);
}

/*
 * Where any server may answer: that of the lease knows best. Another one may
 * not know of it, so its NAK waits for what others say.
 */
void machine4_take_any_nak(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	struct in_addr id =
		dhcp4_get_addr(turn->msg, DHCP4_OPT_SERVER_IDENTIFIER);

	if (id.s_addr == m->server_id.s_addr)
		machine4_obey_nak(turn);
	else if (m->nak_at.ns == MACHINE4_NEVER)
		m->nak_at = mono_add_s(turn->now, MACHINE4_NAK_WAIT_S);
	else
		turn->drop = DROP_NOT_AWAITED;
}
