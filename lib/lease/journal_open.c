/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_open - start-up: find the file, be its only server, check it, repair
 * what a crash may have left, refuse what a crash cannot explain.
 *
 * The lock is on the file, not on its name, and a rewritten journal takes the
 * name over already locked. So a name is only believed while it leads to the
 * file that is locked: whoever opened the former file just before a rename sees
 * that its name has moved on, and asks for the new one, which is held.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal_impl.h"
#include "journal_scan.h"

#define LOCK_TRIES 16

/* ---- the file ---- */

/*
 * A take-over never leaves the file without its name: somebody has removed it
 * since, and a new journal would silently forget what FILE.isc holds.
 */
static bool isc_is_left_over(const struct journal *j)
{
	char kept[PATH_MAX + sizeof(ISC_SUFFIX)];
	struct stat st;

	snprintf(kept, sizeof(kept), "%s" ISC_SUFFIX, j->path);
	return j->disk->stat(j->disk->ctx, kept, &st) == 0;
}

static int create_empty(struct journal *j)
{
	const struct journal_options *o = &j->options;
	int fd, err = 0;

	if (isc_is_left_over(j))
		return -ENOTEMPTY;
	fd = j->disk->open(j->disk->ctx, j->path, O_RDWR | O_CREAT | O_EXCL,
			   0600);
	if (fd < 0)
		return fd;
	if (o->set_owner)
		err = j->disk->set_owner(j->disk->ctx, fd, o->uid, o->gid);
	if (!err)
		err = j->disk->set_mode(j->disk->ctx, fd, o->mode);
	if (err) {
		j->disk->close(j->disk->ctx, fd);
		return err;
	}
	return fd;
}

static int open_or_create(struct journal *j)
{
	int fd, tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		fd = j->disk->open(j->disk->ctx, j->path, O_RDWR, 0);
		if (fd == -ENOENT)
			fd = create_empty(j);
		if (fd != -EEXIST) /* made by somebody else in between */
			return fd;
	}
	return fd;
}

static int explain_open(const struct journal *j,
			const struct journal_text *text, int err)
{
	if (err == -EACCES || err == -EPERM || err == -EROFS)
		return journal_fail(
			text, err,
			"%s: cannot be opened for reading and writing as "
			"uid %u: %s; check the mode and owner of the file, "
			"of its directory and of the mount",
			j->path, (unsigned int)geteuid(), strerror(-err));
	if (err == -ENOTEMPTY)
		return journal_fail(
			text, -ENOENT,
			"%s: is missing, but %s" ISC_SUFFIX
			", which was taken over, is there; give it this "
			"name to take it over again, or move it away to "
			"start without leases",
			j->path, j->path);
	if (err == -EEXIST)
		return journal_fail(
			text, err,
			"%s: is a symbolic link that leads nowhere; create "
			"the file it names",
			j->path);
	return journal_fail(text, err, "%s: cannot be opened: %s", j->path,
			    strerror(-err));
}

/* 1: locked, and the name leads to it; 0: the name has moved on. */
static int lock_live(struct journal *j, const struct journal_text *text)
{
	struct stat here, named;
	int err;

	err = j->disk->fstat(j->disk->ctx, j->live.fd, &here);
	if (err)
		return explain_open(j, text, err);
	if (!S_ISREG(here.st_mode))
		return journal_fail(text, -EINVAL, "%s: is not a regular file",
				    j->path);
	err = j->disk->lock(j->disk->ctx, j->live.fd);
	if (err == -EWOULDBLOCK)
		return journal_fail(
			text, -EBUSY,
			"%s: another server holds this file; two servers "
			"need a file each",
			j->path);
	if (err)
		return journal_fail(text, err, "%s: cannot be locked: %s",
				    j->path, strerror(-err));
	err = j->disk->stat(j->disk->ctx, j->path, &named);
	if (err && err != -ENOENT)
		return explain_open(j, text, err);
	return !err && here.st_dev == named.st_dev &&
	       here.st_ino == named.st_ino;
}

/* The new file is made where the journal itself is, not where a link is. */
static int set_paths(struct journal *j, const struct journal_text *text)
{
	char real[PATH_MAX];
	int err;

	err = j->disk->resolve(j->disk->ctx, j->path, real, sizeof(real));
	if (err)
		return explain_open(j, text, err);
	free(j->path);
	free(j->new_path);
	j->path = strdup(real);
	j->new_path = NULL;
	if (!j->path || asprintf(&j->new_path, "%s.new", real) < 0)
		return journal_fail(text, -ENOMEM, "%s: out of memory", real);
	return 0;
}

static int acquire(struct journal *j, const struct journal_text *text)
{
	int tries, ret;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		j->live.fd = open_or_create(j);
		if (j->live.fd < 0)
			return explain_open(j, text, j->live.fd);
		ret = lock_live(j, text);
		if (ret < 0)
			return ret;
		if (ret)
			return set_paths(j, text);
		journal_file_close(j->disk, &j->live);
	}
	return journal_fail(text, -EBUSY, "%s: changes too often to be opened",
			    j->path);
}

/* ---- an existing one ---- */

/* Removes what a crashed rewrite left, and tries that the next can be made. */
static int try_new_file(struct journal *j, const struct journal_text *text)
{
	int fd, err;

	err = j->disk->unlink(j->disk->ctx, j->new_path);
	if (err && err != -ENOENT)
		return journal_explain_new(j, text, err);
	fd = j->disk->open(j->disk->ctx, j->new_path, O_RDWR | O_CREAT | O_EXCL,
			   0600);
	if (fd < 0)
		return journal_explain_new(j, text, fd);
	j->disk->close(j->disk->ctx, fd);
	err = j->disk->unlink(j->disk->ctx, j->new_path);
	return err ? journal_explain_new(j, text, err) : 0;
}

static int explain_foreign(const struct journal_scan *scan, const char *path,
			   const struct journal_text *text)
{
	uint8_t first[JOURNAL_SNIFF_LEN];
	ssize_t n;

	n = scan->disk->pread(scan->disk->ctx, scan->fd, first, sizeof(first),
			      0);
	switch (n > 0 ? lease_journal_sniff(first, (size_t)n)
		      : JOURNAL_KIND_OTHER) {
	case JOURNAL_KIND_ISC:
		return journal_fail(
			text, -EMEDIUMTYPE,
			"%s: is a lease file of ISC dhcpd, not a lease "
			"journal; keep it and give another file name",
			path);
	case JOURNAL_KIND_KEA:
		return journal_fail(
			text, -EMEDIUMTYPE,
			"%s: is a lease file of Kea, not a lease journal; "
			"keep it and give another file name",
			path);
	default:
		return journal_fail(
			text, -EMEDIUMTYPE,
			"%s: is not a lease journal and is left alone; "
			"give another file name",
			path);
	}
}

static int explain_header(const struct journal_scan *scan, const char *path,
			  const struct journal_text *text, int err)
{
	switch (err) {
	case -EMEDIUMTYPE:
		return explain_foreign(scan, path, text);
	case -EBADMSG:
		return journal_fail(
			text, err,
			"%s: the header of the journal is damaged "
			"(offset 0); restore the file from a copy, or move "
			"it away to start without leases",
			path);
	case -EPROTONOSUPPORT:
		return journal_fail(
			text, err,
			"%s: was written by a later version; this version "
			"reads format %d",
			path, JOURNAL_VERSION);
	default:
		return journal_fail(text, err, "%s: cannot be read: %s", path,
				    strerror(-err));
	}
}

static void note_frame(const struct journal_scan *scan,
		       struct journal_info *info)
{
	info->batches++;
	info->records += scan->frame.count;
	info->last_wall = scan->frame.wall;
	info->last_mono = scan->frame.mono;
}

static int explain_corrupt(struct journal_scan *scan, const char *path,
			   const struct journal_text *text)
{
	uint64_t later, seq;
	int ret = journal_scan_find_later(scan, &later, &seq);

	if (ret < 0)
		return explain_header(scan, path, text, ret);
	if (!ret)
		return 0;
	return journal_fail(
		text, -EBADMSG,
		"%s: corrupt at offset %" PRIu64 ": batch %" PRIu64
		" is damaged, but batch %" PRIu64 " stands at offset "
		"%" PRIu64 ", so this is no crash but the disk; nothing "
		"was changed. Restore the file from a copy, or keep a copy "
		"and cut it there (truncate -s %" PRIu64
		"), which loses every later lease",
		path, scan->offset, scan->seq + 1, seq, later, scan->offset);
}

/* One server wrote all of it: the first record tells. */
static int note_family(void *arg, const struct lease *lease)
{
	enum journal_family *family = arg;

	*family = lease->kind == LEASE_DHCP4 ? JOURNAL_DHCP4 : JOURNAL_DHCP6;
	return 1;
}

static const char *const family_names[] = {
	[JOURNAL_DHCP4] = "DHCPv4",
	[JOURNAL_DHCP6] = "DHCPv6",
};

static int check_family(const struct journal_scan *scan, const char *path,
			const struct journal_read *read,
			const struct journal_text *text)
{
	enum journal_family family = JOURNAL_ANY;

	if (read->family == JOURNAL_ANY)
		return 0;
	/* A record that cannot be read is the load's to report. */
	journal_scan_visit(scan, note_family, &family);
	if (family == JOURNAL_ANY || family == read->family)
		return 0;
	return journal_fail(text, -EMEDIUMTYPE,
			    "%s: holds %s leases, and is left alone; a %s "
			    "server needs a file of its own",
			    path, family_names[family],
			    family_names[read->family]);
}

/*
 * Reads every batch. 0 with info->size at the end of the last good one, and
 * info->cut octets of a torn one behind it.
 */
static int read_all(struct journal_scan *scan, const char *path,
		    const struct journal_read *read,
		    const struct journal_text *text)
{
	struct journal_info *info = read->info;
	int ret;

	while ((ret = journal_scan_next(scan)) > 0) {
		ret = scan->seq == 1 ? check_family(scan, path, read, text) : 0;
		if (ret)
			return ret;
		note_frame(scan, info);
		ret = read->visit ? journal_scan_visit(scan, read->visit,
						       read->visit_arg)
				  : 0;
		if (ret)
			return journal_fail(
				text, ret,
				"%s: a record of batch %" PRIu64
				" at offset %" PRIu64 " cannot be taken: %s",
				path, scan->seq, scan->frame_offset,
				strerror(ret < 0 ? -ret : ECANCELED));
	}
	info->key = scan->header.key;
	info->file_id = scan->header.file_id;
	info->created = scan->header.created;
	info->size = scan->offset;
	if (ret != -EBADMSG)
		return ret ? explain_header(scan, path, text, ret) : 0;
	info->cut = scan->size - scan->offset;
	return explain_corrupt(scan, path, text);
}

/*
 * The last batch is written once more, for it may be in memory only: after a
 * failed fdatasync the kernel keeps pages that it will never write. One written
 * behind it would then survive a crash that it does not.
 */
static int rewrite_last(struct journal *j, const struct journal_scan *scan)
{
	size_t len = (size_t)(scan->offset - scan->frame_offset);
	uint8_t *frame = malloc(len);
	ssize_t n;
	int err;

	if (!frame)
		return -ENOMEM;
	n = j->disk->pread(j->disk->ctx, j->live.fd, frame, len,
			   scan->frame_offset);
	if (n == (ssize_t)len)
		err = journal_write_all(j->disk, j->live.fd, frame, len,
					scan->frame_offset);
	else
		err = n < 0 ? (int)n : -EIO;
	free(frame);
	return err;
}

/*
 * What was read becomes durable before anything is built on it. That goes for
 * the name, too: the directory was written to by try_new_file(), so its sync
 * writes it even if one before this process failed.
 */
static int settle(struct journal *j, const struct journal_scan *scan)
{
	const struct journal_disk *disk = j->disk;
	int err = 0;

	if (j->info.cut)
		err = disk->truncate(disk->ctx, j->live.fd, scan->offset);
	if (!err && scan->frame_offset)
		err = rewrite_last(j, scan);
	if (!err)
		err = disk->datasync(disk->ctx, j->live.fd);
	if (!err)
		err = disk->sync_dir(disk->ctx, j->path);
	return err;
}

static int open_existing(struct journal *j, const struct journal_text *text)
{
	struct journal_read read = { .family = j->options.family,
				     .info = &j->info };
	struct journal_scan scan;
	int err;

	err = journal_scan_init(&scan, j->disk, j->live.fd);
	if (err)
		return explain_header(&scan, j->path, text, err);
	err = read_all(&scan, j->path, &read, text);
	if (!err)
		err = try_new_file(j, text);
	if (err)
		goto out_scan;
	err = settle(j, &scan);
	if (err) {
		journal_fail(text, err, "%s: cannot be written: %s", j->path,
			     strerror(-err));
		goto out_scan;
	}
	if (j->info.cut)
		snprintf(j->info.text, sizeof(j->info.text),
			 "%" PRIu64 " octets of an unfinished last batch at "
			 "offset %" PRIu64
			 " were cut off, as a crash leaves it",
			 j->info.cut, j->info.size);
	j->live.file_id = scan.header.file_id;
	j->live.tail = scan.offset;
	j->live.seq = scan.seq;
	j->base_size = JOURNAL_HEADER_LEN + scan.snapshot_octets;
out_scan:
	journal_scan_fini(&scan);
	return err;
}

int journal_start(struct journal *j, char *err_text, size_t err_size)
{
	struct journal_text text = { .out = err_text, .size = err_size };
	struct stat st;
	int err;

	err = acquire(j, &text);
	if (err)
		return err;
	err = j->disk->fstat(j->disk->ctx, j->live.fd, &st);
	if (err)
		return explain_open(j, &text, err);
	if (!st.st_size)
		err = journal_make_new(j, &text);
	else if (journal_is_isc(j))
		err = journal_take_over(j, &text);
	else
		err = open_existing(j, &text);
	j->status.size = j->live.tail;
	return err;
}

int lease_journal_read(const char *path, const struct journal_read *read,
		       char *err_text, size_t err_size)
{
	struct journal_text text = { .out = err_text, .size = err_size };
	struct journal_info ignored = { 0 };
	struct journal_read with_info = *read;
	struct journal_scan scan;
	int fd, err;

	if (!read->disk)
		with_info.disk = &journal_disk_system;
	if (!read->info)
		with_info.info = &ignored;
	*with_info.info = ignored;
	fd = with_info.disk->open(with_info.disk->ctx, path, O_RDONLY, 0);
	if (fd < 0)
		return journal_fail(&text, fd, "%s: cannot be opened: %s", path,
				    strerror(-fd));
	err = journal_scan_init(&scan, with_info.disk, fd);
	if (err == -ENODATA) {
		with_info.info->is_new = true;
		err = 0;
	} else if (err) {
		explain_header(&scan, path, &text, err);
	} else {
		err = read_all(&scan, path, &with_info, &text);
		journal_scan_fini(&scan);
	}
	with_info.disk->close(with_info.disk->ctx, fd);
	return err;
}
