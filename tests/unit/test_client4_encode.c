/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the DHCPv4 client writes, against tables 4 and 5 of RFC 2131 and what
 * RFC 7341 and others ask of it.
 */
#include "client4_fixture.h"

#include <errno.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf_fixture.h"

#define KINDS CLIENT4_QUERY_KIND_COUNT

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

static void rfc7341_8_u_stands_where_dhcpv4_would_unicast(void **state)
{
	static const bool unicast[KINDS] = {
		[CLIENT4_RENEWING] = true,
		[CLIENT4_RELEASE] = true,
		[CLIENT4_INFORM] = true,
	};

	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		encode(&no_conf, &query);
		assert_int_equal(got.msg.unicast, unicast[kind]);
		assert_int_equal(client4_is_unicast(&query), unicast[kind]);
		/* RFC 7341 section 6.3: the other bits are zero. */
		assert_int_equal(octets[1], unicast[kind] ? 0x80 : 0);
		assert_int_equal(octets[2] | octets[3], 0);
		/* Nobody is known to whom it could be unicast. */
		query.server_id.s_addr = 0;
		encode(&no_conf, &query);
		assert_false(got.msg.unicast);
	}
}

static void rfc7341_9_nothing_stands_beside_the_one_message(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		encode(&no_conf, &query);
		assert_int_equal(wire_left(&got.msg.dhcpv4) + 8, octets_len);
		assert_int_equal(octets[0], DHCP6_DHCPV4_QUERY);
		assert_int_equal(octets[5], DHCP6_OPT_DHCPV4_MSG);
	}
}

static void rfc4361_6_1_every_message_has_type_iaid_and_duid(void **state)
{
	const uint8_t id[] = { 255, 1, 2, 3, 4, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	const uint8_t other[] = { 1, 2, 0, 0, 0, 0, 9 };
	const struct conf_option sent[] = {
		{ .code = 61, .len = sizeof(other), .data = other },
	};
	struct client_conf_scope scope = { .options = { sent },
					   .option_count = { 1 } };

	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		encode(&scope, &query);
		assert_option(61, id, sizeof(id));
	}
}

/* RFC 2131 tables 4 and 5: what each message has and has not. */
static void rfc2131_4_4_1_fields_and_options_are_those_of_table_5(void **state)
{
	static const struct {
		uint8_t type;
		bool ciaddr, requested, server, lifetime, size, list, vendor;
		bool secs;
	} want[KINDS] = {
		[CLIENT4_DISCOVER] = { 1, 0, 1, 0, 1, 1, 1, 1, 1 },
		[CLIENT4_SELECTING] = { 3, 0, 1, 1, 1, 1, 1, 1, 1 },
		[CLIENT4_INIT_REBOOT] = { 3, 0, 1, 0, 1, 1, 1, 1, 1 },
		[CLIENT4_RENEWING] = { 3, 1, 0, 0, 1, 1, 1, 1, 1 },
		[CLIENT4_REBINDING] = { 3, 1, 0, 0, 1, 1, 1, 1, 1 },
		[CLIENT4_DECLINE] = { 4, 0, 1, 1, 0, 0, 0, 0, 0 },
		[CLIENT4_RELEASE] = { 7, 1, 0, 1, 0, 0, 0, 0, 0 },
		[CLIENT4_INFORM] = { 8, 1, 0, 0, 0, 1, 1, 1, 1 },
	};
	const uint8_t hour[] = { 0, 0, 14, 16 };
	const struct conf_option sent[] = {
		{ .code = 51, .len = 4, .data = hour },
		{ .code = 60, .len = 4, .data = hour },
	};
	struct client_conf_scope scope = { .options = { sent },
					   .option_count = { 2 } };

	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		encode(&scope, &query);
		assert_int_equal(got.dhcp4.type, want[kind].type);
		assert_int_equal(got.dhcp4.xid, query.xid);
		assert_int_equal(got.dhcp4.hops, 0);
		assert_int_equal(got.dhcp4.secs, want[kind].secs ? 7 : 0);
		assert_int_equal(got.dhcp4.flags, 0);
		assert_int_equal(got.dhcp4.htype, 1);
		assert_int_equal(got.dhcp4.hlen, 6);
		assert_memory_equal(got.dhcp4.chaddr, mac, 6);
		assert_int_equal(got.dhcp4.ciaddr.s_addr,
				 want[kind].ciaddr ? query.addr.s_addr : 0);
		assert_int_equal(got.dhcp4.yiaddr.s_addr, 0);
		assert_int_equal(got.dhcp4.siaddr.s_addr, 0);
		assert_int_equal(got.dhcp4.giaddr.s_addr, 0);
		assert_int_equal(has(50), want[kind].requested);
		assert_int_equal(has(54), want[kind].server);
		assert_int_equal(has(51), want[kind].lifetime);
		assert_int_equal(has(57), want[kind].size);
		assert_int_equal(has(55), want[kind].list);
		assert_int_equal(has(60), want[kind].vendor);
		assert_string_equal(client4_query_name(query.kind),
				    dhcp4_msg_type_name(want[kind].type));
	}
	assert_null(client4_query_name(CLIENT4_QUERY_KIND_COUNT));
}

static void rfc2131_4_4_1_decline_and_release_may_say_why(void **state)
{
	struct client4_query query = query_of(CLIENT4_DECLINE);

	(void)state;
	encode(&no_conf, &query);
	assert_false(has(56));
	query.text = "in use";
	encode(&no_conf, &query);
	assert_option(56, "in use", 6);
	query.kind = CLIENT4_RELEASE;
	encode(&no_conf, &query);
	assert_option(56, "in use", 6);
	query.kind = CLIENT4_DISCOVER;
	encode(&no_conf, &query);
	assert_false(has(56));
}

static void rfc2131_3_5_the_size_we_take_is_said(void **state)
{
	const uint8_t own[] = { 1252 >> 8, 1252 & 255 };
	const uint8_t other[] = { 2, 64 };
	const struct conf_option sent[] = {
		{ .code = 57, .len = 2, .data = other },
	};
	struct client_conf_scope scope = { .options = { sent },
					   .option_count = { 1 } };
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&no_conf, &query);
	assert_option(57, own, 2);
	encode(&scope, &query);
	assert_option(57, other, 2);
}

static void rfc2131_4_1_messages_have_the_length_of_bootp(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		encode(&no_conf, &query);
		assert_true(wire_left(&got.msg.dhcpv4) >= 300);
	}
}

static void a_wish_for_an_address_is_of_the_discover_alone(void **state)
{
	const uint8_t wish[] = { 192, 0, 2, 9 };
	const struct conf_option sent[] = {
		{ .code = 50, .len = 4, .data = wish },
	};
	struct client_conf_scope scope = { .options = { sent },
					   .option_count = { 1 } };
	struct client4_query query = query_of(CLIENT4_DISCOVER);
	uint32_t held_be = query.addr.s_addr;

	(void)state;
	encode(&scope, &query); /* what was held goes before */
	assert_option(50, &held_be, 4);
	query.addr.s_addr = 0;
	encode(&scope, &query);
	assert_option(50, wish, 4);
	encode(&no_conf, &query);
	assert_false(has(50));
	query = query_of(CLIENT4_RENEWING);
	encode(&scope, &query);
	assert_false(has(50));
}

static void rfc8925_3_2_option_108_is_never_asked_for(void **state)
{
	static const struct client_conf_code list[] = {
		{ CONF_OPTIONS_DHCP4, 108 }, { CONF_OPTIONS_DHCP4, 3 },
		{ CONF_OPTIONS_DHCP6, 23 },  { CONF_OPTIONS_DHCP4, 80 },
		{ CONF_OPTIONS_DHCP4, 1 },
	};
	const uint8_t codes[] = { 6, 108, 6, 255, 0, 12 };
	const struct conf_option sent[] = {
		{ .code = 55, .len = sizeof(codes), .data = codes },
		{ .code = 108, .len = 4, .data = codes },
	};
	struct client_conf_scope scope = { .has_request = true,
					   .request = list,
					   .request_count = 5 };
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&scope, &query);
	assert_option(55, "\x03\x01", 2);
	scope.options[CLIENT_CONF_SEND] = sent;
	scope.option_count[CLIENT_CONF_SEND] = 2;
	encode(&scope, &query);
	assert_option(55, "\x06\x0c", 2);
	assert_false(has(108));
}

static void rfc3442_classless_routes_are_asked_for_before_routers(void **state)
{
	struct client4_query query = query_of(CLIENT4_DISCOVER);
	struct dhcp4_option list;

	(void)state;
	encode(&no_conf, &query);
	list = dhcp4_option(&got.dhcp4, 55);
	assert_non_null(list.data);
	assert_int_equal(list.data[0], 1);
	assert_true((const uint8_t *)memchr(list.data, 121, list.len) <
		    (const uint8_t *)memchr(list.data, 3, list.len));
}

static void what_is_required_is_asked_for(void **state)
{
	static const struct client_conf_code request[] = {
		{ CONF_OPTIONS_DHCP4, 3 },
	};
	static const struct client_conf_code require[] = {
		{ CONF_OPTIONS_DHCP4, 3 },
		{ CONF_OPTIONS_DHCP4, 42 },
		{ CONF_OPTIONS_DHCP6, 24 },
	};
	struct client_conf_scope scope = { .has_request = true,
					   .request = request,
					   .request_count = 1,
					   .require = require,
					   .require_count = 3 };
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&scope, &query);
	assert_option(55, "\x03\x2a", 2);
	scope.request_count = 0; /* `request;' */
	scope.require_count = 0;
	encode(&scope, &query);
	assert_false(has(55));
}

static void also_request_adds_to_the_clients_own_list(void **state)
{
	static const struct client_conf_code request[] = {
		{ CONF_OPTIONS_DHCP4, 4 },
		{ CONF_OPTIONS_DHCP4, 3 }, /* there already */
		{ CONF_OPTIONS_DHCP6, 23 },
	};
	struct client_conf_scope scope = { .request = request,
					   .request_count = 3 };
	struct client4_query query = query_of(CLIENT4_DISCOVER);
	struct dhcp4_option list;
	size_t own_len;

	(void)state;
	encode(&no_conf, &query);
	own_len = dhcp4_option(&got.dhcp4, 55).len;
	encode(&scope, &query);
	list = dhcp4_option(&got.dhcp4, 55);
	assert_int_equal(list.len, own_len + 1);
	assert_int_equal(list.data[own_len], 4);
}

static void what_is_configured_to_be_sent_is_sent_once(void **state)
{
	const uint8_t long_body[600] = { 1 };
	const struct conf_option sent[] = {
		{ .code = 0, .len = 1, .data = long_body },
		{ .code = 12, .len = 3, .data = (const uint8_t *)"cpe" },
		{ .code = 15, .len = 0, .data = long_body },
		{ .code = 52, .len = 1, .data = long_body },
		{ .code = 53, .len = 1, .data = long_body },
		{ .code = 54, .len = 4, .data = long_body },
		{ .code = 77, .len = 300, .data = long_body },
		{ .code = 80,
		  .len = 0,
		  .data = long_body,
		  .may_be_empty = true },
		{ .code = 82, .len = 4, .data = long_body },
		{ .code = 116,
		  .len = 0,
		  .data = long_body,
		  .may_be_empty = true },
		{ .code = 255, .len = 1, .data = long_body },
		{ .universe = CONF_OPTIONS_DHCP6,
		  .code = 16,
		  .len = 4,
		  .data = long_body },
	};
	struct client_conf_scope scope = {
		.options = { sent },
		.option_count = { sizeof(sent) / sizeof(*sent) },
	};
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&scope, &query);
	assert_int_equal(left_out, 0);
	assert_option(12, "cpe", 3);
	assert_option(77, long_body, 300); /* RFC 3396: in two pieces */
	assert_true(has(116));
	assert_false(has(15) || has(16) || has(52) || has(54) || has(80) ||
		     has(82));
	assert_int_equal(got.dhcp4.type, DHCP4_DISCOVER);
}

/* The options of a configuration of the server's, as if they were to `send'. */
static void expressions_and_spaces_are_sent_as_octets(void **state)
{
	struct conf *conf = parse4(
		"option space v; option v.name code 7 = text;\n"
		"option v.name \"cpe\"; vendor-option-space v;\n"
		"option host-name = concat(\"h\", suffix(hardware, 2));\n"
		"option user-class = option agent.circuit-id;\n");
	struct client_conf_scope scope = {
		.options = { conf->global.options },
		.option_count = { conf->global.option_count },
	};
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&scope, &query);
	assert_int_equal(left_out, 0);
	assert_option(12, "h\0\1", 3);
	assert_option(43, "\7\3cpe", 5);
	assert_false(has(77)); /* an expression without a value */
	conf_free(conf);
}

static void what_finds_no_room_is_left_out_and_counted(void **state)
{
	static const uint8_t body[900];
	const struct conf_option sent[] = {
		{ .code = 77, .len = 900, .data = body },
		{ .code = 124, .len = 900, .data = body },
		{ .code = 125, .len = 10, .data = body },
	};
	struct client_conf_scope scope = { .options = { sent },
					   .option_count = { 3 } };
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	encode(&scope, &query);
	assert_int_equal(left_out, 1);
	assert_true(has(77) && has(125));
	assert_false(has(124));
	assert_true(wire_left(&got.msg.dhcpv4) <= CLIENT4_MESSAGE_MAX);
}

static void a_message_without_room_fails_and_writes_no_further(void **state)
{
	uint8_t *space;

	(void)state;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct client4_query query = query_of(kind);

		for (size_t size = 0; size < 308; size++) {
			struct wire_writer w;

			space = malloc(size ? size : 1);
			assert_non_null(space);
			w = wire_writer(space, size);
			client4_encode(&w, &identity, &no_conf, &query);
			assert_true(w.failed);
			free(space);
		}
	}
}

/* ---- interfaces without a hardware address ---- */

static void rfc4390_2_2_without_hardware_answers_are_broadcast(void **state)
{
	static const uint8_t guid[20] = { 1, 2, 3 };
	static const struct {
		struct client4_link link;
		uint8_t htype;
	} links[] = {
		{ { ARPHRD_INFINIBAND, guid, 20 }, 32 },
		{ { ARPHRD_TUNNEL6, guid, 16 }, 0 },
		{ { ARPHRD_TUNNEL, guid, 4 }, 0 },
		{ { ARPHRD_NONE, NULL, 0 }, 0 },
		{ { ARPHRD_PPP, NULL, 0 }, 0 },
		{ { ARPHRD_ETHER, guid, 20 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		client4_become(&links[i].link);
		for (unsigned int kind = 0; kind < KINDS; kind++) {
			struct client4_query query = query_of(kind);
			bool want = kind == CLIENT4_DISCOVER ||
				    kind == CLIENT4_SELECTING ||
				    kind == CLIENT4_INIT_REBOOT;
			static const uint8_t none[16];

			encode(&no_conf, &query);
			assert_int_equal(got.dhcp4.htype, links[i].htype);
			assert_int_equal(got.dhcp4.hlen, 0);
			assert_memory_equal(got.dhcp4.chaddr, none, 16);
			assert_int_equal(got.dhcp4.flags, want ? 0x8000 : 0);
		}
	}
	client4_setup(NULL);
}

static void a_duid_has_1_to_130_octets(void **state)
{
	static const uint8_t long_duid[131] = { 0, 2 };
	const struct client4_link link = { ARPHRD_ETHER, mac, sizeof(mac) };
	struct client4_query query = query_of(CLIENT4_DISCOVER);

	(void)state;
	assert_int_equal(client4_identify(&identity, &link, 1, long_duid, 0),
			 -EINVAL);
	assert_int_equal(client4_identify(&identity, &link, 1, long_duid, 131),
			 -EINVAL);
	assert_int_equal(client4_identify(&identity, &link, 1, long_duid, 130),
			 0);
	encode(&no_conf, &query);
	assert_int_equal(dhcp4_option(&got.dhcp4, 61).len, 135);
	client4_setup(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc7341_8_u_stands_where_dhcpv4_would_unicast),
		cmocka_unit_test(
			rfc7341_9_nothing_stands_beside_the_one_message),
		cmocka_unit_test(
			rfc4361_6_1_every_message_has_type_iaid_and_duid),
		cmocka_unit_test(
			rfc2131_4_4_1_fields_and_options_are_those_of_table_5),
		cmocka_unit_test(rfc2131_4_4_1_decline_and_release_may_say_why),
		cmocka_unit_test(rfc2131_3_5_the_size_we_take_is_said),
		cmocka_unit_test(rfc2131_4_1_messages_have_the_length_of_bootp),
		cmocka_unit_test(
			a_wish_for_an_address_is_of_the_discover_alone),
		cmocka_unit_test(rfc8925_3_2_option_108_is_never_asked_for),
		cmocka_unit_test(
			rfc3442_classless_routes_are_asked_for_before_routers),
		cmocka_unit_test(what_is_required_is_asked_for),
		cmocka_unit_test(also_request_adds_to_the_clients_own_list),
		cmocka_unit_test(what_is_configured_to_be_sent_is_sent_once),
		cmocka_unit_test(expressions_and_spaces_are_sent_as_octets),
		cmocka_unit_test(what_finds_no_room_is_left_out_and_counted),
		cmocka_unit_test(
			a_message_without_room_fails_and_writes_no_further),
		cmocka_unit_test(
			rfc4390_2_2_without_hardware_answers_are_broadcast),
		cmocka_unit_test(a_duid_has_1_to_130_octets),
	};

	return cmocka_run_group_tests(tests, client4_setup, NULL);
}
