/* SPDX-License-Identifier: BSD-2-Clause */
#include "reconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/hash.h"

#define MESSAGE_MAX 4096 /* a relay path is 1,024 octets at most */
#define TICKS_PER_S 10
#define PER_TICK    (RECONF_PER_SECOND / TICKS_PER_S)
#define SWEEP_MAX   4096               /* leases looked at in a tick */
#define WAITS_MAX   (60 * TICKS_PER_S) /* for the mark, until it is given up */

struct task {
	uint64_t hash;    /* of the DUID */
	uint8_t asks_for; /* 0: the entry is free */
	uint8_t tries;
	uint16_t
		waits; /* ticks before the first one: the mark is not durable */
	uint8_t duid_len;
	uint8_t duid[LEASE_CLIENT_ID_MAX];
	struct mono_time next;
};

struct reconf {
	struct serve6 *serve;
	unsigned int count;
	unsigned int last; /* entries from here on are free */
	struct task tasks[RECONF_IN_FLIGHT_MAX];
	/* Every message of a client is looked for among them. */
	struct hmap *by_duid;
	struct siphash_key key;
	/* A sweep over all leases. */
	uint8_t sweep_asks_for; /* 0: there is none */
	uint32_t cursor;
};

/* How to reach a client: copies, since records move with the next change. */
struct route {
	bool is_held;  /* it holds something */
	bool has_path; /* lease is set */
	bool has_address;
	struct lease lease;
	struct in6_addr address;
	uint8_t path[LEASE_RELAY_PATH_MAX];
	uint8_t ports[LEASE_RELAY_PORTS_MAX];
};

int reconf_new(struct reconf **reconf, struct serve6 *serve)
{
	struct reconf *self = calloc(1, sizeof(*self));
	int err = -ENOMEM;

	if (self)
		err = hmap_new(&self->by_duid, RECONF_IN_FLIGHT_MAX);
	if (!err)
		err = siphash_key_random(&self->key);
	if (err) {
		reconf_free(self);
		return err;
	}
	self->serve = serve;
	*reconf = self;
	return 0;
}

void reconf_free(struct reconf *reconf)
{
	if (!reconf)
		return;
	hmap_free(reconf->by_duid);
	free(reconf);
}

unsigned int reconf_in_flight(const struct reconf *reconf)
{
	return reconf->count;
}

bool reconf_is_sweeping(const struct reconf *reconf)
{
	return reconf->sweep_asks_for != 0;
}

static int note_route(void *arg, const struct lease *lease)
{
	struct route *route = arg;

	route->is_held = true;
	if (!(lease->flags & LEASE_FLAG_RECONFIGURE))
		return 0;
	if (!route->has_path) {
		route->has_path = true;
		route->lease = *lease;
		if (lease->relay_path_len)
			memcpy(route->path, lease->relay_path,
			       lease->relay_path_len);
		route->lease.relay_path = route->path;
		if (lease->relay_ports_len)
			memcpy(route->ports, lease->relay_ports,
			       lease->relay_ports_len);
		route->lease.relay_ports = route->ports;
	}
	if (lease->kind == LEASE_NA6 && !route->has_address) {
		route->has_address = true;
		route->address = lease->addr6;
	}
	return 0;
}

static void find_route(const struct reconf *reconf, const uint8_t *duid,
		       size_t len, struct route *route)
{
	route->is_held = false;
	route->has_path = false;
	route->has_address = false;
	alloc6_each_of_client(reconf->serve->alloc, duid, len, note_route,
			      route);
}

/*
 * Where the next one goes; false: nowhere. The way by which its last message
 * came is known to be one; the client may have moved off the relays since.
 */
static bool choose_way(const struct reconf *reconf, const struct task *task,
		       struct route *route, struct front_way *way)
{
	const struct hosts *hosts = reconf->serve->front->hosts;
	const struct privsep_interface *iface =
		hosts_find_name(hosts, route->lease.ifname);
	bool is_known = iface && !IN6_IS_ADDR_UNSPECIFIED(&route->lease.source);

	*way = (struct front_way){ .port = DHCP6_PORT_CLIENT };
	if (is_known && (task->tries % 2 == 0 || !route->has_address)) {
		way->peer = route->lease.source;
		way->ifindex = iface->ifindex;
		way->port = decide6_reconfigure_port(&route->lease);
		return true;
	}
	if (!route->has_address)
		return false;
	way->peer = route->address; /* the kernel knows the way */
	route->lease.relay_path_len = 0;
	route->lease.relay_ports_len = 0;
	return true;
}

/* 0, or why the client is given up. */
static int send_one(struct reconf *reconf, struct task *task,
		    struct mono_time now)
{
	static struct route route; /* one thread sends */
	struct serve6 *serve = reconf->serve;
	uint8_t message[MESSAGE_MAX];
	struct wire_writer w = wire_writer(message, sizeof(message));
	struct front_way way;
	int err;

	if (!serve->decide.rkap)
		return -EPERM;
	find_route(reconf, task->duid, task->duid_len, &route);
	if (!route.has_path)
		return route.is_held ? -EPERM : -ENOENT;
	if (!choose_way(reconf, task, &route, &way))
		return -EHOSTUNREACH;
	route.lease.client_id = task->duid;
	route.lease.client_id_len = task->duid_len;
	err = decide6_encode_reconfigure(&serve->decide, &route.lease,
					 task->asks_for, &w);
	if (err == -EAGAIN && task->waits++ < WAITS_MAX) {
		task->next = now; /* the disk may be ready at the next tick */
		return 0;
	}
	if (err)
		return err;
	front_send(serve->front, &way, wire_reader(message, wire_len(&w)));
	metrics_count(&serve->front->metrics, METRIC_LEASE6_RECONF_SENT, 1);
	task->next = mono_add_ms(now, RECONF_TIMEOUT_MS << task->tries);
	task->tries++;
	return 0;
}

static void end_task(struct reconf *reconf, struct task *task,
		     enum metric outcome)
{
	(void)hmap_remove(reconf->by_duid, task->hash,
			  (uint32_t)(task - reconf->tasks));
	task->asks_for = 0;
	reconf->count--;
	while (reconf->last && !reconf->tasks[reconf->last - 1].asks_for)
		reconf->last--;
	metrics_count(&reconf->serve->front->metrics, outcome, 1);
}

static bool has_duid(const void *ctx, uint32_t handle, const void *key)
{
	const struct reconf *reconf = ctx;
	const struct wire_reader *duid = key;
	const struct task *task = &reconf->tasks[handle];

	return task->duid_len == wire_left(duid) &&
	       !memcmp(task->duid, duid->pos, task->duid_len);
}

static uint64_t hash_of(const struct reconf *reconf,
			const struct wire_reader *duid)
{
	return siphash24(&reconf->key, duid->pos, wire_left(duid));
}

static struct task *find_task(struct reconf *reconf,
			      const struct wire_reader *duid)
{
	uint32_t at = hmap_find(reconf->by_duid, hash_of(reconf, duid),
				has_duid, reconf, duid);

	return at == HMAP_NONE ? NULL : &reconf->tasks[at];
}

static struct task *free_task(struct reconf *reconf)
{
	unsigned int i;

	for (i = 0; i < reconf->last; i++) {
		if (!reconf->tasks[i].asks_for)
			return &reconf->tasks[i];
	}
	if (reconf->last == RECONF_IN_FLIGHT_MAX)
		return NULL;
	return &reconf->tasks[reconf->last++];
}

/* An entry of its own for a client that has none; NULL: there is no room. */
static struct task *add_task(struct reconf *reconf,
			     const struct wire_reader *duid)
{
	struct task *task = free_task(reconf);
	uint64_t hash = hash_of(reconf, duid);

	if (!task || hmap_insert(reconf->by_duid, hash,
				 (uint32_t)(task - reconf->tasks)))
		return NULL;
	task->hash = hash;
	task->duid_len = (uint8_t)wire_left(duid);
	memcpy(task->duid, duid->pos, task->duid_len);
	reconf->count++;
	return task;
}

int reconf_start(struct reconf *reconf, const uint8_t *duid, size_t len,
		 uint8_t asks_for)
{
	const struct wire_reader reader = wire_reader(duid, len);
	struct task *task;
	int err;

	if (!len || len > LEASE_CLIENT_ID_MAX)
		return -ENOENT;
	task = find_task(reconf, &reader);
	if (!task)
		task = add_task(reconf, &reader);
	if (!task)
		return -ENOSPC;
	task->asks_for = asks_for;
	task->tries = 0;
	task->waits = 0;
	err = send_one(reconf, task, mono_now());
	if (err)
		end_task(reconf, task, METRIC_LEASE6_RECONF_FAILED);
	return err;
}

void reconf_start_all(struct reconf *reconf, uint8_t asks_for)
{
	reconf->sweep_asks_for = asks_for;
	reconf->cursor = 0;
}

void reconf_heard(struct reconf *reconf, uint8_t type,
		  const struct wire_reader *duid)
{
	struct task *task;

	/* Any of them brings what has changed. */
	if (!reconf->count || (type != DHCP6_RENEW && type != DHCP6_REBIND &&
			       type != DHCP6_INFORMATION_REQUEST))
		return;
	task = find_task(reconf, duid);
	if (task)
		end_task(reconf, task, METRIC_LEASE6_RECONF_ANSWERED);
}

struct first {
	struct in6_addr addr;
	uint8_t kind;
	bool is_found;
};

static int note_first(void *arg, const struct lease *lease)
{
	struct first *first = arg;

	if (!(lease->flags & LEASE_FLAG_RECONFIGURE))
		return 0;
	first->is_found = true;
	first->kind = lease->kind;
	first->addr = lease->addr6;
	return 1;
}

/* A client has its turn with the first of its leases, once. */
static bool is_first(const struct reconf *reconf, const struct lease *lease)
{
	struct first first = { .is_found = false };

	alloc6_each_of_client(reconf->serve->alloc, lease->client_id,
			      lease->client_id_len, note_first, &first);
	return first.is_found && first.kind == lease->kind &&
	       IN6_ARE_ADDR_EQUAL(&first.addr, &lease->addr6);
}

/* At most max leases of the sweep; how many clients it began with. */
static unsigned int sweep_piece(struct reconf *reconf, unsigned int max)
{
	struct lease records[PER_TICK];
	unsigned int begun = 0;
	size_t count, i;

	count = alloc6_visit(reconf->serve->alloc, &reconf->cursor, records,
			     max);
	for (i = 0; i < count; i++) {
		if (records[i].state != LEASE_ACTIVE ||
		    !(records[i].flags & LEASE_FLAG_RECONFIGURE) ||
		    !is_first(reconf, &records[i]))
			continue;
		(void)reconf_start(reconf, records[i].client_id,
				   records[i].client_id_len,
				   reconf->sweep_asks_for);
		begun++;
	}
	return begun;
}

/* The first of each client counts; leases of all the others go by faster. */
static void sweep(struct reconf *reconf)
{
	unsigned int left = PER_TICK, looked_at = 0;

	while (reconf->cursor != ALLOC6_CURSOR_END) {
		if (!left || looked_at >= SWEEP_MAX ||
		    reconf->count + left > RECONF_IN_FLIGHT_MAX)
			return;
		looked_at += left;
		left -= sweep_piece(reconf, left);
	}
	reconf->sweep_asks_for = 0;
}

static void repeat(struct reconf *reconf, struct task *task,
		   struct mono_time now)
{
	if (!task->asks_for || task->next.ns > now.ns)
		return;
	if (task->tries == RECONF_TRIES_MAX || send_one(reconf, task, now))
		end_task(reconf, task, METRIC_LEASE6_RECONF_FAILED);
}

void reconf_tick(struct reconf *reconf, struct mono_time now)
{
	unsigned int i;

	for (i = 0; i < reconf->last; i++)
		repeat(reconf, &reconf->tasks[i], now);
	if (reconf->sweep_asks_for)
		sweep(reconf);
	front_flush_socket(reconf->serve->front);
}
