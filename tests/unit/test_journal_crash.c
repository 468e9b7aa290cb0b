/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal on a disk that crashes: thousands of seeded lives, each judged by
 * a model that knows what was acknowledged.
 *
 * The model is a server in small: it hands addresses from client to client,
 * takes a change back when its batch failed, and believes OK. After each crash
 * an address must be with the client that was told so, or with one whose change
 * was on its way; never with anybody else, and never with an older one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/lease/journal.h"
#include "journal_fixture.h"
#include "simdisk.h"

#define PATH             "/leases"
#define KEY_COUNT        24
#define BATCH_COUNT      8  /* records at most */
#define OPEN_MAX         64 /* batches in flight */
#define SEED_COUNT       2000
#define SEED_COUNT_DHCP6 1000
#define LIFE_COUNT       6

struct change {
	uint32_t key;
	uint32_t version;
	uint32_t owner;
};

struct flight {
	uint64_t ticket;
	struct change changes[BATCH_COUNT];
	uint32_t count;
};

struct model {
	uint64_t seed;
	uint64_t random;
	struct simdisk *sim;
	struct lease_store *store;
	enum journal_family family;
	bool threads;
	/* By key: as decided, and as acknowledged. */
	struct change decided[KEY_COUNT];
	struct change acked[KEY_COUNT];
	/* What is on its way, or failed since: may be there or not. */
	struct change maybe[4096];
	uint32_t maybe_count;
	struct flight flights[OPEN_MAX];
	uint32_t first, used;
	uint64_t ok_batches;
	uint64_t failed_batches;
	uint32_t next_owner;
	/* A snapshot under way. */
	bool in_snapshot;
	uint32_t snapshot_key;
};

static int64_t fake_ns = 1000000000;

static struct wall_time fake_wall(void)
{
	return (struct wall_time){ .s = 1700000000 };
}

static struct mono_time fake_mono(void)
{
	return (struct mono_time){ .ns = fake_ns };
}

__attribute__((format(printf, 2, 3), noreturn)) static void
blame(const struct model *m, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "seed %llu: ", (unsigned long long)m->seed);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	fail();
	abort();
}

static uint32_t below(struct model *m, uint32_t bound)
{
	return sim_below(&m->random, bound);
}

static void make_lease(const struct model *m, const struct change *c,
		       uint8_t id[FIXTURE_ID_LEN], struct lease *lease)
{
	const struct fixture_held held = {
		.family = m->family,
		.key = c->key,
		.version = c->version,
		.owner = c->owner,
	};

	fixture_hold(&held, id, lease);
}

static bool is_same(const struct change *a, const struct change *b)
{
	return a->key == b->key && a->version == b->version &&
	       a->owner == b->owner;
}

/* ---- what came back ---- */

struct loaded {
	struct model *m;
	struct change found[KEY_COUNT];
};

static int take_record(void *arg, const struct lease *lease)
{
	struct loaded *l = arg;
	struct fixture_held held;
	struct change c;

	if (!fixture_held(lease, &held) || held.key >= KEY_COUNT)
		blame(l->m, "a record that nobody wrote");
	c = (struct change){ held.key, held.version, held.owner };
	if (c.version >= l->found[c.key].version)
		l->found[c.key] = c;
	return 0;
}

static void judge(struct model *m, const struct change *found,
		  const struct change *acked)
{
	uint32_t i;

	if (is_same(found, acked))
		return;
	if (found->version < acked->version)
		blame(m, "key %u: acknowledged version %u, found %u",
		      acked->key, acked->version, found->version);
	if (found->version == acked->version)
		blame(m, "key %u version %u: two owners, %u told and %u found",
		      acked->key, acked->version, acked->owner, found->owner);
	for (i = 0; i < m->maybe_count; i++) {
		if (is_same(found, &m->maybe[i]))
			return;
	}
	blame(m, "key %u version %u owner %u was never submitted", found->key,
	      found->version, found->owner);
}

static void load_and_judge(struct model *m)
{
	struct loaded l = { .m = m };
	uint32_t i;
	int err;

	for (i = 0; i < KEY_COUNT; i++)
		l.found[i].key = i;
	err = lease_store_load(m->store, take_record, &l);
	if (err) {
		if (simdisk_is_dead(m->sim))
			return;
		blame(m, "load: %s", strerror(-err));
	}
	for (i = 0; i < KEY_COUNT; i++)
		judge(m, &l.found[i], &m->acked[i]);
	memcpy(m->acked, l.found, sizeof(m->acked));
	memcpy(m->decided, l.found, sizeof(m->decided));
	m->maybe_count = 0;
}

/* ---- the server ---- */

static void finish(struct model *m, const struct lease_completion *done)
{
	struct flight *f = &m->flights[m->first % OPEN_MAX];
	uint32_t i;

	if (!m->used || done->ticket != f->ticket || done->count != f->count)
		blame(m, "completion %llu out of order",
		      (unsigned long long)done->ticket);
	for (i = 0; i < f->count; i++) {
		if (done->results[i] != done->result)
			blame(m, "a result apart from its batch");
		if (done->result == LEASE_RESULT_OK)
			m->acked[f->changes[i].key] = f->changes[i];
	}
	m->first++;
	m->used--;
	if (done->result == LEASE_RESULT_OK) {
		m->ok_batches++;
		return;
	}
	m->failed_batches++;
	/* All that follow fail too; what was decided is taken back. */
	if (!m->used)
		memcpy(m->decided, m->acked, sizeof(m->decided));
}

static void fetch(struct model *m, bool wait)
{
	struct pollfd p = { .events = POLLIN };
	struct lease_completion done;

	p.fd = lease_store_event_fd(m->store);
	do {
		while (lease_store_next(m->store, &done))
			finish(m, &done);
		if (!wait || !m->used)
			return;
	} while (poll(&p, 1, 10000) == 1);
	blame(m, "no completion within ten seconds");
}

static void submit_some(struct model *m)
{
	struct flight *f = &m->flights[(m->first + m->used) % OPEN_MAX];
	struct lease leases[BATCH_COUNT];
	uint8_t ids[BATCH_COUNT][FIXTURE_ID_LEN];
	struct change before[KEY_COUNT];
	uint32_t i;
	int err;

	if (m->used == OPEN_MAX ||
	    m->maybe_count + BATCH_COUNT > sizeof(m->maybe) / sizeof(*m->maybe))
		return;
	memcpy(before, m->decided, sizeof(before));
	f->count = 1 + below(m, BATCH_COUNT);
	for (i = 0; i < f->count; i++) {
		struct change *d = &m->decided[below(m, KEY_COUNT)];

		d->version++;
		if (below(m, 3)) /* else the same client renews */
			d->owner = ++m->next_owner;
		f->changes[i] = *d;
		make_lease(m, d, ids[i], &leases[i]);
	}
	err = lease_store_submit(m->store, leases, f->count, &f->ticket);
	if (err) {
		if (err != -EBUSY && err != -EIO)
			blame(m, "submit: %s", strerror(-err));
		memcpy(m->decided, before, sizeof(before));
		return;
	}
	memcpy(&m->maybe[m->maybe_count], f->changes,
	       f->count * sizeof(*f->changes));
	m->maybe_count += f->count;
	m->used++;
}

/* One step of a snapshot: begin, some records, or the end. */
static void snapshot_some(struct model *m)
{
	const struct change *from = below(m, 2) ? m->decided : m->acked;
	struct lease leases[KEY_COUNT];
	uint8_t ids[KEY_COUNT][FIXTURE_ID_LEN];
	uint32_t n = 0, key = m->snapshot_key, piece = 1 + below(m, 12);
	int err;

	if (!m->in_snapshot) {
		err = lease_store_snapshot_begin(m->store);
		if (err && err != -EBUSY && err != -EIO && err != -EALREADY)
			blame(m, "snapshot_begin: %s", strerror(-err));
		m->in_snapshot = !err;
		m->snapshot_key = 0;
		return;
	}
	for (; key < KEY_COUNT && n < piece; key++) {
		if (from[key].version)
			make_lease(m, &from[key], ids[n], &leases[n]), n++;
	}
	err = lease_store_snapshot_add(m->store, leases, n);
	if (!err)
		m->snapshot_key = key;
	if (!err && key == KEY_COUNT) {
		err = lease_store_snapshot_end(m->store);
		m->in_snapshot = err != 0;
	}
	if (err == -ECANCELED)
		m->in_snapshot = false;
	else if (err && err != -EBUSY)
		blame(m, "snapshot: %s", strerror(-err));
}

static void inject_fault(struct model *m)
{
	static const enum sim_call calls[] = {
		SIM_WRITE,  SIM_SYNC,   SIM_SYNC,   SIM_TRUNCATE,
		SIM_RENAME, SIM_UNLINK, SIM_CREATE, SIM_SYNC_DIR,
	};
	static const int errors[] = { EIO, ENOSPC };
	enum sim_call call = calls[below(m, 8)];
	int err = errors[below(m, 2)];

	if (call == SIM_WRITE && below(m, 3) == 0)
		err = 0; /* short */
	simdisk_fail(m->sim, call, 1 + below(m, 4), err, 1 + below(m, 3));
}

static void act(struct model *m)
{
	bool wants = lease_store_wants_snapshot(m->store);

	switch (below(m, 8)) {
	case 0:
	case 1:
	case 2:
		submit_some(m);
		break;
	case 3:
	case 4:
		fetch(m, m->threads && below(m, 2));
		break;
	case 5:
		if (below(m, 12) == 0)
			inject_fault(m);
		break;
	default:
		if (m->in_snapshot || wants || below(m, 20) == 0)
			snapshot_some(m);
	}
}

/* A crash may come while it opens, too: then the machine is started again. */
static bool open_store(struct model *m)
{
	struct journal_options options = {
		.family = m->family,
		.disk = simdisk_disk(m->sim),
		.wall_now = fake_wall,
		.mono_now = fake_mono,
		.compact_octets = 4096,
		.compact_factor = 2,
		.retry_ms = 1,
		.depth = 1 + below(m, OPEN_MAX),
		.threadless = !m->threads,
	};
	char err_text[JOURNAL_ERROR_MAX];
	int err;

	err = lease_journal_open(&m->store, PATH, &options, err_text,
				 sizeof(err_text));
	if (!err)
		return true;
	if (!simdisk_is_dead(m->sim))
		blame(m, "open: %d %s", err, err_text);
	return false;
}

/* The process goes, the machine too or not. */
static void end_life(struct model *m)
{
	struct lease_completion done;
	bool crashed = simdisk_is_dead(m->sim);

	if (crashed || below(m, 2))
		simdisk_kill(m->sim);
	else
		while (lease_store_next(m->store, &done))
			finish(m, &done);
	lease_store_close(m->store);
	m->store = NULL;
	if (crashed || below(m, 2))
		simdisk_reboot(m->sim);
	else
		simdisk_restart(m->sim);
	m->first = 0;
	m->used = 0;
	m->in_snapshot = false;
}

static void live(struct model *m)
{
	uint32_t i, steps = 5 + below(m, 120);

	simdisk_crash_at(m->sim, below(m, 4) ? 1 + below(m, 150) : 0);
	while (!open_store(m)) {
		simdisk_reboot(m->sim);
		simdisk_crash_at(m->sim, below(m, 2) ? 1 + below(m, 12) : 0);
	}
	load_and_judge(m);
	for (i = 0; i < steps && !simdisk_is_dead(m->sim); i++)
		act(m);
	end_life(m);
}

static void run_seed(struct model *m, uint64_t seed, enum journal_family family,
		     bool threads)
{
	uint32_t i;

	memset(m, 0, sizeof(*m));
	m->family = family;
	m->seed = seed;
	m->random = seed;
	m->threads = threads;
	m->sim = simdisk_new(seed ^ 0x5eed);
	for (i = 0; i < KEY_COUNT; i++)
		m->decided[i].key = m->acked[i].key = i;
	for (i = 0; i < LIFE_COUNT; i++)
		live(m);
	/* And once in peace: all that was promised is there. */
	simdisk_crash_at(m->sim, 0);
	if (!open_store(m))
		blame(m, "does not open on a sound disk");
	load_and_judge(m);
	lease_store_close(m->store);
	simdisk_free(m->sim);
}

static void run_seeds(uint32_t count, enum journal_family family, bool threads)
{
	struct model *m = calloc(1, sizeof(*m));
	const char *only = getenv("SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1;
	uint64_t ok = 0, failed = 0, seed;

	assert_non_null(m);
	if (only)
		count = 1;
	for (seed = first; seed < first + count; seed++) {
		run_seed(m, seed, family, threads);
		ok += m->ok_batches;
		failed += m->failed_batches;
	}
	free(m);
	/* A run in which nothing happened proves nothing. */
	assert_true(ok > count * 5ULL);
	assert_true(failed > count / 4);
	print_message("%u seeds: %llu batches acknowledged, %llu failed\n",
		      count, (unsigned long long)ok,
		      (unsigned long long)failed);
}

static void no_acknowledged_lease_is_lost_in_any_crash(void **state)
{
	(void)state;
	run_seeds(SEED_COUNT, JOURNAL_DHCP4, false);
}

static void no_acknowledged_dhcpv6_lease_is_lost_either(void **state)
{
	(void)state;
	run_seeds(SEED_COUNT_DHCP6, JOURNAL_DHCP6, false);
}

static void nor_with_the_thread_of_its_own(void **state)
{
	(void)state;
	run_seeds(200, JOURNAL_DHCP4, true);
	run_seeds(100, JOURNAL_DHCP6, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_acknowledged_lease_is_lost_in_any_crash),
		cmocka_unit_test(no_acknowledged_dhcpv6_lease_is_lost_either),
		cmocka_unit_test(nor_with_the_thread_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
