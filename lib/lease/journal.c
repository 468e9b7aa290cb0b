/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal - the caller's side of the journal: takes batches and snapshots into
 * buffers, hands completions out. The lock is held for copying only, never
 * across a write or a sync.
 */
#include "dhcp4o6/lease/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "dhcp4o6/lease/lease_record.h"
#include "journal_impl.h"
#include "journal_scan.h"

static const struct journal *journal_const(const struct lease_store *store)
{
	return (const struct journal *)store;
}

/* Questions take the lock too, and change nothing. */
static pthread_mutex_t *lock_of(const struct journal *j)
{
	return (pthread_mutex_t *)&j->lock;
}

_Static_assert(LEASE_BATCH_SURE *LEASE_RECORD_MAX <= JOURNAL_BUFFER_LEN,
	       "a batch that is sure to fit");

/* All of them, or none with the buffer as it was. */
static int add_records(struct journal_buffer *b, const struct lease *leases,
		       size_t count)
{
	struct wire_writer w =
		wire_writer(b->data + JOURNAL_FRAME_LEN, b->size);
	size_t i;
	int err;

	wire_reserve(&w, b->len);
	for (i = 0; i < count; i++) {
		err = lease_encode(&leases[i], &w);
		if (err == -EMSGSIZE && b->len)
			return -EBUSY;
		if (err)
			return err;
	}
	b->len = wire_len(&w);
	b->count += (uint32_t)count;
	return 0;
}

static void wake_worker(struct journal *j)
{
	if (j->has_thread)
		eventfd_write(j->wake_fd, 1);
}

static int journal_event_fd(const struct lease_store *store)
{
	return journal_const(store)->event_fd;
}

static unsigned int journal_depth(const struct lease_store *store)
{
	return journal_const(store)->options.depth;
}

static int submit_locked(struct journal *j, const struct lease *leases,
			 size_t count, uint64_t *ticket)
{
	int err;

	/* The state is good again only after every failure was fetched. */
	if (j->state != JOURNAL_GOOD)
		return -EIO;
	if (j->submitted - j->fetched >= j->options.depth)
		return -EBUSY;
	err = add_records(&j->fill, leases, count);
	if (err)
		return err;
	j->ring[j->submitted++ % j->options.depth] =
		(struct journal_slot){ .count = (uint32_t)count };
	*ticket = j->submitted;
	return 0;
}

static int journal_submit(struct lease_store *store, const struct lease *leases,
			  size_t count, uint64_t *ticket)
{
	struct journal *j = journal_of(store);
	int err;

	if (!count)
		return -EINVAL;
	if (count > LEASE_BATCH_MAX)
		return -EMSGSIZE;
	pthread_mutex_lock(&j->lock);
	err = submit_locked(j, leases, count, ticket);
	pthread_mutex_unlock(&j->lock);
	if (!err)
		wake_worker(j);
	return err;
}

static int next_locked(struct journal *j, struct lease_completion *done)
{
	const struct journal_slot *slot;
	eventfd_t ignored;
	size_t i;

	if (j->fetched == j->completed) {
		eventfd_read(j->event_fd, &ignored);
		return 0;
	}
	slot = &j->ring[j->fetched++ % j->options.depth];
	if (slot->result != LEASE_RESULT_OK)
		j->failed_unseen--;
	for (i = 0; i < slot->count; i++)
		j->results[i] = slot->result;
	*done = (struct lease_completion){
		.ticket = j->fetched,
		.result = slot->result,
		.count = slot->count,
		.results = j->results,
	};
	return 1;
}

static int journal_next(struct lease_store *store,
			struct lease_completion *done)
{
	struct journal *j = journal_of(store);
	int ret;

	/* Without a thread: what failed is seen before it is tried again. */
	if (!j->has_thread && j->fetched == j->completed) {
		if (!journal_turn(j))
			journal_retry(j);
		while (journal_turn(j))
			;
	}
	pthread_mutex_lock(&j->lock);
	ret = next_locked(j, done);
	pthread_mutex_unlock(&j->lock);
	return ret;
}

static int journal_load(struct lease_store *store, lease_store_visit *visit,
			void *arg)
{
	struct journal *j = journal_of(store);
	struct journal_scan scan;
	int ret;

	if (j->submitted || j->snapshot != JOURNAL_SNAPSHOT_NONE)
		return -EINVAL;
	ret = journal_scan_init(&scan, j->disk, j->live.fd);
	if (ret)
		return ret;
	scan.trust = true; /* checked at open, locked since */
	while ((ret = journal_scan_next(&scan)) > 0) {
		ret = journal_scan_visit(&scan, visit, arg);
		if (ret)
			break;
	}
	if (ret) {
		j->status.error = ret < 0 ? -ret : ECANCELED;
		snprintf(j->status.error_text, sizeof(j->status.error_text),
			 "%s: batch %" PRIu64 " at offset %" PRIu64
			 ": a record cannot be taken: %s",
			 j->path, scan.seq, scan.frame_offset,
			 strerror(j->status.error));
	}
	journal_scan_fini(&scan);
	return ret;
}

static void journal_get_status(const struct lease_store *store,
			       struct lease_store_status *status)
{
	const struct journal *j = journal_const(store);

	pthread_mutex_lock(lock_of(j));
	*status = j->status;
	status->pending = (uint32_t)(j->submitted - j->completed);
	status->compacting = j->snapshot != JOURNAL_SNAPSHOT_NONE;
	pthread_mutex_unlock(lock_of(j));
}

static bool wants_snapshot_locked(const struct journal *j)
{
	uint64_t size = j->status.size;

	if (j->snapshot != JOURNAL_SNAPSHOT_NONE || j->failed_unseen)
		return false;
	switch (j->state) {
	case JOURNAL_SYNC_FAILED:
		return !j->snapshot_rests;
	case JOURNAL_GOOD:
		return size >= j->options.compact_octets &&
		       size / j->options.compact_factor >= j->base_size &&
		       size >= j->compact_from;
	case JOURNAL_WRITE_FAILED:
		break;
	}
	return false;
}

static bool journal_wants_snapshot(const struct lease_store *store)
{
	const struct journal *j = journal_const(store);
	bool wants;

	pthread_mutex_lock(lock_of(j));
	wants = wants_snapshot_locked(j);
	pthread_mutex_unlock(lock_of(j));
	return wants;
}

static int new_buffer(struct journal_buffer *b, size_t size)
{
	if (b->data)
		return 0;
	b->data = malloc(JOURNAL_FRAME_LEN + size);
	b->size = size;
	return b->data ? 0 : -ENOMEM;
}

static int begin_locked(struct journal *j)
{
	if (j->snapshot != JOURNAL_SNAPSHOT_NONE)
		return -EALREADY;
	if (j->failed_unseen)
		return -EBUSY;
	if (j->state == JOURNAL_WRITE_FAILED)
		return -EIO;
	if (new_buffer(&j->snap_fill, JOURNAL_BUFFER_LEN) ||
	    new_buffer(&j->snap_flight, JOURNAL_BUFFER_LEN))
		return -ENOMEM;
	j->snapshot = JOURNAL_SNAPSHOT_ADDING;
	j->snapshot_after = j->submitted;
	return 0;
}

static int journal_snapshot_begin(struct lease_store *store)
{
	struct journal *j = journal_of(store);
	int err;

	pthread_mutex_lock(&j->lock);
	err = begin_locked(j);
	pthread_mutex_unlock(&j->lock);
	return err;
}

/*
 * Batches submitted before the snapshot began may be in the old file only. What
 * they changed is in the caller's records once it has fetched their completion.
 */
static int check_adding(const struct journal *j)
{
	if (j->snapshot != JOURNAL_SNAPSHOT_ADDING)
		return -ECANCELED;
	return j->fetched < j->snapshot_after ? -EBUSY : 0;
}

static int journal_snapshot_add(struct lease_store *store,
				const struct lease *leases, size_t count)
{
	struct journal *j = journal_of(store);
	int err;

	if (count > LEASE_BATCH_MAX)
		return -EMSGSIZE;
	pthread_mutex_lock(&j->lock);
	err = check_adding(j);
	if (!err)
		err = add_records(&j->snap_fill, leases, count);
	pthread_mutex_unlock(&j->lock);
	if (!err)
		wake_worker(j);
	return err;
}

static int journal_snapshot_end(struct lease_store *store)
{
	struct journal *j = journal_of(store);
	int err;

	pthread_mutex_lock(&j->lock);
	err = check_adding(j);
	if (!err)
		j->snapshot = JOURNAL_SNAPSHOT_ENDING;
	pthread_mutex_unlock(&j->lock);
	if (!err)
		wake_worker(j);
	return err;
}

static void free_journal(struct journal *j)
{
	journal_file_close(j->disk, &j->live);
	if (j->event_fd >= 0)
		close(j->event_fd);
	if (j->wake_fd >= 0)
		close(j->wake_fd);
	pthread_mutex_destroy(&j->lock);
	free(j->fill.data);
	free(j->flight.data);
	free(j->snap_fill.data);
	free(j->snap_flight.data);
	free(j->ring);
	free(j->path);
	free(j->new_path);
	free(j);
}

static void journal_close(struct lease_store *store)
{
	struct journal *j = journal_of(store);

	if (j->has_thread) {
		pthread_mutex_lock(&j->lock);
		j->stop = true;
		pthread_mutex_unlock(&j->lock);
		wake_worker(j);
		pthread_join(j->thread, NULL);
	} else {
		while (journal_turn(j))
			;
	}
	if (j->fresh.fd >= 0) { /* an unfinished snapshot */
		journal_file_close(j->disk, &j->fresh);
		j->disk->unlink(j->disk->ctx, j->new_path);
	}
	free_journal(j);
}

static const struct lease_store_ops journal_ops = {
	.event_fd = journal_event_fd,
	.depth = journal_depth,
	.submit = journal_submit,
	.next = journal_next,
	.load = journal_load,
	.get_status = journal_get_status,
	.wants_snapshot = journal_wants_snapshot,
	.snapshot_begin = journal_snapshot_begin,
	.snapshot_add = journal_snapshot_add,
	.snapshot_end = journal_snapshot_end,
	.close = journal_close,
};

/* Signals are the other threads' business. */
static int start_thread(struct journal *j)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&j->thread, NULL, journal_thread, j);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	j->has_thread = !err;
	return -err;
}

static void set_options(struct journal *j, const struct journal_options *o)
{
	j->options = *o;
	j->disk = o->disk ? o->disk : &journal_disk_system;
	if (!j->options.compact_octets)
		j->options.compact_octets = JOURNAL_COMPACT_OCTETS;
	if (!j->options.compact_factor)
		j->options.compact_factor = JOURNAL_COMPACT_FACTOR;
	if (!j->options.retry_ms)
		j->options.retry_ms = JOURNAL_RETRY_MS;
	if (!j->options.depth)
		j->options.depth = JOURNAL_DEPTH_DEFAULT;
	if (j->options.depth > JOURNAL_DEPTH_MAX)
		j->options.depth = JOURNAL_DEPTH_MAX;
	if (!j->options.mode)
		j->options.mode = 0640;
}

static int allocate(struct journal *j)
{
	int err;

	err = new_buffer(&j->fill, JOURNAL_BUFFER_LEN);
	if (!err)
		err = new_buffer(&j->flight, JOURNAL_BUFFER_LEN);
	if (err)
		return err;
	j->ring = calloc(j->options.depth, sizeof(*j->ring));
	if (!j->ring)
		return -ENOMEM;
	j->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (j->event_fd < 0)
		return -errno;
	j->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return j->wake_fd < 0 ? -errno : 0;
}

int lease_journal_open(struct lease_store **store, const char *path,
		       const struct journal_options *options, char *err_text,
		       size_t err_size)
{
	struct journal *j;
	int err;

	snprintf(err_text, err_size, "%s: out of memory", path);
	if (!options->wall_now || !options->mono_now)
		return -EINVAL;
	j = calloc(1, sizeof(*j));
	if (!j)
		return -ENOMEM;
	j->store.ops = &journal_ops;
	j->live.fd = j->fresh.fd = j->event_fd = j->wake_fd = -1;
	pthread_mutex_init(&j->lock, NULL);
	set_options(j, options);
	j->path = strdup(path);
	err = j->path ? allocate(j) : -ENOMEM;
	if (err)
		goto out_free;
	err = journal_start(j, err_text, err_size);
	if (err)
		goto out_free;
	if (!j->options.threadless) {
		err = start_thread(j);
		if (err) {
			snprintf(err_text, err_size, "%s: no thread: %s", path,
				 strerror(-err));
			goto out_free;
		}
	}
	err_text[0] = '\0';
	*store = &j->store;
	return 0;

out_free:
	free_journal(j);
	return err;
}

const struct journal_info *lease_journal_info(const struct lease_store *store)
{
	return &journal_const(store)->info;
}
