/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any datagram at both halves of a client. What is accepted must be written
 * again octet by octet, and no datagram but a text means something to both.
 */
#include <stdlib.h>

#include "dhcp4o6/ipc/dialect_client.h"
#include "dhcp4o6/wire/dhcp4_proto.h"

#define SPACE 131072

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t space[SPACE];

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_same(const struct wire_writer *w, const uint8_t *data,
			 size_t len)
{
	require(!w->failed && wire_len(w) == len);
	require(!memcmp(w->start, data, len));
}

static void at_v6(const uint8_t *data, size_t len)
{
	struct wire_writer w = wire_writer(space, SPACE);
	struct ipc_client_datagram d;

	if (ipc_client_decode_at_v6(wire_reader(data, len), &d) != DROP_NONE)
		return;
	if (d.kind == IPC_CLIENT_QUERY) {
		require(d.message.pos == data && wire_left(&d.message) == len);
		require(d.unicast == (data[1] != 0));
		return;
	}
	require(d.kind == IPC_CLIENT_POLL);
	ipc_client_put_text(&w, d.kind);
	require_same(&w, data, len);
}

static void at_v4(const uint8_t *data, size_t len)
{
	struct wire_writer w = wire_writer(space, SPACE);
	struct ipc_client_datagram d;

	if (ipc_client_decode_at_v4(wire_reader(data, len), &d) != DROP_NONE)
		return;
	if (d.kind == IPC_CLIENT_RESPONSE) {
		require(wire_left(&d.message) >= DHCP4_FIXED_LEN);
		ipc_client_put_response(&w, d.message, &d.source);
	} else {
		require(d.kind == IPC_CLIENT_START ||
			d.kind == IPC_CLIENT_STOP);
		ipc_client_put_text(&w, d.kind);
	}
	require_same(&w, data, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	at_v6(data, len);
	at_v4(data, len);
	return 0;
}
