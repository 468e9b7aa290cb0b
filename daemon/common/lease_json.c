/* SPDX-License-Identifier: BSD-2-Clause */
#include "lease_json.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/strbuf.h"

int lease_state_parse(const char *text)
{
	int i;

	for (i = 0; i < LEASE_STATE_COUNT; i++) {
		if (strcmp(text, lease_state_name((enum lease_state)i)) == 0)
			return i;
	}
	return -1;
}

static int hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0'
					 : tolower((unsigned char)c) - 'a' + 10;
}

size_t lease_hex_parse(const char *text, uint8_t *out, size_t size)
{
	size_t len = 0;
	int high, low;

	while (*text) {
		if (strchr(":-. ", *text)) {
			text++;
			continue;
		}
		high = hex_digit(text[0]);
		low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0 || len == size)
			return 0;
		out[len++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return len;
}

int lease_prefix_parse(int family, const char *text, void *addr)
{
	int max = family == AF_INET ? 32 : 128;
	char copy[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	char *end = NULL;
	long len = slash ? strtol(slash + 1, &end, 10) : -1;

	if (!slash || !isdigit((unsigned char)slash[1]) || *end || len > max ||
	    (size_t)(slash - text) >= sizeof(copy))
		return -1;
	memcpy(copy, text, (size_t)(slash - text));
	copy[slash - text] = '\0';
	return inet_pton(family, copy, addr) == 1 ? (int)len : -1;
}

void lease_json_hex(json_t *object, const char *name, const uint8_t *data,
		    size_t len)
{
	struct strbuf buf = STRBUF_INIT;

	if (!len)
		return;
	strbuf_add_hex(&buf, data, len, ':');
	json_object_set_new(object, name, json_string(strbuf_text(&buf)));
	strbuf_fini(&buf);
}

void lease_json_ip6(json_t *object, const char *name, const void *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(AF_INET6, addr, text, sizeof(text)))
		json_object_set_new(object, name, json_string(text));
}

static void set_time(json_t *object, const char *name, struct wall_time time)
{
	json_object_set_new(object, name,
			    time.s == LEASE_EXPIRES_NEVER
				    ? json_null()
				    : json_integer((json_int_t)time.s));
}

/* The form of lease.h: addresses (16 each), a length (1), Interface-ID. */
static void set_relays(json_t *object, const struct lease *lease)
{
	const uint8_t *at = lease->relay_path;
	ptrdiff_t left = lease->relay_path_len;
	ptrdiff_t head = lease->kind == LEASE_DHCP4 ? 17 : 33, id_len;
	json_t *relays, *relay;

	if (!left)
		return;
	relays = json_array();
	while (left >= head && left >= head + at[head - 1]) {
		id_len = at[head - 1];
		relay = json_object();
		lease_json_ip6(relay, "link_address", at);
		if (head > 17)
			lease_json_ip6(relay, "peer_address", at + 16);
		lease_json_hex(relay, "interface_id", at + head,
			       (size_t)id_len);
		json_array_append_new(relays, relay);
		at += head + id_len;
		left -= head + id_len;
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

void lease_json_common(json_t *object, const struct lease *lease)
{
	lease_json_hex(object, "client_id", lease->client_id,
		       lease->client_id_len);
	lease_json_hex(object, "hardware", lease->chaddr, lease->hlen);
	if (lease->kind == LEASE_DHCP4 || lease->hlen)
		json_object_set_new(object, "htype",
				    json_integer(lease->htype));
	set_time(object, "starts", lease->starts);
	set_time(object, "updated", lease->updated);
	set_time(object, "expires", lease->expires);
	if (!IN6_IS_ADDR_UNSPECIFIED(&lease->source))
		lease_json_ip6(object, "source", &lease->source);
	set_relays(object, lease);
	set_host_name(object, lease);
	if (lease->flags & LEASE_FLAG_RESERVED)
		json_object_set_new(object, "reserved", json_true());
}

json_t *lease_store_json(const struct lease_store *store, const char *path)
{
	struct lease_store_status status;

	lease_store_get_status(store, &status);
	return json_pack(
		"{s:{s:s,s:s,s:s,s:I,s:I,s:b,s:I,s:I},s:I,s:I,s:I,s:I,s:I,s:I}",
		"state", "health",
		status.health == LEASE_STORE_GOOD ? "good" : "failed", "error",
		status.error_text, "file", path, "size_octets",
		(json_int_t)status.size, "pending", (json_int_t)status.pending,
		"compacting", status.compacting, "sync_max_us",
		(json_int_t)(status.sync_ns_max / 1000), "sync_mean_us",
		(json_int_t)(status.syncs ? status.sync_ns_total / 1000 /
						    status.syncs
					  : 0),
		"batches", (json_int_t)status.batches, "records",
		(json_int_t)status.records, "failures",
		(json_int_t)status.failures, "syncs", (json_int_t)status.syncs,
		"compactions", (json_int_t)status.compactions,
		"compaction_failures", (json_int_t)status.compaction_failures);
}
