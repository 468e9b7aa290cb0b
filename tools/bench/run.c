/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - the loop of the generator.
 *
 * All messages have the same time-out, so those who wait are a list in the
 * order of sending, and its head is the next to expire.
 */
#include "run.h"

#include <errno.h>
#include <string.h>

#include "dhcp4o6/base/clock.h"

#define WAIT_MAX_NS (100 * NS_PER_MS)

struct run {
	struct population *pop;
	struct link *link;
	const struct run_config *config;
	struct run_stats *stats;
	uint32_t cursor; /* next client to start */
	uint64_t due;    /* transactions of the schedule begun or postponed */
	uint32_t active; /* transactions under way */
	uint32_t oldest; /* list of clients that wait for an answer */
	uint32_t youngest;
	int64_t begun_ns;
	bool is_over; /* no more transactions are started */
};

/* ---- the list of those who wait ---- */

static void append(struct run *run, uint32_t index)
{
	struct bench_client *client = &run->pop->clients[index];

	client->next = CLIENT_NONE;
	client->prev = run->youngest;
	if (run->youngest != CLIENT_NONE)
		run->pop->clients[run->youngest].next = index;
	else
		run->oldest = index;
	run->youngest = index;
}

static void take_out(struct run *run, uint32_t index)
{
	struct bench_client *clients = run->pop->clients;
	struct bench_client *client = &clients[index];

	if (client->prev != CLIENT_NONE)
		clients[client->prev].next = client->next;
	else if (run->oldest == index)
		run->oldest = client->next;
	else
		return; /* not there: its message is still queued */
	if (client->next != CLIENT_NONE)
		clients[client->next].prev = client->prev;
	else
		run->youngest = client->prev;
	client->next = CLIENT_NONE;
	client->prev = CLIENT_NONE;
}

/* ---- sending ---- */

static int queue(struct run *run, uint32_t index)
{
	size_t len = client_encode(run->pop, index, link_place(run->link),
				   CLIENT_MSG_MAX);

	if (len == 0)
		return -EMSGSIZE;
	link_queue(run->link, len, index);
	return 0;
}

static void note_sent(struct run *run, uint32_t index, int64_t now_ns)
{
	struct bench_client *client = &run->pop->clients[index];

	run->stats->sent++;
	if (client->state == CLIENT_IDLE || client->state == CLIENT_BOUND)
		return; /* answered while this repetition was queued */
	take_out(run, index);
	client->sent_ns = now_ns;
	if (client->tries++ == 0) {
		if (!client->started_ns)
			client->started_ns = now_ns;
		/* A scheduled transaction counts from when it was due. */
		client->phase_ns = client->state == CLIENT_REQUESTED
					   ? now_ns
					   : client->started_ns;
	}
	append(run, index);
}

static int flush(struct run *run)
{
	int64_t now_ns = mono_now().ns;
	uint32_t tags[LINK_TX_BATCH];
	int n = link_flush(run->link, tags);
	int i;

	for (i = 0; i < n; i++)
		note_sent(run, tags[i], now_ns);
	return n < 0 ? n : 0;
}

/* ---- starting ---- */

/* The next client that is free; CLIENT_NONE when there is none. */
static uint32_t pick_client(struct run *run)
{
	uint32_t count = run->pop->plan.client_count;
	uint32_t looked;

	for (looked = 0; looked < count; looked++) {
		uint32_t index = run->cursor;
		uint8_t state = run->pop->clients[index].state;

		if (index == 0 && run->stats->started &&
		    !run->config->duration_ns) {
			run->is_over = true; /* everybody had a turn */
			break;
		}
		run->cursor = index + 1 == count ? 0 : index + 1;
		if ((state == CLIENT_IDLE || state == CLIENT_BOUND) &&
		    client_begin(run->pop, index, run->config->renew))
			return index;
		if (run->cursor == 0 && !run->config->duration_ns) {
			run->is_over = true;
			break;
		}
	}
	return CLIENT_NONE;
}

/* When the next transaction is due by the schedule. */
static int64_t due_ns(const struct run *run)
{
	return run->begun_ns + (int64_t)((double)run->due * (double)NS_PER_S /
					 run->config->rate);
}

static bool may_start(struct run *run, int64_t now_ns)
{
	const struct run_config *config = run->config;
	int64_t start_ns = config->rate > 0 ? due_ns(run) : now_ns;

	if (config->duration_ns &&
	    start_ns - run->begun_ns >= config->duration_ns)
		run->is_over = true;
	return !run->is_over && start_ns <= now_ns &&
	       link_room(run->link) > LINK_RX_BATCH;
}

static int start(struct run *run, int64_t now_ns)
{
	const struct run_config *config = run->config;

	while (may_start(run, now_ns)) {
		uint32_t index = CLIENT_NONE;
		int err;

		if (run->active < config->window)
			index = pick_client(run);
		if (index == CLIENT_NONE && config->rate <= 0)
			return 0;
		if (index == CLIENT_NONE) {
			run->stats->postponed += !run->is_over;
			run->due++;
			continue;
		}
		if (config->rate > 0)
			run->pop->clients[index].started_ns = due_ns(run);
		run->due++;
		run->active++;
		run->stats->started++;
		err = queue(run, index);
		if (err)
			return err;
	}
	return 0;
}

/* ---- answers ---- */

static void finish(struct run *run, bool completed, int64_t now_ns)
{
	run->active--;
	run->stats->duration_ns = now_ns - run->begun_ns;
	if (completed)
		run->stats->completed++;
	else
		run->stats->failed++;
}

static int handle_answer(struct run *run, struct wire_reader in, int64_t now_ns)
{
	struct run_stats *stats = run->stats;
	struct bench_client *client;
	enum verdict verdict;
	uint32_t index;
	bool no_echo;

	verdict = client_accept(run->pop, in, &index, &no_echo);
	stats->received++;
	stats->verdict[verdict]++;
	if (verdict == VERDICT_OFFER || verdict == VERDICT_ACK)
		stats->verdict[VERDICT_NO_ECHO] += no_echo;
	if (verdict != VERDICT_OFFER && verdict != VERDICT_ACK &&
	    verdict != VERDICT_NAK && verdict != VERDICT_DUPLICATE)
		return 0;
	client = &run->pop->clients[index];
	take_out(run, index);
	if (verdict == VERDICT_OFFER) {
		histogram_add(&stats->latency[PHASE_OFFER],
			      now_ns - client->phase_ns);
		client->tries = 0;
		return queue(run, index);
	}
	if (verdict == VERDICT_ACK) {
		histogram_add(&stats->latency[PHASE_ACK],
			      now_ns - client->phase_ns);
		if (!run->config->renew)
			histogram_add(&stats->latency[PHASE_TRANSACTION],
				      now_ns - client->started_ns);
	}
	finish(run, verdict == VERDICT_ACK, now_ns);
	return 0;
}

/* Receives as much as could be answered at once. How many, or an errno. */
static int receive(struct run *run)
{
	int64_t now_ns;
	int n;
	int i;

	if (link_room(run->link) < LINK_RX_BATCH)
		return 0;
	n = link_receive(run->link);
	now_ns = mono_now().ns;
	for (i = 0; i < n; i++) {
		int err = handle_answer(
			run, link_datagram(run->link, (size_t)i), now_ns);

		if (err)
			return err;
	}
	return n;
}

/* Sends again, or gives up on, those who waited too long. */
static int expire(struct run *run, int64_t now_ns)
{
	while (run->oldest != CLIENT_NONE && link_room(run->link) > 0) {
		uint32_t index = run->oldest;
		struct bench_client *client = &run->pop->clients[index];
		int err;

		if (now_ns - client->sent_ns < run->config->timeout_ns)
			break;
		take_out(run, index);
		run->stats->lost++;
		if (client->tries < run->config->tries) {
			err = queue(run, index);
			if (err)
				return err;
			continue;
		}
		client_give_up(run->pop, index);
		finish(run, false, now_ns);
	}
	return 0;
}

static int wait_for_more(struct run *run, int64_t now_ns)
{
	int64_t until_ns = now_ns + WAIT_MAX_NS;
	int64_t at_ns;

	if (run->oldest != CLIENT_NONE) {
		at_ns = run->pop->clients[run->oldest].sent_ns +
			run->config->timeout_ns;
		if (at_ns < until_ns)
			until_ns = at_ns;
	}
	if (!run->is_over && run->config->rate > 0 && due_ns(run) < until_ns)
		until_ns = due_ns(run);
	return until_ns > now_ns ? link_wait(run->link, until_ns - now_ns) : 0;
}

static bool is_stopped(const struct run_config *config)
{
	return config->stop && *config->stop;
}

int run_bench(struct population *pop, struct link *link,
	      const struct run_config *config, struct run_stats *stats)
{
	struct run run = { .pop = pop,
			   .link = link,
			   .config = config,
			   .stats = stats,
			   .oldest = CLIENT_NONE,
			   .youngest = CLIENT_NONE,
			   .begun_ns = mono_now().ns };
	int err = 0;

	memset(stats, 0, sizeof(*stats));
	while (!err && !(run.is_over && run.active == 0) &&
	       !is_stopped(config)) {
		int64_t now_ns = mono_now().ns;
		int n;

		err = expire(&run, now_ns);
		if (!err)
			err = start(&run, now_ns);
		if (!err)
			err = flush(&run);
		if (err)
			break;
		n = receive(&run);
		if (n < 0)
			err = n;
		else if (n == 0)
			err = wait_for_more(&run, mono_now().ns);
	}
	return err ? err : pop->error;
}
