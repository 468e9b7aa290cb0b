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
	int error;            /* errno of the last failure; 0 if never */
	char error_text[256]; /* for people: what failed, on which file */
	uint64_t batches;     /* committed */
	uint64_t records;     /* committed */
	uint64_t failures;    /* batches failed */
	uint64_t syncs;
	uint64_t compactions;
	uint64_t size; /* octets of the journal */
	uint64_t sync_ns_max;
	uint64_t sync_ns_total;
	uint32_t pending; /* batches submitted, not completed */
	uint64_t compaction_failures;
	bool compacting;
};

/*
 * A record that the store holds. A key may come more than once: keep the one
 * that lease_supersedes() the other (lease_record.h). *lease and what it points
 * to are valid during the call. Non-zero ends the walk.
 */
typedef int lease_store_visit(void *arg, const struct lease *lease);

struct lease_store; /* opaque */

/*
 * Readable when lease_store_next() has something, and once more when anything
 * else changed: health, room for a snapshot, its end. Stays readable until
 * lease_store_next() has returned 0.
 */
int lease_store_event_fd(const struct lease_store *store);

/* Batches that may be pending at once; submit beyond it gives -EBUSY. */
unsigned int lease_store_depth(const struct lease_store *store);

#define LEASE_BATCH_MAX  4096 /* records in one submission */
#define LEASE_BATCH_SURE 512  /* so many fit in it, however long they are */

/*
 * Takes copies of all it is given. 0 with *ticket, and a completion will come;
 * else nothing was taken and none will:
 *   -EBUSY     too many batches, or octets, are pending: fetch completions
 *   -EIO       the store is failed, or completions of a failure are waiting
 *   -EMSGSIZE  more records than LEASE_BATCH_MAX, or too long for one batch
 *   -EINVAL    none, or one that lease_encode() refuses
 */
int lease_store_submit(struct lease_store *store, const struct lease *leases,
		       size_t count, uint64_t *ticket);

/* 1 with *done; 0 when nothing is complete. */
int lease_store_next(struct lease_store *store, struct lease_completion *done);

/*
 * What was durable when the store was opened; before the first submit only
 * (-EINVAL after it). 0, what visit returned, or an error of the store.
 */
int lease_store_load(struct lease_store *store, lease_store_visit *visit,
		     void *arg);

void lease_store_get_status(const struct lease_store *store,
			    struct lease_store_status *status);

/*
 * A snapshot rewrites the store from the records its owner holds. It serves
 * compaction, in the background of live batches, and mends a store whose
 * fdatasync failed. When lease_store_wants_snapshot() is true: begin, add every
 * record held, piece by piece between batches, and end. A record added may be
 * as durable or as submitted; the store puts it and the batches in order. While
 * the store is failed, add records only as they were before what has failed.
 *
 *   begin  -EALREADY while one is under way; -EBUSY while completions of a
 *          failure wait to be fetched
 *   add    -EMSGSIZE, -EINVAL as for submit
 *   add, end  -EBUSY when there is no room now, or batches submitted before
 *          the begin are not fetched yet (nothing was taken: try the same again
 *          after the next event); -ECANCELED when the snapshot was given up (a
 * write failed, live batches went on in the old file): begin anew when it is
 * wanted
 *
 * The end comes later: status.compacting turns false, and either compactions
 * or compaction_failures has grown.
 */
bool lease_store_wants_snapshot(const struct lease_store *store);
int lease_store_snapshot_begin(struct lease_store *store);
int lease_store_snapshot_add(struct lease_store *store,
			     const struct lease *leases, size_t count);
int lease_store_snapshot_end(struct lease_store *store);

/* Waits for what is pending, then closes. NULL is allowed. */
void lease_store_close(struct lease_store *store);

/* Backends: journal.h, memory_store.h. */

#endif /* DHCP4O6_LEASE_LEASE_STORE_H */
