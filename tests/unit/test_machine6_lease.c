/* SPDX-License-Identifier: BSD-2-Clause */
/* What a DHCPv6 client keeps over a restart, and what it can be made of. */
#include "machine6_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct client_lease6 lease;

static void export(const struct world6 *w, int64_t wall_s)
{
	machine6_lease(w->m, w->now, (struct wall_time){ wall_s }, &lease);
}

static struct machine6_times times_of(const struct world6 *w)
{
	struct machine6_times times;

	machine6_times(w->m, &times);
	return times;
}

/* Another boot: its clock begins anew, wall_s is what the wall says. */
static struct world6 *restarted(enum world6_kind kind, int64_t wall_s)
{
	struct world6 *w = world6_open(kind, 43);

	w->now = mono_add_s((struct mono_time){ 0 }, 5);
	machine6_adopt(w->m, &lease, w->now, (struct wall_time){ wall_s });
	return w;
}

static struct world6 *bound(enum world6_kind kind)
{
	struct world6 *w = world6_open(kind, 42);

	world6_enter(w, MACHINE6_BOUND);
	return w;
}

static void a_lease_says_what_is_held(void **state)
{
	struct world6 *w = bound(WORLD6_BOTH);

	(void)state;
	world6_wait_s(w, 100);
	export(w, WORLD6_WALL_S);
	assert_string_equal(lease.interface, "eth7");
	assert_false(lease.released);
	assert_int_equal(lease.ia_count, 2);
	assert_int_equal(lease.ia[1].code, DHCP6_OPT_IA_PD);
	assert_int_equal(lease.ia[1].iaid, WORLD6_IAID_PD);
	assert_int_equal(lease.ia[0].t1_s, 900);
	assert_int_equal(lease.ia[0].t2_s, 1440);
	assert_true(lease.ia[0].starts.s == WORLD6_WALL_S - 100);
	assert_int_equal(lease.ia[0].item_count, 1);
	assert_true(lease.ia[0].item[0].starts.s == WORLD6_WALL_S - 100);
	assert_int_equal(lease.ia[0].item[0].valid_s, 3600);
	assert_int_equal(lease.ia[1].item[0].prefix_len, 56);
	assert_non_null(client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
					    DHCP6_OPT_SERVER_ID));
	assert_non_null(client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
					    DHCP6_OPT_DHCP4O6_SERVER));
	assert_null(client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
					DHCP6_OPT_CLIENT_ID));
	assert_null(client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
					DHCP6_OPT_IA_NA));
	world6_close(w);
}

static void rfc9915_18_2_12_a_lease_from_before_is_confirmed(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S + 600);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_CONFIRM);
	assert_false(machine6_is_in_use(w->m));
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	assert_int_equal(w->step.change, MACHINE6_GOT);
	assert_true(machine6_is_in_use(w->m));
	/* 600 s are over, the uptime of 5 s is of no consequence. */
	assert_true(times_of(w).t1.ns == 305 * NS_PER_S);
	assert_true(times_of(w).expires.ns == 3005 * NS_PER_S);
	world6_expect(w, DHCP6_RENEW);
	assert_int_equal(w->last.server_id.pos[9], 1);
	world6_close(w);
}

static void what_has_ended_since_is_not_confirmed(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S + 3600);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
	/* Nor what ends between adoption and start. */
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S + 3500);
	w->now = mono_add_s(w->now, 100);
	world6_event(w, MACHINE6_START);
	assert_int_equal(w->step.change, MACHINE6_SAME);
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

static void a_confirmed_lease_whose_t1_is_over_is_renewed_at_once(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S + 1000);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_CONFIRM);
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	assert_int_equal(w->step.change, MACHINE6_GOT);
	world6_expect(w, DHCP6_RENEW);
	world6_close(w);
}

static void a_lease_of_the_future_is_as_long_as_it_was(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	w = restarted(WORLD6_ADDRESS, 0); /* a clock without a battery */
	assert_true(times_of(w).expires.ns == 3605 * NS_PER_S);
	world6_close(w);
}

static void a_step_of_the_wall_clock_changes_no_lifetime(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);
	struct machine6_times before = times_of(w);

	(void)state;
	world6_wait_s(w, 10);
	export(w, WORLD6_WALL_S + 1000000);
	assert_true(lease.ia[0].starts.s == WORLD6_WALL_S + 1000000 - 10);
	assert_true(times_of(w).expires.ns == before.expires.ns);
	world6_close(w);
}

static void only_what_is_wanted_is_taken_of_a_lease(void **state)
{
	struct world6 *w = bound(WORLD6_BOTH);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	assert_true(world6_holds(w, "2001:db8::100"));
	assert_false(world6_holds(w, "2001:db8:100::"));
	world6_close(w);
	lease.ia[0].iaid++;
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_close(w);
	lease.ia[0].iaid--;
	lease.released = true;
	w = restarted(WORLD6_BOTH, WORLD6_WALL_S);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_SOLICIT);
	world6_close(w);
}

static void a_file_that_makes_no_sense_does_no_harm(void **state)
{
	struct client_item *item = &lease.ia[0].item[0];
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	lease.ia[0].t1_s = lease.ia[0].t2_s = 0;
	lease.ia[0].starts.s = item->starts.s = INT64_MIN;
	item->valid_s = item->preferred_s = UINT32_MAX;
	w = restarted(WORLD6_ADDRESS, INT64_MAX);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_CONFIRM);
	world6_close(w);
	item->preferred_s = 10;
	item->valid_s = 9;
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	assert_false(world6_holds(w, "2001:db8::100"));
	world6_close(w);
	lease.ia[0].item_count = SIZE_MAX;
	lease.ia_count = 1;
	item->valid_s = 10;
	w = restarted(WORLD6_ADDRESS, 0);
	world6_event(w, MACHINE6_START);
	world6_close(w);
}

static void what_ends_without_a_link_takes_its_options_along(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	world6_event(w, MACHINE6_LINK_DOWN);
	export(w, WORLD6_WALL_S);
	assert_true(lease.options.count > 0);
	world6_wait_s(w, 3600);
	assert_int_equal(machine6_state(w->m), MACHINE6_WAITING);
	export(w, WORLD6_WALL_S);
	assert_int_equal(lease.options.count, 0);
	world6_close(w);
}

/* The first would be renewed, and the second take it away at its end. */
static void an_address_that_is_twice_in_a_file_is_held_once(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	lease.ia[0].item[1] = lease.ia[0].item[0];
	lease.ia[0].item[1].valid_s++;
	lease.ia[0].item_count = 2;
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	export(w, WORLD6_WALL_S);
	assert_int_equal(lease.ia[0].item_count, 1);
	assert_int_equal(lease.ia[0].item[0].valid_s, 3601);
	world6_close(w);
	/* What stands behind the count is not there. */
	lease.ia[0].item[1].addr.s6_addr[15]++;
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	export(w, WORLD6_WALL_S);
	assert_int_equal(lease.ia[0].item_count, 1);
	world6_close(w);
}

/* Without a server to ask, any is asked. */
static void a_lease_of_nobody_is_rebound(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	world6_close(w);
	client_options_clear(&lease.options);
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	world6_event(w, MACHINE6_START);
	world6_expect(w, DHCP6_CONFIRM);
	world6_hear(w, &(struct said){ .type = DHCP6_REPLY });
	world6_until_sent(w);
	assert_int_equal(w->last.type, DHCP6_REBIND);
	world6_close(w);
	/* And can be given back to nobody. */
	w = restarted(WORLD6_ADDRESS, WORLD6_WALL_S);
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(w->step.change, MACHINE6_RELEASED);
	assert_int_equal(machine6_state(w->m), MACHINE6_STOPPED);
	world6_close(w);
}

static void a_running_machine_adopts_nothing(void **state)
{
	struct world6 *w = bound(WORLD6_ADDRESS);

	(void)state;
	export(w, WORLD6_WALL_S);
	lease.ia_count = 0;
	machine6_adopt(w->m, &lease, w->now,
		       (struct wall_time){ WORLD6_WALL_S });
	assert_true(world6_holds(w, "2001:db8::100"));
	world6_close(w);
}

/* ---- Bounds ---- */

/* However much a server sends, what matters has its place. */
static void options_that_do_not_fit_are_left_out_and_not_option_88(void **state)
{
	static const uint8_t body[40];
	static uint8_t buf[16000];
	static struct dhcp6_server_msg msg;
	struct world6 *w = world6_open(WORLD6_STATELESS, 42);
	struct machine6_event event = { MACHINE6_REPLY, .msg = &msg };
	struct wire_writer out = wire_writer(buf, sizeof(buf));
	uint16_t code;

	(void)state;
	world6_enter(w, MACHINE6_INFORMING);
	wire_put_u32(&out, (uint32_t)DHCP6_REPLY << 24 | w->last.xid);
	for (code = 1000; code < 1300; code++)
		dhcp6_put_option(&out, code, body, sizeof(body));
	dhcp6_put_option(&out, DHCP6_OPT_DHCP4O6_SERVER, NULL, 0);
	dhcp6_put_option(&out, DHCP6_OPT_CLIENT_ID, w->config.duid,
			 w->config.duid_len);
	dhcp6_put_option(&out, DHCP6_OPT_SERVER_ID, "server", 6);
	assert_false(out.failed);
	assert_int_equal(
		dhcp6_decode_server_msg(wire_reader(buf, wire_len(&out)), &msg),
		DROP_NONE);
	machine6_handle(w->m, w->now, &event, &w->step);
	assert_int_equal(w->step.change, MACHINE6_GOT_INFORMATION);
	assert_true(machine6_servers(w->m)->is_given);
	export(w, WORLD6_WALL_S);
	assert_non_null(client_options_find(&lease.options, CONF_OPTIONS_DHCP6,
					    DHCP6_OPT_SERVER_ID));
	assert_true(lease.options.count > 190);
	world6_close(w);
}

static void more_items_than_an_ia_can_hold_are_not_taken(void **state)
{
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	char text[10][4][INET6_ADDRSTRLEN];
	unsigned int turn, i;

	(void)state;
	world6_enter(w, MACHINE6_BOUND);
	for (turn = 0; turn < 10; turn++) {
		struct said said = said_reply;

		for (i = 0; i < 4; i++) {
			snprintf(text[turn][i], INET6_ADDRSTRLEN,
				 "2001:db8::%x", 0x200 + turn * 4 + i);
			said.ia[0].item[i] =
				(struct said_item){ text[turn][i], 1800, 3600,
						    0 };
		}
		world6_event(w, MACHINE6_RENEW);
		world6_hear(w, &said);
	}
	export(w, WORLD6_WALL_S);
	assert_int_equal(lease.ia[0].item_count, CLIENT_IA_ITEMS_MAX);
	world6_event(w, MACHINE6_RENEW);
	assert_int_equal(w->last.item_count, CLIENT_IA_ITEMS_MAX);
	world6_close(w);
}

static int make(const struct machine6_config *config)
{
	struct machine6 *m;
	int err = machine6_new(&m, config);

	assert_true(!err == !!m);
	machine6_free(m);
	return err;
}

static void a_machine_is_not_made_of_what_it_cannot_do(void **state)
{
	static const uint8_t big[5000];
	const struct client_option send[] = {
		{ CONF_OPTIONS_DHCP6, 100, sizeof(big), big },
		{ CONF_OPTIONS_DHCP6, 101, sizeof(big), big },
	};
	struct world6 *w = world6_open(WORLD6_BOTH, 42);
	struct machine6_config config = w->config;

	(void)state;
	assert_int_equal(make(&config), 0);
	config.interface = "an-interface-too-long";
	assert_int_equal(make(&config), -EINVAL);
	config = w->config;
	config.duid_len = 0;
	assert_int_equal(make(&config), -EINVAL);
	config.duid_len = CLIENT_DUID_MAX + 1;
	assert_int_equal(make(&config), -EINVAL);
	config = w->config;
	config.wish_count = 0;
	assert_int_equal(make(&config), -EINVAL);
	config.stateless = true;
	assert_int_equal(make(&config), 0);
	config = w->config;
	config.send = send;
	config.send_count = 1;
	assert_int_equal(make(&config), 0);
	config.send_count = 2;
	assert_int_equal(make(&config), -EINVAL);
	config = w->config;
	config.request_count = MACHINE6_REQUEST_MAX + 1;
	assert_int_equal(make(&config), -EINVAL);
	config = w->config;
	w->wish[1] = w->wish[0];
	assert_int_equal(make(&config), -EINVAL);
	w->wish[1].iaid++;
	assert_int_equal(make(&config), 0);
	w->wish[1].code = DHCP6_OPT_IA_TA;
	assert_int_equal(make(&config), -EINVAL);
	world6_close(w);
}

/* Everything at its largest still fits a message. */
static void the_largest_messages_fit(void **state)
{
	static const uint8_t big[MACHINE6_SEND_OCTETS - 4];
	static uint8_t duid[CLIENT_DUID_MAX];
	const struct client_option send = { CONF_OPTIONS_DHCP6, 100,
					    sizeof(big), big };
	uint16_t request[MACHINE6_REQUEST_MAX];
	struct world6 *w = world6_open(WORLD6_ADDRESS, 42);
	size_t i, k;

	(void)state;
	memset(&lease, 0, sizeof(lease));
	for (i = 0; i < MACHINE6_REQUEST_MAX; i++)
		request[i] = (uint16_t)(200 + i);
	for (i = 0; i < CLIENT_IA_MAX; i++) {
		w->wish[i] = (struct machine6_wish){ .code = DHCP6_OPT_IA_PD,
						     .iaid = (uint32_t)i };
		lease.ia[i].code = DHCP6_OPT_IA_PD;
		lease.ia[i].iaid = (uint32_t)i;
		lease.ia[i].item_count = CLIENT_IA_ITEMS_MAX;
		for (k = 0; k < CLIENT_IA_ITEMS_MAX; k++)
			lease.ia[i].item[k] = (struct client_item){
				.addr.s6_addr = { 0x20, (uint8_t)k },
				.prefix_len = 64,
				.starts.s = WORLD6_WALL_S,
				.preferred_s = 100,
				.valid_s = 200,
			};
	}
	lease.ia_count = CLIENT_IA_MAX;
	client_options_clear(&lease.options);
	client_options_set(&lease.options, CONF_OPTIONS_DHCP6,
			   DHCP6_OPT_SERVER_ID, duid, sizeof(duid));
	w->config.duid = duid;
	w->config.duid_len = sizeof(duid);
	w->config.wish_count = CLIENT_IA_MAX;
	w->config.request = request;
	w->config.request_count = MACHINE6_REQUEST_MAX;
	w->config.send = &send;
	w->config.send_count = 1;
	world6_reopen(w);
	machine6_adopt(w->m, &lease, w->now,
		       (struct wall_time){ WORLD6_WALL_S });
	machine6_handle(w->m, w->now,
			&(struct machine6_event){ .kind = MACHINE6_START },
			&w->step);
	w->now = mono_add_s(w->now, 11);
	/* More items than a server of ours takes: only its length counts. */
	machine6_handle(w->m, w->now,
			&(struct machine6_event){ .kind = MACHINE6_TIMER },
			&w->step);
	assert_true(w->step.message_len > 12000);
	machine6_free(w->m);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_says_what_is_held),
		cmocka_unit_test(
			rfc9915_18_2_12_a_lease_from_before_is_confirmed),
		cmocka_unit_test(what_has_ended_since_is_not_confirmed),
		cmocka_unit_test(
			a_confirmed_lease_whose_t1_is_over_is_renewed_at_once),
		cmocka_unit_test(a_lease_of_the_future_is_as_long_as_it_was),
		cmocka_unit_test(a_step_of_the_wall_clock_changes_no_lifetime),
		cmocka_unit_test(only_what_is_wanted_is_taken_of_a_lease),
		cmocka_unit_test(a_file_that_makes_no_sense_does_no_harm),
		cmocka_unit_test(
			what_ends_without_a_link_takes_its_options_along),
		cmocka_unit_test(
			an_address_that_is_twice_in_a_file_is_held_once),
		cmocka_unit_test(a_lease_of_nobody_is_rebound),
		cmocka_unit_test(a_running_machine_adopts_nothing),
		cmocka_unit_test(
			options_that_do_not_fit_are_left_out_and_not_option_88),
		cmocka_unit_test(more_items_than_an_ia_can_hold_are_not_taken),
		cmocka_unit_test(a_machine_is_not_made_of_what_it_cannot_do),
		cmocka_unit_test(the_largest_messages_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
