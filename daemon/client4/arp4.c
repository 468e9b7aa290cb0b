/* SPDX-License-Identifier: BSD-2-Clause */
/* arp4 - probe4 on the ARP socket of the interface. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dhcp4o6/net/arp_socket.h"
#include "head4.h"

#define PACKETS_A_TURN 64 /* the rest waits for the next turn of the loop */

static void log_conflict(const struct head4 *head,
			 const struct probe4_step *step)
{
	const uint8_t *m = step->mac;
	char addr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &head->probe.addr, addr, sizeof(addr));
	log_warning("%s is in use by %02x:%02x:%02x:%02x:%02x:%02x", addr, m[0],
		    m[1], m[2], m[3], m[4], m[5]);
}

static void send_packet(struct head4 *head, const struct arp_packet *packet)
{
	int err = -ENODEV;

	if (head->arp_fd >= 0)
		err = net_arp_send(head->arp_fd, head->ifindex, packet);
	/* A link that is down is told about elsewhere. */
	if (err && err != -ENETDOWN)
		log_info("%s: ARP: %s", head->interface, strerror(-err));
}

static void take_step(struct head4 *head, const struct probe4_step *step)
{
	if (step->sends)
		send_packet(head, &step->packet);
	if (step->wake.ns == PROBE4_NEVER)
		loop_timer_disarm(head->arp_wake);
	else
		loop_timer_arm(head->arp_wake, step->wake);
	if (step->change == PROBE4_IS_USED)
		log_conflict(head, step);
	if (step->change != PROBE4_NO_CHANGE)
		head4_tell(head, step->change == PROBE4_IS_FREE
					 ? MACHINE4_ON_PROBE_OK
					 : MACHINE4_ON_IN_USE);
}

void head4_probe(struct head4 *head, enum probe4_event event)
{
	struct probe4_step step;

	if (!head->machine.setup.probes)
		return;
	if (event == PROBE4_ON_PROBE && head->arp_fd < 0) {
		log_warning("%s: without a socket for ARP the address is not "
			    "probed",
			    head->interface);
		head4_tell(head, MACHINE4_ON_PROBE_OK);
		return;
	}
	probe4_handle(&head->probe, event, head->machine.lease.addr, mono_now(),
		      &step);
	take_step(head, &step);
}

void head4_arp_wake(void *arg, struct mono_time now)
{
	const struct in_addr none = { 0 };
	struct head4 *head = arg;
	struct probe4_step step;

	(void)now;
	probe4_handle(&head->probe, PROBE4_ON_TIMER, none, mono_now(), &step);
	take_step(head, &step);
}

static void read_arp(void *arg, uint32_t events)
{
	struct head4 *head = arg;
	struct arp_packet packet;
	struct probe4_step step;
	enum drop_reason why;
	unsigned int i;
	int n = 0;

	(void)events;
	for (i = 0; i < PACKETS_A_TURN && head->arp_fd >= 0; i++) {
		n = net_arp_recv(head->arp_fd, &packet, &why);
		if (n <= 0)
			break;
		if (why) {
			head4_drop(head, why);
			continue;
		}
		probe4_receive(&head->probe, &packet, mono_now(), &step);
		take_step(head, &step);
	}
	if (n < 0 && n != -ENETDOWN) {
		log_warning("%s: ARP: %s; addresses are not probed",
			    head->interface, strerror(-n));
		head4_close_arp(head);
	}
}

void head4_close_arp(struct head4 *head)
{
	if (head->arp_fd < 0)
		return;
	loop_remove_fd(head->loop, head->arp_fd);
	close(head->arp_fd);
	head->arp_fd = -1;
}

void head4_open_arp(struct head4 *head)
{
	struct hands_request *request = &head->request;
	struct probe4_setup setup = {
		.config = &probe4_defaults,
		.random = &head->random,
	};
	int err;

	head4_close_arp(head);
	memcpy(setup.mac, head->net.mac, sizeof(setup.mac));
	probe4_init(&head->probe, &setup);
	loop_timer_disarm(head->arp_wake);
	if (!head->machine.setup.probes)
		return;
	request->type = HANDS_OPEN_ARP;
	request->slot = 0;
	request->ifindex = head->ifindex;
	err = hands_ask(head->requests_fd, request, &head->arp_fd);
	if (!err)
		err = loop_add_fd(head->loop, head->arp_fd, EPOLLIN, read_arp,
				  head);
	if (!err)
		return;
	log_warning("%s: no socket for ARP: %s", head->interface,
		    strerror(-err));
	if (head->arp_fd >= 0)
		close(head->arp_fd);
	head->arp_fd = -1;
}
