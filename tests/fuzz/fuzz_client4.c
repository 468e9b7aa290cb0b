/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a v6 half, and through it any server, can say to a DHCPv4 client. The
 * input is a list: an octet with an event, an octet of seconds, two with a
 * length, a datagram. Answers get the transaction id and hardware address that
 * the client waits for, which a fuzzer would never find. Whatever is said, a
 * lease is in use only as long as it lasts, nothing is sent while it is down,
 * and each message can be encoded.
 */
#include <stdlib.h>
#include <string.h>

#include "../../daemon/client4/machine4.h"
#include "dhcp4o6/ipc/dialect_client.h"
#include "dhcp4o6/lease/client_merge.h"

#define EVENTS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct machine4 machine;
static struct machine4_step step;
static struct client_options merged;
static struct mono_time now;
static struct client4_identity identity;
static struct random_source source;

/* So that pieces of names are put beside those of the server. */
static const struct conf_option appended = {
	.universe = CONF_OPTIONS_DHCP4,
	.code = 119,
	.len = 3,
	.data = (const uint8_t *)"\1x\0",
};

static const struct client_conf_scope scope = {
	.options = { [CLIENT_CONF_APPEND] = &appended },
	.option_count = { [CLIENT_CONF_APPEND] = 1 },
	.times = { .timeout_s = 60,
		   .retry_s = 300,
		   .select_timeout_s = 1,
		   .reboot_s = 10,
		   .initial_interval_s = 4,
		   .backoff_cutoff_s = 64 },
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check(void)
{
	uint8_t octets[CLIENT4_QUERY_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct ipc_client_datagram d;

	require(!machine.is_held || machine.expire.ns > now.ns);
	require(machine.t1.ns <= machine.t2.ns &&
		machine.t2.ns <= machine.expire.ns);
	if (!step.sends)
		return;
	require(machine.is_up);
	client4_encode(&w, &identity, &scope, &step.query);
	require(!w.failed);
	require(ipc_client_decode_at_v6(wire_reader(octets, wire_len(&w)),
					&d) == DROP_NONE);
	require(d.kind == IPC_CLIENT_QUERY);
}

static struct wall_time wall(void)
{
	return (struct wall_time){ .s = 1700000000 + now.ns / NS_PER_S };
}

static void handle(enum machine4_event event)
{
	machine4_handle(&machine, event, now, wall(), &step);
	check();
}

static void answer(const struct ipc_client_datagram *d)
{
	static struct dhcp4_msg msg;

	if (dhcp4_decode_reply(d->message, &msg) != DROP_NONE)
		return;
	msg.xid = machine.xid;
	msg.hlen = identity.hlen;
	memcpy(msg.chaddr, identity.chaddr, sizeof(msg.chaddr));
	machine4_receive(&machine, &msg, &d->source, now, wall(), &step);
	check();
	if (machine.has_lease)
		client_options_merge(&scope, CONF_OPTIONS_DHCP4,
				     &machine.lease.options, NULL, &merged);
}

static void hear(struct wire_reader in)
{
	struct ipc_client_datagram d;

	if (ipc_client_decode_at_v4(in, &d) != DROP_NONE)
		return;
	if (d.kind == IPC_CLIENT_START)
		handle(MACHINE4_ON_START);
	else if (d.kind == IPC_CLIENT_STOP)
		handle(MACHINE4_ON_STOP);
	else
		answer(&d);
}

static void begin(void)
{
	const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	const struct client4_link link = { 1, mac, sizeof(mac) };
	const struct siphash_key key = { { 1, 2 } };
	const struct machine4_setup setup = { .interface = "eth0",
					      .identity = &identity,
					      .scope = &scope,
					      .random = &source,
					      .probes = true,
					      .release_wait_s = 10 };

	now.ns = NS_PER_S;
	source = random_source(&key);
	require(client4_identify(&identity, &link, 1, mac, sizeof(mac)) == 0);
	machine4_init(&machine, &setup, NULL, now, wall());
	handle(MACHINE4_ON_TIMER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct wire_reader in = wire_reader(data, len);
	unsigned int i;

	begin();
	for (i = 0; i < EVENTS_MAX && wire_left(&in); i++) {
		uint8_t event = wire_get_u8(&in);
		uint8_t s = wire_get_u8(&in);
		uint16_t size = wire_get_u16(&in);
		struct wire_reader datagram;

		now = mono_add_s(now, s);
		if (event < MACHINE4_EVENT_COUNT)
			handle((enum machine4_event)event);
		if (size > wire_left(&in))
			size = (uint16_t)wire_left(&in);
		datagram = wire_split(&in, size);
		hear(datagram);
	}
	return 0;
}
