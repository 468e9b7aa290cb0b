/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools of all sizes, and what is found in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc6_fixture.h"

#define LINK "2001:db8:1::1"
#define NA   LEASE_NA6
#define PD   LEASE_PD6

static const char plain[] =
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/64;\n"
	" prefix6 2001:db8:100:: 2001:db8:1ff:: /48; }\n";

/* Gives all of a pool away, then looks at what the last ones cost. */
static void fill(struct world6 *w, enum lease_kind kind, uint32_t count,
		 uint64_t probes_max)
{
	struct alloc6_want want = world6_want(kind, 0);
	uint64_t before = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		world6_ask(w, (uint16_t)(i / 200), LINK);
		want.iaid = i;
		if (i + 100 == count)
			before = world6_stats(w).probes;
		world6_acquire(w, &want, 1000 + i);
	}
	assert_true(world6_stats(w).probes - before <= 100 * probes_max);
	world6_ask(w, 60000, LINK);
	assert_int_equal(world6_refuses(w, &want), DROP_POOL_EXHAUSTED);
}

static void the_last_address_of_a_small_pool_is_found_soon(void **state)
{
	struct alloc6_want want = world6_want(NA, 7);
	struct alloc6_choice choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, "subnet6 2001:db8:1::/64 { range6\n"
			     " 2001:db8:1::1:0 2001:db8:1::1:fffe; }\n");
	/* Some tries, and a look at each block, of which there are 17. */
	fill(&w, NA, 65535, 8 + 2 * 17);
	assert_int_equal(world6_network_stats(&w, 0).addresses_active, 65535);
	/* The first to end is the only one that is free then. */
	world6_pass(&w, 1000);
	assert_int_equal(world6_expire(&w), 1);
	world6_ask(&w, 60000, LINK);
	choice = world6_acquire(&w, &want, 10);
	assert_int_equal(choice.by, ALLOC6_BY_FRESH);
	assert_int_equal(world6_stats(&w).reused_total, 1);
	world6_close(&w);
}

static void the_last_prefix_of_a_small_pool_is_found_soon(void **state)
{
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, "subnet6 2001:db8:1::/64 {\n"
			     " prefix6 2001:db8:100:: 2001:db8:10f:ff00:: /56;"
			     " }\n");
	fill(&w, PD, 4096, 8 + 2 * 2);
	assert_int_equal(world6_network_stats(&w, 0).prefixes_active, 4096);
	assert_int_equal(world6_network_stats(&w, 0).prefixes, 4096);
	world6_close(&w);
}

static void several_pools_fill_one_after_the_other(void **state)
{
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w,
			 "shared-network A {\n"
			 " subnet6 2001:db8:1::/64 {\n"
			 "  range6 2001:db8:1::1 2001:db8:1::9;\n"
			 "  range6 2001:db8:1::11 2001:db8:1::19; }\n"
			 " subnet6 2001:db8:2::/64 {\n"
			 "  range6 2001:db8:2::fff 2001:db8:2::1001; } }\n");
	fill(&w, NA, 21, 8 + 8);
	world6_close(&w);
}

static void a_large_pool_is_found_free_at_once(void **state)
{
	struct alloc6_want want = world6_want(NA, 0);
	struct alloc6_stats stats;
	struct world6 w;
	uint32_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	for (i = 0; i < 100000; i++) {
		world6_ask(&w, (uint16_t)(i / 2), LINK);
		want.iaid = i % 2;
		world6_acquire(&w, &want, 1000);
	}
	stats = world6_stats(&w);
	assert_int_equal(stats.addresses_active, 100000);
	assert_int_equal(stats.probes, 100000);
	print_message("%llu octets a lease\n",
		      (unsigned long long)(stats.memory / 100000));
	assert_true(stats.memory / 100000 <= 300);
	world6_close(&w);
}

static void what_was_never_used_goes_before_what_was_somebodys(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct world6 w;
	uint16_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, "subnet6 2001:db8:1::/64 { range6\n"
			     " 2001:db8:1::100 2001:db8:1::1ff; }\n");
	for (i = 0; i < 128; i++) {
		world6_ask(&w, i, LINK);
		world6_acquire(&w, &want, 10);
	}
	world6_pass(&w, 10);
	while (world6_expire(&w))
		;
	for (i = 128; i < 256; i++) {
		world6_ask(&w, i, LINK);
		world6_acquire(&w, &want, 1000);
	}
	assert_int_equal(world6_stats(&w).reused_total, 0);
	world6_ask(&w, 300, LINK);
	choice = world6_acquire(&w, &want, 10);
	assert_int_equal(choice.by, ALLOC6_BY_FRESH);
	assert_int_equal(world6_stats(&w).reused_total, 1);
	world6_close(&w);
}

static void in_a_full_pool_the_oldest_offer_is_taken_over(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice first, choice;
	struct world6 w;
	uint16_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, "subnet6 2001:db8:1::/64 { range6\n"
			     " 2001:db8:1::101 2001:db8:1::104; }\n");
	for (i = 0; i < 4; i++) {
		world6_ask(&w, i, LINK);
		choice = world6_choose(&w, &want);
		world6_offer(&w, &want, &choice);
		if (!i)
			first = choice;
	}
	world6_ask(&w, 9, LINK);
	choice = world6_choose(&w, &want);
	assert_memory_equal(&choice.addr, &first.addr, sizeof(first.addr));
	world6_offer(&w, &want, &choice);
	assert_int_equal(world6_stats(&w).offers, 4);
	world6_close(&w);
}

static void all_offers_together_are_bounded(void **state)
{
	struct alloc6_want want = world6_want(NA, 0);
	struct alloc6_choice choice;
	struct world6 w;
	uint32_t i;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	for (i = 0; i < ALLOC6_OFFERS_MAX + 100; i++) {
		want.iaid = i >> 16;
		world6_ask(&w, (uint16_t)i, LINK);
		choice = world6_choose(&w, &want);
		world6_offer(&w, &want, &choice);
	}
	assert_int_equal(world6_stats(&w).offers, ALLOC6_OFFERS_MAX);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_OFFER);
	/* The oldest went. */
	want.iaid = 0;
	world6_ask(&w, 99, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FRESH);
	world6_ask(&w, 100, LINK);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_OFFER);
	world6_close(&w);
}

static void prefixes_of_the_length_that_is_asked_for_are_preferred(void **state)
{
	static const struct {
		const char *mode;
		uint8_t wanted;
		uint8_t gets; /* 0: nothing */
		uint8_t then; /* when that pool is full */
	} cases[] = {
		{ "prefer", 56, 56, 48 },  { "prefer", 48, 48, 56 },
		{ "exact", 56, 56, 0 },    { "exact", 52, 0, 0 },
		{ "minimum", 48, 48, 56 }, { "minimum", 56, 56, 0 },
		{ "minimum", 52, 56, 0 },  { "maximum", 56, 56, 48 },
		{ "maximum", 48, 48, 0 },  { "maximum", 40, 0, 0 },
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct alloc6_want want = world6_want(PD, 1);
		struct world6 w;

		snprintf(text, sizeof(text),
			 "subnet6 2001:db8:1::/64 { prefix-length-mode %s;\n"
			 " prefix6 2001:db8:100:: 2001:db8:100:: /48;\n"
			 " prefix6 2001:db8:200:: 2001:db8:200:: /56; }\n",
			 cases[i].mode);
		world6_open(&w, 0);
		world6_configure(&w, text);
		world6_ask(&w, 1, LINK);
		want.hint_prefix_len = cases[i].wanted;
		if (cases[i].gets)
			assert_int_equal(
				world6_acquire(&w, &want, 100).prefix_len,
				cases[i].gets);
		world6_ask(&w, 2, LINK);
		if (cases[i].then)
			assert_int_equal(world6_choose(&w, &want).prefix_len,
					 cases[i].then);
		else
			assert_int_equal(world6_refuses(&w, &want),
					 DROP_POOL_EXHAUSTED);
		world6_close(&w);
	}
}

static void a_hint_inside_a_prefix_is_that_prefix(void **state)
{
	struct alloc6_want want = world6_want(PD, 1);
	struct alloc6_choice choice;
	struct world6 w;

	(void)state;
	world6_open(&w, 0);
	world6_configure(&w, plain);
	world6_ask(&w, 1, LINK);
	want.hint = world6_addr("2001:db8:142:77::");
	choice = world6_choose(&w, &want);
	assert_int_equal(choice.by, ALLOC6_BY_HINT);
	assert_addr6(&choice.addr, "2001:db8:142::");
	assert_int_equal(choice.prefix_len, 48);
	want.hint_prefix_len = 64;
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FRESH);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_last_address_of_a_small_pool_is_found_soon),
		cmocka_unit_test(the_last_prefix_of_a_small_pool_is_found_soon),
		cmocka_unit_test(several_pools_fill_one_after_the_other),
		cmocka_unit_test(a_large_pool_is_found_free_at_once),
		cmocka_unit_test(
			what_was_never_used_goes_before_what_was_somebodys),
		cmocka_unit_test(in_a_full_pool_the_oldest_offer_is_taken_over),
		cmocka_unit_test(all_offers_together_are_bounded),
		cmocka_unit_test(
			prefixes_of_the_length_that_is_asked_for_are_preferred),
		cmocka_unit_test(a_hint_inside_a_prefix_is_that_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
