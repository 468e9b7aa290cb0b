/* SPDX-License-Identifier: BSD-2-Clause */
/* client4_fixture - a DHCPv4 client, and what it wrote as a server reads it. */
#ifndef DHCP4O6_TESTS_CLIENT4_FIXTURE_H
#define DHCP4O6_TESTS_CLIENT4_FIXTURE_H

#include "../../daemon/client4/encode4.h"
#include "bench_server.h"

extern const struct client_conf_scope no_conf;
/* 02:00:00:00:00:01 on Ethernet, IAID 01020304, DUID-LL of the same. */
extern struct client4_identity identity;

int client4_setup(void **state); /* makes identity; for cmocka */
/* Another interface; IAID 1. */
void client4_become(const struct client4_link *link);

/* The last message that was encoded. */
extern struct bench_query got; /* points into octets */
extern uint8_t octets[CLIENT4_QUERY_MAX];
extern size_t octets_len;
extern unsigned int left_out;

/* A message of a kind with all that it may need: 10.10.10.100, .1. */
struct client4_query query_of(unsigned int kind);
/* Encodes and takes apart; every server understands it. */
void encode(const struct client_conf_scope *scope,
	    const struct client4_query *query);

bool has(unsigned int code);
void assert_option(unsigned int code, const void *body, size_t len);

#endif /* DHCP4O6_TESTS_CLIENT4_FIXTURE_H */
