/* SPDX-License-Identifier: BSD-2-Clause */
/* leases4 - the control command `leases' (shape in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>

#include "../common/lease_json.h"
#include "../common/lease_listing.h"
#include "server4.h"

struct listing {
	struct lease_listing common;
	bool has_address;
	struct in_addr address;
	uint32_t subnet; /* host order */
	uint32_t mask;
};

static int parse_subnet(void *arg, const char *text)
{
	struct listing *listing = arg;
	struct in_addr net;
	int len = lease_prefix_parse(AF_INET, text, &net);

	if (len < 0)
		return -1;
	listing->mask = len ? ~0U << (32 - len) : 0;
	listing->subnet = ntohl(net.s_addr) & listing->mask;
	return 0;
}

static int parse_address(void *arg, const char *text)
{
	struct listing *listing = arg;

	listing->has_address = true;
	return inet_pton(AF_INET, text, &listing->address) == 1 ? 0 : -1;
}

static const struct lease_filter filters[] = {
	{ "address", parse_address, "an IPv4 address" },
	{ "subnet", parse_subnet, "ADDRESS/LENGTH" },
};

static bool matches(const void *arg, const struct lease *lease)
{
	const struct listing *listing = arg;

	return (ntohl(lease->addr.s_addr) & listing->mask) == listing->subnet;
}

static json_t *lease_json(const struct lease *lease)
{
	char addr[INET_ADDRSTRLEN];
	json_t *out;

	inet_ntop(AF_INET, &lease->addr, addr, sizeof(addr));
	out = json_pack("{s:s,s:s}", "address", addr, "state",
			lease_state_name((enum lease_state)lease->state));
	if (!out)
		return NULL;
	if (lease->psid_len) {
		json_object_set_new(out, "psid", json_integer(lease->psid));
		json_object_set_new(out, "psid_len",
				    json_integer(lease->psid_len));
	}
	lease_json_common(out, lease);
	return out;
}

static size_t visit(void *ctx, uint32_t *cursor, struct lease *records,
		    size_t max)
{
	const struct server4 *server = ctx;

	_Static_assert(ALLOC_CURSOR_END == UINT32_MAX, "end of a visit");
	return alloc_visit(server->alloc, cursor, records, max);
}

static const struct lease_family family = {
	.listing_size = sizeof(struct listing),
	.filters = filters,
	.filter_count = sizeof(filters) / sizeof(filters[0]),
	.matches = matches,
	.item = lease_json,
	.visit = visit,
};

enum ctl_progress server4_handle_leases(struct ctl_request *request, void *ctx)
{
	const struct listing *listing = lease_listing_begin(request, &family);
	struct server4 *server = ctx;
	struct lease lease;

	if (!listing)
		return CTL_DONE;
	if (!listing->has_address)
		return lease_listing_walk(request, &family, server);
	if (alloc_get_lease(server->alloc, listing->address, 0, 0, &lease))
		ctl_reply_end(request, CTL_NOT_FOUND,
			      "there is no record of this address");
	else
		lease_listing_give(request, &family, &lease);
	return CTL_DONE;
}
