/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of DHCPv6 leases: what is staged, made durable, taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "alloc6_fixture.h"

#define LINK "2001:db8:1::1"
#define NA   LEASE_NA6
#define PD   LEASE_PD6

static const char conf_text[] =
	"subnet6 2001:db8:1::/64 { range6 2001:db8:1::/64;\n"
	" prefix6 2001:db8:100:: 2001:db8:1ff:: /48; }\n"
	"host h { hardware ethernet 2:0:0:0:0:1;\n"
	" fixed-address6 2001:db8:1::4; }\n";

static void open_world(struct world6 *w)
{
	world6_open(w, 0);
	world6_configure(w, conf_text);
}

static struct lease get(const struct world6 *w, const char *text)
{
	struct in6_addr addr = world6_addr(text);
	struct lease lease;

	assert_int_equal(alloc6_get_lease(w->alloc, NA, &addr, 128, &lease), 0);
	return lease;
}

static void bind_in(struct world6 *w, struct alloc6_txn *txn, uint16_t id,
		    uint32_t iaid, const char *text)
{
	struct in6_addr addr = world6_addr(text);
	struct alloc6_binding binding;

	world6_ask(w, id, LINK);
	binding = world6_binding(w, NA, iaid, &addr, 128);
	assert_int_equal(alloc6_bind(txn, &w->asker, &binding), 0);
}

static void release_in(struct world6 *w, struct alloc6_txn *txn, uint16_t id,
		       uint32_t iaid, const char *text)
{
	struct in6_addr addr = world6_addr(text);

	world6_ask(w, id, LINK);
	assert_int_equal(
		alloc6_release(txn, &w->asker, NA, iaid, &addr, 128, &w->now),
		0);
}

static void a_record_has_all_that_is_known_of_the_binding(void **state)
{
	static const uint8_t path[] = "sixteen of a link sixteen of a peer";
	const struct lease *record;
	struct alloc6_binding b;
	struct alloc6_txn *txn;
	struct in6_addr addr;
	struct world6 w;
	size_t count;

	(void)state;
	open_world(&w);
	w.client.htype = 1;
	w.client.hlen = 6;
	memcpy(w.client.chaddr, "\2\0\0\0\0\1", 6);
	world6_ask(&w, 1, LINK);
	addr = world6_addr("2001:db8:1::4");
	b = world6_binding(&w, NA, 0xfeedf00d, &addr, 128);
	b.flags = LEASE_FLAG_RECONFIGURE;
	b.source = world6_addr("fe80::1");
	b.host_name = (const uint8_t *)"name";
	b.host_name_len = 4;
	b.relay_path = path;
	b.relay_path_len = 33;
	b.relay_ports = (const uint8_t *)"\x15\x5e\0\0";
	b.relay_ports_len = 5;
	txn = world6_begin(&w);
	assert_int_equal(alloc6_bind(txn, &w.asker, &b), 0);
	record = alloc6_txn_records(txn, &count);
	assert_int_equal(count, 1);
	assert_int_equal(record->kind, LEASE_NA6);
	assert_int_equal(record->state, LEASE_ACTIVE);
	assert_memory_equal(&record->addr6, &addr, sizeof(addr));
	assert_int_equal(record->prefix_len, 128);
	assert_int_equal(record->iaid, 0xfeedf00d);
	assert_int_equal(record->preferred_s, 300);
	assert_int_equal(record->flags,
			 LEASE_FLAG_RECONFIGURE | LEASE_FLAG_RESERVED);
	assert_true(record->starts.s == WORLD6_WALL);
	assert_true(record->updated.s == WORLD6_WALL);
	assert_true(record->expires.s == WORLD6_WALL + 600);
	assert_int_equal(record->epoch, 1);
	assert_int_equal(record->version, 1);
	assert_string_equal(record->ifname, "eth0");
	assert_int_equal(record->hlen, 6);
	assert_memory_equal(record->chaddr, w.client.chaddr, 6);
	assert_int_equal(record->client_id_len, 8);
	assert_memory_equal(record->client_id, w.duid, 8);
	assert_int_equal(record->host_name_len, 4);
	assert_memory_equal(record->host_name, "name", 4);
	assert_int_equal(record->relay_path_len, 33);
	assert_memory_equal(record->relay_path, path, 33);
	assert_int_equal(record->relay_ports_len, 5);
	assert_memory_equal(record->relay_ports, "\x15\x5e\0\0", 5);
	assert_addr6(&record->source, "fe80::1");
	alloc6_txn_commit(txn);
	world6_close(&w);
}

static void a_renewed_binding_keeps_its_start(void **state)
{
	struct alloc6_txn *txn;
	struct lease lease;
	struct world6 w;

	(void)state;
	open_world(&w);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::5", 128, 600);
	world6_pass(&w, 100);
	txn = world6_begin(&w);
	bind_in(&w, txn, 1, 1, "2001:db8:1::5");
	alloc6_txn_commit(txn);
	lease = get(&w, "2001:db8:1::5");
	assert_true(lease.starts.s == WORLD6_WALL);
	assert_true(lease.updated.s == WORLD6_WALL + 100);
	assert_true(lease.expires.s == WORLD6_WALL + 700);
	assert_int_equal(lease.version, 2);
	/* It stands in the order of expiry at its former end. */
	world6_pass(&w, 500);
	world6_expire(&w);
	assert_int_equal(get(&w, "2001:db8:1::5").state, LEASE_ACTIVE);
	world6_pass(&w, 100);
	world6_expire(&w);
	assert_int_equal(get(&w, "2001:db8:1::5").state, LEASE_EXPIRED);
	world6_close(&w);
}

static void a_released_lease_is_free_and_remembers_its_ia(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct in6_addr addr = world6_addr("2001:db8:1::5");
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	open_world(&w);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::5", 128, 600);
	txn = world6_begin(&w);
	assert_int_equal(
		alloc6_release(txn, &w.asker, NA, 2, &addr, 128, &w.now),
		-ENOENT);
	release_in(&w, txn, 1, 1, "2001:db8:1::5");
	assert_int_equal(
		alloc6_release(txn, &w.asker, NA, 1, &addr, 128, &w.now),
		-ENOENT);
	alloc6_txn_commit(txn);
	assert_int_equal(world6_stats(&w).addresses_active, 0);
	assert_int_equal(world6_choose(&w, &want).by, ALLOC6_BY_FORMER);
	world6_ask(&w, 2, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::5", 128),
			 ALLOC6_CLAIM_FREE);
	world6_close(&w);
}

struct seen {
	unsigned int count;
	uint32_t iaid;
};

static int see(void *arg, const struct lease *lease)
{
	struct seen *seen = arg;

	seen->count++;
	seen->iaid = lease->iaid;
	return 0;
}

static unsigned int count_of_ia(struct world6 *w, uint16_t id, uint32_t iaid)
{
	struct seen seen = { 0 };

	world6_ask(w, id, LINK);
	assert_int_equal(
		alloc6_each_of_ia(w->alloc, &w->asker, NA, iaid, see, &seen),
		0);
	return seen.count;
}

/* Who had it, has it again, and neither is durable yet. */
static void a_lease_that_came_back_is_seen_once(void **state)
{
	struct alloc6_txn *txn[3];
	struct seen seen = { 0 };
	struct world6 w;
	size_t i;

	(void)state;
	open_world(&w);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::5", 128, 600);
	for (i = 0; i < 3; i++)
		txn[i] = world6_begin(&w);
	release_in(&w, txn[2], 1, 1, "2001:db8:1::5");
	assert_int_equal(count_of_ia(&w, 1, 1), 0);
	bind_in(&w, txn[2], 2, 7, "2001:db8:1::5");
	assert_int_equal(count_of_ia(&w, 1, 1), 0);
	assert_int_equal(count_of_ia(&w, 2, 7), 1);
	release_in(&w, txn[2], 2, 7, "2001:db8:1::5");
	bind_in(&w, txn[2], 1, 1, "2001:db8:1::5");
	assert_int_equal(count_of_ia(&w, 1, 1), 1);
	assert_int_equal(count_of_ia(&w, 2, 7), 0);
	assert_int_equal(alloc6_each_of_client(w.alloc, w.duid, sizeof(w.duid),
					       see, &seen),
			 0);
	for (i = 0; i < 2; i++)
		alloc6_txn_commit(txn[i]);
	alloc6_txn_commit(txn[2]);
	assert_int_equal(count_of_ia(&w, 1, 1), 1);
	assert_int_equal(count_of_ia(&w, 2, 7), 0);
	assert_int_equal(get(&w, "2001:db8:1::5").version, 5);
	assert_int_equal(world6_stats(&w).reused_total, 2);
	world6_close(&w);
}

static int stop(void *arg, const struct lease *lease)
{
	see(arg, lease);
	return -EINTR;
}

static void all_that_a_client_holds_is_visited(void **state)
{
	struct seen seen = { 0 };
	struct world6 w;

	(void)state;
	open_world(&w);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::5", 128, 600);
	world6_bind(&w, NA, 1, "2001:db8:1::6", 128, 600);
	world6_bind(&w, NA, 2, "2001:db8:1::7", 128, 600);
	world6_bind(&w, PD, 1, "2001:db8:101::", 48, 600);
	world6_bind(&w, NA, 3, "2001:db8:1::8", 128, 1);
	assert_int_equal(count_of_ia(&w, 1, 1), 2);
	assert_int_equal(count_of_ia(&w, 1, 2), 1);
	assert_int_equal(count_of_ia(&w, 1, 9), 0);
	world6_pass(&w, 1); /* its end is due and not worked off */
	assert_int_equal(count_of_ia(&w, 1, 3), 0);
	world6_expire(&w);
	assert_int_equal(alloc6_each_of_client(w.alloc, w.duid, sizeof(w.duid),
					       see, &seen),
			 0);
	assert_int_equal(seen.count, 4);
	assert_int_equal(alloc6_each_of_client(w.alloc, w.duid, sizeof(w.duid),
					       stop, &seen),
			 -EINTR);
	assert_int_equal(seen.count, 5);
	assert_int_equal(alloc6_each_of_client(w.alloc, w.duid, 7, see, &seen),
			 0);
	assert_int_equal(alloc6_each_of_client(w.alloc, w.duid, 0, see, &seen),
			 0);
	assert_int_equal(seen.count, 5);
	world6_close(&w);
}

static void an_abort_takes_back_all_that_followed(void **state)
{
	struct alloc6_want want = world6_want(NA, 1);
	struct alloc6_choice choice;
	struct alloc6_txn *txn[3];
	struct world6 w;

	(void)state;
	open_world(&w);
	world6_ask(&w, 9, LINK);
	want.hint = world6_addr("2001:db8:1::9");
	choice = world6_choose(&w, &want);
	world6_offer(&w, &want, &choice);
	txn[0] = world6_begin(&w);
	bind_in(&w, txn[0], 1, 1, "2001:db8:1::5");
	txn[1] = world6_begin(&w);
	bind_in(&w, txn[1], 1, 1, "2001:db8:1::6");
	bind_in(&w, txn[1], 9, 1, "2001:db8:1::9"); /* as was offered */
	txn[2] = world6_begin(&w);
	release_in(&w, txn[2], 1, 1, "2001:db8:1::5");
	assert_int_equal(world6_stats(&w).offers, 0);
	alloc6_txn_commit(txn[0]);
	alloc6_txn_abort(txn[1]);
	assert_true(alloc6_txn_is_undone(txn[2]));
	alloc6_txn_commit(txn[2]);
	assert_int_equal(get(&w, "2001:db8:1::5").state, LEASE_ACTIVE);
	assert_int_equal(world6_state(&w, NA, "2001:db8:1::6", 128),
			 LEASE_STATE_COUNT);
	assert_int_equal(world6_stats(&w).records, 1);
	assert_int_equal(world6_stats(&w).addresses_active, 1);
	assert_int_equal(world6_stats(&w).offers, 1);
	world6_ask(&w, 9, LINK);
	assert_int_equal(world6_judge(&w, NA, 1, "2001:db8:1::9", 128),
			 ALLOC6_CLAIM_OFFERED);
	world6_close(&w);
}

static void what_is_in_flight_is_given_back_when_all_is_freed(void **state)
{
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	open_world(&w);
	txn = world6_begin(&w);
	bind_in(&w, txn, 1, 1, "2001:db8:1::5");
	txn = world6_begin(&w);
	bind_in(&w, txn, 2, 1, "2001:db8:1::6");
	world6_close(&w); /* the sanitizer counts */
}

static void a_lease_in_flight_does_not_expire_under_it(void **state)
{
	struct alloc6_txn *txn;
	struct world6 w;

	(void)state;
	open_world(&w);
	world6_ask(&w, 1, LINK);
	world6_bind(&w, NA, 1, "2001:db8:1::5", 128, 10);
	world6_pass(&w, 9);
	txn = world6_begin(&w);
	bind_in(&w, txn, 1, 1, "2001:db8:1::5");
	world6_pass(&w, 1);
	world6_expire(&w);
	alloc6_txn_abort(txn);
	assert_int_equal(get(&w, "2001:db8:1::5").state, LEASE_ACTIVE);
	world6_pass(&w, 1);
	world6_expire(&w);
	assert_int_equal(get(&w, "2001:db8:1::5").state, LEASE_EXPIRED);
	world6_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_has_all_that_is_known_of_the_binding),
		cmocka_unit_test(a_renewed_binding_keeps_its_start),
		cmocka_unit_test(a_released_lease_is_free_and_remembers_its_ia),
		cmocka_unit_test(a_lease_that_came_back_is_seen_once),
		cmocka_unit_test(all_that_a_client_holds_is_visited),
		cmocka_unit_test(an_abort_takes_back_all_that_followed),
		cmocka_unit_test(
			what_is_in_flight_is_given_back_when_all_is_freed),
		cmocka_unit_test(a_lease_in_flight_does_not_expire_under_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
