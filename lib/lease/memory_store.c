/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_store - the store interface over a small hash table. A record is kept
 * encoded, so that what tests read back went through the codec as well.
 */
#include "dhcp4o6/lease/memory_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "dhcp4o6/lease/lease_record.h"
#include "store_impl.h"

#define BUCKET_COUNT 4096
#define DEPTH        64

struct entry {
	struct entry *next;
	uint32_t snapshot; /* of the last one it was seen in */
	size_t len;
	uint8_t record[];
};

struct batch {
	uint64_t ticket;
	struct entry **entries; /* count; handed to the table when applied */
	enum lease_result *results;
	enum lease_result result;
	size_t count;
	bool done;
};

struct memory_store {
	struct lease_store store;
	int event_fd;
	struct entry *buckets[BUCKET_COUNT];
	struct batch ring[DEPTH];
	unsigned int first; /* oldest batch not fetched */
	unsigned int used;
	uint64_t last_ticket;
	struct batch fetched; /* its results are lent to the caller */
	unsigned int fail_next;
	bool hold;
	bool want_snapshot;
	uint32_t snapshot;
	struct lease_store_status status;
};

static struct memory_store *memory(struct lease_store *store)
{
	return (struct memory_store *)store;
}

static const struct memory_store *memory_const(const struct lease_store *store)
{
	return (const struct memory_store *)store;
}

static void decode(const struct entry *e, struct lease *lease)
{
	struct wire_reader r = wire_reader(e->record, e->len);

	lease_decode(&r, lease); /* lease_encode() made it */
}

/* FNV-1a over what is in a key: tests alone choose the keys. */
static uint32_t hash_key(const struct lease *key)
{
	const uint8_t *addr6 = key->addr6.s6_addr;
	uint32_t hash = 2166136261U ^ key->kind;
	size_t i;

	hash = (hash ^ ntohl(key->addr.s_addr)) * 16777619U;
	hash = (hash ^ key->psid ^ key->prefix_len) * 16777619U;
	for (i = 0; i < sizeof(key->addr6); i++)
		hash = (hash ^ addr6[i]) * 16777619U;
	return hash;
}

static struct entry **find_slot(struct memory_store *m, const struct lease *key)
{
	struct entry **slot =
		&m->buckets[hash_key(key) >> 20 & (BUCKET_COUNT - 1)];
	struct lease held;

	for (; *slot; slot = &(*slot)->next) {
		decode(*slot, &held);
		if (lease_is_same_key(&held, key))
			break;
	}
	return slot;
}

static int new_entry(const struct lease *lease, struct entry **entry)
{
	struct wire_writer w;
	struct entry *e;
	int err;

	e = calloc(1, sizeof(*e) + LEASE_RECORD_MAX);
	if (!e)
		return -ENOMEM;
	w = wire_writer(e->record, LEASE_RECORD_MAX);
	err = lease_encode(lease, &w);
	if (err) {
		free(e);
		return err;
	}
	e->len = wire_len(&w);
	*entry = e;
	return 0;
}

/* Takes the entry over in every case. */
static enum lease_result put_entry(struct memory_store *m, struct entry *e)
{
	struct lease lease, held;
	struct entry **slot;

	decode(e, &lease);
	e->snapshot = m->snapshot;
	slot = find_slot(m, &lease);
	if (*slot) {
		struct entry *old = *slot;

		decode(old, &held);
		if (!lease_supersedes(&lease, &held)) {
			free(e);
			return LEASE_RESULT_CONFLICT;
		}
		e->next = old->next;
		free(old);
	}
	*slot = e;
	return LEASE_RESULT_OK;
}

static void free_batch(struct batch *b)
{
	size_t i;

	for (i = 0; b->entries && i < b->count; i++)
		free(b->entries[i]);
	free(b->entries);
	free(b->results);
	*b = (struct batch){ 0 };
}

static int fill_batch(struct batch *b, const struct lease *leases, size_t count)
{
	size_t i;
	int err;

	*b = (struct batch){ .count = count };
	b->entries = calloc(count, sizeof(struct entry *));
	b->results = calloc(count, sizeof(*b->results));
	err = b->entries && b->results ? 0 : -ENOMEM;
	for (i = 0; !err && i < count; i++)
		err = new_entry(&leases[i], &b->entries[i]);
	if (err)
		free_batch(b);
	return err;
}

static void apply_batch(struct memory_store *m, struct batch *b)
{
	bool is_failed = b->result != LEASE_RESULT_OK;
	size_t i;

	for (i = 0; i < b->count; i++) {
		b->results[i] = b->result;
		if (is_failed)
			continue;
		b->results[i] = put_entry(m, b->entries[i]);
		b->entries[i] = NULL;
		if (b->results[i] == LEASE_RESULT_CONFLICT)
			b->result = LEASE_RESULT_CONFLICT;
	}
	b->done = true;
	if (is_failed) {
		m->status.failures++;
		return;
	}
	m->status.batches++;
	m->status.records += b->count;
	m->status.syncs++;
}

static struct batch *ring_at(struct memory_store *m, unsigned int i)
{
	return &m->ring[(m->first + i) % DEPTH];
}

static void apply_all(struct memory_store *m)
{
	unsigned int i;

	for (i = 0; i < m->used; i++) {
		if (!ring_at(m, i)->done)
			apply_batch(m, ring_at(m, i));
	}
	if (m->used)
		eventfd_write(m->event_fd, 1);
}

static int memory_event_fd(const struct lease_store *store)
{
	return memory_const(store)->event_fd;
}

static unsigned int memory_depth(const struct lease_store *store)
{
	(void)store;
	return DEPTH;
}

/* A failure that the caller has not seen drags down what follows it. */
static enum lease_result decide_result(struct memory_store *m)
{
	unsigned int i;

	if (m->fail_next) {
		m->fail_next--;
		return LEASE_RESULT_ERROR;
	}
	for (i = 0; i < m->used; i++) {
		if (ring_at(m, i)->result == LEASE_RESULT_ERROR)
			return LEASE_RESULT_ABORTED;
	}
	return LEASE_RESULT_OK;
}

static int memory_submit(struct lease_store *store, const struct lease *leases,
			 size_t count, uint64_t *ticket)
{
	struct memory_store *m = memory(store);
	struct batch *b;
	int err;

	if (!count)
		return -EINVAL;
	if (count > LEASE_BATCH_MAX)
		return -EMSGSIZE;
	if (m->status.health == LEASE_STORE_FAILED)
		return -EIO;
	if (m->used == DEPTH)
		return -EBUSY;
	b = ring_at(m, m->used);
	err = fill_batch(b, leases, count);
	if (err)
		return err;
	b->result = decide_result(m);
	b->ticket = ++m->last_ticket;
	*ticket = b->ticket;
	m->used++;
	if (!m->hold)
		apply_all(m);
	return 0;
}

static int memory_next(struct lease_store *store, struct lease_completion *done)
{
	struct memory_store *m = memory(store);
	eventfd_t count;

	free_batch(&m->fetched);
	if (!m->used || !ring_at(m, 0)->done) {
		eventfd_read(m->event_fd, &count);
		return 0;
	}
	m->fetched = *ring_at(m, 0);
	*ring_at(m, 0) = (struct batch){ 0 };
	m->first = (m->first + 1) % DEPTH;
	m->used--;
	*done = (struct lease_completion){
		.ticket = m->fetched.ticket,
		.result = m->fetched.result,
		.count = m->fetched.count,
		.results = m->fetched.results,
	};
	return 1;
}

static int memory_load(struct lease_store *store, lease_store_visit *visit,
		       void *arg)
{
	struct memory_store *m = memory(store);
	const struct entry *e;
	struct lease lease;
	size_t i;
	int err;

	for (i = 0; i < BUCKET_COUNT; i++) {
		for (e = m->buckets[i]; e; e = e->next) {
			decode(e, &lease);
			err = visit(arg, &lease);
			if (err)
				return err;
		}
	}
	return 0;
}

static void memory_get_status(const struct lease_store *store,
			      struct lease_store_status *status)
{
	const struct memory_store *m = memory_const(store);

	*status = m->status;
	status->pending = m->used;
}

static bool memory_wants_snapshot(const struct lease_store *store)
{
	const struct memory_store *m = memory_const(store);

	return m->want_snapshot && !m->status.compacting;
}

static int memory_snapshot_begin(struct lease_store *store)
{
	struct memory_store *m = memory(store);

	if (m->status.compacting)
		return -EALREADY;
	if (m->status.health == LEASE_STORE_FAILED && m->used)
		return -EBUSY;
	m->status.compacting = true;
	m->snapshot++;
	return 0;
}

static int memory_snapshot_add(struct lease_store *store,
			       const struct lease *leases, size_t count)
{
	struct memory_store *m = memory(store);
	struct batch b;
	size_t i;
	int err;

	if (!m->status.compacting)
		return -ECANCELED;
	if (!count)
		return 0;
	if (count > LEASE_BATCH_MAX)
		return -EMSGSIZE;
	err = fill_batch(&b, leases, count);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		put_entry(m, b.entries[i]);
		b.entries[i] = NULL;
	}
	free_batch(&b);
	return 0;
}

static void drop_unseen(struct memory_store *m, struct entry **slot)
{
	while (*slot) {
		struct entry *e = *slot;

		if (e->snapshot == m->snapshot) {
			slot = &e->next;
			continue;
		}
		*slot = e->next;
		free(e);
	}
}

static int memory_snapshot_end(struct lease_store *store)
{
	struct memory_store *m = memory(store);
	size_t i;

	if (!m->status.compacting)
		return -ECANCELED;
	for (i = 0; i < BUCKET_COUNT; i++)
		drop_unseen(m, &m->buckets[i]);
	m->status.compacting = false;
	m->status.compactions++;
	m->status.health = LEASE_STORE_GOOD;
	m->want_snapshot = false;
	eventfd_write(m->event_fd, 1);
	return 0;
}

static void memory_close(struct lease_store *store)
{
	struct memory_store *m = memory(store);
	size_t i;

	m->snapshot++; /* nothing was seen in this one */
	for (i = 0; i < BUCKET_COUNT; i++)
		drop_unseen(m, &m->buckets[i]);
	for (i = 0; i < DEPTH; i++)
		free_batch(&m->ring[i]);
	free_batch(&m->fetched);
	close(m->event_fd);
	free(m);
}

static const struct lease_store_ops memory_ops = {
	.event_fd = memory_event_fd,
	.depth = memory_depth,
	.submit = memory_submit,
	.next = memory_next,
	.load = memory_load,
	.get_status = memory_get_status,
	.wants_snapshot = memory_wants_snapshot,
	.snapshot_begin = memory_snapshot_begin,
	.snapshot_add = memory_snapshot_add,
	.snapshot_end = memory_snapshot_end,
	.close = memory_close,
};

int lease_memory_open(struct lease_store **store)
{
	struct memory_store *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->store.ops = &memory_ops;
	m->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->event_fd < 0) {
		int err = -errno;

		free(m);
		return err;
	}
	*store = &m->store;
	return 0;
}

void lease_memory_fail_next(struct lease_store *store, unsigned int count)
{
	memory(store)->fail_next = count;
}

void lease_memory_hold(struct lease_store *store, bool hold)
{
	struct memory_store *m = memory(store);

	m->hold = hold;
	if (!hold)
		apply_all(m);
}

void lease_memory_set_failed(struct lease_store *store)
{
	struct memory_store *m = memory(store);

	m->status.health = LEASE_STORE_FAILED;
	m->status.error = EIO;
	strcpy(m->status.error_text, "the memory store was told to fail");
	m->want_snapshot = true;
	eventfd_write(m->event_fd, 1);
}

void lease_memory_want_snapshot(struct lease_store *store)
{
	memory(store)->want_snapshot = true;
	eventfd_write(memory(store)->event_fd, 1);
}
