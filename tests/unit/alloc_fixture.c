/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc_fixture - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc_fixture.h"

static const struct siphash_key key = { { 5, 6 } };
static const char conf_text[] =
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"
	"  range 10.10.10.100 10.10.10.199; } }\n";

struct in_addr world_addr(const char *text)
{
	struct in_addr addr;

	assert_int_equal(inet_pton(AF_INET, text, &addr), 1);
	return addr;
}

/* An empty memory of leases whose wall clock is off by wall_offset. */
void world_open(struct world *w, int64_t wall_offset)
{
	*w = (struct world){
		.now = { { WORLD_START * NS_PER_S },
			 { WORLD_WALL + wall_offset } },
	};
	assert_int_equal(alloc_new(&w->alloc, &key, w->now.mono, w->now.wall),
			 0);
}

void world_configure(struct world *w)
{
	assert_int_equal(conf_parse(&w->conf, conf_text, strlen(conf_text),
				    "test", CONF_DHCP4, true, NULL, NULL),
			 0);
	assert_int_equal(alloc_apply_conf(w->alloc, w->conf), 0);
	assert_non_null(
		alloc_find_subnet(w->alloc, world_addr("10.10.10.1"), &w->net));
}

void world_close(struct world *w)
{
	alloc_free(w->alloc);
	conf_free(w->conf);
}

void world_pass(struct world *w, int64_t seconds)
{
	w->now.mono = mono_add_s(w->now.mono, seconds);
	w->now.wall.s += seconds;
}

size_t world_expire(struct world *w)
{
	return alloc_expire(w->alloc, w->now.mono, 1000);
}

struct lease world_record(const char *addr, int64_t ends_in_s)
{
	return (struct lease){
		.addr = world_addr(addr),
		.state = LEASE_ACTIVE,
		.htype = 1,
		.hlen = 6,
		.chaddr = { 2, 0, 0, 0, 0, 1 },
		.epoch = 1,
		.version = 1,
		.starts = { WORLD_WALL - 100 },
		.updated = { WORLD_WALL - 50 },
		.expires = { WORLD_WALL + ends_in_s },
	};
}

void world_load(struct world *w, const struct lease *lease)
{
	assert_int_equal(alloc_load(w->alloc, lease), 0);
}

enum lease_state world_state(const struct world *w, const char *addr)
{
	struct lease lease;

	if (alloc_get_lease(w->alloc, world_addr(addr), 0, 0, &lease))
		return LEASE_STATE_COUNT;
	return lease.state;
}

struct alloc_stats world_stats(const struct world *w)
{
	struct alloc_stats stats;

	alloc_get_stats(w->alloc, &stats);
	return stats;
}

/* Binds addr to client number id for lease_s seconds. */
void world_bind(struct world *w, struct alloc_txn *txn, uint8_t id,
		const char *addr, uint32_t lease_s)
{
	struct alloc_binding binding = {
		.addr = world_addr(addr),
		.lease_s = lease_s,
		.now = w->now,
	};
	struct alloc_asker asker;

	w->id = id;
	w->client = (struct alloc_client){ .id = &w->id, .id_len = 1 };
	alloc_seal_client(w->alloc, &w->client);
	alloc_ask(w->alloc, w->net, &w->client, w->now.mono, &asker);
	assert_int_equal(alloc_bind(txn, &asker, &binding), 0);
}

struct alloc_txn *world_begin(struct world *w)
{
	struct alloc_txn *txn;

	assert_int_equal(alloc_txn_begin(w->alloc, &txn), 0);
	return txn;
}
