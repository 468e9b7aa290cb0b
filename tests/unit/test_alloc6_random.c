/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random clients against a naive model that keeps every address and prefix in
 * an array and searches it from end to end: what is chosen must be what the
 * model says, and aborting transactions must restore every record, offer,
 * counter and choice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "../../lib/alloc6/alloc6_private.h"
#include "alloc6_model.h"
#include "dhcp4o6/base/strbuf.h"

#define ROUNDS    800U
#define BATCHES   3U
#define LEASE_S   600U
#define HOLD_S    90U
#define SEED_LAST 3U

/* ---- what happens ---- */

static void drop_offers(struct model6_world *w, enum lease_kind kind,
			uint32_t ia)
{
	uint32_t i;

	for (i = 0; i < MODEL6_ITEMS; i++) {
		if (model6_kind(i) == kind && w->model.item[i].offered_to == ia)
			w->model.item[i].offered_to = MODEL6_NOBODY;
	}
}

static void solicit(struct model6_world *w, enum lease_kind kind, uint32_t ia)
{
	struct alloc6_want want = { .kind = kind, .iaid = ia % MODEL6_IAS };
	struct alloc6_asker asker;
	struct alloc6_choice choice;
	uint32_t i = model6_choose(w, kind, ia, &choice);
	struct model6_item *a;

	if (i == MODEL6_NOBODY)
		return;
	model6_ask(w, ia, &asker);
	assert_int_equal(alloc6_offer(w->alloc, &asker, &want, &choice,
				      mono_add_s(model6_mono(w), HOLD_S)),
			 0);
	a = &w->model.item[i];
	if (choice.by == ALLOC6_BY_BINDING) {
		drop_offers(w, kind, ia);
		return;
	}
	drop_offers(w, kind, ia);
	a->offered_to = ia;
	a->offer_until_s = w->now_s + HOLD_S;
	a->offer_order = w->offers++;
}

static void request(struct model6_world *w, struct alloc6_txn *txn,
		    enum lease_kind kind, uint32_t ia)
{
	struct alloc6_binding binding = {
		.kind = kind,
		.iaid = ia % MODEL6_IAS,
		.valid_s = LEASE_S,
		.now = model6_moment(w),
	};
	struct alloc6_asker asker;
	struct alloc6_choice choice;
	enum alloc6_claim claim;
	uint32_t i = model6_choose(w, kind, ia, &choice);
	struct model6_item *a;

	if (i == MODEL6_NOBODY)
		return;
	model6_ask(w, ia, &asker);
	a = &w->model.item[i];
	claim = alloc6_judge(w->alloc, &asker, kind, ia % MODEL6_IAS,
			     &choice.addr, choice.prefix_len);
	/* What was offered to another is not for the taking. */
	if (claim == ALLOC6_CLAIM_TAKEN) {
		assert_true(model6_is_candidate(a, WAY_OFFERED, ia));
		return;
	}
	assert_true(claim == ALLOC6_CLAIM_HELD ||
		    claim == ALLOC6_CLAIM_OFFERED ||
		    claim == ALLOC6_CLAIM_FREE);
	binding.addr = choice.addr;
	binding.prefix_len = choice.prefix_len;
	assert_int_equal(alloc6_bind(txn, &asker, &binding), 0);
	drop_offers(w, kind, ia);
	a->state = MODEL_ACTIVE;
	a->ia = ia;
	a->updated_s = w->now_s;
	a->ends_s = w->now_s + LEASE_S;
}

static void end(struct model6_world *w, struct alloc6_txn *txn, uint32_t ia,
		uint32_t i, bool decline)
{
	struct model6_item *a = &w->model.item[i];
	bool holds = a->state == MODEL_ACTIVE && a->ia == ia;
	struct alloc6_moment now = model6_moment(w);
	struct in6_addr addr = model6_address(i);
	struct alloc6_asker asker;
	int err;

	model6_ask(w, ia, &asker);
	decline &= i < MODEL6_ADDRS;
	if (decline)
		err = alloc6_decline(txn, &asker, ia % MODEL6_IAS, &addr, &now,
				     LEASE_S / 2);
	else
		err = alloc6_release(txn, &asker, model6_kind(i),
				     ia % MODEL6_IAS, &addr, model6_length(i),
				     &now);
	assert_int_equal(err, holds ? 0 : -ENOENT);
	if (err)
		return;
	a->state = decline ? MODEL_DECLINED : MODEL_ENDED;
	a->updated_s = w->now_s;
	a->ends_s = w->now_s + (decline ? LEASE_S / 2 : 0);
}

static uint32_t random_ia(struct model6_world *w)
{
	return rng_below(&w->rng, MODEL6_CLIENTS * MODEL6_IAS);
}

static void change(struct model6_world *w, struct alloc6_txn *txn)
{
	uint32_t what = rng_below(&w->rng, 20);
	uint32_t i = rng_below(&w->rng, MODEL6_ITEMS);

	if (what < 12) {
		request(w, txn, model6_kind(i), random_ia(w));
		return;
	}
	/* Mostly by who holds something. */
	end(w, txn,
	    w->model.item[i].state == MODEL_FRESH ? random_ia(w)
						  : w->model.item[i].ia,
	    i, what == 19);
}

static void pass(struct model6_world *w, int64_t seconds)
{
	uint32_t i;

	w->now_s += seconds;
	while (alloc6_expire(w->alloc, model6_mono(w), 8) == 8)
		;
	for (i = 0; i < MODEL6_ITEMS; i++) {
		struct model6_item *a = &w->model.item[i];

		if ((a->state == MODEL_ACTIVE || a->state == MODEL_DECLINED) &&
		    a->ends_s <= w->now_s)
			a->state = MODEL_ENDED;
		if (a->offered_to != MODEL6_NOBODY &&
		    a->offer_until_s <= w->now_s)
			a->offered_to = MODEL6_NOBODY;
	}
}

/* ---- all that can be seen of a state, as octets ---- */

static void dump_lease(struct strbuf *d, const struct lease *l)
{
	strbuf_printf(d, "%u: %u v%u %lld %lld %lld duid %u,%u ia %u\n",
		      model6_item(&l->addr6), l->state, l->version,
		      (long long)l->starts.s, (long long)l->expires.s,
		      (long long)l->updated.s, l->client_id[1], l->client_id[2],
		      l->iaid);
}

static int dump_held(void *arg, const struct lease *lease)
{
	dump_lease(arg, lease);
	return 0;
}

static void dump_ia(struct model6_world *w, enum lease_kind kind, uint32_t ia,
		    struct strbuf *d)
{
	struct alloc6_choice choice;
	struct alloc6_asker asker;
	uint32_t i = model6_choose(w, kind, ia, &choice);

	if (i != MODEL6_NOBODY)
		strbuf_printf(d, "IA %u: %u by %u\n", ia, i, choice.by);
	model6_ask(w, ia, &asker);
	alloc6_each_of_ia(w->alloc, &asker, kind, ia % MODEL6_IAS, dump_held,
			  d);
}

static void dump_state(struct model6_world *w, struct strbuf *d)
{
	struct alloc6_network_stats stats;
	struct alloc6_stats all;
	struct lease l;
	uint32_t i;

	strbuf_reset(d);
	alloc6_get_stats(w->alloc, &all);
	alloc6_get_network_stats(w->alloc, 0, &stats);
	strbuf_printf(
		d, "%u %u %u %u %u; %u %u %u\n", (unsigned int)all.records,
		(unsigned int)all.addresses_active,
		(unsigned int)all.prefixes_active, (unsigned int)all.declined,
		(unsigned int)all.offers, (unsigned int)stats.addresses_active,
		(unsigned int)stats.prefixes_active,
		(unsigned int)stats.declined);
	for (i = 0; i < MODEL6_ITEMS; i++) {
		struct in6_addr addr = model6_address(i);

		if (!alloc6_get_lease(w->alloc, model6_kind(i), &addr,
				      model6_length(i), &l))
			dump_lease(d, &l);
	}
	for (i = 0; i < MODEL6_CLIENTS * MODEL6_IAS; i++) {
		dump_ia(w, LEASE_NA6, i, d);
		dump_ia(w, LEASE_PD6, i, d);
	}
}

/* What a snapshot would hold, each lease once. */
static void dump_committed(struct model6_world *w, struct strbuf *d)
{
	struct lease records[7];
	uint32_t cursor = 0;
	size_t count, i;

	strbuf_reset(d);
	while (cursor != ALLOC6_CURSOR_END) {
		count = alloc6_visit(w->alloc, &cursor, records, 7);
		for (i = 0; i < count; i++)
			dump_lease(d, &records[i]);
	}
}

static void assert_same(const struct model6_world *w,
			const struct strbuf *before, const struct strbuf *after)
{
	if (strcmp(strbuf_text(after), strbuf_text(before)) != 0)
		fail_msg("seed %u: not as it was:\n%s---\n%s", w->seed,
			 strbuf_text(before), strbuf_text(after));
}

/* With nothing in flight, indices hold what there is and no more. */
static void check_no_leftovers(const struct model6_world *w)
{
	const struct alloc6 *a = w->alloc;
	uint32_t former = 0, refs = 0, i;

	assert_int_equal(hmap_count(a->db.by_key), a->db.entries.count);
	assert_int_equal(hmap_count(a->db.by_client), a->db.entries.count);
	assert_int_equal(hmap_count(a->db.by_ia), a->db.entries.count);
	assert_int_equal(hmap_count(a->offers.by_client), a->offers.list.count);
	assert_int_equal(hmap_count(a->offers.by_key), a->offers.list.count);
	for (i = 0; i < a->db.entries.used; i++) {
		const struct lease6 *e = db6_entry(&a->db, i);

		if (e->state == LEASE6_UNUSED)
			continue;
		assert_int_equal(e->pending, 0);
		former +=
			e->state != LEASE_ACTIVE && e->state != LEASE_DECLINED;
	}
	assert_int_equal(heap_count(a->db.formers), former);
	for (i = 1; i < a->db.duids.used; i++)
		refs += a->db.duids.string[i].refs;
	assert_int_equal(refs, a->db.entries.count);
	assert_null(a->oldest);
	assert_null(a->newest);
}

static void run_batches(struct model6_world *w, struct strbuf *before)
{
	static struct strbuf after, committed;
	struct model6 saved[BATCHES];
	struct alloc6_txn *txn[BATCHES];
	uint32_t count = 1 + rng_below(&w->rng, BATCHES);
	uint32_t good = rng_below(&w->rng, count + 1);
	uint32_t i, n;

	dump_committed(w, &committed);
	for (i = 0; i < count; i++) {
		saved[i] = w->model;
		if (i == good)
			dump_state(w, before);
		assert_int_equal(alloc6_txn_begin(w->alloc, &txn[i]), 0);
		for (n = rng_below(&w->rng, 12); n > 0; n--)
			change(w, txn[i]);
	}
	dump_committed(w, &after);
	assert_same(w, &committed, &after);
	for (i = 0; i < good; i++)
		alloc6_txn_commit(txn[i]);
	if (good == count)
		return;
	alloc6_txn_abort(txn[good]);
	w->model = saved[good];
	for (i = good + 1; i < count; i++) {
		assert_true(alloc6_txn_is_undone(txn[i]));
		alloc6_txn_abort(txn[i]);
	}
	dump_state(w, &after);
	assert_same(w, before, &after);
}

static void live(unsigned int seed)
{
	static struct strbuf before;
	struct model6_world w;
	uint32_t round, n;

	model6_open(&w, seed);
	for (round = 0; round < ROUNDS; round++) {
		for (n = rng_below(&w.rng, 6); n > 0; n--)
			solicit(&w,
				model6_kind(rng_below(&w.rng, MODEL6_ITEMS)),
				random_ia(&w));
		run_batches(&w, &before);
		check_no_leftovers(&w);
		pass(&w, rng_below(&w.rng, round % 500 < 250 ? 15 : 90));
		if (rng_below(&w.rng, 100) == 0)
			model6_reload(&w);
	}
	alloc6_free(w.alloc);
	conf_free(w.conf);
}

static void agrees_with_a_naive_model(void **state)
{
	unsigned int seed;

	(void)state;
	for (seed = 1; seed <= SEED_LAST; seed++)
		live(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_naive_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
