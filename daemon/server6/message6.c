/* SPDX-License-Identifier: BSD-2-Clause */
/* message6 - one message of a DHCPv6 client: decode, decide, encode. */
#include <arpa/inet.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/net/udp6.h"
#include "reconf.h"

/* An answer is what the message named, what was chosen, and its options. */
#define ANSWER_EXTRA 8192
#define LOG_ITEMS    8 /* addresses and prefixes shown of one answer */

static struct front_way way_back(const struct dhcp6_envelope *env,
				 const struct ipc_slot *from)
{
	struct front_way way = {
		.peer = from->from.src,
		.sent_to = from->from.dst,
		.ifindex = from->ifindex,
		.port = DHCP6_PORT_CLIENT,
	};

	/* RFC 9915 section 19.2 and RFC 8357 section 5.2. */
	if (env->relay_count)
		way.port = env->relay[env->relay_count - 1].has_relay_port
				   ? from->from.src_port
				   : DHCP6_PORT_SERVER;
	return way;
}

static void add_items(struct strbuf *text, const struct decide6_answer *answer)
{
	char addr[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < answer->item_count && i < LOG_ITEMS; i++) {
		inet_ntop(AF_INET6, &answer->item[i].addr, addr, sizeof(addr));
		strbuf_printf(text, "%s%s", i ? "," : " leases=", addr);
		if (answer->item[i].prefix_len < 128)
			strbuf_printf(text, "/%u", answer->item[i].prefix_len);
	}
	if (i < answer->item_count)
		strbuf_printf(text, ",+%u", answer->item_count - i);
}

static void log_decision(const struct decide6_query *query,
			 const struct decide6_answer *answer)
{
	const struct wire_reader *duid = &query->msg->client_id;
	struct strbuf text = STRBUF_INIT;
	const char *type = dhcp6_msg_type_name(query->msg->type);
	const char *reply = dhcp6_msg_type_name(answer->reply_type);
	char source[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &query->source, source, sizeof(source));
	strbuf_printf(&text, "%s%s%s: client=", type ? type : "message",
		      answer->reply_type && reply ? " -> " : "",
		      answer->reply_type && reply ? reply : "");
	strbuf_add_hex(&text, duid->pos, wire_left(duid), ':');
	strbuf_printf(&text, " from=%s interface=%s network=%s", source,
		      query->ifname, answer->network ? answer->network : "-");
	add_items(&text, answer);
	log_info("%s", strbuf_text(&text));
	strbuf_fini(&text);
}

/* What is not a promise to be kept over a crash counts at once. */
static void count_decision(struct serve6 *serve,
			   const struct decide6_answer *answer)
{
	struct metrics *m = &serve->front->metrics;

	if (answer->refused_max)
		serve6_note_full(serve, loop_now(serve->front->loop));
	metrics_count(m, METRIC_LEASE6_OFFERED, answer->offered);
	metrics_count(m, METRIC_LEASE6_RELEASED, answer->released);
	metrics_count(m, METRIC_LEASE6_DECLINED, answer->declined);
	metrics_count(m, METRIC_LEASE6_REFUSED, answer->refused);
	metrics_count(m, METRIC_LEASE6_REFUSED_MAX, answer->refused_max);
	metrics_count(m, METRIC_LEASE6_OPTIONS_CUT, answer->options_dropped);
}

/* Keeps the answer until its batch is durable, or sends it now. */
static void place_answer(struct serve6 *serve,
			 const struct decide6_query *query,
			 const struct decide6_answer *answer,
			 const struct front_way *way, size_t len)
{
	struct serve6_batch *batch = serve->open;
	const struct serve6_answer placed = {
		.way = *way,
		.offset = batch->space.used,
		.len = len,
		.inner_type =
			query->envelope->relay_count ? answer->reply_type : 0,
		.created = answer->created,
		.renewed = answer->renewed,
	};

	if (!answer->staged) {
		serve6_send(serve, &placed, batch);
		return;
	}
	batch->answers[batch->answer_count++] = placed;
	batch->space.used += len;
}

static enum drop_reason answer_message(struct serve6 *serve,
				       const struct decide6_query *query,
				       const struct front_way *way)
{
	static struct decide6_answer answer; /* large; one thread decides */
	struct serve6_batch *batch = serve->open;
	struct wire_writer w;
	uint8_t *space;
	size_t room;

	decide6(&serve->decide, query, batch->txn, &answer);
	if (answer.drop != DROP_NONE)
		return answer.drop;
	reconf_heard(serve->reconf, query->msg->type, &query->msg->client_id);
	if (log_would(LOG_LEVEL_INFO))
		log_decision(query, &answer);
	if (!answer.reply_type) {
		count_decision(serve, &answer);
		return DROP_NONE;
	}
	room = serve->message_len + ANSWER_EXTRA;
	space = batch_space_reserve(&batch->space, room);
	if (!space)
		return DROP_NO_MEMORY;
	w = wire_writer(space, room);
	decide6_encode(&serve->decide, query, &answer, &w);
	if (w.failed)
		return DROP_REPLY_TOO_LONG;
	count_decision(serve, &answer);
	place_answer(serve, query, &answer, way, wire_len(&w));
	return DROP_NONE;
}

enum drop_reason serve6_handle(struct serve6 *serve,
			       const struct dhcp6_envelope *env,
			       const struct ipc_slot *from, size_t message_len)
{
	static struct dhcp6_msg msg; /* large; one thread decides */
	const struct privsep_interface *iface =
		hosts_find(serve->front->hosts, from->ifindex);
	struct decide6_query query = {
		.now = loop_now(serve->front->loop),
		.wall = wall_now(),
		.envelope = env,
		.msg = &msg,
		.ifname = iface ? iface->name : "",
		.source = from->from.src,
		.source_port = from->from.src_port,
		.is_unicast = !IN6_IS_ADDR_MULTICAST(&from->from.dst),
	};
	struct front_way way = way_back(env, from);
	enum drop_reason reason;

	reason = dhcp6_decode_msg(env->inner, &msg);
	if (reason == DROP_NONE && !serve->duid.len)
		reason = DROP_SERVER_DUID;
	if (reason == DROP_NONE)
		reason = serve6_join_batch(serve);
	if (reason != DROP_NONE)
		return reason;
	serve->message_len = message_len;
	return answer_message(serve, &query, &way);
}
