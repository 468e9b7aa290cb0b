/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal - the lease store in one append-only file.
 *
 * A thread of its own writes and syncs; what was submitted while a sync ran
 * goes out together with the next one. Nothing completes with LEASE_RESULT_OK
 * before fdatasync(2) returned 0 for it. docs/lease-format.md has the octets
 * and the rules of replay and failure. Open it after the process has become a
 * daemon: threads do not survive fork(2).
 */
#ifndef DHCP4O6_LEASE_JOURNAL_H
#define DHCP4O6_LEASE_JOURNAL_H

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/lease/isc_leases.h"
#include "dhcp4o6/lease/journal_disk.h"
#include "dhcp4o6/lease/lease_store.h"

#define JOURNAL_ERROR_MAX      512 /* octets that hold every error text */
#define JOURNAL_DEPTH_DEFAULT  64
#define JOURNAL_DEPTH_MAX      4096
#define JOURNAL_RETRY_MS       1000
#define JOURNAL_COMPACT_OCTETS (64ULL << 20)
#define JOURNAL_COMPACT_FACTOR 4

/* Whose leases a journal holds. */
enum journal_family {
	JOURNAL_ANY,
	JOURNAL_DHCP4,
	JOURNAL_DHCP6,
};

/* Zeroed members take the defaults; the clocks must be given. */
struct journal_options {
	enum journal_family family;      /* a journal of the other is refused */
	const struct journal_disk *disk; /* NULL: the real one */
	struct wall_time (*wall_now)(void);
	struct mono_time (*mono_now)(void);
	uint64_t compact_octets; /* no compaction in a smaller file */
	uint32_t compact_factor; /* nor below this many times the live size */
	uint32_t retry_ms;       /* between attempts to mend */
	uint32_t depth;          /* batches pending at once */
	/* For a file made new; one that exists keeps owner and mode. */
	bool set_owner;
	uid_t uid;
	gid_t gid;
	mode_t mode; /* 0: 0640 */
	/*
	 * Not NULL: a lease file of ISC's dhcpd, or of its dhcpd -6 for family
	 * JOURNAL_DHCP6, is taken over (kept as FILE.isc), and this says what
	 * was found in it, or which faults. NULL: such a file is refused.
	 */
	struct isc_leases_report *take_over;
	/*
	 * No thread: the work is done inside lease_store_next(), and attempts
	 * to mend wait for nothing. For tools and deterministic tests.
	 */
	bool threadless;
};

struct journal_info {
	struct siphash_key key; /* made with the first file, then kept */
	uint64_t file_id;
	struct wall_time created;   /* of this file */
	struct wall_time last_wall; /* clocks when the last batch was written;*/
	struct mono_time last_mono; /* both 0 in a journal without batches */
	uint64_t batches;
	uint64_t records; /* superseded ones included */
	uint64_t size;    /* octets that are valid */
	uint64_t cut;     /* octets of a torn last batch that were cut off */
	bool is_new;      /* was missing or empty */
	char text[256];   /* what start-up should say about it; may be "" */
};

/*
 * Opens, checks, repairs and locks the journal; creates it when it is missing
 * or empty. err (JOURNAL_ERROR_MAX octets) says in full what is wrong and what
 * to do.
 *   -EBUSY            another server holds the file
 *   -EBADMSG          corrupt before its last batch: refused, untouched
 *   -EMEDIUMTYPE      not a journal at all, or of the other family
 *   -ENOMSG           ISC's, with faults that forbid to take it over
 *   -EEXIST           ISC's, and FILE.isc is there already
 *   -ENOENT           missing, but a FILE.isc is there: see err
 *   -EPROTONOSUPPORT  written by a later version
 *   other             from the system: permissions, I/O, memory
 */
int lease_journal_open(struct lease_store **store, const char *path,
		       const struct journal_options *options, char *err,
		       size_t err_size);

/*
 * What a take-over of this file would find, without a lock and without touching
 * it: as lease_journal_open() with these options, of which only family,
 * disk and take_over (not NULL) are looked at. 0 with take_over->found false
 * when there is nothing to take over.
 */
int lease_isc_check(const char *path, const struct journal_options *options,
		    char *err, size_t err_size);

/* What was found at open. Only for a store of lease_journal_open(). */
const struct journal_info *lease_journal_info(const struct lease_store *store);

/*
 * Replays without a lock and without touching the file, in file order, also
 * while a server writes to it. A visitor's non-zero return ends it and is
 * returned. info and disk may be NULL.
 */
struct journal_read {
	enum journal_family family;
	const struct journal_disk *disk;
	lease_store_visit *visit;
	void *visit_arg;
	struct journal_info *info;
};
int lease_journal_read(const char *path, const struct journal_read *read,
		       char *err, size_t err_size);

enum journal_kind {
	JOURNAL_KIND_EMPTY,
	JOURNAL_KIND_JOURNAL,
	JOURNAL_KIND_ISC, /* text of ISC dhcpd */
	JOURNAL_KIND_KEA, /* Kea's memfile CSV */
	JOURNAL_KIND_OTHER,
};

/* What a file is by its first octets (512 are plenty). */
enum journal_kind lease_journal_sniff(const void *data, size_t len);

#endif /* DHCP4O6_LEASE_JOURNAL_H */
