/* SPDX-License-Identifier: BSD-2-Clause */
#include "record_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct lease record_longest(void)
{
	static uint8_t client_id[255], host_name[255], relay_path[1024];
	struct lease l = {
		.state = LEASE_DECLINED,
		.flags = LEASE_FLAG_RESERVED,
		.htype = 1,
		.hlen = 16,
		.epoch = 3,
		.version = 0xfffffffe,
		.starts.s = 1700000000,
		.expires.s = LEASE_EXPIRES_NEVER,
		.updated.s = -5,
		.client_id = client_id,
		.client_id_len = sizeof(client_id),
		.host_name = host_name,
		.host_name_len = sizeof(host_name),
		.relay_path = relay_path,
		.relay_path_len = sizeof(relay_path),
	};

	memset(l.chaddr, 0xc4, sizeof(l.chaddr));
	memset(&l.source, 0xfd, sizeof(l.source));
	memset(client_id, 0x11, sizeof(client_id));
	memset(host_name, 0x22, sizeof(host_name));
	memset(relay_path, 0x33, sizeof(relay_path));
	return l;
}

size_t record_encode(const struct lease *lease, uint8_t *out)
{
	struct wire_writer w = wire_writer(out, LEASE_RECORD_MAX);

	assert_int_equal(lease_encode(lease, &w), 0);
	return wire_len(&w);
}

int record_decode(const void *data, size_t len, struct lease *lease)
{
	struct wire_reader r = wire_reader(data, len);

	return lease_decode(&r, lease);
}

static void assert_same_octets(const uint8_t *a, size_t a_len, const uint8_t *b,
			       size_t b_len)
{
	assert_int_equal(a_len, b_len);
	if (a_len)
		assert_memory_equal(a, b, a_len);
}

void assert_same_lease(const struct lease *a, const struct lease *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->addr.s_addr, b->addr.s_addr);
	assert_int_equal(a->psid, b->psid);
	assert_int_equal(a->psid_len, b->psid_len);
	assert_memory_equal(&a->addr6, &b->addr6, sizeof(a->addr6));
	assert_int_equal(a->prefix_len, b->prefix_len);
	assert_int_equal(a->iaid, b->iaid);
	assert_int_equal(a->preferred_s, b->preferred_s);
	assert_string_equal(a->ifname, b->ifname);
	assert_true(a->replay_mark == b->replay_mark);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->htype, b->htype);
	assert_int_equal(a->hlen, b->hlen);
	assert_memory_equal(a->chaddr, b->chaddr, sizeof(a->chaddr));
	assert_int_equal(a->epoch, b->epoch);
	assert_int_equal(a->version, b->version);
	assert_true(a->starts.s == b->starts.s);
	assert_true(a->expires.s == b->expires.s);
	assert_true(a->updated.s == b->updated.s);
	assert_memory_equal(&a->source, &b->source, sizeof(a->source));
	assert_same_octets(a->client_id, a->client_id_len, b->client_id,
			   b->client_id_len);
	assert_same_octets(a->host_name, a->host_name_len, b->host_name,
			   b->host_name_len);
	assert_same_octets(a->relay_path, a->relay_path_len, b->relay_path,
			   b->relay_path_len);
	assert_same_octets(a->relay_ports, a->relay_ports_len, b->relay_ports,
			   b->relay_ports_len);
}

void record_rejects_truncations(const struct lease *lease)
{
	uint8_t record[LEASE_RECORD_MAX];
	size_t len, whole = record_encode(lease, record);
	struct lease out;

	for (len = 0; len < whole; len++) {
		uint8_t *copy = malloc(len ? len : 1); /* exact: for ASan */

		assert_non_null(copy);
		memcpy(copy, record, len);
		assert_int_equal(record_decode(copy, len, &out), -EBADMSG);
		if (len > 3) { /* and with a length that agrees */
			copy[0] = (uint8_t)((len - 2) >> 8);
			copy[1] = (uint8_t)(len - 2);
			assert_int_equal(record_decode(copy, len, &out),
					 -EBADMSG);
		}
		free(copy);
	}
}
