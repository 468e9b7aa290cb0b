/* SPDX-License-Identifier: BSD-2-Clause */
/* REQUEST and CONFIRM of a DHCPv6 client, and what answers do. */
#include "machine6_fixture.h"

#include <arpa/inet.h>
#include <string.h>

static struct world6 *soliciting(enum world6_kind kind)
{
	struct world6 *w = world6_open(kind, 42);

	world6_enter(w, MACHINE6_SOLICITING);
	return w;
}

static struct said advertise_of(uint8_t server, uint8_t preference)
{
	struct said said = said_advertise;

	said.server = server;
	said.preference = preference;
	return said;
}

/* ---- REQUEST ---- */

static void
rfc9915_18_2_2_request_names_server_and_what_it_offered(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);

	(void)state;
	world6_enter(w, MACHINE6_REQUESTING);
	assert_int_equal(w->last.type, DHCP6_REQUEST);
	assert_true(w->last.has_server_id);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 2);
	assert_int_equal(w->last.item[0].valid_s, 0);
	assert_int_equal(w->last.item[1].prefix_len, 56);
	assert_int_equal(w->last.ia[0].t1_s, 0);
	world6_close(w);
}

static void
rfc9915_18_2_2_after_ten_requests_the_next_server_is_asked(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said one = advertise_of(1, 9), two = advertise_of(2, 5);
	int i;

	(void)state;
	world6_hear(w, &two);
	world6_hear(w, &one);
	world6_tick(w);
	for (i = 1; i <= 10; i++) {
		world6_expect(w, DHCP6_REQUEST);
		assert_int_equal(w->last.server_id.pos[9], 1);
		world6_until_sent(w);
	}
	assert_int_equal(w->last.type, DHCP6_REQUEST);
	assert_int_equal(w->last.server_id.pos[9], 2);
	for (i = 1; i < 10; i++)
		world6_until_sent(w);
	assert_int_equal(w->last.server_id.pos[9], 2);
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_SOLICIT);
	world6_close(w);
}

static void rfc9915_18_2_10_1_no_addresses_means_the_next_server(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said one = advertise_of(1, 9), two = advertise_of(2, 5);
	struct said nothing = said_reply;

	(void)state;
	world6_hear(w, &one);
	world6_hear(w, &two);
	world6_tick(w);
	nothing.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	world6_hear(w, &nothing);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_LEASE);
	world6_expect(w, DHCP6_REQUEST);
	assert_int_equal(w->last.server_id.pos[9], 2);
	nothing.server = 2;
	world6_hear(w, &nothing);
	world6_expect(w, DHCP6_SOLICIT);
	assert_int_equal(w->step.change, MACHINE6_SAME);
	world6_close(w);
}

static void rfc9915_18_2_10_1_unspec_fail_leaves_the_request_alone(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = said_reply;
	struct mono_time wake;

	(void)state;
	world6_enter(w, MACHINE6_REQUESTING);
	wake = w->step.wake;
	said.status = DHCP6_STATUS_UNSPEC_FAIL;
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_STATUS);
	assert_int_equal(w->step.message_len, 0);
	assert_true(w->step.wake.ns == wake.ns);
	world6_hear(w, &said_reply);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	world6_close(w);
}

static void check_not_on_link(const struct said *said)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);

	inet_pton(AF_INET6, "2001:db8::5", &w->wish[0].addr);
	w->wish[0].prefix_len = 128;
	w->wish[0].has_hint = true;
	world6_reopen(w);
	world6_enter(w, MACHINE6_REQUESTING);
	world6_hear(w, said);
	world6_expect(w, DHCP6_SOLICIT);
	assert_int_equal(w->last.item_count, 0);
	/* Once it was somewhere else, it may be back. */
	world6_hear(w, &said_advertise);
	world6_expect(w, DHCP6_REQUEST);
	world6_hear(w, &said_reply);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	world6_event(w, MACHINE6_RELEASE);
	world6_hear(w, &said_reply);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_SOLICIT);
	assert_int_equal(w->last.item_count, 1);
	world6_close(w);
}

static void
rfc9915_18_2_10_1_not_on_link_begins_again_without_hints(void **state)
{
	struct said said = said_reply;

	(void)state;
	said.ia[0].status = DHCP6_STATUS_NOT_ON_LINK;
	check_not_on_link(&said);
	said = said_reply;
	said.status = DHCP6_STATUS_NOT_ON_LINK;
	check_not_on_link(&said);
}

static void who_was_not_asked_is_not_listened_to(void **state)
{
	static const enum machine6_state asking[] = {
		MACHINE6_REQUESTING, MACHINE6_RENEWING, MACHINE6_RELEASING,
		MACHINE6_DECLINING, MACHINE6_INFORMING
	};
	struct said other = said_reply;
	size_t i;

	(void)state;
	other.server = 9;
	for (i = 0; i < 5; i++) {
		struct world6 *w = world6_open(WORLD6_ADDRESS, 42);

		world6_enter(w, asking[i]);
		world6_hear(w, &other);
		assert_int_equal(w->step.drop, DROP_OTHER_SERVER);
		assert_int_equal(machine6_state(w->m), asking[i]);
		world6_close(w);
	}
}

static void
half_of_what_was_wanted_is_taken_and_the_rest_asked_for(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct said half = said_both;

	(void)state;
	world6_enter(w, MACHINE6_REQUESTING);
	half.ia[1].status = DHCP6_STATUS_NO_PREFIX_AVAIL;
	world6_hear(w, &half);
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_expect(w, DHCP6_RENEW);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.item_count, 1);
	world6_hear(w, &said_both);
	assert_true(world6_holds(w, "2001:db8:100::"));
	world6_close(w);
}

/* NoBinding of the second would else end what the first gave. */
static void of_an_ia_that_is_there_twice_the_first_counts(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said twice = said_reply;

	(void)state;
	twice.ia[1] = twice.ia[0];
	twice.ia[1].status = DHCP6_STATUS_NO_BINDING;
	twice.ia[1].item[0].addr = "2001:db8::200";
	world6_enter(w, MACHINE6_REQUESTING);
	world6_hear(w, &twice);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(world6_holds(w, "2001:db8::200"));
	world6_close(w);
}

/* A server that forgot one IA and ends the other leaves nothing. */
static void a_request_may_end_with_nothing_held(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct said said = said_both;

	(void)state;
	world6_enter(w, MACHINE6_RENEWING);
	said.ia[1].status = DHCP6_STATUS_NO_BINDING;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_REQUESTING);
	said.ia[0].item[0].preferred_s = said.ia[0].item[0].valid_s = 0;
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_EXPIRED);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_close(w);
}

/* ---- CONFIRM ---- */

static void
rfc9915_18_2_10_3_confirmed_addresses_keep_their_lifetimes(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = { .type = DHCP6_REPLY };
	struct machine6_times before, after;

	(void)state;
	world6_enter(w, MACHINE6_CONFIRMING);
	machine6_times(w->m, &before);
	w->now = mono_add_s(w->now, 1);
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_int_equal(w->step.change, MACHINE6_SAME);
	assert_false(w->step.servers_changed);
	machine6_times(w->m, &after);
	assert_true(before.t1.ns == after.t1.ns);
	assert_true(before.expires.ns == after.expires.ns);
	world6_close(w);
}

static void rfc9915_18_2_10_3_not_on_link_loses_the_lease(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = { .type = DHCP6_REPLY,
			     .status = DHCP6_STATUS_NOT_ON_LINK };

	(void)state;
	world6_enter(w, MACHINE6_CONFIRMING);
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_SAME);
	world6_tick(w);
	assert_int_equal(w->step.change, MACHINE6_LOST);
	assert_true(w->step.servers_changed);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

static void rfc9915_18_2_10_3_success_of_another_server_counts(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = { .type = DHCP6_REPLY,
			     .status = DHCP6_STATUS_NOT_ON_LINK };

	(void)state;
	world6_enter(w, MACHINE6_CONFIRMING);
	world6_hear(w, &said);
	said.server = 2;
	said.status = DHCP6_STATUS_SUCCESS;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	/* The next time it begins anew. */
	world6_event(w, MACHINE6_LINK_UP);
	world6_expect(w, DHCP6_CONFIRM);
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_CONFIRM);
	world6_close(w);
}

static void rfc9915_18_2_3_without_an_answer_the_lease_goes_on(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);

	(void)state;
	world6_enter(w, MACHINE6_CONFIRMING);
	while (machine6_state(w->m) == MACHINE6_CONFIRMING)
		world6_tick(w);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_expect(w, DHCP6_RENEW);
	world6_close(w);
}

static void rfc9915_18_2_12_prefixes_are_confirmed_by_rebind(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);

	(void)state;
	world6_enter(w, MACHINE6_CONFIRMING);
	assert_int_equal(w->last.type, DHCP6_REBIND);
	assert_false(w->last.has_server_id);
	assert_true(w->last.has_oro);
	assert_int_equal(w->last.item_count, 2);
	world6_hear(w, &said_both);
	assert_int_equal(w->step.change, MACHINE6_REBOUND);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	world6_close(w);
}

/* After a restart: one half is got at once, the other one requested. */
static void what_a_rebind_confirms_is_in_use_before_the_rest_is(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct said said = said_both;

	(void)state;
	world6_enter(w, MACHINE6_BOUND);
	world6_event(w, MACHINE6_STOP);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_REBIND);
	assert_false(machine6_is_in_use(w->m));
	said.ia[1].status = DHCP6_STATUS_NO_BINDING;
	world6_hear(w, &said);
	assert_int_equal(w->last.type, DHCP6_REQUEST);
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_true(machine6_is_in_use(w->m));
	assert_true(machine6_servers(w->m)->is_given);
	world6_hear(w, &said_both);
	assert_int_equal(w->step.change, MACHINE6_RENEWED);
	world6_close(w);
}

static void check_lost_by(const struct said *said)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);

	world6_enter(w, MACHINE6_CONFIRMING);
	assert_int_equal(w->last.type, DHCP6_REBIND);
	world6_hear(w, said);
	if (w->step.change == MACHINE6_SAME)
		world6_tick(w);
	assert_int_equal(w->step.change, MACHINE6_LOST);
	assert_int_equal(w->step.drop, DROP_NONE);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

static void a_rebind_in_place_of_confirm_loses_the_lease_as_well(void **state)
{
	struct said said = { .type = DHCP6_REPLY,
			     .status = DHCP6_STATUS_NOT_ON_LINK };

	(void)state;
	check_lost_by(&said);
	said = said_both;
	said.ia[0].status = DHCP6_STATUS_NOT_ON_LINK;
	said.ia[1].status = DHCP6_STATUS_NOT_ON_LINK;
	check_lost_by(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_2_2_request_names_server_and_what_it_offered),
		cmocka_unit_test(
			rfc9915_18_2_2_after_ten_requests_the_next_server_is_asked),
		cmocka_unit_test(
			rfc9915_18_2_10_1_no_addresses_means_the_next_server),
		cmocka_unit_test(
			rfc9915_18_2_10_1_unspec_fail_leaves_the_request_alone),
		cmocka_unit_test(
			rfc9915_18_2_10_1_not_on_link_begins_again_without_hints),
		cmocka_unit_test(who_was_not_asked_is_not_listened_to),
		cmocka_unit_test(
			half_of_what_was_wanted_is_taken_and_the_rest_asked_for),
		cmocka_unit_test(of_an_ia_that_is_there_twice_the_first_counts),
		cmocka_unit_test(a_request_may_end_with_nothing_held),
		cmocka_unit_test(
			rfc9915_18_2_10_3_confirmed_addresses_keep_their_lifetimes),
		cmocka_unit_test(rfc9915_18_2_10_3_not_on_link_loses_the_lease),
		cmocka_unit_test(
			rfc9915_18_2_10_3_success_of_another_server_counts),
		cmocka_unit_test(
			rfc9915_18_2_3_without_an_answer_the_lease_goes_on),
		cmocka_unit_test(
			rfc9915_18_2_12_prefixes_are_confirmed_by_rebind),
		cmocka_unit_test(
			what_a_rebind_confirms_is_in_use_before_the_rest_is),
		cmocka_unit_test(
			a_rebind_in_place_of_confirm_loses_the_lease_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
