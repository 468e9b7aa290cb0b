// SPDX-License-Identifier: BSD-2-Clause
/* Options of spaces as the value of another option. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "dhcp4o6/conf/space.h"

#define OUTER CONF_OPTIONS_OWN
#define INNER ((enum conf_universe)(CONF_OPTIONS_OWN + 1))
#define BARE  ((enum conf_universe)(CONF_OPTIONS_OWN + 2))

static const struct conf_space outer = { OUTER, "outer", 1, 1 };
static const struct conf_space inner = { INNER, "inner", 2, 2 };
static const struct conf_space bare = { BARE, "bare", 4, 0 };

#define VALUE(space_, code_, text_)                                         \
	{                                                                   \
		.universe = (space_), .code = (code_),                      \
		.len = sizeof(text_) - 1, .data = (const uint8_t *)(text_), \
	}
#define HOLDS(space_, code_, held_)                             \
	{                                                       \
		.universe = (space_), .code = (code_),          \
		.data = (const uint8_t *)"", .space = &(held_), \
	}

static const struct conf_option near_options[] = {
	VALUE(CONF_OPTIONS_DHCP4, 1, "no"),
	VALUE(OUTER, 2, "near"),
	HOLDS(OUTER, 9, inner),
	VALUE(INNER, 300, "x"),
};
static const struct conf_option far_options[] = {
	VALUE(OUTER, 1, "first"), VALUE(OUTER, 2, "far"),
	VALUE(OUTER, 7, ""),      VALUE(INNER, 5, "yz"),
	VALUE(BARE, 9, "nine"),   VALUE(BARE, 4491, "b"),
};

#define SCOPE(list)                                              \
	{                                                        \
		.options = (list),                               \
		.option_count = sizeof(list) / sizeof((list)[0]) \
	}
static const struct conf_scope near = SCOPE(near_options);
static const struct conf_scope far = SCOPE(far_options);
static const struct conf_scope *const both[] = { &near, &far };

static const struct conf_option holder = HOLDS(CONF_OPTIONS_DHCP4, 43, outer);

static void expect(struct conf_encoding *e, const struct conf_option *option,
		   const char *octets, size_t len)
{
	uint8_t out[64];
	int got = conf_space_encode(e, option, out, sizeof(out));

	assert_int_equal(got, len);
	assert_memory_equal(out, octets, len);
}

#define EXPECT(e, option, octets) expect(e, option, octets, sizeof(octets) - 1)

static void nearest_scope_decides_each_code(void **state)
{
	struct conf_encoding e = { .scopes = both, .scope_count = 2 };
	uint8_t out[64];

	(void)state;
	EXPECT(&e, &holder,
	       "\1\5first"
	       "\2\4near"
	       "\7\0"
	       "\11\13\0\5\0\2yz\1\54\0\1x");
	assert_int_equal(e.dropped, 0);
	assert_int_equal(conf_space_encode(&e, &holder, out, sizeof(out)),
			 -ENODATA);
}

static void space_without_options_gives_no_value(void **state)
{
	static const struct conf_option vendor =
		HOLDS(CONF_OPTIONS_DHCP4, 125, bare);
	struct conf_encoding e = { .scopes = both, .scope_count = 1 };
	uint8_t out[64];

	(void)state;
	assert_int_equal(conf_space_encode(&e, &vendor, out, sizeof(out)),
			 -ENODATA);
	e = (struct conf_encoding){ .scopes = both };
	assert_int_equal(conf_space_encode(&e, &holder, out, sizeof(out)),
			 -ENODATA);
}

static void data_goes_before_the_space(void **state)
{
	static const struct conf_option record = {
		.code = 200,
		.len = 2,
		.data = (const uint8_t *)"ab",
		.space = &inner,
	};
	struct conf_encoding e = { .scopes = both, .scope_count = 2 };

	(void)state;
	EXPECT(&e, &record, "ab\0\5\0\2yz\1\54\0\1x");
	e = (struct conf_encoding){ .scopes = both };
	EXPECT(&e, &record, "ab");
}

/* RFC 9915 section 21.17: one enterprise in one option. */
static void options_without_length_go_one_by_one(void **state)
{
	static const struct conf_option vendor =
		HOLDS(CONF_OPTIONS_DHCP6, 17, bare);
	struct conf_encoding e = { .scopes = both, .scope_count = 2 };
	uint8_t out[64];

	(void)state;
	EXPECT(&e, &vendor, "\0\0\0\11nine");
	EXPECT(&e, &vendor, "\0\0\21\213b");
	assert_int_equal(conf_space_encode(&e, &vendor, out, sizeof(out)),
			 -ENODATA);
}

static void data_goes_before_each_option_without_length(void **state)
{
	static const struct conf_option record = {
		.code = 200,
		.len = 1,
		.data = (const uint8_t *)">",
		.space = &bare,
	};
	struct conf_encoding e = { .scopes = both, .scope_count = 2 };
	uint8_t out[64];

	(void)state;
	EXPECT(&e, &record, ">\0\0\0\11nine");
	EXPECT(&e, &record, ">\0\0\21\213b");
	assert_int_equal(conf_space_encode(&e, &record, out, sizeof(out)),
			 -ENODATA);
	e = (struct conf_encoding){ .scopes = both };
	EXPECT(&e, &record, ">");
	assert_int_equal(conf_space_encode(&e, &record, out, sizeof(out)),
			 -ENODATA);
}

/* RFC 2242 section 3.2. */
static void netware_options_say_first_that_they_are_there(void **state)
{
	static const struct conf_space nwip = { CONF_OPTIONS_NWIP, "nwip", 1,
						1 };
	static const struct conf_option options[] = {
		VALUE(CONF_OPTIONS_NWIP, 5, "\1"),
	};
	static const struct conf_scope scope = SCOPE(options);
	static const struct conf_scope *const scopes[] = { &scope };
	static const struct conf_option netware =
		HOLDS(CONF_OPTIONS_DHCP4, 63, nwip);
	struct conf_encoding e = { .scopes = scopes, .scope_count = 1 };
	uint8_t out[4];

	(void)state;
	EXPECT(&e, &netware, "\2\0\5\1\1");
	e.next = 0;
	e.scope_count = 0;
	assert_int_equal(conf_space_encode(&e, &netware, out, sizeof(out)),
			 -ENODATA);
}

static void what_finds_no_room_is_left_out_whole_and_counted(void **state)
{
	uint8_t out[64], last;
	size_t size;

	(void)state;
	for (size = 0; size < 28; size++) {
		struct conf_encoding e = { .scopes = both, .scope_count = 2 };
		int len;

		memset(out, 0xee, sizeof(out));
		len = conf_space_encode(&e, &holder, out, size);
		assert_true(len <= (int)size);
		assert_true(len != 0);
		assert_true(e.dropped > 0);
		last = out[size];
		assert_int_equal(last, 0xee);
	}
	for (; size < sizeof(out); size++) {
		struct conf_encoding e = { .scopes = both, .scope_count = 2 };

		assert_int_equal(conf_space_encode(&e, &holder, out, size), 28);
		assert_int_equal(e.dropped, 0);
	}
}

static void value_longer_than_its_length_field_is_left_out(void **state)
{
	static uint8_t much[256];
	const struct conf_option options[] = {
		VALUE(OUTER, 1, "a"),
		{ .universe = OUTER, .code = 2, .len = 256, .data = much },
	};
	const struct conf_scope scope = SCOPE(options);
	const struct conf_scope *const scopes[] = { &scope };
	struct conf_encoding e = { .scopes = scopes, .scope_count = 1 };
	uint8_t out[1024];

	(void)state;
	assert_int_equal(conf_space_encode(&e, &holder, out, sizeof(out)), 3);
	assert_int_equal(e.dropped, 1);
}

static bool find_vendor(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	if (universe != CONF_OPTIONS_DHCP4 || code != 60)
		return false;
	value->data = ctx;
	value->len = strlen(ctx);
	return true;
}

static const char with_expressions[] =
	"option space s; option s.a code 1 = text; option s.b code 2 = text;\n"
	"option s.c code 3 = text; vendor-option-space s;\n"
	"option s.a = concat(\"<\", option vendor-class-identifier, \">\");\n"
	"option s.b = option user-class; option s.c \"end\";\n";

static void expressions_in_a_space_ask_the_message(void **state)
{
	struct conf *conf = parse4(with_expressions);
	const struct conf_scope *scopes[] = { &conf->global };
	const struct conf_option *option =
		conf_find_option(&conf->global, CONF_OPTIONS_DHCP4, 43);
	char much[300];
	struct conf_packet packet = { .ctx = "PXE",
				      .find_option = find_vendor };
	struct conf_encoding e = { .scopes = scopes, .scope_count = 1 };

	(void)state;
	EXPECT(&e, option, "\3\3end");
	e.next = 0;
	e.packet = &packet;
	EXPECT(&e, option, "\1\5<PXE>\3\3end");
	assert_int_equal(e.dropped, 0);
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	packet.ctx = much;
	e.next = 0;
	EXPECT(&e, option, "\3\3end");
	assert_int_equal(e.dropped, 1);
	conf_free(conf);
}

/* A scope with options of a space has all that hold them, in their place. */
static void holders_of_a_space_stand_in_each_scope_of_it(void **state)
{
	struct conf *conf =
		parse4("option space s; option s.a code 1 = text;\n"
		       "option space t; option t.s code 9 = encapsulate s;\n"
		       "option up code 224 = encapsulate t;\n"
		       "option vendor.t code 32473 = encapsulate t;\n"
		       "option plain code 225 = text; option plain \"x\";\n"
		       "group { option s.a \"near\"; option plain \"y\"; }\n"
		       "group { option t.s 1:0; }\n");
	static const struct {
		uint32_t code;
		bool is_holder;
	} want[] = { { 125, true },   { 224, true }, { 225, false },
		     { 32473, true }, { 1, false },  { 9, true } };
	const struct conf_scope *scope = &conf->groups[0].scope;
	size_t i;

	(void)state;
	assert_int_equal(conf->global.option_count, 1);
	assert_int_equal(scope->option_count, 6);
	for (i = 0; i < 6; i++) {
		assert_int_equal(scope->options[i].code, want[i].code);
		assert_int_equal(scope->options[i].space != NULL,
				 want[i].is_holder);
		assert_non_null(scope->options[i].data);
	}
	assert_ptr_equal(scope->options[5].space,
			 &conf->spaces[CONF_OPTIONS_OWN]);
	scope = &conf->groups[1].scope;
	assert_int_equal(scope->option_count, 4);
	assert_null(scope->options[3].space);
	conf_free(conf);
}

/* No configuration is so; the depth is bounded all the same. */
static void space_in_itself_ends(void **state)
{
	static const struct conf_option options[] = {
		HOLDS(OUTER, 1, outer),
		VALUE(OUTER, 2, "a"),
	};
	static const struct conf_scope scope = SCOPE(options);
	static const struct conf_scope *const scopes[] = { &scope };
	struct conf_encoding e = { .scopes = scopes, .scope_count = 1 };
	uint8_t out[64];

	(void)state;
	assert_int_equal(conf_space_encode(&e, &holder, out, sizeof(out)),
			 3 + CONF_SPACE_DEPTH_MAX * 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_scope_decides_each_code),
		cmocka_unit_test(space_without_options_gives_no_value),
		cmocka_unit_test(data_goes_before_the_space),
		cmocka_unit_test(options_without_length_go_one_by_one),
		cmocka_unit_test(data_goes_before_each_option_without_length),
		cmocka_unit_test(netware_options_say_first_that_they_are_there),
		cmocka_unit_test(
			what_finds_no_room_is_left_out_whole_and_counted),
		cmocka_unit_test(
			value_longer_than_its_length_field_is_left_out),
		cmocka_unit_test(expressions_in_a_space_ask_the_message),
		cmocka_unit_test(holders_of_a_space_stand_in_each_scope_of_it),
		cmocka_unit_test(space_in_itself_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
