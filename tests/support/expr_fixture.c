/* SPDX-License-Identifier: BSD-2-Clause */
#include "expr_fixture.h"

#define TEXT(text)                                        \
	{                                                 \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}

static const struct {
	enum conf_universe universe;
	uint32_t code;
	struct conf_data value;
} options[] = {
	{ CONF_OPTIONS_DHCP4, 12, TEXT("Abc") },
	{ CONF_OPTIONS_DHCP4, 55, TEXT("\1\3\6") },
	{ CONF_OPTIONS_DHCP4, 60, TEXT("PXEClient:Arch:00007") },
	{ CONF_OPTIONS_DHCP4, 61, TEXT("\1\0\x11\x22\xaa\xbb\xcc") },
	{ CONF_OPTIONS_DHCP4, 82, TEXT("\1\5port7\2\2\x0a\x0b\5\0") },
	{ CONF_OPTIONS_DHCP4, 93, TEXT("\0\7") },
	{ CONF_OPTIONS_DHCP4, 94, TEXT("") },
	{ CONF_OPTIONS_DHCP6, 1, TEXT("\0\3\0\1\2") },
};

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	size_t i;

	(void)ctx;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].universe != universe || options[i].code != code)
			continue;
		*value = options[i].value;
		return true;
	}
	return false;
}

/* clang-format off */
static const uint8_t message[240] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	[44] = 'b', 'o', 'o', 't',
	[108] = 'i', 'm', 'g',
};
/* clang-format on */

const struct conf_packet expr_packet = {
	.find_option = find_option,
	.message = { message, sizeof(message) },
	.htype = 1,
	.chaddr = TEXT("\0\x11\x22\xaa\xbb\xcc"),
	.is_known = true,
	.leased_address = TEXT("\x0a\0\0\7"),
	.host_decl_name = "printer",
	.lease_time_s = 3600,
};

const struct conf_packet expr_nothing;
