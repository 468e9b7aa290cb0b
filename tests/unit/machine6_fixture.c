/* SPDX-License-Identifier: BSD-2-Clause */
/* machine6_fixture - a DHCPv6 client without a network. */
#include "machine6_fixture.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t our_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 0x77 };
static const uint8_t other_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 0x78 };

#define ADDRESS_IA                                                            \
	{                                                                     \
		.code = DHCP6_OPT_IA_NA, .iaid = WORLD6_IAID_NA, .t1_s = 900, \
		.t2_s = 1440, .item = { { "2001:db8::100", 1800, 3600, 0 } }, \
	}
#define PREFIX_IA                                                             \
	{                                                                     \
		.code = DHCP6_OPT_IA_PD, .iaid = WORLD6_IAID_PD, .t1_s = 900, \
		.t2_s = 1440,                                                 \
		.item = { { "2001:db8:100::/56", 1800, 3600, 0 } },           \
	}

const struct said said_advertise = {
	.type = DHCP6_ADVERTISE,
	.has_88 = true,
	.ia = { ADDRESS_IA },
};

const struct said said_reply = {
	.type = DHCP6_REPLY,
	.has_88 = true,
	.ia = { ADDRESS_IA },
};

const struct said said_both = {
	.type = DHCP6_REPLY,
	.has_88 = true,
	.ia = { ADDRESS_IA, PREFIX_IA },
};

const struct said said_information = {
	.type = DHCP6_REPLY,
	.has_88 = true,
};

static uint32_t draw(void *arg)
{
	return (uint32_t)(rng_next(arg) >> 32);
}

struct world6 *world6_open(enum world6_kind kind, uint64_t seed)
{
	struct world6 *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->rng.state = seed * 2 + 1;
	w->now = mono_add_s((struct mono_time){ 0 }, 1000);
	w->wish[0] = (struct machine6_wish){ .code = DHCP6_OPT_IA_NA,
					     .iaid = WORLD6_IAID_NA };
	w->wish[1] = (struct machine6_wish){ .code = DHCP6_OPT_IA_PD,
					     .iaid = WORLD6_IAID_PD };
	w->config = (struct machine6_config){
		.interface = "eth7",
		.duid = our_duid,
		.duid_len = sizeof(our_duid),
		.stateless = kind == WORLD6_STATELESS,
		.accept_reconfigure = true,
		.decline_wait_s = 10,
		.wish = w->wish,
		.wish_count = kind == WORLD6_BOTH ? 2 : 1,
		.random = draw,
		.random_arg = &w->rng,
	};
	assert_int_equal(machine6_new(&w->m, &w->config), 0);
	return w;
}

void world6_reopen(struct world6 *w)
{
	machine6_free(w->m);
	assert_int_equal(machine6_new(&w->m, &w->config), 0);
}

void world6_close(struct world6 *w)
{
	machine6_free(w->m);
	free(w);
}

static void note_message(struct world6 *w)
{
	struct wire_reader in;

	if (!w->step.message_len)
		return;
	w->sent++;
	w->byte_count = w->step.message_len;
	memcpy(w->bytes, w->step.message, w->byte_count);
	in = wire_reader(w->bytes, w->byte_count);
	assert_int_equal(dhcp6_decode_msg(in, &w->last), DROP_NONE);
}

static void handle(struct world6 *w, const struct machine6_event *event)
{
	machine6_handle(w->m, w->now, event, &w->step);
	note_message(w);
}

void world6_event(struct world6 *w, enum machine6_event_kind kind)
{
	handle(w, &(struct machine6_event){ .kind = kind });
}

void world6_dad_failed(struct world6 *w, const char *addr)
{
	struct machine6_event event = { .kind = MACHINE6_DAD_FAILED };

	assert_int_equal(inet_pton(AF_INET6, addr, &event.addr), 1);
	handle(w, &event);
}

void world6_tick(struct world6 *w)
{
	assert_true(w->step.wake.ns != 0);
	if (w->step.wake.ns > w->now.ns)
		w->now = w->step.wake;
	world6_event(w, MACHINE6_TIMER);
}

void world6_until_sent(struct world6 *w)
{
	int i;

	for (i = 0; i < 100; i++) {
		world6_tick(w);
		if (w->step.message_len)
			return;
	}
	fail_msg("nothing is sent");
}

void world6_expect(struct world6 *w, uint8_t type)
{
	if (!w->step.message_len)
		world6_until_sent(w);
	assert_int_equal(w->last.type, type);
}

void world6_wait_s(struct world6 *w, int64_t s)
{
	w->now = mono_add_s(w->now, s);
	world6_event(w, MACHINE6_TIMER);
}

bool world6_holds(struct world6 *w, const char *text)
{
	struct client_lease6 *lease = calloc(1, sizeof(*lease));
	struct in6_addr addr;
	bool is_held = false;
	size_t i, k;

	assert_non_null(lease);
	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	machine6_lease(w->m, w->now, (struct wall_time){ WORLD6_WALL_S },
		       lease);
	for (i = 0; i < lease->ia_count; i++)
		for (k = 0; k < lease->ia[i].item_count; k++)
			is_held |= IN6_ARE_ADDR_EQUAL(
				&lease->ia[i].item[k].addr, &addr);
	free(lease);
	return is_held;
}

/* ---- What a server says ---- */

static void put_said_item(struct wire_writer *w, uint16_t ia_code,
			  const struct said_item *said)
{
	bool is_prefix = ia_code == DHCP6_OPT_IA_PD;
	size_t at = dhcp6_open_option(w, is_prefix ? DHCP6_OPT_IAPREFIX
						   : DHCP6_OPT_IAADDR);
	char copy[INET6_ADDRSTRLEN + 4] = "";
	struct in6_addr addr;
	char *slash;

	strncpy(copy, said->addr, sizeof(copy) - 1);
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	assert_int_equal(inet_pton(AF_INET6, copy, &addr), 1);
	if (!is_prefix)
		wire_put_mem(w, &addr, sizeof(addr));
	wire_put_u32(w, said->preferred_s);
	wire_put_u32(w, said->valid_s);
	if (is_prefix) {
		assert_non_null(slash);
		wire_put_u8(w, (uint8_t)atoi(slash + 1));
		wire_put_mem(w, &addr, sizeof(addr));
	}
	if (said->status)
		dhcp6_put_status(w, said->status, "item");
	dhcp6_close_option(w, at);
}

static void put_said_ia(struct wire_writer *w, const struct said_ia *said)
{
	size_t at = dhcp6_open_option(w, said->code);
	size_t i;

	wire_put_u32(w, said->iaid);
	wire_put_u32(w, said->t1_s);
	wire_put_u32(w, said->t2_s);
	for (i = 0; i < 4 && said->item[i].addr; i++)
		put_said_item(w, said->code, &said->item[i]);
	if (said->status)
		dhcp6_put_status(w, said->status, "ia");
	dhcp6_close_option(w, at);
}

static void put_servers(struct wire_writer *w, const struct said *said)
{
	struct in6_addr addr;
	size_t i, at;

	if (!said->has_88)
		return;
	at = dhcp6_open_option(w, DHCP6_OPT_DHCP4O6_SERVER);
	for (i = 0; i < 4 && said->server88[i]; i++) {
		assert_int_equal(inet_pton(AF_INET6, said->server88[i], &addr),
				 1);
		wire_put_mem(w, &addr, sizeof(addr));
	}
	dhcp6_close_option(w, at);
}

static void put_u32(struct wire_writer *w, uint16_t code, uint32_t v)
{
	size_t at;

	if (!v)
		return;
	at = dhcp6_open_option(w, code);
	wire_put_u32(w, v);
	dhcp6_close_option(w, at);
}

static void put_u8(struct wire_writer *w, uint16_t code, uint8_t v)
{
	if (v)
		dhcp6_put_option(w, code, &v, 1);
}

static void put_said(struct wire_writer *w, const struct said *said,
		     uint32_t xid)
{
	const uint8_t server[] = {
		0, 3, 0, 1, 2, 0, 0, 0, 1, said->server ? said->server : 1
	};
	size_t i, auth_at = 0;

	wire_put_u32(w, (uint32_t)said->type << 24 | xid);
	dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID,
			 said->wrong_client ? other_duid : our_duid,
			 sizeof(our_duid));
	dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, server, sizeof(server));
	if (said->rapid)
		dhcp6_put_option(w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	put_u8(w, DHCP6_OPT_PREFERENCE, said->preference);
	put_u8(w, DHCP6_OPT_RECONF_MSG, said->reconfigure);
	put_u32(w, DHCP6_OPT_SOL_MAX_RT, said->sol_max_rt_s);
	put_u32(w, DHCP6_OPT_INF_MAX_RT, said->inf_max_rt_s);
	put_u32(w, DHCP6_OPT_INFO_REFRESH_TIME, said->refresh_s);
	put_servers(w, said);
	if (said->status)
		dhcp6_put_status(w, said->status, "all");
	for (i = 0; i < 3 && said->ia[i].code; i++)
		put_said_ia(w, &said->ia[i]);
	if (said->key)
		dhcp6_put_rkap_key(w, said->replay, said->key);
	if (said->signed_by) {
		auth_at = dhcp6_put_rkap_hmac(w, said->replay);
		dhcp6_sign_rkap(w, 0, auth_at, said->signed_by);
	}
}

void world6_hear(struct world6 *w, const struct said *said)
{
	struct wire_writer out = wire_writer(w->heard, sizeof(w->heard));
	struct machine6_event event = { .msg = &w->msg };
	uint32_t xid = w->last.xid ^ (said->wrong_xid ? 1 : 0);

	put_said(&out, said, said->type == DHCP6_RECONFIGURE ? 0 : xid);
	assert_false(out.failed);
	assert_int_equal(
		dhcp6_decode_server_msg(wire_reader(w->heard, wire_len(&out)),
					&w->msg),
		DROP_NONE);
	event.kind = machine6_kind_of(&w->msg);
	handle(w, &event);
}

/* ---- Ways ---- */

static struct said as_advertise(const struct said *reply)
{
	struct said said = *reply;

	said.type = DHCP6_ADVERTISE;
	return said;
}

static const struct said *usual(const struct world6 *w)
{
	return w->config.wish_count == 2 ? &said_both : &said_reply;
}

void world6_bind(struct world6 *w)
{
	struct said advertise = as_advertise(usual(w));

	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_SOLICIT);
	advertise.preference = 255;
	world6_hear(w, &advertise);
	world6_expect(w, DHCP6_REQUEST);
	world6_hear(w, usual(w));
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
}

static void enter_unbound(struct world6 *w, enum machine6_state state)
{
	struct said advertise = as_advertise(usual(w));

	if (state == MACHINE6_WAITING)
		world6_event(w, MACHINE6_LINK_DOWN);
	world6_event(w, MACHINE6_START);
	if (state == MACHINE6_WAITING)
		return;
	if (!w->step.message_len)
		world6_until_sent(w);
	if (state == MACHINE6_REQUESTING) {
		advertise.preference = 255;
		world6_hear(w, &advertise);
	} else if (state == MACHINE6_INFORMED) {
		world6_hear(w, &said_information);
	}
}

static void enter_bound(struct world6 *w, enum machine6_state state)
{
	static const uint8_t key[DHCP6_RKAP_LEN] = "key of the world";
	struct said renewed = *usual(w);

	world6_bind(w);
	if (state == MACHINE6_CONFIRMING) {
		world6_event(w, MACHINE6_LINK_UP);
		if (!w->step.message_len)
			world6_until_sent(w);
	} else if (state == MACHINE6_RENEWING) {
		world6_until_sent(w);
	} else if (state == MACHINE6_REBINDING) {
		world6_wait_s(w, 1440);
	} else if (state == MACHINE6_RELEASING) {
		world6_event(w, MACHINE6_RELEASE);
	} else if (state == MACHINE6_DECLINING) {
		world6_dad_failed(w, "2001:db8::100");
	} else if (state == MACHINE6_INFORMING) {
		world6_event(w, MACHINE6_RENEW);
		renewed.key = key;
		renewed.replay = 1;
		world6_hear(w, &renewed);
		world6_hear(w, &(struct said){
				       .type = DHCP6_RECONFIGURE,
				       .reconfigure = DHCP6_INFORMATION_REQUEST,
				       .signed_by = key,
				       .replay = 2,
			       });
	}
}

void world6_enter(struct world6 *w, enum machine6_state state)
{
	switch (state) {
	case MACHINE6_STOPPED:
		break;
	case MACHINE6_WAITING:
	case MACHINE6_SOLICITING:
	case MACHINE6_REQUESTING:
	case MACHINE6_INFORMED:
		enter_unbound(w, state);
		break;
	case MACHINE6_INFORMING:
		if (w->config.stateless)
			enter_unbound(w, state);
		else
			enter_bound(w, state);
		break;
	default:
		enter_bound(w, state);
		break;
	}
	assert_int_equal(machine6_state(w->m), state);
}
