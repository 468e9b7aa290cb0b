/* SPDX-License-Identifier: BSD-2-Clause */
/* store4 - the journal of server4, and the leases it keeps in it. */
#include <errno.h>
#include <string.h>

#include "server4.h"

static int load_lease(void *arg, const struct lease *lease)
{
	struct server4 *server = arg;

	return alloc_load(server->alloc, lease);
}

static bool end_load(void *arg)
{
	struct server4 *server = arg;

	return alloc_load_end(server->alloc);
}

static size_t visit_leases(void *arg, uint32_t *cursor, struct lease *records,
			   size_t max)
{
	struct server4 *server = arg;

	_Static_assert(ALLOC_CURSOR_END == UINT32_MAX, "end of a visit");
	return alloc_visit(server->alloc, cursor, records, max);
}

static bool set_clock(void *arg, struct mono_time now, struct wall_time wall)
{
	struct server4 *server = arg;

	return alloc_set_clock(server->alloc, now, wall);
}

static size_t expire_leases(void *arg, struct mono_time now, size_t max)
{
	struct server4 *server = arg;

	return alloc_expire(server->alloc, now, max);
}

static struct mono_time next_expiry(void *arg)
{
	struct server4 *server = arg;

	return alloc_next_expiry(server->alloc);
}

static const struct lease_keeper_ops keeper_ops = {
	.load = load_lease,
	.load_end = end_load,
	.visit = visit_leases,
	.set_clock = set_clock,
	.expire = expire_leases,
	.next_expiry = next_expiry,
	.complete = server4_complete_batches,
};

enum daemon_exit server4_open_store(struct server4 *server)
{
	struct lease_keeper *keeper = &server->keeper;
	enum daemon_exit status;
	int err;

	keeper->ops = &keeper_ops;
	keeper->arg = server;
	keeper->path = server->args.lease_file;
	keeper->family = JOURNAL_DHCP4;
	status = lease_keeper_open(keeper,
				   server->conf->dhcp4o6.journal_compact_mib);
	if (status != DAEMON_EXIT_NONE)
		return status;
	err = alloc_new(&server->alloc, &lease_journal_info(keeper->store)->key,
			mono_now(), wall_now());
	if (!err)
		return lease_keeper_load(keeper);
	log_error("%s", strerror(-err));
	return DAEMON_EXIT_FAILURE;
}
