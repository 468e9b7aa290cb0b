/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_scan - reads through a window that is as large as the largest batch.
 */
#include "journal_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/lease/lease_record.h"

#define WINDOW_LEN ((size_t)JOURNAL_PAYLOAD_MAX + JOURNAL_FRAME_LEN)

static int refill(struct journal_scan *scan, uint64_t offset)
{
	size_t want = WINDOW_LEN;
	ssize_t n;

	if (scan->size - offset < want)
		want = (size_t)(scan->size - offset);
	scan->buf_offset = offset;
	scan->buf_len = 0;
	while (scan->buf_len < want) {
		n = scan->disk->pread(
			scan->disk->ctx, scan->fd, scan->buf + scan->buf_len,
			want - scan->buf_len, offset + scan->buf_len);
		if (n < 0)
			return (int)n;
		if (n == 0) /* shorter than fstat said: cut under us */
			break;
		scan->buf_len += (size_t)n;
	}
	return 0;
}

/* 0 with *data NULL when the file ends before offset + len. */
static int get_window(struct journal_scan *scan, uint64_t offset, size_t len,
		      const uint8_t **data)
{
	int err;

	*data = NULL;
	if (offset > scan->size || scan->size - offset < len)
		return 0;
	if (offset < scan->buf_offset ||
	    offset + len > scan->buf_offset + scan->buf_len) {
		err = refill(scan, offset);
		if (err)
			return err;
	}
	if (scan->buf_len >= offset - scan->buf_offset + len)
		*data = scan->buf + (offset - scan->buf_offset);
	return 0;
}

static int look_at_size(struct journal_scan *scan)
{
	struct stat st;
	int err = scan->disk->fstat(scan->disk->ctx, scan->fd, &st);

	if (err)
		return err;
	scan->size = (uint64_t)st.st_size;
	return 0;
}

int journal_scan_init(struct journal_scan *scan,
		      const struct journal_disk *disk, int fd)
{
	int err;

	*scan = (struct journal_scan){ .disk = disk, .fd = fd };
	err = look_at_size(scan);
	if (err)
		return err;
	if (!scan->size)
		return -ENODATA;
	scan->buf = malloc(scan->size < WINDOW_LEN ? (size_t)scan->size
						   : WINDOW_LEN);
	if (!scan->buf)
		return -ENOMEM;
	err = refill(scan, 0);
	if (!err)
		err = journal_header_decode(
			scan->buf, scan->buf_len < 512 ? scan->buf_len : 512,
			&scan->header);
	if (err)
		goto out_fini;
	scan->offset = JOURNAL_HEADER_LEN;
	return 0;

out_fini:
	journal_scan_fini(scan);
	return err;
}

void journal_scan_fini(struct journal_scan *scan)
{
	free(scan->buf);
	scan->buf = NULL;
}

static int read_frame(struct journal_scan *scan, uint64_t offset,
		      struct journal_frame *frame)
{
	const uint8_t *data;
	int err;

	err = get_window(scan, offset, JOURNAL_FRAME_LEN, &data);
	if (err)
		return err;
	if (!data || journal_frame_decode(scan->header.file_id, data, frame))
		return -EBADMSG;
	err = get_window(scan, offset, JOURNAL_FRAME_LEN + frame->payload_len,
			 &data);
	if (err)
		return err;
	if (!data)
		return -EBADMSG;
	scan->payload = data + JOURNAL_FRAME_LEN;
	if (scan->trust)
		return 0;
	return journal_payload_crc(scan->header.file_id, frame->seq,
				   scan->payload,
				   frame->payload_len) == frame->payload_crc
		       ? 0
		       : -EBADMSG;
}

int journal_scan_next(struct journal_scan *scan)
{
	struct journal_frame frame;
	int err;

	if (scan->offset == scan->size)
		return 0;
	err = read_frame(scan, scan->offset, &frame);
	if (err == -EBADMSG) {
		/* A writer may be at it now: look at the file itself again. */
		scan->buf_len = 0;
		err = read_frame(scan, scan->offset, &frame);
	}
	if (!err && frame.seq != scan->seq + 1)
		err = -EBADMSG;
	if (err)
		return err;
	scan->frame = frame;
	scan->frame_offset = scan->offset;
	scan->seq = frame.seq;
	scan->offset += JOURNAL_FRAME_LEN + frame.payload_len;
	if (frame.flags & JOURNAL_FRAME_SNAPSHOT)
		scan->snapshot_octets += scan->offset - scan->frame_offset;
	return 1;
}

/* The first octet of a frame magic at or after offset; size if there is none.
 */
static int find_magic(struct journal_scan *scan, uint64_t *offset)
{
	const uint8_t *data, *hit;
	size_t len;
	int err;

	while (scan->size - *offset >= JOURNAL_FRAME_LEN) {
		err = get_window(scan, *offset, JOURNAL_FRAME_LEN, &data);
		if (err)
			return err;
		if (!data)
			break;
		len = scan->buf_len - (size_t)(*offset - scan->buf_offset);
		hit = memmem(data, len, journal_frame_magic,
			     sizeof(journal_frame_magic));
		if (hit) {
			*offset += (uint64_t)(hit - data);
			return 0;
		}
		*offset += len - (sizeof(journal_frame_magic) - 1);
	}
	*offset = scan->size;
	return 0;
}

int journal_scan_find_later(struct journal_scan *scan, uint64_t *offset,
			    uint64_t *seq)
{
	struct journal_frame frame;
	uint64_t at = scan->offset;
	const uint8_t *data;
	int err;

	for (;; at++) {
		err = find_magic(scan, &at);
		if (err)
			return err;
		err = get_window(scan, at, JOURNAL_FRAME_LEN, &data);
		if (err)
			return err;
		if (!data)
			return 0;
		if (journal_frame_decode(scan->header.file_id, data, &frame))
			continue;
		/* The torn batch itself may have kept its header. */
		if (at == scan->offset && frame.seq == scan->seq + 1)
			continue;
		*offset = at;
		*seq = frame.seq;
		return 1;
	}
}

int journal_scan_visit(const struct journal_scan *scan,
		       lease_store_visit *visit, void *arg)
{
	struct wire_reader r =
		wire_reader(scan->payload, scan->frame.payload_len);
	struct lease lease;
	uint32_t i;
	int err;

	for (i = 0; i < scan->frame.count; i++) {
		err = lease_decode(&r, &lease);
		if (err == -ENOMSG)
			continue;
		if (!err)
			err = visit(arg, &lease);
		if (err)
			return err;
	}
	return wire_left(&r) ? -EBADMSG : 0;
}
