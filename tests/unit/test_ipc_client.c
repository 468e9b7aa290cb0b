/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams between the halves of a client, against those of ISC's halves and
 * against all that neither of them may send.
 */
#include "dhcp4o6/ipc/dialect_client.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"
#include "vectors.h"

#define SPACE 2048

struct blob {
	uint8_t *data;
	size_t len;
};

static struct blob load(const char *name)
{
	char file[64], path[512];
	struct blob b;

	snprintf(file, sizeof(file), "ipc/%s.hex", name);
	assert_int_equal(vectors_path(file, path, sizeof(path)), 0);
	assert_int_equal(vectors_read_hex(path, &b.data, &b.len), 0);
	return b;
}

static struct wire_reader reader_of(const struct blob *b)
{
	return wire_reader(b->data, b->len);
}

static enum drop_reason at_v6(const void *data, size_t len,
			      struct ipc_client_datagram *d)
{
	return ipc_client_decode_at_v6(wire_reader(data, len), d);
}

static enum drop_reason at_v4(const void *data, size_t len,
			      struct ipc_client_datagram *d)
{
	return ipc_client_decode_at_v4(wire_reader(data, len), d);
}

static void texts_are_those_of_isc(void **state)
{
	static const struct {
		enum ipc_client_kind kind;
		const char *text;
		bool is_for_v6;
	} texts[] = {
		{ IPC_CLIENT_POLL, "POLL", true },
		{ IPC_CLIENT_START, "START", false },
		{ IPC_CLIENT_STOP, "STOP", false },
	};
	struct ipc_client_datagram d;
	uint8_t space[SPACE];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct wire_writer w = wire_writer(space, sizeof(space));
		size_t len = strlen(texts[i].text);

		ipc_client_put_text(&w, texts[i].kind);
		assert_false(w.failed);
		assert_int_equal(wire_len(&w), len);
		assert_memory_equal(space, texts[i].text, len);
		assert_int_equal(at_v6(space, len, &d),
				 texts[i].is_for_v6 ? DROP_NONE
						    : DROP_IPC_DIALECT);
		if (texts[i].is_for_v6)
			assert_int_equal(d.kind, texts[i].kind);
		assert_int_equal(at_v4(space, len, &d),
				 texts[i].is_for_v6 ? DROP_IPC_DIALECT
						    : DROP_NONE);
		if (!texts[i].is_for_v6)
			assert_int_equal(d.kind, texts[i].kind);
	}
}

static void a_text_counts_as_a_whole_only(void **state)
{
	static const char *const others[] = { "POL",   "POLLL",  "poll",
					      "STAR",  "STARTS", "STO",
					      "STOPS", "S" };
	struct ipc_client_datagram d;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		size_t len = strlen(others[i]);

		assert_int_equal(at_v6(others[i], len, &d), DROP_IPC_DIALECT);
		assert_int_equal(at_v4(others[i], len, &d), DROP_IPC_DIALECT);
	}
	/* ISC's texts have no end mark: one that has is none. */
	assert_int_equal(at_v6("POLL", 5, &d), DROP_IPC_DIALECT);
	assert_int_equal(at_v4("STOP", 5, &d), DROP_IPC_DIALECT);
	assert_int_equal(at_v4("START", 6, &d), DROP_IPC_DIALECT);
	assert_int_equal(at_v6(NULL, 0, &d), DROP_IPC_SHORT);
	assert_int_equal(at_v4(NULL, 0, &d), DROP_IPC_SHORT);
}

static void only_texts_are_written_as_texts(void **state)
{
	uint8_t space[SPACE];
	struct wire_writer w = wire_writer(space, sizeof(space));

	(void)state;
	ipc_client_put_text(&w, IPC_CLIENT_QUERY);
	assert_true(w.failed);
	w = wire_writer(space, sizeof(space));
	ipc_client_put_text(&w, IPC_CLIENT_KIND_COUNT);
	assert_true(w.failed);
	w = wire_writer(space, 3);
	ipc_client_put_text(&w, IPC_CLIENT_POLL);
	assert_true(w.failed);
	for (int i = 0; i < IPC_CLIENT_KIND_COUNT; i++)
		assert_non_null(ipc_client_kind_name((enum ipc_client_kind)i));
	assert_null(ipc_client_kind_name(IPC_CLIENT_KIND_COUNT));
}

static void queries_of_isc_are_taken_as_they_are(void **state)
{
	static const char *const names[] = { "client-isc-query",
					     "client-kea-query" };
	struct ipc_client_datagram d;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct blob b = load(names[i]);

		assert_int_equal(ipc_client_decode_at_v6(reader_of(&b), &d),
				 DROP_NONE);
		assert_int_equal(d.kind, IPC_CLIENT_QUERY);
		assert_true(d.unicast); /* both renew */
		assert_ptr_equal(d.message.pos, b.data);
		assert_int_equal(wire_left(&d.message), b.len);
		free(b.data);
	}
}

/* What ISC's v6 half makes of a response on the wire, ours makes too. */
static void check_response(const char *name, const char *source)
{
	char file[64];
	struct blob wire, ipc;
	struct dhcp4o6_msg msg;
	struct ipc_client_datagram d;
	struct in6_addr addr;
	uint8_t space[SPACE];
	struct wire_writer w = wire_writer(space, sizeof(space));
	static struct dhcp4_msg dhcp4;

	snprintf(file, sizeof(file), "%s-wire", name);
	wire = load(file);
	ipc = load(name);
	assert_int_equal(inet_pton(AF_INET6, source, &addr), 1);
	assert_int_equal(
		dhcp4o6_decode(reader_of(&wire), DHCP6_DHCPV4_RESPONSE, &msg),
		DROP_NONE);
	ipc_client_put_response(&w, msg.dhcpv4, &addr);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), ipc.len);
	assert_memory_equal(space, ipc.data, ipc.len);

	assert_int_equal(ipc_client_decode_at_v4(reader_of(&ipc), &d),
			 DROP_NONE);
	assert_int_equal(d.kind, IPC_CLIENT_RESPONSE);
	assert_memory_equal(&d.source, &addr, sizeof(addr));
	assert_int_equal(wire_left(&d.message), wire_left(&msg.dhcpv4));
	assert_int_equal(dhcp4_decode_reply(d.message, &dhcp4), DROP_NONE);
	assert_int_equal(dhcp4.type, DHCP4_ACK);
	free(wire.data);
	free(ipc.data);
}

static void responses_are_those_of_isc(void **state)
{
	(void)state;
	check_response("client-isc-answer", "fe80::5428:4fff:fe63:8be6");
	check_response("client-kea-answer", "fe80::2c2f:81ff:fe64:3249");
}

static void every_truncation_of_a_query_is_refused(void **state)
{
	struct blob b = load("client-isc-query");
	struct ipc_client_datagram d;

	(void)state;
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, b.data, len);
		assert_int_not_equal(at_v6(copy, len, &d), DROP_NONE);
		free(copy);
	}
	free(b.data);
}

static void a_response_has_a_message_and_a_source(void **state)
{
	struct blob b = load("client-isc-answer");
	const size_t least = DHCP4_FIXED_LEN + IPC_CLIENT_SOURCE_LEN;
	struct ipc_client_datagram d;

	(void)state;
	for (size_t len = 9; len < least; len++)
		assert_int_equal(at_v4(b.data, len, &d), DROP_IPC_SHORT);
	b.data[least - 1] |= 1; /* the cut makes this the source */
	assert_int_equal(at_v4(b.data, least, &d), DROP_NONE);
	assert_int_equal(wire_left(&d.message), DHCP4_FIXED_LEN);
	free(b.data);
}

static void a_response_comes_from_a_unicast_address(void **state)
{
	struct blob b = load("client-isc-answer");
	struct ipc_client_datagram d;

	(void)state;
	b.data[b.len - IPC_CLIENT_SOURCE_LEN] = 0xff;
	assert_int_equal(at_v4(b.data, b.len, &d), DROP_IPC_RESPONSE);
	memset(b.data + b.len - IPC_CLIENT_SOURCE_LEN, 0,
	       IPC_CLIENT_SOURCE_LEN);
	assert_int_equal(at_v4(b.data, b.len, &d), DROP_IPC_RESPONSE);
	free(b.data);
}

/* A query with these options around or beside its message. */
static enum drop_reason judge(uint8_t type, uint32_t flags,
			      const struct blob *before, size_t message_len,
			      unsigned int message_count)
{
	static const uint8_t zeros[DHCP4_FIXED_LEN];
	uint8_t space[SPACE];
	struct wire_writer w = wire_writer(space, sizeof(space));
	struct ipc_client_datagram d;

	wire_put_u32(&w, (uint32_t)type << 24 | flags);
	if (before)
		wire_put_mem(&w, before->data, before->len);
	while (message_count--)
		dhcp6_put_option(&w, DHCP6_OPT_DHCPV4_MSG, zeros, message_len);
	assert_false(w.failed);
	return at_v6(space, wire_len(&w), &d);
}

static void rfc7341_6_3_bits_without_a_meaning_are_not_sent(void **state)
{
	uint32_t bit;

	(void)state;
	assert_int_equal(judge(20, 0x800000, NULL, DHCP4_FIXED_LEN, 1),
			 DROP_NONE);
	for (bit = 1; bit < 0x800000; bit <<= 1)
		assert_int_equal(judge(20, bit, NULL, DHCP4_FIXED_LEN, 1),
				 DROP_IPC_DIALECT);
}

static void rfc7341_9_a_query_has_one_message(void **state)
{
	(void)state;
	assert_int_equal(judge(20, 0, NULL, DHCP4_FIXED_LEN, 1), DROP_NONE);
	assert_int_equal(judge(20, 0, NULL, DHCP4_FIXED_LEN - 1, 1),
			 DROP_DHCP4_SHORT);
	assert_int_equal(judge(20, 0, NULL, DHCP4_FIXED_LEN, 2),
			 DROP_QUERY_TWO_DHCPV4);
	assert_int_equal(judge(21, 0, NULL, DHCP4_FIXED_LEN, 1),
			 DROP_IPC_DIALECT);
	assert_int_equal(judge(1, 0, NULL, DHCP4_FIXED_LEN, 1),
			 DROP_IPC_DIALECT);
	assert_int_equal(judge(12, 0, NULL, DHCP4_FIXED_LEN, 1),
			 DROP_IPC_DIALECT);
}

static void rfc7341_9_a_query_asks_for_nothing_of_ipv6(void **state)
{
	static uint8_t ia_na[] = { 0, 3, 0, 12, 0, 0, 0, 1,
				   0, 0, 0, 0,  0, 0, 0, 0 };
	static uint8_t oro[] = { 0, 6, 0, 4, 0, 90, 0, 137 };
	static uint8_t oro_88[] = { 0, 6, 0, 4, 0, 90, 0, 88 };
	static uint8_t oro_half[] = { 0, 6, 0, 3, 0, 90, 0 };
	static uint8_t two[] = { 0, 6, 0, 2, 0, 90, 0, 6, 0, 2, 0, 90 };
	const struct {
		struct blob options;
		enum drop_reason why;
	} cases[] = {
		{ { ia_na, sizeof(ia_na) }, DROP_IPC_DIALECT },
		{ { oro, sizeof(oro) }, DROP_NONE }, /* RFC 8539 section 5 */
		{ { oro_88, sizeof(oro_88) }, DROP_IPC_DIALECT },
		{ { oro_half, sizeof(oro_half) }, DROP_IPC_DIALECT },
		{ { two, sizeof(two) }, DROP_IPC_DIALECT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(
			judge(20, 0, &cases[i].options, DHCP4_FIXED_LEN, 1),
			cases[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_those_of_isc),
		cmocka_unit_test(a_text_counts_as_a_whole_only),
		cmocka_unit_test(only_texts_are_written_as_texts),
		cmocka_unit_test(queries_of_isc_are_taken_as_they_are),
		cmocka_unit_test(responses_are_those_of_isc),
		cmocka_unit_test(every_truncation_of_a_query_is_refused),
		cmocka_unit_test(a_response_has_a_message_and_a_source),
		cmocka_unit_test(a_response_comes_from_a_unicast_address),
		cmocka_unit_test(
			rfc7341_6_3_bits_without_a_meaning_are_not_sent),
		cmocka_unit_test(rfc7341_9_a_query_has_one_message),
		cmocka_unit_test(rfc7341_9_a_query_asks_for_nothing_of_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
