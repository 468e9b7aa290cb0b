/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe6 - the other half of the client, on ::1 (RFC 7341 section 9): whether
 * DHCPv4 over DHCPv6 is on, its queries out, answers of servers in.
 *
 * A query goes to each address of option 88 that an interface has in force,
 * once, and nowhere else. Whom an answer is for the other half finds out.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "dhcp4o6/ipc/dialect_client.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "head6.h"

#define TEXT_MAX      8  /* octets of a text, with room */
#define QUERY_BATCH   16 /* datagrams of the other half at once */
#define ADDRESSES_MAX (DHCP4O6_SERVERS_MAX * CLIENT_INTERFACES_MAX)

bool pipe6_is_on(const struct uplink *uplink)
{
	const struct dhcp4o6_servers *servers;
	struct in6_addr from;
	size_t i;

	if (!uplink->machine || !uplink->is_ready)
		return false;
	servers = machine6_servers(uplink->machine);
	for (i = 0; i < servers->count; i++) {
		if (source6_choose(&uplink->sources, &servers->addr[i], &from))
			return true;
	}
	return servers->is_given && servers->count == 0;
}

static bool is_on_anywhere(const struct head6 *head)
{
	size_t i;

	for (i = 0; i < head->uplink_count; i++) {
		if (pipe6_is_on(&head->uplink[i]))
			return true;
	}
	return false;
}

/* ---- who is there ---- */

static void log_peer(struct head6 *head)
{
	unsigned int port = head->config->args->common.port + 1U;
	struct ipc_peer_info info;

	if (!ipc_peer_poll_change(head->peer, &info))
		return;
	metrics_count(&head->metrics,
		      info.state == IPC_PEER_UP ? METRIC_IPC_PEER_UP
						: METRIC_IPC_PEER_DOWN,
		      1);
	if (!log_rate_allow(&head->peer_log, mono_now(), NULL))
		return;
	if (info.state == IPC_PEER_UP)
		log_notice("the DHCPv4 half is up on ::1 port %u (uid %u)",
			   port, (unsigned int)info.uid);
	else if (info.state == IPC_PEER_FOREIGN)
		log_error("::1 port %u belongs to uid %u, which no peer-user "
			  "statement names: nothing is sent to it",
			  port, (unsigned int)info.uid);
	else
		log_notice("the DHCPv4 half is not running on ::1 port %u%s%s",
			   port, info.error ? ": " : "",
			   info.error ? strerror(-info.error) : "");
}

static void note_refusal(struct head6 *head)
{
	metrics_count(&head->metrics, METRIC_IPC_REFUSED, 1);
	ipc_peer_refused(head->peer, loop_now(head->loop));
	log_peer(head);
}

/* Sends what a writer of ipc_link_begin() has. */
static enum drop_reason flush(struct head6 *head, const struct wire_writer *w)
{
	int err;

	if (ipc_link_queue(head->link, w))
		return DROP_IPC_TRUNCATED;
	err = ipc_link_flush(head->link, NULL);
	if (err == -ECONNREFUSED) {
		note_refusal(head);
		return DROP_IPC_PEER_DOWN;
	}
	if (err == -EAGAIN)
		metrics_count(&head->metrics, METRIC_IPC_TX_BLOCKED, 1);
	if (err)
		return DROP_IPC_WINDOW;
	metrics_count(&head->metrics, METRIC_IPC_TX, 1);
	return DROP_NONE;
}

static void say(struct head6 *head, bool is_on)
{
	enum ipc_client_kind kind = is_on ? IPC_CLIENT_START : IPC_CLIENT_STOP;
	struct wire_writer w;

	/* One that is not there yet asks when it is. */
	if (ipc_peer_check(head->peer, loop_now(head->loop)) != DROP_NONE)
		return;
	ipc_link_begin(head->link, &w, TEXT_MAX);
	ipc_client_put_text(&w, kind);
	if (flush(head, &w) == DROP_NONE)
		log_info("%s said to the DHCPv4 half",
			 ipc_client_kind_name(kind));
}

void pipe6_tell(struct head6 *head)
{
	bool is_on = is_on_anywhere(head);

	if (head->was_told && is_on == head->is_4o6_on)
		return;
	if (head->was_told || is_on)
		log_notice("DHCPv4 over DHCPv6 is %s", is_on ? "on" : "off");
	head->was_told = true;
	head->is_4o6_on = is_on;
	say(head, is_on);
}

/* ---- queries ---- */

/* Addresses that mean the same on every link, and have been sent to. */
struct sent_to {
	size_t count;
	struct in6_addr addr[ADDRESSES_MAX];
};

static bool was_sent(struct sent_to *list, const struct in6_addr *addr)
{
	size_t i;

	if (source6_is_on_link(addr))
		return false;
	for (i = 0; i < list->count; i++) {
		if (IN6_ARE_ADDR_EQUAL(&list->addr[i], addr))
			return true;
	}
	return false;
}

static void send_query(struct uplink *uplink, struct wire_reader query,
		       const struct in6_addr *to, struct sent_to *list)
{
	char text[INET6_ADDRSTRLEN];
	enum drop_reason why;

	if (was_sent(list, to))
		return;
	why = uplink6_send(uplink, query.pos, wire_left(&query), to);
	if (why != DROP_NONE) {
		head6_drop(uplink->head, uplink, why, to);
		return;
	}
	if (!source6_is_on_link(to))
		list->addr[list->count++] = *to;
	inet_ntop(AF_INET6, to, text, sizeof(text));
	log_debug("%s: DHCPV4-QUERY sent to %s", uplink->name, text);
}

static void send_query_on(struct uplink *uplink, struct wire_reader query,
			  struct sent_to *list)
{
	const struct dhcp4o6_servers *servers =
		machine6_servers(uplink->machine);
	size_t i;

	if (!servers->count)
		send_query(uplink, query, &net_all_relays_and_servers, list);
	for (i = 0; i < servers->count; i++)
		send_query(uplink, query, &servers->addr[i], list);
}

static enum drop_reason handle_query(struct head6 *head,
				     struct wire_reader query)
{
	struct sent_to list = { .count = 0 };
	size_t i;

	if (!is_on_anywhere(head))
		return DROP_NO_SERVERS;
	for (i = 0; i < head->uplink_count; i++) {
		if (pipe6_is_on(&head->uplink[i]))
			send_query_on(&head->uplink[i], query, &list);
	}
	return DROP_NONE;
}

static enum drop_reason handle_datagram(struct head6 *head,
					const struct ipc_datagram *in)
{
	struct ipc_client_datagram datagram;
	enum drop_reason why;

	why = ipc_client_decode_at_v6(wire_reader(in->data, in->len),
				      &datagram);
	if (why != DROP_NONE)
		return why;
	if (datagram.kind == IPC_CLIENT_QUERY)
		return handle_query(head, datagram.message);
	say(head, is_on_anywhere(head));
	return DROP_NONE;
}

static void handle_link(void *arg, uint32_t events)
{
	struct head6 *head = arg;
	struct ipc_datagram in[QUERY_BATCH];
	enum drop_reason trust, why;
	int n, i;

	(void)events;
	do {
		n = ipc_link_recv(head->link, in, QUERY_BATCH);
		if (n == -ECONNREFUSED)
			note_refusal(head);
		if (n <= 0)
			break;
		metrics_count(&head->metrics, METRIC_IPC_RX, (uint64_t)n);
		ipc_peer_heard(head->peer);
		trust = ipc_peer_check(head->peer, loop_now(head->loop));
		log_peer(head);
		for (i = 0; i < n; i++) {
			why = trust == DROP_NONE ? handle_datagram(head, &in[i])
						 : trust;
			if (why != DROP_NONE)
				head6_drop(head, NULL, why, &in6addr_loopback);
		}
	} while (ipc_link_has_pending(head->link));
}

/* ---- answers ---- */

/* `response-source servers': all of them unicast, and this is one of them. */
static bool is_known(const struct dhcp4o6_servers *servers,
		     const struct in6_addr *from)
{
	bool is_known = servers->count == 0;
	size_t i;

	for (i = 0; i < servers->count; i++) {
		if (IN6_IS_ADDR_MULTICAST(&servers->addr[i]) ||
		    IN6_ARE_ADDR_EQUAL(&servers->addr[i], from))
			is_known = true;
	}
	return is_known;
}

static bool is_rejected_source(const struct in6_addr *from)
{
	return IN6_IS_ADDR_UNSPECIFIED(from) || IN6_IS_ADDR_MULTICAST(from);
}

static enum drop_reason pass_on(struct uplink *uplink, struct wire_reader in,
				const struct in6_addr *from)
{
	struct head6 *head = uplink->head;
	struct dhcp4o6_msg msg;
	enum drop_reason why;
	struct wire_writer w;

	if (!pipe6_is_on(uplink))
		return DROP_NO_SERVERS;
	if (is_rejected_source(from) ||
	    (head->conf->dhcp4o6.source_check &&
	     !is_known(machine6_servers(uplink->machine), from)))
		return DROP_OTHER_SOURCE;
	why = dhcp4o6_decode(in, DHCP6_DHCPV4_RESPONSE, &msg);
	if (why == DROP_NONE)
		why = ipc_peer_check(head->peer, loop_now(head->loop));
	if (why != DROP_NONE)
		return why;
	ipc_link_begin(head->link, &w,
		       wire_left(&msg.dhcpv4) + IPC_CLIENT_SOURCE_LEN);
	ipc_client_put_response(&w, msg.dhcpv4, from);
	return flush(head, &w);
}

void pipe6_response(struct uplink *uplink, struct wire_reader in,
		    const struct in6_addr *from)
{
	enum drop_reason why = pass_on(uplink, in, from);

	if (why != DROP_NONE)
		head6_drop(uplink->head, uplink, why, from);
}

/* ---- open and close ---- */

void pipe6_tick(struct head6 *head, struct mono_time now)
{
	(void)ipc_peer_check(head->peer, now);
	log_peer(head);
	head->metrics.value[METRIC_IPC_RX_OVERFLOW] =
		ipc_link_stats(head->link)->overflow;
}

int pipe6_open(struct head6 *head)
{
	const struct head6_config *config = head->config;
	uint16_t port = config->args->common.port;
	int err;

	err = ipc_link_open(&head->link, config->link_fd, IPC_HALF_V6, port);
	if (!err)
		err = ipc_peer_open(&head->peer, IPC_HALF_V6, port,
				    config->instance->peers.uids,
				    config->instance->peers.count);
	if (!err)
		err = loop_add_fd(head->loop, ipc_link_fd(head->link), EPOLLIN,
				  handle_link, head);
	return err;
}

void pipe6_close(struct head6 *head)
{
	ipc_link_close(head->link);
	ipc_peer_close(head->peer);
}
