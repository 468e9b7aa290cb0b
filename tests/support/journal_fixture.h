/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_fixture - short words for tests of the journal. A lease is (address,
 * version); everything else about it follows from the two.
 */
#ifndef DHCP4O6_TESTS_JOURNAL_FIXTURE_H
#define DHCP4O6_TESTS_JOURNAL_FIXTURE_H

#include "dhcp4o6/lease/journal.h"

#define FIXTURE_ADDR_MAX 64

struct fixture_found {
	uint32_t version[FIXTURE_ADDR_MAX]; /* 0: none */
	unsigned int records;
	bool is_wrong; /* a record that nobody made */
};

struct wall_time fixture_wall(void); /* 1,700,000,000 s */
struct mono_time fixture_mono(void);

/*
 * Whose leases the ones below are, and the options; JOURNAL_DHCP4 before. In
 * DHCPv6 address 0 is the DUID of the server, and an odd one a prefix.
 */
void fixture_use(enum journal_family family);
struct lease fixture_lease(uint32_t addr, uint32_t version);

/*
 * A lease that one of many clients holds, of either family; all of it follows
 * from these numbers. In DHCPv6 key 0 is the DUID of the server, and an odd one
 * a prefix.
 */
struct fixture_held {
	enum journal_family family;
	uint32_t key;
	uint32_t version;
	uint32_t owner;
};
#define FIXTURE_ID_LEN 32

void fixture_hold(const struct fixture_held *held, uint8_t id[FIXTURE_ID_LEN],
		  struct lease *lease);
/* What it was made from; false when nobody made it. */
bool fixture_held(const struct lease *lease, struct fixture_held *held);

/* Options with fake clocks, threadless, on this disk. */
struct journal_options fixture_options(const struct journal_disk *disk);
/* The error, or 0; err_text may be NULL. */
int fixture_open(struct lease_store **store, const char *path,
		 const struct journal_options *options, char *err_text);
/* 0 or the error of submit. */
int fixture_submit(struct lease_store *store, uint32_t addr, uint32_t version);
/* Waits for one completion; LEASE_RESULT_* or -1 after ten seconds. */
int fixture_wait(struct lease_store *store);
/* Submit and wait: true when it is durable. */
bool fixture_put(struct lease_store *store, uint32_t addr, uint32_t version);
lease_store_visit fixture_visit; /* arg: struct fixture_found */
struct fixture_found fixture_load(struct lease_store *store);
/* Snapshot of addresses 0 to count - 1 at a version; the first error. */
int fixture_snapshot(struct lease_store *store, uint32_t count,
		     uint32_t version);

#endif /* DHCP4O6_TESTS_JOURNAL_FIXTURE_H */
