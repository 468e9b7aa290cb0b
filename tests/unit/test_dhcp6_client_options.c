/* SPDX-License-Identifier: BSD-2-Clause */
/* Option 88, signatures, and what servers really sent, as a client reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6_client.h"

#define BUF_SIZE 16384

static const uint8_t our_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
static const uint8_t server_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 2 };

static uint8_t buf[BUF_SIZE];
static struct dhcp6_server_msg msg;

static struct wire_writer begin(uint8_t type)
{
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	wire_put_u32(&w, (uint32_t)type << 24 | 0x123456);
	return w;
}

static void put_ids(struct wire_writer *w)
{
	dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID, our_duid, sizeof(our_duid));
	dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, server_duid,
			 sizeof(server_duid));
}

static enum drop_reason decode(const struct wire_writer *w)
{
	assert_false(w->failed);
	return dhcp6_decode_server_msg(wire_reader(buf, wire_len(w)), &msg);
}

static enum drop_reason judge(const struct wire_writer *w)
{
	assert_int_equal(decode(w), DROP_NONE);
	return dhcp6_validate_for_client(&msg, our_duid, sizeof(our_duid));
}

static struct in6_addr address(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

/* ---- RFC 7341 section 7.2 ---- */

static void put_servers(struct wire_writer *w, const char *const *text,
			size_t count, size_t extra)
{
	size_t at = dhcp6_open_option(w, DHCP6_OPT_DHCP4O6_SERVER);
	size_t i;

	for (i = 0; i < count; i++) {
		struct in6_addr addr = address(text[i]);

		wire_put_mem(w, &addr, sizeof(addr));
	}
	wire_put_zero(w, extra);
	dhcp6_close_option(w, at);
}

static void
rfc7341_7_2_absent_empty_and_listed_servers_are_told_apart(void **state)
{
	static const char *const two[] = { "2001:db8::1", "ff02::1:2" };
	struct wire_writer w = begin(DHCP6_REPLY);

	(void)state;
	assert_int_equal(decode(&w), DROP_NONE);
	assert_false(msg.dhcp4o6.is_given);
	put_servers(&w, NULL, 0, 0);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_true(msg.dhcp4o6.is_given);
	assert_int_equal(msg.dhcp4o6.count, 0);
	w = begin(DHCP6_REPLY);
	put_servers(&w, two, 2, 0);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_true(msg.dhcp4o6.is_given);
	assert_int_equal(msg.dhcp4o6.count, 2);
	assert_true(IN6_IS_ADDR_MULTICAST(&msg.dhcp4o6.addr[1]));
}

static void
rfc7341_7_2_list_that_is_not_of_addresses_counts_as_absent(void **state)
{
	static const char *const one[] = { "2001:db8::1" };
	size_t extra;

	(void)state;
	for (extra = 1; extra < 16; extra++) {
		struct wire_writer w = begin(DHCP6_REPLY);

		put_servers(&w, one, 1, extra);
		assert_int_equal(decode(&w), DROP_NONE);
		assert_false(msg.dhcp4o6.is_given);
	}
}

static void
rfc7341_12_first_of_repeated_addresses_counts_and_no_other(void **state)
{
	static const char *const list[] = { "2001:db8::2", "2001:db8::1",
					    "2001:db8::2", "2001:db8::1",
					    "2001:db8::3" };
	struct wire_writer w = begin(DHCP6_REPLY);
	struct dhcp4o6_servers other;
	struct in6_addr first = address("2001:db8::2");

	(void)state;
	put_servers(&w, list, 5, 0);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.dhcp4o6.count, 3);
	assert_memory_equal(&msg.dhcp4o6.addr[0], &first, sizeof(first));
	other = msg.dhcp4o6;
	assert_true(dhcp4o6_servers_equal(&other, &msg.dhcp4o6));
	other.count--;
	assert_false(dhcp4o6_servers_equal(&other, &msg.dhcp4o6));
	other.count++;
	other.addr[2].s6_addr[15]++;
	assert_false(dhcp4o6_servers_equal(&other, &msg.dhcp4o6));
}

static void no_list_makes_a_client_ask_more_than_it_may(void **state)
{
	struct wire_writer w = begin(DHCP6_REPLY);
	size_t at = dhcp6_open_option(&w, DHCP6_OPT_DHCP4O6_SERVER);
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * DHCP4O6_SERVERS_MAX; i++) {
		wire_put_u32(&w, 0x20010db8);
		wire_put_zero(&w, 8);
		wire_put_u32(&w, i);
	}
	dhcp6_close_option(&w, at);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.dhcp4o6.count, DHCP4O6_SERVERS_MAX);
}

/* ---- Authentication ---- */

static void
rfc9915_20_4_2_signature_holds_for_the_message_and_key_alone(void **state)
{
	const uint8_t key[DHCP6_RKAP_LEN] = { 9, 8, 7 };
	const uint8_t other[DHCP6_RKAP_LEN] = { 9, 8, 6 };
	const uint8_t wish = DHCP6_RENEW;
	struct wire_writer w = begin(DHCP6_RECONFIGURE);
	size_t at, i;

	(void)state;
	put_ids(&w);
	at = dhcp6_put_rkap_hmac(&w, 0x0102030405060708);
	dhcp6_put_option(&w, DHCP6_OPT_RECONF_MSG, &wish, 1);
	dhcp6_sign_rkap(&w, 0, at, key);
	assert_int_equal(judge(&w), DROP_NONE);
	assert_true(msg.rkap.replay == 0x0102030405060708);
	assert_true(dhcp6_verify_rkap(msg.whole, msg.rkap.value, key));
	assert_false(dhcp6_verify_rkap(msg.whole, msg.rkap.value, other));
	for (i = 0; i < wire_len(&w); i++) {
		buf[i] ^= 1;
		assert_false(dhcp6_verify_rkap(msg.whole, msg.rkap.value, key));
		buf[i] ^= 1;
	}
}

static void other_ways_to_authenticate_count_as_none(void **state)
{
	const uint8_t key[DHCP6_RKAP_LEN] = { 1 };
	struct wire_writer w = begin(DHCP6_REPLY);
	static const size_t must_be[] = { 0, 1, 2, 11 };
	size_t i;

	(void)state;
	dhcp6_put_rkap_key(&w, 5, key);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_true(msg.has_rkap);
	assert_int_equal(msg.rkap.type, DHCP6_RKAP_KEY);
	assert_true(msg.rkap.replay == 5);
	assert_memory_equal(msg.rkap.value, key, sizeof(key));
	for (i = 0; i < sizeof(must_be) / sizeof(must_be[0]); i++) {
		buf[8 + must_be[i]] ^= 0x10;
		assert_int_equal(decode(&w), DROP_NONE);
		assert_false(msg.has_rkap);
		buf[8 + must_be[i]] ^= 0x10;
	}
	w = begin(DHCP6_REPLY);
	dhcp6_put_option(&w, DHCP6_OPT_AUTH, key, 12);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_false(msg.has_rkap);
}

/* ---- What others sent ---- */

/* REPLY of ISC's server after `T1' and `T2' of zero. */
static const uint8_t isc_reply[] = {
	0x07, 0x6f, 0xd3, 0x9b, 0x00, 0x03, 0x00, 0x28, 0x39, 0xc4, 0x31,
	0xdc, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0x00, 0x18, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x01, 0x4a, 0x0d, 0x00, 0x00, 0x08, 0xca,
	0x00, 0x00, 0x0e, 0x10, 0x00, 0x01, 0x00, 0x0e, 0x00, 0x01, 0x00,
	0x01, 0x32, 0x96, 0xa5, 0xd7, 0x36, 0x12, 0x39, 0xc4, 0x31, 0xdc,
	0x00, 0x02, 0x00, 0x0e, 0x00, 0x01, 0x00, 0x01, 0x32, 0x96, 0xa5,
	0xd5, 0xe2, 0x3d, 0x4c, 0xf0, 0x51, 0xb9, 0x00, 0x58, 0x00, 0x00,
};

static void reads_what_a_server_of_isc_sent(void **state)
{
	struct wire_reader in = wire_reader(isc_reply, sizeof(isc_reply));

	(void)state;
	assert_int_equal(dhcp6_decode_server_msg(in, &msg), DROP_NONE);
	assert_int_equal(dhcp6_validate_for_client(&msg, isc_reply + 52, 14),
			 DROP_NONE);
	assert_int_equal(msg.xid, 0x6fd39b);
	assert_int_equal(msg.ia_count, 1);
	assert_int_equal(msg.ia[0].iaid, 0x39c431dc);
	assert_int_equal(msg.item_count, 1);
	assert_int_equal(msg.item[0].preferred_s, 2250);
	assert_int_equal(msg.item[0].valid_s, 3600);
	assert_true(msg.dhcp4o6.is_given);
	assert_int_equal(msg.dhcp4o6.count, 0);
}

static void every_truncation_is_refused_or_ends_between_options(void **state)
{
	size_t len, whole = 0;

	(void)state;
	for (len = 0; len < sizeof(isc_reply); len++) {
		uint8_t *copy = malloc(len ? len : 1);
		enum drop_reason why;

		assert_non_null(copy);
		memcpy(copy, isc_reply, len);
		why = dhcp6_decode_server_msg(wire_reader(copy, len), &msg);
		if (why == DROP_NONE)
			whole++;
		else
			assert_int_equal(why,
					 len < 4 ? DROP_DHCP6_SHORT
						 : DROP_DHCP6_OPTION_OVERRUN);
		free(copy);
	}
	assert_int_equal(whole, 4); /* behind the head and each option */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc7341_7_2_absent_empty_and_listed_servers_are_told_apart),
		cmocka_unit_test(
			rfc7341_7_2_list_that_is_not_of_addresses_counts_as_absent),
		cmocka_unit_test(
			rfc7341_12_first_of_repeated_addresses_counts_and_no_other),
		cmocka_unit_test(no_list_makes_a_client_ask_more_than_it_may),
		cmocka_unit_test(
			rfc9915_20_4_2_signature_holds_for_the_message_and_key_alone),
		cmocka_unit_test(other_ways_to_authenticate_count_as_none),
		cmocka_unit_test(reads_what_a_server_of_isc_sent),
		cmocka_unit_test(
			every_truncation_is_refused_or_ends_between_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
