/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of DHCPv6 servers as a client reads them (RFC 9915). */
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

static size_t open_ia(struct wire_writer *w, uint16_t code, uint32_t t1_s,
		      uint32_t t2_s)
{
	size_t at = dhcp6_open_option(w, code);

	wire_put_u32(w, 7);
	wire_put_u32(w, t1_s);
	wire_put_u32(w, t2_s);
	return at;
}

static struct in6_addr address(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

/* len 128 in an IA_NA: an address; any in an IA_PD. */
static void put_item(struct wire_writer *w, uint16_t code, const char *text,
		     uint8_t len, const uint32_t lifetime_s[2])
{
	struct in6_addr addr = address(text);
	size_t at = dhcp6_open_option(w, code);

	if (code == DHCP6_OPT_IAADDR)
		wire_put_mem(w, &addr, sizeof(addr));
	wire_put_u32(w, lifetime_s[0]);
	wire_put_u32(w, lifetime_s[1]);
	if (code == DHCP6_OPT_IAPREFIX) {
		wire_put_u8(w, len);
		wire_put_mem(w, &addr, sizeof(addr));
	}
	dhcp6_close_option(w, at);
}

static void put_u32_option(struct wire_writer *w, uint16_t code, uint32_t v)
{
	size_t at = dhcp6_open_option(w, code);

	wire_put_u32(w, v);
	dhcp6_close_option(w, at);
}

static const uint32_t hour[2] = { 1800, 3600 };

/* ---- RFC 9915 section 16 ---- */

static void rfc9915_16_client_takes_three_types_and_no_others(void **state)
{
	unsigned int type;

	(void)state;
	for (type = 0; type < 256; type++) {
		struct wire_writer w = begin((uint8_t)type);
		bool is_taken = type == DHCP6_ADVERTISE ||
				type == DHCP6_REPLY ||
				type == DHCP6_RECONFIGURE;

		put_ids(&w);
		assert_int_equal(decode(&w),
				 is_taken ? DROP_NONE : DROP_DHCP6_TYPE);
	}
}

static void rfc9915_16_client_steps_over_unknown_options(void **state)
{
	struct wire_writer w = begin(DHCP6_REPLY);

	(void)state;
	put_ids(&w);
	dhcp6_put_option(&w, 65001, "abc", 3);
	dhcp6_put_option(&w, DHCP6_OPT_IA_TA, "abcd", 4);
	assert_int_equal(judge(&w), DROP_NONE);
	assert_int_equal(msg.ia_count, 0);
}

static void check_ids(uint8_t type, bool has_client, bool has_server,
		      enum drop_reason want)
{
	struct wire_writer w = begin(type);

	if (has_client)
		dhcp6_put_option(&w, DHCP6_OPT_CLIENT_ID, our_duid,
				 sizeof(our_duid));
	if (has_server)
		dhcp6_put_option(&w, DHCP6_OPT_SERVER_ID, server_duid,
				 sizeof(server_duid));
	assert_int_equal(judge(&w), want);
}

static void check_other_client(uint8_t type, const uint8_t *duid, size_t len)
{
	struct wire_writer w = begin(type);

	dhcp6_put_option(&w, DHCP6_OPT_CLIENT_ID, duid, len);
	dhcp6_put_option(&w, DHCP6_OPT_SERVER_ID, server_duid,
			 sizeof(server_duid));
	assert_int_equal(judge(&w), DROP_DHCP6_CLIENT_ID);
}

static void rfc9915_16_3_advertise_names_its_server_and_us(void **state)
{
	(void)state;
	check_ids(DHCP6_ADVERTISE, true, true, DROP_NONE);
	check_ids(DHCP6_ADVERTISE, true, false, DROP_DHCP6_NO_SERVER_ID);
	check_ids(DHCP6_ADVERTISE, false, true, DROP_DHCP6_NO_CLIENT_ID);
	check_other_client(DHCP6_ADVERTISE, server_duid, sizeof(server_duid));
	check_other_client(DHCP6_ADVERTISE, our_duid, sizeof(our_duid) - 1);
}

static void rfc9915_16_10_reply_names_its_server_and_us(void **state)
{
	(void)state;
	check_ids(DHCP6_REPLY, true, true, DROP_NONE);
	check_ids(DHCP6_REPLY, true, false, DROP_DHCP6_NO_SERVER_ID);
	check_ids(DHCP6_REPLY, false, true, DROP_DHCP6_NO_CLIENT_ID);
	check_other_client(DHCP6_REPLY, server_duid, sizeof(server_duid));
	/* Who did not name itself need not be named. */
	assert_int_equal(dhcp6_validate_for_client(&msg, NULL, 0),
			 DROP_DHCP6_CLIENT_ID);
}

static enum drop_reason judge_reconfigure(uint8_t wish, bool has_auth,
					  bool is_key)
{
	static const uint8_t key[DHCP6_RKAP_LEN] = { 1 };
	struct wire_writer w = begin(DHCP6_RECONFIGURE);

	put_ids(&w);
	if (wish)
		dhcp6_put_option(&w, DHCP6_OPT_RECONF_MSG, &wish, 1);
	if (has_auth && is_key)
		dhcp6_put_rkap_key(&w, 1, key);
	else if (has_auth)
		dhcp6_put_rkap_hmac(&w, 1);
	return judge(&w);
}

static void rfc9915_16_11_reconfigure_asks_for_one_of_three(void **state)
{
	unsigned int wish;

	(void)state;
	for (wish = 0; wish < 256; wish++)
		assert_int_equal(
			judge_reconfigure((uint8_t)wish, true, false),
			wish == DHCP6_RENEW || wish == DHCP6_REBIND ||
					wish == DHCP6_INFORMATION_REQUEST
				? DROP_NONE
				: DROP_DHCP6_RECONFIGURE);
}

static void rfc9915_16_11_reconfigure_is_authenticated(void **state)
{
	(void)state;
	assert_int_equal(judge_reconfigure(DHCP6_RENEW, false, false),
			 DROP_DHCP6_AUTH);
	assert_int_equal(judge_reconfigure(DHCP6_RENEW, true, true),
			 DROP_DHCP6_AUTH);
	check_ids(DHCP6_RECONFIGURE, true, false, DROP_DHCP6_NO_SERVER_ID);
	check_ids(DHCP6_RECONFIGURE, false, true, DROP_DHCP6_NO_CLIENT_ID);
}

/* ---- Values ---- */

static void rfc9915_21_4_ia_with_t1_behind_t2_is_discarded(void **state)
{
	static const struct {
		uint32_t t1_s, t2_s;
		bool is_kept;
	} row[] = {
		{ 0, 0, true },      { 100, 0, true },
		{ 0, 100, true },    { 100, 100, true },
		{ 101, 100, false }, { DHCP6_INFINITE, 100, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct wire_writer w = begin(DHCP6_REPLY);
		size_t at =
			open_ia(&w, DHCP6_OPT_IA_NA, row[i].t1_s, row[i].t2_s);

		put_item(&w, DHCP6_OPT_IAADDR, "2001:db8::1", 128, hour);
		dhcp6_close_option(&w, at);
		at = open_ia(&w, DHCP6_OPT_IA_PD, 1, 2);
		put_item(&w, DHCP6_OPT_IAPREFIX, "2001:db8:1::", 48, hour);
		dhcp6_close_option(&w, at);
		assert_int_equal(decode(&w), DROP_NONE);
		assert_int_equal(msg.ia_count, row[i].is_kept ? 2 : 1);
		assert_int_equal(msg.item_count, row[i].is_kept ? 2 : 1);
		assert_int_equal(msg.item[msg.item_count - 1].prefix_len, 48);
	}
}

static unsigned int items_of(uint16_t ia, const char *text, uint8_t len,
			     const uint32_t lifetime_s[2])
{
	struct wire_writer w = begin(DHCP6_REPLY);
	uint16_t code =
		ia == DHCP6_OPT_IA_PD ? DHCP6_OPT_IAPREFIX : DHCP6_OPT_IAADDR;
	size_t at = open_ia(&w, ia, 0, 0);

	put_item(&w, code, text, len, lifetime_s);
	put_item(&w, code, "2001:db8::aaaa", 128, hour);
	dhcp6_close_option(&w, at);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.ia_count, 1);
	assert_int_equal(msg.ia[0].item_count, msg.item_count);
	assert_true(msg.item_count >= 1);
	return msg.item_count - 1;
}

static void
rfc9915_21_6_item_preferred_longer_than_valid_is_discarded(void **state)
{
	static const uint32_t wrong[2] = { 3601, 3600 };
	static const uint32_t equal[2] = { 3600, 3600 };
	static const uint32_t ended[2] = { 0, 0 };
	static const uint32_t infinite[2] = { UINT32_MAX, UINT32_MAX };

	(void)state;
	assert_int_equal(items_of(DHCP6_OPT_IA_NA, "2001:db8::1", 128, wrong),
			 0);
	assert_int_equal(items_of(DHCP6_OPT_IA_PD, "2001:db8::", 56, wrong), 0);
	assert_int_equal(items_of(DHCP6_OPT_IA_NA, "2001:db8::1", 128, equal),
			 1);
	assert_int_equal(items_of(DHCP6_OPT_IA_NA, "2001:db8::1", 128, ended),
			 1);
	assert_int_equal(items_of(DHCP6_OPT_IA_PD, "2001:db8::", 56, infinite),
			 1);
}

static void what_no_host_can_have_is_discarded(void **state)
{
	static const char *const text[] = { "::", "::1", "ff02::1:2", "fe80::1",
					    "::ffff:192.0.2.1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		assert_int_equal(items_of(DHCP6_OPT_IA_NA, text[i], 128, hour),
				 0);
	assert_int_equal(items_of(DHCP6_OPT_IA_PD, "2001:db8::", 0, hour), 0);
	assert_int_equal(items_of(DHCP6_OPT_IA_PD, "fe80::", 64, hour), 0);
	assert_int_equal(items_of(DHCP6_OPT_IA_NA, "fd00::1", 128, hour), 1);
}

static void statuses_are_read_where_they_stand(void **state)
{
	struct wire_writer w = begin(DHCP6_REPLY);
	size_t ia, item;

	(void)state;
	put_ids(&w);
	dhcp6_put_status(&w, DHCP6_STATUS_UNSPEC_FAIL, "no");
	ia = open_ia(&w, DHCP6_OPT_IA_NA, 0, 0);
	dhcp6_put_status(&w, DHCP6_STATUS_NO_BINDING, NULL);
	dhcp6_close_option(&w, ia);
	ia = open_ia(&w, DHCP6_OPT_IA_PD, 0, 0);
	item = dhcp6_open_option(&w, DHCP6_OPT_IAPREFIX);
	wire_put_u32(&w, 1);
	wire_put_u32(&w, 2);
	wire_put_u8(&w, 32);
	wire_put_u32(&w, 0x20010db8);
	wire_put_zero(&w, 12);
	dhcp6_put_status(&w, DHCP6_STATUS_NO_PREFIX_AVAIL, NULL);
	dhcp6_close_option(&w, item);
	dhcp6_close_option(&w, ia);
	assert_int_equal(judge(&w), DROP_NONE);
	assert_int_equal(msg.status, DHCP6_STATUS_UNSPEC_FAIL);
	assert_int_equal(wire_left(&msg.status_text), 2);
	assert_memory_equal(msg.status_text.pos, "no", 2);
	assert_int_equal(msg.ia[0].status, DHCP6_STATUS_NO_BINDING);
	assert_int_equal(msg.ia[1].status, DHCP6_STATUS_SUCCESS);
	assert_int_equal(msg.item[0].status, DHCP6_STATUS_NO_PREFIX_AVAIL);
}

static void check_times(uint32_t value, uint32_t max_rt_s, uint32_t refresh_s)
{
	struct wire_writer w = begin(DHCP6_REPLY);

	put_u32_option(&w, DHCP6_OPT_SOL_MAX_RT, value);
	put_u32_option(&w, DHCP6_OPT_INF_MAX_RT, value);
	put_u32_option(&w, DHCP6_OPT_INFO_REFRESH_TIME, value);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.sol_max_rt_s, max_rt_s);
	assert_int_equal(msg.inf_max_rt_s, max_rt_s);
	assert_int_equal(msg.refresh_s, refresh_s);
}

static void rfc9915_21_24_max_rt_out_of_bounds_is_ignored(void **state)
{
	(void)state;
	check_times(59, 0, 600);
	check_times(60, 60, 600);
	check_times(86400, 86400, 86400);
	check_times(86401, 0, 86401);
}

static void rfc9915_21_23_refresh_time_is_a_day_and_never_short(void **state)
{
	struct wire_writer w = begin(DHCP6_REPLY);

	(void)state;
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.refresh_s, 86400);
	check_times(0, 0, 600);
	check_times(599, 599, 600);
	check_times(600, 600, 600);
	check_times(DHCP6_INFINITE, 0, DHCP6_INFINITE);
}

static void preference_and_flags_are_read(void **state)
{
	struct wire_writer w = begin(DHCP6_ADVERTISE);
	uint8_t preference = 255;

	(void)state;
	dhcp6_put_option(&w, DHCP6_OPT_PREFERENCE, &preference, 1);
	dhcp6_put_option(&w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	dhcp6_put_option(&w, DHCP6_OPT_RECONF_ACCEPT, NULL, 0);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.preference, 255);
	assert_true(msg.rapid_commit);
	assert_true(msg.reconfigure_accept);
	w = begin(DHCP6_ADVERTISE);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(msg.preference, 0);
	assert_false(msg.rapid_commit);
	assert_false(msg.reconfigure_accept);
}

static void once_means_once(void **state)
{
	static const uint16_t code[] = { DHCP6_OPT_PREFERENCE,
					 DHCP6_OPT_RECONF_MSG };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
		struct wire_writer w = begin(DHCP6_REPLY);

		dhcp6_put_option(&w, code[i], "a", 1);
		assert_int_equal(decode(&w), DROP_NONE);
		dhcp6_put_option(&w, code[i], "a", 1);
		assert_int_equal(decode(&w), DROP_DHCP6_REPEATED);
		w = begin(DHCP6_REPLY);
		dhcp6_put_option(&w, code[i], "ab", 2);
		assert_int_equal(decode(&w), DROP_DHCP6_OPTION_LENGTH);
	}
}

static void more_ias_than_a_message_may_have_reject_it(void **state)
{
	struct wire_writer w = begin(DHCP6_REPLY);
	unsigned int i;

	(void)state;
	for (i = 0; i <= DHCP6_IA_MAX; i++) {
		assert_int_equal(decode(&w), DROP_NONE);
		dhcp6_close_option(&w, open_ia(&w, DHCP6_OPT_IA_NA, 0, 0));
	}
	assert_int_equal(decode(&w), DROP_DHCP6_BOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_16_client_takes_three_types_and_no_others),
		cmocka_unit_test(rfc9915_16_client_steps_over_unknown_options),
		cmocka_unit_test(
			rfc9915_16_3_advertise_names_its_server_and_us),
		cmocka_unit_test(rfc9915_16_10_reply_names_its_server_and_us),
		cmocka_unit_test(
			rfc9915_16_11_reconfigure_asks_for_one_of_three),
		cmocka_unit_test(rfc9915_16_11_reconfigure_is_authenticated),
		cmocka_unit_test(
			rfc9915_21_4_ia_with_t1_behind_t2_is_discarded),
		cmocka_unit_test(
			rfc9915_21_6_item_preferred_longer_than_valid_is_discarded),
		cmocka_unit_test(what_no_host_can_have_is_discarded),
		cmocka_unit_test(statuses_are_read_where_they_stand),
		cmocka_unit_test(rfc9915_21_24_max_rt_out_of_bounds_is_ignored),
		cmocka_unit_test(
			rfc9915_21_23_refresh_time_is_a_day_and_never_short),
		cmocka_unit_test(preference_and_flags_are_read),
		cmocka_unit_test(once_means_once),
		cmocka_unit_test(more_ias_than_a_message_may_have_reject_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
