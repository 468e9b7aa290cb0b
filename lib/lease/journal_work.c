/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_work - what the journal's thread does: writes what is waiting, syncs,
 * completes; mends after failures; writes snapshots.
 *
 * A batch completes OK only behind a fdatasync that returned 0, and the next
 * one is written only after that. When a sync failed, the kernel may have
 * dropped the pages and call a second sync a success, so the file is given up:
 * only a new one, whole, takes its place.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

#include "journal_impl.h"

#define FRESH_SYNC_EVERY (1U << 20) /* keeps the last sync of it short */

/* What one round took out of the shared part. */
struct turn {
	bool has_batch;
	bool has_snapshot;
	bool is_ending; /* nothing will be added after this */
};

static void poke(struct journal *j)
{
	eventfd_write(j->event_fd, 1);
}

static void swap(struct journal_buffer *a, struct journal_buffer *b)
{
	struct journal_buffer tmp = *a;

	*a = *b;
	*b = tmp;
	a->len = 0;
	a->count = 0;
}

/* Under the lock. */
static void complete_to(struct journal *j, uint64_t ticket,
			enum lease_result result)
{
	struct journal_slot *slot;

	while (j->completed < ticket) {
		slot = &j->ring[j->completed++ % j->options.depth];
		slot->result = result;
		if (result == LEASE_RESULT_OK) {
			j->status.batches++;
			j->status.records += slot->count;
		} else {
			j->status.failures++;
			j->failed_unseen++;
		}
	}
	poke(j);
}

__attribute__((format(printf, 3, 4))) static void
set_error(struct journal *j, int err, const char *fmt, ...)
{
	size_t size = sizeof(j->status.error_text);
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(j->status.error_text, size, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < size)
		snprintf(j->status.error_text + n, size - (size_t)n, ": %s",
			 strerror(-err));
	j->status.error = -err;
}

/* ---- snapshots ---- */

/*
 * Gives the new file up; the old one stays as it is. In the good state the next
 * attempt waits until the journal has grown by an eighth; in the failed state
 * for the timer.
 */
static void abandon_snapshot(struct journal *j)
{
	bool had_file = j->fresh.fd >= 0;

	journal_file_close(j->disk, &j->fresh);
	if (had_file)
		j->disk->unlink(j->disk->ctx, j->new_path);
	pthread_mutex_lock(&j->lock);
	if (j->snapshot != JOURNAL_SNAPSHOT_NONE) {
		j->snapshot = JOURNAL_SNAPSHOT_NONE;
		j->snap_fill.len = 0;
		j->snap_fill.count = 0;
		j->status.compaction_failures++;
		j->compact_from = j->live.tail + j->live.tail / 8;
		j->snapshot_rests = true;
		poke(j);
	}
	pthread_mutex_unlock(&j->lock);
}

static void fail_snapshot(struct journal *j, int err, const char *what)
{
	pthread_mutex_lock(&j->lock);
	set_error(j, err, "%s: %s", j->new_path, what);
	pthread_mutex_unlock(&j->lock);
	abandon_snapshot(j);
}

/* ---- failures ---- */

/* Every batch that is not durable yet fails, and any snapshot with them. */
static void set_failed(struct journal *j, enum journal_state state, int err,
		       const char *what)
{
	pthread_mutex_lock(&j->lock);
	set_error(j, err, "%s: %s", j->path, what);
	j->state = state;
	j->status.health = LEASE_STORE_FAILED;
	if (j->taken == j->completed)
		j->taken = j->submitted;
	complete_to(j, j->taken, LEASE_RESULT_ERROR);
	complete_to(j, j->submitted, LEASE_RESULT_ABORTED);
	j->taken = j->submitted;
	j->fill.len = 0;
	j->fill.count = 0;
	pthread_mutex_unlock(&j->lock);
	abandon_snapshot(j);
}

/*
 * Removes what a failed write left, durably, so that no part of it can come
 * back after a crash.
 */
static int cut_tail(struct journal *j)
{
	int err;

	err = j->disk->truncate(j->disk->ctx, j->live.fd, j->live.tail);
	if (err)
		return err;
	return j->disk->datasync(j->disk->ctx, j->live.fd);
}

static void handle_write_error(struct journal *j, int err, size_t len)
{
	j->probe_len = len;
	if (cut_tail(j))
		set_failed(j, JOURNAL_SYNC_FAILED, err,
			   "a write failed and could not be taken back");
	else
		set_failed(j, JOURNAL_WRITE_FAILED, err, "a write failed");
}

/*
 * The trial: as many octets as could not be written are written and cut off
 * again. The flight buffer is free in this state.
 */
static void probe(struct journal *j)
{
	int write_err, err;

	memset(j->flight.data, 0, (size_t)j->probe_len);
	write_err = journal_write_all(j->disk, j->live.fd, j->flight.data,
				      (size_t)j->probe_len, j->live.tail);
	err = cut_tail(j);
	if (err) {
		set_failed(j, JOURNAL_SYNC_FAILED, err,
			   "a trial write could not be taken back");
		return;
	}
	if (write_err)
		return;
	pthread_mutex_lock(&j->lock);
	j->state = JOURNAL_GOOD;
	j->status.health = LEASE_STORE_GOOD;
	poke(j);
	pthread_mutex_unlock(&j->lock);
}

void journal_retry(struct journal *j)
{
	bool must_probe;

	pthread_mutex_lock(&j->lock);
	must_probe = j->state == JOURNAL_WRITE_FAILED && !j->failed_unseen;
	if (j->snapshot_rests) {
		j->snapshot_rests = false;
		poke(j); /* a snapshot may be wanted again */
	}
	pthread_mutex_unlock(&j->lock);
	if (must_probe)
		probe(j);
}

/* ---- batches ---- */

/* The batches taken become durable, or fail. */
static bool commit(struct journal *j)
{
	struct mono_time start;
	uint64_t ns;
	int err;

	err = journal_file_append(j, &j->live, &j->flight, 0);
	if (err) {
		handle_write_error(j, err, JOURNAL_FRAME_LEN + j->flight.len);
		return false;
	}
	start = j->options.mono_now();
	err = j->disk->datasync(j->disk->ctx, j->live.fd);
	if (err) {
		set_failed(j, JOURNAL_SYNC_FAILED, err, "fdatasync failed");
		return false;
	}
	ns = (uint64_t)mono_diff_ns(j->options.mono_now(), start);
	pthread_mutex_lock(&j->lock);
	j->status.syncs++;
	j->status.sync_ns_total += ns;
	if (ns > j->status.sync_ns_max)
		j->status.sync_ns_max = ns;
	j->status.size = j->live.tail;
	complete_to(j, j->taken, LEASE_RESULT_OK);
	pthread_mutex_unlock(&j->lock);
	return true;
}

/* ---- the new file ---- */

static int create_fresh(struct journal *j)
{
	struct journal_header header = {
		.key = j->info.key,
		.created = j->options.wall_now(),
	};
	struct journal_owner owner;
	struct siphash_key random;
	struct stat st;
	int err;

	err = j->disk->fstat(j->disk->ctx, j->live.fd, &st);
	if (!err)
		err = siphash_key_random(&random);
	if (err)
		return err;
	header.file_id = random.k[0];
	owner = (struct journal_owner){ .uid = st.st_uid,
					.gid = st.st_gid,
					.mode = st.st_mode & 07777 };
	j->fresh_synced = 0;
	j->fresh_snapshot = JOURNAL_HEADER_LEN;
	return journal_file_create(j->disk, j->new_path, &header, &owner,
				   &j->fresh);
}

static int sync_fresh(struct journal *j)
{
	int err = j->disk->datasync(j->disk->ctx, j->fresh.fd);

	if (!err)
		j->fresh_synced = j->fresh.tail;
	return err;
}

/*
 * Records of the snapshot first: a batch of the same round may hold a later
 * version of one of them.
 */
static int extend_fresh(struct journal *j, const struct turn *turn)
{
	uint64_t before = j->fresh.tail;
	int err = 0;

	if (j->fresh.fd < 0)
		err = create_fresh(j);
	if (!err && j->snap_flight.count) {
		before = j->fresh.tail;
		err = journal_file_append(j, &j->fresh, &j->snap_flight,
					  JOURNAL_FRAME_SNAPSHOT);
		j->fresh_snapshot += j->fresh.tail - before;
	}
	if (!err && turn->has_batch)
		err = journal_file_append(j, &j->fresh, &j->flight, 0);
	if (!err && j->fresh.tail - j->fresh_synced >= FRESH_SYNC_EVERY)
		err = sync_fresh(j);
	return err;
}

/* The new file has the journal's name from here on. */
static void adopt_fresh(struct journal *j)
{
	journal_file_close(j->disk, &j->live);
	j->live = j->fresh;
	j->fresh.fd = -1;
	pthread_mutex_lock(&j->lock);
	j->base_size = j->fresh_snapshot;
	j->compact_from = 0;
	j->status.size = j->live.tail;
	pthread_mutex_unlock(&j->lock);
}

/* Did a rename that failed take place all the same? */
static bool has_fresh_the_name(const struct journal *j)
{
	struct stat a, b;

	return !j->disk->fstat(j->disk->ctx, j->fresh.fd, &a) &&
	       !j->disk->stat(j->disk->ctx, j->path, &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void finish_snapshot(struct journal *j)
{
	int err;

	err = sync_fresh(j);
	if (err) {
		fail_snapshot(j, err, "fdatasync failed");
		return;
	}
	err = j->disk->rename(j->disk->ctx, j->new_path, j->path);
	if (err && !has_fresh_the_name(j)) {
		fail_snapshot(j, err, "cannot take the journal's name");
		return;
	}
	if (!err)
		err = j->disk->sync_dir(j->disk->ctx, j->path);
	adopt_fresh(j);
	if (err) {
		/*
		 * After a crash the name may mean either file: what is written
		 * from now on to one of them would be lost with the other.
		 */
		set_failed(j, JOURNAL_SYNC_FAILED, err,
			   "the directory could not be synced");
		return;
	}
	pthread_mutex_lock(&j->lock);
	j->snapshot = JOURNAL_SNAPSHOT_NONE;
	j->snapshot_rests = false;
	j->state = JOURNAL_GOOD;
	j->status.health = LEASE_STORE_GOOD;
	j->status.compactions++;
	poke(j);
	pthread_mutex_unlock(&j->lock);
}

/* ---- rounds ---- */

static struct turn take(struct journal *j)
{
	struct turn turn = { 0 };

	pthread_mutex_lock(&j->lock);
	if (j->fill.count && j->state == JOURNAL_GOOD) {
		swap(&j->fill, &j->flight);
		j->taken = j->submitted;
		turn.has_batch = true;
	}
	if (j->snapshot != JOURNAL_SNAPSHOT_NONE) {
		turn.is_ending = j->snapshot == JOURNAL_SNAPSHOT_ENDING;
		turn.has_snapshot =
			j->snap_fill.count || turn.is_ending || turn.has_batch;
		swap(&j->snap_fill, &j->snap_flight);
		if (j->snap_flight.count)
			poke(j); /* there is room again */
	}
	pthread_mutex_unlock(&j->lock);
	return turn;
}

bool journal_turn(struct journal *j)
{
	struct turn turn = take(j);
	int err;

	if (!turn.has_batch && !turn.has_snapshot)
		return false;
	if (turn.has_batch && !commit(j))
		return true;
	if (!turn.has_snapshot)
		return true;
	err = extend_fresh(j, &turn);
	if (err)
		fail_snapshot(j, err, "cannot write");
	else if (turn.is_ending)
		finish_snapshot(j);
	return true;
}

void *journal_thread(void *arg)
{
	struct journal *j = arg;
	struct pollfd wake = { .fd = j->wake_fd, .events = POLLIN };
	eventfd_t count;
	bool stop, must_retry;

	for (;;) {
		while (journal_turn(j))
			;
		pthread_mutex_lock(&j->lock);
		stop = j->stop && !j->fill.count;
		must_retry =
			j->snapshot_rests || j->state == JOURNAL_WRITE_FAILED;
		pthread_mutex_unlock(&j->lock);
		if (stop)
			return NULL;
		if (poll(&wake, 1,
			 must_retry ? (int)j->options.retry_ms : -1) == 0)
			journal_retry(j);
		else
			eventfd_read(j->wake_fd, &count);
	}
}
