/* SPDX-License-Identifier: BSD-2-Clause */
/* Queries of server4 while the disk is busy, between a link and a store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../daemon/server4/server4.h"
#include "dhcp4o6/lease/memory_store.h"

static struct server4 server;

/* ---- the link, which holds what it was given at once ---- */

static unsigned int held; /* datagrams */
static unsigned int handled;

int ipc_link_recv(struct ipc_link *link, struct ipc_datagram out[],
		  unsigned int max)
{
	unsigned int n = held < max ? held : max, i;

	(void)link;
	for (i = 0; i < n; i++)
		out[i] = (struct ipc_datagram){ .len = 0 };
	held -= n;
	return (int)n;
}

bool ipc_link_has_pending(const struct ipc_link *link)
{
	(void)link;
	return held > 0;
}

int ipc_link_flush(struct ipc_link *link, unsigned int *dropped)
{
	(void)link;
	*dropped = 0;
	return 0;
}

int ipc_link_fd(const struct ipc_link *link)
{
	return *(const int *)(const void *)link;
}

enum drop_reason ipc_peer_check(struct ipc_peer *peer, struct mono_time now)
{
	(void)peer;
	(void)now;
	return DROP_NONE;
}

void ipc_peer_heard(struct ipc_peer *peer)
{
	(void)peer;
}

void ipc_peer_refused(struct ipc_peer *peer, struct mono_time now)
{
	(void)peer;
	(void)now;
	fail();
}

/* ---- decisions: a record in each batch, or none ---- */

static bool writes;

void server4_handle_query(struct server4_turn *turn,
			  const struct ipc_datagram *datagram)
{
	(void)turn;
	(void)datagram;
	handled++;
}

void server4_send(struct server4 *to, const struct ipc_origin *origin,
		  struct wire_reader message)
{
	(void)to;
	(void)origin;
	(void)message;
	fail();
}

int alloc_txn_begin(struct alloc *alloc, struct alloc_txn **txn)
{
	(void)alloc;
	*txn = (struct alloc_txn *)(void *)&server;
	return 0;
}

const struct lease *alloc_txn_records(const struct alloc_txn *txn,
				      size_t *count)
{
	static const struct lease lease = { .state = LEASE_ACTIVE };

	(void)txn;
	*count = writes;
	return &lease;
}

void alloc_txn_commit(struct alloc_txn *txn)
{
	(void)txn;
}

void alloc_txn_abort(struct alloc_txn *txn)
{
	(void)txn;
	fail();
}

bool alloc_txn_is_undone(const struct alloc_txn *txn)
{
	(void)txn;
	return false;
}

/* ---- a store without room for another octet ---- */

static bool is_busy;

int __real_lease_store_submit(struct lease_store *store,
			      const struct lease *leases, size_t count,
			      uint64_t *ticket);
int __wrap_lease_store_submit(struct lease_store *store,
			      const struct lease *leases, size_t count,
			      uint64_t *ticket);

int __wrap_lease_store_submit(struct lease_store *store,
			      const struct lease *leases, size_t count,
			      uint64_t *ticket)
{
	return is_busy ? -EBUSY
		       : __real_lease_store_submit(store, leases, count,
						   ticket);
}

/* ---- tests ---- */

#define MORE_THAN_THE_RING ((BATCH_RING_SIZE + 3) * SERVER4_BATCH)

static int link_fd;

static int setup(void **state)
{
	(void)state;
	server =
		(struct server4){ .link = (struct ipc_link *)(void *)&link_fd };
	server4_init_batches(&server);
	link_fd = eventfd(0, EFD_CLOEXEC);
	assert_true(link_fd >= 0);
	assert_int_equal(loop_new(&server.loop), 0);
	assert_int_equal(loop_add_fd(server.loop, link_fd, EPOLLIN,
				     server4_read_link, &server),
			 0);
	assert_int_equal(lease_memory_open(&server.keeper.store), 0);
	held = MORE_THAN_THE_RING;
	handled = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	lease_store_close(server.keeper.store);
	loop_remove_fd(server.loop, link_fd);
	close(link_fd);
	loop_free(server.loop);
	return 0;
}

static void what_the_link_holds_is_read_when_the_disk_has_room(void **state)
{
	(void)state;
	writes = true;
	lease_memory_hold(server.keeper.store, true);
	server4_read_link(&server, EPOLLIN);
	assert_int_equal(handled, BATCH_RING_SIZE * SERVER4_BATCH);
	assert_true(server.link_is_paused);
	/* The link's socket is empty: no event of its will come. */
	lease_memory_hold(server.keeper.store, false);
	server4_complete_batches(&server);
	assert_int_equal(handled, MORE_THAN_THE_RING);
	assert_false(server.link_is_paused);
	server4_complete_batches(&server);
	assert_int_equal(server.ring.count, 0);
}

static void a_batch_waits_for_room_and_is_not_dropped(void **state)
{
	(void)state;
	writes = true;
	held = 2 * SERVER4_BATCH;
	is_busy = true;
	server4_read_link(&server, EPOLLIN);
	assert_int_equal(handled, SERVER4_BATCH);
	assert_int_equal(server.ring.count, 1);
	assert_true(server.link_is_paused);
	server4_complete_batches(&server);
	assert_int_equal(handled, SERVER4_BATCH);
	is_busy = false;
	server4_complete_batches(&server);
	assert_int_equal(handled, 2 * SERVER4_BATCH);
	assert_false(server.link_is_paused);
	server4_complete_batches(&server);
	assert_int_equal(server.ring.count, 0);
}

static void and_at_once_where_nothing_is_written(void **state)
{
	(void)state;
	writes = false;
	server4_read_link(&server, EPOLLIN);
	assert_int_equal(handled, MORE_THAN_THE_RING);
	assert_int_equal(server.ring.count, 0);
	assert_false(server.link_is_paused);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(what_the_link_holds_is_read_when_the_disk_has_room),
		ROW(a_batch_waits_for_room_and_is_not_dropped),
		ROW(and_at_once_where_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
