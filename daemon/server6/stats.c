/* SPDX-License-Identifier: BSD-2-Clause */
/* stats - what dhcp4o6ctl asks server6 (shapes in dhcp4o6/ctl/shapes.h). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/conf_ctl.h"
#include "../common/reload.h"
#include "dhcp4o6/ctl/shapes.h"
#include "leases6.h"
#include "reconf.h"

static json_t *classifier_json(const struct front_port *port)
{
	struct d4o6_stats stats;
	json_t *out = json_object();
	unsigned int i;

	if (port->stats_fd < 0 ||
	    classifier_map_read_stats(port->stats_fd, &stats))
		return out;
	for (i = 0; i < D4O6_REASON_COUNT; i++)
		json_object_set_new(out,
				    classifier_stat_name((enum d4o6_reason)i),
				    json_integer((json_int_t)classifier_stat(
					    &stats, (enum d4o6_reason)i)));
	return out;
}

static json_t *queue_json(const struct afxdp_stats *stats)
{
	return json_pack(
		"{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
		"rx_frames", (json_int_t)stats->rx_frames, "rx_too_long",
		(json_int_t)stats->rx_too_long, "rx_dropped",
		(json_int_t)stats->rx_dropped, "rx_ring_full",
		(json_int_t)stats->rx_ring_full, "rx_fill_ring_empty_descs",
		(json_int_t)stats->rx_fill_ring_empty, "rx_invalid_descs",
		(json_int_t)stats->rx_invalid_descs, "tx_frames",
		(json_int_t)stats->tx_frames, "tx_no_frame",
		(json_int_t)stats->tx_no_frame, "tx_busy",
		(json_int_t)stats->tx_busy, "tx_errors",
		(json_int_t)stats->tx_errors, "tx_invalid_descs",
		(json_int_t)stats->tx_invalid_descs, "tx_ring_empty_descs",
		(json_int_t)stats->tx_ring_empty);
}

static json_t *queues_json(const struct front_port *port)
{
	json_t *out = json_object();
	struct afxdp_stats stats;
	unsigned int queue;
	char name[32];

	for (queue = 0; port->afxdp && queue < afxdp_queues(port->afxdp);
	     queue++) {
		if (afxdp_get_stats(port->afxdp, queue, &stats))
			continue;
		snprintf(name, sizeof(name), "queue %u", queue);
		json_object_set_new(out, name, queue_json(&stats));
	}
	return out;
}

static json_t *port_json(const struct front_port *port)
{
	const char *why = port->why[0] ? port->why : port->report.reason;

	return json_pack(
		"{s:{s:{s:s,s:s,s:s,s:i,s:b,s:b}},s:o,s:o}", "xdp", "state",
		"mode", classifier_mode_name(port->report.mode), "why", why,
		"note", port->report.note, "queues",
		port->afxdp ? (int)afxdp_queues(port->afxdp) : 0, "zerocopy",
		port->afxdp && afxdp_is_zerocopy(port->afxdp), "pinned",
		port->report.pinned, "classifier", classifier_json(port),
		"afxdp", queues_json(port));
}

static json_t *peer_json(const struct front *front)
{
	struct ipc_peer_info info;
	const char *why = "";

	ipc_peer_get_info(front->peer, &info);
	if (info.state == IPC_PEER_FOREIGN)
		why = "its port belongs to a user that is not trusted";
	else if (info.error)
		why = strerror(-info.error);
	else if (info.state == IPC_PEER_DOWN)
		why = "nobody listens on its port";
	return json_pack(
		"{s:s,s:s,s:I,s:I}", "peer", ipc_peer_state_name(info.state),
		"why", why, "in_flight",
		(json_int_t)ipc_slots_in_flight(front->slots), "window",
		(json_int_t)front->config.conf->dhcp4o6.window);
}

static json_t *stats_json(const struct front *front, const char *only)
{
	json_t *out, *interfaces = json_object();
	const struct front_port *port;
	int64_t uptime_ns = mono_diff_ns(mono_now(), front->started);

	for (port = front->ports; port; port = port->next) {
		if (!only || strcmp(only, port->report.ifname) == 0)
			json_object_set_new(interfaces, port->report.ifname,
					    port_json(port));
	}
	out = json_pack(
		"{s:i,s:s,s:i,s:I,s:s,s:o}", "pid", (int)getpid(), "version",
		DHCP4O6_VERSION, "port", (int)front->config.startup->args->port,
		"uptime_s", (json_int_t)(uptime_ns / NS_PER_S), "dialect",
		ipc_dialect_name(front->dialect), "interfaces", interfaces);
	if (!out)
		return NULL;
	metrics_to_json(&front->metrics, METRICS_OF_SERVER6, out);
	json_object_set_new(json_object_get(out, "ipc"), "state",
			    peer_json(front));
	serve6_add_stats(front->serve, out);
	json_object_set_new(out, "reload", reload_json(front->reload));
	return json_pack("{s:o}", "server6", out);
}

static enum ctl_progress handle_stats(struct ctl_request *request, void *ctx)
{
	const struct front *front = ctx;
	const struct front_port *port;
	const char *interface = NULL;

	if (ctl_arg_string(request, "interface", &interface) < 0) {
		ctl_reply_end(request, CTL_ARGUMENT,
			      "interface has to be a string");
		return CTL_DONE;
	}
	for (port = front->ports; interface && port; port = port->next) {
		if (strcmp(interface, port->report.ifname) == 0)
			break;
	}
	if (interface && !port) {
		ctl_reply_end(request, CTL_NOT_FOUND,
			      "interface %s is not served", interface);
		return CTL_DONE;
	}
	if (ctl_reply_item(request, stats_json(front, interface)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

static enum ctl_progress handle_config(struct ctl_request *request, void *ctx)
{
	const struct front *front = ctx;

	return conf_ctl_answer(request, front->config.conf);
}

const struct ctl_command front_commands[] = {
	{ CTL_COMMAND_STATS, "counters and state of this server", true,
	  handle_stats },
	{ CTL_COMMAND_CONFIG, "the configuration in force", true,
	  handle_config },
	{ CTL_COMMAND_LEASES, "DHCPv6 leases, all or those that match", true,
	  serve6_handle_leases },
	{ CTL_COMMAND_RECONFIGURE, "sends RECONFIGURE to a client, or to all",
	  false, serve6_handle_reconfigure },
	{ CTL_COMMAND_RELOAD, "reads the configuration again", false,
	  front_handle_reload },
};
const size_t front_command_count =
	sizeof(front_commands) / sizeof(front_commands[0]);
