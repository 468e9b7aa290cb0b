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

static enum journal_family family_in_use = JOURNAL_DHCP4;

void fixture_use(enum journal_family family)
{
	family_in_use = family;
}

/* What a DUID's record has not is zero. */
static void set_key(enum journal_family family, uint32_t key,
		    struct lease *lease)
{
	uint32_t be = htonl(ADDR_BASE + key);
	bool is_prefix = key % 2;

	if (family != JOURNAL_DHCP6) {
		lease->addr.s_addr = be;
		return;
	}
	if (!key) {
		lease->kind = LEASE_DUID6;
		lease->state = LEASE_FREE;
		lease->hlen = 0;
		memset(lease->chaddr, 0, sizeof(lease->chaddr));
		lease->updated = lease->starts;
		lease->starts.s = 0;
		return;
	}
	lease->kind = is_prefix ? LEASE_PD6 : LEASE_NA6;
	lease->prefix_len = is_prefix ? 64 : 128;
	lease->iaid = key;
	lease->addr6.s6_addr[0] = 0xfd;
	memcpy(&lease->addr6.s6_addr[is_prefix ? 4 : 12], &be, sizeof(be));
}

static uint32_t key_of(const struct lease *lease)
{
	uint32_t be = lease->addr.s_addr;

	if (lease->kind == LEASE_DUID6)
		return 0;
	if (lease->kind != LEASE_DHCP4)
		memcpy(&be,
		       &lease->addr6.s6_addr[lease->kind == LEASE_PD6 ? 4 : 12],
		       sizeof(be));
	return ntohl(be) - ADDR_BASE;
}

struct lease fixture_lease(uint32_t addr, uint32_t version)
{
	struct lease lease = {
		.state = LEASE_ACTIVE,
		.hlen = 6,
		.chaddr = { 2, 0, (uint8_t)addr, (uint8_t)version },
		.epoch = 1,
		.version = version,
		.starts.s = 1700000000 + version,
		.client_id = client_id,
		.client_id_len = sizeof(client_id),
	};

	set_key(family_in_use, addr, &lease);
	return lease;
}

void fixture_hold(const struct fixture_held *held, uint8_t id[FIXTURE_ID_LEN],
		  struct lease *lease)
{
	memset(id, (int)(held->owner & 0xff), FIXTURE_ID_LEN);
	memcpy(id, &held->owner, sizeof(held->owner));
	*lease = (struct lease){
		.state = LEASE_ACTIVE,
		.hlen = 6,
		.epoch = 1,
		.version = held->version,
		.client_id = id,
		.client_id_len = (uint8_t)(8 + held->owner % 24),
	};
	set_key(held->family, held->key, lease);
}

bool fixture_held(const struct lease *lease, struct fixture_held *held)
{
	uint8_t id[FIXTURE_ID_LEN];
	struct lease want;

	*held = (struct fixture_held){ .version = lease->version };
	if (lease->client_id_len < 8 || lease->client_id_len > FIXTURE_ID_LEN)
		return false;
	if (lease->kind != LEASE_DHCP4)
		held->family = JOURNAL_DHCP6;
	held->key = key_of(lease);
	memcpy(&held->owner, lease->client_id, sizeof(held->owner));
	fixture_hold(held, id, &want);
	return lease->state == want.state && lease->iaid == want.iaid &&
	       lease_is_same_key(lease, &want) &&
	       lease->client_id_len == want.client_id_len &&
	       !memcmp(lease->client_id, id, want.client_id_len);
}

struct journal_options fixture_options(const struct journal_disk *disk)
{
	return (struct journal_options){
		.family = family_in_use,
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
	return lease_is_same_key(a, b) && a->state == b->state &&
	       a->hlen == b->hlen && a->epoch == b->epoch &&
	       memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0 &&
	       a->starts.s == b->starts.s && a->updated.s == b->updated.s &&
	       a->client_id_len == b->client_id_len &&
	       memcmp(a->client_id, b->client_id, a->client_id_len) == 0;
}

int fixture_visit(void *arg, const struct lease *lease)
{
	struct fixture_found *found = arg;
	uint32_t addr = key_of(lease);
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
