/* SPDX-License-Identifier: BSD-2-Clause */
#include "reconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BIND_ADDRS_MAX 64 /* of one interface; any of them places it */
#define UNPLACED_SHOWN 8  /* of interfaces that no `subnet6' is about */
#define FULL_S         60 /* one lease that ends is no news */

static int load_lease(void *arg, const struct lease *lease)
{
	struct serve6 *serve = arg;

	if (lease->kind == LEASE_DUID6)
		return serve6_load_duid(serve, lease);
	/* With each of them a key may have been given. */
	rkap_note_use(&serve->rkap, lease->updated);
	return alloc6_load(serve->alloc, lease);
}

static bool end_load(void *arg)
{
	struct serve6 *serve = arg;

	return alloc6_load_end(serve->alloc);
}

/* The DUID comes first. */
static size_t visit_records(void *arg, uint32_t *cursor, struct lease *records,
			    size_t max)
{
	struct serve6 *serve = arg;
	size_t count = 0;

	_Static_assert(ALLOC6_CURSOR_END == UINT32_MAX, "end of a visit");
	if (*cursor == 0 && serve6_duid_record(serve, &records[0]))
		count = 1;
	return count +
	       alloc6_visit(serve->alloc, cursor, records + count, max - count);
}

static bool set_clock(void *arg, struct mono_time now, struct wall_time wall)
{
	struct serve6 *serve = arg;

	return alloc6_set_clock(serve->alloc, now, wall);
}

static size_t expire_leases(void *arg, struct mono_time now, size_t max)
{
	struct serve6 *serve = arg;

	return alloc6_expire(serve->alloc, now, max);
}

static struct mono_time next_expiry(void *arg)
{
	struct serve6 *serve = arg;

	return alloc6_next_expiry(serve->alloc);
}

static const struct lease_keeper_ops keeper_ops = {
	.load = load_lease,
	.load_end = end_load,
	.visit = visit_records,
	.set_clock = set_clock,
	.expire = expire_leases,
	.next_expiry = next_expiry,
	.complete = serve6_complete,
};

static enum daemon_exit open_store(struct serve6 *serve)
{
	struct lease_keeper *keeper = &serve->keeper;
	const struct siphash_key *key;
	enum daemon_exit status;
	int err;

	keeper->ops = &keeper_ops;
	keeper->arg = serve;
	keeper->path = serve->front->config.startup->args->lease_file;
	keeper->family = JOURNAL_DHCP6;
	status = lease_keeper_open(keeper,
				   serve->conf->dhcp4o6.journal_compact_mib);
	if (status != DAEMON_EXIT_NONE)
		return status;
	key = &lease_journal_info(keeper->store)->key;
	rkap_init(&serve->rkap, key, sizeof(*key));
	err = alloc6_new(&serve->alloc, key, mono_now(), wall_now());
	if (err) {
		log_error("%s", strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	status = lease_keeper_load(keeper);
	rkap_start(&serve->rkap, wall_now());
	return status;
}

enum daemon_exit serve6_open(struct serve6 **serve, struct front *front)
{
	struct serve6 *self = calloc(1, sizeof(*self));
	enum daemon_exit status = DAEMON_EXIT_FAILURE;
	int err = -ENOMEM;

	*serve = self;
	if (self) {
		self->front = front;
		self->conf = front->config.conf;
		serve6_init_batches(self);
		status = open_store(self);
		if (status != DAEMON_EXIT_NONE)
			return status;
		err = alloc6_apply_conf(self->alloc, self->conf);
	}
	if (!err)
		err = reconf_new(&self->reconf, self);
	if (!err)
		err = lease_keeper_start(&self->keeper, front->loop);
	if (err) {
		log_error("starting: %s", strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	self->decide.alloc = self->alloc;
	self->decide.duid = self->duid.octets;
	serve6_use_conf(self, self->conf);
	return DAEMON_EXIT_NONE;
}

void serve6_close(struct serve6 *serve)
{
	if (!serve)
		return;
	if (serve->open)
		serve6_submit(serve);
	lease_keeper_drain(&serve->keeper, &serve->ring);
	if (serve->alloc)
		serve6_free_batches(serve);
	lease_keeper_close(&serve->keeper);
	alloc6_free(serve->alloc);
	reconf_free(serve->reconf);
	free(serve);
}

static void bind_one(void *arg, const struct privsep_interface *iface)
{
	struct serve6 *serve = arg;
	struct in6_addr addrs[BIND_ADDRS_MAX];
	char conflict[ALLOC6_CONFLICT_SIZE];
	size_t count;
	int err;

	count = hosts_globals(serve->front->hosts, iface->ifindex, addrs,
			      BIND_ADDRS_MAX);
	err = alloc6_set_interface(serve->alloc, iface->name, addrs, count,
				   conflict);
	if (err == -EEXIST)
		log_error("%s", conflict);
	else if (err)
		log_error("%s: its addresses are not known: %s", iface->name,
			  strerror(-err));
}

struct unplaced {
	const struct serve6 *serve;
	unsigned int count;
};

/* It may be meant so, where all clients are behind relays. */
static void say_if_unplaced(void *arg, const struct privsep_interface *iface)
{
	const struct dhcp6_envelope direct = { .relay_count = 0 };
	struct unplaced *unplaced = arg;
	const struct serve6 *serve = unplaced->serve;
	struct in6_addr addr;

	if (alloc6_locate(serve->alloc, &direct, iface->name, &in6addr_any) ||
	    ++unplaced->count > UNPLACED_SHOWN)
		return;
	log_notice("%s: %s: clients on this link get no address or prefix, "
		   "unless through a relay",
		   iface->name,
		   hosts_globals(serve->front->hosts, iface->ifindex, &addr, 1)
			   ? "none of its addresses is in a `subnet6'"
			   : "it has no global address that would be in a "
			     "`subnet6'");
}

void serve6_say_unplaced(struct serve6 *serve)
{
	struct unplaced unplaced = { .serve = serve };

	hosts_each(serve->front->hosts, say_if_unplaced, &unplaced);
	if (unplaced.count > UNPLACED_SHOWN)
		log_notice("%u more interfaces are in no `subnet6'",
			   unplaced.count - UNPLACED_SHOWN);
}

void serve6_bind(struct serve6 *serve, uint32_t ifindex)
{
	const struct privsep_interface *iface =
		hosts_find(serve->front->hosts, ifindex);

	if (serve->is_started && iface)
		bind_one(serve, iface);
}

void serve6_unbind(struct serve6 *serve, uint32_t ifindex)
{
	const struct privsep_interface *iface =
		hosts_find(serve->front->hosts, ifindex);

	if (iface)
		alloc6_remove_interface(serve->alloc, iface->name);
}

void serve6_use_conf(struct serve6 *serve, const struct conf *conf)
{
	serve->conf = conf;
	serve->decide.conf = conf;
	serve->decide.rkap = conf->dhcp4o6.reconfigure ? &serve->rkap : NULL;
	if (serve->is_started)
		serve6_choose_duid(serve);
}

void serve6_start(struct serve6 *serve)
{
	serve->is_started = true;
	hosts_each(serve->front->hosts, bind_one, serve);
	serve6_say_unplaced(serve);
	serve6_choose_duid(serve);
}

void serve6_note_full(struct serve6 *serve, struct mono_time now)
{
	if (serve->is_full)
		return;
	serve->is_full = true;
	serve->full_since = now;
	log_warning("leases-max: %u leases are kept, and no more are given",
		    (unsigned int)serve->conf->dhcp4o6.leases_max);
}

static void log_room(struct serve6 *serve, struct mono_time now)
{
	if (!serve->is_full || alloc6_is_full(serve->alloc) ||
	    now.ns < mono_add_s(serve->full_since, FULL_S).ns)
		return;
	serve->is_full = false;
	log_notice("leases-max: new leases are given again");
}

void serve6_tick(struct serve6 *serve, struct mono_time now)
{
	log_room(serve, now);
	lease_keeper_tick(&serve->keeper, now);
	serve->store_is_busy = false; /* it may be asked again */
	serve6_end_turn(serve);
	serve6_write_duid(serve);
	reconf_tick(serve->reconf, now);
}
