/* SPDX-License-Identifier: BSD-2-Clause */
/* How a DHCPv6 client comes to a lease: SOLICIT and ADVERTISE. */
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

/* ---- What is asked for ---- */

static void
rfc9915_18_2_1_solicit_has_what_is_wanted_and_no_server(void **state)
{
	struct world6 *w = soliciting(WORLD6_BOTH);

	(void)state;
	assert_int_equal(w->last.type, DHCP6_SOLICIT);
	assert_true(w->last.has_client_id);
	assert_false(w->last.has_server_id);
	assert_int_equal(w->last.elapsed_cs, 0);
	assert_int_equal(w->last.ia_count, 2);
	assert_int_equal(w->last.ia[0].iaid, WORLD6_IAID_NA);
	assert_int_equal(w->last.ia[1].code, DHCP6_OPT_IA_PD);
	assert_int_equal(w->last.item_count, 0);
	assert_false(w->last.rapid_commit);
	assert_true(w->last.reconfigure_accept);
	world6_close(w);
}

static void hints_go_into_solicits(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);

	(void)state;
	inet_pton(AF_INET6, "2001:db8::5", &w->wish[0].addr);
	w->wish[0].prefix_len = 128;
	w->wish[0].has_hint = w->wish[1].has_hint = true;
	w->wish[1].prefix_len = 60;
	world6_enter(w, MACHINE6_SOLICITING);
	assert_int_equal(w->last.item_count, 2);
	assert_memory_equal(&w->last.item[0].addr, &w->wish[0].addr, 16);
	assert_int_equal(w->last.item[1].prefix_len, 60);
	assert_true(IN6_IS_ADDR_UNSPECIFIED(&w->last.item[1].addr));
	world6_close(w);
}

/* Which code in which message: RFC 9915 section 21.7, RFC 7341 section 9. */
static void check_oro(const struct world6 *w, bool is_stateless)
{
	assert_true(dhcp6_is_requested(&w->last, 88));
	assert_int_equal(dhcp6_is_requested(&w->last, 82), !is_stateless);
	assert_int_equal(dhcp6_is_requested(&w->last, 83), is_stateless);
	assert_int_equal(dhcp6_is_requested(&w->last, 32), is_stateless);
	assert_true(dhcp6_is_requested(&w->last, 23));
	assert_false(dhcp6_is_requested(&w->last, DHCP6_OPT_CLIENT_ID));
}

static void rfc7341_9_option_88_is_in_every_option_request(void **state)
{
	static const uint16_t request[] = { 23, DHCP6_OPT_CLIENT_ID, 88, 82 };
	static const enum machine6_state asking[] = {
		MACHINE6_SOLICITING,
		MACHINE6_REQUESTING,
		MACHINE6_RENEWING,
		MACHINE6_REBINDING,
	};
	struct world6 *w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(asking) / sizeof(asking[0]); i++) {
		w = world6_open(WORLD6_ADDRESS, 42);
		w->config.request = request;
		w->config.request_count = 4;
		world6_reopen(w);
		world6_enter(w, asking[i]);
		check_oro(w, false);
		assert_int_equal(wire_left(&w->last.oro), 2 * 3);
		w->config.request_count = 1;
		world6_reopen(w);
		world6_enter(w, asking[i]);
		check_oro(w, false);
		world6_close(w);
	}
	w = world6_open(WORLD6_STATELESS, 42);
	w->config.request = request;
	w->config.request_count = 1;
	world6_reopen(w);
	world6_enter(w, MACHINE6_INFORMING);
	check_oro(w, true);
	world6_close(w);
}

static void
rfc9915_18_2_3_confirm_release_and_decline_request_nothing(void **state)
{
	static const enum machine6_state quiet[] = { MACHINE6_CONFIRMING,
						     MACHINE6_RELEASING,
						     MACHINE6_DECLINING };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct world6 *w = world6_open(WORLD6_ADDRESS, 42);

		world6_enter(w, quiet[i]);
		assert_false(w->last.has_oro);
		assert_false(w->last.reconfigure_accept);
		assert_true(w->last.has_elapsed);
		assert_int_equal(w->last.has_server_id, i > 0);
		assert_int_equal(w->last.item_count, 1);
		assert_int_equal(w->last.item[0].valid_s, 0);
		world6_close(w);
	}
}

static void options_to_send_go_where_options_are_asked_for(void **state)
{
	static const struct client_option send[] = {
		{ CONF_OPTIONS_DHCP6, DHCP6_OPT_FQDN, 3, (uint8_t *)"\0\1a" },
		{ CONF_OPTIONS_DHCP6, DHCP6_OPT_CLIENT_ID, 1, (uint8_t *)"x" },
		{ CONF_OPTIONS_DHCP4, 12, 1, (uint8_t *)"x" },
		{ CONF_OPTIONS_DHCP6, DHCP6_OPT_USER_CLASS, 3,
		  (uint8_t *)"\0\1u" },
	};
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	size_t plain;

	(void)state;
	world6_enter(w, MACHINE6_SOLICITING);
	plain = w->byte_count;
	w->config.send = send;
	w->config.send_count = 4;
	world6_reopen(w);
	world6_enter(w, MACHINE6_SOLICITING);
	assert_int_equal(wire_left(&w->last.fqdn), 3);
	assert_int_equal(w->byte_count, plain + 2 * 7);
	world6_close(w);
}

/* ---- ADVERTISE ---- */

static void
rfc9915_18_2_1_advertises_are_collected_for_the_whole_first_time(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct mono_time first = w->now;
	struct said low = advertise_of(1, 3), high = advertise_of(2, 7);

	(void)state;
	world6_hear(w, &low);
	assert_int_equal(w->step.drop, DROP_NONE);
	assert_int_equal(w->step.message_len, 0);
	world6_hear(w, &high);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	world6_tick(w);
	world6_expect(w, DHCP6_REQUEST);
	assert_true(mono_diff_ms(w->now, first) >= 1000);
	assert_int_equal(w->last.server_id.pos[9], 2);
	world6_close(w);
}

static void rfc9915_18_2_1_preference_255_ends_it_at_once(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said low = advertise_of(1, 254), most = advertise_of(2, 255);

	(void)state;
	world6_hear(w, &low);
	assert_int_equal(w->step.message_len, 0);
	world6_hear(w, &most);
	world6_expect(w, DHCP6_REQUEST);
	assert_int_equal(w->last.server_id.pos[9], 2);
	world6_close(w);
}

static void
rfc9915_18_2_1_after_the_first_time_the_first_one_ends_it(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said low = advertise_of(1, 0);

	(void)state;
	world6_until_sent(w);
	world6_hear(w, &low);
	world6_expect(w, DHCP6_REQUEST);
	world6_close(w);
}

static void check_ignored(struct world6 *w, const struct said *said)
{
	struct mono_time wake = w->step.wake;

	world6_hear(w, said);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_LEASE);
	assert_int_equal(w->step.message_len, 0);
	/* And the wait is not begun anew: section 18.2.9. */
	assert_true(w->step.wake.ns == wake.ns);
}

static void rfc9915_18_2_9_advertise_without_a_lease_is_ignored(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said said = advertise_of(1, 255);

	(void)state;
	said.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	check_ignored(w, &said);
	said = advertise_of(1, 255);
	said.ia[0].item[0].status = DHCP6_STATUS_UNSPEC_FAIL;
	check_ignored(w, &said);
	said = advertise_of(1, 255);
	said.ia[0].item[0].preferred_s = said.ia[0].item[0].valid_s = 0;
	check_ignored(w, &said);
	said = advertise_of(1, 255);
	said.ia[0].iaid++;
	check_ignored(w, &said);
	said = advertise_of(1, 255);
	said.status = DHCP6_STATUS_UNSPEC_FAIL;
	check_ignored(w, &said);
	said = advertise_of(1, 255);
	said.ia[0].code = 0;
	check_ignored(w, &said);
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_SOLICIT);
	world6_close(w);
}

static void of_equal_preference_the_one_with_4o6_is_asked(void **state)
{
	struct world6 *w = soliciting(WORLD6_BOTH);
	struct said without = said_both, with = said_advertise;

	(void)state;
	without.type = DHCP6_ADVERTISE;
	without.server = 1;
	without.has_88 = false;
	with.server = 2;
	world6_hear(w, &without);
	world6_hear(w, &with);
	world6_tick(w);
	world6_expect(w, DHCP6_REQUEST);
	assert_int_equal(w->last.server_id.pos[9], 2);
	world6_close(w);
}

static void of_equal_servers_the_one_with_more_is_asked(void **state)
{
	struct world6 *w = soliciting(WORLD6_BOTH);
	struct said less = said_advertise, more = said_both;

	(void)state;
	less.server = 1;
	more.type = DHCP6_ADVERTISE;
	more.server = 2;
	world6_hear(w, &less);
	world6_hear(w, &more);
	/* A third that is as good does not come before it. */
	more.server = 3;
	world6_hear(w, &more);
	world6_tick(w);
	world6_expect(w, DHCP6_REQUEST);
	assert_int_equal(w->last.server_id.pos[9], 2);
	world6_close(w);
}

static void a_server_is_taken_at_its_last_word(void **state)
{
	struct world6 *w = soliciting(WORLD6_ADDRESS);
	struct said first = advertise_of(1, 9), other = advertise_of(2, 5);
	int i;

	(void)state;
	world6_hear(w, &first);
	world6_hear(w, &other);
	first.preference = 3;
	world6_hear(w, &first);
	world6_tick(w);
	for (i = 0; i < 10; i++) {
		world6_expect(w, DHCP6_REQUEST);
		assert_int_equal(w->last.server_id.pos[9], 2);
		world6_until_sent(w);
	}
	assert_int_equal(w->last.server_id.pos[9], 1);
	for (i = 0; i < 10; i++)
		world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_SOLICIT);
	world6_close(w);
}

static void who_requires_all_takes_no_half(void **state)
{
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct said said = said_advertise;

	(void)state;
	said.preference = 255;
	w->config.require_all = true;
	world6_reopen(w);
	world6_enter(w, MACHINE6_SOLICITING);
	check_ignored(w, &said);
	said = said_both;
	said.type = DHCP6_ADVERTISE;
	said.preference = 255;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_REQUESTING);
	world6_close(w);
}

/* ---- Rapid Commit ---- */

static void rfc9915_18_2_1_reply_to_a_solicit_needs_rapid_commit(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = said_reply;

	(void)state;
	w->config.rapid_commit = true;
	world6_reopen(w);
	world6_enter(w, MACHINE6_SOLICITING);
	assert_true(w->last.rapid_commit);
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_RAPID_COMMIT);
	said.rapid = true;
	world6_hear(w, &said);
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_close(w);
	/* Not asked for: it is nothing of ours. */
	w = soliciting(WORLD6_ADDRESS);
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_RAPID_COMMIT);
	world6_close(w);
}

static void a_commit_of_nothing_is_none(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	struct said said = said_reply;

	(void)state;
	w->config.rapid_commit = true;
	world6_reopen(w);
	world6_enter(w, MACHINE6_SOLICITING);
	said.rapid = true;
	said.ia[0].status = DHCP6_STATUS_NO_ADDRS_AVAIL;
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_NO_LEASE);
	assert_int_equal(machine6_state(w->m), MACHINE6_SOLICITING);
	/* Who advertises is listened to all the same. */
	world6_hear(w, &said_advertise);
	world6_tick(w);
	world6_expect(w, DHCP6_REQUEST);
	assert_false(w->last.rapid_commit);
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_2_1_solicit_has_what_is_wanted_and_no_server),
		cmocka_unit_test(hints_go_into_solicits),
		cmocka_unit_test(
			rfc7341_9_option_88_is_in_every_option_request),
		cmocka_unit_test(
			rfc9915_18_2_3_confirm_release_and_decline_request_nothing),
		cmocka_unit_test(
			options_to_send_go_where_options_are_asked_for),
		cmocka_unit_test(
			rfc9915_18_2_1_advertises_are_collected_for_the_whole_first_time),
		cmocka_unit_test(rfc9915_18_2_1_preference_255_ends_it_at_once),
		cmocka_unit_test(
			rfc9915_18_2_1_after_the_first_time_the_first_one_ends_it),
		cmocka_unit_test(
			rfc9915_18_2_9_advertise_without_a_lease_is_ignored),
		cmocka_unit_test(of_equal_preference_the_one_with_4o6_is_asked),
		cmocka_unit_test(of_equal_servers_the_one_with_more_is_asked),
		cmocka_unit_test(a_server_is_taken_at_its_last_word),
		cmocka_unit_test(who_requires_all_takes_no_half),
		cmocka_unit_test(
			rfc9915_18_2_1_reply_to_a_solicit_needs_rapid_commit),
		cmocka_unit_test(a_commit_of_nothing_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
