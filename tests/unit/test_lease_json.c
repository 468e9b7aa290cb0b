/* SPDX-License-Identifier: BSD-2-Clause */
/* lease_json - filters of `leases', and what a lease looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "../../daemon/common/lease_json.h"

static void octets_are_read_with_and_without_separators(void **state)
{
	static const char *const texts[] = { "0001aBff", "00:01:ab:FF",
					     "00-01-ab-ff", "00 01.ab:ff" };
	uint8_t out[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memset(out, 0x55, sizeof(out));
		assert_int_equal(lease_hex_parse(texts[i], out, 4), 4);
		assert_memory_equal(out, "\0\1\253\377", 4);
	}
}

static void what_is_no_octets_or_too_many_is_refused(void **state)
{
	static const char *const texts[] = { "",     "0",     "0g",
					     "00:1", "00:0x", "0001020304",
					     "::" };
	uint8_t out[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(lease_hex_parse(texts[i], out, 4), 0);
}

static void prefixes_need_an_address_and_a_length_that_fits(void **state)
{
	static const char *const wrong[] = {
		"10.0.0.0",      "10.0.0.0/",   "10.0.0.0/33", "10.0.0/8",
		"10.0.0.0/8x",   "10.0.0.0/-1", "/8",          "10.0.0.0/ 8",
		"2001:db8::/32", "10.0.0.0/+8",
	};
	struct in6_addr addr6;
	struct in_addr addr;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(lease_prefix_parse(AF_INET, wrong[i], &addr),
				 -1);
	assert_int_equal(lease_prefix_parse(AF_INET, "10.0.0.0/0", &addr), 0);
	assert_int_equal(lease_prefix_parse(AF_INET, "10.0.0.0/32", &addr), 32);
	assert_int_equal(lease_prefix_parse(AF_INET6, "::/128", &addr6), 128);
	assert_int_equal(lease_prefix_parse(AF_INET6, "::/129", &addr6), -1);
	assert_int_equal(lease_prefix_parse(AF_INET6, "10.0.0.0/8", &addr6),
			 -1);
}

static void states_have_the_names_that_are_shown(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < LEASE_STATE_COUNT; i++)
		assert_int_equal(lease_state_parse(
					 lease_state_name((enum lease_state)i)),
				 i);
	assert_int_equal(lease_state_parse("asleep"), -1);
}

/* How many relays are shown of a path. */
static size_t relays_of(uint8_t kind, const uint8_t *path, uint16_t len)
{
	const struct lease lease = {
		.kind = kind,
		.relay_path = path,
		.relay_path_len = len,
	};
	json_t *object = json_object();
	size_t count;

	lease_json_common(object, &lease);
	count = json_array_size(json_object_get(object, "relays"));
	json_decref(object);
	return count;
}

static void
relay_paths_of_both_families_are_shown_as_far_as_they_go(void **state)
{
	uint8_t path4[2 * 17 + 3] = { 0 }, path6[2 * 33 + 3] = { 0 };
	uint16_t len;

	(void)state;
	path4[16] = 3; /* octets of Interface-ID, then one without */
	assert_int_equal(relays_of(LEASE_DHCP4, path4, sizeof(path4)), 2);
	path6[32] = 3;
	assert_int_equal(relays_of(LEASE_NA6, path6, sizeof(path6)), 2);
	for (len = 36; len < sizeof(path6); len++)
		assert_int_equal(relays_of(LEASE_PD6, path6, len), 1);
	for (len = 0; len < 36; len++)
		assert_int_equal(relays_of(LEASE_PD6, path6, len), 0);
}

static void a_name_is_shown_without_what_a_terminal_would_obey(void **state)
{
	const struct lease lease = {
		.host_name = (const uint8_t *)"a\033[2Jb",
		.host_name_len = 6,
	};
	json_t *object = json_object();

	(void)state;
	lease_json_common(object, &lease);
	assert_string_equal(
		json_string_value(json_object_get(object, "host_name")),
		"a?[2Jb");
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_are_read_with_and_without_separators),
		cmocka_unit_test(what_is_no_octets_or_too_many_is_refused),
		cmocka_unit_test(
			prefixes_need_an_address_and_a_length_that_fits),
		cmocka_unit_test(states_have_the_names_that_are_shown),
		cmocka_unit_test(
			relay_paths_of_both_families_are_shown_as_far_as_they_go),
		cmocka_unit_test(
			a_name_is_shown_without_what_a_terminal_would_obey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
