/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_listing - the control command `leases' (shape in dhcp4o6/ctl/shapes.h),
 * as far as both families answer it alike: the filters are read once, then all
 * leases are walked, some in a turn of the loop.
 */
#ifndef DHCP4O6_DAEMON_LEASE_LISTING_H
#define DHCP4O6_DAEMON_LEASE_LISTING_H

#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/lease/lease.h"

/*
 * What was asked, and how far the answer is. The listing of a family begins
 * with it, and goes on with what the filters of that family say.
 */
struct lease_listing {
	uint32_t cursor;
	int state;         /* -1: any */
	size_t client_len; /* 0: any */
	uint8_t client[LEASE_CLIENT_ID_MAX];
};

/* A filter: 0, or -1 if the text is not `expected'. */
struct lease_filter {
	const char *name;
	int (*parse)(void *listing, const char *text);
	const char *expected;
};

struct lease_family {
	size_t listing_size;
	/* Beside `state' and `client'. */
	const struct lease_filter *filters;
	size_t filter_count;
	/* Do those let the lease pass? */
	bool (*matches)(const void *listing, const struct lease *lease);
	/* Of the answer; NULL without memory. */
	json_t *(*item)(const struct lease *lease);
	/* As alloc_visit(); over when *cursor is UINT32_MAX. */
	size_t (*visit)(void *ctx, uint32_t *cursor, struct lease *records,
			size_t max);
};

/*
 * The listing that a request asks for, its own until it ends. NULL: it has been
 * answered with what is wrong.
 */
void *lease_listing_begin(struct ctl_request *request,
			  const struct lease_family *family);
/* Answers with the lease, if it passes all filters. */
void lease_listing_give(struct ctl_request *request,
			const struct lease_family *family,
			const struct lease *lease);
/* The next turn of a walk over all leases; ctx is for visit(). */
enum ctl_progress lease_listing_walk(struct ctl_request *request,
				     const struct lease_family *family,
				     void *ctx);

#endif /* DHCP4O6_DAEMON_LEASE_LISTING_H */
