/* SPDX-License-Identifier: BSD-2-Clause */
/* RELEASE, DECLINE, and where 4o6 goes. */
#include "machine6_fixture.h"

#include <arpa/inet.h>

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
			rfc7341_9_option_88_that_vanishes_stops_4o6_at_once),
		cmocka_unit_test(
			rfc7341_9_lease_that_ends_takes_its_option_88_along),
		cmocka_unit_test(a_list_that_changes_is_told),
		cmocka_unit_test(before_a_lease_is_confirmed_4o6_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
