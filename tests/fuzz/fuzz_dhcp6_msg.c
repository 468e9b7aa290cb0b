/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A datagram to a DHCPv6 server, decoded and judged; every part that the
 * decoder points to is read. What it found is written as a reply in the mirror
 * of the relays, which must unwrap to the same chain.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6_msg.h"

#define OUT_SIZE (1U << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dhcp6_envelope forward;
static struct dhcp6_envelope reply;
static volatile unsigned int sink;

static void read_all(struct wire_reader r)
{
	while (wire_left(&r))
		sink += wire_get_u8(&r);
}

static void check_items(const struct dhcp6_msg *msg)
{
	unsigned int i, seen = 0;

	for (i = 0; i < msg->ia_count; i++) {
		if (msg->ia[i].first_item != seen)
			abort();
		seen += msg->ia[i].item_count;
	}
	if (seen != msg->item_count || seen > DHCP6_IA_ITEMS_MAX)
		abort();
	for (i = 0; i < msg->item_count; i++)
		if (msg->item[i].prefix_len > 128)
			abort();
}

static void put_ia(struct wire_writer *w, const struct dhcp6_msg *msg,
		   const struct dhcp6_ia *ia)
{
	size_t at = dhcp6_open_option(w, ia->code);
	unsigned int i;

	wire_put_u32(w, ia->iaid);
	wire_put_u32(w, ia->t1_s);
	wire_put_u32(w, ia->t2_s);
	for (i = 0; i < ia->item_count; i++)
		dhcp6_put_option(w, DHCP6_OPT_IAADDR,
				 &msg->item[ia->first_item + i], 16);
	dhcp6_put_status(w, DHCP6_STATUS_NO_BINDING, "none");
	dhcp6_close_option(w, at);
}

static void check_reply(const struct dhcp6_msg *msg)
{
	static uint8_t out[OUT_SIZE];
	struct wire_writer w = wire_writer(out, sizeof(out));
	struct dhcp6_reply begun;
	unsigned int i;

	dhcp6_begin_reply(&w, &forward, DHCP6_REPLY, msg->xid, &begun);
	for (i = 0; i < msg->ia_count; i++)
		put_ia(&w, msg, &msg->ia[i]);
	dhcp6_end_reply(&w, &begun);
	if (w.failed)
		return;
	if (dhcp6_unwrap_reply(wire_reader(out, wire_len(&w)), &reply) ||
	    reply.relay_count != forward.relay_count ||
	    reply.inner_type != DHCP6_REPLY ||
	    reply.inner.pos != out + begun.start)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	struct dhcp6_msg msg;

	if (dhcp6_unwrap(wire_reader(data, size), DHCP6_RELAY_DEPTH_MAX,
			 &forward) ||
	    dhcp6_decode_msg(forward.inner, &msg))
		return 0;
	sink += dhcp6_validate_for_server(&msg, duid, sizeof(duid));
	sink += dhcp6_is_requested(&msg, DHCP6_OPT_DHCP4O6_SERVER);
	read_all(msg.client_id);
	read_all(msg.server_id);
	read_all(msg.oro);
	read_all(msg.fqdn);
	read_all(msg.options);
	check_items(&msg);
	check_reply(&msg);
	return 0;
}
