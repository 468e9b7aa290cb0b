/* SPDX-License-Identifier: BSD-2-Clause */
/* leases6 - the control command `leases' (shape in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../common/lease_json.h"
#include "../common/lease_listing.h"
#include "leases6.h"

struct listing {
	struct lease_listing common;
	struct lease_key6 key; /* prefix_len 0: any */
	struct in6_addr subnet;
	int subnet_len;
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

static int parse_address(void *arg, const char *text)
{
	struct listing *listing = arg;

	return lease_key6_parse(text, &listing->key);
}

static int parse_subnet(void *arg, const char *text)
{
	struct listing *listing = arg;

	listing->subnet_len =
		lease_prefix_parse(AF_INET6, text, &listing->subnet);
	return listing->subnet_len < 0 ? -1 : 0;
}

static int parse_iaid(void *arg, const char *text)
{
	struct listing *listing = arg;
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
	{ "iaid", parse_iaid, "a number of 32 bits" },
};

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

static bool matches(const void *arg, const struct lease *lease)
{
	const struct listing *listing = arg;

	return is_inside(listing, &lease->addr6) &&
	       (!listing->has_iaid || lease->iaid == listing->iaid);
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

static size_t visit(void *ctx, uint32_t *cursor, struct lease *records,
		    size_t max)
{
	const struct serve6 *serve = ctx;

	_Static_assert(ALLOC6_CURSOR_END == UINT32_MAX, "end of a visit");
	return alloc6_visit(serve->alloc, cursor, records, max);
}

static const struct lease_family family = {
	.listing_size = sizeof(struct listing),
	.filters = filters,
	.filter_count = sizeof(filters) / sizeof(filters[0]),
	.matches = matches,
	.item = lease6_json,
	.visit = visit,
};

enum ctl_progress serve6_handle_leases(struct ctl_request *request, void *ctx)
{
	const struct listing *listing = lease_listing_begin(request, &family);
	struct serve6 *serve = ((const struct front *)ctx)->serve;
	const struct lease_key6 *key;
	struct lease lease;

	if (!listing)
		return CTL_DONE;
	key = &listing->key;
	if (!key->prefix_len)
		return lease_listing_walk(request, &family, serve);
	if (alloc6_get_lease(serve->alloc, key->kind, &key->addr,
			     key->prefix_len, &lease))
		ctl_reply_end(request, CTL_NOT_FOUND,
			      "there is no record of this %s",
			      key->kind == LEASE_PD6 ? "prefix" : "address");
	else
		lease_listing_give(request, &family, &lease);
	return CTL_DONE;
}
