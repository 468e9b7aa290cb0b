/* SPDX-License-Identifier: BSD-2-Clause */
/* reconf_ctl - the control command `reconfigure' (dhcp4o6/ctl/shapes.h). */
#include <errno.h>
#include <string.h>

#include "../common/lease_json.h"
#include "leases6.h"
#include "reconf.h"

static const struct {
	const char *name;
	uint8_t type;
} messages[] = {
	{ "renew", DHCP6_RENEW },
	{ "rebind", DHCP6_REBIND },
	{ "information-request", DHCP6_INFORMATION_REQUEST },
};

static const struct {
	int err;
	enum ctl_code code;
	const char *text;
} errors[] = {
	{ -ENOENT, CTL_NOT_FOUND, "the client holds no lease" },
	{ -EPERM, CTL_FAILED,
	  "the client did not say that it accepts RECONFIGURE, or "
	  "`reconfigure' is off" },
	{ -ENOSPC, CTL_FAILED, "too many are in flight; try again later" },
	{ -EHOSTUNREACH, CTL_FAILED,
	  "no address of the client is known, and the interface it was on is "
	  "not served" },
};

struct duid_text {
	uint8_t octets[LEASE_CLIENT_ID_MAX];
	size_t len;
};

static uint8_t read_message(struct ctl_request *request)
{
	const char *text = "renew";
	size_t i;

	if (ctl_arg_string(request, "message", &text) >= 0) {
		for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
			if (strcmp(messages[i].name, text) == 0)
				return messages[i].type;
		}
	}
	ctl_reply_end(request, CTL_ARGUMENT,
		      "message: expected renew, rebind or "
		      "information-request");
	return 0;
}

/* Whoever holds the address or prefix. */
static bool find_holder(struct ctl_request *request, const struct serve6 *serve,
			const char *text, struct duid_text *duid)
{
	struct lease_key6 key;
	struct lease lease;

	if (lease_key6_parse(text, &key)) {
		ctl_reply_end(request, CTL_ARGUMENT,
			      "address: expected an IPv6 address, or "
			      "PREFIX/LENGTH");
		return false;
	}
	if (alloc6_get_lease(serve->alloc, key.kind, &key.addr, key.prefix_len,
			     &lease) ||
	    lease.state != LEASE_ACTIVE) {
		ctl_reply_end(request, CTL_NOT_FOUND, "nobody holds %s", text);
		return false;
	}
	duid->len = lease.client_id_len;
	memcpy(duid->octets, lease.client_id, duid->len);
	return true;
}

static bool read_client(struct ctl_request *request, const struct serve6 *serve,
			struct duid_text *duid)
{
	const char *text;

	if (ctl_arg_string(request, "address", &text) > 0)
		return find_holder(request, serve, text, duid);
	if (ctl_arg_string(request, "client", &text) > 0) {
		duid->len = lease_hex_parse(text, duid->octets,
					    sizeof(duid->octets));
		if (duid->len)
			return true;
	}
	ctl_reply_end(request, CTL_ARGUMENT,
		      "expected the client's DUID in hex, its IPv6 address or "
		      "PREFIX/LENGTH, or all");
	return false;
}

static void answer(struct ctl_request *request, const struct duid_text *duid,
		   int err)
{
	json_t *item;
	size_t i;

	if (!err) {
		item = json_object();
		lease_json_hex(item, "client", duid->octets, duid->len);
		ctl_reply_item(request, item);
		return;
	}
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].err == err) {
			ctl_reply_end(request, errors[i].code, "%s",
				      errors[i].text);
			return;
		}
	}
	ctl_reply_end(request, CTL_FAILED, "%s", strerror(-err));
}

enum ctl_progress serve6_handle_reconfigure(struct ctl_request *request,
					    void *ctx)
{
	struct front *front = ctx;
	struct serve6 *serve = front->serve;
	uint8_t asks_for = read_message(request);
	struct duid_text duid;

	if (!asks_for)
		return CTL_DONE;
	if (json_is_true(json_object_get(request->args, "all"))) {
		if (!serve->decide.rkap) {
			answer(request, NULL, -EPERM);
			return CTL_DONE;
		}
		reconf_start_all(serve->reconf, asks_for);
		ctl_reply_item(request, json_pack("{s:s}", "client", "all"));
		return CTL_DONE;
	}
	if (!read_client(request, serve, &duid))
		return CTL_DONE;
	answer(request, &duid,
	       reconf_start(serve->reconf, duid.octets, duid.len, asks_for));
	front_flush_socket(front);
	return CTL_DONE;
}
