/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../tools/dhcp4o6ctl/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *parse(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

static char *render_text(const char *answer, const char *previous, bool all)
{
	struct render render = { .all = all, .elapsed_s = 2 };
	char *text = NULL;
	size_t len = 0;
	json_t *value = parse(answer);

	render.previous = previous ? parse(previous) : NULL;
	render.out = open_memstream(&text, &len);
	assert_non_null(render.out);
	render_stats(&render, value);
	fclose(render.out);
	json_decref(render.previous);
	json_decref(value);
	return text;
}

static void expect(const char *answer, const char *previous, bool all,
		   const char *wanted)
{
	char *text = render_text(answer, previous, all);

	assert_string_equal(text, wanted);
	free(text);
}

static void a_counter_nobody_knows_is_shown(void **state)
{
	(void)state;
	expect("{\"server6\": {\"pid\": 7, \"new\": {\"thing\": {\"n\": 5}}}}",
	       NULL, false,
	       "server6\n"
	       "  pid           7\n"
	       "server6 new thing\n"
	       "  n                          5\n");
}

static void zeros_are_shown_only_when_asked_for(void **state)
{
	static const char answer[] =
		"{\"s\": {\"drops\": {\"a\": 0, \"b\": 0}}}";

	(void)state;
	expect(answer, NULL, false, "");
	expect(answer, NULL, true,
	       "s drops\n"
	       "  a                          0\n"
	       "  b                          0\n");
}

static void counters_have_rates_and_states_have_not(void **state)
{
	(void)state;
	expect("{\"s\": {\"uptime_s\": 9, \"q\": {\"n\": 30,"
	       " \"state\": {\"waiting\": 8}}}}",
	       "{\"s\": {\"uptime_s\": 7, \"q\": {\"n\": 10,"
	       " \"state\": {\"waiting\": 2}}}}",
	       false,
	       "s\n"
	       "  uptime_s      9\n"
	       "s q\n"
	       "  waiting       8\n"
	       "  n                         30            10.0/s\n");
}

static void a_counter_that_began_anew_has_no_rate(void **state)
{
	(void)state;
	expect("{\"s\": {\"q\": {\"n\": 3}}}", "{\"s\": {\"q\": {\"n\": 9}}}",
	       false,
	       "s q\n"
	       "  n                          3\n");
}

static void no_line_is_wider_than_the_screen(void **state)
{
	char *text = render_text(
		"{\"s\": {\"x\": {\"state\": {\"why\": \"a text with many "
		"words that goes on and on until it is longer than any line "
		"of a terminal could ever be expected to be\"}}}}",
		NULL, false);
	char *line;
	unsigned int count = 0;

	(void)state;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= RENDER_WIDTH);
		count++;
	}
	assert_int_equal(count, 3);
	free(text);
}

static void control_bytes_do_not_reach_the_terminal(void **state)
{
	char *text =
		render_text("{\"s\": {\"a\\u001b[31m\": \"b\\u001b[0m\\u0007\","
			    " \"t\": [{\"c\": \"d\\u001b[2J\"}]}}",
			    NULL, false);
	size_t i;

	(void)state;
	assert_non_null(strstr(text, "b?[0m?"));
	for (i = 0; text[i]; i++)
		assert_true(text[i] == '\n' || (uint8_t)text[i] >= ' ');
	free(text);
}

static void an_array_of_objects_is_a_table(void **state)
{
	(void)state;
	expect("{\"s\": {\"nets\": [{\"net\": \"a\", \"used\": 1},"
	       " {\"net\": \"b\"}]}}",
	       NULL, false,
	       "s nets\n"
	       "  net                        used\n"
	       "  a                             1\n"
	       "  b                  -                 \n");
}

static char *lease_text(const char *lease, void (*print)(FILE *, json_t *))
{
	json_t *value = parse(lease);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	print(out, value);
	fclose(out);
	json_decref(value);
	return text;
}

static void a_column_is_as_wide_as_its_longest_number(void **state)
{
	(void)state;
	expect("{\"server6\": {\"pools\": {\"networks\": ["
	       "{\"network\": \"a\", \"addresses\": 7, \"declined\": 0},"
	       "{\"network\": \"b\", \"addresses\": 9223372036854775807, "
	       "\"declined\": 1}]}}}",
	       NULL, false,
	       "server6 pools networks\n"
	       "  network                      addresses     declined\n"
	       "  a                                    7            0\n"
	       "  b                  9223372036854775807            1\n");
}

static void a_lease_is_a_line(void **state)
{
	char *text = lease_text("{\"address\": \"192.0.2.1\", \"state\": "
				"\"active\", \"expires\": 1767229200, "
				"\"client_id\": \"ff:01\"}",
				render_lease);

	(void)state;
	assert_string_equal(text, "192.0.2.1        active    "
				  "2026-01-01 01:00:00   ff:01\n");
	free(text);
	/* Without an identifier the client is its hardware address. */
	text = lease_text("{\"address\": \"192.0.2.2\", \"state\": "
			  "\"declined\", \"expires\": null, "
			  "\"hardware\": \"02:00:00:00:00:01\"}",
			  render_lease);
	assert_string_equal(text, "192.0.2.2        declined  "
				  "never                 02:00:00:00:00:01\n");
	free(text);
}

static void a_dhcpv6_lease_is_a_line(void **state)
{
	char *text = lease_text("{\"kind\": \"ia_na\", \"address\": "
				"\"2001:db8::1\", \"state\": \"active\", "
				"\"iaid\": 4294967295, \"expires\": 0, "
				"\"client_id\": \"00:03:00:01\"}",
				render_lease6);

	(void)state;
	assert_string_equal(text, "2001:db8::1                 active    "
				  "1970-01-01 00:00:00   4294967295  "
				  "00:03:00:01\n");
	free(text);
	text = lease_text("{\"kind\": \"ia_pd\", \"prefix\": "
			  "\"2001:db8:1::\", \"prefix_len\": 56, "
			  "\"state\": \"declined\", \"iaid\": 7, "
			  "\"expires\": null, \"client_id\": \"00\"}",
			  render_lease6);
	assert_string_equal(text, "2001:db8:1::/56             declined  "
				  "never                 7           00\n");
	free(text);
}

static void a_lease_in_full_has_dates_and_relays(void **state)
{
	char *text =
		lease_text("{\"address\": \"192.0.2.1\", "
			   "\"starts\": 1767225600, \"expires\": null, "
			   "\"relays\": [{\"link_address\": \"2001:db8::1\"}]}",
			   render_lease_full);

	(void)state;
	assert_string_equal(text, "  address       192.0.2.1\n"
				  "  starts        2026-01-01 00:00:00\n"
				  "  expires       never\n"
				  "relays\n"
				  "  link_address      \n"
				  "  2001:db8::1       \n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_nobody_knows_is_shown),
		cmocka_unit_test(zeros_are_shown_only_when_asked_for),
		cmocka_unit_test(counters_have_rates_and_states_have_not),
		cmocka_unit_test(a_counter_that_began_anew_has_no_rate),
		cmocka_unit_test(no_line_is_wider_than_the_screen),
		cmocka_unit_test(control_bytes_do_not_reach_the_terminal),
		cmocka_unit_test(an_array_of_objects_is_a_table),
		cmocka_unit_test(a_column_is_as_wide_as_its_longest_number),
		cmocka_unit_test(a_lease_is_a_line),
		cmocka_unit_test(a_dhcpv6_lease_is_a_line),
		cmocka_unit_test(a_lease_in_full_has_dates_and_relays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
