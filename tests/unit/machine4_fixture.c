/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN_NS (1000 * NS_PER_S)

struct life life;

const struct client_conf_times default_times = {
	.timeout_s = 60,
	.retry_s = 300,
	.reboot_s = 10,
	.initial_interval_s = 4,
	.backoff_cutoff_s = 64,
};

struct wall_time life_wall(void)
{
	return (struct wall_time){
		.s = WALL_S + (life.now.ns - BEGIN_NS) / NS_PER_S,
	};
}

/* What holds after every step, whatever happened. */
static void check_step(void)
{
	const struct machine4 *m = &life.machine;
	const struct machine4_step *step = &life.step;

	assert_true(step->wake.ns > 0);
	/* RFC 7341 section 9 */
	if (step->sends)
		assert_true(m->is_up);
	/* RFC 2131 section 4.4.5 */
	if (m->is_held)
		assert_true(m->has_lease && m->expire.ns > life.now.ns &&
			    step->wake.ns <= m->expire.ns);
	if (m->state == MACHINE4_BOUND || m->state == MACHINE4_RENEWING ||
	    m->state == MACHINE4_REBINDING || m->state == MACHINE4_HOLDING)
		assert_true(m->is_held);
	if (!m->has_lease)
		assert_true(m->expire.ns == MACHINE4_NEVER);
	if (step->change >= MACHINE4_EXPIRED)
		assert_false(m->is_held);
	assert_true(step->polls == false || !m->is_up);
	if (!step->sends)
		return;
	encode(&life.scope, &step->query);
	life.query = step->query;
	life.sent++;
	life.sent_at = life.now;
}

static void happen(enum machine4_event event)
{
	machine4_handle(&life.machine, event, life.now, life_wall(),
			&life.step);
	check_step();
	life.polled += life.step.polls;
}

void life_begin(const struct life_setup *setup)
{
	const struct siphash_key key = { { setup->seed, 4 } };
	struct machine4_setup machine = {
		.interface = "eth0",
		.identity = &identity,
		.scope = &life.scope,
		.random = &life.random,
		.probes = setup->probes,
		.release_wait_s = 30,
	};

	memset(&life, 0, sizeof(life));
	client4_setup(NULL);
	life.now.ns = BEGIN_NS;
	life.random = random_source(&key);
	life.scope.times = setup->times ? *setup->times : default_times;
	machine4_init(&life.machine, &machine, setup->kept, life.now,
		      life_wall());
	happen(MACHINE4_ON_TIMER);
	assert_true(life.step.polls);
	assert_state(MACHINE4_WAITING);
}

void life_event(enum machine4_event event, int64_t after_ns)
{
	life.now.ns += after_ns;
	happen(event);
}

int64_t life_wait_ns(void)
{
	return life.step.wake.ns - life.now.ns;
}

void life_wake(void)
{
	assert_true(life.step.wake.ns != MACHINE4_NEVER);
	if (life.step.wake.ns > life.now.ns)
		life.now = life.step.wake;
	happen(MACHINE4_ON_TIMER);
}

void life_run(struct mono_time until)
{
	unsigned int turns = 0;

	while (life.step.wake.ns <= until.ns) {
		life_wake();
		assert_true(turns++ < 100000);
	}
	life.now = until;
}

struct answer answer_of(uint8_t type)
{
	return (struct answer){
		.type = type,
		.addr = ADDR,
		.server = SERVER_A,
		.lease_s = LEASE_S,
		.echoes_id = true,
		.from.s6_addr = { 0xfe, 0x80, [15] = 1 },
	};
}

static void put_answer(struct wire_writer *w, const struct answer *a)
{
	static const uint8_t filler[250];
	uint8_t chaddr[DHCP4_CHADDR_LEN];
	uint8_t id[CLIENT4_ID_MAX];
	struct dhcp4_header header = {
		.op = DHCP4_BOOTREPLY,
		.htype = identity.htype,
		.hlen = identity.hlen ^ a->hlen_change,
		.xid = life.query.xid ^ a->xid_change,
		.yiaddr.s_addr = htonl(a->addr),
		.chaddr = chaddr,
	};

	memcpy(chaddr, identity.chaddr, sizeof(chaddr));
	chaddr[5] ^= a->chaddr_change;
	memcpy(id, identity.id, identity.id_len);
	id[identity.id_len - 1] ^= a->id_change;
	dhcp4_begin(w, &header);
	dhcp4_put_u8(w, DHCP4_OPT_MESSAGE_TYPE, a->type);
	if (a->server)
		dhcp4_put_u32(w, DHCP4_OPT_SERVER_IDENTIFIER, a->server);
	if (a->lease_s && a->type != DHCP4_NAK)
		dhcp4_put_u32(w, DHCP4_OPT_LEASE_TIME, a->lease_s);
	if (a->t1_s)
		dhcp4_put_u32(w, DHCP4_OPT_RENEWAL_TIME, a->t1_s);
	if (a->t2_s)
		dhcp4_put_u32(w, DHCP4_OPT_REBINDING_TIME, a->t2_s);
	if (a->echoes_id)
		dhcp4_put_option(w, DHCP4_OPT_CLIENT_IDENTIFIER, id,
				 identity.id_len);
	if (a->code)
		dhcp4_put_option(w, a->code, a->body, a->len);
	for (unsigned int i = 0; i < a->filler; i++)
		dhcp4_put_option(w, (uint8_t)(130 + i), filler, 250);
	dhcp4_end(w, 0, 300);
}

enum drop_reason life_answer(const struct answer *answer)
{
	static struct dhcp4_msg msg;
	uint8_t space[16384];
	struct wire_writer w = wire_writer(space, sizeof(space));

	put_answer(&w, answer);
	assert_false(w.failed);
	assert_int_equal(
		dhcp4_decode_reply(wire_reader(space, wire_len(&w)), &msg),
		DROP_NONE);
	life.drop = machine4_receive(&life.machine, &msg, &answer->from,
				     life.now, life_wall(), &life.step);
	memset(&msg, 0xa5, sizeof(msg)); /* nobody looks at it later */
	check_step();
	return life.drop;
}

void life_take(uint8_t type)
{
	struct answer answer = answer_of(type);

	assert_int_equal(life_answer(&answer), DROP_NONE);
}

void life_bind(void)
{
	life_event(MACHINE4_ON_START, 0);
	if (!life.step.sends)
		life_wake();
	assert_sent(CLIENT4_DISCOVER);
	life_take(DHCP4_OFFER);
	assert_sent(CLIENT4_SELECTING);
	life_take(DHCP4_ACK);
	assert_silent();
}

static void become_bound(void)
{
	life_begin(&(struct life_setup){ .seed = 1 });
	life_bind();
	assert_state(MACHINE4_BOUND);
}

static void become_held(enum machine4_state state)
{
	become_bound();
	switch (state) {
	case MACHINE4_REBOOTING:
		life_event(MACHINE4_ON_LINK_DOWN, NS_PER_S);
		life_event(MACHINE4_ON_LINK_UP, 10 * NS_PER_S);
		break;
	case MACHINE4_RENEWING:
		life_run(life.machine.t1);
		break;
	case MACHINE4_REBINDING:
		life_run(life.machine.t2);
		if (!life.step.sends) /* a REQUEST was sent just before */
			life_wake();
		break;
	case MACHINE4_HOLDING:
	case MACHINE4_RELEASING:
		life_event(MACHINE4_ON_STOP, NS_PER_S);
		break;
	case MACHINE4_RELEASED:
		life_event(MACHINE4_ON_RELEASE, NS_PER_S);
		break;
	case MACHINE4_STOPPED:
		life_event(MACHINE4_ON_END, NS_PER_S);
		break;
	default:
		break;
	}
	if (state == MACHINE4_RELEASING)
		life_event(MACHINE4_ON_RELEASE, NS_PER_S);
}

static void become_free(enum machine4_state state)
{
	static const struct client_conf_times delayed = {
		.timeout_s = 60,
		.retry_s = 300,
		.reboot_s = 10,
		.initial_interval_s = 4,
		.backoff_cutoff_s = 64,
		.initial_delay_s = 10,
	};
	bool has_kept =
		state == MACHINE4_REBOOTING || state == MACHINE4_RELEASING;

	life_begin(&(struct life_setup){
		.seed = 1,
		.kept = has_kept ? kept_lease(LEASE_S) : NULL,
		.probes = state == MACHINE4_PROBING,
		.times = state == MACHINE4_INIT ? &delayed : NULL,
	});
	if (state == MACHINE4_RELEASING)
		life_event(MACHINE4_ON_RELEASE, NS_PER_S);
	else if (state == MACHINE4_PROBING)
		life_bind();
	else if (state != MACHINE4_WAITING)
		life_event(MACHINE4_ON_START, NS_PER_S);
	if (state == MACHINE4_REQUESTING)
		life_take(DHCP4_OFFER);
}

void life_become(enum machine4_state state, bool is_held)
{
	bool can_be_free =
		state <= MACHINE4_PROBING || state == MACHINE4_RELEASING;

	if (is_held || !can_be_free)
		become_held(state);
	else
		become_free(state);
	assert_state(state);
	life.now.ns += NS_PER_S / 2;
}

const struct client_lease4 *kept_lease(int64_t left_s)
{
	static struct client_lease4 lease;
	const uint8_t server[] = { 10, 10, 10, 1 };
	const uint8_t time[] = { 0, 1, 0x51, 0x80 };

	memset(&lease, 0, sizeof(lease));
	client_options_clear(&lease.options);
	client_options_set(&lease.options, CONF_OPTIONS_DHCP4, 54, server, 4);
	client_options_set(&lease.options, CONF_OPTIONS_DHCP4, 51, time, 4);
	strcpy(lease.interface, "eth0");
	lease.addr.s_addr = htonl(ADDR);
	lease.expire.s = WALL_S + left_s;
	lease.rebind.s = WALL_S + left_s - LEASE_S / 8;
	lease.renew.s = WALL_S + left_s - LEASE_S / 2;
	return &lease;
}

void assert_state(enum machine4_state state)
{
	assert_string_equal(machine4_state_name(life.machine.state),
			    machine4_state_name(state));
}

void assert_sent(enum client4_query_kind kind)
{
	assert_true(life.step.sends);
	assert_int_equal(life.step.query.kind, kind);
}

void assert_silent(void)
{
	assert_false(life.step.sends);
}

void assert_change(enum machine4_change change)
{
	assert_string_equal(machine4_change_name(life.step.change),
			    machine4_change_name(change));
}
