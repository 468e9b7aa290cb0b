/* SPDX-License-Identifier: BSD-2-Clause */
/* Relay nests and options that no vector has, and the mirrored response. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6.h"
#include "vectors.h"

#define BUF_SIZE 8192

static struct vectors set;
static struct dhcp6_envelope envelope;

static int setup(void **state)
{
	(void)state;
	return vectors_load(&set);
}

static int teardown(void **state)
{
	(void)state;
	vectors_free(&set);
	return 0;
}

/* A message under construction; levels are opened from the outside inwards. */
struct nest {
	uint8_t data[BUF_SIZE];
	struct wire_writer w;
	size_t open_at[64];
	unsigned int open_count;
};

static void nest_init(struct nest *n)
{
	n->w = wire_writer(n->data, sizeof(n->data));
	n->open_count = 0;
}

static void open_level(struct nest *n, uint8_t type, uint8_t hop_count)
{
	wire_put_u8(&n->w, type);
	wire_put_u8(&n->w, hop_count);
	wire_put_zero(&n->w, 31);
	wire_put_u8(&n->w, hop_count); /* last octet of the peer-address */
}

static void open_message(struct nest *n)
{
	wire_put_u16(&n->w, DHCP6_OPT_RELAY_MSG);
	n->open_at[n->open_count++] = wire_len(&n->w);
	wire_put_u16(&n->w, 0);
}

/* Ends the innermost Relay Message option that is open. */
static void close_message(struct nest *n)
{
	size_t at = n->open_at[--n->open_count];

	wire_patch_u16(&n->w, at, (uint16_t)(wire_len(&n->w) - at - 2));
}

static void put_query(struct nest *n)
{
	static const uint8_t header[] = { DHCP6_DHCPV4_QUERY, 0, 0, 0 };

	wire_put_mem(&n->w, header, sizeof(header));
	dhcp6_put_option(&n->w, DHCP6_OPT_DHCPV4_MSG, "v4", 2);
}

static enum drop_reason unwrap(struct nest *n, unsigned int hop_limit)
{
	while (n->open_count)
		close_message(n);
	assert_false(n->w.failed);
	return dhcp6_unwrap(wire_reader(n->data, wire_len(&n->w)), hop_limit,
			    &envelope);
}

/* levels of RELAY-FORW with falling hop counts around a query. */
static enum drop_reason unwrap_levels(unsigned int levels,
				      unsigned int hop_limit)
{
	static struct nest n;

	nest_init(&n);
	while (levels-- > 0) {
		open_level(&n, DHCP6_RELAY_FORW, (uint8_t)levels);
		open_message(&n);
	}
	put_query(&n);
	return unwrap(&n, hop_limit);
}

static void hop_limit_plus_one_levels_are_taken(void **state)
{
	unsigned int limit, levels;

	(void)state;
	for (limit = 0; limit <= 40; limit++) {
		unsigned int most = limit < 32 ? limit + 1 : 32;

		for (levels = 0; levels <= 40; levels++) {
			assert_int_equal(unwrap_levels(levels, limit),
					 levels <= most ? DROP_NONE
							: DROP_RELAY_DEPTH);
			if (levels <= most)
				assert_int_equal(envelope.relay_count, levels);
		}
	}
}

static void level_zero_is_next_to_the_client(void **state)
{
	unsigned int i;

	(void)state;
	assert_int_equal(unwrap_levels(7, 8), DROP_NONE);
	for (i = 0; i < 7; i++) {
		assert_int_equal(envelope.relay[i].hop_count, i);
		assert_int_equal(envelope.relay[i].peer_address.s6_addr[15], i);
	}
	assert_int_equal(envelope.inner_type, DHCP6_DHCPV4_QUERY);
	assert_int_equal(wire_left(&envelope.inner), 10);
}

static void a_hop_count_over_the_limit_is_refused_at_any_level(void **state)
{
	struct nest n;

	(void)state;
	nest_init(&n);
	open_level(&n, DHCP6_RELAY_FORW, 1);
	open_message(&n);
	open_level(&n, DHCP6_RELAY_FORW, 9);
	open_message(&n);
	put_query(&n);
	assert_int_equal(unwrap(&n, 8), DROP_RELAY_DEPTH);
	assert_int_equal(unwrap(&n, 9), DROP_NONE);
}

static void options_of_all_levels_are_counted_together(void **state)
{
	static struct nest n;
	unsigned int extra, i;

	(void)state;
	for (extra = 253; extra <= 255; extra++) {
		nest_init(&n);
		open_level(&n, DHCP6_RELAY_FORW, 1);
		for (i = 0; i < extra - 100; i++)
			dhcp6_put_option(&n.w, 65001, NULL, 0);
		open_message(&n);
		open_level(&n, DHCP6_RELAY_FORW, 0);
		for (i = 0; i < 100; i++)
			dhcp6_put_option(&n.w, 65001, NULL, 0);
		open_message(&n);
		put_query(&n);
		assert_int_equal(unwrap(&n, 8), extra + 2 > 256
							? DROP_RELAY_DEPTH
							: DROP_NONE);
	}
}

static enum drop_reason unwrap_with_option(uint16_t code, const void *body,
					   size_t len, unsigned int times)
{
	struct nest n;

	nest_init(&n);
	open_level(&n, DHCP6_RELAY_FORW, 0);
	open_message(&n);
	put_query(&n);
	close_message(&n);
	while (times-- > 0)
		dhcp6_put_option(&n.w, code, body, len);
	return unwrap(&n, 8);
}

static void repeated_singletons_of_a_level_are_refused(void **state)
{
	(void)state;
	assert_int_equal(unwrap_with_option(DHCP6_OPT_INTERFACE_ID, "a", 1, 2),
			 DROP_RELAY_REPEATED);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_RELAY_PORT, "ab", 2, 2),
			 DROP_RELAY_REPEATED);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_ERO, "ab", 2, 2),
			 DROP_RELAY_REPEATED);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_RELAY_MSG, "a", 1, 1),
			 DROP_RELAY_TWO_MESSAGES);
	assert_int_equal(
		unwrap_with_option(DHCP6_OPT_VENDOR_OPTS, "abcd", 4, 2),
		DROP_NONE);
}

static void relay_options_of_a_wrong_length_are_refused(void **state)
{
	static const uint8_t codes[2 * (DHCP6_ECHO_MAX + 1)];

	(void)state;
	assert_int_equal(unwrap_with_option(DHCP6_OPT_RELAY_PORT, "abc", 3, 1),
			 DROP_DHCP6_OPTION_LENGTH);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_RELAY_PORT, "", 0, 1),
			 DROP_DHCP6_OPTION_LENGTH);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_ERO, "abc", 3, 1),
			 DROP_DHCP6_OPTION_LENGTH);
	assert_int_equal(
		unwrap_with_option(DHCP6_OPT_ERO, codes, sizeof(codes), 1),
		DROP_DHCP6_OPTION_LENGTH);
	assert_int_equal(
		unwrap_with_option(DHCP6_OPT_ERO, codes, sizeof(codes) - 2, 1),
		DROP_NONE);
	assert_int_equal(unwrap_with_option(DHCP6_OPT_INTERFACE_ID, "", 0, 1),
			 DROP_NONE);
	assert_true(envelope.relay[0].has_interface_id);
}

static void an_overrun_behind_the_message_is_refused(void **state)
{
	static const uint8_t stray[] = { 0, 18, 0 };
	struct nest n;

	(void)state;
	nest_init(&n);
	open_level(&n, DHCP6_RELAY_FORW, 0);
	open_message(&n);
	put_query(&n);
	close_message(&n);
	wire_put_mem(&n.w, stray, sizeof(stray));
	assert_int_equal(unwrap(&n, 8), DROP_DHCP6_OPTION_OVERRUN);
}

static void forward_and_reply_do_not_mix(void **state)
{
	struct nest n;

	(void)state;
	nest_init(&n);
	open_level(&n, DHCP6_RELAY_REPL, 0);
	open_message(&n);
	open_level(&n, DHCP6_RELAY_FORW, 0);
	open_message(&n);
	put_query(&n);
	assert_int_equal(unwrap(&n, 8), DROP_RELAY_REPLY);
	assert_int_equal(dhcp6_unwrap_reply(wire_reader(n.data, wire_len(&n.w)),
					    &envelope),
			 DROP_DHCP6_TYPE);
}

static void other_types_are_named_by_who_sends_them(void **state)
{
	static const struct {
		uint8_t type;
		enum drop_reason why;
	} expected[] = {
		{ DHCP6_SOLICIT, DROP_DHCP6_NOT_SERVED },
		{ DHCP6_INFORMATION_REQUEST, DROP_DHCP6_NOT_SERVED },
		{ DHCP6_DECLINE, DROP_DHCP6_NOT_SERVED },
		{ DHCP6_ADVERTISE, DROP_DHCP6_TYPE },
		{ DHCP6_REPLY, DROP_DHCP6_TYPE },
		{ DHCP6_RECONFIGURE, DROP_DHCP6_TYPE },
		{ DHCP6_DHCPV4_RESPONSE, DROP_DHCP6_TYPE },
		{ 0, DROP_DHCP6_TYPE },
		{ 36, DROP_DHCP6_TYPE },
		{ 255, DROP_DHCP6_TYPE },
	};
	struct dhcp4o6_msg msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		uint8_t data[] = { expected[i].type, 0, 0, 0 };

		assert_int_equal(dhcp4o6_decode(wire_reader(data, 4),
						DHCP6_DHCPV4_QUERY, &msg),
				 expected[i].why);
	}
}

static void links_that_name_nothing_are_known(void **state)
{
	static const struct {
		const char *text;
		bool unusable;
	} link[] = {
		{ "::", true },
		{ "fe80::1", true },
		{ "febf:ffff::", true },
		{ "fec0::1", false },
		{ "2001:db8::1", false },
		{ "fd00::1", false },
		{ "::ffff:0:0:1", false },
	};
	struct in6_addr addr;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(link) / sizeof(link[0]); i++) {
		assert_int_equal(inet_pton(AF_INET6, link[i].text, &addr), 1);
		assert_int_equal(dhcp6_link_is_unusable(&addr),
				 link[i].unusable);
	}
}

/* Body of option 87 of an answer. */
static struct wire_reader dhcpv4_of(const struct vector *v)
{
	static struct dhcp6_envelope env;
	struct dhcp4o6_msg msg;

	assert_int_equal(
		dhcp6_unwrap_reply(wire_reader(v->payload, v->len), &env),
		DROP_NONE);
	assert_int_equal(dhcp4o6_decode(env.inner, DHCP6_DHCPV4_RESPONSE, &msg),
			 DROP_NONE);
	return msg.dhcpv4;
}

static size_t respond(uint8_t *out, size_t size, struct wire_reader dhcpv4)
{
	struct wire_writer w = wire_writer(out, size);
	struct dhcp4o6_response resp;

	dhcp4o6_begin_response(&w, &envelope, &resp);
	wire_put_mem(&w, dhcpv4.pos, wire_left(&dhcpv4));
	dhcp4o6_end_response(&w, &resp);
	return w.failed ? 0 : wire_len(&w);
}

static void check_answer(const char *query_name, const char *answer_name)
{
	const struct vector *query = vectors_find(&set, query_name);
	const struct vector *answer = vectors_find(&set, answer_name);
	struct wire_reader dhcpv4;
	uint8_t out[BUF_SIZE];
	size_t size;

	assert_true(query && answer);
	assert_int_equal(dhcp6_unwrap(wire_reader(query->payload, query->len),
				      8, &envelope),
			 DROP_NONE);
	dhcpv4 = dhcpv4_of(answer);
	assert_int_equal(respond(out, sizeof(out), dhcpv4), answer->len);
	assert_memory_equal(out, answer->payload, answer->len);
	/* In less room it fails instead of writing half an answer. */
	for (size = 0; size < answer->len; size++)
		assert_int_equal(respond(out, size, dhcpv4), 0);
	assert_int_equal(respond(out, answer->len, dhcpv4), answer->len);
}

static void answers_mirror_the_chain_octet_by_octet(void **state)
{
	(void)state;
	check_answer("q-discover", "s-offer");
	check_answer("r1-discover-ifid", "s-rr1-offer");
	check_answer("r1-discover-ifid-last", "s-rr1-offer");
	check_answer("r2-discover-ifid", "s-rr2-offer");
}

static void every_level_gets_its_own_options_back(void **state)
{
	/* Interface-ID, 135, then echoed 37 and 17 as they came. */
	static const uint8_t expected[] = { 0,   18, 0,   2,   'i', 'f', 0,
					    135, 0,  2,   0,   0,   0,   37,
					    0,   3,  'r', 'i', 'd', 0,   17,
					    0,   1,  'v', 0,   9 };
	static const uint8_t named[] = { 0, 17, 0, 37, 0, 18, 0, 9, 0, 99 };
	static struct nest n;
	uint8_t out[BUF_SIZE];
	struct wire_reader empty = wire_reader("", 0);
	size_t len;

	(void)state;
	nest_init(&n);
	open_level(&n, DHCP6_RELAY_FORW, 1);
	open_message(&n);
	open_level(&n, DHCP6_RELAY_FORW, 0);
	dhcp6_put_option(&n.w, DHCP6_OPT_ERO, named, sizeof(named));
	dhcp6_put_option(&n.w, 37, "rid", 3);
	dhcp6_put_option(&n.w, DHCP6_OPT_RELAY_PORT, "\0\0", 2);
	open_message(&n);
	put_query(&n);
	close_message(&n);
	dhcp6_put_option(&n.w, DHCP6_OPT_VENDOR_OPTS, "v", 1);
	dhcp6_put_option(&n.w, 38, "not named", 9);
	dhcp6_put_option(&n.w, DHCP6_OPT_INTERFACE_ID, "if", 2);
	assert_int_equal(unwrap(&n, 8), DROP_NONE);
	assert_false(envelope.relay[1].has_interface_id);
	len = respond(out, sizeof(out), empty);
	/* Outer level: header and the header of its message, nothing else. */
	assert_int_equal(len, 34 + 4 + 34 + sizeof(expected) + 2 + 8);
	assert_int_equal(out[0], DHCP6_RELAY_REPL);
	assert_int_equal(out[1], 1);
	assert_int_equal(out[34 + 1], DHCP6_OPT_RELAY_MSG);
	assert_int_equal(out[38], DHCP6_RELAY_REPL);
	assert_memory_equal(out + 38 + 34, expected, sizeof(expected));
}

static void an_answer_over_a_length_field_fails(void **state)
{
	static uint8_t out[80000];
	static uint8_t body[65535];

	(void)state;
	assert_int_equal(unwrap_levels(1, 8), DROP_NONE);
	/* 65,527 fill the outer option: 8 octets are the inner headers. */
	assert_int_equal(respond(out, sizeof(out), wire_reader(body, 65528)),
			 0);
	assert_int_equal(respond(out, sizeof(out), wire_reader(body, 65527)),
			 34 + 4 + 8 + 65527);
}

static void a_clean_end_is_not_an_overrun(void **state)
{
	static const uint8_t area[] = { 0, 1, 0, 1, 'x', 0, 2, 0, 0, 0, 3, 0 };
	struct wire_reader r = wire_reader(area, 9);
	struct dhcp6_option opt;

	(void)state;
	assert_int_equal(dhcp6_next_option(&r, &opt), 1);
	assert_int_equal(opt.code, 1);
	assert_int_equal(wire_left(&opt.body), 1);
	assert_int_equal(dhcp6_next_option(&r, &opt), 1);
	assert_int_equal(wire_left(&opt.body), 0);
	assert_int_equal(dhcp6_next_option(&r, &opt), 0);
	assert_int_equal(dhcp6_next_option(&r, &opt), 0);
	r = wire_reader(area + 5, 7);
	assert_int_equal(dhcp6_next_option(&r, &opt), 1);
	assert_int_equal(dhcp6_next_option(&r, &opt), -EBADMSG);
	assert_int_equal(dhcp6_next_option(&r, &opt), -EBADMSG);
}

static void types_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(dhcp6_msg_type_name(20), "DHCPV4-QUERY");
	assert_string_equal(dhcp6_msg_type_name(12), "RELAY-FORW");
	assert_null(dhcp6_msg_type_name(0));
	assert_null(dhcp6_msg_type_name(14));
	assert_null(dhcp6_msg_type_name(255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hop_limit_plus_one_levels_are_taken),
		cmocka_unit_test(level_zero_is_next_to_the_client),
		cmocka_unit_test(
			a_hop_count_over_the_limit_is_refused_at_any_level),
		cmocka_unit_test(options_of_all_levels_are_counted_together),
		cmocka_unit_test(repeated_singletons_of_a_level_are_refused),
		cmocka_unit_test(relay_options_of_a_wrong_length_are_refused),
		cmocka_unit_test(an_overrun_behind_the_message_is_refused),
		cmocka_unit_test(forward_and_reply_do_not_mix),
		cmocka_unit_test(other_types_are_named_by_who_sends_them),
		cmocka_unit_test(links_that_name_nothing_are_known),
		cmocka_unit_test(answers_mirror_the_chain_octet_by_octet),
		cmocka_unit_test(every_level_gets_its_own_options_back),
		cmocka_unit_test(an_answer_over_a_length_field_fails),
		cmocka_unit_test(a_clean_end_is_not_an_overrun),
		cmocka_unit_test(types_have_their_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
