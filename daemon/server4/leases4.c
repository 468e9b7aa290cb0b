/* SPDX-License-Identifier: BSD-2-Clause */
/* leases4 - the control command `leases' (shape in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/ctl/shapes.h"
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

static int parse_subnet(struct listing *listing, const char *text)
{
	char addr[INET_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	struct in_addr net;
	char *end = NULL;
	long len = slash ? strtol(slash + 1, &end, 10) : -1;

	if (!slash || *end || end == slash + 1 || len < 0 || len > 32 ||
	    (size_t)(slash - text) >= sizeof(addr))
		return -1;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	if (inet_pton(AF_INET, addr, &net) != 1)
		return -1;
	listing->mask = len ? ~0U << (32 - len) : 0;
	listing->subnet = ntohl(net.s_addr) & listing->mask;
	return 0;
}

static int parse_state(struct listing *listing, const char *text)
{
	int i;

	for (i = 0; i < LEASE_STATE_COUNT; i++) {
		if (strcmp(text, lease_state_name((enum lease_state)i)) == 0) {
			listing->state = i;
			return 0;
		}
	}
	return -1;
}

/* Hex, with or without `:', `-', `.' or blanks between octets. */
static int parse_client(struct listing *listing, const char *text)
{
	unsigned int octet;
	int used;

	while (*text) {
		if (strchr(":-. ", *text)) {
			text++;
			continue;
		}
		if (listing->client_len == sizeof(listing->client) ||
		    !isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]) ||
		    sscanf(text, "%2x%n", &octet, &used) != 1)
			return -1;
		listing->client[listing->client_len++] = (uint8_t)octet;
		text += used;
	}
	return listing->client_len ? 0 : -1;
}

static int parse_address(struct listing *listing, const char *text)
{
	listing->has_address = true;
	return inet_pton(AF_INET, text, &listing->address) == 1 ? 0 : -1;
}

static const struct {
	const char *name;
	int (*parse)(struct listing *listing, const char *text);
	const char *expected;
} filters[] = {
	{ "address", parse_address, "an IPv4 address" },
	{ "subnet", parse_subnet, "ADDRESS/LENGTH" },
	{ "state", parse_state, "free, active, expired, released or declined" },
	{ "client", parse_client, "octets in hex" },
};

static struct listing *parse_args(struct ctl_request *request)
{
	struct listing *listing = calloc(1, sizeof(*listing));
	const char *text;
	size_t i;
	int given;

	if (!listing) {
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
		return NULL;
	}
	listing->state = -1;
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		given = ctl_arg_string(request, filters[i].name, &text);
		if (given == 0 ||
		    (given > 0 && filters[i].parse(listing, text) == 0))
			continue;
		ctl_reply_end(request, CTL_ARGUMENT, "%s: expected %s",
			      filters[i].name, filters[i].expected);
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

static void set_hex(json_t *object, const char *name, const uint8_t *data,
		    size_t len)
{
	struct strbuf buf = STRBUF_INIT;

	if (!len)
		return;
	strbuf_add_hex(&buf, data, len, ':');
	json_object_set_new(object, name, json_string(strbuf_text(&buf)));
	strbuf_fini(&buf);
}

static void set_time(json_t *object, const char *name, struct wall_time time)
{
	json_object_set_new(object, name,
			    time.s == LEASE_EXPIRES_NEVER
				    ? json_null()
				    : json_integer((json_int_t)time.s));
}

static void set_ip6(json_t *object, const char *name, const void *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(AF_INET6, addr, text, sizeof(text)))
		json_object_set_new(object, name, json_string(text));
}

/* Relay path: link-address (16), length (1), Interface-ID; see lease.h. */
static void set_relays(json_t *object, const struct lease *lease)
{
	const uint8_t *at = lease->relay_path;
	const uint8_t *end = at + lease->relay_path_len;
	json_t *relays, *relay;

	if (!lease->relay_path_len)
		return;
	relays = json_array();
	while (end - at >= 17 && end - at >= 17 + at[16]) {
		relay = json_object();
		set_ip6(relay, "link_address", at);
		set_hex(relay, "interface_id", at + 17, at[16]);
		json_array_append_new(relays, relay);
		at += 17 + at[16];
	}
	json_object_set_new(object, "relays", relays);
}

static void set_host_name(json_t *object, const struct lease *lease)
{
	char text[LEASE_HOST_NAME_MAX + 1];
	size_t i;

	if (!lease->host_name_len)
		return;
	for (i = 0; i < lease->host_name_len; i++)
		text[i] =
			lease->host_name[i] > ' ' && lease->host_name[i] < 0x7f
				? (char)lease->host_name[i]
				: '?';
	text[i] = '\0';
	json_object_set_new(object, "host_name", json_string(text));
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
	set_hex(out, "client_id", lease->client_id, lease->client_id_len);
	set_hex(out, "hardware", lease->chaddr, lease->hlen);
	json_object_set_new(out, "htype", json_integer(lease->htype));
	set_time(out, "starts", lease->starts);
	set_time(out, "updated", lease->updated);
	set_time(out, "expires", lease->expires);
	if (!IN6_IS_ADDR_UNSPECIFIED(&lease->source))
		set_ip6(out, "source", &lease->source);
	set_relays(out, lease);
	set_host_name(out, lease);
	if (lease->flags & LEASE_FLAG_RESERVED)
		json_object_set_new(out, "reserved", json_true());
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
