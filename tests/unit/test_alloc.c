/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading, clocks, expiry, transactions in flight, visiting, reload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "dhcp4o6/alloc/binding.h"

#define WALL  1700000000
#define START 5000 /* seconds since boot */

static const struct siphash_key key = { { 5, 6 } };
static const char conf_text[] =
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
	"  range 10.10.10.100 10.10.10.199; } }\n";

struct world {
	struct conf *conf;
	struct alloc *alloc;
	const struct alloc_network *net;
	struct alloc_moment now;
	uint8_t id;
	struct alloc_client client;
};

static struct in_addr addr4(const char *text)
{
	struct in_addr addr;

	assert_int_equal(inet_pton(AF_INET, text, &addr), 1);
	return addr;
}

/* An empty memory of leases whose wall clock is off by wall_offset. */
static void open_world(struct world *w, int64_t wall_offset)
{
	*w = (struct world){
		.now = { { START * NS_PER_S }, { WALL + wall_offset } },
	};
	assert_int_equal(alloc_new(&w->alloc, &key, w->now.mono, w->now.wall),
			 0);
}

static void configure(struct world *w)
{
	assert_int_equal(conf_parse(&w->conf, conf_text, strlen(conf_text),
				    "test", CONF_DHCP4, true, NULL, NULL),
			 0);
	assert_int_equal(alloc_apply_conf(w->alloc, w->conf), 0);
	assert_non_null(
		alloc_find_subnet(w->alloc, addr4("10.10.10.1"), &w->net));
}

static void close_world(struct world *w)
{
	alloc_free(w->alloc);
	conf_free(w->conf);
}

static void pass(struct world *w, int64_t seconds)
{
	w->now.mono = mono_add_s(w->now.mono, seconds);
	w->now.wall.s += seconds;
}

static size_t expire(struct world *w)
{
	return alloc_expire(w->alloc, w->now.mono, 1000);
}

static struct lease record_of(const char *addr, int64_t ends_in_s)
{
	return (struct lease){
		.addr = addr4(addr),
		.state = LEASE_ACTIVE,
		.htype = 1,
		.hlen = 6,
		.chaddr = { 2, 0, 0, 0, 0, 1 },
		.epoch = 1,
		.version = 1,
		.starts = { WALL - 100 },
		.updated = { WALL - 50 },
		.expires = { WALL + ends_in_s },
	};
}

static void load(struct world *w, const struct lease *lease)
{
	assert_int_equal(alloc_load(w->alloc, lease), 0);
}

static enum lease_state state_of(const struct world *w, const char *addr)
{
	struct lease lease;

	if (alloc_get_lease(w->alloc, addr4(addr), 0, 0, &lease))
		return LEASE_STATE_COUNT;
	return lease.state;
}

static struct alloc_stats stats_of(const struct world *w)
{
	struct alloc_stats stats;

	alloc_get_stats(w->alloc, &stats);
	return stats;
}

/* Binds addr to client number id for lease_s seconds. */
static void bind_to(struct world *w, struct alloc_txn *txn, uint8_t id,
		    const char *addr, uint32_t lease_s)
{
	struct alloc_binding binding = {
		.addr = addr4(addr),
		.lease_s = lease_s,
		.now = w->now,
	};
	struct alloc_asker asker;

	w->id = id;
	w->client = (struct alloc_client){ .id = &w->id, .id_len = 1 };
	alloc_seal_client(w->alloc, &w->client);
	alloc_ask(w->alloc, w->net, &w->client, w->now.mono, &asker);
	assert_int_equal(alloc_bind(txn, &asker, &binding), 0);
}

static struct alloc_txn *begin(struct world *w)
{
	struct alloc_txn *txn;

	assert_int_equal(alloc_txn_begin(w->alloc, &txn), 0);
	return txn;
}

static void loaded_lease_expires_when_its_record_says(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct lease b = record_of("10.10.10.101", -60);
	struct world w;

	(void)state;
	open_world(&w, 0);
	load(&w, &a);
	load(&w, &b);
	assert_false(alloc_load_end(w.alloc));
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_ACTIVE);
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_EXPIRED);
	assert_int_equal(alloc_next_expiry(w.alloc).ns,
			 (START + 60) * NS_PER_S);
	pass(&w, 59);
	assert_int_equal(expire(&w), 0);
	pass(&w, 1);
	assert_int_equal(expire(&w), 1);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_EXPIRED);
	assert_true(alloc_next_expiry(w.alloc).ns == INT64_MAX);
	close_world(&w);
}

static void later_version_of_a_loaded_record_wins(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct lease got;
	struct world w;

	(void)state;
	open_world(&w, 0);
	a.version = 7;
	load(&w, &a);
	a.version = 6;
	a.state = LEASE_RELEASED;
	load(&w, &a);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_ACTIVE);
	a.version = 7; /* of two equal ones the later seen */
	a.client_id = (const uint8_t *)"xy";
	a.client_id_len = 2;
	load(&w, &a);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got), 0);
	assert_int_equal(got.state, LEASE_RELEASED);
	assert_int_equal(got.client_id_len, 2);
	a.version = 1;
	a.epoch = 2;
	a.state = LEASE_DECLINED;
	load(&w, &a);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_DECLINED);
	assert_int_equal(stats_of(&w).records, 1);
	assert_int_equal(stats_of(&w).declined, 1);
	assert_int_equal(stats_of(&w).active, 0);
	close_world(&w);
}

static void impossible_records_are_refused(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct world w;

	(void)state;
	open_world(&w, 0);
	a.state = LEASE_STATE_COUNT;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.state = LEASE_ACTIVE;
	a.psid_len = 17;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.psid_len = 4;
	a.psid = 16;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	a.psid = 0;
	a.hlen = LEASE_CHADDR_MAX + 1;
	assert_int_equal(alloc_load(w.alloc, &a), -EINVAL);
	assert_int_equal(stats_of(&w).records, 0);
	close_world(&w);
}

static void times_at_the_ends_of_their_type_are_kept(void **state)
{
	static const int64_t ends[] = { INT64_MIN, 0, INT64_MAX - 1,
					LEASE_EXPIRES_NEVER };
	struct lease got;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct lease a = record_of("10.10.10.100", 0);

		open_world(&w, 0);
		a.expires.s = ends[i];
		load(&w, &a);
		alloc_load_end(w.alloc);
		expire(&w);
		assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got),
				 0);
		assert_int_equal(got.state,
				 i < 2 ? LEASE_EXPIRED : LEASE_ACTIVE);
		assert_true(got.expires.s == ends[i]);
		close_world(&w);
	}
}

/* RFC 7618: the key is (address, PSID); nothing gives them out yet. */
static void parts_of_an_address_are_leases_of_their_own(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct lease got;
	struct world w;

	(void)state;
	open_world(&w, 0);
	a.psid_len = 6;
	a.psid = 5;
	load(&w, &a);
	a.psid = 6;
	a.state = LEASE_DECLINED;
	load(&w, &a);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 5, 6, &got), 0);
	assert_int_equal(got.psid, 5);
	assert_int_equal(got.psid_len, 6);
	assert_int_equal(got.state, LEASE_ACTIVE);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 6, 6, &got), 0);
	assert_int_equal(got.state, LEASE_DECLINED);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 7, 6, &got), -ENOENT);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &got), -ENOENT);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 99, &got),
			 -ENOENT);
	pass(&w, 60);
	expire(&w);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 5, 6, &got), 0);
	assert_int_equal(got.state, LEASE_EXPIRED);
	close_world(&w);
}

static void early_wall_clock_holds_expiry_until_it_is_right(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct lease b = record_of("10.10.10.101", 6000);
	struct world w;

	(void)state;
	open_world(&w, -1000000); /* no battery: some day in the past */
	load(&w, &a);
	load(&w, &b);
	assert_true(alloc_load_end(w.alloc));
	assert_true(alloc_is_expiry_held(w.alloc));
	pass(&w, 2000000);
	w.now.wall.s = WALL - 999999; /* still wrong */
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_ACTIVE);
	assert_true(stats_of(&w).expiry_held);
	/* The clock is set: a's time is over, b has 4,000 s left. */
	w.now.wall.s = WALL + 2000;
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	while (alloc_is_expiry_held(w.alloc))
		alloc_expire(w.alloc, w.now.mono, 1);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_EXPIRED);
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_ACTIVE);
	pass(&w, 3999);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_ACTIVE);
	pass(&w, 1);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_EXPIRED);
	close_world(&w);
}

static void new_leases_expire_while_loaded_ones_are_held(void **state)
{
	struct lease a = record_of("10.10.10.100", 60);
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	open_world(&w, -1000000);
	load(&w, &a);
	assert_true(alloc_load_end(w.alloc));
	configure(&w);
	txn = begin(&w);
	bind_to(&w, txn, 1, "10.10.10.150", 10);
	alloc_txn_commit(txn);
	pass(&w, 10);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_EXPIRED);
	assert_int_equal(state_of(&w, "10.10.10.100"), LEASE_ACTIVE);
	close_world(&w);
}

static void step_of_the_wall_clock_expires_nobody(void **state)
{
	struct lease got;
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	open_world(&w, 0);
	configure(&w);
	txn = begin(&w);
	bind_to(&w, txn, 1, "10.10.10.150", 1000);
	alloc_txn_commit(txn);
	w.now.wall.s += 86400 * 365;
	alloc_set_clock(w.alloc, w.now.mono, w.now.wall);
	assert_int_equal(expire(&w), 0);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_ACTIVE);
	w.now.wall.s = 0;
	pass(&w, 999);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_ACTIVE);
	pass(&w, 1);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_EXPIRED);
	assert_int_equal(
		alloc_get_lease(w.alloc, addr4("10.10.10.150"), 0, 0, &got), 0);
	assert_int_equal(got.expires.s, WALL + 1000);
	close_world(&w);
}

static void expiry_does_a_bounded_amount_at_once(void **state)
{
	struct world w;
	uint8_t i;

	(void)state;
	open_world(&w, 0);
	for (i = 0; i < 100; i++) {
		struct lease a = record_of("10.10.10.0", 10);

		a.addr.s_addr = htonl(ntohl(a.addr.s_addr) + i);
		load(&w, &a);
	}
	alloc_load_end(w.alloc);
	pass(&w, 10);
	for (i = 0; i < 14; i++)
		assert_int_equal(alloc_expire(w.alloc, w.now.mono, 7), 7);
	assert_int_equal(alloc_expire(w.alloc, w.now.mono, 7), 2);
	assert_int_equal(stats_of(&w).active, 0);
	assert_int_equal(stats_of(&w).expired_total, 100);
	close_world(&w);
}

/* What the change does has to be known before its lease may end. */
static void lease_with_a_change_in_flight_does_not_expire(void **state)
{
	struct alloc_txn *first, *second;
	struct world w;

	(void)state;
	open_world(&w, 0);
	configure(&w);
	first = begin(&w);
	bind_to(&w, first, 1, "10.10.10.150", 10);
	alloc_txn_commit(first);
	second = begin(&w);
	bind_to(&w, second, 1, "10.10.10.150", 20);
	pass(&w, 100);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_ACTIVE);
	alloc_txn_abort(second);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_EXPIRED);
	close_world(&w);
}

static void aborting_undoes_what_came_after_and_nothing_before(void **state)
{
	struct alloc_txn *txn[3];
	struct world w;
	size_t count;

	(void)state;
	open_world(&w, 0);
	configure(&w);
	txn[0] = begin(&w);
	bind_to(&w, txn[0], 1, "10.10.10.101", 100);
	txn[1] = begin(&w);
	bind_to(&w, txn[1], 2, "10.10.10.102", 100);
	txn[2] = begin(&w);
	bind_to(&w, txn[2], 3, "10.10.10.103", 100);
	bind_to(&w, txn[2], 1, "10.10.10.101", 200);
	assert_non_null(alloc_txn_records(txn[2], &count));
	assert_int_equal(count, 2);
	alloc_txn_abort(txn[1]);
	assert_true(alloc_txn_is_undone(txn[2]));
	assert_null(alloc_txn_records(txn[2], &count));
	assert_false(alloc_txn_is_undone(txn[0]));
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_ACTIVE);
	assert_int_equal(state_of(&w, "10.10.10.102"), LEASE_STATE_COUNT);
	assert_int_equal(state_of(&w, "10.10.10.103"), LEASE_STATE_COUNT);
	alloc_txn_commit(txn[2]); /* either way to end it is right */
	alloc_txn_commit(txn[0]);
	assert_int_equal(stats_of(&w).active, 1);
	pass(&w, 100);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.101"), LEASE_EXPIRED);
	close_world(&w);
}

static void address_that_changed_hands_goes_back_with_all_it_had(void **state)
{
	struct lease before, after;
	struct lease a = record_of("10.10.10.150", -10);
	struct alloc_txn *txn;
	struct world w;

	(void)state;
	open_world(&w, 0);
	a.host_name = (const uint8_t *)"former";
	a.host_name_len = 6;
	a.relay_path = (const uint8_t *)"0123456789abcdef\1x";
	a.relay_path_len = 18;
	load(&w, &a);
	alloc_load_end(w.alloc);
	expire(&w);
	configure(&w);
	txn = begin(&w);
	bind_to(&w, txn, 1, "10.10.10.150", 100);
	bind_to(&w, txn, 2, "10.10.10.150", 100);
	alloc_txn_abort(txn);
	assert_int_equal(alloc_get_lease(w.alloc, a.addr, 0, 0, &after), 0);
	before = a;
	assert_int_equal(after.state, LEASE_EXPIRED);
	assert_int_equal(after.version, before.version);
	assert_int_equal(after.expires.s, before.expires.s);
	assert_int_equal(after.client_id_len, 0);
	assert_memory_equal(after.chaddr, before.chaddr, 6);
	assert_int_equal(after.host_name_len, 6);
	assert_memory_equal(after.host_name, "former", 6);
	assert_int_equal(after.relay_path_len, 18);
	assert_memory_equal(after.relay_path, before.relay_path, 18);
	close_world(&w);
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
	open_world(&w, 0);
	assert_int_equal(visit_all(&w, 3, out), 0);
	for (i = 0; i < VISITED; i++) {
		struct lease a = record_of("10.10.10.0", 10);

		a.addr.s_addr = htonl(ntohl(a.addr.s_addr) + (uint32_t)i);
		load(&w, &a);
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
	close_world(&w);
}

static void visit_gives_leases_as_they_are_committed(void **state)
{
	struct lease out[VISITED + 1];
	struct alloc_txn *txn[3];
	struct world w;

	(void)state;
	open_world(&w, 0);
	configure(&w);
	txn[0] = begin(&w);
	bind_to(&w, txn[0], 1, "10.10.10.101", 100);
	assert_int_equal(visit_all(&w, 8, out), 0);
	txn[1] = begin(&w);
	bind_to(&w, txn[1], 1, "10.10.10.101", 200);
	txn[2] = begin(&w);
	bind_to(&w, txn[2], 1, "10.10.10.101", 300);
	alloc_txn_commit(txn[0]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WALL + 100);
	alloc_txn_commit(txn[1]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WALL + 200);
	alloc_txn_abort(txn[2]);
	assert_int_equal(visit_all(&w, 8, out), 1);
	assert_int_equal(out[0].expires.s, WALL + 200);
	close_world(&w);
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
	open_world(&w, 0);
	configure(&w);
	txn = begin(&w);
	bind_to(&w, txn, 1, "10.10.10.150", 100);
	alloc_txn_commit(txn);
	assert_int_equal(conf_parse(&conf, other, strlen(other), "test",
				    CONF_DHCP4, true, NULL, NULL),
			 0);
	assert_int_equal(alloc_apply_conf(w.alloc, conf), 0);
	conf_free(w.conf);
	w.conf = conf;
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_ACTIVE);
	assert_int_equal(stats_of(&w).active, 1);
	assert_int_equal(alloc_get_network_stats(w.alloc, 0, &pool), 0);
	assert_int_equal(pool.size, 9);
	assert_int_equal(pool.free, 9);
	pass(&w, 100);
	expire(&w);
	assert_int_equal(state_of(&w, "10.10.10.150"), LEASE_EXPIRED);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loaded_lease_expires_when_its_record_says),
		cmocka_unit_test(later_version_of_a_loaded_record_wins),
		cmocka_unit_test(impossible_records_are_refused),
		cmocka_unit_test(times_at_the_ends_of_their_type_are_kept),
		cmocka_unit_test(parts_of_an_address_are_leases_of_their_own),
		cmocka_unit_test(
			early_wall_clock_holds_expiry_until_it_is_right),
		cmocka_unit_test(new_leases_expire_while_loaded_ones_are_held),
		cmocka_unit_test(step_of_the_wall_clock_expires_nobody),
		cmocka_unit_test(expiry_does_a_bounded_amount_at_once),
		cmocka_unit_test(lease_with_a_change_in_flight_does_not_expire),
		cmocka_unit_test(
			aborting_undoes_what_came_after_and_nothing_before),
		cmocka_unit_test(
			address_that_changed_hands_goes_back_with_all_it_had),
		cmocka_unit_test(
			visit_gives_each_lease_once_in_pieces_of_any_size),
		cmocka_unit_test(visit_gives_leases_as_they_are_committed),
		cmocka_unit_test(reload_touches_no_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
