/* SPDX-License-Identifier: BSD-2-Clause */
/* query - from the network to the other half. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6.h"
#include "front.h"
#include "serve6.h"

/*
 * Turns in a row in which the UDP socket had a batch full: it is not read as
 * fast as it fills. Then most of a turn goes to finding DHCPv4-over-DHCPv6.
 */
#define FLOOD_TURNS  32
#define FLOOD_BUDGET 16 /* DHCPv6 messages decided in a turn of a flood */

void front_drop(struct front *front, enum drop_reason reason,
		const struct in6_addr *peer)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t suppressed;

	metrics_drop(&front->metrics, reason);
	if (!log_would(LOG_LEVEL_INFO) ||
	    !log_rate_allow(&front->drop_log, loop_now(front->loop),
			    &suppressed))
		return;
	inet_ntop(AF_INET6, peer, text, sizeof(text));
	log_info("packet from %s dropped: %s (%u more lines like this left "
		 "out)",
		 text, drop_reason_text(reason), suppressed);
}

/* Unwraps and counts what came in. */
static enum drop_reason open_message(struct front *front,
				     struct wire_reader payload,
				     struct dhcp6_envelope *env)
{
	enum drop_reason reason;

	if (wire_left(&payload))
		metrics_dhcp6_in(&front->metrics, payload.pos[0]);
	reason = dhcp6_unwrap(payload, front->config.conf->dhcp4o6.relay_depth,
			      env);
	if (reason != DROP_NONE)
		return reason;
	if (env->relay_count)
		metrics_dhcp6_in(&front->metrics, env->inner_type);
	return DROP_NONE;
}

/* DHCPv6 that is not around DHCPv4. */
static enum drop_reason serve_message(struct front *front,
				      const struct dhcp6_envelope *env,
				      const struct ipc_slot *from,
				      struct wire_reader payload)
{
	switch (env->inner_type) {
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE:
	case DHCP6_DHCPV4_RESPONSE:
		return DROP_DHCP6_TYPE;
	default:
		break;
	}
	if (!front->budget)
		return DROP_DHCP6_BUSY;
	front->budget--;
	return serve6_handle(front->serve, env, from, wire_left(&payload));
}

/* May a query go out now? */
static enum drop_reason check_peer(struct front *front)
{
	enum drop_reason reason;

	reason = ipc_peer_check(front->peer, loop_now(front->loop));
	if (reason == DROP_NONE && ipc_slots_is_window_full(front->slots))
		reason = DROP_IPC_WINDOW;
	return reason;
}

static enum drop_reason queue_query(struct front *front,
				    const struct privsep_interface *iface,
				    const struct ipc_slot *from,
				    struct wire_reader payload)
{
	struct ipc_query query = { .message = payload };
	struct wire_writer w;
	enum drop_reason reason;
	size_t size = wire_left(&payload) + IPC_OVERHEAD_MAX;
	uint64_t token;

	query.origin.dialect = front->dialect;
	query.origin.source = from->from.src;
	query.origin.source_port = from->from.src_port;
	query.origin.local = from->from.dst;
	memcpy(query.origin.ifname, iface->name, sizeof(query.origin.ifname));
	token = ipc_slots_put(front->slots, from);
	query.origin.token =
		front->dialect == IPC_DIALECT_NATIVE ? token : IPC_TOKEN_NONE;
	ipc_link_begin(front->link, &w, size);
	reason = ipc_encode_query(&w, &query);
	if (reason == DROP_NONE && ipc_link_queue(front->link, &w))
		reason = DROP_IPC_TRUNCATED;
	if (reason != DROP_NONE) {
		ipc_slots_cancel(front->slots, token);
		return reason;
	}
	metrics_count(&front->metrics, METRIC_IPC_TX, 1);
	return DROP_NONE;
}

void front_query(struct front *front, const struct ipc_slot *from,
		 struct wire_reader payload)
{
	const struct privsep_interface *iface;
	struct dhcp6_envelope env;
	struct dhcp4o6_msg msg;
	enum drop_reason reason;

	iface = hosts_find(front->hosts, from->ifindex);
	if (!iface)
		reason = DROP_FRAME_VLAN;
	else if (!hosts_is_destination(front->hosts, &from->from.dst,
				       from->ifindex))
		reason = DROP_FRAME_DESTINATION;
	else
		reason = open_message(front, payload, &env);
	if (reason == DROP_NONE && env.inner_type != DHCP6_DHCPV4_QUERY) {
		reason = serve_message(front, &env, from, payload);
	} else if (reason == DROP_NONE) {
		reason = dhcp4o6_decode(env.inner, DHCP6_DHCPV4_QUERY, &msg);
		if (reason == DROP_NONE)
			reason = check_peer(front);
		if (reason == DROP_NONE)
			reason = queue_query(front, iface, from, payload);
	}
	if (reason != DROP_NONE)
		front_drop(front, reason, &from->from.src);
}

void front_flush_queries(struct front *front)
{
	unsigned int dropped = 0;
	int err;

	if (!ipc_link_queued(front->link))
		return;
	err = ipc_link_flush(front->link, &dropped);
	if (err == -ECONNREFUSED) {
		metrics_count(&front->metrics, METRIC_IPC_REFUSED, 1);
		ipc_peer_refused(front->peer, loop_now(front->loop));
		front_log_peer(front);
	}
	if (err == -EAGAIN)
		metrics_count(&front->metrics, METRIC_IPC_TX_BLOCKED, 1);
	front->metrics.drop[err == -ECONNREFUSED ? DROP_IPC_PEER_DOWN
						 : DROP_IPC_WINDOW] += dropped;
	front->metrics.value[METRIC_IPC_TX] -= dropped;
}

/* A turn begins: n packets came at once. */
static void set_budget(struct front *front, unsigned int n)
{
	front->budget = FRONT_BATCH;
	front->full_turns = n == FRONT_BATCH ? front->full_turns + 1 : 0;
	if (front->full_turns > FLOOD_TURNS)
		front->budget = FLOOD_BUDGET;
}

/* What the turn brought goes on its way. */
static void end_turn(struct front *front)
{
	front_flush_queries(front);
	if (front->serve->open)
		serve6_end_turn(front->serve);
	if (front->out_count)
		front_flush_socket(front);
}

void front_read_socket(void *arg, uint32_t events)
{
	struct front *front = arg;
	struct net_udp6_datagram in[FRONT_BATCH];
	struct ipc_slot from;
	unsigned int truncated = 0;
	int n, i;

	(void)events;
	n = net_udp6_recv(front->config.udp_fd, front->udp_batch, in,
			  &truncated);
	front->metrics.drop[DROP_IPC_TRUNCATED] += truncated;
	set_budget(front, n > 0 ? (unsigned int)n : 0);
	for (i = 0; i < n; i++) {
		metrics_count(&front->metrics, METRIC_SOCKET_RX, 1);
		metrics_count(&front->metrics, METRIC_SOCKET_RX_OCTETS,
			      in[i].len);
		from = (struct ipc_slot){
			.ifindex = in[i].ifindex,
			.by_socket = true,
			.sent = loop_now(front->loop),
		};
		from.from.src = in[i].remote;
		from.from.dst = in[i].local;
		from.from.src_port = in[i].remote_port;
		from.from.dst_port = DHCP6_PORT_SERVER;
		front_query(front, &from, wire_reader(in[i].data, in[i].len));
	}
	end_turn(front);
}

static bool is_our_mac(const struct privsep_interface *iface,
		       const struct frame_addr *addr)
{
	static const uint8_t group_mac[2][FRAME_MAC_LEN] = {
		{ 0x33, 0x33, 0x00, 0x01, 0x00, 0x02 }, /* RFC 2464 section 7 */
		{ 0x33, 0x33, 0x00, 0x01, 0x00, 0x03 },
	};

	return !memcmp(addr->dst_mac, iface->mac, FRAME_MAC_LEN) ||
	       !memcmp(addr->dst_mac, group_mac[0], FRAME_MAC_LEN) ||
	       !memcmp(addr->dst_mac, group_mac[1], FRAME_MAC_LEN);
}

/* Decides as the kernel would have: no classifier is trusted. */
static void read_frame(struct front *front, const struct front_queue *queue,
		       const struct afxdp_frame *frame)
{
	static const enum frame_checksum modes[] = {
		[CONF_CHECKSUM_AUTO] = FRAME_CHECKSUM_PARTIAL_OK,
		[CONF_CHECKSUM_VERIFY] = FRAME_CHECKSUM_VERIFY,
		[CONF_CHECKSUM_TRUST] = FRAME_CHECKSUM_TRUST,
	};
	const struct privsep_interface *iface;
	struct ipc_slot from = {
		.port_ifindex = queue->port->ifindex,
		.queue = (uint16_t)queue->queue,
		.sent = loop_now(front->loop),
	};
	enum frame_checksum mode = modes[front->config.conf->dhcp4o6.checksum];
	struct wire_reader payload;
	enum drop_reason reason;
	bool was_partial = false;

	metrics_count(&front->metrics, METRIC_AFXDP_RX, 1);
	metrics_count(&front->metrics, METRIC_AFXDP_RX_OCTETS, frame->len);
	reason = frame_decode(wire_reader(frame->data, frame->len), mode,
			      &from.from, &payload, &was_partial);
	if (was_partial)
		metrics_count(&front->metrics, METRIC_AFXDP_PARTIAL_CHECKSUM,
			      1);
	iface = hosts_find_frame(front->hosts, from.port_ifindex, &from.from);
	if (reason == DROP_NONE && from.from.dst_port != DHCP6_PORT_SERVER)
		reason = DROP_FRAME_PORT;
	if (reason == DROP_NONE && !iface)
		reason = DROP_FRAME_VLAN;
	if (reason == DROP_NONE && !is_our_mac(iface, &from.from))
		reason = DROP_FRAME_DESTINATION;
	if (reason != DROP_NONE) {
		front_drop(front, reason, &from.from.src);
		return;
	}
	from.ifindex = iface->ifindex;
	front_query(front, &from, payload);
}

void front_read_queue(void *arg, uint32_t events)
{
	const struct front_queue *queue = arg;
	struct front *front = queue->port->front;
	struct afxdp_frame frames[FRONT_BATCH];
	unsigned int n, i;

	(void)events;
	n = afxdp_rx(queue->port->afxdp, queue->queue, frames, FRONT_BATCH);
	front->budget = FRONT_BATCH;
	for (i = 0; i < n; i++)
		read_frame(front, queue, &frames[i]);
	end_turn(front);
	afxdp_release(queue->port->afxdp, queue->queue, frames, n);
}
