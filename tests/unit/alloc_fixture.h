/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc_fixture - an alloc with one pool, and a clock that is told. */
#ifndef DHCP4O6_TESTS_ALLOC_FIXTURE_H
#define DHCP4O6_TESTS_ALLOC_FIXTURE_H

#include "dhcp4o6/alloc/binding.h"

#define WORLD_WALL  1700000000
#define WORLD_START 5000 /* seconds since boot */

struct world {
	struct conf *conf;
	struct alloc *alloc;
	const struct alloc_network *net;
	struct alloc_moment now;
	uint8_t id;
	struct alloc_client client;
};

struct in_addr world_addr(const char *text);

/* An empty memory of leases, without configuration; the wall clock is off. */
void world_open(struct world *w, int64_t wall_offset);
/* 10.10.10.100 to .199 in 10.10.10.0/24. */
void world_configure(struct world *w);
void world_close(struct world *w);
void world_pass(struct world *w, int64_t seconds);
size_t world_expire(struct world *w);

struct lease world_record(const char *addr, int64_t ends_in_s);
void world_load(struct world *w, const struct lease *lease);
/* LEASE_STATE_COUNT without a lease. */
enum lease_state world_state(const struct world *w, const char *addr);
struct alloc_stats world_stats(const struct world *w);

struct alloc_txn *world_begin(struct world *w);
/* Binds addr to client number id for lease_s seconds. */
void world_bind(struct world *w, struct alloc_txn *txn, uint8_t id,
		const char *addr, uint32_t lease_s);

#endif /* DHCP4O6_TESTS_ALLOC_FIXTURE_H */
