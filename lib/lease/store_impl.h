/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_impl - what a backend of lease_store implements. A backend's own struct
 * begins with struct lease_store.
 */
#ifndef DHCP4O6_LIB_LEASE_STORE_IMPL_H
#define DHCP4O6_LIB_LEASE_STORE_IMPL_H

#include "dhcp4o6/lease/lease_store.h"

struct lease_store_ops {
	int (*event_fd)(const struct lease_store *store);
	unsigned int (*depth)(const struct lease_store *store);
	int (*submit)(struct lease_store *store, const struct lease *leases,
		      size_t count, uint64_t *ticket);
	int (*next)(struct lease_store *store, struct lease_completion *done);
	int (*load)(struct lease_store *store, lease_store_visit *visit,
		    void *arg);
	void (*get_status)(const struct lease_store *store,
			   struct lease_store_status *status);
	bool (*wants_snapshot)(const struct lease_store *store);
	int (*snapshot_begin)(struct lease_store *store);
	int (*snapshot_add)(struct lease_store *store,
			    const struct lease *leases, size_t count);
	int (*snapshot_end)(struct lease_store *store);
	void (*close)(struct lease_store *store);
};

struct lease_store {
	const struct lease_store_ops *ops;
};

#endif /* DHCP4O6_LIB_LEASE_STORE_IMPL_H */
