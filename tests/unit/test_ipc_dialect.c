/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dialects against what ISC's and Kea's halves really sent, and against
 * every truncation.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dhcp4o6/ipc/dialect.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "vectors.h"

struct blob {
	uint8_t *data;
	size_t len;
};

static struct blob load(const char *name, const char *what)
{
	char file[64], path[512];
	struct blob b;

	snprintf(file, sizeof(file), "ipc/%s-%s.hex", name, what);
	assert_int_equal(vectors_path(file, path, sizeof(path)), 0);
	assert_int_equal(vectors_read_hex(path, &b.data, &b.len), 0);
	return b;
}

static struct wire_reader reader_of(const struct blob *b)
{
	return wire_reader(b->data, b->len);
}

static void assert_written(const struct wire_writer *w, const struct blob *b)
{
	assert_false(w->failed);
	assert_int_equal(wire_len(w), b->len);
	assert_memory_equal(w->start, b->data, b->len);
}

struct exchange {
	const char *name;
	enum ipc_dialect dialect;
	const char *source;
	uint16_t source_port;
	uint16_t answer_port;
	bool relay_port;
};

static const struct exchange exchanges[] = {
	{ "isc-direct", IPC_DIALECT_ISC, "fe80::b022:a7ff:fe17:f18f", 546, 546,
	  false },
	{ "isc-relay1", IPC_DIALECT_ISC, "2001:db8:2::2", 547, 547, false },
	{ "isc-relay2", IPC_DIALECT_ISC, "2001:db8:2::2", 547, 547, false },
	{ "isc-relayport", IPC_DIALECT_ISC, "2001:db8:2::2", 10547, 10547,
	  true },
	{ "kea-direct", IPC_DIALECT_KEA, "fe80::700f:abff:fe24:f2f7", 546, 546,
	  false },
	{ "kea-relay1", IPC_DIALECT_KEA, "2001:db8:2::2", 547, 547, false },
	{ "kea-relay2", IPC_DIALECT_KEA, "2001:db8:2::2", 547, 547, false },
};
#define EXCHANGE_COUNT (sizeof(exchanges) / sizeof(*exchanges))

static void assert_origin(const struct ipc_origin *origin,
			  const struct exchange *x)
{
	struct in6_addr source;

	assert_int_equal(inet_pton(AF_INET6, x->source, &source), 1);
	assert_int_equal(origin->dialect, x->dialect);
	assert_string_equal(origin->ifname, "s0");
	assert_memory_equal(&origin->source, &source, sizeof(source));
	assert_int_equal(origin->source_port, x->source_port);
	assert_int_equal(origin->relay_port, x->relay_port);
	assert_int_equal(origin->token, IPC_TOKEN_NONE);
	assert_true(IN6_IS_ADDR_UNSPECIFIED(&origin->local));
}

static void check_query(const struct exchange *x)
{
	struct blob ipc = load(x->name, "query");
	struct blob wire = load(x->name, "query-wire");
	struct ipc_query query;
	uint8_t space[2048];
	struct wire_writer w = wire_writer(space, sizeof(space));

	assert_int_equal(ipc_decode_query(reader_of(&ipc), &query), DROP_NONE);
	assert_origin(&query.origin, x);
	/* From what came off the wire the peer's own octets result. */
	query.message = reader_of(&wire);
	assert_int_equal(ipc_encode_query(&w, &query), DROP_NONE);
	assert_written(&w, &ipc);
	free(ipc.data);
	free(wire.data);
}

static void reads_and_writes_queries_as_isc_and_kea_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXCHANGE_COUNT; i++)
		check_query(&exchanges[i]);
}

static void check_answer(const struct exchange *x)
{
	struct blob ipc = load(x->name, "answer");
	struct blob wire = load(x->name, "answer-wire");
	struct ipc_answer answer;
	uint8_t space[2048];
	struct wire_writer w = wire_writer(space, sizeof(space));

	assert_int_equal(
		ipc_decode_answer(x->dialect, reader_of(&ipc), &answer),
		DROP_NONE);
	assert_origin(&answer.origin, x);
	assert_int_equal(answer.port, x->answer_port);
	ipc_copy_message(&w, &answer);
	assert_written(&w, &wire);

	w = wire_writer(space, sizeof(space));
	assert_int_equal(
		ipc_encode_answer(&w, &answer.origin, reader_of(&wire)),
		DROP_NONE);
	assert_written(&w, &ipc);
	free(ipc.data);
	free(wire.data);
}

static void reads_and_writes_answers_as_isc_and_kea_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXCHANGE_COUNT; i++)
		check_answer(&exchanges[i]);
}

static const uint64_t sample_token = 0x1122334455667788;

static struct ipc_query sample_query(const struct blob *wire)
{
	struct ipc_query query = {
		.origin = { .dialect = IPC_DIALECT_NATIVE,
			    .source_port = 547,
			    .ifname = "eth0.4094-long",
			    .token = sample_token },
		.message = reader_of(wire),
	};

	inet_pton(AF_INET6, "2001:db8:2::2", &query.origin.source);
	inet_pton(AF_INET6, "2001:db8:2::1", &query.origin.local);
	return query;
}

static void native_carries_token_and_local_address(void **state)
{
	struct blob wire = load("isc-relayport", "query-wire");
	struct blob back = load("isc-relayport", "answer-wire");
	struct ipc_query query = sample_query(&wire), seen;
	struct ipc_answer answer;
	uint8_t space[2048];
	struct wire_writer w = wire_writer(space, sizeof(space));

	(void)state;
	assert_int_equal(ipc_encode_query(&w, &query), DROP_NONE);
	assert_int_equal(wire_len(&w), IPC_NATIVE_HEADER_LEN + wire.len);
	assert_int_equal(space[0], 0);
	assert_int_equal(space[1], IPC_NATIVE_VERSION);
	assert_int_equal(space[2], 0x11); /* token, most significant first */
	assert_int_equal(
		ipc_decode_query(wire_reader(space, wire_len(&w)), &seen),
		DROP_NONE);
	assert_true(seen.origin.token == sample_token);
	assert_memory_equal(&seen.origin.local, &query.origin.local, 16);
	assert_string_equal(seen.origin.ifname, "eth0.4094-long");
	assert_true(seen.origin.relay_port);
	assert_int_equal(wire_left(&seen.message), wire.len);
	assert_memory_equal(seen.message.pos, wire.data, wire.len);

	w = wire_writer(space, sizeof(space));
	assert_int_equal(ipc_encode_answer(&w, &seen.origin, reader_of(&back)),
			 DROP_NONE);
	assert_int_equal(ipc_decode_answer(IPC_DIALECT_NATIVE,
					   wire_reader(space, wire_len(&w)),
					   &answer),
			 DROP_NONE);
	assert_true(answer.origin.token == sample_token);
	assert_int_equal(answer.port, 547); /* source_port of sample_query */
	assert_true(answer.origin.relay_port);
	free(wire.data);
	free(back.data);
}

static void only_native_can_say_that_there_is_no_answer(void **state)
{
	struct ipc_origin to = { .ifname = "s0", .token = sample_token };
	struct wire_reader nothing = wire_reader(NULL, 0);
	struct ipc_answer answer;
	uint8_t space[256];
	struct wire_writer w = wire_writer(space, sizeof(space));

	(void)state;
	assert_int_equal(ipc_encode_answer(&w, &to, nothing), DROP_NONE);
	assert_int_equal(wire_len(&w), IPC_NATIVE_HEADER_LEN);
	assert_int_equal(ipc_decode_answer(IPC_DIALECT_NATIVE,
					   wire_reader(space, wire_len(&w)),
					   &answer),
			 DROP_NONE);
	assert_true(answer.origin.token == sample_token);
	assert_int_equal(wire_left(&answer.message), 0);
	to.dialect = IPC_DIALECT_ISC;
	assert_int_equal(ipc_encode_answer(&w, &to, nothing), DROP_IPC_DIALECT);
	to.dialect = IPC_DIALECT_KEA;
	assert_int_equal(ipc_encode_answer(&w, &to, nothing), DROP_IPC_DIALECT);
	assert_int_equal(ipc_decode_answer(IPC_DIALECT_ISC,
					   wire_reader(space + 26, 36),
					   &answer),
			 DROP_IPC_SHORT);
	assert_int_equal(ipc_decode_answer(IPC_DIALECT_KEA, nothing, &answer),
			 DROP_IPC_SHORT);
}

static void recognises_dialects_by_the_first_octet(void **state)
{
	uint8_t frame[300] = { 0 };
	struct ipc_query query;

	(void)state;
	for (unsigned int first = 0; first < 256; first++) {
		enum drop_reason expected = DROP_NONE;

		frame[0] = (uint8_t)first;
		frame[1] = first == 0 ? 2 : 'x'; /* 2: no version of ours */
		frame[36] = DHCP6_DHCPV4_QUERY;
		if (first <= ' ' || first == ':' || first == '/' ||
		    first == 0x7f || first == 0xa0)
			expected = DROP_IPC_DIALECT;
		assert_int_equal(
			ipc_decode_query(wire_reader(frame, 300), &query),
			expected);
		if (expected == DROP_NONE)
			assert_int_equal(query.origin.dialect, IPC_DIALECT_ISC);
	}
}

static void isc_names_are_names_and_end_within_sixteen_octets(void **state)
{
	static const struct {
		const char *name;
		enum drop_reason why;
	} cases[] = {
		{ "0eth", DROP_NONE },
		{ "123456789012345", DROP_NONE },
		{ "1234567890123456", DROP_IPC_INTERFACE },
		{ "eth0 x", DROP_IPC_INTERFACE },
		{ ".", DROP_IPC_INTERFACE },
		{ "..", DROP_IPC_INTERFACE },
		{ "...", DROP_NONE },
	};
	struct ipc_query query;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t frame[300] = { [36] = DHCP6_DHCPV4_QUERY };

		memcpy(frame, cases[i].name, strlen(cases[i].name));
		assert_int_equal(
			ipc_decode_query(wire_reader(frame, 300), &query),
			cases[i].why);
		if (cases[i].why == DROP_NONE)
			assert_string_equal(query.origin.ifname, cases[i].name);
	}
}

static void every_truncation_of_an_answer_is_refused(void **state)
{
	struct ipc_answer answer;
	enum drop_reason why;

	(void)state;
	for (size_t i = 0; i < EXCHANGE_COUNT; i++) {
		struct blob ipc = load(exchanges[i].name, "answer");

		for (size_t len = 0; len < ipc.len; len++) {
			why = ipc_decode_answer(exchanges[i].dialect,
						wire_reader(ipc.data, len),
						&answer);
			assert_int_not_equal(why, DROP_NONE);
		}
		free(ipc.data);
	}
}

/* A query's own message is the server's to check; its header is ours. */
static void every_truncation_of_a_query_header_is_refused(void **state)
{
	uint8_t space[2048];
	struct blob wire = load("isc-direct", "query-wire");
	struct ipc_query query = sample_query(&wire), seen;

	(void)state;
	for (int d = 0; d < IPC_DIALECT_COUNT; d++) {
		struct wire_writer w = wire_writer(space, sizeof(space));
		size_t header;

		query.origin.dialect = (enum ipc_dialect)d;
		assert_int_equal(ipc_encode_query(&w, &query), DROP_NONE);
		header = wire_len(&w) - wire.len;
		if (d == IPC_DIALECT_KEA) /* it follows type and flags */
			header += DHCP4O6_HEADER_LEN - 1;
		for (size_t len = 0; len <= header; len++)
			assert_int_not_equal(
				ipc_decode_query(wire_reader(space, len),
						 &seen),
				DROP_NONE);
	}
	free(wire.data);
}

static void assert_refused(const uint8_t *message, size_t len,
			   const char *source)
{
	struct ipc_origin to = { .dialect = IPC_DIALECT_ISC,
				 .source_port = 546,
				 .ifname = "s0" };
	struct ipc_answer answer;
	uint8_t space[2048];
	struct wire_writer w = wire_writer(space, sizeof(space));

	assert_int_equal(inet_pton(AF_INET6, source, &to.source), 1);
	ipc_encode_answer(&w, &to, wire_reader(message, len));
	assert_false(w.failed);
	assert_int_equal(ipc_decode_answer(IPC_DIALECT_ISC,
					   wire_reader(space, wire_len(&w)),
					   &answer),
			 DROP_IPC_RESPONSE);
}

static void an_answer_is_a_response_in_relay_replies_only(void **state)
{
	struct blob query = load("isc-direct", "query-wire");
	struct blob relayed = load("isc-relay2", "answer-wire");
	struct blob good = load("isc-direct", "answer-wire");
	uint8_t twice[1024];

	(void)state;
	assert_refused(query.data, query.len, "fe80::1");
	assert_refused(good.data, good.len, "::");
	assert_refused(good.data, good.len, "ff02::1");
	/* Two options 87 */
	memcpy(twice, good.data, good.len);
	memcpy(twice + good.len, good.data + 4, good.len - 4);
	assert_refused(twice, good.len * 2 - 4, "fe80::1");
	/* No option 87 */
	assert_refused(good.data, 4, "fe80::1");
	/* RELAY-FORW outside, RELAY-FORW inside */
	relayed.data[0] = DHCP6_RELAY_FORW;
	assert_refused(relayed.data, relayed.len, "fe80::1");
	relayed.data[0] = DHCP6_RELAY_REPL;
	relayed.data[38] = DHCP6_RELAY_FORW;
	assert_refused(relayed.data, relayed.len, "fe80::1");
	/* A Reply inside */
	good.data[0] = DHCP6_REPLY;
	assert_refused(good.data, good.len, "fe80::1");
	free(query.data);
	free(relayed.data);
	free(good.data);
}

static void an_answer_to_a_direct_client_never_leaves_its_port(void **state)
{
	struct blob good = load("isc-direct", "answer");
	struct ipc_answer answer;

	(void)state;
	good.data[34] = 1; /* rsp_opt_exist is about relays only */
	good.data[32] = 0x15;
	assert_int_equal(
		ipc_decode_answer(IPC_DIALECT_ISC, reader_of(&good), &answer),
		DROP_NONE);
	assert_int_equal(answer.port, 546);
	free(good.data);
}

static void an_answer_to_port_zero_is_refused(void **state)
{
	struct blob good = load("isc-relayport", "answer");
	struct ipc_answer answer;

	(void)state;
	good.data[32] = good.data[33] = 0;
	assert_int_equal(
		ipc_decode_answer(IPC_DIALECT_ISC, reader_of(&good), &answer),
		DROP_IPC_RESPONSE);
	free(good.data);
}

static void a_relay_chain_too_deep_is_refused(void **state)
{
	uint8_t space[4096], message[64];
	struct blob good = load("isc-direct", "answer-wire");
	struct wire_writer w = wire_writer(space, sizeof(space));
	struct ipc_origin to = { .dialect = IPC_DIALECT_KEA, .ifname = "s0" };
	size_t left = 33 * 38 + good.len;
	uint8_t out[8192];
	struct wire_writer answer = wire_writer(out, sizeof(out));

	(void)state;
	memset(message, 0, sizeof(message));
	message[0] = DHCP6_RELAY_REPL;
	for (int i = 0; i < 33; i++) {
		left -= 38;
		wire_put_mem(&w, message, DHCP6_RELAY_HEADER_LEN);
		wire_put_u16(&w, DHCP6_OPT_RELAY_MSG);
		wire_put_u16(&w, (uint16_t)left);
	}
	wire_put_mem(&w, good.data, good.len);
	assert_int_equal(ipc_encode_answer(&answer, &to,
					   wire_reader(space, wire_len(&w))),
			 DROP_IPC_RESPONSE);
	answer = wire_writer(out, sizeof(out));
	assert_int_equal(
		ipc_encode_answer(&answer, &to,
				  wire_reader(space + 38, wire_len(&w) - 38)),
		DROP_NONE);
	free(good.data);
}

static void what_does_not_fit_fails_the_writer(void **state)
{
	struct blob wire = load("kea-relay2", "query-wire");
	struct ipc_query query = sample_query(&wire);
	uint8_t space[2048];

	(void)state;
	for (int d = 0; d < IPC_DIALECT_COUNT; d++) {
		struct wire_writer w = wire_writer(space, sizeof(space));
		size_t full;

		query.origin.dialect = (enum ipc_dialect)d;
		ipc_encode_query(&w, &query);
		full = wire_len(&w);
		assert_true(full <= wire.len + IPC_OVERHEAD_MAX);
		for (size_t size = 0; size < full; size++) {
			w = wire_writer(space, size);
			ipc_encode_query(&w, &query);
			assert_true(w.failed);
		}
	}
	free(wire.data);
}

static void dialects_have_names(void **state)
{
	(void)state;
	assert_string_equal(ipc_dialect_name(IPC_DIALECT_NATIVE), "native");
	assert_string_equal(ipc_dialect_name(IPC_DIALECT_ISC), "isc");
	assert_string_equal(ipc_dialect_name(IPC_DIALECT_KEA), "kea");
	assert_null(ipc_dialect_name(IPC_DIALECT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_queries_as_isc_and_kea_do),
		cmocka_unit_test(reads_and_writes_answers_as_isc_and_kea_do),
		cmocka_unit_test(native_carries_token_and_local_address),
		cmocka_unit_test(only_native_can_say_that_there_is_no_answer),
		cmocka_unit_test(recognises_dialects_by_the_first_octet),
		cmocka_unit_test(
			isc_names_are_names_and_end_within_sixteen_octets),
		cmocka_unit_test(every_truncation_of_an_answer_is_refused),
		cmocka_unit_test(every_truncation_of_a_query_header_is_refused),
		cmocka_unit_test(an_answer_is_a_response_in_relay_replies_only),
		cmocka_unit_test(
			an_answer_to_a_direct_client_never_leaves_its_port),
		cmocka_unit_test(an_answer_to_port_zero_is_refused),
		cmocka_unit_test(a_relay_chain_too_deep_is_refused),
		cmocka_unit_test(what_does_not_fit_fails_the_writer),
		cmocka_unit_test(dialects_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
