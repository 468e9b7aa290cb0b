/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp4o6/metrics/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dhcp4o6/wire/dhcp6_proto.h"

static json_int_t get_count(json_t *object, const char *group, const char *name)
{
	json_t *value = json_object_get(json_object_get(object, group), name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static json_t *to_json(const struct metrics *m)
{
	json_t *object = json_object();

	assert_non_null(object);
	assert_int_equal(
		metrics_to_json(m, METRICS_OF_SERVER4 | METRICS_OF_SERVER6,
				object),
		0);
	return object;
}

static void every_row_has_a_name_of_its_own(void **state)
{
	unsigned int i;
	unsigned int j;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++) {
		const struct metric_info *a = metric_describe((enum metric)i);

		assert_non_null(a);
		assert_true(*a->group && *a->name && *a->unit && *a->help);
		for (j = 0; j < i; j++) {
			const struct metric_info *b =
				metric_describe((enum metric)j);

			assert_false(!strcmp(a->group, b->group) &&
				     !strcmp(a->name, b->name));
		}
	}
	assert_null(metric_describe(METRIC_COUNT));
}

static void every_counter_and_drop_reason_is_shown(void **state)
{
	struct metrics m = { 0 };
	json_t *object;
	unsigned int i;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++)
		metrics_count(&m, (enum metric)i, 1000 + i);
	for (i = 1; i < DROP_REASON_COUNT; i++)
		m.drop[i] = 2000 + i;
	object = to_json(&m);
	for (i = 0; i < METRIC_COUNT; i++) {
		const struct metric_info *info =
			metric_describe((enum metric)i);

		assert_int_equal(get_count(object, info->group, info->name),
				 1000 + i);
	}
	for (i = 1; i < DROP_REASON_COUNT; i++)
		assert_int_equal(
			get_count(object, "drops",
				  drop_reason_name((enum drop_reason)i)),
			2000 + i);
	assert_int_equal(json_object_size(json_object_get(object, "drops")),
			 DROP_REASON_COUNT - 1);
	json_decref(object);
}

static void message_types_are_counted_by_name(void **state)
{
	struct metrics m = { 0 };
	json_t *object;
	json_t *dhcp4;
	json_t *dhcp6;

	(void)state;
	metrics_dhcp4_in(&m, DHCP4_DISCOVER);
	metrics_dhcp4_in(&m, DHCP4_DISCOVER);
	metrics_dhcp4_in(&m, 200);
	metrics_dhcp4_out(&m, DHCP4_OFFER);
	metrics_dhcp6_in(&m, DHCP6_DHCPV4_QUERY);
	metrics_dhcp6_in(&m, 34);
	metrics_dhcp6_in(&m, 255);
	metrics_dhcp6_out(&m, DHCP6_DHCPV4_RESPONSE);
	object = to_json(&m);
	dhcp4 = json_object_get(object, "dhcp4");
	dhcp6 = json_object_get(object, "dhcp6");
	assert_int_equal(get_count(dhcp4, "in", "DHCPDISCOVER"), 2);
	assert_int_equal(get_count(dhcp4, "in", "DHCPREQUEST"), 0);
	assert_int_equal(get_count(dhcp4, "in", "other"), 1);
	assert_int_equal(get_count(dhcp4, "out", "DHCPOFFER"), 1);
	assert_int_equal(get_count(dhcp6, "in", "DHCPV4-QUERY"), 1);
	assert_int_equal(get_count(dhcp6, "in", "type-34"), 1);
	assert_int_equal(get_count(dhcp6, "in", "other"), 1);
	assert_int_equal(get_count(dhcp6, "out", "DHCPV4-RESPONSE"), 1);
	assert_null(json_object_get(json_object_get(dhcp6, "in"), "SOLICIT"));
	json_decref(object);
}

static void expect_members(unsigned int which, const char *names)
{
	struct metrics m = { 0 };
	json_t *object = json_object();
	char found[128] = "";
	const char *name;
	json_t *group;

	assert_int_equal(metrics_to_json(&m, which, object), 0);
	json_object_foreach(object, name, group)
	{
		assert_true(json_is_object(group));
		strcat(found, name);
		strcat(found, " ");
	}
	assert_string_equal(found, names);
	json_decref(object);
}

/* Rows that a half cannot count are no news of it. */
static void each_half_shows_what_it_counts(void **state)
{
	(void)state;
	expect_members(0, "");
	expect_members(METRICS_OF_SERVER6,
		       "socket afxdp ipc leases6 dhcp6 drops ");
	expect_members(METRICS_OF_SERVER4, "ipc leases dhcp4 drops ");
}

static void a_reason_outside_the_table_does_no_harm(void **state)
{
	struct metrics m = { 0 };

	(void)state;
	metrics_drop(&m, DROP_REASON_COUNT);
	metrics_drop(&m, (enum drop_reason) - 1);
	metrics_drop(&m, DROP_NO_SUBNET);
	assert_int_equal(m.drop[0], 2);
	assert_int_equal(m.drop[DROP_NO_SUBNET], 1);
}

static void sums_add_every_field(void **state)
{
	struct metrics a;
	struct metrics b;
	const uint64_t *sum = (const uint64_t *)&a;
	uint64_t *values = (uint64_t *)&b;
	size_t i;

	(void)state;
	memset(&a, 0, sizeof(a));
	for (i = 0; i < sizeof(b) / sizeof(*values); i++)
		values[i] = i + 1;
	metrics_add(&a, &b);
	metrics_add(&a, &b);
	for (i = 0; i < sizeof(b) / sizeof(*values); i++)
		assert_int_equal(sum[i], 2 * (i + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_has_a_name_of_its_own),
		cmocka_unit_test(every_counter_and_drop_reason_is_shown),
		cmocka_unit_test(message_types_are_counted_by_name),
		cmocka_unit_test(each_half_shows_what_it_counts),
		cmocka_unit_test(a_reason_outside_the_table_does_no_harm),
		cmocka_unit_test(sums_add_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
