/* SPDX-License-Identifier: BSD-2-Clause */
/* Every packet of tests/vectors gets exactly the reason the index names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "rng.h"
#include "vectors.h"

#define SEED 0x5eed0006

static struct vectors set;
static struct dhcp6_envelope envelope;
static struct dhcp4o6_msg query;
static struct dhcp4_msg message;

static int setup(void **state)
{
	(void)state;
	return vectors_load(&set);
}

static int teardown(void **state)
{
	(void)state;
	vectors_free(&set);
	return 0;
}

/* What a server does with a datagram before it decides anything. */
static enum drop_reason decode(const uint8_t *data, size_t len)
{
	enum drop_reason why;

	why = dhcp6_unwrap(wire_reader(data, len), DHCP6_HOP_COUNT_LIMIT,
			   &envelope);
	if (!why)
		why = dhcp4o6_decode(envelope.inner, DHCP6_DHCPV4_QUERY,
				     &query);
	if (!why)
		why = dhcp4_decode_request(query.dhcpv4, &message);
	return why;
}

static void assert_reason(const char *name, enum drop_reason got,
			  enum drop_reason wanted)
{
	if (got != wanted)
		fail_msg("%s: %s instead of %s", name, drop_reason_name(got),
			 drop_reason_name(wanted));
}

static void every_vector_gets_its_reason(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(set.count, 80);
	for (i = 0; i < set.count; i++) {
		const struct vector *v = &set.all[i];

		assert_reason(v->name, decode(v->payload, v->len), v->drop);
		if (v->drop)
			continue;
		assert_int_equal(envelope.relay_count, v->levels);
		assert_int_equal(message.type, v->type);
		assert_int_equal(query.unicast,
				 strstr(v->name, "-U") != NULL ||
					 !strcmp(v->name, "q-mbz-bits"));
	}
}

static void answers_decode_as_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < set.count; i++) {
		const struct vector *v = &set.all[i];

		if (strncmp(v->name, "s-", 2))
			continue;
		assert_reason(
			v->name,
			dhcp6_unwrap_reply(wire_reader(v->payload, v->len),
					   &envelope),
			DROP_NONE);
		assert_reason(v->name,
			      dhcp4o6_decode(envelope.inner,
					     DHCP6_DHCPV4_RESPONSE, &query),
			      DROP_NONE);
		assert_reason(v->name,
			      dhcp4_decode_reply(query.dhcpv4, &message),
			      DROP_NONE);
		assert_int_equal(envelope.relay_count, v->levels);
		assert_int_equal(message.type, v->type);
	}
}

static void columns_agree_with_each_other(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < set.count; i++) {
		const struct vector *v = &set.all[i];
		bool for_server =
			strchr(v->direction, 's') > strchr(v->direction, '>');

		assert_int_equal(strcmp(v->treatment, "client") != 0,
				 for_server);
		if (for_server)
			assert_int_equal(strcmp(v->treatment, "discard") != 0,
					 v->drop == DROP_NONE);
		/* What is to be served must not need a classifier's mistake. */
		if (v->drop == DROP_NONE)
			assert_true(v->classified);
		if (v->classified)
			assert_int_equal(v->dst_port, 547);
	}
}

/*
 * A prefix decodes only if it ends between two options of the outermost level
 * and the option that carries the message is complete; everything inside is
 * fenced by lengths. This says from the bytes what each prefix has to give.
 */
static enum drop_reason predict_prefix(const struct vector *v, size_t cut)
{
	bool relayed = v->payload[0] == DHCP6_RELAY_FORW;
	size_t at = relayed ? DHCP6_RELAY_HEADER_LEN : DHCP4O6_HEADER_LEN;
	unsigned int wanted =
		relayed ? DHCP6_OPT_RELAY_MSG : DHCP6_OPT_DHCPV4_MSG;
	bool complete = false;

	if (cut == 0)
		return DROP_DHCP6_SHORT;
	if (cut < at)
		return relayed ? DROP_RELAY_SHORT : DROP_DHCP6_SHORT;
	while (at < cut) {
		const uint8_t *p = v->payload + at;

		if (cut - at < DHCP6_OPTION_HEADER_LEN)
			return DROP_DHCP6_OPTION_OVERRUN;
		at += DHCP6_OPTION_HEADER_LEN + (size_t)(p[2] << 8 | p[3]);
		if (at > cut)
			return DROP_DHCP6_OPTION_OVERRUN;
		complete |= (unsigned int)(p[0] << 8 | p[1]) == wanted;
	}
	if (complete)
		return DROP_NONE;
	return relayed ? DROP_RELAY_NO_MESSAGE : DROP_QUERY_NO_DHCPV4;
}

static void every_prefix_gives_the_reason_that_its_cut_means(void **state)
{
	unsigned int legal = 0;
	size_t i, cut;

	(void)state;
	for (i = 0; i < set.count; i++) {
		const struct vector *v = &set.all[i];

		if (v->drop)
			continue;
		for (cut = 0; cut < v->len; cut++) {
			uint8_t *copy = malloc(cut ? cut : 1);
			enum drop_reason wanted = predict_prefix(v, cut);

			assert_non_null(copy);
			memcpy(copy, v->payload, cut);
			assert_reason(v->name, decode(copy, cut), wanted);
			legal += wanted == DROP_NONE;
			free(copy);
		}
	}
	/*
	 * q-vendor-opts-after and r1-discover-ifid-last have an option behind
	 * the message; their prefixes without it are whole.
	 */
	assert_int_equal(legal, 2);
}

static void damage(uint8_t *data, size_t len, struct rng *rng)
{
	unsigned int k;

	for (k = 1 + rng_below(rng, 4); k > 0 && len; k--) {
		uint32_t at = rng_below(rng, (uint32_t)len);

		if (rng_below(rng, 2))
			data[at] ^= (uint8_t)(1U << rng_below(rng, 8));
		else
			data[at] = (uint8_t)rng_next(rng);
	}
}

/* Whatever comes out of damaged input must still be answerable. */
static void answer(void)
{
	static uint8_t out[4096];
	struct wire_writer w = wire_writer(out, sizeof(out));
	struct dhcp4o6_response resp;

	dhcp4o6_begin_response(&w, &envelope, &resp);
	wire_put_mem(&w, query.dhcpv4.pos, wire_left(&query.dhcpv4));
	dhcp4o6_end_response(&w, &resp);
}

static void damaged_vectors_are_survived(void **state)
{
	struct rng rng = { SEED };
	unsigned int round;
	size_t i;

	(void)state;
	print_message("seed %#x\n", SEED);
	for (round = 0; round < 1500; round++) {
		for (i = 0; i < set.count; i++) {
			size_t len = set.all[i].len;
			uint8_t *copy = malloc(len);

			assert_non_null(copy);
			memcpy(copy, set.all[i].payload, len);
			damage(copy, len, &rng);
			if (decode(copy, len) == DROP_NONE)
				answer();
			free(copy);
		}
	}
}

static void every_flipped_bit_of_a_query_is_survived(void **state)
{
	const struct vector *v = vectors_find(&set, "r2-discover-ifid");
	uint8_t *copy;
	size_t bit;

	(void)state;
	assert_non_null(v);
	copy = malloc(v->len);
	assert_non_null(copy);
	for (bit = 0; bit < v->len * 8; bit++) {
		memcpy(copy, v->payload, v->len);
		copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (decode(copy, v->len) == DROP_NONE)
			answer();
	}
	free(copy);
}

/* One line of captures/index.tsv. */
static void check_capture(char *line)
{
	char *name = strsep(&line, "\t");
	char file[128], path[512];
	const char *drop, *type;
	enum drop_reason why;
	unsigned long levels;
	uint8_t *data;
	size_t len;

	strsep(&line, "\t"); /* sender */
	levels = strtoul(strsep(&line, "\t"), NULL, 10);
	drop = strsep(&line, "\t");
	type = strsep(&line, "\t\n");
	snprintf(file, sizeof(file), "captures/%s.hex", name);
	assert_int_equal(vectors_path(file, path, sizeof(path)), 0);
	assert_int_equal(vectors_read_hex(path, &data, &len), 0);
	why = decode(data, len);
	assert_string_equal(drop_reason_name(why), drop);
	assert_int_equal(envelope.relay_count, levels);
	if (!why)
		assert_int_equal(message.type, atoi(type));
	free(data);
}

static void what_other_implementations_sent_decodes(void **state)
{
	unsigned int count = 0;
	char path[512], line[256];
	FILE *f;

	(void)state;
	assert_int_equal(vectors_path("captures/index.tsv", path, sizeof(path)),
			 0);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			continue;
		check_capture(line);
		count++;
	}
	fclose(f);
	assert_int_equal(count, 72);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_gets_its_reason),
		cmocka_unit_test(answers_decode_as_answers),
		cmocka_unit_test(columns_agree_with_each_other),
		cmocka_unit_test(
			every_prefix_gives_the_reason_that_its_cut_means),
		cmocka_unit_test(damaged_vectors_are_survived),
		cmocka_unit_test(every_flipped_bit_of_a_query_is_survived),
		cmocka_unit_test(what_other_implementations_sent_decodes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
