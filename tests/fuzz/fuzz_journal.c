/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary octets as a journal. Input that begins with octet 0 is the file as
 * it is; else it is cut into batches whose checksums are made right, so that
 * what lies behind them is reached too. Whatever opens must serve: a batch put
 * behind it has to be there when it is opened again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/lease/journal_format.h"
#include "../support/journal_fixture.h"
#include "../support/simdisk.h"
#include "dhcp4o6/lease/lease_record.h"
#include "dhcp4o6/wire/wire.h"

#define PATH     "/leases"
#define FILE_MAX (64U << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Input after octet 0: batches of length (2), count (1), skew (1), payload. */
static size_t make_file(const uint8_t *data, size_t size, uint8_t *file)
{
	struct wire_reader in = wire_reader(data, size);
	struct journal_header header = { .file_id = 42 };
	size_t len = JOURNAL_HEADER_LEN;
	struct journal_frame frame = { 0 };

	journal_header_encode(&header, file);
	while (wire_left(&in) >= 4) {
		uint8_t skew;

		frame.payload_len = wire_get_u16(&in);
		frame.count = wire_get_u8(&in);
		skew = wire_get_u8(&in);
		if (frame.payload_len > wire_left(&in))
			frame.payload_len = (uint32_t)wire_left(&in);
		if (len + JOURNAL_FRAME_LEN + frame.payload_len > FILE_MAX)
			break;
		frame.seq += skew < 0xf0 ? 1 : skew - 0xf0;
		frame.flags = skew & 1;
		memcpy(file + len + JOURNAL_FRAME_LEN,
		       wire_take(&in, frame.payload_len), frame.payload_len);
		journal_frame_encode(header.file_id, &frame, file + len);
		len += JOURNAL_FRAME_LEN + frame.payload_len;
	}
	return len;
}

/* Whatever was read can be written, and is then the same. */
static int visit(void *arg, const struct lease *lease)
{
	uint8_t octets[LEASE_RECORD_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct wire_reader r;
	struct lease back;

	if (lease_encode(lease, &w))
		abort();
	r = wire_reader(octets, wire_len(&w));
	if (lease_decode(&r, &back) || !lease_is_same_key(lease, &back) ||
	    back.client_id_len != lease->client_id_len ||
	    back.iaid != lease->iaid ||
	    back.replay_mark != lease->replay_mark ||
	    back.relay_ports_len != lease->relay_ports_len ||
	    strcmp(back.ifname, lease->ifname))
		abort();
	return lease->kind == LEASE_DHCP4 ? fixture_visit(arg, lease) : 0;
}

static void serve(const struct journal_options *options)
{
	struct fixture_found found;
	struct lease_store *store;

	if (fixture_open(&store, PATH, options, NULL))
		return;
	memset(&found, 0, sizeof(found));
	(void)lease_store_load(store, visit, &found);
	if (!fixture_put(store, 1, UINT32_MAX))
		abort();
	lease_store_close(store);
	if (fixture_open(&store, PATH, options, NULL))
		abort();
	memset(&found, 0, sizeof(found));
	if (!lease_store_load(store, visit, &found) &&
	    found.version[1] != UINT32_MAX)
		abort();
	lease_store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_options options;
	struct simdisk *sim;
	uint8_t *file;
	size_t len;

	if (size < 2 || size > FILE_MAX)
		return 0;
	sim = simdisk_new(1);
	options = fixture_options(simdisk_disk(sim));
	file = malloc(FILE_MAX);
	if (!file)
		abort();
	len = size - 1;
	if (data[0])
		len = make_file(data + 1, size - 1, file);
	else
		memcpy(file, data + 1, len);
	simdisk_put(sim, PATH, file, len);
	free(file);
	serve(&options);
	simdisk_free(sim);
	return 0;
}
