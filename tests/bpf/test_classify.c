// SPDX-License-Identifier: BSD-2-Clause
/*
 * The classifier as a function: frames in, verdict and counter out. No frame
 * travels; BPF_PROG_TEST_RUN runs the loaded program on bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "classify_fixture.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "vectors.h"

#define OFFSET_NEXT_HEADER 20 /* in an untagged frame */
#define OFFSET_IP_LEN      18
#define OFFSET_UDP_LEN     58
#define HEADERS_LEN        62

static struct vectors vectors;
static uint8_t payload[FRAME_SIZE];

static void treats_every_vector_as_the_index_says(void **state)
{
	static const uint16_t ids[] = { FIXTURE_VLAN_OUTER,
					FIXTURE_VLAN_INNER };
	const struct vector *v;
	unsigned int tags;
	size_t i, len;
	bool taken;

	(void)state;
	assert_true(vectors.count > 70);
	for (i = 0; i < vectors.count; i++) {
		v = &vectors.all[i];
		for (tags = 0; tags <= 2; tags++) {
			len = vector_frame(v, ids, tags, frame, sizeof(frame));
			assert_true(len > 0);
			taken = classify(len) == D4O6_REDIRECTED;
			if (taken != v->classified)
				print_message("%s, %u tags\n", v->name, tags);
			assert_int_equal(taken, v->classified);
		}
	}
}

static void passes_every_truncation(void **state)
{
	const struct vector *v;
	size_t i, len, cut;
	enum d4o6_reason reason;

	(void)state;
	for (i = 0; i < vectors.count; i++) {
		v = &vectors.all[i];
		if (!v->classified)
			continue;
		len = vector_frame(v, NULL, 0, frame, sizeof(frame));
		for (cut = 14; cut < len; cut += cut < 200 ? 1 : 7) {
			reason = classify(cut);
			assert_true(reason == D4O6_TRUNCATED ||
				    reason == D4O6_LENGTH);
			assert_int_equal(reason == D4O6_TRUNCATED,
					 cut < HEADERS_LEN);
		}
	}
}

static void passes_relays_cut_short_with_honest_lengths(void **state)
{
	struct frame_addr addr = fixture_addr();
	size_t len, cut;
	enum d4o6_reason reason;

	(void)state;
	len = fixture_relayed(payload, sizeof(payload), 3, 2);
	/* A query of one octet is the daemon's to refuse. */
	for (cut = 0; cut < len - 3; cut++) {
		reason = classify(fixture_frame(frame, sizeof(frame), &addr,
						payload, cut));
		if (cut == 0)
			assert_int_equal(reason, D4O6_OTHER_MESSAGE);
		else if (cut >= DHCP6_RELAY_HEADER_LEN && cut <= 42 &&
			 (cut - DHCP6_RELAY_HEADER_LEN) % 4 == 0)
			assert_int_equal(reason, D4O6_RELAY_EMPTY);
		else
			assert_int_equal(reason, D4O6_RELAY_MALFORMED);
	}
}

static void passes_an_empty_relay_message(void **state)
{
	/* Behind it, an option whose code begins with a query's octet. */
	static const uint8_t options[] = {
		0, DHCP6_OPT_RELAY_MSG, 0, 0, DHCP6_DHCPV4_QUERY, 0, 0, 0
	};
	struct frame_addr addr = fixture_addr();
	size_t len = DHCP6_RELAY_HEADER_LEN;

	(void)state;
	memset(payload, 0, len);
	payload[0] = DHCP6_RELAY_FORW;
	memcpy(payload + len, options, sizeof(options));
	expect(fixture_frame(frame, sizeof(frame), &addr, payload,
			     len + sizeof(options)),
	       D4O6_RELAY_MALFORMED);
	expect(fixture_frame(frame, sizeof(frame), &addr, payload, len + 4),
	       D4O6_RELAY_MALFORMED);
}

static void passes_what_is_not_dhcpv6(void **state)
{
	static const struct {
		uint8_t next_header;
		enum d4o6_reason reason;
	} rows[] = {
		{ IPPROTO_HOPOPTS, D4O6_EXT_HEADER },
		{ IPPROTO_ROUTING, D4O6_EXT_HEADER },
		{ IPPROTO_DSTOPTS, D4O6_EXT_HEADER },
		{ IPPROTO_AH, D4O6_EXT_HEADER },
		{ IPPROTO_FRAGMENT, D4O6_FRAGMENT },
		{ IPPROTO_TCP, D4O6_NOT_UDP },
		{ IPPROTO_ICMPV6, D4O6_NOT_UDP },
		{ IPPROTO_ESP, D4O6_NOT_UDP },
	};
	struct frame_addr addr = fixture_addr();
	size_t i, len = query_frame(&addr);

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		frame[OFFSET_NEXT_HEADER] = rows[i].next_header;
		expect(len, rows[i].reason);
	}
	query_frame(&addr);
	frame[12] = 0x08; /* IPv4 */
	frame[13] = 0x00;
	expect(len, D4O6_NOT_IPV6);
	query_frame(&addr);
	frame[14] = 0x45;
	expect(len, D4O6_NOT_IPV6);
	addr.dst_port = DHCP6_PORT_CLIENT;
	expect_query(&addr, D4O6_OTHER_PORT);
}

static void takes_messages_20_and_no_other(void **state)
{
	struct frame_addr addr = fixture_addr();
	uint8_t message[4] = { 0 };
	unsigned int type;
	size_t len;

	(void)state;
	for (type = 0; type <= 255; type++) {
		message[0] = (uint8_t)type;
		len = fixture_frame(frame, sizeof(frame), &addr, message,
				    sizeof(message));
		expect(len, type == DHCP6_DHCPV4_QUERY ? D4O6_REDIRECTED
			    : type == DHCP6_RELAY_FORW ? D4O6_RELAY_MALFORMED
						       : D4O6_OTHER_MESSAGE);
		len = fixture_relayed(payload, sizeof(payload), 2, 0);
		payload[len - 4] = (uint8_t)type;
		len = fixture_frame(frame, sizeof(frame), &addr, payload, len);
		expect(len, type == DHCP6_DHCPV4_QUERY ? D4O6_REDIRECTED
			    : type == DHCP6_RELAY_FORW ? D4O6_RELAY_MALFORMED
						       : D4O6_OTHER_MESSAGE);
	}
}

static void compares_all_lengths(void **state)
{
	struct frame_addr addr = fixture_addr();
	size_t len = query_frame(&addr);

	(void)state;
	expect(len + 20, D4O6_REDIRECTED); /* padding of Ethernet */
	frame[OFFSET_UDP_LEN + 1]++;
	expect(len, D4O6_LENGTH);
	expect(len + 20, D4O6_LENGTH);
	query_frame(&addr);
	frame[OFFSET_IP_LEN + 1]++;
	expect(len + 20, D4O6_LENGTH);
	query_frame(&addr);
	frame[OFFSET_IP_LEN + 1] = 7;
	frame[OFFSET_UDP_LEN + 1] = 7;
	expect(len, D4O6_LENGTH);
	frame[OFFSET_IP_LEN] = 0xff;
	frame[OFFSET_UDP_LEN] = 0xff;
	expect(len, D4O6_LENGTH);
}

static void passes_what_does_not_fit_a_chunk(void **state)
{
	struct frame_addr addr = fixture_addr();

	(void)state;
	memset(payload, 0, sizeof(payload));
	payload[0] = DHCP6_DHCPV4_QUERY;
	expect(fixture_frame(frame, sizeof(frame), &addr, payload,
			     D4O6_FRAME_LEN_MAX - HEADERS_LEN),
	       D4O6_REDIRECTED);
	expect(fixture_frame(frame, sizeof(frame), &addr, payload,
			     D4O6_FRAME_LEN_MAX - HEADERS_LEN + 1),
	       D4O6_TOO_LONG);
	/* More than one buffer. */
	expect(fixture_frame(frame, sizeof(frame), &addr, payload, 4000),
	       D4O6_TOO_LONG);
}

static void unwraps_32_levels_and_not_33(void **state)
{
	struct frame_addr addr = fixture_addr();
	unsigned int levels;
	size_t len;

	(void)state;
	for (levels = 1; levels <= 40; levels++) {
		len = fixture_relayed(payload, sizeof(payload), levels, 0);
		len = fixture_frame(frame, sizeof(frame), &addr, payload, len);
		expect(len, levels <= DHCP6_RELAY_DEPTH_MAX ? D4O6_REDIRECTED
							    : D4O6_RELAY_DEPTH);
	}
}

static void walks_256_options_and_not_257(void **state)
{
	struct frame_addr addr = fixture_addr();
	unsigned int options;
	size_t len;

	(void)state;
	for (options = 250; options <= 300; options++) {
		len = fixture_relayed(payload, sizeof(payload), 2, options);
		len = fixture_frame(frame, sizeof(frame), &addr, payload, len);
		/* One Relay Message option in each of two levels. */
		expect(len, options + 2 <= DHCP6_RELAY_OPTION_STEPS
				    ? D4O6_REDIRECTED
				    : D4O6_RELAY_STEPS);
	}
}

/* Whatever the bytes are: taken means that the frame parser takes it too. */
static void never_takes_what_the_frame_parser_refuses(void **state)
{
	struct wire_reader body;
	struct frame_addr addr;
	unsigned int round, i, taken = 0;
	const struct vector *v;
	size_t len;

	(void)state;
	print_message("seed 4747\n");
	srand(4747);
	for (round = 0; round < 20000; round++) {
		v = &vectors.all[(size_t)rand() % vectors.count];
		len = vector_frame(v, (uint16_t[]){ FIXTURE_VLAN_OUTER, 200 },
				   (unsigned int)rand() % 3, frame,
				   sizeof(frame));
		for (i = (unsigned int)rand() % 4; i; i--)
			frame[(size_t)rand() % len] = (uint8_t)rand();
		if (rand() % 4 == 0)
			len = 14 + (size_t)rand() % (len - 14);
		if (classify(len) != D4O6_REDIRECTED)
			continue;
		taken++;
		assert_int_equal(frame_decode(wire_reader(frame, len),
					      FRAME_CHECKSUM_TRUST, &addr,
					      &body, NULL),
				 DROP_NONE);
		assert_int_equal(addr.dst_port, DHCP6_PORT_SERVER);
		assert_true(wire_left(&body) > 0);
	}
	assert_true(taken > 1000);
}

/* What the classifier should find in a payload, said as plainly as can be. */
static bool holds_query(struct wire_reader in, unsigned int levels,
			unsigned int *steps)
{
	uint8_t type = wire_get_u8(&in);
	struct dhcp6_option opt;

	if (in.failed || type != DHCP6_RELAY_FORW)
		return !in.failed && type == DHCP6_DHCPV4_QUERY;
	wire_take(&in, DHCP6_RELAY_HEADER_LEN - 1);
	if (in.failed || levels == DHCP6_RELAY_DEPTH_MAX)
		return false;
	while (dhcp6_next_option(&in, &opt) > 0) {
		if (++*steps > DHCP6_RELAY_OPTION_STEPS)
			return false;
		if (opt.code == DHCP6_OPT_RELAY_MSG)
			return holds_query(opt.body, levels + 1, steps);
	}
	return false;
}

/* A few octets changed, or the end cut off; lengths in headers are honest. */
static void spoil_payload(struct vector *v)
{
	unsigned int i;

	for (i = (unsigned int)rand() % 4; i && v->len; i--)
		payload[(size_t)rand() % (v->len < 90 ? v->len : 90)] =
			(uint8_t)(rand() % 3 ? rand() % 24 : rand());
	if (v->len && rand() % 4 == 0)
		v->len = (size_t)rand() % v->len;
}

static void finds_queries_as_the_parsers_do(void **state)
{
	unsigned int round, steps, found = 0;
	struct dhcp6_envelope env;
	struct wire_reader in;
	bool taken, served;
	struct vector v;

	(void)state;
	print_message("seed 7341\n");
	srand(7341);
	for (round = 0; round < 20000; round++) {
		v = vectors.all[(size_t)rand() % vectors.count];
		if (v.dst_port != DHCP6_PORT_SERVER)
			continue;
		memcpy(payload, v.payload, v.len);
		v.payload = payload;
		spoil_payload(&v);
		taken = classify(vector_frame(&v, NULL, 0, frame,
					      sizeof(frame))) ==
			D4O6_REDIRECTED;
		in = wire_reader(payload, v.len);
		steps = 0;
		assert_int_equal(taken, holds_query(in, 0, &steps));
		/* Nothing that the daemon would serve is passed over. */
		served = dhcp6_unwrap(in, DHCP6_RELAY_DEPTH_MAX, &env) ==
				 DROP_NONE &&
			 env.inner_type == DHCP6_DHCPV4_QUERY;
		assert_true(taken || !served);
		found += served;
	}
	assert_true(found > 1000);
}

static int set_up(void **state)
{
	assert_int_equal(vectors_load(&vectors), 0);
	return open_classifier(state);
}

static int tear_down(void **state)
{
	vectors_free(&vectors);
	return close_classifier(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(treats_every_vector_as_the_index_says),
		cmocka_unit_test(passes_every_truncation),
		cmocka_unit_test(passes_relays_cut_short_with_honest_lengths),
		cmocka_unit_test(passes_an_empty_relay_message),
		cmocka_unit_test(passes_what_is_not_dhcpv6),
		cmocka_unit_test(takes_messages_20_and_no_other),
		cmocka_unit_test(compares_all_lengths),
		cmocka_unit_test(passes_what_does_not_fit_a_chunk),
		cmocka_unit_test(unwraps_32_levels_and_not_33),
		cmocka_unit_test(walks_256_options_and_not_257),
		cmocka_unit_test(never_takes_what_the_frame_parser_refuses),
		cmocka_unit_test(finds_queries_as_the_parsers_do),
	};

	fixture_enter_namespaces();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
