/* SPDX-License-Identifier: BSD-2-Clause */
/* REQUEST over the life of a lease: renewed, moved, run out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide_fixture.h"

static const char not_authoritative[] = TWO_NETWORKS;

static const struct sent client = { .client_id = "one", .mac = 1 };
static const struct sent other = { .client_id = "two", .mac = 2 };
static const struct decider_relay relay_b = { .link = "2001:db8:2:2::fe" };

static void renewal_extends_and_always_writes_a_record(void **state)
{
	struct lease before, after;
	struct decider f;
	struct got got;
	struct sent s;
	int i;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &got);
	for (i = 0; i < 3; i++) {
		assert_int_equal(
			alloc_get_lease(f.alloc, got.addr, 0, 0, &before), 0);
		decider_pass(&f, i); /* the first one at once */
		s = sent_request(&client, i % 2 ? "rebinding" : "renewing",
				 got.text);
		decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
		assert_int_equal(
			alloc_get_lease(f.alloc, got.addr, 0, 0, &after), 0);
		assert_int_equal(after.version, before.version + 1);
		assert_int_equal(after.starts.s, FIXTURE_WALL);
		assert_int_equal(after.expires.s, f.wall.s + 3600);
	}
	decider_close(&f);
}

static void renewal_keeps_ciaddr_in_the_ack(void **state)
{
	struct decider f;
	struct got got;
	struct sent s;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &got);
	assert_int_equal(got.msg.ciaddr.s_addr, 0);
	s = sent_request(&client, "renewing", got.text);
	decider_send(&f, &s, &got);
	assert_int_equal(got.msg.ciaddr.s_addr, got.addr.s_addr);
	decider_close(&f);
}

/* Some clients add option 54 to a renewal: it is one still, if we are meant. */
static void renewal_that_names_us_is_a_renewal(void **state)
{
	struct decider f;
	struct got got;
	struct sent s;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &got);
	s = sent_request(&client, "renewing", got.text);
	s.server_id = "10.10.10.1";
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	s.server_id = "10.10.10.2";
	decider_expect(&f, &s, 0, DROP_OTHER_SERVER);
	decider_close(&f);
}

static void late_renewal_gets_the_expired_lease_back_if_it_is_free(void **state)
{
	struct decider f;
	struct got got, again;
	struct sent s;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_bind(&f, &client, &got);
	decider_pass(&f, 86400);
	assert_int_equal(decider_state(&f, got.text), LEASE_EXPIRED);
	s = sent_request(&client, "rebinding", got.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	decider_pass(&f, 86400);
	/* Now it goes to somebody who asks for it by name. */
	s = other;
	s.requested = got.text;
	s.type = DHCP4_DISCOVER;
	decider_send(&f, &s, &again);
	assert_string_equal(again.text, got.text);
	s = sent_request(&other, "selecting", got.text);
	decider_expect(&f, &s, DHCP4_ACK, DROP_NONE);
	s = sent_request(&client, "rebinding", got.text);
	decider_expect(&f, &s, 0, DROP_UNKNOWN_BINDING);
	decider_close(&f);
}

static void renewal_is_refused_when_the_pool_is_gone(void **state)
{
	static const char moved[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  range 10.10.10.10 10.10.10.20; } }\n";
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, not_authoritative);
	decider_bind(&f, &client, &got);
	decider_reload(&f, moved);
	decider_expect_all(&f, &client, got.text, DHCP4_NAK, DROP_NONE);
	/* The lease is not touched by it: it is held until it runs out. */
	assert_int_equal(decider_state(&f, got.text), LEASE_ACTIVE);
	decider_reload(&f, not_authoritative);
	decider_expect_all(&f, &client, got.text, DHCP4_ACK, DROP_NONE);
	decider_close(&f);
}

static void
client_that_moves_gets_a_new_lease_and_the_old_runs_out(void **state)
{
	struct sent moved = client;
	struct decider f;
	struct got first, second;

	(void)state;
	decider_open(&f, decider_conf);
	decider_bind(&f, &client, &first);
	moved.relay[0] = relay_b;
	decider_bind(&f, &moved, &second);
	assert_memory_equal(second.text, "10.20.20.", 9);
	assert_int_equal(decider_state(&f, first.text), LEASE_ACTIVE);
	assert_int_equal(decider_state(&f, second.text), LEASE_ACTIVE);
	decider_pass(&f, 3601);
	assert_int_equal(decider_state(&f, first.text), LEASE_EXPIRED);
	decider_close(&f);
}

static void relay_path_and_source_are_kept_with_the_lease(void **state)
{
	static const uint8_t tail[] = { 5, 'e', 't', 'h', '1', '0' };
	struct sent s = client;
	struct lease lease;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, decider_conf);
	s.relay[0] = (struct decider_relay){ "::", "eth10" };
	s.relay[1] = (struct decider_relay){ "2001:db8:1:1::fe", NULL };
	s.source = "2001:db8:ff::1";
	s.host_name = "cpe";
	decider_bind(&f, &s, &got);
	decider_restart(&f, decider_conf);
	assert_int_equal(alloc_get_lease(f.alloc, got.addr, 0, 0, &lease), 0);
	assert_int_equal(lease.relay_path_len, 16 + sizeof(tail) + 17);
	assert_memory_equal(lease.relay_path + 16, tail, sizeof(tail));
	assert_int_equal(lease.relay_path[16 + sizeof(tail) + 15], 0xfe);
	assert_int_equal(lease.source.s6_addr[15], 1);
	assert_int_equal(lease.host_name_len, 3);
	assert_memory_equal(lease.host_name, "cpe", 3);
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renewal_extends_and_always_writes_a_record),
		cmocka_unit_test(renewal_keeps_ciaddr_in_the_ack),
		cmocka_unit_test(renewal_that_names_us_is_a_renewal),
		cmocka_unit_test(
			late_renewal_gets_the_expired_lease_back_if_it_is_free),
		cmocka_unit_test(renewal_is_refused_when_the_pool_is_gone),
		cmocka_unit_test(
			client_that_moves_gets_a_new_lease_and_the_old_runs_out),
		cmocka_unit_test(relay_path_and_source_are_kept_with_the_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
