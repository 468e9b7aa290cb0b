/* SPDX-License-Identifier: BSD-2-Clause */
/* drop_reason - names and explanations, both from the one table. */
#include "dhcp4o6/wire/drop_reason.h"

struct row {
	const char *name;
	const char *text;
};

static const struct row rows[DROP_REASON_COUNT] = {
	[DROP_NONE] = { "none", "not dropped" },
#define DROP_REASON_ROW(suffix, name, text) [DROP_##suffix] = { name, text },
	DROP_REASON_TABLE(DROP_REASON_ROW)
#undef DROP_REASON_ROW
};

const char *drop_reason_name(enum drop_reason reason)
{
	if ((unsigned int)reason >= DROP_REASON_COUNT)
		return "unknown";
	return rows[reason].name;
}

const char *drop_reason_text(enum drop_reason reason)
{
	if ((unsigned int)reason >= DROP_REASON_COUNT)
		return "unknown reason";
	return rows[reason].text;
}
