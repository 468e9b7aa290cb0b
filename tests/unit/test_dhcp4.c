/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv4 messages: splitting, overloading, lengths, and what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4.h"
#include "rng.h"

#define SEED     0x5eed0007
#define BUF_SIZE 8192
#define AT_HLEN  2
#define AT_SNAME 44
#define AT_FILE  108
#define AT_FIRST 240 /* the first option */

static struct dhcp4_msg msg;

/* A request under construction: fixed part, cookie, option 53. */
struct draft {
	uint8_t data[BUF_SIZE];
	struct wire_writer w;
};

static void draft_init(struct draft *d, uint8_t op, uint8_t type)
{
	static const uint8_t chaddr[DHCP4_CHADDR_LEN] = { 2, 0, 0, 0, 0, 1 };
	struct dhcp4_header header = {
		.op = op,
		.htype = 1,
		.hlen = 6,
		.xid = 0x4f360001,
		.flags = DHCP4_FLAG_BROADCAST,
		.ciaddr.s_addr = htonl(0x0a0a0a64),
		.yiaddr.s_addr = htonl(0x0a0a0a65),
		.siaddr.s_addr = htonl(0x0a0a0a66),
		.giaddr.s_addr = htonl(0x0a0a0a67),
		.chaddr = chaddr,
	};

	d->w = wire_writer(d->data, sizeof(d->data));
	dhcp4_begin(&d->w, &header);
	dhcp4_put_u8(&d->w, DHCP4_OPT_MESSAGE_TYPE, type);
}

/* From memory of the exact length, so that sanitizers see reads past it. */
static enum drop_reason decode_len(const struct draft *d, size_t len)
{
	static uint8_t *copy; /* msg points into it until the next one */

	assert_false(d->w.failed);
	free(copy);
	copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, d->data, len);
	return dhcp4_decode_request(wire_reader(copy, len), &msg);
}

static enum drop_reason decode(const struct draft *d)
{
	return decode_len(d, wire_len(&d->w));
}

static void assert_option(uint8_t code, const void *body, size_t len)
{
	struct dhcp4_option opt = dhcp4_option(&msg, code);

	assert_true(dhcp4_has_option(&msg, code));
	assert_int_equal(opt.len, len);
	if (len)
		assert_memory_equal(opt.data, body, len);
}

static void what_is_written_is_read(void **state)
{
	struct draft d;

	(void)state;
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_REQUEST);
	dhcp4_put_addr(&d.w, DHCP4_OPT_REQUESTED_ADDRESS,
		       (struct in_addr){ htonl(0x0a0a0a64) });
	dhcp4_put_u32(&d.w, DHCP4_OPT_LEASE_TIME, 3600);
	dhcp4_put_option(&d.w, DHCP4_OPT_HOST_NAME, "", 0);
	dhcp4_end(&d.w, 0, DHCP4_MIN_REPLY_LEN);
	assert_int_equal(wire_len(&d.w), 300);
	assert_int_equal(decode(&d), DROP_NONE);
	assert_int_equal(msg.op, 1);
	assert_int_equal(msg.hlen, 6);
	assert_int_equal(msg.xid, 0x4f360001);
	assert_int_equal(msg.flags, 0x8000);
	assert_int_equal(ntohl(msg.ciaddr.s_addr), 0x0a0a0a64);
	assert_int_equal(ntohl(msg.yiaddr.s_addr), 0x0a0a0a65);
	assert_int_equal(ntohl(msg.siaddr.s_addr), 0x0a0a0a66);
	assert_int_equal(ntohl(msg.giaddr.s_addr), 0x0a0a0a67);
	assert_int_equal(msg.chaddr[5], 1);
	assert_int_equal(msg.type, DHCP4_REQUEST);
	assert_int_equal(msg.overload, 0);
	assert_int_equal(
		ntohl(dhcp4_get_addr(&msg, DHCP4_OPT_REQUESTED_ADDRESS).s_addr),
		0x0a0a0a64);
	assert_int_equal(dhcp4_get_u32(&msg, DHCP4_OPT_LEASE_TIME, 1), 3600);
	assert_int_equal(dhcp4_get_u32(&msg, DHCP4_OPT_RENEWAL_TIME, 1), 1);
	assert_int_equal(dhcp4_get_u32(&msg, DHCP4_OPT_MESSAGE_TYPE, 1), 1);
	assert_int_equal(dhcp4_get_addr(&msg, DHCP4_OPT_ROUTERS).s_addr, 0);
	assert_option(DHCP4_OPT_HOST_NAME, NULL, 0);
	assert_false(dhcp4_has_option(&msg, DHCP4_OPT_PAD));
	assert_false(dhcp4_has_option(&msg, DHCP4_OPT_END));
	assert_null(dhcp4_option(&msg, DHCP4_OPT_ROUTERS).data);
}

/* By the octets alone: what a cut at this place has to give. */
static enum drop_reason predict_prefix(const struct draft *d, size_t cut)
{
	size_t at = AT_FIRST;
	bool has_type = false;

	if (cut < 236)
		return DROP_DHCP4_SHORT;
	if (cut < AT_FIRST)
		return DROP_DHCP4_COOKIE;
	while (at < cut && d->data[at] != DHCP4_OPT_END) {
		if (d->data[at] == DHCP4_OPT_PAD) {
			at++;
			continue;
		}
		if (at + 2 > cut || at + 2 + d->data[at + 1] > cut)
			return DROP_DHCP4_OPTION_OVERRUN;
		has_type |= d->data[at] == DHCP4_OPT_MESSAGE_TYPE;
		at += 2U + d->data[at + 1];
	}
	return has_type ? DROP_NONE : DROP_DHCP4_NO_TYPE;
}

static void every_prefix_gives_the_reason_that_its_cut_means(void **state)
{
	struct draft d;
	size_t cut;

	(void)state;
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	wire_put_zero(&d.w, 2);
	dhcp4_put_option(&d.w, DHCP4_OPT_CLIENT_IDENTIFIER, "\377abcdef", 7);
	dhcp4_put_option(&d.w, DHCP4_OPT_HOST_NAME, "", 0);
	dhcp4_put_option(&d.w, DHCP4_OPT_PARAMETER_REQUEST_LIST, "\1\3\6", 3);
	dhcp4_end(&d.w, 0, 0);
	wire_put_mem(&d.w, "\61\377", 2); /* rubbish behind END */
	for (cut = 0; cut <= wire_len(&d.w); cut++)
		assert_int_equal(decode_len(&d, cut), predict_prefix(&d, cut));
}

/* Option `code` of this length in an otherwise good request. */
static enum drop_reason with_option(uint8_t code, size_t len)
{
	static const uint8_t body[400] = { 1 };
	struct draft d;

	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	dhcp4_put_option(&d.w, code, body, len);
	dhcp4_end(&d.w, 0, 0);
	return decode(&d);
}

static void lengths_are_checked_at_both_ends(void **state)
{
	static const struct {
		uint8_t code;
		size_t min;
		size_t max;
	} rule[] = {
		{ 50, 4, 4 },   { 51, 4, 4 },   { 52, 1, 1 },   { 54, 4, 4 },
		{ 55, 1, 400 }, { 57, 2, 2 },   { 61, 1, 255 }, { 118, 4, 4 },
		{ 12, 0, 400 }, { 43, 0, 400 },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rule) / sizeof(rule[0]); i++)
		for (len = 0; len <= 400; len++)
			assert_int_equal(with_option(rule[i].code, len),
					 len >= rule[i].min &&
							 len <= rule[i].max
						 ? DROP_NONE
						 : DROP_DHCP4_OPTION_LENGTH);
	/* A second option 53: joined, and then too long. */
	assert_int_equal(with_option(DHCP4_OPT_MESSAGE_TYPE, 1),
			 DROP_DHCP4_OPTION_LENGTH);
	assert_int_equal(with_option(DHCP4_OPT_MESSAGE_TYPE, 0), DROP_NONE);
}

static void types_and_ops_are_for_one_direction(void **state)
{
	static const uint8_t server_takes[] = { 0, 1, 0, 1, 1, 0, 0, 1, 1 };
	static const uint8_t client_takes[] = { 0, 0, 1, 0, 0, 1, 1, 0, 0 };
	struct draft d;
	unsigned int type;

	(void)state;
	for (type = 0; type < 256; type++) {
		draft_init(&d, DHCP4_BOOTREQUEST, (uint8_t)type);
		assert_int_equal(decode(&d), type < 9 && server_takes[type]
						     ? DROP_NONE
						     : DROP_DHCP4_TYPE);
		d.data[0] = DHCP4_BOOTREPLY;
		assert_int_equal(decode(&d), DROP_DHCP4_OP);
		assert_int_equal(
			dhcp4_decode_reply(wire_reader(d.data, wire_len(&d.w)),
					   &msg),
			type < 9 && client_takes[type] ? DROP_NONE
						       : DROP_DHCP4_TYPE);
	}
}

static void somebody_must_have_sent_it(void **state)
{
	struct draft d;

	(void)state;
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	d.data[AT_HLEN] = 0;
	assert_int_equal(decode(&d), DROP_DHCP4_NO_CLIENT);
	dhcp4_put_option(&d.w, DHCP4_OPT_CLIENT_IDENTIFIER, "x", 1);
	assert_int_equal(decode(&d), DROP_NONE);
	d.data[AT_HLEN] = 16;
	assert_int_equal(decode(&d), DROP_NONE);
	d.data[AT_HLEN] = 17;
	assert_int_equal(decode(&d), DROP_DHCP4_HLEN);
}

/* RFC 3396 section 5: options field, then file, then sname. */
static void split_options_are_joined_over_all_fields(void **state)
{
	struct draft d;

	(void)state;
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	dhcp4_put_u8(&d.w, DHCP4_OPT_OVERLOAD, 3);
	dhcp4_put_option(&d.w, DHCP4_OPT_CLIENT_IDENTIFIER, "one ", 4);
	dhcp4_put_option(&d.w, 43, "A", 1);
	dhcp4_put_option(&d.w, DHCP4_OPT_CLIENT_IDENTIFIER, "two ", 4);
	dhcp4_end(&d.w, 0, 0);
	memcpy(d.data + AT_SNAME, "\75\4four\377", 7);
	memcpy(d.data + AT_FILE, "\0\75\6three \53\1B\14\1h\377\75\1!", 17);
	assert_int_equal(decode(&d), DROP_NONE);
	assert_int_equal(msg.overload, 3);
	assert_option(DHCP4_OPT_CLIENT_IDENTIFIER, "one two three four", 18);
	assert_option(43, "AB", 2);
	assert_option(DHCP4_OPT_HOST_NAME, "h", 1);
}

static void fields_hold_options_only_if_overload_says_so(void **state)
{
	uint8_t value;
	struct draft d;

	(void)state;
	for (value = 0; value < 8; value++) {
		draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
		dhcp4_put_u8(&d.w, DHCP4_OPT_OVERLOAD, value);
		memcpy(d.data + AT_FILE, "\14\1f", 3);
		memcpy(d.data + AT_SNAME, "\17\1s", 3);
		assert_int_equal(decode(&d), DROP_NONE);
		assert_int_equal(dhcp4_has_option(&msg, 12),
				 value == 1 || value == 3);
		assert_int_equal(dhcp4_has_option(&msg, 15),
				 value == 2 || value == 3);
		assert_int_equal(msg.overload, value < 4 ? value : 0);
	}
}

static void an_overrun_in_an_overloaded_field_is_fatal(void **state)
{
	struct draft d;

	(void)state;
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	d.data[AT_FILE + DHCP4_FILE_LEN - 1] = 12; /* no room for a length */
	assert_int_equal(decode(&d), DROP_NONE);
	dhcp4_put_u8(&d.w, DHCP4_OPT_OVERLOAD, 1);
	assert_int_equal(decode(&d), DROP_DHCP4_OPTION_OVERRUN);
	d.data[AT_FILE] = DHCP4_OPT_END;
	assert_int_equal(decode(&d), DROP_NONE);
	/* Overload inside the field makes it two octets long. */
	memcpy(d.data + AT_FILE, "\64\1\3\377", 4);
	assert_int_equal(decode(&d), DROP_DHCP4_OPTION_LENGTH);
}

static void long_bodies_survive_splitting(void **state)
{
	static uint8_t body[2 * DHCP4_JOIN_SIZE];
	struct draft d;
	size_t len, i;

	(void)state;
	for (i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(i * 7 + i / 256);
	for (len = 0; len < sizeof(body); len += len < 520 ? 1 : 501) {
		draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
		dhcp4_put_option(&d.w, 43, body, len);
		dhcp4_end(&d.w, 0, 0);
		if (len > DHCP4_JOIN_SIZE) {
			assert_int_equal(decode(&d), DROP_DHCP4_OPTION_LENGTH);
			continue;
		}
		assert_int_equal(decode(&d), DROP_NONE);
		assert_option(43, body, len);
	}
}

/* Random parts of random options, joined by a plain array per code. */
static void joins_as_a_plain_array_would(void **state)
{
	static uint8_t model[256][BUF_SIZE];
	size_t len[256];
	struct rng rng = { SEED };
	struct draft d;
	unsigned int round, parts, code;

	(void)state;
	print_message("seed %#x\n", SEED);
	for (round = 0; round < 2000; round++) {
		memset(len, 0, sizeof(len));
		draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
		for (parts = rng_below(&rng, 60); parts > 0; parts--) {
			uint8_t part = (uint8_t)rng_below(&rng, 30);

			code = 128 + rng_below(&rng, 1 + round % 100);
			wire_put_u8(&d.w, (uint8_t)code);
			wire_put_u8(&d.w, part);
			while (part-- > 0) {
				uint8_t octet = (uint8_t)rng_next(&rng);

				wire_put_u8(&d.w, octet);
				model[code][len[code]++] = octet;
			}
		}
		assert_int_equal(decode(&d), DROP_NONE);
		for (code = 128; code < 228; code++)
			if (len[code])
				assert_option((uint8_t)code, model[code],
					      len[code]);
	}
}

static enum drop_reason with_relay_info(const char *body, size_t len)
{
	struct draft d;

	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	dhcp4_put_option(&d.w, DHCP4_OPT_RELAY_AGENT_INFORMATION, body, len);
	return decode(&d);
}

static void relay_information_is_looked_into(void **state)
{
	(void)state;
	assert_int_equal(
		with_relay_info("\1\2ab\5\4\12\24\24\0\13\4\12\1\2\3", 16),
		DROP_NONE);
	assert_int_equal(msg.link_selection.len, 4);
	assert_memory_equal(msg.link_selection.data, "\12\24\24\0", 4);
	assert_memory_equal(msg.server_id_override.data, "\12\1\2\3", 4);
	assert_int_equal(with_relay_info("", 0), DROP_NONE);
	assert_null(msg.link_selection.data);
	assert_int_equal(with_relay_info("\5\3abc", 5),
			 DROP_DHCP4_OPTION_LENGTH);
	assert_int_equal(with_relay_info("\13\5abcde", 7),
			 DROP_DHCP4_OPTION_LENGTH);
	assert_int_equal(with_relay_info("\5\4abcd\5\4abcd", 12),
			 DROP_DHCP4_OPTION_LENGTH);
	assert_int_equal(with_relay_info("\1\3ab", 4),
			 DROP_DHCP4_OPTION_OVERRUN);
	assert_int_equal(with_relay_info("\1", 1), DROP_DHCP4_OPTION_OVERRUN);
	/* 0 and 255 are no pad and no END in here. */
	assert_int_equal(with_relay_info("\0\0\377\1x\5\4abcd", 11), DROP_NONE);
	assert_non_null(msg.link_selection.data);
}

static void nothing_of_the_message_before_shows_through(void **state)
{
	struct draft d;

	(void)state;
	assert_int_equal(with_relay_info("\5\4abcd", 6), DROP_NONE);
	assert_int_equal(with_option(DHCP4_OPT_CLIENT_IDENTIFIER, 20),
			 DROP_NONE);
	assert_null(msg.link_selection.data);
	draft_init(&d, DHCP4_BOOTREQUEST, DHCP4_DISCOVER);
	assert_int_equal(decode(&d), DROP_NONE);
	assert_false(dhcp4_has_option(&msg, DHCP4_OPT_CLIENT_IDENTIFIER));
	assert_null(dhcp4_option(&msg, 82).data);
}

static void writing_stops_at_the_end_of_the_room(void **state)
{
	static const uint8_t body[600];
	uint8_t data[1000];
	struct wire_writer w = wire_writer(data, 500);
	struct dhcp4_header header = { .op = DHCP4_BOOTREPLY, .file = "boot" };
	char sname[70];

	(void)state;
	memset(sname, 'n', sizeof(sname) - 1);
	sname[sizeof(sname) - 1] = '\0';
	header.sname = sname;
	dhcp4_begin(&w, &header);
	assert_int_equal(wire_len(&w), 240);
	assert_int_equal(data[AT_SNAME + 63], 0);
	assert_int_equal(data[AT_SNAME + 62], 'n');
	assert_string_equal((const char *)data + AT_FILE, "boot");
	dhcp4_put_option(&w, 43, body, sizeof(body));
	assert_true(w.failed);
	w = wire_writer(data, 100);
	dhcp4_begin(&w, &header);
	dhcp4_end(&w, 0, 300);
	assert_true(w.failed);
}

static void types_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(dhcp4_msg_type_name(1), "DHCPDISCOVER");
	assert_string_equal(dhcp4_msg_type_name(8), "DHCPINFORM");
	assert_null(dhcp4_msg_type_name(0));
	assert_null(dhcp4_msg_type_name(9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(
			every_prefix_gives_the_reason_that_its_cut_means),
		cmocka_unit_test(lengths_are_checked_at_both_ends),
		cmocka_unit_test(types_and_ops_are_for_one_direction),
		cmocka_unit_test(somebody_must_have_sent_it),
		cmocka_unit_test(split_options_are_joined_over_all_fields),
		cmocka_unit_test(fields_hold_options_only_if_overload_says_so),
		cmocka_unit_test(an_overrun_in_an_overloaded_field_is_fatal),
		cmocka_unit_test(long_bodies_survive_splitting),
		cmocka_unit_test(joins_as_a_plain_array_would),
		cmocka_unit_test(relay_information_is_looked_into),
		cmocka_unit_test(nothing_of_the_message_before_shows_through),
		cmocka_unit_test(writing_stops_at_the_end_of_the_room),
		cmocka_unit_test(types_have_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
