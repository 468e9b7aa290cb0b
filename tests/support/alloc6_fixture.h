/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc6_fixture - an alloc6 with a configuration, a clock that is told, and
 * clients by number.
 */
#ifndef DHCP4O6_TESTS_ALLOC6_FIXTURE_H
#define DHCP4O6_TESTS_ALLOC6_FIXTURE_H

#include "dhcp4o6/alloc6/choice6.h"

#define WORLD6_WALL  1700000000
#define WORLD6_START 5000 /* seconds since boot */

struct world6 {
	struct conf *conf;
	struct alloc6 *alloc;
	const struct alloc6_network *net; /* that of the last ask */
	struct alloc6_moment now;
	/* The client that asks: world6_ask() sets it up. */
	uint8_t duid[8];
	struct alloc6_client client;
	struct alloc6_asker asker;
};

struct in6_addr world6_addr(const char *text);
void assert_addr6(const struct in6_addr *addr, const char *text);

/* Without configuration; the wall clock is off by wall_offset. */
void world6_open(struct world6 *w, int64_t wall_offset);
/* Lays a dhcpd6.conf over it; the former one goes. */
void world6_configure(struct world6 *w, const char *text);
void world6_close(struct world6 *w);
void world6_pass(struct world6 *w, int64_t seconds);
size_t world6_expire(struct world6 *w);

/* DUID 00:03:00:01:02:00:HH:LL of client number id, on the network that has
 * link; then w->asker asks. */
void world6_ask(struct world6 *w, uint16_t id, const char *link);
struct alloc6_want world6_want(enum lease_kind kind, uint32_t iaid);
/* Chooses for w->asker; fails the test when there is nothing. */
struct alloc6_choice world6_choose(struct world6 *w,
				   const struct alloc6_want *want);
enum drop_reason world6_refuses(struct world6 *w,
				const struct alloc6_want *want);
void world6_offer(struct world6 *w, const struct alloc6_want *want,
		  const struct alloc6_choice *choice);
enum alloc6_claim world6_judge(struct world6 *w, enum lease_kind kind,
			       uint32_t iaid, const char *addr,
			       uint8_t prefix_len);

struct alloc6_txn *world6_begin(struct world6 *w);
struct alloc6_binding world6_binding(const struct world6 *w,
				     enum lease_kind kind, uint32_t iaid,
				     const struct in6_addr *addr,
				     uint8_t prefix_len);
/* Binds for valid_s seconds in a transaction of its own, and commits. */
void world6_bind(struct world6 *w, enum lease_kind kind, uint32_t iaid,
		 const char *addr, uint8_t prefix_len, uint32_t valid_s);
/* Chooses and binds; what. */
struct alloc6_choice world6_acquire(struct world6 *w,
				    const struct alloc6_want *want,
				    uint32_t valid_s);

/* A record of client number id that is active. */
struct lease world6_record(struct world6 *w, uint16_t id, enum lease_kind kind,
			   const char *addr, uint8_t prefix_len,
			   int64_t ends_in_s);
void world6_load(struct world6 *w, const struct lease *lease);
/* LEASE_STATE_COUNT without a lease. */
enum lease_state world6_state(const struct world6 *w, enum lease_kind kind,
			      const char *addr, uint8_t prefix_len);
struct alloc6_stats world6_stats(const struct world6 *w);
struct alloc6_network_stats world6_network_stats(const struct world6 *w,
						 size_t network);

#endif /* DHCP4O6_TESTS_ALLOC6_FIXTURE_H */
