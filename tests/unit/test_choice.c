/* SPDX-License-Identifier: BSD-2-Clause */
/* Reservations, permits, ranges: which addresses a client may have. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"

/* Network A with these pools, network B with one address. */
#define NETS(pools)                                                \
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"        \
	" subnet 10.10.10.0 netmask 255.255.255.0 {" pools "} }\n" \
	"shared-network B { subnet6 2001:db8:2:2::/64 {}\n"        \
	" subnet 10.20.20.0 netmask 255.255.255.0 {\n"             \
	"  range 10.20.20.100 10.20.20.100; } }\n"
#define HOST(name, body) "host " name " {" body "}\n"
#define MAC_1            "hardware ethernet 02:00:00:00:00:01;"

static const struct sent one = {
	.type = DHCP4_DISCOVER,
	.client_id = "one",
	.mac = 1,
};
static const struct sent two = { .type = DHCP4_DISCOVER, .mac = 2 };

static const char *offered(struct decider *f, const struct sent *s)
{
	static char text[INET_ADDRSTRLEN];
	struct got got;

	decider_send(f, s, &got);
	if (got.type != DHCP4_OFFER)
		return drop_reason_name(got.drop);
	memcpy(text, got.text, sizeof(text));
	return text;
}

static void expect(const char *conf, const struct sent *s, const char *want)
{
	struct decider f;

	decider_open(&f, conf);
	assert_string_equal(offered(&f, s), want);
	decider_close(&f);
}

static void fixed_address_is_given_by_hardware_address(void **state)
{
	(void)state;
	expect(NETS("range 10.10.10.100 10.10.10.199;")
		       HOST("h", MAC_1 "fixed-address 10.10.10.5;"),
	       &one, "10.10.10.5");
}

static void client_identifier_goes_before_the_hardware_address(void **state)
{
	(void)state;
	expect(NETS("") HOST("h", MAC_1 "fixed-address 10.10.10.5;")
		       HOST("i", "option dhcp-client-identifier \"one\";"
				 "fixed-address 10.10.10.6;"),
	       &one, "10.10.10.6");
	/* But not when its address is on another network. */
	expect(NETS("") HOST("h", MAC_1 "fixed-address 10.10.10.5;")
		       HOST("i", "option dhcp-client-identifier \"one\";"
				 "fixed-address 10.20.20.6;"),
	       &one, "10.10.10.5");
}

static void fixed_address_on_the_clients_network_is_picked(void **state)
{
	static const char conf[] =
		NETS("") HOST("h", MAC_1 "fixed-address 10.20.20.5, "
					 "10.10.10.5;");
	struct sent s = one;

	(void)state;
	expect(conf, &s, "10.10.10.5");
	s.relay[0].link = "2001:db8:2:2::1";
	expect(conf, &s, "10.20.20.5");
}

static void several_declarations_of_a_client_add_up(void **state)
{
	static const char conf[] =
		NETS("") HOST("h", MAC_1 "fixed-address 10.20.20.5;")
			HOST("i", MAC_1 "fixed-address 10.10.10.5;");
	struct sent s = one;

	(void)state;
	expect(conf, &s, "10.10.10.5");
	s.relay[0].link = "2001:db8:2:2::1";
	expect(conf, &s, "10.20.20.5");
}

static void reserved_address_is_never_given_to_others(void **state)
{
	static const char conf[] = NETS("range 10.10.10.100 10.10.10.101;")
		HOST("h", MAC_1 "fixed-address 10.10.10.100;");
	struct sent s = two;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	s.requested = "10.10.10.100";
	assert_string_equal(offered(&f, &s), "10.10.10.101");
	decider_bind(&f, &s, &got);
	s.mac = 3;
	assert_string_equal(offered(&f, &s), "pool-exhausted");
	s.type = DHCP4_REQUEST;
	s.server_id = "10.10.10.1";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_NAK);
	assert_string_equal(offered(&f, &one), "10.10.10.100");
	decider_close(&f);
}

static void reserved_lease_is_recorded_as_such(void **state)
{
	static const char conf[] =
		NETS("") HOST("h", MAC_1 "fixed-address 10.10.10.5;");
	struct decider f;
	struct lease lease;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	decider_bind(&f, &one, &got);
	decider_restart(&f, conf);
	assert_int_equal(
		alloc_get_lease(f.alloc, addr4("10.10.10.5"), 0, 0, &lease), 0);
	assert_int_equal(lease.state, LEASE_ACTIVE);
	assert_int_equal(lease.flags, LEASE_FLAG_RESERVED);
	decider_close(&f);
}

static void client_moves_to_its_new_reservation(void **state)
{
	static const char plain[] = NETS("range 10.10.10.100 10.10.10.199;");
	static const char reserved[] = NETS("range 10.10.10.100 10.10.10.199;")
		HOST("h", MAC_1 "fixed-address 10.10.10.5;");
	struct decider f;
	struct got got;
	struct sent s = one;

	(void)state;
	decider_open(&f, plain);
	decider_bind(&f, &one, &got);
	decider_reload(&f, reserved);
	s.type = DHCP4_REQUEST;
	s.ciaddr = got.text;
	s.unicast = true;
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_NAK);
	decider_bind(&f, &one, &got);
	assert_string_equal(got.text, "10.10.10.5");
	decider_close(&f);
}

static void
reservation_waits_while_another_client_holds_the_address(void **state)
{
	static const char plain[] = NETS("range 10.10.10.100 10.10.10.101;");
	static const char reserved[] = NETS("range 10.10.10.100 10.10.10.101;")
		HOST("h", MAC_1 "fixed-address 10.10.10.100;");
	struct sent s = two;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, plain);
	s.requested = "10.10.10.100";
	assert_string_equal(offered(&f, &s), "10.10.10.100");
	decider_bind(&f, &s, &got);
	decider_reload(&f, reserved);
	assert_string_equal(offered(&f, &one), "10.10.10.101");
	/* The holder may not extend it. */
	s.type = DHCP4_REQUEST;
	s.requested = NULL;
	s.ciaddr = "10.10.10.100";
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_NAK);
	decider_pass(&f, 43200);
	assert_string_equal(offered(&f, &one), "10.10.10.100");
	decider_close(&f);
}

static void dropped_reservation_frees_the_address(void **state)
{
	static const char reserved[] = NETS("range 10.10.10.100 10.10.10.100;")
		HOST("h", MAC_1 "fixed-address 10.10.10.100;");
	static const char plain[] = NETS("range 10.10.10.100 10.10.10.100;");
	struct alloc_pool_stats stats;
	struct decider f;

	(void)state;
	decider_open(&f, reserved);
	assert_string_equal(offered(&f, &two), "pool-exhausted");
	assert_int_equal(alloc_get_network_stats(f.alloc, 0, &stats), 0);
	assert_int_equal(stats.reserved, 1);
	assert_int_equal(stats.free, 0);
	decider_reload(&f, plain);
	assert_string_equal(offered(&f, &two), "10.10.10.100");
	assert_int_equal(alloc_get_network_stats(f.alloc, 0, &stats), 0);
	assert_int_equal(stats.reserved, 0);
	assert_int_equal(stats.offered, 1);
	decider_close(&f);
}

static void declined_reservation_gives_way_to_a_pool(void **state)
{
	static const char conf[] = NETS("range 10.10.10.100 10.10.10.100;")
		HOST("h", MAC_1 "fixed-address 10.10.10.5;");
	struct sent s = one;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, conf);
	decider_bind(&f, &one, &got);
	s.type = DHCP4_DECLINE;
	s.requested = "10.10.10.5";
	s.server_id = "10.10.10.1";
	decider_send(&f, &s, &got);
	assert_int_equal(decider_state(&f, "10.10.10.5"), LEASE_DECLINED);
	assert_string_equal(offered(&f, &one), "10.10.10.100");
	decider_close(&f);
}

#define POOL(permit, last) \
	"pool { " permit " range 10.10.10." last " 10.10.10." last "; }"
#define KNOWN_1 HOST("h", MAC_1)

static void permits_choose_the_pool(void **state)
{
	(void)state;
	expect(NETS(POOL("allow known-clients;", "10")
			    POOL("allow unknown-clients;", "20")) KNOWN_1,
	       &one, "10.10.10.10");
	expect(NETS(POOL("allow known-clients;", "10")
			    POOL("allow unknown-clients;", "20")) KNOWN_1,
	       &two, "10.10.10.20");
	expect(NETS(POOL("deny known-clients;", "10") POOL("", "20")) KNOWN_1,
	       &one, "10.10.10.20");
	expect(NETS(POOL("deny unknown-clients;", "10")) KNOWN_1, &one,
	       "10.10.10.10");
	expect(NETS(POOL("allow all clients;", "10")), &two, "10.10.10.10");
}

static void client_that_no_pool_permits_is_denied(void **state)
{
	(void)state;
	expect(NETS(POOL("deny unknown-clients;", "10")), &two,
	       "client-denied");
	expect(NETS(POOL("allow known-clients; deny all clients;", "10"))
		       KNOWN_1,
	       &one, "client-denied");
	expect(NETS(""), &two, "pool-exhausted");
}

static void permit_taken_away_ends_renewal(void **state)
{
	static const char before[] = NETS(POOL("", "10"));
	static const char after[] = NETS(POOL("deny unknown-clients;", "10"));
	struct sent s = two;
	struct decider f;
	struct got got;

	(void)state;
	decider_open(&f, before);
	decider_bind(&f, &s, &got);
	decider_reload(&f, after);
	s.type = DHCP4_REQUEST;
	s.ciaddr = got.text;
	decider_send(&f, &s, &got);
	assert_int_equal(got.type, DHCP4_NAK);
	decider_close(&f);
}

static void client_known_on_another_network_is_known(void **state)
{
	(void)state;
	expect(NETS(POOL("allow known-clients;", "10"))
		       HOST("h", MAC_1 "fixed-address 10.20.20.9;"),
	       &one, "10.10.10.10");
}

static void pool_of_the_shared_network_serves_too(void **state)
{
	static const char conf[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {}\n"
		" pool { range 10.10.10.7 10.10.10.7; } }\n";

	(void)state;
	expect(conf, &two, "10.10.10.7");
}

/* All of several ranges, in subnets next to and far from each other. */
static void every_address_of_all_ranges_is_found(void **state)
{
	static const char conf[] =
		"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
		" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
		"  range 10.10.10.1 10.10.10.3; range 10.10.10.9 10.10.10.9;\n"
		"  pool { deny unknown-clients;"
		"   range 10.10.10.20 10.10.10.30; } }\n"
		" subnet 10.10.15.0 netmask 255.255.255.0 {\n"
		"  range 10.10.15.254 10.10.15.255; }\n"
		" subnet 10.10.16.0 netmask 255.255.255.0 {\n"
		"  range 10.10.16.0 10.10.16.1; } }\n";
	struct sent s = two;
	struct alloc_pool_stats stats;
	struct decider f;
	struct got got;
	uint8_t n;

	(void)state;
	decider_open(&f, conf);
	for (n = 1; n <= 8; n++) {
		s.mac = n;
		decider_bind(&f, &s, &got);
	}
	s.mac = n;
	assert_string_equal(offered(&f, &s), "pool-exhausted");
	assert_int_equal(alloc_get_network_stats(f.alloc, 0, &stats), 0);
	assert_int_equal(stats.active, 8);
	assert_int_equal(stats.free, 11);
	assert_int_equal(alloc_get_pool_stats(f.alloc, 0, 0, &stats), 0);
	assert_int_equal(stats.size, 4);
	assert_int_equal(stats.active, 4);
	assert_int_equal(alloc_get_pool_stats(f.alloc, 0, 4, &stats), -ENOENT);
	assert_int_equal(alloc_get_network_stats(f.alloc, 1, &stats), -ENOENT);
	decider_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_address_is_given_by_hardware_address),
		cmocka_unit_test(
			client_identifier_goes_before_the_hardware_address),
		cmocka_unit_test(
			fixed_address_on_the_clients_network_is_picked),
		cmocka_unit_test(several_declarations_of_a_client_add_up),
		cmocka_unit_test(reserved_address_is_never_given_to_others),
		cmocka_unit_test(reserved_lease_is_recorded_as_such),
		cmocka_unit_test(client_moves_to_its_new_reservation),
		cmocka_unit_test(
			reservation_waits_while_another_client_holds_the_address),
		cmocka_unit_test(dropped_reservation_frees_the_address),
		cmocka_unit_test(declined_reservation_gives_way_to_a_pool),
		cmocka_unit_test(permits_choose_the_pool),
		cmocka_unit_test(client_that_no_pool_permits_is_denied),
		cmocka_unit_test(permit_taken_away_ends_renewal),
		cmocka_unit_test(client_known_on_another_network_is_known),
		cmocka_unit_test(pool_of_the_shared_network_serves_too),
		cmocka_unit_test(every_address_of_all_ranges_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
