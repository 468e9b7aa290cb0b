/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A lease file of dhcpd becomes a journal, on a disk that crashes at every call
 * of it, and with each call failing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "takeover_fixture.h"

#define REAL_FILE "tests/fuzz/corpus/isc_leases/dhcpd-4.4.3"
#define ADDRESSES 6

struct table {
	unsigned int count;
	int state[ADDRESSES];
};

static int note(void *arg, const struct lease *lease)
{
	uint32_t i = ntohl(lease->addr.s_addr) - 0x0a0a0a64; /* .100 */
	struct table *table = arg;

	assert_true(i < ADDRESSES);
	table->count++;
	table->state[i] = lease->state;
	if (i == 0) {
		assert_int_equal(lease->client_id_len, 7);
		assert_memory_equal(lease->host_name, "host-one", 8);
	}
	return 0;
}

static void check_leases(struct lease_store *store)
{
	struct table table = { 0 };

	assert_int_equal(lease_store_load(store, note, &table), 0);
	assert_int_equal(table.count, ADDRESSES);
	assert_int_equal(table.state[0], LEASE_ACTIVE);
	assert_int_equal(table.state[3], LEASE_FREE);
	assert_int_equal(table.state[4], LEASE_DECLINED);
	assert_int_equal(table.state[5], LEASE_ACTIVE);
}

static struct takeover take = {
	.family = JOURNAL_DHCP4,
	.check = check_leases,
};

static int read_real(void **state)
{
	(void)state;
	takeover_read(&take, REAL_FILE);
	return 0;
}

static int check(struct simdisk *sim, const char *path)
{
	const struct journal_options options = {
		.disk = simdisk_disk(sim),
		.take_over = &take.report,
	};

	return lease_isc_check(path, &options, take.err_text,
			       sizeof(take.err_text));
}

static void is_taken_over_once(void **state)
{
	struct simdisk *sim = takeover_disk(&take, 1);
	struct lease_store *store;

	(void)state;
	assert_int_equal(takeover_open(&take, sim, &store), 0);
	assert_true(take.report.found);
	assert_int_equal(take.report.leases, ADDRESSES);
	assert_int_equal(take.report.declarations, 8);
	assert_int_equal(take.report.by_state[LEASE_ACTIVE], 4);
	assert_false(lease_journal_info(store)->is_new);
	assert_int_equal(lease_journal_info(store)->records, ADDRESSES);
	takeover_happened_once(&take, sim, store);
}

static void a_crash_at_any_call_leaves_one_or_the_other(void **state)
{
	(void)state;
	takeover_survives_crashes(&take, 40);
}

static void a_failing_call_is_an_error_and_the_next_start_mends(void **state)
{
	struct lease_store *store;
	struct simdisk *sim;
	uint32_t call, n, failures = 0;

	(void)state;
	for (call = 0; call < SIM_CALL_COUNT; call++) {
		for (n = 1; n < 8; n++) {
			sim = takeover_disk(&take, call * 10 + n);
			simdisk_fail(sim, (enum sim_call)call, n, EIO, 1);
			if (takeover_open(&take, sim, &store)) {
				failures++;
				assert_true(take.err_text[0]);
			} else {
				lease_store_close(store);
			}
			simdisk_restart(sim);
			assert_true(
				takeover_is_text(&take, sim, TAKEOVER_PATH) ||
				takeover_is_text(&take, sim, TAKEOVER_KEPT));
			takeover_finish(&take, sim);
		}
	}
	assert_true(failures >= 6);
}

static void a_file_with_faults_is_left_alone(void **state)
{
	(void)state;
	takeover_leaves_alone(&take, "lease 192.0.2.1 {\n  ends soon;\n}\n",
			      "line 2");
}

static void other_programs_files_are_refused_by_name(void **state)
{
	static const char v6[] = "server-duid \"a\";\nia-na \"b\" { }\n";
	static const char client[] = "lease {\n  interface \"e\";\n}\n";
	struct simdisk *sim = simdisk_new(1);

	(void)state;
	simdisk_put(sim, TAKEOVER_PATH, v6, sizeof(v6) - 1);
	takeover_refused(&take, sim, -EMEDIUMTYPE, "DHCPv6");
	simdisk_put(sim, TAKEOVER_PATH, client, sizeof(client) - 1);
	takeover_refused(&take, sim, -EMEDIUMTYPE, "dhclient");
	simdisk_free(sim);
}

static void never_writes_over_a_file_that_was_kept(void **state)
{
	struct simdisk *sim = takeover_disk(&take, 1);
	size_t len;

	(void)state;
	simdisk_put(sim, TAKEOVER_KEPT, "older", 5);
	takeover_refused(&take, sim, -EEXIST, TAKEOVER_KEPT);
	assert_true(takeover_is_text(&take, sim, TAKEOVER_PATH));
	assert_non_null(simdisk_get(sim, TAKEOVER_KEPT, &len));
	assert_int_equal(len, 5);
	simdisk_free(sim);
}

static void a_missing_file_beside_a_kept_one_is_not_begun_anew(void **state)
{
	struct simdisk *sim = simdisk_new(1);
	size_t len;

	(void)state;
	simdisk_put(sim, TAKEOVER_KEPT, take.text, take.text_len);
	takeover_refused(&take, sim, -ENOENT, TAKEOVER_KEPT);
	assert_null(simdisk_get(sim, TAKEOVER_PATH, &len));
	simdisk_free(sim);
}

static void a_check_changes_nothing(void **state)
{
	struct simdisk *sim = takeover_disk(&take, 1);
	size_t len;

	(void)state;
	assert_int_equal(check(sim, TAKEOVER_PATH), 0);
	assert_true(take.report.found);
	assert_int_equal(take.report.leases, ADDRESSES);
	assert_true(takeover_is_text(&take, sim, TAKEOVER_PATH));
	assert_null(simdisk_get(sim, TAKEOVER_KEPT, &len));
	simdisk_put(sim, TAKEOVER_KEPT, "older", 5);
	assert_int_equal(check(sim, TAKEOVER_PATH), -EEXIST);
	assert_int_equal(check(sim, "/none"), 0);
	assert_false(take.report.found);
	simdisk_free(sim);
}

/* dhcpd begins its file anew now and then: a new one takes the name. */
static int link_after_rename(void *ctx, const char *from, const char *to)
{
	const struct journal_disk *disk = simdisk_disk(ctx);

	assert_int_equal(disk->rename(ctx, "/leases.dhcpd", TAKEOVER_PATH), 0);
	return disk->link(ctx, from, to);
}

static void a_file_that_dhcpd_began_anew_meanwhile_is_left_alone(void **state)
{
	static const char newer[] = "# a file with later leases\n"
				    "lease 10.10.10.100 { }\n";
	struct simdisk *sim = takeover_disk(&take, 1);
	struct journal_disk disk = *simdisk_disk(sim);
	struct journal_options options = fixture_options(&disk);
	struct lease_store *store;
	const uint8_t *data;
	size_t len;

	(void)state;
	simdisk_put(sim, "/leases.dhcpd", newer, strlen(newer));
	disk.link = link_after_rename;
	options.take_over = &take.report;
	assert_int_equal(
		fixture_open(&store, TAKEOVER_PATH, &options, take.err_text),
		-EBUSY);
	assert_non_null(strstr(take.err_text, "stop the dhcpd"));
	data = simdisk_get(sim, TAKEOVER_PATH, &len);
	assert_int_equal(len, strlen(newer));
	assert_memory_equal(data, newer, len);
	assert_null(simdisk_get(sim, TAKEOVER_KEPT, &len));
	assert_null(simdisk_get(sim, TAKEOVER_PATH ".new", &len));
	simdisk_free(sim);
}

static void more_leases_than_one_batch_holds(void **state)
{
	struct simdisk *sim = simdisk_new(1);
	struct fixture_found found = { 0 };
	struct lease_store *store;
	char *big = malloc(2U << 20), *at = big;
	unsigned int i;

	(void)state;
	assert_non_null(big);
	for (i = 0; i < 15000; i++)
		at += sprintf(at,
			      "lease 10.1.%u.%u {\nends never;\nbinding state "
			      "active;\nhardware ethernet 2:0:0:0:%x:%x;\n}\n",
			      i >> 8, i & 255, i >> 8, i & 255);
	simdisk_put(sim, TAKEOVER_PATH, big, (size_t)(at - big));
	free(big);
	assert_int_equal(takeover_open(&take, sim, &store), 0);
	assert_int_equal(take.report.leases, 15000);
	assert_true(lease_journal_info(store)->batches > 1);
	assert_int_equal(lease_store_load(store, fixture_visit, &found), 0);
	assert_int_equal(found.records, 15000);
	lease_store_close(store);
	simdisk_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_taken_over_once),
		cmocka_unit_test(a_crash_at_any_call_leaves_one_or_the_other),
		cmocka_unit_test(
			a_failing_call_is_an_error_and_the_next_start_mends),
		cmocka_unit_test(a_file_with_faults_is_left_alone),
		cmocka_unit_test(other_programs_files_are_refused_by_name),
		cmocka_unit_test(never_writes_over_a_file_that_was_kept),
		cmocka_unit_test(
			a_missing_file_beside_a_kept_one_is_not_begun_anew),
		cmocka_unit_test(a_check_changes_nothing),
		cmocka_unit_test(
			a_file_that_dhcpd_began_anew_meanwhile_is_left_alone),
		cmocka_unit_test(more_leases_than_one_batch_holds),
	};

	return cmocka_run_group_tests(tests, read_real, NULL);
}
