/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench_server.h"

#include <string.h>

enum drop_reason bench_query_decode(struct bench_query *query,
				    const uint8_t *data, size_t len)
{
	enum drop_reason why = dhcp6_unwrap(wire_reader(data, len),
					    DHCP6_HOP_COUNT_LIMIT, &query->env);

	if (why == DROP_NONE)
		why = dhcp4o6_decode(query->env.inner, DHCP6_DHCPV4_QUERY,
				     &query->msg);
	if (why == DROP_NONE)
		why = dhcp4_decode_request(query->msg.dhcpv4, &query->dhcp4);
	return why;
}

size_t bench_reply_encode(const struct bench_query *query,
			  const struct bench_reply *reply,
			  uint8_t out[BENCH_REPLY_MAX])
{
	struct wire_writer w = wire_writer(out, BENCH_REPLY_MAX);
	struct dhcp4_option id =
		dhcp4_option(&query->dhcp4, DHCP4_OPT_CLIENT_IDENTIFIER);
	const struct in_addr server = { .s_addr = htonl(0xc0000201) };
	uint8_t chaddr[DHCP4_CHADDR_LEN];
	uint8_t echo[255];
	struct dhcp4_header header = {
		.op = DHCP4_BOOTREPLY,
		.htype = query->dhcp4.htype,
		.hlen = query->dhcp4.hlen,
		.xid = query->dhcp4.xid ^ reply->xid_change,
		.yiaddr.s_addr = htonl(reply->addr),
		.chaddr = chaddr,
	};
	struct dhcp4o6_response response;
	size_t message_at;

	memcpy(chaddr, query->dhcp4.chaddr, sizeof(chaddr));
	chaddr[5] ^= reply->chaddr_change;
	dhcp4o6_begin_response(&w, &query->env, &response);
	message_at = wire_len(&w);
	dhcp4_begin(&w, &header);
	dhcp4_put_u8(&w, DHCP4_OPT_MESSAGE_TYPE, reply->type);
	dhcp4_put_addr(&w, DHCP4_OPT_SERVER_IDENTIFIER, server);
	dhcp4_put_u32(&w, DHCP4_OPT_LEASE_TIME, 3600);
	if (id.len && id.len <= sizeof(echo) && !reply->no_echo) {
		memcpy(echo, id.data, id.len);
		echo[id.len - 1] ^= reply->id_change;
		dhcp4_put_option(&w, DHCP4_OPT_CLIENT_IDENTIFIER, echo, id.len);
	}
	dhcp4_end(&w, message_at, DHCP4_MIN_REPLY_LEN);
	dhcp4o6_end_response(&w, &response);
	return w.failed ? 0 : wire_len(&w);
}
