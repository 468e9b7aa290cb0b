/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve6 - DHCPv6 itself, in the packet process: what a message changes waits
 * for the disk in a batch while the next ones are decided, as in server4. The
 * packet loop never waits: DHCPv4-over-DHCPv6 passes all of it by.
 */
#ifndef DHCP4O6_SERVER6_SERVE6_H
#define DHCP4O6_SERVER6_SERVE6_H

#include "../common/lease_keeper.h"
#include "decide6.h"
#include "duid.h"
#include "front.h"

#define SERVE6_BATCH 64 /* messages decided in one turn */

struct serve6_answer {
	struct front_way way;
	size_t offset; /* in batch.space */
	size_t len;
	/* Counted when it leaves. */
	uint8_t inner_type; /* inside of RELAY-REPLs; 0 if there are none */
	uint16_t created;
	uint16_t renewed;
};

/* One turn: answers that wait for its records. */
struct serve6_batch {
	struct alloc6_txn *txn; /* NULL: this one keeps the server's DUID */
	bool is_void;           /* its answers may not leave, durable or not */
	unsigned int answer_count;
	struct serve6_answer answers[SERVE6_BATCH];
	struct batch_space space;
};

struct serve6 {
	struct front *front;
	const struct conf *conf; /* the one in force */
	struct alloc6 *alloc;
	struct lease_keeper keeper;
	struct batch_ring ring;
	struct serve6_batch batches[BATCH_RING_SIZE];
	struct serve6_batch *open; /* that is being filled; NULL: none */
	unsigned int open_count;   /* messages in it */
	bool store_is_busy; /* it takes no more before something is complete */
	size_t message_len; /* of the one in hand, relays included */
	struct decide6_server decide;

	struct duid duid;       /* durable; len 0: none, nobody is answered */
	struct duid wanted;     /* to be made durable; len 0: none */
	struct duid in_writing; /* waits for the disk, with a mark of rkap */
	bool duid_is_waiting;
	uint32_t duid_version;
	struct wall_time duid_made;
	struct rkap rkap;
	struct reconf *reconf;
	bool is_started; /* all interfaces are known */
	bool is_full;    /* `leases-max' has refused somebody, as logged */
	struct mono_time full_since;
};

/* ---- serve6.c ---- */

/* Opens the journal as who serves: DAEMON_EXIT_NONE or a status. */
enum daemon_exit serve6_open(struct serve6 **serve, struct front *front);
/* What waits for the disk is still answered. NULL is allowed. */
void serve6_close(struct serve6 *serve);
/* Interfaces are known: the DUID is chosen and written. */
void serve6_start(struct serve6 *serve);
/* Says which interfaces no `subnet6' is about, at start and after a reload. */
void serve6_say_unplaced(struct serve6 *serve);
/* What alloc6 has been told to apply is what decisions read. */
void serve6_use_conf(struct serve6 *serve, const struct conf *conf);
/* Is there a DUID to answer with? */
static inline bool serve6_is_ready(const struct serve6 *serve)
{
	return serve->is_started && serve->duid.len;
}
void serve6_tick(struct serve6 *serve, struct mono_time now);
/* `leases-max' has refused somebody: said once until there is room again. */
void serve6_note_full(struct serve6 *serve, struct mono_time now);
/* The addresses of an interface may be other ones now. */
void serve6_bind(struct serve6 *serve, uint32_t ifindex);
/* Before it is forgotten, or known by another name. */
void serve6_unbind(struct serve6 *serve, uint32_t ifindex);

/* ---- pipeline6.c ---- */

/* The batch of this turn, a new one if need be; or why there is none. */
enum drop_reason serve6_join_batch(struct serve6 *serve);
/* At the end of a turn that decided something: submits the batch, or lets it
 * grow while the disk is busy. */
void serve6_end_turn(struct serve6 *serve);
/* Hands the open batch to the store, if there is one; it stays open, full or
 * not, while the store has no room. */
void serve6_submit(struct serve6 *serve);
void serve6_complete(void *arg);
void serve6_init_batches(struct serve6 *serve);
void serve6_free_batches(struct serve6 *serve);
/* Sends an answer that waits for nothing any more. */
void serve6_send(struct serve6 *serve, const struct serve6_answer *answer,
		 const struct serve6_batch *batch);

/* ---- message6.c ---- */

/* A message of a client that is no DHCPV4-QUERY, envelope decoded. */
enum drop_reason serve6_handle(struct serve6 *serve,
			       const struct dhcp6_envelope *env,
			       const struct ipc_slot *from, size_t message_len);

/* ---- duid6.c ---- */
void serve6_choose_duid(struct serve6 *serve);
/* Tries to make the wanted one durable, or a mark that rkap wants. */
void serve6_write_duid(struct serve6 *serve);
void serve6_end_duid(struct serve6 *serve, bool is_durable);
/* The record of the durable one; false: there is none. */
bool serve6_duid_record(const struct serve6 *serve, struct lease *record);
/* Takes one of the store: the later one stands. -EINVAL. */
int serve6_load_duid(struct serve6 *serve, const struct lease *lease);

/* ---- stats6.c ---- */

/* Members of the server6 object of `stats'; "leases6" is there. */
void serve6_add_stats(struct serve6 *serve, json_t *out);

#endif /* DHCP4O6_SERVER6_SERVE6_H */
