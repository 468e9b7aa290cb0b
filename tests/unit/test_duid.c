/* SPDX-License-Identifier: BSD-2-Clause */
/* duid - which DUID the server has (RFC 9915 section 11, RFC 6355). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../daemon/server6/duid.h"

static const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 0x05 };
static const struct duid none = { 0 };

static struct duid_source source(const uint8_t *with_mac)
{
	struct duid_source made = {
		.mac = with_mac,
		.now = { .s = 946684800 + 0x01020304 },
	};

	memset(made.random, 0xff, sizeof(made.random));
	return made;
}

static void check(const struct duid *duid, const char *octets, size_t len)
{
	assert_int_equal(duid->len, len);
	assert_memory_equal(duid->octets, octets, len);
}

static void without_a_statement_it_is_link_layer_address_and_time(void **state)
{
	const struct duid_source from = source(mac);
	const struct conf conf = { .server_duid = CONF_DUID_NONE };
	struct duid duid;

	(void)state;
	assert_int_equal(duid_choose(&conf, &none, &from, &duid), DUID_MADE);
	check(&duid, "\0\1\0\1\1\2\3\4\2\0\0\0\0\5", 14);
}

static void ll_has_no_time(void **state)
{
	const struct duid_source from = source(mac);
	const struct conf conf = { .server_duid = CONF_DUID_LL };
	struct duid duid;

	(void)state;
	assert_int_equal(duid_choose(&conf, &none, &from, &duid), DUID_MADE);
	check(&duid, "\0\3\0\1\2\0\0\0\0\5", 10);
}

static void without_an_ethernet_interface_it_is_a_random_uuid(void **state)
{
	const struct duid_source from = source(NULL);
	const struct conf conf = { .server_duid = CONF_DUID_LLT };
	struct duid duid;

	(void)state;
	assert_int_equal(duid_choose(&conf, &none, &from, &duid), DUID_MADE);
	check(&duid,
	      "\0\4\377\377\377\377\377\377\117\377\277\377\377\377\377\377\377"
	      "\377",
	      18);
}

static void the_one_that_is_kept_goes_on_whatever_kind_is_stated(void **state)
{
	const struct duid_source from = source(mac);
	const struct duid kept = { .len = 4, .octets = { 0, 3, 9, 9 } };
	struct conf conf = { .server_duid = CONF_DUID_LL };
	struct duid duid;

	(void)state;
	assert_int_equal(duid_choose(&conf, &kept, &from, &duid), DUID_KEPT);
	assert_true(duid_is_same(&duid, &kept));
	conf.server_duid = CONF_DUID_NONE;
	assert_int_equal(duid_choose(&conf, &kept, &from, &duid), DUID_KEPT);
	conf.server_duid = CONF_DUID_LLT;
	assert_int_equal(duid_choose(&conf, &kept, &from, &duid),
			 DUID_KEPT_DIFFER);
	assert_true(duid_is_same(&duid, &kept));
}

static void stated_octets_win_over_those_that_are_kept(void **state)
{
	static const uint8_t octets[] = { 0, 2, 0, 0, 0, 9, 1, 2 };
	const struct duid_source from = source(mac);
	const struct duid kept = { .len = 4, .octets = { 0, 3, 9, 9 } };
	const struct conf conf = {
		.server_duid = CONF_DUID_EXACT,
		.server_duid_data = octets,
		.server_duid_len = sizeof(octets),
	};
	struct duid duid, again;

	(void)state;
	assert_int_equal(duid_choose(&conf, &kept, &from, &duid), DUID_STATED);
	check(&duid, "\0\2\0\0\0\11\1\2", 8);
	assert_int_equal(duid_choose(&conf, &duid, &from, &again), DUID_KEPT);
	assert_true(duid_is_same(&duid, &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			without_a_statement_it_is_link_layer_address_and_time),
		cmocka_unit_test(ll_has_no_time),
		cmocka_unit_test(
			without_an_ethernet_interface_it_is_a_random_uuid),
		cmocka_unit_test(
			the_one_that_is_kept_goes_on_whatever_kind_is_stated),
		cmocka_unit_test(stated_octets_win_over_those_that_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
