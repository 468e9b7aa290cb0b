/* SPDX-License-Identifier: BSD-2-Clause */
/* Every packet of tests/vectors that a server may get, and what it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "decide_fixture.h"
#include "vectors.h"

/* Pins the client of the vectors to the address they name. */
#define CLIENT_ID "ff:00:00:00:01:00:01:00:01:2a:3b:4c:5d:02:00:00:00:00:01"

static const char conf[] = "authoritative;\n" TWO_NETWORKS "host client {\n"
			   "	option dhcp-client-identifier " CLIENT_ID ";\n"
			   "	fixed-address 10.10.10.100;\n"
			   "}\n";

static struct vectors all;

static void play(struct decider *f, const struct vector *v, struct got *got)
{
	decider_send_packet(f, v->payload, v->len, &v->src, got);
}

static void check_subnet(const struct vector *v, const struct got *got)
{
	char want[sizeof(v->subnet) + 1];
	struct in_addr addr = got->answer.addr;
	char text[INET_ADDRSTRLEN];

	if (!strcmp(v->subnet, "-"))
		return;
	strcpy(want, v->subnet);
	strcat(want, ".");
	inet_ntop(AF_INET, &addr, text, sizeof(text));
	assert_memory_equal(text, want, strlen(want));
}

/* Option 61 comes back as it was, or not at all (RFC 6842). */
static void check_identifier(const struct vector *v, const struct got *got)
{
	struct dhcp4_option id =
		dhcp4_option(&got->msg, DHCP4_OPT_CLIENT_IDENTIFIER);

	if (!strcmp(v->name, "q-discover-noclientid")) {
		assert_null(id.data);
		return;
	}
	assert_non_null(id.data);
	assert_int_equal(id.len, 19);
	assert_non_null(memmem(v->payload, v->len, id.data, id.len));
}

static void check_answered(const struct vector *v, const struct got *got)
{
	uint8_t type = strcmp(v->treatment, "offer") ? DHCP4_ACK : DHCP4_OFFER;

	assert_int_equal(got->drop, DROP_NONE);
	assert_int_equal(got->type, type);
	check_subnet(v, got);
	check_identifier(v, got);
	if (v->type == DHCP4_INFORM)
		assert_int_equal(got->addr.s_addr, 0);
	else
		assert_true(dhcp4_has_option(&got->msg, DHCP4_OPT_LEASE_TIME));
}

static void check(const struct vector *v)
{
	const struct vector *request =
		vectors_find(&all, "q-request-selecting");
	struct decider f;
	struct got got;

	if (!strcmp(v->treatment, "client"))
		return;
	decider_open(&f, conf);
	if (v->type == DHCP4_RELEASE || v->type == DHCP4_DECLINE) {
		play(&f, request, &got);
		assert_int_equal(got.type, DHCP4_ACK);
	}
	play(&f, v, &got);
	if (!strcmp(v->treatment, "offer") || !strcmp(v->treatment, "ack")) {
		check_answered(v, &got);
	} else {
		assert_int_equal(got.type, 0);
		if (!strcmp(v->treatment, "discard"))
			assert_int_equal(got.drop, v->drop);
	}
	if (v->type == DHCP4_RELEASE)
		assert_int_equal(decider_state(&f, "10.10.10.100"),
				 LEASE_RELEASED);
	if (v->type == DHCP4_DECLINE)
		assert_int_equal(decider_state(&f, "10.10.10.100"),
				 LEASE_DECLINED);
	decider_close(&f);
}

static void treats_every_vector_as_the_index_says(void **state)
{
	size_t i;

	(void)state;
	assert_true(all.count >= 80);
	for (i = 0; i < all.count; i++) {
		print_message("  %s\n", all.all[i].name);
		check(&all.all[i]);
	}
}

#define SEED      7341U
#define MUTATIONS 300

static uint32_t random_state = SEED;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525U + 1013904223U;
	return (random_state >> 8) % n;
}

/* One to four octets changed, or a piece of the end cut off. */
static size_t mutate(const struct vector *v, uint8_t *packet)
{
	uint32_t n = 1 + random_below(4);

	memcpy(packet, v->payload, v->len);
	while (n-- > 0)
		packet[random_below((uint32_t)v->len)] =
			(uint8_t)random_below(256);
	if (random_below(8) == 0)
		return random_below((uint32_t)v->len + 1);
	return v->len;
}

/*
 * One server gets them all, so that leases, offers and records pile up. The
 * fixture asserts that each answer decodes; addresses must come from pools.
 */
static void damaged_vectors_leave_the_server_whole(void **state)
{
	uint8_t packet[FIXTURE_PACKET];
	struct alloc_stats stats;
	uint32_t answers = 0;
	struct decider f;
	struct got got;
	size_t i, n;

	(void)state;
	decider_open(&f, conf);
	for (i = 0; i < all.count * MUTATIONS; i++) {
		const struct vector *v = &all.all[i % all.count];

		n = mutate(v, packet);
		decider_send_packet(&f, packet, n, &v->src, &got);
		if (got.drop != DROP_NONE)
			assert_int_equal(got.type, 0);
		if (got.type == DHCP4_OFFER)
			assert_in_range(ntohl(got.addr.s_addr) & 0xff, 100,
					199);
		answers += got.type != 0;
		if (i % 500 == 0)
			decider_pass(&f, 600);
	}
	alloc_get_stats(f.alloc, &stats);
	assert_in_range(stats.records, 1, 200);
	assert_in_range(answers, all.count * MUTATIONS / 10,
			all.count * MUTATIONS);
	decider_close(&f);
}

static int load(void **state)
{
	(void)state;
	return vectors_load(&all);
}

static int unload(void **state)
{
	(void)state;
	vectors_free(&all);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(treats_every_vector_as_the_index_says),
		cmocka_unit_test(damaged_vectors_leave_the_server_whole),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
