/* SPDX-License-Identifier: BSD-2-Clause */
#include "takeover_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CRASH_MAX 64

void takeover_read(struct takeover *t, const char *name)
{
	t->text_len = isc_read(name, t->text, sizeof(t->text));
}

struct simdisk *takeover_disk(const struct takeover *t, uint64_t seed)
{
	struct simdisk *sim = simdisk_new(seed);

	simdisk_put(sim, TAKEOVER_PATH, t->text, t->text_len);
	return sim;
}

int takeover_open(struct takeover *t, struct simdisk *sim,
		  struct lease_store **store)
{
	struct journal_options options = fixture_options(simdisk_disk(sim));

	options.family = t->family;
	options.take_over = &t->report;
	memset(&t->report, 0, sizeof(t->report));
	return fixture_open(store, TAKEOVER_PATH, &options, t->err_text);
}

bool takeover_is_text(const struct takeover *t, struct simdisk *sim,
		      const char *path)
{
	const uint8_t *data;
	size_t len;

	data = simdisk_get(sim, path, &len);
	return data && len == t->text_len && memcmp(data, t->text, len) == 0;
}

bool takeover_is_journal(struct simdisk *sim)
{
	const uint8_t *data;
	size_t len;

	data = simdisk_get(sim, TAKEOVER_PATH, &len);
	return data && lease_journal_sniff(data, len) == JOURNAL_KIND_JOURNAL;
}

static bool takes_leases(const struct takeover *t, struct lease_store *store)
{
	const struct fixture_held held = { t->family, 1, 1, 1 };
	uint8_t id[FIXTURE_ID_LEN];
	struct lease lease;
	uint64_t ticket;

	fixture_hold(&held, id, &lease);
	return !lease_store_submit(store, &lease, 1, &ticket) &&
	       fixture_wait(store) == LEASE_RESULT_OK;
}

void takeover_finish(struct takeover *t, struct simdisk *sim)
{
	struct lease_store *store;

	if (takeover_open(t, sim, &store)) {
		print_message("%s\n", t->err_text);
		fail();
	}
	t->check(store);
	assert_true(takes_leases(t, store));
	lease_store_close(store);
	assert_true(takeover_is_journal(sim));
	assert_true(takeover_is_text(t, sim, TAKEOVER_KEPT));
	simdisk_free(sim);
}

void takeover_refused(struct takeover *t, struct simdisk *sim, int err,
		      const char *says)
{
	struct lease_store *store;

	assert_int_equal(takeover_open(t, sim, &store), err);
	assert_non_null(strstr(t->err_text, says));
}

void takeover_happened_once(struct takeover *t, struct simdisk *sim,
			    struct lease_store *store)
{
	t->check(store);
	lease_store_close(store);
	simdisk_restart(sim);
	assert_int_equal(takeover_open(t, sim, &store), 0);
	assert_false(t->report.found);
	t->check(store);
	lease_store_close(store);
	assert_true(takeover_is_text(t, sim, TAKEOVER_KEPT));
	simdisk_free(sim);
}

/* False when the call that was to crash never came. */
static bool survives_crash(struct takeover *t, uint64_t seed, uint32_t call)
{
	struct simdisk *sim = takeover_disk(t, seed * 1000 + call);
	struct lease_store *store;
	bool is_text;
	int err;

	simdisk_crash_at(sim, call);
	err = takeover_open(t, sim, &store);
	if (!err)
		lease_store_close(store);
	simdisk_reboot(sim);
	is_text = takeover_is_text(t, sim, TAKEOVER_PATH);
	if (!is_text && !takeover_is_journal(sim)) {
		print_message("seed %d, call %u\n", (int)seed, call);
		fail();
	}
	assert_true(is_text || takeover_is_text(t, sim, TAKEOVER_KEPT));
	takeover_finish(t, sim);
	return err != 0;
}

void takeover_survives_crashes(struct takeover *t, uint64_t seeds)
{
	uint64_t seed;
	uint32_t n;

	for (seed = 1; seed <= seeds; seed++) {
		for (n = 1; n < CRASH_MAX && survives_crash(t, seed, n); n++)
			;
		/* It was at work: and it ended before the loop did. */
		assert_true(n > 6 && n < CRASH_MAX);
	}
}

void takeover_leaves_alone(struct takeover *t, const char *bad,
			   const char *says)
{
	struct simdisk *sim = simdisk_new(1);
	const uint8_t *data;
	size_t len;

	simdisk_put(sim, TAKEOVER_PATH, bad, strlen(bad));
	takeover_refused(t, sim, -ENOMSG, says);
	data = simdisk_get(sim, TAKEOVER_PATH, &len);
	assert_int_equal(len, strlen(bad));
	assert_memory_equal(data, bad, len);
	assert_null(simdisk_get(sim, TAKEOVER_KEPT, &len));
	assert_null(simdisk_get(sim, TAKEOVER_PATH ".new", &len));
	simdisk_free(sim);
}
