/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both ends of DHCPv4 in one program: what the client writes goes to what
 * server4 decides, and back through the datagram between the client's halves.
 */
#include "decide_fixture.h"
#include "machine4_fixture.h"

#include <arpa/inet.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "dhcp4o6/ipc/dialect_client.h"

static struct decider server;
static const char *client_link; /* the server's interface; NULL: s0 */
static bool is_lost;            /* nothing reaches anybody */
static int64_t followed_s;      /* by the server's clock */

static const char conf_text[] =
	"authoritative; default-lease-time 3600;\n"
	"option domain-name-servers 10.10.10.53;\n"
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
	"  option routers 10.10.10.1;\n"
	"  range 10.10.10.100 10.10.10.101; } }\n"
	"shared-network B { subnet6 2001:db8:2:2::/64 {}\n"
	" subnet 10.20.20.0 netmask 255.255.255.0 {\n"
	"  range 10.20.20.100 10.20.20.199; } }\n";

/* Where the client is now: behind a relay of network B, or on A's link. */
static size_t relay_by(const char *link, uint8_t *out, size_t size)
{
	struct wire_writer w = wire_writer(out, size);
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, link, &addr), 1);
	wire_put_u16(&w, DHCP6_RELAY_FORW << 8);
	wire_put_mem(&w, &addr, sizeof(addr));
	wire_put_mem(&w, &addr, sizeof(addr));
	dhcp6_put_option(&w, DHCP6_OPT_RELAY_MSG, octets, octets_len);
	assert_false(w.failed);
	return wire_len(&w);
}

/* The DHCPv4 message of the server, as the client's other half passes it on. */
static void take(const struct got *answer, const struct in6_addr *from)
{
	static struct dhcp4_msg msg;
	struct ipc_client_datagram d;
	uint8_t space[FIXTURE_PACKET];
	struct wire_writer w = wire_writer(space, sizeof(space));

	ipc_client_put_response(&w, wire_reader(answer->packet, answer->len),
				from);
	assert_int_equal(
		ipc_client_decode_at_v4(wire_reader(space, wire_len(&w)), &d),
		DROP_NONE);
	assert_int_equal(dhcp4_decode_reply(d.message, &msg), DROP_NONE);
	life.drop = machine4_receive(&life.machine, &msg, &d.source, life.now,
				     life_wall(), &life.step);
	assert_int_equal(life.drop, DROP_NONE);
}

/* Until nobody has anything to say. */
static void talk(void)
{
	static struct got answer;
	struct in6_addr source = { .s6_addr = { 0xfe, 0x80, [15] = 9 } };
	uint8_t relayed[FIXTURE_PACKET];

	while (life.step.sends && !is_lost) {
		struct ipc_client_datagram d;

		encode(&life.scope, &life.step.query);
		assert_int_equal(ipc_client_decode_at_v6(
					 wire_reader(octets, octets_len), &d),
				 DROP_NONE);
		assert_int_equal(d.kind, IPC_CLIENT_QUERY);
		if (client_link) {
			size_t len =
				relay_by(client_link, relayed, sizeof(relayed));

			decider_send_packet(&server, relayed, len, &source,
					    &answer);
		} else {
			decider_send_packet(&server, octets, octets_len,
					    &source, &answer);
		}
		life.step.sends = false;
		if (answer.type)
			take(&answer, &source);
	}
}

/* The server's clock follows the client's, in whole seconds. */
static void follow(struct mono_time now)
{
	int64_t s = now.ns / NS_PER_S - followed_s;

	if (s > 0)
		decider_pass(&server, s);
	followed_s = now.ns / NS_PER_S;
}

/* Time passes for both; the client does what it has to. */
static void pass_until(struct mono_time until)
{
	while (life.step.wake.ns <= until.ns) {
		follow(life.step.wake);
		life_wake();
		talk();
	}
	follow(until);
	life.now = until;
}

static void begin(const struct client_lease4 *kept, bool probes)
{
	client_link = NULL;
	is_lost = false;
	life_begin(&(struct life_setup){
		.seed = 1, .kept = kept, .probes = probes });
	decider_open(&server, conf_text);
	followed_s = life.now.ns / NS_PER_S;
}

static void start(void)
{
	life_event(MACHINE4_ON_START, 0);
	talk();
}

static const char *held(void)
{
	static char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &life.machine.lease.addr, text, sizeof(text));
	return text;
}

/* What a lease file would give back. */
static void keep(struct client_lease4 *kept)
{
	*kept = life.machine.lease;
	client_options_copy(&kept->options, &life.machine.lease.options);
}

static void an_address_is_got_and_renewed_for_days(void **state)
{
	const struct client_option *opt;

	(void)state;
	begin(NULL, false);
	start();
	assert_state(MACHINE4_BOUND);
	assert_change(MACHINE4_NEW);
	assert_int_equal(decider_state(&server, held()), LEASE_ACTIVE);
	assert_int_equal(mono_diff_ms(life.machine.expire, life.now), 3600000);
	opt = client_options_find(&life.machine.lease.options,
				  CONF_OPTIONS_DHCP4, 3);
	assert_non_null(opt);
	assert_memory_equal(opt->body, "\12\12\12\1", 4);
	pass_until(mono_add_s(life.now, 10 * 86400));
	assert_state(MACHINE4_BOUND);
	assert_int_equal(decider_state(&server, held()), LEASE_ACTIVE);
	decider_close(&server);
}

static void a_lease_that_nobody_renews_ends_at_both_ends(void **state)
{
	char addr[INET_ADDRSTRLEN];

	(void)state;
	begin(NULL, false);
	start();
	strcpy(addr, held());
	is_lost = true;
	pass_until(mono_add_s(life.machine.expire, 1));
	assert_false(life.machine.is_held);
	assert_int_not_equal(decider_state(&server, addr), LEASE_ACTIVE);
	/* And comes back: the client wishes for it. */
	is_lost = false;
	pass_until(mono_add_s(life.now, 100));
	assert_state(MACHINE4_BOUND);
	assert_string_equal(held(), addr);
	decider_close(&server);
}

static void rebinding_saves_a_lease(void **state)
{
	(void)state;
	begin(NULL, false);
	start();
	is_lost = true;
	pass_until((struct mono_time){ life.machine.t2.ns - 1 });
	assert_state(MACHINE4_RENEWING);
	is_lost = false;
	pass_until(life.machine.t2);
	assert_state(MACHINE4_BOUND);
	assert_change(MACHINE4_REBOUND);
	decider_close(&server);
}

static void a_client_that_starts_again_keeps_its_address(void **state)
{
	static struct client_lease4 kept;

	(void)state;
	begin(NULL, false);
	start();
	keep(&kept);
	life_begin(&(struct life_setup){ .seed = 2, .kept = &kept });
	start();
	assert_state(MACHINE4_BOUND);
	assert_change(MACHINE4_REBOOT);
	assert_memory_equal(&kept.addr, &life.machine.lease.addr, 4);
	decider_close(&server);
}

static void a_client_that_moved_is_refused_and_gets_another(void **state)
{
	static struct client_lease4 kept;

	(void)state;
	begin(NULL, false);
	start();
	keep(&kept);
	life_begin(&(struct life_setup){ .seed = 2, .kept = &kept });
	client_link = "2001:db8:2:2::fe";
	start(); /* NAK */
	assert_state(MACHINE4_INIT);
	pass_until(life.now);
	assert_state(MACHINE4_BOUND);
	assert_int_equal(ntohl(life.machine.lease.addr.s_addr) >> 8, 0x0a1414);
	decider_close(&server);
}

static void an_address_in_use_rests_and_another_is_given(void **state)
{
	char addr[INET_ADDRSTRLEN];

	(void)state;
	begin(NULL, true);
	start();
	assert_change(MACHINE4_PROBE);
	strcpy(addr, held());
	life_event(MACHINE4_ON_IN_USE, 0);
	talk();
	assert_int_equal(decider_state(&server, addr), LEASE_DECLINED);
	pass_until(mono_add_s(life.now, 11));
	assert_state(MACHINE4_PROBING);
	assert_string_not_equal(held(), addr);
	life_event(MACHINE4_ON_PROBE_OK, 0);
	assert_state(MACHINE4_BOUND);
	decider_close(&server);
}

static void a_release_is_understood(void **state)
{
	(void)state;
	begin(NULL, false);
	start();
	life_event(MACHINE4_ON_RELEASE, 0);
	talk();
	assert_state(MACHINE4_RELEASED);
	assert_int_equal(decider_state(&server, held()), LEASE_RELEASED);
	decider_close(&server);
}

/* A tunnel has no hardware address: the identifier is enough. */
static void a_client_without_hardware_is_served(void **state)
{
	const struct client4_link tun = { ARPHRD_NONE, NULL, 0 };

	(void)state;
	begin(NULL, false);
	client4_become(&tun);
	start();
	assert_state(MACHINE4_BOUND);
	pass_until(mono_add_s(life.now, 86400));
	assert_state(MACHINE4_BOUND);
	life_event(MACHINE4_ON_RELEASE, 0);
	talk();
	assert_int_equal(decider_state(&server, held()), LEASE_RELEASED);
	decider_close(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_got_and_renewed_for_days),
		cmocka_unit_test(a_lease_that_nobody_renews_ends_at_both_ends),
		cmocka_unit_test(rebinding_saves_a_lease),
		cmocka_unit_test(a_client_that_starts_again_keeps_its_address),
		cmocka_unit_test(
			a_client_that_moved_is_refused_and_gets_another),
		cmocka_unit_test(an_address_in_use_rests_and_another_is_given),
		cmocka_unit_test(a_release_is_understood),
		cmocka_unit_test(a_client_without_hardware_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
