/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_store - a lease store that forgets when it is closed: for tests of
 * everything above the store, which can tell it what to do wrong.
 *
 * It detects conflicts, and lease_store_load() works at any time, so that a
 * test may look into it.
 */
#ifndef DHCP4O6_LEASE_MEMORY_STORE_H
#define DHCP4O6_LEASE_MEMORY_STORE_H

#include "dhcp4o6/lease/lease_store.h"

int lease_memory_open(struct lease_store **store);

/*
 * The next `count` batches submitted fail with LEASE_RESULT_ERROR; those after
 * them, until the caller has fetched the failure, with LEASE_RESULT_ABORTED.
 */
void lease_memory_fail_next(struct lease_store *store, unsigned int count);

/* While held, batches stay pending; letting go completes them in order. */
void lease_memory_hold(struct lease_store *store, bool hold);

/*
 * As a journal after a failed sync: submit says -EIO, a snapshot is wanted and
 * its end mends the store.
 */
void lease_memory_set_failed(struct lease_store *store);

/* Asks the owner for a snapshot. Records it does not add are dropped. */
void lease_memory_want_snapshot(struct lease_store *store);

#endif /* DHCP4O6_LEASE_MEMORY_STORE_H */
