/* SPDX-License-Identifier: BSD-2-Clause */
/* stats6 - what DHCPv6 itself adds to `stats' (dhcp4o6/ctl/shapes.h). */
#include "../common/lease_json.h"
#include "dhcp4o6/base/strbuf.h"
#include "reconf.h"

#define NETWORK_ROWS_MAX 64 /* networks shown one by one */

/* Sizes saturate, and JSON's integers are signed. */
static json_int_t size_of(uint64_t size)
{
	return size > INT64_MAX ? INT64_MAX : (json_int_t)size;
}

static json_t *network_row(const struct alloc6_network_stats *stats)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "network", stats->network,
			 "addresses", size_of(stats->addresses), "addr_active",
			 (json_int_t)stats->addresses_active, "prefixes",
			 size_of(stats->prefixes), "pd_active",
			 (json_int_t)stats->prefixes_active, "declined",
			 (json_int_t)stats->declined);
}

static json_t *pools_json(const struct serve6 *serve,
			  const struct alloc6_stats *all)
{
	size_t networks = alloc6_network_count(serve->alloc), i;
	struct alloc6_network_stats stats;
	json_t *rows = json_array();

	for (i = 0; i < networks && i < NETWORK_ROWS_MAX; i++) {
		if (!alloc6_get_network_stats(serve->alloc, i, &stats))
			json_array_append_new(rows, network_row(&stats));
	}
	return json_pack(
		"{s:{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b},s:I,s:I,s:o}",
		"state", "networks", (json_int_t)networks, "records",
		(json_int_t)all->records, "leases_max",
		(json_int_t)all->leases_max, "addresses_active",
		(json_int_t)all->addresses_active, "prefixes_active",
		(json_int_t)all->prefixes_active, "offered",
		(json_int_t)all->offers, "declined", (json_int_t)all->declined,
		"memory_octets", (json_int_t)all->memory, "expiry_held",
		all->expiry_held, "offers_expired",
		(json_int_t)all->offers_expired_total, "probes",
		(json_int_t)all->probes, "networks", rows);
}

void serve6_add_stats(struct serve6 *serve, json_t *out)
{
	struct strbuf duid = STRBUF_INIT;
	struct alloc6_stats all;
	json_t *leases = json_object_get(out, "leases6");

	alloc6_get_stats(serve->alloc, &all);
	json_object_set_new(leases, "expired",
			    json_integer((json_int_t)all.expired_total));
	json_object_set_new(leases, "reused",
			    json_integer((json_int_t)all.reused_total));
	json_object_set_new(leases, "state",
			    json_pack("{s:i,s:i,s:b}", "batches_waiting",
				      (int)serve->ring.count,
				      "reconfigures_in_flight",
				      (int)reconf_in_flight(serve->reconf),
				      "reconfigures_all",
				      reconf_is_sweeping(serve->reconf)));
	strbuf_add_hex(&duid, serve->duid.octets, serve->duid.len, ':');
	json_object_set_new(out, "duid", json_string(strbuf_text(&duid)));
	strbuf_fini(&duid);
	json_object_set_new(
		out, "journal",
		lease_store_json(serve->keeper.store, serve->keeper.path));
	json_object_set_new(out, "pools", pools_json(serve, &all));
}
