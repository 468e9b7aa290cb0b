/* SPDX-License-Identifier: BSD-2-Clause */
/* query4 - one query: decode, decide, encode. */
#include <arpa/inet.h>
#include <string.h>

#include "server4.h"

/* An answer is never longer than what the query brought and its options. */
#define ANSWER_EXTRA 4096

struct query4 {
	struct ipc_query ipc;
	struct dhcp6_envelope envelope;
	struct dhcp4o6_msg msg6;
	struct dhcp4_msg msg4;
};

void server4_send(struct server4 *server, const struct ipc_origin *to,
		  struct wire_reader message)
{
	struct wire_writer w;
	enum drop_reason reason;

	if (!wire_left(&message) && to->dialect != IPC_DIALECT_NATIVE)
		return; /* only ours waits to hear that there is no answer */
	ipc_link_begin(server->link, &w,
		       wire_left(&message) + IPC_OVERHEAD_MAX);
	reason = ipc_encode_answer(&w, to, message);
	if (reason == DROP_NONE && ipc_link_queue(server->link, &w))
		reason = DROP_REPLY_TOO_LONG;
	if (reason != DROP_NONE)
		server4_drop(server, reason, &to->source);
	else
		metrics_count(&server->metrics, METRIC_IPC_TX, 1);
}

static enum drop_reason decode(struct server4 *server, struct query4 *q)
{
	unsigned int depth = server->conf->dhcp4o6.relay_depth;
	enum drop_reason reason;

	reason = dhcp6_unwrap(q->ipc.message, depth, &q->envelope);
	if (reason != DROP_NONE)
		return reason;
	if (q->envelope.inner_type != DHCP6_DHCPV4_QUERY)
		return DROP_DHCP6_TYPE;
	reason =
		dhcp4o6_decode(q->envelope.inner, DHCP6_DHCPV4_QUERY, &q->msg6);
	if (reason != DROP_NONE)
		return reason;
	reason = dhcp4_decode_request(q->msg6.dhcpv4, &q->msg4);
	if (reason != DROP_NONE)
		return reason;
	metrics_dhcp4_in(&server->metrics, q->msg4.type);
	if (!server4_has_interface(server, q->ipc.origin.ifname))
		return DROP_IPC_INTERFACE;
	return DROP_NONE;
}

/* What needs no answer, or may be answered at once. */
static void count_decision(struct server4 *server, const struct query4 *q,
			   const struct decide_answer *answer)
{
	struct metrics *m = &server->metrics;

	if (answer->reply_type == DHCP4_OFFER)
		metrics_count(m, METRIC_LEASE_OFFERED, 1);
	else if (q->msg4.type == DHCP4_RELEASE)
		metrics_count(m, METRIC_LEASE_RELEASED, 1);
	else if (q->msg4.type == DHCP4_DECLINE)
		metrics_count(m, METRIC_LEASE_DECLINED, 1);
}

/* Of an ACK for a lease: only SELECTING names a server (RFC 2131 table 4). */
static enum metric lease_metric(const struct query4 *q)
{
	return dhcp4_has_option(&q->msg4, DHCP4_OPT_SERVER_IDENTIFIER)
		       ? METRIC_LEASE_NEW
		       : METRIC_LEASE_RENEWED;
}

static void count_cuts(struct server4 *server,
		       const struct decide_answer *answer)
{
	metrics_count(&server->metrics, METRIC_LEASE_OPTIONS_CUT,
		      answer->options_dropped);
	metrics_count(&server->metrics, METRIC_LEASE_RAI_CUT,
		      answer->rai_dropped);
}

static void log_decision(const struct query4 *q,
			 const struct decide_answer *answer)
{
	char addr[INET_ADDRSTRLEN], source[INET6_ADDRSTRLEN];
	const char *reply = dhcp4_msg_type_name(answer->reply_type);
	const uint8_t *mac = q->msg4.chaddr;

	inet_ntop(AF_INET, &answer->addr, addr, sizeof(addr));
	inet_ntop(AF_INET6, &q->ipc.origin.source, source, sizeof(source));
	log_info("%s %s%s%s: client=%02x:%02x:%02x:%02x:%02x:%02x from=%s "
		 "interface=%s network=%s%s%s",
		 dhcp4_msg_type_name(q->msg4.type), addr, reply ? " -> " : "",
		 reply ? reply : "", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5], source, q->ipc.origin.ifname,
		 answer->network ? answer->network : "-",
		 answer->nak_text ? " reason=" : "",
		 answer->nak_text ? answer->nak_text : "");
}

/* Writes the whole DHCPv6 message; its length, or 0 if it does not fit. */
static size_t encode(struct server4_batch *batch, struct query4 *q,
		     const struct decide_query *query,
		     struct decide_answer *answer)
{
	size_t room = wire_left(&q->ipc.message) + ANSWER_EXTRA;
	struct dhcp4o6_response response;
	struct wire_writer w;
	uint8_t *space;

	space = batch_space_reserve(&batch->space, room);
	if (!space)
		return 0;
	w = wire_writer(space, room);
	dhcp4o6_begin_response(&w, &q->envelope, &response);
	decide_encode(answer, query, &w);
	dhcp4o6_end_response(&w, &response);
	return w.failed ? 0 : wire_len(&w);
}

/* Keeps the answer until the batch is durable, or sends it now. */
static void place_answer(struct server4_turn *turn, const struct query4 *q,
			 const struct decide_answer *answer, size_t len)
{
	struct server4_batch *batch = turn->batch;
	struct server4_answer *waiting;

	if (!answer->staged) {
		metrics_dhcp4_out(&turn->server->metrics, answer->reply_type);
		server4_send(
			turn->server, &q->ipc.origin,
			wire_reader(batch->space.octets + batch->space.used,
				    len));
		return;
	}
	waiting = &batch->answers[batch->answer_count++];
	waiting->origin = q->ipc.origin;
	waiting->reply_type = answer->reply_type;
	waiting->counted = lease_metric(q);
	waiting->offset = batch->space.used;
	waiting->len = len;
	batch->space.used += len;
}

static enum drop_reason answer_query(struct server4_turn *turn,
				     struct query4 *q)
{
	struct server4 *server = turn->server;
	struct decide_query query = {
		.now = turn->now,
		.wall = turn->wall,
		.envelope = &q->envelope,
		.query = &q->msg6,
		.msg = &q->msg4,
		.ifname = q->ipc.origin.ifname,
		.source = q->ipc.origin.source,
	};
	struct decide_answer answer;
	size_t len;

	decide(&server->decide, &query, turn->batch->txn, &answer);
	if (answer.drop != DROP_NONE)
		return answer.drop;
	count_decision(server, q, &answer);
	if (log_would(LOG_LEVEL_INFO))
		log_decision(q, &answer);
	if (!answer.reply_type) {
		server4_send(server, &q->ipc.origin, wire_reader(NULL, 0));
		return DROP_NONE;
	}
	len = encode(turn->batch, q, &query, &answer);
	if (!len)
		return DROP_REPLY_TOO_LONG;
	count_cuts(server, &answer);
	place_answer(turn, q, &answer, len);
	return DROP_NONE;
}

void server4_handle_query(struct server4_turn *turn,
			  const struct ipc_datagram *datagram)
{
	struct server4 *server = turn->server;
	static struct query4 q; /* 10 KiB; one thread decides */
	enum drop_reason reason;

	reason = ipc_decode_query(wire_reader(datagram->data, datagram->len),
				  &q.ipc);
	if (reason != DROP_NONE) {
		server4_drop(server, reason, &in6addr_loopback);
		return;
	}
	server->last_dialect = q.ipc.origin.dialect;
	reason = decode(server, &q);
	if (reason == DROP_NONE)
		reason = answer_query(turn, &q);
	if (reason == DROP_NONE)
		return;
	server4_drop(server, reason, &q.ipc.origin.source);
	/* Frees the query's place in the other half's window. */
	server4_send(server, &q.ipc.origin, wire_reader(NULL, 0));
}
