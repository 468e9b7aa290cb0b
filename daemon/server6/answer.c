/* SPDX-License-Identifier: BSD-2-Clause */
/* answer - from the other half back to where the query came from. */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6.h"
#include "front.h"

void front_flush_socket(struct front *front)
{
	unsigned int sent, i;
	int err;

	if (!front->out_count)
		return;
	sent = net_udp6_send(front->config.udp_fd, front->out, front->out_count,
			     &err);
	metrics_count(&front->metrics, METRIC_SOCKET_TX, sent);
	for (i = 0; i < front->out_count; i++)
		metrics_count(&front->metrics, METRIC_SOCKET_TX_OCTETS,
			      front->out[i].len);
	front->metrics.drop[DROP_SEND_FAILED] += front->out_count - sent;
	front->out_count = 0;
	front->out_used = 0;
}

/* Room for one datagram more of that length. */
static struct wire_writer begin_datagram(struct front *front, size_t len)
{
	if (front->out_count == FRONT_BATCH ||
	    FRONT_OUT_SPACE - front->out_used < len)
		front_flush_socket(front);
	return wire_writer(front->out_space + front->out_used,
			   FRONT_OUT_SPACE - front->out_used);
}

static enum drop_reason end_datagram(struct front *front,
				     const struct front_way *way,
				     const struct wire_writer *w)
{
	struct net_udp6_datagram *out = &front->out[front->out_count];

	if (w->failed)
		return DROP_REPLY_TOO_LONG;
	*out = (struct net_udp6_datagram){
		.data = w->start,
		.len = wire_len(w),
		.remote = way->peer,
		.remote_port = way->port,
		.ifindex = way->ifindex,
	};
	if (!hosts_source_for(front->hosts, &way->sent_to, &way->peer,
			      way->ifindex, &out->local))
		out->local = in6addr_any;
	front->out_count++;
	front->out_used += out->len;
	return DROP_NONE;
}

/* Through the kernel, which finds neighbour and route, and fragments. */
static enum drop_reason send_by_socket(struct front *front,
				       const struct ipc_slot *to,
				       const struct ipc_answer *answer)
{
	const struct front_way way = {
		.peer = to->from.src,
		.sent_to = to->from.dst,
		.ifindex = to->ifindex,
		.port = answer->port,
	};
	struct wire_writer w;

	w = begin_datagram(front, wire_left(&answer->message));
	ipc_copy_message(&w, answer);
	return end_datagram(front, &way, &w);
}

void front_send(struct front *front, const struct front_way *way,
		struct wire_reader message)
{
	struct wire_writer w = begin_datagram(front, wire_left(&message));
	enum drop_reason reason;

	metrics_dhcp6_out(&front->metrics, message.pos[0]);
	wire_put_mem(&w, message.pos, wire_left(&message));
	reason = end_datagram(front, way, &w);
	if (reason != DROP_NONE)
		front_drop(front, reason, &way->peer);
}

/* Through the ring of the queue it came in on. False: not possible now. */
static bool send_by_afxdp(struct front *front, const struct ipc_slot *to,
			  const struct ipc_answer *answer)
{
	struct front_port *port;
	const struct privsep_interface *iface;
	struct frame_addr addr;
	struct wire_writer w;
	size_t header, size;
	uint8_t *frame;
	unsigned int i;

	port = front_port_find(front, to->port_ifindex);
	iface = hosts_find(front->hosts, to->ifindex);
	if (to->by_socket || !port || !port->afxdp || !iface ||
	    to->queue >= afxdp_queues(port->afxdp) ||
	    wire_left(&answer->message) + 48 > FRONT_AFXDP_PACKET_MAX)
		return false;
	addr = to->from;
	addr.dst = to->from.src;
	addr.dst_port = answer->port;
	addr.src_port = DHCP6_PORT_SERVER;
	if (!hosts_source_for(front->hosts, &to->from.dst, &addr.dst,
			      to->ifindex, &addr.src))
		return false;
	memcpy(addr.dst_mac, to->from.src_mac, FRAME_MAC_LEN);
	memcpy(addr.src_mac, iface->mac, FRAME_MAC_LEN);
	for (i = 0; i < addr.vlan_count; i++)
		addr.vlan_tci[i] &= 0x0fff; /* priority 0, as the kernel's */
	frame = afxdp_tx_reserve(port->afxdp, to->queue, &size);
	if (!frame)
		return false;
	header = frame_header_len(addr.vlan_count);
	w = wire_writer(frame + header, size - header);
	ipc_copy_message(&w, answer);
	if (w.failed)
		return false;
	frame_encode(frame, &addr, FRONT_HOP_LIMIT, wire_len(&w));
	afxdp_tx_submit(port->afxdp, to->queue, header + wire_len(&w));
	metrics_count(&front->metrics, METRIC_AFXDP_TX, 1);
	metrics_count(&front->metrics, METRIC_AFXDP_TX_OCTETS,
		      header + wire_len(&w));
	port->tx_queues |= 1ULL << to->queue;
	return true;
}

/* What the answer itself says of its way, when no slot remembers it. */
static enum drop_reason slot_from_origin(struct front *front,
					 const struct ipc_origin *origin,
					 struct ipc_slot *slot)
{
	const struct privsep_interface *iface;

	iface = hosts_find_name(front->hosts, origin->ifname);
	if (!iface)
		return DROP_IPC_INTERFACE;
	*slot = (struct ipc_slot){
		.ifindex = iface->ifindex,
		.by_socket = true,
	};
	slot->from.src = origin->source;
	slot->from.dst = origin->local;
	return DROP_NONE;
}

static enum drop_reason handle_answer(struct front *front,
				      const struct ipc_datagram *datagram)
{
	struct ipc_answer answer;
	struct ipc_slot slot;
	enum drop_reason reason;

	reason = ipc_decode_answer(front->dialect,
				   wire_reader(datagram->data, datagram->len),
				   &answer);
	if (reason != DROP_NONE)
		return reason;
	if (front->dialect != IPC_DIALECT_NATIVE) {
		ipc_slots_ack_oldest(front->slots);
		reason = slot_from_origin(front, &answer.origin, &slot);
	} else if (ipc_slots_take(front->slots, answer.origin.token, &slot)) {
		metrics_count(&front->metrics, METRIC_IPC_SLOT_STALE, 1);
		reason = slot_from_origin(front, &answer.origin, &slot);
	}
	if (reason != DROP_NONE || !wire_left(&answer.message))
		return reason;
	metrics_dhcp6_out(&front->metrics, answer.message.pos[0]);
	if (send_by_afxdp(front, &slot, &answer))
		return DROP_NONE;
	if (!slot.by_socket)
		metrics_count(&front->metrics, METRIC_AFXDP_TX_FALLBACK, 1);
	return send_by_socket(front, &slot, &answer);
}

static void flush_frames(struct front *front)
{
	struct front_port *port;
	unsigned int queue, pending;

	for (port = front->ports; port; port = port->next) {
		for (queue = 0; port->tx_queues; queue++) {
			if (!(port->tx_queues & 1ULL << queue))
				continue;
			port->tx_queues &= ~(1ULL << queue);
			/* What an error leaves in the ring may yet go out. */
			(void)afxdp_tx_flush(port->afxdp, queue, &pending);
			if (pending)
				port->tx_pending |= 1ULL << queue;
		}
	}
}

void front_flush_pending(struct front *front)
{
	struct front_port *port;

	for (port = front->ports; port; port = port->next) {
		port->tx_queues |= port->tx_pending;
		port->tx_pending = 0;
	}
	flush_frames(front);
}

void front_read_link(void *arg, uint32_t events)
{
	struct front *front = arg;
	struct ipc_datagram in[FRONT_BATCH];
	enum drop_reason reason, trust;
	int n, i;

	(void)events;
	do {
		n = ipc_link_recv(front->link, in, FRONT_BATCH);
		if (n == -ECONNREFUSED) {
			metrics_count(&front->metrics, METRIC_IPC_REFUSED, 1);
			ipc_peer_refused(front->peer, loop_now(front->loop));
			front_log_peer(front);
		}
		if (n <= 0)
			break;
		metrics_count(&front->metrics, METRIC_IPC_RX, (uint64_t)n);
		ipc_peer_heard(front->peer);
		trust = ipc_peer_check(front->peer, loop_now(front->loop));
		for (i = 0; i < n; i++) {
			reason = trust == DROP_NONE
					 ? handle_answer(front, &in[i])
					 : trust;
			if (reason != DROP_NONE)
				front_drop(front, reason, &in6addr_loopback);
		}
	} while (ipc_link_has_pending(front->link));
	flush_frames(front);
	front_flush_socket(front);
}
