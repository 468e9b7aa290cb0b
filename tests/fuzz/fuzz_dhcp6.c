/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A datagram to a server: unwrapped, decoded and answered. The answer must
 * unwrap to the same chain around the same DHCPv4 message.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6.h"

#define OUT_SIZE (1U << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dhcp6_envelope forward;
static struct dhcp6_envelope reply;

static bool same(const struct wire_reader *a, const struct wire_reader *b)
{
	size_t len = wire_left(a);

	return len == wire_left(b) && (!len || !memcmp(a->pos, b->pos, len));
}

static void compare_level(const struct dhcp6_relay *a,
			  const struct dhcp6_relay *b)
{
	if (a->hop_count != b->hop_count ||
	    memcmp(&a->link_address, &b->link_address, 16) ||
	    memcmp(&a->peer_address, &b->peer_address, 16) ||
	    a->has_interface_id != b->has_interface_id ||
	    a->has_relay_port != b->has_relay_port ||
	    !same(&a->interface_id, &b->interface_id) ||
	    !same(&a->relay_port, &b->relay_port))
		abort();
}

static void check_answer(struct wire_reader answer,
			 const struct wire_reader *dhcpv4)
{
	struct dhcp4o6_msg msg;
	unsigned int i;

	if (dhcp6_unwrap_reply(answer, &reply) ||
	    dhcp4o6_decode(reply.inner, DHCP6_DHCPV4_RESPONSE, &msg))
		abort();
	if (reply.relay_count != forward.relay_count || msg.unicast ||
	    !same(&msg.dhcpv4, dhcpv4))
		abort();
	for (i = 0; i < reply.relay_count; i++)
		compare_level(&forward.relay[i], &reply.relay[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[OUT_SIZE];
	struct wire_reader in = wire_reader(data, size);
	struct wire_writer w = wire_writer(out, sizeof(out));
	struct dhcp4o6_response resp;
	struct dhcp4o6_msg query;

	(void)dhcp6_unwrap_reply(in, &reply);
	if (dhcp6_unwrap(in, DHCP6_RELAY_DEPTH_MAX, &forward))
		return 0;
	if (dhcp4o6_decode(forward.inner, DHCP6_DHCPV4_QUERY, &query))
		return 0;
	dhcp4o6_begin_response(&w, &forward, &resp);
	wire_put_mem(&w, query.dhcpv4.pos, wire_left(&query.dhcpv4));
	dhcp4o6_end_response(&w, &resp);
	/* An answer is never longer than its query, so it always fits. */
	if (w.failed || wire_len(&w) > size)
		abort();
	check_answer(wire_reader(out, wire_len(&w)), &query.dhcpv4);
	return 0;
}
