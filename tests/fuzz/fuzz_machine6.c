/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server can say to a DHCPv6 client, and when. The input is a list: an
 * octet with an event, an octet of seconds, two with a length, a message.
 * Messages get the transaction id that the client waits for, which a fuzzer
 * would never find. Whatever is said: what is held has not ended, 4o6 goes
 * where what is in use says, and each message can be decoded by a server.
 */
#include <stdlib.h>
#include <string.h>

#include "../../daemon/client6/machine6.h"

#define EVENTS_MAX 64
#define YEAR_NS    (365 * 86400 * NS_PER_S) /* as long as one step may be */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct machine6_step step;
static struct client_lease6 lease;
static struct dhcp6_msg sent;
static struct dhcp6_server_msg heard;
static uint8_t sent_octets[MACHINE6_MESSAGE_MAX];
static struct machine6 *m;
static struct mono_time now;
static uint32_t drawn;

static void require(bool condition)
{
	if (!condition)
		abort();
}

static uint32_t draw(void *arg)
{
	(void)arg;
	drawn = drawn * 1664525 + 1013904223;
	return drawn;
}

static void check_message(void)
{
	if (!step.message_len)
		return;
	memcpy(sent_octets, step.message, step.message_len);
	require(dhcp6_decode_msg(wire_reader(sent_octets, step.message_len),
				 &sent) == DROP_NONE);
	require(sent.has_client_id && sent.has_elapsed);
}

static void check(void)
{
	enum machine6_state state = machine6_state(m);
	struct wall_time wall = { 0 };
	size_t i, k;

	check_message();
	machine6_lease(m, now, wall, &lease);
	require(lease.ia_count > 0 || !machine6_is_in_use(m));
	require(machine6_is_in_use(m) || !machine6_servers(m)->is_given);
	require(state != MACHINE6_STOPPED || step.wake.ns == 0);
	if (state == MACHINE6_STOPPED)
		return;
	for (i = 0; i < lease.ia_count; i++)
		for (k = 0; k < lease.ia[i].item_count; k++)
			require(lease.ia[i].item[k].starts.s +
					lease.ia[i].item[k].valid_s >=
				0);
}

static void handle(const struct machine6_event *event)
{
	machine6_handle(m, now, event, &step);
	check();
}

/* A message as the client would be waiting for it. */
static void hear(struct wire_reader in)
{
	struct machine6_event event = { .msg = &heard };
	static uint8_t octets[UINT16_MAX];
	size_t len = wire_left(&in);

	wire_get_mem(&in, octets, len);
	if (len >= DHCP6_HEADER_LEN && octets[0] != DHCP6_RECONFIGURE) {
		octets[1] = (uint8_t)(sent.xid >> 16);
		octets[2] = (uint8_t)(sent.xid >> 8);
		octets[3] = (uint8_t)sent.xid;
	}
	if (dhcp6_decode_server_msg(wire_reader(octets, len), &heard))
		return;
	event.kind = machine6_kind_of(&heard);
	handle(&event);
}

static void one_event(struct wire_reader *in)
{
	static const enum machine6_event_kind kinds[] = {
		MACHINE6_START,   MACHINE6_TIMER,     MACHINE6_LINK_DOWN,
		MACHINE6_LINK_UP, MACHINE6_RENEW,     MACHINE6_RELEASE,
		MACHINE6_STOP,    MACHINE6_DAD_FAILED
	};
	uint8_t what = wire_get_u8(in);
	uint8_t seconds = wire_get_u8(in);
	struct wire_reader message = wire_split(in, wire_get_u16(in));
	struct machine6_event event = { .kind = kinds[what % 8] };

	if (in->failed)
		return;
	now = mono_add_s(now, seconds);
	if (wire_left(&message)) {
		hear(message);
		return;
	}
	/* As a caller does: to the time that the machine wants. */
	if (event.kind == MACHINE6_TIMER && step.wake.ns > now.ns)
		now = step.wake.ns - now.ns > YEAR_NS
			      ? mono_add_s(now, YEAR_NS / NS_PER_S)
			      : step.wake;
	if (lease.ia_count && lease.ia[0].item_count)
		event.addr = lease.ia[0].item[0].addr;
	handle(&event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	static const struct machine6_wish wish[] = {
		{ .code = DHCP6_OPT_IA_NA, .iaid = 1 },
		{ .code = DHCP6_OPT_IA_PD, .iaid = 2 },
	};
	const struct machine6_config config = {
		.interface = "eth0",
		.duid = duid,
		.duid_len = sizeof(duid),
		.rapid_commit = true,
		.accept_reconfigure = true,
		.wish = wish,
		.wish_count = 2,
		.random = draw,
	};
	struct wire_reader in = wire_reader(data, len);
	int i;

	require(machine6_new(&m, &config) == 0);
	memset(&sent, 0, sizeof(sent));
	memset(&step, 0, sizeof(step));
	lease.ia_count = 0;
	drawn = 1;
	now = (struct mono_time){ 1000 * NS_PER_S };
	handle(&(struct machine6_event){ .kind = MACHINE6_START });
	for (i = 0; i < EVENTS_MAX && wire_left(&in) && !in.failed; i++)
		one_event(&in);
	machine6_free(m);
	return 0;
}
