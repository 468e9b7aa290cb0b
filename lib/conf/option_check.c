// SPDX-License-Identifier: BSD-2-Clause
/* Options whose values RFCs limit. */
#include <inttypes.h>

#include "dhcp4o6/wire/wire.h"
#include "stmt.h"

static const struct {
	enum conf_universe universe;
	uint16_t code;
	uint32_t min;
	uint32_t max;
	const char *reference;
} limits[] = {
	{ CONF_OPTIONS_DHCP6, 32, 600, UINT32_MAX, "RFC 9915 section 21.23" },
	{ CONF_OPTIONS_DHCP6, 82, 60, 86400, "RFC 9915 section 21.24" },
	{ CONF_OPTIONS_DHCP6, 83, 60, 86400, "RFC 9915 section 21.25" },
};

void conf_option_check(struct conf_parser *p, const struct conf_option *option)
{
	struct wire_reader r = wire_reader(option->data, option->len);
	uint32_t value = wire_get_u32(&r);
	size_t i;

	if (r.failed || wire_left(&r) > 0)
		return;
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].universe == option->universe &&
		    limits[i].code == option->code &&
		    (value < limits[i].min || value > limits[i].max))
			conf_error(p, &p->keyword_pos,
				   "%" PRIu32 " is out of range: %" PRIu32
				   " to %" PRIu32 " seconds (%s)",
				   value, limits[i].min, limits[i].max,
				   limits[i].reference);
	}
}
