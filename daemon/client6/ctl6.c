/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl6 - what dhcp4o6ctl asks client6 (shapes in dhcp4o6/ctl/shapes.h). */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/ctl/shapes.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head6.h"

/* ---- pieces ---- */

static json_t *hex_json(const uint8_t *octets, size_t len)
{
	struct strbuf text = STRBUF_INIT;
	json_t *out;

	strbuf_add_hex(&text, octets, len, ':');
	out = json_string(strbuf_text(&text));
	strbuf_fini(&text);
	return out;
}

static json_t *addr_json(const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	return json_string(text);
}

/* Seconds from now; null: never. */
static json_t *until_json(struct mono_time when, struct mono_time now)
{
	int64_t left_ns = mono_diff_ns(when, now);

	if (!when.ns)
		return json_null();
	return json_integer(left_ns > 0 ? left_ns / NS_PER_S : 0);
}

static json_t *left_json(uint32_t lifetime_s, struct wall_time starts,
			 struct wall_time now)
{
	int64_t left_s = (int64_t)lifetime_s - (now.s - starts.s);

	if (lifetime_s == CLIENT_LIFETIME_FOREVER)
		return json_null();
	return json_integer(left_s > 0 ? left_s : 0);
}

static json_t *servers_json(const struct dhcp4o6_servers *servers)
{
	json_t *out = json_array();
	size_t i;

	if (servers->is_given && !servers->count)
		json_array_append_new(out,
				      addr_json(&net_all_relays_and_servers));
	for (i = 0; i < servers->count; i++)
		json_array_append_new(out, addr_json(&servers->addr[i]));
	return out;
}

/* ---- an interface ---- */

static json_t *item_json(const struct client_ia *ia,
			 const struct client_item *item, struct wall_time now)
{
	bool is_prefix = ia->code == DHCP6_OPT_IA_PD;
	json_t *out = json_pack(
		"{s:o,s:I,s:o,s:o}", is_prefix ? "prefix" : "address",
		addr_json(&item->addr), "iaid", (json_int_t)ia->iaid,
		"preferred_s", left_json(item->preferred_s, item->starts, now),
		"valid_s", left_json(item->valid_s, item->starts, now));

	if (is_prefix)
		json_object_set_new(out, "prefix_len",
				    json_integer(item->prefix_len));
	return out;
}

static void add_items(json_t *into, const struct client_lease6 *lease,
		      struct wall_time now)
{
	json_t *addresses = json_array(), *prefixes = json_array();
	size_t i, k;

	for (i = 0; i < lease->ia_count; i++) {
		const struct client_ia *ia = &lease->ia[i];

		for (k = 0; k < ia->item_count; k++)
			json_array_append_new(ia->code == DHCP6_OPT_IA_PD
						      ? prefixes
						      : addresses,
					      item_json(ia, &ia->item[k], now));
	}
	json_object_set_new(into, "addresses", addresses);
	json_object_set_new(into, "prefixes", prefixes);
}

static void add_machine(json_t *into, struct uplink *uplink)
{
	const struct client_option *server;
	struct mono_time now = mono_now();
	struct machine6_times times;

	machine6_times(uplink->machine, &times);
	machine6_lease(uplink->machine, now, wall_now(), &uplink->next);
	server = client_options_find(&uplink->next.options, CONF_OPTIONS_DHCP6,
				     DHCP6_OPT_SERVER_ID);
	if (server)
		json_object_set_new(into, "server_duid",
				    hex_json(server->body, server->len));
	json_object_set_new(into, "in_use",
			    json_boolean(machine6_is_in_use(uplink->machine)));
	json_object_set_new(into, "t1_s", until_json(times.t1, now));
	json_object_set_new(into, "t2_s", until_json(times.t2, now));
	json_object_set_new(into, "expires_s", until_json(times.expires, now));
	json_object_set_new(into, "refresh_s", until_json(times.refresh, now));
	json_object_set_new(into, "next_message_s",
			    until_json(times.next_message, now));
	add_items(into, &uplink->next, wall_now());
	json_object_set_new(into, "dhcp4o6", json_boolean(pipe6_is_on(uplink)));
	json_object_set_new(into, "dhcp4o6_servers",
			    servers_json(machine6_servers(uplink->machine)));
}

static json_t *uplink_json(struct uplink *uplink)
{
	const char *state =
		uplink->machine
			? machine6_state_name(machine6_state(uplink->machine))
			: "starting";
	const char *link = !uplink->link.ifindex ? "gone"
			   : uplink->link.is_up  ? "up"
						 : "down";
	json_t *out = json_pack("{s:s,s:s,s:s}", "interface", uplink->name,
				"state", state, "link", link);
	struct in6_addr addr;

	if (source6_link_local(&uplink->sources, &addr))
		json_object_set_new(out, "link_local", addr_json(&addr));
	if (uplink->machine)
		add_machine(out, uplink);
	return out;
}

/* ---- the client ---- */

static json_t *client_json(struct head6 *head, const char *only)
{
	json_t *interfaces = json_array();
	struct ipc_peer_info info;
	size_t i;

	for (i = 0; i < head->uplink_count; i++) {
		if (!only || strcmp(only, head->uplink[i].name) == 0)
			json_array_append_new(interfaces,
					      uplink_json(&head->uplink[i]));
	}
	ipc_peer_get_info(head->peer, &info);
	return json_pack("{s:{s:i,s:o,s:b,s:s,s:i,s:o}}", "client6", "pid",
			 (int)getpid(), "duid",
			 hex_json(head->duid.octets, head->duid.len), "dhcp4o6",
			 head->is_4o6_on, "peer",
			 ipc_peer_state_name(info.state), "port",
			 (int)head->config->args->common.port, "interfaces",
			 interfaces);
}

/* The `interface' argument; false: it was answered with an error. */
static bool find_interface(struct ctl_request *request,
			   const struct head6 *head, const char **only)
{
	size_t i;

	*only = NULL;
	if (ctl_arg_string(request, "interface", only) < 0) {
		ctl_reply_end(request, CTL_ARGUMENT,
			      "interface has to be a string");
		return false;
	}
	if (!*only)
		return true;
	for (i = 0; i < head->uplink_count; i++) {
		if (strcmp(*only, head->uplink[i].name) == 0)
			return true;
	}
	ctl_reply_end(request, CTL_NOT_FOUND, "interface %s is not one of ours",
		      *only);
	return false;
}

static enum ctl_progress handle_client(struct ctl_request *request, void *ctx)
{
	const char *only;

	if (!find_interface(request, ctx, &only))
		return CTL_DONE;
	if (ctl_reply_item(request, client_json(ctx, only)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

static json_t *stats_json(const struct head6 *head)
{
	int64_t uptime_ns = mono_diff_ns(mono_now(), head->started);
	struct ipc_peer_info info;
	json_t *out;

	ipc_peer_get_info(head->peer, &info);
	out = json_pack("{s:i,s:s,s:i,s:I}", "pid", (int)getpid(), "version",
			DHCP4O6_VERSION, "port",
			(int)head->config->args->common.port, "uptime_s",
			(json_int_t)(uptime_ns / NS_PER_S));
	if (!out)
		return NULL;
	metrics_to_json(&head->metrics, METRICS_OF_CLIENT6, out);
	json_object_set_new(json_object_get(out, "ipc"), "state",
			    json_pack("{s:s,s:b}", "peer",
				      ipc_peer_state_name(info.state), "up",
				      head->is_4o6_on));
	return json_pack("{s:o}", "client6", out);
}

static enum ctl_progress handle_stats(struct ctl_request *request, void *ctx)
{
	if (ctl_reply_item(request, stats_json(ctx)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

/* To each interface that is meant; from STOPPED `renew' begins anew. */
static enum ctl_progress tell_machines(struct ctl_request *request,
				       struct head6 *head,
				       enum machine6_event_kind kind)
{
	const char *only;
	size_t i, told = 0;

	if (!find_interface(request, head, &only))
		return CTL_DONE;
	for (i = 0; i < head->uplink_count; i++) {
		struct uplink *uplink = &head->uplink[i];
		bool is_stopped;

		if (!uplink->machine || head->is_stopping ||
		    (only && strcmp(only, uplink->name) != 0))
			continue;
		is_stopped =
			machine6_state(uplink->machine) == MACHINE6_STOPPED;
		drive6_event(uplink, is_stopped && kind == MACHINE6_RENEW
					     ? MACHINE6_START
					     : kind);
		told++;
	}
	if (!told)
		ctl_reply_end(request, CTL_FAILED,
			      "the interface has not begun yet");
	else
		ctl_reply_end(request, CTL_OK, "%s begun",
			      kind == MACHINE6_RENEW ? "renewal" : "release");
	return CTL_DONE;
}

static enum ctl_progress handle_renew(struct ctl_request *request, void *ctx)
{
	return tell_machines(request, ctx, MACHINE6_RENEW);
}

static enum ctl_progress handle_release(struct ctl_request *request, void *ctx)
{
	return tell_machines(request, ctx, MACHINE6_RELEASE);
}

static const struct ctl_command commands[] = {
	{ CTL_COMMAND_STATS, "counters and state of this client", true,
	  handle_stats },
	{ CTL_COMMAND_CLIENT, "leases, servers and times", true,
	  handle_client },
	{ CTL_COMMAND_RENEW, "prolongs the leases, or gets new ones", false,
	  handle_renew },
	{ CTL_COMMAND_RELEASE, "gives the leases back", false, handle_release },
};

int ctl6_open(struct head6 *head)
{
	const struct ctl_server_config config = {
		.loop = head->loop,
		.listen_fd = head->config->instance->ctl_fd,
		.commands = commands,
		.command_count = sizeof(commands) / sizeof(commands[0]),
		.ctx = head,
	};

	if (config.listen_fd < 0)
		return 0;
	return ctl_server_new(&head->ctl, &config);
}
