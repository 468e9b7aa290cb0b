/* SPDX-License-Identifier: BSD-2-Clause */
/* Transactions in flight, visiting, reload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc_fixture.h"
#include "dhcp4o6/lease/lease_record.h"

/* What the change does has to be known before its lease may end. */
static void lease_with_a_change_in_flight_does_not_expire(void **state)
{
	struct alloc_txn *first, *second;
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	first = world_begin(&w);
	world_bind(&w, first, 1, "10.10.10.150", 10);
	alloc_txn_commit(first);
	second = world_begin(&w);
	world_bind(&w, second, 1, "10.10.10.150", 20);
	world_pass(&w, 100);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_ACTIVE);
	alloc_txn_abort(second);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_EXPIRED);
	world_close(&w);
}

static void aborting_undoes_what_came_after_and_nothing_before(void **state)
{
	struct alloc_txn *txn[3];
	struct world w;
	size_t count;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	txn[0] = world_begin(&w);
	world_bind(&w, txn[0], 1, "10.10.10.101", 100);
	txn[1] = world_begin(&w);
	world_bind(&w, txn[1], 2, "10.10.10.102", 100);
	txn[2] = world_begin(&w);
	world_bind(&w, txn[2], 3, "10.10.10.103", 100);
	world_bind(&w, txn[2], 1, "10.10.10.101", 200);
	assert_non_null(alloc_txn_records(txn[2], &count));
	assert_int_equal(count, 2);
	alloc_txn_abort(txn[1]);
	assert_true(alloc_txn_is_undone(txn[2]));
	assert_null(alloc_txn_records(txn[2], &count));
	assert_false(alloc_txn_is_undone(txn[0]));
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_ACTIVE);
	assert_int_equal(world_state(&w, "10.10.10.102"), LEASE_STATE_COUNT);
	assert_int_equal(world_state(&w, "10.10.10.103"), LEASE_STATE_COUNT);
	alloc_txn_commit(txn[2]); /* either way to end it is right */
	alloc_txn_commit(txn[0]);
	assert_int_equal(world_stats(&w).active, 1);
	world_pass(&w, 100);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.101"), LEASE_EXPIRED);
	world_close(&w);
}

/* Lone subnets 10.20.0.0/24 and so on, each a network of its own. */
static void world_configure_wide(struct world *w, uint32_t count)
{
	char text[8192];
	size_t len = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		len += (size_t)snprintf(
			text + len, sizeof(text) - len,
			"subnet 10.20.%u.0 netmask 255.255.255.0 {"
			" range 10.20.%u.1 10.20.%u.99; }\n",
			i, i, i);
		assert_true(len < sizeof(text));
	}
	assert_int_equal(conf_parse(&w->conf, text, len, "test", CONF_DHCP4,
				    true, NULL, NULL),
			 0);
	assert_int_equal(alloc_apply_conf(w->alloc, w->conf), 0);
}

static void offer(struct world *w, uint8_t id, const char *addr)
{
	struct alloc_choice choice = { .addr = world_addr(addr) };
	struct alloc_client client = { .id = &id, .id_len = 1 };
	struct alloc_asker asker;

	alloc_seal_client(w->alloc, &client);
	alloc_ask(w->alloc, w->net, &client, w->now.mono, &asker);
	assert_int_equal(alloc_offer(w->alloc, &asker, &choice,
				     mono_add_s(w->now.mono, 60)),
			 0);
}

/* The second offer stands, and no slot counts as free while it does. */
static void undoing_does_not_offer_an_address_twice(void **state)
{
	struct alloc_pool_stats pool;
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	offer(&w, 1, "10.10.10.150");
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.151", 100);
	world_pass(&w, 30);
	offer(&w, 2, "10.10.10.150");
	alloc_txn_abort(txn);
	assert_int_equal(world_stats(&w).offers, 1);
	world_pass(&w, 31); /* the first offer would be over, not the second */
	world_expire(&w);
	assert_int_equal(world_stats(&w).offers, 1);
	assert_int_equal(alloc_get_network_stats(w.alloc, 0, &pool), 0);
	assert_int_equal(pool.offered, 1);
	world_close(&w);
}

static void address_that_changed_hands_goes_back_with_all_it_had(void **state)
{
	struct lease before, after;
	struct lease a = world_record("10.10.10.150", -10);
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	world_open(&w, 0);
	a.host_name = (const uint8_t *)"former";
	a.host_name_len = 6;
	a.relay_path = (const uint8_t *)"0123456789abcdef\1x";
	a.relay_path_len = 18;
	world_load(&w, &a);
	alloc_load_end(w.alloc);
	world_expire(&w);
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 100);
	world_bind(&w, txn, 2, "10.10.10.150", 100);
	alloc_txn_abort(txn);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &after), 0);
	before = a;
	assert_int_equal(after.state, LEASE_EXPIRED);
	assert_int_equal(world_stats(&w).reused_total, 0);
	assert_int_equal(after.version, before.version);
	assert_int_equal(after.expires.s, before.expires.s);
	assert_int_equal(after.client_id_len, 0);
	assert_memory_equal(after.chaddr, before.chaddr, 6);
	assert_int_equal(after.host_name_len, 6);
	assert_memory_equal(after.host_name, "former", 6);
	assert_int_equal(after.relay_path_len, 18);
	assert_memory_equal(after.relay_path, before.relay_path, 18);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 100);
	alloc_txn_commit(txn);
	assert_int_equal(world_stats(&w).reused_total, 1);
	world_close(&w);
}

/* Else what is written now would lose to what was read, at the next start. */
static void change_supersedes_what_was_loaded(void **state)
{
	struct lease a = world_record("10.10.10.150", -10);
	const struct lease *record;
	struct alloc_txn *txn;
	struct world w;
	size_t count;

	(void)state;
	world_open(&w, 0);
	a.epoch = 7;
	a.version = UINT32_MAX;
	world_load(&w, &a);
	alloc_load_end(w.alloc);
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 100);
	record = alloc_txn_records(txn, &count);
	assert_int_equal(count, 1);
	assert_true(lease_supersedes(record, &a));
	assert_false(lease_supersedes(&a, record));
	alloc_txn_commit(txn);
	world_close(&w);
}

/* On as many networks it may be offered as many addresses, up to a limit. */
static void client_has_a_bounded_number_of_offers(void **state)
{
	struct alloc_stats stats;
	char addr[INET_ADDRSTRLEN];
	struct world w;
	uint32_t i;

	(void)state;
	world_open(&w, 0);
	world_configure_wide(&w, 2 * ALLOC_CLIENT_OFFERS_MAX);
	for (i = 0; i < 2 * ALLOC_CLIENT_OFFERS_MAX; i++) {
		snprintf(addr, sizeof(addr), "10.20.%u.5", i);
		alloc_find_subnet(w.alloc, world_addr(addr), &w.net);
		offer(&w, 1, addr);
	}
	stats = world_stats(&w);
	assert_int_equal(stats.offers, ALLOC_CLIENT_OFFERS_MAX);
	assert_int_equal(stats.offers_reused_total, ALLOC_CLIENT_OFFERS_MAX);
	offer(&w, 2, "10.20.0.6");
	assert_int_equal(world_stats(&w).offers, ALLOC_CLIENT_OFFERS_MAX + 1);
	world_close(&w);
}

/* ---- visiting ---- */

#define VISITED 50

static size_t visit_all(const struct world *w, size_t piece,
			struct lease out[VISITED + 1])
{
	uint32_t cursor = 0;
	size_t count = 0;

	while (cursor != ALLOC_CURSOR_END) {
		size_t room = VISITED + 1 - count;

		count += alloc_visit(w->alloc, &cursor, out + count,
				     piece < room ? piece : room);
		assert_in_range(count, 0, VISITED);
	}
	return count;
}

static void visit_gives_each_lease_once_in_pieces_of_any_size(void **state)
{
	struct lease out[VISITED + 1];
	bool seen[VISITED];
	struct world w;
	size_t piece, i;

	(void)state;
	world_open(&w, 0);
	assert_int_equal(visit_all(&w, 3, out), 0);
	for (i = 0; i < VISITED; i++) {
		struct lease a = world_record("10.10.10.0", 10);

		a.addr.s_addr = htonl(ntohl(a.addr.s_addr) + (uint32_t)i);
		world_load(&w, &a);
	}
	for (piece = 1; piece <= VISITED + 1; piece++) {
		memset(seen, 0, sizeof(seen));
		assert_int_equal(visit_all(&w, piece, out), VISITED);
		for (i = 0; i < VISITED; i++) {
			uint32_t n = ntohl(out[i].addr.s_addr) & 0xff;

			assert_in_range(n, 0, VISITED - 1);
			assert_false(seen[n]);
			seen[n] = true;
		}
	}
	world_close(&w);
}

static void visit_gives_leases_as_they_are_committed(void **state)
{
	struct lease out[VISITED + 1];
	struct alloc_txn *txn[3];
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	txn[0] = world_begin(&w);
	world_bind(&w, txn[0], 1, "10.10.10.101", 100);
	assert_int_equal(visit_all(&w, 8, out), 0);
	txn[1] = world_begin(&w);
	world_bind(&w, txn[1], 1, "10.10.10.101", 200);
	txn[2] = world_begin(&w);
	world_bind(&w, txn[2], 1, "10.10.10.101", 300);
	alloc_txn_commit(txn[0]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WORLD_WALL + 100);
	alloc_txn_commit(txn[1]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WORLD_WALL + 200);
	alloc_txn_abort(txn[2]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WORLD_WALL + 200);
	world_close(&w);
}

static void reload_touches_no_lease(void **state)
{
	static const char other[] = "subnet 192.0.2.0 netmask 255.255.255.0 {\n"
				    " range 192.0.2.1 192.0.2.9; }\n";
	struct alloc_pool_stats pool;
	struct alloc_txn *txn;
	struct conf *conf;
	struct world w;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 100);
	alloc_txn_commit(txn);
	assert_int_equal(conf_parse(&conf, other, strlen(other), "test",
				    CONF_DHCP4, true, NULL, NULL),
			 0);
	assert_int_equal(alloc_apply_conf(w.alloc, conf), 0);
	conf_free(w.conf);
	w.conf = conf;
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_ACTIVE);
	assert_int_equal(world_stats(&w).active, 1);
	assert_int_equal(alloc_get_network_stats(w.alloc, 0, &pool), 0);
	assert_int_equal(pool.size, 9);
	assert_int_equal(pool.free, 9);
	world_pass(&w, 100);
	world_expire(&w);
	assert_int_equal(world_state(&w, "10.10.10.150"), LEASE_EXPIRED);
	world_close(&w);
}

/* lease_supersedes() would drop a change that looks older. */
static void
change_of_a_record_is_newer_than_it_by_epoch_and_version(void **state)
{
	struct lease a = world_record("10.10.10.150", -10);
	const struct lease *record;
	struct alloc_txn *txn;
	struct world w;
	size_t count;

	(void)state;
	world_open(&w, 0);
	a.epoch = 4;
	a.version = 9;
	world_load(&w, &a);
	alloc_load_end(w.alloc);
	world_configure(&w);
	txn = world_begin(&w);
	world_bind(&w, txn, 1, "10.10.10.150", 100);
	record = alloc_txn_records(txn, &count);
	assert_int_equal(count, 1);
	assert_int_equal(record->epoch, 4);
	assert_int_equal(record->version, 10);
	alloc_txn_commit(txn);
	world_close(&w);
}

static void transactions_open_at_the_end_are_given_back(void **state)
{
	struct world w;
	uint32_t i;

	(void)state;
	world_open(&w, 0);
	world_configure(&w);
	for (i = 0; i < 3; i++) {
		struct alloc_txn *txn = world_begin(&w);

		world_bind(&w, txn, 1, "10.10.10.101", 100);
		world_bind(&w, txn, 2, "10.10.10.101", 100);
		world_bind(&w, txn, 3, "10.10.10.102", 100);
	}
	world_close(&w); /* the leak checker is the judge */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lease_with_a_change_in_flight_does_not_expire),
		cmocka_unit_test(
			aborting_undoes_what_came_after_and_nothing_before),
		cmocka_unit_test(client_has_a_bounded_number_of_offers),
		cmocka_unit_test(change_supersedes_what_was_loaded),
		cmocka_unit_test(undoing_does_not_offer_an_address_twice),
		cmocka_unit_test(
			address_that_changed_hands_goes_back_with_all_it_had),
		cmocka_unit_test(
			visit_gives_each_lease_once_in_pieces_of_any_size),
		cmocka_unit_test(visit_gives_leases_as_they_are_committed),
		cmocka_unit_test(reload_touches_no_lease),
		cmocka_unit_test(
			change_of_a_record_is_newer_than_it_by_epoch_and_version),
		cmocka_unit_test(transactions_open_at_the_end_are_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
