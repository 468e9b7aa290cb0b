/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's DUID on its way to the disk, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../daemon/server6/serve6.h"
#include "dhcp4o6/lease/memory_store.h"

struct fixture {
	struct conf conf;
	struct front front;
	struct serve6 serve;
};

/* No message is decided here. */
void serve6_submit(struct serve6 *serve)
{
	assert_null(serve->open);
}

/* The only batches are those of the DUID. */
static void end_batch(void *arg, unsigned int at, bool is_durable)
{
	struct serve6 *serve = arg;

	assert_null(serve->batches[at].txn);
	serve6_end_duid(serve, is_durable);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct serve6 *serve;

	assert_non_null(f);
	serve = &f->serve;
	assert_int_equal(hosts_new(&f->front.hosts), 0);
	assert_int_equal(lease_memory_open(&serve->keeper.store), 0);
	lease_memory_hold(serve->keeper.store, true);
	serve->front = &f->front;
	serve->conf = &f->conf;
	serve->ring = (struct batch_ring){ .end = end_batch, .arg = serve };
	serve->is_started = true;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	lease_store_close(f->serve.keeper.store);
	hosts_free(f->front.hosts);
	free(f);
	return 0;
}

/* The disk is done with what it has; the tick tries what is left. */
static void complete(struct serve6 *serve)
{
	lease_memory_hold(serve->keeper.store, false);
	batch_ring_complete(&serve->ring, serve->keeper.store);
	lease_memory_hold(serve->keeper.store, true);
	serve6_write_duid(serve);
}

static void state_duid(struct fixture *f, uint8_t last)
{
	static uint8_t octets[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 0 };

	octets[sizeof(octets) - 1] = last;
	f->conf.server_duid = CONF_DUID_EXACT;
	f->conf.server_duid_data = octets;
	f->conf.server_duid_len = sizeof(octets);
	serve6_choose_duid(&f->serve);
}

static int load_one(void *arg, const struct lease *lease)
{
	return serve6_load_duid(arg, lease);
}

static void nobody_is_answered_before_it_is_durable(void **state)
{
	struct fixture *f = *state;
	struct lease record;

	serve6_choose_duid(&f->serve);
	assert_int_equal(f->serve.ring.count, 1);
	assert_false(serve6_is_ready(&f->serve));
	assert_int_equal(f->serve.decide.duid_len, 0);
	assert_false(serve6_duid_record(&f->serve, &record));
	complete(&f->serve);
	assert_true(serve6_is_ready(&f->serve));
	assert_int_equal(f->serve.decide.duid_len, f->serve.duid.len);
	assert_true(serve6_duid_record(&f->serve, &record));
}

static void
one_that_was_not_written_is_tried_again_and_stays_the_same(void **state)
{
	struct fixture *f = *state;
	struct duid chosen;

	lease_memory_fail_next(f->serve.keeper.store, 1);
	serve6_choose_duid(&f->serve);
	chosen = f->serve.wanted;
	complete(&f->serve);
	assert_false(serve6_is_ready(&f->serve));
	assert_int_equal(f->serve.ring.count, 1);
	complete(&f->serve);
	assert_true(serve6_is_ready(&f->serve));
	assert_true(duid_is_same(&f->serve.duid, &chosen));
	assert_int_equal(f->serve.ring.count, 0);
}

static void a_reload_while_it_is_written_has_the_last_word(void **state)
{
	struct fixture *f = *state;

	state_duid(f, 1);
	state_duid(f, 2);
	assert_int_equal(f->serve.ring.count, 1);
	complete(&f->serve);
	assert_int_equal(f->serve.duid.octets[9], 1);
	complete(&f->serve);
	assert_int_equal(f->serve.duid.octets[9], 2);
	assert_int_equal(f->serve.ring.count, 0);
	assert_int_equal(f->serve.wanted.len, 0);
}

/* The second change was taken for none, since the disk had the former one. */
static void
one_that_is_stated_again_while_another_is_written_stays(void **state)
{
	struct fixture *f = *state;

	state_duid(f, 2);
	complete(&f->serve);
	state_duid(f, 1);
	state_duid(f, 2);
	complete(&f->serve);
	complete(&f->serve);
	assert_int_equal(f->serve.duid.octets[9], 2);
	assert_int_equal(f->serve.ring.count, 0);
	assert_int_equal(f->serve.wanted.len, 0);
}

static void it_comes_back_with_the_time_it_was_chosen_at(void **state)
{
	struct fixture *f = *state;
	struct serve6 later = { .front = &f->front };
	struct lease before, after;

	serve6_choose_duid(&f->serve);
	complete(&f->serve);
	assert_true(serve6_duid_record(&f->serve, &before));
	assert_true(before.updated.s > 0);
	assert_int_equal(
		lease_store_load(f->serve.keeper.store, load_one, &later), 0);
	assert_true(duid_is_same(&later.duid, &f->serve.duid));
	assert_true(serve6_duid_record(&later, &after));
	assert_int_equal(after.version, before.version);
	assert_int_equal(after.updated.s, before.updated.s);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(nobody_is_answered_before_it_is_durable),
		ROW(one_that_was_not_written_is_tried_again_and_stays_the_same),
		ROW(a_reload_while_it_is_written_has_the_last_word),
		ROW(one_that_is_stated_again_while_another_is_written_stays),
		ROW(it_comes_back_with_the_time_it_was_chosen_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
