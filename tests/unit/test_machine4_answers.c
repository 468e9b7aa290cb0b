/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which answers the DHCPv4 client takes: of several servers, of strangers, of
 * those that are not wanted.
 */
#include "machine4_fixture.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const enum machine4_state waiting_for_answers[] = {
	MACHINE4_SELECTING, MACHINE4_REQUESTING, MACHINE4_REBOOTING,
	MACHINE4_RENEWING,  MACHINE4_REBINDING,
};
#define WAITING_COUNT \
	(sizeof(waiting_for_answers) / sizeof(*waiting_for_answers))

static uint8_t type_for(enum machine4_state state)
{
	return state == MACHINE4_SELECTING ? DHCP4_OFFER : DHCP4_ACK;
}

/* In each state: dropped for that reason, and it stays where it is. */
static void check_dropped(struct answer change, enum drop_reason why)
{
	for (size_t i = 0; i < WAITING_COUNT; i++) {
		enum machine4_state state = waiting_for_answers[i];
		struct answer answer = change;

		life_become(state, state >= MACHINE4_BOUND);
		answer.type = type_for(state);
		assert_string_equal(drop_reason_name(life_answer(&answer)),
				    drop_reason_name(why));
		assert_state(state);
		assert_silent();
		assert_change(MACHINE4_NO_CHANGE);
		/* The right one is still welcome. */
		life_take(answer.type);
	}
}

static void rfc2131_4_4_1_another_transaction_is_dropped(void **state)
{
	struct answer answer = answer_of(0);

	(void)state;
	answer.xid_change = 0x80000000;
	check_dropped(answer, DROP_OTHER_XID);
}

static void answers_for_other_hardware_are_dropped(void **state)
{
	struct answer answer = answer_of(0);

	(void)state;
	answer.chaddr_change = 1;
	check_dropped(answer, DROP_OTHER_CHADDR);
	answer = answer_of(0);
	answer.hlen_change = 2;
	check_dropped(answer, DROP_OTHER_CHADDR);
}

static void rfc6842_3_another_client_identifier_is_dropped(void **state)
{
	uint8_t longer[CLIENT4_ID_MAX + 1] = { 0 };
	struct answer answer = answer_of(0);

	(void)state;
	answer.id_change = 1;
	check_dropped(answer, DROP_OTHER_CLIENT_ID);
	/* A part of ours is not ours. */
	answer = answer_of(0);
	answer.echoes_id = false;
	answer.code = 61;
	answer.body = "\xff";
	answer.len = 1;
	check_dropped(answer, DROP_OTHER_CLIENT_ID);
	/* Nor is what begins with it. */
	client4_setup(NULL);
	memcpy(longer, identity.id, identity.id_len);
	answer.body = longer;
	answer.len = identity.id_len + 1U;
	check_dropped(answer, DROP_OTHER_CLIENT_ID);
	/* Servers of before RFC 6842 send none. */
	life_become(MACHINE4_SELECTING, false);
	answer = answer_of(DHCP4_OFFER);
	answer.echoes_id = false;
	assert_int_equal(life_answer(&answer), DROP_NONE);
}

static void an_address_that_no_host_can_have_is_dropped(void **state)
{
	static const uint32_t addrs[] = { 0,          0x00000001, 0x7f000001,
					  0xe0000001, 0xf0000001, 0xffffffff };
	struct answer answer = answer_of(0);

	(void)state;
	for (size_t i = 0; i < sizeof(addrs) / sizeof(*addrs); i++) {
		answer.addr = addrs[i];
		check_dropped(answer, DROP_BAD_ADDRESS);
	}
}

static void rfc2131_4_3_1_a_lease_has_a_time(void **state)
{
	struct answer answer = answer_of(0);

	(void)state;
	answer.lease_s = 0; /* without option 51 */
	check_dropped(answer, DROP_NO_LEASE_TIME);
	answer.code = 51;
	answer.body = "\0\0\0\0";
	answer.len = 4;
	check_dropped(answer, DROP_NO_LEASE_TIME);
}

static void an_ack_is_for_the_address_that_was_asked_for(void **state)
{
	struct answer answer = answer_of(DHCP4_ACK);

	(void)state;
	for (size_t i = 1; i < WAITING_COUNT; i++) {
		enum machine4_state s = waiting_for_answers[i];

		life_become(s, s >= MACHINE4_BOUND);
		answer.addr = ADDR + 1;
		assert_int_equal(life_answer(&answer), DROP_OTHER_ADDRESS);
		assert_state(s);
	}
}

static void a_lease_that_is_over_when_it_comes_is_none(void **state)
{
	struct answer ack = answer_of(DHCP4_ACK);

	(void)state;
	life_become(MACHINE4_REQUESTING, false);
	ack.lease_s = 5;
	life.now = mono_add_s(life.sent_at, 5);
	assert_int_equal(life_answer(&ack), DROP_LEASE_OVER);
	assert_state(MACHINE4_REQUESTING);
	life.now.ns--;
	assert_int_equal(life_answer(&ack), DROP_NONE);
	assert_state(MACHINE4_BOUND);
}

/* RFC 7341 section 9: every server gets each query, and may answer it. */
static void only_the_server_that_was_chosen_is_listened_to(void **state)
{
	static const uint8_t types[] = { DHCP4_ACK, DHCP4_NAK };

	(void)state;
	for (int i = 0; i < 4; i++) {
		enum machine4_state s =
			i < 2 ? MACHINE4_REQUESTING : MACHINE4_RENEWING;
		struct answer answer = answer_of(types[i % 2]);

		life_become(s, i >= 2);
		answer.server = SERVER_B;
		assert_int_equal(life_answer(&answer), DROP_OTHER_SERVER);
		answer.server = 0;
		assert_int_equal(life_answer(&answer), DROP_OTHER_SERVER);
		assert_state(s);
		life_take(types[i % 2]);
	}
}

static void rfc2131_4_4_5_any_server_may_rebind(void **state)
{
	struct answer answer = answer_of(DHCP4_ACK);

	(void)state;
	answer.server = SERVER_B;
	life_become(MACHINE4_REBINDING, true);
	assert_int_equal(life_answer(&answer), DROP_NONE);
	assert_state(MACHINE4_BOUND);
	/* That one is asked from now on. */
	life_wake();
	assert_sent(CLIENT4_RENEWING);
	assert_int_equal(ntohl(life.query.server_id.s_addr), SERVER_B);
	life_become(MACHINE4_REBOOTING, false);
	assert_int_equal(life_answer(&answer), DROP_NONE);
	assert_state(MACHINE4_BOUND);
}

static void the_ack_of_one_server_goes_before_the_nak_of_another(void **state)
{
	static const enum machine4_state states[] = { MACHINE4_REBOOTING,
						      MACHINE4_REBINDING };

	(void)state;
	for (int i = 0; i < 4; i++) {
		enum machine4_state s = states[i % 2];
		struct answer nak = answer_of(DHCP4_NAK);

		life_become(s, s == MACHINE4_REBINDING);
		nak.server = i < 2 ? SERVER_B : 0;
		assert_int_equal(life_answer(&nak), DROP_NONE);
		assert_state(s);
		assert_int_equal(life_answer(&nak), DROP_NOT_AWAITED);
		assert_int_equal(life_wait_ns(), 2 * NS_PER_S);
		life_take(DHCP4_ACK);
		assert_state(MACHINE4_BOUND);
		/* Nobody says anything else: it counts. */
		life_become(s, s == MACHINE4_REBINDING);
		life_answer(&nak);
		life_wake();
		assert_state(MACHINE4_INIT);
		assert_change(s == MACHINE4_REBINDING ? MACHINE4_NAKED
						      : MACHINE4_NO_CHANGE);
		/* And that of its own server counts at once. */
		life_become(s, s == MACHINE4_REBINDING);
		life_answer(&nak);
		life_take(DHCP4_NAK);
		assert_state(MACHINE4_INIT);
	}
}

static void rfc2131_4_4_1_duplicate_acks_are_dropped(void **state)
{
	struct answer answer = answer_of(DHCP4_ACK);
	struct mono_time expire;

	(void)state;
	life_become(MACHINE4_BOUND, true);
	expire = life.machine.expire;
	assert_int_equal(life_answer(&answer), DROP_NOT_AWAITED);
	answer.server = SERVER_B;
	assert_int_equal(life_answer(&answer), DROP_NOT_AWAITED);
	answer.type = DHCP4_NAK;
	assert_int_equal(life_answer(&answer), DROP_NOT_AWAITED);
	assert_state(MACHINE4_BOUND);
	assert_true(life.machine.expire.ns == expire.ns);
}

/* A server without option 54, as ISC's is by default, can be used. */
static void a_server_that_does_not_say_who_it_is_is_asked_by_all(void **state)
{
	struct answer answer = answer_of(DHCP4_OFFER);

	(void)state;
	life_become(MACHINE4_SELECTING, false);
	answer.server = 0;
	assert_int_equal(life_answer(&answer), DROP_NONE);
	assert_sent(CLIENT4_SELECTING);
	assert_false(has(54));
	answer.type = DHCP4_ACK;
	assert_int_equal(life_answer(&answer), DROP_NONE);
	life_wake();
	assert_sent(CLIENT4_RENEWING);
	assert_false(got.msg.unicast); /* to whom? */
	assert_int_equal(life_answer(&answer), DROP_NONE);
	/* And it may say it later. */
	life_wake();
	life_take(DHCP4_ACK);
	life_wake();
	assert_true(got.msg.unicast);
	life_become(MACHINE4_SELECTING, false);
	answer.type = DHCP4_OFFER;
	assert_int_equal(life_answer(&answer), DROP_NONE);
	answer.type = DHCP4_ACK;
	assert_int_equal(life_answer(&answer), DROP_NONE);
	life_event(MACHINE4_ON_RELEASE, NS_PER_S);
	assert_false(has(54) || got.msg.unicast);
}

/* ---- what the configuration has against a server ---- */

static void check_reject(const struct client_conf_reject *reject,
			 bool is_rejected)
{
	struct answer answer = answer_of(DHCP4_OFFER);

	life_become(MACHINE4_SELECTING, false);
	life.scope.reject = reject;
	life.scope.reject_count = 1;
	inet_pton(AF_INET6, "2001:db8::5", &answer.from);
	assert_int_equal(life_answer(&answer),
			 is_rejected ? DROP_SERVER_REJECTED : DROP_NONE);
}

static void servers_to_reject_are_not_listened_to(void **state)
{
	static const struct {
		const char *addr;
		uint8_t len;
		bool is_rejected;
	} cases[] = {
		{ "10.10.10.1", 32, true },
		{ "10.10.10.2", 32, false },
		{ "10.10.10.2", 30, true },
		{ "10.10.10.0", 24, true },
		{ "0.0.0.0", 0, true },
		{ "10.10.10.128", 25, false },
		{ "2001:db8::5", 128, true },
		{ "2001:db8::4", 128, false },
		{ "2001:db8::4", 127, true },
		{ "2001:db8::", 32, true },
		{ "::", 0, true },
		{ "2001:db9::", 32, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct client_conf_reject reject = {
			.family =
				strchr(cases[i].addr, ':') ? AF_INET6 : AF_INET,
			.prefix_len = cases[i].len,
		};

		assert_int_equal(
			inet_pton(reject.family, cases[i].addr, &reject.v6), 1);
		check_reject(&reject, cases[i].is_rejected);
	}
}

static void what_is_required_must_be_there(void **state)
{
	static const struct client_conf_code require[] = {
		{ CONF_OPTIONS_DHCP6, 23 }, /* none of ours */
		{ CONF_OPTIONS_DHCP4, 42 },
	};

	(void)state;
	for (size_t i = 0; i < WAITING_COUNT; i++) {
		enum machine4_state s = waiting_for_answers[i];
		struct answer answer = answer_of(type_for(s));

		life_become(s, s >= MACHINE4_BOUND);
		life.scope.require = require;
		life.scope.require_count = 2;
		assert_int_equal(life_answer(&answer), DROP_MISSING_OPTION);
		assert_state(s);
		answer.code = 42;
		answer.body = "\1\2\3\4";
		answer.len = 4;
		assert_int_equal(life_answer(&answer), DROP_NONE);
	}
}

static void rfc3011_4_a_subnet_that_was_asked_for_is_echoed(void **state)
{
	static const uint8_t subnet[] = { 10, 20, 20, 0 };
	const struct conf_option sent[] = {
		{ .code = 118, .len = 4, .data = subnet },
	};
	struct answer answer = answer_of(DHCP4_OFFER);

	(void)state;
	life_begin(&(struct life_setup){ .seed = 1 });
	life.scope.options[CLIENT_CONF_SEND] = sent;
	life.scope.option_count[CLIENT_CONF_SEND] = 1;
	life_event(MACHINE4_ON_START, 0);
	assert_option(118, subnet, 4);
	assert_int_equal(life_answer(&answer), DROP_MISSING_OPTION);
	answer.code = 118;
	answer.body = subnet;
	answer.len = 4;
	assert_int_equal(life_answer(&answer), DROP_NONE);
}

/* ---- what a lease has of its ACK ---- */

static void a_lease_has_all_that_the_ack_had(void **state)
{
	const struct client_lease4 *lease = &life.machine.lease;
	const struct client_option *opt;
	struct answer ack = answer_of(DHCP4_ACK);

	(void)state;
	life_become(MACHINE4_REQUESTING, false);
	ack.code = 6;
	ack.body = "\1\2\3\4\5\6\7\10";
	ack.len = 8;
	assert_int_equal(life_answer(&ack), DROP_NONE);
	assert_string_equal(lease->interface, "eth0");
	assert_int_equal(ntohl(lease->addr.s_addr), ADDR);
	assert_memory_equal(&lease->server6, &ack.from, 16);
	opt = client_options_find(&lease->options, CONF_OPTIONS_DHCP4, 6);
	assert_non_null(opt);
	assert_int_equal(opt->len, 8);
	assert_memory_equal(opt->body, "\1\2\3\4\5\6\7\10", 8);
	for (unsigned int code = 51; code <= 61; code++) {
		bool is_there =
			code == 51 || code == 53 || code == 54 || code == 61;

		opt = client_options_find(&lease->options, CONF_OPTIONS_DHCP4,
					  (uint16_t)code);
		assert_int_equal(opt != NULL, is_there);
	}
}

static void a_lease_with_too_much_in_it_is_not_taken(void **state)
{
	static uint8_t body[2040];
	struct answer answer = answer_of(DHCP4_ACK);
	size_t used;

	(void)state;
	life_become(MACHINE4_RENEWING, true);
	used = life.machine.lease.options.used;
	answer.filler = 40; /* 10,000 octets */
	assert_int_equal(life_answer(&answer), DROP_NO_MEMORY);
	assert_state(MACHINE4_RENEWING);
	assert_true(life.machine.lease.options.used == used);
	answer.filler = 20;
	answer.code = 250; /* in pieces */
	answer.body = body;
	answer.len = sizeof(body);
	assert_int_equal(life_answer(&answer), DROP_NONE);
	assert_int_equal(client_options_find(&life.machine.lease.options,
					     CONF_OPTIONS_DHCP4, 250)
				 ->len,
			 sizeof(body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc2131_4_4_1_another_transaction_is_dropped),
		cmocka_unit_test(answers_for_other_hardware_are_dropped),
		cmocka_unit_test(
			rfc6842_3_another_client_identifier_is_dropped),
		cmocka_unit_test(an_address_that_no_host_can_have_is_dropped),
		cmocka_unit_test(rfc2131_4_3_1_a_lease_has_a_time),
		cmocka_unit_test(an_ack_is_for_the_address_that_was_asked_for),
		cmocka_unit_test(a_lease_that_is_over_when_it_comes_is_none),
		cmocka_unit_test(
			only_the_server_that_was_chosen_is_listened_to),
		cmocka_unit_test(rfc2131_4_4_5_any_server_may_rebind),
		cmocka_unit_test(
			the_ack_of_one_server_goes_before_the_nak_of_another),
		cmocka_unit_test(rfc2131_4_4_1_duplicate_acks_are_dropped),
		cmocka_unit_test(
			a_server_that_does_not_say_who_it_is_is_asked_by_all),
		cmocka_unit_test(servers_to_reject_are_not_listened_to),
		cmocka_unit_test(what_is_required_must_be_there),
		cmocka_unit_test(
			rfc3011_4_a_subnet_that_was_asked_for_is_echoed),
		cmocka_unit_test(a_lease_has_all_that_the_ack_had),
		cmocka_unit_test(a_lease_with_too_much_in_it_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
