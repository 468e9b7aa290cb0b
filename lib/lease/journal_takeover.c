/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_takeover - a lease file of ISC's dhcpd becomes a journal.
 *
 * Everything is read and understood before anything is written. Then the new
 * journal is made beside the file and synced, the file gets a second name,
 * FILE.isc, and the journal takes the first one over. FILE is there all the
 * time, and is either whole: a crash in between leaves ISC's file under one or
 * both names, and the next start begins anew.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/lease/lease_record.h"
#include "journal_impl.h"

#define READ_STEP (1U << 20)

/* ---- the leases of the text ---- */

/* What makes two leases one; whatever a kind has not is zero. */
struct found_key {
	uint8_t kind;
	uint8_t prefix_len;
	struct in_addr addr;
	struct in6_addr addr6;
};

struct found {
	struct found_key key;
	uint32_t ordinal; /* in the text */
	size_t offset;    /* of its record */
};

struct collection {
	struct found *found;
	size_t count;
	size_t room;
	uint8_t *records; /* of lease_encode() */
	size_t len;
	size_t size;
};

static void collection_fini(struct collection *c)
{
	free(c->found);
	free(c->records);
}

static int grow(struct collection *c)
{
	void *more;

	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 1024;
		more = reallocarray(c->found, c->room, sizeof(*c->found));
		if (!more)
			return -ENOMEM;
		c->found = more;
	}
	if (c->size - c->len < LEASE_RECORD_MAX) {
		c->size = c->size ? 2 * c->size : READ_STEP;
		more = realloc(c->records, c->size);
		if (!more)
			return -ENOMEM;
		c->records = more;
	}
	return c->count < UINT32_MAX ? 0 : -EOVERFLOW;
}

static int collect(void *arg, const struct lease *lease)
{
	struct collection *c = arg;
	struct wire_writer w;
	int err;

	err = grow(c);
	if (err)
		return err;
	w = wire_writer(c->records + c->len, c->size - c->len);
	err = lease_encode(lease, &w);
	if (err)
		return err;
	c->found[c->count] = (struct found){
		.key = { .kind = lease->kind,
			 .prefix_len = lease->prefix_len,
			 .addr = lease->addr,
			 .addr6 = lease->addr6 },
		.ordinal = (uint32_t)c->count,
		.offset = c->len,
	};
	c->count++;
	c->len += wire_len(&w);
	return 0;
}

static int compare_keys(const struct found_key *x, const struct found_key *y)
{
	int order;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	order = memcmp(&x->addr, &y->addr, sizeof(x->addr));
	if (!order)
		order = memcmp(&x->addr6, &y->addr6, sizeof(x->addr6));
	return order ? order : x->prefix_len - y->prefix_len;
}

static int by_key(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = compare_keys(&x->key, &y->key);

	if (order)
		return order;
	return x->ordinal < y->ordinal ? -1 : 1;
}

static void get_record(const struct collection *c, size_t offset,
		       struct lease *lease)
{
	struct wire_reader r =
		wire_reader(c->records + offset, c->len - offset);

	*lease = (struct lease){ 0 };
	(void)lease_decode(&r, lease); /* our own octets */
}

/* A free address that nobody had is as good as one that is not named. */
static bool is_worth_it(const struct lease *lease)
{
	return lease->state != LEASE_FREE || lease->hlen ||
	       lease->client_id_len;
}

/* The last of each address, or prefix, stays, and is counted. */
static void keep_last(struct collection *c, struct isc_leases_report *report)
{
	struct lease lease;
	size_t i, kept = 0;

	if (c->count)
		qsort(c->found, c->count, sizeof(*c->found), by_key);
	for (i = 0; i < c->count; i++) {
		if (i + 1 < c->count &&
		    compare_keys(&c->found[i].key, &c->found[i + 1].key) == 0)
			continue;
		get_record(c, c->found[i].offset, &lease);
		if (!is_worth_it(&lease))
			continue;
		if (lease.kind != LEASE_DUID6) {
			report->leases++;
			report->by_state[lease.state]++;
		}
		c->found[kept++] = c->found[i];
	}
	c->count = kept;
}

/* ---- reading ---- */

static const char *const owner_names[ISC_OWNER_COUNT] = {
	[ISC_OWNER_DHCPD4] = "a DHCPv4 server (dhcpd -4)",
	[ISC_OWNER_DHCPD6] = "a DHCPv6 server (dhcpd -6)",
	[ISC_OWNER_DHCLIENT] = "a client (dhclient)",
};

static int explain_text(const char *path, enum journal_family family,
			const struct isc_leases_report *report,
			const struct journal_text *text, int err)
{
	const struct isc_leases_fault *first = &report->faults[0];

	if (err == -EMEDIUMTYPE)
		return journal_fail(text, err,
				    "%s: is the lease file of %s, not of %s",
				    path, owner_names[report->owner],
				    owner_names[family == JOURNAL_DHCP6
							? ISC_OWNER_DHCPD6
							: ISC_OWNER_DHCPD4]);
	if (err != -EBADMSG)
		return journal_fail(text, err, "%s: cannot be read: %s", path,
				    strerror(-err));
	return journal_fail(text, -ENOMSG,
			    "%s: is a lease file of ISC dhcpd with %" PRIu64
			    " fault%s in line %" PRIu32
			    ": %s; it is left as it is, because a lease that "
			    "is not understood may be given to another client",
			    path, report->fault_count,
			    report->fault_count == 1 ? "" : "s, the first",
			    first->line, first->text);
}

/* The file's leases, or why it cannot be taken over. */
static int read_leases(const struct journal_options *options, int fd,
		       const char *path, struct collection *c,
		       const struct journal_text *text)
{
	struct isc_leases_report *report = options->take_over;
	char *buf = NULL;
	size_t len = 0;
	int err;

	err = journal_read_all(options->disk, fd, &buf, &len);
	if (!err)
		err = options->family == JOURNAL_DHCP6
			      ? isc_leases6_parse(buf, len, collect, c, report)
			      : isc_leases_parse(buf, len, collect, c, report);
	free(buf);
	if (err)
		return explain_text(path, options->family, report, text, err);
	keep_last(c, report);
	return 0;
}

/* ---- the name it is kept under ---- */

/* 1: it has the name already, as a crash may leave it; 0: the name is free. */
static int check_kept(const struct journal_disk *disk, int fd, const char *path,
		      const struct journal_text *text)
{
	char kept[PATH_MAX + sizeof(ISC_SUFFIX)];
	struct stat here, there;
	int err;

	snprintf(kept, sizeof(kept), "%s" ISC_SUFFIX, path);
	err = disk->stat(disk->ctx, kept, &there);
	if (err == -ENOENT)
		return 0;
	if (!err)
		err = disk->fstat(disk->ctx, fd, &here);
	if (err)
		return journal_fail(text, err, "%s: cannot be looked at: %s",
				    kept, strerror(-err));
	if (here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return 1;
	return journal_fail(text, -EEXIST,
			    "%s: is there already, so %s, a lease file of ISC "
			    "dhcpd, cannot be kept under that name; move one "
			    "of them away",
			    kept, path);
}

/*
 * dhcpd begins its file anew now and then, and the name may have gone to that
 * one since: what was read is then not all that there is.
 */
static int link_kept(struct journal *j, const char *kept,
		     const struct journal_text *text)
{
	int ret = j->disk->link(j->disk->ctx, j->path, kept);

	if (ret)
		return ret;
	ret = check_kept(j->disk, j->live.fd, j->path, text);
	if (ret == 1)
		return 0;
	j->disk->unlink(j->disk->ctx, kept);
	return ret < 0 && ret != -EEXIST ? ret : -EBUSY;
}

static int keep(struct journal *j, const struct journal_text *text)
{
	char kept[PATH_MAX + sizeof(ISC_SUFFIX)];
	int ret;

	ret = check_kept(j->disk, j->live.fd, j->path, text);
	if (ret < 0)
		return ret;
	snprintf(kept, sizeof(kept), "%s" ISC_SUFFIX, j->path);
	ret = ret ? 0 : link_kept(j, kept, text);
	if (ret == -EBUSY)
		return journal_fail(text, ret,
				    "%s: was begun anew while it was read; "
				    "stop the dhcpd that writes to it",
				    j->path);
	if (!ret)
		ret = j->disk->sync_dir(j->disk->ctx, j->path);
	return ret ? journal_fail(text, ret, "%s: cannot be kept as %s: %s",
				  j->path, kept, strerror(-ret))
		   : 0;
}

/* ---- writing ---- */

static size_t record_len(const uint8_t *record)
{
	return 2 + (size_t)(record[0] << 8 | record[1]);
}

static int write_leases(struct journal *j, const struct collection *c)
{
	struct journal_buffer b = { .size = JOURNAL_BUFFER_LEN };
	const uint8_t *record;
	size_t i, len;
	int err = 0;

	b.data = malloc(JOURNAL_FRAME_LEN + b.size);
	if (!b.data)
		return -ENOMEM;
	for (i = 0; i < c->count && !err; i++) {
		record = c->records + c->found[i].offset;
		len = record_len(record);
		if (b.len + len > b.size) {
			err = journal_file_append(j, &j->fresh, &b,
						  JOURNAL_FRAME_SNAPSHOT);
			b.len = 0;
			b.count = 0;
		}
		memcpy(b.data + JOURNAL_FRAME_LEN + b.len, record, len);
		b.len += len;
		b.count++;
	}
	if (!err && b.count)
		err = journal_file_append(j, &j->fresh, &b,
					  JOURNAL_FRAME_SNAPSHOT);
	free(b.data);
	return err ? err : j->disk->datasync(j->disk->ctx, j->fresh.fd);
}

/* dhcpd takes no lock, but what it writes changes the size. */
static int check_still(struct journal *j, uint64_t size,
		       const struct journal_text *text)
{
	struct stat st;
	int err;

	err = j->disk->fstat(j->disk->ctx, j->live.fd, &st);
	if (!err && (uint64_t)st.st_size == size)
		return 0;
	return journal_fail(text, err ? err : -EBUSY,
			    "%s: grew while it was read; stop the dhcpd that "
			    "writes to it",
			    j->path);
}

static int replace(struct journal *j, const struct collection *c, uint64_t size,
		   const struct journal_text *text)
{
	struct journal_header header;
	int err;

	err = journal_begin_new(j, &header, text);
	if (err)
		return err;
	err = write_leases(j, c);
	if (err) {
		journal_fail(text, err, "%s: cannot be written: %s",
			     j->new_path, strerror(-err));
		goto out_fresh;
	}
	err = check_still(j, size, text);
	if (!err)
		err = keep(j, text);
	if (err)
		goto out_fresh;
	err = journal_end_new(j, &header, text);
	if (!err) {
		j->info.is_new = false;
		j->info.batches = j->live.seq;
		j->info.records = c->count;
	}
	return err;

out_fresh:
	journal_file_close(j->disk, &j->fresh);
	j->disk->unlink(j->disk->ctx, j->new_path);
	return err;
}

int journal_take_over(struct journal *j, const struct journal_text *text)
{
	struct journal_options options = j->options;
	struct collection c = { 0 };
	struct stat st;
	int ret;

	ret = j->disk->fstat(j->disk->ctx, j->live.fd, &st);
	if (ret)
		return journal_fail(text, ret, "%s: cannot be read: %s",
				    j->path, strerror(-ret));
	options.disk = j->disk;
	ret = read_leases(&options, j->live.fd, j->path, &c, text);
	if (!ret)
		ret = check_kept(j->disk, j->live.fd, j->path, text);
	if (ret >= 0)
		ret = replace(j, &c, (uint64_t)st.st_size, text);
	collection_fini(&c);
	return ret;
}

static enum journal_kind kind_of(const struct journal_disk *disk, int fd)
{
	uint8_t first[JOURNAL_SNIFF_LEN];
	ssize_t n = disk->pread(disk->ctx, fd, first, sizeof(first), 0);

	return n < 0 ? JOURNAL_KIND_OTHER
		     : lease_journal_sniff(first, (size_t)n);
}

bool journal_is_isc(const struct journal *j)
{
	return j->options.take_over &&
	       kind_of(j->disk, j->live.fd) == JOURNAL_KIND_ISC;
}

/* As lease_isc_check(), of a file that is ISC's. */
static int check_file(const char *path, int fd,
		      const struct journal_options *options,
		      const struct journal_text *text)
{
	struct collection c = { 0 };
	char real[PATH_MAX];
	int ret;

	ret = options->disk->resolve(options->disk->ctx, path, real,
				     sizeof(real));
	if (ret)
		return journal_fail(text, ret, "%s: cannot be resolved: %s",
				    path, strerror(-ret));
	ret = read_leases(options, fd, path, &c, text);
	if (!ret)
		ret = check_kept(options->disk, fd, real, text);
	collection_fini(&c);
	return ret < 0 ? ret : 0;
}

int lease_isc_check(const char *path, const struct journal_options *given,
		    char *err_text, size_t err_size)
{
	const struct journal_text text = { .out = err_text, .size = err_size };
	struct journal_options options = *given;
	int fd, ret = 0;

	if (!options.disk)
		options.disk = &journal_disk_system;
	*options.take_over = (struct isc_leases_report){ 0 };
	fd = options.disk->open(options.disk->ctx, path, O_RDONLY | O_NONBLOCK,
				0);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return journal_fail(&text, fd, "%s: cannot be opened: %s", path,
				    strerror(-fd));
	if (kind_of(options.disk, fd) == JOURNAL_KIND_ISC)
		ret = check_file(path, fd, &options, &text);
	options.disk->close(options.disk->ctx, fd);
	return ret;
}
