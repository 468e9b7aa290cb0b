/* SPDX-License-Identifier: BSD-2-Clause */
/* client - who simulated clients are, and the judge of answers to them. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client_internal.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

#define RFC4361_TYPE 255
#define DUID_LLT     1
#define DUID_EN      2
#define DUID_LL      3
#define DUID_UUID    4
#define ENTERPRISE   32473 /* for documentation, RFC 5612 */

struct verdict_info {
	const char *name;
	const char *text;
	bool fatal;
};

static const struct verdict_info verdicts[VERDICT_COUNT] = {
#define VERDICT_ROW(suffix, name_, text_, fatal_) \
	[VERDICT_##suffix] = { .name = name_, .text = text_, .fatal = fatal_ },
	VERDICT_TABLE(VERDICT_ROW)
#undef VERDICT_ROW
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *verdict_text(enum verdict verdict)
{
	return verdicts[verdict].text;
}

bool verdict_is_fatal(enum verdict verdict)
{
	return verdicts[verdict].fatal;
}

/* A bijection that scatters, so that neighbours have unlike properties. */
uint32_t client_scatter(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x7feb352dU;
	x ^= x >> 15;
	x *= 0x846ca68bU;
	return x ^ x >> 16;
}

int population_init(struct population *pop, const struct bench_plan *plan)
{
	uint32_t i;
	int err;

	*pop = (struct population){ .plan = *plan };
	pop->clients = calloc(plan->client_count, sizeof(*pop->clients));
	if (!pop->clients)
		return -ENOMEM;
	for (i = 0; i < plan->client_count; i++) {
		pop->clients[i].next = CLIENT_NONE;
		pop->clients[i].prev = CLIENT_NONE;
	}
	err = hmap_new(&pop->holders, plan->client_count);
	if (err)
		free(pop->clients);
	return err;
}

void population_fini(struct population *pop)
{
	hmap_free(pop->holders);
	free(pop->clients);
}

/* ---- who a client is ---- */

void client_hardware(const struct bench_plan *plan, uint32_t index,
		     uint8_t mac[6])
{
	mac[0] = 0x02; /* locally administered */
	mac[1] = (uint8_t)(plan->seed >> 8);
	mac[2] = (uint8_t)plan->seed;
	mac[3] = (uint8_t)(index >> 16);
	mac[4] = (uint8_t)(index >> 8);
	mac[5] = (uint8_t)index;
}

static void put_duid_en(struct wire_writer *w, const uint8_t mac[6],
			uint32_t random)
{
	wire_put_u16(w, DUID_EN);
	wire_put_u32(w, ENTERPRISE);
	wire_put_mem(w, mac, 6);
	wire_put_zero(w, random % 32);
}

size_t client_identifier(const struct bench_plan *plan, uint32_t index,
			 uint8_t id[64])
{
	uint32_t random = client_scatter(index ^ plan->seed);
	struct wire_writer w = wire_writer(id, 64);
	unsigned int kind = plan->uniform ? 0 : random % 6;
	uint8_t mac[6];

	client_hardware(plan, index, mac);
	if (kind == 5)
		return 0; /* known by its hardware address alone */
	if (kind == 4) {
		wire_put_u8(&w, HTYPE_ETHERNET);
		wire_put_mem(&w, mac, 6);
		return wire_len(&w);
	}
	wire_put_u8(&w, RFC4361_TYPE);
	wire_put_u32(&w, random); /* IAID */
	switch (kind) {
	case 0:
		wire_put_u16(&w, DUID_LL);
		wire_put_u16(&w, HTYPE_ETHERNET);
		wire_put_mem(&w, mac, 6);
		break;
	case 1:
		wire_put_u16(&w, DUID_LLT);
		wire_put_u16(&w, HTYPE_ETHERNET);
		wire_put_u32(&w, random ^ plan->seed);
		wire_put_mem(&w, mac, 6);
		break;
	case 2:
		wire_put_u16(&w, DUID_UUID);
		wire_put_u32(&w, random);
		wire_put_zero(&w, 6);
		wire_put_mem(&w, mac, 6);
		break;
	default:
		put_duid_en(&w, mac, random >> 8);
		break;
	}
	return wire_len(&w);
}

void client_link(const struct bench_plan *plan, uint32_t index,
		 struct in6_addr *link)
{
	uint64_t number = plan->links ? index % plan->links : 0;
	unsigned int shift = 128 - plan->link_prefix_len;
	unsigned int octet = 16 - shift / 8;
	uint64_t carry = number << shift % 8;

	*link = plan->link_base;
	while (carry && octet > 0) {
		octet--;
		carry += link->s6_addr[octet];
		link->s6_addr[octet] = (uint8_t)carry;
		carry >>= 8;
	}
}

size_t client_put_name(char *out, const char *prefix, uint32_t index)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = strlen(prefix);
	int shift;

	memcpy(out, prefix, len);
	for (shift = 20; shift >= 0; shift -= 4)
		out[len++] = digits[index >> shift & 15];
	return len;
}

void client_interface_id(uint32_t index, char id[CLIENT_INTERFACE_ID_LEN])
{
	client_put_name(id, "bench/", index);
}

/* The client's link-local address, as a relay would see it. */
void client_peer(const struct bench_plan *plan, uint32_t index,
		 struct in6_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	addr->s6_addr[0] = 0xfe;
	addr->s6_addr[1] = 0x80;
	client_hardware(plan, index, addr->s6_addr + 10);
}

uint32_t client_xid(const struct population *pop, uint32_t index)
{
	return ((uint32_t)pop->clients[index].sequence << 24 | index) ^
	       client_scatter(pop->plan.seed);
}

bool client_begin(struct population *pop, uint32_t index, bool renew)
{
	struct bench_client *client = &pop->clients[index];

	if (renew && client->state != CLIENT_BOUND)
		return false;
	client->sequence++;
	client->state = renew ? CLIENT_RENEWING : CLIENT_DISCOVERED;
	client->tries = 0;
	client->started_ns = 0;
	return true;
}

void client_give_up(struct population *pop, uint32_t index)
{
	struct bench_client *client = &pop->clients[index];

	client->state =
		client->state == CLIENT_RENEWING ? CLIENT_BOUND : CLIENT_IDLE;
}

/* ---- what it is sent ---- */

static bool is_its_relay_chain(const struct bench_plan *plan, uint32_t index,
			       const struct dhcp6_envelope *env)
{
	const struct dhcp6_relay *relay = &env->relay[0];
	char id[CLIENT_INTERFACE_ID_LEN];
	struct in6_addr link;
	struct in6_addr peer;
	unsigned int level;

	if (env->relay_count != plan->levels)
		return false;
	if (plan->levels == 0)
		return true;
	for (level = 0; level < plan->levels; level++) {
		if (env->relay[level].hop_count != level)
			return false;
	}
	client_link(plan, index, &link);
	client_peer(plan, index, &peer);
	client_interface_id(index, id);
	return IN6_ARE_ADDR_EQUAL(&relay->link_address, &link) &&
	       IN6_ARE_ADDR_EQUAL(&relay->peer_address, &peer) &&
	       relay->has_interface_id &&
	       wire_left(&relay->interface_id) == CLIENT_INTERFACE_ID_LEN &&
	       memcmp(relay->interface_id.pos, id, CLIENT_INTERFACE_ID_LEN) ==
		       0;
}

static bool is_held_by(const void *ctx, uint32_t handle, const void *key)
{
	const struct bench_client *clients = ctx;
	const struct in_addr *addr = key;

	return clients[handle].held.s_addr == addr->s_addr;
}

static uint64_t addr_hash(struct in_addr addr)
{
	return addr.s_addr * UINT64_C(0x9e3779b97f4a7c15);
}

static void let_go(struct population *pop, uint32_t index)
{
	struct bench_client *client = &pop->clients[index];

	if (client->held.s_addr)
		hmap_remove(pop->holders, addr_hash(client->held), index);
	client->held.s_addr = 0;
}

/* A REQUEST was acknowledged: nobody else may hold the address. */
static enum verdict hold(struct population *pop, uint32_t index)
{
	struct bench_client *client = &pop->clients[index];
	uint64_t hash = addr_hash(client->addr);
	uint32_t holder = hmap_find(pop->holders, hash, is_held_by,
				    pop->clients, &client->addr);

	client->state = CLIENT_BOUND;
	if (holder == index)
		return VERDICT_ACK;
	let_go(pop, index);
	if (holder != HMAP_NONE) {
		client->state = CLIENT_IDLE;
		return VERDICT_DUPLICATE;
	}
	client->held = client->addr;
	if (hmap_insert(pop->holders, hash, index)) {
		client->held.s_addr = 0;
		pop->error = -ENOMEM;
	}
	return VERDICT_ACK;
}

/* Message types a state waits for are the only ones that change anything. */
static enum verdict advance(struct population *pop, uint32_t index,
			    const struct dhcp4_msg *msg)
{
	struct bench_client *client = &pop->clients[index];

	switch (client->state) {
	case CLIENT_DISCOVERED:
		if (msg->type != DHCP4_OFFER)
			return VERDICT_TYPE;
		if (!msg->yiaddr.s_addr)
			return VERDICT_ADDRESS;
		client->addr = msg->yiaddr;
		client->server_id =
			dhcp4_get_addr(msg, DHCP4_OPT_SERVER_IDENTIFIER);
		client->state = CLIENT_REQUESTED;
		return VERDICT_OFFER;
	case CLIENT_REQUESTED:
	case CLIENT_RENEWING:
		if (msg->type == DHCP4_OFFER)
			return VERDICT_EXTRA; /* from a second server, or late
					       */
		if (msg->type == DHCP4_NAK) {
			let_go(pop, index);
			client->state = CLIENT_IDLE;
			return VERDICT_NAK;
		}
		if (msg->yiaddr.s_addr != client->addr.s_addr)
			return VERDICT_ADDRESS;
		return hold(pop, index);
	default:
		return VERDICT_EXTRA;
	}
}

static enum verdict check_identity(const struct population *pop, uint32_t index,
				   const struct dhcp4_msg *msg, bool *no_echo)
{
	struct dhcp4_option echo =
		dhcp4_option(msg, DHCP4_OPT_CLIENT_IDENTIFIER);
	uint8_t mac[6];
	uint8_t id[64];
	size_t len;

	client_hardware(&pop->plan, index, mac);
	if (msg->hlen != 6 || memcmp(msg->chaddr, mac, 6) != 0)
		return VERDICT_HARDWARE;
	len = client_identifier(&pop->plan, index, id);
	*no_echo = len && !echo.data;
	if (echo.data && (echo.len != len || memcmp(echo.data, id, len) != 0))
		return VERDICT_CLIENT_ID;
	return VERDICT_ACK;
}

enum verdict client_accept(struct population *pop, struct wire_reader in,
			   uint32_t *index, bool *no_echo)
{
	struct dhcp6_envelope env;
	struct dhcp4o6_msg response;
	struct dhcp4_msg msg;
	enum verdict verdict;
	uint32_t xid;

	*index = CLIENT_NONE;
	*no_echo = false;
	if (dhcp6_unwrap_reply(in, &env) != DROP_NONE ||
	    env.inner_type != DHCP6_DHCPV4_RESPONSE ||
	    dhcp4o6_decode(env.inner, env.inner_type, &response) != DROP_NONE ||
	    dhcp4_decode_reply(response.dhcpv4, &msg) != DROP_NONE)
		return VERDICT_MALFORMED;
	xid = msg.xid ^ client_scatter(pop->plan.seed);
	if ((xid & 0xffffff) >= pop->plan.client_count)
		return VERDICT_STRANGER;
	*index = xid & 0xffffff;
	if (xid >> 24 != pop->clients[*index].sequence)
		return VERDICT_EXTRA;
	if (!is_its_relay_chain(&pop->plan, *index, &env))
		return VERDICT_RELAY;
	verdict = check_identity(pop, *index, &msg, no_echo);
	if (verdict != VERDICT_ACK)
		return verdict;
	return advance(pop, *index, &msg);
}
