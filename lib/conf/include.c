// SPDX-License-Identifier: BSD-2-Clause
#include "include.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "value.h"

enum {
	FILE_LEN_MAX = 1 << 30,
	READ_FIRST = 64 * 1024,
};

/* A byte order mark, which some editors put before UTF-8. */
static const unsigned char bom[] = { 0xef, 0xbb, 0xbf };

struct file {
	char *text;
	size_t len;
};

static int __attribute__((format(printf, 4, 5)))
fail_file(struct conf_parser *p, const char *path, const struct conf_pos *pos,
	  const char *fmt, ...)
{
	struct conf_place place = { .pos = pos, .path = path };
	va_list args;

	va_start(args, fmt);
	if (conf_diag_add(&p->diag, CONF_ERROR, place, fmt, args))
		p->scratch.failed = true;
	va_end(args);
	return -EINVAL;
}

/* Grows as it reads: the size of a file may change, and is 0 in /proc. */
static int read_all(int fd, size_t expected, struct file *file)
{
	size_t size = expected ? expected + 1 : READ_FIRST;
	char *text = NULL;
	ssize_t got = 1;

	file->len = 0;
	while (got > 0) {
		char *larger;

		if (file->len > FILE_LEN_MAX) {
			free(text);
			return -EFBIG;
		}
		if (!text || file->len == size) {
			size = text ? size * 2 : size;
			larger = realloc(text, size);
			if (!larger) {
				free(text);
				return -ENOMEM;
			}
			text = larger;
		}
		got = read(fd, text + file->len, size - file->len);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			file->len += (size_t)got;
	}
	if (got < 0) {
		int err = -errno;

		free(text);
		return err;
	}
	file->text = text;
	return 0;
}

/* /dev/null is how one says "no configuration" on a command line. */
static bool is_null_device(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

static int read_file(const char *path, struct file *file, struct stat *status)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = fstat(fd, status) ? -errno : 0;
	if (!err && S_ISDIR(status->st_mode))
		err = -EISDIR;
	if (!err && !S_ISREG(status->st_mode) && !is_null_device(status))
		err = -EINVAL;
	if (!err && status->st_size > FILE_LEN_MAX)
		err = -EFBIG;
	if (!err)
		err = read_all(fd, (size_t)status->st_size, file);
	close(fd);
	return err;
}

static bool is_open(const struct conf_parser *p, const struct stat *status)
{
	const struct conf_include *include;

	for (include = p->include; include; include = include->outer) {
		if (include->device == status->st_dev &&
		    include->inode == status->st_ino)
			return true;
	}
	return false;
}

int conf_include_text(struct conf_parser *p, const char *text, size_t len,
		      const char *path)
{
	struct conf_lexer outer = p->lexer;
	struct conf_token next = p->next;
	bool has_next = p->has_next;
	struct conf_pos last_end = p->last_end;
	struct conf_source *source;
	int err;

	if (len > FILE_LEN_MAX)
		return fail_file(p, path, NULL, "more than %d octets",
				 FILE_LEN_MAX);
	source = conf_arena_alloc(&p->scratch, sizeof(*source));
	if (!source)
		return -ENOMEM;
	if (len >= sizeof(bom) && memcmp(text, bom, sizeof(bom)) == 0) {
		text += sizeof(bom);
		len -= sizeof(bom);
	}
	source->path = conf_arena_dup(p->model, path, strlen(path));
	source->text = text;
	source->len = len;
	if (!source->path)
		return -ENOMEM;
	p->lexer = (struct conf_lexer){ .source = source,
					.arena = p->model,
					.line = 1 };
	p->has_next = false;
	err = conf_parse_source(p);
	p->has_next = has_next;
	p->next = next;
	p->lexer = outer;
	p->last_end = last_end;
	return err;
}

int conf_include_file(struct conf_parser *p, const char *path,
		      const struct conf_pos *pos)
{
	struct conf_include include = { .outer = p->include };
	struct file file = { .text = NULL };
	struct stat status;
	int err;

	err = read_file(path, &file, &status);
	if (err == -ENOMEM)
		return err;
	if (err == -EINVAL)
		return fail_file(p, path, pos, "`%s' is not a regular file",
				 path);
	if (err)
		return fail_file(p, path, pos, "`%s' cannot be read: %s", path,
				 strerror(-err));
	if (conf_vec_add(&p->scratch, &p->texts, file.text)) {
		free(file.text);
		return -ENOMEM;
	}
	if (is_open(p, &status))
		return fail_file(p, path, pos, "`%s' includes itself", path);
	include.device = status.st_dev;
	include.inode = status.st_ino;
	p->include = &include;
	err = conf_include_text(p, file.text, file.len, path);
	p->include = include.outer;
	return err;
}

static unsigned int include_depth(const struct conf_parser *p)
{
	const struct conf_include *include;
	unsigned int depth = 0;

	for (include = p->include; include; include = include->outer)
		depth++;
	return depth;
}

/*
 * The `;' is taken here: what follows it is read only after the file, and the
 * statement loop must not ask the file's last token for it.
 */
int conf_handle_include(struct conf_parser *p)
{
	struct conf_pos pos = conf_peek(p)->pos;
	const char *path;
	int err;

	if (conf_peek(p)->type != CONF_TOKEN_STRING)
		return conf_fail_expected(p, "a file name in quotes");
	err = conf_get_text(p, &path, "a file name");
	if (err)
		return err;
	err = conf_expect_semicolon(p);
	if (err)
		return err;
	if (include_depth(p) >= CONF_INCLUDE_MAX) {
		conf_error(p, &pos, "files are included deeper than %d",
			   CONF_INCLUDE_MAX);
		return 0;
	}
	if (p->texts.count >= CONF_FILES_MAX) {
		conf_error(p, &pos, "more than %d files are included",
			   CONF_FILES_MAX);
		return 0;
	}
	err = conf_include_file(p, path, &pos);
	return err == -EINVAL ? 0 : err;
}
