/* SPDX-License-Identifier: BSD-2-Clause */
/* leases4 - the control command `leases' (shape in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../common/lease_json.h"
#include "server4.h"

#define VISIT_STEP 128  /* leases looked at between two looks at the client */
#define VISIT_TURN 4096 /* leases looked at in one turn of the loop */

/* What was asked, and how far the answer is. */
struct listing {
	uint32_t cursor;
	bool has_address;
	struct in_addr address;
	uint32_t subnet; /* host order */
	uint32_t mask;
	int state;         /* -1: any */
	size_t client_len; /* 0: any */
	uint8_t client[LEASE_CLIENT_ID_MAX];
};

static int parse_subnet(void *filters, const char *text)
{
	struct listing *listing = filters;
	struct in_addr net;
	int len = lease_prefix_parse(AF_INET, text, &net);

	if (len < 0)
		return -1;
	listing->mask = len ? ~0U << (32 - len) : 0;
	listing->subnet = ntohl(net.s_addr) & listing->mask;
	return 0;
}

static int parse_state(void *filters, const char *text)
{
	struct listing *listing = filters;

	listing->state = lease_state_parse(text);
	return listing->state < 0 ? -1 : 0;
}

static int parse_client(void *filters, const char *text)
{
	struct listing *listing = filters;

	listing->client_len =
		lease_hex_parse(text, listing->client, sizeof(listing->client));
	return listing->client_len ? 0 : -1;
}

static int parse_address(void *filters, const char *text)
{
	struct listing *listing = filters;

	listing->has_address = true;
	return inet_pton(AF_INET, text, &listing->address) == 1 ? 0 : -1;
}

static const struct lease_filter filters[] = {
	{ "address", parse_address, "an IPv4 address" },
	{ "subnet", parse_subnet, "ADDRESS/LENGTH" },
	{ "state", parse_state, "free, active, expired, released or declined" },
	{ "client", parse_client, "octets in hex" },
};

static struct listing *parse_args(struct ctl_request *request)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (!listing) {
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
		return NULL;
	}
	listing->state = -1;
	if (!lease_filters_read(request, filters,
				sizeof(filters) / sizeof(filters[0]),
				listing)) {
		free(listing);
		return NULL;
	}
	return listing;
}

static bool matches(const struct listing *listing, const struct lease *lease)
{
	if ((ntohl(lease->addr.s_addr) & listing->mask) != listing->subnet)
		return false;
	if (listing->state >= 0 && lease->state != listing->state)
		return false;
	if (!listing->client_len)
		return true;
	if (lease->client_id_len == listing->client_len &&
	    !memcmp(lease->client_id, listing->client, listing->client_len))
		return true;
	return lease->hlen == listing->client_len &&
	       !memcmp(lease->chaddr, listing->client, listing->client_len);
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

static enum ctl_progress give_one(struct ctl_request *request,
				  struct server4 *server,
				  const struct listing *listing)
{
	struct lease lease;

	if (alloc_get_lease(server->alloc, listing->address, 0, 0, &lease))
		ctl_reply_end(request, CTL_NOT_FOUND,
			      "there is no record of this address");
	else if (matches(listing, &lease))
		ctl_reply_item(request, lease_json(&lease));
	return CTL_DONE;
}

enum ctl_progress server4_handle_leases(struct ctl_request *request, void *ctx)
{
	struct server4 *server = ctx;
	struct lease records[VISIT_STEP];
	struct listing *listing;
	size_t count, i, looked = 0;

	if (!request->state) {
		request->state = parse_args(request);
		request->free_state = free;
	}
	listing = request->state;
	if (!listing)
		return CTL_DONE;
	if (listing->has_address)
		return give_one(request, server, listing);
	while (listing->cursor != ALLOC_CURSOR_END) {
		if (!ctl_reply_has_room(request) || looked >= VISIT_TURN)
			return CTL_MORE;
		count = alloc_visit(server->alloc, &listing->cursor, records,
				    VISIT_STEP);
		for (i = 0; i < count; i++) {
			if (matches(listing, &records[i]))
				ctl_reply_item(request,
					       lease_json(&records[i]));
		}
		looked += VISIT_STEP;
	}
	return CTL_DONE;
}
