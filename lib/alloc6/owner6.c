/* SPDX-License-Identifier: BSD-2-Clause */
/* owner6 - clients and their IAs, and the leases found by them. */
#include <errno.h>

#include "db6.h"

void client6_seal(struct alloc6_client *client, const struct siphash_key *key)
{
	/* Two keys out of one: their hashes tell nothing of each other. */
	struct siphash_key other = { { ~key->k[0], key->k[1] } };

	client->hash = siphash24(key, client->duid, client->duid_len);
	client->check = siphash24(&other, client->duid, client->duid_len);
}

static const uint8_t *duid_of(const struct db6 *db, const struct lease6 *e,
			      uint16_t *len)
{
	return intern_get(&db->duids, e->duid, len);
}

bool lease6_is_client(const struct db6 *db, const struct lease6 *e,
		      const struct alloc6_client *client)
{
	uint16_t len;
	const uint8_t *duid = duid_of(db, e, &len);

	return len == client->duid_len &&
	       (!len || !memcmp(duid, client->duid, len));
}

static uint64_t client_hash(const struct db6 *db, const struct lease6 *e)
{
	uint16_t len;
	const uint8_t *duid = duid_of(db, e, &len);

	return siphash24(&db->key, duid, len);
}

static uint64_t ia_hash(const struct db6 *db, uint64_t client, uint8_t kind,
			uint32_t iaid)
{
	uint64_t ia[2] = { client, (uint64_t)kind << 32 | iaid };

	return siphash24(&db->key, ia, sizeof(ia));
}

int db6_index(struct db6 *db, uint32_t handle, const struct lease6 *e)
{
	uint64_t client = client_hash(db, e);

	if (hmap_insert(db->by_client, client, handle))
		return -ENOMEM;
	if (hmap_insert(db->by_ia, ia_hash(db, client, e->key.kind, e->iaid),
			handle)) {
		hmap_remove(db->by_client, client, handle);
		return -ENOMEM;
	}
	return 0;
}

void db6_unindex(struct db6 *db, uint32_t handle, const struct lease6 *e)
{
	uint64_t client = client_hash(db, e);

	hmap_remove(db->by_client, client, handle);
	hmap_remove(db->by_ia, ia_hash(db, client, e->key.kind, e->iaid),
		    handle);
}

struct collecting {
	const struct db6 *db;
	const struct owner6 *owner;
	db6_match *match;
	const void *arg;
	uint32_t *handle;
	uint32_t *count;
};

/* A handle is twice under an owner when it left him and came back, and neither
 * is committed. */
static bool is_there(const struct collecting *c, uint32_t handle)
{
	uint32_t i;

	for (i = 0; i < *c->count; i++) {
		if (c->handle[i] == handle)
			return true;
	}
	return false;
}

static bool collect_one(const void *ctx, uint32_t handle, const void *key)
{
	const struct collecting *c = ctx;
	const struct owner6 *owner = c->owner;
	const struct lease6 *e = db6_entry(c->db, handle);

	(void)key;
	if (e->state == LEASE6_UNUSED ||
	    (owner->is_ia &&
	     (e->iaid != owner->iaid || e->key.kind != owner->kind)) ||
	    !lease6_is_client(c->db, e, owner->client) ||
	    (c->match && !c->match(c->arg, e)) ||
	    (e->pending > 1 && is_there(c, handle)))
		return false;
	c->handle[(*c->count)++] = handle;
	return *c->count == DB6_FOUND_MAX;
}

uint32_t db6_collect(const struct db6 *db, const struct owner6 *owner,
		     db6_match *match, const void *arg,
		     uint32_t handle[DB6_FOUND_MAX])
{
	uint64_t client = owner->client->hash;
	uint32_t count = 0;
	const struct collecting c = { db, owner, match, arg, handle, &count };

	if (owner->is_ia)
		hmap_find(db->by_ia,
			  ia_hash(db, client, owner->kind, owner->iaid),
			  collect_one, &c, NULL);
	else
		hmap_find(db->by_client, client, collect_one, &c, NULL);
	return count;
}
