/* SPDX-License-Identifier: BSD-2-Clause */
/* stats4 - what dhcp4o6ctl asks server4 (shapes in dhcp4o6/ctl/shapes.h). */
#include <unistd.h>

#include "../common/conf_ctl.h"
#include "../common/lease_json.h"
#include "dhcp4o6/ctl/shapes.h"
#include "server4.h"

static json_t *pool_row(const struct alloc_pool_stats *stats)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I}", "network",
			 stats->network, "addresses", (json_int_t)stats->size,
			 "active", (json_int_t)stats->active, "offered",
			 (json_int_t)stats->offered, "declined",
			 (json_int_t)stats->declined, "reserved",
			 (json_int_t)stats->reserved, "free",
			 (json_int_t)stats->free);
}

#define POOL_ROWS_MAX 64 /* networks shown one by one */

static json_t *pools_json(const struct server4 *server)
{
	size_t networks = alloc_network_count(server->alloc), i;
	struct alloc_pool_stats stats;
	struct alloc_stats all;
	json_t *rows = json_array();

	for (i = 0; i < networks && i < POOL_ROWS_MAX; i++) {
		if (!alloc_get_network_stats(server->alloc, i, &stats))
			json_array_append_new(rows, pool_row(&stats));
	}
	alloc_get_stats(server->alloc, &all);
	return json_pack("{s:{s:I,s:I,s:I,s:I,s:I,s:I,s:b},s:I,s:I,s:o}",
			 "state", "networks", (json_int_t)networks, "records",
			 (json_int_t)all.records, "active",
			 (json_int_t)all.active, "offered",
			 (json_int_t)all.offers, "declined",
			 (json_int_t)all.declined, "memory_octets",
			 (json_int_t)all.memory, "expiry_held", all.expiry_held,
			 "offers_expired", (json_int_t)all.offers_expired_total,
			 "offers_reused", (json_int_t)all.offers_reused_total,
			 "networks", rows);
}

static json_t *peer_json(const struct server4 *server)
{
	struct ipc_peer_info info;

	ipc_peer_get_info(server->peer, &info);
	return json_pack("{s:s,s:s,s:i}", "peer",
			 ipc_peer_state_name(info.state), "dialect",
			 ipc_dialect_name(server->last_dialect),
			 "batches_waiting", (int)server->ring.count);
}

static enum ctl_progress handle_stats(struct ctl_request *request, void *ctx)
{
	struct server4 *server = ctx;
	int64_t uptime_ns = mono_diff_ns(mono_now(), server->started);
	struct alloc_stats stats;
	json_t *out;

	alloc_get_stats(server->alloc, &stats);
	server->metrics.value[METRIC_LEASE_EXPIRED] = stats.expired_total;
	server->metrics.value[METRIC_LEASE_REUSED] = stats.reused_total;
	server->metrics.value[METRIC_IPC_RX_OVERFLOW] =
		ipc_link_stats(server->link)->overflow;
	out = json_pack("{s:i,s:s,s:i,s:I}", "pid", (int)getpid(), "version",
			DHCP4O6_VERSION, "port", (int)server->args.port,
			"uptime_s", (json_int_t)(uptime_ns / NS_PER_S));
	if (out &&
	    !metrics_to_json(&server->metrics, METRICS_OF_SERVER4, out)) {
		json_object_set_new(json_object_get(out, "ipc"), "state",
				    peer_json(server));
		json_object_set_new(out, "journal",
				    lease_store_json(server->keeper.store,
						     server->args.lease_file));
		json_object_set_new(out, "pools", pools_json(server));
		json_object_set_new(out, "reload", reload_json(server->reload));
	}
	if (ctl_reply_item(request, json_pack("{s:o}", "server4", out)))
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}

static enum ctl_progress handle_config(struct ctl_request *request, void *ctx)
{
	const struct server4 *server = ctx;

	return conf_ctl_answer(request, server->conf);
}

const struct ctl_command server4_commands[] = {
	{ CTL_COMMAND_STATS, "counters and state of this server", true,
	  handle_stats },
	{ CTL_COMMAND_LEASES, "leases, all or those that match", true,
	  server4_handle_leases },
	{ CTL_COMMAND_CONFIG, "the configuration in force", true,
	  handle_config },
	{ CTL_COMMAND_RELOAD, "read the configuration again", false,
	  server4_handle_reload },
};
const size_t server4_command_count =
	sizeof(server4_commands) / sizeof(server4_commands[0]);
