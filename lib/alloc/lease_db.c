/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_db - entries, their octets, and an index.
 *
 * The index by client may hold, besides the present client of a handle, those
 * it had before changes that are not committed: undoing a change then needs no
 * memory. Each find compares with the entry itself, so they are never seen.
 */
#include "lease_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int lease_db_init(struct lease_db *db, const struct siphash_key *key)
{
	*db = (struct lease_db){ .key = *key };
	slab_init(&db->entries, sizeof(struct lease_entry));
	if (hmap_new(&db->by_client, 0))
		return -ENOMEM;
	if (heap_new(&db->due))
		goto out_index;
	if (intern_init(&db->paths, key))
		goto out_heap;
	if (intern_init(&db->billings, key))
		goto out_paths;
	return 0;

out_paths:
	intern_fini(&db->paths);
out_heap:
	heap_free(db->due);
out_index:
	hmap_free(db->by_client);
	return -ENOMEM;
}

void lease_db_fini(struct lease_db *db)
{
	uint32_t i;

	for (i = 0; i < db->entries.used; i++) {
		struct lease_entry *e = lease_db_entry(db, i);

		if (e->state != LEASE_STATE_UNUSED)
			free(e->octets);
	}
	slab_fini(&db->entries);
	intern_fini(&db->paths);
	intern_fini(&db->billings);
	free(db->billed);
	heap_free(db->due);
	hmap_free(db->by_client);
}

size_t lease_db_memory(const struct lease_db *db)
{
	return slab_memory(&db->entries) + db->octets +
	       hmap_memory(db->by_client) + heap_memory(db->due) +
	       intern_memory(&db->paths) + intern_memory(&db->billings) +
	       db->billed_room * sizeof(*db->billed);
}

void lease_db_give(struct lease_db *db, uint32_t handle)
{
	struct lease_entry *e = lease_db_entry(db, handle);

	e->state = LEASE_STATE_UNUSED;
	e->octets = NULL;
	slab_give(&db->entries, handle);
}

static size_t octets_len(const struct lease_entry *e)
{
	return (size_t)e->client_id_len + e->hlen + e->host_name_len;
}

static const uint8_t *entry_chaddr(const struct lease_entry *e)
{
	return e->octets + e->client_id_len;
}

static const uint8_t *entry_host_name(const struct lease_entry *e)
{
	return e->octets + e->client_id_len + e->hlen;
}

/* Would the record's octets be the same? */
static bool has_octets(const struct lease_entry *e, const struct lease *lease)
{
	if (e->client_id_len != lease->client_id_len ||
	    e->hlen != lease->hlen || e->host_name_len != lease->host_name_len)
		return false;
	if (!octets_len(e))
		return true;
	return (!e->client_id_len ||
		!memcmp(e->octets, lease->client_id, e->client_id_len)) &&
	       !memcmp(entry_chaddr(e), lease->chaddr, e->hlen) &&
	       (!e->host_name_len ||
		!memcmp(entry_host_name(e), lease->host_name,
			e->host_name_len));
}

/* What malloc() takes for it: a size word, in steps of 16, 32 at least. */
static size_t octets_cost(const struct lease_entry *e)
{
	size_t cost = (octets_len(e) + 8 + 15) & ~(size_t)15;

	return cost < 32 ? 32 : cost;
}

static int make_octets(struct lease_db *db, struct lease_entry *e,
		       const struct lease *lease)
{
	uint8_t *p;

	e->octets = NULL;
	if (!octets_len(e))
		return 0;
	e->octets = malloc(octets_len(e));
	if (!e->octets)
		return -ENOMEM;
	p = e->octets;
	if (e->client_id_len)
		memcpy(p, lease->client_id, e->client_id_len);
	p += e->client_id_len;
	memcpy(p, lease->chaddr, e->hlen);
	p += e->hlen;
	if (e->host_name_len)
		memcpy(p, lease->host_name, e->host_name_len);
	db->octets += octets_cost(e);
	return 0;
}

/* Takes the class a lease counts to, and sees to it that there is a count. */
static int take_billing(struct lease_db *db, struct lease_entry *e,
			const struct lease *lease)
{
	uint32_t room = db->billed_room ? db->billed_room : 16;
	uint64_t *grown;

	if (intern_ref(&db->billings, lease->billing, lease->billing_len,
		       &e->billing)) {
		e->billing = INTERN_EMPTY;
		return -ENOMEM;
	}
	if (e->billing < db->billed_room || e->billing == INTERN_EMPTY)
		return 0;
	while (room <= e->billing)
		room *= 2;
	grown = realloc(db->billed, room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + db->billed_room, 0,
	       (room - db->billed_room) * sizeof(*grown));
	db->billed = grown;
	db->billed_room = room;
	return 0;
}

int lease_entry_fill(struct lease_db *db, struct lease_entry *e,
		     const struct lease *lease,
		     const struct lease_entry *former)
{
	bool is_shared = former && has_octets(former, lease);

	*e = (struct lease_entry){
		.addr = ntohl(lease->addr.s_addr),
		.psid = lease->psid,
		.psid_len = lease->psid_len,
		.state = lease->state,
		.flags = lease->flags & (uint8_t)~LEASE_FLAG_LOADED,
		.htype = lease->htype,
		.hlen = lease->hlen,
		.epoch = lease->epoch,
		.version = lease->version,
		.client_id_len = lease->client_id_len,
		.host_name_len = lease->host_name_len,
		.starts_s = lease->starts.s,
		.updated_s = lease->updated.s,
		.expires_s = lease->expires.s,
		.source = lease->source,
	};
	if (is_shared)
		e->octets = former->octets;
	else if (make_octets(db, e, lease))
		return -ENOMEM;
	if (intern_ref(&db->paths, lease->relay_path, lease->relay_path_len,
		       &e->relay_path)) {
		e->relay_path = INTERN_EMPTY;
		goto out_drop;
	}
	if (take_billing(db, e, lease))
		goto out_drop;
	return 0;

out_drop:
	lease_entry_drop(db, e, is_shared);
	return -ENOMEM;
}

void lease_entry_drop(struct lease_db *db, struct lease_entry *e,
		      bool is_shared)
{
	if (e->octets && !is_shared) {
		db->octets -= octets_cost(e);
		free(e->octets);
		e->octets = NULL;
	}
	intern_unref(&db->paths, e->relay_path);
	e->relay_path = INTERN_EMPTY;
	intern_unref(&db->billings, e->billing);
	e->billing = INTERN_EMPTY;
}

void lease_entry_record(const struct lease_db *db, const struct lease_entry *e,
			struct lease *lease)
{
	uint16_t billing_len;

	*lease = (struct lease){
		.addr.s_addr = htonl(e->addr),
		.psid = e->psid,
		.psid_len = e->psid_len,
		.state = e->state,
		.flags = e->flags & (uint8_t)~LEASE_FLAG_LOADED,
		.htype = e->htype,
		.hlen = e->hlen,
		.epoch = e->epoch,
		.version = e->version,
		.starts.s = e->starts_s,
		.expires.s = e->expires_s,
		.updated.s = e->updated_s,
		.source = e->source,
		.client_id_len = e->client_id_len,
		.host_name_len = e->host_name_len,
	};
	if (e->hlen)
		memcpy(lease->chaddr, entry_chaddr(e), e->hlen);
	if (e->client_id_len)
		lease->client_id = e->octets;
	if (e->host_name_len)
		lease->host_name = entry_host_name(e);
	lease->relay_path =
		intern_get(&db->paths, e->relay_path, &lease->relay_path_len);
	lease->billing = intern_get(&db->billings, e->billing, &billing_len);
	lease->billing_len = (uint8_t)billing_len;
}
