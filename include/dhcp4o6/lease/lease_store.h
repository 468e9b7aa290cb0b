/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_store - where leases are durable. One interface, several backends;
 * nothing above it knows which.
 *
 * Asynchronous: submit a batch, go on deciding, learn the result from the event
 * descriptor. A DHCPACK may leave only after the completion of the batch that
 * holds its lease said LEASE_RESULT_OK: a client must never hold an address
 * that a crash can forget. Batches complete in the order of submission, and
 * when one fails, every batch submitted after it and before the caller saw the
 * failure fails too (LEASE_RESULT_ABORTED): what they decided stood on it.
 * One thread uses a store.
 */
#ifndef DHCP4O6_LEASE_LEASE_STORE_H
#define DHCP4O6_LEASE_LEASE_STORE_H

#include <stddef.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/lease/lease.h"

enum lease_result {
	LEASE_RESULT_OK,
	LEASE_RESULT_CONFLICT, /* the store holds a newer version of the key */
	LEASE_RESULT_ERROR,    /* not durable; see lease_store_status() */
	LEASE_RESULT_ABORTED,  /* an earlier batch failed */
};

/* Tickets grow by one with each batch; 0 is none. */
struct lease_completion {
	uint64_t ticket;
	enum lease_result result; /* worst of the batch */
	size_t count;
	const enum lease_result *results; /* one per record, in order; valid
					     until the next store call */
};

enum lease_store_health {
	LEASE_STORE_GOOD,
	LEASE_STORE_FAILED, /* submissions fail until it has mended itself */
};

struct lease_store_status {
	enum lease_store_health health;
	int error;	     /* errno of the last failure; 0 if never */
	char error_text[256]; /* for people: what failed, on which file */
	uint64_t batches;    /* committed */
	uint64_t records;    /* committed */
	uint64_t failures;   /* batches failed */
	uint64_t syncs;
	uint64_t compactions;
	uint64_t size;	     /* octets of the journal */
	uint64_t sync_ns_max;
	uint64_t sync_ns_total;
	uint32_t pending;    /* batches submitted, not completed */
	bool compacting;
};

/* Every live record, oldest knowledge first overwritten: last one wins. */
typedef int lease_store_visit(void *arg, const struct lease *lease);

struct lease_store; /* opaque */

/* Readable when lease_store_next() has something. Level-triggered. */
int lease_store_event_fd(const struct lease_store *store);

/* Batches that may be pending at once; submit beyond it gives -EBUSY. */
unsigned int lease_store_depth(const struct lease_store *store);

/*
 * Takes copies of all it is given. 0 with *ticket; -EBUSY when too many are
 * pending; -EIO while the store is failed (nothing was taken).
 */
int lease_store_submit(struct lease_store *store, const struct lease *leases,
		       size_t count, uint64_t *ticket);

/* 1 with *done; 0 when nothing is complete. */
int lease_store_next(struct lease_store *store, struct lease_completion *done);

/* What was durable when the store was opened; before the first submit only. */
int lease_store_load(struct lease_store *store, lease_store_visit *visit,
		     void *arg);

void lease_store_get_status(const struct lease_store *store,
			    struct lease_store_status *status);

/*
 * The owner hands live records to a compaction: when lease_store_wants_snapshot
 * turns true the caller begins one, adds every record it holds piece by piece
 * (between batches, a bounded number at a time), and ends it. Records changed
 * meanwhile may be added in either version: the journal orders them.
 */
bool lease_store_wants_snapshot(const struct lease_store *store);
int lease_store_snapshot_begin(struct lease_store *store);
int lease_store_snapshot_add(struct lease_store *store,
			     const struct lease *leases, size_t count);
int lease_store_snapshot_end(struct lease_store *store);

/* Waits for what is pending, then closes. NULL is allowed. */
void lease_store_close(struct lease_store *store);

/* ---- backends ---- */

/* For tests: completes in memory, or fails as told. */
int lease_memory_open(struct lease_store **store);
/* The next `count` batches fail with LEASE_RESULT_ERROR. */
void lease_memory_fail_next(struct lease_store *store, unsigned int count);
/* Completions wait until lease_memory_release() is called. */
void lease_memory_hold(struct lease_store *store, bool hold);

/* See journal.h for the journal. */

#endif /* DHCP4O6_LEASE_LEASE_STORE_H */
