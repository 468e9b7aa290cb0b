/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A lease file of dhcpd -6 becomes a journal: what is in it then, on a disk
 * that crashes at every call of it, and which server may have it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "takeover_fixture.h"

#define REAL_FILE "tests/fuzz/corpus/isc_leases6/dhcpd-6-octal"
#define LEASES    12

struct table {
	unsigned int addresses;
	unsigned int prefixes;
	unsigned int duids;
	unsigned int by_state[LEASE_STATE_COUNT];
};

static int note(void *arg, const struct lease *lease)
{
	static const uint8_t duid[] = { 0,    1,    0, 1, 0x32, 0x99, 0x17,
					0x1c, 0x02, 0, 0, 0,    0,    0x05 };
	struct in6_addr odd;
	struct table *table = arg;

	table->addresses += lease->kind == LEASE_NA6;
	table->prefixes += lease->kind == LEASE_PD6;
	if (lease->kind == LEASE_DUID6) {
		table->duids++;
		assert_int_equal(lease->client_id_len, sizeof(duid));
		assert_memory_equal(lease->client_id, duid, sizeof(duid));
		return 0;
	}
	table->by_state[lease->state]++;
	inet_pton(AF_INET6, "2001:db8:1:1::1:ef6", &odd);
	if (IN6_ARE_ADDR_EQUAL(&odd, &lease->addr6)) {
		assert_int_equal(lease->iaid, 0x225c225c);
		assert_int_equal(lease->client_id_len, 16);
	}
	return 0;
}

static void check_leases(struct lease_store *store)
{
	struct table table = { 0 };

	assert_int_equal(lease_store_load(store, note, &table), 0);
	assert_int_equal(table.duids, 1);
	assert_int_equal(table.addresses, 9);
	assert_int_equal(table.prefixes, 3);
	assert_int_equal(table.by_state[LEASE_ACTIVE], 9);
	assert_int_equal(table.by_state[LEASE_RELEASED], 1);
	assert_int_equal(table.by_state[LEASE_EXPIRED], 1);
	assert_int_equal(table.by_state[LEASE_DECLINED], 1);
}

static struct takeover take = {
	.family = JOURNAL_DHCP6,
	.check = check_leases,
};

static int read_real(void **state)
{
	(void)state;
	takeover_read(&take, REAL_FILE);
	return 0;
}

static void leases_and_the_servers_duid_are_taken_over_once(void **state)
{
	struct simdisk *sim = takeover_disk(&take, 1);
	struct lease_store *store;

	(void)state;
	assert_int_equal(takeover_open(&take, sim, &store), 0);
	assert_true(take.report.found);
	assert_true(take.report.has_server_duid);
	assert_int_equal(take.report.owner, ISC_OWNER_DHCPD6);
	assert_int_equal(take.report.declarations, 15);
	assert_int_equal(take.report.leases, LEASES);
	assert_int_equal(take.report.by_state[LEASE_ACTIVE], 9);
	assert_false(lease_journal_info(store)->is_new);
	assert_int_equal(lease_journal_info(store)->records, LEASES + 1);
	takeover_happened_once(&take, sim, store);
}

static void a_crash_at_any_call_leaves_one_or_the_other(void **state)
{
	(void)state;
	takeover_survives_crashes(&take, 10);
}

static void each_server_takes_over_its_own_file_alone(void **state)
{
	static const char v4[] = "lease 192.0.2.1 {\n  ends never;\n}\n";
	struct simdisk *sim = takeover_disk(&take, 1);

	(void)state;
	take.family = JOURNAL_DHCP4;
	takeover_refused(&take, sim, -EMEDIUMTYPE,
			 "is the lease file of a DHCPv6 server "
			 "(dhcpd -6), not of a DHCPv4 server");
	take.family = JOURNAL_DHCP6;
	assert_true(takeover_is_text(&take, sim, TAKEOVER_PATH));
	simdisk_put(sim, TAKEOVER_PATH, v4, sizeof(v4) - 1);
	takeover_refused(&take, sim, -EMEDIUMTYPE,
			 "is the lease file of a DHCPv4 server "
			 "(dhcpd -4), not of a DHCPv6 server");
	simdisk_free(sim);
}

static void a_file_with_faults_is_left_alone(void **state)
{
	(void)state;
	takeover_leaves_alone(&take,
			      "ia-na \"12345\" {\n  iaaddr 2001:db8::1 {\n"
			      "    ends soon;\n  }\n}\n",
			      "line 3");
}

static void a_prefix_of_another_length_is_another_lease(void **state)
{
	static const char two[] =
		"server-duid \"aaa\";\nserver-duid \"bbb\";\n"
		"ia-pd \"12345\" { iaprefix 2001:db8::/56 { binding state "
		"active; ends epoch 5; } }\n"
		"ia-pd \"12345\" { iaprefix 2001:db8::/48 { binding state "
		"active; ends epoch 6; } }\n"
		"ia-na \"12346\" { iaaddr 2001:db8::1 { binding state active; "
		"ends epoch 6; } }\n"
		"ia-na \"12345\" { iaaddr 2001:db8::1 { binding state active; "
		"ends epoch 7; } }\n";
	struct simdisk *sim = simdisk_new(1);
	struct lease_store *store;

	(void)state;
	simdisk_put(sim, TAKEOVER_PATH, two, sizeof(two) - 1);
	assert_int_equal(takeover_open(&take, sim, &store), 0);
	assert_int_equal(take.report.declarations, 4);
	assert_int_equal(take.report.leases, 3);
	assert_int_equal(lease_journal_info(store)->records, 4);
	lease_store_close(store);
	simdisk_free(sim);
}

static void a_check_changes_nothing(void **state)
{
	struct simdisk *sim = takeover_disk(&take, 1);
	const struct journal_options options = {
		.family = JOURNAL_DHCP6,
		.disk = simdisk_disk(sim),
		.take_over = &take.report,
	};
	size_t len;

	(void)state;
	assert_int_equal(lease_isc_check(TAKEOVER_PATH, &options, take.err_text,
					 sizeof(take.err_text)),
			 0);
	assert_true(take.report.found);
	assert_int_equal(take.report.leases, LEASES);
	assert_true(takeover_is_text(&take, sim, TAKEOVER_PATH));
	assert_null(simdisk_get(sim, TAKEOVER_KEPT, &len));
	simdisk_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			leases_and_the_servers_duid_are_taken_over_once),
		cmocka_unit_test(a_crash_at_any_call_leaves_one_or_the_other),
		cmocka_unit_test(each_server_takes_over_its_own_file_alone),
		cmocka_unit_test(a_file_with_faults_is_left_alone),
		cmocka_unit_test(a_prefix_of_another_length_is_another_lease),
		cmocka_unit_test(a_check_changes_nothing),
	};

	return cmocka_run_group_tests(tests, read_real, NULL);
}
