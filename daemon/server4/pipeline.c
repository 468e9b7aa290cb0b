/* SPDX-License-Identifier: BSD-2-Clause */
/* pipeline - batches of queries, from the link to the store and back. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "server4.h"

void server4_drop(struct server4 *server, enum drop_reason reason,
		  const struct in6_addr *source)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t suppressed;

	metrics_drop(&server->metrics, reason);
	if (!log_would(LOG_LEVEL_INFO) ||
	    !log_rate_allow(&server->drop_log, loop_now(server->loop),
			    &suppressed))
		return;
	inet_ntop(AF_INET6, source, text, sizeof(text));
	log_info("query from %s not answered: %s (%u more lines like this "
		 "left out)",
		 text, drop_reason_text(reason), suppressed);
}

static void flush_link(struct server4 *server)
{
	unsigned int dropped = 0;
	int err;

	err = ipc_link_flush(server->link, &dropped);
	if (err == -ECONNREFUSED) {
		metrics_count(&server->metrics, METRIC_IPC_REFUSED, 1);
		ipc_peer_refused(server->peer, loop_now(server->loop));
	}
	if (err == -EAGAIN)
		metrics_count(&server->metrics, METRIC_IPC_TX_BLOCKED, 1);
	server->metrics.drop[err == -ECONNREFUSED ? DROP_IPC_PEER_DOWN
						  : DROP_SEND_FAILED] +=
		dropped;
}

static void pause_link(struct server4 *server, bool pause)
{
	if (server->link_is_paused == pause)
		return;
	server->link_is_paused = pause;
	loop_change_fd(server->loop, ipc_link_fd(server->link),
		       pause ? 0 : EPOLLIN);
}

/* Every answer of it speaks of something that is durable now. */
static void send_answers(struct server4 *server, struct server4_batch *batch)
{
	const struct server4_answer *answer;
	unsigned int i;

	for (i = 0; i < batch->answer_count; i++) {
		answer = &batch->answers[i];
		metrics_dhcp4_out(&server->metrics, answer->reply_type);
		metrics_count(&server->metrics, answer->counted, 1);
		server4_send(server, &answer->origin,
			     wire_reader(batch->space.octets + answer->offset,
					 answer->len));
	}
}

/* Nothing of it may be believed: no ACK, and the other half is told so. */
static void give_up_answers(struct server4 *server, struct server4_batch *batch,
			    enum drop_reason reason)
{
	unsigned int i;

	for (i = 0; i < batch->answer_count; i++) {
		server4_drop(server, reason, &batch->answers[i].origin.source);
		server4_send(server, &batch->answers[i].origin,
			     wire_reader(NULL, 0));
	}
}

static void end_batch(void *arg, unsigned int at, bool is_durable)
{
	struct server4 *server = arg;
	struct server4_batch *batch = &server->batches[at];

	if (is_durable && !alloc_txn_is_undone(batch->txn)) {
		alloc_txn_commit(batch->txn);
		send_answers(server, batch);
	} else {
		alloc_txn_abort(batch->txn);
		give_up_answers(server, batch, DROP_STORE_FAILED);
	}
	batch->txn = NULL;
}

static bool is_full(const struct server4 *server)
{
	return server->waiting || batch_ring_is_full(&server->ring);
}

/* What the batches that ended left to be sent; queries wait while it is full.
 */
static void after_batches(struct server4 *server)
{
	flush_link(server);
	pause_link(server, is_full(server));
}

/* The batch is filled: to the disk, or straight to its end. */
static void submit(struct server4 *server, struct server4_batch *batch)
{
	const struct lease *records;
	size_t count;
	int err;

	server->waiting = NULL;
	records = alloc_txn_records(batch->txn, &count);
	err = batch_ring_submit(&server->ring, server->keeper.store, records,
				count);
	if (!err)
		return;
	if (err == -EBUSY) { /* the same entry, until something is complete */
		(void)batch_ring_push(&server->ring);
		server->waiting = batch;
		return;
	}
	/* Undone at once; only answers that need no record are left. */
	alloc_txn_abort(batch->txn);
	batch->txn = NULL;
	give_up_answers(server, batch, DROP_STORE_FAILED);
	batch->answer_count = 0;
}

static bool begin_batch(struct server4_turn *turn)
{
	struct server4 *server = turn->server;
	struct alloc_txn *txn;

	if (batch_ring_is_full(&server->ring) ||
	    alloc_txn_begin(server->alloc, &txn))
		return false;
	turn->batch = &server->batches[batch_ring_push(&server->ring)];
	turn->batch->answer_count = 0;
	turn->batch->space.used = 0;
	turn->batch->txn = txn;
	return true;
}

static int receive(struct server4 *server, struct ipc_datagram *in)
{
	int n = ipc_link_recv(server->link, in, SERVER4_BATCH);

	if (n == -ECONNREFUSED) {
		metrics_count(&server->metrics, METRIC_IPC_REFUSED, 1);
		ipc_peer_refused(server->peer, loop_now(server->loop));
	}
	if (n > 0) {
		metrics_count(&server->metrics, METRIC_IPC_RX, (uint64_t)n);
		ipc_peer_heard(server->peer);
	}
	return n;
}

static void decide_batch(struct server4 *server, const struct ipc_datagram *in,
			 int count)
{
	struct server4_turn turn = {
		.server = server,
		.now = loop_now(server->loop),
		.wall = wall_now(),
	};
	enum drop_reason trust;
	int i;

	trust = ipc_peer_check(server->peer, turn.now);
	if (trust == DROP_NONE && !begin_batch(&turn))
		trust = DROP_NO_MEMORY;
	if (trust != DROP_NONE) {
		for (i = 0; i < count; i++)
			server4_drop(server, trust, &in6addr_loopback);
		return;
	}
	for (i = 0; i < count; i++)
		server4_handle_query(&turn, &in[i]);
	submit(server, turn.batch);
}

/*
 * A turn's worth, and what the link has taken from the kernel with it: epoll
 * does not see that, so it is read before anybody sleeps.
 */
static void read_queries(struct server4 *server)
{
	struct ipc_datagram in[SERVER4_BATCH];
	int n;

	while (!is_full(server)) {
		n = receive(server, in);
		if (n <= 0)
			break;
		decide_batch(server, in, n);
		batch_ring_end_ready(&server->ring);
		if (!ipc_link_has_pending(server->link))
			break;
	}
}

void server4_read_link(void *arg, uint32_t events)
{
	struct server4 *server = arg;

	(void)events;
	read_queries(server);
	after_batches(server);
}

void server4_complete_batches(void *arg)
{
	struct server4 *server = arg;

	batch_ring_complete(&server->ring, server->keeper.store);
	if (server->waiting) {
		submit(server, server->waiting);
		batch_ring_end_ready(&server->ring);
	}
	if (ipc_link_has_pending(server->link)) /* left while it was full */
		read_queries(server);
	after_batches(server);
}

void server4_init_batches(struct server4 *server)
{
	server->ring = (struct batch_ring){ .end = end_batch, .arg = server };
}

void server4_free_batches(struct server4 *server)
{
	size_t i;

	batch_ring_abort(&server->ring);
	for (i = 0; i < BATCH_RING_SIZE; i++)
		free(server->batches[i].space.octets);
}
