// SPDX-License-Identifier: BSD-2-Clause
/* Which branches of `if' apply to a message, and which classes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "expr_fixture.h"

/* What counts of the scopes that the global scope becomes. */
static const char *filename_of(const struct conf *conf,
			       const struct conf_packet *packet)
{
	const struct conf_scope *list[CONF_RESOLVED_MAX];
	size_t count, i;

	count = conf_resolve(&conf->global, packet, list, CONF_RESOLVED_MAX);
	for (i = 0; i < count; i++) {
		if (list[i]->params.set & CONF_PARAM_FILENAME)
			return list[i]->params.filename;
	}
	return NULL;
}

static void expect_filename(const char *text, const char *expected,
			    const char *expected_of_nothing)
{
	struct conf *conf = parse4(text);

	assert_string_equal(filename_of(conf, &expr_packet), expected);
	assert_string_equal(filename_of(conf, &expr_nothing),
			    expected_of_nothing);
	conf_free(conf);
}

static void the_first_branch_that_holds_applies(void **state)
{
	(void)state;
	expect_filename("if static { filename \"a\"; }\n"
			"elsif known { filename \"b\"; }\n"
			"else if exists host-name { filename \"c\"; }\n"
			"else { filename \"d\"; }\n",
			"b", "d");
}

static void a_missing_condition_does_not_hold(void **state)
{
	(void)state;
	expect_filename("if option domain-name ~= \"x\" { filename \"a\"; }\n"
			"elsif not (option domain-name ~= \"x\") "
			"{ filename \"b\"; } else { filename \"c\"; }\n",
			"c", "c");
}

static void what_stands_later_counts(void **state)
{
	(void)state;
	expect_filename("filename \"a\"; if known { filename \"b\"; }\n", "b",
			"a");
	expect_filename("if known { filename \"b\"; } filename \"a\";\n", "a",
			"a");
	expect_filename("if known { filename \"b\"; } next-server 1.2.3.4;\n"
			"if static { } else { filename \"c\"; }\n",
			"c", "c");
	expect_filename("if known { filename \"b\"; } filename \"a\";\n"
			"if exists host-name { filename \"c\"; }\n",
			"c", "a");
}

static void ifs_nest(void **state)
{
	(void)state;
	expect_filename("filename \"a\";\n"
			"if known { filename \"b\";\n"
			" if exists host-name { filename \"c\"; }\n"
			" if static { filename \"d\"; } }\n",
			"c", "a");
	expect_filename("filename \"a\";\n"
			"if known { if exists host-name { filename \"c\"; }\n"
			" filename \"b\"; }\n",
			"b", "a");
}

#define SWITCH "switch (option host-name) { "

static void the_case_of_the_value_applies(void **state)
{
	(void)state;
	expect_filename(SWITCH "case \"x\": filename \"a\"; break;\n"
			       "case \"y\": case \"Abc\":\n"
			       "filename \"b\"; break;\n"
			       "default: filename \"c\"; }\n",
			"b", "c");
	expect_filename("filename \"z\"; " SWITCH
			"case 41:62:63:filename \"a\"; break; }\n",
			"a", "z");
	expect_filename("switch (extract-int(option host-name, 8)) {\n"
			"case 0x41: filename \"a\"; break;\n"
			"default: filename \"b\"; }\n",
			"a", "b");
}

static void a_case_without_break_goes_on_in_the_next(void **state)
{
	(void)state;
	expect_filename(SWITCH "case \"Abc\": filename \"a\";\n"
			       "case \"x\": filename \"b\"; break;\n"
			       "case \"y\": filename \"c\";\n"
			       "default: server-name \"d\"; }\n"
			       "if not exists host-name { filename \"d\"; }\n",
			"b", "d");
	expect_filename(SWITCH "case \"Abc\": filename \"a\";\n"
			       "case \"x\": server-name \"b\"; break;\n"
			       "case \"y\": filename \"c\";\n"
			       "default: filename \"d\";\n"
			       "case \"z\": filename \"e\"; }\n",
			"a", "e");
	expect_filename(SWITCH "case \"Abc\": filename \"a\";\n"
			       "default: filename \"d\"; }\n",
			"d", "d");
}

static void default_may_stand_anywhere(void **state)
{
	(void)state;
	expect_filename(SWITCH "default: filename \"a\"; break;\n"
			       "case \"Abc\": filename \"b\"; break; }\n",
			"b", "a");
	expect_filename(SWITCH "case \"x\": default: filename \"a\";\n"
			       "case \"Abc\": server-name \"b\"; }\n"
			       "if known { filename \"c\"; }\n",
			"c", "a");
	expect_filename(SWITCH "case \"Abc\": default:\n"
			       "filename \"a\"; }\n",
			"a", "a");
}

static unsigned int errors_of_switch(unsigned int labels, const char *part)
{
	struct findings findings = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct conf *conf;
	unsigned int i;

	strbuf_add(&text, SWITCH);
	for (i = 0; i < labels; i++)
		strbuf_printf(&text, "case \"%u\": %s\n", i, part);
	strbuf_add(&text, "}\n");
	conf_parse(&conf, text.text, text.len, "test", CONF_DHCP4, true,
		   count_finding, &findings);
	conf_free(conf);
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
	return findings.errors;
}

static void what_becomes_of_a_switch_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(errors_of_switch(1024, "break;"), 0);
	assert_int_equal(errors_of_switch(1025, "break;"), 1);
	assert_int_equal(errors_of_switch(63, "filename \"a\";"), 0);
	assert_int_equal(errors_of_switch(64, "filename \"a\";"), 1);
}

static void branches_have_parents(void **state)
{
	struct conf *conf = parse4("if known { if static { filename \"a\"; }\n"
				   " filename \"b\"; } filename \"c\";\n");
	const struct conf_if *outer = &conf->global.ifs[0];
	const struct conf_scope *branch = &outer->branches[0].scope;

	(void)state;
	assert_int_equal(conf->global.if_count, 1);
	assert_int_equal(branch->kind, CONF_SCOPE_BRANCH);
	assert_int_equal(outer->after.kind, CONF_SCOPE_AFTER);
	assert_ptr_equal(branch->parent, &conf->global);
	assert_ptr_equal(outer->after.parent, &conf->global);
	assert_ptr_equal(branch->ifs[0].branches[0].scope.parent, branch);
	assert_ptr_equal(branch->ifs[0].after.parent, branch);
	assert_string_equal(outer->after.params.filename, "c");
	conf_free(conf);
}

static void being_authoritative_depends_on_no_if(void **state)
{
	struct conf *conf = parse4("if known { filename \"a\"; }\n"
				   "authoritative; filename \"b\";\n");

	(void)state;
	assert_true(conf_find_param(&conf->global, CONF_PARAM_AUTHORITATIVE)
			    ->authoritative);
	assert_null(conf_find_param(&conf->global, CONF_PARAM_FILENAME));
	conf_free(conf);
}

static void a_scope_without_ifs_is_itself(void **state)
{
	struct conf *conf = parse4("filename \"a\";");
	const struct conf_scope *list[1];

	(void)state;
	assert_int_equal(conf_resolve(&conf->global, &expr_nothing, list, 1),
			 1);
	assert_ptr_equal(list[0], &conf->global);
	assert_int_equal(conf_resolve(&conf->global, &expr_nothing, list, 0),
			 0);
	conf_free(conf);
}

/* As many as the parser takes have room, however they turn out. */
static void all_ifs_of_a_scope_have_room(void **state)
{
	const struct conf_scope *list[CONF_RESOLVED_MAX];
	struct findings findings = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct conf *conf;
	unsigned int i;

	(void)state;
	for (i = 0; i < CONF_RESOLVED_MAX / 2 - 1; i++)
		strbuf_printf(&text, "if known { filename \"a\"; }\n"
				     "next-server 1.2.3.4;\n");
	conf = parse4(strbuf_text(&text));
	assert_int_equal(conf_resolve(&conf->global, &expr_packet, list,
				      CONF_RESOLVED_MAX),
			 CONF_RESOLVED_MAX - 1);
	assert_ptr_equal(list[CONF_RESOLVED_MAX - 2], &conf->global);
	conf_free(conf);
	strbuf_add(&text, "if known { filename \"a\"; }\n");
	assert_int_equal(conf_parse(&conf, text.text, text.len, "test",
				    CONF_DHCP4, true, count_finding, &findings),
			 -EINVAL);
	assert_int_equal(findings.errors, 1);
	strbuf_fini(&findings.text);
	strbuf_fini(&text);
}

static void an_option_may_depend_on_the_message(void **state)
{
	struct conf *conf = parse4(
		"option host-name = concat(\"h-\", binary-to-ascii(16, 8, "
		"\"-\", substring(hardware, 1, 6)));\n"
		"option root-path = concat(\"a\", \"b\");\n"
		"option domain-name = null;\n");
	const struct conf_option *option;
	uint8_t octets[64];

	(void)state;
	option = conf_find_option(&conf->global, CONF_OPTIONS_DHCP4, 12);
	assert_non_null(option->expr);
	assert_int_equal(option->len, 0);
	assert_int_equal(conf_expr_data(option->expr, &expr_packet, octets,
					sizeof(octets)),
			 18);
	assert_memory_equal(octets, "h-0-11-22-aa-bb-cc", 18);
	option = conf_find_option(&conf->global, CONF_OPTIONS_DHCP4, 17);
	assert_null(option->expr);
	assert_int_equal(option->len, 2);
	assert_memory_equal(option->data, "ab", 2);
	option = conf_find_option(&conf->global, CONF_OPTIONS_DHCP4, 15);
	assert_non_null(option->expr);
	conf_free(conf);
}

struct classified {
	struct conf_membership list[CONF_CLASSES_MAX];
	uint8_t space[64];
	size_t count;
};

static struct conf *classify(const char *text, struct classified *result,
			     size_t space)
{
	struct conf *conf = parse4(text);

	result->count = conf_classify(conf, &expr_packet, result->list,
				      result->space, space);
	return conf;
}

static void a_client_is_in_the_classes_whose_conditions_hold(void **state)
{
	struct classified result;
	struct conf *conf =
		classify("class \"a\" { match if known; }\n"
			 "class \"b\" { match if static; }\n"
			 "class \"c\" { match if substring(option "
			 "vendor-class-identifier, 0, 9) = \"PXEClient\"; }\n",
			 &result, sizeof(result.space));

	(void)state;
	assert_int_equal(result.count, 2);
	assert_ptr_equal(result.list[0].class, &conf->classes[0]);
	assert_ptr_equal(result.list[1].class, &conf->classes[2]);
	assert_null(result.list[0].subclass);
	assert_int_equal(result.list[0].spawned.len, 0);
	conf_free(conf);
}

static void subclasses_are_found_by_their_value(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct classified result;
	struct conf *conf;
	unsigned int i;

	(void)state;
	strbuf_add(&text, "subclass \"m\" 1:0:11:22:aa:bb:cc "
			  "{ lease limit 2; filename \"x\"; }\n");
	for (i = 0; i < 300; i++)
		strbuf_printf(&text, "subclass \"m\" 1:0:11:22:aa:%x:%x;\n",
			      i & 255, i >> 8);
	strbuf_add(&text, "class \"m\" { match pick-first-value(option "
			  "domain-name, hardware); }\n"
			  "class \"n\" { match option host-name; }\n"
			  "subclass \"n\" \"Ab\"; subclass \"n\" \"Abcd\";\n");
	conf = classify(strbuf_text(&text), &result, 0);
	assert_int_equal(conf->classes[0].subclass_count, 301);
	assert_int_equal(result.count, 1);
	assert_ptr_equal(result.list[0].class, &conf->classes[0]);
	assert_int_equal(result.list[0].subclass->lease_limit, 2);
	assert_ptr_equal(result.list[0].subclass->scope.parent,
			 &conf->classes[0].scope);
	conf_free(conf);
	strbuf_fini(&text);
}

static void an_empty_value_is_in_no_subclass(void **state)
{
	struct classified result;
	struct conf *conf = classify("class \"a\" { spawn with option "
				     "pxe-interface-id; }\n"
				     "class \"b\" { spawn with null; }\n",
				     &result, sizeof(result.space));

	(void)state;
	assert_int_equal(result.count, 0);
	conf_free(conf);
}

static void each_value_spawns_a_subclass(void **state)
{
	static const char text[] =
		"class \"c\" { spawn with option agent.circuit-id;\n"
		" lease limit 4; match if known; }\n"
		"class \"d\" { spawn with option host-name; }\n"
		"subclass \"d\" \"Abc\";\n"
		"class \"e\" { spawn with option agent.remote-id; }\n";
	struct classified result;
	struct conf *conf = classify(text, &result, sizeof(result.space));

	(void)state;
	assert_int_equal(result.count, 3);
	assert_int_equal(conf->classes[0].lease_limit, 4);
	assert_true(conf->classes[0].spawn);
	assert_ptr_equal(result.list[0].class, &conf->classes[0]);
	assert_null(result.list[0].subclass);
	assert_int_equal(result.list[0].spawned.len, 5);
	assert_memory_equal(result.list[0].spawned.data, "port7", 5);
	assert_ptr_equal(result.list[1].subclass,
			 &conf->classes[1].subclasses[0]);
	assert_int_equal(result.list[1].spawned.len, 0);
	assert_int_equal(result.list[2].spawned.len, 2);
	assert_memory_equal(result.list[2].spawned.data, "\x0a\x0b", 2);
	conf_free(conf);
	/* What has no room is left out, and leaves room for the rest. */
	conf = classify(text, &result, 4);
	assert_int_equal(result.count, 2);
	assert_ptr_equal(result.list[1].class, &conf->classes[2]);
	conf_free(conf);
}

/* As in ISC: the condition says whose value is looked at, and makes nobody a
 * member by itself. */
static void a_condition_beside_a_match_is_a_guard(void **state)
{
	static const char text[] =
		"class \"a\" { match if known; match option host-name; }\n"
		"class \"b\" { match if static; match option host-name; }\n"
		"class \"c\" { match if known; match option domain-name; }\n"
		"class \"d\" { match if static; spawn with hardware; }\n"
		"class \"e\" { match if known; spawn with option host-name; }"
		"subclass \"a\" \"Abc\"; subclass \"b\" \"Abc\";\n"
		"subclass \"c\" \"Abc\";\n";
	struct classified result;
	struct conf *conf = classify(text, &result, sizeof(result.space));

	(void)state;
	assert_int_equal(result.count, 2);
	assert_ptr_equal(result.list[0].subclass,
			 &conf->classes[0].subclasses[0]);
	assert_ptr_equal(result.list[1].class, &conf->classes[4]);
	assert_int_equal(result.list[1].spawned.len, 3);
	conf_free(conf);
}

static void the_number_of_classes_of_a_client_is_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct classified result;
	unsigned int i;

	(void)state;
	for (i = 0; i < CONF_CLASSES_MAX + 10; i++)
		strbuf_printf(&text, "class \"c%u\" { match if known; }\n", i);
	conf_free(classify(strbuf_text(&text), &result, 0));
	assert_int_equal(result.count, CONF_CLASSES_MAX);
	strbuf_fini(&text);
}

static void a_pool_may_be_for_a_class_declared_below_it(void **state)
{
	struct conf *conf =
		parse4("subnet 10.0.0.0 netmask 255.0.0.0 { pool {\n"
		       " allow members of \"b\"; deny members of \"a\";\n"
		       " range 10.0.0.1; } }\n"
		       "class \"a\" { match if known; }\n"
		       "class \"b\" { match if static; }\n");
	const struct conf_pool *pool = &conf->networks[0].subnets[0].pools[0];

	(void)state;
	assert_int_equal(pool->permit_count, 2);
	assert_true(pool->permits[0].allow);
	assert_int_equal(pool->permits[0].kind, CONF_PERMIT_MEMBERS);
	assert_int_equal(pool->permits[0].class_index, 1);
	assert_false(pool->permits[1].allow);
	assert_int_equal(pool->permits[1].class_index, 0);
	conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_branch_that_holds_applies),
		cmocka_unit_test(a_missing_condition_does_not_hold),
		cmocka_unit_test(what_stands_later_counts),
		cmocka_unit_test(ifs_nest),
		cmocka_unit_test(the_case_of_the_value_applies),
		cmocka_unit_test(a_case_without_break_goes_on_in_the_next),
		cmocka_unit_test(default_may_stand_anywhere),
		cmocka_unit_test(what_becomes_of_a_switch_is_bounded),
		cmocka_unit_test(branches_have_parents),
		cmocka_unit_test(being_authoritative_depends_on_no_if),
		cmocka_unit_test(a_scope_without_ifs_is_itself),
		cmocka_unit_test(all_ifs_of_a_scope_have_room),
		cmocka_unit_test(an_option_may_depend_on_the_message),
		cmocka_unit_test(
			a_client_is_in_the_classes_whose_conditions_hold),
		cmocka_unit_test(subclasses_are_found_by_their_value),
		cmocka_unit_test(an_empty_value_is_in_no_subclass),
		cmocka_unit_test(each_value_spawns_a_subclass),
		cmocka_unit_test(a_condition_beside_a_match_is_a_guard),
		cmocka_unit_test(the_number_of_classes_of_a_client_is_bounded),
		cmocka_unit_test(a_pool_may_be_for_a_class_declared_below_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
