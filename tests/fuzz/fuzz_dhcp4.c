/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCPv4 message. What decodes is written anew, option by option, and must
 * decode to the same options.
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4.h"

#define OUT_SIZE (1U << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dhcp4_msg first;
static struct dhcp4_msg second;

static struct wire_reader rewrite(uint8_t *out)
{
	struct wire_writer w = wire_writer(out, OUT_SIZE);
	struct dhcp4_header header = {
		.op = first.op,
		.htype = first.htype,
		.hlen = first.hlen,
		.xid = first.xid,
		.flags = first.flags,
		.ciaddr = first.ciaddr,
		.yiaddr = first.yiaddr,
		.siaddr = first.siaddr,
		.giaddr = first.giaddr,
		.chaddr = first.chaddr,
	};
	unsigned int code;

	dhcp4_begin(&w, &header);
	for (code = 1; code < DHCP4_OPT_END; code++) {
		struct dhcp4_option opt = dhcp4_option(&first, (uint8_t)code);

		if (opt.data)
			dhcp4_put_option(&w, (uint8_t)code, opt.data, opt.len);
	}
	dhcp4_end(&w, 0, DHCP4_MIN_REPLY_LEN);
	if (w.failed)
		abort();
	return wire_reader(out, wire_len(&w));
}

static void compare(void)
{
	unsigned int code;

	for (code = 0; code < 256; code++) {
		struct dhcp4_option a = dhcp4_option(&first, (uint8_t)code);
		struct dhcp4_option b = dhcp4_option(&second, (uint8_t)code);

		if (!a.data != !b.data || a.len != b.len)
			abort();
		if (a.len && memcmp(a.data, b.data, a.len))
			abort();
	}
	if (first.type != second.type || first.xid != second.xid ||
	    memcmp(first.chaddr, second.chaddr, sizeof(first.chaddr)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[OUT_SIZE];
	struct wire_reader in = wire_reader(data, size);

	if (dhcp4_decode_request(in, &first) == DROP_NONE) {
		if (dhcp4_decode_request(rewrite(out), &second))
			abort();
		compare();
	}
	if (dhcp4_decode_reply(in, &first) == DROP_NONE) {
		if (dhcp4_decode_reply(rewrite(out), &second))
			abort();
		compare();
	}
	return 0;
}
