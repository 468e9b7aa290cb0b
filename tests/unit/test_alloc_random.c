/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random clients against a naive model that keeps every address in an array
 * and searches it from end to end: what is chosen must be what the model says
 * (binding, offer, former address, a fresh one, the longest unused, the oldest
 * offer, in this order), and aborting transactions must restore every record,
 * offer and choice.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "../../lib/alloc/alloc_private.h"
#include "dhcp4o6/alloc/binding.h"
#include "dhcp4o6/base/strbuf.h"
#include "rng.h"

#define ADDRS     40U
#define CLIENTS   60U
#define ROUNDS    3000U
#define BATCHES   3U
#define FIRST     0x0a0a0a64U /* 10.10.10.100 */
#define LEASE_S   600U
#define HOLD_S    90U
#define NOBODY    UINT32_MAX
#define SEED_LAST 12U

static const char conf_text[] =
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
	"  range 10.10.10.100 10.10.10.139; } }\n";

enum model_state {
	MODEL_FRESH,
	MODEL_ACTIVE,
	MODEL_ENDED,
	MODEL_DECLINED,
};

struct model_addr {
	enum model_state state;
	uint32_t client;
	int64_t ends_s;
	int64_t updated_s;
	uint32_t offered_to;
	int64_t offer_until_s;
	uint64_t offer_order;
};

struct model {
	struct model_addr addr[ADDRS];
};

struct world {
	unsigned int seed;
	struct rng rng;
	struct conf *conf;
	struct alloc *alloc;
	const struct alloc_network *net;
	struct alloc_client client[CLIENTS];
	uint8_t id[CLIENTS][2];
	int64_t now_s;
	uint64_t offers;
	struct model model;
};

static struct mono_time mono(const struct world *w)
{
	return (struct mono_time){ w->now_s * NS_PER_S };
}

static struct alloc_moment moment(const struct world *w)
{
	return (struct alloc_moment){ mono(w), { 1700000000 + w->now_s } };
}

static void ask(const struct world *w, uint32_t c, struct alloc_asker *asker)
{
	alloc_ask(w->alloc, w->net, &w->client[c], mono(w), asker);
}

static struct in_addr address(uint32_t i)
{
	return (struct in_addr){ htonl(FIRST + i) };
}

/* ---- what the model says ---- */

static bool is_free(const struct model_addr *a)
{
	return a->state == MODEL_FRESH || a->state == MODEL_ENDED;
}

static bool is_candidate(const struct model_addr *a, enum alloc_choice_by by,
			 uint32_t c)
{
	switch (by) {
	case ALLOC_BY_BINDING:
		return a->state == MODEL_ACTIVE && a->client == c;
	case ALLOC_BY_OFFER:
		return is_free(a) && a->offered_to == c;
	case ALLOC_BY_FORMER:
		return a->state == MODEL_ENDED && a->client == c &&
		       (a->offered_to == NOBODY || a->offered_to == c);
	case ALLOC_BY_FRESH:
		return a->state == MODEL_FRESH && a->offered_to == NOBODY;
	case ALLOC_BY_OLDEST:
		return is_free(a);
	default:
		return false;
	}
}

/* Out of use before out of offer; then by age. */
static bool goes_before(const struct model_addr *a, const struct model_addr *b)
{
	bool a_offered = a->offered_to != NOBODY;
	bool b_offered = b->offered_to != NOBODY;

	if (a_offered != b_offered)
		return b_offered;
	return a_offered ? a->offer_order < b->offer_order
			 : a->ends_s < b->ends_s;
}

static bool is_right(const struct world *w, uint32_t c, enum alloc_choice_by by,
		     uint32_t chosen)
{
	const struct model_addr *a = &w->model.addr[chosen];
	uint32_t i;

	if (!is_candidate(a, by, c))
		return false;
	for (i = 0; i < ADDRS; i++) {
		const struct model_addr *b = &w->model.addr[i];

		if (by == ALLOC_BY_OLDEST && is_free(b) && goes_before(b, a))
			return false;
		/* Of several former ones, the last. */
		if (by == ALLOC_BY_FORMER && is_candidate(b, by, c) &&
		    b->updated_s > a->updated_s)
			return false;
	}
	return true;
}

static bool has_any(const struct world *w, uint32_t c, enum alloc_choice_by by)
{
	uint32_t i;

	for (i = 0; i < ADDRS; i++) {
		if (is_candidate(&w->model.addr[i], by, c))
			return true;
	}
	return false;
}

/* The first way that leads anywhere; ALLOC_BY_COUNT: none. */
static enum alloc_choice_by way_of(const struct world *w, uint32_t c)
{
	static const enum alloc_choice_by ways[] = {
		ALLOC_BY_BINDING, ALLOC_BY_OFFER,  ALLOC_BY_FORMER,
		ALLOC_BY_FRESH,   ALLOC_BY_OLDEST,
	};
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (has_any(w, c, ways[i]))
			return ways[i];
	}
	return ALLOC_BY_COUNT;
}

/* Chooses, and compares; false when the pool is exhausted for both. */
static bool choose(struct world *w, uint32_t c, struct alloc_choice *choice)
{
	enum alloc_choice_by want = way_of(w, c);
	struct in_addr none = { 0 };
	struct alloc_asker asker;
	enum drop_reason drop;
	uint32_t i;

	ask(w, c, &asker);
	drop = alloc_choose(w->alloc, &asker, none, choice);
	if (want == ALLOC_BY_COUNT) {
		if (drop != DROP_POOL_EXHAUSTED)
			fail_msg("seed %u: found what is not there", w->seed);
		return false;
	}
	if (drop != DROP_NONE)
		fail_msg("seed %u: did not find what is there", w->seed);
	i = ntohl(choice->addr.s_addr) - FIRST;
	if (i >= ADDRS || choice->by != want || !is_right(w, c, want, i))
		fail_msg("seed %u: client %u: address %u by %u, not by %u",
			 w->seed, c, i, choice->by, want);
	return true;
}

/* ---- what happens ---- */

static void discover(struct world *w, uint32_t c)
{
	struct alloc_asker asker;
	struct alloc_choice choice;
	struct model_addr *a;
	uint32_t i;

	if (!choose(w, c, &choice))
		return;
	ask(w, c, &asker);
	assert_int_equal(alloc_offer(w->alloc, &asker, &choice,
				     mono_add_s(mono(w), HOLD_S)),
			 0);
	if (choice.by == ALLOC_BY_BINDING)
		return;
	for (i = 0; i < ADDRS; i++) {
		if (w->model.addr[i].offered_to == c)
			w->model.addr[i].offered_to = NOBODY;
	}
	a = &w->model.addr[ntohl(choice.addr.s_addr) - FIRST];
	a->offered_to = c;
	a->offer_until_s = w->now_s + HOLD_S;
	a->offer_order = w->offers++;
}

static void acquire(struct world *w, struct alloc_txn *txn, uint32_t c)
{
	struct alloc_binding binding = { .lease_s = LEASE_S, .now = moment(w) };
	struct alloc_asker asker;
	struct alloc_choice choice;
	enum alloc_claim claim;
	struct model_addr *a;
	bool has_record;
	uint32_t i;

	if (!choose(w, c, &choice))
		return;
	ask(w, c, &asker);
	claim = alloc_judge(w->alloc, &asker, choice.addr, &has_record);
	/* What was offered to another is not for the taking. */
	if (claim == ALLOC_CLAIM_TAKEN) {
		assert_int_equal(choice.by, ALLOC_BY_OLDEST);
		return;
	}
	assert_true(claim == ALLOC_CLAIM_HELD || claim == ALLOC_CLAIM_OFFERED ||
		    claim == ALLOC_CLAIM_FREE);
	binding.addr = choice.addr;
	assert_int_equal(alloc_bind(txn, &asker, &binding), 0);
	for (i = 0; i < ADDRS; i++) {
		if (w->model.addr[i].offered_to == c)
			w->model.addr[i].offered_to = NOBODY;
	}
	a = &w->model.addr[ntohl(choice.addr.s_addr) - FIRST];
	a->state = MODEL_ACTIVE;
	a->client = c;
	a->updated_s = w->now_s;
	a->ends_s = w->now_s + LEASE_S;
}

static void end(struct world *w, struct alloc_txn *txn, uint32_t c,
		bool decline)
{
	struct alloc_moment now = moment(w);
	uint32_t i = rng_below(&w->rng, ADDRS);
	struct model_addr *a = &w->model.addr[i];
	bool holds = a->state == MODEL_ACTIVE && a->client == c;
	int err;

	if (decline)
		err = alloc_decline(txn, &w->client[c], address(i), &now,
				    LEASE_S / 2);
	else
		err = alloc_release(txn, &w->client[c], address(i), &now);
	assert_int_equal(err, holds ? 0 : -ENOENT);
	if (err)
		return;
	a->state = decline ? MODEL_DECLINED : MODEL_ENDED;
	a->updated_s = w->now_s;
	a->ends_s = w->now_s + (decline ? LEASE_S / 2 : 0);
}

static void change(struct world *w, struct alloc_txn *txn)
{
	uint32_t kind = rng_below(&w->rng, 20);
	uint32_t i;

	if (kind < 12) {
		acquire(w, txn, rng_below(&w->rng, CLIENTS));
		return;
	}
	/* Mostly by who holds something. */
	i = rng_below(&w->rng, ADDRS);
	end(w, txn,
	    w->model.addr[i].state == MODEL_FRESH ? rng_below(&w->rng, CLIENTS)
						  : w->model.addr[i].client,
	    kind == 19);
}

static void pass(struct world *w, int64_t seconds)
{
	uint32_t i;

	w->now_s += seconds;
	while (alloc_expire(w->alloc, mono(w), 8) == 8)
		;
	for (i = 0; i < ADDRS; i++) {
		struct model_addr *a = &w->model.addr[i];

		if ((a->state == MODEL_ACTIVE || a->state == MODEL_DECLINED) &&
		    a->ends_s <= w->now_s)
			a->state = MODEL_ENDED;
		if (a->offered_to != NOBODY && a->offer_until_s <= w->now_s)
			a->offered_to = NOBODY;
	}
}

/* ---- all that can be seen of a state, as octets ---- */

static void dump_state(struct world *w, struct strbuf *d)
{
	struct alloc_pool_stats stats;
	struct alloc_stats all;
	struct alloc_choice choice;
	struct lease l;
	uint32_t i;

	strbuf_reset(d);
	alloc_get_stats(w->alloc, &all);
	alloc_get_network_stats(w->alloc, 0, &stats);
	strbuf_printf(d, "%u %u %u %u; %u %u %u %u\n",
		      (unsigned int)all.records, (unsigned int)all.active,
		      (unsigned int)all.declined, (unsigned int)all.offers,
		      (unsigned int)stats.active, (unsigned int)stats.declined,
		      (unsigned int)stats.offered, (unsigned int)stats.free);
	for (i = 0; i < ADDRS; i++) {
		if (alloc_get_lease(w->alloc, address(i), 0, 0, &l))
			continue;
		strbuf_printf(
			d, "%u: %u v%u %lld %lld %lld id %u,%u name %.*s\n", i,
			l.state, l.version, (long long)l.starts.s,
			(long long)l.expires.s, (long long)l.updated.s,
			l.client_id[0], l.client_id[1], (int)l.host_name_len,
			l.host_name ? (const char *)l.host_name : "");
	}
	for (i = 0; i < CLIENTS; i++) {
		if (choose(w, i, &choice))
			strbuf_printf(d, "client %u: %x by %u\n", i,
				      ntohl(choice.addr.s_addr), choice.by);
	}
}

/* With nothing in flight, indices hold what there is and no more. */
static void check_no_leftovers(const struct world *w)
{
	const struct alloc *a = w->alloc;
	uint32_t i;

	if (hmap_count(a->db.by_client) != a->db.entries.count)
		fail_msg("seed %u: index by client: %u of %u", w->seed,
			 hmap_count(a->db.by_client), a->db.entries.count);
	assert_int_equal(hmap_count(a->offers.by_client), a->offers.list.count);
	assert_int_equal(hmap_count(a->offers.by_slot), a->offers.list.count);
	for (i = 0; i < a->db.entries.used; i++) {
		const struct lease_entry *e = lease_db_entry(&a->db, i);

		assert_true(e->state == LEASE_STATE_UNUSED || !e->pending);
	}
	assert_null(a->oldest);
	assert_null(a->newest);
}

static void run_batches(struct world *w, struct strbuf *before)
{
	struct model saved[BATCHES];
	struct alloc_txn *txn[BATCHES];
	uint32_t count = 1 + rng_below(&w->rng, BATCHES);
	uint32_t good = rng_below(&w->rng, count + 1);
	static struct strbuf after;
	uint32_t i, n;

	for (i = 0; i < count; i++) {
		saved[i] = w->model;
		if (i == good)
			dump_state(w, before);
		assert_int_equal(alloc_txn_begin(w->alloc, &txn[i]), 0);
		for (n = rng_below(&w->rng, 12); n > 0; n--)
			change(w, txn[i]);
	}
	for (i = 0; i < good; i++)
		alloc_txn_commit(txn[i]);
	if (good == count)
		return;
	alloc_txn_abort(txn[good]);
	w->model = saved[good];
	for (i = good + 1; i < count; i++) {
		assert_true(alloc_txn_is_undone(txn[i]));
		alloc_txn_abort(txn[i]);
	}
	dump_state(w, &after);
	if (strcmp(strbuf_text(&after), strbuf_text(before)) != 0)
		fail_msg("seed %u: undone, but not as it was:\n%s---\n%s",
			 w->seed, strbuf_text(before), strbuf_text(&after));
}

static void open_world(struct world *w, unsigned int seed)
{
	static const struct siphash_key key = { { 3, 4 } };
	uint32_t i;

	*w = (struct world){ .seed = seed, .rng = { seed } };
	w->now_s = 1000;
	assert_int_equal(conf_parse(&w->conf, conf_text, strlen(conf_text),
				    "test", CONF_DHCP4, true, NULL, NULL),
			 0);
	assert_int_equal(alloc_new(&w->alloc, &key, mono(w), moment(w).wall),
			 0);
	assert_int_equal(alloc_apply_conf(w->alloc, w->conf), 0);
	assert_non_null(alloc_find_subnet(w->alloc, address(0), &w->net));
	for (i = 0; i < CLIENTS; i++) {
		w->id[i][0] = (uint8_t)(i / 7);
		w->id[i][1] = (uint8_t)(i % 7);
		w->client[i].id = w->id[i];
		w->client[i].id_len = 2;
		alloc_seal_client(w->alloc, &w->client[i]);
	}
	for (i = 0; i < ADDRS; i++)
		w->model.addr[i].offered_to = NOBODY;
}

static void live(unsigned int seed)
{
	static struct strbuf before;
	struct world w;
	uint32_t round, n;

	open_world(&w, seed);
	for (round = 0; round < ROUNDS; round++) {
		for (n = rng_below(&w.rng, 6); n > 0; n--)
			discover(&w, rng_below(&w.rng, CLIENTS));
		run_batches(&w, &before);
		check_no_leftovers(&w);
		pass(&w, rng_below(&w.rng, round % 500 < 250 ? 15 : 90));
	}
	alloc_free(w.alloc);
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
