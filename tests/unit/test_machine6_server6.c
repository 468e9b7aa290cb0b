/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both ends of DHCPv6 in one program: what the client sends goes to what
 * server6 decides, and its answer back to the client.
 */
#include "machine6_fixture.h"

#include <arpa/inet.h>
#include <string.h>

#include "decide6_fixture.h"

#define CONF                                                  \
	"default-lease-time 3600; preferred-lifetime 1800;\n" \
	"dhcp4o6 { reconfigure on; }\n"
#define CONF_88 CONF "option dhcp6.dhcp4-o-dhcp6-server;\n"

static struct decider6 server;
static struct got6 got;
static bool is_lost; /* nothing reaches anybody */

static struct world6 *open_both(enum world6_kind kind, const char *conf)
{
	decider6_open(&server, conf);
	is_lost = false;
	return world6_open(kind, 11);
}

static void close_both(struct world6 *w)
{
	world6_close(w);
	decider6_close(&server);
}

/* Server and client live by clocks of their own that run alike. */
static void follow(struct world6 *w, struct mono_time then)
{
	decider6_pass(&server, mono_diff_ns(w->now, then) / NS_PER_S + 1);
}

static void hear_answer(struct world6 *w)
{
	struct machine6_event event = { .msg = &w->msg };

	assert_true(got.len <= sizeof(w->heard));
	memcpy(w->heard, got.packet, got.len);
	assert_int_equal(dhcp6_decode_server_msg(wire_reader(w->heard, got.len),
						 &w->msg),
			 DROP_NONE);
	event.kind = machine6_kind_of(&w->msg);
	machine6_handle(w->m, w->now, &event, &w->step);
	assert_int_equal(w->step.drop, DROP_NONE);
	if (!w->step.message_len)
		return;
	memcpy(w->bytes, w->step.message, w->step.message_len);
	w->byte_count = w->step.message_len;
	assert_int_equal(dhcp6_decode_msg(wire_reader(w->bytes, w->byte_count),
					  &w->last),
			 DROP_NONE);
}

/* Until nobody has anything to say. */
static void talk(struct world6 *w)
{
	while (w->step.message_len && !is_lost) {
		decider6_send_packet(&server, w->bytes, w->byte_count, "s0",
				     &got);
		if (!got.type)
			return;
		hear_answer(w);
	}
}

/* To the next wake, and what comes of it. */
static void go_on(struct world6 *w)
{
	struct mono_time then = w->now;

	world6_tick(w);
	follow(w, then);
	talk(w);
}

static void go_to(struct world6 *w, enum machine6_state state)
{
	int i;

	for (i = 0; i < 200 && machine6_state(w->m) != state; i++)
		go_on(w);
	assert_int_equal(machine6_state(w->m), state);
}

static const char *address_of(struct world6 *w)
{
	static char text[INET6_ADDRSTRLEN];
	static struct client_lease6 lease;

	machine6_lease(w->m, w->now, (struct wall_time){ 0 }, &lease);
	assert_true(lease.ia_count > 0);
	inet_ntop(AF_INET6, &lease.ia[0].item[0].addr, text, sizeof(text));
	return text;
}

static void bind_both(struct world6 *w)
{
	world6_event(w, MACHINE6_START);
	talk(w);
	go_to(w, MACHINE6_BOUND);
}

static void both_ends_agree_about_a_lease_and_its_renewals(void **state)
{
	struct world6 *w = open_both(WORLD6_BOTH, CONF_88 NETWORKS6);
	char addr[INET6_ADDRSTRLEN];
	int i;

	(void)state;
	bind_both(w);
	strcpy(addr, address_of(w));
	assert_int_equal(decider6_state(&server, addr), LEASE_ACTIVE);
	assert_true(machine6_servers(w->m)->is_given);
	for (i = 0; i < 50; i++) {
		go_on(w);
		assert_int_equal(w->step.change, MACHINE6_RENEWED);
		assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
		assert_string_equal(address_of(w), addr);
		assert_int_equal(decider6_state(&server, addr), LEASE_ACTIVE);
	}
	world6_event(w, MACHINE6_RELEASE);
	assert_int_equal(w->step.change, MACHINE6_RELEASED);
	talk(w);
	assert_int_equal(machine6_state(w->m), MACHINE6_STOPPED);
	assert_int_not_equal(decider6_state(&server, addr), LEASE_ACTIVE);
	close_both(w);
}

static void a_lease_is_confirmed_by_the_server_that_gave_it(void **state)
{
	struct world6 *w = open_both(WORLD6_ADDRESS, CONF_88 NETWORKS6);
	char addr[INET6_ADDRSTRLEN];

	(void)state;
	bind_both(w);
	strcpy(addr, address_of(w));
	world6_event(w, MACHINE6_STOP);
	world6_event(w, MACHINE6_START);
	talk(w);
	assert_false(machine6_servers(w->m)->is_given);
	go_to(w, MACHINE6_BOUND);
	assert_string_equal(address_of(w), addr);
	assert_true(machine6_servers(w->m)->is_given);
	close_both(w);
}

static void a_server_that_forgot_gives_it_again(void **state)
{
	struct world6 *w = open_both(WORLD6_ADDRESS, CONF_88 NETWORKS6);

	(void)state;
	bind_both(w);
	decider6_forget(&server, CONF_88 NETWORKS6);
	go_to(w, MACHINE6_BOUND);
	go_on(w);
	assert_int_equal(machine6_state(w->m), MACHINE6_BOUND);
	assert_int_equal(decider6_state(&server, address_of(w)), LEASE_ACTIVE);
	close_both(w);
}

static void a_taken_address_is_not_given_again(void **state)
{
	struct world6 *w = open_both(WORLD6_ADDRESS, CONF_88 NETWORKS6);
	char addr[INET6_ADDRSTRLEN];

	(void)state;
	bind_both(w);
	strcpy(addr, address_of(w));
	world6_dad_failed(w, addr);
	talk(w);
	go_to(w, MACHINE6_BOUND);
	assert_string_not_equal(address_of(w), addr);
	close_both(w);
}

static void a_silent_server_is_rebound_and_then_given_up(void **state)
{
	struct world6 *w = open_both(WORLD6_ADDRESS, CONF_88 NETWORKS6);

	(void)state;
	bind_both(w);
	is_lost = true;
	go_to(w, MACHINE6_RENEWING);
	go_to(w, MACHINE6_REBINDING);
	is_lost = false;
	go_to(w, MACHINE6_BOUND);
	is_lost = true;
	go_to(w, MACHINE6_SOLICITING);
	assert_false(machine6_servers(w->m)->is_given);
	is_lost = false;
	go_to(w, MACHINE6_BOUND);
	close_both(w);
}

static void option_88_comes_and_goes_with_the_servers_file(void **state)
{
	struct world6 *w = open_both(WORLD6_ADDRESS, CONF NETWORKS6);

	(void)state;
	bind_both(w);
	assert_false(machine6_servers(w->m)->is_given);
	decider6_reload(&server, CONF_88 NETWORKS6);
	world6_event(w, MACHINE6_RENEW);
	talk(w);
	assert_true(w->step.servers_changed);
	assert_true(machine6_servers(w->m)->is_given);
	assert_int_equal(machine6_servers(w->m)->count, 0);
	close_both(w);
}

static void stateless_clients_get_what_they_ask_for(void **state)
{
	struct world6 *w = open_both(WORLD6_STATELESS, CONF_88 NETWORKS6);

	(void)state;
	world6_event(w, MACHINE6_START);
	talk(w);
	go_to(w, MACHINE6_INFORMED);
	assert_true(machine6_servers(w->m)->is_given);
	close_both(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			both_ends_agree_about_a_lease_and_its_renewals),
		cmocka_unit_test(
			a_lease_is_confirmed_by_the_server_that_gave_it),
		cmocka_unit_test(a_server_that_forgot_gives_it_again),
		cmocka_unit_test(a_taken_address_is_not_given_again),
		cmocka_unit_test(a_silent_server_is_rebound_and_then_given_up),
		cmocka_unit_test(
			option_88_comes_and_goes_with_the_servers_file),
		cmocka_unit_test(stateless_clients_get_what_they_ask_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
