/* SPDX-License-Identifier: BSD-2-Clause */
#include "lease_check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"

static enum journal_kind kind_of(const char *path)
{
	uint8_t first[512];
	ssize_t len;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? JOURNAL_KIND_EMPTY
				       : JOURNAL_KIND_OTHER;
	len = read(fd, first, sizeof(first));
	close(fd);
	return len < 0 ? JOURNAL_KIND_OTHER
		       : lease_journal_sniff(first, (size_t)len);
}

static int take_record(void *arg, const struct lease *lease)
{
	(void)arg;
	(void)lease; /* it could be decoded */
	return 0;
}

enum daemon_exit lease_check_journal(const char *path,
				     enum journal_family family)
{
	struct journal_info info;
	struct journal_read reading = {
		.family = family,
		.visit = take_record,
		.info = &info,
	};
	enum journal_kind kind = kind_of(path);
	char text[JOURNAL_ERROR_MAX];

	if (kind == JOURNAL_KIND_EMPTY || kind == JOURNAL_KIND_ISC)
		return DAEMON_EXIT_NONE;
	if (lease_journal_read(path, &reading, text, sizeof(text))) {
		log_error("%s", text);
		return DAEMON_EXIT_FAILURE;
	}
	log_notice("%s: %" PRIu64 " records in %" PRIu64 " batches, %" PRIu64
		   " octets",
		   path, info.records, info.batches, info.size);
	if (info.cut)
		log_warning("%s: the last batch is torn; a start would cut off "
			    "its %" PRIu64 " octets",
			    path, info.cut);
	return DAEMON_EXIT_NONE;
}
