/* SPDX-License-Identifier: BSD-2-Clause */
#include "client4_fixture.h"

#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };

const struct client_conf_scope no_conf;
struct client4_identity identity;
struct bench_query got;
uint8_t octets[CLIENT4_QUERY_MAX];
size_t octets_len;
unsigned int left_out;

int client4_setup(void **state)
{
	const struct client4_link link = { ARPHRD_ETHER, mac, sizeof(mac) };

	(void)state;
	return client4_identify(&identity, &link, 0x01020304, duid,
				sizeof(duid));
}

void client4_become(const struct client4_link *link)
{
	assert_int_equal(
		client4_identify(&identity, link, 1, duid, sizeof(duid)), 0);
}

struct client4_query query_of(unsigned int kind)
{
	return (struct client4_query){
		.kind = (enum client4_query_kind)kind,
		.xid = 0xabcdef01,
		.secs = 7,
		.addr.s_addr = htonl(0x0a0a0a64),
		.server_id.s_addr = htonl(0x0a0a0a01),
	};
}

void encode(const struct client_conf_scope *scope,
	    const struct client4_query *query)
{
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	left_out = client4_encode(&w, &identity, scope, query);
	assert_false(w.failed);
	octets_len = wire_len(&w);
	assert_int_equal(bench_query_decode(&got, octets, octets_len),
			 DROP_NONE);
	assert_int_equal(got.env.relay_count, 0);
}

bool has(unsigned int code)
{
	return dhcp4_has_option(&got.dhcp4, (uint8_t)code);
}

void assert_option(unsigned int code, const void *body, size_t len)
{
	struct dhcp4_option opt = dhcp4_option(&got.dhcp4, (uint8_t)code);

	assert_non_null(opt.data);
	assert_int_equal(opt.len, len);
	assert_memory_equal(opt.data, body, len);
}
