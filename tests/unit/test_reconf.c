/* SPDX-License-Identifier: BSD-2-Clause */
/* reconf - RECONFIGURE to many clients: how fast, and when it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../daemon/server6/reconf.h"
#include "alloc6_fixture.h"

#define CLIENTS_MAX 10000
#define TICK_MS     100

struct fixture {
	struct world6 world;
	struct front front;
	struct serve6 serve;
	struct mono_time now;
};

static unsigned int sent;
static struct in6_addr sent_to; /* the last one */

void front_send(struct front *front, const struct front_way *way,
		struct wire_reader message)
{
	(void)front;
	sent_to = way->peer;
	assert_int_equal(message.pos[0], DHCP6_RECONFIGURE);
	sent++;
}

void front_flush_socket(struct front *front)
{
	(void)front;
}

static int setup(void **state)
{
	const struct privsep_interface eth0 = { .ifindex = 2, .name = "eth0" };
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	world6_open(&f->world, 0);
	assert_int_equal(hosts_new(&f->front.hosts), 0);
	assert_int_equal(hosts_set_interface(f->front.hosts, &eth0), 0);
	f->serve.front = &f->front;
	f->serve.alloc = f->world.alloc;
	rkap_init(&f->serve.rkap, "secret", 6);
	rkap_start(&f->serve.rkap, (struct wall_time){ WORLD6_WALL });
	rkap_reserve(&f->serve.rkap, rkap_next_mark(&f->serve.rkap));
	rkap_end_reserve(&f->serve.rkap, true);
	f->serve.decide.rkap = &f->serve.rkap;
	f->serve.decide.duid = duid;
	f->serve.decide.duid_len = sizeof(duid);
	assert_int_equal(reconf_new(&f->serve.reconf, &f->serve), 0);
	f->now = mono_now();
	sent = 0;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	reconf_free(f->serve.reconf);
	hosts_free(f->front.hosts);
	world6_close(&f->world);
	free(f);
	return 0;
}

/* A lease of client number id. */
static void give_lease(struct fixture *f, uint16_t id, uint8_t flags)
{
	struct lease lease;
	char text[64];

	snprintf(text, sizeof(text), "2001:db8::%x", id + 1U);
	lease = world6_record(&f->world, id, LEASE_NA6, text, 128, 3600);
	lease.flags = flags;
	memcpy(lease.ifname, "eth0", sizeof("eth0"));
	lease.source = world6_addr("fe80::1");
	world6_load(&f->world, &lease);
}

static void tick(struct fixture *f)
{
	f->now = mono_add_ms(f->now, TICK_MS);
	reconf_tick(f->serve.reconf, f->now);
}

static void all_clients_are_asked_no_faster_than_is_said(void **state)
{
	struct fixture *f = *state;
	unsigned int before, i;

	for (i = 0; i < 1000; i++)
		give_lease(f, (uint16_t)i, LEASE_FLAG_RECONFIGURE);
	reconf_start_all(f->serve.reconf, DHCP6_RENEW);
	for (i = 0; reconf_is_sweeping(f->serve.reconf) && i < 100; i++) {
		before = reconf_in_flight(f->serve.reconf);
		tick(f);
		assert_true(reconf_in_flight(f->serve.reconf) - before <=
			    RECONF_PER_SECOND * TICK_MS / 1000);
	}
	/* And no slower: a thousand in five seconds. */
	assert_int_equal(i, 50);
	assert_int_equal(reconf_in_flight(f->serve.reconf), 1000);
	assert_true(sent >= 1000);
}

static void who_does_not_accept_it_costs_the_others_no_time(void **state)
{
	struct fixture *f = *state;
	unsigned int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		give_lease(f, (uint16_t)i,
			   i + 1 == CLIENTS_MAX ? LEASE_FLAG_RECONFIGURE : 0);
	reconf_start_all(f->serve.reconf, DHCP6_RENEW);
	for (i = 0; i < 4; i++)
		tick(f);
	assert_false(reconf_is_sweeping(f->serve.reconf));
	assert_int_equal(reconf_in_flight(f->serve.reconf), 1);
}

/* The first try went to an address of the client, which stands behind a relay,
 * two seconds later: what waits for the disk was counted as one. */
static void a_start_that_waits_for_the_disk_takes_the_first_way(void **state)
{
	struct fixture *f = *state;
	struct rkap *rkap = &f->serve.rkap;
	const uint8_t *duid = f->world.duid;

	give_lease(f, 1, LEASE_FLAG_RECONFIGURE);
	rkap_init(rkap, "secret", 6);
	rkap_start(rkap, (struct wall_time){ WORLD6_WALL });
	rkap_reserve(rkap, rkap_next_mark(rkap));
	assert_int_equal(reconf_start(f->serve.reconf, duid,
				      sizeof(f->world.duid), DHCP6_RENEW),
			 0);
	tick(f);
	assert_int_equal(sent, 0);
	rkap_end_reserve(rkap, true);
	tick(f);
	assert_int_equal(sent, 1);
	assert_true(IN6_IS_ADDR_LINKLOCAL(&sent_to));
}

static void a_start_does_not_wait_for_the_disk_for_ever(void **state)
{
	struct fixture *f = *state;
	struct rkap *rkap = &f->serve.rkap;
	const uint8_t *duid = f->world.duid;
	unsigned int i;

	give_lease(f, 1, LEASE_FLAG_RECONFIGURE);
	rkap_init(rkap, "secret", 6);
	rkap_start(rkap, (struct wall_time){ WORLD6_WALL });
	rkap_reserve(rkap, rkap_next_mark(rkap));
	(void)reconf_start(f->serve.reconf, duid, sizeof(f->world.duid),
			   DHCP6_RENEW);
	for (i = 0; reconf_in_flight(f->serve.reconf) && i < 1000; i++)
		tick(f);
	assert_in_range(i, 590, 610);
	assert_int_equal(sent, 0);
}

static void a_client_that_asks_again_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct wire_reader duid;

	give_lease(f, 1, LEASE_FLAG_RECONFIGURE);
	duid = wire_reader(f->world.duid, sizeof(f->world.duid));
	assert_int_equal(reconf_start(f->serve.reconf, duid.pos,
				      wire_left(&duid), DHCP6_RENEW),
			 0);
	reconf_heard(f->serve.reconf, DHCP6_SOLICIT, &duid);
	assert_int_equal(reconf_in_flight(f->serve.reconf), 1);
	reconf_heard(f->serve.reconf, DHCP6_RENEW, &duid);
	assert_int_equal(reconf_in_flight(f->serve.reconf), 0);
	f->now = mono_add_s(f->now, 600);
	tick(f);
	assert_int_equal(sent, 1);
}

static void each_of_many_is_known_when_it_asks(void **state)
{
	struct fixture *f = *state;
	struct lease lease;
	struct wire_reader duid;
	unsigned int i;

	for (i = 0; i < 500; i++)
		give_lease(f, (uint16_t)i, LEASE_FLAG_RECONFIGURE);
	reconf_start_all(f->serve.reconf, DHCP6_RENEW);
	for (i = 0; i < 26; i++)
		tick(f);
	assert_int_equal(reconf_in_flight(f->serve.reconf), 500);
	for (i = 0; i < 500; i++) {
		lease = world6_record(&f->world, (uint16_t)(i * 7 % 500),
				      LEASE_NA6, "::", 128, 1);
		duid = wire_reader(lease.client_id, lease.client_id_len);
		reconf_heard(f->serve.reconf, DHCP6_RENEW, &duid);
		assert_int_equal(reconf_in_flight(f->serve.reconf), 499 - i);
	}
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(all_clients_are_asked_no_faster_than_is_said),
		ROW(who_does_not_accept_it_costs_the_others_no_time),
		ROW(a_start_that_waits_for_the_disk_takes_the_first_way),
		ROW(a_start_does_not_wait_for_the_disk_for_ever),
		ROW(a_client_that_asks_again_is_left_alone),
		ROW(each_of_many_is_known_when_it_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
