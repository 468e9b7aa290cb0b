/* SPDX-License-Identifier: BSD-2-Clause */
/* drive4 - events into machine4, and steps out of it. */
#include <arpa/inet.h>
#include <string.h>

#include "head4.h"

/*
 * What is wrong with a RELEASE that did not leave shows at the end of -r. The
 * change stands before the message, as the machine has it.
 */
static void take_step(struct head4 *head, const struct machine4_step *step)
{
	bool is_sent = true;

	head4_change(head, step->change);
	if (step->sends)
		is_sent = head4_send(head, &step->query);
	if (step->polls)
		head4_poll(head);
	if (step->change == MACHINE4_GIVEN_BACK &&
	    head->args.task == CLIENT_TASK_RELEASE) {
		if (!is_sent)
			log_error("RELEASE could not be sent");
		head4_end(head, is_sent ? DAEMON_EXIT_OK : DAEMON_EXIT_FAILURE);
	}
	/* An address that a run before left and that is not ours any more. */
	if (head->applied.is_there && !head->machine.has_lease)
		head4_unapply(head);
	if (step->wake.ns == MACHINE4_NEVER)
		loop_timer_disarm(head->wake);
	else
		loop_timer_arm(head->wake, step->wake);
}

static void log_state(const struct head4 *head, enum machine4_state before)
{
	if (head->machine.state != before)
		log_debug("%s to %s", machine4_state_name(before),
			  machine4_state_name(head->machine.state));
}

/* Steps until nothing comes of them; each that is nested is noted for here. */
static int turn(struct head4 *head, enum machine4_event event)
{
	struct machine4_step step;
	int error = 0;
	bool is_first = true;

	head->next = event;
	head->has_next = true;
	head->is_turning = true;
	while (head->has_next) {
		enum machine4_state before = head->machine.state;

		head->has_next = false;
		machine4_handle(&head->machine, head->next, mono_now(),
				wall_now(), &step);
		if (is_first)
			error = step.error;
		is_first = false;
		log_state(head, before);
		take_step(head, &step);
	}
	head->is_turning = false;
	return error;
}

int head4_tell(struct head4 *head, enum machine4_event event)
{
	if (!head->is_begun)
		return 0;
	if (!head->is_turning)
		return turn(head, event);
	/* Of a step: one change has one outcome. */
	head->next = event;
	head->has_next = true;
	return 0;
}

static void log_taken(const struct dhcp4_msg *msg,
		      const struct in6_addr *server6)
{
	char addr[INET_ADDRSTRLEN], server[INET6_ADDRSTRLEN];

	if (!log_would(LOG_LEVEL_INFO))
		return;
	inet_ntop(AF_INET, &msg->yiaddr, addr, sizeof(addr));
	inet_ntop(AF_INET6, server6, server, sizeof(server));
	log_info("%s%s%s from %s", dhcp4_msg_type_name(msg->type),
		 msg->yiaddr.s_addr ? " of " : "",
		 msg->yiaddr.s_addr ? addr : "", server);
}

void head4_answer(struct head4 *head, struct wire_reader message,
		  const struct in6_addr *server6)
{
	enum machine4_state before = head->machine.state;
	struct machine4_step step;
	enum drop_reason why;

	why = dhcp4_decode_reply(message, &head->msg);
	if (why) {
		head4_drop(head, why);
		return;
	}
	metrics_dhcp4_in(&head->metrics, head->msg.type);
	why = machine4_receive(&head->machine, &head->msg, server6, mono_now(),
			       wall_now(), &step);
	if (why)
		head4_drop(head, why);
	else
		log_taken(&head->msg, server6);
	log_state(head, before);
	head->has_next = false;
	head->is_turning = true;
	take_step(head, &step);
	head->is_turning = false;
	if (head->has_next)
		turn(head, head->next);
}

void head4_wake(void *arg, struct mono_time now)
{
	(void)now;
	head4_tell(arg, MACHINE4_ON_TIMER);
}

/* Ethernet-like interfaces alone have ARP that can be asked. */
static bool can_probe(const struct head4 *head)
{
	return head->net.has_arp && head->net.has_mac;
}

bool head4_begin(struct head4 *head)
{
	const struct machine4_setup setup = {
		.interface = head->interface,
		.identity = &head->identity,
		.scope = &head->scope,
		.random = &head->random,
		.probes = can_probe(head),
		.release_wait_s = head->args.timeout_s ? head->args.timeout_s
						       : HEAD4_RELEASE_WAIT_S,
	};
	const struct client_lease4 *kept =
		client_leases_find4(head->leases, head->interface);
	int err = head4_identify(head);

	if (err) {
		log_error("%s: no identity: %s", head->interface,
			  strerror(-err));
		return false;
	}
	machine4_init(&head->machine, &setup, kept, mono_now(), wall_now());
	head->is_begun = true;
	if (head->machine.has_lease)
		head4_merge(head);
	return true;
}
