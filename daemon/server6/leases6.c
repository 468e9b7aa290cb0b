/* SPDX-License-Identifier: BSD-2-Clause */
/* leases6 - the control command `leases' (shape in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../common/lease_json.h"
#include "leases6.h"

#define VISIT_STEP 128  /* leases looked at between two looks at the client */
#define VISIT_TURN 4096 /* leases looked at in one turn of the loop */

/* What was asked, and how far the answer is. */
struct listing {
	uint32_t cursor;
	struct lease_key6 key; /* prefix_len 0: any */
	struct in6_addr subnet;
	int subnet_len;
	int state;         /* -1: any */
	size_t client_len; /* 0: any */
	uint8_t client[LEASE_CLIENT_ID_MAX];
	bool has_iaid;
	uint32_t iaid;
};

int lease_key6_parse(const char *text, struct lease_key6 *key)
{
	int len;

	if (inet_pton(AF_INET6, text, &key->addr) == 1) {
		key->kind = LEASE_NA6;
		key->prefix_len = 128;
		return 0;
	}
	len = lease_prefix_parse(AF_INET6, text, &key->addr);
	if (len < 1)
		return -1;
	key->kind = LEASE_PD6;
	key->prefix_len = (uint8_t)len;
	return 0;
}

static int parse_address(void *filters, const char *text)
{
	struct listing *listing = filters;

	return lease_key6_parse(text, &listing->key);
}

static int parse_subnet(void *filters, const char *text)
{
	struct listing *listing = filters;

	listing->subnet_len =
		lease_prefix_parse(AF_INET6, text, &listing->subnet);
	return listing->subnet_len < 0 ? -1 : 0;
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

static int parse_iaid(void *filters, const char *text)
{
	struct listing *listing = filters;
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || value > UINT32_MAX)
		return -1;
	listing->has_iaid = true;
	listing->iaid = (uint32_t)value;
	return 0;
}

static const struct lease_filter filters[] = {
	{ "address", parse_address, "an IPv6 address, or PREFIX/LENGTH" },
	{ "subnet", parse_subnet, "PREFIX/LENGTH" },
	{ "state", parse_state, "free, active, expired, released or declined" },
	{ "client", parse_client, "octets in hex" },
	{ "iaid", parse_iaid, "a number of 32 bits" },
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

static bool is_inside(const struct listing *listing,
		      const struct in6_addr *addr)
{
	int whole = listing->subnet_len / 8, bits = listing->subnet_len % 8;

	if (memcmp(addr, &listing->subnet, (size_t)whole) != 0)
		return false;
	return !bits ||
	       !((addr->s6_addr[whole] ^ listing->subnet.s6_addr[whole]) >>
		 (8 - bits));
}

static bool is_octets(const struct listing *listing, const uint8_t *octets,
		      size_t len)
{
	return len == listing->client_len &&
	       !memcmp(octets, listing->client, len);
}

static bool matches(const struct listing *listing, const struct lease *lease)
{
	if (!is_inside(listing, &lease->addr6))
		return false;
	if (listing->state >= 0 && lease->state != listing->state)
		return false;
	if (listing->has_iaid && lease->iaid != listing->iaid)
		return false;
	return !listing->client_len ||
	       is_octets(listing, lease->client_id, lease->client_id_len) ||
	       is_octets(listing, lease->chaddr, lease->hlen);
}

json_t *lease6_json(const struct lease *lease)
{
	bool is_prefix = lease->kind == LEASE_PD6;
	char text[INET6_ADDRSTRLEN];
	json_t *out;

	inet_ntop(AF_INET6, &lease->addr6, text, sizeof(text));
	out = json_pack("{s:s,s:s,s:s,s:I}", "kind",
			is_prefix ? "ia_pd" : "ia_na",
			is_prefix ? "prefix" : "address", text, "state",
			lease_state_name((enum lease_state)lease->state),
			"iaid", (json_int_t)lease->iaid);
	if (!out)
		return NULL;
	if (is_prefix)
		json_object_set_new(out, "prefix_len",
				    json_integer(lease->prefix_len));
	json_object_set_new(out, "preferred_s",
			    json_integer((json_int_t)lease->preferred_s));
	if (lease->ifname[0])
		json_object_set_new(out, "interface",
				    json_string(lease->ifname));
	lease_json_common(out, lease);
	if (lease->flags & LEASE_FLAG_RECONFIGURE)
		json_object_set_new(out, "reconfigure", json_true());
	return out;
}

static enum ctl_progress give_one(struct ctl_request *request,
				  struct serve6 *serve,
				  const struct listing *listing)
{
	struct lease lease;

	if (alloc6_get_lease(serve->alloc, listing->key.kind,
			     &listing->key.addr, listing->key.prefix_len,
			     &lease))
		ctl_reply_end(
			request, CTL_NOT_FOUND, "there is no record of this %s",
			listing->key.kind == LEASE_PD6 ? "prefix" : "address");
	else if (matches(listing, &lease))
		ctl_reply_item(request, lease6_json(&lease));
	return CTL_DONE;
}

enum ctl_progress serve6_handle_leases(struct ctl_request *request, void *ctx)
{
	const struct front *front = ctx;
	struct serve6 *serve = front->serve;
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
	if (listing->key.prefix_len)
		return give_one(request, serve, listing);
	while (listing->cursor != ALLOC6_CURSOR_END) {
		if (!ctl_reply_has_room(request) || looked >= VISIT_TURN)
			return CTL_MORE;
		count = alloc6_visit(serve->alloc, &listing->cursor, records,
				     VISIT_STEP);
		for (i = 0; i < count; i++) {
			if (matches(listing, &records[i]))
				ctl_reply_item(request,
					       lease6_json(&records[i]));
		}
		looked += VISIT_STEP;
	}
	return CTL_DONE;
}
