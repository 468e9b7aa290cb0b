/* SPDX-License-Identifier: BSD-2-Clause */
/* Reconfigure Accept, the key, and RECONFIGURE messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "decide6_fixture.h"

#define ON "dhcp4o6 { reconfigure on; }\n"

static const struct sent6 accepts = {
	.client = 1,
	.ia = { IA_NA(7) },
	.reconfigure_accept = true,
};

static void rfc9915_20_4_key_goes_to_clients_that_accept_it(void **state)
{
	struct sent6 s = accepts;
	struct wire_reader body;
	struct got6 got;
	struct decider6 f;

	(void)state;
	decider6_open(&f, ON NETWORKS6);
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, &body), 1);
	assert_int_equal(wire_left(&body), 0);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, &body), 1);
	assert_int_equal(wire_left(&body), 28);
	/* Protocol 3, algorithm 1, RDM 0, and the type of the value. */
	assert_memory_equal(body.pos, "\3\1\0", 3);
	assert_int_equal(body.pos[11], 1);
	assert_int_equal(decider6_lease(&f, got.ia[0].text[0]).flags,
			 LEASE_FLAG_RECONFIGURE);
	/* One that does not gets none, and loses it. */
	s = sent6_about(&accepts, DHCP6_RENEW, &got);
	s.reconfigure_accept = false;
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, NULL), 0);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 0);
	assert_int_equal(decider6_lease(&f, got.ia[0].text[0]).flags, 0);
	decider6_close(&f);
}

static void no_key_is_given_where_it_is_not_configured(void **state)
{
	static const char *const confs[] = {
		"dhcp4o6 { reconfigure off; }\n" NETWORKS6,
		ON NETWORKS6,
	};
	struct got6 got;
	struct decider6 f;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		decider6_open(&f, confs[i]);
		if (i)
			f.server.rkap = NULL;
		decider6_bind(&f, &accepts, &got);
		assert_int_equal(
			got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, NULL), 0);
		assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 0);
		assert_int_equal(decider6_lease(&f, got.ia[0].text[0]).flags,
				 0);
		decider6_close(&f);
	}
}

static void an_advertise_says_reconfigure_accept_without_a_key(void **state)
{
	struct sent6 s = accepts;
	struct got6 got;

	(void)state;
	s.type = DHCP6_SOLICIT;
	decider6_ask(ON NETWORKS6, &s, &got);
	assert_int_equal(got.type, DHCP6_ADVERTISE);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, NULL), 1);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 0);
}

static void a_client_gets_the_same_key_each_time(void **state)
{
	struct wire_reader first, second;
	struct got6 bound, got;
	struct decider6 f;
	struct sent6 s;

	(void)state;
	decider6_open(&f, ON NETWORKS6);
	decider6_bind(&f, &accepts, &bound);
	s = sent6_about(&accepts, DHCP6_RENEW, &bound);
	f.wall.s -= 1000000; /* somebody set the clock back meanwhile */
	decider6_restart(&f, ON NETWORKS6);
	decider6_expect(&f, &s, &got, DHCP6_REPLY, DROP_NONE);
	got6_option(&bound, DHCP6_OPT_AUTH, &first);
	got6_option(&got, DHCP6_OPT_AUTH, &second);
	assert_memory_equal(first.pos + 11, second.pos + 11, 17);
	/* The counter grew. */
	assert_true(memcmp(first.pos + 3, second.pos + 3, 8) < 0);
	decider6_close(&f);
}

/* ---- RECONFIGURE ---- */

static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 0xaa };
static const uint8_t server_duid[] = { FIXTURE6_DUID };

static struct rkap rkap;
static const struct decide6_server server = {
	.duid = server_duid,
	.duid_len = sizeof(server_duid),
	.rkap = &rkap,
};

static void start_rkap(void)
{
	uint8_t secret[16];
	uint8_t i;

	for (i = 0; i < sizeof(secret); i++)
		secret[i] = i;
	rkap_init(&rkap, secret, sizeof(secret));
	rkap.last_replay = (1700000000ULL << 32) - 1;
	rkap_reserve(&rkap, rkap_next_mark(&rkap));
	rkap_end_reserve(&rkap, true);
}

/* The HMAC was computed by another implementation. */
static void rfc9915_18_3_11_reconfigure_is_signed_with_the_key(void **state)
{
	static const uint8_t want[] = {
		0x0a, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x0a, 0x00, 0x03,
		0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0xaa, 0x00, 0x02,
		0x00, 0x0a, 0x00, 0x03, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x01, 0x00, 0x13, 0x00, 0x01, 0x05, 0x00, 0x0b, 0x00,
		0x1c, 0x03, 0x01, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x02, 0x11, 0x4b, 0xe7, 0xce, 0x32, 0x4b, 0x70,
		0x3d, 0x02, 0xf4, 0x8a, 0x58, 0x02, 0x67, 0x2d, 0x14
	};
	struct lease lease = {
		.client_id = duid,
		.client_id_len = sizeof(duid),
	};
	uint8_t buf[256];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	start_rkap();
	assert_int_equal(
		decide6_encode_reconfigure(&server, &lease, DHCP6_RENEW, &w),
		0);
	assert_int_equal(wire_len(&w), sizeof(want));
	assert_memory_equal(buf, want, sizeof(want));
}

static void
rfc9915_18_3_11_reconfigure_asks_for_one_of_three_messages(void **state)
{
	struct lease lease = {
		.client_id = duid,
		.client_id_len = sizeof(duid),
	};
	uint8_t buf[256];
	unsigned int type;

	(void)state;
	start_rkap();
	for (type = 0; type < 256; type++) {
		struct wire_writer w = wire_writer(buf, sizeof(buf));
		int err = decide6_encode_reconfigure(&server, &lease,
						     (uint8_t)type, &w);

		assert_int_equal(
			err, type == DHCP6_RENEW || type == DHCP6_REBIND ||
					     type == DHCP6_INFORMATION_REQUEST
				     ? 0
				     : -EINVAL);
	}
}

/* Through half of its relays it would never be reached. */
static void
rfc9915_20_4_no_key_for_a_client_whose_relays_are_too_long_to_keep(void **state)
{
	char id[301];
	struct sent6 s = accepts;
	struct got6 got;
	struct decider6 f;

	(void)state;
	memset(id, 'i', sizeof(id) - 1);
	id[sizeof(id) - 1] = 0;
	decider6_open(&f, ON NETWORKS6);
	s.relay[0] = (struct sent6_relay){ "2001:db8:1::ff", id, 0 };
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, NULL), 0);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 0);
	assert_int_equal(decider6_lease(&f, got.ia[0].text[0]).flags, 0);
	id[255] = 0;
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 1);
	decider6_close(&f);
}

static void a_reconfigure_goes_through_the_relays_of_the_lease(void **state)
{
	struct dhcp6_envelope env;
	uint8_t direct[256];
	uint8_t buf[512];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct wire_writer plain = wire_writer(direct, sizeof(direct));
	struct got6 got;
	struct decider6 f;
	struct sent6 s = accepts;
	struct lease lease;
	struct in6_addr addr;

	(void)state;
	decider6_open(&f, ON NETWORKS6);
	s.relay[0] = (struct sent6_relay){ "2001:db8:1::ff", "port7", 0 };
	s.relay[1] = (struct sent6_relay){ "::", NULL, 0 };
	decider6_bind(&f, &s, &got);
	lease = decider6_lease(&f, got.ia[0].text[0]);
	assert_int_equal(
		decide6_encode_reconfigure(&f.server, &lease, DHCP6_REBIND, &w),
		0);
	assert_int_equal(
		dhcp6_unwrap_reply(wire_reader(buf, wire_len(&w)), &env),
		DROP_NONE);
	assert_int_equal(env.relay_count, 2);
	assert_int_equal(env.inner_type, DHCP6_RECONFIGURE);
	assert_int_equal(env.relay[0].hop_count, 0);
	assert_int_equal(env.relay[1].hop_count, 1);
	assert_memory_equal(env.relay[0].interface_id.pos, "port7", 5);
	assert_false(env.relay[1].has_interface_id);
	sent6_prefix("2001:db8:1::ff", &addr);
	assert_memory_equal(&env.relay[0].link_address, &addr, 16);
	sent6_prefix("fe80::c1", &addr);
	assert_memory_equal(&env.relay[0].peer_address, &addr, 16);
	/* What the client checks is the message, not the way to it. */
	f.rkap.last_replay--;
	lease.relay_path_len = 0;
	assert_int_equal(decide6_encode_reconfigure(&f.server, &lease,
						    DHCP6_REBIND, &plain),
			 0);
	assert_int_equal(wire_len(&plain), wire_left(&env.inner));
	assert_memory_equal(direct, env.inner.pos, wire_len(&plain));
	decider6_close(&f);
}

/* The store has been given the mark, and does not have it yet. */
static void a_key_may_wait_for_the_mark_and_a_reconfigure_not(void **state)
{
	struct sent6 s = accepts;
	uint8_t buf[256];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct lease lease;
	struct decider6 f;
	struct got6 got;

	(void)state;
	decider6_open(&f, ON NETWORKS6);
	rkap_init(&f.rkap, "secret", 6);
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_RECONF_ACCEPT, NULL), 0);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 0);
	assert_int_equal(decider6_lease(&f, got.ia[0].text[0]).flags, 0);
	rkap_reserve(&f.rkap, rkap_next_mark(&f.rkap));
	decider6_bind(&f, &s, &got);
	assert_int_equal(got6_option(&got, DHCP6_OPT_AUTH, NULL), 1);
	lease = decider6_lease(&f, got.ia[0].text[0]);
	assert_int_equal(lease.flags, LEASE_FLAG_RECONFIGURE);
	assert_int_equal(
		decide6_encode_reconfigure(&f.server, &lease, DHCP6_RENEW, &w),
		-EAGAIN);
	assert_int_equal(wire_len(&w), 0);
	rkap_end_reserve(&f.rkap, true);
	assert_int_equal(
		decide6_encode_reconfigure(&f.server, &lease, DHCP6_RENEW, &w),
		0);
	decider6_close(&f);
}

static void
rfc8357_5_2_a_reconfigure_goes_to_the_ports_of_the_relays(void **state)
{
	static const struct {
		const char *inner;
		const char *outer;
		uint16_t goes_to;
	} cases[] = {
		{ NULL, NULL, 547 },
		{ NULL, "\0\0", FIXTURE6_PORT },
		{ "\0\0", "\x15\x5f", FIXTURE6_PORT },
		{ "\0\0", NULL, 547 },
	};
	struct sent6 s = accepts;
	struct dhcp6_envelope env;
	uint8_t buf[512];
	struct lease lease;
	struct decider6 f;
	struct got6 got;
	size_t i;

	(void)state;
	decider6_open(&f, ON NETWORKS6);
	s.relay[0] = (struct sent6_relay){ "2001:db8:1::ff", "port7", 0 };
	s.relay[1] = (struct sent6_relay){ "::", NULL, 0 };
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire_writer w = wire_writer(buf, sizeof(buf));

		s.relay_port[0] = cases[i].inner;
		s.relay_port[1] = cases[i].outer;
		decider6_bind(&f, &s, &got);
		decider6_restart(&f, ON NETWORKS6);
		lease = decider6_lease(&f, got.ia[0].text[0]);
		assert_int_equal(decide6_reconfigure_port(&lease),
				 cases[i].goes_to);
		assert_int_equal(decide6_encode_reconfigure(&f.server, &lease,
							    DHCP6_RENEW, &w),
				 0);
		assert_int_equal(dhcp6_unwrap_reply(
					 wire_reader(buf, wire_len(&w)), &env),
				 DROP_NONE);
		assert_int_equal(env.relay[0].has_relay_port,
				 cases[i].inner != NULL);
		assert_int_equal(env.relay[1].has_relay_port,
				 cases[i].outer != NULL);
		if (cases[i].outer)
			assert_memory_equal(env.relay[1].relay_port.pos,
					    cases[i].outer, 2);
		if (cases[i].inner)
			assert_memory_equal(env.relay[0].relay_port.pos,
					    cases[i].inner, 2);
	}
	lease.relay_path_len = 0;
	lease.relay_ports_len = 0;
	assert_int_equal(decide6_reconfigure_port(&lease), 546);
	decider6_close(&f);
}

/* A record of another hand. */
static void ports_of_relays_that_are_not_there_are_refused(void **state)
{
	static const uint8_t path[33] = { 0 };
	static const struct {
		uint8_t octets[6];
		uint8_t len;
	} bad[] = {
		{ { 21, 94 }, 1 },
		{ { 21, 94, 0 }, 3 },
		{ { 21, 94, 0, 0 }, 4 },
		{ { 21, 94, 1, 0, 0 }, 5 },
		{ { 21, 94, 0, 0, 0, 0 }, 6 },
	};
	struct lease lease = {
		.client_id = duid,
		.client_id_len = sizeof(duid),
		.relay_path = path,
		.relay_path_len = sizeof(path),
	};
	uint8_t buf[256];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	size_t i;

	(void)state;
	start_rkap();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		lease.relay_ports = bad[i].octets;
		lease.relay_ports_len = bad[i].len;
		assert_int_equal(decide6_encode_reconfigure(&server, &lease,
							    DHCP6_RENEW, &w),
				 -EINVAL);
		assert_int_equal(decide6_reconfigure_port(&lease), 547);
	}
	lease.relay_ports_len = 2;
	assert_int_equal(
		decide6_encode_reconfigure(&server, &lease, DHCP6_RENEW, &w),
		0);
}

static void a_reconfigure_needs_a_client_a_key_and_room(void **state)
{
	static const uint8_t path[33 + 5] = { [32] = 6 };
	struct decide6_server keyless = server;
	struct lease lease = { .client_id = duid };
	uint8_t buf[256];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	start_rkap();
	assert_int_equal(
		decide6_encode_reconfigure(&server, &lease, DHCP6_RENEW, &w),
		-EINVAL);
	lease.client_id_len = sizeof(duid);
	keyless.rkap = NULL;
	assert_int_equal(
		decide6_encode_reconfigure(&keyless, &lease, DHCP6_RENEW, &w),
		-EINVAL);
	lease.relay_path = path;
	lease.relay_path_len = sizeof(path);
	assert_int_equal(
		decide6_encode_reconfigure(&server, &lease, DHCP6_RENEW, &w),
		-EINVAL);
	lease.relay_path_len = 0;
	w = wire_writer(buf, 68);
	assert_int_equal(
		decide6_encode_reconfigure(&server, &lease, DHCP6_RENEW, &w),
		-EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			rfc9915_20_4_key_goes_to_clients_that_accept_it),
		cmocka_unit_test(no_key_is_given_where_it_is_not_configured),
		cmocka_unit_test(
			an_advertise_says_reconfigure_accept_without_a_key),
		cmocka_unit_test(a_client_gets_the_same_key_each_time),
		cmocka_unit_test(
			rfc9915_18_3_11_reconfigure_is_signed_with_the_key),
		cmocka_unit_test(
			rfc9915_18_3_11_reconfigure_asks_for_one_of_three_messages),
		cmocka_unit_test(
			rfc9915_20_4_no_key_for_a_client_whose_relays_are_too_long_to_keep),
		cmocka_unit_test(
			a_reconfigure_goes_through_the_relays_of_the_lease),
		cmocka_unit_test(
			a_key_may_wait_for_the_mark_and_a_reconfigure_not),
		cmocka_unit_test(
			rfc8357_5_2_a_reconfigure_goes_to_the_ports_of_the_relays),
		cmocka_unit_test(
			ports_of_relays_that_are_not_there_are_refused),
		cmocka_unit_test(a_reconfigure_needs_a_client_a_key_and_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
