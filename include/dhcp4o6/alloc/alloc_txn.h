/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc_txn - changes of leases that are not durable yet.
 *
 * A transaction is opened, filled by decisions, submitted to the store, and
 * committed or aborted when the store has answered. Several may be in flight;
 * they form a queue in the order of opening. Changes show in memory at once,
 * so that later decisions stand on them; aborting one undoes it and every later
 * one, last change first, and leaves the state that was there before.
 *
 *	alloc_txn_begin(alloc, &txn);
 *	decide(...) for each query that waits;
 *	records = alloc_txn_records(txn, &count);
 *	count ? lease_store_submit(store, records, count, &ticket) : commit
 *	... completion: OK ? alloc_txn_commit(txn) : alloc_txn_abort(txn)
 */
#ifndef DHCP4O6_ALLOC_ALLOC_TXN_H
#define DHCP4O6_ALLOC_ALLOC_TXN_H

#include "dhcp4o6/alloc/alloc.h"

struct alloc_txn; /* opaque */

/* -ENOMEM. Only the newest transaction may be filled. */
int alloc_txn_begin(struct alloc *alloc, struct alloc_txn **txn);

/*
 * The records to be made durable, in order; one key may be there twice. Valid,
 * variable parts included, until the next change or the end of txn. NULL when
 * *count is 0.
 */
const struct lease *alloc_txn_records(const struct alloc_txn *txn,
				      size_t *count);

/*
 * Both end txn. Commit wants the oldest one. Abort undoes txn and all that were
 * opened after it; those stay open but empty and marked, and have to be ended
 * by a call of their own: either works.
 */
void alloc_txn_commit(struct alloc_txn *txn);
void alloc_txn_abort(struct alloc_txn *txn);

/* An earlier transaction was aborted: none of the answers decided in it, or
 * in anything after it, may be sent. */
bool alloc_txn_is_undone(const struct alloc_txn *txn);

#endif /* DHCP4O6_ALLOC_ALLOC_TXN_H */
