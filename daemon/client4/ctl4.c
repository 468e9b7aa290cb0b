/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl4 - what dhcp4o6ctl asks client4 (shapes in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/ctl/shapes.h"
#include "head4.h"

static json_t *peer_json(const struct head4 *head)
{
	struct ipc_peer_info info;

	ipc_peer_get_info(head->peer, &info);
	return json_pack("{s:s}", "peer", ipc_peer_state_name(info.state));
}

static enum ctl_progress handle_stats(struct ctl_request *request, void *ctx)
{
	struct head4 *head = ctx;
	int64_t uptime_ns = mono_diff_ns(mono_now(), head->started);
	json_t *out;

	head->metrics.value[METRIC_IPC_RX_OVERFLOW] =
		ipc_link_stats(head->link)->overflow;
	out = json_pack("{s:i,s:s,s:i,s:I}", "pid", (int)getppid(), "version",
			DHCP4O6_VERSION, "port", (int)head->args.common.port,
			"uptime_s", (json_int_t)(uptime_ns / NS_PER_S));
	if (out && !metrics_to_json(&head->metrics, METRICS_OF_CLIENT4, out))
		json_object_set_new(json_object_get(out, "ipc"), "state",
				    peer_json(head));
	if (ctl_reply_item(request, json_pack("{s:o}", CTL_CLIENT4, out)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

/* ---- client ---- */

static void set_hex(json_t *out, const char *name, const uint8_t *octets,
		    size_t len)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_add_hex(&text, octets, len, ':');
	json_object_set_new(out, name, json_string(strbuf_text(&text)));
	strbuf_fini(&text);
}

static void set_addr(json_t *out, const char *name, int family,
		     const void *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family, addr, text, sizeof(text));
	json_object_set_new(out, name, json_string(text));
}

/* Seconds from now; null: never. */
static void set_time(json_t *out, const char *name, struct mono_time when)
{
	int64_t s = mono_diff_ns(when, mono_now()) / NS_PER_S;

	json_object_set_new(out, name,
			    when.ns == MACHINE4_NEVER
				    ? json_null()
				    : json_integer(s > 0 ? s : 0));
}

/* False: the `interface' argument is wrong, or another one, and was answered
 * with an error. */
static bool is_meant(struct ctl_request *request, const struct head4 *head)
{
	const char *only = NULL;

	if (ctl_arg_string(request, "interface", &only) < 0)
		ctl_reply_end(request, CTL_ARGUMENT,
			      "interface has to be a string");
	else if (only && strcmp(only, head->interface) != 0)
		ctl_reply_end(request, CTL_NOT_FOUND,
			      "interface %s is not ours", only);
	else
		return true;
	return false;
}

static void add_lease(const struct head4 *head, json_t *out)
{
	const struct machine4 *m = &head->machine;
	const struct client_option *server =
		client_options_find(&m->lease.options, CONF_OPTIONS_DHCP4,
				    DHCP4_OPT_SERVER_IDENTIFIER);

	set_addr(out, "address", AF_INET, &m->lease.addr);
	if (head->applied.is_there)
		json_object_set_new(out, "prefix_length",
				    json_integer(head->applied.prefix_len));
	if (server && server->len == sizeof(struct in_addr))
		set_addr(out, "server_id", AF_INET, server->body);
	set_addr(out, "server6", AF_INET6, &m->lease.server6);
	set_time(out, "t1_s", m->t1);
	set_time(out, "t2_s", m->t2);
	set_time(out, "expires_s", m->expire);
	json_object_set_new(out, "in_use", json_boolean(m->is_held));
}

static enum ctl_progress handle_client(struct ctl_request *request, void *ctx)
{
	const struct head4 *head = ctx;
	const struct machine4 *m = &head->machine;
	struct ipc_peer_info info;
	json_t *out;

	if (!is_meant(request, head))
		return CTL_DONE;
	ipc_peer_get_info(head->peer, &info);
	out = json_pack(
		"{s:s,s:s,s:b,s:s}", "interface", head->interface, "state",
		head->is_begun ? machine4_state_name(m->state) : "NO-INTERFACE",
		"dhcp4o6", head->is_begun && m->is_up, "peer",
		ipc_peer_state_name(info.state));
	if (out && head->is_begun) {
		set_hex(out, "client_id", head->identity.id,
			head->identity.id_len);
		if (head->identity.hlen)
			set_hex(out, "hardware", head->identity.chaddr,
				head->identity.hlen);
		if (m->has_lease)
			add_lease(head, out);
	}
	if (ctl_reply_item(request, json_pack("{s:o}", CTL_CLIENT4, out)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

/* ---- renew, release ---- */

static const char *explain(int error)
{
	switch (error) {
	case -ENETDOWN:
		return "DHCPv4-over-DHCPv6 is not on";
	case -EALREADY:
		return "that is being done already";
	case -ENOENT:
		return "there is no lease";
	case -ESHUTDOWN:
		return "the client is ending";
	default:
		return strerror(-error);
	}
}

static enum ctl_progress tell(struct ctl_request *request, struct head4 *head,
			      enum machine4_event event, const char *done)
{
	int error = -ENOENT;

	if (!is_meant(request, head))
		return CTL_DONE;
	if (head->is_begun)
		error = head4_tell(head, event);
	if (error)
		ctl_reply_end(request, CTL_FAILED, "%s", explain(error));
	else
		ctl_reply_end(request, CTL_OK, "%s", done);
	return CTL_DONE;
}

static enum ctl_progress handle_renew(struct ctl_request *request, void *ctx)
{
	return tell(request, ctx, MACHINE4_ON_RENEW, "a server is asked");
}

static enum ctl_progress handle_release(struct ctl_request *request, void *ctx)
{
	struct head4 *head = ctx;
	bool is_up = head->is_begun && head->machine.is_up;

	return tell(request, head, MACHINE4_ON_RELEASE,
		    is_up ? "the lease is given back"
			  : "waiting for DHCPv4-over-DHCPv6 to be on");
}

const struct ctl_command head4_commands[] = {
	{ CTL_COMMAND_STATS, "counters of this client", true, handle_stats },
	{ CTL_COMMAND_CLIENT, "state, lease and identity", true,
	  handle_client },
	{ CTL_COMMAND_RENEW, "ask for the lease again", false, handle_renew },
	{ CTL_COMMAND_RELEASE, "give the lease back", false, handle_release },
};
const size_t head4_command_count =
	sizeof(head4_commands) / sizeof(head4_commands[0]);
