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

#include "journal_fixture.h"
#include "simdisk.h"

#define REAL_FILE "tests/fuzz/corpus/isc_leases/dhcpd-4.4.3"
#define PATH      "/leases"
#define KEPT      "/leases.isc"
#define ADDRESSES 6
#define CRASH_MAX 64

static char text[16384];
static size_t text_len;
static struct isc_leases_report report;
static char err_text[JOURNAL_ERROR_MAX];

static int read_real(void **state)
{
	FILE *f = fopen(REAL_FILE, "r");

	(void)state;
	if (!f)
		return -1;
	text_len = fread(text, 1, sizeof(text), f);
	fclose(f);
	return 0;
}

static int open_journal(struct simdisk *sim, struct lease_store **store)
{
	struct journal_options options = fixture_options(simdisk_disk(sim));

	options.take_over = &report;
	memset(&report, 0, sizeof(report));
	return fixture_open(store, PATH, &options, err_text);
}

static int check(struct simdisk *sim, const char *path)
{
	const struct journal_options options = {
		.disk = simdisk_disk(sim),
		.take_over = &report,
	};

	return lease_isc_check(path, &options, err_text, sizeof(err_text));
}

static struct simdisk *disk_with_text(uint64_t seed)
{
	struct simdisk *sim = simdisk_new(seed);

	simdisk_put(sim, PATH, text, text_len);
	return sim;
}

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

static bool is_text(struct simdisk *sim, const char *path)
{
	const uint8_t *data;
	size_t len;

	data = simdisk_get(sim, path, &len);
	return data && len == text_len && memcmp(data, text, len) == 0;
}

static bool is_journal(struct simdisk *sim)
{
	const uint8_t *data;
	size_t len;

	data = simdisk_get(sim, PATH, &len);
	return data && lease_journal_sniff(data, len) == JOURNAL_KIND_JOURNAL;
}

/* In peace: whatever was before, the journal is there and all of it in it. */
static void finish(struct simdisk *sim)
{
	struct lease_store *store;

	if (open_journal(sim, &store)) {
		print_message("%s\n", err_text);
		fail();
	}
	check_leases(store);
	assert_true(fixture_put(store, 1, 1));
	lease_store_close(store);
	assert_true(is_journal(sim));
	assert_true(is_text(sim, KEPT));
}

static void is_taken_over_once(void **state)
{
	struct simdisk *sim = disk_with_text(1);
	struct lease_store *store;

	(void)state;
	assert_int_equal(open_journal(sim, &store), 0);
	assert_true(report.found);
	assert_int_equal(report.leases, ADDRESSES);
	assert_int_equal(report.declarations, 8);
	assert_int_equal(report.by_state[LEASE_ACTIVE], 4);
	assert_false(lease_journal_info(store)->is_new);
	assert_int_equal(lease_journal_info(store)->records, ADDRESSES);
	check_leases(store);
	lease_store_close(store);
	simdisk_restart(sim);
	assert_int_equal(open_journal(sim, &store), 0);
	assert_false(report.found);
	check_leases(store);
	lease_store_close(store);
	assert_true(is_text(sim, KEPT));
	simdisk_free(sim);
}

static void a_crash_at_any_call_leaves_one_or_the_other(void **state)
{
	struct lease_store *store;
	struct simdisk *sim;
	uint64_t seed;
	uint32_t n;
	int err;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		for (n = 1; n < CRASH_MAX; n++) {
			sim = disk_with_text(seed * 1000 + n);
			simdisk_crash_at(sim, n);
			err = open_journal(sim, &store);
			if (!err)
				lease_store_close(store);
			simdisk_reboot(sim);
			if (!is_text(sim, PATH) && !is_journal(sim)) {
				print_message("seed %d, call %u\n", (int)seed,
					      n);
				fail();
			}
			assert_true(is_text(sim, PATH) || is_text(sim, KEPT));
			finish(sim);
			simdisk_free(sim);
			if (!err)
				break;
		}
		/* It was at work: and it ended before the loop did. */
		assert_true(n > 6 && n < CRASH_MAX);
	}
}

static void a_failing_call_is_an_error_and_the_next_start_mends(void **state)
{
	struct lease_store *store;
	struct simdisk *sim;
	uint32_t call, n, failures = 0;

	(void)state;
	for (call = 0; call < SIM_CALL_COUNT; call++) {
		for (n = 1; n < 8; n++) {
			sim = disk_with_text(call * 10 + n);
			simdisk_fail(sim, (enum sim_call)call, n, EIO, 1);
			if (open_journal(sim, &store)) {
				failures++;
				assert_true(err_text[0]);
			} else {
				lease_store_close(store);
			}
			simdisk_restart(sim);
			assert_true(is_text(sim, PATH) || is_text(sim, KEPT));
			finish(sim);
			simdisk_free(sim);
		}
	}
	assert_true(failures >= 6);
}

static void a_file_with_faults_is_left_alone(void **state)
{
	static const char bad[] = "lease 192.0.2.1 {\n  ends soon;\n}\n";
	struct simdisk *sim = simdisk_new(1);
	struct lease_store *store;
	const uint8_t *data;
	size_t len;

	(void)state;
	simdisk_put(sim, PATH, bad, sizeof(bad) - 1);
	assert_int_equal(open_journal(sim, &store), -ENOMSG);
	assert_non_null(strstr(err_text, "line 2"));
	data = simdisk_get(sim, PATH, &len);
	assert_int_equal(len, sizeof(bad) - 1);
	assert_memory_equal(data, bad, len);
	assert_null(simdisk_get(sim, KEPT, &len));
	assert_null(simdisk_get(sim, PATH ".new", &len));
	simdisk_free(sim);
}

static void other_programs_files_are_refused_by_name(void **state)
{
	static const char v6[] = "server-duid \"a\";\nia-na \"b\" { }\n";
	static const char client[] = "lease {\n  interface \"e\";\n}\n";
	struct simdisk *sim = simdisk_new(1);
	struct lease_store *store;

	(void)state;
	simdisk_put(sim, PATH, v6, sizeof(v6) - 1);
	assert_int_equal(open_journal(sim, &store), -EMEDIUMTYPE);
	assert_non_null(strstr(err_text, "DHCPv6"));
	simdisk_put(sim, PATH, client, sizeof(client) - 1);
	assert_int_equal(open_journal(sim, &store), -EMEDIUMTYPE);
	assert_non_null(strstr(err_text, "dhclient"));
	simdisk_free(sim);
}

static void never_writes_over_a_file_that_was_kept(void **state)
{
	struct simdisk *sim = disk_with_text(1);
	struct lease_store *store;
	size_t len;

	(void)state;
	simdisk_put(sim, KEPT, "older", 5);
	assert_int_equal(open_journal(sim, &store), -EEXIST);
	assert_non_null(strstr(err_text, KEPT));
	assert_true(is_text(sim, PATH));
	assert_non_null(simdisk_get(sim, KEPT, &len));
	assert_int_equal(len, 5);
	simdisk_free(sim);
}

static void a_missing_file_beside_a_kept_one_is_not_begun_anew(void **state)
{
	struct simdisk *sim = simdisk_new(1);
	struct lease_store *store;
	size_t len;

	(void)state;
	simdisk_put(sim, KEPT, text, text_len);
	assert_int_equal(open_journal(sim, &store), -ENOENT);
	assert_non_null(strstr(err_text, KEPT));
	assert_null(simdisk_get(sim, PATH, &len));
	simdisk_free(sim);
}

static void a_check_changes_nothing(void **state)
{
	struct simdisk *sim = disk_with_text(1);
	size_t len;

	(void)state;
	assert_int_equal(check(sim, PATH), 0);
	assert_true(report.found);
	assert_int_equal(report.leases, ADDRESSES);
	assert_true(is_text(sim, PATH));
	assert_null(simdisk_get(sim, KEPT, &len));
	simdisk_put(sim, KEPT, "older", 5);
	assert_int_equal(check(sim, PATH), -EEXIST);
	assert_int_equal(check(sim, "/none"), 0);
	assert_false(report.found);
	simdisk_free(sim);
}

/* dhcpd begins its file anew now and then: a new one takes the name. */
static int link_after_rename(void *ctx, const char *from, const char *to)
{
	const struct journal_disk *disk = simdisk_disk(ctx);

	assert_int_equal(disk->rename(ctx, "/leases.dhcpd", PATH), 0);
	return disk->link(ctx, from, to);
}

static void a_file_that_dhcpd_began_anew_meanwhile_is_left_alone(void **state)
{
	static const char newer[] = "# a file with later leases\n"
				    "lease 10.10.10.100 { }\n";
	struct simdisk *sim = disk_with_text(1);
	struct journal_disk disk = *simdisk_disk(sim);
	struct journal_options options = fixture_options(&disk);
	struct lease_store *store;
	const uint8_t *data;
	size_t len;

	(void)state;
	simdisk_put(sim, "/leases.dhcpd", newer, strlen(newer));
	disk.link = link_after_rename;
	options.take_over = &report;
	assert_int_equal(fixture_open(&store, PATH, &options, err_text),
			 -EBUSY);
	assert_non_null(strstr(err_text, "stop the dhcpd"));
	data = simdisk_get(sim, PATH, &len);
	assert_int_equal(len, strlen(newer));
	assert_memory_equal(data, newer, len);
	assert_null(simdisk_get(sim, KEPT, &len));
	assert_null(simdisk_get(sim, PATH ".new", &len));
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
	simdisk_put(sim, PATH, big, (size_t)(at - big));
	free(big);
	assert_int_equal(open_journal(sim, &store), 0);
	assert_int_equal(report.leases, 15000);
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
