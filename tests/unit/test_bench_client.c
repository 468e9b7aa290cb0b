/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../tools/bench/client.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench_server.h"

#define CLIENT_COUNT 600
#define FIRST_ADDR   0x0a000001U

static struct population pop;
static struct bench_query query;

static void make_population(unsigned int levels)
{
	const struct bench_plan plan = { .client_count = CLIENT_COUNT,
					 .seed = 7,
					 .levels = levels,
					 .links = 10,
					 .link_base = { .s6_addr = { 0x20,
								     1 } },
					 .link_prefix_len = 64 };

	assert_int_equal(population_init(&pop, &plan), 0);
}

/* Encodes and decodes what the client sends now. */
static void ask(uint32_t index)
{
	uint8_t *data = malloc(CLIENT_MSG_MAX);
	static uint8_t kept[CLIENT_MSG_MAX];
	size_t len;

	assert_non_null(data);
	len = client_encode(&pop, index, data, CLIENT_MSG_MAX);
	assert_true(len > 0);
	memcpy(kept, data, len);
	free(data);
	assert_int_equal(bench_query_decode(&query, kept, len), DROP_NONE);
}

static enum verdict answer(const struct bench_reply *reply, uint32_t *index)
{
	uint8_t data[BENCH_REPLY_MAX];
	size_t len = bench_reply_encode(&query, reply, data);
	enum verdict verdict;
	bool no_echo;

	assert_true(len > 0);
	verdict = client_accept(&pop, wire_reader(data, len), index, &no_echo);
	if (verdict == VERDICT_OFFER || verdict == VERDICT_ACK)
		assert_int_equal(
			no_echo,
			reply->no_echo &&
				dhcp4_has_option(&query.dhcp4,
						 DHCP4_OPT_CLIENT_IDENTIFIER));
	return verdict;
}

static enum verdict answer_type(uint8_t type, uint32_t addr)
{
	const struct bench_reply reply = { .type = type, .addr = addr };
	uint32_t index;

	return answer(&reply, &index);
}

static enum verdict run_dora(uint32_t index, uint32_t addr)
{
	assert_true(client_begin(&pop, index, false));
	ask(index);
	assert_int_equal(query.dhcp4.type, DHCP4_DISCOVER);
	assert_int_equal(answer_type(DHCP4_OFFER, addr), VERDICT_OFFER);
	ask(index);
	assert_int_equal(query.dhcp4.type, DHCP4_REQUEST);
	assert_int_equal(
		ntohl(dhcp4_get_addr(&query.dhcp4, DHCP4_OPT_REQUESTED_ADDRESS)
			      .s_addr),
		addr);
	return answer_type(DHCP4_ACK, addr);
}

static void every_client_gets_and_renews_a_lease(void **state)
{
	static const unsigned int levels[] = { 0, 1, 8 };
	size_t i;
	uint32_t n;

	(void)state;
	for (i = 0; i < 3; i++) {
		make_population(levels[i]);
		for (n = 0; n < CLIENT_COUNT; n++) {
			assert_int_equal(run_dora(n, FIRST_ADDR + n),
					 VERDICT_ACK);
			assert_int_equal(query.env.relay_count, levels[i]);
			assert_false(query.msg.unicast);

			assert_true(client_begin(&pop, n, true));
			ask(n);
			/* RFC 2131 table 5, RFC 7341 section 8 */
			assert_true(query.msg.unicast);
			assert_int_equal(ntohl(query.dhcp4.ciaddr.s_addr),
					 FIRST_ADDR + n);
			assert_false(dhcp4_has_option(
				&query.dhcp4, DHCP4_OPT_REQUESTED_ADDRESS));
			assert_false(dhcp4_has_option(
				&query.dhcp4, DHCP4_OPT_SERVER_IDENTIFIER));
			assert_int_equal(answer_type(DHCP4_ACK, FIRST_ADDR + n),
					 VERDICT_ACK);
			assert_int_equal(pop.clients[n].state, CLIENT_BOUND);
		}
		/* Once more: everybody may keep the address. */
		for (n = 0; n < CLIENT_COUNT; n++)
			assert_int_equal(run_dora(n, FIRST_ADDR + n),
					 VERDICT_ACK);
		assert_int_equal(hmap_count(pop.holders), CLIENT_COUNT);
		population_fini(&pop);
	}
}

static void nobody_renews_without_a_lease(void **state)
{
	(void)state;
	make_population(0);
	assert_false(client_begin(&pop, 3, true));
	population_fini(&pop);
}

static void clients_differ_in_identity(void **state)
{
	uint8_t ids[2][64];
	bool lengths[65] = { false };
	unsigned int kinds = 0;
	uint8_t macs[2][6];
	uint32_t n;
	uint32_t m;

	(void)state;
	make_population(0);
	for (n = 0; n < CLIENT_COUNT; n++) {
		size_t len = client_identifier(&pop.plan, n, ids[0]);

		lengths[len] = true;
		client_hardware(&pop.plan, n, macs[0]);
		for (m = 0; m < n; m++) {
			client_hardware(&pop.plan, m, macs[1]);
			assert_int_not_equal(memcmp(macs[0], macs[1], 6), 0);
			if (len &&
			    client_identifier(&pop.plan, m, ids[1]) == len)
				assert_int_not_equal(
					memcmp(ids[0], ids[1], len), 0);
		}
	}
	for (n = 0; n <= 64; n++)
		kinds += lengths[n];
	assert_true(lengths[0]); /* by hardware address alone */
	assert_true(kinds > 20);
	population_fini(&pop);
}

static void links_are_one_prefix_apart(void **state)
{
	struct bench_plan plan = { .links = 100000, .link_prefix_len = 64 };
	struct in6_addr link;
	char text[INET6_ADDRSTRLEN];

	(void)state;
	inet_pton(AF_INET6, "2001:db8:0:fffe::1", &plan.link_base);
	client_link(&plan, 3, &link);
	inet_ntop(AF_INET6, &link, text, sizeof(text));
	assert_string_equal(text, "2001:db8:1:1::1");
	client_link(&plan, 100003, &link);
	inet_ntop(AF_INET6, &link, text, sizeof(text));
	assert_string_equal(text, "2001:db8:1:1::1");
	plan.link_prefix_len = 60;
	client_link(&plan, 1, &link);
	inet_ntop(AF_INET6, &link, text, sizeof(text));
	assert_string_equal(text, "2001:db8:1:e::1");
}

static void an_address_given_twice_is_found(void **state)
{
	(void)state;
	make_population(0);
	assert_int_equal(run_dora(1, FIRST_ADDR), VERDICT_ACK);
	assert_int_equal(run_dora(2, FIRST_ADDR), VERDICT_DUPLICATE);
	assert_int_equal(pop.clients[2].state, CLIENT_IDLE);
	/* A client that moved to another address gave up the old one. */
	assert_int_equal(run_dora(1, FIRST_ADDR + 1), VERDICT_ACK);
	assert_int_equal(run_dora(2, FIRST_ADDR), VERDICT_ACK);
	population_fini(&pop);
}

static void a_nak_ends_a_lease(void **state)
{
	(void)state;
	make_population(0);
	assert_int_equal(run_dora(1, FIRST_ADDR), VERDICT_ACK);
	assert_true(client_begin(&pop, 1, true));
	ask(1);
	assert_int_equal(answer_type(DHCP4_NAK, 0), VERDICT_NAK);
	assert_int_equal(pop.clients[1].state, CLIENT_IDLE);
	assert_int_equal(run_dora(2, FIRST_ADDR), VERDICT_ACK);
	population_fini(&pop);
}

static void wrong_answers_are_told_apart(void **state)
{
	static const struct {
		struct bench_reply reply;
		enum verdict verdict;
	} cases[] = {
		{ { .type = DHCP4_ACK, .addr = FIRST_ADDR }, VERDICT_TYPE },
		{ { .type = DHCP4_OFFER, .addr = 0 }, VERDICT_ADDRESS },
		{ { .type = DHCP4_OFFER, .addr = 1, .chaddr_change = 1 },
		  VERDICT_HARDWARE },
		{ { .type = DHCP4_OFFER, .addr = 1, .id_change = 1 },
		  VERDICT_CLIENT_ID },
		{ { .type = DHCP4_OFFER, .addr = 1, .xid_change = 0x800000 },
		  VERDICT_STRANGER },
		/* A transaction of the past. */
		{ { .type = DHCP4_OFFER, .addr = 1, .xid_change = 0x1000000 },
		  VERDICT_EXTRA },
		{ { .type = DHCP4_OFFER, .addr = 1, .no_echo = true },
		  VERDICT_OFFER },
		/* The client asks for 0.0.0.1 now. */
		{ { .type = DHCP4_OFFER, .addr = 2 }, VERDICT_EXTRA },
		{ { .type = DHCP4_ACK, .addr = 2 }, VERDICT_ADDRESS },
		{ { .type = DHCP4_ACK, .addr = 1 }, VERDICT_ACK },
		{ { .type = DHCP4_ACK, .addr = 1 }, VERDICT_EXTRA },
	};
	uint32_t client = 0;
	uint32_t index;
	uint8_t id[64];
	size_t i;

	(void)state;
	make_population(1);
	while (client_identifier(&pop.plan, client, id) == 0)
		client++;
	assert_true(client_begin(&pop, client, false));
	ask(client);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum verdict verdict = answer(&cases[i].reply, &index);

		assert_string_equal(verdict_name(verdict),
				    verdict_name(cases[i].verdict));
		if (verdict != VERDICT_STRANGER)
			assert_int_equal(index, client);
	}
	population_fini(&pop);
}

static void an_answer_through_another_relay_is_wrong(void **state)
{
	const struct bench_reply offer = { .type = DHCP4_OFFER, .addr = 1 };
	uint32_t index;

	(void)state;
	make_population(2);
	assert_true(client_begin(&pop, 1, false));
	ask(1);
	query.env.relay[0].peer_address.s6_addr[15] ^= 1;
	assert_int_equal(answer(&offer, &index), VERDICT_RELAY);
	ask(1);
	query.env.relay[0].has_interface_id = false;
	assert_int_equal(answer(&offer, &index), VERDICT_RELAY);
	ask(1);
	query.env.relay_count = 1;
	assert_int_equal(answer(&offer, &index), VERDICT_RELAY);
	ask(1);
	assert_int_equal(answer(&offer, &index), VERDICT_OFFER);
	population_fini(&pop);
}

static void no_truncated_answer_is_right(void **state)
{
	const struct bench_reply offer = { .type = DHCP4_OFFER, .addr = 1 };
	uint8_t data[BENCH_REPLY_MAX];
	uint32_t index;
	bool no_echo;
	size_t len;
	size_t i;

	(void)state;
	make_population(1);
	assert_true(client_begin(&pop, 1, false));
	ask(1);
	len = bench_reply_encode(&query, &offer, data);
	for (i = 0; i < len; i++) {
		uint8_t *cut = malloc(i ? i : 1);

		assert_non_null(cut);
		memcpy(cut, data, i);
		assert_int_equal(client_accept(&pop, wire_reader(cut, i),
					       &index, &no_echo),
				 VERDICT_MALFORMED);
		free(cut);
	}
	assert_int_equal(pop.clients[1].state, CLIENT_DISCOVERED);
	population_fini(&pop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_client_gets_and_renews_a_lease),
		cmocka_unit_test(nobody_renews_without_a_lease),
		cmocka_unit_test(clients_differ_in_identity),
		cmocka_unit_test(links_are_one_prefix_apart),
		cmocka_unit_test(an_address_given_twice_is_found),
		cmocka_unit_test(a_nak_ends_a_lease),
		cmocka_unit_test(wrong_answers_are_told_apart),
		cmocka_unit_test(an_answer_through_another_relay_is_wrong),
		cmocka_unit_test(no_truncated_answer_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
