/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server takes (RFC 9915 section 16), and the reply in its relays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dhcp6_msg_fixture.h"

static const uint8_t other_duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 2 };

/* ---- RFC 9915 section 16 ---- */

static void
rfc9915_16_types_of_servers_and_unknown_ones_are_discarded(void **state)
{
	unsigned int type;

	(void)state;
	for (type = 0; type < 256; type++) {
		struct wire_writer w = begin((uint8_t)type);
		bool is_taken =
			(type >= DHCP6_SOLICIT && type <= DHCP6_DECLINE &&
			 type != DHCP6_ADVERTISE && type != DHCP6_REPLY) ||
			type == DHCP6_INFORMATION_REQUEST;

		put_client(&w);
		assert_int_equal(decode(&w),
				 is_taken ? DROP_NONE : DROP_DHCP6_TYPE);
		msg.type = (uint8_t)type;
		if (!is_taken)
			assert_int_equal(
				dhcp6_validate_for_server(&msg, our_duid,
							  sizeof(our_duid)),
				DROP_DHCP6_TYPE);
	}
}

static void rfc9915_16_unknown_options_discard_nothing(void **state)
{
	struct wire_writer w = begin(DHCP6_SOLICIT);

	(void)state;
	put_client(&w);
	dhcp6_put_option(&w, 65001, "abc", 3);
	dhcp6_put_option(&w, 0, NULL, 0);
	assert_int_equal(decode(&w), DROP_NONE);
	assert_int_equal(
		dhcp6_validate_for_server(&msg, our_duid, sizeof(our_duid)),
		DROP_NONE);
}

enum named {
	NOBODY,
	US,
	ANOTHER,
};

static enum drop_reason judge(uint8_t type, bool has_client, enum named server)
{
	struct wire_writer w = begin(type);

	if (has_client)
		put_client(&w);
	if (server == US)
		put_server(&w);
	if (server == ANOTHER)
		dhcp6_put_option(&w, DHCP6_OPT_SERVER_ID, other_duid,
				 sizeof(other_duid));
	assert_int_equal(decode(&w), DROP_NONE);
	return dhcp6_validate_for_server(&msg, our_duid, sizeof(our_duid));
}

static void check_multicast_rules(uint8_t type)
{
	assert_int_equal(judge(type, true, NOBODY), DROP_NONE);
	assert_int_equal(judge(type, false, NOBODY), DROP_DHCP6_NO_CLIENT_ID);
	assert_int_equal(judge(type, true, US), DROP_DHCP6_SERVER_ID);
	assert_int_equal(judge(type, true, ANOTHER), DROP_DHCP6_SERVER_ID);
}

static void check_addressed_rules(uint8_t type)
{
	assert_int_equal(judge(type, true, US), DROP_NONE);
	assert_int_equal(judge(type, false, US), DROP_DHCP6_NO_CLIENT_ID);
	assert_int_equal(judge(type, true, NOBODY), DROP_DHCP6_NO_SERVER_ID);
	assert_int_equal(judge(type, true, ANOTHER), DROP_OTHER_SERVER);
}

static void rfc9915_16_2_solicit_with_server_id_is_discarded(void **state)
{
	(void)state;
	assert_int_equal(judge(DHCP6_SOLICIT, true, US), DROP_DHCP6_SERVER_ID);
	assert_int_equal(judge(DHCP6_SOLICIT, true, ANOTHER),
			 DROP_DHCP6_SERVER_ID);
}

static void rfc9915_16_2_solicit_without_client_id_is_discarded(void **state)
{
	(void)state;
	check_multicast_rules(DHCP6_SOLICIT);
}

static void rfc9915_16_4_request_names_its_client_and_us(void **state)
{
	(void)state;
	check_addressed_rules(DHCP6_REQUEST);
}

static void rfc9915_16_5_confirm_names_its_client_and_no_server(void **state)
{
	(void)state;
	check_multicast_rules(DHCP6_CONFIRM);
}

static void rfc9915_16_6_renew_names_its_client_and_us(void **state)
{
	(void)state;
	check_addressed_rules(DHCP6_RENEW);
}

static void rfc9915_16_7_rebind_names_its_client_and_no_server(void **state)
{
	(void)state;
	check_multicast_rules(DHCP6_REBIND);
}

static void rfc9915_16_8_decline_names_its_client_and_us(void **state)
{
	(void)state;
	check_addressed_rules(DHCP6_DECLINE);
}

static void rfc9915_16_9_release_names_its_client_and_us(void **state)
{
	(void)state;
	check_addressed_rules(DHCP6_RELEASE);
}

static void
rfc9915_16_12_information_request_for_another_is_discarded(void **state)
{
	(void)state;
	assert_int_equal(judge(DHCP6_INFORMATION_REQUEST, false, NOBODY),
			 DROP_NONE);
	assert_int_equal(judge(DHCP6_INFORMATION_REQUEST, true, US), DROP_NONE);
	assert_int_equal(judge(DHCP6_INFORMATION_REQUEST, true, ANOTHER),
			 DROP_OTHER_SERVER);
}

static void
rfc9915_16_12_information_request_with_an_ia_is_discarded(void **state)
{
	static const uint16_t codes[] = { DHCP6_OPT_IA_NA, DHCP6_OPT_IA_PD };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct wire_writer w = begin(DHCP6_INFORMATION_REQUEST);

		dhcp6_close_option(&w, open_ia(&w, codes[i], 1));
		assert_int_equal(decode(&w), DROP_NONE);
		assert_int_equal(dhcp6_validate_for_server(&msg, our_duid,
							   sizeof(our_duid)),
				 DROP_DHCP6_STATELESS_IA);
	}
}

/* The same octets, shorter or longer, name another server. */
static void a_server_is_named_by_its_whole_duid(void **state)
{
	uint8_t longer[sizeof(our_duid) + 1] = { 0 };
	size_t len;

	(void)state;
	memcpy(longer, our_duid, sizeof(our_duid));
	for (len = 1; len <= sizeof(longer); len++) {
		struct wire_writer w = begin(DHCP6_RENEW);

		put_client(&w);
		dhcp6_put_option(&w, DHCP6_OPT_SERVER_ID, longer, len);
		assert_int_equal(decode(&w), DROP_NONE);
		assert_int_equal(dhcp6_validate_for_server(&msg, our_duid,
							   sizeof(our_duid)),
				 len == sizeof(our_duid) ? DROP_NONE
							 : DROP_OTHER_SERVER);
	}
}

/* ---- the reply ---- */

static struct dhcp6_envelope env;
static uint8_t query[BUF_SIZE];

/* A SOLICIT behind two relays, with all that has to come back. */
static void make_relayed(void)
{
	struct wire_writer w = wire_writer(query, sizeof(query));
	size_t outer, inner;

	wire_put_u16(&w, DHCP6_RELAY_FORW << 8 | 1);
	wire_put_zero(&w, 31);
	wire_put_u8(&w, 0xaa);
	dhcp6_put_option(&w, DHCP6_OPT_RELAY_PORT, "\3\4", 2);
	outer = dhcp6_open_option(&w, DHCP6_OPT_RELAY_MSG);
	wire_put_u16(&w, DHCP6_RELAY_FORW << 8);
	wire_put_zero(&w, 31);
	wire_put_u8(&w, 0xbb);
	dhcp6_put_option(&w, DHCP6_OPT_INTERFACE_ID, "port7", 5);
	inner = dhcp6_open_option(&w, DHCP6_OPT_RELAY_MSG);
	wire_put_u32(&w, (uint32_t)DHCP6_SOLICIT << 24 | 0x123456);
	dhcp6_close_option(&w, inner);
	dhcp6_close_option(&w, outer);
	assert_int_equal(
		dhcp6_unwrap(wire_reader(query, wire_len(&w)), 8, &env),
		DROP_NONE);
	assert_int_equal(env.relay_count, 2);
}

static void rfc9915_19_3_reply_mirrors_its_relays(void **state)
{
	static const uint8_t want[] = {
		0, 13, 0, 7, 0, 4, 'n', 'o', 'n', 'e', '!',
	};
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct dhcp6_envelope mirror;
	struct dhcp6_reply reply;

	(void)state;
	make_relayed();
	dhcp6_begin_reply(&w, &env, DHCP6_REPLY, 0x123456, &reply);
	dhcp6_put_status(&w, DHCP6_STATUS_NOT_ON_LINK, "none!");
	dhcp6_end_reply(&w, &reply);
	assert_false(w.failed);
	assert_int_equal(
		dhcp6_unwrap_reply(wire_reader(buf, wire_len(&w)), &mirror),
		DROP_NONE);
	assert_int_equal(mirror.relay_count, 2);
	assert_int_equal(mirror.relay[0].hop_count, 0);
	assert_int_equal(mirror.relay[0].peer_address.s6_addr[15], 0xbb);
	assert_true(mirror.relay[0].has_interface_id);
	assert_memory_equal(mirror.relay[0].interface_id.pos, "port7", 5);
	assert_int_equal(mirror.relay[1].hop_count, 1);
	assert_int_equal(mirror.relay[1].peer_address.s6_addr[15], 0xaa);
	assert_true(mirror.relay[1].has_relay_port);
	assert_false(mirror.relay[1].has_interface_id);
	assert_ptr_equal(mirror.inner.pos, buf + reply.start);
	assert_int_equal(wire_left(&mirror.inner), 4 + sizeof(want));
	assert_memory_equal(mirror.inner.pos, "\7\x12\x34\x56", 4);
	assert_memory_equal(mirror.inner.pos + 4, want, sizeof(want));
}

static void options_nest_and_are_closed_inside_out(void **state)
{
	static const uint8_t want[] = {
		0, 3, 0, 18, 0, 0, 0,  9, 0, 0, 0,
		0, 0, 0, 0,  0, 0, 13, 0, 2, 0, 2,
	};
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	size_t at = dhcp6_open_option(&w, DHCP6_OPT_IA_NA);

	(void)state;
	wire_put_u32(&w, 9);
	wire_put_zero(&w, 8);
	dhcp6_put_status(&w, DHCP6_STATUS_NO_ADDRS_AVAIL, NULL);
	dhcp6_close_option(&w, at);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), sizeof(want));
	assert_memory_equal(buf, want, sizeof(want));
}

static void write_reply(struct wire_writer *w)
{
	struct dhcp6_reply reply;

	dhcp6_begin_reply(w, &env, DHCP6_REPLY, 1, &reply);
	put_server(w);
	dhcp6_put_status(w, DHCP6_STATUS_SUCCESS, NULL);
	dhcp6_end_reply(w, &reply);
}

static void a_reply_without_room_fails_at_any_length(void **state)
{
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	size_t need, size;

	(void)state;
	make_relayed();
	write_reply(&w);
	assert_false(w.failed);
	need = wire_len(&w);
	for (size = 0; size <= need; size++) {
		w = wire_writer(buf, size);
		write_reply(&w);
		assert_int_equal(w.failed, size < need);
	}
}

static void an_option_over_65535_octets_fails(void **state)
{
	static uint8_t large[70000];
	struct wire_writer w = wire_writer(large, sizeof(large));
	size_t at = dhcp6_open_option(&w, 65001);

	(void)state;
	wire_put_zero(&w, 65535);
	dhcp6_close_option(&w, at);
	assert_false(w.failed);
	wire_put_u8(&w, 0);
	dhcp6_close_option(&w, at);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_16_types_of_servers_and_unknown_ones_are_discarded),
		cmocka_unit_test(rfc9915_16_unknown_options_discard_nothing),
		cmocka_unit_test(
			rfc9915_16_2_solicit_with_server_id_is_discarded),
		cmocka_unit_test(
			rfc9915_16_2_solicit_without_client_id_is_discarded),
		cmocka_unit_test(rfc9915_16_4_request_names_its_client_and_us),
		cmocka_unit_test(
			rfc9915_16_5_confirm_names_its_client_and_no_server),
		cmocka_unit_test(rfc9915_16_6_renew_names_its_client_and_us),
		cmocka_unit_test(
			rfc9915_16_7_rebind_names_its_client_and_no_server),
		cmocka_unit_test(rfc9915_16_8_decline_names_its_client_and_us),
		cmocka_unit_test(rfc9915_16_9_release_names_its_client_and_us),
		cmocka_unit_test(
			rfc9915_16_12_information_request_for_another_is_discarded),
		cmocka_unit_test(
			rfc9915_16_12_information_request_with_an_ia_is_discarded),
		cmocka_unit_test(a_server_is_named_by_its_whole_duid),
		cmocka_unit_test(rfc9915_19_3_reply_mirrors_its_relays),
		cmocka_unit_test(options_nest_and_are_closed_inside_out),
		cmocka_unit_test(a_reply_without_room_fails_at_any_length),
		cmocka_unit_test(an_option_over_65535_octets_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
