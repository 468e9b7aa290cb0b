/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame behind one octet that picks the checksum mode. What decodes is
 * framed anew and must decode to the same with the checksum verified.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/frame.h"

#define OUT_SIZE (1U << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct frame_addr *addr,
			const struct wire_reader *payload)
{
	static uint8_t out[OUT_SIZE];
	size_t header_len = frame_header_len(addr->vlan_count);
	size_t len = wire_left(payload);
	struct wire_reader again;
	struct frame_addr other;
	bool partial;

	if (len)
		memcpy(out + header_len, payload->pos, len);
	frame_encode(out, addr, 64, len);
	if (frame_decode(wire_reader(out, header_len + len),
			 FRAME_CHECKSUM_VERIFY, &other, &again, &partial))
		abort();
	if (partial || wire_left(&again) != len ||
	    (len && memcmp(again.pos, payload->pos, len)) ||
	    other.vlan_count != addr->vlan_count ||
	    other.src_port != addr->src_port ||
	    other.dst_port != addr->dst_port ||
	    memcmp(&other.src, &addr->src, sizeof(other.src)) ||
	    memcmp(&other.dst, &addr->dst, sizeof(other.dst)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_reader payload;
	struct frame_addr addr;
	bool partial;

	if (size == 0 || size > UINT16_MAX)
		return 0;
	if (frame_decode(wire_reader(data + 1, size - 1),
			 (enum frame_checksum)(data[0] % 3), &addr, &payload,
			 &partial) == DROP_NONE)
		check_again(&addr, &payload);
	return 0;
}
