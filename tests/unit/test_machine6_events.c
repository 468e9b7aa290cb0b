/* SPDX-License-Identifier: BSD-2-Clause */
/* RELEASE, DECLINE, RECONFIGURE, stateless clients, and where 4o6 goes. */
#include "machine6_fixture.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t key[DHCP6_RKAP_LEN] = "sixteen octets!";
static const uint8_t other_key[DHCP6_RKAP_LEN] = "sixteen others!";

static struct world6 *in_state(enum world6_kind kind, enum machine6_state state)
{
	struct world6 *w = world6_open(kind, 42);

	world6_enter(w, state);
	return w;
}

/* ---- RELEASE ---- */

static void rfc9915_18_2_7_what_is_released_is_not_used_any_more(void **state)
{
	struct world6 *w = in_state(WORLD6_BOTH, MACHINE6_BOUND);

	(void)state;
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(w->step.change, MACHINE6_RELEASED);
	assert_true(w->step.servers_changed);
	assert_false(machine6_servers(w->m)->is_given);
	assert_false(world6_holds(w, "2001:db8::100"));
	assert_int_equal(w->last.type, DHCP6_RELEASE);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 2);
	assert_int_equal(w->last.server_id.pos[9], 1);
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY,
				       .status = DHCP6_STATUS_NO_BINDING });
	assert_int_equal(w->step.change, MACHINE6_ENDED);
	assert_int_equal(machine6_state(w->m), MACHINE6_STOPPED);
	assert_true(w->step.wake.ns == 0);
	world6_close(w);
}

static void rfc9915_18_2_7_a_release_that_nobody_answers_ends_too(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_RELEASING);
	unsigned int before = w->sent;

	(void)state;
	while (machine6_state(w->m) == MACHINE6_RELEASING)
		world6_tick(w);
	assert_int_equal(w->sent, before + 3);
	assert_int_equal(w->step.change, MACHINE6_ENDED);
	world6_close(w);
}

static void a_lease_from_before_a_stop_can_be_released(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);

	(void)state;
	world6_event(w, MACHINE6_STOP);
	assert_int_equal(w->step.change, MACHINE6_ENDED);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(w->last.type, DHCP6_RELEASE);
	world6_close(w);
}

static void without_a_link_a_release_says_nothing_to_anybody(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);
	unsigned int before = w->sent;

	(void)state;
	world6_event(w, MACHINE6_LINK_DOWN);
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(w->step.change, MACHINE6_RELEASED);
	assert_int_equal(machine6_state(w->m), MACHINE6_STOPPED);
	assert_int_equal(w->sent, before);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

/* ---- DECLINE ---- */

static void rfc9915_18_2_8_taken_address_is_declined_and_not_used(void **state)
{
	struct world6 *w = in_state(WORLD6_BOTH, MACHINE6_BOUND);
	struct mono_time before;

	(void)state;
	world6_dad_failed(w, "2001:db8::100");
	assert_int_equal(w->step.change, MACHINE6_DECLINED);
	assert_false(world6_holds(w, "2001:db8::100"));
	assert_true(world6_holds(w, "2001:db8:100::"));
	assert_int_equal(w->last.type, DHCP6_DECLINE);
	assert_int_equal(w->last.ia_count, 1);
	assert_int_equal(w->last.item_count, 1);
	assert_int_equal(w->last.server_id.pos[9], 1);
	/* What is left is renewed, and an address asked for again; in a
	 * while, for the next one may be taken as well. */
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	assert_int_equal(w->step.message_len, 0);
	before = w->now;
	world6_expect(w, DHCP6_RENEW);
	assert_true(mono_diff_ns(w->now, before) == 10 * NS_PER_S);
	assert_int_equal(machine6_state(w->m), MACHINE6_RENEWING);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 1);
	world6_close(w);
}

static void
rfc9915_18_2_8_after_the_last_one_it_begins_again_in_a_while(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);
	struct mono_time before;

	(void)state;
	world6_dad_failed(w, "2001:db8::100");
	assert_true(w->step.servers_changed);
	assert_false(machine6_servers(w->m)->is_given);
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	before = w->now;
	world6_expect(w, DHCP6_SOLICIT);
	assert_true(mono_diff_ns(w->now, before) >= 10 * NS_PER_S);
	assert_true(mono_diff_ns(w->now, before) <= 11 * NS_PER_S);
	world6_close(w);
}

static void two_taken_addresses_are_declined_together(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REQUESTING);
	struct said said = said_reply;
	uint32_t xid;

	(void)state;
	said.ia[0].item[1] = (struct said_item){ "2001:db8::200", 50, 60, 0 };
	world6_hear(w, &said);
	world6_dad_failed(w, "2001:db8::200");
	assert_int_equal(w->last.item_count, 1);
	xid = w->last.xid;
	world6_dad_failed(w, "2001:db8::100");
	assert_int_equal(w->last.type, DHCP6_DECLINE);
	assert_int_equal(w->last.ia_count, 1);
	assert_int_equal(w->last.item_count, 2);
	assert_true(w->last.has_server_id);
	assert_int_not_equal(w->last.xid, xid);
	/* What is none of ours is declined to nobody. */
	world6_dad_failed(w, "2001:db8::300");
	assert_int_equal(w->step.change, MACHINE6_SAME);
	assert_int_equal(w->step.message_len, 0);
	world6_close(w);
}

/* ---- RECONFIGURE ---- */

static struct world6 *with_key(enum world6_kind kind)
{
	struct world6 *w = world6_open(kind, 42);
	struct said said =
		kind == WORLD6_STATELESS ? said_information : said_reply;

	said.key = key;
	said.replay = 100;
	if (kind == WORLD6_STATELESS)
		world6_enter(w, MACHINE6_INFORMING);
	else
		world6_enter(w, MACHINE6_REQUESTING);
	world6_hear(w, &said);
	return w;
}

static struct said reconfigure(uint8_t type, uint64_t replay)
{
	return (struct said){ .type = DHCP6_RECONFIGURE,
			      .reconfigure = type,
			      .signed_by = key,
			      .replay = replay };
}

static void
rfc9915_18_2_11_reconfigure_is_answered_by_what_it_asks_for(void **state)
{
	static const struct {
		uint8_t type;
		enum machine6_state state;
		bool names_server;
	} row[] = {
		{ DHCP6_RENEW, MACHINE6_RENEWING, true },
		{ DHCP6_REBIND, MACHINE6_REBINDING, false },
		{ DHCP6_INFORMATION_REQUEST, MACHINE6_INFORMING, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct world6 *w = with_key(WORLD6_ADDRESS);
		struct said said = reconfigure(row[i].type, 101);

		world6_hear(w, &said);
		assert_int_equal(w->step.drop, DROP_NONE);
		assert_int_equal(w->last.type, row[i].type);
		assert_int_equal(machine6_state(w->m), row[i].state);
		assert_int_equal(w->last.has_server_id, row[i].names_server);
		/* And until that is done, by nothing: section 18.2.11. */
		said = reconfigure(row[i].type, 102);
		world6_hear(w, &said);
		assert_int_equal(w->step.drop, DROP_DHCP6_UNEXPECTED);
		world6_hear(w, row[i].type == DHCP6_INFORMATION_REQUEST
				       ? &said_information
				       : &said_reply);
		assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
		assert_true(world6_holds(w, "2001:db8::100"));
		world6_close(w);
	}
}

static void rfc9915_20_3_reconfigure_counts_once(void **state)
{
	static const uint64_t replay[] = { 101, 101, 100, 99, 0, 102 };
	struct world6 *w = with_key(WORLD6_ADDRESS);
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		struct said said = reconfigure(DHCP6_RENEW, replay[i]);
		bool is_new = i == 0 || i == 5;

		world6_hear(w, &said);
		assert_int_equal(w->step.drop,
				 is_new ? DROP_NONE : DROP_DHCP6_REPLAY);
		if (is_new)
			world6_hear(w, &said_reply);
	}
	/* The counter of the key itself was used already. */
	world6_close(w);
	w = with_key(WORLD6_ADDRESS);
	world6_hear(w, &(struct said){ .type = DHCP6_RECONFIGURE,
				       .reconfigure = DHCP6_RENEW,
				       .signed_by = key,
				       .replay = 100 });
	assert_int_equal(w->step.drop, DROP_DHCP6_REPLAY);
	world6_close(w);
}

static void rfc9915_20_4_3_reconfigure_of_a_stranger_is_discarded(void **state)
{
	struct world6 *w = with_key(WORLD6_ADDRESS);
	struct said said = reconfigure(DHCP6_RENEW, 101);

	(void)state;
	said.signed_by = other_key;
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_AUTH);
	said = reconfigure(DHCP6_RENEW, 101);
	said.server = 2;
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_AUTH);
	assert_int_equal(w->step.message_len, 0);
	world6_close(w);
	w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND); /* got no key */
	said = reconfigure(DHCP6_RENEW, 101);
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_AUTH);
	world6_close(w);
}

static void who_does_not_accept_reconfigure_takes_no_key(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = said_reply;

	(void)state;
	w->config.accept_reconfigure = false;
	world6_reopen(w);
	world6_enter(w, MACHINE6_REQUESTING);
	assert_false(w->last.reconfigure_accept);
	said.key = key;
	world6_hear(w, &said);
	said = reconfigure(DHCP6_RENEW, 101);
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_AUTH);
	world6_close(w);
}

static void rfc9915_18_2_11_stateless_client_has_nothing_to_renew(void **state)
{
	struct world6 *w = with_key(WORLD6_STATELESS);
	struct said said = reconfigure(DHCP6_RENEW, 101);

	(void)state;
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_UNEXPECTED);
	assert_int_equal(machine6_state(w->m), MACHINE6_INFORMED);
	said = reconfigure(DHCP6_INFORMATION_REQUEST, 102);
	world6_hear(w, &said);
	assert_int_equal(w->last.type, DHCP6_INFORMATION_REQUEST);
	assert_true(w->last.has_server_id);
	world6_close(w);
}

static void a_lease_is_renewed_while_information_is_asked_for(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_INFORMING);

	(void)state;
	while (machine6_state(w->m) == MACHINE6_INFORMING)
		world6_tick(w);
	assert_int_equal(machine6_state(w->m), MACHINE6_RENEWING);
	assert_int_equal(w->last.type, DHCP6_RENEW);
	world6_close(w);
}

/* ---- Stateless ---- */

static void check_refresh(uint32_t said_s, int64_t want_s)
{
	struct world6 *w = in_state(WORLD6_STATELESS, MACHINE6_INFORMING);
	struct said said = said_information;
	struct mono_time informed;

	said.refresh_s = said_s;
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_GOT_INFORMATION);
	informed = w->now;
	if (want_s == 0) {
		assert_true(w->step.wake.ns == 0);
		world6_close(w);
		return;
	}
	world6_tick(w);
	assert_true(mono_diff_ns(w->now, informed) == want_s * NS_PER_S);
	assert_int_equal(machine6_state(w->m), MACHINE6_INFORMING);
	assert_true(machine6_is_in_use(w->m)); /* until something new comes */
	world6_expect(w, DHCP6_INFORMATION_REQUEST);
	assert_false(w->last.has_server_id);
	assert_int_equal(w->last.ia_count, 0);
	world6_close(w);
}

static void rfc9915_21_23_information_is_refreshed_in_time(void **state)
{
	(void)state;
	check_refresh(0, 86400); /* it does not say */
	check_refresh(1, 600);
	check_refresh(7200, 7200);
	check_refresh(DHCP6_INFINITE, 0);
}

static void stateless_clients_stop_and_go_with_the_link(void **state)
{
	struct world6 *w = in_state(WORLD6_STATELESS, MACHINE6_INFORMED);

	(void)state;
	assert_true(machine6_servers(w->m)->is_given);
	world6_event(w, MACHINE6_LINK_DOWN);
	assert_true(w->step.wake.ns == 0);
	assert_false(w->step.servers_changed);
	world6_event(w, MACHINE6_LINK_UP);
	world6_expect(w, DHCP6_INFORMATION_REQUEST);
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(machine6_state(w->m), MACHINE6_STOPPED);
	assert_true(w->step.servers_changed);
	world6_close(w);
}

/* ---- Where 4o6 goes ---- */

static void rfc7341_9_option_88_that_vanishes_stops_4o6_at_once(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REQUESTING);
	struct said without = said_reply;

	(void)state;
	assert_false(machine6_servers(w->m)->is_given);
	world6_hear(w, &said_reply);
	assert_true(w->step.servers_changed);
	assert_true(machine6_servers(w->m)->is_given);
	assert_int_equal(machine6_servers(w->m)->count, 0);
	without.has_88 = false;
	world6_event(w, MACHINE6_RENEW);
	world6_hear(w, &without);
	assert_true(w->step.servers_changed);
	assert_false(machine6_servers(w->m)->is_given);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	/* It is asked for all the same, and counts when it is back. */
	world6_event(w, MACHINE6_RENEW);
	assert_true(dhcp6_is_requested(&w->last, 88));
	world6_hear(w, &said_reply);
	assert_true(w->step.servers_changed);
	assert_true(machine6_servers(w->m)->is_given);
	world6_close(w);
}

static void rfc7341_9_lease_that_ends_takes_its_option_88_along(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_REBINDING);

	(void)state;
	assert_true(machine6_servers(w->m)->is_given);
	while (machine6_state(w->m) == MACHINE6_REBINDING) {
		assert_false(w->step.servers_changed);
		world6_tick(w);
	}
	assert_true(w->step.servers_changed);
	assert_false(machine6_servers(w->m)->is_given);
	world6_close(w);
}

static void a_list_that_changes_is_told(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);
	struct said said = said_reply;
	struct in6_addr want;

	(void)state;
	said.server88[0] = "2001:db8::53";
	said.server88[1] = "ff02::1:2";
	said.server88[2] = "2001:db8::53";
	world6_event(w, MACHINE6_RENEW);
	world6_hear(w, &said);
	assert_true(w->step.servers_changed);
	assert_int_equal(machine6_servers(w->m)->count, 2);
	inet_pton(AF_INET6, "2001:db8::53", &want);
	assert_memory_equal(&machine6_servers(w->m)->addr[0], &want, 16);
	world6_event(w, MACHINE6_RENEW);
	world6_hear(w, &said);
	assert_false(w->step.servers_changed);
	world6_close(w);
}

static void before_a_lease_is_confirmed_4o6_is_off(void **state)
{
	struct world6 *w = in_state(WORLD6_ADDRESS, MACHINE6_BOUND);

	(void)state;
	world6_event(w, MACHINE6_STOP);
	assert_true(w->step.servers_changed);
	assert_false(machine6_is_in_use(w->m));
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_CONFIRM);
	assert_false(machine6_servers(w->m)->is_given);
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_true(w->step.servers_changed);
	assert_true(machine6_servers(w->m)->is_given);
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_2_7_what_is_released_is_not_used_any_more),
		cmocka_unit_test(
			rfc9915_18_2_7_a_release_that_nobody_answers_ends_too),
		cmocka_unit_test(a_lease_from_before_a_stop_can_be_released),
		cmocka_unit_test(
			without_a_link_a_release_says_nothing_to_anybody),
		cmocka_unit_test(
			rfc9915_18_2_8_taken_address_is_declined_and_not_used),
		cmocka_unit_test(
			rfc9915_18_2_8_after_the_last_one_it_begins_again_in_a_while),
		cmocka_unit_test(two_taken_addresses_are_declined_together),
		cmocka_unit_test(
			rfc9915_18_2_11_reconfigure_is_answered_by_what_it_asks_for),
		cmocka_unit_test(rfc9915_20_3_reconfigure_counts_once),
		cmocka_unit_test(
			rfc9915_20_4_3_reconfigure_of_a_stranger_is_discarded),
		cmocka_unit_test(who_does_not_accept_reconfigure_takes_no_key),
		cmocka_unit_test(
			rfc9915_18_2_11_stateless_client_has_nothing_to_renew),
		cmocka_unit_test(
			a_lease_is_renewed_while_information_is_asked_for),
		cmocka_unit_test(
			rfc9915_21_23_information_is_refreshed_in_time),
		cmocka_unit_test(stateless_clients_stop_and_go_with_the_link),
		cmocka_unit_test(
			rfc7341_9_option_88_that_vanishes_stops_4o6_at_once),
		cmocka_unit_test(
			rfc7341_9_lease_that_ends_takes_its_option_88_along),
		cmocka_unit_test(a_list_that_changes_is_told),
		cmocka_unit_test(before_a_lease_is_confirmed_4o6_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
