/* SPDX-License-Identifier: BSD-2-Clause */
/* client_encode - the messages of simulated clients and their relays. */
#include "client_internal.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

#define OPT_VENDOR_CLASS 60

struct option_set {
	uint8_t prl[24];
	uint8_t prl_len;
	bool host_name;
	bool vendor_class;
	uint16_t max_size;   /* 0: option 57 is not sent */
	uint16_t padded_len; /* of the DHCPv4 message */
};

/* As real clients send them: dhclient, udhcpc, systemd-networkd, CPEs. */
static const struct option_set option_sets[] = {
	{ .prl = { 1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42 },
	  .prl_len = 13,
	  .host_name = true,
	  .padded_len = 300 },
	{ .prl = { 1, 3, 6, 12, 15, 28, 42 },
	  .prl_len = 7,
	  .vendor_class = true,
	  .max_size = 576,
	  .padded_len = 300 },
	{ .prl = { 1, 3, 12, 15, 6, 26, 33, 121, 42, 119, 120 },
	  .prl_len = 11,
	  .host_name = true,
	  .max_size = 1472 },
	{ .prl = { 1, 2, 3, 6, 15, 42, 43, 51, 54, 58, 59, 66, 67, 121, 125 },
	  .prl_len = 15,
	  .vendor_class = true,
	  .max_size = 1280 },
	{ .prl = { 1, 3, 6 }, .prl_len = 3 },
};

#define OPTION_SET_COUNT (sizeof(option_sets) / sizeof(option_sets[0]))

static const struct option_set *options_of(const struct bench_plan *plan,
					   uint32_t index)
{
	uint32_t random = client_scatter(~(index ^ plan->seed));

	return &option_sets[plan->uniform ? 0 : random % OPTION_SET_COUNT];
}

static void put_addresses(struct wire_writer *w,
			  const struct bench_client *client)
{
	if (client->state != CLIENT_REQUESTED)
		return;
	dhcp4_put_addr(w, DHCP4_OPT_REQUESTED_ADDRESS, client->addr);
	if (client->server_id.s_addr)
		dhcp4_put_addr(w, DHCP4_OPT_SERVER_IDENTIFIER,
			       client->server_id);
}

static void put_dhcp4(const struct population *pop, uint32_t index,
		      struct wire_writer *w)
{
	const struct bench_client *client = &pop->clients[index];
	const struct option_set *set = options_of(&pop->plan, index);
	uint8_t chaddr[DHCP4_CHADDR_LEN] = { 0 };
	struct dhcp4_header header = { .op = DHCP4_BOOTREQUEST,
				       .htype = HTYPE_ETHERNET,
				       .hlen = 6,
				       .xid = client_xid(pop, index),
				       .chaddr = chaddr };
	size_t message_at = wire_len(w);
	uint8_t id[64];
	char name[32];
	size_t len;

	client_hardware(&pop->plan, index, chaddr);
	if (client->state == CLIENT_RENEWING)
		header.ciaddr = client->addr;
	dhcp4_begin(w, &header);
	dhcp4_put_u8(w, DHCP4_OPT_MESSAGE_TYPE,
		     client->state == CLIENT_DISCOVERED ? DHCP4_DISCOVER
							: DHCP4_REQUEST);
	len = client_identifier(&pop->plan, index, id);
	if (len)
		dhcp4_put_option(w, DHCP4_OPT_CLIENT_IDENTIFIER, id, len);
	put_addresses(w, client);
	if (set->max_size) {
		const uint8_t size[2] = { (uint8_t)(set->max_size >> 8),
					  (uint8_t)set->max_size };

		dhcp4_put_option(w, DHCP4_OPT_MAX_MESSAGE_SIZE, size, 2);
	}
	if (set->host_name) {
		len = client_put_name(name, "cpe-", index);
		dhcp4_put_option(w, DHCP4_OPT_HOST_NAME, name, len);
	}
	if (set->vendor_class)
		dhcp4_put_option(w, OPT_VENDOR_CLASS, "dhcp4o6-bench", 13);
	dhcp4_put_option(w, DHCP4_OPT_PARAMETER_REQUEST_LIST, set->prl,
			 set->prl_len);
	dhcp4_end(w, message_at, set->padded_len);
}

/* Begins an option whose length is patched by end_option(). */
static size_t begin_option(struct wire_writer *w, uint16_t code)
{
	size_t at;

	wire_put_u16(w, code);
	at = wire_len(w);
	wire_put_u16(w, 0);
	return at;
}

static void end_option(struct wire_writer *w, size_t at)
{
	wire_patch_u16(w, at, (uint16_t)(wire_len(w) - at - 2));
}

/* The relay next to the client has level 0. */
static void put_relay_header(const struct bench_plan *plan, uint32_t index,
			     unsigned int level, struct wire_writer *w)
{
	struct in6_addr link = { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0xff,
					      0xff } };
	struct in6_addr peer = { .s6_addr = { 0xfe, 0x80, [13] = 0x0f } };
	char id[CLIENT_INTERFACE_ID_LEN];

	if (level == 0) {
		client_link(plan, index, &link);
		client_peer(plan, index, &peer);
	} else {
		link.s6_addr[15] = (uint8_t)level;
		peer.s6_addr[15] = (uint8_t)level;
	}
	wire_put_u8(w, DHCP6_RELAY_FORW);
	wire_put_u8(w, (uint8_t)level); /* hop count */
	wire_put_mem(w, &link, sizeof(link));
	wire_put_mem(w, &peer, sizeof(peer));
	if (level == 0) {
		client_interface_id(index, id);
		dhcp6_put_option(w, DHCP6_OPT_INTERFACE_ID, id,
				 CLIENT_INTERFACE_ID_LEN);
	}
}

size_t client_encode(const struct population *pop, uint32_t index, uint8_t *out,
		     size_t size)
{
	const struct bench_client *client = &pop->clients[index];
	struct wire_writer w = wire_writer(out, size);
	size_t relay_at[CLIENT_LEVELS_MAX];
	unsigned int levels = pop->plan.levels;
	unsigned int level;
	size_t at;

	for (level = levels; level-- > 0;) {
		put_relay_header(&pop->plan, index, level, &w);
		relay_at[level] = begin_option(&w, DHCP6_OPT_RELAY_MSG);
	}
	wire_put_u8(&w, DHCP6_DHCPV4_QUERY);
	/* RFC 7341 section 8: U where DHCPv4 would unicast. */
	wire_put_u8(&w, client->state == CLIENT_RENEWING ? DHCP4O6_FLAG_UNICAST
							 : 0);
	wire_put_u16(&w, 0);
	at = begin_option(&w, DHCP6_OPT_DHCPV4_MSG);
	put_dhcp4(pop, index, &w);
	end_option(&w, at);
	for (level = 0; level < levels; level++)
		end_option(&w, relay_at[level]);
	return w.failed ? 0 : wire_len(&w);
}
