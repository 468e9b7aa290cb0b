/* SPDX-License-Identifier: BSD-2-Clause */
/* RECONFIGURE, and clients that want information alone. */
#include "machine6_fixture.h"

static const uint8_t key[DHCP6_RKAP_LEN] = "sixteen octets!";
static const uint8_t other_key[DHCP6_RKAP_LEN] = "sixteen others!";

static struct world6 *in_state(enum world6_kind kind, enum machine6_state state)
{
	struct world6 *w = world6_open(kind, 42);

	world6_enter(w, state);
	return w;
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

/* Its Server Identifier would else take the place of the other one's. */
static void
a_server_whose_lease_it_is_no_more_reconfigures_nothing(void **state)
{
	struct world6 *w = with_key(WORLD6_ADDRESS);
	struct said said = reconfigure(DHCP6_REBIND, 101);

	(void)state;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_REBINDING);
	said = said_reply;
	said.server = 2;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	said = reconfigure(DHCP6_INFORMATION_REQUEST, 102);
	world6_hear(w, &said);
	assert_int_equal(w->step.drop, DROP_DHCP6_AUTH);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
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

/* The server that wanted to be asked, and is never seen again. */
static void
rfc9915_21_23_others_are_asked_when_information_is_too_old(void **state)
{
	struct world6 *w = with_key(WORLD6_STATELESS);
	struct said said = reconfigure(DHCP6_INFORMATION_REQUEST, 101);
	struct mono_time informed = w->now;

	(void)state;
	world6_hear(w, &said);
	assert_true(w->last.has_server_id);
	while (w->last.has_server_id &&
	       mono_diff_ns(w->now, informed) < 90000 * NS_PER_S)
		world6_tick(w);
	assert_true(mono_diff_ns(w->now, informed) >= 86400 * NS_PER_S);
	assert_true(mono_diff_ns(w->now, informed) <= 86401 * NS_PER_S);
	assert_int_equal(w->last.type, DHCP6_INFORMATION_REQUEST);
	said = said_information;
	said.server = 2;
	world6_hear(w, &said);
	assert_int_equal(machine6_state(w->m), MACHINE6_INFORMED);
	world6_close(w);
}

/* Longer than all options of a lease may be, and each address twice. */
static void a_list_of_many_servers_is_kept_as_what_counts_of_it(void **state)
{
	static struct dhcp6_server_msg msg;
	static uint8_t buf[32768];
	static struct client_lease6 lease;
	struct world6 *w = in_state(WORLD6_STATELESS, MACHINE6_INFORMING);
	struct machine6_event event = { MACHINE6_REPLY, .msg = &msg };
	struct wire_writer out = wire_writer(buf, sizeof(buf));
	struct in6_addr addr = { { { 0x20, 0x01, 0x0d, 0xb8 } } };
	const struct client_option *kept;
	unsigned int i;

	(void)state;
	wire_put_u32(&out, (uint32_t)DHCP6_REPLY << 24 | w->last.xid);
	wire_put_u16(&out, DHCP6_OPT_DHCP4O6_SERVER);
	wire_put_u16(&out, 1200 * sizeof(addr));
	for (i = 0; i < 1200; i++) {
		addr.s6_addr[14] = (uint8_t)(i / 2 / 256);
		addr.s6_addr[15] = (uint8_t)(i / 2 % 256);
		wire_put_mem(&out, &addr, sizeof(addr));
	}
	dhcp6_put_option(&out, DHCP6_OPT_CLIENT_ID, w->config.duid,
			 w->config.duid_len);
	dhcp6_put_option(&out, DHCP6_OPT_SERVER_ID, "server", 6);
	assert_int_equal(
		dhcp6_decode_server_msg(wire_reader(buf, wire_len(&out)), &msg),
		DROP_NONE);
	machine6_handle(w->m, w->now, &event, &w->step);
	assert_true(w->step.servers_changed);
	assert_int_equal(machine6_servers(w->m)->count, DHCP4O6_SERVERS_MAX);
	machine6_lease(w->m, w->now, (struct wall_time){ 0 }, &lease);
	kept = client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
				   DHCP6_OPT_DHCP4O6_SERVER);
	assert_non_null(kept);
	assert_int_equal(kept->len, DHCP4O6_SERVERS_MAX * sizeof(addr));
	assert_int_equal(kept->body[15], 0);
	assert_int_equal(kept->body[31], 1);
	world6_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_18_2_11_reconfigure_is_answered_by_what_it_asks_for),
		cmocka_unit_test(rfc9915_20_3_reconfigure_counts_once),
		cmocka_unit_test(
			rfc9915_20_4_3_reconfigure_of_a_stranger_is_discarded),
		cmocka_unit_test(
			a_server_whose_lease_it_is_no_more_reconfigures_nothing),
		cmocka_unit_test(who_does_not_accept_reconfigure_takes_no_key),
		cmocka_unit_test(
			rfc9915_18_2_11_stateless_client_has_nothing_to_renew),
		cmocka_unit_test(
			a_lease_is_renewed_while_information_is_asked_for),
		cmocka_unit_test(
			rfc9915_21_23_information_is_refreshed_in_time),
		cmocka_unit_test(
			rfc9915_21_23_others_are_asked_when_information_is_too_old),
		cmocka_unit_test(stateless_clients_stop_and_go_with_the_link),
		cmocka_unit_test(
			a_list_of_many_servers_is_kept_as_what_counts_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
