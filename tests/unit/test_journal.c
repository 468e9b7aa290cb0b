/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal on the simulated disk, one fault at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/lease/lease_record.h"
#include "journal_fixture.h"
#include "simdisk.h"

#define PATH         "/leases"
#define NEW_PATH     "/leases.new"
#define BATCHES      5
#define HEADER_LEN   64
#define FRAME_HEADER 48

/* A disk with a journal of BATCHES batches: address i at version 1. */
struct setup {
	struct simdisk *sim;
	uint8_t *file;
	size_t len;
	size_t last; /* offset of the last batch */
};

static struct lease_store *open_on(struct simdisk *sim)
{
	struct journal_options options = fixture_options(simdisk_disk(sim));
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	if (fixture_open(&store, PATH, &options, err_text)) {
		print_message("%s\n", err_text);
		fail();
	}
	return store;
}

static int try_open(struct simdisk *sim, struct lease_store **store,
		    char *err_text)
{
	struct journal_options options = fixture_options(simdisk_disk(sim));

	return fixture_open(store, PATH, &options, err_text);
}

static int set_up(void **state)
{
	struct setup *s = calloc(1, sizeof(*s));
	struct lease_store *store;
	const uint8_t *data;
	uint32_t i;

	s->sim = simdisk_new(7);
	store = open_on(s->sim);
	for (i = 0; i < BATCHES; i++) {
		simdisk_get(s->sim, PATH, &s->last);
		assert_true(fixture_put(store, i, 1));
	}
	lease_store_close(store);
	data = simdisk_get(s->sim, PATH, &s->len);
	s->file = malloc(s->len);
	memcpy(s->file, data, s->len);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	simdisk_free(s->sim);
	free(s->file);
	free(s);
	return 0;
}

static void assert_holds(struct lease_store *store, uint32_t count)
{
	struct fixture_found found = fixture_load(store);
	uint32_t i;

	assert_false(found.is_wrong);
	assert_int_equal(found.records, count);
	for (i = 0; i < count; i++)
		assert_int_equal(found.version[i], 1);
}

static void assert_unchanged(const struct setup *s, const uint8_t *want,
			     size_t len)
{
	size_t have_len;
	const uint8_t *have = simdisk_get(s->sim, PATH, &have_len);

	assert_int_equal(have_len, len);
	assert_memory_equal(have, want, len);
}

static void finds_what_was_acknowledged(void **state)
{
	struct setup *s = *state;
	struct lease_store *store;

	simdisk_reboot(s->sim);
	store = open_on(s->sim);
	assert_holds(store, BATCHES);
	assert_int_equal(lease_journal_info(store)->batches, BATCHES);
	assert_int_equal(lease_journal_info(store)->cut, 0);
	assert_true(lease_journal_info(store)->last_wall.s == 1700000000);
	assert_true(lease_journal_info(store)->last_mono.ns == 5 * NS_PER_S);
	lease_store_close(store);
}

/* The torn batch goes, the others stay, and writing goes on behind them. */
static void assert_cut_and_serves(struct setup *s, uint32_t count, size_t cut)
{
	struct lease_store *store = open_on(s->sim);

	assert_int_equal(lease_journal_info(store)->cut, cut);
	assert_string_not_equal(lease_journal_info(store)->text, "");
	assert_holds(store, count);
	assert_true(fixture_put(store, count, 1));
	lease_store_close(store);
	simdisk_reboot(s->sim);
	store = open_on(s->sim);
	assert_int_equal(lease_journal_info(store)->cut, 0);
	assert_holds(store, count + 1);
	lease_store_close(store);
}

static void cuts_a_last_batch_torn_by_up_to_40_octets(void **state)
{
	struct setup *s = *state;
	size_t n;

	for (n = 1; n <= 40; n++) {
		simdisk_put(s->sim, PATH, s->file, s->len - n);
		assert_cut_and_serves(s, BATCHES - 1, s->len - n - s->last);
	}
}

static void cuts_up_to_40_octets_that_are_no_batch(void **state)
{
	struct setup *s = *state;
	uint8_t *longer = malloc(s->len + 40);
	size_t n;

	memcpy(longer, s->file, s->len);
	for (n = 1; n <= 40; n++) {
		memset(longer + s->len, (int)(n & 1 ? 0 : 0xd4), n);
		simdisk_put(s->sim, PATH, longer, s->len + n);
		assert_cut_and_serves(s, BATCHES, n);
	}
	free(longer);
}

static void flip_at(struct setup *s, size_t at, uint8_t mask)
{
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	int err;

	s->file[at] ^= mask;
	simdisk_put(s->sim, PATH, s->file, s->len);
	err = try_open(s->sim, &store, err_text);
	if (at < s->last) {
		/* Not by a crash: refused, named, and left as it is. */
		assert_int_equal(err, at < 8 ? -EMEDIUMTYPE : -EBADMSG);
		assert_non_null(strstr(err_text, PATH));
		assert_true(at < 8 || strstr(err_text, "offset "));
		assert_unchanged(s, s->file, s->len);
	} else {
		assert_int_equal(err, 0);
		assert_int_equal(lease_journal_info(store)->cut,
				 s->len - s->last);
		assert_holds(store, BATCHES - 1);
		lease_store_close(store);
	}
	s->file[at] ^= mask;
}

static void never_takes_a_flipped_octet_for_good(void **state)
{
	struct setup *s = *state;
	size_t at;

	for (at = 0; at < s->len; at++) {
		flip_at(s, at, (uint8_t)(1 << at % 8));
		flip_at(s, at, 0xff);
	}
}

static void says_where_it_is_corrupt_and_what_to_do(void **state)
{
	struct setup *s = *state;
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	char want[32];

	s->file[HEADER_LEN + FRAME_HEADER + 20] ^= 4;
	simdisk_put(s->sim, PATH, s->file, s->len);
	assert_int_equal(try_open(s->sim, &store, err_text), -EBADMSG);
	snprintf(want, sizeof(want), "at offset %d:", HEADER_LEN);
	assert_non_null(strstr(err_text, want));
	assert_non_null(strstr(err_text, "truncate -s 64"));
	assert_non_null(strstr(err_text, "Restore"));
}

static void does_not_take_two_damaged_last_batches_for_a_crash(void **state)
{
	struct setup *s = *state;
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	size_t frame = s->len - s->last; /* all are of one length */

	s->file[s->last - frame + FRAME_HEADER] ^= 1;
	s->file[s->last + FRAME_HEADER] ^= 1;
	simdisk_put(s->sim, PATH, s->file, s->len);
	assert_int_equal(try_open(s->sim, &store, err_text), -EBADMSG);
}

/* A block of another journal where the next batch would be. */
static void batches_of_another_file_do_not_pass(void **state)
{
	struct setup *s = *state;
	struct simdisk *other = simdisk_new(8);
	struct lease_store *store = open_on(other);
	const uint8_t *data;
	uint32_t i;
	size_t len;

	for (i = 0; i < BATCHES; i++)
		assert_true(fixture_put(store, i, 9));
	lease_store_close(store);
	data = simdisk_get(other, PATH, &len);
	assert_int_equal(len, s->len);
	memcpy(s->file + s->last, data + s->last, s->len - s->last);
	simdisk_put(s->sim, PATH, s->file, s->len);
	simdisk_free(other);
	assert_cut_and_serves(s, BATCHES - 1, s->len - s->last);
}

static void a_batch_that_is_there_twice_is_corruption(void **state)
{
	struct setup *s = *state;
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	size_t frame = s->len - s->last;

	memcpy(s->file + s->last, s->file + s->last - frame, frame);
	simdisk_put(s->sim, PATH, s->file, s->len);
	assert_int_equal(try_open(s->sim, &store, err_text), -EBADMSG);
}

static void shares_a_sync_between_batches(void **state)
{
	struct setup *s = *state;
	struct lease_store *store = open_on(s->sim);
	uint32_t before = simdisk_calls(s->sim, SIM_SYNC), i;
	struct lease_store_status status;
	struct lease_completion done;

	for (i = 0; i < 10; i++)
		assert_int_equal(fixture_submit(store, i, 2), 0);
	for (i = 0; i < 10; i++) {
		assert_int_equal(lease_store_next(store, &done), 1);
		assert_int_equal(done.ticket, i + 1);
		assert_int_equal(done.result, LEASE_RESULT_OK);
	}
	assert_int_equal(lease_store_next(store, &done), 0);
	assert_int_equal(simdisk_calls(s->sim, SIM_SYNC) - before, 1);
	lease_store_get_status(store, &status);
	assert_int_equal(status.batches, 10);
	assert_int_equal(status.records, 10);
	assert_int_equal(status.syncs, 1);
	assert_int_equal(status.pending, 0);
	lease_store_close(store);
}

static void bounds_what_is_pending(void **state)
{
	static struct lease many[LEASE_BATCH_MAX + 1];
	static uint8_t path[LEASE_RELAY_PATH_MAX];
	struct setup *s = *state;
	struct lease_store *store = open_on(s->sim);
	unsigned int i;
	uint64_t ticket;

	for (i = 0; i < lease_store_depth(store); i++)
		assert_int_equal(fixture_submit(store, 1, i + 2), 0);
	assert_int_equal(fixture_submit(store, 1, 1000), -EBUSY);
	assert_int_equal(fixture_wait(store), LEASE_RESULT_OK);
	assert_int_equal(fixture_submit(store, 1, 1000), 0);
	for (i = 0; i <= LEASE_BATCH_MAX; i++) {
		many[i] = fixture_lease(1, i);
		many[i].relay_path = path;
		many[i].relay_path_len = sizeof(path);
	}
	for (i = 0; i < lease_store_depth(store); i++)
		assert_int_equal(fixture_wait(store), LEASE_RESULT_OK);
	assert_int_equal(lease_store_submit(store, many, 0, &ticket), -EINVAL);
	assert_int_equal(
		lease_store_submit(store, many, LEASE_BATCH_MAX + 1, &ticket),
		-EMSGSIZE);
	assert_int_equal(
		lease_store_submit(store, many, LEASE_BATCH_MAX, &ticket),
		-EMSGSIZE);
	assert_int_equal(lease_store_submit(store, many, 600, &ticket), 0);
	assert_int_equal(lease_store_submit(store, many, 600, &ticket), -EBUSY);
	lease_store_close(store);
}

int main(void)
{
#define JOURNAL_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(finds_what_was_acknowledged),
		JOURNAL_TEST(cuts_a_last_batch_torn_by_up_to_40_octets),
		JOURNAL_TEST(cuts_up_to_40_octets_that_are_no_batch),
		JOURNAL_TEST(never_takes_a_flipped_octet_for_good),
		JOURNAL_TEST(says_where_it_is_corrupt_and_what_to_do),
		JOURNAL_TEST(
			does_not_take_two_damaged_last_batches_for_a_crash),
		JOURNAL_TEST(batches_of_another_file_do_not_pass),
		JOURNAL_TEST(a_batch_that_is_there_twice_is_corruption),
		JOURNAL_TEST(shares_a_sync_between_batches),
		JOURNAL_TEST(bounds_what_is_pending),
	};

	int failed;

	failed = cmocka_run_group_tests_name("DHCPv4", tests, NULL, NULL);
	fixture_use(JOURNAL_DHCP6);
	return failed |
	       cmocka_run_group_tests_name("DHCPv6", tests, NULL, NULL);
}
