/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_disk - all that the journal asks of an operating system, so that
 * tests can put a disk under it that forgets, fails and crashes.
 *
 * Calls return 0, a count or a descriptor, or a negative errno. They come from
 * one thread at a time.
 */
#ifndef DHCP4O6_LEASE_JOURNAL_DISK_H
#define DHCP4O6_LEASE_JOURNAL_DISK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct journal_disk {
	void *ctx; /* handed to every call */
	/* flags as open(2) has them; close-on-exec always. */
	int (*open)(void *ctx, const char *path, int flags, mode_t mode);
	void (*close)(void *ctx, int fd);
	ssize_t (*pread)(void *ctx, int fd, void *data, size_t len,
			 uint64_t offset);
	ssize_t (*pwrite)(void *ctx, int fd, const void *data, size_t len,
			  uint64_t offset);
	int (*datasync)(void *ctx, int fd);
	int (*truncate)(void *ctx, int fd, uint64_t size);
	int (*fstat)(void *ctx, int fd, struct stat *st);
	int (*stat)(void *ctx, const char *path, struct stat *st);
	int (*set_owner)(void *ctx, int fd, uid_t uid, gid_t gid);
	int (*set_mode)(void *ctx, int fd, mode_t mode);
	int (*rename)(void *ctx, const char *from, const char *to);
	/* A second name; -EEXIST when there is something of that name. */
	int (*link)(void *ctx, const char *from, const char *to);
	int (*unlink)(void *ctx, const char *path);
	/* Makes the names in the directory that holds path durable. */
	int (*sync_dir)(void *ctx, const char *path);
	/* Exclusive, on the file and not its name; -EWOULDBLOCK if held. */
	int (*lock)(void *ctx, int fd);
	/* The path with symbolic links followed; -ENAMETOOLONG. */
	int (*resolve)(void *ctx, const char *path, char *out, size_t size);
};

extern const struct journal_disk journal_disk_system;

#endif /* DHCP4O6_LEASE_JOURNAL_DISK_H */
