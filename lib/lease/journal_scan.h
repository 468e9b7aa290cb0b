/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_scan - walks the batches of a journal file and judges where it ends.
 */
#ifndef DHCP4O6_LIB_LEASE_JOURNAL_SCAN_H
#define DHCP4O6_LIB_LEASE_JOURNAL_SCAN_H

#include <stdbool.h>

#include "dhcp4o6/lease/journal_disk.h"
#include "dhcp4o6/lease/lease_store.h"
#include "journal_format.h"

struct journal_scan {
	const struct journal_disk *disk;
	int fd;
	bool trust; /* payload sums were checked before */
	struct journal_header header;
	uint64_t size;   /* of the file, when last looked at */
	uint64_t offset; /* behind the last good batch */
	uint64_t seq;    /* of the last good batch; 0 before the first */
	/* The last good batch; frame_offset 0 before the first. */
	uint64_t frame_offset;
	struct journal_frame frame;
	const uint8_t *payload;   /* valid until the next call */
	uint64_t snapshot_octets; /* in batches that a snapshot wrote */
	/* A window of the file. */
	uint8_t *buf;
	uint64_t buf_offset;
	size_t buf_len;
};

/*
 * Reads the header; errors as journal_header_decode(), -ENODATA for an empty
 * file, or the disk's.
 */
int journal_scan_init(struct journal_scan *scan,
		      const struct journal_disk *disk, int fd);
void journal_scan_fini(struct journal_scan *scan);

/*
 * Steps to the next batch. 1; 0 at the end of the file; -EBADMSG when what
 * stands at scan->offset is not the batch that belongs there.
 */
int journal_scan_next(struct journal_scan *scan);

/*
 * After -EBADMSG: is there a sign that the bad batch was not the last one? A
 * batch is written only after the one before it was synced, so the header of
 * any later batch proves that what is bad was once good. 1 with its offset and
 * sequence; 0 when there is none: a batch torn by a crash.
 */
int journal_scan_find_later(struct journal_scan *scan, uint64_t *offset,
			    uint64_t *seq);

/* Visits the records of the current batch. */
int journal_scan_visit(const struct journal_scan *scan,
		       lease_store_visit *visit, void *arg);

#endif /* DHCP4O6_LIB_LEASE_JOURNAL_SCAN_H */
