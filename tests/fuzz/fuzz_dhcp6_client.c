/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A datagram to a DHCPv6 client, decoded and judged; every part that the
 * decoder points to is read. What it gave is asked for in a REQUEST, which the
 * decoder of servers must find to be the same.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dhcp6_server_msg msg;
static struct dhcp6_msg again;
static volatile unsigned int sink;

static void read_all(struct wire_reader r)
{
	while (wire_left(&r))
		sink += wire_get_u8(&r);
}

static void check_bounds(void)
{
	unsigned int i, seen = 0;

	for (i = 0; i < msg.ia_count; i++) {
		if (msg.ia[i].first_item != seen ||
		    (msg.ia[i].t2_s && msg.ia[i].t1_s > msg.ia[i].t2_s))
			abort();
		seen += msg.ia[i].item_count;
	}
	if (seen != msg.item_count || seen > DHCP6_IA_ITEMS_MAX)
		abort();
	for (i = 0; i < msg.item_count; i++)
		if (msg.item[i].prefix_len > 128 ||
		    msg.item[i].preferred_s > msg.item[i].valid_s)
			abort();
	if (msg.refresh_s < DHCP6_REFRESH_LEAST ||
	    msg.sol_max_rt_s > DHCP6_MAX_RT_MOST ||
	    msg.inf_max_rt_s > DHCP6_MAX_RT_MOST ||
	    msg.dhcp4o6.count > DHCP4O6_SERVERS_MAX)
		abort();
}

static void check_servers(void)
{
	struct dhcp4o6_servers same;

	dhcp4o6_decode_servers(
		wire_reader(msg.dhcp4o6.addr, msg.dhcp4o6.count * 16U), &same);
	same.is_given = msg.dhcp4o6.is_given;
	if (!dhcp4o6_servers_equal(&same, &msg.dhcp4o6))
		abort();
}

static void check_request(void)
{
	static uint8_t out[1U << 14];
	struct wire_writer w = wire_writer(out, sizeof(out));
	const uint16_t oro[] = { DHCP6_OPT_DHCP4O6_SERVER };
	const struct dhcp6_client_msg request = {
		.type = DHCP6_REQUEST,
		.xid = msg.xid,
		.client_id = msg.client_id.pos,
		.client_id_len = wire_left(&msg.client_id),
		.server_id = msg.server_id.pos,
		.server_id_len = wire_left(&msg.server_id),
		.has_oro = true,
		.oro = oro,
		.oro_count = 1,
		.elapsed_ms = msg.refresh_s,
		.ia = msg.ia,
		.ia_count = msg.ia_count,
		.item = msg.item,
	};
	unsigned int i;

	dhcp6_encode_client_msg(&w, &request);
	if (w.failed ||
	    dhcp6_decode_msg(wire_reader(out, wire_len(&w)), &again) ||
	    again.xid != msg.xid || again.ia_count != msg.ia_count ||
	    again.item_count != msg.item_count)
		abort();
	for (i = 0; i < msg.item_count; i++)
		if (!IN6_ARE_ADDR_EQUAL(&again.item[i].addr,
					&msg.item[i].addr) ||
		    again.item[i].valid_s != msg.item[i].valid_s)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	static const uint8_t key[DHCP6_RKAP_LEN] = { 1, 2, 3 };

	if (dhcp6_decode_server_msg(wire_reader(data, size), &msg))
		return 0;
	sink += dhcp6_validate_for_client(&msg, duid, sizeof(duid));
	read_all(msg.client_id);
	read_all(msg.server_id);
	read_all(msg.status_text);
	read_all(msg.options);
	if (msg.has_rkap)
		sink += dhcp6_verify_rkap(msg.whole, msg.rkap.value, key);
	check_bounds();
	check_servers();
	check_request();
	return 0;
}
