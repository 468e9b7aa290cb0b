/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics - names, sums and the JSON form of the counters. */
#include "dhcp4o6/metrics/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

static const struct metric_info infos[METRIC_COUNT] = {
#define METRIC_ROW(suffix, group_, name_, unit_, help_) \
	[METRIC_##suffix] = {                           \
		.group = group_,                        \
		.name = name_,                          \
		.unit = unit_,                          \
		.help = help_,                          \
	},
	METRIC_TABLE(METRIC_ROW)
#undef METRIC_ROW
};

/* The name of a message type; NULL when there is none. */
typedef const char *type_name(uint8_t type);

const struct metric_info *metric_describe(enum metric what)
{
	return (unsigned int)what < METRIC_COUNT ? &infos[what] : NULL;
}

static void add_array(uint64_t *sum, const uint64_t *values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		sum[i] += values[i];
}

void metrics_add(struct metrics *sum, const struct metrics *m)
{
	add_array(sum->value, m->value, METRIC_COUNT);
	add_array(sum->drop, m->drop, DROP_REASON_COUNT);
	add_array(sum->dhcp4_in, m->dhcp4_in, DHCP4_MSG_TYPE_COUNT);
	add_array(sum->dhcp4_out, m->dhcp4_out, DHCP4_MSG_TYPE_COUNT);
	add_array(sum->dhcp6_in, m->dhcp6_in, METRICS_DHCP6_TYPE_COUNT);
	add_array(sum->dhcp6_out, m->dhcp6_out, METRICS_DHCP6_TYPE_COUNT);
}

static int set_count(json_t *object, const char *name, uint64_t count)
{
	return json_object_set_new(object, name,
				   json_integer((json_int_t)count))
		       ? -ENOMEM
		       : 0;
}

/* The member `name` of object, made if it is not there; NULL: no memory. */
static json_t *get_group(json_t *object, const char *name)
{
	json_t *group = json_object_get(object, name);

	if (group)
		return group;
	if (json_object_set_new(object, name, json_object()))
		return NULL;
	return json_object_get(object, name);
}

static int put_values(const struct metrics *m, const char *name, json_t *group)
{
	size_t i;

	for (i = 0; i < METRIC_COUNT; i++) {
		if (strcmp(infos[i].group, name) == 0 &&
		    set_count(group, infos[i].name, m->value[i]))
			return -ENOMEM;
	}
	return 0;
}

static int put_drops(const struct metrics *m, const char *name, json_t *group)
{
	unsigned int i;

	(void)name;
	for (i = DROP_NONE + 1; i < DROP_REASON_COUNT; i++) {
		if (set_count(group, drop_reason_name((enum drop_reason)i),
			      m->drop[i]))
			return -ENOMEM;
	}
	return 0;
}

struct type_counts {
	const uint64_t *counts; /* by type; [0] is all others */
	size_t count;
	type_name *name;
	bool all; /* named types are given at 0, too */
};

static int put_types(json_t *into, const char *direction,
		     const struct type_counts *types)
{
	json_t *group = get_group(into, direction);
	size_t i;

	if (!group)
		return -ENOMEM;
	for (i = 1; i < types->count; i++) {
		const char *name = types->name((uint8_t)i);
		char number[32];

		if (!types->counts[i] && !(types->all && name))
			continue;
		if (!name) {
			snprintf(number, sizeof(number), "type-%zu", i);
			name = number;
		}
		if (set_count(group, name, types->counts[i]))
			return -ENOMEM;
	}
	if (!types->counts[0])
		return 0;
	return set_count(group, "other", types->counts[0]);
}

static int put_dhcp4(const struct metrics *m, const char *name, json_t *group)
{
	struct type_counts types = { .counts = m->dhcp4_in,
				     .count = DHCP4_MSG_TYPE_COUNT,
				     .name = dhcp4_msg_type_name,
				     .all = true };

	(void)name;
	if (put_types(group, "in", &types))
		return -ENOMEM;
	types.counts = m->dhcp4_out;
	return put_types(group, "out", &types);
}

static int put_dhcp6(const struct metrics *m, const char *name, json_t *group)
{
	struct type_counts types = { .counts = m->dhcp6_in,
				     .count = METRICS_DHCP6_TYPE_COUNT,
				     .name = dhcp6_msg_type_name };

	(void)name;
	if (put_types(group, "in", &types))
		return -ENOMEM;
	types.counts = m->dhcp6_out;
	return put_types(group, "out", &types);
}

static const struct {
	enum metrics_group bit;
	const char *name;
	int (*put)(const struct metrics *m, const char *name, json_t *group);
} groups[] = {
	{ METRICS_SOCKET, "socket", put_values },
	{ METRICS_AFXDP, "afxdp", put_values },
	{ METRICS_IPC, "ipc", put_values },
	{ METRICS_LEASES, "leases", put_values },
	{ METRICS_LEASES6, "leases6", put_values },
	{ METRICS_DHCP4, "dhcp4", put_dhcp4 },
	{ METRICS_DHCP6, "dhcp6", put_dhcp6 },
	{ METRICS_DROPS, "drops", put_drops },
};

int metrics_to_json(const struct metrics *m, unsigned int which, json_t *into)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		json_t *group;

		if (!(which & groups[i].bit))
			continue;
		group = get_group(into, groups[i].name);
		if (!group || groups[i].put(m, groups[i].name, group))
			return -ENOMEM;
	}
	return 0;
}
