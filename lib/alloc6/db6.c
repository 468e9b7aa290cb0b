/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db6 - entries, their strings and octets, and indices.
 *
 * The indices by client and by IA may hold, besides the present owner of a
 * handle, those it had before changes that are not committed: undoing a change
 * then needs no memory. Each find compares with the entry itself, so they are
 * never seen.
 */
#include "db6.h"

#include <errno.h>
#include <stdlib.h>

int db6_init(struct db6 *db, const struct siphash_key *key)
{
	*db = (struct db6){ .key = *key };
	slab_init(&db->entries, sizeof(struct lease6));
	if (hmap_new(&db->by_key, 0) || hmap_new(&db->by_client, 0) ||
	    hmap_new(&db->by_ia, 0) || heap_new(&db->due) ||
	    heap_new(&db->formers))
		goto out_indices;
	if (intern_init(&db->duids, key))
		goto out_indices;
	if (intern_init(&db->strings, key))
		goto out_duids;
	return 0;

out_duids:
	intern_fini(&db->duids);
out_indices:
	heap_free(db->formers);
	heap_free(db->due);
	hmap_free(db->by_ia);
	hmap_free(db->by_client);
	hmap_free(db->by_key);
	return -ENOMEM;
}

void db6_fini(struct db6 *db)
{
	uint32_t i;

	for (i = 0; i < db->entries.used; i++) {
		struct lease6 *e = db6_entry(db, i);

		if (e->state != LEASE6_UNUSED)
			free(e->octets);
	}
	slab_fini(&db->entries);
	intern_fini(&db->strings);
	intern_fini(&db->duids);
	heap_free(db->formers);
	heap_free(db->due);
	hmap_free(db->by_ia);
	hmap_free(db->by_client);
	hmap_free(db->by_key);
}

size_t db6_memory(const struct db6 *db)
{
	return slab_memory(&db->entries) + db->octets +
	       hmap_memory(db->by_key) + hmap_memory(db->by_client) +
	       hmap_memory(db->by_ia) + heap_memory(db->due) +
	       heap_memory(db->formers) + intern_memory(&db->duids) +
	       intern_memory(&db->strings);
}

static bool has_key(const void *ctx, uint32_t handle, const void *key)
{
	return key6_is_equal(&db6_entry(ctx, handle)->key, key);
}

uint32_t db6_find(const struct db6 *db, const struct key6 *key)
{
	return hmap_find(db->by_key, key6_hash(&db->key, key), has_key, db,
			 key);
}

struct lease6 *db6_find_entry(const struct db6 *db, const struct key6 *key)
{
	uint32_t handle = db6_find(db, key);

	return handle == LEASE6_NONE ? NULL : db6_entry(db, handle);
}

static void give_entry(struct db6 *db, uint32_t handle)
{
	struct lease6 *e = db6_entry(db, handle);

	e->state = LEASE6_UNUSED;
	e->octets = NULL;
	slab_give(&db->entries, handle);
}

uint32_t db6_take(struct db6 *db, const struct key6 *key)
{
	uint32_t handle = slab_take(&db->entries);
	struct lease6 *e;

	if (handle == LEASE6_NONE)
		return LEASE6_NONE;
	e = db6_entry(db, handle);
	e->key = *key;
	e->network = UINT32_MAX;
	if (hmap_insert(db->by_key, key6_hash(&db->key, key), handle)) {
		give_entry(db, handle);
		return LEASE6_NONE;
	}
	return handle;
}

void db6_give(struct db6 *db, uint32_t handle)
{
	hmap_remove(db->by_key,
		    key6_hash(&db->key, &db6_entry(db, handle)->key), handle);
	heap_remove(db->due, handle);
	heap_remove(db->formers, handle);
	give_entry(db, handle);
}

/* ---- content ---- */

static size_t octets_len(const struct lease6 *e)
{
	return (size_t)e->hlen + e->host_name_len;
}

/* Would the record's octets be the same? */
static bool has_octets(const struct lease6 *e, const struct lease *lease)
{
	if (e->hlen != lease->hlen || e->host_name_len != lease->host_name_len)
		return false;
	if (!octets_len(e))
		return true;
	return !memcmp(e->octets, lease->chaddr, e->hlen) &&
	       (!e->host_name_len ||
		!memcmp(e->octets + e->hlen, lease->host_name,
			e->host_name_len));
}

/* What malloc() takes for it: a size word, in steps of 16, 32 at least. */
static size_t octets_cost(const struct lease6 *e)
{
	size_t cost = (octets_len(e) + 8 + 15) & ~(size_t)15;

	return cost < 32 ? 32 : cost;
}

static int make_octets(struct db6 *db, struct lease6 *e,
		       const struct lease *lease)
{
	if (!octets_len(e))
		return 0;
	e->octets = malloc(octets_len(e));
	if (!e->octets)
		return -ENOMEM;
	memcpy(e->octets, lease->chaddr, e->hlen);
	if (e->host_name_len)
		memcpy(e->octets + e->hlen, lease->host_name, e->host_name_len);
	db->octets += octets_cost(e);
	return 0;
}

static int take_strings(struct db6 *db, struct lease6 *e,
			const struct lease *lease)
{
	size_t name_len = strnlen(lease->ifname, sizeof(lease->ifname) - 1);

	if (intern_ref(&db->duids, lease->client_id, lease->client_id_len,
		       &e->duid))
		return -ENOMEM;
	if (intern_ref(&db->strings, lease->relay_path, lease->relay_path_len,
		       &e->relay_path))
		goto out_duid;
	if (intern_ref(&db->strings, (const uint8_t *)lease->ifname,
		       (uint16_t)name_len, &e->ifname))
		goto out_relay_path;
	if (intern_ref(&db->strings, lease->relay_ports, lease->relay_ports_len,
		       &e->relay_ports))
		goto out_ifname;
	return 0;

out_ifname:
	intern_unref(&db->strings, e->ifname);
out_relay_path:
	intern_unref(&db->strings, e->relay_path);
out_duid:
	intern_unref(&db->duids, e->duid);
	return -ENOMEM;
}

int lease6_fill(struct db6 *db, struct lease6 *e, const struct lease *lease,
		const struct lease6 *former)
{
	bool is_shared = former && has_octets(former, lease);

	*e = (struct lease6){
		.key = key6_of(lease->kind, &lease->addr6, lease->prefix_len),
		.state = lease->state,
		.flags = lease->flags & (uint8_t)~LEASE6_LOADED,
		.htype = lease->htype,
		.hlen = lease->hlen,
		.host_name_len = lease->host_name_len,
		.iaid = lease->iaid,
		.network = UINT32_MAX,
		.preferred_s = lease->preferred_s,
		.epoch = lease->epoch,
		.version = lease->version,
		.starts_s = lease->starts.s,
		.updated_s = lease->updated.s,
		.expires_s = lease->expires.s,
		.source = lease->source,
		.octets = is_shared ? former->octets : NULL,
	};
	if (take_strings(db, e, lease))
		return -ENOMEM;
	if (!is_shared && make_octets(db, e, lease)) {
		lease6_drop(db, e, true);
		return -ENOMEM;
	}
	return 0;
}

void lease6_drop(struct db6 *db, struct lease6 *e, bool is_shared)
{
	if (e->octets && !is_shared) {
		db->octets -= octets_cost(e);
		free(e->octets);
		e->octets = NULL;
	}
	intern_unref(&db->strings, e->relay_ports);
	intern_unref(&db->strings, e->ifname);
	intern_unref(&db->strings, e->relay_path);
	intern_unref(&db->duids, e->duid);
	e->relay_ports = e->ifname = e->relay_path = e->duid = INTERN_EMPTY;
}

void lease6_record(const struct db6 *db, const struct lease6 *e,
		   struct lease *lease)
{
	const uint8_t *name;
	uint16_t len;

	*lease = (struct lease){
		.kind = e->key.kind,
		.prefix_len = e->key.prefix_len,
		.addr6 = e->key.addr,
		.iaid = e->iaid,
		.preferred_s = e->preferred_s,
		.state = e->state,
		.flags = e->flags & (uint8_t)~LEASE6_LOADED,
		.htype = e->htype,
		.hlen = e->hlen,
		.epoch = e->epoch,
		.version = e->version,
		.starts.s = e->starts_s,
		.expires.s = e->expires_s,
		.updated.s = e->updated_s,
		.source = e->source,
		.host_name_len = e->host_name_len,
	};
	if (e->hlen)
		memcpy(lease->chaddr, e->octets, e->hlen);
	if (e->host_name_len)
		lease->host_name = e->octets + e->hlen;
	lease->client_id = intern_get(&db->duids, e->duid, &len);
	lease->client_id_len = (uint8_t)len;
	lease->relay_path =
		intern_get(&db->strings, e->relay_path, &lease->relay_path_len);
	lease->relay_ports = intern_get(&db->strings, e->relay_ports, &len);
	lease->relay_ports_len = (uint8_t)len;
	name = intern_get(&db->strings, e->ifname, &len);
	if (name)
		memcpy(lease->ifname, name, len);
}
