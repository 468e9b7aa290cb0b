/* SPDX-License-Identifier: BSD-2-Clause */
/* client - identities, and the leases found by them. */
#include "dhcp4o6/alloc/client.h"

#include <string.h>

#include "lease_db.h"

enum identity_kind {
	IDENTITY_HARDWARE,
	IDENTITY_CLIENT_ID,
};

#define IDENTITY_MAX (2 + LEASE_CLIENT_ID_MAX)

/* The octets that two clients must not share; returns how many. */
static size_t make_identity(const struct alloc_client *client,
			    uint8_t identity[IDENTITY_MAX])
{
	if (client->id && !client->by_hardware) {
		identity[0] = IDENTITY_CLIENT_ID;
		memcpy(identity + 1, client->id, client->id_len);
		return 1 + (size_t)client->id_len;
	}
	identity[0] = IDENTITY_HARDWARE;
	identity[1] = client->htype;
	memcpy(identity + 2, client->chaddr, client->hlen);
	return 2 + (size_t)client->hlen;
}

void alloc_client_seal(struct alloc_client *client,
		       const struct siphash_key *key)
{
	/* Two keys out of one: their hashes tell nothing of each other. */
	struct siphash_key other = { { ~key->k[0], key->k[1] } };
	uint8_t identity[IDENTITY_MAX];
	size_t len = make_identity(client, identity);

	client->hash = siphash24(key, identity, len);
	client->check = siphash24(&other, identity, len);
}

uint64_t lease_entry_hash(const struct lease_db *db,
			  const struct lease_entry *e)
{
	struct alloc_client client = {
		.id = e->client_id_len ? e->octets : NULL,
		.id_len = e->client_id_len,
		.htype = e->htype,
		.hlen = e->hlen,
	};
	uint8_t identity[IDENTITY_MAX];

	if (e->hlen)
		memcpy(client.chaddr, e->octets + e->client_id_len, e->hlen);
	return siphash24(&db->key, identity, make_identity(&client, identity));
}

/* One known by its hardware address keeps a lease that it has by identifier. */
bool lease_entry_is_client(const struct lease_entry *e,
			   const struct alloc_client *client)
{
	if (client->id && !client->by_hardware)
		return e->client_id_len == client->id_len &&
		       !memcmp(e->octets, client->id, client->id_len);
	return (!e->client_id_len || client->by_hardware) &&
	       e->htype == client->htype && e->hlen == client->hlen &&
	       (!e->hlen ||
		!memcmp(e->octets + e->client_id_len, client->chaddr, e->hlen));
}

struct each {
	const struct lease_db *db;
	const struct alloc_client *client;
	lease_db_visit *visit;
	void *arg;
};

static bool visit_one(const void *ctx, uint32_t handle, const void *key)
{
	const struct each *each = ctx;
	const struct lease_entry *e = lease_db_entry(each->db, handle);

	(void)key;
	if (e->state == LEASE_STATE_UNUSED ||
	    !lease_entry_is_client(e, each->client))
		return false;
	return each->visit(each->arg, handle, e);
}

void lease_db_each(const struct lease_db *db, const struct alloc_client *client,
		   lease_db_visit *visit, void *arg)
{
	struct each each = {
		.db = db,
		.client = client,
		.visit = visit,
		.arg = arg,
	};

	hmap_find(db->by_client, client->hash, visit_one, &each, NULL);
}
