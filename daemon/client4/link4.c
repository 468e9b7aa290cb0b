/* SPDX-License-Identifier: BSD-2-Clause */
/* link4 - the v6 half: whether it is there, what it says, and queries to it. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "dhcp4o6/ipc/dialect_client.h"
#include "head4.h"

#define BATCH 16 /* datagrams read at a time */

void head4_drop(struct head4 *head, enum drop_reason reason)
{
	uint32_t suppressed;

	metrics_drop(&head->metrics, reason);
	if (!log_would(LOG_LEVEL_INFO) ||
	    !log_rate_allow(&head->drop_log, mono_now(), &suppressed))
		return;
	log_info("answer not taken: %s (%u more lines like this left out)",
		 drop_reason_text(reason), suppressed);
}

/* ---- to it ---- */

static bool flush(struct head4 *head)
{
	unsigned int dropped = 0;
	int err = ipc_link_flush(head->link, &dropped);

	if (err == -ECONNREFUSED) {
		metrics_count(&head->metrics, METRIC_IPC_REFUSED, 1);
		ipc_peer_refused(head->peer, mono_now());
	}
	if (err == -EAGAIN)
		metrics_count(&head->metrics, METRIC_IPC_TX_BLOCKED, 1);
	head->metrics.drop[err == -ECONNREFUSED ? DROP_IPC_PEER_DOWN
						: DROP_SEND_FAILED] += dropped;
	if (!err)
		metrics_count(&head->metrics, METRIC_IPC_TX, 1);
	return !err;
}

void head4_poll(struct head4 *head)
{
	struct wire_writer w;

	/* Nobody there: when somebody comes, there is another one. */
	if (ipc_peer_check(head->peer, mono_now()) != DROP_NONE)
		return;
	ipc_link_begin(head->link, &w, IPC_CLIENT_SOURCE_LEN);
	ipc_client_put_text(&w, IPC_CLIENT_POLL);
	if (!ipc_link_queue(head->link, &w))
		(void)flush(head);
}

static void log_query(const struct client4_query *query)
{
	char addr[INET_ADDRSTRLEN], server[INET_ADDRSTRLEN];

	if (!log_would(LOG_LEVEL_INFO))
		return;
	inet_ntop(AF_INET, &query->addr, addr, sizeof(addr));
	inet_ntop(AF_INET, &query->server_id, server, sizeof(server));
	log_info("%s%s%s%s%s, xid %08x%s", client4_query_name(query->kind),
		 query->addr.s_addr ? " of " : "",
		 query->addr.s_addr ? addr : "",
		 query->server_id.s_addr ? " to " : "",
		 query->server_id.s_addr ? server : "", query->xid,
		 client4_is_unicast(query) ? ", unicast" : "");
}

bool head4_send(struct head4 *head, const struct client4_query *query)
{
	enum drop_reason trust = ipc_peer_check(head->peer, mono_now());
	struct wire_writer w;
	unsigned int left_out;

	if (trust != DROP_NONE) {
		metrics_drop(&head->metrics, trust);
		return false;
	}
	ipc_link_begin(head->link, &w, CLIENT4_QUERY_MAX);
	left_out = client4_encode(&w, &head->identity, &head->scope, query);
	if (ipc_link_queue(head->link, &w)) {
		log_warning("%s does not find room for what it must have",
			    client4_query_name(query->kind));
		metrics_drop(&head->metrics, DROP_SEND_FAILED);
		return false;
	}
	if (left_out)
		log_info("%u options of `send' find no room in %s", left_out,
			 client4_query_name(query->kind));
	if (!flush(head))
		return false;
	log_query(query);
	metrics_dhcp4_out(&head->metrics, client4_query_type(query->kind));
	return true;
}

/* ---- from it ---- */

static void handle_text(struct head4 *head, enum ipc_client_kind kind)
{
	bool is_start = kind == IPC_CLIENT_START;

	if (head->machine.is_up != is_start)
		log_notice("DHCPv4-over-DHCPv6 is %s",
			   is_start ? "on" : "off: no query until it is on");
	/* client6 may have made its DUID since: both were started at once. */
	if (is_start && !head->machine.is_up && !head->machine.is_held &&
	    head4_identify(head))
		log_error("%s: no identity", head->interface);
	head4_tell(head, is_start ? MACHINE4_ON_START : MACHINE4_ON_STOP);
}

static void handle_datagram(struct head4 *head, const struct ipc_datagram *in)
{
	struct ipc_client_datagram datagram;
	enum drop_reason why;

	why = ipc_client_decode_at_v4(wire_reader(in->data, in->len),
				      &datagram);
	if (!why && !head->is_begun)
		why = DROP_NOT_AWAITED;
	if (why)
		head4_drop(head, why);
	else if (datagram.kind == IPC_CLIENT_RESPONSE)
		head4_answer(head, datagram.message, &datagram.source);
	else
		handle_text(head, datagram.kind);
}

static int receive(struct head4 *head, struct ipc_datagram in[BATCH])
{
	int n = ipc_link_recv(head->link, in, BATCH);

	if (n == -ECONNREFUSED) {
		metrics_count(&head->metrics, METRIC_IPC_REFUSED, 1);
		ipc_peer_refused(head->peer, mono_now());
	}
	if (n > 0) {
		metrics_count(&head->metrics, METRIC_IPC_RX, (uint64_t)n);
		ipc_peer_heard(head->peer);
	}
	return n;
}

/* ---- is it there? ---- */

static void log_peer(const struct head4 *head, const struct ipc_peer_info *info)
{
	switch (info->state) {
	case IPC_PEER_UP:
		log_notice("the DHCPv6 half is running on ::1 port %u (uid %u)",
			   head->args.common.port, (unsigned int)info->uid);
		break;
	case IPC_PEER_FOREIGN:
		log_error("::1 port %u belongs to uid %u, which no peer-user "
			  "statement names: it is not listened to",
			  head->args.common.port, (unsigned int)info->uid);
		break;
	case IPC_PEER_DOWN:
	case IPC_PEER_UNKNOWN:
		log_warning("the DHCPv6 half is not running on ::1 port %u%s%s",
			    head->args.common.port, info->error ? ": " : "",
			    info->error ? strerror(-info->error) : "");
		break;
	}
}

/*
 * A half that went away says no STOP, and one that came in its place knows
 * nothing of a START. Whoever is there now is asked.
 */
void head4_check_peer(struct head4 *head)
{
	struct ipc_peer_info info;

	(void)ipc_peer_check(head->peer, mono_now());
	if (!ipc_peer_poll_change(head->peer, &info))
		return;
	metrics_count(&head->metrics,
		      info.state == IPC_PEER_UP ? METRIC_IPC_PEER_UP
						: METRIC_IPC_PEER_DOWN,
		      1);
	if (log_rate_allow(&head->peer_log, mono_now(), NULL))
		log_peer(head, &info);
	if (!head->is_begun)
		return;
	if (head->machine.is_up)
		head4_tell(head, MACHINE4_ON_STOP);
	if (info.state == IPC_PEER_UP)
		head4_poll(head);
}

/* ---- its socket ---- */

static void read_link(void *arg, uint32_t events)
{
	struct head4 *head = arg;
	struct ipc_datagram in[BATCH];
	enum drop_reason trust;
	int n, i;

	(void)events;
	do {
		n = receive(head, in);
		head4_check_peer(head);
		trust = ipc_peer_check(head->peer, mono_now());
		for (i = 0; i < n; i++) {
			if (trust != DROP_NONE)
				head4_drop(head, trust);
			else
				handle_datagram(head, &in[i]);
		}
	} while (n > 0 && ipc_link_has_pending(head->link));
}

int head4_open_link(struct head4 *head)
{
	const struct instance_peers *peers = &head->instance.peers;
	uint16_t port = head->args.common.port;
	int err;

	err = ipc_link_open(&head->link, head->link_fd, IPC_HALF_V4, port);
	if (!err)
		err = ipc_peer_open(&head->peer, IPC_HALF_V4, port, peers->uids,
				    peers->count);
	if (!err)
		err = loop_add_fd(head->loop, ipc_link_fd(head->link), EPOLLIN,
				  read_link, head);
	return err;
}
