/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_file - a journal file that is being written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "journal_impl.h"

#define READ_STEP (1U << 20)

int journal_fail(const struct journal_text *text, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text->out, text->size, fmt, ap);
	va_end(ap);
	return err;
}

int journal_write_all(const struct journal_disk *disk, int fd,
		      const uint8_t *data, size_t len, uint64_t offset)
{
	ssize_t n;

	while (len) {
		n = disk->pwrite(disk->ctx, fd, data, len, offset);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return -EIO;
		data += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

int journal_read_all(const struct journal_disk *disk, int fd, char **text,
		     size_t *len)
{
	size_t size = 0, done = 0;
	struct stat st;
	char *buf;
	ssize_t n;
	int err;

	err = disk->fstat(disk->ctx, fd, &st);
	if (err)
		return err;
	size = (size_t)st.st_size;
	buf = malloc(size ? size : 1);
	if (!buf)
		return -ENOMEM;
	while (done < size) {
		n = disk->pread(disk->ctx, fd, buf + done,
				size - done < READ_STEP ? size - done
							: READ_STEP,
				done);
		if (n <= 0) {
			free(buf);
			return n ? (int)n : -EIO;
		}
		done += (size_t)n;
	}
	*text = buf;
	*len = size;
	return 0;
}

void journal_file_close(const struct journal_disk *disk,
			struct journal_file *file)
{
	if (file->fd >= 0)
		disk->close(disk->ctx, file->fd);
	file->fd = -1;
}

/*
 * Without privileges only the group can be kept, and that not always: a file of
 * our own is better than none.
 */
int journal_give_owner(const struct journal_disk *disk, int fd,
		       const struct journal_owner *owner)
{
	struct stat st;
	int err;

	err = disk->fstat(disk->ctx, fd, &st);
	if (err)
		return err;
	if (st.st_uid != owner->uid || st.st_gid != owner->gid) {
		err = disk->set_owner(disk->ctx, fd, owner->uid, owner->gid);
		if (err == -EPERM)
			err = disk->set_owner(disk->ctx, fd, (uid_t)-1,
					      owner->gid);
		if (err && err != -EPERM)
			return err;
	}
	return disk->set_mode(disk->ctx, fd, owner->mode);
}

static int set_up(const struct journal_disk *disk, int fd,
		  const struct journal_header *header,
		  const struct journal_owner *owner)
{
	uint8_t octets[JOURNAL_HEADER_LEN];
	int err;

	err = journal_give_owner(disk, fd, owner);
	if (err)
		return err;
	/* Locked before it gets the name that others look for. */
	err = disk->lock(disk->ctx, fd);
	if (err)
		return err;
	journal_header_encode(header, octets);
	return journal_write_all(disk, fd, octets, sizeof(octets), 0);
}

int journal_file_create(const struct journal_disk *disk, const char *path,
			const struct journal_header *header,
			const struct journal_owner *owner,
			struct journal_file *file)
{
	int fd, err;

	err = disk->unlink(disk->ctx, path); /* of an attempt that crashed */
	if (err && err != -ENOENT)
		return err;
	/* Nobody but the owner may read it until its mode is set. */
	fd = disk->open(disk->ctx, path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return fd;
	err = set_up(disk, fd, header, owner);
	if (err)
		goto out_unlink;
	*file = (struct journal_file){
		.fd = fd,
		.file_id = header->file_id,
		.tail = JOURNAL_HEADER_LEN,
	};
	return 0;

out_unlink:
	disk->close(disk->ctx, fd);
	disk->unlink(disk->ctx, path);
	return err;
}

int journal_file_append(const struct journal *j, struct journal_file *file,
			struct journal_buffer *buffer, uint16_t flags)
{
	struct journal_frame frame = {
		.seq = file->seq + 1,
		.payload_len = (uint32_t)buffer->len,
		.count = buffer->count,
		.wall = j->options.wall_now(),
		.mono = j->options.mono_now(),
		.flags = flags,
	};
	size_t len = JOURNAL_FRAME_LEN + buffer->len;
	int err;

	journal_frame_encode(file->file_id, &frame, buffer->data);
	err = journal_write_all(j->disk, file->fd, buffer->data, len,
				file->tail);
	if (err)
		return err;
	file->seq++;
	file->tail += len;
	return 0;
}
