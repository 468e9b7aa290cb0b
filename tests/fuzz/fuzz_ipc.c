/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any datagram in every role: as a query at the v4 half, and as an answer in
 * each dialect at the v6 half. What is accepted must be written again in its
 * dialect, and read again as the same.
 */
#include <stdlib.h>

#include "dhcp4o6/ipc/dialect.h"

#define SPACE 131072

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t space_a[SPACE], space_b[SPACE], space_c[SPACE];

static void require(bool condition)
{
	if (!condition)
		abort();
}

static struct wire_reader written(const struct wire_writer *w)
{
	return wire_reader(w->start, wire_len(w));
}

static bool is_same_origin(const struct ipc_origin *a,
			   const struct ipc_origin *b)
{
	return a->dialect == b->dialect && a->relay_port == b->relay_port &&
	       a->source_port == b->source_port && a->token == b->token &&
	       !memcmp(a->ifname, b->ifname, sizeof(a->ifname)) &&
	       !memcmp(&a->source, &b->source, sizeof(a->source)) &&
	       !memcmp(&a->local, &b->local, sizeof(a->local));
}

static bool is_same_bytes(struct wire_reader a, struct wire_reader b)
{
	return wire_left(&a) == wire_left(&b) &&
	       (wire_left(&a) == 0 || !memcmp(a.pos, b.pos, wire_left(&a)));
}

static void as_query(struct wire_reader in)
{
	struct wire_writer w = wire_writer(space_a, SPACE);
	struct ipc_query query, again;

	if (ipc_decode_query(in, &query) != DROP_NONE)
		return;
	require(wire_left(&query.message) > 0);
	require(memchr(query.origin.ifname, 0, IPC_IFNAME_SIZE) != NULL);
	require(query.origin.ifname[0] != 0);
	require(ipc_encode_query(&w, &query) == DROP_NONE);
	if (w.failed) /* a level got longer than an option may be */
		return;
	require(ipc_decode_query(written(&w), &again) == DROP_NONE);
	require(is_same_origin(&query.origin, &again.origin));
}

static void as_answer(struct wire_reader in, enum ipc_dialect dialect)
{
	struct wire_writer plain = wire_writer(space_a, SPACE);
	struct wire_writer full = wire_writer(space_b, SPACE);
	struct wire_writer last = wire_writer(space_c, SPACE);
	struct ipc_answer answer, again;

	if (ipc_decode_answer(dialect, in, &answer) != DROP_NONE)
		return;
	if (wire_left(&answer.message) == 0) {
		require(dialect == IPC_DIALECT_NATIVE);
		return;
	}
	require(answer.port != 0);
	ipc_copy_message(&plain, &answer);
	require(!plain.failed);
	require(wire_len(&plain) <= wire_left(&answer.message));
	require(ipc_encode_answer(&full, &answer.origin, written(&plain)) ==
		DROP_NONE);
	if (full.failed)
		return;
	require(ipc_decode_answer(dialect, written(&full), &again) ==
		DROP_NONE);
	require(is_same_origin(&answer.origin, &again.origin));
	require(answer.port == again.port);
	ipc_copy_message(&last, &again);
	require(is_same_bytes(written(&plain), written(&last)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct wire_reader in = wire_reader(data, len);

	as_query(in);
	for (int d = 0; d < IPC_DIALECT_COUNT; d++)
		as_answer(in, (enum ipc_dialect)d);
	return 0;
}
