/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_impl - the journal's inside, for its own files only.
 *
 * journal.c is the caller's side, journal_work.c the thread's, journal_open.c
 * start-up, journal_new.c and journal_takeover.c what a new file begins with,
 * journal_file.c a file being written.
 */
#ifndef DHCP4O6_LIB_LEASE_JOURNAL_IMPL_H
#define DHCP4O6_LIB_LEASE_JOURNAL_IMPL_H

#include <pthread.h>

#include "dhcp4o6/lease/journal.h"
#include "journal_format.h"
#include "store_impl.h"

/* Octets waiting, in batches and in a snapshot; within JOURNAL_PAYLOAD_MAX. */
#define JOURNAL_BUFFER_LEN (1U << 20)

/* A payload in the making, with room for its frame header before it. */
struct journal_buffer {
	uint8_t *data; /* JOURNAL_FRAME_LEN octets, then the payload */
	size_t len;    /* of the payload */
	size_t size;   /* room for a payload */
	uint32_t count;
};

struct journal_file {
	int fd; /* -1: not open */
	uint64_t file_id;
	uint64_t tail; /* where the next batch goes */
	uint64_t seq;  /* of the last batch */
};

enum journal_state {
	JOURNAL_GOOD,
	JOURNAL_WRITE_FAILED, /* nothing was lost: a trial write mends it */
	JOURNAL_SYNC_FAILED,  /* the file is not to be trusted: snapshot */
};

enum journal_snapshot {
	JOURNAL_SNAPSHOT_NONE,
	JOURNAL_SNAPSHOT_ADDING,
	JOURNAL_SNAPSHOT_ENDING,
};

struct journal_slot {
	uint32_t count;
	enum lease_result result;
};

struct journal {
	struct lease_store store;

	/* Fixed at open. */
	const struct journal_disk *disk;
	struct journal_options options;
	char *path;
	char *new_path; /* where the next file is made */
	struct journal_info info;
	int event_fd;
	int wake_fd;
	bool has_thread;
	pthread_t thread;

	/* Under the lock. */
	pthread_mutex_t lock;
	struct journal_buffer fill;      /* what submit adds to */
	struct journal_buffer snap_fill; /* what snapshot_add adds to */
	struct journal_slot *ring;       /* options.depth; ticket - 1 modulo */
	uint64_t submitted;              /* last ticket of each stage */
	uint64_t taken;
	uint64_t completed;
	uint64_t fetched;
	uint32_t failed_unseen; /* failed completions not fetched */
	enum journal_state state;
	enum journal_snapshot snapshot;
	uint64_t snapshot_after; /* last ticket before it began */
	bool snapshot_rests;     /* a mending snapshot failed: wait a little */
	bool stop;
	uint64_t base_size;    /* octets that the last snapshot wrote */
	uint64_t compact_from; /* after a failed compaction: not below */
	struct lease_store_status status;

	/* The worker's: the thread, or the caller when there is none. */
	struct journal_buffer flight;
	struct journal_buffer snap_flight;
	struct journal_file live;
	struct journal_file fresh;
	uint64_t fresh_synced;   /* its tail at its last sync */
	uint64_t fresh_snapshot; /* octets in it that are snapshot */
	uint64_t probe_len;      /* octets that could not be written */

	/* The caller's. */
	enum lease_result results[LEASE_BATCH_MAX];
};

static inline struct journal *journal_of(struct lease_store *store)
{
	return (struct journal *)store;
}

#define JOURNAL_SNIFF_LEN 512
#define ISC_SUFFIX        ".isc" /* of a file that was taken over */

/* ---- journal_file.c ---- */

/* Where the text of an error goes. */
struct journal_text {
	char *out;
	size_t size;
};

/* Says what is wrong; returns err. */
__attribute__((format(printf, 3, 4))) int
journal_fail(const struct journal_text *text, int err, const char *fmt, ...);

struct journal_owner {
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

/* The owner as far as permitted, and the mode. */
int journal_give_owner(const struct journal_disk *disk, int fd,
		       const struct journal_owner *owner);
/*
 * Makes path anew, with its header, locked. Not yet synced. The file has the
 * owner given, or, where this process may not give files away, its own.
 */
int journal_file_create(const struct journal_disk *disk, const char *path,
			const struct journal_header *header,
			const struct journal_owner *owner,
			struct journal_file *file);
/* Frames the buffer and writes it behind the tail; on an error the tail stays.
 */
int journal_file_append(const struct journal *j, struct journal_file *file,
			struct journal_buffer *buffer, uint16_t flags);
void journal_file_close(const struct journal_disk *disk,
			struct journal_file *file);
/* All of a file, in memory that the caller frees. */
int journal_read_all(const struct journal_disk *disk, int fd, char **text,
		     size_t *len);
int journal_write_all(const struct journal_disk *disk, int fd,
		      const uint8_t *data, size_t len, uint64_t offset);

/* ---- journal_new.c ---- */

/* An empty file, or none, becomes a journal: j->live. */
int journal_make_new(struct journal *j, const struct journal_text *text);
/* The new file cannot be made. */
int journal_explain_new(const struct journal *j,
			const struct journal_text *text, int err);
/* Makes j->fresh, with the owner and mode of the file that it will replace. */
int journal_begin_new(struct journal *j, struct journal_header *header,
		      const struct journal_text *text);
/* j->fresh, which is synced, takes the name and the place of j->live. */
int journal_end_new(struct journal *j, const struct journal_header *header,
		    const struct journal_text *text);
/* The new file, or its name, is not durable: gives it up. */
int journal_explain_new_sync(struct journal *j, const struct journal_text *text,
			     int err);

/* ---- journal_open.c ---- */

/* Finds, locks, checks and repairs the file: sets live, info, base_size. */
int journal_start(struct journal *j, char *err, size_t err_size);

/* ---- journal_takeover.c ---- */

/* Is the file that j->live holds ISC's, and are we to take it over? */
bool journal_is_isc(const struct journal *j);
/* Makes a journal of it; j->live is the journal then, as after make_new(). */
int journal_take_over(struct journal *j, const struct journal_text *text);

/* ---- journal_work.c ---- */

/* One round of writing and syncing; false when there was nothing to do. */
bool journal_turn(struct journal *j);
/* What is to be tried again after a while. */
void journal_retry(struct journal *j);
void *journal_thread(void *arg);

#endif /* DHCP4O6_LIB_LEASE_JOURNAL_IMPL_H */
