// SPDX-License-Identifier: BSD-2-Clause
/* Expressions that are deep, long, or made to take memory and time. */
#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "expr_fixture.h"

/* `before' times count, the middle, `behind' times count, in a condition. */
static void make_condition(struct strbuf *text, unsigned int count,
			   const char *before, const char *middle,
			   const char *behind)
{
	unsigned int i;

	strbuf_reset(text);
	strbuf_add(text, "class \"c\" { match if ");
	for (i = 0; i < count; i++)
		strbuf_add(text, before);
	strbuf_add(text, middle);
	for (i = 0; i < count; i++)
		strbuf_add(text, behind);
	strbuf_add(text, "; }\n");
}

/* Whether it is parsed; holds: whether it holds then. */
static bool parses(const struct strbuf *text, bool *holds)
{
	struct findings findings = { 0 };
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
	struct conf *conf, *again;
	int err;

	err = conf_parse(&conf, text->text, text->len, "test", CONF_DHCP4, true,
			 count_finding, &findings);
	assert_int_equal(err, findings.errors ? -EINVAL : 0);
	assert_true(findings.errors < 2);
	strbuf_fini(&findings.text);
	if (err)
		return false;
	*holds = conf_expr_is_true(conf->classes[0].match_if, &expr_packet);
	conf_print(conf, &first);
	assert_int_equal(conf_parse(&again, first.text, first.len, "print",
				    CONF_DHCP4, true, NULL, NULL),
			 0);
	conf_print(again, &second);
	assert_string_equal(first.text, second.text);
	conf_free(again);
	conf_free(conf);
	strbuf_fini(&first);
	strbuf_fini(&second);
	return true;
}

static void depth_is_bounded(void **state)
{
	static const struct {
		const char *before;
		const char *middle;
		const char *behind;
	} shapes[] = {
		{ "(", "known", ")" },
		{ "not ", "known", "" },
		{ "lcase(", "null", ") = null" },
		{ "not (static or ", "known", ")" },
		{ "", "encode-int(1", " + 1" },
		{ "lcase(concat(\"a\", ", "\"\"", "))" },
	};
	struct strbuf text = STRBUF_INIT;
	bool holds;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		make_condition(&text, 100000, shapes[i].before,
			       shapes[i].middle, shapes[i].behind);
		assert_false(parses(&text, &holds));
	}
	make_condition(&text, 60, "(", "known", ")");
	assert_true(parses(&text, &holds));
	assert_true(holds);
	make_condition(&text, 60, "not ", "known", "");
	assert_true(parses(&text, &holds));
	assert_true(holds);
	make_condition(&text, 64, "not ", "known", "");
	assert_false(parses(&text, &holds));
	strbuf_fini(&text);
}

/* Lists of hardware addresses are long in real files. */
static void chains_may_be_long(void **state)
{
	struct strbuf text = STRBUF_INIT;
	bool holds;

	(void)state;
	make_condition(&text, 1500, "substring(hardware, 1, 3) = 00:00:01 or ",
		       "hardware = 1:00:11:22:aa:bb:cc", " or hardware = 1:02");
	assert_true(parses(&text, &holds));
	assert_true(holds);
	make_condition(&text, 1000, "exists host-name and ", "known",
		       " and hardware != 1:02");
	assert_true(parses(&text, &holds));
	assert_true(holds);
	make_condition(&text, 1000, "(known and ", "known", ")");
	assert_false(parses(&text, &holds));
	strbuf_fini(&text);
}

static void size_is_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT;
	bool holds;

	(void)state;
	make_condition(&text, 16000, "static or ", "known", "");
	assert_true(parses(&text, &holds));
	assert_true(holds);
	make_condition(&text, 17000, "static or ", "known", "");
	assert_false(parses(&text, &holds));
	make_condition(&text, 17000, "static or static = ", "known", "");
	assert_false(parses(&text, &holds));
	strbuf_fini(&text);
}

static void regular_expressions_are_bounded(void **state)
{
	static const char *const refused[] = {
		"((a{1,255}){1,255}){1,255}",
		"(a{200}b){2}",
		"a{257}",
		"a{1,99999999999999999999}",
		"a{300,}",
		"(a)\\\\1",
		"(",
		"a{2,1}",
	};
	static const char *const accepted[] = { "(Abc|x){1,16}", "Ab\\\\{*c",
						"[A-Z]{1}[{}]*(b{1,2}c)",
						"(A|b|c){1,255}" };
	struct strbuf pattern = STRBUF_INIT, text = STRBUF_INIT;
	bool holds;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		strbuf_reset(&pattern);
		strbuf_printf(&pattern, "option host-name ~= \"%s\"",
			      refused[i]);
		make_condition(&text, 0, "", strbuf_text(&pattern), "");
		if (parses(&text, &holds))
			fail_msg("%s", refused[i]);
	}
	for (i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
		strbuf_reset(&pattern);
		strbuf_printf(&pattern, "option host-name ~~ \"%s\"",
			      accepted[i]);
		make_condition(&text, 0, "", strbuf_text(&pattern), "");
		if (!parses(&text, &holds) || !holds)
			fail_msg("%s", accepted[i]);
	}
	make_condition(&text, 255, "", "option host-name ~~ \"", "a");
	text.len -= strlen("; }\n");
	strbuf_add(&text, "\"; }\n");
	assert_true(parses(&text, &holds));
	make_condition(&text, 256, "", "option host-name ~~ \"", "a");
	text.len -= strlen("; }\n");
	strbuf_add(&text, "\"; }\n");
	assert_false(parses(&text, &holds));
	strbuf_fini(&pattern);
	strbuf_fini(&text);
}

static bool find_large(const void *ctx, enum conf_universe universe,
		       uint32_t code, struct conf_data *value)
{
	(void)universe;
	(void)code;
	*value = *(const struct conf_data *)ctx;
	return true;
}

static void a_regular_expression_is_tried_on_so_much(void **state)
{
	static const uint8_t octets[1025];
	struct conf_data value = { octets, 1024 };
	struct conf_packet packet = { .ctx = &value,
				      .find_option = find_large };
	struct conf *conf =
		parse4("class \"c\" { match if option host-name ~= \"\"; }");

	(void)state;
	assert_true(conf_expr_is_true(conf->classes[0].match_if, &packet));
	value.len++;
	assert_false(conf_expr_is_true(conf->classes[0].match_if, &packet));
	conf_free(conf);
}

/* The sanitizer's allocator does not count for the C library. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

/* The matcher remembers each text of this kind, which a client makes up. */
static void clients_do_not_make_a_regular_expression_grow(void **state)
{
	struct conf *conf = parse4("class \"c\" { match if "
				   "option host-name ~= \".*a.{18}c\"; }");
	uint8_t octets[255];
	struct conf_data value = { octets, sizeof(octets) };
	struct conf_packet packet = { .ctx = &value,
				      .find_option = find_large };
	uint32_t random = 1;
	size_t before, largest = 0, i, k;

	(void)state;
	before = allocated();
	for (i = 0; i < 60; i++) {
		for (k = 0; k < sizeof(octets); k++) {
			random = random * 1664525 + 1013904223;
			octets[k] = random >> 31 ? 'a' : 'b';
		}
		octets[200] = i & 1 ? 'c' : 'b';
		octets[181] = 'a';
		assert_int_equal(
			conf_expr_is_true(conf->classes[0].match_if, &packet),
			i & 1);
		if (allocated() - before > largest)
			largest = allocated() - before;
	}
	assert_true(largest < 32 << 20);
	conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(chains_may_be_long),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(regular_expressions_are_bounded),
		cmocka_unit_test(a_regular_expression_is_tried_on_so_much),
		cmocka_unit_test(clients_do_not_make_a_regular_expression_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
