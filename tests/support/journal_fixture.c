/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/lease/lease_record.h"

#define ADDR_BASE 0x0a000000U
#define WAIT_MS   10000

static const uint8_t client_id[] = "client of the fixture";

struct wall_time fixture_wall(void)
{
	return (struct wall_time){ .s = 1700000000 };
}

struct mono_time fixture_mono(void)
{
	return (struct mono_time){ .ns = 5 * NS_PER_S };
}

struct lease fixture_lease(uint32_t addr, uint32_t version)
{
	return (struct lease){
		.addr.s_addr = htonl(ADDR_BASE + addr),
		.state = LEASE_ACTIVE,
		.hlen = 6,
		.chaddr = { 2, 0, (uint8_t)addr, (uint8_t)version },
		.epoch = 1,
		.version = version,
		.starts.s = 1700000000 + version,
		.client_id = client_id,
		.client_id_len = sizeof(client_id),
	};
}

struct journal_options fixture_options(const struct journal_disk *disk)
{
	return (struct journal_options){
		.disk = disk,
		.wall_now = fixture_wall,
		.mono_now = fixture_mono,
		.threadless = true,
	};
}

int fixture_open(struct lease_store **store, const char *path,
		 const struct journal_options *options, char *err_text)
{
	char own[JOURNAL_ERROR_MAX];

	return lease_journal_open(store, path, options,
				  err_text ? err_text : own, JOURNAL_ERROR_MAX);
}

int fixture_submit(struct lease_store *store, uint32_t addr, uint32_t version)
{
	struct lease lease = fixture_lease(addr, version);
	uint64_t ticket;

	return lease_store_submit(store, &lease, 1, &ticket);
}

int fixture_wait(struct lease_store *store)
{
	struct pollfd p = { .fd = lease_store_event_fd(store),
			    .events = POLLIN };
	struct lease_completion done;

	do {
		if (lease_store_next(store, &done))
			return (int)done.result;
	} while (poll(&p, 1, WAIT_MS) == 1);
	return -1;
}

bool fixture_put(struct lease_store *store, uint32_t addr, uint32_t version)
{
	return !fixture_submit(store, addr, version) &&
	       fixture_wait(store) == LEASE_RESULT_OK;
}

static bool is_same(const struct lease *a, const struct lease *b)
{
	return a->addr.s_addr == b->addr.s_addr && a->state == b->state &&
	       a->hlen == b->hlen && a->epoch == b->epoch &&
	       memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0 &&
	       a->starts.s == b->starts.s &&
	       a->client_id_len == b->client_id_len &&
	       memcmp(a->client_id, b->client_id, a->client_id_len) == 0;
}

int fixture_visit(void *arg, const struct lease *lease)
{
	struct fixture_found *found = arg;
	uint32_t addr = ntohl(lease->addr.s_addr) - ADDR_BASE;
	struct lease want = fixture_lease(addr, lease->version);

	found->records++;
	if (addr >= FIXTURE_ADDR_MAX || !is_same(lease, &want)) {
		found->is_wrong = true;
		return 0;
	}
	if (lease->version >= found->version[addr])
		found->version[addr] = lease->version;
	return 0;
}

struct fixture_found fixture_load(struct lease_store *store)
{
	struct fixture_found found = { 0 };

	if (lease_store_load(store, fixture_visit, &found))
		found.is_wrong = true;
	return found;
}

int fixture_snapshot(struct lease_store *store, uint32_t count,
		     uint32_t version)
{
	struct lease lease;
	uint32_t i;
	int err;

	err = lease_store_snapshot_begin(store);
	for (i = 0; !err && i < count; i++) {
		lease = fixture_lease(i, version);
		err = lease_store_snapshot_add(store, &lease, 1);
	}
	return err ? err : lease_store_snapshot_end(store);
}
