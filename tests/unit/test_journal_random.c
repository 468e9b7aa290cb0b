/* SPDX-License-Identifier: BSD-2-Clause */
/* A journal's id and key are random, or there is no journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "journal_fixture.h"
#include "simdisk.h"

#define PATH "/leases"

/* As in a sandbox that forbids getrandom(2). */
static bool has_no_randomness;

int __real_siphash_key_random(struct siphash_key *key);
int __wrap_siphash_key_random(struct siphash_key *key);

int __wrap_siphash_key_random(struct siphash_key *key)
{
	if (!has_no_randomness)
		return __real_siphash_key_random(key);
	*key = (struct siphash_key){ .k = { 0, 0 } };
	return -ENOSYS;
}

static uint64_t failures(const struct lease_store *store)
{
	struct lease_store_status status;

	lease_store_get_status(store, &status);
	return status.compaction_failures;
}

/* Checksums that clients can make, and a key for them that all know. */
static void none_is_made_without_random_numbers(void **state)
{
	struct simdisk *sim = simdisk_new(11);
	struct journal_options options = fixture_options(simdisk_disk(sim));
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	(void)state;
	has_no_randomness = true;
	assert_int_equal(fixture_open(&store, PATH, &options, err_text),
			 -ENOSYS);
	assert_non_null(strstr(err_text, "random"));
	has_no_randomness = false;
	assert_int_equal(fixture_open(&store, PATH, &options, err_text), 0);
	lease_store_close(store);
	simdisk_free(sim);
}

static void nor_is_one_rewritten_and_the_old_one_goes_on(void **state)
{
	struct simdisk *sim = simdisk_new(11);
	struct journal_options options = fixture_options(simdisk_disk(sim));
	struct lease_completion done;
	struct lease_store *store;

	(void)state;
	assert_int_equal(fixture_open(&store, PATH, &options, NULL), 0);
	assert_true(fixture_put(store, 0, 1));
	has_no_randomness = true;
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	assert_int_equal(lease_store_next(store, &done), 0);
	has_no_randomness = false;
	assert_int_equal(failures(store), 1);
	assert_true(fixture_put(store, 0, 2));
	lease_store_close(store);
	simdisk_reboot(sim);
	assert_int_equal(fixture_open(&store, PATH, &options, NULL), 0);
	assert_int_equal(fixture_load(store).version[0], 2);
	lease_store_close(store);
	simdisk_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_is_made_without_random_numbers),
		cmocka_unit_test(nor_is_one_rewritten_and_the_old_one_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
