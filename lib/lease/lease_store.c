/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_store - the door to the backends; nothing is decided here.
 */
#include "dhcp4o6/lease/lease_store.h"

#include "store_impl.h"

int lease_store_event_fd(const struct lease_store *store)
{
	return store->ops->event_fd(store);
}

unsigned int lease_store_depth(const struct lease_store *store)
{
	return store->ops->depth(store);
}

int lease_store_submit(struct lease_store *store, const struct lease *leases,
		       size_t count, uint64_t *ticket)
{
	return store->ops->submit(store, leases, count, ticket);
}

int lease_store_next(struct lease_store *store, struct lease_completion *done)
{
	return store->ops->next(store, done);
}

int lease_store_load(struct lease_store *store, lease_store_visit *visit,
		     void *arg)
{
	return store->ops->load(store, visit, arg);
}

void lease_store_get_status(const struct lease_store *store,
			    struct lease_store_status *status)
{
	store->ops->get_status(store, status);
}

bool lease_store_wants_snapshot(const struct lease_store *store)
{
	return store->ops->wants_snapshot(store);
}

int lease_store_snapshot_begin(struct lease_store *store)
{
	return store->ops->snapshot_begin(store);
}

int lease_store_snapshot_add(struct lease_store *store,
			     const struct lease *leases, size_t count)
{
	return store->ops->snapshot_add(store, leases, count);
}

int lease_store_snapshot_end(struct lease_store *store)
{
	return store->ops->snapshot_end(store);
}

void lease_store_close(struct lease_store *store)
{
	if (store)
		store->ops->close(store);
}
