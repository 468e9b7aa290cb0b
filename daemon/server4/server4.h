/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server4 - the DHCPv4 half, put together.
 *
 * One thread decides and one, inside the journal, writes. A turn of the loop
 * takes a batch of queries, decides them all, and submits the lease changes;
 * the answers that speak of them wait in the batch until the store has said
 * that they are durable. Meanwhile the next batches are decided.
 */
#ifndef DHCP4O6_SERVER4_SERVER4_H
#define DHCP4O6_SERVER4_SERVER4_H

#include "../common/batch_ring.h"
#include "../common/instance.h"
#include "../common/lease_keeper.h"
#include "../common/reload.h"
#include "../common/takeover.h"
#include "decide.h"
#include "dhcp4o6/base/log.h"
#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/ipc/dialect.h"
#include "dhcp4o6/ipc/link.h"
#include "dhcp4o6/ipc/peer.h"
#include "dhcp4o6/metrics/metrics.h"
#include "dhcp4o6/net/netmon.h"

#define SERVER4_BATCH 64 /* queries decided in one turn */

struct server4_answer {
	struct ipc_origin origin;
	size_t offset; /* of the DHCPv6 message in batch.space */
	size_t len;
	uint8_t reply_type;
	enum metric counted; /* when it leaves */
};

/* One turn: answers that wait for its records. */
struct server4_batch {
	struct alloc_txn *txn;
	unsigned int answer_count;
	struct server4_answer answers[SERVER4_BATCH];
	struct batch_space space;
};

struct server4 {
	struct startup startup;
	struct daemon_args args;
	struct conf *conf;
	struct instance instance;
	struct loop *loop;
	struct ipc_link *link;
	struct ipc_peer *peer;
	struct net_mon *mon;
	struct lease_keeper keeper;
	struct alloc *alloc;
	struct ctl_server *ctl;
	struct reload *reload;
	uint32_t journal_compact_mib; /* what the journal was opened with */
	struct loop_timer *tick;
	struct decide_server decide;
	struct in_addr *host_addrs; /* what decide.addrs points to */
	struct metrics metrics;
	struct mono_time started;
	struct log_rate drop_log;
	struct log_rate peer_log; /* one line for many comings and goings */

	/* Batches in flight; the ring says which. */
	struct batch_ring ring;
	struct server4_batch batches[BATCH_RING_SIZE];
	struct server4_batch
		*waiting; /* filled; NULL: the store has them all */
	/* The ring is full, or one waits: queries wait in the socket. */
	bool link_is_paused;

	enum ipc_dialect last_dialect;
	char last_ifname[IPC_IFNAME_SIZE]; /* known to exist; "" if none */
};

/* ---- pipeline.c: queries in, answers out ---- */
void server4_read_link(void *arg, uint32_t events);
void server4_drop(struct server4 *server, enum drop_reason reason,
		  const struct in6_addr *source);
/* Sends or gives up what completed; from the store's event. */
void server4_complete_batches(void *arg);
void server4_init_batches(struct server4 *server);
void server4_free_batches(struct server4 *server);

/* ---- query4.c: one query ---- */
struct server4_turn {
	struct server4 *server;
	struct server4_batch *batch;
	struct mono_time now;
	struct wall_time wall;
};
void server4_handle_query(struct server4_turn *turn,
			  const struct ipc_datagram *datagram);
/* Queues one finished answer to the link. */
void server4_send(struct server4 *server, const struct ipc_origin *to,
		  struct wire_reader message);

/* ---- store4.c: the journal, and the leases in it ---- */
enum daemon_exit server4_open_store(struct server4 *server);

/* ---- host4.c: interfaces and addresses of this host ---- */
enum daemon_exit server4_open_host(struct server4 *server);
/* After a configuration was applied: DAEMON_EXIT_CONFIG on a conflict. */
enum daemon_exit server4_bind_interfaces(struct server4 *server);
/* Chooses the server identifier; the journal has to be open. */
void server4_name_itself(struct server4 *server);
bool server4_has_interface(struct server4 *server, const char *ifname);

/* ---- reload4.c: SIGHUP and the command `reload' ---- */
int server4_add_reload(struct server4 *server);
/* A file without IPv4 subnets serves nobody: it may be the other server's. */
void server4_say_if_empty(const struct server4 *server);
ctl_handler server4_handle_reload;

/* ---- stats4.c, leases4.c ---- */
extern const struct ctl_command server4_commands[];
extern const size_t server4_command_count;
ctl_handler server4_handle_leases;

#endif /* DHCP4O6_SERVER4_SERVER4_H */
