/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alloc6_txn - changes of leases that are not durable yet; rules and errors are
 * those of alloc_txn.h.
 */
#ifndef DHCP4O6_ALLOC6_ALLOC6_TXN_H
#define DHCP4O6_ALLOC6_ALLOC6_TXN_H

#include "dhcp4o6/alloc6/alloc6.h"

struct alloc6_txn; /* opaque */

int alloc6_txn_begin(struct alloc6 *alloc, struct alloc6_txn **txn);
const struct lease *alloc6_txn_records(const struct alloc6_txn *txn,
				       size_t *count);
void alloc6_txn_commit(struct alloc6_txn *txn);
void alloc6_txn_abort(struct alloc6_txn *txn);
bool alloc6_txn_is_undone(const struct alloc6_txn *txn);

#endif /* DHCP4O6_ALLOC6_ALLOC6_TXN_H */
