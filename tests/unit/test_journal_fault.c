/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal when the disk says no, and when it is rewritten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_fixture.h"
#include "simdisk.h"

#define PATH     "/leases"
#define NEW_PATH "/leases.new"

static int set_up(void **state)
{
	*state = simdisk_new(11);
	return 0;
}

static int tear_down(void **state)
{
	simdisk_free(*state);
	return 0;
}

static struct lease_store *open_small(struct simdisk *sim, uint64_t compact)
{
	struct journal_options options = fixture_options(simdisk_disk(sim));
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	options.compact_octets = compact;
	options.compact_factor = 2;
	if (fixture_open(&store, PATH, &options, err_text)) {
		print_message("%s\n", err_text);
		fail();
	}
	return store;
}

static struct lease_store *open_on(struct simdisk *sim)
{
	return open_small(sim, 0);
}

static struct lease_store_status status_of(struct lease_store *store)
{
	struct lease_store_status status;

	lease_store_get_status(store, &status);
	return status;
}

/* Without a thread the work is done here, attempts to mend included. */
static void run(struct lease_store *store)
{
	struct lease_completion done;

	assert_int_equal(lease_store_next(store, &done), 0);
}

static struct lease_store *crash_and_reopen(struct simdisk *sim,
					    struct lease_store *store)
{
	simdisk_kill(sim);
	lease_store_close(store);
	simdisk_reboot(sim);
	return open_on(sim);
}

static void assert_versions(struct lease_store *store, uint32_t count,
			    uint32_t version)
{
	struct fixture_found found = fixture_load(store);
	uint32_t i;

	assert_false(found.is_wrong);
	for (i = 0; i < count; i++)
		assert_int_equal(found.version[i], version);
}

/* Batch by batch until none is left to fail; the count of failures. */
static uint32_t serve(struct lease_store *store, uint32_t count,
		      uint32_t version)
{
	uint32_t failures = 0, i = 0;
	int err;

	while (i < count && failures < 100) {
		err = fixture_submit(store, i, version);
		if (!err && fixture_wait(store) == LEASE_RESULT_OK) {
			i++;
			continue;
		}
		failures++;
		run(store);
		if (!lease_store_wants_snapshot(store))
			continue;
		assert_int_equal(fixture_snapshot(store, i, version), 0);
		run(store);
	}
	return failures;
}

/* Whatever call fails, what was acknowledged is there after a crash. */
static void mends_itself_after(enum sim_call call, int err)
{
	struct simdisk *sim = simdisk_new(13);
	struct lease_store *store = open_on(sim);
	uint32_t n, seen = 0;

	for (n = 1; n <= 8; n++) {
		simdisk_fail(sim, call, n, err, 1 + n % 3);
		seen += serve(store, 8, n);
		simdisk_fail(sim, call, 0, 0, 0);
		assert_int_equal(serve(store, 1, n), 0);
		assert_int_equal(status_of(store).health, LEASE_STORE_GOOD);
		store = crash_and_reopen(sim, store);
		assert_versions(store, 8, n);
	}
	/* A short write alone is finished by the next one. */
	assert_true(err ? seen >= 8 : seen == 0);
	lease_store_close(store);
	simdisk_free(sim);
}

static void survives_every_failing_write(void **state)
{
	(void)state;
	mends_itself_after(SIM_WRITE, EIO);
	mends_itself_after(SIM_WRITE, ENOSPC);
	mends_itself_after(SIM_WRITE, 0);
}

static void survives_every_failing_sync(void **state)
{
	(void)state;
	mends_itself_after(SIM_SYNC, EIO);
	mends_itself_after(SIM_SYNC, ENOSPC);
}

static void fails_all_that_was_submitted_with_the_failing_batch(void **state)
{
	struct lease_store *store = open_on(*state);

	assert_true(fixture_put(store, 0, 1));
	assert_int_equal(fixture_submit(store, 1, 1), 0);
	assert_int_equal(fixture_submit(store, 2, 1), 0);
	simdisk_fail(*state, SIM_WRITE, 1, EIO, 1);
	assert_int_equal(fixture_wait(store), LEASE_RESULT_ERROR);
	/* One failure is still unseen: nothing is taken that stands on it. */
	assert_int_equal(fixture_submit(store, 3, 1), -EIO);
	assert_int_equal(fixture_wait(store), LEASE_RESULT_ERROR);
	assert_int_equal(status_of(store).failures, 2);
	assert_int_equal(status_of(store).error, EIO);
	assert_non_null(strstr(status_of(store).error_text, PATH));
	lease_store_close(store);
}

static void a_failed_write_is_mended_by_a_trial_write(void **state)
{
	struct lease_store *store = open_on(*state);
	size_t len;

	assert_true(fixture_put(store, 0, 1));
	simdisk_set_capacity(*state, 300);
	assert_int_equal(fixture_submit(store, 1, 1), 0);
	assert_int_equal(fixture_wait(store), LEASE_RESULT_ERROR);
	/* The part that did fit is not left behind. */
	simdisk_get(*state, PATH, &len);
	assert_int_equal(len, status_of(store).size);
	run(store);
	run(store);
	assert_int_equal(status_of(store).health, LEASE_STORE_FAILED);
	assert_int_equal(fixture_submit(store, 1, 1), -EIO);
	assert_false(lease_store_wants_snapshot(store));
	assert_int_equal(lease_store_snapshot_begin(store), -EIO);
	simdisk_set_capacity(*state, 0);
	run(store);
	assert_int_equal(status_of(store).health, LEASE_STORE_GOOD);
	assert_true(fixture_put(store, 1, 1));
	store = crash_and_reopen(*state, store);
	assert_versions(store, 2, 1);
	lease_store_close(store);
}

static void a_failed_sync_is_mended_only_by_a_new_file(void **state)
{
	struct lease_store *store = open_on(*state);
	uint64_t id = lease_journal_info(store)->file_id;
	struct siphash_key key = lease_journal_info(store)->key;

	assert_true(fixture_put(store, 0, 1));
	simdisk_fail(*state, SIM_SYNC, 1, EIO, 1);
	assert_int_equal(fixture_submit(store, 0, 2), 0);
	assert_false(lease_store_wants_snapshot(store));
	assert_int_equal(fixture_wait(store), LEASE_RESULT_ERROR);
	assert_true(lease_store_wants_snapshot(store));
	run(store); /* time alone mends nothing */
	assert_int_equal(fixture_submit(store, 0, 2), -EIO);
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	assert_false(lease_store_wants_snapshot(store));
	run(store);
	assert_int_equal(status_of(store).health, LEASE_STORE_GOOD);
	assert_true(fixture_put(store, 1, 1));
	store = crash_and_reopen(*state, store);
	assert_versions(store, 2, 1); /* the failed version 2 is gone */
	assert_true(lease_journal_info(store)->file_id != id);
	assert_memory_equal(&lease_journal_info(store)->key, &key, sizeof(key));
	lease_store_close(store);
}

static void a_batch_only_in_memory_is_made_durable_at_start(void **state)
{
	struct lease_store *store = open_on(*state);
	struct simdisk *sim = *state;
	uint32_t i;

	/* Until the cache shows the batch that the failed sync lost. */
	for (i = 0; i < 64; i++) {
		struct fixture_found found;

		assert_true(fixture_put(store, 1, i + 1));
		simdisk_fail(sim, SIM_SYNC, 1, EIO, 1);
		assert_int_equal(fixture_submit(store, 0, i + 1), 0);
		assert_int_equal(fixture_wait(store), LEASE_RESULT_ERROR);
		simdisk_kill(sim);
		lease_store_close(store);
		simdisk_restart(sim); /* the process only */
		store = open_on(sim);
		found = fixture_load(store);
		assert_true(fixture_put(store, 2, i + 1));
		store = crash_and_reopen(sim, store);
		assert_int_equal(fixture_load(store).version[0],
				 found.version[0]);
		assert_int_equal(fixture_load(store).version[2], i + 1);
	}
	lease_store_close(store);
}

/* ---- compaction ---- */

static void wants_a_snapshot_when_much_is_superseded(void **state)
{
	struct lease_store *store = open_small(*state, 4096);
	uint32_t version = 0;
	uint64_t before;

	while (!lease_store_wants_snapshot(store) && version < 1000)
		assert_true(fixture_put(store, 0, ++version));
	before = status_of(store).size;
	assert_in_range(before, 4096, 4096 + 512);
	assert_int_equal(fixture_snapshot(store, 1, version), 0);
	run(store);
	assert_true(status_of(store).size < 512);
	assert_int_equal(status_of(store).compactions, 1);
	assert_false(lease_store_wants_snapshot(store));
	assert_true(fixture_put(store, 1, version));
	store = crash_and_reopen(*state, store);
	assert_versions(store, 2, version);
	assert_int_equal(fixture_load(store).records, 2);
	lease_store_close(store);
}

/* 60 live leases fill 4096 octets, and rewriting them would gain nothing. */
static void leaves_a_file_alone_that_is_mostly_live(void **state)
{
	struct lease_store *store = open_small(*state, 4096);

	assert_int_equal(fixture_snapshot(store, 60, 1), 0);
	run(store);
	assert_true(status_of(store).size > 4096);
	assert_false(lease_store_wants_snapshot(store));
	lease_store_close(store);
	store = open_small(*state, 4096); /* it knows from the file, too */
	assert_false(lease_store_wants_snapshot(store));
	lease_store_close(store);
}

static void batches_during_a_snapshot_are_in_both_files(void **state)
{
	struct lease old = fixture_lease(0, 1);
	struct lease_store *store = open_on(*state);

	assert_true(fixture_put(store, 0, 1));
	assert_int_equal(lease_store_snapshot_begin(store), 0);
	assert_true(status_of(store).compacting);
	assert_int_equal(lease_store_snapshot_begin(store), -EALREADY);
	assert_true(fixture_put(store, 0, 2));
	/* The older version after the newer one. */
	assert_int_equal(lease_store_snapshot_add(store, &old, 1), 0);
	assert_true(fixture_put(store, 1, 2));
	assert_int_equal(lease_store_snapshot_end(store), 0);
	assert_true(fixture_put(store, 2, 2));
	assert_false(status_of(store).compacting);
	store = crash_and_reopen(*state, store);
	assert_versions(store, 3, 2);
	lease_store_close(store);
}

static void a_snapshot_waits_for_what_was_submitted_before_it(void **state)
{
	struct lease lease = fixture_lease(0, 1);
	struct lease_store *store = open_on(*state);

	assert_int_equal(fixture_submit(store, 0, 1), 0);
	assert_int_equal(lease_store_snapshot_begin(store), 0);
	assert_int_equal(lease_store_snapshot_add(store, &lease, 1), -EBUSY);
	assert_int_equal(lease_store_snapshot_end(store), -EBUSY);
	assert_int_equal(fixture_wait(store), LEASE_RESULT_OK);
	assert_int_equal(lease_store_snapshot_add(store, &lease, 1), 0);
	assert_int_equal(lease_store_snapshot_end(store), 0);
	run(store);
	assert_int_equal(status_of(store).compactions, 1);
	lease_store_close(store);
}

static void a_failed_compaction_leaves_the_old_file(void **state)
{
	static const enum sim_call calls[] = { SIM_CREATE, SIM_WRITE, SIM_SYNC,
					       SIM_RENAME };
	struct lease_store *store = open_on(*state);
	size_t i, len;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		assert_true(fixture_put(store, 0, (uint32_t)i + 1));
		simdisk_fail(*state, calls[i], 1, EIO, 1);
		assert_int_equal(fixture_snapshot(store, 1, (uint32_t)i + 1),
				 0);
		run(store);
		assert_int_equal(status_of(store).compaction_failures, i + 1);
		assert_int_equal(status_of(store).health, LEASE_STORE_GOOD);
		assert_int_equal(lease_store_snapshot_end(store), -ECANCELED);
		assert_null(simdisk_get(*state, NEW_PATH, &len));
		assert_true(fixture_put(store, 1, (uint32_t)i + 1));
	}
	assert_int_equal(status_of(store).compactions, 0);
	store = crash_and_reopen(*state, store);
	assert_versions(store, 2, (uint32_t)i);
	lease_store_close(store);
}

static void a_name_that_may_not_last_stops_the_acknowledgements(void **state)
{
	struct lease_store *store = open_on(*state);

	assert_true(fixture_put(store, 0, 1));
	simdisk_fail(*state, SIM_SYNC_DIR, 1, EIO, 1);
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	run(store);
	assert_int_equal(status_of(store).health, LEASE_STORE_FAILED);
	assert_int_equal(fixture_submit(store, 0, 2), -EIO);
	run(store);
	assert_true(lease_store_wants_snapshot(store));
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	run(store);
	assert_true(fixture_put(store, 0, 2));
	store = crash_and_reopen(*state, store);
	assert_versions(store, 1, 2);
	lease_store_close(store);
}

static void the_rest_of_a_crashed_snapshot_is_swept_away(void **state)
{
	struct lease_store *store = open_on(*state);
	size_t len;

	assert_true(fixture_put(store, 0, 1));
	lease_store_close(store);
	simdisk_put(*state, NEW_PATH, "half a snapshot", 15);
	store = open_on(*state);
	assert_versions(store, 1, 1);
	assert_null(simdisk_get(*state, NEW_PATH, &len));
	lease_store_close(store);
}

static void only_one_server_at_a_time_even_across_a_rename(void **state)
{
	struct journal_options options = fixture_options(simdisk_disk(*state));
	struct lease_store *store = open_on(*state), *second;
	char err_text[JOURNAL_ERROR_MAX];

	assert_int_equal(fixture_open(&second, PATH, &options, err_text),
			 -EBUSY);
	assert_int_equal(fixture_snapshot(store, 0, 1), 0);
	run(store);
	assert_int_equal(status_of(store).compactions, 1);
	assert_int_equal(fixture_open(&second, PATH, &options, err_text),
			 -EBUSY);
	assert_non_null(strstr(err_text, "another server"));
	lease_store_close(store);
	assert_int_equal(fixture_open(&second, PATH, &options, err_text), 0);
	lease_store_close(second);
}

static struct lease_store *rewriting;
static const struct journal_disk *below_hook;

/* The first server rewrites its journal between the other's open and lock. */
static int rewrite_then_lock(void *ctx, int fd)
{
	struct lease_store *store = rewriting;

	rewriting = NULL;
	if (store) {
		assert_int_equal(fixture_snapshot(store, 1, 1), 0);
		run(store);
		assert_int_equal(status_of(store).compactions, 1);
	}
	return below_hook->lock(ctx, fd);
}

static void a_lock_on_a_file_that_lost_its_name_is_worth_nothing(void **state)
{
	struct journal_disk hooked = *simdisk_disk(*state);
	struct journal_options options = fixture_options(&hooked);
	struct lease_store *store = open_on(*state), *second;

	assert_true(fixture_put(store, 0, 1));
	below_hook = simdisk_disk(*state);
	rewriting = store;
	hooked.lock = rewrite_then_lock;
	assert_int_equal(fixture_open(&second, PATH, &options, NULL), -EBUSY);
	assert_null(rewriting);
	assert_true(fixture_put(store, 0, 2));
	store = crash_and_reopen(*state, store);
	assert_versions(store, 1, 2);
	lease_store_close(store);
}

int main(void)
{
#define FAULT_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FAULT_TEST(survives_every_failing_write),
		FAULT_TEST(survives_every_failing_sync),
		FAULT_TEST(fails_all_that_was_submitted_with_the_failing_batch),
		FAULT_TEST(a_failed_write_is_mended_by_a_trial_write),
		FAULT_TEST(a_failed_sync_is_mended_only_by_a_new_file),
		FAULT_TEST(a_batch_only_in_memory_is_made_durable_at_start),
		FAULT_TEST(wants_a_snapshot_when_much_is_superseded),
		FAULT_TEST(leaves_a_file_alone_that_is_mostly_live),
		FAULT_TEST(batches_during_a_snapshot_are_in_both_files),
		FAULT_TEST(a_snapshot_waits_for_what_was_submitted_before_it),
		FAULT_TEST(a_failed_compaction_leaves_the_old_file),
		FAULT_TEST(a_name_that_may_not_last_stops_the_acknowledgements),
		FAULT_TEST(the_rest_of_a_crashed_snapshot_is_swept_away),
		FAULT_TEST(only_one_server_at_a_time_even_across_a_rename),
		FAULT_TEST(
			a_lock_on_a_file_that_lost_its_name_is_worth_nothing),
	};

	int failed;

	failed = cmocka_run_group_tests_name("DHCPv4", tests, NULL, NULL);
	fixture_use(JOURNAL_DHCP6);
	return failed |
	       cmocka_run_group_tests_name("DHCPv6", tests, NULL, NULL);
}
