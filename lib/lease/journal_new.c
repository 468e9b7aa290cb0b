/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_new - a journal that is made: beside the file that it replaces, and
 * under its name only when it is durable.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "journal_impl.h"

int journal_explain_new(const struct journal *j,
			const struct journal_text *text, int err)
{
	return journal_fail(
		text, err,
		"%s: cannot be made as uid %u: %s; the journal is "
		"rewritten through a new file beside it, so its directory "
		"must be writable",
		j->new_path, (unsigned int)geteuid(), strerror(-err));
}

int journal_begin_new(struct journal *j, struct journal_header *header,
		      const struct journal_text *text)
{
	struct journal_owner owner;
	struct siphash_key random;
	struct stat st;
	int err;

	*header = (struct journal_header){ .created = j->options.wall_now() };
	err = siphash_key_random(&header->key);
	if (!err)
		err = siphash_key_random(&random);
	if (err) /* what is not random is known to clients */
		return journal_fail(text, err,
				    "%s: cannot be made without random "
				    "numbers: %s",
				    j->new_path, strerror(-err));
	header->file_id = random.k[0];
	err = j->disk->fstat(j->disk->ctx, j->live.fd, &st);
	if (err)
		return journal_explain_new(j, text, err);
	owner = (struct journal_owner){ .uid = st.st_uid,
					.gid = st.st_gid,
					.mode = st.st_mode & 07777 };
	/* Others may read ISC's file, but not the key and the id of ours. */
	if (st.st_size)
		owner.mode &= 0660;
	err = journal_file_create(j->disk, j->new_path, header, &owner,
				  &j->fresh);
	return err ? journal_explain_new(j, text, err) : 0;
}

int journal_end_new(struct journal *j, const struct journal_header *header,
		    const struct journal_text *text)
{
	int err;

	err = j->disk->rename(j->disk->ctx, j->new_path, j->path);
	if (!err)
		err = j->disk->sync_dir(j->disk->ctx, j->path);
	if (err)
		return journal_explain_new_sync(j, text, err);
	journal_file_close(j->disk, &j->live);
	j->live = j->fresh;
	j->fresh.fd = -1;
	j->info = (struct journal_info){ .key = header->key,
					 .file_id = header->file_id,
					 .created = header->created,
					 .size = j->live.tail,
					 .is_new = true };
	j->base_size = j->live.tail;
	return 0;
}

int journal_explain_new_sync(struct journal *j, const struct journal_text *text,
			     int err)
{
	journal_file_close(j->disk, &j->fresh);
	return journal_fail(text, err, "%s: cannot be made durable: %s",
			    j->path, strerror(-err));
}

/* Also into an empty file: a header is never there in part. */
int journal_make_new(struct journal *j, const struct journal_text *text)
{
	struct journal_header header;
	int err;

	err = journal_begin_new(j, &header, text);
	if (err)
		return err;
	err = j->disk->datasync(j->disk->ctx, j->fresh.fd);
	if (err)
		return journal_explain_new_sync(j, text, err);
	return journal_end_new(j, &header, text);
}
