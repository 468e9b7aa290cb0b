/* SPDX-License-Identifier: BSD-2-Clause */
/* drive6 - the machine of an interface: what it hears and what it has done. */
#include <arpa/inet.h>
#include <string.h>

#include "head6.h"

static bool is_released(const struct uplink *uplink)
{
	return uplink->is_releasing &&
	       machine6_state(uplink->machine) == MACHINE6_STOPPED;
}

static void send_message(struct uplink *uplink)
{
	struct machine6_step *step = &uplink->head->step;
	const char *name;
	enum drop_reason why;

	if (!step->message_len)
		return;
	name = dhcp6_msg_type_name(step->message[0]);
	why = uplink6_send(uplink, step->message, step->message_len,
			   &net_all_relays_and_servers);
	if (why == DROP_NONE)
		log_info("%s: %s sent", uplink->name, name ? name : "message");
	else
		head6_drop(uplink->head, uplink, why,
			   &net_all_relays_and_servers);
}

/* In the order that machine6.h asks for: the change, then the message. */
static void act(struct uplink *uplink, enum machine6_state before,
		enum machine6_event_kind kind)
{
	struct head6 *head = uplink->head;
	struct machine6_step *step = &head->step;
	enum machine6_state state = machine6_state(uplink->machine);
	struct mono_time wake = step->wake;

	if (state != before)
		log_info("%s: %s", uplink->name, machine6_state_name(state));
	if (step->change != MACHINE6_SAME || state != before)
		apply6_change(uplink, step->change);
	if (before == MACHINE6_RELEASING && state == MACHINE6_STOPPED &&
	    kind == MACHINE6_REPLY)
		uplink->is_answered = true;
	send_message(uplink);
	if (wake.ns)
		loop_timer_arm(uplink->timer, wake);
	else
		loop_timer_disarm(uplink->timer);
	pipe6_tell(head);
	if (is_released(uplink))
		head6_end_if_done(head);
}

static void handle(struct uplink *uplink, const struct machine6_event *event)
{
	enum machine6_state before = machine6_state(uplink->machine);

	machine6_handle(uplink->machine, loop_now(uplink->head->loop), event,
			&uplink->head->step);
	act(uplink, before, event->kind);
}

void drive6_event(struct uplink *uplink, enum machine6_event_kind kind)
{
	const struct machine6_event event = { .kind = kind };

	handle(uplink, &event);
}

static bool is_held(const struct client_lease6 *lease,
		    const struct in6_addr *addr)
{
	size_t i, k;

	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; k < lease->ia[i].item_count; k++) {
			if (lease->ia[i].code == DHCP6_OPT_IA_NA &&
			    IN6_ARE_ADDR_EQUAL(&lease->ia[i].item[k].addr,
					       addr))
				return true;
		}
	}
	return false;
}

void drive6_dad_failed(struct uplink *uplink, const struct in6_addr *addr)
{
	const struct machine6_event event = {
		.kind = MACHINE6_DAD_FAILED,
		.addr = *addr,
	};
	char text[INET6_ADDRSTRLEN];

	if (!uplink->machine || !is_held(&uplink->lease, addr))
		return;
	inet_ntop(AF_INET6, addr, text, sizeof(text));
	log_warning("%s: another host has %s", uplink->name, text);
	handle(uplink, &event);
}

static bool is_rejected(const struct client_conf_scope *scope,
			const struct in6_addr *from)
{
	size_t i;

	for (i = 0; i < scope->reject_count; i++) {
		const struct client_conf_reject *reject = &scope->reject[i];
		unsigned int bits = reject->prefix_len;
		unsigned int octets = bits / 8;
		uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

		if (reject->family != AF_INET6 ||
		    memcmp(&reject->v6, from, octets) != 0)
			continue;
		if (bits % 8 == 0 ||
		    !((reject->v6.s6_addr[octets] ^ from->s6_addr[octets]) &
		      mask))
			return true;
	}
	return false;
}

void drive6_message(struct uplink *uplink, struct wire_reader in,
		    const struct in6_addr *from)
{
	struct dhcp6_server_msg msg;
	struct machine6_event event = { .msg = &msg };
	enum drop_reason why;
	const char *name;

	why = uplink->machine ? dhcp6_decode_server_msg(in, &msg)
			      : DROP_DHCP6_UNEXPECTED;
	if (why == DROP_NONE && is_rejected(uplink->scope, from))
		why = DROP_SERVER_REJECTED;
	if (why != DROP_NONE) {
		head6_drop(uplink->head, uplink, why, from);
		return;
	}
	/* Who floods the link does not flood the log. */
	name = dhcp6_msg_type_name(msg.type);
	if (log_rate_allow(&uplink->head->heard_log, mono_now(), NULL))
		log_info("%s: %s received", uplink->name,
			 name ? name : "message");
	event.kind = machine6_kind_of(&msg);
	handle(uplink, &event);
	if (uplink->head->step.drop != DROP_NONE)
		head6_drop(uplink->head, uplink, uplink->head->step.drop, from);
}

/* ---- the beginning ---- */

static void begin_release(struct uplink *uplink)
{
	if (!uplink->is_ready || uplink->is_releasing ||
	    uplink->head->is_stopping)
		return;
	uplink->had_lease = uplink->lease.ia_count > 0;
	if (!uplink->had_lease)
		log_notice("%s: no lease to give back", uplink->name);
	uplink->is_releasing = true;
	drive6_event(uplink, MACHINE6_RELEASE);
}

void drive6_set_ready(struct uplink *uplink)
{
	if (uplink->is_ready)
		apply6_addresses(uplink);
	drive6_event(uplink,
		     uplink->is_ready ? MACHINE6_LINK_UP : MACHINE6_LINK_DOWN);
	if (uplink->head->config->args->task == CLIENT_TASK_RELEASE)
		begin_release(uplink);
}

void drive6_begin(struct uplink *uplink)
{
	struct head6 *head = uplink->head;
	const struct client_lease6 *kept =
		client_leases_find6(head->config->leases, uplink->name);
	int err;

	wants6_fill(uplink);
	err = machine6_new(&uplink->machine, &uplink->wants);
	if (err) {
		log_error("%s: %s", uplink->name, strerror(-err));
		head6_stop(head, DAEMON_EXIT_FAILURE);
		return;
	}
	if (kept)
		machine6_adopt(uplink->machine, kept, mono_now(), wall_now());
	machine6_lease(uplink->machine, mono_now(), wall_now(), &uplink->lease);
	if (head->config->args->task == CLIENT_TASK_RELEASE) {
		begin_release(uplink);
		return;
	}
	if (!uplink->is_ready)
		drive6_event(uplink, MACHINE6_LINK_DOWN);
	drive6_event(uplink, MACHINE6_START);
}
