/* SPDX-License-Identifier: BSD-2-Clause */
/* `lease limit': counted when granted, kept in the record, given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "decide_fixture.h"

static const char *const ids[] = { "a", "b", "c", "d", "e" };

/* Client i, of the vendor class that the tests count by. */
static struct sent client(int i, const char *vendor)
{
	return (struct sent){
		.type = DHCP4_DISCOVER,
		.client_id = ids[i],
		.mac = (uint8_t)(i + 1),
		.vendor = vendor,
	};
}

static void take(struct decider *f, int i, const char *vendor, struct got *got)
{
	struct sent s = client(i, vendor);

	decider_bind(f, &s, got);
}

static void expect_full(struct decider *f, int i, const char *vendor)
{
	struct sent s = client(i, vendor);
	struct sent request = sent_request(&s, "selecting", "10.10.10.199");

	decider_expect(f, &s, 0, DROP_CLASS_LIMIT);
	/* Nor by an offer of before. */
	decider_expect(f, &request, 0, DROP_CLASS_LIMIT);
}

#define LIMITED                                                            \
	"class \"v\" { match if option vendor-class-identifier = \"v\";\n" \
	" lease limit 2; }\n" NETWORK_OF("")
#define SPAWNING                                                     \
	"class \"s\" { spawn with option vendor-class-identifier;\n" \
	" lease limit 1; }\n" NETWORK_OF("")

static void a_class_has_as_many_leases_as_its_limit(void **state)
{
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, LIMITED);
	take(&f, 0, "v", &got);
	take(&f, 1, "v", &got);
	expect_full(&f, 2, "v");
	take(&f, 3, "other", &got);
	decider_close(&f);
}

static void a_lease_in_the_class_is_renewed_when_the_class_is_full(void **state)
{
	struct sent one = client(0, "v"), request;
	struct decider f;
	struct got got, second;

	(void)state;
	decider_open(&f, LIMITED);
	take(&f, 0, "v", &got);
	take(&f, 1, "v", &second);
	request = sent_request(&one, "renewing", got.text);
	decider_expect(&f, &request, DHCP4_ACK, DROP_NONE);
	/* And asking anew gets it its own one again. */
	decider_expect(&f, &one, DHCP4_OFFER, DROP_NONE);
	expect_full(&f, 2, "v");
	decider_close(&f);
}

static void what_is_released_makes_room(void **state)
{
	struct sent release = client(0, "v");
	struct decider f;
	struct got got, none;

	(void)state;
	decider_open(&f, LIMITED);
	take(&f, 0, "v", &got);
	take(&f, 1, "v", &none);
	release.type = DHCP4_RELEASE;
	release.ciaddr = got.text;
	decider_send(&f, &release, &none);
	take(&f, 2, "v", &none);
	expect_full(&f, 0, "v");
	decider_close(&f);
}

static void what_expires_makes_room(void **state)
{
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, "default-lease-time 600;\n" LIMITED);
	take(&f, 0, "v", &got);
	take(&f, 1, "v", &got);
	expect_full(&f, 2, "v");
	decider_pass(&f, 601);
	take(&f, 2, "v", &got);
	take(&f, 3, "v", &got);
	expect_full(&f, 4, "v");
	decider_close(&f);
}

static void the_count_survives_a_restart(void **state)
{
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, LIMITED);
	take(&f, 0, "v", &got);
	take(&f, 1, "v", &got);
	decider_restart(&f, LIMITED);
	expect_full(&f, 2, "v");
	decider_close(&f);
}

static void an_undone_lease_does_not_count(void **state)
{
	struct sent one = client(0, "v"), request;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, LIMITED);
	take(&f, 1, "v", &got);
	decider_send(&f, &one, &got);
	request = sent_request(&one, "selecting", got.text);
	decider_hold(&f);
	decider_send(&f, &request, &got);
	assert_int_equal(got.type, DHCP4_ACK);
	/* Not durable, and it counts already. */
	one = client(2, "v");
	decider_send(&f, &one, &got);
	assert_int_equal(got.drop, DROP_CLASS_LIMIT);
	decider_let_go(&f, false);
	take(&f, 2, "v", &got);
	expect_full(&f, 3, "v");
	decider_close(&f);
}

static void every_value_of_spawn_with_counts_by_itself(void **state)
{
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, SPAWNING);
	take(&f, 0, "x", &got);
	expect_full(&f, 1, "x");
	take(&f, 2, "y", &got);
	expect_full(&f, 3, "y");
	decider_restart(&f, SPAWNING);
	expect_full(&f, 3, "x");
	decider_close(&f);
}

static void a_subclass_may_have_a_limit_of_its_own(void **state)
{
	const char *conf = "class \"m\" { match option vendor-class-identifier;"
			   " lease limit 1; }\n"
			   "subclass \"m\" \"x\" { lease limit 2; }\n"
			   "subclass \"m\" \"y\";\n" NETWORK_OF("");
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	take(&f, 0, "x", &got);
	take(&f, 1, "x", &got);
	expect_full(&f, 2, "x");
	take(&f, 2, "y", &got);
	expect_full(&f, 3, "y");
	decider_close(&f);
}

/* Each value has the limit; who does not fulfil the condition has none. */
static void a_limit_of_a_condition_and_values_is_each_values(void **state)
{
	const char *conf =
		"class \"s\" { match if option vendor-class-identifier ~= "
		"\"^m\"; spawn with option vendor-class-identifier;\n"
		" lease limit 1; }\n" NETWORK_OF("");
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	take(&f, 0, "m1", &got);
	expect_full(&f, 1, "m1");
	take(&f, 2, "m2", &got);
	expect_full(&f, 3, "m2");
	take(&f, 4, "x", &got);
	take(&f, 1, "x", &got);
	decider_close(&f);
}

static void
a_lease_counts_to_the_next_class_when_the_first_is_full(void **state)
{
	const char *conf = "class \"one\" { match if exists "
			   "vendor-class-identifier; lease limit 1; }\n"
			   "class \"two\" { match if option "
			   "vendor-class-identifier = \"v\"; lease limit 1; }"
			   "\n" NETWORK_OF("");
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	take(&f, 0, "v", &got);
	expect_full(&f, 1, "w");
	take(&f, 2, "v", &got);
	expect_full(&f, 3, "v");
	decider_close(&f);
}

static void a_fixed_address_counts_nowhere(void **state)
{
	const char *conf = LIMITED "host a { hardware ethernet 2:0:0:0:0:1;"
				   " fixed-address 10.10.10.5; }\n";
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	take(&f, 0, "v", &got);
	assert_string_equal(got.text, "10.10.10.5");
	take(&f, 1, "v", &got);
	take(&f, 2, "v", &got);
	expect_full(&f, 3, "v");
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_has_as_many_leases_as_its_limit),
		cmocka_unit_test(
			a_lease_in_the_class_is_renewed_when_the_class_is_full),
		cmocka_unit_test(what_is_released_makes_room),
		cmocka_unit_test(what_expires_makes_room),
		cmocka_unit_test(the_count_survives_a_restart),
		cmocka_unit_test(an_undone_lease_does_not_count),
		cmocka_unit_test(every_value_of_spawn_with_counts_by_itself),
		cmocka_unit_test(a_subclass_may_have_a_limit_of_its_own),
		cmocka_unit_test(
			a_limit_of_a_condition_and_values_is_each_values),
		cmocka_unit_test(
			a_lease_counts_to_the_next_class_when_the_first_is_full),
		cmocka_unit_test(a_fixed_address_counts_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
