/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generator's loop against a link that is this file: a server that answers
 * right, except for what a test tells it to lose, repeat or get wrong.
 */
#include "../../tools/bench/run.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../tools/bench/report.h"
#include "bench_server.h"
#include "dhcp4o6/base/clock.h"

#define QUEUE_MAX  1024
#define FIRST_ADDR 0x0a000001U

struct answer {
	size_t len;
	uint8_t data[BENCH_REPLY_MAX];
};

static struct population pop;
static struct run_stats stats;

/* What the link does, and what it saw. */
static struct {
	uint64_t lose_each;  /* each n-th query gets no answer; 0: none */
	bool repeat;         /* every answer comes twice */
	bool same_address;   /* for everybody */
	bool nak;            /* instead of an ACK */
	size_t send_at_most; /* datagrams the "kernel" takes at a time */
	uint64_t queries;
	uint32_t most_waiting; /* clients that waited at once */
	int send_error;
	uint8_t place[LINK_TX_BATCH][CLIENT_MSG_MAX];
	size_t len[LINK_TX_BATCH];
	uint32_t tag[LINK_TX_BATCH];
	size_t queued;
	struct answer answers[QUEUE_MAX];
	size_t answer_count;
	size_t given; /* by the last link_receive() */
} fake;

static void serve(const uint8_t *data, size_t len)
{
	static struct bench_query query;
	struct bench_reply reply = { .addr = FIRST_ADDR };
	unsigned int i;

	assert_int_equal(bench_query_decode(&query, data, len), DROP_NONE);
	fake.queries++;
	if (fake.lose_each && fake.queries % fake.lose_each == 0)
		return;
	reply.type =
		query.dhcp4.type == DHCP4_DISCOVER ? DHCP4_OFFER : DHCP4_ACK;
	if (fake.nak && reply.type == DHCP4_ACK)
		reply.type = DHCP4_NAK;
	if (!fake.same_address)
		reply.addr += (uint32_t)query.dhcp4.chaddr[4] << 8 |
			      query.dhcp4.chaddr[5];
	for (i = 0; i < 1U + fake.repeat; i++) {
		struct answer *answer = &fake.answers[fake.answer_count++];

		assert_true(fake.answer_count <= QUEUE_MAX);
		answer->len = bench_reply_encode(&query, &reply, answer->data);
	}
}

size_t link_room(const struct link *link)
{
	(void)link;
	return LINK_TX_BATCH - fake.queued;
}

uint8_t *link_place(struct link *link)
{
	(void)link;
	assert_true(fake.queued < LINK_TX_BATCH);
	return fake.place[fake.queued];
}

void link_queue(struct link *link, size_t len, uint32_t tag)
{
	(void)link;
	fake.len[fake.queued] = len;
	fake.tag[fake.queued] = tag;
	fake.queued++;
}

static void watch_window(void)
{
	uint32_t waiting = 0;
	uint32_t i;

	for (i = 0; i < pop.plan.client_count; i++)
		waiting += pop.clients[i].state != CLIENT_IDLE &&
			   pop.clients[i].state != CLIENT_BOUND;
	if (waiting > fake.most_waiting)
		fake.most_waiting = waiting;
}

int link_flush(struct link *link, uint32_t *tags)
{
	size_t count = fake.queued;
	size_t i;

	(void)link;
	watch_window();
	if (fake.send_error)
		return fake.send_error;
	if (count > fake.send_at_most)
		count = fake.send_at_most;
	for (i = 0; i < count; i++) {
		tags[i] = fake.tag[i];
		serve(fake.place[i], fake.len[i]);
	}
	fake.queued -= count;
	memmove(fake.tag, fake.tag + count, fake.queued * sizeof(fake.tag[0]));
	memmove(fake.len, fake.len + count, fake.queued * sizeof(fake.len[0]));
	memmove(fake.place, fake.place + count,
		fake.queued * sizeof(fake.place[0]));
	return (int)count;
}

int link_receive(struct link *link)
{
	size_t left = fake.answer_count - fake.given;

	(void)link;
	memmove(fake.answers, fake.answers + fake.given,
		left * sizeof(fake.answers[0]));
	fake.answer_count = left;
	fake.given = left < LINK_RX_BATCH ? left : LINK_RX_BATCH;
	return (int)fake.given;
}

struct wire_reader link_datagram(const struct link *link, size_t i)
{
	(void)link;
	return wire_reader(fake.answers[i].data, fake.answers[i].len);
}

int link_wait(struct link *link, int64_t timeout_ns)
{
	const struct timespec timeout = { .tv_nsec = timeout_ns };

	(void)link;
	assert_true(timeout_ns > 0 && timeout_ns < NS_PER_S);
	nanosleep(&timeout, NULL);
	return 0;
}

static void run(uint32_t client_count, struct run_config config)
{
	if (!config.tries)
		config.tries = 3;
	if (!config.timeout_ns)
		config.timeout_ns = 20 * NS_PER_MS;
	if (!pop.clients) {
		const struct bench_plan plan = { .client_count = client_count,
						 .seed = 5,
						 .links = 1,
						 .link_prefix_len = 64 };

		assert_int_equal(population_init(&pop, &plan), 0);
	}
	assert_int_equal(run_bench(&pop, NULL, &config, &stats),
			 fake.send_error);
}

static int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.send_at_most = LINK_TX_BATCH;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	population_fini(&pop);
	memset(&pop, 0, sizeof(pop));
	return 0;
}

static void each_client_has_one_turn(void **state)
{
	(void)state;
	run(500, (struct run_config){ .window = 16 });
	assert_int_equal(stats.started, 500);
	assert_int_equal(stats.completed, 500);
	assert_int_equal(stats.sent, 1000);
	assert_int_equal(stats.lost, 0);
	assert_int_equal(stats.verdict[VERDICT_OFFER], 500);
	assert_int_equal(stats.verdict[VERDICT_ACK], 500);
	assert_int_equal(stats.latency[PHASE_OFFER].count, 500);
	assert_int_equal(stats.latency[PHASE_ACK].count, 500);
	assert_int_equal(stats.latency[PHASE_TRANSACTION].count, 500);
	assert_int_equal(fake.most_waiting, 16);
	assert_true(report_is_good(&stats, 0));

	run(500, (struct run_config){ .window = 16, .renew = true });
	assert_int_equal(stats.completed, 500);
	assert_int_equal(stats.sent, 500);
	assert_int_equal(stats.latency[PHASE_ACK].count, 500);
	assert_int_equal(stats.latency[PHASE_TRANSACTION].count, 0);
}

static void a_lost_message_is_counted_and_sent_again(void **state)
{
	(void)state;
	fake.lose_each = 7;
	run(100, (struct run_config){ .window = 32 });
	assert_int_equal(stats.completed + stats.failed, 100);
	assert_true(stats.lost > 0);
	/* Each is an answer, or was lost. */
	assert_int_equal(stats.sent, stats.received + stats.lost);
	assert_int_equal(stats.lost, fake.queries / 7);
	assert_false(report_is_good(&stats, 0));
	assert_true(report_is_good(&stats, 50));
}

static void a_dead_server_fails_everybody(void **state)
{
	(void)state;
	fake.lose_each = 1;
	run(50, (struct run_config){ .window = 32, .tries = 2 });
	assert_int_equal(stats.completed, 0);
	assert_int_equal(stats.failed, 50);
	assert_int_equal(stats.sent, 100);
	assert_int_equal(stats.lost, 100);
	assert_false(report_is_good(&stats, 100));
}

static void second_answers_do_no_harm(void **state)
{
	(void)state;
	fake.repeat = true;
	run(300, (struct run_config){ .window = 64 });
	assert_int_equal(stats.completed, 300);
	assert_int_equal(stats.failed, 0);
	assert_int_equal(stats.received, 1200);
	assert_int_equal(stats.verdict[VERDICT_EXTRA], 600);
	assert_true(report_is_good(&stats, 0));
}

static void duplicate_addresses_fail_the_run(void **state)
{
	(void)state;
	fake.same_address = true;
	run(20, (struct run_config){ .window = 4 });
	assert_int_equal(stats.completed, 1);
	assert_int_equal(stats.failed, 19);
	assert_int_equal(stats.verdict[VERDICT_DUPLICATE], 19);
	assert_false(report_is_good(&stats, 100));
}

static void refusals_fail_the_run(void **state)
{
	(void)state;
	run(20, (struct run_config){ .window = 4 });
	assert_true(report_is_good(&stats, 0));
	fake.nak = true;
	run(20, (struct run_config){ .window = 4 });
	assert_int_equal(stats.failed, 20);
	assert_int_equal(stats.lost, 0);
	stats.completed = 60; /* a quarter of all */
	stats.started = 80;
	assert_false(report_is_good(&stats, 24));
	assert_true(report_is_good(&stats, 25));
}

static void load_that_was_not_delivered_fails_the_run(void **state)
{
	(void)state;
	run(20, (struct run_config){ .window = 20 });
	assert_true(report_is_good(&stats, 0));
	stats.postponed = 20;
	assert_false(report_is_good(&stats, 49));
	assert_true(report_is_good(&stats, 50));
}

static void a_slow_kernel_is_waited_for(void **state)
{
	(void)state;
	fake.send_at_most = 3;
	fake.lose_each = 11;
	run(400, (struct run_config){ .window = 200 });
	assert_int_equal(stats.completed + stats.failed, 400);
	assert_int_equal(stats.sent, fake.queries);
}

static void an_open_loop_keeps_its_schedule(void **state)
{
	(void)state;
	run(50, (struct run_config){ .window = 50,
				     .rate = 2000,
				     .duration_ns = 200 * NS_PER_MS });
	/* 400 are due; those that found no client free are counted. */
	assert_int_equal(stats.started + stats.postponed, 400);
	assert_int_equal(stats.completed, stats.started);
}

static void a_stalled_server_shows_in_an_open_loops_latency(void **state)
{
	(void)state;
	fake.lose_each = 2;
	run(200, (struct run_config){ .window = 1,
				      .rate = 1000,
				      .duration_ns = 100 * NS_PER_MS });
	assert_true(stats.postponed > 50);
	assert_true(stats.latency[PHASE_OFFER].max_ns >= 20 * NS_PER_MS);
}

static void a_stop_ends_the_run(void **state)
{
	static volatile sig_atomic_t stop = 1;

	(void)state;
	run(50, (struct run_config){ .window = 8, .stop = &stop });
	assert_int_equal(stats.completed, 0);
}

static void an_error_of_the_network_ends_the_run(void **state)
{
	(void)state;
	fake.send_error = -ENETDOWN;
	run(50, (struct run_config){ .window = 8 });
}

static void the_json_form_has_all_answers(void **state)
{
	json_t *json;
	unsigned int i;

	(void)state;
	run(10, (struct run_config){ .window = 8 });
	json = report_json("dora", &stats);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "completed")),
			 10);
	for (i = 0; i < VERDICT_COUNT; i++)
		assert_true(json_is_integer(
			json_object_get(json_object_get(json, "answers"),
					verdict_name((enum verdict)i))));
	assert_int_equal(
		json_integer_value(json_object_get(
			json_object_get(json_object_get(json, "latency"),
					"dora"),
			"count")),
		10);
	json_decref(json);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_TEST(each_client_has_one_turn),
		RUN_TEST(a_lost_message_is_counted_and_sent_again),
		RUN_TEST(a_dead_server_fails_everybody),
		RUN_TEST(second_answers_do_no_harm),
		RUN_TEST(duplicate_addresses_fail_the_run),
		RUN_TEST(refusals_fail_the_run),
		RUN_TEST(load_that_was_not_delivered_fails_the_run),
		RUN_TEST(a_slow_kernel_is_waited_for),
		RUN_TEST(an_open_loop_keeps_its_schedule),
		RUN_TEST(a_stalled_server_shows_in_an_open_loops_latency),
		RUN_TEST(a_stop_ends_the_run),
		RUN_TEST(an_error_of_the_network_ends_the_run),
		RUN_TEST(the_json_form_has_all_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
