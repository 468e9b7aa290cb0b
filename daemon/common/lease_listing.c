/* SPDX-License-Identifier: BSD-2-Clause */
#include "lease_listing.h"

#include <stdlib.h>
#include <string.h>

#include "lease_json.h"

#define VISIT_STEP 128  /* leases looked at between two looks at the client */
#define VISIT_TURN 4096 /* leases looked at in one turn of the loop */

static int parse_state(void *arg, const char *text)
{
	struct lease_listing *listing = arg;

	listing->state = lease_state_parse(text);
	return listing->state < 0 ? -1 : 0;
}

static int parse_client(void *arg, const char *text)
{
	struct lease_listing *listing = arg;

	listing->client_len =
		lease_hex_parse(text, listing->client, sizeof(listing->client));
	return listing->client_len ? 0 : -1;
}

static const struct lease_filter common_filters[] = {
	{ "state", parse_state, "free, active, expired, released or declined" },
	{ "client", parse_client, "octets in hex" },
};

static bool read_filters(struct ctl_request *request,
			 const struct lease_filter *rows, size_t count,
			 void *listing)
{
	const char *text;
	size_t i;
	int given;

	for (i = 0; i < count; i++) {
		given = ctl_arg_string(request, rows[i].name, &text);
		if (given == 0 ||
		    (given > 0 && rows[i].parse(listing, text) == 0))
			continue;
		ctl_reply_end(request, CTL_ARGUMENT, "%s: expected %s",
			      rows[i].name, rows[i].expected);
		return false;
	}
	return true;
}

void *lease_listing_begin(struct ctl_request *request,
			  const struct lease_family *family)
{
	struct lease_listing *listing = request->state;

	if (listing)
		return listing;
	listing = calloc(1, family->listing_size);
	if (!listing) {
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
		return NULL;
	}
	listing->state = -1;
	if (!read_filters(request, family->filters, family->filter_count,
			  listing) ||
	    !read_filters(request, common_filters,
			  sizeof(common_filters) / sizeof(common_filters[0]),
			  listing)) {
		free(listing);
		return NULL;
	}
	request->state = listing;
	request->free_state = free;
	return listing;
}

static bool is_client(const struct lease_listing *listing,
		      const uint8_t *octets, size_t len)
{
	return len == listing->client_len &&
	       !memcmp(octets, listing->client, len);
}

static bool matches(const struct lease_listing *listing,
		    const struct lease *lease)
{
	if (listing->state >= 0 && lease->state != listing->state)
		return false;
	return !listing->client_len ||
	       is_client(listing, lease->client_id, lease->client_id_len) ||
	       is_client(listing, lease->chaddr, lease->hlen);
}

void lease_listing_give(struct ctl_request *request,
			const struct lease_family *family,
			const struct lease *lease)
{
	if (matches(request->state, lease) &&
	    family->matches(request->state, lease))
		ctl_reply_item(request, family->item(lease));
}

enum ctl_progress lease_listing_walk(struct ctl_request *request,
				     const struct lease_family *family,
				     void *ctx)
{
	struct lease_listing *listing = request->state;
	struct lease records[VISIT_STEP];
	size_t count, i, looked;

	for (looked = 0; listing->cursor != UINT32_MAX; looked += VISIT_STEP) {
		if (!ctl_reply_has_room(request) || looked >= VISIT_TURN)
			return CTL_MORE;
		count = family->visit(ctx, &listing->cursor, records,
				      VISIT_STEP);
		for (i = 0; i < count; i++)
			lease_listing_give(request, family, &records[i]);
	}
	return CTL_DONE;
}
