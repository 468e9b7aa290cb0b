/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_server - a minimal right server for tests of the load generator: it
 * answers one query, as the test has told it to.
 */
#ifndef DHCP4O6_TESTS_BENCH_SERVER_H
#define DHCP4O6_TESTS_BENCH_SERVER_H

#include <stdbool.h>

#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

#define BENCH_REPLY_MAX 2048

/* A query taken apart with the server's own decoders. */
struct bench_query {
	struct dhcp6_envelope env;
	struct dhcp4o6_msg msg;
	struct dhcp4_msg dhcp4;
};

struct bench_reply {
	uint8_t type; /* enum dhcp4_msg_type */
	uint32_t addr;
	uint32_t xid_change; /* XORed to what is right, as the next ones */
	uint8_t chaddr_change;
	uint8_t id_change;
	bool no_echo;
};

/* DROP_NONE, or why a server would not answer this. */
enum drop_reason bench_query_decode(struct bench_query *query,
				    const uint8_t *data, size_t len);
/* Octets written to out. */
size_t bench_reply_encode(const struct bench_query *query,
			  const struct bench_reply *reply,
			  uint8_t out[BENCH_REPLY_MAX]);

#endif /* DHCP4O6_TESTS_BENCH_SERVER_H */
