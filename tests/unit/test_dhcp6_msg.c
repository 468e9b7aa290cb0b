/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of DHCPv6 clients, decoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "dhcp6_msg_fixture.h"

static void put_address(struct wire_writer *w, const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	wire_put_u16(w, DHCP6_OPT_IAADDR);
	wire_put_u16(w, 24);
	wire_put_mem(w, &addr, sizeof(addr));
	wire_put_u32(w, 300);
	wire_put_u32(w, 400);
}

static void put_prefix(struct wire_writer *w, const char *text, uint8_t len)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	wire_put_u16(w, DHCP6_OPT_IAPREFIX);
	wire_put_u16(w, 25);
	wire_put_u32(w, 500);
	wire_put_u32(w, 600);
	wire_put_u8(w, len);
	wire_put_mem(w, &addr, sizeof(addr));
}

/* One of everything that the decoder looks at. */
static struct wire_writer full_message(void)
{
	static const uint8_t oro[] = { 0, 23, 0, 88, 0, 82 };
	struct wire_writer w = begin(DHCP6_REQUEST);
	size_t at;

	put_client(&w);
	put_server(&w);
	at = open_ia(&w, DHCP6_OPT_IA_NA, 7);
	put_address(&w, "2001:db8::1");
	put_address(&w, "2001:db8::2");
	dhcp6_close_option(&w, at);
	at = open_ia(&w, DHCP6_OPT_IA_PD, 8);
	put_prefix(&w, "2001:db8:8::", 48);
	dhcp6_close_option(&w, at);
	dhcp6_put_option(&w, DHCP6_OPT_ORO, oro, sizeof(oro));
	dhcp6_put_option(&w, DHCP6_OPT_ELAPSED_TIME, "\1\2", 2);
	dhcp6_put_option(&w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	dhcp6_put_option(&w, DHCP6_OPT_RECONF_ACCEPT, NULL, 0);
	dhcp6_put_option(&w, DHCP6_OPT_FQDN, "\0\1a", 3);
	return w;
}

static void every_field_is_read(void **state)
{
	struct wire_writer w = full_message();

	(void)state;
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.type, DHCP6_REQUEST);
	assert_int_equal(msg.xid, 0x123456);
	assert_true(msg.has_client_id && msg.has_server_id && msg.has_oro &&
		    msg.has_elapsed && msg.rapid_commit &&
		    msg.reconfigure_accept);
	assert_int_equal(wire_left(&msg.client_id), sizeof(client_duid));
	assert_memory_equal(msg.client_id.pos, client_duid,
			    sizeof(client_duid));
	assert_memory_equal(msg.server_id.pos, our_duid, sizeof(our_duid));
	assert_int_equal(msg.elapsed_cs, 0x102);
	assert_int_equal(wire_left(&msg.fqdn), 3);
	assert_int_equal(wire_left(&msg.options), wire_len(&w) - 4);
	assert_true(dhcp6_is_requested(&msg, 88));
	assert_true(dhcp6_is_requested(&msg, 82));
	assert_false(dhcp6_is_requested(&msg, 24));
	assert_int_equal(msg.ia_count, 2);
	assert_int_equal(msg.item_count, 3);
	assert_int_equal(msg.ia[0].code, DHCP6_OPT_IA_NA);
	assert_int_equal(msg.ia[0].iaid, 7);
	assert_int_equal(msg.ia[0].t1_s, 1000);
	assert_int_equal(msg.ia[0].t2_s, 2000);
	assert_int_equal(msg.ia[0].item_count, 2);
	assert_int_equal(msg.item[1].addr.s6_addr[15], 2);
	assert_int_equal(msg.item[1].prefix_len, 128);
	assert_int_equal(msg.item[1].preferred_s, 300);
	assert_int_equal(msg.item[1].valid_s, 400);
	assert_int_equal(msg.ia[1].code, DHCP6_OPT_IA_PD);
	assert_int_equal(msg.ia[1].first_item, 2);
	assert_int_equal(msg.item[2].prefix_len, 48);
	assert_int_equal(msg.item[2].preferred_s, 500);
	assert_int_equal(msg.item[2].valid_s, 600);
}

/* A prefix that ends between two options is a shorter message. */
static void every_truncation_inside_an_option_is_rejected(void **state)
{
	static uint8_t copy[BUF_SIZE];
	struct wire_writer w = full_message();
	struct wire_reader area = wire_reader(buf + 4, wire_len(&w) - 4);
	bool ends[BUF_SIZE] = { false };
	struct dhcp6_option opt;
	size_t len;

	(void)state;
	memcpy(copy, buf, wire_len(&w));
	ends[4] = true;
	while (dhcp6_next_option(&area, &opt) > 0)
		ends[area.pos - buf] = true;
	for (len = 0; len <= wire_len(&w); len++) {
		enum drop_reason why =
			dhcp6_decode_msg(wire_reader(copy, len), &msg);

		if (len < 4)
			assert_int_equal(why, DROP_DHCP6_SHORT);
		else if (ends[len])
			assert_int_equal(why, DROP_NONE);
		else
			assert_int_equal(why, DROP_DHCP6_OPTION_OVERRUN);
	}
}

/* The lengths around it fit, so only the inside of the IA can tell. */
static void truncations_inside_an_ia_are_rejected(void **state)
{
	struct wire_writer w;
	size_t at, cut;

	(void)state;
	for (cut = 1; cut < 28; cut++) {
		w = begin(DHCP6_SOLICIT);
		at = open_ia(&w, DHCP6_OPT_IA_NA, 1);
		put_address(&w, "2001:db8::1");
		w.pos -= cut;
		dhcp6_close_option(&w, at);
		assert_int_equal(decode(&w), DROP_DHCP6_OPTION_OVERRUN);
	}
	/* Overruns in the options of an address. */
	w = begin(DHCP6_SOLICIT);
	at = open_ia(&w, DHCP6_OPT_IA_NA, 1);
	put_address(&w, "2001:db8::1");
	wire_patch_u16(&w, wire_len(&w) - 26, 27);
	wire_put_zero(&w, 3);
	dhcp6_close_option(&w, at);
	assert_int_equal(decode(&w), DROP_DHCP6_OPTION_OVERRUN);
}

static void short_ias_addresses_and_prefixes_are_rejected(void **state)
{
	static const struct {
		uint16_t ia;
		uint16_t item;
		uint16_t least;
	} rows[] = {
		{ DHCP6_OPT_IA_NA, DHCP6_OPT_IAADDR, 24 },
		{ DHCP6_OPT_IA_PD, DHCP6_OPT_IAPREFIX, 25 },
	};
	uint8_t zero[32] = { 0 };
	size_t i, len, at;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (len = 0; len <= 12; len++) {
			struct wire_writer w = begin(DHCP6_SOLICIT);

			dhcp6_put_option(&w, rows[i].ia, zero, len);
			assert_int_equal(decode(&w),
					 len < 12 ? DROP_DHCP6_OPTION_LENGTH
						  : DROP_NONE);
		}
		for (len = 0; len <= rows[i].least; len++) {
			struct wire_writer w = begin(DHCP6_SOLICIT);

			at = open_ia(&w, rows[i].ia, 1);
			dhcp6_put_option(&w, rows[i].item, zero, len);
			dhcp6_close_option(&w, at);
			assert_int_equal(decode(&w),
					 len < rows[i].least
						 ? DROP_DHCP6_OPTION_LENGTH
						 : DROP_NONE);
		}
	}
}

static void singletons_that_are_there_twice_are_rejected(void **state)
{
	static const struct {
		uint16_t code;
		uint16_t len;
		enum drop_reason why;
	} rows[] = {
		{ DHCP6_OPT_CLIENT_ID, 10, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_SERVER_ID, 10, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_ORO, 2, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_ELAPSED_TIME, 2, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_RAPID_COMMIT, 0, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_RECONF_ACCEPT, 0, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_FQDN, 3, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_USER_CLASS, 4, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_AUTH, 11, DROP_DHCP6_REPEATED },
		{ DHCP6_OPT_IA_NA, 12, DROP_NONE },
		{ DHCP6_OPT_IA_PD, 12, DROP_NONE },
		{ DHCP6_OPT_VENDOR_CLASS, 6, DROP_NONE },
		{ DHCP6_OPT_VENDOR_OPTS, 6, DROP_NONE },
		{ 65001, 1, DROP_NONE },
	};
	uint8_t zero[32] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_writer w = begin(DHCP6_SOLICIT);

		dhcp6_put_option(&w, rows[i].code, zero, rows[i].len);
		assert_int_equal(decode(&w), DROP_NONE);
		dhcp6_put_option(&w, rows[i].code, zero, rows[i].len);
		assert_int_equal(decode(&w), rows[i].why);
	}
}

static void lengths_are_those_of_the_definitions(void **state)
{
	static const struct {
		uint16_t code;
		uint16_t least;
		uint16_t most;
		uint16_t step;
	} rows[] = {
		{ DHCP6_OPT_CLIENT_ID, 1, 130, 1 },
		{ DHCP6_OPT_SERVER_ID, 1, 130, 1 },
		{ DHCP6_OPT_ORO, 0, 512, 2 },
		{ DHCP6_OPT_ELAPSED_TIME, 2, 2, 1 },
		{ DHCP6_OPT_RAPID_COMMIT, 0, 0, 1 },
		{ DHCP6_OPT_RECONF_ACCEPT, 0, 0, 1 },
		{ DHCP6_OPT_FQDN, 1, 140, 1 },
		{ DHCP6_OPT_AUTH, 11, 140, 1 },
	};
	uint8_t zero[140] = { 0 };
	uint16_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (len = 0; len <= sizeof(zero); len++) {
			struct wire_writer w = begin(DHCP6_SOLICIT);
			bool is_right = len >= rows[i].least &&
					len <= rows[i].most &&
					len % rows[i].step == 0;

			dhcp6_put_option(&w, rows[i].code, zero, len);
			assert_int_equal(decode(&w),
					 is_right ? DROP_NONE
						  : DROP_DHCP6_OPTION_LENGTH);
		}
	}
}

static void prefixes_of_more_than_128_bits_are_rejected(void **state)
{
	unsigned int len;

	(void)state;
	for (len = 0; len < 256; len++) {
		struct wire_writer w = begin(DHCP6_SOLICIT);
		size_t at = open_ia(&w, DHCP6_OPT_IA_PD, 1);

		put_prefix(&w, "::", (uint8_t)len);
		dhcp6_close_option(&w, at);
		assert_int_equal(decode(&w), len > 128
						     ? DROP_DHCP6_PREFIX_LENGTH
						     : DROP_NONE);
	}
}

static void rfc9915_21_22_bits_behind_a_prefix_are_ignored(void **state)
{
	struct wire_writer w = begin(DHCP6_SOLICIT);
	size_t at = open_ia(&w, DHCP6_OPT_IA_PD, 1);
	struct in6_addr want;

	(void)state;
	put_prefix(&w, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 44);
	dhcp6_close_option(&w, at);
	assert_int_equal(decode(&w), DROP_NONE);
	inet_pton(AF_INET6, "2001:db8:fff0::", &want);
	assert_memory_equal(&msg.item[0].addr, &want, sizeof(want));
}

static void rfc9915_21_5_ia_ta_is_ignored(void **state)
{
	struct wire_writer w = begin(DHCP6_SOLICIT);
	size_t at = dhcp6_open_option(&w, DHCP6_OPT_IA_TA);

	(void)state;
	wire_put_u32(&w, 9);
	put_address(&w, "2001:db8::1");
	dhcp6_close_option(&w, at);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.ia_count, 0);
	assert_int_equal(msg.item_count, 0);
}

static void rfc9915_21_12_server_unicast_is_ignored(void **state)
{
	struct wire_writer w = begin(DHCP6_SOLICIT);

	(void)state;
	dhcp6_put_option(&w, DHCP6_OPT_UNICAST, "abc", 3);
	dhcp6_put_option(&w, DHCP6_OPT_UNICAST, "abc", 3);
	assert_int_equal(decode(&w), DROP_NONE);
}

static void items_in_the_wrong_place_are_stepped_over(void **state)
{
	struct wire_writer w = begin(DHCP6_SOLICIT);
	size_t at = open_ia(&w, DHCP6_OPT_IA_NA, 1);

	(void)state;
	put_prefix(&w, "2001:db8::", 48);
	dhcp6_close_option(&w, at);
	at = open_ia(&w, DHCP6_OPT_IA_PD, 2);
	put_address(&w, "2001:db8::1");
	dhcp6_put_status(&w, DHCP6_STATUS_SUCCESS, "ok");
	dhcp6_close_option(&w, at);
	put_address(&w, "2001:db8::1");
	put_prefix(&w, "2001:db8::", 48);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.ia_count, 2);
	assert_int_equal(msg.item_count, 0);
}

static void more_ias_than_the_bound_are_rejected(void **state)
{
	unsigned int count, i;

	(void)state;
	for (count = DHCP6_IA_MAX; count <= DHCP6_IA_MAX + 1; count++) {
		struct wire_writer w = begin(DHCP6_SOLICIT);

		for (i = 0; i < count; i++)
			dhcp6_close_option(&w, open_ia(&w,
						       i % 2 ? DHCP6_OPT_IA_NA
							     : DHCP6_OPT_IA_PD,
						       i));
		assert_int_equal(decode(&w), count > DHCP6_IA_MAX
						     ? DROP_DHCP6_BOUNDS
						     : DROP_NONE);
	}
}

static void more_items_than_the_bound_are_rejected(void **state)
{
	unsigned int count, i;

	(void)state;
	for (count = DHCP6_IA_ITEMS_MAX; count <= DHCP6_IA_ITEMS_MAX + 1;
	     count++) {
		struct wire_writer w = begin(DHCP6_SOLICIT);
		size_t at = open_ia(&w, DHCP6_OPT_IA_NA, 1);

		for (i = 0; i < count; i++) {
			if (i == 10) {
				dhcp6_close_option(&w, at);
				at = open_ia(&w, DHCP6_OPT_IA_PD, 2);
			}
			if (i < 10)
				put_address(&w, "2001:db8::1");
			else
				put_prefix(&w, "2001:db8::", 48);
		}
		dhcp6_close_option(&w, at);
		assert_int_equal(decode(&w), count > DHCP6_IA_ITEMS_MAX
						     ? DROP_DHCP6_BOUNDS
						     : DROP_NONE);
	}
}

static void more_options_than_the_bound_are_rejected(void **state)
{
	unsigned int count, i;

	(void)state;
	for (count = DHCP6_MSG_OPTION_STEPS;
	     count <= DHCP6_MSG_OPTION_STEPS + 1; count++) {
		struct wire_writer w = begin(DHCP6_SOLICIT);
		size_t at = open_ia(&w, DHCP6_OPT_IA_NA, 1);

		for (i = 0; i < 100; i++)
			dhcp6_put_option(&w, 65001, NULL, 0);
		dhcp6_close_option(&w, at);
		for (i = 0; i < count - 101; i++)
			dhcp6_put_option(&w, 65001, NULL, 0);
		assert_int_equal(decode(&w), count > DHCP6_MSG_OPTION_STEPS
						     ? DROP_DHCP6_BOUNDS
						     : DROP_NONE);
	}
}

static void more_requested_codes_than_the_bound_are_rejected(void **state)
{
	static uint8_t codes[2 * DHCP6_ORO_MAX + 2];
	struct wire_writer w = begin(DHCP6_SOLICIT);

	(void)state;
	codes[2 * DHCP6_ORO_MAX - 1] = 88;
	dhcp6_put_option(&w, DHCP6_OPT_ORO, codes, 2 * DHCP6_ORO_MAX);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_true(dhcp6_is_requested(&msg, 88));
	w = begin(DHCP6_SOLICIT);
	dhcp6_put_option(&w, DHCP6_OPT_ORO, codes, sizeof(codes));
	assert_int_equal(decode(&w), DROP_DHCP6_BOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(every_truncation_inside_an_option_is_rejected),
		cmocka_unit_test(truncations_inside_an_ia_are_rejected),
		cmocka_unit_test(short_ias_addresses_and_prefixes_are_rejected),
		cmocka_unit_test(singletons_that_are_there_twice_are_rejected),
		cmocka_unit_test(lengths_are_those_of_the_definitions),
		cmocka_unit_test(prefixes_of_more_than_128_bits_are_rejected),
		cmocka_unit_test(
			rfc9915_21_22_bits_behind_a_prefix_are_ignored),
		cmocka_unit_test(rfc9915_21_5_ia_ta_is_ignored),
		cmocka_unit_test(rfc9915_21_12_server_unicast_is_ignored),
		cmocka_unit_test(items_in_the_wrong_place_are_stepped_over),
		cmocka_unit_test(more_ias_than_the_bound_are_rejected),
		cmocka_unit_test(more_items_than_the_bound_are_rejected),
		cmocka_unit_test(more_options_than_the_bound_are_rejected),
		cmocka_unit_test(
			more_requested_codes_than_the_bound_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
