/* SPDX-License-Identifier: BSD-2-Clause */
/* duid6 - the server's DUID: chosen once, durable before anybody sees it. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "dhcp4o6/base/strbuf.h"
#include "serve6.h"

static void log_choice(const struct serve6 *serve, enum duid_verdict verdict,
		       const struct duid *chosen)
{
	static const char *const texts[] = {
		[DUID_KEPT] = "as before",
		[DUID_KEPT_DIFFER] = ("as before; the kind that `server-duid' "
				      "states is for a new lease file"),
		[DUID_MADE] = "made now, and kept in the lease file",
		[DUID_STATED] = "from `server-duid', and kept",
	};
	struct strbuf text = STRBUF_INIT;

	strbuf_add_hex(&text, chosen->octets, chosen->len, ':');
	if (verdict == DUID_STATED && serve->duid.len) {
		strbuf_add(&text, " instead of ");
		strbuf_add_hex(&text, serve->duid.octets, serve->duid.len, ':');
	}
	log_line(verdict == DUID_KEPT ? LOG_LEVEL_INFO : LOG_LEVEL_NOTICE,
		 "server DUID %s: %s", strbuf_text(&text), texts[verdict]);
	strbuf_fini(&text);
}

/* Is it the one on disk, and will be when what is on its way has arrived? */
static bool is_settled(const struct serve6 *serve, const struct duid *duid)
{
	return duid_is_same(duid, &serve->duid) &&
	       (!serve->duid_is_waiting ||
		duid_is_same(duid, &serve->in_writing));
}

void serve6_choose_duid(struct serve6 *serve)
{
	struct duid_source source = {
		.mac = hosts_first_mac(serve->front->hosts),
		.now = wall_now(),
	};
	/* One that waits for the disk is not made a second time. */
	const struct duid *kept =
		serve->duid.len ? &serve->duid : &serve->wanted;
	enum duid_verdict verdict;
	struct duid chosen = { 0 };

	if (getrandom(source.random, sizeof(source.random), 0) !=
	    (ssize_t)sizeof(source.random)) {
		log_error("no random numbers for a DUID: %s", strerror(errno));
		return;
	}
	verdict = duid_choose(serve->conf, kept, &source, &chosen);
	log_choice(serve, verdict, &chosen);
	if (is_settled(serve, &chosen))
		serve->wanted.len = 0;
	else
		serve->wanted = chosen;
	serve6_write_duid(serve);
}

static struct lease record_of(const struct serve6 *serve,
			      const struct duid *duid, uint32_t version,
			      uint64_t replay_mark)
{
	return (struct lease){
		.kind = LEASE_DUID6,
		.epoch = 1,
		.version = version,
		.updated = serve->duid_made,
		.replay_mark = replay_mark,
		.client_id = duid->octets,
		.client_id_len = duid->len,
	};
}

static bool wants_mark(const struct serve6 *serve)
{
	return serve->is_started && serve->duid.len &&
	       serve->conf->dhcp4o6.reconfigure &&
	       rkap_wants_mark(&serve->rkap);
}

void serve6_write_duid(struct serve6 *serve)
{
	const struct duid *duid =
		serve->wanted.len ? &serve->wanted : &serve->duid;
	uint64_t mark = rkap_next_mark(&serve->rkap);
	struct lease record;
	unsigned int at;

	if ((!serve->wanted.len && !wants_mark(serve)) ||
	    serve->duid_is_waiting || batch_ring_is_full(&serve->ring))
		return;
	serve6_submit(serve); /* the order of the ring is that of the store */
	if (serve->open)
		return;
	if (serve->wanted.len)
		serve->duid_made = wall_now();
	record = record_of(serve, duid, serve->duid_version + 1, mark);
	at = batch_ring_push(&serve->ring);
	serve->batches[at].txn = NULL;
	/* What is not taken now is tried again by the tick. */
	if (!batch_ring_submit(&serve->ring, serve->keeper.store, &record, 1)) {
		serve->in_writing = *duid;
		serve->duid_is_waiting = true;
		rkap_reserve(&serve->rkap, mark);
	}
}

void serve6_end_duid(struct serve6 *serve, bool is_durable)
{
	serve->duid_is_waiting = false;
	rkap_end_reserve(&serve->rkap, is_durable);
	if (!is_durable) {
		/* What the store had behind it has failed, too. */
		if (serve->open)
			serve->open->is_void = true;
		return;
	}
	serve->duid = serve->in_writing;
	serve->duid_version++;
	serve->decide.duid_len = serve->duid.len;
	if (duid_is_same(&serve->wanted, &serve->duid))
		serve->wanted.len = 0;
}

bool serve6_duid_record(const struct serve6 *serve, struct lease *record)
{
	*record = record_of(serve, &serve->duid, serve->duid_version,
			    serve->rkap.durable);
	return serve->duid.len != 0;
}

int serve6_load_duid(struct serve6 *serve, const struct lease *lease)
{
	if (!lease->client_id_len || lease->client_id_len > DUID_MAX)
		return -EINVAL;
	rkap_note_mark(&serve->rkap, lease->replay_mark);
	if (serve->duid.len &&
	    (int32_t)(lease->version - serve->duid_version) < 0)
		return 0;
	serve->duid.len = lease->client_id_len;
	memcpy(serve->duid.octets, lease->client_id, lease->client_id_len);
	serve->duid_version = lease->version;
	serve->duid_made = lease->updated;
	serve->decide.duid_len = serve->duid.len;
	return 0;
}
